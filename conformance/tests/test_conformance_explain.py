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
THREE = Overlapped(((Operation.SUSPEND, 0), (Operation.CANCEL, 0), (Operation.CANCEL, 0)), NOTHING)
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
    assert explained(bits, called(Operation.RESUME)).permitted == ("BG_E_EMPTY in SUSPENDED",)


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
    assert set(rows(explained(bits, called(Operation.ADD_FILE), THREE))) == {"cancel/SUSPENDED/1"}


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


@pytest.mark.parametrize("record", WRONG.values(), ids=WRONG.keys())
def test_a_row_explains_a_divergence_if_another_outcome_of_it_would_have_been_permitted(
    bits: Judge, record: tuple[Observation, ...]
) -> None:
    table = bits.table
    numbers = {row.id: number for number, row in enumerate(table.rows)}
    for row in explained(bits, *record).rows:
        given = row.answers[0]
        hresults = {given.hresult, *(seen.hresult for seen in record[-1:] if isinstance(seen, Called))}
        candidates = [
            Answer(state, None if hresult is None else Hresult(hresult), effects)
            for state in JobState
            for hresult in hresults
            for effects in ((), given.effects)
        ]
        judges = (Judge(table.redirected(numbers[row.id], (*row.answers, one))) for one in candidates)
        assert any(first_rejection(judge, record) is None for judge in judges), row.id
