"""Callbacks: which of them a step of the table makes, by which flag, how often, in which order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from copyjob.spec.callbacks import (
    FLAGS,
    Callback,
    CallbackRule,
    Enters,
    Happens,
    Promise,
    callbacks,
    callbacks_of,
    promises,
)
from copyjob.spec.facts import Fact
from copyjob.spec.rows import FINAL, Answer, Level, Row
from copyjob.spec.table import full_table
from copyjob.spec.validate import Kind, TableFaultError, checked_callbacks, checked_promises, faults_of_callbacks
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, NotifyFlag, Operation

BITS, DO = Dialect.BITS, Dialect.DO
RESTED = (JobState.ERROR, JobState.TRANSFERRED)


@cache
def steps(dialect: Dialect) -> tuple[tuple[Row, Answer, frozenset[Callback]], ...]:
    """Return every row and answer of a dialect with what must be called."""
    return tuple(
        (
            row,
            answer,
            frozenset(r.callback for r in callbacks_of(row, answer, dialect) if r.level is Level.MUST),
        )
        for row in full_table(dialect).rows
        for answer in row.all_answers
    )


def calling(dialect: Dialect, callback: Callback) -> Iterator[tuple[Row, Answer]]:
    return ((row, answer) for row, answer, called in steps(dialect) if callback in called)


def called_by(dialect: Dialect, row_id: str, number: int = 0) -> set[str]:
    row = full_table(dialect).by_id[row_id]
    return {rule.callback.value for rule in callbacks_of(row, row.answers[number], dialect)}


def rule_of(dialect: Dialect, rule_id: str) -> CallbackRule:
    (rule,) = (each for each in callbacks(dialect) if each.id == rule_id)
    return rule


def test_no_rule_has_a_fault(dialect: Dialect) -> None:
    assert faults_of_callbacks(callbacks(dialect), full_table(dialect)) == ()


def test_a_rule_that_no_row_fires_would_be_named() -> None:
    dead = replace(rule_of(DO, "error/entered"), trigger=Enters(JobState.CONNECTING))

    (fault,) = faults_of_callbacks([dead], full_table(DO))

    assert str(fault) == "error/entered is never taken: the job enters CONNECTING"


def test_a_rule_that_cited_a_clause_of_the_other_dialect_alone_would_be_named() -> None:
    foreign = replace(rule_of(DO, "error/entered"), cites=("callback/no-modify",))

    assert [fault.kind for fault in faults_of_callbacks([foreign], full_table(DO))] == [Kind.FOREIGN_CLAUSE]


def test_no_dialect_has_an_id_twice(dialect: Dialect) -> None:
    ids = [rule.id for rule in callbacks(dialect)] + [rule.id for rule in promises(dialect)]

    assert len(ids) == len(set(ids))


def test_job_transferred_comes_of_entering_transferred_and_of_nothing_else(dialect: Dialect) -> None:
    entering = [
        (row, answer)
        for row, answer, _ in steps(dialect)
        if answer.dest is JobState.TRANSFERRED and row.source is not JobState.TRANSFERRED
    ]

    assert entering
    assert list(calling(dialect, Callback.JOB_TRANSFERRED)) == entering


def test_job_error_comes_of_entering_error_and_of_nothing_else(dialect: Dialect) -> None:
    entering = [
        (row, answer)
        for row, answer, _ in steps(dialect)
        if answer.dest is JobState.ERROR and row.source is not JobState.ERROR
    ]

    assert entering
    assert list(calling(dialect, Callback.JOB_ERROR)) == entering


def test_job_error_never_comes_of_a_transient_error(dialect: Dialect) -> None:
    transient = [called for _, answer, called in steps(dialect) if answer.dest is JobState.TRANSIENT_ERROR]

    assert transient
    assert [called for called in transient if Callback.JOB_ERROR in called] == []


def test_a_job_that_gives_up_calls_job_error(dialect: Dialect) -> None:
    assert "JobError" in called_by(dialect, "no_progress/TRANSIENT_ERROR/1")


def test_in_bits_a_file_that_is_done_calls_file_transferred_and_job_modification() -> None:
    assert called_by(BITS, "file_done/TRANSFERRING/1") == {"FileTransferred", "JobModification"}


def test_in_bits_file_transferred_comes_of_a_file_that_is_done_alone() -> None:
    labels = {row.label for row, _ in calling(BITS, Callback.FILE_TRANSFERRED)}

    assert labels == {InternalEvent.FILE_DONE}


def test_file_transferred_comes_once_for_every_file_that_counts_as_done() -> None:
    counted = [
        (row, answer)
        for row, answer, _ in steps(BITS)
        if any(effect.fact is Fact.FILES_DONE for effect in answer.effects) and answer.dest is not JobState.CANCELLED
    ]

    assert list(calling(BITS, Callback.FILE_TRANSFERRED)) == counted


def test_delivery_optimization_never_calls_file_transferred() -> None:
    rules = [each.callback for each in callbacks(DO)] + [each for rule in promises(DO) for each in rule.callbacks]

    assert rules
    assert Callback.FILE_TRANSFERRED not in rules


@pytest.mark.parametrize("dialect", Dialect)
def test_entering_error_or_transferred_makes_no_job_modification_in_bits_and_makes_one_in_delivery_optimization(
    dialect: Dialect,
) -> None:
    moved = {
        Callback.JOB_MODIFICATION in called
        for row, answer, called in steps(dialect)
        if answer.dest in RESTED and row.source is not answer.dest
    }

    assert moved == {dialect is DO}


def test_every_other_change_of_state_makes_a_job_modification(dialect: Dialect) -> None:
    moved = [
        Callback.JOB_MODIFICATION in called
        for row, answer, called in steps(dialect)
        if row.source is not answer.dest and answer.dest not in RESTED
    ]

    assert moved
    assert all(moved)


@pytest.mark.parametrize("row_id", ["add_file/SUSPENDED/1", "set_priority/QUEUED/1", "set_notify_flags/ERROR/1"])
def test_a_file_added_and_a_property_set_make_a_job_modification(dialect: Dialect, row_id: str) -> None:
    assert called_by(dialect, row_id) == {"JobModification"}


@pytest.mark.parametrize("row_id", ["resume/QUEUED/1", "get_state/TRANSFERRING/1", "restart/SUSPENDED/1"])
def test_what_changes_nothing_that_a_client_set_or_sees_calls_nobody(dialect: Dialect, row_id: str) -> None:
    assert called_by(dialect, row_id) == set()


def test_a_refused_call_calls_nobody(dialect: Dialect) -> None:
    refused = [
        (row, answer) for row, answer, _ in steps(dialect) if answer.hresult is not None and answer.hresult.failed
    ]

    assert refused
    assert [row.id for row, answer in refused if callbacks_of(row, answer, dialect)] == []


def test_a_refusal_calls_nobody_even_where_a_faulty_table_lets_it_move_the_job() -> None:
    row = full_table(BITS).by_id["resume/SUSPENDED/1"]

    assert callbacks_of(row, Answer(JobState.QUEUED, Hresult.BG_E_EMPTY), BITS) == ()
    assert callbacks_of(row, Answer(JobState.QUEUED, Hresult.S_OK), BITS)


def test_a_final_job_calls_nobody(dialect: Dialect) -> None:
    final = [(row, answer) for row, answer, _ in steps(dialect) if row.source in FINAL]

    assert final
    assert [row.id for row, answer in final if callbacks_of(row, answer, dialect)] == []


def test_a_setter_that_a_final_job_of_delivery_optimization_lets_succeed_calls_nobody() -> None:
    row = full_table(DO).by_id["set_priority/CANCELLED/1"]

    assert row.answers[0].hresult is Hresult.S_OK
    assert callbacks_of(row, row.answers[0], DO) == ()


def test_a_prefix_that_matched_nothing_calls_nobody() -> None:
    row = full_table(BITS).by_id["replace_remote_prefix/SUSPENDED/1"]

    called = {a.hresult: [r.level for r in callbacks_of(row, a, BITS)] for a in row.answers}

    assert called == {Hresult.S_OK: [Level.MAY], Hresult.S_FALSE: []}


def test_every_setter_of_the_job_is_a_property(dialect: Dialect) -> None:
    trigger = rule_of(dialect, "modification/property").trigger
    others = {Operation.SET_REMOTE_NAME}
    setters = {each for each in full_table(dialect).operations if each.value.startswith("set_")} - others

    assert isinstance(trigger, Happens)
    assert setters <= set(trigger.labels)


def test_every_callback_is_asked_for_by_the_flag_of_its_name() -> None:
    assert {each.name: flag for each, flag in FLAGS.items()} == {
        "JOB_TRANSFERRED": NotifyFlag.JOB_TRANSFERRED,
        "JOB_ERROR": NotifyFlag.JOB_ERROR,
        "JOB_MODIFICATION": NotifyFlag.JOB_MODIFICATION,
        "FILE_TRANSFERRED": NotifyFlag.FILE_TRANSFERRED,
    }


@pytest.mark.parametrize(
    ("dialect", "again"),
    [(BITS, {"JobTransferred", "JobError", "FileTransferred"}), (DO, {"JobError"})],
)
def test_a_call_that_fails_is_repeated_where_the_dialect_says_so(dialect: Dialect, again: set[str]) -> None:
    assert {rule.callback.value for rule in callbacks(dialect) if rule.again} == again


def test_file_transferred_comes_before_what_ends_the_transfer() -> None:
    before = [rule.callbacks for rule in promises(BITS) if rule.promise is Promise.BEFORE]

    assert before == [
        (Callback.FILE_TRANSFERRED, Callback.JOB_TRANSFERRED),
        (Callback.FILE_TRANSFERRED, Callback.JOB_ERROR),
    ]


@pytest.mark.parametrize(
    ("promise", "dialects"),
    [
        (Promise.BEFORE, {BITS}),
        (Promise.MAY_OVERTAKE, {BITS}),
        (Promise.ONE_AT_A_TIME, {BITS}),
        (Promise.LATE, {BITS}),
        (Promise.NOT_KEPT, {BITS, DO}),
        (Promise.BY_DEFAULT, {BITS}),
        (Promise.UNSUPPORTED, {DO}),
    ],
)
def test_a_promise_holds_in_the_dialects_that_document_it(promise: Promise, dialects: set[Dialect]) -> None:
    assert {each for each in Dialect if any(rule.promise is promise for rule in promises(each))} == dialects


def test_a_rule_is_told_in_a_sentence() -> None:
    assert rule_of(BITS, "error/entered").english == (
        "JobError is called for a client that asked for it by JOB_ERROR when the job enters ERROR, "
        "again and again until it returns S_OK."
    )


def test_a_promise_is_told_in_a_sentence() -> None:
    (rule,) = (each for each in promises(BITS) if each.promise is Promise.MAY_OVERTAKE)

    assert rule.english == (
        "JobTransferred may reach the client before calls of JobModification that were made earlier."
    )


@pytest.mark.parametrize(
    ("dialect", "rule_id", "english"),
    [
        (BITS, "flags/default", "A client that set no flags has asked for JobTransferred and JobError."),
        (DO, "flags/unsupported", "The flags DISABLE and FILE_RANGES_TRANSFERRED are not supported."),
    ],
)
def test_which_flags_a_job_begins_with_and_which_it_lacks_is_promised(
    dialect: Dialect, rule_id: str, english: str
) -> None:
    assert {rule.id: rule.english for rule in promises(dialect)}[rule_id] == english


def test_rules_and_promises_with_a_fault_are_not_handed_out() -> None:
    rule, promise = rule_of(DO, "error/entered"), promises(DO)[0]

    with pytest.raises(TableFaultError, match="the callbacks of DO have a fault\nerror/entered and error/entered have"):
        checked_callbacks((rule, rule), full_table(DO))
    with pytest.raises(TableFaultError, match=f"the promises of DO have a fault\n{promise.id} cites no clause"):
        checked_promises((replace(promise, cites=()),), DO)


def test_a_decided_rule_and_a_decided_promise_are_told_from_documented_ones() -> None:
    rule, promise = rule_of(DO, "error/entered"), promises(DO)[0]

    assert not rule.decided
    assert not promise.decided
    assert replace(rule, cites=("decision/6",)).decided
    assert replace(promise, cites=("decision/6",)).decided
