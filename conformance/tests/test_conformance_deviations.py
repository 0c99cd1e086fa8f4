"""Deviations: what a row might do to the facts instead is tried by explanations, and told in words."""

from __future__ import annotations

import pytest

from copyjob.conformance.deviations import deviations, telling
from copyjob.conformance.explain import Explanation, explain
from copyjob.conformance.observation import Called, Causes, Counted, Observation, Sampled, bits_of
from copyjob.conformance.oracle import Judge, first_rejection
from copyjob.spec import facts as f
from copyjob.spec.table import Refusal
from copyjob.spec.vocabulary import Hresult, InternalEvent, JobState, Operation

Event = InternalEvent
S, E, X, T, D = (
    JobState.SUSPENDED,
    JobState.ERROR,
    JobState.TRANSIENT_ERROR,
    JobState.TRANSFERRING,
    JobState.TRANSFERRED,
)
NOTHING = Causes()
NONE = Hresult.BG_E_ERROR_INFORMATION_UNAVAILABLE


def called(operation: Operation, hresult: int = Hresult.S_OK, causes: Causes = NOTHING) -> Called:
    return Called(operation, hresult, causes)


def explained(judge: Judge, *observations: Observation) -> Explanation:
    rejection = first_rejection(judge, observations)
    assert rejection is not None
    return explain(judge, observations[: rejection.index + 1], rejection)


def rows(explanation: Explanation) -> list[str]:
    return [row.id for row in explanation.rows]


MOVING = Causes(bits_of((Event.TURN, Event.CONNECT, Event.TRANSIENT_FAULT)))
FAILED = (called(Operation.ADD_FILE), called(Operation.RESUME), Sampled(X, MOVING))


def test_error_information_that_a_setter_lost_is_explained_by_the_setter(bits: Judge) -> None:
    asked = called(Operation.GET_ERROR)
    lost = called(Operation.GET_ERROR, NONE)
    found = explained(bits, *FAILED, asked, called(Operation.SET_PRIORITY), Sampled(X, NOTHING), lost)
    assert "set_priority/TRANSIENT_ERROR/1" in rows(found)


def test_what_was_asked_before_it_was_lost_is_not_blamed(bits: Judge) -> None:
    asked = called(Operation.GET_ERROR)
    lost = called(Operation.GET_ERROR, NONE)
    found = explained(bits, *FAILED, asked, called(Operation.SET_PRIORITY), Sampled(X, NOTHING), lost)
    assert "transient_fault/TRANSFERRING/1" not in rows(found)


def test_error_information_that_a_fault_never_set_is_explained_by_the_fault(bits: Judge) -> None:
    found = explained(bits, *FAILED, called(Operation.GET_ERROR, NONE))
    assert "transient_fault/CONNECTING/1" in rows(found)


def test_error_information_out_of_nothing_is_explained_by_what_was_called(bits: Judge) -> None:
    found = explained(bits, called(Operation.CANCEL), called(Operation.GET_ERROR))
    assert set(rows(found)) == {"cancel/SUSPENDED/1", "get_error/CANCELLED/2"}


def test_what_the_row_did_to_the_facts_is_told(bits: Judge) -> None:
    found = explained(bits, called(Operation.ADD_FILE), Counted(0, 0, NOTHING))
    assert found.instead == ("add_file gave S_OK and SUSPENDED, and it counts no file more",)


@pytest.mark.parametrize("error", f.ErrorInformation)
def test_where_no_row_speaks_of_error_information_get_error_tells_what_there_is(
    bits: Judge, error: f.ErrorInformation
) -> None:
    table = telling(bits.table)
    at = table.index[f.Configuration(D, f.Facts(1, 1, error))]
    none = Refusal.NO_ERROR.hresult(table.dialect)
    told = {edge.hresult for edge in table.edges[Operation.GET_ERROR][at]}
    assert told == ({none}, {none, Hresult.S_OK}, {Hresult.S_OK})[error]


def test_where_a_row_speaks_of_error_information_its_answer_stands(bits: Judge) -> None:
    table, get_error = telling(bits.table), Operation.GET_ERROR
    spoken = [number for number, ways in enumerate(bits.table.edges[get_error]) if ways]
    assert all(table.edges[get_error][number] == bits.table.edges[get_error][number] for number in spoken)


def test_no_deviation_is_what_the_row_does(bits: Judge) -> None:
    answers = [answer for row in bits.table.rows for answer in row.answers]
    assert not [each for answer in answers for each in deviations(answer) if each.effects == answer.effects]
