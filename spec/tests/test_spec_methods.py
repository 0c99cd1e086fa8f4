"""Resume, Suspend, Cancel and Complete, clause by clause, as the contract tells them.

Law: each test says one clause in the words of the contract and asks the table; what to expect is typed here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from copyjob.spec import facts as f
from copyjob.spec.citations import CLAUSES
from copyjob.spec.facts import Configuration, ErrorInformation, Facts
from copyjob.spec.table import Level, full_table, table
from copyjob.spec.vocabulary import Dialect, JobState, Operation

if TYPE_CHECKING:
    from copyjob.spec.table import Row, Table

BITS, DO = table(Dialect.BITS), table(Dialect.DO)
FINAL = ("ACKNOWLEDGED", "CANCELLED")
INVALID_STATE = {Dialect.BITS: "BG_E_INVALID_STATE", Dialect.DO: "DO_E_INVALID_STATE"}
EMPTY = {Dialect.BITS: "BG_E_EMPTY", Dialect.DO: "DO_E_JOB_EMPTY"}
NO_FILE, ONE_LEFT, PART, WHOLE = Facts(), Facts(1, 0), Facts(2, 1), Facts(2, 2)

on_both = pytest.mark.parametrize("rows", [BITS, DO], ids=["BITS", "DO"])
in_final_states = pytest.mark.parametrize("state", FINAL)


def row_at(rows: Table, operation: Operation, state: str, facts: Facts) -> Row:
    row = rows.row_at(operation, Configuration(JobState[state], facts))
    assert row is not None
    return row


def permitted(rows: Table, operation: Operation, state: str, facts: Facts) -> set[tuple[str, str]]:
    """Return what may be observed: pairs of an HRESULT and the state that the job is in then."""
    answers = row_at(rows, operation, state, facts).answers
    return {(a.hresult.name, a.dest.name) for a in answers if a.hresult is not None}


def facts_after(rows: Table, operation: Operation, state: str, facts: Facts) -> set[Facts]:
    return {f.apply(answer.effects, facts) for answer in row_at(rows, operation, state, facts).answers}


def refused_in_final_states(rows: Table, operation: Operation, state: str) -> bool:
    """Tell whether a method is refused with E_INVALID_STATE whatever the facts, and nothing changes."""
    return all(
        permitted(rows, operation, state, facts) == {(INVALID_STATE[rows.dialect], state)}
        and facts_after(rows, operation, state, facts) == {facts}
        for facts in f.all_facts(2)
    )


# Resume


@on_both
def test_resuming_an_empty_job_is_refused_with_e_empty_and_stays(rows: Table) -> None:
    """resume/empty."""
    assert permitted(rows, Operation.RESUME, "SUSPENDED", NO_FILE) == {(EMPTY[rows.dialect], "SUSPENDED")}


@on_both
def test_resuming_an_empty_job_is_a_documented_must(rows: Table) -> None:
    """resume/empty."""
    assert row_at(rows, Operation.RESUME, "SUSPENDED", NO_FILE).level is Level.MUST


def test_resuming_a_suspended_job_with_files_queues_it_in_bits() -> None:
    """resume/suspended."""
    assert permitted(BITS, Operation.RESUME, "SUSPENDED", ONE_LEFT) == {("S_OK", "QUEUED")}


def test_resuming_a_suspended_job_with_files_may_transfer_at_once_or_queue_it_in_delivery_optimization() -> None:
    """resume/suspended, decision/5."""
    expected = {("S_OK", "TRANSFERRING"), ("S_OK", "QUEUED")}

    assert permitted(DO, Operation.RESUME, "SUSPENDED", ONE_LEFT) == expected


def test_resuming_a_suspended_job_whose_files_are_all_transferred_queues_it_or_is_refused() -> None:
    """decision/16."""
    expected = {("S_OK", "QUEUED"), ("BG_E_EMPTY", "SUSPENDED")}

    assert permitted(BITS, Operation.RESUME, "SUSPENDED", WHOLE) == expected


@pytest.mark.parametrize("state", ["QUEUED", "CONNECTING", "TRANSFERRING"])
def test_resuming_a_job_that_is_under_way_leaves_it_where_it_is(state: str) -> None:
    """resume/action."""
    assert permitted(BITS, Operation.RESUME, state, ONE_LEFT) == {("S_OK", state)}


@pytest.mark.parametrize("state", ["QUEUED", "TRANSFERRING"])
def test_resuming_a_job_that_is_under_way_is_a_should_in_delivery_optimization(state: str) -> None:
    """decision/15."""
    row = row_at(DO, Operation.RESUME, state, ONE_LEFT)

    assert (row.level, permitted(DO, Operation.RESUME, state, ONE_LEFT)) == (Level.SHOULD, {("S_OK", state)})


@pytest.mark.parametrize("state", ["ERROR", "TRANSIENT_ERROR"])
def test_resuming_a_job_in_error_queues_it_in_bits(state: str) -> None:
    """resume/error."""
    assert permitted(BITS, Operation.RESUME, state, ONE_LEFT) == {("S_OK", "QUEUED")}


@pytest.mark.parametrize("state", ["ERROR", "TRANSIENT_ERROR"])
def test_resuming_a_job_in_error_restarts_it_in_delivery_optimization(state: str) -> None:
    """resume/error, decision/5."""
    expected = {("S_OK", "TRANSFERRING"), ("S_OK", "QUEUED")}

    assert permitted(DO, Operation.RESUME, state, ONE_LEFT) == expected


@on_both
@pytest.mark.parametrize("state", ["ERROR", "TRANSIENT_ERROR"])
def test_resuming_a_job_in_error_keeps_the_error_information_until_it_transfers(rows: Table, state: str) -> None:
    """error/available, decision/18."""
    failed = Facts(1, 0, ErrorInformation.AVAILABLE)
    row = row_at(rows, Operation.RESUME, state, failed)

    known = {(a.dest.name, f.apply(a.effects, failed).error) for a in row.answers}
    expected = {
        ("QUEUED", ErrorInformation.AVAILABLE.value),
        ("TRANSFERRING", ErrorInformation.UNAVAILABLE.value),
    }
    assert known == (expected if rows is DO else {("QUEUED", ErrorInformation.AVAILABLE.value)})


def test_resuming_a_transferred_job_to_which_files_were_added_has_them_transferred() -> None:
    """resume/transferred-more."""
    assert permitted(BITS, Operation.RESUME, "TRANSFERRED", PART) == {("S_OK", "QUEUED")}


def test_resuming_a_transferred_job_to_which_files_were_added_is_a_should_in_delivery_optimization() -> None:
    """decision/17."""
    assert row_at(DO, Operation.RESUME, "TRANSFERRED", PART).level is Level.SHOULD


@on_both
def test_resuming_a_transferred_job_with_nothing_left_stays_with_s_ok_or_e_empty(rows: Table) -> None:
    """decision/3."""
    expected = {("S_OK", "TRANSFERRED"), (EMPTY[rows.dialect], "TRANSFERRED")}

    assert permitted(rows, Operation.RESUME, "TRANSFERRED", WHOLE) == expected


@on_both
@in_final_states
def test_resuming_a_job_in_a_final_state_is_refused_with_e_invalid_state(rows: Table, state: str) -> None:
    """resume/final."""
    assert refused_in_final_states(rows, Operation.RESUME, state)


# Suspend


@on_both
@pytest.mark.parametrize("state", ["QUEUED", "TRANSFERRING", "TRANSIENT_ERROR"])
def test_suspending_a_job_in_an_action_state_makes_it_suspended(rows: Table, state: str) -> None:
    """suspend/action, decision/7."""
    assert permitted(rows, Operation.SUSPEND, state, ONE_LEFT) == {("S_OK", "SUSPENDED")}


def test_suspending_a_connecting_job_makes_it_suspended_in_bits() -> None:
    """suspend/action."""
    assert permitted(BITS, Operation.SUSPEND, "CONNECTING", ONE_LEFT) == {("S_OK", "SUSPENDED")}


@on_both
def test_suspending_a_job_keeps_its_files(rows: Table) -> None:
    """suspend/action."""
    (after,) = facts_after(rows, Operation.SUSPEND, "TRANSFERRING", PART)

    assert (after.files_total, after.files_done) == (2, 1)


@on_both
def test_suspending_a_suspended_job_leaves_it_where_it_is(rows: Table) -> None:
    """suspend/suspended."""
    assert permitted(rows, Operation.SUSPEND, "SUSPENDED", ONE_LEFT) == {("S_OK", "SUSPENDED")}


@on_both
@pytest.mark.parametrize("state", ["ERROR", "TRANSFERRED"])
def test_suspending_a_job_in_error_or_transferred_switches_it_or_leaves_it(rows: Table, state: str) -> None:
    """suspend/automatic, decision/2."""
    assert permitted(rows, Operation.SUSPEND, state, WHOLE) == {("S_OK", state), ("S_OK", "SUSPENDED")}


@on_both
@in_final_states
def test_suspending_a_job_in_a_final_state_is_refused_with_e_invalid_state(rows: Table, state: str) -> None:
    """suspend/final."""
    assert refused_in_final_states(rows, Operation.SUSPEND, state)


# Cancel


@on_both
def test_cancelling_a_job_in_any_other_state_makes_it_cancelled(rows: Table) -> None:
    """cancel/any."""
    others = [state.name for state in rows.states if state.name not in FINAL]

    assert len(others) >= 6
    for state in others:
        for facts in f.all_facts(2):
            assert permitted(rows, Operation.CANCEL, state, facts) == {("S_OK", "CANCELLED")}


@on_both
def test_cancelling_a_job_throws_away_what_was_transferred(rows: Table) -> None:
    """cancel/any."""
    assert {after.files_done for after in facts_after(rows, Operation.CANCEL, "TRANSFERRED", WHOLE)} == {0}


@on_both
@in_final_states
def test_cancelling_a_job_in_a_final_state_is_refused_with_e_invalid_state(rows: Table, state: str) -> None:
    """cancel/final."""
    assert refused_in_final_states(rows, Operation.CANCEL, state)


# Complete


@on_both
def test_completing_a_transferred_job_acknowledges_it_with_s_ok(rows: Table) -> None:
    """complete/transferred."""
    assert permitted(rows, Operation.COMPLETE, "TRANSFERRED", WHOLE) == {("S_OK", "ACKNOWLEDGED")}


@pytest.mark.parametrize(
    "state",
    ["QUEUED", "CONNECTING", "TRANSFERRING", "SUSPENDED", "ERROR", "TRANSIENT_ERROR", "TRANSFERRED"],
)
def test_completing_a_partly_transferred_job_says_so_in_bits(state: str) -> None:
    """complete/partial."""
    expected = {("BG_S_PARTIAL_COMPLETE", "ACKNOWLEDGED")}

    assert permitted(BITS, Operation.COMPLETE, state, PART) == expected


@pytest.mark.parametrize("state", ["QUEUED", "TRANSFERRING", "SUSPENDED", "ERROR", "TRANSIENT_ERROR", "TRANSFERRED"])
def test_completing_a_partly_transferred_job_may_say_so_in_delivery_optimization(state: str) -> None:
    """complete/partial."""
    expected = {("S_OK", "ACKNOWLEDGED"), ("BG_S_PARTIAL_COMPLETE", "ACKNOWLEDGED")}

    assert permitted(DO, Operation.COMPLETE, state, PART) == expected


@on_both
def test_completing_a_partly_transferred_job_keeps_what_is_wholly_transferred(rows: Table) -> None:
    """complete/partial."""
    assert {a.files_done for a in facts_after(rows, Operation.COMPLETE, "TRANSFERRING", PART)} == {1}


@on_both
@pytest.mark.parametrize("facts", [NO_FILE, ONE_LEFT], ids=["empty", "nothing done"])
def test_completing_a_job_without_a_transferred_file_acknowledges_it_with_either_success(
    rows: Table, facts: Facts
) -> None:
    """decision/4."""
    expected = {("S_OK", "ACKNOWLEDGED"), ("BG_S_PARTIAL_COMPLETE", "ACKNOWLEDGED")}

    assert permitted(rows, Operation.COMPLETE, "SUSPENDED", facts) == expected


@on_both
@in_final_states
def test_completing_a_job_in_a_final_state_is_refused_with_e_invalid_state(rows: Table, state: str) -> None:
    """complete/final."""
    assert refused_in_final_states(rows, Operation.COMPLETE, state)


def test_the_table_does_not_claim_to_judge_renames() -> None:
    """complete/rename: it hangs on a fact that no row has."""
    assert "complete/rename" in CLAUSES
    assert [row.id for each in Dialect for row in full_table(each).rows if "complete/rename" in row.cites] == []
