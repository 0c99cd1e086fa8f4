"""Discrimination: a row counts only if every other outcome of it would have been rejected by what was seen."""

from __future__ import annotations

from functools import cache

import pytest

from copyjob.conformance.discriminate import Trace, alternatives, touched
from copyjob.conformance.ledger import evidence
from copyjob.conformance.observation import (
    Called,
    Causes,
    Observation,
    Overlapped,
    Sampled,
    TimedOut,
    bits_of,
    side_by_side,
)
from copyjob.conformance.oracle import Judge, first_rejection
from copyjob.spec import facts as f
from copyjob.spec.compiled import compile_table, integer_table, members
from copyjob.spec.table import Answer, Row, table
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, Operation

BITS = Dialect.BITS
Q, C, T, S = JobState.QUEUED, JobState.CONNECTING, JobState.TRANSFERRING, JobState.SUSPENDED
OK, EMPTY = Hresult.S_OK, Hresult.BG_E_EMPTY
NOTHING = Causes()
each_dialect = pytest.mark.parametrize("dialect", list(Dialect), ids=lambda dialect: dialect.value)


def called(operation: Operation, hresult: Hresult = OK) -> Called:
    return Called(operation, hresult, NOTHING)


def sampled(state: JobState, *events: InternalEvent) -> Sampled:
    return Sampled(state, Causes(bits_of(events)))


REFUSED = (sampled(S), called(Operation.RESUME, EMPTY), sampled(S))
RUN = (
    *REFUSED,
    called(Operation.ADD_FILE),
    sampled(S),
    called(Operation.RESUME),
    sampled(Q),
    sampled(T, InternalEvent.TURN, InternalEvent.CONNECT),
    called(Operation.SUSPEND),
    sampled(S),
    called(Operation.CANCEL),
    sampled(JobState.CANCELLED),
    called(Operation.CANCEL, Hresult.BG_E_INVALID_STATE),
    sampled(JobState.CANCELLED),
)


def touched_rows(observations: tuple[Observation, ...]) -> set[int]:
    """Return the numbers of the rows that some explanation of a record passes through."""
    node, found = Judge(integer_table(BITS)).start, 0
    for observation in observations:
        found |= touched(node.wide, observation)
        after = node[observation]
        assert after is not None
        node = after.to
    return set(members(found))


def weigh(*observations: Observation) -> set[str]:
    """Return the ids of the rows that one record discriminates."""
    found = evidence(integer_table(BITS), [Trace(observations)])
    return {row_id for row_id, own in found.items() if own.discriminated}


@cache
def every(dialect: Dialect) -> list[tuple[Row, list[tuple[str, Answer]]]]:
    """Return every row with its alternatives."""
    own = table(dialect)
    return [(row, list(alternatives(row, integer_table(dialect), own.states))) for row in own.rows]


def test_a_refused_call_with_a_sample_behind_it_discriminates_its_row() -> None:
    assert "resume/SUSPENDED/1" in weigh(*REFUSED)


def test_a_refused_call_without_a_sample_behind_it_does_not_discriminate_its_row() -> None:
    assert "resume/SUSPENDED/1" not in weigh(*REFUSED[:-1])


def test_a_row_that_no_observation_touches_is_not_judged() -> None:
    found = evidence(integer_table(BITS), [Trace(REFUSED)])
    assert found["cancel/SUSPENDED/1"].judged == 0


def test_a_row_is_judged_once_by_each_run() -> None:
    found = evidence(integer_table(BITS), [Trace((*REFUSED, *REFUSED)), Trace(REFUSED)])
    assert found["resume/SUSPENDED/1"].judged == 2


def test_several_runs_discriminate_together_what_none_does_alone() -> None:
    answered, moved = (called(Operation.ADD_FILE), called(Operation.CANCEL)), (called(Operation.ADD_FILE), sampled(S))
    alone = [evidence(integer_table(BITS), [Trace(one)])["add_file/SUSPENDED/1"] for one in (answered, moved)]
    both = evidence(integer_table(BITS), [Trace(answered), Trace(moved)])["add_file/SUSPENDED/1"]
    assert both.rejected == alone[0].rejected | alone[1].rejected


def test_what_always_might_have_happened_by_itself_blurs_a_row() -> None:
    # If the job may have been given up at any time, being suspended or not looks alike a moment later.
    told = (
        called(Operation.ADD_FILE),
        called(Operation.RESUME),
        sampled(Q, InternalEvent.TURN, InternalEvent.SLICE_END),
    )
    survived = evidence(integer_table(BITS), [Trace(told)])["resume/SUSPENDED/2"].survived
    assert "leads to TRANSFERRING" in survived


@pytest.mark.parametrize("record", [REFUSED, RUN[3:7]], ids=["refused", "begun"])
def test_a_row_is_discriminated_exactly_if_every_alternative_is_rejected(record: tuple[Observation, ...]) -> None:
    # Here each alternative is compiled anew from the rows; the kit edits the edges of the compiled table.
    own, compiled = table(BITS), integer_table(BITS)
    expected: set[str] = set()
    for number in touched_rows(record):
        row = own.rows[number]
        others = [answer for _, answer in alternatives(row, compiled, own.states)]
        judges = (Judge(compile_table(own.with_answers(row.id, (answer,)))) for answer in others)
        if all(first_rejection(judge, record, tolerant=False) is not None for judge in judges):
            expected.add(row.id)
    assert weigh(*record) == expected


@each_dialect
def test_no_alternative_is_a_right_answer(dialect: Dialect) -> None:
    wrong = [row.id for row, others in every(dialect) if {a for _, a in others} & set(row.all_answers)]
    assert wrong == []


@each_dialect
def test_no_alternative_does_what_a_right_answer_does(dialect: Dialect) -> None:
    # Two terms may be written differently and have the same effect wherever the row applies.
    wrong: list[str] = []
    for row, others in every(dialect):
        configurations = integer_table(dialect).configurations
        places = [c.facts for c in configurations if c.state is row.source and row.guard.holds(c.facts)]
        right = [does(answer, places) for answer in row.all_answers]
        wrong += [f"{row.id} {name}" for name, answer in others if does(answer, places) in right]
    assert wrong == []


def does(answer: Answer, places: list[f.Facts]) -> tuple[object, ...]:
    return (answer.dest, answer.hresult, *(f.apply(answer.effects, facts) for facts in places))


@each_dialect
def test_every_alternative_of_a_row_has_a_name_of_its_own(dialect: Dialect) -> None:
    names = {row.id: [name for name, _ in others] for row, others in every(dialect)}
    assert {row_id for row_id, own in names.items() if len(own) != len(set(own))} == set()


@each_dialect
def test_every_operation_row_has_an_alternative_to_be_told_from(dialect: Dialect) -> None:
    without = [row.id for row, others in every(dialect) if isinstance(row.label, Operation) and not others]
    assert without == []


def test_a_hop_between_action_states_is_no_alternative_of_an_internal_event() -> None:
    row = table(BITS).by_id["turn/QUEUED/1"]
    dests = {answer.dest for _, answer in alternatives(row, integer_table(BITS), table(BITS).states)}
    assert T not in dests


def test_a_record_that_broke_a_recommendation_is_judged_with_tolerance() -> None:
    # The file that may have been done meanwhile shows nowhere; only intolerance would "reject" its alternatives.
    broken = (*RUN[:8], sampled(JobState.ERROR, InternalEvent.TRANSIENT_FAULT, InternalEvent.FILE_DONE))
    found = evidence(integer_table(BITS), [Trace(broken, tolerant=True)])
    assert found["file_done/TRANSFERRING/1"].survived


def test_every_order_of_calls_side_by_side_touches_its_rows() -> None:
    pair = Overlapped(side_by_side((Operation.SUSPEND, OK), (Operation.CANCEL, OK)), NOTHING)
    rows = {table(BITS).rows[number].id for number in touched_rows((pair,))}
    # Also those that a call meets where the other has led.
    assert {"suspend/SUSPENDED/1", "cancel/SUSPENDED/1", "suspend/CANCELLED/1"} <= rows


def test_a_call_that_timed_out_touches_its_rows_later() -> None:
    late = (TimedOut(Operation.CANCEL, NOTHING), sampled(S))
    assert table(BITS).rows.index(table(BITS).by_id["cancel/SUSPENDED/1"]) in touched_rows(late)
