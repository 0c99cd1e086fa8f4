"""The oracle's theory, point by point; what a rejection tells, and what is tolerated.

Law: what is tested here is judged from observations alone; what needs a running backend stands with the runner.
"""

from __future__ import annotations

import pytest

from copyjob.conformance.nodes import anywhere
from copyjob.conformance.observation import (
    Called,
    Causes,
    Counted,
    Observation,
    Occurred,
    Overlapped,
    Quiet,
    RacedCall,
    Requested,
    Sampled,
    TimedOut,
    bits_of,
    side_by_side,
)
from copyjob.conformance.oracle import Judge, Oracle, first_rejection
from copyjob.spec import facts as f
from copyjob.spec.compiled import compile_table, members
from copyjob.spec.table import Level, table
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, Operation

Q, C, T = JobState.QUEUED, JobState.CONNECTING, JobState.TRANSFERRING
S, E, X = JobState.SUSPENDED, JobState.ERROR, JobState.TRANSIENT_ERROR
D, A, Z = JobState.TRANSFERRED, JobState.ACKNOWLEDGED, JobState.CANCELLED
OK, EMPTY, INVALID = Hresult.S_OK, Hresult.BG_E_EMPTY, Hresult.BG_E_INVALID_STATE
NOT_FOUND = Hresult.BG_E_NOT_FOUND
NOTHING = Causes()
RESUME, SUSPEND, CANCEL = Operation.RESUME, Operation.SUSPEND, Operation.CANCEL
COMPLETE, ADD_FILE = Operation.COMPLETE, Operation.ADD_FILE
Event = InternalEvent


def may(*events: InternalEvent, served: int = 0) -> Causes:
    return Causes(bits_of(events), served)


def at(judge: Judge, state: JobState, total: int = 1, done: int = 0) -> int:
    """Return the belief that the job is in one configuration, without error information."""
    return 1 << judge.table.index[f.Configuration(state, f.Facts(total, done))]


def stepped(judge: Judge, belief: int, observation: Observation) -> int:
    """Return what a belief in which no call is outstanding becomes."""
    return anywhere(judge.step({(): belief}, observation))


def judged(judge: Judge, *observations: Observation) -> bool:
    """Tell whether a new job may have shown all of these."""
    return first_rejection(judge, observations) is None


def called(operation: Operation, hresult: Hresult = OK, causes: Causes = NOTHING) -> Called:
    return Called(operation, hresult, causes)


def sampled(state: JobState, *events: InternalEvent, served: int = 0) -> Sampled:
    return Sampled(state, may(*events, served=served))


QUEUED = (called(ADD_FILE), called(RESUME))
"""A new job, one file added, resumed."""
RUNNING = (*QUEUED, sampled(T, Event.TURN, Event.CONNECT))

# Point 1: what happens by itself, and a call judged together with its answer


def test_point_1_a_chain_of_caused_events_may_pass_between_two_samples(bits: Judge) -> None:
    assert judged(bits, *QUEUED, sampled(Q), sampled(T, Event.TURN, Event.CONNECT))


def test_point_1_a_link_of_the_chain_without_its_cause_breaks_it(bits: Judge) -> None:
    assert not judged(bits, *QUEUED, sampled(Q), sampled(T, Event.CONNECT))


def test_point_1_what_is_caused_during_a_call_may_happen_before_it(bits: Judge) -> None:
    assert judged(bits, *RUNNING, called(Operation.GET_ERROR, OK, may(Event.TRANSIENT_FAULT)))


def test_point_1_what_is_caused_during_a_call_may_happen_after_it(bits: Judge) -> None:
    assert judged(bits, called(ADD_FILE), called(RESUME, OK, may(Event.TURN)), sampled(C))


def test_point_1_an_answer_that_no_row_gives_there_is_rejected(bits: Judge) -> None:
    assert not judged(bits, called(RESUME, OK))


def test_point_1_an_answer_that_a_row_gives_there_is_accepted(bits: Judge) -> None:
    assert judged(bits, called(RESUME, EMPTY))


def test_point_1_an_hresult_without_a_name_is_rejected(bits: Judge) -> None:
    assert not judged(bits, Called(CANCEL, 0x87654321, NOTHING))


def test_point_1_the_answer_decides_where_the_call_led(bits: Judge) -> None:
    # In SUSPENDED with every file transferred Resume queues with S_OK and stays with E_EMPTY (decision/16).
    start = at(bits, S, done=1)
    assert stepped(bits, start, called(RESUME, EMPTY)) == start


def test_point_1_a_sample_never_names_the_state_in_which_the_next_call_begins(bits: Judge) -> None:
    # It was seen TRANSFERRING; only a TRANSFERRED job may answer E_EMPTY (decision/3).
    done = may(Event.FILE_DONE, Event.ALL_DONE, served=1)
    assert judged(bits, *RUNNING, called(RESUME, EMPTY, done), sampled(D))


def test_point_1_a_sample_after_a_call_may_show_what_came_after_it(bits: Judge) -> None:
    assert judged(bits, *QUEUED, sampled(C, Event.TURN))


def test_point_1_a_sample_rules_out_every_other_state(bits: Judge) -> None:
    assert not judged(bits, *QUEUED, sampled(C, Event.TURN), sampled(Q))


def test_point_1_counts_rule_out_every_other_number_of_files(bits: Judge) -> None:
    assert not judged(bits, called(ADD_FILE), Counted(2, 0, NOTHING))


# Point 2: an internal event needs its cause

CAUSED = [
    (Event.TURN, Q, C),
    (Event.CONNECT, C, T),
    (Event.SLICE_END, T, Q),
    (Event.TRANSIENT_FAULT, T, X),
    (Event.FATAL_FAULT, T, E),
    (Event.AMBIGUOUS_FAULT, T, E),
    (Event.RANGE_REFUSED, T, E),
    (Event.RETRY, X, Q),
    (Event.NO_PROGRESS, X, E),
    (Event.EXPIRY, S, Z),
    (Event.RESTART, T, Q),
]
NAMES = [event.value for event, _, _ in CAUSED]


@pytest.mark.parametrize(("event", "source", "dest"), CAUSED, ids=NAMES)
def test_point_2_an_internal_event_may_happen_where_its_cause_is(
    bits: Judge, event: InternalEvent, source: JobState, dest: JobState
) -> None:
    assert stepped(bits, at(bits, source), sampled(dest, event))


@pytest.mark.parametrize(("event", "source", "dest"), CAUSED, ids=NAMES)
def test_point_2_an_internal_event_never_happens_without_its_cause(
    bits: Judge, event: InternalEvent, source: JobState, dest: JobState
) -> None:
    assert not stepped(bits, at(bits, source), sampled(dest))


def test_point_2_an_event_that_the_kit_brought_about_has_happened(bits: Judge) -> None:
    start = at(bits, X)
    assert not stepped(bits, start, Occurred(Event.RETRY, NOTHING)) & bits.table.by_state[X]


# Point 3: the server must have begun the last byte


def test_point_3_no_file_is_done_before_the_server_began_its_last_byte(bits: Judge) -> None:
    assert not judged(bits, *RUNNING, Counted(1, 1, may(Event.FILE_DONE)))


def test_point_3_a_file_may_be_done_once_the_server_began_its_last_byte(bits: Judge) -> None:
    assert judged(bits, *RUNNING, Counted(1, 1, may(Event.FILE_DONE, served=1)))


def test_point_3_one_served_file_does_not_make_two_done(bits: Judge) -> None:
    causes = may(Event.FILE_DONE, served=1)
    assert not judged(bits, called(ADD_FILE), *RUNNING, Counted(2, 2, causes))


def test_point_3_transferred_needs_every_file_served(bits: Judge) -> None:
    done = (Event.FILE_DONE, Event.ALL_DONE)
    assert not judged(bits, called(ADD_FILE), *RUNNING, sampled(D, *done, served=1))


# Point 4: requests are observations


@pytest.mark.parametrize("state", [S, Q, E, X, D, A, Z], ids=lambda state: state.name)
def test_point_4_a_request_in_a_state_that_asks_for_nothing_is_rejected(bits: Judge, state: JobState) -> None:
    assert not stepped(bits, at(bits, state), Requested(NOTHING))


@pytest.mark.parametrize("state", [C, T], ids=lambda state: state.name)
def test_point_4_a_request_of_an_active_job_is_accepted(bits: Judge, state: JobState) -> None:
    assert stepped(bits, at(bits, state), Requested(NOTHING))


def test_point_4_resume_that_does_nothing_is_seen_by_the_missing_turn(bits: Judge) -> None:
    # A request proves that the job may be active; a job believed SUSPENDED for certain may not be.
    assert not judged(bits, *RUNNING, called(SUSPEND), sampled(S), Requested(may(Event.TURN, Event.CONNECT)))


# Point 5: a call that timed out


def test_point_5_a_call_that_timed_out_may_have_taken_effect(bits: Judge) -> None:
    assert judged(bits, TimedOut(CANCEL, NOTHING), sampled(Z))


def test_point_5_a_call_that_timed_out_may_never_take_effect(bits: Judge) -> None:
    assert judged(bits, TimedOut(CANCEL, NOTHING), sampled(S))


def test_point_5_a_call_that_timed_out_may_take_effect_much_later(bits: Judge) -> None:
    assert judged(bits, TimedOut(CANCEL, NOTHING), sampled(S), *QUEUED, sampled(Q), sampled(Q), sampled(Z))


def test_point_5_a_call_that_was_never_made_takes_no_effect(bits: Judge) -> None:
    assert not judged(bits, TimedOut(SUSPEND, NOTHING), sampled(S), sampled(Z))


def test_point_5_a_call_that_timed_out_takes_effect_once_at_most(bits: Judge) -> None:
    late = (*QUEUED, TimedOut(SUSPEND, NOTHING), sampled(S), called(RESUME), sampled(Q))
    assert not judged(bits, *late, sampled(S))


def test_point_5_each_of_two_calls_that_timed_out_may_take_effect(bits: Judge) -> None:
    late = (*QUEUED, TimedOut(SUSPEND, NOTHING), TimedOut(SUSPEND, NOTHING), sampled(S), called(RESUME), sampled(Q))
    assert judged(bits, *late, sampled(S))


def test_point_5_a_call_that_timed_out_may_take_effect_between_calls_side_by_side(bits: Judge) -> None:
    race = Overlapped(side_by_side((RESUME, OK), (RESUME, INVALID)), NOTHING)
    assert judged(bits, *QUEUED, TimedOut(CANCEL, NOTHING), race)


# Point 6: quiescence


def test_point_6_past_the_bound_a_job_seen_where_something_was_due_is_rejected(bits: Judge) -> None:
    assert not judged(bits, *RUNNING, Quiet(frozenset((Q, C, T)), NOTHING))


def test_point_6_past_the_bound_a_job_where_nothing_was_due_stays(bits: Judge) -> None:
    assert judged(bits, *RUNNING, Quiet(frozenset((Q, C)), NOTHING), sampled(T))


def test_point_6_past_the_bound_only_the_due_configurations_are_dropped(do: Judge) -> None:
    resumed = (called(ADD_FILE), called(RESUME), Quiet(frozenset((Q,)), NOTHING))
    assert [judged(do, *resumed, sampled(state)) for state in (Q, T)] == [False, True]


# Point 8: calls side by side


def test_point_8_calls_side_by_side_are_explained_by_the_order_that_fits(bits: Judge) -> None:
    assert judged(bits, called(ADD_FILE), Overlapped(side_by_side((COMPLETE, INVALID), (CANCEL, OK)), NOTHING))


def test_point_8_answers_that_fit_no_order_are_rejected(bits: Judge) -> None:
    assert not judged(bits, called(ADD_FILE), Overlapped(side_by_side((CANCEL, OK), (CANCEL, OK)), NOTHING))


def test_point_8_a_call_that_had_ended_before_another_began_came_first(bits: Judge) -> None:
    cancelled_first = RacedCall(CANCEL, OK, 0, 1), RacedCall(RESUME, OK, 2, 3)
    together = RacedCall(CANCEL, OK, 0, 2), RacedCall(RESUME, OK, 1, 3)
    races = (Overlapped(calls, NOTHING) for calls in (cancelled_first, together))
    assert [judged(bits, called(ADD_FILE), race) for race in races] == [False, True]


def test_point_8_the_calls_of_one_caller_keep_their_order_beside_another_callers(bits: Judge) -> None:
    # One caller resumes and then cancels; beside it another one resumes all the while.
    calls = RacedCall(CANCEL, OK, 0, 1), RacedCall(SUSPEND, OK, 3, 4), RacedCall(RESUME, INVALID, 2, 5)
    assert not judged(bits, called(ADD_FILE), Overlapped(calls, NOTHING))


@pytest.mark.parametrize("state", [Q, S], ids=lambda state: state.name)
def test_point_8_every_order_that_fits_stays_possible(bits: Judge, state: JobState) -> None:
    pair = Overlapped(side_by_side((RESUME, OK), (SUSPEND, OK)), NOTHING)
    assert judged(bits, called(ADD_FILE), pair, sampled(state))


def test_point_8_something_may_happen_between_calls_side_by_side(bits: Judge) -> None:
    # Only once it is TRANSFERRING does an earlier failure leave no error information behind.
    started = (*QUEUED, sampled(X, Event.TURN, Event.CONNECT, Event.TRANSIENT_FAULT))
    pair = ((RESUME, OK), (Operation.GET_ERROR, Hresult.BG_E_ERROR_INFORMATION_UNAVAILABLE))
    assert [
        judged(bits, *started, Overlapped(side_by_side(*pair), causes))
        for causes in (NOTHING, may(Event.TURN, Event.CONNECT))
    ] == [False, True]


# Recommendations, jobs known by id, and what a rejection tells


def test_a_tolerated_answer_is_not_rejected(bits: Judge) -> None:
    assert judged(bits, *RUNNING, sampled(E, Event.TRANSIENT_FAULT))


def test_a_tolerated_answer_breaks_a_recommendation(bits: Judge) -> None:
    oracle = Oracle(bits)
    for observation in (*RUNNING, sampled(E, Event.TRANSIENT_FAULT)):
        oracle.observe(observation)
    assert [broken.level for broken in oracle.broken_recommendations] == [Level.SHOULD]


def test_a_recommendation_is_broken_once_by_one_answer(bits: Judge) -> None:
    oracle = Oracle(bits)
    for observation in (*RUNNING, sampled(E, Event.TRANSIENT_FAULT), sampled(E), sampled(E), called(CANCEL)):
        oracle.observe(observation)
    assert len(oracle.broken_recommendations) == 1


def test_a_broken_recommendation_rejects_who_is_not_tolerant(bits: Judge) -> None:
    record = (*RUNNING, sampled(E, Event.TRANSIENT_FAULT))
    rejection = first_rejection(bits, record, tolerant=False)
    assert rejection is not None
    assert rejection.level is Level.SHOULD


def test_what_every_table_permits_breaks_no_recommendation(bits: Judge) -> None:
    oracle = Oracle(bits)
    for observation in (*RUNNING, sampled(X, Event.TRANSIENT_FAULT)):
        oracle.observe(observation)
    assert oracle.broken_recommendations == []


def test_a_backend_by_id_may_not_find_a_finished_job() -> None:
    judge = Judge(compile_table(table(Dialect.BITS).permitting_not_found()))
    assert judged(judge, called(CANCEL), called(RESUME, NOT_FOUND))


def test_a_backend_by_id_must_find_a_job_that_is_not_finished() -> None:
    judge = Judge(compile_table(table(Dialect.BITS).permitting_not_found()))
    assert not judged(judge, called(RESUME, NOT_FOUND))


def test_a_backend_with_handles_must_find_a_finished_job(bits: Judge) -> None:
    assert not judged(bits, called(CANCEL), called(RESUME, NOT_FOUND))


def test_a_rejection_leaves_the_belief_as_it_was(bits: Judge) -> None:
    oracle = Oracle(bits)
    before = oracle.belief
    oracle.observe(sampled(T))
    assert oracle.belief == before


def test_a_rejection_tells_what_could_have_been_just_before_it(bits: Judge) -> None:
    rejection = first_rejection(bits, [*QUEUED, sampled(Q), sampled(D, Event.TURN)])
    assert rejection is not None
    assert {bits.table.configurations[number].state for number in members(rejection.before)} == {Q, C}


def test_a_rejection_names_its_place_in_the_record(bits: Judge) -> None:
    rejection = first_rejection(bits, [sampled(S), sampled(S), sampled(T)])
    assert rejection is not None
    assert (rejection.index, rejection.previous) == (2, sampled(S))
