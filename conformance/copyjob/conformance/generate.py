"""Generators: plans aimed at every row, and long random plans; all planned on the ``transitions`` machine.

Law: a generator makes plans, it never runs or judges one. Illegal calls are made like legal ones: no precondition hides
a refusal. Cancel and Complete absorb a job, so random plans draw them rarely and late.

- *tour*: plans aimed at every row (:mod:`copyjob.conformance.tour`).
- *special*: what no search over calls finds: overlapping callers, requests after Suspend, timers that are not due yet.
- *walk*: long weighted random plans, drawn through Hypothesis so that its engine spreads and repeats them by seed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from copyjob.conformance import plan as p
from copyjob.conformance.callback_plans import AIM, called_back
from copyjob.conformance.forecast import Forecast
from copyjob.conformance.interface import POWER_OF_OPERATION, POWER_OF_STEP, Power
from copyjob.conformance.property_plans import set_and_kept
from copyjob.conformance.timer_plans import at_the_edges
from copyjob.conformance.weather import DAY_SECONDS, EXPIRY_DAYS, RETRY_SECONDS
from copyjob.conformance.weather_plans import every_weather
from copyjob.spec.compiled import FILES_BOUND
from copyjob.spec.machine import SpecMachine
from copyjob.spec.table import FINAL, Table
from copyjob.spec.vocabulary import Dialect, JobPriority, Operation

FILES = 2
"""Files of a tour's job: enough for 'some but not all'."""

SETTER_VALUES = {
    Operation.SET_PRIORITY: int(JobPriority.LOW),
    Operation.SET_NO_PROGRESS_TIMEOUT: 7 * DAY_SECONDS,
    Operation.SET_MINIMUM_RETRY_DELAY: 300,
}


@dataclass(frozen=True)
class Scope:
    """What plans may use: the dialect's table and the backend's powers."""

    table: Table
    powers: frozenset[Power]

    def allows(self, step: p.Step) -> bool:
        """Whether a step needs no power that is missing."""
        called: tuple[str, ...] = ()
        match step:
            case p.Call(operation, _):
                called = (operation,)
            case p.Race(callers):
                called = tuple(operation for caller in callers for operation in caller)
            case _:
                pass
        needed = (POWER_OF_STEP.get(type(step).__name__), *(POWER_OF_OPERATION.get(Operation(name)) for name in called))
        return all(power is None or power in self.powers for power in needed)

    @property
    def operations(self) -> list[Operation]:
        """The operations that the dialect has and the powers allow."""
        return [op for op in self.table.operations if POWER_OF_OPERATION.get(op) in (None, *self.powers)]

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
    if dialect is Dialect.BITS:
        early = p.Advance(RETRY_SECONDS - 1)
        plans.append((p.Serve(0, "status_503"), add[0], resume, p.Settle(), p.Serve(0, "serve"), early, p.Settle()))
    calls = [op.value for op in (Operation.RESUME, Operation.SUSPEND, Operation.CANCEL, Operation.COMPLETE)]
    plans += [
        (p.Serve(0, "hold_body"), add[0], resume, p.Settle(), p.Race(((first,), (second,))), p.Settle())
        for first in calls
        for second in calls
    ]
    plans += every_weather()
    plans += at_the_edges(dialect)
    plans += set_and_kept(dialect)
    made = [p.Plan(steps, aim="special") for steps in plans]
    made += [p.Plan(steps, aim=AIM) for steps in called_back(dialect)]
    return [plan for plan in made if all(map(scope.allows, plan.steps))]


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


@dataclass(frozen=True)
class Menu:
    """What a random plan is drawn from; a step that matters more stands in it more often."""

    operations: tuple[Operation, ...]
    scripts: tuple[str, ...]
    gates: tuple[str, ...] = ("refuse",)
    others: tuple[p.Step, ...] = ()


def everyday(scope: Scope) -> Menu:
    """Return the menu of a walk: everything that a job commonly meets, the common things more often."""
    return Menu(
        operations=tuple(op for op in scope.operations for _ in range(_WEIGHTS.get(op, 0))),
        scripts=("serve", "serve", "hold_body", "status_503", "status_404", "truncate", "reset"),
        others=tuple(step for step in (p.Restart(), p.Advance(RETRY_SECONDS)) if scope.allows(step)) * 2,
    )


def walk(
    start: Forecast,
    menu: Menu,
    choose: Callable[[Sequence[p.Step]], p.Step],
    length: int,
    *,
    aim: str = "walk",
    added: int = 0,
) -> p.Plan:
    """Return one long plan; ``choose`` draws each step from a weighted list of the moves that matter now.

    ``added`` files were added before it.
    """
    forecast = start.copy()
    steps: list[p.Step] = []
    while len(steps) < length:
        step = choose(moves(menu, forecast, added))
        added += isinstance(step, p.AddFile)
        forecast.take(step)
        steps.append(step)
        if not isinstance(step, p.Serve | p.Gate):
            steps.append(p.Settle())
        if forecast.configuration.state in FINAL and len(steps) > length // 2:
            break
    return p.Plan(tuple(steps), aim)


def moves(menu: Menu, forecast: Forecast, added: int) -> list[p.Step]:
    """Return the moves that matter where a job probably is, after so many files were added, or refused."""
    facts = forecast.configuration.facts
    found: list[p.Step] = []
    if added < FILES_BOUND:
        found += [p.AddFile(added)] * (8 if added == 0 else 2)
    found += map(call, menu.operations)
    file = facts.files_done if facts.files_done < FILES + 1 else 0
    now = forecast.scripts.get(file, "serve")
    found += [p.Serve(file, script) for script in menu.scripts if script != now]
    found += [p.Gate(gate) for gate in menu.gates] if forecast.gate == "accept" else [p.Gate("accept")]
    return [*found, *menu.others] if facts.files_total else found


def walks(scope: Scope, *, count: int, length: int, seed: int) -> list[p.Plan]:
    """Return ``count`` long random plans, drawn by Hypothesis from a seed: the same ones every time."""
    import hypothesis
    from hypothesis import strategies as st

    clear, menu = Forecast(SpecMachine(scope.table)), everyday(scope)
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
        plans.append(walk(clear, menu, chance.choice, length))

    draw()
    return plans


def shuffled(plans: Sequence[p.Plan], seed: int) -> list[p.Plan]:
    """Return the plans in an order that depends on the seed alone."""
    order = list(plans)
    random.Random(seed).shuffle(order)  # noqa: S311 an order, not a secret
    return order
