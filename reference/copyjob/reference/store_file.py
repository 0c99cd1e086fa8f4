"""The file of a store: one service at a time opens it, and whatever cannot be trusted is refused and left as it is.

Laws: a store is built beside its place and renamed there, so that it stands there whole or not at all: an empty file,
or one without tables, is what is left of a store and never the beginning of one; nor is a journal without its store.
An older store is brought to the present version in one transaction. Each refusal says in one sentence what is wrong
and what to do.

It does not know what stands in the tables. Nor whether somebody has taken away the journal of a service that was
killed: the last calls are in it, and the file without it is whole.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Final

from copyjob.reference.disk import sync_directory
from copyjob.reference.schema import APPLICATION_ID, MIGRATIONS, SCHEMA, SCHEMA_VERSION

if TYPE_CHECKING:
    from copyjob.spec.vocabulary import Dialect

_PRIMARY_CODE: Final = 0xFF
"""SQLite's primary result codes; the rest of a code says more about the same."""


class StoreError(Exception):
    """A store that cannot be used; the message says why and what to do. Nothing was changed in it."""


class StoreBusyError(StoreError):
    """A store that another service works on."""


def take_lock(path: str) -> int:
    """Lock the store ``path`` for this process, making its directory where missing; return the descriptor."""
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(f"the store {path} cannot be made: {error.strerror}") from error
    # The lock ends with the process, however it ends; a file that merely exists says nothing.
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(fd).st_nlink == 0:
            raise BlockingIOError  # its owner removed it between open and lock
    except OSError as error:
        os.close(fd)
        raise StoreBusyError(f"the store {path} is in use by another service; stop that one first") from error
    return fd


def open_store(path: str, dialect: Dialect) -> sqlite3.Connection:
    """Open a store whose lock is held, or make it; `StoreError` where it is not to be used."""
    connection: sqlite3.Connection | None = None
    try:
        _refuse_remains(path)
        if not Path(path).exists():
            _build(path, dialect)
        # Nobody but the owner may read it; its journals take the mode of the file.
        os.close(os.open(path, os.O_RDWR | os.O_CLOEXEC))
        connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("PRAGMA secure_delete=ON")  # what is overwritten is not left in a free page
        _check(connection, path, dialect)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        _migrate(connection)
    except BaseException as error:
        if connection is not None:
            connection.close()
        if isinstance(error, sqlite3.DatabaseError):
            raise _refusal(path, error) from error
        if isinstance(error, OSError):
            raise StoreError(f"the store {path} cannot be opened: {error.strerror}") from error
        raise
    return connection


def _refuse_remains(path: str) -> None:
    """Refuse what is left of a store of which a part is gone."""
    journal = Path(f"{path}-wal")
    if not Path(path).exists():
        if journal.exists() and journal.stat().st_size:
            raise StoreError(f"{journal} is there and the store {path} is not; put it back, or move {journal} away")
        return
    if not Path(path).stat().st_size:
        raise StoreError(f"the store {path} is empty, which no store ever is; move it away to begin anew")


def _build(path: str, dialect: Dialect) -> None:
    """Make a new store; a kill leaves it whole or not there."""
    draft = f"{path}.new"
    for suffix in ("", "-journal"):
        Path(draft + suffix).unlink(missing_ok=True)
    # SQLite would make it readable by everybody.
    os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    connection = sqlite3.connect(draft, isolation_level=None)
    with contextlib.closing(connection):
        connection.execute("PRAGMA synchronous=FULL")
        connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA}")
        connection.execute("INSERT INTO about VALUES ('dialect', ?)", (dialect.value,))
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        connection.execute("COMMIT")
    os.rename(draft, path)  # noqa: PTH104 as the disk's own
    sync_directory(str(Path(path).parent))


def _check(connection: sqlite3.Connection, path: str, dialect: Dialect) -> None:
    """Refuse a file that is not for this program to use."""

    def number(statement: str) -> int:
        return int(connection.execute(statement).fetchone()[0])

    if not number("SELECT count(*) FROM sqlite_master"):
        raise StoreError(f"the store {path} holds no tables, which every store does; move it away to begin anew")
    if number("PRAGMA application_id") != APPLICATION_ID:
        raise StoreError(f"{path} is a database of another program; name another store")
    version = number("PRAGMA user_version")
    if version < 1:
        raise StoreError(f"the store {path} is damaged (version {version}); move it away to begin anew")
    if version > SCHEMA_VERSION:
        raise StoreError(
            f"the store {path} has version {version}, this program knows {SCHEMA_VERSION}; "
            "use a newer copyjob, or another store"
        )
    verdict = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    if verdict != "ok":
        raise damaged(path, verdict.splitlines()[-1])
    found = connection.execute("SELECT value FROM about WHERE key = 'dialect'").fetchone()
    if found is None:
        raise damaged(path, "it has no dialect")
    if found[0] != dialect.value:
        raise StoreError(f"the store {path} holds jobs of {found[0]}, not of {dialect.value}")


def _migrate(connection: sqlite3.Connection) -> None:
    """Bring an older store to the present version; a kill leaves it whole in one of the two."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version == SCHEMA_VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    for older in range(version, SCHEMA_VERSION):
        for statement in MIGRATIONS[older]:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
    connection.execute("COMMIT")


def damaged(path: str, why: object) -> StoreError:
    """Return the refusal of a store whose content makes no sense."""
    return StoreError(f"the store {path} is damaged ({why}); move it away to begin anew")


def _refusal(path: str, error: sqlite3.DatabaseError) -> StoreError:
    """Say what an error of SQLite means for who wants to open a store."""
    match getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE:
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return damaged(path, error)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreBusyError(f"the store {path} is in use by another program; stop that one first")
        case sqlite3.SQLITE_FULL:
            return StoreError(f"there is no room for the store {path} on its disk; make room and start again")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_CANTOPEN:
            return StoreError(f"the store {path} may not be written ({error}); see to the rights of its directory")
        case _:
            return StoreError(f"the store {path} cannot be used ({error}); mend its disk and start again")
