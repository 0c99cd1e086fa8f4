"""The life of one copy job: what every call and every event does to it, in both dialects.

The laws, in the order in which a reader meets them:

1. A job begins SUSPENDED and empty; it ends ACKNOWLEDGED or CANCELLED and then never changes again.
2. Resume, Suspend, Cancel and Complete are allowed in every state that is not final; a job without files
   cannot be resumed. A refused call raises, and nothing has changed.
3. Staying is not refusing: Resume of a job on its way and Suspend of a job at rest answer S_OK and change
   nothing.
4. The way to the goal is QUEUED, (turn) CONNECTING, (answer) TRANSFERRING, (last file) TRANSFERRED.
   Delivery Optimization never shows CONNECTING: its turn leads to TRANSFERRING at once.
5. A fault puts the whole job in TRANSIENT_ERROR if another try may help, else in ERROR. Only the owner
   leads out of ERROR; out of TRANSIENT_ERROR the retry timer leads too, until the no-progress timeout makes
   an ERROR of it.
6. Transferred is not available: files appear under their local names by Complete alone, and Complete of a
   job that is not done keeps the files that are. An upload is completed when it is TRANSFERRED, and not before.
7. Error information lasts until data transfers again.

``handle(job, event)`` is the whole of it: a new job and the effects the event asks for, or `CopyJobError`.
It knows no clock (events carry the time when it matters), no socket, no file and no other job: whose turn
it is, when a timer is due and how bytes travel is decided elsewhere.
"""

from __future__ import annotations

from typing import Final, assert_never

from msgspec import Struct
from msgspec.structs import replace

from copyjob.reference.errors import CopyJobError, TransferFault, spelled
from copyjob.reference.events import (
    AddFile,
    AddFileSet,
    AllRenamed,
    BeginTransfer,
    Cancel,
    Complete,
    Connected,
    DataArrived,
    DeleteTemporaries,
    DownloadTimeUsed,
    Effect,
    Event,
    Expired,
    Faulted,
    FileArrived,
    NoProgress,
    PolicyBlocked,
    PolicyOpened,
    Publish,
    RenameFailed,
    ReplaceRemotePrefix,
    Reply,
    ReplyBegun,
    Restarted,
    Resume,
    RetryDue,
    SetDisplayName,
    SetHttpOptions,
    SetMaximumDownloadTime,
    SetMinimumRetryDelay,
    SetNoProgressTimeout,
    SetNotifyFlags,
    SetNotifyInterface,
    SetPriority,
    SetRemoteName,
    SetReplyFileName,
    SliceEnded,
    StopTransfer,
    Suspend,
    TakeOwnership,
    Turn,
    name_of,
)
from copyjob.reference.files import File, added, renamed
from copyjob.reference.refusals import refuse_if_final
from copyjob.reference.settings import chosen
from copyjob.spec.vocabulary import Dialect, ErrorContext, Hresult, JobPriority, JobState, JobType, NotifyFlag

FINAL: Final = (JobState.ACKNOWLEDGED, JobState.CANCELLED)
RETRY_DELAY_DEFAULT_SECONDS: Final = 600
RETRY_DELAY_DO_SECONDS: Final = 60
MAX_DOWNLOAD_SECONDS: Final = 7_776_000
NO_PROGRESS_BITS_SECONDS: Final = 1_209_600
NO_PROGRESS_DO_HIGH_SECONDS: Final = 3_600
NO_PROGRESS_DO_LOW_SECONDS: Final = 86_400
NOTIFY_DEFAULT: Final = NotifyFlag.JOB_TRANSFERRED | NotifyFlag.JOB_ERROR


class Job(Struct, frozen=True):
    """Everything that the life cycle depends on, and nothing else."""

    dialect: Dialect
    state: JobState = JobState.SUSPENDED
    files: tuple[File, ...] = ()
    error: TransferFault | None = None
    priority: JobPriority = JobPriority.NORMAL
    retry_delay_seconds: int = RETRY_DELAY_DEFAULT_SECONDS
    chosen_no_progress_timeout_seconds: int | None = None
    """What the owner set; None leaves the dialect's default."""
    failed_at_seconds: float | None = None
    """When the last transient fault happened; the retry delay counts from here."""
    failing_since_seconds: float | None = None
    """
    When the first transient fault since the last progress happened; the no-progress timeout counts from
    here.
    """
    notify_flags: int = NOTIFY_DEFAULT
    """Which callbacks the owner wants; documented for BITS, taken over for Delivery Optimization."""
    error_count: int = 0
    """How often a transfer has failed; it never goes down (`error/count`)."""
    max_download_seconds: int = MAX_DOWNLOAD_SECONDS
    """How long it may be CONNECTING and TRANSFERRING between two calls of Resume (`timer/maxdownload`)."""
    type: JobType = JobType.DOWNLOAD
    reply_begun: bool = False
    """Whether the server's reply to an upload has begun to arrive in this turn (`upload/reply`)."""

    @property
    def final(self) -> bool:
        """Whether the job has ended."""
        return self.state in FINAL

    @property
    def tidy(self) -> bool:
        """Whether the job has ended and every file has its local name, so that no temporary file can be left."""
        return self.final and all(file.completed for file in self.files)

    @property
    def running(self) -> bool:
        """Whether the job has its turn."""
        return self.state is JobState.CONNECTING or self.state is JobState.TRANSFERRING

    @property
    def next_file(self) -> int | None:
        """The first file that is not transferred yet, in the order of their addition (`addfile/ok`)."""
        return next((number for number, file in enumerate(self.files) if not file.transferred), None)

    def file_after(self, number: int) -> int | None:
        """Return which file comes after this one has arrived: all before it have, they come in their order."""
        files = self.files
        return next((later for later in range(number + 1, len(files)) if not files[later].transferred), None)

    @property
    def no_progress_timeout_seconds(self) -> int:
        """How long the job may fail without progress (`timer/progress`)."""
        if self.chosen_no_progress_timeout_seconds is not None:
            return self.chosen_no_progress_timeout_seconds
        if self.dialect is Dialect.BITS:
            return NO_PROGRESS_BITS_SECONDS
        urgent = self.priority in {JobPriority.FOREGROUND, JobPriority.HIGH}
        return NO_PROGRESS_DO_HIGH_SECONDS if urgent else NO_PROGRESS_DO_LOW_SECONDS

    @property
    def blocked(self) -> bool:
        """Whether a policy forbids the job to transfer; no timer leads out of that (`policy/bandwidth`)."""
        waits, error = self.state is JobState.TRANSIENT_ERROR, self.error
        return waits and error is not None and error.code == Hresult.BG_E_BLOCKED_BY_POLICY

    @property
    def retry_due_seconds(self) -> float | None:
        """When the service tries again by itself, or None where it does not wait for that (`timer/retry`)."""
        if self.state is not JobState.TRANSIENT_ERROR or self.failed_at_seconds is None or self.blocked:
            return None
        delay = self.retry_delay_seconds if self.dialect is Dialect.BITS else RETRY_DELAY_DO_SECONDS
        return self.failed_at_seconds + delay

    @property
    def no_progress_due_seconds(self) -> float | None:
        """When the service stops trying, or None where it does not wait for that (`timer/progress`)."""
        if self.state is not JobState.TRANSIENT_ERROR or self.failing_since_seconds is None or self.blocked:
            return None
        return self.failing_since_seconds + self.no_progress_timeout_seconds


Step = tuple[Job, tuple[Effect, ...]]


def handle(job: Job, event: Event) -> Step:
    """
    Return what ``event`` makes of ``job`` and what it asks the service to do, in order.

    A client's call that the contract refuses raises `CopyJobError`. An internal event where it cannot
    happen is a bug of the service and raises ``AssertionError``.
    """
    match event:
        case Resume():
            return _resume(job)
        case Suspend():
            return _suspend(job)
        case Cancel():
            return _cancel(job)
        case Complete():
            return _complete(job)
        case AddFile() | AddFileSet():
            # The state stays: added to a running job a file is transferred too, added to a job at rest it
            # waits for Resume (`addfile/ok`, decision/8).
            return replace(job, files=added(job, event)), ()
        case SetRemoteName() | ReplaceRemotePrefix():
            return _rename(job, event)
        case (
            SetPriority()
            | SetNoProgressTimeout()
            | SetMinimumRetryDelay()
            | SetMaximumDownloadTime()
            | SetDisplayName()
            | SetNotifyFlags()
            | SetNotifyInterface()
            | SetHttpOptions()
            | SetReplyFileName()
            | TakeOwnership()
        ):
            return chosen(job, event), ()
        case Expired():
            assert not job.final, "a job that has ended cannot expire"
            return replace(job, state=JobState.CANCELLED), (StopTransfer(), DeleteTemporaries())
        case Restarted():
            # A turn does not outlive the service; everything else does (`restart`).
            return (replace(job, state=JobState.QUEUED), ()) if job.running else (job, ())
        case AllRenamed(numbers):
            if job.type is JobType.UPLOAD:
                numbers = tuple(range(len(job.files)))  # no name is given here: the server has the file
            job = replace(job, state=JobState.ACKNOWLEDGED, files=_completed(job, numbers))
            return job, (StopTransfer(), DeleteTemporaries())
        case RenameFailed(numbers):
            # The job keeps its state, and the files that have their names keep them (`complete/rename`).
            return replace(job, files=_completed(job, numbers)), ()
        case (
            Turn()
            | SliceEnded()
            | Connected()
            | DataArrived()
            | ReplyBegun()
            | FileArrived()
            | Faulted()
            | DownloadTimeUsed()
        ):
            return _travel(job, event)
        case RetryDue():
            assert job.state is JobState.TRANSIENT_ERROR, job.state.name
            return replace(job, state=JobState.QUEUED), ()
        case NoProgress():
            assert job.state is JobState.TRANSIENT_ERROR, job.state.name
            return replace(job, state=JobState.ERROR), ()
        case PolicyBlocked(fault):
            assert job.running or job.state in {JobState.QUEUED, JobState.TRANSIENT_ERROR}, job.state.name
            return replace(job, state=JobState.TRANSIENT_ERROR, error=fault), (StopTransfer(),)
        case PolicyOpened():
            assert job.blocked, job.state.name
            # The way is free, whatever was in it before: timers count anew.
            return replace(job, state=JobState.QUEUED, failing_since_seconds=None, failed_at_seconds=None), ()
        case _:
            assert_never(event)


# ---- the four state-changing methods ----


def _resume(job: Job) -> Step:
    refuse_if_final(job, Resume())
    if not job.files:
        empty = spelled(job.dialect, Hresult.BG_E_EMPTY, Hresult.DO_E_JOB_EMPTY)
        raise CopyJobError(empty, name_of(Resume()), "the job has no file; add one first", state=job.state)
    match job.state:
        case JobState.QUEUED | JobState.CONNECTING | JobState.TRANSFERRING:
            return job, ()
        case JobState.TRANSFERRED if job.next_file is None:
            return job, ()  # decision/3
        case JobState.ERROR:
            # A new beginning: the no-progress timeout counts anew.
            return replace(job, state=JobState.QUEUED, failing_since_seconds=None, failed_at_seconds=None), ()
        case _:  # SUSPENDED, TRANSIENT_ERROR, TRANSFERRED with files added since
            return replace(job, state=JobState.QUEUED), ()


def _suspend(job: Job) -> Step:
    refuse_if_final(job, Suspend())
    match job.state:
        case JobState.SUSPENDED | JobState.ERROR | JobState.TRANSFERRED:
            return job, ()  # at rest already: `suspend/suspended`, `suspend/automatic`, decision/2
        case _:
            return replace(job, state=JobState.SUSPENDED), (StopTransfer(),)


def _cancel(job: Job) -> Step:
    refuse_if_final(job, Cancel())
    return replace(job, state=JobState.CANCELLED), (StopTransfer(), DeleteTemporaries())


def _complete(job: Job) -> Step:
    refuse_if_final(job, Complete())
    if job.type is not JobType.DOWNLOAD:
        if job.state is not JobState.TRANSFERRED or job.next_file is not None:
            detail = "an upload is completed when the server has all of it, or cancelled"
            raise CopyJobError(Hresult.BG_E_INVALID_STATE, name_of(Complete()), detail, state=job.state)
        replied = job.type is JobType.UPLOAD_REPLY and not job.files[0].completed
        return job, (Publish((0,) if replied else ()), Reply(Hresult.S_OK))
    keep = tuple(n for n, file in enumerate(job.files) if file.transferred and not file.completed)
    partial = job.next_file is not None or not job.files
    answer = Hresult.BG_S_PARTIAL_COMPLETE if partial and job.dialect is Dialect.BITS else Hresult.S_OK
    # The state changes only when all names are given: `AllRenamed`.
    return job, (Publish(keep), Reply(answer))


def _rename(job: Job, event: SetRemoteName | ReplaceRemotePrefix) -> Step:
    files, answer = renamed(job, event)
    if answer is Hresult.S_FALSE:
        return job, (Reply(answer),)
    number = job.next_file
    moved = number is not None and files[number] is not job.files[number]
    # What is under way goes on at the new place, from where it is if that has the same file (`file/seturl`).
    again = (StopTransfer(), BeginTransfer(number)) if job.running and moved and number is not None else ()
    return replace(job, files=files), (*again, Reply(answer))


# ---- on the way ----


def _travel(
    job: Job,
    event: Turn | SliceEnded | Connected | DataArrived | ReplyBegun | FileArrived | Faulted | DownloadTimeUsed,
) -> Step:
    assert (job.state is JobState.QUEUED) if isinstance(event, Turn) else job.running, (event, job.state.name)
    match event:
        case Turn():
            number = job.next_file
            if number is None:
                return _arrived(job), ()
            if job.dialect is Dialect.BITS:
                return replace(job, state=JobState.CONNECTING, reply_begun=False), (BeginTransfer(number),)
            return replace(job, state=JobState.TRANSFERRING, error=None), (BeginTransfer(number),)
        case SliceEnded():
            return replace(job, state=JobState.QUEUED), (StopTransfer(),)
        case Connected():
            if job.state is JobState.TRANSFERRING and job.error is None:
                return job, ()  # as with every file but the first
            return replace(job, state=JobState.TRANSFERRING, error=None), ()
        case ReplyBegun():
            return replace(job, reply_begun=True), ()
        case DataArrived():
            return replace(job, failing_since_seconds=None, failed_at_seconds=None), ()
        case FileArrived(number):
            old = job.files[number]
            arrived = File(old.remote_url, old.local_path, transferred=True, completed=old.completed)
            files = (*job.files[:number], arrived, *job.files[number + 1 :])
            job = replace(job, files=files)
            following = job.file_after(number)
            return (_arrived(job), ()) if following is None else (job, (BeginTransfer(following),))
        case Faulted(fault, at_seconds):
            return _fault(job, fault, at_seconds)
        case DownloadTimeUsed():
            detail = f"{job.max_download_seconds} s were used up without the job being transferred; resume it for more"
            code = Hresult.BG_E_MAXDOWNLOAD_TIMEOUT
            fault = TransferFault(ErrorContext.GENERAL_QUEUE_MANAGER, code, job.next_file or 0, detail)
            job = replace(job, state=JobState.ERROR, error=fault, error_count=job.error_count + 1)
            return job, (StopTransfer(),)
        case _:
            assert_never(event)


def _fault(job: Job, fault: TransferFault, at_seconds: float) -> Step:
    since = at_seconds if job.failing_since_seconds is None else job.failing_since_seconds
    timeout = job.no_progress_timeout_seconds
    retried = (
        fault.transient
        and timeout > 0
        and at_seconds - since < timeout
        and (job.dialect is Dialect.DO or job.retry_delay_seconds <= timeout)
    )
    state = JobState.TRANSIENT_ERROR if retried else JobState.ERROR
    if fault.code != Hresult.BG_E_NETWORK_DISCONNECTED:  # a network that went away counts for nothing (`error/count`)
        job = replace(job, error_count=job.error_count + 1)
    if fault.transient:
        job = replace(job, failed_at_seconds=at_seconds, failing_since_seconds=since)
    return replace(job, state=state, error=fault), (StopTransfer(),)


def _arrived(job: Job) -> Job:
    return replace(job, state=JobState.TRANSFERRED, error=None, failing_since_seconds=None, failed_at_seconds=None)


# ---- what several share ----


def error_of(job: Job) -> TransferFault:
    """Return the error information of a job, or refuse for want of it (`error/available`, decision/18)."""
    if job.error is None:
        code = spelled(
            job.dialect,
            Hresult.BG_E_ERROR_INFORMATION_UNAVAILABLE,
            Hresult.DO_E_ERROR_INFORMATION_UNAVAILABLE,
        )
        raise CopyJobError(code, "get_error", "no error since data last transferred", state=job.state)
    return job.error


def _completed(job: Job, numbers: tuple[int, ...]) -> tuple[File, ...]:
    return tuple(replace(file, completed=True) if number in numbers else file for number, file in enumerate(job.files))
