"""Restarts: the backend is stopped without a farewell and started again, between any two steps.

Law: a gap is what a job probably is there, and which steps stand before and after. Each gap that other plans have gets
a restart once; more are drawn. A job that is over is left alone: nobody holds it over a restart (decision/9).
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from copyjob.conformance import plan as p
from copyjob.conformance.gaps import clear, gaps
from copyjob.conformance.generate import Scope
from copyjob.spec.table import FINAL
from copyjob.spec.vocabulary import JobState

Gap = tuple[JobState, str, str]
PER_PLAN = 2
"""A restart changes what comes after it: so many in a plan still leave it what it was made for."""


def restarts(scope: Scope, plans: Sequence[p.Plan]) -> list[p.Plan]:
    """Return plans with a restart in every gap that ``plans`` have."""
    if not scope.allows(p.Restart()):
        return []
    start, seen, found = clear(scope), set[Gap](), list[p.Plan]()
    for plan in plans:
        steps = plan.steps
        fresh: dict[int, Gap] = {}
        for number, forecast in enumerate(gaps(start, steps)):
            gap = forecast.configuration.state, _kind(steps[max(number - 1, 0) : number]), _kind(steps[number:])
            if gap not in seen and gap[0] not in FINAL and number:
                seen.add(gap)
                fresh[number] = gap
        places = list(fresh)
        found += [_restarted(plan, places[first : first + PER_PLAN]) for first in range(0, len(places), PER_PLAN)]
    return found


def restart(plan: p.Plan, chance: random.Random) -> p.Plan:
    """Return a plan with restarts at a few places that are drawn."""
    places = range(1, len(plan.steps) + 1)
    return _restarted(plan, sorted(chance.sample(places, min(chance.randint(1, PER_PLAN), len(places)))))


def _kind(steps: Sequence[p.Step]) -> str:
    match steps[:1]:
        case [p.Call(operation, _)]:
            return operation
        case [step]:
            return type(step).__name__
        case _:
            return ""


def _restarted(plan: p.Plan, places: Sequence[int]) -> p.Plan:
    steps: list[p.Step] = []
    for number, step in enumerate((*plan.steps, None)):
        if number in places:
            steps.append(p.Restart())
        if step is not None:
            steps.append(step)
    return p.Plan(tuple(steps) if places[-1:] != [len(plan.steps)] else (*steps, p.Settle()), aim="restart")
