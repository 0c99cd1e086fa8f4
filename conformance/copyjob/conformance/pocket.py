"""A pocket backend: a small download service that conforms, written to be read, copied and broken.

It is the template for a backend of your own. It downloads over real HTTP with ``http.client``, one thread a running
job, in both dialects, with every power but ``by_id``. Try ``copyjob check copyjob.conformance.pocket:PocketBackend``.

Law: every decision is one small method, so that a subclass can make exactly one of them wrongly. Here stand the calls;
whose turn it is stands in :mod:`copyjob.conformance.pocket_schedule`, what it tells in
:mod:`copyjob.conformance.pocket_getters`, whom it calls back in :mod:`copyjob.conformance.pocket_callbacks`, HTTP and
the disk in :mod:`copyjob.conformance.pocket_http`. Names and numbers come from the vocabulary; table and oracle are
unknown here.

What it leaves out: uploads, ranges chosen by the caller, time slices, and a store on disk: its
jobs live as long as the object does. Its clock stands still until :meth:`PocketBackend.advance` moves it.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Concatenate, ParamSpec

from copyjob.conformance.pocket_getters import Getters
from copyjob.conformance.pocket_http import PocketFile
from copyjob.conformance.pocket_schedule import FINAL, RETRY_FLOOR_SECONDS, RUNNING, PocketJob
from copyjob.spec.vocabulary import FAILURE_BIT, Dialect, Hresult, JobPriority, JobState, NotifyFlag

if TYPE_CHECKING:
    from copyjob.conformance.origin.wire import KitWire

P = ParamSpec("P")


def operation(
    decide: Callable[Concatenate[PocketBackend, PocketJob, P], int],
) -> Callable[Concatenate[PocketBackend, str, P], int]:
    """Make a call out of a decision: refused in a final state (state/final); free places go to who waits."""

    @wraps(decide)
    def call(backend: PocketBackend, job_id: str, /, *args: P.args, **kwargs: P.kwargs) -> int:
        with backend.lock:
            job = backend.jobs.get(job_id)
            if job is None:
                return backend.code(Hresult.BG_E_NOT_FOUND, Hresult.DO_E_JOB_NOT_FOUND)
            if job.state in FINAL:
                return backend.refuse_final(job, decide.__name__)
            hresult = decide(backend, job, *args, **kwargs)
            if hresult < FAILURE_BIT:
                job.touched_seconds = job.modified_seconds = backend.now_seconds
            backend.schedule()
            return hresult

    return call


class PocketBackend(Getters):
    """The backend, constructed as the kit does: with a dialect, a folder of its own (which this one needs not), and a
    wire where it is checked in memory.
    """

    dialects: ClassVar[tuple[str, ...]] = ("BITS", "DO")
    powers: ClassVar[frozenset[str]] = frozenset(
        {"progress", "error", "settings", "clock", "restart", "queue", "concurrent_calls", "instances", "wire"}
        | {"files", "enumeration", "times", "properties", "error_count", "callbacks"}
    )
    quiescence_seconds = 2.0
    stall_timeout_seconds = 60.0

    def __init__(
        self,
        dialect: str = "BITS",
        folder: str = ".",  # noqa: ARG002 the kit passes it
        wire: KitWire | None = None,
    ) -> None:
        super().__init__(wire)
        self.bits = Dialect(dialect) is Dialect.BITS
        self.slots = self.blocking_jobs = 1 if self.bits else 2
        self.jobs: dict[str, PocketJob] = {}
        self.now_seconds = 0.0
        self.lock = threading.RLock()

    # The calls

    def create_job(self, display_name: str) -> str:
        """Create a job, suspended and empty. Clause: state/initial."""
        with self.lock:
            job = PocketJob(str(uuid.uuid4()), len(self.jobs), self.now_seconds, self.now_seconds, display_name)
            job.modified_seconds = self.now_seconds
            self.jobs[job.id] = job
            return job.id

    def refuse_final(self, _job: PocketJob, _operation: str) -> int:
        """Refuse a call in a final state. Clauses: resume/final, suspend/final, cancel/final, complete/final."""
        return self.code(Hresult.BG_E_INVALID_STATE, Hresult.DO_E_INVALID_STATE)

    @operation
    def add_file(self, job: PocketJob, remote_url: str, local_path: str) -> int:
        """Add a file; the state stays as it is. Clauses: addfile/ok, addfile/arg, decision/8."""
        path = Path(local_path)
        if not remote_url.startswith("http://") or not path.is_absolute():
            return Hresult.E_INVALIDARG
        temporary = path.with_name(f"{path.name}.{job.id}-{len(job.files)}.tmp")
        job.files.append(PocketFile(remote_url, path, temporary))
        self.modified(job)
        return Hresult.S_OK

    @operation
    def resume(self, job: PocketJob) -> int:
        """Queue a job that rests and has something to transfer. Clauses: resume/empty, resume/action, resume/error."""
        if not job.files:
            return self.code(Hresult.BG_E_EMPTY, Hresult.DO_E_JOB_EMPTY)
        if job.state not in (JobState.QUEUED, *RUNNING) and not (job.state is JobState.TRANSFERRED and job.whole):
            job.trouble_seconds = None
            self.enter(job, JobState.QUEUED)
        return Hresult.S_OK

    @operation
    def suspend(self, job: PocketJob) -> int:
        """Suspend a job, one that has finished or failed too. Clauses: suspend/action, decision/2."""
        self.stop(job, JobState.SUSPENDED)
        return Hresult.S_OK

    @operation
    def cancel(self, job: PocketJob) -> int:
        """Cancel a job and delete what it has downloaded. Clause: cancel/any."""
        self.discard(job, JobState.CANCELLED)
        return Hresult.S_OK

    @operation
    def complete(self, job: PocketJob) -> int:
        """Make wholly transferred files available, delete the rest. Clauses: complete/partial, complete/rename."""
        try:
            for file in job.files:
                if file.done:
                    self.publish(file)
        except OSError:
            return Hresult.E_ACCESSDENIED
        self.discard(job, JobState.ACKNOWLEDGED)
        return Hresult.S_OK if job.whole or not self.bits else Hresult.BG_S_PARTIAL_COMPLETE

    @operation
    def set_priority(self, job: PocketJob, priority: int) -> int:
        """Set the priority, a BG_JOB_PRIORITY. Clauses: set/final, set/arg."""
        if priority not in JobPriority.__members__.values():
            return Hresult.E_NOTIMPL
        job.priority = priority
        self.modified(job)
        return Hresult.S_OK

    @operation
    def set_no_progress_timeout(self, job: PocketJob, seconds: int) -> int:
        """Set the no-progress timeout. Clause: timer/progress."""
        job.no_progress_seconds = seconds
        self.modified(job)
        return Hresult.S_OK

    @operation
    def set_minimum_retry_delay(self, job: PocketJob, seconds: int) -> int:
        """Set the retry delay. Clause: timer/retry."""
        job.retry_delay_seconds = max(seconds, RETRY_FLOOR_SECONDS)
        self.modified(job)
        return Hresult.S_OK

    @operation
    def set_notify_flags(self, job: PocketJob, flags: int) -> int:
        """Choose what the client is called for, a sum of BG_NOTIFY_*. Clause: callback/flags."""
        unsupported = 0 if self.bits else NotifyFlag.DISABLE | NotifyFlag.FILE_RANGES_TRANSFERRED
        if flags & ~sum(NotifyFlag) or flags & unsupported:
            return Hresult.E_NOTIMPL
        job.notify_flags = flags
        self.modified(job)
        return Hresult.S_OK

    @operation
    def set_notify_interface(self, job: PocketJob) -> int:
        """Call the client back. Clause: callback/late. Power: callbacks."""
        self.register(job)
        return Hresult.S_OK

    def advance(self, seconds: float) -> None:
        """Let time pass; whatever fell due meanwhile happens now, as on a machine that wakes up. Power: clock."""
        with self.lock:
            self.now_seconds += seconds
            for job in self.jobs.values():
                if job.state not in FINAL:
                    self.wake(job)
            self.schedule()

    def restart(self) -> None:
        """Drop the threads and begin again from the jobs' records. Clause: restart. Power: restart."""
        with self.lock:
            for job in self.jobs.values():
                self.recover(job)
            self.schedule()

    def close(self) -> None:
        """Let every job go."""
        with self.lock:
            for job in self.jobs.values():
                self.stop(job, job.state)
