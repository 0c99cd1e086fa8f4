"""The stream of plans: the same for the same seed, and wide enough.

Law: what is asked of a generator is read off its plans and the forecast, never off a run.
"""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import islice

import pytest

from copyjob.conformance import plan as p
from copyjob.conformance.gaps import clear, gaps, ways
from copyjob.conformance.generate import Scope, special
from copyjob.conformance.interface import Power
from copyjob.conformance.pairs import pairs
from copyjob.conformance.races import race, races, racing
from copyjob.conformance.restarts import restart, restarts
from copyjob.conformance.source import Covered, drawn, guided, links, made, plans, with_suffix, within
from copyjob.conformance.swarm import menu, swarm
from copyjob.conformance.tour import tour
from copyjob.spec.table import FINAL, table
from copyjob.spec.vocabulary import Dialect, JobState, Operation

ALL, NONE = frozenset(Power), frozenset[Power]()
each_dialect = pytest.mark.parametrize("dialect", Dialect)
SOME = 120


@cache
def scope(dialect: Dialect, powers: frozenset[Power] = ALL) -> Scope:
    return Scope(table(dialect), powers)


@cache
def stream(dialect: Dialect, seed: int) -> tuple[p.Plan, ...]:
    """Return the first plans that are drawn."""
    own = scope(dialect)
    return tuple(islice(drawn(own, seed, made(own)), SOME))


def chances(count: int) -> Iterable[random.Random]:
    return map(random.Random, range(count))


def operation_of(step: p.Step) -> str | None:
    match step:
        case p.Call(operation, _):
            return operation
        case p.AddFile():
            return Operation.ADD_FILE.value
        case _:
            return None


# All pairs


@each_dialect
def test_every_pair_of_operations_is_made_in_every_state_where_a_job_stays(dialect: Dialect) -> None:
    own = scope(dialect)
    met: set[tuple[JobState, str | None, str | None]] = set()
    for plan in pairs(own):
        before = list(gaps(clear(own), plan.steps))
        for number in range(1, len(plan.steps) - 1):
            if plan.steps[number - 1] == p.Settle():
                one, other = map(operation_of, plan.steps[number : number + 2])
                met.add((before[number].configuration.state, one, other))
    names = [operation.value for operation in own.operations]
    assert {(state, one, other) for state in ways(own) for one in names for other in names} <= met


@each_dialect
def test_a_job_stays_in_every_state_that_the_dialect_shows(dialect: Dialect) -> None:
    assert set(ways(scope(dialect))) == set(table(dialect).states)


# Races


@each_dialect
def test_every_two_operations_race_in_every_state_where_a_job_stays(dialect: Dialect) -> None:
    own = scope(dialect)
    met: set[tuple[JobState, frozenset[str]]] = set()
    for plan in races(own):
        for forecast, step in zip(gaps(clear(own), plan.steps), plan.steps, strict=False):
            if isinstance(step, p.Race) and len(step.callers) == 2:
                met.add((forecast.configuration.state, frozenset(name for caller in step.callers for name in caller)))
    two = {frozenset((one, other)) for one in racing(own) for other in racing(own)}
    assert {(state, pair) for state in ways(own) for pair in two} == met


def test_races_are_drawn_with_more_callers_and_with_more_calls_each() -> None:
    found = [race(scope(Dialect.BITS), chance) for chance in chances(SOME)]
    callers = [step.callers for plan in found if plan for step in plan.steps if isinstance(step, p.Race)]
    assert {len(each) for each in callers} == {2, 3}
    assert {len(one) for each in callers for one in each} == {1, 2, 3}


def test_without_concurrent_calls_nothing_races() -> None:
    own = scope(Dialect.BITS, ALL - {Power.CONCURRENT_CALLS})
    found = [*races(own), *islice(plans(own, 0), 1500)]
    assert not any(isinstance(step, p.Race) for plan in found for step in plan.steps)


# Restarts


def without_restarts(plan: p.Plan) -> tuple[p.Plan, set[int]]:
    """Return a plan without its restarts, and where they stood."""
    steps: list[p.Step] = []
    places: set[int] = set()
    for step in plan.steps:
        if step == p.Restart():
            places.add(len(steps))
        else:
            steps.append(step)
    return p.Plan(tuple(steps)), places


@each_dialect
def test_a_restart_is_made_in_every_gap_of_the_plans_made_on_purpose(dialect: Dialect) -> None:
    own = scope(dialect)
    aimed = [*tour(own), *special(own)]

    def kinds(plan: p.Plan, number: int) -> tuple[str, str]:
        around = plan.steps[number - 1 : number + 1]
        one, other = (operation_of(step) or type(step).__name__ for step in around)
        return one, other

    wanted: set[tuple[JobState, str, str]] = set()
    for plan in aimed:
        for number, forecast in enumerate(gaps(clear(own), plan.steps)):
            if 0 < number < len(plan.steps) and forecast.configuration.state not in FINAL:
                wanted.add((forecast.configuration.state, *kinds(plan, number)))
    met: set[tuple[JobState, str, str]] = set()
    for plan in restarts(own, aimed):
        bare, places = without_restarts(plan)
        for number, forecast in enumerate(gaps(clear(own), bare.steps)):
            if number in places and 0 < number < len(bare.steps):
                met.add((forecast.configuration.state, *kinds(bare, number)))
    # Plans that restart the backend themselves lead elsewhere once that is left out.
    assert {gap for gap in wanted - met if "Restart" not in gap} == set()


def test_a_drawn_restart_leaves_the_plan_as_it_was_but_for_the_restarts() -> None:
    plan = tour(scope(Dialect.BITS))[0]
    changed = restart(plan, random.Random(3))
    assert p.Restart() in changed.steps
    bare = tuple(step for step in changed.steps if step != p.Restart())
    assert bare[: len(plan.steps)] == plan.steps


def test_without_the_power_nothing_is_restarted() -> None:
    own = scope(Dialect.BITS, ALL - {Power.RESTART})
    found = [*restarts(own, tour(own)), *islice(plans(own, 0), 1500)]
    assert not any(isinstance(step, p.Restart) for plan in found for step in plan.steps)


# Swarm, and random ends


def test_a_swarm_plan_meets_a_part_of_the_scripts_only() -> None:
    own = scope(Dialect.BITS)
    drawn_scripts = [
        {step.script for step in swarm(own, clear(own), chance).steps if isinstance(step, p.Serve)} - {"serve"}
        for chance in chances(SOME)
    ]
    assert max(map(len, drawn_scripts)) <= 4
    assert len(set[str]().union(*drawn_scripts)) > 40


def test_a_swarm_menu_leaves_operations_out_but_never_resume() -> None:
    own = scope(Dialect.BITS)
    menus = [set(menu(own, chance).operations) for chance in chances(SOME)]
    assert all(Operation.RESUME in one for one in menus)
    assert all(any(op not in one for one in menus) for op in own.operations if op is not Operation.RESUME)


@each_dialect
def test_an_aimed_plan_with_a_random_end_still_takes_the_row_it_aims_at(dialect: Dialect) -> None:
    own = scope(dialect)
    for number, plan in enumerate(tour(own)):
        ended = with_suffix(own, clear(own), plan, random.Random(number))
        forecast = clear(own)
        for step in ended.steps:
            forecast.take(step)
        assert plan.aim in forecast.fired


# The stream


@each_dialect
def test_the_stream_is_the_same_for_the_same_seed(dialect: Dialect) -> None:
    own = scope(dialect)
    assert tuple(islice(drawn(own, 7, made(own)), SOME)) == stream(dialect, 7)


def test_another_seed_draws_other_plans() -> None:
    assert set(stream(Dialect.BITS, 7)) != set(stream(Dialect.BITS, 8))


PRINTS_A_DIGEST = """
import hashlib
from itertools import islice
from copyjob.conformance.generate import Scope
from copyjob.conformance.interface import Power
from copyjob.conformance.source import plans
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect

found = islice(plans(Scope(table(Dialect.DO), frozenset(Power)), 5), 1100)
print(hashlib.sha256(repr(list(found)).encode()).hexdigest())
"""


def test_the_stream_is_the_same_in_every_process() -> None:
    digests = {
        subprocess.run([sys.executable, "-c", PRINTS_A_DIGEST], text=True, check=True, capture_output=True).stdout
        for _ in range(2)
    }
    assert len(digests) == 1


@each_dialect
def test_every_plan_of_the_stream_can_be_pasted_and_replayed(dialect: Dialect) -> None:
    for plan in (*made(scope(dialect)), *stream(dialect, 7)):
        p.validate(plan.steps)  # as a replay does, which refuses what no run could carry out
        assert [p.step_from_json(p.step_to_json(step)) for step in plan.steps] == list(plan.steps)


@each_dialect
@pytest.mark.parametrize("powers", [NONE, ALL - {Power.CLOCK}, ALL - {Power.QUEUE}, ALL - {Power.SETTINGS}])
def test_a_stream_uses_no_power_that_is_missing(dialect: Dialect, powers: frozenset[Power]) -> None:
    own = scope(dialect, powers)
    every = [*made(own), *islice(drawn(own, 1, made(own)), 40)]
    assert all(own.allows(step) for plan in every for step in plan.steps)


@each_dialect
def test_what_is_drawn_takes_rows_one_after_the_other_that_nothing_has_taken_so(dialect: Dialect) -> None:
    own = scope(dialect)
    first = set[tuple[str, str]]().union(*(links(clear(own), plan) for plan in made(own)))
    more = set[tuple[str, str]]().union(*(links(clear(own), plan) for plan in stream(dialect, 7)))
    assert len(more - first) > 40


@pytest.mark.parametrize("steps", [1, 7, 1000, 5000])
def test_a_budget_in_steps_is_kept_to_the_step(steps: int) -> None:
    found = list(within(plans(scope(Dialect.BITS), 0), steps))
    assert sum(len(plan.steps) for plan in found) == steps


def test_a_smaller_budget_runs_the_first_plans_of_a_larger_one() -> None:
    small, large = (list(within(plans(scope(Dialect.BITS), 0), steps)) for steps in (500, 900))
    assert small[:-1] == large[: len(small) - 1]


@pytest.mark.parametrize("seconds", [False, True], ids=["steps", "seconds"])
def test_a_budget_learns_when_all_that_is_made_on_purpose_has_been_run(*, seconds: bool) -> None:
    own, told = scope(Dialect.BITS, NONE), list[str]()

    def all_made() -> None:
        told.append("all made")

    every = guided(own, 0, lambda: Covered(frozenset(own.table.by_id), frozenset()), all_made)
    stream = every if seconds else plans(own, 0, all_made)
    taken = Counter(islice(stream, len(made(own))))
    assert (taken, told) == (Counter(made(own)), [])
    next(stream)
    assert told == ["all made"]
