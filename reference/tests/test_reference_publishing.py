"""Complete on disk: what is said to be available stays so, whatever the disk refuses and whoever is killed."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what tests receive is unknown.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from copyjob.reference import publishing
from copyjob.reference.disk import rename
from copyjob.reference.errors import CopyJobError
from copyjob.reference.store import Store
from copyjob.spec.vocabulary import Dialect, Hresult, JobState

BODIES = {"a": b"alpha", "b": b"beta"}


@pytest.fixture(params=list(Dialect), ids=lambda dialect: dialect.name)
def world(request: Any, serve: Any, memory: Any, tmp_path: Path) -> Any:
    """Start services in one dialect that know the bodies; ``world()`` is the next one."""
    for name, body in BODIES.items():
        memory.play(f"http://h/{name}", memory.whole(body))
    return lambda: serve(request.param, wire=memory)


def arrived(service: Any, memory: Any, folder: Path, names: str = "ab") -> Any:
    """Return a job all of whose files are transferred."""
    job = service.create_job("a job")
    for name in names:
        job.add_file(f"http://h/{name}", str(folder / name))
    job.resume()
    memory.run()
    assert job.state is JobState.TRANSFERRED
    return job


def said(job: Any) -> list[bool]:
    return [file.completed for file in job.files()]


def refuse(calls: int, real: Any, code: int = errno.EIO) -> Any:
    """Return ``real``, which fails with ``code`` from call number ``calls`` on."""
    count = 0

    def call(*args: Any, **options: Any) -> Any:
        nonlocal count
        count += 1
        if count >= calls:
            raise OSError(code, os.strerror(code), str(args[0]))
        return real(*args, **options)

    return call


class Killed(BaseException):
    """The process ends here."""


def killed(*_args: object, **_options: object) -> None:
    raise Killed


def test_a_name_whose_directory_cannot_be_synced_is_not_said_to_be_available(
    world: Any, memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = arrived(world(), memory, tmp_path)
    monkeypatch.setattr(publishing, "sync_directory", refuse(1, None))
    with pytest.raises(CopyJobError, match=f"{tmp_path} cannot be made"):
        job.complete()

    assert (job.state, said(job)) == (JobState.TRANSFERRED, [False, False])


def test_a_complete_that_gives_no_name_leaves_the_times_of_the_job(
    world: Any, memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = world()
    job = arrived(service, memory, tmp_path)
    before = job.times()
    service.advance(60)
    interrupted(job, monkeypatch, "rename", refuse(1, None), CopyJobError)
    after = job.times()
    service.kill()

    assert (after, world().find(job.id).times()) == (before, before)


def test_an_intent_that_could_not_be_taken_back_is_recorded_again_before_the_next_rename(
    world: Any, memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = arrived(world(), memory, tmp_path)
    steps: list[str] = []
    real = Store.save

    def unless_taken_back(self: Store, record: Any, job: Any, *, durable: bool = True) -> None:
        if record.publishing is None:
            raise sqlite3.OperationalError("disk I/O error")  # what the journal holds now is in doubt
        real(self, record, job, durable=durable)

    def save(self: Store, record: Any, job: Any, *, durable: bool = True) -> None:
        real(self, record, job, durable=durable)
        steps.append(f"recorded {record.publishing}")

    def rename_and_tell(temporary: str, local_path: str, size_bytes: int | None) -> None:
        rename(temporary, local_path, size_bytes)
        steps.append("renamed")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "save", unless_taken_back)
        interrupted(job, patch, "rename", refuse(1, None), CopyJobError)
    monkeypatch.setattr(Store, "save", save)
    monkeypatch.setattr(publishing, "rename", rename_and_tell)
    job.complete()

    assert steps == ["recorded (0, 1)", "renamed", "renamed", "recorded None"]


def test_complete_after_a_sync_that_failed_syncs_before_it_says_that_files_are_available(
    world: Any, memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = arrived(world(), memory, tmp_path)
    interrupted(job, monkeypatch, "sync_directory", refuse(1, None), CopyJobError)
    synced: list[str] = []
    monkeypatch.setattr(publishing, "sync_directory", synced.append)
    answer = job.complete()

    assert (answer, synced, said(job)) == (Hresult.S_OK, [str(tmp_path)], [True, True])


def test_a_start_after_a_sync_that_failed_syncs_before_it_says_that_files_are_available(
    world: Any, memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = world()
    job = arrived(service, memory, tmp_path)
    interrupted(job, monkeypatch, "sync_directory", refuse(1, None), CopyJobError)
    service.kill()
    synced: list[str] = []
    monkeypatch.setattr(publishing, "sync_directory", synced.append)
    found = world().find(job.id)

    assert (synced, said(found)) == ([str(tmp_path)], [True, True])


def test_a_complete_that_a_kill_interrupts_keeps_the_job_and_what_has_its_name(
    world: Any, memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = world()
    job = arrived(service, memory, tmp_path)
    renamed: list[str] = []

    def rename_one(temporary: str, local_path: str, size_bytes: int | None) -> None:
        if renamed:
            raise Killed
        renamed.append(local_path)
        rename(temporary, local_path, size_bytes)

    interrupted(job, monkeypatch, "rename", rename_one)
    service.kill()
    found = world().get_job(job.id)

    assert (found.state, said(found)) == (JobState.TRANSFERRED, [True, False])
    assert found.complete() == Hresult.S_OK
    assert {name: (tmp_path / name).read_bytes() for name in BODIES} == BODIES


def interrupted(
    job: Any, monkeypatch: pytest.MonkeyPatch, step: str, does: Any, error: type[BaseException] = Killed
) -> None:
    """Call Complete, of which one step does something else."""
    with monkeypatch.context() as patch:
        patch.setattr(publishing, step, does)
        with pytest.raises(error):
            job.complete()


def fail_to_save(monkeypatch: pytest.MonkeyPatch, operations_before: int) -> None:
    """Let the store fail after so many times."""
    real, count = Store.save, 0

    def save(self: Store, *args: Any, **options: Any) -> None:
        nonlocal count
        count += 1
        if count > operations_before:
            raise sqlite3.OperationalError("disk I/O error")
        real(self, *args, **options)

    monkeypatch.setattr(Store, "save", save)


@pytest.fixture
def unrecorded(world: Any, memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a service and its job, whose Complete has given every name and could not be recorded."""
    service = world()
    job = arrived(service, memory, tmp_path)
    with monkeypatch.context() as patch:
        fail_to_save(patch, operations_before=1)
        with pytest.raises(CopyJobError, match="ERROR_WRITE_FAULT"):
            job.complete()
    return service, job


def test_a_complete_that_cannot_be_recorded_is_refused_and_says_what_is_available(unrecorded: Any) -> None:
    _, job = unrecorded

    assert (job.state, said(job)) == (JobState.TRANSFERRED, [True, True])


def test_a_complete_that_could_not_be_recorded_can_be_called_again(unrecorded: Any) -> None:
    _, job = unrecorded

    assert (job.complete(), job.state) == (Hresult.S_OK, JobState.ACKNOWLEDGED)


def test_a_start_does_not_end_a_complete_that_was_refused(unrecorded: Any, world: Any) -> None:
    service, job = unrecorded
    service.kill()
    found = world().get_job(job.id)

    assert (found.state, said(found)) == (JobState.TRANSFERRED, [True, True])
    assert found.complete() == Hresult.S_OK


def test_what_was_available_before_a_later_call_is_recorded_with_it(unrecorded: Any, world: Any) -> None:
    service, job = unrecorded
    job.set_priority(0)
    service.kill()

    assert said(world().get_job(job.id)) == [True, True]


def test_a_complete_of_files_that_came_later_is_mended_after_a_kill_too(
    world: Any, memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = world()
    job = arrived(service, memory, tmp_path, "a")
    interrupted(job, monkeypatch, "sync_directory", refuse(1, None), CopyJobError)
    job.add_file("http://h/b", str(tmp_path / "b"))
    job.resume()
    memory.run()
    interrupted(job, monkeypatch, "sync_directory", killed)
    service.kill()
    found = world().get_job(job.id)

    assert (found.complete(), said(found)) == (Hresult.S_OK, [True, True])


def test_files_in_a_directory_that_is_not_there_at_a_start_are_not_said_to_be_available(
    world: Any, memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, disk = world(), tmp_path / "disk"
    disk.mkdir()
    job = arrived(service, memory, disk)
    interrupted(job, monkeypatch, "rename", killed)
    service.kill()
    disk.rename(tmp_path / "not mounted")
    service = world()

    assert said(service.get_job(job.id)) == [False, False]
    (tmp_path / "not mounted").rename(disk)
    assert service.get_job(job.id).complete() == Hresult.S_OK
    assert {name: (disk / name).read_bytes() for name in BODIES} == BODIES


def test_bytes_that_a_sync_has_failed_on_are_fetched_again(
    serve: Any, memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second sync would succeed although the system has dropped what the first one could not write."""
    memory.play("http://h/a", memory.whole(BODIES["a"]))
    service = serve(wire=memory)
    job = service.create_job("a job")
    job.add_file("http://h/a", str(tmp_path / "a"))
    with monkeypatch.context() as patch:
        patch.setattr("copyjob.reference.disk.os.fsync", refuse(1, None))
        job.resume()
        memory.run()
    assert (job.state, job.progress().bytes_transferred) == (JobState.ERROR, 0)
    memory.requests.clear()
    job.resume()
    memory.run()

    assert ([request.headers for request in memory.requests], job.state) == ([()], JobState.TRANSFERRED)


def test_bytes_that_a_close_could_not_sync_do_not_count_at_the_next_start(
    serve: Any, memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory.play("http://h/a", memory.script(200, {"content-length": "5", "etag": '"v1"'}, [b"alp"], holds_body=True))
    service = serve(wire=memory)
    job = service.create_job("a job")
    job.add_file("http://h/a", str(tmp_path / "a"))
    job.resume()
    memory.run()
    with monkeypatch.context() as patch:
        patch.setattr("copyjob.reference.disk.os.fsync", refuse(1, None))
        service.close()

    assert serve(wire=memory).get_job(job.id).progress().bytes_transferred == 0
