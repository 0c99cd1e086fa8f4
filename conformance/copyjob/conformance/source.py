"""The stream of plans: endless, and the same every time for the same table, powers and seed.

Laws:

1. A stream is a function of the table's digest, the powers and the seed. Nothing that was observed has a say in it, so
   that one process, several, and several machines run the same plans.
2. First what is made on purpose: the tour, the special plans, all pairs, races, restarts. Then without end what is
   drawn, in turn: aimed at a row with a random end, swarm, walk, race, restart. Of several draws that one is taken
   which, by the forecast, takes most rows one after the other that no plan of the stream has taken so.
3. Each draw has a chance of its own, made from its number: the plans before it do not matter.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice, pairwise

from copyjob.conformance import plan as p
from copyjob.conformance.callback_plans import listening
from copyjob.conformance.forecast import Forecast
from copyjob.conformance.gaps import clear
from copyjob.conformance.generate import Scope, everyday, special, walk
from copyjob.conformance.instants import instants
from copyjob.conformance.pairs import pairs
from copyjob.conformance.places import places
from copyjob.conformance.races import race, races
from copyjob.conformance.restarts import restart, restarts
from copyjob.conformance.swarm import menu, swarm
from copyjob.conformance.tour import tour
from copyjob.spec.table import FINAL

WALK_LENGTH = 40
SUFFIX_LENGTH = 8
DRAWS = 3
"""So many plans are drawn of which one is taken."""
WINDOW = 32
"""With a budget in seconds, of so many drawn plans the better half is run."""
AGAIN_ROUNDS = 8
"""Every so many windows, rows that are still open are aimed at."""
PLANS_PER_ROW_AGAIN = 4
OPEN_ROW_WORTH = 4
"""A row that is open is worth so many new pairs of rows."""
Links = set[tuple[str, str]]
"""Rows taken one right after the other."""


def made(scope: Scope) -> list[p.Plan]:
    """Return the plans that are made on purpose, those that show a fault in the fewest steps first."""
    aimed = [*tour(scope), *special(scope)]
    others = (*instants(scope), *places(scope), *pairs(scope), *races(scope), *restarts(scope, aimed))
    return [heard(scope, plan) for plan in (*aimed, *others)]


def heard(scope: Scope, plan: p.Plan, chance: random.Random | None = None) -> p.Plan:
    """Return a plan that listens to callbacks, where the powers allow it."""
    return listening(plan, chance) if scope.allows(p.Listen()) else plan


def _nothing() -> None:
    """Nobody wants to know."""


EARLY = "the budget was over before all plans that are made on purpose had run"
"""Why nothing may be called stale: what was not seen may only not have been looked for."""


def plans(scope: Scope, seed: int, all_made: Callable[[], None] = _nothing) -> Iterator[p.Plan]:
    """Yield plans without end; ``all_made`` is called once all that are made on purpose have been taken."""
    first = made(scope)
    yield from first
    all_made()
    yield from drawn(scope, seed, first)


def drawn(scope: Scope, seed: int, first: list[p.Plan]) -> Iterator[p.Plan]:
    """Yield what is drawn, without end, after the plans that were made on purpose."""
    start = clear(scope)
    seen: Links = set()
    for plan in first:
        seen |= links(start, plan)
    kinds = _kinds(scope, start, first)
    name = f"{scope.table.digest}/{','.join(sorted(power.value for power in scope.powers))}/{seed}"
    for number in count():
        chance = random.Random(f"{name}/{number}")  # noqa: S311 plans, not secrets
        draw = kinds[number % len(kinds)]
        best, best_links = p.Plan(()), Links()
        for _ in range(DRAWS):
            plan = draw(chance)
            fresh = links(start, plan) - seen
            if not best.steps or len(fresh) > len(best_links):
                best, best_links = plan, fresh
        seen |= best_links
        yield heard(scope, best, chance)


def fired(start: Forecast, plan: p.Plan) -> list[str]:
    """Return the rows that a plan probably takes, in order."""
    forecast = start.copy()
    for step in plan.steps:
        forecast.take(step)
    return forecast.fired


def links(start: Forecast, plan: p.Plan) -> Links:
    """Return the rows that a plan probably takes one right after the other."""
    return set(pairwise(fired(start, plan)))


def _kinds(scope: Scope, start: Forecast, first: list[p.Plan]) -> list[Callable[[random.Random], p.Plan]]:
    """Return what draws a plan, one function a kind; kinds that the powers do not allow are left out."""
    aimed, usual = tour(scope), everyday(scope)

    def suffixed(chance: random.Random) -> p.Plan:
        return with_suffix(scope, start, chance.choice(aimed), chance)

    def raced(chance: random.Random) -> p.Plan:
        plan = race(scope, chance)
        return suffixed(chance) if plan is None else plan

    kinds: list[Callable[[random.Random], p.Plan]] = [
        suffixed,
        lambda chance: swarm(scope, start, chance),
        lambda chance: walk(start, usual, chance.choice, WALK_LENGTH),
    ]
    if any(isinstance(step, p.Race) for plan in first for step in plan.steps):
        kinds.append(raced)
    if scope.allows(p.Restart()):
        kinds.append(lambda chance: restart(chance.choice(first), chance))
    return kinds


def with_suffix(scope: Scope, start: Forecast, plan: p.Plan, chance: random.Random) -> p.Plan:
    """Return a plan that is aimed at a row, cut where the row has been taken, with an end that is drawn."""
    forecast, steps = start.copy(), list[p.Step]()
    for step in plan.steps:
        forecast.take(step)
        steps.append(step)
        if plan.aim in forecast.fired and isinstance(step, p.Settle):
            break
    if forecast.configuration.state in FINAL:
        return p.Plan(tuple(steps), plan.aim)
    forecast.fired.clear()
    added = sum(isinstance(step, p.AddFile) for step in steps)
    end = walk(forecast, menu(scope, chance), chance.choice, SUFFIX_LENGTH, added=added)
    return p.Plan((*steps, *end.steps), plan.aim)


def within(plans: Iterable[p.Plan], steps: int) -> Iterator[p.Plan]:
    """Yield plans of so many steps altogether; the last one is cut to fit."""
    left = steps
    for plan in plans:
        if left <= 0:
            return
        yield plan if len(plan.steps) <= left else p.Plan(plan.steps[:left], plan.aim)
        left -= len(plan.steps)


@dataclass(frozen=True)
class Covered:
    """What a check has reached so far."""

    open_rows: frozenset[str]
    """Rows that should have been told apart and are not yet."""
    pairs: frozenset[tuple[str, str]]
    """Rows that were certainly taken one right after the other."""


def guided(
    scope: Scope, seed: int, covered: Callable[[], Covered], all_made: Callable[[], None] = _nothing
) -> Iterator[p.Plan]:
    """Yield plans without end, those that probably reach what is not ``covered`` yet before others.

    First the plans that are made on purpose, but for the second ones at a row that is told apart by then. Then of every
    few that are drawn the better half, and plans at the rows that are still open. ``all_made`` is called in between.
    """
    first = made(scope)
    aims: set[str] = set()
    later: list[p.Plan] = []
    for plan in first:
        if plan.aim in aims and plan.aim in scope.table.by_id:
            later.append(plan)
        else:
            aims.add(plan.aim)
            yield plan
    now = covered()
    yield from (plan for plan in later if plan.aim in now.open_rows)
    all_made()
    start, stream = clear(scope), drawn(scope, seed, first)
    for number in count():
        now = covered()
        if now.open_rows and number % AGAIN_ROUNDS == 0:
            chance = random.Random(f"{seed}/{number}")  # noqa: S311 plans, not secrets
            again = tour(scope, plans_per_row=PLANS_PER_ROW_AGAIN, rows=now.open_rows)
            yield from (heard(scope, with_suffix(scope, start, plan, chance)) for plan in again)
        window = [(plan, fired(start, plan)) for plan in islice(stream, WINDOW)]
        window.sort(key=lambda drawn: -_worth(drawn[1], now))
        yield from (plan for plan, _ in window[: WINDOW // 2])


def _worth(rows: Sequence[str], covered: Covered) -> int:
    """Return how much a plan that takes these rows would reach that is not covered."""
    fresh = set(pairwise(rows)) - covered.pairs
    return len(fresh) + OPEN_ROW_WORTH * len(covered.open_rows.intersection(rows))
