"""Jobs on disk: one SQLite file, owned by one service at a time.

Laws: what :meth:`Store.save` was asked to make durable is on the disk when it returns (WAL,
``synchronous=FULL``); progress alone is written without waiting for the disk, and a lost line of it costs
bytes, never truth. A start reads the jobs that have not ended; an ended one stays where it is until somebody asks for
it. How the file begins, and when it is refused, is :mod:`copyjob.reference.store_file`. Nobody
but the owner may read it: URLs and what goes with requests may hold passwords; the latter leaves with the end of
the job, the file and its journal.

It does not know what a state means, nor what is in the temporary files; it reports what was recorded of
them.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import uuid
from itertools import compress, count
from operator import is_not
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from copyjob.reference.schema import ENDED, OVER, SAVE_FILE, SAVE_JOB, file_of, file_row, job_row, record_of
from copyjob.reference.store_file import StoreBusyError, StoreError, damaged, open_store, take_lock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from copyjob.reference.files import File
    from copyjob.reference.job import Job
    from copyjob.reference.record import Part, Record
    from copyjob.spec.vocabulary import Dialect

Statement: TypeAlias = tuple[str, tuple[Any, ...]]
"""SQL, and what stands for its placeholders."""

__all__ = ["Store", "StoreBusyError", "StoreError", "boot_id"]


def boot_id() -> str:
    """Return what names this start of the machine: bytes written but not synced are lost with it."""
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return ""


def _alike_beside(new: tuple[File, ...], old: tuple[File, ...], number: int) -> bool:
    """Return whether no file but this one differs: the usual case, told in a tenth of the time of a full look."""
    return new[:number] == old[:number] and new[number + 1 :] == old[number + 1 :]


class Store:
    """
    The jobs of one service, in the SQLite file ``path`` (created with its directory where missing).

    Raises `StoreError` when the store is in use, damaged, newer, or of the other dialect. Calls are
    serialized by the service's lock.
    """

    def __init__(self, path: str, dialect: Dialect) -> None:
        self.path = path
        self._dialect = dialect
        self._connection: sqlite3.Connection | None = None
        self._lock_fd = take_lock(path)
        try:
            self._connection = open_store(path, dialect)
        except BaseException:
            self.close()
            raise
        self._full = True

    @property
    def _db(self) -> sqlite3.Connection:
        assert self._connection is not None, "the store is closed"
        return self._connection

    def _record(self, statements: Iterable[Statement], *, durable: bool) -> None:
        """Execute all of these or none; durable: they are on the disk when this returns."""
        db = self._db
        if durable is not self._full:
            # Taken outside a transaction; a later FULL commit syncs what was written before it, too.
            db.execute("PRAGMA synchronous=FULL" if durable else "PRAGMA synchronous=NORMAL")
            self._full = durable
        db.execute("BEGIN IMMEDIATE")
        committing = False
        try:
            for sql, parameters in statements:
                db.execute(sql, parameters)
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
        if new is not old and not (len(numbers) == 1 and _alike_beside(new, old, *numbers)):
            numbers.update(compress(count(), map(is_not, new, old)), range(len(old), len(new)))
        statements: list[Statement] = [(SAVE_JOB, job_row(record, job))]
        statements += [(SAVE_FILE, file_row(record, job, number)) for number in sorted(numbers)]
        self._record(statements, durable=durable)
        for number in numbers:
            record.parts[number].versioned = record.parts[number].size_bytes is not None
        record.changed.clear()

    def load(self, *, ended: bool = False) -> list[Record]:
        """
        Return the jobs that have not ended or have left files behind, as they were recorded, oldest first; with
        ``ended`` all others too. `StoreError` where what was recorded makes no sense.
        """
        lost = self._db.execute("SELECT job FROM files WHERE job NOT IN (SELECT id FROM jobs) LIMIT 1").fetchone()
        if lost is not None:
            raise damaged(self.path, f"a line makes no sense: job {lost[0]} is missing, its files are there")
        return self._read() if ended else self._read(f"WHERE NOT {OVER}")

    def find(self, job_id: str) -> Record | None:
        """Return a job as it was recorded, or None where there is none; `StoreError` where it makes no sense."""
        if not job_id.isascii():
            return None  # what no column can hold is no job's id
        if self._db.execute("SELECT 1 FROM jobs WHERE id = ?", (job_id,)).fetchone() is None:
            return None
        return self._read("WHERE id = ?", job_id)[0]

    def _read(self, which: str = "", *parameters: str) -> list[Record]:
        try:
            return self._records(f"FROM jobs {which}", parameters)
        except (ValueError, TypeError, LookupError) as error:
            raise damaged(self.path, f"a line makes no sense: {error!r}") from error

    def _records(self, where: str, parameters: tuple[str, ...]) -> list[Record]:
        # Line by line, so that a long queue is in memory once.
        files: dict[str, list[tuple[File, Part]]] = {}
        of_these = f"SELECT * FROM files WHERE job IN (SELECT id {where}) ORDER BY job, number"  # noqa: S608 ours
        for row in self._db.execute(of_these, parameters):
            there = files.setdefault(row[0], [])
            if row[1] != len(there):
                raise ValueError(f"job {row[0]} has no file {len(there)}")
            there.append(file_of(row))
        rows = self._db.execute(f"SELECT * {where} ORDER BY created_at_seconds, id", parameters)
        return [record_of(self._dialect, row, files.pop(row[0], [])) for row in rows]

    def ended(self) -> list[tuple[float, str]]:
        """Return when each ended job was last modified, which was its end, and its id; the earliest first."""
        ended = f"SELECT modified_at_seconds, id FROM jobs WHERE {ENDED} ORDER BY modified_at_seconds, id"  # noqa: S608 ours
        return self._db.execute(ended).fetchall()

    def same_boot(self) -> bool:
        """Return whether the machine has run on since its start was last remembered."""
        row = self._db.execute("SELECT value FROM about WHERE key = 'boot'").fetchone()
        now = boot_id()
        return bool(now) and row is not None and row[0] == now

    def remember_boot(self) -> None:
        """Remember this start of the machine: what was written before it has been judged."""
        self._record([("INSERT OR REPLACE INTO about VALUES ('boot', ?)", (boot_id(),))], durable=True)

    def forget(self, ids: list[str]) -> None:
        """Delete these jobs from the store."""
        deletes = ("DELETE FROM files WHERE job = ?", "DELETE FROM jobs WHERE id = ?")
        self._record([(sql, (job_id,)) for job_id in ids for sql in deletes], durable=False)

    def scrub(self) -> None:
        """Leave nothing in the journal of what was overwritten or deleted; where that fails, the next one does."""
        with contextlib.suppress(sqlite3.Error):
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def remove(self) -> None:
        """Delete the store, and its directory if nothing else is in it; it is closed afterwards."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        for suffix in ("", "-wal", "-shm", ".lock"):  # the lock last: until then nobody else may begin here
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
