"""The service in one process: jobs that are created, found and worked on until their owner ends them.

Laws: one service a store; a job's id outlives the process; what a call answered outlives a kill. A call in
a wrong state raises `CopyJobError` and has changed nothing; a transfer that fails is read from the job.

It does not know how it is reached from other processes.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final, Self

from copyjob.reference.callbacks import Callback, Subscription
from copyjob.reference.clock import SystemClock
from copyjob.reference.disk import check_arguments
from copyjob.reference.engine import Engine
from copyjob.reference.enumeration import Enumerator
from copyjob.reference.errors import CopyJobError, spelled
from copyjob.reference.events import (
    AddFile,
    Cancel,
    Complete,
    Resume,
    SetDisplayName,
    SetMinimumRetryDelay,
    SetNoProgressTimeout,
    SetNotifyFlags,
    SetNotifyInterface,
    SetPriority,
    Suspend,
)
from copyjob.reference.integrity import check_expectations
from copyjob.reference.job import Job, error_of, not_in_do
from copyjob.reference.policies import UNLIMITED, Limits, User, check_display_name
from copyjob.reference.record import Record
from copyjob.reference.store import Store
from copyjob.reference.trace import Trace
from copyjob.reference.views import FileInfo, Progress, Times
from copyjob.spec.vocabulary import SIZE_UNKNOWN, Dialect, Hresult, JobPriority, JobState, NotifyFlag, Operation

if TYPE_CHECKING:
    from types import TracebackType

    from copyjob.reference.clock import Clock
    from copyjob.reference.errors import TransferFault
    from copyjob.reference.wire import Wire

STALL_TIMEOUT_SECONDS: Final = 60.0


class JobHandle:
    """
    One job of a service. Getters answer in every state, at once and without waiting for anybody.

    Calls raise `CopyJobError`; what they return is a success: S_OK unless said otherwise.
    """

    __slots__ = ("_engine", "_record")

    def __init__(self, engine: Engine, record: Record) -> None:
        self._engine = engine
        self._record = record

    # ---- operations ----

    def add_file(
        self,
        remote_url: str,
        local_path: str,
        expected_size_bytes: int | None = None,
        expected_digest: str | None = None,
    ) -> Hresult:
        """
        Add a file; the state stays as it is (``AddFile``; `addfile/ok`, `addfile/arg`).

        ``expected_digest`` is ``sha256:<hex>`` or ``sha512:<hex>``. A file of another size or digest puts the
        job in ERROR, and nothing of it is ever published.
        """
        event = AddFile(
            remote_url,
            local_path,
            self._engine.limits.files_per_job,
            expected_size_bytes=expected_size_bytes,
            expected_digest=(expected_digest or "").lower(),
        )
        if not self._record.job.final:
            try:
                check_arguments(remote_url, local_path, state=self.state)
                check_expectations(expected_size_bytes, expected_digest, state=self.state)
            except CopyJobError as error:
                self._engine.trace_call(self._record, event, error.hresult)
                raise
        return self._engine.call(self._record, event)

    def resume(self) -> Hresult:
        """Send the job on its way (`resume/suspended`); refused while it has no file (`resume/empty`)."""
        return self._engine.call(self._record, Resume())

    def suspend(self) -> Hresult:
        """Stop all transfers until Resume; on return nothing is written any more (`suspend/action`)."""
        return self._engine.call(self._record, Suspend())

    def cancel(self) -> Hresult:
        """End the job, delete its temporary files; BG_S_UNABLE_TO_DELETE_FILES if any stay (`cancel/any`)."""
        return self._engine.call(self._record, Cancel())

    def complete(self) -> Hresult:
        """
        Make the transferred files available and end the job (`complete/transferred`, `complete/partial`).

        BG_S_PARTIAL_COMPLETE in BITS when some were not transferred. When a file cannot get its name this
        raises, and the job stays as it was (`complete/rename`).
        """
        return self._engine.call(self._record, Complete())

    def set_priority(self, priority: int) -> Hresult:
        """Choose a priority (`set/arg`, `priority`)."""
        return self._engine.call(self._record, SetPriority(priority))

    def set_no_progress_timeout(self, seconds: int) -> Hresult:
        """Choose how long the job may fail without progress; 0 retries nothing (`timer/progress`)."""
        return self._engine.call(self._record, SetNoProgressTimeout(seconds))

    def set_minimum_retry_delay(self, seconds: int) -> Hresult:
        """Choose the time from a transient error to the next try, at least 5 s; BITS only (`timer/retry`)."""
        return self._engine.call(self._record, SetMinimumRetryDelay(seconds))

    def set_display_name(self, display_name: str | None) -> Hresult:
        """
        ``SetDisplayName``: give the job another name; BITS only, else E_NOTIMPL (`set/final`).

        None is refused with E_INVALIDARG, more than 256 characters with BG_E_STRING_TOO_LONG (`addfile/limits`).
        """
        event = SetDisplayName("" if display_name is None else display_name)
        if self._engine.dialect is Dialect.BITS and not self._record.job.final:
            try:
                check_display_name(
                    display_name, Operation.SET_DISPLAY_NAME.value, Hresult.BG_E_STRING_TOO_LONG, state=self.state
                )
            except CopyJobError as error:
                self._engine.trace_call(self._record, event, error.hresult)
                raise
        return self._engine.call(self._record, event)

    def set_notify_flags(self, flags: int) -> Hresult:
        """
        ``SetNotifyFlags``: choose the callbacks, as a sum of `NotifyFlag`; E_NOTIMPL for an unknown one.

        DISABLE switches all others off; the service has no ranges, so that it never makes that call. Delivery
        Optimization has neither flag. Clauses: set/arg, set/final.
        """
        return self._engine.call(self._record, SetNotifyFlags(flags))

    def set_notify_interface(self, callback: Callback | None) -> Hresult:
        """
        ``SetNotifyInterface``: call this one, or nobody, from now on; not recorded (`callback/error`).

        Calls are made on a thread of their own; :mod:`copyjob.reference.callbacks` tells when and how often.
        """
        subscription = None if callback is None else Subscription(self, callback)
        return self._engine.call(self._record, SetNotifyInterface(subscription))

    # ---- getters ----

    @property
    def id(self) -> str:
        """The id of the job, a GUID."""
        return self._record.id

    @property
    def display_name(self) -> str:
        """What its owner calls it."""
        return self._record.display_name

    @property
    def state(self) -> JobState:
        """The state of the job."""
        return self._record.job.state

    @property
    def job(self) -> Job:
        """The whole life-cycle data of the job, frozen."""
        return self._record.job

    @property
    def priority(self) -> JobPriority:
        """The priority of the job."""
        return self._record.job.priority

    @property
    def notify_flags(self) -> NotifyFlag:
        """``GetNotifyFlags``: the callbacks that the owner wants; at first JOB_TRANSFERRED and JOB_ERROR."""
        return NotifyFlag(self._record.job.notify_flags)

    @property
    def owner(self) -> str:
        """``GetOwner``: the name of the user, the same for every job of a service (`manager/get`)."""
        return self._engine.owner.name

    @property
    def error_count(self) -> int:
        """``GetErrorCount``: how often a transfer has failed; BITS only, else E_NOTIMPL (`error/count`)."""
        if self._engine.dialect is Dialect.DO:
            raise not_in_do(self._record.job, Operation.GET_ERROR_COUNT.value)
        return self._record.job.error_count

    def times(self) -> Times:
        """``GetTimes``: return when the job was created, modified, transferred (`times`)."""
        return Times(self.created_at_seconds, self.modified_at_seconds, self.transferred_at_seconds)

    @property
    def created_at_seconds(self) -> float:
        """When the job was created (`times`)."""
        return self._record.created_at_seconds

    @property
    def modified_at_seconds(self) -> float:
        """When the job last changed or received bytes (`times`)."""
        return self._record.modified_at_seconds

    @property
    def transferred_at_seconds(self) -> float | None:
        """When the job last entered TRANSFERRED, or None (`times`)."""
        return self._record.transferred_at_seconds

    def wait_for(self, *states: JobState, timeout_seconds: float | None = None) -> bool:
        """Wait, in real time, until the job is in one of these states; return whether it is."""
        return self._engine.wait_for(self._record, states, timeout_seconds)

    def progress(self) -> Progress:
        """Return how far the job is (`job/progress`)."""
        job, parts = self._record.job, self._record.parts
        total = transferred = 0
        for part in parts[: len(job.files)]:
            transferred += part.offset_bytes
            size = part.size_bytes
            total = SIZE_UNKNOWN if size is None or total == SIZE_UNKNOWN else total + size
        return Progress(total, transferred, len(job.files), sum(file.transferred for file in job.files))

    def error(self) -> TransferFault:
        """Return why the job failed, or refuse where it did not (`error/available`, decision/18)."""
        return error_of(self._record.job)

    def files(self) -> list[FileInfo]:
        """Return the files of the job in the order of their addition."""
        found: list[FileInfo] = []
        for file, part in zip(self._record.job.files, self._record.parts, strict=False):
            size = SIZE_UNKNOWN if part.size_bytes is None else part.size_bytes
            found.append(
                FileInfo(
                    file.remote_url,
                    file.local_path,
                    size,
                    part.offset_bytes,
                    file.transferred,
                    file.completed,
                    part.expected_size_bytes,
                    part.expected_digest,
                )
            )
        return found

    def enum_files(self) -> Enumerator[FileInfo]:
        """``EnumFiles``: return an enumerator of the files as they are now (`enum/files`)."""
        return Enumerator(self._engine.dialect, self.files())


class Service:
    """
    A background copy service on the store ``store_path``.

    ``clock`` and ``wire`` are the machine's clock and HTTP unless given; ``stall_timeout_seconds`` is the
    silence after which an exchange is given up. ``limits`` are policies of BITS and do not concern an
    administrator (`addfile/limits`); ``user`` is the user of the process unless given. ``trace`` is a `Trace` of
    this service alone, or the path of a file that its lines are appended to. Raises `StoreError` when the store
    cannot be used, ``OSError`` when that file cannot. A context manager: leaving it closes the service, its jobs go
    on at the next start.
    """

    def __init__(
        self,
        store_path: str,
        dialect: Dialect = Dialect.BITS,
        *,
        clock: Clock | None = None,
        wire: Wire | None = None,
        trace: Trace | str | None = None,
        stall_timeout_seconds: float = STALL_TIMEOUT_SECONDS,
        limits: Limits | None = None,
        user: User | None = None,
    ) -> None:
        self.dialect = dialect
        user = user or User.current()
        store = Store(store_path, dialect)
        if isinstance(trace, str):
            try:
                trace = Trace.open(trace)
            except OSError:
                store.close()
                raise
        self._own_wire: Wire | None = None
        if wire is None:
            from copyjob.reference.curl_wire import CurlWire

            wire = self._own_wire = CurlWire()
        self._engine = Engine(
            store,
            dialect,
            clock or SystemClock(),
            wire,
            stall_timeout_seconds=stall_timeout_seconds,
            trace=trace,
            owner=user,
            limits=UNLIMITED if user.administrator or dialect is Dialect.DO else limits or Limits(),
        )
        self._engine.start()

    def create_job(self, display_name: str | None) -> JobHandle:
        """
        ``CreateJob``: create a job, SUSPENDED and empty (`manager/create`, `state/initial`).

        E_INVALIDARG for no name or one of more than 256 characters; BG_E_TOO_MANY_JOBS_PER_USER and
        BG_E_TOO_MANY_JOBS_PER_MACHINE where the queue is full (`addfile/limits`).
        """
        try:
            display_name = check_display_name(display_name, Operation.CREATE_JOB.value, Hresult.E_INVALIDARG)
        except CopyJobError as error:
            self._engine.trace_refused_creation(error.hresult)
            raise
        now = self._engine.clock.now()
        record = Record(str(uuid.uuid4()), display_name, Job(self.dialect), now, now)
        self._engine.insert(record)
        return JobHandle(self._engine, record)

    def get_job(self, job_id: str) -> JobHandle:
        """``GetJob``: return a job of the queue; refused for an unknown id and for an ended job (`manager/get`)."""
        handle = self.find(job_id)
        if handle.job.final:
            raise self._not_found(job_id, "has ended")
        return handle

    def find(self, job_id: str) -> JobHandle:
        """Return a job for somebody who still holds its id, the ended ones included (decision/9)."""
        record = self._engine.records.get(job_id)
        if record is None:
            raise self._not_found(job_id, "does not exist")
        return JobHandle(self._engine, record)

    def _not_found(self, job_id: str, what: str) -> CopyJobError:
        code = spelled(self.dialect, Hresult.BG_E_NOT_FOUND, Hresult.DO_E_JOB_NOT_FOUND)
        return CopyJobError(code, "get_job", f"the job {job_id} {what}")

    def jobs(self) -> list[JobHandle]:
        """Return the jobs of the queue, those that have not ended, oldest first (`manager/enum`)."""
        records = list(self._engine.records.values())
        return [JobHandle(self._engine, record) for record in records if not record.job.final]

    def enum_jobs(self) -> Enumerator[JobHandle]:
        """``EnumJobs``: return an enumerator of the jobs that are in the queue now (`manager/enum`)."""
        return Enumerator(self.dialect, self.jobs())

    def wait_for_callbacks(self, timeout_seconds: float | None = None) -> bool:
        """
        Wait, in real time, until every callback that is due has been made; return whether it has.

        Not for use within a callback: it would wait for itself.
        """
        return self._engine.notifier.wait(timeout_seconds)

    def advance(self, seconds: float) -> None:
        """Move a `ManualClock`; returns when everything that fell due on the way has been done."""
        self._engine.advance(seconds)

    def close(self) -> None:
        """Stop, with all progress recorded; a second time does nothing."""
        self._end(record_progress=True)

    def kill(self) -> None:
        """Stop at once and record nothing further, as a crash would."""
        self._end(record_progress=False)

    def remove(self) -> None:
        """Close the service and delete its store; only for one whose jobs have all ended."""
        assert not self.jobs(), "jobs are left in the store"
        self._end(record_progress=False, remove_store=True)

    def _end(self, *, record_progress: bool, remove_store: bool = False) -> None:
        self._engine.stop(record_progress=record_progress, remove_store=remove_store)
        if self._own_wire is not None:
            self._own_wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
