"""Stale decisions: a call that decided before another one and acted after it is named for it."""

from __future__ import annotations

import pytest

from copyjob.conformance.backend import declare
from copyjob.conformance.explain import explain
from copyjob.conformance.gaps import every_place
from copyjob.conformance.generate import Scope
from copyjob.conformance.observation import Called, Causes, Observation, Overlapped, RacedCall, Sampled, side_by_side
from copyjob.conformance.oracle import Judge, first_rejection
from copyjob.conformance.plan import Race
from copyjob.conformance.pocket import PocketBackend
from copyjob.conformance.races import races, races_everywhere
from copyjob.conformance.stale import stale
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect, JobState, Operation

NOTHING = Causes()
ADDED = (Called(Operation.ADD_FILE, 0, NOTHING), Sampled(JobState.SUSPENDED, NOTHING))
RACE = Overlapped(side_by_side((Operation.RESUME, 0), (Operation.CANCEL, 0)), NOTHING)
REVIVED = Sampled(JobState.QUEUED, NOTHING)


def named(judge: Judge, *observations: Observation) -> list[str]:
    return [judge.table.rows[number].id for number, _ in stale(judge, observations)]


def test_a_resume_that_revives_a_cancelled_job_had_decided_before(bits: Judge) -> None:
    assert named(bits, *ADDED, RACE, REVIVED) == ["resume/SUSPENDED/2"]


def test_what_a_stale_decision_did_is_told(bits: Judge) -> None:
    seen = (*ADDED, RACE, REVIVED)
    rejection = first_rejection(bits, seen)
    assert rejection is not None
    assert "resume decided before a call beside it, and acted after it" in explain(bits, seen, rejection).instead


def test_what_was_called_after_the_late_one_acted_counts_too(bits: Judge) -> None:
    calls = (
        RacedCall(Operation.RESUME, 0, 0, 5),
        RacedCall(Operation.CANCEL, 0, 1, 2),
        RacedCall(Operation.COMPLETE, 0, 3, 4),
    )
    assert "resume/SUSPENDED/2" in named(bits, *ADDED, Overlapped(calls, NOTHING))


def test_a_late_call_decided_on_what_a_call_before_it_left(bits: Judge) -> None:
    calls = (
        RacedCall(Operation.RESUME, 0, 0, 1),
        RacedCall(Operation.SUSPEND, 0, 2, 5),
        RacedCall(Operation.CANCEL, 0, 3, 4),
    )
    at_rest = Sampled(JobState.SUSPENDED, NOTHING)
    assert named(bits, *ADDED, Overlapped(calls, NOTHING), at_rest) == ["suspend/QUEUED/1"]


def test_what_came_before_and_after_only_does_not_make_a_call_late(bits: Judge) -> None:
    calls = (
        RacedCall(Operation.CANCEL, 0, 0, 1),
        RacedCall(Operation.RESUME, 0, 2, 3),
        RacedCall(Operation.CANCEL, 0, 4, 5),
    )
    assert named(bits, *ADDED, Overlapped(calls, NOTHING)) == []


def test_a_call_that_began_when_the_others_had_ended_decided_on_nothing_stale(bits: Judge) -> None:
    calls = (RacedCall(Operation.CANCEL, 0, 0, 1), RacedCall(Operation.RESUME, 0, 2, 3))
    assert named(bits, *ADDED, Overlapped(calls, NOTHING), REVIVED) == []


def test_what_no_decision_leads_to_is_not_stale(bits: Judge) -> None:
    assert named(bits, *ADDED, RACE, Sampled(JobState.ERROR, NOTHING)) == []


def test_without_a_race_nothing_is_stale(bits: Judge) -> None:
    assert named(bits, *ADDED, REVIVED) == []


@pytest.mark.parametrize("dialect", Dialect)
def test_each_two_operations_race_at_every_place(dialect: Dialect) -> None:
    scope = Scope(table(dialect), declare(PocketBackend, "pocket").powers)
    pairs = 5 * 6 // 2
    assert len(races_everywhere(scope)) == pairs * len(every_place(scope))


@pytest.mark.parametrize("dialect", Dialect)
def test_a_check_lets_callers_race_at_every_place(dialect: Dialect) -> None:
    scope = Scope(table(dialect), declare(PocketBackend, "pocket").powers)
    raced = {plan.steps[:number] for plan in races(scope) for number, s in enumerate(plan.steps) if isinstance(s, Race)}
    assert raced >= set(every_place(scope))
