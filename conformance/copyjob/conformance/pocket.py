"""A pocket backend: a small download service that conforms, written to be read, copied and broken.

It is the template for a backend of your own. It downloads over real HTTP with ``http.client``, one thread a running
job, in both dialects, with every power but ``by_id``. Try ``copyjob check copyjob.conformance.pocket:PocketBackend``.

Laws: one lock guards every job; a thread may touch its job only while it is the job's own (:meth:`PocketBackend.held`).
Every decision is one small method, so that a subclass can make exactly one of them wrongly; those about HTTP stand in
:mod:`copyjob.conformance.pocket_http`. Names and numbers come from the vocabulary; table and oracle are unknown here.

What it leaves out: redirects, uploads, ranges chosen by the caller, callbacks, time slices, and a store on disk: its
jobs live as long as the object does. Its clock stands still until :meth:`PocketBackend.advance` moves it.
"""

from __future__ import annotations

import os
import socket
import threading
import uuid
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import wraps
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import ClassVar, Concatenate, ParamSpec
from urllib.parse import urlsplit

from copyjob.conformance.pocket_http import Fault, HttpFiles, PocketFile
from copyjob.spec.vocabulary import FAILURE_BIT, SIZE_UNKNOWN, Dialect, Hresult, JobPriority, JobState

RUNNING = (JobState.CONNECTING, JobState.TRANSFERRING)
FINAL = (JobState.ACKNOWLEDGED, JobState.CANCELLED)
DAY_SECONDS = 86_400
PIECE_BYTES = 65_536


class LetGo(Exception):  # noqa: N818 nothing went wrong: the job was taken from its thread
    """The job no longer wants this thread."""


@dataclass
class Thread:
    """A thread's hold on its job: when the server last gave a sign of life, and the line to hang up."""

    active_seconds: float
    line: socket.socket | None = None

    def hang_up(self) -> None:
        """End the conversation; a thread that waits for the server wakes up."""
        if self.line is not None:
            with suppress(OSError):
                self.line.shutdown(socket.SHUT_RDWR)


@dataclass
class PocketJob:
    """One job. Times are on the backend's clock; ``trouble_seconds``: when it first failed since its last progress."""

    id: str
    number: int
    created_seconds: float
    touched_seconds: float
    state: JobState = JobState.SUSPENDED
    files: list[PocketFile] = field(default_factory=list[PocketFile])
    priority: int = JobPriority.NORMAL
    error: tuple[int, int] | None = None
    failed_seconds: float = 0.0
    trouble_seconds: float | None = None
    retry_delay_seconds: int = 600
    no_progress_seconds: int | None = None
    thread: Thread | None = None

    @property
    def whole(self) -> bool:
        """Whether no file is left to transfer."""
        return all(file.done for file in self.files)


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
                job.touched_seconds = backend.now_seconds
            backend.schedule()
            return hresult

    return call


class PocketBackend(HttpFiles):
    """The backend, constructed as the kit does: with a dialect, and a folder of its own (which this one needs not)."""

    dialects: ClassVar[tuple[str, ...]] = ("BITS", "DO")
    powers: ClassVar[frozenset[str]] = frozenset(
        {"progress", "error", "settings", "clock", "restart", "queue", "concurrent_calls", "instances"}
    )
    quiescence_seconds = 2.0
    stall_timeout_seconds = 60.0

    def __init__(self, dialect: str = "BITS", folder: str = ".") -> None:  # noqa: ARG002 the kit passes it
        self.bits = Dialect(dialect) is Dialect.BITS
        self.slots = self.blocking_jobs = 1 if self.bits else 2
        self.jobs: dict[str, PocketJob] = {}
        self.now_seconds = 0.0
        self.lock = threading.RLock()

    def code(self, bits: Hresult, delivery_optimization: Hresult) -> Hresult:
        """Spell an HRESULT in the dialect."""
        return bits if self.bits else delivery_optimization

    # The calls

    def create_job(self, display_name: str) -> str:  # noqa: ARG002 nobody asks for the name again
        """Create a job, suspended and empty. Clause: state/initial."""
        with self.lock:
            job = PocketJob(str(uuid.uuid4()), len(self.jobs), self.now_seconds, self.now_seconds)
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
        return Hresult.S_OK

    @operation
    def resume(self, job: PocketJob) -> int:
        """Queue a job that rests and has something to transfer. Clauses: resume/empty, resume/action, resume/error."""
        if not job.files:
            return self.code(Hresult.BG_E_EMPTY, Hresult.DO_E_JOB_EMPTY)
        if job.state not in (JobState.QUEUED, *RUNNING) and not (job.state is JobState.TRANSFERRED and job.whole):
            job.trouble_seconds = None
            job.state = JobState.QUEUED
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
        return Hresult.S_OK

    @operation
    def set_no_progress_timeout(self, job: PocketJob, seconds: int) -> int:
        """Set the no-progress timeout. Clause: timer/progress."""
        job.no_progress_seconds = seconds
        return Hresult.S_OK

    @operation
    def set_minimum_retry_delay(self, job: PocketJob, seconds: int) -> int:
        """Set the retry delay. Clause: timer/retry."""
        job.retry_delay_seconds = seconds
        return Hresult.S_OK

    def get_state(self, job: str) -> int:
        """Return the BG_JOB_STATE, in final states too. Clause: decision/9."""
        with self.lock:
            return self.jobs[job].state

    def get_progress(self, job: str) -> tuple[int, int, int, int]:
        """Return bytes total and transferred, files total and transferred. Clause: job/progress."""
        with self.lock:
            files = self.jobs[job].files
            sizes = [file.size_bytes for file in files if file.size_bytes is not None]
            total = sum(sizes) if len(sizes) == len(files) else SIZE_UNKNOWN
            received = sum(file.received_bytes for file in files)
            return total, received, len(files), sum(file.done for file in files)

    def get_error(self, job: str) -> tuple[int, int] | int:
        """Return error context and code, or the HRESULT that refuses them. Clause: error/available."""
        with self.lock:
            return self.jobs[job].error or self.code(
                Hresult.BG_E_ERROR_INFORMATION_UNAVAILABLE, Hresult.DO_E_ERROR_INFORMATION_UNAVAILABLE
            )

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

    # What calls decide on the disk

    def publish(self, file: PocketFile) -> None:
        """Make a file available at its destination. Clause: complete/transferred."""
        if not file.available:  # an earlier Complete may have come this far
            os.replace(file.temporary, file.local_path)  # noqa: PTH105 the rename is the point
            file.available = True

    def discard(self, job: PocketJob, state: JobState) -> None:
        """Put a job in a final state and leave no temporary file behind. Clause: cancel/any."""
        self.stop(job, state)
        for file in job.files:
            file.temporary.unlink(missing_ok=True)

    # The scheduler and the timers

    def schedule(self) -> None:
        """Give places to those who come first; who loses a place is queued again. Clauses: state/queued, priority."""
        contenders = [job for job in self.jobs.values() if job.state in (JobState.QUEUED, *RUNNING)]
        for place, job in enumerate(sorted(contenders, key=self.rank)):
            if place >= self.slots:
                self.stop(job, JobState.QUEUED)
            elif job.thread is None:
                self.start(job)

    def rank(self, job: PocketJob) -> tuple[int, bool, int]:
        """Order jobs: a higher priority first in BITS, then who runs already. Clause: priority."""
        return job.priority if self.bits else 0, job.thread is None, job.number

    def start(self, job: PocketJob) -> None:
        """Give a job its turn. Clauses: state/connecting, decision/5."""
        job.thread = Thread(self.now_seconds)
        if self.bits:
            job.state = JobState.CONNECTING
        else:
            self.connected(job)
        threading.Thread(target=self.run, args=(job, job.thread), name=job.id, daemon=True).start()

    def stop(self, job: PocketJob, state: JobState) -> None:
        """Take a job from its thread, if it has one."""
        if job.thread is not None:
            job.thread.hang_up()
        job.thread = None
        job.state = state

    def wake(self, job: PocketJob) -> None:
        """Do what has fallen due, the gravest alone."""
        if self.expired(job):
            self.discard(job, JobState.CANCELLED)
        elif job.state is JobState.TRANSIENT_ERROR and self.given_up(job):
            job.state = JobState.ERROR
        elif self.retried(job):
            job.state = JobState.QUEUED
        elif job.thread and self.now_seconds - job.thread.active_seconds >= self.stall_timeout_seconds:
            self.fail(job, self.connection_fault())

    def expired(self, job: PocketJob) -> bool:
        """Whether a job was left alone (BITS), or is simply old (DO). Clause: state/expiry."""
        since, days = (job.touched_seconds, 90) if self.bits else (job.created_seconds, 30)
        return self.now_seconds - since >= days * DAY_SECONDS

    def given_up(self, job: PocketJob) -> bool:
        """Whether no progress was made for too long, or a retry would come too late. Clause: timer/progress."""
        limit = job.no_progress_seconds
        if limit is None:
            hasty = job.priority <= JobPriority.HIGH
            limit = 14 * DAY_SECONDS if self.bits else 3_600 if hasty else DAY_SECONDS
        since = self.now_seconds if job.trouble_seconds is None else job.trouble_seconds
        return self.now_seconds - since >= limit or (self.bits and job.retry_delay_seconds > limit)

    def retried(self, job: PocketJob) -> bool:
        """Whether a transient error is to be retried now. Clause: timer/retry."""
        delay = max(job.retry_delay_seconds, 5)
        return job.state is JobState.TRANSIENT_ERROR and self.now_seconds - job.failed_seconds >= delay

    def recover(self, job: PocketJob) -> None:
        """Bring a job back after a restart: one that ran is queued. Clause: restart."""
        self.stop(job, JobState.QUEUED if job.state in RUNNING else job.state)

    # The thread of a running job

    @contextmanager
    def held(self, job: PocketJob, thread: Thread) -> Generator[None]:
        """Hold the lock for a thread that its job still wants; any other thread ends here."""
        with self.lock:
            if job.thread is not thread:
                raise LetGo
            thread.active_seconds = self.now_seconds
            yield

    def run(self, job: PocketJob, thread: Thread) -> None:
        """Transfer the files one after another, until none is left or one fails. Clause: error/atomic."""
        try:
            while (file := self.next_file(job, thread)) is not None:
                try:
                    self.fetch(job, file, thread)
                except (OSError, HTTPException, ValueError):
                    raise self.connection_fault() from None
        except LetGo:
            pass
        except Fault as fault:
            with suppress(LetGo), self.held(job, thread):
                self.fail(job, fault)
                self.schedule()

    def next_file(self, job: PocketJob, thread: Thread) -> PocketFile | None:
        """Return the next file; None where none is left, and the job is TRANSFERRED. Clause: state/transferred."""
        with self.held(job, thread):
            for file in job.files:
                if not file.done:
                    return file
            self.stop(job, JobState.TRANSFERRED)
            job.touched_seconds = self.now_seconds
            self.schedule()
            return None

    def fetch(self, job: PocketJob, file: PocketFile, thread: Thread) -> None:
        """Ask for a file, or for the rest of it, and store what comes."""
        url = urlsplit(file.url)
        connection = HTTPConnection(url.hostname or "", url.port or 80)
        try:
            connection.connect()
            with self.held(job, thread):
                thread.line = connection.sock
                self.connected(job)
                headers = self.request_headers(file)
            connection.request("GET", f"{url.path or '/'}{'?' * bool(url.query)}{url.query}", headers=headers)
            response = connection.getresponse()
            with self.held(job, thread):
                if not self.accept(file, response, ranged="Range" in headers):
                    return
            while piece := response.read1(PIECE_BYTES):
                with self.held(job, thread):
                    self.store(file, piece)
                    job.touched_seconds, job.trouble_seconds = self.now_seconds, None
            with self.held(job, thread):
                file.done = self.arrived(file)
            if not file.done:
                raise self.connection_fault()
        finally:
            connection.close()

    def connected(self, job: PocketJob) -> None:
        """Begin to transfer: what went wrong before is forgotten. Clauses: state/connecting, error/available."""
        job.state, job.error = JobState.TRANSFERRING, None

    def fail(self, job: PocketJob, fault: Fault) -> None:
        """Put a job in error. Clauses: error/available, state/transient, state/error."""
        self.stop(job, fault.state)
        job.error = (fault.context, fault.code)
        job.failed_seconds = job.touched_seconds = self.now_seconds
        if job.trouble_seconds is None:
            job.trouble_seconds = self.now_seconds
