"""Miniatures: what its calls answer and where they lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copyjob.conformance.mutants.miniatures.base import Miniature
from copyjob.conformance.pocket_schedule import PocketJob
from copyjob.spec.vocabulary import Hresult, JobState

if TYPE_CHECKING:
    from copyjob.conformance.origin.wire import KitWire

S_OK = Hresult.S_OK


# What a call answers


class AcceptsAnEmptyResume(Miniature):
    """Resume of a job without files answers S_OK."""

    violates = frozenset({"resume/SUSPENDED/1"})

    def resume(self, job: str) -> int:
        return super().resume(job) if self.jobs[job].files else S_OK


class SpeaksTheOtherDialect(Miniature):
    """Resume of a job without files answers with the HRESULT of BITS."""

    dialect = "DO"
    violates = frozenset({"resume/SUSPENDED/1"})

    def resume(self, job: str) -> int:
        return super().resume(job) if self.jobs[job].files else Hresult.BG_E_EMPTY


class SuspendsTheCancelled(Miniature):
    """Suspend in CANCELLED answers S_OK."""

    violates = frozenset({"suspend/CANCELLED/1"})

    def refuse_final(self, job: PocketJob, operation: str) -> int:
        gentle = job.state is JobState.CANCELLED and operation == "suspend"
        return S_OK if gentle else super().refuse_final(job, operation)


class CancelsTwice(Miniature):
    """Cancel in CANCELLED answers S_OK."""

    dialect = "DO"
    violates = frozenset({"cancel/CANCELLED/1"})

    def refuse_final(self, job: PocketJob, operation: str) -> int:
        gentle = job.state is JobState.CANCELLED and operation == "cancel"
        return S_OK if gentle else super().refuse_final(job, operation)


class HidesThatItWasPartial(Miniature):
    """Complete of a suspended job of which a file is missing answers S_OK instead of BG_S_PARTIAL_COMPLETE."""

    violates = frozenset({"complete/SUSPENDED/2"})

    def complete(self, job: str) -> int:
        suspended = self.jobs[job].state is JobState.SUSPENDED
        hresult = super().complete(job)
        return S_OK if suspended and hresult == Hresult.BG_S_PARTIAL_COMPLETE else hresult


class CallsTheWholePartial(Miniature):
    """Complete of a job that was transferred wholly answers BG_S_PARTIAL_COMPLETE."""

    violates = frozenset({"complete/TRANSFERRED/2"})

    def complete(self, job: str) -> int:
        whole = self.jobs[job].state is JobState.TRANSFERRED and self.jobs[job].whole
        hresult = super().complete(job)
        return Hresult.BG_S_PARTIAL_COMPLETE if whole else hresult


# Where a call leads


class ResumeDoesNothing(Miniature):
    """Resume of a suspended job answers S_OK and leaves it suspended."""

    violates = frozenset({"resume/SUSPENDED/2"})

    def resume(self, job: str) -> int:
        idle = self.jobs[job].state is JobState.SUSPENDED and self.jobs[job].files
        return S_OK if idle else super().resume(job)


class ResumePretends(Miniature):
    """Resume of a suspended job makes it TRANSFERRED without any transfer."""

    violates = frozenset({"resume/SUSPENDED/2"})

    def resume(self, job: str) -> int:
        with self.lock:
            suspended = self.jobs[job].state is JobState.SUSPENDED
            hresult = super().resume(job)
            if suspended and hresult == S_OK:
                self.stop(self.jobs[job], JobState.TRANSFERRED)
            return hresult


class ResumeToggles(Miniature):
    """Resume of a job that is transferring suspends it."""

    dialect = "DO"
    violates = frozenset({"resume/TRANSFERRING/1"})

    def resume(self, job: str) -> int:
        with self.lock:
            running = self.jobs[job].state is JobState.TRANSFERRING
            return self.suspend(job) if running else super().resume(job)


class ResumeLeavesErrorsAlone(Miniature):
    """Resume of a job in ERROR answers S_OK and leaves it there."""

    dialect = "DO"
    violates = frozenset({"resume/ERROR/1"})

    def resume(self, job: str) -> int:
        return S_OK if self.jobs[job].state is JobState.ERROR else super().resume(job)


class RevivesTheCancelled(Miniature):
    """Resume in CANCELLED is refused, yet the job is suspended afterwards: a final state is left."""

    violates = frozenset({"resume/CANCELLED/1"})

    def refuse_final(self, job: PocketJob, operation: str) -> int:
        if job.state is JobState.CANCELLED and operation == "resume":
            job.state = JobState.SUSPENDED
        return super().refuse_final(job, operation)


class SuspendDoesNothing(Miniature):
    """Suspend of a job that is transferring answers S_OK and lets it go on."""

    dialect = "DO"
    violates = frozenset({"suspend/TRANSFERRING/1"})

    def suspend(self, job: str) -> int:
        return S_OK if self.jobs[job].state is JobState.TRANSFERRING else super().suspend(job)


class SuspendsInNameOnly(Miniature):
    """Suspend says SUSPENDED; behind that the download of one more file begins, unseen."""

    violates = frozenset({"suspend/TRANSFERRING/1"})
    aims = frozenset({"special"})
    steps_max = 10  # it takes two waits: for bytes in flight, and for what comes after them

    def __init__(self, dialect: str = "BITS", folder: str = ".", wire: KitWire | None = None) -> None:
        super().__init__(dialect, folder, wire)
        self.masked: set[str] = set()

    def suspend(self, job: str) -> int:
        with self.lock:
            if self.jobs[job].state is JobState.TRANSFERRING:
                self.masked.add(job)
                return S_OK
            return super().suspend(job)

    def resume(self, job: str) -> int:
        self.masked.discard(job)
        return super().resume(job)

    def get_state(self, job: str) -> int:
        state = super().get_state(job)
        masked = job in self.masked and state in (JobState.TRANSFERRING, JobState.TRANSFERRED)
        return JobState.SUSPENDED if masked else state


class CancelKeepsTheJob(Miniature):
    """Cancel of a suspended job answers S_OK and leaves it suspended."""

    violates = frozenset({"cancel/SUSPENDED/1"})

    def cancel(self, job: str) -> int:
        return S_OK if self.jobs[job].state is JobState.SUSPENDED else super().cancel(job)


class CompleteKeepsTheJob(Miniature):
    """Complete of a transferred job makes its files available and leaves it TRANSFERRED."""

    violates = frozenset({"complete/TRANSFERRED/2"})

    def complete(self, job: str) -> int:
        with self.lock:
            transferred = self.jobs[job].state is JobState.TRANSFERRED
            hresult = super().complete(job)
            if transferred:
                self.jobs[job].state = JobState.TRANSFERRED
            return hresult


class AddFileResumes(Miniature):
    """AddFile starts a suspended job."""

    violates = frozenset({"add_file/SUSPENDED/1"})

    def add_file(self, job: str, remote_url: str, local_path: str) -> int:
        with self.lock:
            hresult = super().add_file(job, remote_url, local_path)
            if self.jobs[job].state is JobState.SUSPENDED:
                self.resume(job)
            return hresult


class AddFileForgives(Miniature):
    """AddFile takes a job out of ERROR."""

    dialect = "DO"
    violates = frozenset({"add_file/ERROR/1"})

    def add_file(self, job: str, remote_url: str, local_path: str) -> int:
        with self.lock:
            hresult = super().add_file(job, remote_url, local_path)
            if self.jobs[job].state is JobState.ERROR:
                self.jobs[job].state = JobState.SUSPENDED
            return hresult


class AddsToTheCancelled(Miniature):
    """AddFile in CANCELLED answers S_OK."""

    violates = frozenset({"add_file/CANCELLED/1"})

    def refuse_final(self, job: PocketJob, operation: str) -> int:
        gentle = job.state is JobState.CANCELLED and operation == "add_file"
        return S_OK if gentle else super().refuse_final(job, operation)


class PrioritySuspends(Miniature):
    """SetPriority stops a job that is transferring."""

    dialect = "DO"
    violates = frozenset({"set_priority/TRANSFERRING/1"})

    def set_priority(self, job: str, priority: int) -> int:
        with self.lock:
            hresult = super().set_priority(job, priority)
            if self.jobs[job].state is JobState.TRANSFERRING:
                self.suspend(job)
            return hresult


class RefusesAndCounts(Miniature):
    """AddFile in CANCELLED is refused, yet the job has one more file afterwards."""

    violates = frozenset({"call/refused"})
    aims = frozenset({"add_file/CANCELLED/1"})

    def refuse_final(self, job: PocketJob, operation: str) -> int:
        if job.state is JobState.CANCELLED and operation == "add_file":
            job.files += job.files[-1:]
        return super().refuse_final(job, operation)


class ForgetsTheFinished(Miniature):
    """GetState of a cancelled job answers E_NOT_FOUND, although jobs are not declared to be known by id only."""

    violates = frozenset({"getter/answers"})
    aims = frozenset({"cancel/SUSPENDED/1"})

    def get_state(self, job: str) -> int:
        state = super().get_state(job)
        return Hresult.BG_E_NOT_FOUND if state == JobState.CANCELLED else state
