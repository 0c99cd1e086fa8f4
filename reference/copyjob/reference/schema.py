"""What a store looks like: its tables, how an older one becomes one of this version, and rows in both directions.

Laws: columns come last where they are new, so that a migrated store and a new one have the same. A row holds
everything of a job or a file that outlives the process, and nothing that does not.

It does not know when a row is written, nor whether that succeeds.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from copyjob.reference.errors import TransferFault
from copyjob.reference.files import File
from copyjob.reference.http_options import HttpOptions
from copyjob.reference.job import FINAL, Job
from copyjob.reference.ranges import FileRange
from copyjob.reference.record import Part, Record
from copyjob.spec.vocabulary import ErrorContext, JobPriority, JobState, JobType

if TYPE_CHECKING:
    from copyjob.spec.vocabulary import Dialect

SCHEMA_VERSION: Final = 4
APPLICATION_ID: Final = 0x636A6F62  # "cjob"

SCHEMA: Final = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE jobs (
    id TEXT PRIMARY KEY, display_name TEXT NOT NULL, state INTEGER NOT NULL, priority INTEGER NOT NULL,
    retry_delay_seconds INTEGER NOT NULL, chosen_no_progress_timeout_seconds INTEGER,
    failed_at_seconds REAL, failing_since_seconds REAL,
    error_context INTEGER, error_code INTEGER, error_transient INTEGER, error_file INTEGER, error_detail TEXT,
    created_at_seconds REAL NOT NULL, modified_at_seconds REAL NOT NULL, transferred_at_seconds REAL,
    ticket INTEGER NOT NULL, publishing TEXT, cleaned INTEGER NOT NULL,
    notify_flags INTEGER NOT NULL DEFAULT 3, error_count INTEGER NOT NULL DEFAULT 0,
    owner TEXT NOT NULL DEFAULT '', max_download_seconds INTEGER NOT NULL DEFAULT 7776000,
    download_used_seconds REAL NOT NULL DEFAULT 0, http_options TEXT NOT NULL DEFAULT '',
    type INTEGER NOT NULL DEFAULT 0, reply_name TEXT NOT NULL DEFAULT '', reply_size_bytes INTEGER
) WITHOUT ROWID;
CREATE TABLE files (
    job TEXT NOT NULL, number INTEGER NOT NULL,
    remote_url TEXT NOT NULL, local_path TEXT NOT NULL, temporary TEXT NOT NULL,
    transferred INTEGER NOT NULL, completed INTEGER NOT NULL,
    size_bytes INTEGER, offset_bytes INTEGER NOT NULL, synced_bytes INTEGER NOT NULL,
    etag TEXT NOT NULL, last_modified TEXT NOT NULL,
    expected_size_bytes INTEGER, expected_digest TEXT NOT NULL DEFAULT '',
    ranges TEXT NOT NULL DEFAULT '', source_size_bytes INTEGER,
    PRIMARY KEY (job, number)
) WITHOUT ROWID;
"""

MIGRATIONS: Final = {
    # From which version, and what leads to the next one. New columns come last, as in `SCHEMA`.
    1: (
        "ALTER TABLE files ADD COLUMN expected_size_bytes INTEGER",
        "ALTER TABLE files ADD COLUMN expected_digest TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE jobs ADD COLUMN notify_flags INTEGER NOT NULL DEFAULT 3",
        "ALTER TABLE jobs ADD COLUMN error_count INTEGER NOT NULL DEFAULT 0",
    ),
    2: (
        "ALTER TABLE jobs ADD COLUMN owner TEXT NOT NULL DEFAULT ''",  # of who opens it: he was the only one
        "ALTER TABLE jobs ADD COLUMN max_download_seconds INTEGER NOT NULL DEFAULT 7776000",
        "ALTER TABLE jobs ADD COLUMN download_used_seconds REAL NOT NULL DEFAULT 0",
        "ALTER TABLE jobs ADD COLUMN http_options TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE files ADD COLUMN ranges TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE files ADD COLUMN source_size_bytes INTEGER",
    ),
    3: (
        "ALTER TABLE jobs ADD COLUMN type INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE jobs ADD COLUMN reply_name TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE jobs ADD COLUMN reply_size_bytes INTEGER",
    ),
}

_STATES: Final = {int(state): state for state in JobState}
_TYPES: Final = {int(kind): kind for kind in JobType}
_PRIORITIES: Final = {int(priority): priority for priority in JobPriority}
_JOB_COLUMNS: Final = 28
_FILE_COLUMNS: Final = 16
ENDED: Final = f"state IN ({', '.join(str(int(state)) for state in sorted(FINAL))})"
"""Of a line of ``jobs``: whether it has ended."""
OVER: Final = f"({ENDED} AND cleaned)"
"""Likewise: whether it has ended and left nothing behind, so that there is nothing more to do for it."""
SAVE_JOB: Final = f"INSERT OR REPLACE INTO jobs VALUES ({', '.join('?' * _JOB_COLUMNS)})"  # noqa: S608 placeholders
SAVE_FILE: Final = f"INSERT OR REPLACE INTO files VALUES ({', '.join('?' * _FILE_COLUMNS)})"  # noqa: S608 likewise


def job_row(record: Record, job: Job) -> tuple[Any, ...]:
    """Return the line of `SAVE_JOB`."""
    error = job.error
    publishing = None if record.publishing is None else " ".join(map(str, record.publishing))
    return (
        record.id,
        record.display_name,
        int(job.state),
        int(job.priority),
        job.retry_delay_seconds,
        job.chosen_no_progress_timeout_seconds,
        job.failed_at_seconds,
        job.failing_since_seconds,
        *(
            (None,) * 5
            if error is None
            else (int(error.context), error.code, error.transient, error.file_number, error.detail)
        ),
        record.created_at_seconds,
        record.modified_at_seconds,
        record.transferred_at_seconds,
        record.ticket,
        publishing,
        record.cleaned or job.tidy,
        int(job.notify_flags),
        job.error_count,
        record.owner,
        job.max_download_seconds,
        record.download_used_seconds,
        "" if job.final else record.http_options.stored(),
        int(job.type),
        record.reply_name,
        None if record.reply is None else record.reply.size_bytes,
    )


def file_row(record: Record, job: Job, number: int) -> tuple[Any, ...]:
    """Return the line of `SAVE_FILE`."""
    part, file = record.parts[number], job.files[number]
    return (
        record.id,
        number,
        part.remote_url,
        part.local_path,
        part.temporary,
        file.transferred,
        file.completed,
        part.size_bytes,
        part.offset_bytes,
        part.synced_bytes,
        part.etag,
        part.last_modified,
        part.expected_size_bytes,
        part.expected_digest,
        " ".join(f"{item.offset_bytes}+{item.length_bytes}" for item in part.ranges),
        part.source_size_bytes,
    )


def record_of(dialect: Dialect, row: tuple[Any, ...], files: list[tuple[File, Part]]) -> Record:
    """Return the job of a line of ``jobs`` with its files."""
    error = None
    if row[9] is not None:
        error = TransferFault(ErrorContext(row[8]), row[9], row[11], row[12], transient=bool(row[10]))
    job = Job(
        dialect=dialect,
        state=_STATES[row[2]],
        files=tuple([file for file, _ in files]),
        error=error,
        priority=_PRIORITIES[row[3]],
        retry_delay_seconds=row[4],
        chosen_no_progress_timeout_seconds=row[5],
        failed_at_seconds=row[6],
        failing_since_seconds=row[7],
        notify_flags=row[19],
        error_count=row[20],
        max_download_seconds=row[22],
        type=_TYPES[row[25]],
    )
    record = Record(
        id=row[0],
        display_name=row[1],
        job=job,
        created_at_seconds=row[13],
        modified_at_seconds=row[14],
        owner=sys.intern(row[21]),
        transferred_at_seconds=row[15],
        ticket=row[16],
        download_used_seconds=row[23],
        publishing=None if row[17] is None else tuple(int(word) for word in row[17].split()),
        cleaned=bool(row[18]),
        http_options=HttpOptions.of_stored(row[24]),
        parts=[part for _, part in files],
        reply_name=row[26],
    )
    record.place_reply()
    if record.reply is not None and files and files[0][0].transferred:
        record.reply.size_bytes, record.reply.offset_bytes = row[27], row[27] or 0
    return record


def file_of(row: tuple[Any, ...]) -> tuple[File, Part]:
    """Return the file of a line of ``files``: what the job knows of it, and its bytes."""
    part = Part(
        number=row[1],
        remote_url=row[2],
        local_path=row[3],
        temporary=row[4],
        size_bytes=row[7],
        offset_bytes=row[8],
        synced_bytes=row[9],
        etag=row[10],
        last_modified=row[11],
        versioned=row[7] is not None,
        expected_size_bytes=row[12],
        expected_digest=row[13],
        ranges=_ranges(row[14]),
        source_size_bytes=row[15],
    )
    return File(part.remote_url, part.local_path, bool(row[5]), bool(row[6])), part


def _ranges(text: str) -> tuple[FileRange, ...]:
    if not text:
        return ()
    pairs = (word.partition("+") for word in text.split())
    return tuple(FileRange(int(first), int(length)) for first, _, length in pairs)
