"""What the pocket backend calls back for: whom it calls, when, and for what.

Law: who is called, and for what, is decided under the lock, at the moment in which it happens; every decision is one
small method, so that a subclass can make exactly one of them wrongly. To be called is to be written down: the client's
interface returns S_OK.

What this module does not know: whose turn it is, and what a call answers.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from copyjob.spec.vocabulary import JobState, NotifyFlag

if TYPE_CHECKING:
    from copyjob.conformance.pocket_schedule import PocketJob

NAMES = {
    NotifyFlag.JOB_TRANSFERRED: "JobTransferred",
    NotifyFlag.JOB_ERROR: "JobError",
    NotifyFlag.JOB_MODIFICATION: "JobModification",
    NotifyFlag.FILE_TRANSFERRED: "FileTransferred",
}
ENTERED = {JobState.TRANSFERRED: NotifyFlag.JOB_TRANSFERRED, JobState.ERROR: NotifyFlag.JOB_ERROR}


class Callbacks:
    """Whom every job calls back."""

    bits: bool
    jobs: dict[str, PocketJob]
    lock: threading.RLock

    def take_callbacks(self, job: str) -> list[str]:
        """Tell what was called since this was last asked. Power: callbacks."""
        with self.lock:
            own = self.jobs[job]
            told, own.called = own.called, []
            return told

    def call_back(self, job: PocketJob, flag: NotifyFlag) -> None:
        """Call a client that asked for it. Clause: callback/flags."""
        if job.registered and self.asked_for(job, flag):
            job.called.append(NAMES[flag])

    def asked_for(self, job: PocketJob, flag: NotifyFlag) -> bool:
        """Whether the flags ask for it. Clauses: callback/flags, callback/file (which is for BITS only)."""
        silent = bool(job.notify_flags & NotifyFlag.DISABLE) or (flag is NotifyFlag.FILE_TRANSFERRED and not self.bits)
        return bool(job.notify_flags & flag) and not silent

    def entered(self, job: PocketJob) -> None:
        """Tell that a job has entered its state. Clauses: callback/transferred, callback/error, callback/no-modify."""
        flag = ENTERED.get(job.state)
        if flag is None or not self.bits:
            self.modified(job)
        if flag is not None:
            self.call_back(job, flag)

    def modified(self, job: PocketJob) -> None:
        """Tell that a job has changed. Clause: callback/modification."""
        self.call_back(job, NotifyFlag.JOB_MODIFICATION)

    def transferred(self, job: PocketJob) -> None:
        """Tell that a file is transferred, and with it bytes. Clauses: callback/file, callback/modification."""
        self.modified(job)
        self.call_back(job, NotifyFlag.FILE_TRANSFERRED)

    def register(self, job: PocketJob) -> None:
        """Call the client from now on, in BITS late for what has happened. Clause: callback/late."""
        job.registered = True
        if self.bits:
            for _ in range(self.files_transferred(job)):
                self.call_back(job, NotifyFlag.FILE_TRANSFERRED)
            if job.state in ENTERED:
                self.call_back(job, ENTERED[job.state])

    def files_transferred(self, job: PocketJob) -> int:
        """Return how many files are transferred."""
        return sum(file.done for file in job.files)

    def forget_client(self, job: PocketJob) -> None:
        """Call nobody any more until somebody registers again. Clause: callback/transferred."""
        job.registered = False
