"""The file under SQLite: a database in memory, of which the machine keeps an image a commit.

Laws: a commit is an I/O point. After ``synchronous=FULL`` its image is on the disk; any other is sure to survive a
kill, and may be lost with the power together with those after it. A commit that fails is rolled back; where it was the
sync that failed, its frames stand whole in the journal, and SQLite would take them for committed after a kill, until
the next commit has written over them.

It does not know what is in the tables.
"""

from __future__ import annotations

import errno
import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

    from copyjob.reference.simulation.machine import Machine


@dataclass
class Database:
    """The image that is on the disk, and those that only the machine's memory holds."""

    images: list[bytes] = field(default_factory=lambda: [b""])
    doubtful: bytes | None = None
    """What a kill would make true, of a commit whose sync has failed."""
    doubts: int = 0
    """How many commits have failed so."""

    def put(self, image: bytes, *, durable: bool) -> None:
        """Take the image of a commit."""
        if durable:
            self.images.clear()
        self.images.append(image)
        self.doubtful = None

    def recover(self, rng: Random, *, power_lost: bool) -> None:
        """Forget what did not survive."""
        doubtful = [] if self.doubtful is None else [self.doubtful]
        self.images = [rng.choice([*self.images, *doubtful]) if power_lost else [*self.images, *doubtful][-1]]
        self.doubtful = None


class SimulatedConnection(sqlite3.Connection):
    """A connection to a database of a simulated machine."""

    machine: Machine
    path: str
    full = True

    def attach(self, machine: Machine, path: str) -> None:
        """Go on from what the machine has under this path."""
        self.machine, self.path = machine, path
        image = machine.databases.setdefault(path, Database()).images[-1]
        if image:
            self.deserialize(image)

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """Execute one statement; a COMMIT passes an I/O point."""
        self.machine.alive()
        if sql.startswith("PRAGMA synchronous="):
            self.full = sql.endswith("FULL")
        if sql.startswith("PRAGMA journal_mode="):
            sql = "PRAGMA journal_mode=MEMORY"  # an image is one file: what a WAL held would not be in it
        if sql != "COMMIT":
            return super().execute(sql, parameters)
        try:
            self.machine.point("commit", self.path)
        except OSError as error:
            if error.errno == errno.EIO and self.full:
                self._leave_in_doubt()
            raise sqlite3.OperationalError(f"disk I/O error ({error.strerror})") from None
        cursor = super().execute(sql)
        self._keep()
        self.machine.passed()
        return cursor

    def close(self) -> None:
        """Close it; what was committed goes from the journal into the file, and the journal is deleted."""
        if not self.machine.dead:
            self.machine.databases[self.path].doubtful = None
        super().close()

    def _leave_in_doubt(self) -> None:
        database = self.machine.databases[self.path]
        if database.images[-1]:  # else there is no store yet
            super().execute("COMMIT")
            database.doubtful = self.serialize()
            database.doubts += 1
            self.deserialize(database.images[-1])

    def executescript(self, sql: str, /) -> sqlite3.Cursor:
        """Execute several statements; only the last may commit."""
        self.machine.alive()
        cursor = super().executescript(sql)
        if not self.in_transaction:
            self._keep()
        return cursor

    def _keep(self) -> None:
        machine = self.machine
        machine.databases[self.path].put(self.serialize(), durable=self.full)
        if not machine.read(self.path):
            machine.put(self.path, b"a database")  # how long it is, is all that is asked of the file


class SimulatedSqlite:
    """The module ``sqlite3`` with databases of a simulated machine."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def connect(self, path: Any, **options: Any) -> sqlite3.Connection:
        """Open a database."""
        self._machine.alive()
        connection = sqlite3.connect(":memory:", factory=SimulatedConnection, **options)
        assert isinstance(connection, SimulatedConnection), "the factory makes no other"
        connection.attach(self._machine, str(path))
        return connection

    def __getattr__(self, name: str) -> Any:
        """Lend everything else of ``sqlite3``."""
        return getattr(sqlite3, name)
