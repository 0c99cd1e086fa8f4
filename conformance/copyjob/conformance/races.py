"""Races: two or more callers on one job.

Law: the job is held where it is while the callers race, or it is let go just before; either is a plan of its own. Each
two operations race in each state where a job stays; where it stays otherwise (a file done, an error known), three
callers resume, complete and cancel it. Races of each two at every place, and longer ones, with more callers and more
calls each, are drawn.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations_with_replacement

from copyjob.conformance import plan as p
from copyjob.conformance.gaps import every_place, ways
from copyjob.conformance.generate import Scope, call, release
from copyjob.conformance.interface import SETTERS
from copyjob.conformance.plan import RACED_MAX
from copyjob.spec.table import FINAL
from copyjob.spec.vocabulary import JobState, Operation

CALLERS_MAX, CALLS_MAX = 3, 3
Callers = tuple[tuple[str, ...], ...]


def racing(scope: Scope) -> list[str]:
    """Return the operations that can race: those without an argument."""
    return [op.value for op in scope.operations if op is not Operation.ADD_FILE and op not in SETTERS]


THREE: Callers = ((Operation.RESUME.value,), (Operation.COMPLETE.value,), (Operation.CANCEL.value,))
"""What shows best that a call acted late: a job is ended once, and then no more resumed."""


def races(scope: Scope) -> list[p.Plan]:
    """Return a race of each two operations in each state where a job stays, and one of three at every other place."""
    known = ways(scope)
    plans = [
        _race(scope, state, ((one,), (other,)), let_go=False)
        for state in known
        for one, other in combinations_with_replacement(racing(scope), 2)
    ]
    met = {way for way, _ in known.values()}
    plans += [_raced(way, THREE, let_go=False, over=True) for way in every_place(scope) if way not in met]
    return [plan for plan in plans if all(map(scope.allows, plan.steps))]


@lru_cache(maxsize=4)
def races_everywhere(scope: Scope) -> Sequence[p.Plan]:
    """Return a race of each two operations at every place that a tour comes by."""
    plans = [
        _raced(way, ((one,), (other,)), let_go=False)
        for way in every_place(scope)
        for one, other in combinations_with_replacement(racing(scope), 2)
    ]
    return [plan for plan in plans if all(map(scope.allows, plan.steps))]


def race(scope: Scope, chance: random.Random) -> p.Plan | None:
    """Draw a race with several callers and calls; None where the powers allow none."""
    if chance.random() < 0.5:  # noqa: PLR2004
        everywhere = races_everywhere(scope)
        return chance.choice(everywhere) if everywhere else None
    operations = racing(scope)
    callers: list[tuple[str, ...]] = []
    for _ in range(chance.randint(2, CALLERS_MAX)):
        left = RACED_MAX - sum(map(len, callers))
        callers.append(tuple(chance.choices(operations, k=min(chance.randint(1, CALLS_MAX), left))))
    known = ways(scope)
    states = [state for state in known if state not in FINAL] or list(known)
    plan = _race(scope, chance.choice(states), tuple(filter(None, callers)), let_go=chance.random() < 0.5)  # noqa: PLR2004
    return plan if all(map(scope.allows, plan.steps)) else None


def _race(scope: Scope, state: JobState, callers: Callers, *, let_go: bool) -> p.Plan:
    """Return a race in a state."""
    return _raced(ways(scope)[state][0], callers, let_go=let_go, over=state in FINAL)


def _raced(way: tuple[p.Step, ...], callers: Callers, *, let_go: bool, over: bool = False) -> p.Plan:
    """Return a plan that goes a way, lets callers race, and shows afterwards where the job really is; nothing more is
    called where it is ``over`` then.
    """
    free = release(way)
    before, after = (free, ()) if let_go else ((), (*free, p.Settle()) if free else ())
    tail = () if over else (*after, call(Operation.RESUME), p.Settle(), call(Operation.COMPLETE), p.Settle())
    return p.Plan((*way, *before, p.Race(callers), p.Settle(), *tail), aim="race")
