"""Miniatures: what happens by itself, getters, files."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from copyjob.conformance.mutants.miniatures.base import Miniature
from copyjob.conformance.pocket_http import Fault, Head, PocketFile
from copyjob.conformance.pocket_schedule import PocketJob
from copyjob.spec.table import FINAL
from copyjob.spec.vocabulary import SIZE_UNKNOWN, ErrorContext, Hresult, JobState

if TYPE_CHECKING:
    from copyjob.conformance.origin.wire import KitWire

# What happens by itself


class NeverGetsItsTurn(Miniature):
    """A queued job is never given its turn, though nothing stands in front of it."""

    quiescence_seconds = 0.25
    violates = frozenset({"turn/QUEUED/1"})

    def start(self, job: PocketJob) -> None:
        if job.priority < 2:
            super().start(job)


class NeverRetries(Miniature):
    """A transient error is not retried when the delay has passed."""

    quiescence_seconds = 0.25
    violates = frozenset({"retry/TRANSIENT_ERROR/1"})
    aims = frozenset({"special"})
    steps_max = 12  # each shorter program is waited for before it is dropped

    def retried(self, job: PocketJob) -> bool:
        return False


class RetriesTooEarly(Miniature):
    """A transient error is retried after a second."""

    violates = frozenset({"state/rests"})
    aims = frozenset({"special"})

    def retried(self, job: PocketJob) -> bool:
        return job.state is JobState.TRANSIENT_ERROR and self.now_seconds > job.failed_seconds


class RetriesErrors(Miniature):
    """A job in ERROR is retried by itself, like one in TRANSIENT_ERROR."""

    violates = frozenset({"state/rests"})
    aims = frozenset({"special"})

    def retried(self, job: PocketJob) -> bool:
        late = self.now_seconds - job.failed_seconds >= job.retry_delay_seconds
        return super().retried(job) or (job.state is JobState.ERROR and late)


class NeverGivesUp(Miniature):
    """A transient error stays one for ever once the no-progress timeout has passed."""

    quiescence_seconds = 0.25
    violates = frozenset({"no_progress/TRANSIENT_ERROR/1"})
    steps_max = 12

    def wake(self, job: PocketJob) -> None:
        if job.state is not JobState.TRANSIENT_ERROR or not self.given_up(job):
            super().wake(job)


class GivesUpOnlyOnWaking(Miniature):
    """Where a retry and giving up are due at once it retries first; when that fails too, nobody gives up any more."""

    quiescence_seconds = 0.25
    violates = frozenset({"no_progress/TRANSIENT_ERROR/1"})
    steps_max = 12

    def wake(self, job: PocketJob) -> None:
        if job.state is JobState.TRANSIENT_ERROR and self.given_up(job) and self.retried(job):
            self.enter(job, JobState.QUEUED)
        else:
            super().wake(job)


class NeverExpires(Miniature):
    """A job that was left alone for months is kept."""

    quiescence_seconds = 0.25
    violates = frozenset({"expiry/SUSPENDED/1"})

    def expired(self, job: PocketJob) -> bool:
        return job.state is not JobState.SUSPENDED and super().expired(job)


class TakesMissingForBusy(Miniature):
    """A 404 is taken for a transient error."""

    violates = frozenset({"fatal_fault/TRANSFERRING/1"})

    def http_fault(self, status: int) -> Fault:
        return super().http_fault(503 if status == 404 else status)


class TakesBusyForDone(Miniature):
    """A 503 is taken for a file that has arrived."""

    violates = frozenset({"transient_fault/TRANSFERRING/1"})

    def accept(self, file: PocketFile, response: Head, *, ranged: bool) -> bool:
        if response.status == 503:
            self.begin(file, response)
            return True
        return super().accept(file, response, ranged=ranged)


class TakesBusyForLost(Miniature):
    """A 503 is taken for a fatal error: against a recommendation, no more."""

    violates = frozenset({"transient_fault/TRANSFERRING/1"})

    def http_fault(self, status: int) -> Fault:
        fault = super().http_fault(status)
        return Fault(JobState.ERROR, fault.context, fault.code) if status == 503 else fault


class FollowsNoRedirect(Miniature):
    """A redirect to a file that is there is taken for an error."""

    violates = frozenset({"http/redirect"})
    aims = frozenset({"special"})

    def follow(self, file: PocketFile, response: Head) -> None:
        raise self.http_fault(response.status)


class TakesTheTruncatedForWhole(Miniature):
    """A body that ends early is taken for the whole file."""

    violates = frozenset({"transient_fault/TRANSFERRING/1"})
    aims = frozenset({"special"})

    def arrived(self, file: PocketFile) -> bool:
        return True


class ConnectsInPublic(Miniature):
    """Delivery Optimization shows CONNECTING."""

    dialect = "DO"
    violates = frozenset({"resume/SUSPENDED/2"})

    def connected(self, job: PocketJob) -> None:
        super().connected(job)
        job.state = JobState.CONNECTING


class RestartForgetsFiles(Miniature):
    """A restart of the service loses the last file of a suspended job."""

    violates = frozenset({"restart/SUSPENDED/1"})

    def recover(self, job: PocketJob) -> None:
        super().recover(job)
        if job.state is JobState.SUSPENDED:
            del job.files[-1:]


class RestartForgetsTheState(Miniature):
    """A restart of the service finds a transferred job suspended."""

    dialect = "DO"
    violates = frozenset({"restart/TRANSFERRED/1"})

    def recover(self, job: PocketJob) -> None:
        super().recover(job)
        if job.state is JobState.TRANSFERRED:
            job.state = JobState.SUSPENDED


# What getters tell


class ForgetsTheError(Miniature):
    """GetError in ERROR says that there is no error information."""

    violates = frozenset({"get_error/ERROR/1"})

    def get_error(self, job: str) -> tuple[int, int] | int:
        lost = self.jobs[job].state is JobState.ERROR
        return Hresult.BG_E_ERROR_INFORMATION_UNAVAILABLE if lost else super().get_error(job)


class KeepsTheError(Miniature):
    """GetError still tells of an old error when the job is transferred."""

    dialect = "DO"
    violates = frozenset({"get_error/TRANSFERRED/1"})
    steps_max = 12  # a shorter program leaves more rows that may have kept it
    aims = frozenset({"get_error/CONNECTING/1", "get_error/TRANSIENT_ERROR/1"})

    def __init__(self, dialect: str = "BITS", folder: str = ".", wire: KitWire | None = None) -> None:
        super().__init__(dialect, folder, wire)
        self.last: dict[str, tuple[int, int]] = {}

    def fail(self, job: PocketJob, fault: Fault) -> None:
        super().fail(job, fault)
        self.last[job.id] = (fault.context, fault.code)

    def get_error(self, job: str) -> tuple[int, int] | int:
        told = super().get_error(job)
        return self.last.get(job, told) if self.jobs[job].state is JobState.TRANSFERRED else told


class BlamesTheTransport(Miniature):
    """Delivery Optimization tells an error context that it does not know."""

    dialect = "DO"
    violates = frozenset({"error/context"})
    aims = frozenset({"get_error/ERROR/1"})

    def http_fault(self, status: int) -> Fault:
        fault = super().http_fault(status)
        return Fault(fault.state, ErrorContext.GENERAL_TRANSPORT, fault.code)


class CountsBytesTwice(Miniature):
    """GetProgress tells twice the bytes, so that they exceed their total."""

    violates = frozenset({"progress/bounds"})

    def get_progress(self, job: str) -> tuple[int, int, int, int]:
        total, received, files, done = super().get_progress(job)
        return total, 2 * received if total != SIZE_UNKNOWN else received, files, done


class CountsFilesTwice(Miniature):
    """GetProgress tells one file as two as soon as it has arrived."""

    dialect = "DO"
    violates = frozenset({"file_done/TRANSFERRING/1"})
    aims = frozenset({"complete/TRANSFERRING/2"})

    def get_progress(self, job: str) -> tuple[int, int, int, int]:
        total, received, files, done = super().get_progress(job)
        return total, received, files, min(2 * done, files)


# Files


class PublishesEarly(Miniature):
    """A file is put at its destination as soon as it has arrived."""

    dialect = "DO"
    violates = frozenset({"file/hidden"})

    def arrived(self, file: PocketFile) -> bool:
        whole = super().arrived(file)
        if whole:
            self.publish(file)
        return whole


class SpoilsAByte(Miniature):
    """A completed file differs from the server's in one byte."""

    violates = frozenset({"file/content"})

    def publish(self, file: PocketFile) -> None:
        super().publish(file)
        content = file.local_path.read_bytes()
        file.local_path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]) if content else b"?")


class LosesAFile(Miniature):
    """Complete does not make the first file available."""

    violates = frozenset({"file/kept"})

    def publish(self, file: PocketFile) -> None:
        if not file.local_path.name.startswith("file-0"):
            super().publish(file)


class KeepsWhatIsBroken(Miniature):
    """Complete makes files available that were transferred in part only."""

    dialect = "DO"
    violates = frozenset({"file/content"})
    aims = frozenset({"complete/TRANSFERRING/1"})

    def discard(self, job: PocketJob, state: JobState) -> None:
        for file in job.files if state is JobState.ACKNOWLEDGED else ():
            if file.temporary.exists():
                self.publish(file)
        super().discard(job, state)


class CancelLeavesFiles(Miniature):
    """Cancel leaves the temporary files where they are."""

    violates = frozenset({"file/leftovers"})
    aims = frozenset({"cancel/TRANSFERRED/1"})
    quiescence_seconds = 0.25

    def discard(self, job: PocketJob, state: JobState) -> None:
        if state is JobState.CANCELLED:
            self.stop(job, state)
        else:
            super().discard(job, state)


class CancelClearsTheDestination(Miniature):
    """Cancel deletes whatever stands at the destination."""

    dialect = "DO"
    violates = frozenset({"file/destination"})
    aims = frozenset({"special"})

    def discard(self, job: PocketJob, state: JobState) -> None:
        super().discard(job, state)
        for file in job.files if state is JobState.CANCELLED else ():
            file.local_path.unlink(missing_ok=True)


class JoinsVersions(Miniature):
    """A download is continued although the file has changed at the server."""

    violates = frozenset({"file/content"})
    aims = frozenset({"special"})
    steps_max = 12  # the file must be held, left, changed, fetched again and completed

    def request_headers(self, file: PocketFile) -> dict[str, str]:
        headers = super().request_headers(file)
        headers.pop("If-Range", None)
        return headers

    def version_of(self, response: Head) -> str:
        return "any"  # a part that is not the wanted one is still refused


# Callers side by side


class LetsTwoCallersCancel(Miniature):
    """Cancel looks at the state before it takes its lock: of two callers at once both succeed."""

    # Seen from outside, either the first one left the job as it was or the second one was not refused.
    violates = frozenset({"cancel/SUSPENDED/1", "cancel/CANCELLED/1"})
    aims = frozenset({"special"})
    powers = Miniature.powers - {"wire"}  # on the wire nobody calls side by side

    def __init__(self, dialect: str = "BITS", folder: str = ".") -> None:
        super().__init__(dialect, folder)
        self._door = threading.Condition()
        self._inside: list[str] = []

    def cancel(self, job_id: str) -> int:
        if self.jobs[job_id].state in FINAL:
            return super().cancel(job_id)
        with self._door:
            self._inside.append(job_id)
            self._door.notify_all()
            self._door.wait_for(lambda: self._inside.count(job_id) > 1, 0.05)
        super().cancel(job_id)
        return Hresult.S_OK
