"""Generators: they reach every row, use no power that is missing, hide no illegal call, and repeat by seed."""

from __future__ import annotations

from functools import cache

import pytest

from copyjob.conformance import plan as p
from copyjob.conformance.forecast import Forecast
from copyjob.conformance.generate import Scope, release, shuffled, special, walks
from copyjob.conformance.interface import Power
from copyjob.conformance.tour import tour
from copyjob.spec import facts as f
from copyjob.spec.machine import SpecMachine
from copyjob.spec.table import FINAL, table
from copyjob.spec.vocabulary import Dialect, InternalEvent, JobState, Operation

ALL, NONE = frozenset(Power), frozenset[Power]()
each_dialect = pytest.mark.parametrize("dialect", list(Dialect), ids=lambda dialect: dialect.value)


@cache
def toured(dialect: Dialect, powers: frozenset[Power]) -> list[p.Plan]:
    return tour(Scope(table(dialect), powers))


@cache
def fired(dialect: Dialect) -> frozenset[str]:
    """Return the ids of the rows that the tour would probably take."""
    machine = SpecMachine(table(dialect))
    found: set[str] = set()
    for plan in toured(dialect, ALL):
        forecast = Forecast(machine)
        for step in plan.steps:
            forecast.take(step)
        found.update(forecast.fired)
    return frozenset(found)


def drawn(seed: int, *, count: int = 4, powers: frozenset[Power] = ALL) -> list[p.Plan]:
    return walks(Scope(table(Dialect.BITS), powers), count=count, length=20, seed=seed)


@each_dialect
def test_the_tour_takes_every_operation_in_every_state(dialect: Dialect) -> None:
    own = table(dialect)
    cells = {(own.by_id[row_id].label, own.by_id[row_id].source) for row_id in fired(dialect)}
    wanted = {(operation, state) for operation in own.operations for state in own.states}
    assert wanted - cells == set()


@each_dialect
def test_the_tour_is_the_same_every_time(dialect: Dialect) -> None:
    assert tour(Scope(table(dialect), NONE)) == toured(dialect, NONE)


@each_dialect
def test_no_plan_of_a_tour_stands_there_twice(dialect: Dialect) -> None:
    steps = [plan.steps for plan in toured(dialect, ALL)]
    assert len(steps) == len(set(steps))


@each_dialect
def test_every_plan_of_a_tour_aims_at_a_row(dialect: Dialect) -> None:
    assert {plan.aim for plan in toured(dialect, ALL)} <= table(dialect).by_id.keys()


@each_dialect
def test_without_powers_no_plan_needs_one(dialect: Dialect) -> None:
    scope = Scope(table(dialect), NONE)
    plans = [*toured(dialect, NONE), *special(scope), *walks(scope, count=4, length=20, seed=0)]
    assert [step for plan in plans for step in plan.steps if not scope.allows(step)] == []


NEEDING = [
    (Power.CLOCK, p.Advance(1)),
    (Power.RESTART, p.Restart()),
    (Power.QUEUE, p.Block()),
    (Power.QUEUE, p.Unblock()),
    (Power.CONCURRENT_CALLS, p.Race((("resume",), ("suspend",)))),
    (Power.ERROR, p.Call("get_error")),
    (Power.SETTINGS, p.Call("set_priority", 3)),
]
NEEDING_NAMES = [f"{type(step).__name__}-{power.value}" for power, step in NEEDING]


@pytest.mark.parametrize(("power", "step"), NEEDING, ids=NEEDING_NAMES)
def test_a_step_that_needs_a_power_is_not_allowed_without_it(power: Power, step: p.Step) -> None:
    assert not Scope(table(Dialect.BITS), ALL - {power}).allows(step)


@pytest.mark.parametrize(("power", "step"), NEEDING, ids=NEEDING_NAMES)
def test_a_step_that_needs_a_power_is_allowed_with_it(power: Power, step: p.Step) -> None:
    assert Scope(table(Dialect.BITS), frozenset({power})).allows(step)


def test_delivery_optimization_has_no_retry_delay_to_set() -> None:
    calls = {step for plan in toured(Dialect.DO, ALL) for step in plan.steps if isinstance(step, p.Call)}
    assert Operation.SET_MINIMUM_RETRY_DELAY.value not in {step.operation for step in calls}


@each_dialect
def test_calls_that_must_be_refused_are_made_like_others(dialect: Dialect) -> None:
    own = table(dialect)
    refused = {row.id for row in own.rows if row.source in FINAL and isinstance(row.label, Operation)}
    assert refused - fired(dialect) == set()


@each_dialect
def test_suspended_jobs_are_watched_for_requests(dialect: Dialect) -> None:
    plans = special(Scope(table(dialect), NONE))
    assert any(p.Linger() in plan.steps and p.Call("suspend") in plan.steps for plan in plans)


def test_every_pair_of_the_four_methods_is_raced() -> None:
    races = {
        step.callers
        for plan in special(Scope(table(Dialect.BITS), ALL))
        for step in plan.steps
        if isinstance(step, p.Race)
    }
    four = ("resume", "suspend", "cancel", "complete")
    assert races == {((first,), (second,)) for first in four for second in four}


def test_walks_repeat_by_their_seed() -> None:
    assert drawn(7) == drawn(7)


def test_walks_of_another_seed_are_others() -> None:
    assert drawn(7) != drawn(8)


def test_as_many_walks_are_drawn_as_asked_for() -> None:
    assert len(drawn(0, count=5)) == 5


def test_a_walk_ends_where_its_job_has_ended_or_it_is_long_enough() -> None:
    for plan in drawn(3, count=6):
        forecast = Forecast(SpecMachine(table(Dialect.BITS)))
        for step in plan.steps:
            forecast.take(step)
        assert len(plan.steps) >= 20 or forecast.configuration.state in FINAL


def test_sunshine_undoes_every_weather() -> None:
    weather = (p.Gate("refuse"), p.Serve(1, "reset"), p.Block())
    assert release(weather) == (p.Gate("accept"), p.Serve(1, "serve"), p.Unblock())


def test_shuffling_keeps_every_plan() -> None:
    plans = toured(Dialect.DO, NONE)
    assert sorted(map(repr, shuffled(plans, 1))) == sorted(map(repr, plans))


def test_shuffling_depends_on_the_seed_alone() -> None:
    plans = toured(Dialect.DO, NONE)
    assert [shuffled(plans, 1) == shuffled(plans, seed) for seed in (1, 2)] == [True, False]


# Forecasts, which plans are aimed with


def foreseen(*steps: p.Step, dialect: Dialect = Dialect.BITS) -> f.Configuration:
    forecast = Forecast(SpecMachine(table(dialect)))
    for step in steps:
        forecast.take(step)
    return forecast.configuration


START = (p.AddFile(0), p.Call("resume"))
FORESEEN: list[tuple[str, tuple[p.Step, ...], JobState]] = [
    ("serve", START, JobState.TRANSFERRED),
    ("hold_headers", (p.Serve(0, "hold_headers"), *START), JobState.CONNECTING),
    ("hold_body", (p.Serve(0, "hold_body"), *START), JobState.TRANSFERRING),
    ("status_503", (p.Serve(0, "status_503"), *START), JobState.TRANSIENT_ERROR),
    ("status_404", (p.Serve(0, "status_404"), *START), JobState.ERROR),
    ("refuse", (p.Gate("refuse"), *START), JobState.TRANSIENT_ERROR),
    ("backlog", (p.Gate("backlog"), *START), JobState.CONNECTING),
    ("blocked", (p.Block(), *START), JobState.QUEUED),
    ("retry", (p.Serve(0, "status_503"), *START, p.Serve(0, "serve"), p.Advance(600)), JobState.TRANSFERRED),
    ("expiry", (p.AddFile(0), p.Advance(91 * 86_400)), JobState.CANCELLED),
]


@pytest.mark.parametrize(
    ("steps", "state"), [(steps, state) for _, steps, state in FORESEEN], ids=[n for n, _, _ in FORESEEN]
)
def test_a_forecast_follows_the_weather(steps: tuple[p.Step, ...], state: JobState) -> None:
    assert foreseen(*steps).state is state


def test_a_forecast_names_the_rows_it_took() -> None:
    forecast = Forecast(SpecMachine(table(Dialect.BITS)))
    for step in START:
        forecast.take(step)
    assert forecast.fired[-1].startswith(InternalEvent.ALL_DONE.value)


def test_behind_others_no_turn_leads_on_to_other_rows() -> None:
    forecast = Forecast(SpecMachine(table(Dialect.BITS)))
    for step in (p.Block(), p.AddFile(0), p.Call(Operation.RESUME.value)):
        forecast.take(step)
    assert forecast.rows_near(Operation.SUSPEND, [forecast.configuration]) == {"suspend/QUEUED/1"}


def test_a_copy_of_a_forecast_goes_its_own_way() -> None:
    forecast = Forecast(SpecMachine(table(Dialect.BITS)))
    forecast.copy().take(p.Serve(0, "status_404"))
    for step in START:
        forecast.take(step)
    assert forecast.configuration.state is JobState.TRANSFERRED
