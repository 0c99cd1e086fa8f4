"""Exploration: pinned numbers, found again by a tiny explorer that fires the machine, and shortest paths.

Law: the second explorer shares nothing with the first but the table; it knows places and triggers only.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from transitions import MachineError

from copyjob.spec import facts as f
from copyjob.spec.explore import describe, explore, steps
from copyjob.spec.facts import Configuration, Facts
from copyjob.spec.machine import SpecMachine
from copyjob.spec.table import Answer, table
from copyjob.spec.vocabulary import Dialect, Hresult, JobState

if TYPE_CHECKING:
    from collections.abc import Callable

    from copyjob.spec.explore import Exploration

# Files bound, reachable configurations, depth of the deepest.
PINNED = {
    (Dialect.BITS, 1): (26, 7),
    (Dialect.BITS, 2): (65, 10),
    (Dialect.BITS, 3): (120, 12),
    (Dialect.DO, 1): (22, 5),
    (Dialect.DO, 2): (54, 7),
    (Dialect.DO, 3): (99, 9),
}
STEPS_OF_THREE_FILES = {Dialect.BITS: 1613, Dialect.DO: 1223}

bounds = pytest.mark.parametrize("files_bound", [1, 2, 3])


@cache
def levels(dialect: Dialect, files_bound: int) -> list[set[Configuration]]:
    """Find what is reachable by firing every trigger, one level of distance after another."""
    machine = SpecMachine(table(dialect))
    found = [{f.INITIAL}]
    seen = {f.INITIAL}
    while found[-1]:
        fresh: set[Configuration] = set()
        for at in found[-1]:
            for trigger in machine.machine.events:
                job = machine.job(at)
                try:
                    machine.fire(job, trigger)
                except MachineError:
                    continue
                if job.configuration.facts.files_total <= files_bound:
                    fresh.add(job.configuration)
        found.append(fresh - seen)
        seen |= fresh
    return found[:-1]


@bounds
def test_the_number_of_reachable_configurations_is_pinned(
    dialect: Dialect, files_bound: int, reached: Callable[[Dialect, int], Exploration]
) -> None:
    assert len(reached(dialect, files_bound).configurations) == PINNED[dialect, files_bound][0]


@bounds
def test_the_depth_of_the_deepest_configuration_is_pinned(
    dialect: Dialect, files_bound: int, reached: Callable[[Dialect, int], Exploration]
) -> None:
    assert reached(dialect, files_bound).depth == PINNED[dialect, files_bound][1]


def test_the_number_of_steps_is_pinned(dialect: Dialect, reached: Callable[[Dialect, int], Exploration]) -> None:
    assert reached(dialect, 3).steps_total == STEPS_OF_THREE_FILES[dialect]


@bounds
def test_firing_the_machine_reaches_the_same_configurations(
    dialect: Dialect, files_bound: int, reached: Callable[[Dialect, int], Exploration]
) -> None:
    assert set(reached(dialect, files_bound).configurations) == set().union(*levels(dialect, files_bound))


@bounds
def test_firing_the_machine_finds_the_same_depth(dialect: Dialect, files_bound: int) -> None:
    assert len(levels(dialect, files_bound)) - 1 == PINNED[dialect, files_bound][1]


@bounds
def test_a_path_is_as_short_as_the_level_at_which_firing_found_its_end(
    dialect: Dialect, files_bound: int, reached: Callable[[Dialect, int], Exploration]
) -> None:
    found = reached(dialect, files_bound)
    for distance, level in enumerate(levels(dialect, files_bound)):
        assert {len(found.path(at)) for at in level} == {distance}


def test_a_path_can_be_fired_step_by_step(dialect: Dialect, reached: Callable[[Dialect, int], Exploration]) -> None:
    found, machine = reached(dialect, 2), SpecMachine(table(dialect))
    for goal in found.configurations:
        job = machine.job()
        for step in found.path(goal):
            assert machine.fire(job, step.row.label.value + step.answer.trigger)
            assert job.configuration == step.dest
        assert job.configuration == goal


def test_the_path_to_where_every_job_begins_is_empty(
    dialect: Dialect, reached: Callable[[Dialect, int], Exploration]
) -> None:
    assert reached(dialect, 2).path(f.INITIAL) == []


def test_the_path_to_an_unreachable_configuration_is_a_key_error(
    dialect: Dialect, reached: Callable[[Dialect, int], Exploration]
) -> None:
    with pytest.raises(KeyError):
        reached(dialect, 2).path(Configuration(JobState.TRANSFERRED, Facts(0, 0)))


def test_configurations_come_in_the_order_of_their_distance(
    dialect: Dialect, reached: Callable[[Dialect, int], Exploration]
) -> None:
    found = reached(dialect, 3)
    lengths = [len(found.path(at)) for at in found.configurations]

    assert [pair for pair in pairwise(lengths) if pair[1] < pair[0]] == []


def test_with_two_files_every_row_is_taken(dialect: Dialect, reached: Callable[[Dialect, int], Exploration]) -> None:
    assert [row.id for row in reached(dialect, 2).rows_never_taken] == []


def test_with_one_file_no_row_about_a_part_of_the_files_is_taken(
    dialect: Dialect, reached: Callable[[Dialect, int], Exploration]
) -> None:
    never = {row.id for row in reached(dialect, 1).rows_never_taken}

    assert {row.id for row in table(dialect).rows if row.guard is f.PART_DONE} <= never


def test_the_rows_taken_add_up_to_the_steps(dialect: Dialect, reached: Callable[[Dialect, int], Exploration]) -> None:
    found = reached(dialect, 2)

    assert sum(found.taken.values()) == found.steps_total


def test_no_reachable_configuration_has_more_files_than_the_bound(
    dialect: Dialect, reached: Callable[[Dialect, int], Exploration]
) -> None:
    assert {at.facts.files_total for at in reached(dialect, 2).configurations} == {0, 1, 2}


def test_without_files_a_job_is_suspended_acknowledged_or_cancelled(
    dialect: Dialect, reached: Callable[[Dialect, int], Exploration]
) -> None:
    found = {at.state.name for at in reached(dialect, 0).configurations}

    assert found == {"SUSPENDED", "ACKNOWLEDGED", "CANCELLED"}


def test_adding_a_file_beyond_the_bound_is_cut_and_nothing_else_is(dialect: Dialect) -> None:
    at = Configuration(JobState.SUSPENDED, Facts(1, 0))
    bound, beyond = ({step.row.id for step in steps(table(dialect), at, files_bound)} for files_bound in (1, 2))

    assert beyond - bound == {"add_file/SUSPENDED/1"}
    assert bound - beyond == set()


def test_exploring_a_changed_table_reaches_what_the_change_opens(dialect: Dialect) -> None:
    mutant = table(dialect).with_answers("cancel/SUSPENDED/1", [Answer(JobState.TRANSFERRED, Hresult.S_OK)])

    assert Configuration(JobState.TRANSFERRED, Facts(0, 0)) in explore(mutant, 0).parents


def test_a_call_is_described_with_its_hresult_where_it_led_and_its_row() -> None:
    step = next(steps(table(Dialect.BITS), f.INITIAL, 1))

    assert describe(step) == (
        "call resume -> BG_E_EMPTY -> SUSPENDED 0/0 files, error information UNAVAILABLE  [resume/SUSPENDED/1]"
    )


def test_an_event_is_described_without_an_hresult() -> None:
    step = next(steps(table(Dialect.BITS), Configuration(JobState.CONNECTING, Facts(1, 0)), 1))
    happened = [
        describe(s)
        for s in steps(table(Dialect.BITS), Configuration(JobState.CONNECTING, Facts(1, 0)), 1)
        if s.answer.hresult is None
    ]

    assert describe(step).startswith("call ")
    assert happened[0] == (
        "event connect -> TRANSFERRING 0/1 files, error information UNAVAILABLE  [connect/CONNECTING/1]"
    )
