"""A table with a fault is refused with the names of the rows: each kind of fault, planted in a copy of the table.

Law: nothing here changes the table itself; a fault stands in a copy that lives as long as its test.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copyjob.spec import cli
from copyjob.spec import facts as f
from copyjob.spec import table as table_module
from copyjob.spec.rows import Answer, Outcome, Row, outcome_of
from copyjob.spec.scope import CORE, FEATURES, Feature, Scope
from copyjob.spec.table import Table, full_table, table
from copyjob.spec.validate import Fault, Kind, TableFaultError, checked, checked_rows, faults, faults_of_form
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, JobType

BITS, DO = table(Dialect.BITS), table(Dialect.DO)
UPLOADS = table(Dialect.BITS, frozenset({Feature.UPLOADS}))
S, T, E = JobState.SUSPENDED, JobState.TRANSFERRING, JobState.ERROR


def with_row(given: Table, row_id: str, **changes: Any) -> Table:
    """Return a copy in which one row differs; what the row does with the job is told anew, unless it is given."""
    row = replace(given.by_id[row_id], **changes)
    if "answers" in changes and "outcome" not in changes and row.answers:
        row = replace(row, outcome=outcome_of(row.source, row.answers))
    return replace(given, rows=tuple(row if each.id == row_id else each for each in given.rows))


def with_copy(given: Table, row_id: str, **changes: Any) -> Table:
    """Return a copy with one row more, made from one that stands."""
    return replace(given, rows=(*given.rows, replace(given.by_id[row_id], **changes)))


def without(given: Table, row_id: str) -> Table:
    return replace(given, rows=tuple(row for row in given.rows if row.id != row_id))


def answers_of(given: Table, row_id: str, **changes: Any) -> tuple[Answer, ...]:
    return tuple(replace(answer, **changes) for answer in given.by_id[row_id].answers)


def only(given: Table) -> Fault:
    (fault,) = faults(given)
    return fault


def all_scopes(dialect: Dialect) -> list[Scope]:
    features = sorted(FEATURES[dialect], key=lambda each: each.value)
    return [frozenset(some) for n in range(len(features) + 1) for some in combinations(features, n)]


# The tables that stand


@pytest.mark.parametrize("dialect", Dialect)
def test_the_full_table_has_no_fault(dialect: Dialect) -> None:
    assert faults(full_table(dialect)) == ()


@pytest.mark.parametrize("dialect", Dialect)
def test_the_core_table_has_no_fault_with_three_files(dialect: Dialect) -> None:
    assert faults(table(dialect), 3) == ()


@pytest.mark.parametrize("dialect", Dialect)
def test_no_table_of_any_scope_has_a_row_that_is_wrong_by_itself(dialect: Dialect) -> None:
    found = [faults_of_form(table(dialect, scope)) for scope in all_scopes(dialect)]

    assert len(found) == 2 ** len(FEATURES[dialect])
    assert list(chain(*found)) == []


@pytest.mark.parametrize("feature", [None, *Feature], ids=str)
def test_no_table_of_a_single_feature_has_a_fault(feature: Feature | None) -> None:
    scope = frozenset({feature}) if feature else CORE

    assert faults(table(Dialect.BITS, scope)) == ()


@pytest.mark.parametrize("dialect", Dialect)
def test_the_table_for_backends_that_know_ids_alone_has_no_fault(dialect: Dialect) -> None:
    assert faults(full_table(dialect).permitting_not_found()) == ()


def test_a_table_without_a_fault_is_handed_back() -> None:
    assert checked(DO) is DO
    assert checked_rows(DO) is DO


# Rows by themselves


def test_two_rows_with_one_id_are_named() -> None:
    faulty = with_row(BITS, "resume/SUSPENDED/2", id="resume/SUSPENDED/1")

    assert Fault(Kind.DUPLICATE_ID, ("resume/SUSPENDED/1", "resume/SUSPENDED/1")) in faults(faulty)


def test_two_rows_that_say_the_same_are_named_once() -> None:
    faulty = with_copy(BITS, "suspend/SUSPENDED/1", id="suspend/SUSPENDED/2")

    assert only(faulty) == Fault(Kind.DUPLICATE_ROW, ("suspend/SUSPENDED/1", "suspend/SUSPENDED/2"))


def test_a_row_without_an_answer_is_named() -> None:
    assert only(with_row(BITS, "cancel/ERROR/1", answers=())) == Fault(Kind.NO_ANSWER, ("cancel/ERROR/1",))


def test_a_refused_row_that_moves_the_job_is_named() -> None:
    faulty = with_row(
        BITS, "resume/SUSPENDED/1", answers=(Answer(JobState.QUEUED, Hresult.BG_E_EMPTY),), outcome=Outcome.REFUSED
    )

    assert Fault(Kind.REFUSAL_CHANGES, ("resume/SUSPENDED/1",), "to QUEUED") in faults(faulty)


def test_a_refused_row_with_an_effect_is_named() -> None:
    refusal = answers_of(BITS, "add_file/CANCELLED/1", effects=(f.ADD_ONE_FILE,))
    faulty = with_row(BITS, "add_file/CANCELLED/1", answers=refusal)

    assert only(faulty) == Fault(Kind.REFUSAL_CHANGES, ("add_file/CANCELLED/1",), "1 effects")


def test_a_refusal_among_permitted_answers_that_changes_something_is_named() -> None:
    stays, refusal = BITS.by_id["resume/TRANSFERRED/2"].answers
    faulty = with_row(BITS, "resume/TRANSFERRED/2", answers=(stays, replace(refusal, dest=S)))

    assert Fault(Kind.REFUSAL_CHANGES, ("resume/TRANSFERRED/2",), "to SUSPENDED") in faults(faulty)


def test_an_internal_event_with_an_hresult_is_named() -> None:
    faulty = with_row(BITS, "connect/CONNECTING/1", answers=(Answer(T, Hresult.S_OK, (f.CLEAR_ERROR,)),))

    assert only(faulty) == Fault(Kind.EVENT_WITH_HRESULT, ("connect/CONNECTING/1",), "S_OK")


def test_a_call_without_an_hresult_is_named() -> None:
    faulty = with_row(BITS, "suspend/SUSPENDED/1", answers=(Answer(S, None),))

    assert only(faulty) == Fault(Kind.CALL_WITHOUT_HRESULT, ("suspend/SUSPENDED/1",))


def test_a_tolerated_answer_is_looked_at_like_any_other() -> None:
    faulty = with_row(BITS, "transient_fault/TRANSFERRING/1", tolerated=(Answer(E, Hresult.S_OK, (f.SET_ERROR,)),))

    assert only(faulty) == Fault(Kind.EVENT_WITH_HRESULT, ("transient_fault/TRANSFERRING/1",), "S_OK")


def test_a_row_whose_outcome_is_not_what_its_answers_do_is_named() -> None:
    faulty = with_row(BITS, "cancel/QUEUED/1", outcome=Outcome.STAYS)

    assert only(faulty) == Fault(Kind.OUTCOME, ("cancel/QUEUED/1",), "STAYS and MOVES")


def test_a_row_that_leads_to_a_state_the_dialect_does_not_have_is_named() -> None:
    faulty = with_row(DO, "turn/QUEUED/1", answers=(Answer(JobState.CONNECTING, None),))

    assert only(faulty) == Fault(Kind.UNKNOWN_STATE, ("turn/QUEUED/1",), "CONNECTING")


def test_a_row_about_a_fact_that_is_not_in_the_scope_is_named() -> None:
    faulty = with_row(BITS, "turn/QUEUED/1", guard=f.ONLINE)

    assert only(faulty) == Fault(Kind.FOREIGN_FACT, ("turn/QUEUED/1",), "OFFLINE")


def test_a_row_that_cites_nothing_is_named() -> None:
    assert only(with_row(BITS, "cancel/QUEUED/1", cites=())) == Fault(Kind.NO_CLAUSE, ("cancel/QUEUED/1",))


def test_a_row_that_cites_what_is_no_clause_is_named_with_the_nearest() -> None:
    faulty = with_row(BITS, "cancel/QUEUED/1", cites=("cancel/any", "cancel/fnial"))

    assert str(only(faulty)) == (
        "cancel/QUEUED/1 cites a clause that the contract does not have: 'cancel/fnial', perhaps 'cancel/final'"
    )


def test_a_row_of_delivery_optimization_that_cites_bits_alone_is_named() -> None:
    faulty = with_row(DO, "suspend/SUSPENDED/1", cites=("suspend/suspended",))

    assert only(faulty) == Fault(Kind.FOREIGN_CLAUSE, ("suspend/SUSPENDED/1",), "suspend/suspended")


def test_a_row_of_bits_that_cites_delivery_optimization_beside_its_own_is_named() -> None:
    faulty = with_row(BITS, "suspend/SUSPENDED/1", cites=("suspend/suspended", "decision/15"))

    assert only(faulty) == Fault(Kind.FOREIGN_CLAUSE, ("suspend/SUSPENDED/1",), "suspend/suspended, decision/15")


# Rows among each other


def test_two_rows_whose_guards_hold_at_once_are_named_with_an_example() -> None:
    faulty = with_row(BITS, "resume/SUSPENDED/2", guard=f.ANY_FILE)

    assert str(only(faulty)) == (
        "resume/SUSPENDED/2 and resume/SUSPENDED/3 have guards that hold at once: "
        "such as SUSPENDED 1/1 files, error information UNAVAILABLE"
    )


def test_two_rows_that_answer_otherwise_to_the_same_are_named() -> None:
    faulty = with_copy(
        BITS,
        "suspend/SUSPENDED/1",
        id="suspend/SUSPENDED/2",
        answers=(Answer(S, Hresult.E_NOTIMPL),),
        outcome=Outcome.REFUSED,
    )

    assert [(fault.kind, fault.rows) for fault in faults(faulty)] == [
        (Kind.OVERLAP, ("suspend/SUSPENDED/1", "suspend/SUSPENDED/2"))
    ]


def test_two_rows_of_one_internal_event_whose_guards_hold_at_once_are_named() -> None:
    faulty = with_row(BITS, "file_done/TRANSFERRING/1", guard=f.ALWAYS)
    twice = with_copy(faulty, "file_done/TRANSFERRING/1", id="file_done/TRANSFERRING/2", answers=(Answer(T, None),))

    assert Kind.OVERLAP in {fault.kind for fault in faults(twice)}


def test_a_row_whose_guard_contradicts_itself_is_named() -> None:
    faulty = with_copy(BITS, "resume/SUSPENDED/2", id="resume/SUSPENDED/4", guard=f.NO_FILE & f.MORE_FILES)

    assert str(faults(faulty)[0]) == (
        "resume/SUSPENDED/4 has a guard that can never hold: it has no file and a file is left to transfer"
    )


def test_an_effect_that_counts_more_files_done_than_there_are_is_named() -> None:
    faulty = with_row(BITS, "file_done/TRANSFERRING/1", guard=f.ANY_FILE)

    assert only(faulty) == Fault(
        Kind.UNSOUND,
        ("file_done/TRANSFERRING/1",),
        "from files_total 1, files_done 1 to files_total 1, files_done 2",
    )


def test_an_upload_that_is_given_a_second_file_is_named() -> None:
    faulty = with_row(without(UPLOADS, "add_file/SUSPENDED/3"), "add_file/SUSPENDED/2", guard=f.UPLOADING)

    found = only(faulty)

    assert (found.kind, found.rows) == (Kind.UNSOUND, ("add_file/SUSPENDED/2",))
    assert f"kind {JobType.UPLOAD.value}" in found.particulars


def test_an_effect_without_bound_does_not_keep_the_check_from_ending() -> None:
    endless = (Answer(T, None, (f.Assign(f.Fact.ERROR, f.Plus(f.Fact.ERROR, 1)),)),)

    assert only(with_row(BITS, "file_done/TRANSFERRING/1", answers=endless)).kind is Kind.UNSOUND


# What is reached


def test_an_operation_without_a_row_where_a_job_can_be_is_named_with_an_example() -> None:
    assert str(only(without(BITS, "resume/SUSPENDED/1"))) == (
        "resume/SUSPENDED has no row in a configuration that a job can be in: "
        "SUSPENDED 0/0 files, error information UNAVAILABLE"
    )


def test_a_row_that_is_never_taken_is_named() -> None:
    faulty = with_copy(
        BITS,
        "get_error/TRANSFERRED/1",
        id="get_error/ERROR/3",
        source=E,
        guard=f.ERROR_NONE,
        answers=(Answer(E, Hresult.BG_E_ERROR_INFORMATION_UNAVAILABLE),),
    )

    assert only(faulty) == Fault(Kind.NEVER_TAKEN, ("get_error/ERROR/3",), "there is no error information")


def test_a_state_that_a_job_can_no_longer_reach_shows_in_the_rows_that_nothing_takes() -> None:
    found = faults(without(BITS, "connect/CONNECTING/1"))

    assert {fault.kind for fault in found} == {Kind.NEVER_TAKEN}
    assert "file_done/TRANSFERRING/1" in {row for fault in found for row in fault.rows}


def test_what_is_reached_is_asked_of_a_table_with_guards_that_hold_at_once_too() -> None:
    faulty = with_row(without(BITS, "cancel/SUSPENDED/1"), "resume/SUSPENDED/2", guard=f.ANY_FILE)

    assert [fault.kind for fault in faults(faulty)] == [Kind.OVERLAP, Kind.HOLE]


def test_with_fewer_files_than_it_takes_a_row_that_is_not_taken_is_no_fault() -> None:
    assert faults(BITS, 0) == ()


# How it is told


def test_a_faulty_table_is_refused_with_a_line_for_every_fault() -> None:
    faulty = with_row(with_row(BITS, "cancel/QUEUED/1", cites=()), "cancel/ERROR/1", outcome=Outcome.STAYS)

    with pytest.raises(ValueError, match="the BITS table has 2 faults") as caught:
        checked(faulty)

    assert str(caught.value).splitlines()[1:] == [
        "cancel/QUEUED/1 cites no clause",
        "cancel/ERROR/1 says one outcome, and its answers another: STAYS and MOVES",
    ]


def test_rows_that_are_wrong_beside_each_other_are_refused_without_asking_what_is_reached() -> None:
    with pytest.raises(TableFaultError, match="have guards that hold at once"):
        checked_rows(with_row(BITS, "resume/SUSPENDED/2", guard=f.ANY_FILE))


def test_a_hole_is_left_to_whoever_asks_what_is_reached() -> None:
    faulty = without(BITS, "resume/SUSPENDED/1")

    assert checked_rows(faulty) is faulty


def test_a_single_fault_is_told_in_one_line() -> None:
    with pytest.raises(TableFaultError) as caught:
        checked_rows(with_row(BITS, "cancel/QUEUED/1", cites=()))

    assert caught.value.usage_message == "the BITS table has a fault: cancel/QUEUED/1 cites no clause"


def test_several_faults_are_told_in_one_line_by_the_first_and_their_number() -> None:
    faulty = with_row(with_row(DO, "cancel/QUEUED/1", cites=()), "cancel/ERROR/1", cites=())

    with pytest.raises(TableFaultError) as caught:
        checked(faulty)

    assert caught.value.usage_message == (
        "the DO table has 2 faults: cancel/QUEUED/1 cites no clause; "
        "and 1 more, all told by copyjob.spec.validate.faults"
    )


def test_the_command_line_tells_a_faulty_table_in_one_line_with_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    faulty = with_row(BITS, "cancel/QUEUED/1", cites=())

    def build(*_: object) -> Table:
        return checked_rows(faulty)

    monkeypatch.setattr(table_module, "table", build)

    assert cli.main(["explore", "--dialect", "BITS", "--files", "1"]) == 2
    assert capsys.readouterr().err == ("copyjob explore: the BITS table has a fault: cancel/QUEUED/1 cites no clause\n")


# Any row


@settings(deadline=None, derandomize=True)  # no deadline: the machine may be busy
@given(st.sampled_from(full_table(Dialect.BITS).rows))
def test_a_table_with_any_row_twice_is_refused_by_its_name(row: Row) -> None:
    twice = full_table(Dialect.BITS)
    faulty = replace(twice, rows=(*twice.rows, row))

    assert faults_of_form(faulty) == (
        Fault(Kind.DUPLICATE_ID, (row.id, row.id)),
        Fault(Kind.DUPLICATE_ROW, (row.id, row.id)),
    )


@given(st.sampled_from([row for row in DO.rows if not isinstance(row.label, InternalEvent)]))
def test_a_table_that_lacks_any_row_of_a_call_has_a_hole_in_its_cell(row: Row) -> None:
    # Where the row was taken first, a job comes without it.
    holes = {name for fault in faults(without(DO, row.id)) if fault.kind is Kind.HOLE for name in fault.rows}

    assert f"{row.label.value}/{row.source.name}" in holes
