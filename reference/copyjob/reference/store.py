"""Jobs on disk: one SQLite file, owned by one service at a time.

Laws: what :meth:`Store.save` was asked to make durable is on the disk when it returns (WAL,
``synchronous=FULL``); progress alone is written without waiting for the disk, and a lost line of it costs
bytes, never truth. A store that is damaged, newer than this program, of the other dialect, or in use is
refused in one sentence and left as it is; an older one is brought to the present version in one transaction. Nobody
but the owner may read it: URLs and what goes with requests may hold passwords; the latter leaves with the end of
the job.

It does not know what a state means, nor what is in the temporary files; it reports what was recorded of
them.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
import uuid
from itertools import compress, count
from operator import is_not
from pathlib import Path
from typing import TYPE_CHECKING

from copyjob.reference.schema import (
    APPLICATION_ID,
    MIGRATIONS,
    SAVE_FILE,
    SAVE_JOB,
    SCHEMA,
    SCHEMA_VERSION,
    file_of,
    file_row,
    job_row,
    record_of,
)

if TYPE_CHECKING:
    from collections.abc import Generator

    from copyjob.reference.files import File
    from copyjob.reference.job import Job
    from copyjob.reference.record import Part, Record
    from copyjob.spec.vocabulary import Dialect


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
            connection.execute("PRAGMA secure_delete=ON")  # a password that was taken out is not to be found
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
        connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA}")
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
            for statement in MIGRATIONS[version]:
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
        committing = False
        try:
            yield db
            committing = True
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            if committing:
                self._take_back(db)
            raise

    def _take_back(self, db: sqlite3.Connection) -> None:
        """
        Write over what a COMMIT that failed has left in the journal.

        A sync that fails leaves it there whole, and after a kill SQLite would take it for committed: a call that was
        refused would have happened. Where this fails too, that stays open until the next commit that succeeds.
        """
        with contextlib.suppress(sqlite3.Error):
            db.execute("PRAGMA synchronous=FULL")
            self._full = True
            db.execute("BEGIN IMMEDIATE")
            # Another value each time: a row that stays as it is would write nothing.
            db.execute("INSERT OR REPLACE INTO about VALUES ('taken back', ?)", (uuid.uuid4().hex,))
            db.execute("COMMIT")
        with contextlib.suppress(sqlite3.Error):
            if db.in_transaction:
                db.execute("ROLLBACK")

    def save(self, record: Record, job: Job, *, durable: bool = True) -> None:
        """
        Record ``job`` as the new state of ``record``, with the parts that changed; durable: on the disk
        now.
        """
        numbers = set(record.changed)
        new, old = job.files, record.job.files
        if new is not old:
            numbers.update(compress(count(), map(is_not, new, old)), range(len(old), len(new)))
        with self._transaction(durable=durable) as db:
            db.execute(SAVE_JOB, job_row(record, job))
            if numbers:
                rows = [file_row(record, job, number) for number in sorted(numbers)]
                db.executemany(SAVE_FILE, rows)
        for number in numbers:
            record.parts[number].versioned = record.parts[number].size_bytes is not None
        record.changed.clear()

    def load(self) -> list[Record]:
        """Return every job as it was recorded, the ended ones included."""
        # Line by line, so that a long queue is in memory once.
        files: dict[str, list[tuple[File, Part]]] = {}
        for row in self._db.execute("SELECT * FROM files ORDER BY job, number"):
            files.setdefault(row[0], []).append(file_of(row))
        rows = self._db.execute("SELECT * FROM jobs ORDER BY created_at_seconds, id")
        return [record_of(self._dialect, row, files.pop(row[0], [])) for row in rows]

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
