"""Uploads: one file, sent whole, with or without a reply; BITS only."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.reference.answers import transient_reply
from copyjob.reference.errors import FILE_NOT_FOUND, CopyJobError
from copyjob.reference.store import Store
from copyjob.reference.wire import Answer, WireFault
from copyjob.spec.vocabulary import ErrorContext, Hresult, JobState, JobType, http_error

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from copyjob.reference.job import Job
    from copyjob.reference.record import Record
    from copyjob.reference.service import JobHandle, Service

BODY = bytes(range(256)) * 40
REPLY = b"it has arrived"
RESTS = (JobState.TRANSFERRED, JobState.ERROR, JobState.TRANSIENT_ERROR)
BOTH = pytest.mark.parametrize("kind", [JobType.UPLOAD, JobType.UPLOAD_REPLY])


def refused(call: Callable[..., object], *args: object) -> int:
    with pytest.raises(CopyJobError) as caught:
        call(*args)
    return caught.value.hresult


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


# ---- sending ----


def test_an_upload_puts_the_file_whole(begin: Any, origin: Any) -> None:
    job = begin(origin.play("/a", take))

    assert outcome(job) is JobState.TRANSFERRED
    assert [(seen.method, seen.body) for seen in origin.requests] == [("PUT", BODY)]


def test_an_upload_with_a_reply_posts_the_file_whole(begin: Any, origin: Any) -> None:
    job = begin(origin.play("/a", take), JobType.UPLOAD_REPLY)

    assert outcome(job) is JobState.TRANSFERRED
    assert [(seen.method, seen.body) for seen in origin.requests] == [("POST", BODY)]


@BOTH
def test_an_empty_file_is_uploaded_too(begin: Any, origin: Any, source: Path, kind: JobType) -> None:
    source.write_bytes(b"")
    job = begin(origin.play("/a", take), kind)

    assert outcome(job) is JobState.TRANSFERRED
    assert len(origin.requests) == 1


def test_a_large_file_arrives_whole(begin: Any, origin: Any, source: Path) -> None:
    source.write_bytes(BODY * 300)
    job = begin(origin.play("/a", take))

    assert outcome(job) is JobState.TRANSFERRED
    assert origin.requests[0].body == BODY * 300


def test_progress_counts_what_was_sent(begin: Any, origin: Any) -> None:
    job = begin(origin.play("/a", take))
    assert outcome(job) is JobState.TRANSFERRED
    progress = job.progress()

    assert (progress.bytes_total, progress.bytes_transferred, progress.files_transferred) == (len(BODY), len(BODY), 1)


def test_a_job_is_transferring_while_the_server_takes_the_file(begin: Any, origin: Any) -> None:
    def half(conversation: Any) -> None:
        conversation.receive(10)
        conversation.hold()

    job = begin(origin.play("/a", half))

    assert job.wait_for(JobState.TRANSFERRING, timeout_seconds=20)
    job.suspend()
    assert origin.wait_ended("/a")


def test_of_an_upload_that_was_stopped_nothing_counts(begin: Any, memory: Any, serve: Any) -> None:
    job = begin(memory.play("http://h/a", memory.script(503)), service=serve(wire=memory))
    memory.run()

    assert (job.state, job.progress().bytes_transferred) == (JobState.TRANSIENT_ERROR, 0)


def test_an_interrupted_upload_begins_anew(begin: Any, origin: Any, serve: Any) -> None:
    def half(conversation: Any) -> None:
        conversation.receive(len(BODY) // 2)
        conversation.reset()

    service = serve()
    job = begin(origin.play("/a", half, take), service=service)
    assert outcome(job) is JobState.TRANSIENT_ERROR
    service.advance(600)

    assert outcome(job) is JobState.TRANSFERRED
    assert origin.requests[1].body == BODY


def test_an_upload_that_was_under_way_begins_anew_after_a_kill(begin: Any, origin: Any, serve: Any) -> None:
    def half(conversation: Any) -> None:
        conversation.receive(len(BODY) // 2)
        conversation.hold()

    service = serve()
    job = begin(origin.play("/a", half, take), service=service)
    assert origin.wait_requests(1)
    service.kill()
    again = serve().find(job.id)

    assert outcome(again) is JobState.TRANSFERRED
    assert origin.requests[1].body == BODY


def test_what_the_server_has_is_not_sent_again_after_a_kill(begin: Any, origin: Any, serve: Any) -> None:
    service = serve()
    job = begin(origin.play("/a", take), service=service)
    assert outcome(job) is JobState.TRANSFERRED
    service.kill()
    again = serve().find(job.id)

    assert (again.state, again.resume(), len(origin.requests)) == (JobState.TRANSFERRED, Hresult.S_OK, 1)


def test_an_answer_before_the_whole_file_was_taken_is_no_success(begin: Any, origin: Any, source: Path) -> None:
    source.write_bytes(BODY * 2_000)

    def hasty(conversation: Any) -> None:
        conversation.whole(b"", 200)
        conversation.hang_up()

    job = begin(origin.play("/a", hasty))

    assert outcome(job) is JobState.TRANSIENT_ERROR


def test_a_success_for_half_a_file_is_none(begin: Any, memory: Any, serve: Any) -> None:
    script = memory.script(200, {"content-length": "0"}, takes_body=False)
    job = begin(memory.play("http://h/a", script), service=serve(wire=memory))
    memory.run()

    assert job.state is JobState.TRANSIENT_ERROR


def test_a_proxy_that_refuses_an_upload_is_no_server_application(begin: Any, origin: Any, serve: Any) -> None:
    service = serve()
    job = begin(origin.play("/a", lambda c: c.hold()), service=service)
    assert origin.wait_requests(1)
    with service._engine.lock:
        transfer = job._record.transfer
        transfer.accept(Answer(502, {}, by_proxy=True))
    found = transfer.conclude(None, "")

    assert (found.context, found.code) == (ErrorContext.GENERAL_TRANSPORT, http_error(502))


def test_an_upload_expects_nothing_of_its_file(serve: Any, source: Path) -> None:
    job = serve().create_job("up", JobType.UPLOAD)

    assert refused(job.add_file, "http://h/a", str(source), len(BODY)) == Hresult.E_INVALIDARG
    assert refused(job.add_file, "http://h/a", str(source), None, "sha256:" + 64 * "0") == Hresult.E_INVALIDARG


def test_what_lies_beside_an_uploaded_file_is_left_alone(serve: Any, source: Path) -> None:
    job = serve().create_job("up", JobType.UPLOAD)
    other = source.parent / f".BIT-{job.id}-0.tmp"
    other.write_bytes(b"somebody's")
    job.add_file("http://h/a", str(source))
    job.cancel()

    assert other.read_bytes() == b"somebody's"


def test_a_redirect_is_not_followed_with_the_file(begin: Any, origin: Any) -> None:
    other = origin.play("/b", take)

    def redirect(conversation: Any) -> None:
        conversation.receive()
        conversation.whole(b"", 307, Location=other)

    job = begin(origin.play("/a", redirect))

    assert outcome(job) is JobState.ERROR
    assert [seen.path for seen in origin.requests] == ["/a"]


@pytest.mark.parametrize("code", [403, 408, 500, 501])
def test_a_refusing_server_application_is_named_in_the_error(begin: Any, origin: Any, code: int) -> None:
    def refuse(conversation: Any) -> None:
        conversation.receive()
        conversation.whole(b"", code)

    job = begin(origin.play("/a", refuse))

    assert outcome(job) is (JobState.TRANSIENT_ERROR if code in {408, 500} else JobState.ERROR)
    assert (job.error().context, job.error().code) == (ErrorContext.REMOTE_APPLICATION, http_error(code))


def test_replies_are_transient_as_the_clause_says() -> None:
    transient = {code for code in range(300, 600) if transient_reply(code)}
    fatal_3xx, retried_4xx, fatal_5xx = {300, 301, 302, 303, 304, 305, 307}, {408, 409}, {501, 505}

    assert transient == (set(range(300, 400)) - fatal_3xx) | retried_4xx | (set(range(500, 600)) - fatal_5xx)
    assert transient_reply(600)


def test_bytes_of_a_try_that_fails_are_no_progress(begin: Any, origin: Any, serve: Any) -> None:
    def busy(conversation: Any) -> None:
        conversation.receive()
        conversation.whole(b"", 503)

    service = serve()
    job = begin(origin.play("/a", busy), service=service)
    assert outcome(job) is JobState.TRANSIENT_ERROR
    job.set_no_progress_timeout(900)
    service.advance(600)
    assert origin.wait_requests(2)
    assert outcome(job) is JobState.TRANSIENT_ERROR
    service.advance(300)

    assert job.state is JobState.ERROR


def test_a_server_that_takes_nothing_more_stalls(begin: Any, memory: Any, serve: Any) -> None:
    service = serve(wire=memory)
    job = begin(memory.play("http://h/a", memory.script(holds_head=True)), service=service)
    service.advance(61)

    assert (job.state, job.error().detail) == (JobState.TRANSIENT_ERROR, WireFault.TIMEOUT.value)


@BOTH
def test_of_an_upload_that_was_cancelled_while_it_was_sent_nothing_counts_after_a_kill(
    begin: Any, memory: Any, serve: Any, kind: JobType
) -> None:
    service = serve(wire=memory)
    job = begin(memory.play("http://h/a", memory.script(holds_head=True)), kind, service=service)
    memory.run()
    job.cancel()
    service.kill()
    found = serve(wire=memory).find(job.id)

    assert (job.progress().bytes_transferred, found.progress().bytes_transferred) == (0, 0)


@BOTH
def test_of_an_upload_whose_arrival_cannot_be_recorded_nothing_counts(
    begin: Any, memory: Any, serve: Any, monkeypatch: pytest.MonkeyPatch, kind: JobType
) -> None:
    service = serve(wire=memory)
    job = begin(memory.play("http://h/a", memory.whole(REPLY)), kind, service=service)
    real = Store.save

    def save(self: Store, record: Record, changed: Job, *, durable: bool = True) -> None:
        if changed.state is JobState.TRANSFERRED:
            raise sqlite3.OperationalError("disk I/O error")
        real(self, record, changed, durable=durable)

    monkeypatch.setattr(Store, "save", save)
    memory.run()

    assert (job.state, job.progress().bytes_transferred) == (JobState.ERROR, 0)
    if kind is JobType.UPLOAD_REPLY:
        assert job.reply_progress().bytes_transferred == 0


# ---- the local file ----


def test_a_file_that_changes_while_it_is_sent_is_an_error_of_the_local_file(
    begin: Any, origin: Any, source: Path
) -> None:
    def slow(conversation: Any) -> None:
        conversation.receive()
        source.write_bytes(BODY[::-1])
        conversation.whole(b"", 200)

    job = begin(origin.play("/a", slow))

    assert outcome(job) is JobState.ERROR
    assert (job.error().context, job.error().code) == (ErrorContext.LOCAL_FILE, Hresult.BG_E_LOCAL_FILE_CHANGED)


def test_a_file_that_changes_between_two_tries_is_an_error(begin: Any, origin: Any, serve: Any, source: Path) -> None:
    def busy(conversation: Any) -> None:
        conversation.receive()
        conversation.whole(b"", 503)

    service = serve()
    job = begin(origin.play("/a", busy, take), service=service)
    assert outcome(job) is JobState.TRANSIENT_ERROR
    source.write_bytes(b"other")
    service.advance(600)

    assert (outcome(job), job.error().code) == (JobState.ERROR, Hresult.BG_E_LOCAL_FILE_CHANGED)


def test_a_file_that_changes_while_the_service_is_dead_is_an_error(
    begin: Any, origin: Any, serve: Any, source: Path
) -> None:
    def half(conversation: Any) -> None:
        conversation.receive(len(BODY) // 2)
        conversation.hold()

    service = serve()
    job = begin(origin.play("/a", half, take), service=service)
    assert job.wait_for(JobState.TRANSFERRING, timeout_seconds=20)
    with service._engine.lock:
        pass  # whoever has sent the first bytes has recorded of which file they are
    service.kill()
    source.write_bytes(b"other")
    again = serve().find(job.id)

    assert (outcome(again), again.error().code) == (JobState.ERROR, Hresult.BG_E_LOCAL_FILE_CHANGED)


def test_resume_sends_a_changed_file_as_it_is_then(begin: Any, origin: Any, source: Path) -> None:
    def slow(conversation: Any) -> None:
        conversation.receive()
        source.write_bytes(b"other")
        conversation.whole(b"", 200)

    job = begin(origin.play("/a", slow, take))
    assert outcome(job) is JobState.ERROR
    job.resume()

    assert job.wait_for(JobState.TRANSFERRED, timeout_seconds=20)
    assert origin.requests[1].body == b"other"


def test_a_file_that_is_gone_is_an_error_of_the_local_file(serve: Any, source: Path, memory: Any) -> None:
    job = serve(wire=memory).create_job("up", JobType.UPLOAD)
    job.add_file("http://h/a", str(source))
    source.unlink()
    job.resume()

    assert (job.state, job.error().context, job.error().code) == (
        JobState.ERROR,
        ErrorContext.LOCAL_FILE,
        FILE_NOT_FOUND,
    )


# ---- Complete and Cancel ----


@BOTH
def test_an_upload_cannot_be_completed_before_it_is_transferred(serve: Any, source: Path, kind: JobType) -> None:
    job = serve().create_job("up", kind)
    codes = [refused(job.complete)]
    job.add_file("http://h/a", str(source))
    codes.append(refused(job.complete))

    assert (codes, job.state) == ([Hresult.BG_E_INVALID_STATE] * 2, JobState.SUSPENDED)


def test_a_completed_upload_leaves_the_file_where_it_is(begin: Any, origin: Any, source: Path, tmp_path: Path) -> None:
    job = begin(origin.play("/a", take))
    assert outcome(job) is JobState.TRANSFERRED
    answer = job.complete()

    assert (answer, job.state, job.files()[0].completed) == (Hresult.S_OK, JobState.ACKNOWLEDGED, True)
    assert source.read_bytes() == BODY
    assert sorted(path.name for path in tmp_path.iterdir()) == ["source", "state"]


@BOTH
def test_a_cancelled_upload_leaves_the_file_and_nothing_else(
    begin: Any, origin: Any, source: Path, tmp_path: Path, kind: JobType
) -> None:
    job = begin(origin.play("/a", take), kind)
    assert outcome(job) is JobState.TRANSFERRED

    assert (job.cancel(), source.read_bytes()) == (Hresult.S_OK, BODY)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["source", "state"]
