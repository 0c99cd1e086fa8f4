"""When a job of the pocket backend runs, fails and is tried again: its places, its timers and its thread.

Laws: one lock guards every job; a thread may touch its job only while it is the job's own (:meth:`Scheduler.held`).
Every decision is one small method, so that a subclass can make exactly one of them wrongly.

What this module does not know: what a call answers, and what HTTP says.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from copyjob.conformance.pocket_callbacks import Callbacks
from copyjob.conformance.pocket_http import Fault, Head, HttpFiles, PocketFile
from copyjob.spec.vocabulary import Hresult, JobPriority, JobState, NotifyFlag

RUNNING = (JobState.CONNECTING, JobState.TRANSFERRING)
FINAL = (JobState.ACKNOWLEDGED, JobState.CANCELLED)
DAY_SECONDS = 86_400
RETRY_FLOOR_SECONDS = 5
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
    display_name: str = ""
    modified_seconds: float = 0.0
    completed_seconds: float | None = None
    error_count: int = 0
    state: JobState = JobState.SUSPENDED
    files: list[PocketFile] = field(default_factory=list[PocketFile])
    priority: int = JobPriority.NORMAL
    error: tuple[int, int] | None = None
    failed_seconds: float = 0.0
    trouble_seconds: float | None = None
    retry_delay_seconds: int = 600
    no_progress_seconds: int | None = None
    thread: Thread | None = None
    notify_flags: int = NotifyFlag.JOB_TRANSFERRED | NotifyFlag.JOB_ERROR
    registered: bool = False
    called: list[str] = field(default_factory=list[str])
    """What was called back, and not asked for yet."""

    @property
    def whole(self) -> bool:
        """Whether no file is left to transfer."""
        return all(file.done for file in self.files)


class Scheduler(HttpFiles, Callbacks):
    """Places, timers and threads of all jobs."""

    slots: int
    """So many jobs run at once."""
    jobs: dict[str, PocketJob]
    now_seconds: float
    lock: threading.RLock
    stall_timeout_seconds: float = 60.0

    def code(self, bits: Hresult, delivery_optimization: Hresult) -> Hresult:
        """Spell an HRESULT in the dialect."""
        return bits if self.bits else delivery_optimization

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
        job.thread = self.new_thread()
        if self.bits:
            self.enter(job, JobState.CONNECTING)
        else:
            self.connected(job)
        self.set_out(job, job.thread)

    def new_thread(self) -> Thread:
        """Return a hold on a job, for :meth:`set_out`."""
        return Thread(self.now_seconds)

    def set_out(self, job: PocketJob, thread: Thread) -> None:
        """Let a thread transfer its job."""
        threading.Thread(target=self.run, args=(job, thread), name=job.id, daemon=True).start()

    def enter(self, job: PocketJob, state: JobState) -> None:
        """Put a job in a state, and tell of it. Clause: times."""
        if job.state is not state:
            job.state, job.modified_seconds = state, self.now_seconds
            self.entered(job)

    def stop(self, job: PocketJob, state: JobState) -> None:
        """Take a job from its thread, if it has one."""
        if job.thread is not None:
            job.thread.hang_up()
        job.thread = None
        self.enter(job, state)

    def wake(self, job: PocketJob) -> None:
        """Do what has fallen due, the gravest alone."""
        if self.expired(job):
            self.discard(job, JobState.CANCELLED)
        elif job.state is JobState.TRANSIENT_ERROR and self.given_up(job):
            self.enter(job, JobState.ERROR)
        elif self.retried(job):
            self.enter(job, JobState.QUEUED)
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
        waited = self.now_seconds - job.failed_seconds
        return job.state is JobState.TRANSIENT_ERROR and waited >= job.retry_delay_seconds

    def recover(self, job: PocketJob) -> None:
        """Bring a job back after a restart: one that ran is queued. Clause: restart."""
        self.forget_client(job)
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
            job.touched_seconds = job.completed_seconds = self.now_seconds
            self.schedule()
            return None

    def fetch(self, job: PocketJob, file: PocketFile, thread: Thread) -> None:
        """Ask for a file, or for the rest of it, and store what comes."""
        url = urlsplit(file.moved or file.url)
        connection = HTTPConnection(url.hostname or "", url.port or 80)
        try:
            connection.connect()
            with self.held(job, thread):
                thread.line = connection.sock
                self.connected(job)
                headers = self.request_headers(file)
            connection.request("GET", f"{url.path or '/'}{'?' * bool(url.query)}{url.query}", headers=headers)
            response = connection.getresponse()
            head = Head(response.status, {name.lower(): value for name, value in response.getheaders()})
            with self.held(job, thread):
                if not self.accept(file, head, ranged="Range" in headers):
                    return
            while piece := response.read1(PIECE_BYTES):
                with self.held(job, thread):
                    self.store(file, piece)
                    job.touched_seconds = job.modified_seconds = self.now_seconds
                    job.trouble_seconds = None
            with self.held(job, thread):
                self.arrive(job, file)
            if not file.done:
                raise self.connection_fault()
        finally:
            connection.close()

    def arrive(self, job: PocketJob, file: PocketFile) -> None:
        """Take it that everything has come that comes of a file."""
        file.done = self.arrived(file)
        if file.done:
            self.transferred(job)

    def connected(self, job: PocketJob) -> None:
        """Begin to transfer: what went wrong before is forgotten. Clauses: state/connecting, error/available."""
        self.enter(job, JobState.TRANSFERRING)
        job.error = None

    def fail(self, job: PocketJob, fault: Fault) -> None:
        """Put a job in error. Clauses: error/available, state/transient, state/error."""
        self.stop(job, fault.state)
        job.error = (fault.context, fault.code)
        job.failed_seconds = job.touched_seconds = self.now_seconds
        job.error_count += 1
        if job.trouble_seconds is None:
            job.trouble_seconds = self.now_seconds

    # What the end of a job decides on the disk

    def discard(self, job: PocketJob, state: JobState) -> None:
        """Put a job in a final state and leave no temporary file behind. Clause: cancel/any."""
        self.stop(job, state)
        for file in job.files:
            file.temporary.unlink(missing_ok=True)
