"""Miniatures: what getters tell of bytes, errors, jobs, times."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from copyjob.conformance.mutants.miniatures.base import Miniature
from copyjob.conformance.pocket_http import Fault, PocketFile
from copyjob.conformance.pocket_schedule import PocketJob
from copyjob.spec.vocabulary import SIZE_UNKNOWN, Hresult, JobState, http_error

if TYPE_CHECKING:
    from copyjob.conformance.origin.wire import KitWire

# How far a job is, and why it failed


class GuessesTheTotal(Miniature):
    """GetProgress tells a total before any size is known."""

    violates = frozenset({"progress/total"})
    aims = frozenset({"add_file/SUSPENDED/1"})

    def get_progress(self, job: str) -> tuple[int, int, int, int]:
        total, received, files, done = super().get_progress(job)
        return max(received, 1) if total == SIZE_UNKNOWN else total, received, files, done


class CountsBytesAhead(Miniature):
    """GetProgress tells that all bytes have come as soon as their number is known."""

    dialect = "DO"
    violates = frozenset({"progress/sent"})
    aims = frozenset({"suspend/TRANSFERRING/1"})

    def get_progress(self, job: str) -> tuple[int, int, int, int]:
        total, received, files, done = super().get_progress(job)
        return total, received if total == SIZE_UNKNOWN else total, files, done


class CountsDown(Miniature):
    """GetProgress of a job that is transferring tells fewer bytes each time."""

    violates = frozenset({"progress/kept"})
    aims = frozenset({"suspend/TRANSFERRING/1"})

    def __init__(self, dialect: str = "BITS", folder: str = ".", wire: KitWire | None = None) -> None:
        super().__init__(dialect, folder, wire)
        self.asked = 0

    def get_progress(self, job: str) -> tuple[int, int, int, int]:
        total, received, files, done = super().get_progress(job)
        self.asked += self.jobs[job].state is JobState.TRANSFERRING
        fewer = self.asked if self.jobs[job].state is JobState.TRANSFERRING else 0
        return total, max(received - fewer, 0), files, done


class TellsAnotherStatus(Miniature):
    """The error code of a 404 is the one of a 410."""

    violates = frozenset({"error/code"})
    aims = frozenset({"get_error/ERROR/1"})

    def http_fault(self, status: int) -> Fault:
        fault = super().http_fault(status)
        return Fault(fault.state, fault.context, http_error(410) if status == 404 else fault.code)


class BlamesTheServer(Miniature):
    """Delivery Optimization tells the context of a 403 for a 404 too."""

    dialect = "DO"
    violates = frozenset({"error/context"})
    aims = frozenset({"get_error/ERROR/1"})

    def http_fault(self, status: int) -> Fault:
        fault = super().http_fault(status)
        return Fault(fault.state, super().http_fault(403).context if status == 404 else fault.context, fault.code)


# What stands on the disk meanwhile


class KeepsADiary(Miniature):
    """While a job is suspended, something is written beside its files whenever its state is asked for."""

    violates = frozenset({"file/stable"})
    aims = frozenset({"special"})
    steps_max = 10  # it takes two waits: for bytes in flight, and for what comes after them

    def diary(self, file: PocketFile) -> Path:
        return file.temporary.with_suffix(".diary")

    def get_state(self, job: str) -> int:
        state = super().get_state(job)
        for file in self.jobs[job].files if state == JobState.SUSPENDED else ():
            diary = self.diary(file)
            diary.write_text(f"{diary.read_text() if diary.exists() else ''}.")
        return state

    def discard(self, job: PocketJob, state: JobState) -> None:
        super().discard(job, state)
        for file in job.files:
            self.diary(file).unlink(missing_ok=True)


# What is in the queue, and what is written down of a job


class HidesTheLastFile(Miniature):
    """EnumFiles leaves out the file that was added last."""

    violates = frozenset({"enum/files"})
    aims = frozenset({"add_file/SUSPENDED/1"})

    def enum_files(self, job: str) -> list[tuple[str, str]]:
        return super().enum_files(job)[:-1]


class ListsTheFinished(Miniature):
    """EnumJobs tells jobs that were cancelled too."""

    violates = frozenset({"enum/jobs"})
    aims = frozenset({"cancel/SUSPENDED/1"})

    def enum_jobs(self) -> list[str]:
        return [job.id for job in self.jobs.values() if job.state is not JobState.ACKNOWLEDGED]


class FindsTheFinished(Miniature):
    """GetJob finds a job that was cancelled."""

    dialect = "DO"
    violates = frozenset({"enum/get"})
    aims = frozenset({"cancel/SUSPENDED/1"})

    def get_job(self, job: str) -> int:
        cancelled = job in self.jobs and self.jobs[job].state is JobState.CANCELLED
        return Hresult.S_OK if cancelled else super().get_job(job)


class TellsTheShortDelay(Miniature):
    """A retry delay below the floor is told as it was given."""

    violates = frozenset({"property/set"})
    aims = frozenset({"special"})

    def __init__(self, dialect: str = "BITS", folder: str = ".", wire: KitWire | None = None) -> None:
        super().__init__(dialect, folder, wire)
        self.given: dict[str, int] = {}

    def set_minimum_retry_delay(self, job: str, seconds: int) -> int:
        self.given[job] = seconds
        return super().set_minimum_retry_delay(job, seconds)

    def get_properties(self, job: str) -> dict[str, int | str]:
        told = super().get_properties(job)
        return {**told, "minimum_retry_delay": self.given.get(job, told["minimum_retry_delay"])}


class RestartForgetsTheName(Miniature):
    """A restart of the service loses what a job is called."""

    dialect = "DO"
    violates = frozenset({"property/kept"})
    aims = frozenset({"special"})

    def recover(self, job: PocketJob) -> None:
        super().recover(job)
        job.display_name = ""


class CreatedAgain(Miniature):
    """Whatever is added to a job makes it a new one, as far as its time of creation goes."""

    violates = frozenset({"time/created"})
    aims = frozenset({"special"})

    def get_times(self, job: str) -> tuple[float, float, float | None]:
        _, modified, completed = super().get_times(job)
        return modified, modified, completed


class NeverModified(Miniature):
    """The time of modification is that of the creation."""

    dialect = "DO"
    violates = frozenset({"time/modified"})
    aims = frozenset({"special"})

    def get_times(self, job: str) -> tuple[float, float, float | None]:
        created, _, completed = super().get_times(job)
        return created, created, completed


class CompletedFromTheBeginning(Miniature):
    """The time of completion is that of the last modification, whatever the state."""

    violates = frozenset({"time/completed"})
    aims = frozenset({"add_file/SUSPENDED/1"})

    def get_times(self, job: str) -> tuple[float, float, float | None]:
        created, modified, _ = super().get_times(job)
        return created, modified, modified


class CountsNoError(Miniature):
    """GetErrorCount is 0 for ever."""

    violates = frozenset({"error/count"})
    aims = frozenset({"get_error/ERROR/1"})

    def get_error_count(self, job: str) -> int:
        return 0
