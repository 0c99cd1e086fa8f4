"""The tour: plans that together aim at every row, found by searching the ``transitions`` machine.

Law: for every weather a breadth-first search over calls; for each row the shortest plans that take it, from different
configurations and weathers (edge-targeted), each followed by a tail that shows where the job really is. A search is
bounded in depth and depends on the table and the powers alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from copyjob.conformance import plan as p
from copyjob.conformance.forecast import Forecast
from copyjob.conformance.generate import FILES, Scope, call, release
from copyjob.conformance.weather import NO_PROGRESS_SECONDS, RETRY_SECONDS
from copyjob.spec import facts as f
from copyjob.spec.machine import SpecMachine
from copyjob.spec.table import FINAL, Outcome
from copyjob.spec.vocabulary import JobState, Operation

TOUR_DEPTH = 6
PLANS_PER_ROW = 2

WEATHERS: tuple[tuple[p.Step, ...], ...] = (
    (),
    (p.Serve(0, "hold_body"),),
    (p.Serve(1, "hold_body"),),
    (p.Gate("backlog"),),
    (p.Block(),),
    (p.Gate("refuse"),),
    (p.Serve(0, "status_503"),),
    (p.Serve(0, "status_404"),),
    (p.Serve(1, "status_503"),),
    (p.Serve(1, "status_404"),),
    (p.Serve(0, "hold_headers"),),
    (p.Serve(0, "status_429"),),
    (p.Serve(1, "status_429"),),
    (p.Serve(1, "reset"),),
    (p.Block(), p.Serve(0, "status_503")),
)
AT_REST = (JobState.SUSPENDED, JobState.ERROR, JobState.TRANSIENT_ERROR, JobState.TRANSFERRED)


def _actions(scope: Scope, node: _Node) -> Iterator[tuple[p.Step, ...]]:
    """Yield what may be done next in a search: one action, as the steps that make it."""
    files = node.forecast.configuration.facts.files_total
    if files < FILES:
        yield (p.AddFile(files),)
    if node.forecast.configuration.state in AT_REST and not node.released:
        # Only a job at rest is put behind others, or cut off: a running one would be caught between.
        if not node.forecast.blocked:
            yield (p.Block(),)
        if node.forecast.gate == "accept":
            yield (p.Gate("backlog"),)
    for operation in scope.operations:
        if operation is not Operation.ADD_FILE:
            yield (call(operation),)
    yield release(node.steps)
    yield (p.Restart(),)
    for seconds in (RETRY_SECONDS, NO_PROGRESS_SECONDS[scope.table.dialect], scope.expiry_seconds):
        yield (p.Advance(seconds),)


@dataclass(frozen=True)
class _Node:
    steps: tuple[p.Step, ...]
    forecast: Forecast
    depth: int
    released: bool
    sure: bool
    """No permitted answer had to be guessed on the way."""


@dataclass(frozen=True)
class _Aimed:
    """A plan that takes a row from a configuration."""

    plan: p.Plan
    configuration: f.Configuration
    sure: bool
    weather: int


def tour(scope: Scope, *, plans_per_row: int = PLANS_PER_ROW, rows: Collection[str] | None = None) -> list[p.Plan]:
    """Return plans that together aim at every row that the powers can reach.

    Of each row's plans those are kept that guess nothing, come from different configurations, and are short. With
    ``rows``, only at these.
    """
    plans: dict[tuple[p.Step, ...], p.Plan] = {}
    for row_id, of_row in _aimed(scope).items():
        if rows is not None and row_id not in rows:
            continue
        for plan in _best(of_row, plans_per_row):
            plans.setdefault(plan.steps, p.Plan(plan.steps, aim=row_id))
    return list(plans.values())


@lru_cache(maxsize=4)
def _aimed(scope: Scope) -> Mapping[str, Sequence[_Aimed]]:
    """Return, for each row, a plan from each configuration and weather; remembered, for a second round asks again."""
    aimed: dict[str, list[_Aimed]] = {row.id: [] for row in scope.table.rows}
    clear = Forecast(SpecMachine(scope.table))
    for number, weather in enumerate(WEATHERS):
        if all(map(scope.allows, weather)):
            for row_id, found in _search(scope, clear.copy(), weather, number):
                aimed[row_id].append(found)
    return MappingProxyType(aimed)


def _best(of_row: Sequence[_Aimed], count: int) -> list[p.Plan]:
    chosen: list[_Aimed] = []
    for key in ("configuration", "weather"):
        for one in sorted(of_row, key=lambda one: (not one.sure, len(one.plan.steps))):
            seen = {getattr(other, key) for other in chosen}
            if len(chosen) < count * (1 if key == "configuration" else 1.5) and getattr(one, key) not in seen:
                chosen.append(one)
    return [one.plan for one in chosen]


def _search(scope: Scope, start: Forecast, weather: tuple[p.Step, ...], number: int) -> Iterator[tuple[str, _Aimed]]:
    """Search one weather breadth first; yield for each row and configuration the first plan that takes it there."""
    for step in weather:
        start.take(step)
    start.fired.clear()
    first = _Node(weather, start, 0, released=False, sure=True)
    seen = {(start.key, False, True)}
    taken: set[tuple[str, f.Configuration, bool]] = set()
    queue = deque([first])
    while queue:
        node = queue.popleft()
        before = node.forecast.configuration
        releasing = release(node.steps)
        for action in _actions(scope, node):
            if not action or not all(map(scope.allows, action)):
                continue
            released = node.released or action == releasing
            forecast = node.forecast.copy()
            for step in action:
                forecast.take(step)
            steps = (*node.steps, *action, p.Settle())
            rows = list(dict.fromkeys(forecast.fired))
            fresh = [row_id for row_id in rows if (row_id, before, node.sure) not in taken]
            if fresh:
                plan = p.Plan((*steps, *_tail(scope, steps, forecast, released=released)), aim=fresh[0])
                for row_id in fresh:
                    taken.add((row_id, before, node.sure))
                    yield row_id, _Aimed(plan, before, node.sure, number)
            guessed = any(scope.table.by_id[row_id].outcome is Outcome.PERMITS for row_id in rows)
            sure = node.sure and not (guessed and forecast.configuration != before)
            key = (forecast.key, released, sure)
            if key not in seen and node.depth + 1 < TOUR_DEPTH:
                seen.add(key)
                queue.append(_Node(steps, forecast, node.depth + 1, released, sure))


def _tail(scope: Scope, so_far: Sequence[p.Step], forecast: Forecast, *, released: bool) -> tuple[p.Step, ...]:
    """Return what shows afterwards where the job really was: sunshine, then Resume, then Complete."""
    if forecast.configuration.state in FINAL:
        return ()
    steps: list[p.Step] = []
    if forecast.gate == "backlog":
        # A connection attempt that hangs is only repeated after a second; a suspended job makes a new one.
        steps.append(call(Operation.SUSPEND))
    shine = () if released else release(so_far)
    steps += [*shine, p.Settle()] if shine else []
    steps += [call(Operation.RESUME), p.Settle(), call(Operation.COMPLETE), p.Settle()]
    return tuple(step for step in steps if scope.allows(step))
