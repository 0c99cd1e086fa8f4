"""Over real sockets: what is asked, what is made of each answer, and that two answers are never joined."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.reference.answers import content_length, content_range
from copyjob.reference.errors import DISK_FULL, WIN_CANNOT_CONNECT
from copyjob.reference.wire import Answer
from copyjob.spec.vocabulary import Dialect, ErrorContext, Hresult, JobState, http_error

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from copyjob.reference.service import JobHandle, Service

BODY = os.urandom(300_000)
OTHER = os.urandom(300_000)
RETRY_SECONDS = 600
REST = (JobState.TRANSFERRED, JobState.ERROR, JobState.TRANSIENT_ERROR)


def begin(service: Service, url: str, path: Path) -> JobHandle:
    job = service.create_job("a")
    job.add_file(url, str(path))
    job.resume()
    return job


def outcome(job: JobHandle) -> JobState:
    assert job.wait_for(*REST, timeout_seconds=20)
    return job.state


def half(conversation: Any) -> None:
    """Announce the whole, send a part, hang up."""
    conversation.head(200, Content_Length=len(BODY), ETag='"v1"')
    conversation.send(BODY[:100_000])
    conversation.hang_up()


def interrupted_then(serve: Callable[..., Service], url: str, path: Path) -> tuple[Service, JobHandle]:
    """Return a job that was interrupted after 100,000 bytes, and retried."""
    service = serve()
    job = begin(service, url, path)
    assert outcome(job) is JobState.TRANSIENT_ERROR
    assert job.progress().bytes_transferred == 100_000
    service.advance(RETRY_SECONDS)
    return service, job


def test_a_file_arrives_whole_and_under_its_name(serve: Any, origin: Any, tmp_path: Path) -> None:
    job = begin(serve(), origin.serve("/a", BODY), tmp_path / "a")
    assert outcome(job) is JobState.TRANSFERRED

    assert job.complete() == Hresult.S_OK
    assert (tmp_path / "a").read_bytes() == BODY


def test_a_transferred_file_is_not_available_before_complete(serve: Any, origin: Any, tmp_path: Path) -> None:
    job = begin(serve(), origin.serve("/a", BODY), tmp_path / "a")
    assert outcome(job) is JobState.TRANSFERRED

    assert not (tmp_path / "a").exists()


def test_an_empty_file_is_a_file(serve: Any, origin: Any, tmp_path: Path) -> None:
    job = begin(serve(), origin.serve("/a", b""), tmp_path / "a")
    assert outcome(job) is JobState.TRANSFERRED
    job.complete()

    assert (tmp_path / "a").read_bytes() == b""


def test_several_files_go_in_the_order_of_their_addition(serve: Any, origin: Any, tmp_path: Path) -> None:
    job = serve().create_job("a")
    for name in ("c", "a", "b"):
        job.add_file(origin.serve(f"/{name}", BODY), str(tmp_path / name))
    job.resume()
    assert outcome(job) is JobState.TRANSFERRED

    assert [seen.path for seen in origin.requests] == ["/c", "/a", "/b"]


def test_the_rest_is_asked_for_with_range_and_if_range(serve: Any, origin: Any, tmp_path: Path) -> None:
    url = origin.play("/a", half, lambda c: c.document(BODY))
    _, job = interrupted_then(serve, url, tmp_path / "a")
    assert outcome(job) is JobState.TRANSFERRED

    headers = origin.requests[1].headers
    assert (headers["range"], headers["if-range"]) == ("bytes=100000-", '"v1"')


def test_an_interrupted_file_goes_on_where_it_stopped(serve: Any, origin: Any, tmp_path: Path) -> None:
    url = origin.play("/a", half, lambda c: c.document(BODY))
    _, job = interrupted_then(serve, url, tmp_path / "a")
    assert outcome(job) is JobState.TRANSFERRED
    job.complete()

    assert (tmp_path / "a").read_bytes() == BODY


def test_a_file_without_a_validator_starts_anew(serve: Any, origin: Any, tmp_path: Path) -> None:
    def half_unnamed(conversation: Any) -> None:
        conversation.head(200, Content_Length=len(BODY))
        conversation.send(BODY[:100_000])
        conversation.hang_up()

    url = origin.play("/a", half_unnamed, lambda c: c.document(OTHER))
    _, job = interrupted_then(serve, url, tmp_path / "a")
    assert outcome(job) is JobState.TRANSFERRED
    job.complete()

    assert "range" not in origin.requests[1].headers
    assert (tmp_path / "a").read_bytes() == OTHER


def test_a_200_in_answer_to_a_range_starts_the_file_anew(serve: Any, origin: Any, tmp_path: Path) -> None:
    url = origin.play("/a", half, lambda c: c.whole(OTHER, ETag='"v2"'))
    _, job = interrupted_then(serve, url, tmp_path / "a")
    assert outcome(job) is JobState.TRANSFERRED
    job.complete()

    assert (tmp_path / "a").read_bytes() == OTHER


def part(body: bytes, start: int, **headers: object) -> Callable[[Any], None]:
    """Return a script that sends a 206 with these headers."""

    def script(conversation: Any) -> None:
        rest = body[start:]
        fields = {"ETag": '"v1"', "Content_Range": f"bytes {start}-{len(body) - 1}/{len(body)}", **headers}
        conversation.whole(rest, 206, **fields)

    return script


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(part(OTHER, 100_000, ETag='"v2"'), id="another etag"),
        pytest.param(part(OTHER, 50_000), id="another start"),
        pytest.param(part(OTHER[:200_000], 100_000), id="another size"),
        pytest.param(part(OTHER, 100_000, Content_Range="bytes 100000-299999/*"), id="no size"),
        pytest.param(part(OTHER, 100_000, Content_Range="bytes 100000-200000/300000"), id="another end"),
        pytest.param(part(OTHER, 100_000, Content_Range="apples"), id="nonsense"),
        pytest.param(lambda c: c.whole(OTHER[100_000:], 206, ETag='"v1"'), id="no content-range"),
        pytest.param(part(OTHER, 100_000, Content_Type="multipart/byteranges; boundary=x"), id="several parts"),
        pytest.param(lambda c: c.whole(b"", 412), id="412"),
        pytest.param(lambda c: c.whole(b"", 416, Content_Range="bytes */50"), id="416"),
    ],
)
def test_an_answer_that_does_not_fit_starts_the_file_anew(
    serve: Any, origin: Any, tmp_path: Path, answer: Callable[[Any], None]
) -> None:
    url = origin.play("/a", half, answer, lambda c: c.whole(OTHER, ETag='"v2"'))
    _, job = interrupted_then(serve, url, tmp_path / "a")
    assert outcome(job) is JobState.TRANSFERRED
    job.complete()

    assert "range" not in origin.requests[2].headers
    assert (tmp_path / "a").read_bytes() == OTHER


def test_a_server_that_sends_parts_unasked_has_insufficient_range_support(
    serve: Any, origin: Any, tmp_path: Path
) -> None:
    url = origin.play("/a", half, part(OTHER, 50_000))
    _, job = interrupted_then(serve, url, tmp_path / "a")

    assert outcome(job) is JobState.ERROR
    assert job.error().code == Hresult.BG_E_INSUFFICIENT_RANGE_SUPPORT


def test_a_body_without_a_length_is_an_error(serve: Any, origin: Any, tmp_path: Path) -> None:
    def chunked(conversation: Any) -> None:
        conversation.head(200, Transfer_Encoding="chunked")
        conversation.send(b"3\r\nabc\r\n0\r\n\r\n")

    job = begin(serve(), origin.play("/a", chunked), tmp_path / "a")

    assert outcome(job) is JobState.ERROR
    assert job.error().code == Hresult.BG_E_MISSING_FILE_SIZE


@pytest.mark.parametrize("length", ["9" * 5_000, "-1", "", "1,1", "\u0663", "4611686018427387905"])
def test_a_length_that_no_file_has_stands_for_nothing(length: str) -> None:
    assert content_length(Answer(200, {"content-length": length})) is None


@pytest.mark.parametrize("numbers", [("9" * 5_000, "1", "2"), ("0", "9" * 5_000, "2"), ("0", "1", "9" * 5_000)])
def test_a_range_of_endless_digits_stands_for_nothing(numbers: tuple[str, str, str]) -> None:
    first, last, size = numbers

    assert content_range(Answer(206, {"content-range": f"bytes {first}-{last}/{size}"})) is None


def test_a_length_of_endless_digits_is_an_error_of_the_server(serve: Any, memory: Any, tmp_path: Path) -> None:
    url = memory.play("http://h/a", memory.script(200, {"content-length": "9" * 5_000}, [b"a"]))
    job = serve(wire=memory).create_job("a")
    job.add_file(url, str(tmp_path / "a"))
    job.resume()
    memory.run()

    assert job.error().code == Hresult.BG_E_MISSING_FILE_SIZE


def test_a_body_is_stored_as_it_was_sent(serve: Any, origin: Any, tmp_path: Path) -> None:
    url = origin.play("/a", lambda c: c.whole(b"\x1f\x8b not really", Content_Encoding="gzip"))
    job = begin(serve(), url, tmp_path / "a")
    assert outcome(job) is JobState.TRANSFERRED
    job.complete()

    assert (tmp_path / "a").read_bytes() == b"\x1f\x8b not really"


@pytest.mark.parametrize("code", [400, 401, 403, 404, 410, 416, 451, 501, 505, 204, 304])
def test_an_answer_that_no_retry_mends_is_an_error(serve: Any, origin: Any, tmp_path: Path, code: int) -> None:
    job = begin(serve(), origin.play("/a", lambda c: c.head(code, Content_Length=0)), tmp_path / "a")

    assert outcome(job) is JobState.ERROR
    assert (job.error().context, job.error().code) == (ErrorContext.REMOTE_FILE, http_error(code))


@pytest.mark.parametrize("code", [408, 409, 425, 429, 500, 502, 503, 504, 507])
def test_an_answer_that_a_retry_may_mend_is_a_transient_error(
    serve: Any, origin: Any, tmp_path: Path, code: int
) -> None:
    job = begin(serve(), origin.play("/a", lambda c: c.whole(b"sorry", code)), tmp_path / "a")

    assert outcome(job) is JobState.TRANSIENT_ERROR


@pytest.mark.parametrize(("code", "context"), [(403, ErrorContext.REMOTE_FILE), (404, ErrorContext.NONE)])
def test_do_names_the_remote_file_for_a_403_only(
    serve: Any, origin: Any, tmp_path: Path, code: int, context: ErrorContext
) -> None:
    job = begin(serve(Dialect.DO), origin.play("/a", lambda c: c.whole(b"", code)), tmp_path / "a")

    assert outcome(job) is JobState.ERROR
    assert job.error().context is context


def test_a_reset_connection_is_a_transient_error(serve: Any, origin: Any, tmp_path: Path) -> None:
    job = begin(serve(), origin.play("/a", lambda c: c.reset()), tmp_path / "a")

    assert outcome(job) is JobState.TRANSIENT_ERROR


def test_a_refused_connection_is_a_transient_error(serve: Any, origin: Any, tmp_path: Path) -> None:
    url = origin.serve("/a", BODY)
    origin.close()
    job = begin(serve(), url, tmp_path / "a")

    assert outcome(job) is JobState.TRANSIENT_ERROR
    assert job.error().code == WIN_CANNOT_CONNECT


def test_a_redirect_is_followed(serve: Any, origin: Any, tmp_path: Path) -> None:
    origin.serve("/b", BODY)
    url = origin.play("/a", lambda c: c.whole(b"over there", 302, Location="/b"))
    job = begin(serve(), url, tmp_path / "a")
    assert outcome(job) is JobState.TRANSFERRED
    job.complete()

    assert (tmp_path / "a").read_bytes() == BODY


def test_a_redirect_loop_is_an_error(serve: Any, origin: Any, tmp_path: Path) -> None:
    job = begin(serve(), origin.play("/a", lambda c: c.whole(b"", 302, Location="/a")), tmp_path / "a")

    assert outcome(job) is JobState.ERROR


def test_a_redirect_out_of_http_is_an_error(serve: Any, origin: Any, tmp_path: Path) -> None:
    url = origin.play("/a", lambda c: c.whole(b"", 302, Location="file:///etc/hostname"))
    job = begin(serve(), url, tmp_path / "a")

    assert outcome(job) is JobState.ERROR


def test_a_directory_that_vanished_is_an_error_of_the_local_file(serve: Any, origin: Any, tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    job = serve().create_job("a")
    job.add_file(origin.serve("/a", BODY), str(folder / "a"))
    folder.rmdir()
    job.resume()

    assert outcome(job) is JobState.ERROR
    assert job.error().context is ErrorContext.LOCAL_FILE


@pytest.mark.skipif(not os.access("/dev/full", os.W_OK), reason="no /dev/full on this machine")
def test_a_full_disk_is_an_error_of_the_local_file_that_keeps_what_arrived(
    serve: Any, origin: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The kernel's own answer of a full disk, from the one device that is full at will; the first batch fits.
    write, full = os.pwritev, os.open("/dev/full", os.O_WRONLY)
    room = [64_000]

    def little_room(fd: int, chunks: list[bytes], offset: int) -> int:
        if not room:
            return write(full, chunks, offset)
        return write(fd, [b"".join(chunks)[: room.pop()]], offset)

    monkeypatch.setattr(os, "pwritev", little_room)
    job = begin(serve(), origin.serve("/a", BODY), tmp_path / "a")
    state = outcome(job)
    os.close(full)

    assert (state, job.error().context, job.error().code) == (
        JobState.ERROR,
        ErrorContext.LOCAL_FILE,
        DISK_FULL,
    )
    assert next(tmp_path.glob(".BIT-*")).read_bytes() == BODY[:64_000]


def test_after_an_error_is_mended_resume_goes_on(serve: Any, origin: Any, tmp_path: Path) -> None:
    url = origin.play("/a", lambda c: c.whole(b"", 404), lambda c: c.document(BODY))
    job = begin(serve(), url, tmp_path / "a")
    assert outcome(job) is JobState.ERROR
    job.resume()

    assert job.wait_for(JobState.TRANSFERRED, timeout_seconds=20)


def test_what_stood_at_the_destination_stays_until_complete(serve: Any, origin: Any, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    job = begin(serve(), origin.serve("/a", BODY), tmp_path / "a")
    assert outcome(job) is JobState.TRANSFERRED
    job.cancel()

    assert (tmp_path / "a").read_bytes() == b"old"


def test_cancel_deletes_the_temporary_files(serve: Any, origin: Any, tmp_path: Path) -> None:
    job = begin(serve(), origin.serve("/a", BODY), tmp_path / "a")
    assert outcome(job) is JobState.TRANSFERRED
    job.cancel()

    assert not list(tmp_path.glob(".BIT-*"))


def test_a_temporary_file_lies_beside_its_destination_and_carries_the_job(
    serve: Any, origin: Any, tmp_path: Path
) -> None:
    job = begin(serve(), origin.serve("/a", BODY), tmp_path / "a")
    assert outcome(job) is JobState.TRANSFERRED

    assert (tmp_path / f".BIT-{job.id}-0.tmp").read_bytes() == BODY


def test_suspend_closes_the_connection(serve: Any, origin: Any, tmp_path: Path) -> None:
    job = begin(serve(), origin.play("/a", lambda c: c.hold()), tmp_path / "a")
    assert origin.wait_requests(1)
    job.suspend()

    assert origin.wait_ended("/a")


def test_complete_of_a_job_under_way_keeps_the_file_that_is_whole(serve: Any, origin: Any, tmp_path: Path) -> None:
    def held(conversation: Any) -> None:
        conversation.head(200, Content_Length=len(BODY))
        conversation.send(BODY[:1000])
        conversation.hold()

    job = serve().create_job("a")
    job.add_file(origin.serve("/a", BODY), str(tmp_path / "a"))
    job.add_file(origin.play("/b", held), str(tmp_path / "b"))
    job.resume()
    assert origin.wait_requests(2)

    assert job.complete() == Hresult.BG_S_PARTIAL_COMPLETE
    assert (job.state, sorted(p.name for p in tmp_path.iterdir())) == (JobState.ACKNOWLEDGED, ["a", "state"])


def test_a_file_that_cannot_get_its_name_leaves_the_job_transferred(serve: Any, origin: Any, tmp_path: Path) -> None:
    job = serve().create_job("a")
    for name in ("a", "b"):
        job.add_file(origin.serve(f"/{name}", BODY), str(tmp_path / name))
    job.resume()
    assert outcome(job) is JobState.TRANSFERRED
    (tmp_path / "b").mkdir()
    with pytest.raises(Exception, match="complete in TRANSFERRED: E_ACCESSDENIED"):
        job.complete()

    assert job.state is JobState.TRANSFERRED
    assert [file.completed for file in job.files()] == [True, False]


def test_complete_can_be_called_again_when_the_way_is_free(serve: Any, origin: Any, tmp_path: Path) -> None:
    job = begin(serve(), origin.serve("/a", BODY), tmp_path / "a")
    assert outcome(job) is JobState.TRANSFERRED
    (tmp_path / "a").mkdir()
    with pytest.raises(Exception, match="E_ACCESSDENIED"):
        job.complete()
    shutil.rmtree(tmp_path / "a")

    assert job.complete() == Hresult.S_OK
    assert (tmp_path / "a").read_bytes() == BODY


def test_a_file_added_to_a_running_job_is_transferred_too(serve: Any, origin: Any, tmp_path: Path) -> None:
    job = serve().create_job("a")
    job.add_file(origin.serve("/b", OTHER), str(tmp_path / "b"))
    gate = origin.play("/a", lambda c: (job.add_file(origin.url("/b"), str(tmp_path / "c")), c.document(BODY)))
    job.add_file(gate, str(tmp_path / "a"))
    job.resume()
    assert outcome(job) is JobState.TRANSFERRED

    assert job.progress().files_transferred == 3


def test_progress_knows_the_total_when_every_size_is_known(serve: Any, origin: Any, tmp_path: Path) -> None:
    job = begin(serve(), origin.serve("/a", BODY), tmp_path / "a")
    assert job.progress().files_total == 1
    assert outcome(job) is JobState.TRANSFERRED

    assert (job.progress().bytes_total, job.progress().bytes_transferred) == (len(BODY), len(BODY))
