"""Retry delay, no-progress timeout, stall and expiry, on a clock that is moved by hand."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from copyjob.reference.errors import WIN_TIMEOUT
from copyjob.reference.wire import WireFault
from copyjob.spec.vocabulary import Dialect, JobPriority, JobState

if TYPE_CHECKING:
    from pathlib import Path

    from copyjob.reference.service import JobHandle, Service

URL = "http://h/a"
DAY_SECONDS = 86_400


@pytest.fixture
def failing(memory: Any, tmp_path: Path) -> Any:
    """Make a job whose server cannot be reached, after its first try: ``failing(service)``."""
    memory.play(URL, memory.script(code=0, fault=WireFault.CONNECT))

    def make(service: Service, **settings: int) -> JobHandle:
        job = service.create_job("a")
        for name, value in settings.items():
            getattr(job, f"set_{name}")(value)
        job.add_file(URL, str(tmp_path / "a"))
        job.resume()
        memory.run()
        return job

    return make


def test_a_transient_error_is_retried_after_ten_minutes(serve: Any, memory: Any, failing: Any) -> None:
    service = serve(wire=memory)
    job = failing(service)
    service.advance(599.9)
    before = job.state
    service.advance(0.1)

    assert (before, job.state) == (JobState.TRANSIENT_ERROR, JobState.CONNECTING)


def test_the_owner_chooses_the_retry_delay(serve: Any, memory: Any, failing: Any) -> None:
    service = serve(wire=memory)
    job = failing(service, minimum_retry_delay=7)
    service.advance(7)

    assert job.state is JobState.CONNECTING


def test_do_retries_after_a_minute(serve: Any, memory: Any, failing: Any) -> None:
    service = serve(Dialect.DO, wire=memory)
    job = failing(service)
    service.advance(60)

    assert job.state is JobState.TRANSFERRING


def test_retries_without_progress_end_in_an_error(serve: Any, memory: Any, failing: Any) -> None:
    service = serve(wire=memory)
    job = failing(service, no_progress_timeout=1_500)
    for _ in range(2):
        service.advance(600)
        memory.run()
    service.advance(299)
    before = job.state
    service.advance(1)

    assert (before, job.state) == (JobState.TRANSIENT_ERROR, JobState.ERROR)


def test_progress_begins_the_timeout_anew(serve: Any, memory: Any, failing: Any) -> None:
    service = serve(wire=memory)
    job = failing(service, no_progress_timeout=1_000)
    head = {"content-length": "10", "etag": '"v1"'}
    memory.play(URL, memory.script(200, head, [b"12345"], WireFault.BROKEN))
    service.advance(600)
    memory.run()
    service.advance(599)

    assert job.state is JobState.TRANSIENT_ERROR


def test_a_timeout_of_zero_taken_up_later_gives_up_at_once(serve: Any, memory: Any, failing: Any) -> None:
    job = failing(serve(wire=memory))
    job.set_no_progress_timeout(0)

    assert job.state is JobState.ERROR


def test_do_gives_up_a_high_priority_after_an_hour(serve: Any, memory: Any, failing: Any) -> None:
    service = serve(Dialect.DO, wire=memory)
    job = failing(service, priority=JobPriority.HIGH)
    for _ in range(59):
        service.advance(60)
        memory.run()
    before = job.state
    service.advance(60)
    memory.run()

    assert (before, job.state) == (JobState.TRANSIENT_ERROR, JobState.ERROR)


def test_a_retry_outlives_a_kill(serve: Any, memory: Any, failing: Any) -> None:
    service = serve(wire=memory)
    job_id = failing(service).id
    service.advance(500)
    service.kill()
    service = serve(wire=memory)
    service.advance(99)
    before = service.find(job_id).state
    service.advance(1)

    assert (before, service.find(job_id).state) == (JobState.TRANSIENT_ERROR, JobState.CONNECTING)


def test_a_no_progress_timeout_outlives_a_kill(serve: Any, memory: Any, failing: Any) -> None:
    service = serve(wire=memory)
    job_id = failing(service, no_progress_timeout=700).id
    service.advance(600)
    memory.run()
    service.kill()
    service = serve(wire=memory)
    service.advance(100)

    assert service.find(job_id).state is JobState.ERROR


@pytest.mark.parametrize("script", [{"holds_head": True}, {"headers": {"content-length": "9"}, "holds_body": True}])
def test_a_silent_server_is_given_up_after_the_stall_timeout(
    serve: Any, memory: Any, tmp_path: Path, script: dict[str, Any]
) -> None:
    service = serve(wire=memory, stall_timeout_seconds=60)
    memory.play(URL, memory.script(**script))
    job = service.create_job("a")
    job.add_file(URL, str(tmp_path / "a"))
    job.resume()
    memory.run()
    service.advance(59)
    before = job.state
    service.advance(1)

    assert before in {JobState.CONNECTING, JobState.TRANSFERRING}
    assert (job.state, job.error().code) == (JobState.TRANSIENT_ERROR, WIN_TIMEOUT)


def test_a_server_that_was_asked_during_a_jump_is_not_given_up_in_it(serve: Any, memory: Any, failing: Any) -> None:
    service = serve(wire=memory, stall_timeout_seconds=60)
    job = failing(service)
    service.advance(5_000)

    assert job.state is JobState.CONNECTING


def test_bits_cancels_a_job_after_ninety_idle_days(serve: Any) -> None:
    service = serve()
    job = service.create_job("a")
    service.advance(90 * DAY_SECONDS - 1)
    before = job.state
    service.advance(1)

    assert (before, job.state) == (JobState.SUSPENDED, JobState.CANCELLED)


def test_activity_puts_off_expiry_in_bits(serve: Any) -> None:
    service = serve()
    job = service.create_job("a")
    service.advance(80 * DAY_SECONDS)
    job.set_priority(JobPriority.LOW)
    service.advance(80 * DAY_SECONDS)

    assert job.state is JobState.SUSPENDED


def test_do_cancels_a_job_of_thirty_days_however_active(serve: Any) -> None:
    service = serve(Dialect.DO)
    job = service.create_job("a")
    service.advance(20 * DAY_SECONDS)
    job.set_priority(JobPriority.LOW)
    service.advance(10 * DAY_SECONDS)

    assert job.state is JobState.CANCELLED


def test_expiry_deletes_the_temporary_files(serve: Any, memory: Any, tmp_path: Path) -> None:
    service = serve(wire=memory)
    memory.play(URL, memory.whole(b"abc"))
    job = service.create_job("a")
    job.add_file(URL, str(tmp_path / "a"))
    job.resume()
    memory.run()
    before = len(list(tmp_path.glob(".BIT-*")))
    service.advance(91 * DAY_SECONDS)

    assert (before, list(tmp_path.glob(".BIT-*"))) == (1, [])


def test_timers_within_one_jump_fire_in_their_order(serve: Any, memory: Any, failing: Any) -> None:
    service = serve(wire=memory)
    failing(service)
    memory.play("http://h/b", memory.script(code=0, fault=WireFault.CONNECT))
    early = service.create_job("b")
    early.set_minimum_retry_delay(5)
    early.add_file("http://h/b", service.jobs()[0].files()[0].local_path + "b")
    early.resume()
    memory.run()
    service.advance(700)

    assert [request.url for request in memory.requests[2:]] == ["http://h/b", URL]
