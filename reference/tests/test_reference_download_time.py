"""The time that a job may be CONNECTING and TRANSFERRING, and what a Complete that leaves files behind says."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from copyjob.reference.errors import CopyJobError
from copyjob.spec.vocabulary import Dialect, Hresult, JobState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from copyjob.reference.service import JobHandle

DAY = 86_400


def refused(call: Callable[..., object], *args: object) -> int:
    with pytest.raises(CopyJobError) as caught:
        call(*args)
    return caught.value.hresult


@pytest.fixture
def silent(serve: Any, memory: Any, tmp_path: Path) -> Any:
    """Start a job whose server keeps silent for ever."""

    def start(dialect: Dialect = Dialect.BITS) -> tuple[Any, JobHandle]:
        service = serve(dialect, wire=memory, stall_timeout_seconds=1e9)
        job = service.create_job("a")
        job.add_file(memory.play("http://h/a", memory.script(holds_head=True)), str(tmp_path / "a"))
        job.resume()
        return service, job

    return start


def test_after_90_days_of_transferring_a_job_is_in_error(silent: Any) -> None:
    service, job = silent()
    service.advance(DAY)
    job.set_priority(1)  # else the job would be 90 days without activity at the same instant
    service.advance(89 * DAY - 1)
    before = job.state
    service.advance(1)

    assert (before, job.state) == (JobState.CONNECTING, JobState.ERROR)
    assert job.error().code == Hresult.BG_E_MAXDOWNLOAD_TIMEOUT


def test_the_owner_chooses_another_time(silent: Any) -> None:
    service, job = silent()
    job.set_maximum_download_time(60)
    service.advance(60)

    assert (job.max_download_seconds, job.state, job.error_count) == (60, JobState.ERROR, 1)


def test_only_the_time_on_the_way_counts(silent: Any) -> None:
    service, job = silent()
    job.set_maximum_download_time(60)
    service.advance(40)
    job.suspend()
    service.advance(1_000)

    assert job._record.download_used_seconds == 40


def test_resume_counts_from_0_again(silent: Any) -> None:
    service, job = silent()
    job.set_maximum_download_time(60)
    service.advance(60)
    job.resume()
    service.advance(59)
    before = job.state
    service.advance(1)

    assert (before, job.state) == (JobState.CONNECTING, JobState.ERROR)


def test_the_time_that_was_used_outlives_a_kill(silent: Any, serve: Any, memory: Any, tmp_path: Path) -> None:
    service, job = silent()
    other = service.create_job("first")
    other.set_priority(1)
    other.add_file("http://h/a", str(tmp_path / "b"))
    job.set_maximum_download_time(60)
    service.advance(40)
    other.resume()  # it takes the turn
    job.set_display_name("b")  # what is recorded of the job now says so
    service.kill()
    again = serve(wire=memory, stall_timeout_seconds=1e9)
    again.find(other.id).cancel()
    again.advance(20)

    assert again.find(job.id).state is JobState.ERROR


def test_the_time_of_a_turn_that_a_stop_ends_counts_too(silent: Any, serve: Any, memory: Any) -> None:
    service, job = silent()
    job.set_maximum_download_time(60)
    service.advance(40)
    service.close()
    again = serve(wire=memory, stall_timeout_seconds=1e9)
    again.advance(20)

    assert again.find(job.id).state is JobState.ERROR


def test_an_ended_job_refuses_another_time(silent: Any) -> None:
    _, job = silent()
    job.cancel()

    assert refused(job.set_maximum_download_time, 1) == Hresult.BG_E_INVALID_STATE


def test_a_time_of_more_than_32_bits_is_refused(silent: Any) -> None:
    _, job = silent()

    assert refused(job.set_maximum_download_time, 2**32) == Hresult.E_INVALIDARG


def test_do_knows_no_such_time(silent: Any) -> None:
    service, job = silent(Dialect.DO)
    assert refused(job.set_maximum_download_time, 60) == Hresult.E_NOTIMPL
    service.advance(29 * DAY)

    assert job.state is JobState.TRANSFERRING


def test_a_complete_that_cannot_delete_what_it_leaves_behind_says_so(serve: Any, tmp_path: Path) -> None:
    job = serve().create_job("a")
    job.add_file("http://h/a", str(tmp_path / "a"))
    (tmp_path / f".BIT-{job.id}-0.tmp").mkdir()  # no file, which nobody can delete as one

    assert (job.complete(), job.state) == (Hresult.BG_S_UNABLE_TO_DELETE_FILES, JobState.ACKNOWLEDGED)


def test_do_has_no_answer_for_files_that_stay(serve: Any, tmp_path: Path) -> None:
    job = serve(Dialect.DO).create_job("a")
    job.add_file("http://h/a", str(tmp_path / "a"))
    (tmp_path / f".BIT-{job.id}-0.tmp").mkdir()

    assert job.complete() == Hresult.S_OK
