"""What must have happened by now: which states the cause book says that a job must leave without any further cause."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from copyjob.conformance.backend import Declared
from copyjob.conformance.causes import CauseBook
from copyjob.conformance.interface import Power
from copyjob.conformance.origin.journal import Entry, EntryKind
from copyjob.conformance.weather import DAY_SECONDS
from copyjob.spec.vocabulary import Dialect, JobState, Operation

Made = Callable[..., Entry]
Q, C, T = JobState.QUEUED, JobState.CONNECTING, JobState.TRANSFERRING
S, X = JobState.SUSPENDED, JobState.TRANSIENT_ERROR


def book(*powers: Power, stall: float = 3600.0) -> CauseBook:
    declared = Declared("by hand", object, (Dialect.BITS,), frozenset(powers), stall_timeout_seconds=stall)
    return CauseBook(declared, Dialect.BITS)


def clocked() -> CauseBook:
    return book(Power.CLOCK, stall=10**9)


def test_in_sunshine_a_job_leaves_every_action_state() -> None:
    assert book().due() == {Q, C, T}


def test_behind_other_jobs_nothing_is_due_in_queued() -> None:
    own = book()
    own.set_blocked(blocked=True)
    assert Q not in own.due()


def test_while_the_server_holds_the_headers_a_running_job_waits(entry: Made) -> None:
    own = book()
    own.added = [0]
    own.set_script(0, "hold_headers")
    own.read([entry(EntryKind.HOLDING, path="a", connection=1)])
    assert not own.due() & {C, T}


def test_until_the_server_holds_something_a_job_is_on_its_way_to_it() -> None:
    own = book()
    own.added = [0]
    own.set_script(0, "hold_body")
    assert {C, T} <= own.due()


def test_while_the_server_holds_the_body_a_job_has_connected(entry: Made) -> None:
    own = book()
    own.added = [0]
    own.set_script(0, "hold_body")
    own.read([entry(EntryKind.HOLDING, path="a", connection=1)])
    assert own.due() & {C, T} == {C}


def test_while_the_server_holds_an_empty_body_a_job_need_not_have_connected(entry: Made) -> None:
    # Without a byte to hold back it is the headers that do not come.
    own = book()
    own.added = [2]
    own.set_script(2, "hold_body")
    own.read([entry(EntryKind.HOLDING, path="a", connection=1)])
    assert not own.due() & {C, T}


def test_the_script_of_a_file_counts_whatever_its_number(entry: Made) -> None:
    own = book()
    own.added = [1]
    own.set_script(1, "hold_body")
    own.read([entry(EntryKind.HOLDING, path="a", connection=1)])
    assert own.due() & {C, T} == {C}


@pytest.mark.parametrize("kind", [EntryKind.CLOSED, EntryKind.ABORTED], ids=lambda kind: kind.value)
def test_a_connection_that_ended_holds_nothing(entry: Made, kind: EntryKind) -> None:
    own = book()
    own.added = [0]
    own.set_script(0, "hold_body")
    own.read([entry(EntryKind.HOLDING, path="a", connection=1), entry(kind, path="a", connection=1)])
    assert T in own.due()


def test_a_new_script_lets_go_of_what_was_held(entry: Made) -> None:
    own = book()
    own.added = [0, 1]
    own.set_script(1, "hold_body")
    own.read([entry(EntryKind.HOLDING, path="a", connection=1), entry(EntryKind.SCRIPT, path="a")])
    assert T in own.due()


def test_connections_that_hang_make_nothing_due_but_the_turn() -> None:
    own = book()
    own.set_gate("backlog")
    assert own.due() == {Q}


def test_without_a_stepped_clock_no_retry_is_due() -> None:
    own = book()
    own.saw(X, 0)
    own.passed(10**9)
    assert X not in own.due()


def waiting(state: JobState, seconds: int, *, script: str = "serve") -> CauseBook:
    own = clocked()
    own.added = [0]
    own.set_script(0, script)
    own.saw(state, 0)
    own.advance(seconds)
    return own


def test_a_retry_is_due_when_its_delay_has_passed() -> None:
    assert X in waiting(X, 600).due()


def test_a_retry_is_not_due_before_its_delay_has_passed() -> None:
    assert X not in waiting(X, 599).due()


def test_a_retry_that_would_fail_again_is_not_due() -> None:
    assert X not in waiting(X, 600, script="status_503").due()


def test_giving_up_is_due_where_no_byte_can_have_come() -> None:
    assert X in waiting(X, 14 * DAY_SECONDS, script="status_503").due()


def test_giving_up_is_not_due_where_bytes_may_have_come() -> None:
    assert X not in waiting(X, 14 * DAY_SECONDS, script="truncate").due()


@pytest.mark.parametrize("script", ["hold_headers", "truncate_first", "reset_at_once", "redirect_loop", "no_content"])
def test_giving_up_is_due_where_the_server_sends_no_byte_of_the_file(script: str) -> None:
    assert X in waiting(X, 14 * DAY_SECONDS, script=script).due()


def failing_again(*meanwhile: JobState) -> CauseBook:
    """Return the book of a job that had its last chance while 14 days passed, and failed again."""
    own = waiting(X, 14 * DAY_SECONDS, script="status_503")
    for state in (*meanwhile, X):
        own.saw(state, 0)
    return own


@pytest.mark.parametrize("meanwhile", [(), (Q,), (C,), (Q, C), (T,)], ids=str)
def test_giving_up_is_due_whether_or_not_the_last_retry_was_seen(meanwhile: tuple[JobState, ...]) -> None:
    assert X in failing_again(*meanwhile).due()


@pytest.mark.parametrize("meanwhile", [S, JobState.ERROR, JobState.TRANSFERRED])
def test_who_came_to_rest_in_between_begins_anew(meanwhile: JobState) -> None:
    assert X not in failing_again(meanwhile).due()


@pytest.mark.parametrize("operation", [Operation.RESUME, Operation.SUSPEND])
def test_who_is_resumed_or_suspended_begins_anew(operation: Operation) -> None:
    own = failing_again()
    own.called(Operation.GET_ERROR)
    assert X in own.due()
    own.called(operation)
    assert X not in own.due()


def test_bytes_are_progress_and_begin_anew(entry: Made) -> None:
    own = failing_again()
    own.read([entry(EntryKind.ANSWER, path="a", status=503)])
    assert X in own.due()
    own.read([entry(EntryKind.ANSWER, path="a", status=200, first_byte=0, last_byte=9)])
    assert X not in own.due()


def test_the_end_of_an_empty_file_is_progress_too(entry: Made) -> None:
    own = failing_again()
    own.read([entry(EntryKind.FINAL_BYTE, path="a")])
    assert X not in own.due()


def test_expiry_is_due_where_nobody_called_for_so_long() -> None:
    assert S in waiting(S, 90 * DAY_SECONDS).due()


def test_a_call_puts_expiry_off() -> None:
    own = waiting(S, 89 * DAY_SECONDS)
    own.called()
    own.advance(DAY_SECONDS)
    assert S not in own.due()
