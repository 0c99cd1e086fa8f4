"""The reference as the kit sees it."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.reference.backend import FreeRunningBackend, ReferenceBackend
from copyjob.reference.errors import CopyJobError
from copyjob.spec.vocabulary import Hresult, JobState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BODY = b"0123456789" * 1_000


@pytest.fixture(params=["BITS", "DO"])
def backend(request: Any, tmp_path: Path) -> Iterator[ReferenceBackend]:
    """Make a backend of each dialect."""
    backend = ReferenceBackend(request.param, str(tmp_path))
    yield backend
    backend.close()


def wait_for(backend: ReferenceBackend, job: str, *states: JobState) -> bool:
    return backend.handle(job).wait_for(*states, timeout_seconds=20)


def test_a_job_runs_from_creation_to_acknowledged(backend: Any, origin: Any, tmp_path: Path) -> None:
    job = backend.create_job("a")
    assert backend.add_file(job, origin.serve("/a", BODY), str(tmp_path / "a")) == 0
    assert backend.resume(job) == 0
    assert wait_for(backend, job, JobState.TRANSFERRED)
    assert backend.complete(job) == 0

    assert backend.get_state(job) == JobState.ACKNOWLEDGED
    assert backend.get_progress(job) == (len(BODY), len(BODY), 1, 1)
    assert (tmp_path / "a").read_bytes() == BODY


def test_a_refusal_carries_its_hresult(backend: Any) -> None:
    job = backend.create_job("a")
    with pytest.raises(CopyJobError) as caught:
        backend.resume(job)

    assert caught.value.hresult in {Hresult.BG_E_EMPTY, Hresult.DO_E_JOB_EMPTY}


def test_error_information_is_a_pair_or_a_refusal(backend: Any, origin: Any, tmp_path: Path) -> None:
    job = backend.create_job("a")
    before = backend.get_error(job)
    backend.add_file(job, origin.play("/a", lambda c: c.whole(b"", 404)), str(tmp_path / "a"))
    backend.resume(job)
    assert wait_for(backend, job, JobState.ERROR)

    assert before >= 0x80000000
    assert backend.get_error(job)[1] == 0x80190194


def test_a_job_goes_on_after_a_restart(backend: Any, origin: Any, tmp_path: Path) -> None:
    job = backend.create_job("a")
    backend.add_file(job, origin.play("/a", lambda c: c.hold(), lambda c: c.document(BODY)), str(tmp_path / "a"))
    backend.resume(job)
    assert origin.wait_requests(1)
    backend.restart()

    assert wait_for(backend, job, JobState.TRANSFERRED)


def test_a_retry_comes_by_the_clock_alone(backend: Any, origin: Any, tmp_path: Path) -> None:
    job = backend.create_job("a")
    url = origin.play("/a", lambda c: c.whole(b"", 503), lambda c: c.document(BODY))
    backend.add_file(job, url, str(tmp_path / "a"))
    backend.resume(job)
    assert wait_for(backend, job, JobState.TRANSIENT_ERROR)
    backend.advance(600)

    assert wait_for(backend, job, JobState.TRANSFERRED)


def test_running_jobs_of_high_priority_keep_a_normal_one_queued(backend: Any, origin: Any, tmp_path: Path) -> None:
    held = origin.play("/a", lambda c: c.hold())
    for number in range(backend.blocking_jobs):
        job = backend.create_job(str(number))
        backend.set_priority(job, 1)
        backend.add_file(job, held, str(tmp_path / str(number)))
        backend.resume(job)
    job = backend.create_job("waits")
    backend.add_file(job, held, str(tmp_path / "w"))
    backend.resume(job)

    assert backend.get_state(job) == JobState.QUEUED


def test_calls_may_come_from_several_threads_at_once(backend: Any, origin: Any, tmp_path: Path) -> None:
    url = origin.serve("/a", BODY)
    done: list[str] = []

    def run(number: int) -> None:
        job = backend.create_job(str(number))
        backend.add_file(job, url, str(tmp_path / str(number)))
        backend.resume(job)
        if wait_for(backend, job, JobState.TRANSFERRED):
            backend.complete(job)
            done.append(job)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [backend.get_state(job) for job in done] == [JobState.ACKNOWLEDGED] * 8


def test_the_free_running_backend_retries_by_the_machines_clock(
    origin: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copyjob.reference.job.RETRY_DELAY_DO_SECONDS", 0.05)
    backend = FreeRunningBackend("DO", str(tmp_path))
    try:
        job = backend.create_job("a")
        url = origin.play("/a", lambda c: c.whole(b"", 503), lambda c: c.document(BODY))
        backend.add_file(job, url, str(tmp_path / "a"))
        backend.resume(job)

        assert backend.handle(job).wait_for(JobState.TRANSFERRED, timeout_seconds=20)
    finally:
        backend.close()


def test_clock_queue_and_wire_are_powers_of_the_steppable_backend_only() -> None:
    assert ReferenceBackend.powers - FreeRunningBackend.powers == {"clock", "queue", "wire"}
