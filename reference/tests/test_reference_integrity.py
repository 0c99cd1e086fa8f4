"""Expected sizes and digests: nothing else is ever published, and a store of version 1 learns them."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import hashlib
import random
import sqlite3
import threading
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.reference import integrity, transfer
from copyjob.reference.clock import SystemClock
from copyjob.reference.errors import INVALID_DATA, CopyJobError
from copyjob.reference.schema import SCHEMA_VERSION
from copyjob.reference.service import Service
from copyjob.reference.store import StoreError
from copyjob.spec.vocabulary import Dialect, ErrorContext, Hresult, JobPriority, JobState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from copyjob.reference.service import JobHandle

BODY = random.Random(1).randbytes(300_000)
OTHER = random.Random(2).randbytes(300_000)
SHA256 = f"sha256:{hashlib.sha256(BODY).hexdigest()}"
SHA512 = f"sha512:{hashlib.sha512(BODY).hexdigest()}"
REST = (JobState.TRANSFERRED, JobState.ERROR, JobState.TRANSIENT_ERROR)


def begin(service: Service, url: str, path: Path, **expected: Any) -> JobHandle:
    job = service.create_job("a")
    job.add_file(url, str(path), **expected)
    job.resume()
    return job


def outcome(job: JobHandle) -> JobState:
    assert job.wait_for(*REST, timeout_seconds=20)
    return job.state


def temporaries(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.glob(".BIT-*")]


@pytest.mark.parametrize("digest", [SHA256, SHA512, SHA256.upper()])
def test_a_file_with_the_expected_digest_arrives(serve: Any, origin: Any, tmp_path: Path, digest: str) -> None:
    job = begin(serve(), origin.serve("/a", BODY), tmp_path / "a", expected_digest=digest)

    assert outcome(job) is JobState.TRANSFERRED


@pytest.mark.parametrize("digest", [SHA256, SHA512])
def test_a_file_with_another_digest_is_an_error_of_the_remote_file(
    serve: Any, origin: Any, tmp_path: Path, digest: str
) -> None:
    job = begin(serve(), origin.serve("/a", OTHER), tmp_path / "a", expected_digest=digest)

    assert outcome(job) is JobState.ERROR
    assert (job.error().context, job.error().code) == (ErrorContext.REMOTE_FILE, Hresult.BG_E_VALIDATION_FAILED)


def test_delivery_optimization_names_no_context_for_another_digest(serve: Any, origin: Any, tmp_path: Path) -> None:
    job = begin(serve(Dialect.DO), origin.serve("/a", OTHER), tmp_path / "a", expected_digest=SHA256)

    assert outcome(job) is JobState.ERROR
    assert (job.error().context, job.error().code) == (ErrorContext.NONE, INVALID_DATA)


def test_a_file_with_another_digest_is_not_published_by_complete(serve: Any, origin: Any, tmp_path: Path) -> None:
    job = begin(serve(), origin.serve("/a", OTHER), tmp_path / "a", expected_digest=SHA256)
    assert outcome(job) is JobState.ERROR

    assert job.complete() == Hresult.BG_S_PARTIAL_COMPLETE
    assert sorted(path.name for path in tmp_path.iterdir()) == ["state"]


def test_the_bytes_of_another_digest_are_forgotten(serve: Any, origin: Any, tmp_path: Path) -> None:
    job = begin(serve(), origin.serve("/a", OTHER), tmp_path / "a", expected_digest=SHA256)
    assert outcome(job) is JobState.ERROR

    assert (job.progress().bytes_transferred, temporaries(tmp_path)) == (0, [b""])


def test_resume_fetches_the_whole_file_again_after_another_digest(serve: Any, origin: Any, tmp_path: Path) -> None:
    url = origin.play("/a", lambda c: c.document(OTHER), lambda c: c.document(BODY))
    job = begin(serve(), url, tmp_path / "a", expected_digest=SHA256)
    assert outcome(job) is JobState.ERROR
    job.resume()
    assert job.wait_for(JobState.TRANSFERRED, timeout_seconds=20)
    job.complete()

    assert "range" not in origin.requests[1].headers
    assert (tmp_path / "a").read_bytes() == BODY


def half(conversation: Any) -> None:
    conversation.head(200, Content_Length=len(BODY), ETag='"v1"')
    conversation.send(BODY[:100_000])
    conversation.hang_up()


@pytest.mark.parametrize(("tampered", "state"), [(False, JobState.TRANSFERRED), (True, JobState.ERROR)])
def test_the_digest_of_a_resumed_file_is_that_of_what_stands_on_disk(
    serve: Any, origin: Any, tmp_path: Path, *, tampered: bool, state: JobState
) -> None:
    service = serve()
    url = origin.play("/a", half, lambda c: c.document(BODY))
    job = begin(service, url, tmp_path / "a", expected_digest=SHA256)
    assert outcome(job) is JobState.TRANSIENT_ERROR
    if tampered:
        with next(tmp_path.glob(".BIT-*")).open("r+b") as file:
            file.write(bytes([BODY[0] ^ 1]))
    service.advance(600)
    assert job.wait_for(JobState.TRANSFERRED, JobState.ERROR, timeout_seconds=20)

    assert job.state is state


def test_a_file_that_was_whole_before_a_kill_is_judged_after_it(serve: Any, memory: Any, tmp_path: Path) -> None:
    service = serve(wire=memory)
    script = memory.script(200, {"content-length": "3", "etag": '"v1"'}, [b"abc"], holds_body=True)
    job = begin(service, memory.play("http://h/a", script), tmp_path / "a", expected_digest=SHA256)
    memory.run()
    service.kill()

    assert serve(wire=memory).get_job(job.id).state is JobState.ERROR


def test_while_a_digest_is_read_other_jobs_go_on(
    serve: Any, origin: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, read_on = threading.Event(), threading.Event()
    real = integrity.digest_of

    def slow(*words: Any) -> str | None:
        reading.set()
        assert read_on.wait(60)
        return real(*words)

    monkeypatch.setattr(transfer, "digest_of", slow)
    service = serve(clock=SystemClock())
    try:
        first = service.create_job("a")
        first.set_priority(JobPriority.FOREGROUND)
        first.add_file(origin.serve("/a", BODY), str(tmp_path / "a"), expected_digest=SHA256)
        first.resume()
        assert reading.wait(20)
        second = service.create_job("b")
        second.set_priority(JobPriority.FOREGROUND)
        second.add_file(origin.serve("/b", OTHER), str(tmp_path / "b"))
        second.resume()
        arrived = second.wait_for(JobState.TRANSFERRED, timeout_seconds=10)
        before = first.state
    finally:
        read_on.set()

    assert (arrived, before, outcome(first)) == (True, JobState.TRANSFERRING, JobState.TRANSFERRED)


def test_a_service_is_closed_while_a_digest_is_read(
    serve: Any, origin: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = threading.Event()

    def endless(_fd: int, like: str, wanted: Callable[[], bool]) -> str | None:
        reading.set()
        while wanted():
            reading.wait(0)
        return None if like else ""

    monkeypatch.setattr(transfer, "digest_of", endless)
    service = serve(clock=SystemClock())
    job = begin(service, origin.serve("/a", BODY), tmp_path / "a", expected_digest=SHA256)
    assert reading.wait(20)
    service.close()
    monkeypatch.undo()

    assert outcome(serve(clock=SystemClock()).get_job(job.id)) is JobState.TRANSFERRED


def test_a_file_of_another_size_is_an_error_of_the_remote_file(serve: Any, origin: Any, tmp_path: Path) -> None:
    job = begin(serve(), origin.serve("/a", BODY), tmp_path / "a", expected_size_bytes=len(BODY) + 1)

    assert outcome(job) is JobState.ERROR
    assert (job.error().context, job.error().code) == (ErrorContext.REMOTE_FILE, Hresult.BG_E_VALIDATION_FAILED)


def test_nothing_is_stored_of_a_file_of_another_size(serve: Any, origin: Any, tmp_path: Path) -> None:
    job = begin(serve(), origin.serve("/a", BODY), tmp_path / "a", expected_size_bytes=1)
    assert outcome(job) is JobState.ERROR

    assert temporaries(tmp_path) == [b""]


def test_a_file_of_the_expected_size_arrives(serve: Any, origin: Any, tmp_path: Path) -> None:
    job = begin(serve(), origin.serve("/a", BODY), tmp_path / "a", expected_size_bytes=len(BODY))

    assert outcome(job) is JobState.TRANSFERRED


@pytest.mark.parametrize(
    "expected",
    [
        {"expected_size_bytes": -1},
        {"expected_size_bytes": 2**64 - 1},
        {"expected_digest": ""},
        {"expected_digest": "a" * 64},
        {"expected_digest": "md5:" + "a" * 32},
        {"expected_digest": "sha256:" + "a" * 63},
        {"expected_digest": "sha256:" + "g" * 64},
        {"expected_digest": "sha512:" + "a" * 64},
    ],
)
def test_a_size_or_digest_that_is_none_is_refused_with_e_invalidarg(
    serve: Any, tmp_path: Path, expected: dict[str, Any]
) -> None:
    job = serve().create_job("a")
    with pytest.raises(CopyJobError) as caught:
        job.add_file("http://h/a", str(tmp_path / "a"), **expected)

    assert (caught.value.hresult, job.files()) == (Hresult.E_INVALIDARG, [])


def test_what_is_expected_outlives_a_kill(serve: Any, tmp_path: Path) -> None:
    service = serve()
    job = service.create_job("a")
    job.add_file("http://h/a", str(tmp_path / "a"), expected_size_bytes=3, expected_digest=SHA512)
    service.kill()
    (file,) = serve().get_job(job.id).files()

    assert (file.expected_size_bytes, file.expected_digest) == (3, SHA512)


VERSION_1 = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE jobs (
    id TEXT PRIMARY KEY, display_name TEXT NOT NULL, state INTEGER NOT NULL, priority INTEGER NOT NULL,
    retry_delay_seconds INTEGER NOT NULL, chosen_no_progress_timeout_seconds INTEGER,
    failed_at_seconds REAL, failing_since_seconds REAL,
    error_context INTEGER, error_code INTEGER, error_transient INTEGER, error_file INTEGER, error_detail TEXT,
    created_at_seconds REAL NOT NULL, modified_at_seconds REAL NOT NULL, transferred_at_seconds REAL,
    ticket INTEGER NOT NULL, publishing TEXT, cleaned INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE files (
    job TEXT NOT NULL, number INTEGER NOT NULL,
    remote_url TEXT NOT NULL, local_path TEXT NOT NULL, temporary TEXT NOT NULL,
    transferred INTEGER NOT NULL, completed INTEGER NOT NULL,
    size_bytes INTEGER, offset_bytes INTEGER NOT NULL, synced_bytes INTEGER NOT NULL,
    etag TEXT NOT NULL, last_modified TEXT NOT NULL,
    PRIMARY KEY (job, number)
) WITHOUT ROWID;
INSERT INTO about VALUES ('dialect', 'BITS');
PRAGMA application_id=1667919714;
PRAGMA user_version=1;
"""


@pytest.fixture
def version_1(tmp_path: Path) -> Path:
    """Make a store of version 1 by hand, with one suspended job of one file; return its path."""
    path = tmp_path / "state" / "jobs.sqlite"
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.executescript(VERSION_1)
    connection.execute(
        "INSERT INTO jobs VALUES ('j', 'old', 3, 2, 600, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, "
        "1e9, 1e9, NULL, 0, NULL, 0)"
    )
    connection.execute(
        "INSERT INTO files VALUES ('j', 0, 'http://h/a', ?, ?, 0, 0, 9, 0, 0, '\"v1\"', '')",
        (str(tmp_path / "a"), str(tmp_path / ".BIT-j-0.tmp")),
    )
    connection.commit()
    connection.close()
    return path


def test_a_job_of_a_version_1_store_goes_on(serve: Any, memory: Any, version_1: Path, tmp_path: Path) -> None:
    assert version_1.exists()
    memory.play("http://h/a", memory.whole(b"abc"))
    job = serve(wire=memory).get_job("j")
    job.resume()
    memory.run()
    job.complete()

    assert (job.display_name, (tmp_path / "a").read_bytes()) == ("old", b"abc")


def test_a_file_of_a_version_1_store_expects_nothing(serve: Any, version_1: Path) -> None:
    assert version_1.exists()
    (file,) = serve().get_job("j").files()

    assert (file.remote_url, file.expected_size_bytes, file.expected_digest) == ("http://h/a", None, "")


def version(path: Path) -> int:
    connection = sqlite3.connect(path)
    number = int(connection.execute("PRAGMA user_version").fetchone()[0])
    connection.close()
    return number


def test_a_version_1_store_has_the_present_version_afterwards(version_1: Path) -> None:
    Service(str(version_1)).close()

    assert version(version_1) == SCHEMA_VERSION


def test_a_migration_that_breaks_off_leaves_version_1(version_1: Path) -> None:
    connection = sqlite3.connect(version_1)
    connection.execute("ALTER TABLE files ADD COLUMN expected_digest TEXT")  # in the way of the second statement
    connection.close()
    with pytest.raises(StoreError):
        Service(str(version_1))
    connection = sqlite3.connect(version_1)
    columns = [row[1] for row in connection.execute("PRAGMA table_info(files)")]
    connection.close()

    assert (version(version_1), "expected_size_bytes" in columns) == (1, False)


def test_a_store_without_a_version_is_refused(version_1: Path) -> None:
    connection = sqlite3.connect(version_1)
    connection.execute("PRAGMA user_version=0")
    connection.close()

    with pytest.raises(StoreError, match="damaged"):
        Service(str(version_1))
