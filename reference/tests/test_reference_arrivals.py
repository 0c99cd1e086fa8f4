"""A job of many files: each is begun once the one before it is on the disk, their arrivals are recorded together."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from copyjob.reference.arrivals import GATHER_MAX, GATHER_SECONDS
from copyjob.reference.callbacks import Callback
from copyjob.reference.handles import JobHandle
from copyjob.reference.policies import TransferPolicy
from copyjob.reference.store import Store
from copyjob.reference.views import FileInfo
from copyjob.spec.vocabulary import Hresult, JobState, NotifyFlag

GATHERING = TransferPolicy(gather_seconds=GATHER_SECONDS)


@pytest.fixture
def service(serve: Any, memory: Any) -> Any:
    return serve(wire=memory, policy=GATHERING)


def held_at_the_third(service: Any, memory: Any, folder: Path, more: int = 0) -> Any:
    """Lead a job of three files, or more, to where two have arrived and the third does not answer."""
    job = service.create_job("many")
    for name in "ab":
        job.add_file(memory.play(f"http://h/{name}", memory.whole(name.encode() * 5)), str(folder / name))
    job.add_file(memory.play("http://h/c", memory.script(200, {}, [], holds_head=True)), str(folder / "c"))
    for number in range(more):
        url = memory.play(f"http://h/{number}", memory.whole(b"more"))
        job.add_file(url, str(folder / str(number)))
    job.resume()
    memory.run()
    return job


def arrived(job: Any) -> int:
    return sum(file.transferred for file in job.files())


def test_an_arrival_is_no_news_before_it_is_recorded(service: Any, memory: Any, tmp_path: Path) -> None:
    job = held_at_the_third(service, memory, tmp_path)

    assert [request.url[-1] for request in memory.requests] == ["a", "b", "c"]
    assert arrived(job) == 0


def test_arrivals_are_told_when_their_time_is_over(service: Any, memory: Any, tmp_path: Path) -> None:
    job = held_at_the_third(service, memory, tmp_path)
    service.advance(GATHER_SECONDS)

    assert arrived(job) == 2


def test_arrivals_are_recorded_by_one_commit(service: Any, memory: Any, tmp_path: Path) -> None:
    seen: list[str] = []
    job = service.create_job("many")
    for number in range(9):
        job.add_file(memory.play(f"http://h/{number}", memory.whole(b"bytes")), str(tmp_path / str(number)))
    job.resume()
    service._engine._store._db.set_trace_callback(lambda said: seen.append(said) if said == "COMMIT" else None)
    memory.run()

    assert job.state is JobState.TRANSFERRED
    assert len(seen) == 2  # eight together, and the last with the state


def test_no_more_than_so_many_arrivals_wait(service: Any, memory: Any, tmp_path: Path) -> None:
    job = service.create_job("many")
    for number in range(GATHER_MAX + 1):
        job.add_file(memory.play(f"http://h/{number}", memory.whole(b"bytes")), str(tmp_path / str(number)))
    job.add_file(memory.play("http://h/last", memory.script(200, {}, [], holds_head=True)), str(tmp_path / "last"))
    job.resume()
    memory.run()

    assert arrived(job) == GATHER_MAX + 1


def test_a_call_finds_every_file_that_has_arrived(service: Any, memory: Any, tmp_path: Path) -> None:
    job = held_at_the_third(service, memory, tmp_path)
    job.suspend()

    assert arrived(job) == 2


def test_complete_keeps_every_file_that_has_arrived(service: Any, memory: Any, tmp_path: Path) -> None:
    job = held_at_the_third(service, memory, tmp_path)

    assert job.complete() is Hresult.BG_S_PARTIAL_COMPLETE
    assert [(tmp_path / name).read_bytes() for name in "ab"] == [b"aaaaa", b"bbbbb"]


def test_a_fault_of_the_next_file_leaves_those_that_have_arrived(service: Any, memory: Any, tmp_path: Path) -> None:
    job = service.create_job("many")
    job.add_file(memory.play("http://h/a", memory.whole(b"a")), str(tmp_path / "a"))
    job.add_file(memory.play("http://h/b", memory.script(404, {}, [])), str(tmp_path / "b"))
    job.resume()
    memory.run()

    assert job.state is JobState.ERROR
    assert arrived(job) == 1
    assert job.error().file_number == 1


def test_a_kill_before_an_arrival_is_recorded_loses_no_file(
    serve: Any, service: Any, memory: Any, tmp_path: Path
) -> None:
    job = held_at_the_third(service, memory, tmp_path)
    service.kill()
    again = serve(wire=memory, policy=GATHERING)
    memory.play("http://h/c", memory.whole(b"ccccc"))
    memory.run()
    job = again.find(job.id)
    job.complete()

    assert [(tmp_path / name).read_bytes() for name in "abc"] == [b"aaaaa", b"bbbbb", b"ccccc"]


def test_what_was_told_is_not_asked_for_again_after_a_kill(
    serve: Any, service: Any, memory: Any, tmp_path: Path
) -> None:
    held_at_the_third(service, memory, tmp_path)
    service.advance(GATHER_SECONDS)
    service.kill()
    memory.requests.clear()
    serve(wire=memory, policy=GATHERING)
    memory.run()

    assert [request.url[-1] for request in memory.requests] == ["c"]


def test_a_close_records_every_file_that_has_arrived(serve: Any, service: Any, memory: Any, tmp_path: Path) -> None:
    job = held_at_the_third(service, memory, tmp_path)
    service.close()

    assert arrived(serve(wire=memory).find(job.id)) == 2


def test_a_store_that_cannot_take_down_arrivals_is_an_error_that_resume_mends(
    service: Any, memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = held_at_the_third(service, memory, tmp_path, more=2)

    def refuse(*_args: Any, **_options: Any) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as broken:
        broken.setattr(Store, "save", refuse)
        service.advance(GATHER_SECONDS)
        failed = job.state
    memory.play("http://h/c", memory.whole(b"ccccc"))
    job.resume()
    memory.run()
    job.complete()

    assert (failed, job.state) == (JobState.ERROR, JobState.ACKNOWLEDGED)
    assert [(tmp_path / name).read_bytes() for name in "abc"] == [b"aaaaa", b"bbbbb", b"ccccc"]


def test_file_transferred_is_called_once_a_file_and_in_order(service: Any, memory: Any, tmp_path: Path) -> None:
    called: list[str] = []

    class Notes(Callback):
        def file_transferred(self, job: JobHandle, file: FileInfo) -> None:
            called.append(file.local_path[-1])

    job = held_at_the_third(service, memory, tmp_path)
    job.set_notify_flags(NotifyFlag.FILE_TRANSFERRED)
    job.suspend()
    job.set_notify_interface(Notes())
    service.wait_for_callbacks(60)
    called.clear()
    memory.play("http://h/c", memory.whole(b"c"))
    job.add_file(memory.play("http://h/d", memory.whole(b"d")), str(tmp_path / "d"))
    job.resume()
    memory.run()

    assert service.wait_for_callbacks(60)
    assert called == ["c", "d"]


def test_while_time_is_moved_by_hand_each_arrival_is_told_at_once(serve: Any, memory: Any, tmp_path: Path) -> None:
    job = held_at_the_third(serve(wire=memory), memory, tmp_path)

    assert arrived(job) == 2
