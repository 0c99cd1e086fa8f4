"""The life cycle alone: one clause a test, no clock, no socket, no file."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from copyjob.reference import events as ev
from copyjob.reference.errors import CopyJobError, TransferFault
from copyjob.reference.files import File
from copyjob.reference.job import Job, error_of, handle
from copyjob.spec.vocabulary import Dialect, ErrorContext, Hresult, JobPriority, JobState

FINAL = [JobState.ACKNOWLEDGED, JobState.CANCELLED]
OPEN = [state for state in JobState if state not in FINAL]
BOTH = pytest.mark.parametrize("dialect", list(Dialect))
TRANSIENT = TransferFault(ErrorContext.GENERAL_TRANSPORT, 0x80072EFD, 0, transient=True)
FATAL = TransferFault(ErrorContext.REMOTE_FILE, 0x80190194, 0)
METHODS: list[ev.Event] = [ev.Resume(), ev.Suspend(), ev.Cancel(), ev.Complete()]


def job_in(state: JobState, dialect: Dialect = Dialect.BITS, *, transferred: tuple[bool, ...] = (False,)) -> Job:
    files = tuple(File(f"http://h/{n}", f"/d/{n}", transferred=done) for n, done in enumerate(transferred))
    failed = state in {JobState.ERROR, JobState.TRANSIENT_ERROR}
    job = Job(dialect, state, files, error=TRANSIENT if failed else None)
    if state is JobState.TRANSIENT_ERROR:
        job = replace(job, failed_at_seconds=100.0, failing_since_seconds=100.0)
    return job


def refusal(job: Job, event: ev.Event) -> CopyJobError:
    with pytest.raises(CopyJobError) as caught:
        handle(job, event)
    return caught.value


@BOTH
def test_a_new_job_is_suspended(dialect: Dialect) -> None:
    assert Job(dialect).state is JobState.SUSPENDED


def test_resuming_an_empty_job_is_refused_with_bg_e_empty() -> None:
    assert refusal(Job(Dialect.BITS), ev.Resume()).hresult == Hresult.BG_E_EMPTY


def test_resuming_an_empty_job_is_refused_with_do_e_job_empty_in_do() -> None:
    assert refusal(Job(Dialect.DO), ev.Resume()).hresult == Hresult.DO_E_JOB_EMPTY


@BOTH
@pytest.mark.parametrize("state", FINAL)
@pytest.mark.parametrize("event", METHODS, ids=ev.name_of)
def test_a_state_changing_method_is_refused_in_a_final_state(
    dialect: Dialect, state: JobState, event: ev.Event
) -> None:
    expected = Hresult.BG_E_INVALID_STATE if dialect is Dialect.BITS else Hresult.DO_E_INVALID_STATE

    assert refusal(job_in(state, dialect), event).hresult == expected


@BOTH
@pytest.mark.parametrize("state", OPEN)
def test_cancel_ends_a_job_in_every_other_state(dialect: Dialect, state: JobState) -> None:
    job, effects = handle(job_in(state, dialect), ev.Cancel())

    assert job.state is JobState.CANCELLED
    assert ev.DeleteTemporaries() in effects


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.CONNECTING, JobState.TRANSFERRING])
def test_resuming_a_job_on_its_way_changes_nothing(state: JobState) -> None:
    job = job_in(state)

    assert handle(job, ev.Resume()) == (job, ())


@pytest.mark.parametrize("state", [JobState.SUSPENDED, JobState.ERROR, JobState.TRANSIENT_ERROR])
def test_resuming_a_job_at_rest_queues_it(state: JobState) -> None:
    assert handle(job_in(state), ev.Resume())[0].state is JobState.QUEUED


def test_resuming_a_transferred_job_stays() -> None:
    job = job_in(JobState.TRANSFERRED, transferred=(True,))

    assert handle(job, ev.Resume()) == (job, ())


def test_resuming_a_transferred_job_with_a_new_file_queues_it() -> None:
    job = job_in(JobState.TRANSFERRED, transferred=(True, False))

    assert handle(job, ev.Resume())[0].state is JobState.QUEUED


@pytest.mark.parametrize(
    "state", [JobState.QUEUED, JobState.CONNECTING, JobState.TRANSFERRING, JobState.TRANSIENT_ERROR]
)
def test_suspending_an_action_state_stops_the_transfer(state: JobState) -> None:
    job, effects = handle(job_in(state), ev.Suspend())

    assert (job.state, effects) == (JobState.SUSPENDED, (ev.StopTransfer(),))


@pytest.mark.parametrize("state", [JobState.SUSPENDED, JobState.ERROR, JobState.TRANSFERRED])
def test_suspending_a_job_at_rest_changes_nothing(state: JobState) -> None:
    job = job_in(state)

    assert handle(job, ev.Suspend()) == (job, ())


def test_completing_keeps_exactly_the_files_that_are_transferred() -> None:
    _, effects = handle(job_in(JobState.SUSPENDED, transferred=(True, False, True)), ev.Complete())

    assert ev.Publish((0, 2)) in effects


@pytest.mark.parametrize(
    ("dialect", "answer"), [(Dialect.BITS, Hresult.BG_S_PARTIAL_COMPLETE), (Dialect.DO, Hresult.S_OK)]
)
def test_completing_a_job_that_is_not_done_answers_in_the_words_of_the_dialect(
    dialect: Dialect, answer: Hresult
) -> None:
    _, effects = handle(job_in(JobState.QUEUED, dialect, transferred=(True, False)), ev.Complete())

    assert ev.Reply(answer) in effects


def test_completing_a_transferred_job_answers_s_ok() -> None:
    _, effects = handle(job_in(JobState.TRANSFERRED, transferred=(True, True)), ev.Complete())

    assert ev.Reply(Hresult.S_OK) in effects


def test_complete_alone_does_not_end_the_job_before_the_files_have_their_names() -> None:
    job, _ = handle(job_in(JobState.TRANSFERRED, transferred=(True,)), ev.Complete())

    assert job.state is JobState.TRANSFERRED


def test_a_job_ends_acknowledged_when_all_files_have_their_names() -> None:
    job, _ = handle(job_in(JobState.TRANSFERRED, transferred=(True,)), ev.AllRenamed((0,)))

    assert (job.state, job.files[0].completed) == (JobState.ACKNOWLEDGED, True)


def test_a_failed_rename_leaves_the_state_and_keeps_the_names_that_are_given() -> None:
    job, _ = handle(job_in(JobState.TRANSFERRED, transferred=(True, True)), ev.RenameFailed((0,)))

    assert (job.state, [file.completed for file in job.files]) == (JobState.TRANSFERRED, [True, False])


def test_a_second_complete_names_only_the_files_that_have_no_name_yet() -> None:
    job, _ = handle(job_in(JobState.TRANSFERRED, transferred=(True, True)), ev.RenameFailed((0,)))

    assert ev.Publish((1,)) in handle(job, ev.Complete())[1]


@BOTH
@pytest.mark.parametrize("state", OPEN)
def test_adding_a_file_leaves_the_state(dialect: Dialect, state: JobState) -> None:
    job, _ = handle(job_in(state, dialect), ev.AddFile("http://h/x", "/d/x"))

    assert (job.state, job.files[-1].local_path) == (state, "/d/x")


@pytest.mark.parametrize("state", FINAL)
def test_adding_a_file_is_refused_in_a_final_state(state: JobState) -> None:
    assert refusal(job_in(state), ev.AddFile("http://h/x", "/d/x")).hresult == Hresult.BG_E_INVALID_STATE


def test_a_turn_leads_to_connecting_in_bits() -> None:
    job, effects = handle(job_in(JobState.QUEUED), ev.Turn())

    assert (job.state, effects) == (JobState.CONNECTING, (ev.BeginTransfer(0),))


def test_a_turn_leads_to_transferring_in_do() -> None:
    assert handle(job_in(JobState.QUEUED, Dialect.DO), ev.Turn())[0].state is JobState.TRANSFERRING


def test_a_turn_of_a_job_that_lacks_nothing_needs_no_network() -> None:
    job, effects = handle(job_in(JobState.QUEUED, transferred=(True,)), ev.Turn())

    assert (job.state, effects) == (JobState.TRANSFERRED, ())


def test_an_answer_leads_from_connecting_to_transferring() -> None:
    assert handle(job_in(JobState.CONNECTING), ev.Connected())[0].state is JobState.TRANSFERRING


def test_files_of_a_job_follow_one_another_without_leaving_transferring() -> None:
    job, effects = handle(job_in(JobState.TRANSFERRING, transferred=(False, False)), ev.FileArrived(0))

    assert (job.state, effects) == (JobState.TRANSFERRING, (ev.BeginTransfer(1),))


def test_the_last_file_makes_the_job_transferred() -> None:
    job, _ = handle(job_in(JobState.TRANSFERRING, transferred=(True, False)), ev.FileArrived(1))

    assert job.state is JobState.TRANSFERRED


def test_the_end_of_a_slice_queues_the_job() -> None:
    job, effects = handle(job_in(JobState.TRANSFERRING), ev.SliceEnded())

    assert (job.state, effects) == (JobState.QUEUED, (ev.StopTransfer(),))


@BOTH
def test_a_transient_fault_leads_to_transient_error(dialect: Dialect) -> None:
    job, _ = handle(job_in(JobState.TRANSFERRING, dialect), ev.Faulted(TRANSIENT, 50.0))

    assert job.state is JobState.TRANSIENT_ERROR


@BOTH
def test_a_fatal_fault_leads_to_error(dialect: Dialect) -> None:
    job, _ = handle(job_in(JobState.TRANSFERRING, dialect), ev.Faulted(FATAL, 50.0))

    assert job.state is JobState.ERROR


def test_a_transient_fault_is_an_error_when_nothing_is_to_be_retried() -> None:
    job = handle(job_in(JobState.CONNECTING), ev.SetNoProgressTimeout(0))[0]

    assert handle(job, ev.Faulted(TRANSIENT, 50.0))[0].state is JobState.ERROR


def test_a_transient_fault_is_an_error_when_the_retry_would_come_after_the_no_progress_timeout() -> None:
    job = handle(job_in(JobState.CONNECTING), ev.SetNoProgressTimeout(599))[0]

    assert handle(job, ev.Faulted(TRANSIENT, 50.0))[0].state is JobState.ERROR


def test_a_retry_delay_equal_to_the_no_progress_timeout_is_retried() -> None:
    job = handle(job_in(JobState.CONNECTING), ev.SetNoProgressTimeout(600))[0]

    assert handle(job, ev.Faulted(TRANSIENT, 50.0))[0].state is JobState.TRANSIENT_ERROR


def test_a_further_transient_fault_after_the_no_progress_timeout_is_an_error() -> None:
    job = replace(job_in(JobState.CONNECTING), failing_since_seconds=100.0)
    late = 100.0 + job.no_progress_timeout_seconds

    assert handle(job, ev.Faulted(TRANSIENT, late))[0].state is JobState.ERROR


def test_data_ends_the_time_without_progress() -> None:
    job = replace(job_in(JobState.TRANSFERRING), failing_since_seconds=100.0, failed_at_seconds=100.0)

    assert handle(job, ev.DataArrived())[0].failing_since_seconds is None


def test_a_timed_retry_queues_the_job() -> None:
    assert handle(job_in(JobState.TRANSIENT_ERROR), ev.RetryDue())[0].state is JobState.QUEUED


def test_no_progress_makes_an_error_of_a_transient_one() -> None:
    assert handle(job_in(JobState.TRANSIENT_ERROR), ev.NoProgress())[0].state is JobState.ERROR


@pytest.mark.parametrize("state", OPEN)
def test_expiry_cancels_a_job(state: JobState) -> None:
    assert handle(job_in(state), ev.Expired())[0].state is JobState.CANCELLED


@pytest.mark.parametrize("state", [JobState.CONNECTING, JobState.TRANSFERRING])
def test_a_turn_does_not_outlive_a_restart(state: JobState) -> None:
    assert handle(job_in(state), ev.Restarted())[0].state is JobState.QUEUED


def test_a_transient_error_outlives_a_restart() -> None:
    job = job_in(JobState.TRANSIENT_ERROR)

    assert handle(job, ev.Restarted()) == (job, ())


def test_error_information_outlives_resume_until_the_job_is_transferring() -> None:
    job = job_in(JobState.ERROR)
    for event in (ev.Resume(), ev.Turn()):
        job = handle(job, event)[0]

    assert (job.state, error_of(job)) == (JobState.CONNECTING, TRANSIENT)


def test_error_information_ends_when_data_transfers_again() -> None:
    job = job_in(JobState.ERROR)
    for event in (ev.Resume(), ev.Turn(), ev.Connected()):
        job = handle(job, event)[0]

    with pytest.raises(CopyJobError) as caught:
        error_of(job)
    assert caught.value.hresult == Hresult.BG_E_ERROR_INFORMATION_UNAVAILABLE


def test_error_information_of_a_job_that_never_failed_is_refused_in_the_words_of_do() -> None:
    with pytest.raises(CopyJobError) as caught:
        error_of(Job(Dialect.DO))
    assert caught.value.hresult == Hresult.DO_E_ERROR_INFORMATION_UNAVAILABLE


@pytest.mark.parametrize("priority", [-1, 4])
def test_an_undefined_priority_is_refused_with_e_notimpl(priority: int) -> None:
    assert refusal(job_in(JobState.SUSPENDED), ev.SetPriority(priority)).hresult == Hresult.E_NOTIMPL


def test_a_retry_delay_under_the_floor_becomes_five_seconds() -> None:
    assert handle(job_in(JobState.SUSPENDED), ev.SetMinimumRetryDelay(4))[0].retry_delay_seconds == 5


def test_do_has_no_minimum_retry_delay() -> None:
    job = job_in(JobState.SUSPENDED, Dialect.DO)

    assert refusal(job, ev.SetMinimumRetryDelay(10)).hresult == Hresult.E_NOTIMPL


@pytest.mark.parametrize(
    ("dialect", "priority", "seconds"),
    [
        (Dialect.BITS, JobPriority.HIGH, 1_209_600),
        (Dialect.BITS, JobPriority.LOW, 1_209_600),
        (Dialect.DO, JobPriority.FOREGROUND, 3_600),
        (Dialect.DO, JobPriority.HIGH, 3_600),
        (Dialect.DO, JobPriority.NORMAL, 86_400),
        (Dialect.DO, JobPriority.LOW, 86_400),
    ],
)
def test_the_no_progress_timeout_has_the_default_of_its_dialect(
    dialect: Dialect, priority: JobPriority, seconds: int
) -> None:
    assert Job(dialect, priority=priority).no_progress_timeout_seconds == seconds


def test_a_refusal_names_operation_state_and_hresult() -> None:
    message = str(refusal(job_in(JobState.CANCELLED), ev.Suspend()))

    assert message.startswith("suspend in CANCELLED: BG_E_INVALID_STATE (0x80200002)")


def test_an_internal_event_out_of_place_is_a_bug_and_no_refusal() -> None:
    with pytest.raises(AssertionError):
        handle(job_in(JobState.SUSPENDED), ev.Turn())
