"""Faults in what getters tell of a job."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from copyjob.spec.vocabulary import HTTP_ERROR_BASE, SIZE_UNKNOWN, JobPriority, JobState

from .parts import BITS, DO, Faulty, fault

# ---- how far a job is, and why it failed ----


@fault(BITS, "progress/total", aims="add_file/SUSPENDED/1")
class TotalIsGuessed(Faulty):
    """A total is told before any size is known (`job/progress`)."""

    def get_progress(self, job: str) -> tuple[int, int, int, int]:
        total, transferred, files, done = super().get_progress(job)
        return max(transferred, 1) if total == SIZE_UNKNOWN else total, transferred, files, done


@fault(DO, "progress/sent", aims="suspend/TRANSFERRING/1")
class AnnouncedIsTransferred(Faulty):
    """Bytes count as transferred as soon as the server has announced them (`job/progress`)."""

    def get_progress(self, job: str) -> tuple[int, int, int, int]:
        total, transferred, files, done = super().get_progress(job)
        return total, transferred if total == SIZE_UNKNOWN else total, files, done


@fault(BITS, "progress/kept", aims="suspend/TRANSFERRING/1")
class ProgressShrinks(Faulty):
    """Each time it is asked, a job that transfers has a byte less than before (`job/progress`)."""

    _asked: int = 0

    def get_progress(self, job: str) -> tuple[int, int, int, int]:
        total, transferred, files, done = super().get_progress(job)
        if self.handle(job).state is JobState.TRANSFERRING:
            self._asked += 1
            transferred = max(transferred - self._asked, 0)
        return total, transferred, files, done


@fault(DO, "error/code", aims="get_error/ERROR/1")
class ErrorNamesAnotherAnswer(Faulty):
    """The error code names a status that the server never answered with (`error/available`)."""

    def get_error(self, job: str) -> tuple[int, int] | int:
        told = super().get_error(job)
        if isinstance(told, tuple) and told[1] & ~0xFFFF == HTTP_ERROR_BASE:
            return told[0], told[1] + 1
        return told


# ---- what stands on the disk meanwhile ----


@fault(BITS, "file/stable", aims="special")
class KeepsADiary(Faulty):
    """While a job is suspended, something is written beside its files again and again (`suspend/action`)."""

    def _diary(self, job: str) -> Path:
        return Path(self.handle(job).files()[0].local_path + ".diary")

    def get_state(self, job: str) -> int:
        state = super().get_state(job)
        with suppress(IndexError):
            diary = self._diary(job)
            if state == JobState.SUSPENDED:
                diary.write_text(f"{diary.read_text() if diary.exists() else ''}.")
            else:
                diary.unlink(missing_ok=True)
        return state


# ---- what is in the queue, and what is written down of a job ----


@fault(DO, "enum/files", aims="add_file/SUSPENDED/1")
class FilesBackToFront(Faulty):
    """The first file is told in place of the last (`enum/files`)."""

    def enum_files(self, job: str) -> list[tuple[str, str]]:
        told = super().enum_files(job)
        return [*told[:-1], *told[:1]]


@fault(BITS, "enum/jobs", aims="cancel/SUSPENDED/1")
class EndedJobsAreListed(Faulty):
    """Jobs that have ended stand in the enumeration (`state/final`)."""

    def enum_jobs(self) -> list[str]:
        return [*super().enum_jobs(), *(id_ for id_, handle in self._handles.items() if handle.job.final)]


@fault(DO, "enum/get", aims="cancel/SUSPENDED/1")
class EndedJobsAreFound(Faulty):
    """A job that has ended is found by its id (`manager/get`)."""

    def get_job(self, job: str) -> int:
        return 0 if job in self._handles else super().get_job(job)


@fault(BITS, "property/set", aims="set_priority/SUSPENDED/1")
class PriorityIsNotTold(Faulty):
    """The priority is told as NORMAL whatever was set (`priority`)."""

    def get_properties(self, job: str) -> dict[str, int | str]:
        return {**super().get_properties(job), "priority": int(JobPriority.NORMAL)}


@fault(BITS, "property/kept", aims="Restart")
class RestartForgetsProperties(Faulty):
    """A restart brings the retry delay back to its default (`restart`)."""

    _lost: ClassVar[set[str]] = set()

    def restart(self) -> None:
        self._lost.update(self._handles)
        super().restart()

    def get_properties(self, job: str) -> dict[str, int | str]:
        told = super().get_properties(job)
        return {**told, "minimum_retry_delay": 600} if job in self._lost else told


@fault(DO, "time/created", aims="Advance")
class CreationMoves(Faulty):
    """A job is as old as its last modification (`times`)."""

    def get_times(self, job: str) -> tuple[float, float, float | None]:
        _, modified, completed = super().get_times(job)
        return modified, modified, completed


@fault(BITS, "time/modified", aims="Advance")
class ModificationStands(Faulty):
    """A job is never modified (`times`)."""

    def get_times(self, job: str) -> tuple[float, float, float | None]:
        created, _, completed = super().get_times(job)
        return created, created, completed


@fault(DO, "time/completed", aims="all_done/TRANSFERRING/1")
class CompletionIsNotTold(Faulty):
    """A job that is TRANSFERRED has no time of completion (`times`)."""

    def get_times(self, job: str) -> tuple[float, float, float | None]:
        created, modified, _ = super().get_times(job)
        return created, modified, None


@fault(BITS, "error/count", aims="get_error/ERROR/1 special")
class ResumeResetsTheCount(Faulty):
    """Resume begins to count errors anew (`error/count`)."""

    _counted: ClassVar[dict[str, int]] = {}

    def resume(self, job: str) -> int:
        self._counted[job] = self.handle(job).error_count
        return super().resume(job)

    def get_error_count(self, job: str) -> int:
        return super().get_error_count(job) - self._counted.get(job, 0)
