"""Explanations: a row explains a divergence if the record were permitted had that one row led elsewhere."""

from __future__ import annotations

import pytest

from copyjob.conformance.explain import Explanation, explain
from copyjob.conformance.observation import (
    Called,
    Causes,
    Counted,
    Observation,
    Overlapped,
    Quiet,
    Requested,
    Sampled,
    bits_of,
    side_by_side,
)
from copyjob.conformance.oracle import Judge, Oracle, first_rejection
from copyjob.spec.table import Answer
from copyjob.spec.vocabulary import Hresult, InternalEvent, JobState, Operation

Event = InternalEvent
Q, C, T = JobState.QUEUED, JobState.CONNECTING, JobState.TRANSFERRING
S, E, X = JobState.SUSPENDED, JobState.ERROR, JobState.TRANSIENT_ERROR
NOTHING = Causes()


def may(*events: InternalEvent) -> Causes:
    return Causes(bits_of(events))


def called(operation: Operation, hresult: int = Hresult.S_OK) -> Called:
    return Called(operation, hresult, NOTHING)


QUEUED = (called(Operation.ADD_FILE), Sampled(S, NOTHING), called(Operation.RESUME), Sampled(Q, NOTHING))
THREE = Overlapped(side_by_side((Operation.SUSPEND, 0), (Operation.CANCEL, 0), (Operation.CANCEL, 0)), NOTHING)
EVENTS_OF_A_RUN = (Event.TURN, Event.CONNECT, Event.FILE_DONE, Event.ALL_DONE)
RUNNING = (*QUEUED, Sampled(T, may(Event.TURN, Event.CONNECT)))


def explained(judge: Judge, *observations: Observation) -> Explanation:
    rejection = first_rejection(judge, observations)
    assert rejection is not None
    return explain(judge, observations[: rejection.index + 1], rejection)


def rows(explanation: Explanation) -> list[str]:
    return [row.id for row in explanation.rows]


def test_a_wrong_answer_is_explained_by_the_row_that_was_called(bits: Judge) -> None:
    assert rows(explained(bits, called(Operation.RESUME))) == ["resume/SUSPENDED/1"]


def test_a_wrong_answer_is_answered_with_what_was_permitted(bits: Judge) -> None:
    assert explained(bits, called(Operation.RESUME)).permitted == ("BG_E_EMPTY (0x80200003, -2145386493) in SUSPENDED",)


def test_what_the_row_would_have_had_to_give_is_told(bits: Judge) -> None:
    assert explained(bits, called(Operation.RESUME)).instead == ("resume gave S_OK and SUSPENDED",)


def test_a_state_that_a_call_cannot_have_led_to_is_explained_by_that_call(bits: Judge) -> None:
    found = explained(bits, *RUNNING, called(Operation.SUSPEND), Sampled(T, NOTHING))
    assert rows(found) == ["suspend/TRANSFERRING/1"]


def test_the_edge_tells_where_a_row_should_have_led_and_what_was_seen(bits: Judge) -> None:
    found = explained(bits, *RUNNING, called(Operation.SUSPEND), Sampled(T, NOTHING))
    assert found.edges == ((T, "suspend", S, T),)


def test_a_state_is_answered_with_the_states_that_were_permitted(bits: Judge) -> None:
    found = explained(bits, *RUNNING, called(Operation.SUSPEND), Sampled(T, NOTHING))
    assert found.permitted == ("SUSPENDED",)


def test_a_wrong_fault_is_explained_by_the_fault_that_was_there(bits: Judge) -> None:
    found = explained(bits, *RUNNING, Sampled(X, may(Event.FATAL_FAULT)))
    assert rows(found) == ["fatal_fault/TRANSFERRING/1"]


def test_calls_side_by_side_are_explained_by_those_that_can_be_wrong(bits: Judge) -> None:
    # A Cancel that left the job as it was, a second one that was not refused, or a Suspend that took it back, also one
    # that had decided before.
    wrong = {"cancel/SUSPENDED/1", "cancel/CANCELLED/1", "suspend/CANCELLED/1", "suspend/SUSPENDED/1"}
    assert set(rows(explained(bits, called(Operation.ADD_FILE), THREE))) == wrong


def test_a_state_seen_late_is_explained_by_the_call_and_by_what_may_have_happened_since(bits: Judge) -> None:
    # All between the two samples: any of these rows may have led to SUSPENDED.
    found = explained(bits, *QUEUED[:-1], Sampled(S, may(Event.TURN, Event.CONNECT)))
    assert rows(found) == ["resume/SUSPENDED/2", "turn/QUEUED/1", "connect/CONNECTING/1"]


def test_what_was_seen_before_a_call_is_not_blamed_for_what_is_seen_after_it(bits: Judge) -> None:
    found = explained(bits, *RUNNING, called(Operation.SUSPEND), Sampled(T, NOTHING))
    assert "connect/CONNECTING/1" not in rows(found)


def test_a_file_counted_twice_is_explained_by_the_row_that_counts(bits: Judge) -> None:
    counted = Counted(2, 2, Causes(bits_of([Event.FILE_DONE]), served=1))
    assert "file_done/TRANSFERRING/1" in rows(explained(bits, called(Operation.ADD_FILE), *RUNNING, counted))


def test_what_did_not_happen_in_time_is_explained_where_the_job_was_seen(bits: Judge) -> None:
    everything = may(Event.TURN, Event.CONNECT, Event.TRANSIENT_FAULT)
    found = explained(bits, *QUEUED, Quiet(frozenset((Q, C, T)), everything))
    assert rows(found) == ["turn/QUEUED/1"]


def test_a_connection_that_was_never_opened_is_explained_by_the_row_that_connects(bits: Judge) -> None:
    connecting = (*QUEUED, Sampled(C, may(Event.TURN)))
    found = explained(bits, *connecting, Quiet(frozenset((C,)), NOTHING))
    assert (rows(found)[0], found.by_itself) == ("connect/CONNECTING/1", False)


def test_a_job_that_rests_and_moves_is_explained_by_no_row(bits: Judge) -> None:
    found = explained(bits, called(Operation.ADD_FILE), Sampled(S, NOTHING), Sampled(E, NOTHING))
    assert (rows(found), found.by_itself) == ([], True)


def test_an_error_that_moves_the_job_when_it_is_asked_for_is_explained_by_that_row(bits: Judge) -> None:
    asked = called(Operation.GET_ERROR, Hresult.BG_E_ERROR_INFORMATION_UNAVAILABLE)
    found = explained(bits, called(Operation.ADD_FILE), Sampled(S, NOTHING), asked, Sampled(E, NOTHING))
    assert rows(found) == ["get_error/SUSPENDED/2"]


def test_the_second_of_two_calls_is_explained_though_the_first_led_to_it(bits: Judge) -> None:
    race = Overlapped(side_by_side((Operation.CANCEL, 0), (Operation.CANCEL, 0)), NOTHING)
    assert "cancel/CANCELLED/1" in rows(explained(bits, called(Operation.ADD_FILE), race))


def test_the_call_just_made_is_named_before_what_may_have_happened_since(bits: Judge) -> None:
    found = explained(bits, *RUNNING, called(Operation.SUSPEND), Sampled(T, may(Event.EXPIRY)))
    assert rows(found)[0] == "suspend/TRANSFERRING/1"


def test_wrong_counts_are_answered_with_the_counts_that_were_permitted(bits: Judge) -> None:
    found = explained(bits, called(Operation.ADD_FILE), Counted(0, 0, NOTHING))
    assert found.permitted == ("0 of 1 files",)


def test_a_lost_file_is_explained_by_the_call_that_added_it(bits: Judge) -> None:
    found = explained(bits, called(Operation.ADD_FILE), Counted(0, 0, NOTHING))
    assert rows(found) == ["add_file/SUSPENDED/1"]


def test_what_did_not_happen_in_time_is_explained_by_the_event_that_was_due(bits: Judge) -> None:
    found = explained(bits, *QUEUED, Quiet(frozenset((Q, C, T)), may(Event.TURN)))
    assert rows(found)[0] == "turn/QUEUED/1"


def test_a_request_of_a_job_at_rest_is_answered_with_the_states_it_may_be_in(bits: Judge) -> None:
    found = explained(bits, *RUNNING, called(Operation.SUSPEND), Sampled(S, NOTHING), Requested(NOTHING))
    assert found.permitted == ("no request in SUSPENDED",)


def test_a_broken_recommendation_is_explained_by_the_row_that_tolerates_it(bits: Judge) -> None:
    record = (*RUNNING, Sampled(E, may(Event.TRANSIENT_FAULT)))
    oracle = Oracle(bits)
    for observation in record:
        oracle.observe(observation)
    (broken,) = oracle.broken_recommendations
    assert rows(explain(bits, record, broken)) == ["transient_fault/TRANSFERRING/1"]


WRONG: dict[str, tuple[Observation, ...]] = {
    "answer": (called(Operation.RESUME),),
    "state after a call": (*RUNNING, called(Operation.SUSPEND), Sampled(T, NOTHING)),
    "state by itself": (*RUNNING, Sampled(X, may(Event.FATAL_FAULT))),
    "state after two unseen steps": (*QUEUED, Sampled(E, may(Event.TURN, Event.CONNECT))),
    "side by side": (called(Operation.ADD_FILE), THREE),
    "counts": (called(Operation.ADD_FILE), Counted(0, 0, NOTHING)),
}


LATE = {"side by side": {"suspend/SUSPENDED/1"}}
"""Rows of which no other outcome would have been permitted; but a call that took one in two parts would have been."""


def hresults_in(record: tuple[Observation, ...]) -> set[int]:
    calls = {(one.operation, one.hresult) for one in record if isinstance(one, Called)}
    calls |= {(call.operation, call.hresult) for one in record if isinstance(one, Overlapped) for call in one.calls}
    return {hresult for _, hresult in calls}


@pytest.mark.parametrize("name", WRONG)
def test_the_rows_that_explain_a_divergence_are_all_rows_of_which_another_outcome_would_have_been_permitted(
    bits: Judge, name: str
) -> None:
    # The whole table by brute force, whether a row was in play or not.
    record = WRONG[name]
    expected = set(LATE.get(name, ()))
    for number, row in enumerate(bits.table.rows):
        given: set[int | None] = {answer.hresult for answer in row.answers}
        given |= hresults_in(record) if row.answers[0].hresult is not None else set()
        more = [
            Answer(state, None if hresult is None else Hresult(hresult), effects)
            for state in JobState
            for hresult in given
            for effects in {(), *(answer.effects for answer in row.answers)}
        ]
        judges = (Judge(bits.table.redirected(number, (*row.answers, one))) for one in more)
        if any(first_rejection(judge, record) is None for judge in judges):
            expected.add(row.id)

    assert set(rows(explained(bits, *record))) == expected


def test_a_request_of_a_job_at_rest_is_explained_by_what_brought_it_to_rest(bits: Judge) -> None:
    found = explained(bits, *RUNNING, called(Operation.SUSPEND), Sampled(S, NOTHING), Requested(NOTHING))
    assert rows(found) == ["suspend/TRANSFERRING/1"]


def test_a_request_of_a_job_that_never_ran_is_explained_by_no_row(bits: Judge) -> None:
    found = explained(bits, called(Operation.ADD_FILE), Sampled(S, NOTHING), Requested(NOTHING))
    assert found.by_itself


def test_what_was_looked_at_is_not_explained_again_where_something_else_is_in_doubt(bits: Judge) -> None:
    # Whether it failed before it was suspended is not known; that it was SUSPENDED is.
    doubtful = Called(Operation.SUSPEND, 0, may(Event.TRANSIENT_FAULT))
    found = explained(bits, *RUNNING, doubtful, Sampled(S, NOTHING), Sampled(JobState.TRANSFERRED, NOTHING))
    assert found.by_itself


def test_a_job_that_lost_count_of_its_files_is_explained_by_the_fault_since_which_it_waits_in_vain(bits: Judge) -> None:
    one, both = (Causes(bits_of(EVENTS_OF_A_RUN), served) for served in (1, 2))
    failed = Causes(one.may | bits_of((Event.TRANSIENT_FAULT,)), 1)
    ran = (called(Operation.ADD_FILE), called(Operation.ADD_FILE), called(Operation.RESUME), Sampled(T, one))
    rested = (Sampled(X, failed), Counted(2, 0, failed), called(Operation.RESUME), Sampled(T, both))
    found = explained(bits, *ran, *rested, Counted(2, 1, both), Quiet(frozenset((Q, C, T)), both))
    assert "transient_fault/TRANSFERRING/1" in rows(found)


def test_a_job_that_stands_still_and_has_counted_what_was_sent_is_explained_by_what_was_due_alone(bits: Judge) -> None:
    one = Causes(bits_of(EVENTS_OF_A_RUN), 1)
    ran = (called(Operation.ADD_FILE), called(Operation.ADD_FILE), called(Operation.RESUME), Sampled(T, one))
    found = explained(bits, *ran, Counted(2, 1, one), Quiet(frozenset((Q, C, T)), one))
    assert rows(found) == ["file_done/TRANSFERRING/1"]
