"""What the getters of a job answer: progress, times, files.

Law: these are data, taken at one moment; they do not follow the job.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """
    How far a job is, in the order of ``BG_JOB_PROGRESS``; unknown totals are `SIZE_UNKNOWN`
    (`job/progress`).
    """

    bytes_total: int
    bytes_transferred: int
    files_total: int
    files_transferred: int


@dataclass(frozen=True, slots=True)
class FileInfo:
    """One file of a job as its owner sees it (`file/progress`)."""

    remote_url: str
    local_path: str
    bytes_total: int
    bytes_transferred: int
    transferred: bool
    completed: bool
    expected_size_bytes: int | None = None
    expected_digest: str = ""


@dataclass(frozen=True, slots=True)
class Times:
    """
    The times of a job in the order of ``BG_JOB_TIMES``, in seconds since 1970 (`times`).

    Modified by any set, add, change of state and by bytes; transferred on entering TRANSFERRED, None before.
    """

    created_at_seconds: float
    modified_at_seconds: float
    transferred_at_seconds: float | None
