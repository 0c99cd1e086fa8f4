"""Systems: what couples several jobs, asked of the plain explorer.

Law: a test names the place and the step; the couplings are never read from the data that is tested.
"""

from __future__ import annotations

import pytest

from copyjob.spec import citations
from copyjob.spec import facts as f
from copyjob.spec.facts import Configuration, Facts
from copyjob.spec.scope import FEATURES, Feature, Scope
from copyjob.spec.system import COUPLINGS, Jobs, System, explore_plainly
from copyjob.spec.table import Answer, table
from copyjob.spec.vocabulary import Dialect, InternalEvent, JobPriority, JobState

FOREGROUND, HIGH, NORMAL, LOW = JobPriority
QUEUED, CONNECTING, TRANSFERRING = JobState.QUEUED, JobState.CONNECTING, JobState.TRANSFERRING
ONE = Facts(1, 0)
NETWORK: Scope = frozenset({Feature.NETWORK})


def system(*priorities: JobPriority, dialect: Dialect = Dialect.BITS, slots: int = 1, files: int = 1) -> System:
    return System(table(dialect), files, priorities, slots)


def at(*states: JobState) -> Jobs:
    return tuple(Configuration(state, ONE) for state in states)


def gets_a_turn(of: System, jobs: Jobs, job: int) -> bool:
    return any((move := step.moves[job]) and move.row.label is InternalEvent.TURN for step in of.steps(jobs))


def slice_ends(of: System, jobs: Jobs, job: int) -> bool:
    return any((move := step.moves[job]) and move.row.label is InternalEvent.SLICE_END for step in of.steps(jobs))


@pytest.mark.parametrize("running", [CONNECTING, TRANSFERRING])
def test_a_background_job_gets_no_turn_while_the_only_slot_is_taken(running: JobState) -> None:
    assert not gets_a_turn(system(NORMAL, NORMAL), at(running, QUEUED), 1)


def test_a_background_job_gets_a_turn_while_a_slot_is_free() -> None:
    assert gets_a_turn(system(NORMAL, NORMAL, slots=2), at(TRANSFERRING, QUEUED), 1)


def test_a_foreground_job_gets_a_turn_without_a_slot() -> None:
    assert gets_a_turn(system(NORMAL, FOREGROUND), at(TRANSFERRING, QUEUED), 1)


def test_a_foreground_job_that_runs_takes_no_slot() -> None:
    assert gets_a_turn(system(FOREGROUND, NORMAL), at(TRANSFERRING, QUEUED), 1)


def test_foreground_jobs_run_side_by_side() -> None:
    assert gets_a_turn(system(FOREGROUND, FOREGROUND), at(TRANSFERRING, QUEUED), 1)


def test_a_background_job_gets_no_turn_while_one_of_higher_priority_waits() -> None:
    assert not gets_a_turn(system(LOW, HIGH), at(QUEUED, QUEUED), 0)


def test_a_background_job_gets_a_turn_while_one_of_lower_priority_waits() -> None:
    assert gets_a_turn(system(LOW, HIGH), at(QUEUED, QUEUED), 1)


def test_of_equals_that_wait_each_may_get_the_turn() -> None:
    assert [gets_a_turn(system(LOW, LOW), at(QUEUED, QUEUED), job) for job in (0, 1)] == [True, True]


def test_in_delivery_optimization_all_levels_of_background_are_alike() -> None:
    assert gets_a_turn(system(LOW, HIGH, dialect=Dialect.DO), at(QUEUED, QUEUED), 0)


def test_in_delivery_optimization_foreground_still_goes_first() -> None:
    assert not gets_a_turn(system(LOW, FOREGROUND, dialect=Dialect.DO), at(QUEUED, QUEUED), 0)


def test_in_delivery_optimization_resume_queues_a_job_that_finds_no_slot() -> None:
    of = system(LOW, LOW, dialect=Dialect.DO)
    resumed = {
        step.dest[1].state
        for step in of.steps(at(TRANSFERRING, JobState.SUSPENDED))
        if step.moves[1] is not None and step.moves[1].row.id.startswith("resume/")
    }

    assert resumed == {QUEUED}


def test_a_time_slice_does_not_end_while_nobody_waits() -> None:
    assert not slice_ends(system(NORMAL, NORMAL), at(TRANSFERRING, JobState.SUSPENDED), 0)


@pytest.mark.parametrize("priority", [NORMAL, HIGH, FOREGROUND])
def test_a_time_slice_ends_while_an_equal_or_higher_job_waits(priority: JobPriority) -> None:
    assert slice_ends(system(NORMAL, priority), at(TRANSFERRING, QUEUED), 0)


def test_a_time_slice_does_not_end_for_a_lower_job() -> None:
    assert not slice_ends(system(NORMAL, LOW), at(TRANSFERRING, QUEUED), 0)


def test_a_lost_network_hits_all_jobs_in_one_step() -> None:
    of = System(table(Dialect.BITS, NETWORK), 1, (NORMAL, NORMAL), 2)
    (lost,) = (
        step.dest
        for step in of.steps(at(TRANSFERRING, QUEUED))
        if step.moves[0] is not None and step.moves[0].row.label is InternalEvent.NETWORK_LOST
    )

    assert [(job.state, job.facts.offline) for job in lost] == [(JobState.TRANSIENT_ERROR, 1)] * 2


def test_a_final_job_stays_final_while_the_network_goes_away() -> None:
    of = System(table(Dialect.BITS, NETWORK), 1, (NORMAL, NORMAL))
    jobs = at(JobState.CANCELLED, QUEUED)
    (lost,) = (step for step in of.steps(jobs) if step.dest[0] != jobs[0])

    assert (lost.moves[0], lost.dest[0]) == (None, Configuration(JobState.CANCELLED, Facts(1, 0, offline=1)))


def test_all_jobs_are_always_in_the_same_surroundings() -> None:
    found = explore_plainly(System(table(Dialect.BITS, NETWORK), 1, (NORMAL, LOW)))

    assert {len({job.facts.offline for job in jobs}) for jobs in found.parents} == {1}


def test_no_more_background_jobs_ever_run_than_there_are_slots(dialect: Dialect) -> None:
    found = explore_plainly(system(NORMAL, LOW, dialect=dialect))
    running = {sum(job.state in (CONNECTING, TRANSFERRING) for job in jobs) for jobs in found.parents}

    assert running == {0, 1}


def test_without_couplings_jobs_reach_every_pair_of_their_places() -> None:
    alone = explore_plainly(System(table(Dialect.BITS), 1, (NORMAL,), couplings=()))
    both = explore_plainly(System(table(Dialect.BITS), 1, (NORMAL, NORMAL), couplings=()))

    assert (len(alone.parents), len(both.parents)) == (26, 26**2)


def test_the_path_of_a_system_is_a_run_of_its_steps() -> None:
    of = system(NORMAL, LOW)
    found = explore_plainly(of)
    goal = max(found.parents, key=lambda jobs: len(found.path(jobs)))
    here = of.initials()[0]
    for step in found.path(goal):
        assert step in list(of.steps(here))
        here = step.dest

    assert (here, len(found.path(goal))) == (goal, found.depth)


def test_every_kind_of_job_can_begin_a_system() -> None:
    of = System(table(Dialect.BITS, frozenset({Feature.UPLOADS})), 1, (NORMAL, NORMAL))

    assert len(of.initials()) == len(f.initials(frozenset(f.Fact))) ** 2


def test_every_coupling_cites_clauses_that_are_there() -> None:
    assert [key for each in COUPLINGS for key in each.cites if key not in citations.CLAUSES] == []


@pytest.mark.parametrize("jobs", [0, 9])
def test_a_system_of_no_job_or_of_too_many_is_refused(jobs: int) -> None:
    with pytest.raises(ValueError, match=f"1 to 8 jobs, not {jobs}"):
        system(*[NORMAL] * jobs)


def test_a_system_without_a_slot_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1 slot, not 0"):
        system(NORMAL, slots=0)


def test_an_event_that_changes_the_surroundings_of_some_jobs_only_is_refused_by_its_row() -> None:
    full = table(Dialect.BITS, FEATURES[Dialect.BITS])
    wrong = full.with_answers("network_lost/QUEUED/1", [Answer(JobState.TRANSIENT_ERROR, None)])

    with pytest.raises(ValueError, match="network_lost/QUEUED/1"):
        System(wrong, 1, (NORMAL,))
