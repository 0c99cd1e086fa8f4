"""The store: what it refuses, and that it leaves alone what it refuses."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from copyjob.reference.errors import CopyJobError
from copyjob.reference.events import AddFile
from copyjob.reference.files import File
from copyjob.reference.job import Job
from copyjob.reference.record import Record
from copyjob.reference.service import Service
from copyjob.reference.store import Store, StoreBusyError, StoreError
from copyjob.spec.vocabulary import Dialect, JobPriority, JobState


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Make and close a store with one job; return its path."""
    path = tmp_path / "jobs.sqlite"
    with Service(str(path)) as service:
        service.create_job("a")
    return path


def test_a_second_service_on_one_store_is_refused(path: Path) -> None:
    with Service(str(path)), pytest.raises(StoreBusyError, match="in use by another service"):
        Service(str(path))


def test_a_closed_store_can_be_opened_again(path: Path) -> None:
    with Service(str(path)) as service:
        assert [job.display_name for job in service.jobs()] == ["a"]


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite"
    path.write_bytes(b"these are not jobs " * 100)
    with pytest.raises(StoreError, match="move it away"):
        Service(str(path))

    assert path.read_bytes() == b"these are not jobs " * 100


def test_a_damaged_store_is_refused_and_left_alone(path: Path) -> None:
    damaged = bytearray(path.read_bytes())
    damaged[4096:] = b"\xff" * (len(damaged) - 4096)
    path.write_bytes(damaged)
    with pytest.raises(StoreError, match="damaged"):
        Service(str(path))

    assert path.read_bytes() == damaged


def change(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_newer_store_is_refused(path: Path) -> None:
    change(path, "PRAGMA user_version=99")

    with pytest.raises(StoreError, match="has version 99"):
        Service(str(path))


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    change(path, "CREATE TABLE music (title TEXT)")

    with pytest.raises(StoreError, match="another program"):
        Service(str(path))


def test_a_store_of_the_other_dialect_is_refused(path: Path) -> None:
    with pytest.raises(StoreError, match="holds jobs of BITS, not of DO"):
        Service(str(path), Dialect.DO)


def test_a_store_in_a_place_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(StoreError, match="cannot be made"):
        Service(str(tmp_path / "file" / "jobs.sqlite"))


def test_jobs_files_and_properties_outlive_a_kill(serve: Any, tmp_path: Path) -> None:
    service = serve()
    job = service.create_job("Ä job")
    job.add_file("http://h/a", str(tmp_path / "a"))
    job.set_priority(JobPriority.LOW)
    job.set_no_progress_timeout(123)
    job.set_minimum_retry_delay(77)
    before, files = job.job, job.files()
    service.kill()
    found = serve().get_job(job.id)

    assert (found.job, found.files(), found.display_name) == (before, files, "Ä job")


def test_a_final_state_outlives_a_kill(serve: Any) -> None:
    service = serve()
    job = service.create_job("a")
    job.cancel()
    service.kill()

    assert serve().find(job.id).state is JobState.CANCELLED


def test_a_running_service_forgets_a_job_a_month_after_its_end_when_another_one_comes(serve: Any) -> None:
    service = serve()
    old, recent = service.create_job("old"), service.create_job("recent")
    old.cancel()
    service.advance(20 * 86_400)
    recent.cancel()
    known = service.find(old.id).state
    service.advance(10 * 86_400 + 1)
    new = service.create_job("new")

    assert known is JobState.CANCELLED
    with pytest.raises(CopyJobError, match="BG_E_NOT_FOUND"):
        service.find(old.id)
    assert set(service._engine.records) == {recent.id, new.id}
    service.kill()
    with contextlib.closing(sqlite3.connect(str(service._engine._store.path))) as connection:
        assert {job for (job,) in connection.execute("SELECT id FROM jobs")} == {recent.id, new.id}


def test_a_start_leaves_ended_jobs_on_the_disk(serve: Any) -> None:
    service = serve()
    service.create_job("ended").cancel()
    live = service.create_job("live")
    service.kill()

    assert set(serve()._engine.records) == {live.id}


def test_an_ended_job_of_an_earlier_start_has_all_that_was_recorded_of_it(serve: Any, tmp_path: Path) -> None:
    service = serve()
    job = service.create_job("ended")
    job.add_file("http://h/a", str(tmp_path / "a"))
    job.cancel()
    before, files = job.job, job.files()
    service.kill()
    found = serve().find(job.id)

    assert (found.job, found.files(), found.display_name) == (before, files, "ended")


def test_an_ended_job_is_forgotten_a_month_after_its_end_by_a_later_service_too(serve: Any) -> None:
    service = serve()
    job = service.create_job("ended")
    job.cancel()
    service.kill()
    service = serve()
    service.advance(30 * 86_400 + 1)
    service.create_job("new")

    with pytest.raises(CopyJobError, match="BG_E_NOT_FOUND"):
        service.find(job.id)


def test_an_ended_job_that_makes_no_sense_is_told_to_whoever_asks_for_it(serve: Any) -> None:
    service = serve()
    job = service.create_job("ended")
    job.cancel()
    service.kill()
    change(Path(service._engine._store.path), "UPDATE jobs SET priority = 77")
    again = serve()

    with pytest.raises(CopyJobError, match=r"get_job: ERROR_READ_FAULT .*a line makes no sense"):
        again.find(job.id)


def test_no_job_has_an_id_that_is_no_text(serve: Any) -> None:
    with pytest.raises(CopyJobError, match="BG_E_NOT_FOUND"):
        serve().find("\ud800")


def test_an_ended_job_is_forgotten_after_a_month(serve: Any) -> None:
    service = serve()
    service.create_job("a").cancel()
    service.advance(31 * 86_400)
    service.kill()
    serve().kill()

    connection = sqlite3.connect(service_path(serve))
    count = connection.execute("SELECT count(*) FROM jobs").fetchone()[0]
    connection.close()
    assert count == 0


def service_path(serve: Any) -> str:
    service = serve()
    path = str(service._engine._store.path)
    service.kill()
    return path


def test_a_store_that_cannot_be_written_refuses_the_call_and_changes_nothing(serve: Any) -> None:
    service = serve()
    job = service.create_job("a")
    # The file is there and whole, but this connection may not write it any more.
    service._engine._store._db.execute("PRAGMA query_only=ON")
    with pytest.raises(Exception, match="cancel in SUSPENDED: ERROR_WRITE_FAULT"):
        job.cancel()

    assert job.state is JobState.SUSPENDED


def test_a_store_that_cannot_be_written_at_a_start_is_refused_and_let_go(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Store, *args: object, **options: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    def rebooted(self: Store) -> bool:
        return False

    with monkeypatch.context() as patch:
        patch.setattr(Store, "remember_boot", fail)
        patch.setattr(Store, "same_boot", rebooted)
        with pytest.raises(StoreError, match=r"cannot be taken up: the store .* disk I/O error; mend the disk"):
            Service(str(path))

    with Service(str(path)) as service:
        assert len(service.jobs()) == 1


def test_a_file_that_changed_is_recorded_beside_one_that_is_known_to_have_changed(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "jobs.sqlite"), Dialect.BITS)
    job = Job(Dialect.BITS, files=tuple(File(f"http://a/{name}", f"/{name}") for name in "bc"))
    record = Record("1", "a", job, 0.0, 0.0)
    for file in job.files:
        record.add_part(AddFile(file.remote_url, file.local_path))
    store.save(record, job)

    record.changed.add(0)
    store.save(record, replace(job, files=(job.files[0], replace(job.files[1], transferred=True))))

    assert [file.transferred for file in store.load()[0].job.files] == [False, True]
    store.close()
