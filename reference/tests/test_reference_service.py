"""The service as its clients see it: arguments, finding jobs, several callers at once."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.reference.errors import PATH_NOT_FOUND, CopyJobError
from copyjob.spec.vocabulary import SIZE_UNKNOWN, Dialect, Hresult, JobState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from copyjob.reference.service import JobHandle


def refused(call: Callable[..., object], *args: object) -> int:
    with pytest.raises(CopyJobError) as caught:
        call(*args)
    return caught.value.hresult


@pytest.fixture
def job(serve: Any) -> Any:
    """Create a job."""
    return serve().create_job("a")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "ftp://h/a",
        "file:///a",
        "http://",
        "http:///a",
        "http://h/a b",
        "http://h:x/",
        "http://[/",
    ],
)
def test_a_bad_url_is_refused_with_e_invalidarg(job: JobHandle, tmp_path: Path, url: str) -> None:
    assert refused(job.add_file, url, str(tmp_path / "a")) == Hresult.E_INVALIDARG


@pytest.mark.parametrize("path", ["", "a", "./a", "C:\\a", "/tmp/", "/tmp/a\0b", "/tmp/\udcff"])
def test_a_bad_local_path_is_refused_with_e_invalidarg(job: JobHandle, path: str) -> None:
    assert refused(job.add_file, "http://h/a", path) == Hresult.E_INVALIDARG


@pytest.mark.parametrize("url", ["http:/user:hush@h/f", "user:hush@h/f", "http://u:hush@h:x/f", "http:/u:hu//sh@h/f"])
def test_a_mistyped_url_is_refused_without_showing_its_password(job: JobHandle, tmp_path: Path, url: str) -> None:
    with pytest.raises(CopyJobError, match=r"\*\*\*@h") as caught:
        job.add_file(url, str(tmp_path / "a"))

    assert "hu" not in str(caught.value)


def test_a_directory_is_no_local_path_of_a_file(job: JobHandle, tmp_path: Path) -> None:
    assert refused(job.add_file, "http://h/a", str(tmp_path)) == Hresult.E_INVALIDARG


@pytest.mark.parametrize("name", ["a" * 256, "\xe4" * 128])
def test_a_local_name_has_at_most_255_bytes(job: JobHandle, tmp_path: Path, name: str) -> None:
    assert refused(job.add_file, "http://h/a", str(tmp_path / name)) == Hresult.E_INVALIDARG
    assert job.add_file("http://h/a", str(tmp_path / name[:-1])) == Hresult.S_OK


def test_the_longest_url_has_2200_characters(job: JobHandle, tmp_path: Path) -> None:
    url = "http://h/" + "a" * 2191

    assert job.add_file(url, str(tmp_path / "a")) == Hresult.S_OK
    assert refused(job.add_file, url + "a", str(tmp_path / "b")) == Hresult.E_INVALIDARG


def test_a_missing_directory_is_refused(job: JobHandle, tmp_path: Path) -> None:
    assert refused(job.add_file, "http://h/a", str(tmp_path / "no" / "a")) == PATH_NOT_FOUND


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_unwritable_directory_is_refused_with_e_accessdenied(job: JobHandle, tmp_path: Path) -> None:
    folder = tmp_path / "shut"
    folder.mkdir(mode=0o500)

    assert refused(job.add_file, "http://h/a", str(folder / "a")) == Hresult.E_ACCESSDENIED


def test_a_refused_file_is_not_in_the_job(job: JobHandle, tmp_path: Path) -> None:
    refused(job.add_file, "ftp://h/a", str(tmp_path / "a"))

    assert (job.files(), job.progress().files_total) == ([], 0)


@pytest.mark.parametrize("dialect", list(Dialect))
def test_a_bad_file_for_an_ended_job_is_refused_for_the_state(serve: Any, dialect: Dialect) -> None:
    job = serve(dialect).create_job("a")
    job.cancel()
    expected = Hresult.BG_E_INVALID_STATE if dialect is Dialect.BITS else Hresult.DO_E_INVALID_STATE

    assert refused(job.add_file, "nonsense", "") == expected


def test_a_display_name_has_at_most_256_characters(serve: Any) -> None:
    service = serve()

    assert service.create_job("ä" * 256).display_name == "ä" * 256
    assert refused(service.create_job, "ä" * 257) == Hresult.E_INVALIDARG


def test_two_jobs_may_share_a_name(serve: Any) -> None:
    service = serve()

    assert service.create_job("a").id != service.create_job("a").id


def test_a_new_job_reports_nothing_of_nothing(job: JobHandle) -> None:
    progress = job.progress()

    assert (progress.bytes_total, progress.bytes_transferred, progress.files_total) == (0, 0, 0)


def test_the_total_is_unknown_while_a_size_is(job: JobHandle, tmp_path: Path) -> None:
    job.add_file("http://h/a", str(tmp_path / "a"))

    assert job.progress().bytes_total == SIZE_UNKNOWN


def test_an_unknown_job_is_not_found(serve: Any) -> None:
    assert refused(serve().get_job, "no such id") == Hresult.BG_E_NOT_FOUND


def test_an_ended_job_is_not_found(serve: Any) -> None:
    service = serve(Dialect.DO)
    job = service.create_job("a")
    job.cancel()

    assert refused(service.get_job, job.id) == Hresult.DO_E_JOB_NOT_FOUND


def test_an_ended_job_still_answers_whoever_holds_it(serve: Any) -> None:
    job = serve().create_job("a")
    job.complete()

    assert (job.state, refused(job.resume)) == (JobState.ACKNOWLEDGED, Hresult.BG_E_INVALID_STATE)


def test_the_queue_lists_the_jobs_that_have_not_ended(serve: Any) -> None:
    service = serve()
    service.create_job("a").cancel()
    service.create_job("b")

    assert [job.display_name for job in service.jobs()] == ["b"]


def test_who_waits_for_a_job_is_let_go_when_the_service_is_closed(serve: Any) -> None:
    service = serve()
    job = service.create_job("a")
    answers: list[bool] = []
    waiter = threading.Thread(target=lambda: answers.append(job.wait_for(JobState.ERROR)), daemon=True)
    waiter.start()
    service.close()
    waiter.join(10)

    assert answers == [False]


def test_a_closed_service_refuses_calls(serve: Any) -> None:
    service = serve()
    job = service.create_job("a")
    service.close()

    with pytest.raises(CopyJobError, match="the service is closed"):
        job.cancel()


def test_temporary_files_that_cannot_be_deleted_are_a_success_of_their_own(
    serve: Any, memory: Any, tmp_path: Path
) -> None:
    job = serve(wire=memory).create_job("a")
    job.add_file(memory.play("http://h/a", memory.whole(b"abc")), str(tmp_path / "a"))
    job.resume()
    memory.run()
    temporary = next(tmp_path.glob(".BIT-*"))
    temporary.unlink()
    temporary.mkdir()

    assert job.cancel() == Hresult.BG_S_UNABLE_TO_DELETE_FILES
    assert job.state is JobState.CANCELLED


def test_entering_transferred_is_dated(serve: Any, memory: Any, tmp_path: Path) -> None:
    service = serve(wire=memory)
    job = service.create_job("a")
    job.add_file(memory.play("http://h/a", memory.whole(b"abc")), str(tmp_path / "a"))
    service.advance(5)
    job.resume()
    memory.run()

    assert job.transferred_at_seconds == job.created_at_seconds + 5


def test_a_job_all_of_whose_files_are_transferred_needs_no_network(serve: Any, memory: Any, tmp_path: Path) -> None:
    job = serve(wire=memory).create_job("a")
    job.add_file(memory.play("http://h/a", memory.whole(b"abc")), str(tmp_path / "a"))
    job.resume()
    memory.run()
    job.add_file(memory.play("http://h/b", memory.script(holds_head=True)), str(tmp_path / "b"))
    job.resume()
    job.suspend()
    memory.requests.clear()
    memory.play("http://h/b", memory.whole(b"abc"))
    job.resume()
    memory.run()

    assert (job.state, [request.url for request in memory.requests]) == (JobState.TRANSFERRED, ["http://h/b"])


def test_of_many_callers_that_end_a_job_at_once_one_succeeds(serve: Any) -> None:
    job = serve().create_job("a")
    answers: list[int] = []
    start = threading.Barrier(8)

    def cancel() -> None:
        start.wait()
        try:
            answers.append(job.cancel())
        except CopyJobError as error:
            answers.append(error.hresult)

    threads = [threading.Thread(target=cancel) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [Hresult.S_OK] + [Hresult.BG_E_INVALID_STATE] * 7


def test_after_suspend_has_returned_not_one_byte_is_written(serve: Any, origin: Any, tmp_path: Path) -> None:
    body = os.urandom(64) * 200_000
    url = origin.play("/a", lambda c: [c.head(200, Content_Length=len(body), ETag='"v1"'), c.send(body)])
    service = serve()
    sizes: list[tuple[int, int]] = []
    for _ in range(12):
        job = service.create_job("a")
        job.add_file(url, str(tmp_path / "a"))
        job.resume()
        assert job.wait_for(JobState.TRANSFERRING, JobState.TRANSFERRED, timeout_seconds=20)
        job.suspend()
        temporary = next(tmp_path.glob(f".BIT-{job.id}*"))
        before = temporary.stat().st_size
        # A second round trip through the same wire: whatever had been left would be written by now.
        other = service.create_job("b")
        other.add_file(origin.serve("/b", b"abc"), str(tmp_path / "b"))
        other.resume()
        assert other.wait_for(JobState.TRANSFERRED, timeout_seconds=20)
        sizes.append((before, temporary.stat().st_size))
        job.cancel()
        other.cancel()

    assert all(before == after for before, after in sizes)


def test_jobs_survive_callers_that_stop_and_go_at_random(serve: Any, origin: Any, tmp_path: Path) -> None:
    body = os.urandom(2_000_000)
    service = serve()
    jobs: list[JobHandle] = []
    for number in range(4):
        job: JobHandle = service.create_job(str(number))
        job.set_priority(0)
        job.add_file(origin.serve(f"/{number}", body), str(tmp_path / str(number)))
        jobs.append(job)

    def stop_and_go(job: JobHandle) -> None:
        for _ in range(25):
            job.resume()
            job.suspend()
        job.resume()

    threads = [threading.Thread(target=stop_and_go, args=(job,)) for job in jobs for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for job in jobs:
        job.resume()
        assert job.wait_for(JobState.TRANSFERRED, timeout_seconds=20)
        job.complete()

    assert [(tmp_path / str(number)).read_bytes() == body for number in range(4)] == [True] * 4
