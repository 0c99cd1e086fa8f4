"""What is left of a store is refused and left as it is; what a kill has interrupted is whole."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from copyjob.reference.schema import SCHEMA_VERSION
from copyjob.reference.service import Service
from copyjob.reference.store import StoreBusyError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

STORES = Path(__file__).parent / "stores"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Make and close a store with many jobs, so that it has many pages; return its path."""
    path = tmp_path / "jobs.sqlite"
    with Service(str(path)) as service:
        for number in range(59):
            job = service.create_job(f"job {number} " + "x" * 200)
            job.add_file(f"http://h/{number}", str(tmp_path / f"file{number}"))
    return path


def cut(path: Path, length: int) -> None:
    os.truncate(path, length)


def spoil(path: Path, number: int) -> None:
    """Write garbage over a page."""
    with path.open("r+b") as file:
        file.seek(number * 4096)
        file.write(b"\xa5" * 4096)


def change(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


REMAINS: dict[str, tuple[Callable[[Path], None], str]] = {
    "half": (lambda path: cut(path, path.stat().st_size // 2 // 4096 * 4096), "is damaged"),
    "torn": (lambda path: cut(path, path.stat().st_size - 1000), "is damaged"),
    "its first page only": (lambda path: cut(path, 4096), "is damaged"),
    "nothing": (lambda path: cut(path, 0), "is empty, which no store ever is"),
    "garbage first": (lambda path: spoil(path, 0), "is damaged"),
    "garbage within": (lambda path: spoil(path, path.stat().st_size // 4096 // 2), "is damaged"),
    "a state that there is not": (lambda path: change(path, "UPDATE jobs SET state = 77"), "a line makes no sense"),
    "a file that is missing": (lambda path: change(path, "UPDATE files SET number = 5"), "has no file 0"),
    "a job that is missing": (
        lambda path: change(path, "DELETE FROM jobs WHERE id = (SELECT min(id) FROM jobs)"),
        "is missing, its files are there",
    ),
    "no dialect": (lambda path: change(path, "DELETE FROM about"), "it has no dialect"),
}


@pytest.mark.parametrize("what", REMAINS)
def test_what_is_left_of_a_store_is_refused_and_left_alone(path: Path, what: str) -> None:
    damage, why = REMAINS[what]
    damage(path)
    before = path.read_bytes()
    with pytest.raises(StoreError, match=f"{why}.*move it away to begin anew"):
        Service(str(path))

    assert path.read_bytes() == before


def test_a_database_without_tables_is_refused(tmp_path: Path) -> None:
    """It is what is left of a store that an older service began, and whose journal is gone."""
    connection = sqlite3.connect(tmp_path / "jobs.sqlite")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    with pytest.raises(StoreError, match="holds no tables"):
        Service(str(tmp_path / "jobs.sqlite"))


def test_a_journal_without_its_store_is_refused_and_left_alone(tmp_path: Path) -> None:
    journal = tmp_path / "jobs.sqlite-wal"
    journal.write_bytes(b"the last calls")
    with pytest.raises(StoreError, match=r"is there and the store .* is not; put it back"):
        Service(str(tmp_path / "jobs.sqlite"))

    assert journal.read_bytes() == b"the last calls"


def test_a_directory_in_the_place_of_a_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / "jobs.sqlite").mkdir()
    (tmp_path / "jobs.sqlite" / "something").touch()
    with pytest.raises(StoreError, match="cannot be opened: Is a directory"):
        Service(str(tmp_path / "jobs.sqlite"))


def test_a_store_that_another_program_has_locked_is_refused(path: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusyError, match="in use by another program"):
        Service(str(path))
    connection.close()


def child(script: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, *words], capture_output=True, text=True, timeout=60, check=False
    )


NO_ROOM = """
import resource, signal, sys
from copyjob.reference.service import Service
from copyjob.reference.store import StoreError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (8192, resource.RLIM_INFINITY))
try:
    Service(sys.argv[1])
except StoreError as error:
    print(error)
"""


def test_a_disk_without_room_for_a_new_store_is_told_and_nothing_stands_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite"
    done = child(NO_ROOM, str(path))

    assert "start again" in done.stdout, done.stderr
    assert not path.exists()
    with Service(str(path)) as service:
        assert service.jobs() == []


READ_ONLY = """
import os, sys
from copyjob.reference.service import Service
from copyjob.reference.store import StoreError
folder, name = os.path.split(sys.argv[1])
os.chdir(folder)  # from here on nobody asks who may search the directories above
os.chmod(name, 0o400)
if os.geteuid() == 0:  # whom no mode keeps from writing
    os.chmod(".", 0o777)
    os.chmod(name + ".lock", 0o666)
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    Service(name)
except StoreError as error:
    print(error)
"""


def test_a_store_that_may_only_be_read_is_refused(path: Path) -> None:
    done = child(READ_ONLY, str(path))

    assert "cannot be opened: Permission denied" in done.stdout, done.stderr


KILLED = """
import os, signal, sqlite3, sys
from copyjob.reference import store_file
from copyjob.spec.vocabulary import Dialect
folder, first_version = sys.argv[1:]

class Fatal(sqlite3.Connection):
    left = 0
    def execute(self, *arguments):
        Fatal.left -= 1
        if Fatal.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().execute(*arguments)

real = sqlite3.connect
for fatal in range(1, 60):
    path = f"{folder}/{fatal}/jobs.sqlite"
    os.mkdir(f"{folder}/{fatal}")
    if first_version:
        connection = real(path)
        connection.executescript(open(first_version).read())
        connection.close()
    child = os.fork()
    if child == 0:
        Fatal.left = fatal
        store_file.sqlite3.connect = lambda *words, **options: real(*words, factory=Fatal, **options)
        store_file.open_store(path, Dialect.BITS)
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        break
print(fatal)
"""


@pytest.mark.parametrize("version", [0, 2])
def test_a_store_is_whole_whenever_its_making_or_its_migration_is_killed(tmp_path: Path, version: int) -> None:
    done = child(KILLED, str(tmp_path), str(STORES / f"version-{version}.sql") if version else "")
    dump = sqlite3.connect(":memory:")
    dump.executescript((STORES / "version-2.sql").read_text(encoding="utf-8"))
    files = dump.execute("SELECT count(*) FROM files").fetchone()[0] if version else 0
    folders = [folder for folder in tmp_path.iterdir() if folder.is_dir()]

    assert len(folders) > 8, done.stderr
    for folder in folders:
        with Service(str(folder / "jobs.sqlite")):
            pass
        connection = sqlite3.connect(folder / "jobs.sqlite")
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        assert connection.execute("SELECT count(*) FROM files").fetchone()[0] == files, folder
        connection.close()
