"""Killed at any instruction that matters, the service loses no answered call, no synced byte, and leaves no
litter.

A child process runs one life of a job and is killed (SIGKILL, by itself) before its n-th step that changes
the disk; then a service starts on what it left. Every n is tried until the life ends unharmed.
"""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from copyjob.reference.clock import ManualClock
from copyjob.reference.service import Service
from copyjob.spec.vocabulary import Dialect, JobState

CONFTEST = Path(__file__).parent / "conftest.py"
BODIES = {"a": b"alpha" * 3_000, "b": b"beta" * 3_000}

CHILD = """
import importlib.util, json, os, signal, sys
conftest, folder, life, first, last = sys.argv[1:4] + [int(word) for word in sys.argv[4:6]]
spec = importlib.util.spec_from_file_location("conftest_of_child", conftest)
tools = sys.modules["conftest_of_child"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tools)
from copyjob.reference import disk, store
from copyjob.reference.clock import ManualClock
from copyjob.reference.service import Service

def live(folder, fatal_step):
    step = 0
    def counted(real):
        def call(*args, **options):
            nonlocal step
            step += 1
            if step == fatal_step:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **options)
        return call
    for name in ("rename", "unlink", "pwritev", "ftruncate", "fsync", "open"):
        setattr(os, name, counted(getattr(os, name)))
    store.Store.save = counted(store.Store.save)
    wire = tools.MemoryWire()
    said = open(folder + "/said", "w")
    def say(*words):
        print(*words, file=said, flush=True)
    service = Service(folder + "/state/jobs.sqlite", clock=ManualClock(), wire=wire)
    job = service.create_job("life")
    say("id", job.id)
    for name, body in (("a", b"alpha" * 3000), ("b", b"beta" * 3000)):
        job.add_file(wire.play("http://h/" + name, tools.whole(body)), folder + "/" + name)
        say("added", name)
    job.resume()
    say("resumed")
    wire.run()
    assert job.state.name == "TRANSFERRED", job.state
    say("transferred")
    job.complete() if life == "complete" else job.cancel()
    say("ended")
    service.close()
    return step

for fatal_step in range(first, last):
    here = folder + "/" + str(fatal_step)
    os.mkdir(here)
    child = os.fork()
    if child == 0:
        live(here, fatal_step)
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        break
"""


def lives(tmp_path: Path, life: str, first: int, last: int) -> list[Path]:
    """Run lives that are killed before step ``first``, ``first + 1`` ...; return what each left behind."""
    subprocess.run(
        [sys.executable, "-c", CHILD, str(CONFTEST), str(tmp_path), life, str(first), str(last)],
        check=True,
        timeout=120,
    )
    return sorted((path for path in tmp_path.iterdir() if path.is_dir()), key=lambda path: int(path.name))


def said(folder: Path) -> list[str]:
    path = folder / "said"
    return path.read_text().splitlines() if path.exists() else []


def start(folder: Path, memory: Any) -> Service:
    for name, body in BODIES.items():
        memory.play(f"http://h/{name}", memory.whole(body))
    return Service(str(folder / "state" / "jobs.sqlite"), clock=ManualClock(), wire=memory)


PORTIONS = pytest.mark.parametrize(("first", "last"), [(1, 16), (16, 32), (32, 90)])


@PORTIONS
@pytest.mark.parametrize("life", ["complete", "cancel"])
def test_a_kill_at_any_step_loses_no_answered_call_and_leaves_no_litter(
    tmp_path: Path, memory: Any, life: str, first: int, last: int
) -> None:
    left = lives(tmp_path, life, first, last)
    for folder in left:
        words = said(folder)
        with start(folder, memory) as service:
            if words:
                job = service.find(words[0].removeprefix("id "))
                names = [Path(file.local_path).name for file in job.files()]
                added = [word.split()[1] for word in words if word.startswith("added")]
                assert names[: len(added)] == added, folder
                if "ended" in words:
                    assert job.job.final, folder
                elif "resumed" in words:
                    assert job.state is not JobState.SUSPENDED, folder
                if "transferred" in words and not job.job.final:
                    assert job.state is JobState.TRANSFERRED, folder
                for name, body in BODIES.items():
                    if (folder / name).exists():
                        assert (folder / name).read_bytes() == body, folder
                        assert "transferred" in words, folder
                if not job.job.final:
                    job.cancel()
        assert not list(folder.glob(".BIT-*")), folder
    assert left


@PORTIONS
def test_a_job_goes_on_after_a_kill_at_any_step_and_arrives_whole(
    tmp_path: Path, memory: Any, first: int, last: int
) -> None:
    tried = 0
    for folder in lives(tmp_path, "complete", first, last):
        words = said(folder)
        if "added b" not in words:
            continue
        with start(folder, memory) as service:
            job = service.find(words[0].removeprefix("id "))
            if not job.job.final:
                job.resume()
                memory.run()
                assert job.state is JobState.TRANSFERRED, folder
                job.complete()
        assert {name: (folder / name).read_bytes() for name in BODIES} == BODIES, folder
        assert not list(folder.glob(".BIT-*")), folder
        tried += 1
    assert tried or last == 16


def test_the_lives_that_are_killed_are_long_enough_to_end_unharmed(tmp_path: Path) -> None:
    last = lives(tmp_path, "complete", 32, 90)[-1]

    assert "ended" in said(last)


def bring_half(service: Any, memory: Any, folder: Path) -> Any:
    """Bring 5 of 10 bytes of a new job; return the job."""
    head = {"content-length": "10", "etag": '"v1"'}
    memory.play("http://h/a", memory.script(200, head, [b"01234"], holds_body=True))
    job = service.create_job("a")
    job.add_file("http://h/a", str(folder / "a"))
    job.resume()
    memory.run()
    return job


@pytest.fixture
def half_way(serve: Any, memory: Any, tmp_path: Path) -> Any:
    """Kill a service that has 5 of 10 bytes of a job; return the id of the job."""
    service = serve(wire=memory)
    job = bring_half(service, memory, tmp_path)
    service.kill()
    memory.requests.clear()
    memory.play("http://h/a", memory.script(holds_head=True))
    return job.id


def test_bytes_that_were_never_recorded_are_found_after_a_kill(serve: Any, memory: Any, half_way: str) -> None:
    service = serve(wire=memory)

    assert service.find(half_way).progress().bytes_transferred == 5
    assert memory.requests[0].headers[0] == "Range: bytes=5-"


def test_bytes_that_were_never_synced_do_not_count_after_a_start_of_the_machine(
    serve: Any, memory: Any, half_way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copyjob.reference.store.boot_id", lambda: "another start")
    service = serve(wire=memory)

    assert service.find(half_way).progress().bytes_transferred == 0
    assert memory.requests[0].headers == ()


def test_a_temporary_file_that_vanished_is_transferred_anew(
    serve: Any, memory: Any, half_way: str, tmp_path: Path
) -> None:
    next(tmp_path.glob(".BIT-*")).unlink()
    memory.play("http://h/a", memory.whole(b"0123456789"))
    service = serve(wire=memory)
    memory.run()
    service.find(half_way).complete()

    assert (tmp_path / "a").read_bytes() == b"0123456789"


def test_a_close_records_how_far_the_job_is(serve: Any, memory: Any, tmp_path: Path) -> None:
    service = serve(wire=memory)
    job = bring_half(service, memory, tmp_path)
    service.close()
    again = serve(wire=memory)

    assert again._engine.records[job.id].parts[0].synced_bytes == 5


def commits(service: Any) -> list[str]:
    """Count the commits of a service from now on."""
    seen: list[str] = []
    service._engine._store._db.set_trace_callback(lambda said: seen.append(said) if said == "COMMIT" else None)
    return seen


def test_a_file_that_comes_in_one_piece_is_recorded_once(serve: Any, memory: Any, tmp_path: Path) -> None:
    service = serve(wire=memory)
    job = service.create_job("a")
    for name in "abc":
        job.add_file(memory.play(f"http://h/{name}", memory.whole(b"bytes")), str(tmp_path / name))
    job.resume()
    seen = commits(service)
    memory.run()

    assert job.state is JobState.TRANSFERRED
    assert len(seen) == 3


def test_a_version_is_recorded_before_a_part_of_its_bytes(serve: Any, memory: Any, tmp_path: Path) -> None:
    service = serve(wire=memory)
    job = service.create_job("a")
    script = memory.script(200, {"content-length": "9", "etag": '"v1"'}, [b"abc"], holds_body=True)
    job.add_file(memory.play("http://h/a", script), str(tmp_path / "a"))
    job.resume()
    memory.run()
    service.kill()
    again = serve(wire=memory)

    assert again.find(job.id).progress().bytes_transferred == 3


@pytest.mark.parametrize("dialect", Dialect)
def test_an_error_that_is_over_does_not_come_back_after_a_kill(
    serve: Any, memory: Any, tmp_path: Path, dialect: Dialect
) -> None:
    service = serve(dialect, wire=memory)
    job = service.create_job("a")
    headed = memory.script(200, {"content-length": "9", "etag": '"v1"'}, holds_body=True)
    job.add_file(memory.play("http://h/a", memory.script(503), headed), str(tmp_path / "a"))
    job.resume()
    memory.run()
    job.resume()
    memory.run()
    assert (job.state, job.job.error) == (JobState.TRANSFERRING, None)
    service.kill()
    assert serve(dialect, wire=memory).find(job.id).job.error is None
