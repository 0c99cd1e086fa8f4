"""Generators: plans aimed at every row, and long random plans; all planned on the ``transitions`` machine.

Law: a generator makes plans, it never runs or judges one. Illegal calls are made like legal ones: no precondition hides
a refusal. Cancel and Complete absorb a job, so random plans draw them rarely and late.

- *tour*: for every weather a breadth-first search over calls; for each row the shortest plans that take it, from
  different weathers (edge-targeted), each followed by a tail that shows where the job really is.
- *special*: what no search over calls finds: overlapping callers, requests after Suspend, timers that are not due yet.
- *walk*: long weighted random plans, drawn through Hypothesis so that its engine spreads and repeats them by seed.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from copyjob.conformance import plan as p
from copyjob.conformance.backend import Power
from copyjob.conformance.forecast import Forecast
from copyjob.conformance.weather import (
    DAY_SECONDS,
    EXPIRY_DAYS,
    NO_PROGRESS_SECONDS,
    RETRY_SECONDS,
)
from copyjob.spec import facts as f
from copyjob.spec.machine import SpecMachine
from copyjob.spec.table import FINAL, Outcome, Table
from copyjob.spec.vocabulary import Dialect, JobPriority, JobState, Operation

TOUR_DEPTH = 6
PLANS_PER_ROW = 2
FILES = 2
"""Files of a tour's job: enough for 'some but not all'."""

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
MORE_SCRIPTS = ("truncate", "reset", "no_ranges", "status_403", "status_500", "status_501", "redirect_loop")

SETTER_VALUES = {
    Operation.SET_PRIORITY: int(JobPriority.LOW),
    Operation.SET_NO_PROGRESS_TIMEOUT: 7 * DAY_SECONDS,
    Operation.SET_MINIMUM_RETRY_DELAY: 300,
}
NEEDS: dict[str, Power] = {
    Operation.GET_ERROR.value: Power.ERROR,
    **{operation.value: Power.SETTINGS for operation in SETTER_VALUES},
}


@dataclass(frozen=True)
class Scope:
    """What plans may use: the dialect's table and the backend's powers."""

    table: Table
    powers: frozenset[Power]

    def allows(self, step: p.Step) -> bool:
        """Whether a step needs no power that is missing."""
        match step:
            case p.Call(operation, _):
                needed: Power | None = NEEDS.get(operation)
            case p.Advance():
                needed = Power.CLOCK
            case p.Restart():
                needed = Power.RESTART
            case p.Block() | p.Unblock():
                needed = Power.QUEUE
            case p.Race():
                needed = Power.CONCURRENT_CALLS
            case _:
                needed = None
        return needed is None or needed in self.powers

    @property
    def operations(self) -> list[Operation]:
        """The operations that the dialect has and the powers allow."""
        return [op for op in self.table.operations if NEEDS.get(op.value) in (None, *self.powers)]

    @property
    def expiry_seconds(self) -> int:
        """Past this, a job of the dialect expires."""
        return (EXPIRY_DAYS[self.table.dialect] + 1) * DAY_SECONDS


def call(operation: Operation) -> p.Call:
    """Return a call step, with an argument where the operation takes one."""
    return p.Call(operation.value, SETTER_VALUES.get(operation))


def release(weather: Sequence[p.Step]) -> tuple[p.Step, ...]:
    """Return the steps that turn a weather into sunshine."""
    found: dict[p.Step, None] = {}
    for step in weather:
        match step:
            case p.Serve(file, _):
                found[p.Serve(file, "serve")] = None
            case p.Gate():
                found[p.Gate("accept")] = None
            case p.Block():
                found[p.Unblock()] = None
            case _:
                pass
    return tuple(found)


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
    aimed: dict[str, list[_Aimed]] = {row.id: [] for row in scope.table.rows}
    clear = Forecast(SpecMachine(scope.table))
    for number, weather in enumerate(WEATHERS):
        if all(map(scope.allows, weather)):
            for row_id, found in _search(scope, clear.copy(), weather, number):
                aimed[row_id].append(found)
    plans: dict[tuple[p.Step, ...], p.Plan] = {}
    for row_id, of_row in aimed.items():
        if rows is not None and row_id not in rows:
            continue
        for plan in _best(of_row, plans_per_row):
            plans.setdefault(plan.steps, p.Plan(plan.steps, aim=row_id))
    return list(plans.values())


def _best(of_row: list[_Aimed], count: int) -> list[p.Plan]:
    of_row.sort(key=lambda one: (not one.sure, len(one.plan.steps)))
    chosen: list[_Aimed] = []
    for key in ("configuration", "weather"):
        for one in of_row:
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
        for action in _actions(scope, node):
            if not action or not all(map(scope.allows, action)):
                continue
            released = node.released or action == release(node.steps)
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


def special(scope: Scope) -> list[p.Plan]:
    """Return the plans that a search over calls does not find."""
    dialect = scope.table.dialect
    resume, suspend, cancel, complete = map(
        call, (Operation.RESUME, Operation.SUSPEND, Operation.CANCEL, Operation.COMPLETE)
    )
    add = (p.AddFile(0), p.AddFile(1))
    plans: list[tuple[p.Step, ...]] = [
        # Suspended means that no further request is made, whatever the server has to offer.
        (
            p.Serve(0, "hold_body"),
            *add,
            resume,
            p.Settle(),
            suspend,
            p.Linger(),
            p.Serve(0, "serve"),
            p.Linger(),
            p.Settle(),
        ),
        # A resumed download of a file that changed meanwhile is never joined from two versions.
        (
            p.Serve(0, "hold_body"),
            add[0],
            resume,
            p.Settle(),
            suspend,
            p.Settle(),
            p.Serve(0, "changed"),
            p.Serve(0, "serve"),
            resume,
            p.Settle(),
            complete,
            p.Settle(),
        ),
        (
            p.Serve(0, "truncate"),
            add[0],
            resume,
            p.Settle(),
            p.Serve(0, "wrong_range"),
            resume,
            p.Settle(),
            p.Serve(0, "serve"),
            resume,
            p.Settle(),
            complete,
            p.Settle(),
        ),
        # What stood at the destination survives Cancel.
        (p.AddFile(0, existing=True), resume, p.Settle(), cancel, p.Settle()),
        (p.Serve(0, "hold_body"), p.AddFile(0, existing=True), resume, p.Settle(), cancel, p.Settle()),
        # A timer that is due, under a server that has recovered, leads on; one that is not due does nothing.
        (
            p.Serve(0, "status_503"),
            add[0],
            resume,
            p.Settle(),
            p.Serve(0, "serve"),
            p.Advance(RETRY_SECONDS),
            p.Settle(),
        ),
        (p.Serve(0, "status_503"), add[0], resume, p.Settle(), p.Serve(0, "serve"), p.Advance(1), p.Settle()),
        (
            p.Serve(0, "status_404"),
            add[0],
            resume,
            p.Settle(),
            p.Serve(0, "serve"),
            p.Advance(RETRY_SECONDS),
            p.Settle(),
        ),
        (*add, p.Advance(RETRY_SECONDS), p.Settle(), cancel, p.Settle()),
    ]
    bad_then_good = (resume, p.Settle())
    plans += [
        (p.Serve(file, script), *add, *bad_then_good, p.Serve(file, "serve"), *bad_then_good, complete, p.Settle())
        for file in (0, 1)
        for script in MORE_SCRIPTS
    ]
    if dialect is Dialect.BITS:
        early = p.Advance(RETRY_SECONDS - 1)
        plans.append((p.Serve(0, "status_503"), add[0], resume, p.Settle(), p.Serve(0, "serve"), early, p.Settle()))
    calls = [op.value for op in (Operation.RESUME, Operation.SUSPEND, Operation.CANCEL, Operation.COMPLETE)]
    plans += [
        (p.Serve(0, "hold_body"), add[0], resume, p.Settle(), p.Race((first, second)), p.Settle())
        for first in calls
        for second in calls
    ]
    return [p.Plan(steps, aim="special") for steps in plans if all(map(scope.allows, steps))]


_WEIGHTS: dict[Operation, int] = {
    Operation.RESUME: 8,
    Operation.SUSPEND: 5,
    Operation.CANCEL: 1,
    Operation.COMPLETE: 1,
    Operation.GET_ERROR: 3,
    Operation.SET_PRIORITY: 1,
    Operation.SET_NO_PROGRESS_TIMEOUT: 1,
    Operation.SET_MINIMUM_RETRY_DELAY: 1,
}


def walk(scope: Scope, machine: SpecMachine, choose: Callable[[Sequence[p.Step]], p.Step], length: int) -> p.Plan:
    """Return one long plan; ``choose`` draws each step from a weighted list of the moves that matter now."""
    forecast = Forecast(machine)
    steps: list[p.Step] = []
    while len(steps) < length:
        step = choose(_moves(scope, forecast))
        forecast.take(step)
        steps.append(step)
        if not isinstance(step, p.Serve | p.Gate):
            steps.append(p.Settle())
        if forecast.configuration.state in FINAL and len(steps) > length // 2:
            break
    return p.Plan(tuple(steps), aim="walk")


def _moves(scope: Scope, forecast: Forecast) -> list[p.Step]:
    """Return the weighted moves: a step that matters more stands in the list more often."""
    facts = forecast.configuration.facts
    moves: list[p.Step] = []
    if facts.files_total < FILES + 1:
        moves += [p.AddFile(facts.files_total)] * (8 if facts.files_total == 0 else 2)
    for operation in scope.operations:
        if operation is not Operation.ADD_FILE:
            moves += [call(operation)] * _WEIGHTS[operation]
    file = facts.files_done if facts.files_done < FILES + 1 else 0
    for script in ("serve", "serve", "hold_body", "status_503", "status_404", "truncate", "reset"):
        if forecast.scripts.get(file, "serve") != script:
            moves.append(p.Serve(file, script))
    moves += [p.Gate("refuse" if forecast.gate == "accept" else "accept")]
    if facts.files_total:
        moves += [step for step in (p.Restart(), p.Advance(RETRY_SECONDS)) if scope.allows(step)] * 2
    return moves


def walks(scope: Scope, *, count: int, length: int, seed: int) -> list[p.Plan]:
    """Return ``count`` long random plans, drawn by Hypothesis from a seed: the same ones every time."""
    import hypothesis
    from hypothesis import strategies as st

    machine = SpecMachine(scope.table)
    plans: list[p.Plan] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.data_too_large],
    )
    @hypothesis.given(st.randoms(use_true_random=True))
    def draw(chance: random.Random) -> None:
        # A plan is drawn here and run later, so that a backend's moods are never Hypothesis' own error. One seed is
        # drawn a plan, not each step: Hypothesis favours the first of its choices, which would outweigh the weights.
        plans.append(walk(scope, machine, chance.choice, length))

    draw()
    return plans


def shuffled(plans: Sequence[p.Plan], seed: int) -> list[p.Plan]:
    """Return the plans in an order that depends on the seed alone."""
    order = list(plans)
    random.Random(seed).shuffle(order)  # noqa: S311 an order, not a secret
    return order
