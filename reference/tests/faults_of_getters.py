"""Faults for the kit to find, in what getters tell of a job: the real reference, each time with one that is wrong.

Law: as in `faults`: a fault is the service as users run it, with one part that is wrong on purpose; `violates` names
all that the kit may blame. Importing this module puts its faults into the list of all.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from copyjob.spec.vocabulary import HTTP_ERROR_BASE, SIZE_UNKNOWN, JobState
from tests.faults import BITS, DO, Faulty, fault

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
