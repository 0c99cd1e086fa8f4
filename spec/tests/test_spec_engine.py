"""The vectorised engine finds exactly what the plain explorers find, and judges laws as they do.

Law: every expected number is counted by the plain explorers, or by Spin; none is written here.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copyjob.spec import facts as f
from copyjob.spec.engine import Found, explore_system
from copyjob.spec.explore import Exploration, explore
from copyjob.spec.facts import Configuration, Facts
from copyjob.spec.judge import ALL_TRANSFERRED, NO_MORE_THAN_SLOTS, asked_of_jobs, judge_job, judge_system
from copyjob.spec.judge import judge_together as together
from copyjob.spec.laws import LAWS, Kind, always_only_resume_wakes_a_suspended_job
from copyjob.spec.scope import FEATURES, Feature, Scope
from copyjob.spec.system import COUPLINGS, System, SystemExploration, explore_plainly
from copyjob.spec.system_promela import to_system_promela
from copyjob.spec.table import Answer, Table, full_table, table
from copyjob.spec.vectors import JobSpace, Packing, explore_job
from copyjob.spec.visited import Bitmap, SortedSet, TooManyError, Visited
from copyjob.spec.vocabulary import Dialect, JobPriority, JobState

FOREGROUND, HIGH, NORMAL, LOW = JobPriority
BITS, DO = Dialect.BITS, Dialect.DO
SYSTEMS: dict[str, tuple[Dialect, Scope, int, tuple[JobPriority, ...], int]] = {
    "equals": (BITS, frozenset(), 1, (NORMAL, NORMAL), 1),
    "ranks": (BITS, frozenset(), 2, (HIGH, LOW), 1),
    "foreground": (BITS, frozenset(), 1, (FOREGROUND, LOW), 1),
    "three": (DO, frozenset(), 1, (HIGH, LOW, FOREGROUND), 1),
    "network": (BITS, frozenset({Feature.NETWORK}), 1, (NORMAL, LOW), 1),
    "policy": (BITS, frozenset({Feature.POLICY}), 1, (NORMAL, NORMAL), 2),
    "uploads": (BITS, frozenset({Feature.UPLOADS}), 0, (NORMAL, LOW), 1),
    "everything": (BITS, FEATURES[BITS], 0, (NORMAL, LOW), 1),
    "alone": (BITS, frozenset(), 2, (NORMAL,), 1),
}
SETS: list[Callable[[int], Visited]] = [Bitmap, lambda space: SortedSet()]
systems = pytest.mark.parametrize("name", SYSTEMS)


def made(name: str) -> System:
    dialect, scope, files, priorities, slots = SYSTEMS[name]
    return System(table(dialect, scope), files, priorities, slots)


@cache
def plainly(name: str) -> SystemExploration:
    return explore_plainly(made(name))


@cache
def fast(name: str) -> Found:
    return explore_system(made(name))


@cache
def both_of_one(dialect: Dialect, full: bool, files: int) -> tuple[Exploration, JobSpace]:
    rows = full_table(dialect) if full else table(dialect)
    return explore(rows, files), explore_job(rows, files)


@pytest.mark.parametrize("files", [0, 1, 2, 3])
@pytest.mark.parametrize("full", [False, True])
def test_one_job_reaches_the_same_configurations(dialect: Dialect, full: bool, files: int) -> None:
    plain, space = both_of_one(dialect, full, files)

    assert set(map(space.packing.configuration, space.codes.tolist())) == set(plain.configurations)


@pytest.mark.parametrize("files", [0, 1, 2, 3])
@pytest.mark.parametrize("full", [False, True])
def test_one_job_has_the_same_depth_and_takes_every_row_as_often(dialect: Dialect, full: bool, files: int) -> None:
    plain, space = both_of_one(dialect, full, files)

    assert (space.depth, space.steps_total, space.taken) == (plain.depth, plain.steps_total, plain.taken)


def test_a_path_of_one_job_is_as_short_as_the_plain_one(dialect: Dialect) -> None:
    plain, space = both_of_one(dialect, False, 2)

    assert [len(space.path(at)) for at in plain.configurations] == [len(plain.path(at)) for at in plain.configurations]


def test_the_path_to_a_place_that_one_job_never_reaches_is_a_key_error(dialect: Dialect) -> None:
    with pytest.raises(KeyError):
        both_of_one(dialect, False, 2)[1].path(Configuration(JobState.TRANSFERRED, Facts(0, 0)))


@systems
def test_a_system_reaches_the_same_places(name: str) -> None:
    assert set(fast(name).places()) == set(plainly(name).parents)


@systems
def test_a_system_has_the_same_depth_and_number_of_steps(name: str) -> None:
    found, plain = fast(name), plainly(name)

    assert (found.depth, found.steps_total) == (plain.depth, plain.steps_total)


@systems
def test_a_system_takes_every_row_as_often(name: str) -> None:
    assert fast(name).taken == plainly(name).taken


@systems
def test_sorted_arrays_hold_what_the_bitmap_holds(name: str) -> None:
    found = explore_system(made(name), visited=SortedSet())

    assert (found.sizes, found.taken) == (fast(name).sizes, fast(name).taken)


def test_a_coupling_that_is_missing_changes_the_counts() -> None:
    system = System(table(BITS), 1, (NORMAL, NORMAL), couplings=COUPLINGS[1:])

    any_two = len(explore(table(BITS), 1).configurations) ** 2
    assert explore_system(system).configurations_total == len(explore_plainly(system).parents) == any_two
    assert fast("equals").configurations_total < any_two


@pytest.mark.parametrize("name", ["ranks", "network", "three"])
def test_a_path_of_a_system_is_a_run_as_short_as_the_plain_one(name: str) -> None:
    found, plain = fast(name), plainly(name)
    for goal in list(plain.parents)[::501]:
        here = found.system.initials()[0]
        path = found.path(found.tables.code(goal), len(plain.path(goal)))
        for step in path:
            assert step in list(found.system.steps(here))
            here = step.dest
        assert (here, len(path)) == (goal, len(plain.path(goal)))


def test_more_places_than_allowed_end_the_search() -> None:
    with pytest.raises(TooManyError, match="more than 600 configurations"):
        explore_system(made("equals"), configurations_max=600)


def test_as_many_places_as_allowed_are_visited() -> None:
    total = len(plainly("equals").parents)

    assert explore_system(made("equals"), configurations_max=total).configurations_total == total


def test_one_job_with_more_places_than_allowed_ends_the_search(dialect: Dialect) -> None:
    with pytest.raises(TooManyError, match="more than 20 configurations"):
        explore_job(table(dialect), 1, configurations_max=20)


def test_a_space_that_no_number_holds_is_refused() -> None:
    with pytest.raises(ValueError, match=r"8 jobs of \d+ places each"):
        explore_system(System(table(BITS), 12, (NORMAL,) * 8))


def test_a_row_that_takes_a_fact_beyond_its_digits_is_named() -> None:
    wrong = table(BITS).with_answers(
        "resume/SUSPENDED/1", [Answer(JobState.SUSPENDED, None, (f.Assign(f.Fact.FILES_DONE, f.Const(9)),))]
    )

    with pytest.raises(ValueError, match="resume/SUSPENDED/1 takes FILES_DONE beyond 2"):
        explore_job(wrong, 1)


@given(st.data())
def test_a_number_gives_back_its_configuration(data: st.DataObject) -> None:
    packing = Packing(3, frozenset(f.Fact))
    facts = data.draw(st.sampled_from(f.all_facts(3, frozenset(f.Fact))))
    at = Configuration(data.draw(st.sampled_from(JobState)), facts)

    assert packing.configuration(packing.code(at)) == at


@pytest.mark.parametrize("kind", SETS)
@given(levels=st.lists(st.lists(st.lists(st.integers(0, 50), max_size=8), max_size=4), max_size=5))
def test_a_set_of_visited_places_gives_each_place_once(
    kind: Callable[[int], Visited], levels: list[list[list[int]]]
) -> None:
    visited, known = kind(51), set[int]()
    for offers in levels:
        for offer in offers:
            visited.offer(np.array(offer, np.int64))
        fresh = {code for offer in offers for code in offer} - known
        known |= fresh
        assert visited.next_level().tolist() == sorted(fresh)
        if not fresh:
            break


@pytest.mark.parametrize("kind", SETS)
def test_a_set_of_visited_places_knows_its_levels_beyond_the_255th(kind: Callable[[int], Visited]) -> None:
    visited = kind(600)
    for code in range(600):
        visited.offer(np.array([code], np.int64))
        visited.next_level()

    assert [visited.at(depth).tolist() for depth in (0, 254, 255, 599)] == [[0], [254], [255], [599]]


@settings(max_examples=10, deadline=None)
@given(st.data())
def test_a_law_on_arrays_gives_the_verdict_of_the_law_itself(data: st.DataObject) -> None:
    original = table(data.draw(st.sampled_from(Dialect)))
    row = data.draw(st.sampled_from(original.rows))
    answer = Answer(data.draw(st.sampled_from(original.states)), row.answers[0].hresult, row.answers[0].effects)
    wrong = original.with_answers(row.id, [answer])
    plain, space = explore(wrong, 2), explore_job(wrong, 2)
    for law in LAWS:
        if law.kind is not Kind.LIVENESS:
            expected, got = law(plain), judge_job(law, space)
            assert (expected is None) == (got is None), law.name
            if expected is not None and got is not None:
                assert len(got.path) == len(expected.path), law.name


@pytest.mark.parametrize("law", [law for law in LAWS if asked_of_jobs(law)], ids=lambda law: law.name)
def test_every_law_about_a_job_holds_of_each_job_of_a_system(law: Callable[..., object]) -> None:
    assert [judge_system(each, fast("network")) for each in LAWS if each is law] == [None]


def waking() -> Table:
    return table(BITS).with_answers("restart/SUSPENDED/1", [Answer(JobState.QUEUED, None)])


def test_a_broken_law_of_a_job_is_found_in_a_system_with_job_and_step() -> None:
    broken = judge_system(always_only_resume_wakes_a_suspended_job, explore_system(System(waking(), 1, (LOW, LOW))))

    assert broken is not None
    assert broken.step is not None
    assert (broken.job, broken.path, broken.step.row.id) == (0, (), "restart/SUSPENDED/1")


def test_a_step_that_the_others_never_leave_a_job_breaks_no_law_in_a_system() -> None:
    """A slice that ends in SUSPENDED would break a law about steps; alone, a job's slice never ends."""
    wrong = table(BITS).with_answers("slice_end/TRANSFERRING/1", [Answer(JobState.ERROR, None)])
    (law,) = (law for law in LAWS if law.name == "always_error_is_entered_only_by_a_lasting_fault")

    assert judge_system(law, explore_system(System(wrong, 1, (NORMAL,)))) is None
    assert judge_system(law, explore_system(System(wrong, 1, (NORMAL, NORMAL)))) is not None


def test_more_jobs_than_slots_run_where_nothing_keeps_them_from_it() -> None:
    broken = together(
        NO_MORE_THAN_SLOTS, explore_system(System(table(BITS), 1, (NORMAL,) * 3, couplings=COUPLINGS[1:]))
    )

    assert broken is not None
    assert sum(job.state in (JobState.CONNECTING, JobState.TRANSFERRING) for job in broken.at) == 2
    assert len(broken.path) == 6


def test_with_slots_kept_no_more_jobs_run() -> None:
    assert together(NO_MORE_THAN_SLOTS, fast("equals")) is None


def test_all_jobs_can_be_transferred_at_once() -> None:
    assert together(ALL_TRANSFERRED, fast("three")) is None


def test_jobs_without_files_are_never_all_transferred() -> None:
    assert together(ALL_TRANSFERRED, explore_system(System(table(BITS), 0, (NORMAL,)))) is not None


def test_promela_says_nothing_of_what_surrounds_all_jobs() -> None:
    with pytest.raises(ValueError, match="network_lost happens to all jobs at once"):
        to_system_promela(made("network"))


@pytest.mark.skipif(shutil.which("spin") is None or shutil.which("gcc") is None, reason="needs spin and gcc")
@pytest.mark.parametrize("name", ["ranks", "three"])
def test_spin_counts_what_the_engine_counts(name: str, tmp_path: Path) -> None:
    (tmp_path / "system.pml").write_text(to_system_promela(made(name)))
    for command in ("spin -a system.pml", "gcc -DSAFETY -DNOREDUCE -w -o pan pan.c"):
        subprocess.run(command.split(), cwd=tmp_path, check=True, capture_output=True)
    told = subprocess.run(["./pan", "-E"], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    stored = re.search(r"(\d+) states, stored", told)
    taken = {row: int(count) for row, count in re.findall(r"^taken (\S+) (\d+)$", told, re.MULTILINE)}

    assert stored is not None
    assert (int(stored[1]), taken) == (fast(name).configurations_total, fast(name).taken)
