"""Jobs on disk: one SQLite file, owned by one service at a time.

Laws: what :meth:`Store.save` was asked to make durable is on the disk when it returns (WAL,
``synchronous=FULL``); progress alone is written without waiting for the disk, and a lost line of it costs
bytes, never truth. A store that is damaged, newer than this program, of the other dialect, or in use is
refused in one sentence and left as it is; an older one is brought to the present version in one transaction. Nobody
but the owner may read it: the URLs in it may hold passwords.

It does not know what a state means, nor what is in the temporary files; it reports what was recorded of
them.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from copyjob.reference.errors import TransferFault
from copyjob.reference.job import File, Job
from copyjob.reference.record import Part, Record
from copyjob.spec.vocabulary import Dialect, ErrorContext, JobPriority, JobState

if TYPE_CHECKING:
    from collections.abc import Generator

SCHEMA_VERSION: Final = 2
APPLICATION_ID: Final = 0x636A6F62  # "cjob"

_SCHEMA: Final = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE jobs (
    id TEXT PRIMARY KEY, display_name TEXT NOT NULL, state INTEGER NOT NULL, priority INTEGER NOT NULL,
    retry_delay_seconds INTEGER NOT NULL, chosen_no_progress_timeout_seconds INTEGER,
    failed_at_seconds REAL, failing_since_seconds REAL,
    error_context INTEGER, error_code INTEGER, error_transient INTEGER, error_file INTEGER, error_detail TEXT,
    created_at_seconds REAL NOT NULL, modified_at_seconds REAL NOT NULL, transferred_at_seconds REAL,
    ticket INTEGER NOT NULL, publishing TEXT, cleaned INTEGER NOT NULL,
    notify_flags INTEGER NOT NULL DEFAULT 3, error_count INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE files (
    job TEXT NOT NULL, number INTEGER NOT NULL,
    remote_url TEXT NOT NULL, local_path TEXT NOT NULL, temporary TEXT NOT NULL,
    transferred INTEGER NOT NULL, completed INTEGER NOT NULL,
    size_bytes INTEGER, offset_bytes INTEGER NOT NULL, synced_bytes INTEGER NOT NULL,
    etag TEXT NOT NULL, last_modified TEXT NOT NULL,
    expected_size_bytes INTEGER, expected_digest TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (job, number)
) WITHOUT ROWID;
"""

_MIGRATIONS: Final = {
    # From which version, and what leads to the next one. New columns come last, as in `_SCHEMA`.
    1: (
        "ALTER TABLE files ADD COLUMN expected_size_bytes INTEGER",
        "ALTER TABLE files ADD COLUMN expected_digest TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE jobs ADD COLUMN notify_flags INTEGER NOT NULL DEFAULT 3",
        "ALTER TABLE jobs ADD COLUMN error_count INTEGER NOT NULL DEFAULT 0",
    ),
}

_JOB_COLUMNS: Final = 21
_FILE_COLUMNS: Final = 14
_SAVE_JOB: Final = f"INSERT OR REPLACE INTO jobs VALUES ({', '.join('?' * _JOB_COLUMNS)})"  # noqa: S608 placeholders
_SAVE_FILE: Final = f"INSERT OR REPLACE INTO files VALUES ({', '.join('?' * _FILE_COLUMNS)})"  # noqa: S608 likewise


class StoreError(Exception):
    """A store that cannot be used; the message says why and what to do. Nothing was changed in it."""


class StoreBusyError(StoreError):
    """A store that another service works on."""


def boot_id() -> str:
    """Return what names this start of the machine: bytes written but not synced are lost with it."""
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return ""


class Store:
    """
    The jobs of one service, in the SQLite file ``path`` (created with its directory where missing).

    Raises `StoreError` when the store is in use, damaged, newer, or of the other dialect. Calls are
    serialized by the service's lock.
    """

    def __init__(self, path: str, dialect: Dialect) -> None:
        self.path = path
        self._dialect = dialect
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            self._lock_fd = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(f"the store {path} cannot be made: {error.strerror}") from error
        self._connection: sqlite3.Connection | None = None
        try:
            self._take_lock()
            self._make_private()
            self._connection = self._open()
        except BaseException:
            self.close()
            raise
        self._full = True

    def _take_lock(self) -> None:
        # The lock ends with the process, however it ends; a file that merely exists says nothing.
        try:
            fcntl.flock(self._lock_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(self._lock_fd).st_nlink == 0:
                raise BlockingIOError  # its owner removed it between open and lock
        except OSError as error:
            raise StoreBusyError(f"the store {self.path} is in use by another service; stop that one first") from error

    def _make_private(self) -> None:
        # SQLite would make it readable by everybody; its journals take the mode of the file.
        try:
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        except OSError as error:
            raise StoreError(f"the store {self.path} cannot be opened: {error.strerror}") from error

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            known = self._check(connection)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            if not known:
                self._create(connection)
            self._migrate(connection)
        except sqlite3.DatabaseError as error:
            connection.close()
            raise StoreError(
                f"the store {self.path} is damaged or cannot be used ({error}); move it away to begin anew"
            ) from error
        except StoreError:
            connection.close()
            raise
        return connection

    def _check(self, connection: sqlite3.Connection) -> bool:
        """Return whether there is a store already; refuse one that is not for this program to use."""

        def number(statement: str) -> int:
            return int(connection.execute(statement).fetchone()[0])

        if not number("SELECT count(*) FROM sqlite_master"):
            return False
        if number("PRAGMA application_id") != APPLICATION_ID:
            raise StoreError(f"{self.path} is a database of another program; name another store")
        version = number("PRAGMA user_version")
        if version < 1:
            raise StoreError(f"the store {self.path} is damaged (version {version}); move it away to begin anew")
        if version > SCHEMA_VERSION:
            raise StoreError(
                f"the store {self.path} has version {version}, this program knows {SCHEMA_VERSION}; "
                "use a newer copyjob, or another store"
            )
        verdict = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        if verdict != "ok":
            raise StoreError(f"the store {self.path} is damaged ({verdict}); move it away to begin anew")
        dialect = connection.execute("SELECT value FROM about WHERE key = 'dialect'").fetchone()[0]
        if dialect != self._dialect.value:
            raise StoreError(f"the store {self.path} holds jobs of {dialect}, not of {self._dialect.value}")
        return True

    def _create(self, connection: sqlite3.Connection) -> None:
        # One transaction: a kill leaves an empty file or a whole store.
        connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA}")
        connection.execute("INSERT INTO about VALUES ('dialect', ?)", (self._dialect.value,))
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        connection.execute("COMMIT")

    def _migrate(self, connection: sqlite3.Connection) -> None:
        """Bring an older store to the present version; a kill leaves it whole in one of the two."""
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version == SCHEMA_VERSION:
            return
        connection.execute("BEGIN IMMEDIATE")
        while version < SCHEMA_VERSION:
            for statement in _MIGRATIONS[version]:
                connection.execute(statement)
            version += 1
        connection.execute(f"PRAGMA user_version={version}")
        connection.execute("COMMIT")

    @property
    def _db(self) -> sqlite3.Connection:
        assert self._connection is not None, "the store is closed"
        return self._connection

    @contextlib.contextmanager
    def _transaction(self, *, durable: bool) -> Generator[sqlite3.Connection]:
        db = self._db
        if durable is not self._full:
            # Taken outside a transaction; a later FULL commit syncs what was written before it, too.
            db.execute("PRAGMA synchronous=FULL" if durable else "PRAGMA synchronous=NORMAL")
            self._full = durable
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise

    def save(self, record: Record, job: Job, *, durable: bool = True) -> None:
        """
        Record ``job`` as the new state of ``record``, with the parts that changed; durable: on the disk
        now.
        """
        numbers = set(record.changed)
        if job.files is not record.job.files:
            pairs = zip_longest(job.files, record.job.files)
            numbers.update(number for number, (new, old) in enumerate(pairs) if new is not old)
        with self._transaction(durable=durable) as db:
            db.execute(_SAVE_JOB, _job_row(record, job))
            if numbers:
                rows = [_file_row(record, job, number) for number in sorted(numbers)]
                db.executemany(_SAVE_FILE, rows)
        record.changed.clear()

    def load(self) -> list[Record]:
        """Return every job as it was recorded, the ended ones included."""
        files: dict[str, list[tuple[Any, ...]]] = {}
        for row in self._db.execute("SELECT * FROM files ORDER BY job, number"):
            files.setdefault(row[0], []).append(row)
        rows = self._db.execute("SELECT * FROM jobs ORDER BY created_at_seconds, id").fetchall()
        return [_record(self._dialect, row, files.get(row[0], [])) for row in rows]

    def same_boot(self) -> bool:
        """Return whether the machine has run on since its start was last remembered."""
        row = self._db.execute("SELECT value FROM about WHERE key = 'boot'").fetchone()
        now = boot_id()
        return bool(now) and row is not None and row[0] == now

    def remember_boot(self) -> None:
        """Remember this start of the machine: what was written before it has been judged."""
        with self._transaction(durable=True) as db:
            db.execute("INSERT OR REPLACE INTO about VALUES ('boot', ?)", (boot_id(),))

    def forget(self, ids: list[str]) -> None:
        """Delete these jobs from the store."""
        with self._transaction(durable=False) as db:
            for job_id in ids:
                db.execute("DELETE FROM files WHERE job = ?", (job_id,))
                db.execute("DELETE FROM jobs WHERE id = ?", (job_id,))

    def remove(self) -> None:
        """Delete the store, and its directory if nothing else is in it; it is closed afterwards."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        for suffix in ("-wal", "-shm", "", ".lock"):  # the lock last: until then nobody else may begin here
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            Path(self.path).parent.rmdir()
        self.close()

    def close(self) -> None:
        """Close the file and give up the lock; a second time does nothing."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        fd, self._lock_fd = self._lock_fd, -1
        if fd >= 0:
            os.close(fd)


def _job_row(record: Record, job: Job) -> tuple[Any, ...]:
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
        record.cleaned,
        int(job.notify_flags),
        job.error_count,
    )


def _file_row(record: Record, job: Job, number: int) -> tuple[Any, ...]:
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
    )


def _record(dialect: Dialect, row: tuple[Any, ...], files: list[tuple[Any, ...]]) -> Record:
    error = None
    if row[9] is not None:
        error = TransferFault(ErrorContext(row[8]), row[9], row[11], row[12], transient=bool(row[10]))
    job = Job(
        dialect=dialect,
        state=JobState(row[2]),
        files=tuple(File(f[2], f[3], bool(f[5]), bool(f[6])) for f in files),
        error=error,
        priority=JobPriority(row[3]),
        retry_delay_seconds=row[4],
        chosen_no_progress_timeout_seconds=row[5],
        failed_at_seconds=row[6],
        failing_since_seconds=row[7],
        notify_flags=row[19],
        error_count=row[20],
    )
    return Record(
        id=row[0],
        display_name=row[1],
        job=job,
        created_at_seconds=row[13],
        modified_at_seconds=row[14],
        transferred_at_seconds=row[15],
        ticket=row[16],
        publishing=None if row[17] is None else tuple(int(word) for word in row[17].split()),
        cleaned=bool(row[18]),
        parts=[Part(f[1], f[2], f[3], f[4], f[7], f[8], f[9], f[10], f[11], f[12], f[13]) for f in files],
    )
