"""What the getters of a job answer: progress, times, files.

Law: these are data, taken at one moment; they do not follow the job.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from copyjob.spec.vocabulary import SIZE_UNKNOWN

if TYPE_CHECKING:
    from copyjob.reference.ranges import FileRange
    from copyjob.reference.record import Record


class Progress(Struct, frozen=True):
    """
    How far a job is, in the order of ``BG_JOB_PROGRESS``; unknown totals are `SIZE_UNKNOWN`
    (`job/progress`).
    """

    bytes_total: int
    bytes_transferred: int
    files_total: int
    files_transferred: int


class FileInfo(Struct, frozen=True):
    """One file of a job as its owner sees it (`file/progress`)."""

    remote_url: str
    local_path: str
    bytes_total: int
    bytes_transferred: int
    transferred: bool
    completed: bool
    expected_size_bytes: int | None = None
    expected_digest: str = ""
    ranges: tuple[FileRange, ...] = ()
    """``GetFileRanges``: the parts that are wanted, as they were given; none means the whole file (`ranges/layout`)."""


def progress_of(record: Record) -> Progress:
    """Return how far a job is: sums over its files, unknown while one of them is."""
    job, parts = record.job, record.parts
    total = transferred = 0
    for part in parts[: len(job.files)]:
        transferred += part.offset_bytes
        size = part.total_bytes
        total = SIZE_UNKNOWN if size is None or total == SIZE_UNKNOWN else total + size
    return Progress(total, transferred, len(job.files), sum(file.transferred for file in job.files))


def files_of(record: Record) -> list[FileInfo]:
    """Return the files of a job in the order of their addition."""
    return [
        FileInfo(
            file.remote_url,
            file.local_path,
            SIZE_UNKNOWN if part.total_bytes is None else part.total_bytes,
            part.offset_bytes,
            file.transferred,
            file.completed,
            part.expected_size_bytes,
            part.expected_digest,
            part.ranges,
        )
        for file, part in zip(record.job.files, record.parts, strict=False)
    ]


class Times(Struct, frozen=True):
    """
    The times of a job in the order of ``BG_JOB_TIMES``, in seconds since 1970 (`times`).

    Modified by any set, add, change of state and by bytes; transferred on entering TRANSFERRED, None before.
    """

    created_at_seconds: float
    modified_at_seconds: float
    transferred_at_seconds: float | None
