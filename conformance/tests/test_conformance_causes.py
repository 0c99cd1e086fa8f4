"""The cause book: which internal events could have happened, read from a journal written by hand.

Law: point 3 of the oracle's theory: a cause is there before the server acts, and stays until it is proved spent.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from copyjob.conformance.backend import Declared
from copyjob.conformance.causes import CauseBook
from copyjob.conformance.interface import Power
from copyjob.conformance.observation import events_of
from copyjob.conformance.origin.journal import Entry, EntryKind
from copyjob.conformance.origin.scripts import FaultKind
from copyjob.conformance.weather import DAY_SECONDS
from copyjob.spec.vocabulary import Dialect, InternalEvent, JobState, Operation

Made = Callable[..., Entry]
Event = InternalEvent
Q, C, T = JobState.QUEUED, JobState.CONNECTING, JobState.TRANSFERRING
S, E, X = JobState.SUSPENDED, JobState.ERROR, JobState.TRANSIENT_ERROR
BITS, DO = Dialect.BITS, Dialect.DO


def book(*powers: Power, dialect: Dialect = BITS, stall: float | None = 3600.0) -> CauseBook:
    declared = Declared("by hand", object, (BITS, DO), frozenset(powers), stall_timeout_seconds=stall)
    return CauseBook(declared, dialect)


def clocked(dialect: Dialect = BITS, stall: float | None = 10**9) -> CauseBook:
    return book(Power.CLOCK, dialect=dialect, stall=stall)


def possible(of: CauseBook) -> set[InternalEvent]:
    return set(events_of(of.causes().may))


# What the server did


@pytest.mark.parametrize("kind", list(FaultKind), ids=lambda kind: kind.value)
def test_point_3_a_fault_in_the_journal_is_a_cause(entry: Made, kind: FaultKind) -> None:
    own = book()
    own.read([entry(EntryKind.FAULT, fault=kind)])
    assert kind.event in possible(own)


@pytest.mark.parametrize("kind", list(FaultKind), ids=lambda kind: kind.value)
def test_without_an_entry_in_the_journal_no_fault_is_possible(kind: FaultKind) -> None:
    assert kind.event not in possible(book())


def test_a_success_that_cannot_be_used_may_be_fatal_or_not(entry: Made) -> None:
    own = book()
    own.read([entry(EntryKind.FAULT, fault=FaultKind.UNUSABLE)])
    assert {Event.FATAL_FAULT, Event.AMBIGUOUS_FAULT} <= possible(own)


def test_what_was_wholly_sent_may_lie_in_store_until_it_is_counted(entry: Made) -> None:
    own = book()
    own.read([entry(EntryKind.FINAL_BYTE, path="a")])
    before = Event.CONNECT in possible(own)
    own.counted(1)

    assert (before, Event.CONNECT in possible(own)) == (True, False)


def test_a_call_of_a_setter_without_a_value_sets_no_time() -> None:
    own = clocked()
    own.saw(X, 0)
    own.advance(700)
    before = possible(own)
    own.setting(Operation.SET_MINIMUM_RETRY_DELAY, None)
    own.was_set(Operation.SET_MINIMUM_RETRY_DELAY, None)

    assert (Event.RETRY in before, possible(own)) == (True, before)


def test_an_answer_that_ignores_a_range_may_be_taken_as_a_refusal_of_it(entry: Made) -> None:
    own = book()
    own.read([entry(EntryKind.ANSWER, status=200, ignores_range=True)])
    assert Event.RANGE_REFUSED in possible(own)


def test_an_answer_to_the_range_refuses_nothing(entry: Made) -> None:
    own = book()
    own.read([entry(EntryKind.ANSWER, status=206)])
    assert Event.RANGE_REFUSED not in possible(own)


def test_a_redirect_that_leads_somewhere_is_no_cause_of_a_fault(entry: Made) -> None:
    own = book()
    own.read([entry(EntryKind.ANSWER, status=302, leads_to="elsewhere")])
    assert possible(own) == possible(book())


def test_a_file_that_was_served_at_its_other_address_is_the_same_file(entry: Made) -> None:
    own = book()
    own.read([entry(EntryKind.FINAL_BYTE, path="a"), entry(EntryKind.FINAL_BYTE, path="a.elsewhere")])
    assert own.causes().served == 1


def test_a_connection_that_was_opened_may_be_known_to_the_job(entry: Made) -> None:
    own = book()
    own.read([entry(EntryKind.OPENED, connection=1)])
    assert Event.CONNECT in possible(own)


def test_without_a_connection_no_job_can_have_connected() -> None:
    assert Event.CONNECT not in possible(book())


def test_point_3_as_many_files_are_served_as_had_their_last_byte_begun(entry: Made) -> None:
    own = book()
    own.read([entry(EntryKind.FINAL_BYTE, path="a"), entry(EntryKind.FINAL_BYTE, path="b")])
    assert own.causes().served == 2


def test_point_3_a_file_served_twice_is_one_file(entry: Made) -> None:
    own = book()
    own.read([entry(EntryKind.FINAL_BYTE, path="a"), entry(EntryKind.FINAL_BYTE, path="a")])
    assert own.causes().served == 1


# When a cause is spent


def test_point_3_a_fault_stays_a_cause_when_the_script_has_changed(entry: Made) -> None:
    own = book()
    own.set_script(0, "status_404")
    own.read([entry(EntryKind.FAULT, fault=FaultKind.FATAL)])
    own.set_script(0, "serve")
    assert Event.FATAL_FAULT in possible(own)


@pytest.mark.parametrize("state", [Q, C, T], ids=lambda state: state.name)
def test_point_3_a_fault_stays_a_cause_while_the_job_is_not_at_rest(entry: Made, state: JobState) -> None:
    own = book()
    own.read([fault := entry(EntryKind.FAULT, fault=FaultKind.FATAL)])
    own.saw(state, fault.seq)
    assert Event.FATAL_FAULT in possible(own)


@pytest.mark.parametrize("state", [S, E, X, JobState.TRANSFERRED], ids=lambda state: state.name)
def test_point_3_a_fault_is_spent_once_the_job_is_seen_at_rest_after_it(entry: Made, state: JobState) -> None:
    own = book()
    own.read([fault := entry(EntryKind.FAULT, fault=FaultKind.FATAL)])
    own.saw(state, fault.seq)
    assert Event.FATAL_FAULT not in possible(own)


def test_point_3_a_getter_that_was_called_before_the_fault_proves_nothing(entry: Made) -> None:
    own = book()
    own.read([fault := entry(EntryKind.FAULT, fault=FaultKind.FATAL)])
    own.saw(S, fault.seq - 1)
    assert Event.FATAL_FAULT in possible(own)


def test_point_3_a_connection_is_spent_when_the_job_is_seen_transferring(entry: Made) -> None:
    own = book()
    own.read([opened := entry(EntryKind.OPENED, connection=1)])
    own.saw(T, opened.seq)
    assert Event.CONNECT not in possible(own)


def test_point_3_a_connection_is_not_spent_while_the_job_is_seen_connecting(entry: Made) -> None:
    own = book()
    own.read([opened := entry(EntryKind.OPENED, connection=1)])
    own.saw(C, opened.seq)
    assert Event.CONNECT in possible(own)


def test_a_request_over_a_connection_from_before_reaches_the_server_too(entry: Made) -> None:
    own = book()
    own.read([opened := entry(EntryKind.OPENED, connection=1)])
    own.saw(S, opened.seq)
    own.read([entry(EntryKind.REQUEST, path="a", connection=1)])
    assert Event.CONNECT in possible(own)


def test_point_3_a_connection_that_nothing_is_asked_over_is_spent_by_a_job_at_rest(entry: Made) -> None:
    own = book()
    own.read([opened := entry(EntryKind.OPENED, connection=1)])
    own.saw(S, opened.seq)
    assert Event.CONNECT not in possible(own)


def test_a_refusing_address_is_a_transient_fault() -> None:
    own = book()
    own.set_gate("refuse")
    assert Event.TRANSIENT_FAULT in possible(own)


def test_point_3_a_refusal_stays_a_cause_when_the_address_opens_again() -> None:
    own = book()
    own.set_gate("refuse")
    own.set_gate("accept")
    assert Event.TRANSIENT_FAULT in possible(own)


def test_point_3_a_refusal_is_spent_once_the_job_is_seen_at_rest_with_the_address_open() -> None:
    own = book()
    own.set_gate("refuse")
    own.set_gate("accept")
    own.saw(X, 0)
    assert Event.TRANSIENT_FAULT not in possible(own)


def test_point_3_a_refusal_is_not_spent_while_the_address_refuses() -> None:
    own = book()
    own.set_gate("refuse")
    own.saw(X, 0)
    assert Event.TRANSIENT_FAULT in possible(own)


# Turns and time


def test_a_turn_is_always_possible() -> None:
    assert Event.TURN in possible(book())


def test_point_2_behind_other_jobs_no_turn_is_possible() -> None:
    own = book()
    own.set_blocked(blocked=True)
    assert Event.TURN not in possible(own)


def test_a_turn_is_possible_again_when_the_jobs_in_front_have_gone() -> None:
    own = book()
    own.set_blocked(blocked=True)
    own.set_blocked(blocked=False)
    assert Event.TURN in possible(own)


def test_after_a_restart_the_jobs_in_front_may_have_lost_their_place() -> None:
    own = book()
    own.set_blocked(blocked=True)
    own.restarted()
    assert Event.TURN in possible(own)


def test_the_jobs_in_front_may_have_stalled_when_that_much_time_has_passed() -> None:
    own = clocked(stall=100)
    own.set_blocked(blocked=True)
    own.advance(100)
    assert Event.TURN in possible(own)


def test_the_jobs_in_front_cannot_have_stalled_before() -> None:
    own = clocked(stall=100)
    own.set_blocked(blocked=True)
    own.advance(99)
    assert Event.TURN not in possible(own)


TIMED = {Event.RETRY, Event.NO_PROGRESS, Event.EXPIRY, Event.SLICE_END, Event.TRANSIENT_FAULT}


@pytest.mark.parametrize("dialect", list(Dialect), ids=lambda dialect: dialect.value)
def test_point_2_while_the_stepped_clock_stands_still_nothing_comes_of_time(dialect: Dialect) -> None:
    assert not possible(clocked(dialect)) & TIMED


SPANS = [
    (BITS, Event.RETRY, 600),
    (BITS, Event.NO_PROGRESS, 14 * DAY_SECONDS),
    (DO, Event.NO_PROGRESS, 3600),
    (BITS, Event.EXPIRY, 90 * DAY_SECONDS),
    (DO, Event.EXPIRY, 30 * DAY_SECONDS),
    (BITS, Event.SLICE_END, 1),
    (DO, Event.RETRY, 1),
]
SPAN_NAMES = [f"{dialect.value}-{event.value}" for dialect, event, _ in SPANS]


@pytest.mark.parametrize(("dialect", "event", "seconds"), SPANS, ids=SPAN_NAMES)
def test_point_2_what_comes_of_time_may_have_happened_when_it_has_passed(
    dialect: Dialect, event: InternalEvent, seconds: int
) -> None:
    own = clocked(dialect)
    own.advance(seconds)
    assert event in possible(own)


@pytest.mark.parametrize(("dialect", "event", "seconds"), SPANS, ids=SPAN_NAMES)
def test_point_2_what_comes_of_time_has_not_happened_before_it(
    dialect: Dialect, event: InternalEvent, seconds: int
) -> None:
    own = clocked(dialect)
    own.advance(seconds - 1)
    assert event not in possible(own)


def test_a_shorter_retry_delay_is_over_sooner() -> None:
    own = clocked()
    own.retry_delay_seconds = 300
    own.advance(300)
    assert Event.RETRY in possible(own)


def test_no_retry_delay_is_shorter_than_its_floor() -> None:
    own = clocked()
    own.retry_delay_seconds = 0
    own.advance(4)
    assert Event.RETRY not in possible(own)


def test_a_retry_that_would_come_after_giving_up_is_not_waited_for() -> None:
    own = clocked()
    own.no_progress_seconds = 300
    assert Event.NO_PROGRESS in possible(own)


def test_point_3_no_file_is_done_before_the_server_began_the_last_byte_of_one() -> None:
    assert Event.FILE_DONE not in possible(clocked())


def test_without_a_stepped_clock_a_time_slice_may_always_be_over() -> None:
    assert Event.SLICE_END in possible(book())


def test_without_a_stepped_clock_the_retry_delay_is_not_over_before_so_much_real_time() -> None:
    own = book()
    own.elapsed_seconds = 599
    assert Event.RETRY not in possible(own)


def test_without_a_stepped_clock_a_retry_delay_of_its_floor_may_always_be_over() -> None:
    own = book()
    own.retry_delay_seconds = 5
    assert Event.RETRY in possible(own)


def test_without_a_stepped_clock_no_job_expires() -> None:
    own = book()
    own.elapsed_seconds = 10**9
    assert Event.EXPIRY not in possible(own)


def test_a_running_job_may_lose_its_place_to_the_jobs_put_in_front() -> None:
    own = clocked()
    own.preempted()
    assert Event.SLICE_END in possible(own)


def test_point_2_a_stall_is_possible_at_any_time_where_no_timeout_is_declared() -> None:
    assert Event.TRANSIENT_FAULT in possible(book(stall=None))


def test_point_2_a_stall_is_possible_once_the_declared_time_has_passed() -> None:
    own = clocked(stall=100)
    own.advance(100)
    assert Event.TRANSIENT_FAULT in possible(own)


def test_point_2_a_stall_is_impossible_before_the_declared_time_has_passed() -> None:
    own = clocked(stall=100)
    own.advance(99)
    assert Event.TRANSIENT_FAULT not in possible(own)
