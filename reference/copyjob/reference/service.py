"""The service in one process: jobs that are created, found and worked on until their owner ends them.

Laws: one service a store; a job's id outlives the process; what a call answered outlives a kill. A call in
a wrong state raises `CopyJobError` and has changed nothing; a transfer that fails is read from the job.

It does not know how it is reached from other processes.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from copyjob.reference.clock import SystemClock
from copyjob.reference.disk import check_arguments
from copyjob.reference.engine import Engine
from copyjob.reference.errors import CopyJobError, spelled
from copyjob.reference.events import (
    AddFile,
    Cancel,
    Complete,
    Resume,
    SetMinimumRetryDelay,
    SetNoProgressTimeout,
    SetPriority,
    Suspend,
)
from copyjob.reference.job import Job, error_of
from copyjob.reference.record import Record
from copyjob.reference.store import Store
from copyjob.spec.vocabulary import SIZE_UNKNOWN, Dialect, Hresult, JobPriority, JobState

if TYPE_CHECKING:
    from types import TracebackType

    from copyjob.reference.clock import Clock
    from copyjob.reference.errors import TransferFault
    from copyjob.reference.trace import Trace
    from copyjob.reference.wire import Wire

DISPLAY_NAME_LENGTH_MAX: Final = 256
STALL_TIMEOUT_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Progress:
    """
    How far a job is, in the order of ``BG_JOB_PROGRESS``; unknown totals are `SIZE_UNKNOWN`
    (`job/progress`).
    """

    bytes_total: int
    bytes_transferred: int
    files_total: int
    files_transferred: int


@dataclass(frozen=True, slots=True)
class FileInfo:
    """One file of a job as its owner sees it (`file/progress`)."""

    remote_url: str
    local_path: str
    bytes_total: int
    bytes_transferred: int
    transferred: bool
    completed: bool


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

    def add_file(self, remote_url: str, local_path: str) -> Hresult:
        """Add a file; the state stays as it is (`addfile/ok`, `addfile/arg`)."""
        event = AddFile(remote_url, local_path)
        if not self._record.job.final:
            try:
                check_arguments(remote_url, local_path, state=self.state)
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
                )
            )
        return found


class Service:
    """
    A background copy service on the store ``store_path``.

    ``clock`` and ``wire`` are the machine's clock and HTTP unless given; ``stall_timeout_seconds`` is the
    silence after which an exchange is given up. Raises `StoreError` when the store cannot be used. A
    context manager: leaving it closes the service, its jobs go on at the next start.
    """

    def __init__(
        self,
        store_path: str,
        dialect: Dialect = Dialect.BITS,
        *,
        clock: Clock | None = None,
        wire: Wire | None = None,
        trace: Trace | None = None,
        stall_timeout_seconds: float = STALL_TIMEOUT_SECONDS,
    ) -> None:
        self.dialect = dialect
        store = Store(store_path, dialect)
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
        )
        self._engine.start()

    def create_job(self, display_name: str) -> JobHandle:
        """Create a job, SUSPENDED and empty (`manager/create`, `state/initial`)."""
        if len(display_name) > DISPLAY_NAME_LENGTH_MAX:
            raise CopyJobError(
                Hresult.E_INVALIDARG,
                "create_job",
                f"the display name has {len(display_name)} characters, {DISPLAY_NAME_LENGTH_MAX} are allowed",
            )
        now = self._engine.clock.now()
        record = Record(str(uuid.uuid4()), display_name, Job(self.dialect), now, now)
        self._engine.insert(record)
        return JobHandle(self._engine, record)

    def get_job(self, job_id: str) -> JobHandle:
        """Return a job of the queue; refused for an unknown id and for an ended job (`manager/get`)."""
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
