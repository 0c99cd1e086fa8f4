"""Other URLs for files that are on their way: SetRemoteName, ReplaceRemotePrefix, and what is kept of a file."""

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

BODY = bytes(range(200))
OTHER = bytes(reversed(BODY))
YESTERDAY = "Mon, 06 Jan 2025 10:00:00 GMT"
TODAY = "Tue, 07 Jan 2025 10:00:00 GMT"
BOTH = pytest.mark.parametrize("dialect", list(Dialect))
LONG = "http://h/" + "a" * 2_200


def refused(call: Callable[..., object], *args: object) -> int:
    with pytest.raises(CopyJobError) as caught:
        call(*args)
    return caught.value.hresult


def half(conversation: Any) -> None:
    """Send the first half of a document of yesterday, then nothing."""
    conversation.head(200, ETag='"v1"', Last_Modified=YESTERDAY, Date=TODAY, Content_Length=len(BODY))
    conversation.send(BODY[:100])
    conversation.hold()


def wait_half(job: JobHandle) -> None:
    while job.progress().bytes_transferred < 100:
        assert job.state in {JobState.QUEUED, JobState.CONNECTING, JobState.TRANSFERRING}


def stored(job: JobHandle, path: Path) -> bytes:
    assert job.wait_for(JobState.TRANSFERRED, JobState.ERROR, timeout_seconds=20)
    assert job.state is JobState.TRANSFERRED
    job.complete()
    return path.read_bytes()


@pytest.fixture
def halfway(serve: Any, origin: Any, tmp_path: Path) -> Any:
    """Start a job of one file that has come halfway."""

    def start(dialect: Dialect = Dialect.BITS) -> JobHandle:
        job: JobHandle = serve(dialect).create_job("a")
        job.add_file(origin.play("/old", half), str(tmp_path / "a"))
        job.resume()
        wait_half(job)
        return job

    return start


# ---- SetRemoteName ----


@BOTH
def test_a_running_transfer_goes_on_at_the_new_url(halfway: Any, origin: Any, tmp_path: Path, dialect: Dialect) -> None:
    job = halfway(dialect)
    url = origin.play("/new", lambda c: c.document(BODY, '"other tag"', Last_Modified=YESTERDAY))
    job.set_remote_name(0, url)

    assert stored(job, tmp_path / "a") == BODY
    assert [seen.headers.get("range") for seen in origin.requests] == [None, "bytes=100-"]


def test_a_new_time_stamp_at_the_new_url_begins_the_file_anew(halfway: Any, origin: Any, tmp_path: Path) -> None:
    job = halfway()
    job.set_remote_name(0, origin.play("/new", lambda c: c.document(OTHER, '"v1"', Last_Modified=TODAY)))

    assert stored(job, tmp_path / "a") == OTHER


def test_a_new_size_at_the_new_url_begins_the_file_anew(halfway: Any, origin: Any, tmp_path: Path) -> None:
    longer = OTHER + b"more"
    job = halfway()
    job.set_remote_name(0, origin.play("/new", lambda c: c.document(longer, '"v1"', Last_Modified=YESTERDAY)))

    assert stored(job, tmp_path / "a") == longer


def test_a_new_server_that_cannot_resume_begins_the_file_anew(halfway: Any, origin: Any, tmp_path: Path) -> None:
    job = halfway()
    job.set_remote_name(0, origin.play("/new", lambda c: c.whole(OTHER, Last_Modified=YESTERDAY)))

    assert stored(job, tmp_path / "a") == OTHER


def test_a_tag_of_the_old_server_proves_nothing_at_the_new_one(serve: Any, origin: Any, tmp_path: Path) -> None:
    def tagged_half(conversation: Any) -> None:
        conversation.head(200, ETag='"v1"', Content_Length=len(BODY))
        conversation.send(BODY[:100])
        conversation.hold()

    job = serve().create_job("a")
    job.add_file(origin.play("/old", tagged_half), str(tmp_path / "a"))
    job.resume()
    wait_half(job)
    job.set_remote_name(0, origin.play("/new", lambda c: c.document(OTHER)))

    assert stored(job, tmp_path / "a") == OTHER


def test_a_time_stamp_as_young_as_its_answer_proves_nothing(serve: Any, origin: Any, tmp_path: Path) -> None:
    def young_half(conversation: Any) -> None:
        conversation.head(200, ETag='"v1"', Last_Modified=TODAY, Date=TODAY, Content_Length=len(BODY))
        conversation.send(BODY[:100])
        conversation.hold()

    job = serve().create_job("a")
    job.add_file(origin.play("/old", young_half), str(tmp_path / "a"))
    job.resume()
    wait_half(job)
    job.set_remote_name(0, origin.play("/new", lambda c: c.document(OTHER, Last_Modified=TODAY)))

    assert stored(job, tmp_path / "a") == OTHER
    assert "range" not in origin.requests[-1].headers


def test_a_new_name_and_what_it_may_keep_outlive_a_kill(halfway: Any, serve: Any, origin: Any, tmp_path: Path) -> None:
    job = halfway()
    job.suspend()
    url = origin.play("/new", lambda c: c.document(BODY, '"other tag"', Last_Modified=YESTERDAY))
    job.set_remote_name(0, url)
    job._engine.stop(record_progress=False)
    job = serve().get_job(job.id)
    job.resume()

    assert (job.files()[0].remote_url, stored(job, tmp_path / "a")) == (url, BODY)
    assert origin.requests[-1].headers["range"] == "bytes=100-"


def test_a_transferred_file_is_left_alone(serve: Any, memory: Any, tmp_path: Path) -> None:
    job = serve(wire=memory).create_job("a")
    url = memory.play("http://h/a", memory.whole(BODY))
    job.add_file(url, str(tmp_path / "a"))
    job.resume()
    memory.run()
    answer = job.set_remote_name(0, "http://h/b")

    assert (answer, job.state, job.files()[0].remote_url) == (Hresult.S_OK, JobState.TRANSFERRED, url)


def test_a_job_in_error_stays_there_until_resume(serve: Any, memory: Any, tmp_path: Path) -> None:
    job = serve(wire=memory).create_job("a")
    job.add_file(memory.play("http://h/a", memory.script(404)), str(tmp_path / "a"))
    job.resume()
    memory.run()
    job.set_remote_name(0, memory.play("http://h/b", memory.whole(BODY)))
    assert job.state is JobState.ERROR
    job.resume()
    memory.run()

    assert stored(job, tmp_path / "a") == BODY


@pytest.mark.parametrize("url", ["", "not a url", "ftp://h/a", LONG])
def test_a_bad_url_is_refused_and_the_old_one_stays(serve: Any, tmp_path: Path, url: str) -> None:
    job = serve().create_job("a")
    job.add_file("http://h/a", str(tmp_path / "a"))

    assert (refused(job.set_remote_name, 0, url), job.files()[0].remote_url) == (Hresult.E_INVALIDARG, "http://h/a")


@pytest.mark.parametrize("number", [-1, 1])
def test_a_file_that_the_job_has_not_got_is_refused(serve: Any, tmp_path: Path, number: int) -> None:
    job = serve().create_job("a")
    job.add_file("http://h/a", str(tmp_path / "a"))

    assert refused(job.set_remote_name, number, "http://h/b") == Hresult.BG_E_FILE_NOT_AVAILABLE


@BOTH
def test_an_ended_job_refuses_new_names(serve: Any, tmp_path: Path, dialect: Dialect) -> None:
    job = serve(dialect).create_job("a")
    job.add_file("http://h/a", str(tmp_path / "a"))
    job.cancel()
    code = Hresult.BG_E_INVALID_STATE if dialect is Dialect.BITS else Hresult.DO_E_INVALID_STATE

    assert refused(job.set_remote_name, 0, "") == code


def test_a_name_that_cannot_be_recorded_is_refused_and_the_old_one_stays(serve: Any, tmp_path: Path) -> None:
    job = serve().create_job("a")
    job.add_file("http://h/a", str(tmp_path / "a"))
    job._engine._store._db.execute("PRAGMA query_only=ON")
    refused(job.set_remote_name, 0, "http://h/b")

    assert (job.files()[0].remote_url, job._record.parts[0].remote_url) == ("http://h/a", "http://h/a")


# ---- ReplaceRemotePrefix ----


@pytest.fixture
def three(serve: Any, tmp_path: Path) -> Any:
    """Create a job of three files, two of them of one server."""
    job = serve().create_job("a")
    for number, url in enumerate(("http://one/a", "http://two/b", "http://one/c")):
        job.add_file(url, str(tmp_path / str(number)))
    return job


def urls(job: JobHandle) -> list[str]:
    return [file.remote_url for file in job.files()]


def test_every_name_that_begins_so_begins_otherwise(three: JobHandle) -> None:
    answer = three.replace_remote_prefix("http://one/", "https://three/x/")

    assert (answer, urls(three)) == (Hresult.S_OK, ["https://three/x/a", "http://two/b", "https://three/x/c"])


def test_a_prefix_that_no_name_has_is_s_false(three: JobHandle) -> None:
    before, modified = urls(three), three.modified_at_seconds
    answer = three.replace_remote_prefix("http://four/", "http://five/")

    assert (answer, urls(three), three.modified_at_seconds) == (Hresult.S_FALSE, before, modified)


def test_a_prefix_is_compared_case_and_all(three: JobHandle) -> None:
    assert three.replace_remote_prefix("HTTP://one/", "http://five/") == Hresult.S_FALSE


@pytest.mark.parametrize(
    ("old", "new"), [("", "http://h/"), ("http://one/", ""), ("http://one/", "ftp://h/"), ("http://one/", LONG)]
)
def test_a_prefix_that_makes_no_urls_is_refused_and_no_name_changes(three: JobHandle, old: str, new: str) -> None:
    before = urls(three)

    assert (refused(three.replace_remote_prefix, old, new), urls(three)) == (Hresult.E_INVALIDARG, before)


def test_an_ended_job_refuses_a_prefix(three: JobHandle) -> None:
    three.cancel()

    assert refused(three.replace_remote_prefix, "", "") == Hresult.BG_E_INVALID_STATE


def test_do_has_no_prefixes(serve: Any) -> None:
    assert refused(serve(Dialect.DO).create_job("a").replace_remote_prefix, "a", "b") == Hresult.E_NOTIMPL


def test_a_running_transfer_goes_on_behind_the_new_prefix(halfway: Any, origin: Any, tmp_path: Path) -> None:
    job = halfway()
    origin.play("/new/old", lambda c: c.document(BODY, '"x"', Last_Modified=YESTERDAY))
    job.replace_remote_prefix(origin.url("/"), origin.url("/new/"))

    assert stored(job, tmp_path / "a") == BODY


# ---- AddFileSet ----


def test_a_set_of_files_is_added_in_its_order(serve: Any, tmp_path: Path) -> None:
    job = serve().create_job("a")
    pairs = [(f"http://h/{number}", str(tmp_path / str(number))) for number in range(3)]

    assert (job.add_file_set(pairs), urls(job)) == (Hresult.S_OK, [url for url, _ in pairs])


def test_a_set_with_one_bad_file_adds_none(serve: Any, tmp_path: Path) -> None:
    job = serve().create_job("a")
    pairs = [("http://h/a", str(tmp_path / "a")), ("http://h/b", "relative")]

    assert (refused(job.add_file_set, pairs), job.files()) == (Hresult.E_INVALIDARG, [])


def test_an_empty_set_is_refused(serve: Any) -> None:
    assert refused(serve().create_job("a").add_file_set, []) == Hresult.E_INVALIDARG


def test_do_has_no_sets(serve: Any, tmp_path: Path) -> None:
    job = serve(Dialect.DO).create_job("a")

    assert refused(job.add_file_set, [("http://h/a", str(tmp_path / "a"))]) == Hresult.E_NOTIMPL


def test_a_set_outlives_a_kill_whole(serve: Any, tmp_path: Path) -> None:
    service = serve()
    job = service.create_job("a")
    job.add_file_set([(f"http://h/{number}", str(tmp_path / str(number))) for number in range(3)])
    service.kill()

    assert len(serve().get_job(job.id).files()) == 3


def test_a_set_that_cannot_be_recorded_adds_none(serve: Any, tmp_path: Path) -> None:
    job = serve().create_job("a")
    job._engine._store._db.execute("PRAGMA query_only=ON")
    refused(job.add_file_set, [("http://h/a", str(tmp_path / "a"))])

    assert (job.files(), job._record.parts) == ([], [])
