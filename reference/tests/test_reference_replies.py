"""Replies to uploads: when they are there, under which name they appear, and who may ask for them."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.reference import publishing
from copyjob.reference.errors import PATH_NOT_FOUND, WRITE_FAULT, CopyJobError
from copyjob.reference.replies import REPLY_DATA_MAX_BYTES, ReplyProgress
from copyjob.spec.vocabulary import SIZE_UNKNOWN, Hresult, JobState, JobType

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from copyjob.reference.service import JobHandle, Service

BODY = bytes(range(256)) * 40
REPLY = b"it has arrived"
RESTS = (JobState.TRANSFERRED, JobState.ERROR, JobState.TRANSIENT_ERROR)
BOTH = pytest.mark.parametrize("kind", [JobType.UPLOAD, JobType.UPLOAD_REPLY])


def refused(call: Callable[..., object], *args: object) -> int:
    with pytest.raises(CopyJobError) as caught:
        call(*args)
    return caught.value.hresult


def refuse(path: str, *_args: object, **_options: object) -> None:
    raise PermissionError(errno.EACCES, "no", path)


def fail(path: str) -> None:
    raise OSError(errno.EIO, "no", path)


def take(conversation: Any) -> None:
    """Take the whole file and say so."""
    conversation.receive()
    conversation.whole(REPLY, 200)


def outcome(job: JobHandle) -> JobState:
    assert job.wait_for(*RESTS, timeout_seconds=20)
    return job.state


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Make the file that is uploaded."""
    path = tmp_path / "source"
    path.write_bytes(BODY)
    return path


@pytest.fixture
def begin(serve: Any, source: Path) -> Any:
    """Start uploads: ``begin(url, kind)``."""

    def start(url: str, kind: JobType = JobType.UPLOAD, service: Service | None = None) -> JobHandle:
        job: JobHandle = (service or serve()).create_job("up", kind)
        job.add_file(url, str(source))
        job.resume()
        return job

    return start


# ---- the reply ----


def test_a_reply_appears_under_its_name_by_complete_alone(
    serve: Any, origin: Any, source: Path, tmp_path: Path
) -> None:
    job = serve().create_job("up", JobType.UPLOAD_REPLY)
    job.add_file(origin.play("/a", take), str(source))
    job.set_reply_file_name(str(tmp_path / "reply"))
    job.resume()
    assert outcome(job) is JobState.TRANSFERRED
    before = (tmp_path / "reply").exists()
    job.complete()

    assert (before, (tmp_path / "reply").read_bytes(), job.reply_file_name) == (False, REPLY, str(tmp_path / "reply"))


def test_a_reply_without_a_name_gets_one_beside_the_file(begin: Any, origin: Any, source: Path) -> None:
    job = begin(origin.play("/a", take), JobType.UPLOAD_REPLY)
    assert outcome(job) is JobState.TRANSFERRED
    job.complete()

    assert (source.parent / f"BIT-{job.id}.reply").read_bytes() == REPLY
    assert job.reply_file_name == str(source.parent / f"BIT-{job.id}.reply")


def test_a_job_is_not_transferred_before_the_reply_has_arrived(begin: Any, origin: Any) -> None:
    def half(conversation: Any) -> None:
        conversation.receive()
        conversation.head(200, Content_Length=len(REPLY))
        conversation.send(REPLY[:5])
        conversation.hold()

    job = begin(origin.play("/a", half), JobType.UPLOAD_REPLY)
    while job.reply_progress().bytes_transferred < 5:
        assert job.state in {JobState.QUEUED, JobState.CONNECTING, JobState.TRANSFERRING}

    assert (job.state, job.reply_progress()) == (JobState.TRANSFERRING, ReplyProgress(len(REPLY), 5))
    assert refused(job.set_reply_file_name, None) == Hresult.BG_E_INVALID_STATE


def test_a_reply_that_ends_early_is_tried_again(begin: Any, origin: Any, serve: Any) -> None:
    def half(conversation: Any) -> None:
        conversation.receive()
        conversation.head(200, Content_Length=len(REPLY))
        conversation.send(REPLY[:5])
        conversation.hang_up()

    service = serve()
    job = begin(origin.play("/a", half, take), JobType.UPLOAD_REPLY, service=service)
    assert outcome(job) is JobState.TRANSIENT_ERROR
    service.advance(600)

    assert (outcome(job), job.reply_data()) == (JobState.TRANSFERRED, REPLY)


def test_of_a_reply_that_ends_early_nothing_counts(begin: Any, memory: Any, serve: Any) -> None:
    script = memory.script(200, {"content-length": str(len(REPLY))}, [REPLY[:5]])
    job = begin(memory.play("http://h/a", script), JobType.UPLOAD_REPLY, service=serve(wire=memory))
    memory.run()

    assert job.reply_progress() == ReplyProgress(SIZE_UNKNOWN, 0)


def test_of_a_reply_under_way_nothing_counts_after_a_kill(begin: Any, memory: Any, serve: Any) -> None:
    script = memory.script(200, {"content-length": str(len(REPLY))}, [REPLY[:5]], holds_body=True)
    service = serve(wire=memory)
    job = begin(memory.play("http://h/a", script), JobType.UPLOAD_REPLY, service=service)
    memory.run()
    job.set_display_name("b")
    service.kill()

    assert serve(wire=memory).get_job(job.id).reply_progress() == ReplyProgress(SIZE_UNKNOWN, 0)


def test_a_reply_that_is_shorter_than_it_was_announced_is_no_reply(begin: Any, memory: Any, serve: Any) -> None:
    script = memory.script(200, {"content-length": str(len(REPLY))}, [REPLY[:5]])
    job = begin(memory.play("http://h/a", script), JobType.UPLOAD_REPLY, service=serve(wire=memory))
    memory.run()

    assert job.state is JobState.TRANSIENT_ERROR


def test_nothing_of_an_earlier_reply_is_left_in_a_shorter_one(begin: Any, memory: Any, serve: Any) -> None:
    cut = memory.script(200, {"content-length": str(len(REPLY))}, [REPLY[:5]])
    service = serve(wire=memory)
    job = begin(memory.play("http://h/a", cut, memory.whole(b"ok")), JobType.UPLOAD_REPLY, service=service)
    memory.run()
    job.resume()
    memory.run()

    assert job.reply_data() == b"ok"


def test_a_reply_of_unknown_length_is_taken_too(begin: Any, origin: Any) -> None:
    def chunked(conversation: Any) -> None:
        conversation.receive()
        conversation.head(201, Transfer_Encoding="chunked")
        conversation.send(b"5\r\n" + REPLY[:5] + b"\r\n9\r\n" + REPLY[5:] + b"\r\n0\r\n\r\n")

    job = begin(origin.play("/a", chunked), JobType.UPLOAD_REPLY)

    assert (outcome(job), job.reply_data()) == (JobState.TRANSFERRED, REPLY)


def test_a_server_without_a_reply_leaves_an_empty_file(begin: Any, origin: Any, source: Path) -> None:
    def silent(conversation: Any) -> None:
        conversation.receive()
        conversation.head(204)

    job = begin(origin.play("/a", silent), JobType.UPLOAD_REPLY)
    assert outcome(job) is JobState.TRANSFERRED
    data = job.reply_data()
    job.complete()

    assert (data, (source.parent / f"BIT-{job.id}.reply").read_bytes()) == (None, b"")


def test_a_reply_outlives_a_kill(begin: Any, origin: Any, serve: Any, source: Path) -> None:
    service = serve()
    job = begin(origin.play("/a", take), JobType.UPLOAD_REPLY, service=service)
    assert outcome(job) is JobState.TRANSFERRED
    service.kill()
    again = serve().find(job.id)
    data = again.reply_data()
    again.complete()

    assert (data, (source.parent / f"BIT-{job.id}.reply").read_bytes()) == (REPLY, REPLY)


def test_the_name_of_a_reply_outlives_a_kill(serve: Any, tmp_path: Path) -> None:
    service = serve()
    job = service.create_job("up", JobType.UPLOAD_REPLY)
    job.set_reply_file_name(str(tmp_path / "reply"))
    service.kill()

    assert serve().find(job.id).reply_file_name == str(tmp_path / "reply")


def test_a_reply_can_be_read_before_and_after_complete(begin: Any, origin: Any) -> None:
    job = begin(origin.play("/a", take), JobType.UPLOAD_REPLY)
    assert outcome(job) is JobState.TRANSFERRED
    before = job.reply_data()
    job.complete()

    assert (before, job.reply_data()) == (REPLY, REPLY)


def test_a_reply_of_more_than_a_mebibyte_is_too_large_to_be_handed_out(begin: Any, origin: Any) -> None:
    def long(conversation: Any) -> None:
        conversation.receive()
        conversation.whole(b"x" * (REPLY_DATA_MAX_BYTES + 1))

    job = begin(origin.play("/a", long), JobType.UPLOAD_REPLY)
    assert outcome(job) is JobState.TRANSFERRED

    assert refused(job.reply_data) == Hresult.BG_E_TOO_LARGE


def test_there_is_no_reply_before_it_has_arrived(serve: Any, source: Path) -> None:
    job = serve().create_job("up", JobType.UPLOAD_REPLY)
    before_file = (job.reply_file_name, job.reply_progress())
    job.add_file("http://h/a", str(source))

    assert before_file == (None, ReplyProgress(SIZE_UNKNOWN, 0))
    assert (refused(job.reply_data), job.reply_progress()) == (Hresult.BG_E_INVALID_STATE, before_file[1])


@pytest.mark.parametrize("kind", [JobType.DOWNLOAD, JobType.UPLOAD])
def test_only_uploads_with_a_reply_have_one(serve: Any, kind: JobType, tmp_path: Path) -> None:
    job = serve().create_job("up", kind)
    codes = [
        refused(job.set_reply_file_name, str(tmp_path / "reply")),
        refused(job.reply_progress),
        refused(job.reply_data),
        refused(lambda: job.reply_file_name),
    ]

    assert codes == [Hresult.E_NOTIMPL] * 4


def test_a_reply_needs_a_directory_that_is_there(serve: Any, tmp_path: Path) -> None:
    job = serve().create_job("up", JobType.UPLOAD_REPLY)
    codes = [refused(job.set_reply_file_name, path) for path in ("relative", str(tmp_path / "no" / "reply"))]

    assert (codes, job.reply_file_name) == ([Hresult.E_INVALIDARG, PATH_NOT_FOUND], None)


def test_a_transferred_reply_cannot_be_renamed(begin: Any, origin: Any, tmp_path: Path) -> None:
    job = begin(origin.play("/a", take), JobType.UPLOAD_REPLY)
    assert outcome(job) is JobState.TRANSFERRED

    assert refused(job.set_reply_file_name, str(tmp_path / "reply")) == Hresult.BG_E_INVALID_STATE
    assert job.reply_data() == REPLY


def test_an_ended_job_refuses_a_reply_file_name(serve: Any) -> None:
    job = serve().create_job("up", JobType.UPLOAD_REPLY)
    job.cancel()

    assert refused(job.set_reply_file_name, None) == Hresult.BG_E_INVALID_STATE


def cut_off(memory: Any, service: Any, source: Path) -> JobHandle:
    """Return a job of whose reply a part has come."""
    job: JobHandle = service.create_job("up", JobType.UPLOAD_REPLY)
    job.add_file(memory.play("http://h/a", memory.script(200, {"content-length": "9"}, [REPLY[:5]])), str(source))
    job.resume()
    memory.run()
    assert job.state is JobState.TRANSIENT_ERROR
    return job


def test_another_name_is_refused_while_what_an_earlier_try_left_cannot_be_deleted(
    memory: Any, serve: Any, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = cut_off(memory, serve(wire=memory), source)
    (tmp_path / "elsewhere").mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", refuse)
        code = refused(job.set_reply_file_name, str(tmp_path / "elsewhere" / "reply"))

    assert (code, job.reply_file_name) == (Hresult.E_ACCESSDENIED, str(tmp_path / f"BIT-{job.id}.reply"))
    job.cancel()
    assert list(tmp_path.glob(".BIT-*")) == []


def test_another_name_is_refused_while_a_deletion_is_not_on_the_disk(
    memory: Any, serve: Any, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = cut_off(memory, serve(wire=memory), source)
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "sync_directory", fail)
        codes = [refused(job.set_reply_file_name, str(tmp_path / "reply")) for _ in range(2)]

    assert codes == [WRITE_FAULT] * 2
    assert job.set_reply_file_name(str(tmp_path / "reply")) == Hresult.S_OK


def test_another_name_leaves_nothing_of_an_earlier_try_behind(
    begin: Any, origin: Any, serve: Any, tmp_path: Path
) -> None:
    def half(conversation: Any) -> None:
        conversation.receive()
        conversation.head(200, Content_Length=len(REPLY))
        conversation.send(REPLY[:5])
        conversation.hang_up()

    job = begin(origin.play("/a", half, take), JobType.UPLOAD_REPLY)
    assert outcome(job) is JobState.TRANSIENT_ERROR
    job.set_reply_file_name(str(tmp_path / "elsewhere"))

    assert list(tmp_path.glob(".BIT-*")) == []
    job.resume()
    assert job.wait_for(JobState.TRANSFERRED, timeout_seconds=20)
    job.complete()
    assert (tmp_path / "elsewhere").read_bytes() == REPLY
