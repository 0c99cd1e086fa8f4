"""Which answers are of one version, by the rules of RFC 9110, and what is asked of a server to prove it."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copyjob.reference.record import Part
from copyjob.reference.versions import can_continue, conditions, note_version, same_version
from copyjob.spec.vocabulary import Hresult, JobState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BODY = os.urandom(30_000)
OTHER = os.urandom(30_000)
PART = 10_000
MODIFIED = "Wed, 21 Oct 2015 07:28:00 GMT"
SAME_SECOND = {"Last_Modified": MODIFIED, "Date": MODIFIED}
A_SECOND_LATER = {"Last_Modified": MODIFIED, "Date": "Wed, 21 Oct 2015 07:28:01 GMT"}
REST = (JobState.TRANSFERRED, JobState.ERROR, JobState.TRANSIENT_ERROR)


def resumed(
    serve: Any, origin: Any, folder: Path, first: dict[str, str], second: Callable[[Any], None] | None = None
) -> tuple[dict[str, str], bytes]:
    """Break a download after a part; return the headers of the second request, and the file that came of it."""

    def broken(conversation: Any) -> None:
        conversation.head(200, Content_Length=len(BODY), **first)
        conversation.send(BODY[:PART])
        conversation.hang_up()

    def last(conversation: Any) -> None:
        conversation.whole(OTHER)  # the server has a new version by now

    service = serve()
    job = service.create_job("a")
    job.add_file(origin.play("/a", broken, second or last, last), str(folder / "a"))
    job.resume()
    assert job.wait_for(*REST, timeout_seconds=20)
    assert job.progress().bytes_transferred == PART
    service.advance(600)
    assert job.wait_for(*REST, timeout_seconds=20)
    assert job.state is JobState.TRANSFERRED
    job.complete()
    return origin.requests[1].headers, (folder / "a").read_bytes()


def rest(**headers: str) -> Callable[[Any], None]:
    """Return a script that sends the rest of the first version."""

    def script(conversation: Any) -> None:
        content_range = f"bytes {PART}-{len(BODY) - 1}/{len(BODY)}"
        conversation.whole(BODY[PART:], 206, Content_Range=content_range, **headers)

    return script


def test_a_time_stamp_a_second_older_than_its_answer_is_sent_in_if_range(
    serve: Any, origin: Any, tmp_path: Path
) -> None:
    headers, body = resumed(serve, origin, tmp_path, A_SECOND_LATER, rest())

    assert (headers["if-range"], headers["range"], body) == (MODIFIED, f"bytes={PART}-", BODY)


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(SAME_SECOND, id="of the same second"),
        pytest.param({"Last_Modified": MODIFIED}, id="without a date"),
        pytest.param({"Last_Modified": "yesterday", "Date": MODIFIED}, id="that is none"),
        pytest.param(A_SECOND_LATER | {"Content_Encoding": "gzip"}, id="of a coded answer"),
        pytest.param(SAME_SECOND | {"ETag": 'W/"v1"'}, id="of the same second, with a weak etag"),
    ],
)
def test_nothing_is_continued_on_a_time_stamp(serve: Any, origin: Any, tmp_path: Path, first: dict[str, str]) -> None:
    headers, body = resumed(serve, origin, tmp_path, first)

    assert ("range" in headers, body) == (False, OTHER)


def test_a_time_stamp_beside_a_weak_etag_is_sent_in_if_unmodified_since(
    serve: Any, origin: Any, tmp_path: Path
) -> None:
    first = A_SECOND_LATER | {"ETag": 'W/"v1"'}
    headers, body = resumed(serve, origin, tmp_path, first, rest(**first))

    assert ("if-range" in headers, headers["if-unmodified-since"], body) == (False, MODIFIED, BODY)


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(rest(ETag='W/"v1"'), id="without the time stamp"),
        pytest.param(rest(ETag='W/"v2"', Last_Modified=MODIFIED), id="with another weak etag"),
        pytest.param(rest(Last_Modified="Thu, 22 Oct 2015 07:28:00 GMT"), id="with another time stamp"),
        pytest.param(rest(Last_Modified=MODIFIED, Content_Encoding="br"), id="in another coding"),
    ],
)
def test_an_answer_that_does_not_prove_its_version_starts_the_file_anew(
    serve: Any, origin: Any, tmp_path: Path, second: Callable[[Any], None]
) -> None:
    _, body = resumed(serve, origin, tmp_path, A_SECOND_LATER | {"ETag": 'W/"v1"'}, second)

    assert ("range" in origin.requests[2].headers, body) == (False, OTHER)


def test_a_time_stamp_that_changed_under_one_etag_starts_the_file_anew(serve: Any, origin: Any, tmp_path: Path) -> None:
    first = {"ETag": '"v1"', "Last_Modified": MODIFIED}
    second = rest(ETag='"v1"', Last_Modified="Thu, 22 Oct 2015 07:28:00 GMT")
    _, body = resumed(serve, origin, tmp_path, first, second)

    assert body == OTHER


@pytest.mark.parametrize("body", [b"3\r\nabc\r\n0\r\n\r\n", b"0\r\n\r\n"], ids=["chunked", "chunked and empty"])
def test_a_length_that_only_head_would_tell_is_not_asked_for(
    serve: Any, origin: Any, tmp_path: Path, body: bytes
) -> None:
    def shy(conversation: Any) -> None:
        if conversation.seen.method == "HEAD":
            conversation.head(200, Content_Length=3)
            return
        conversation.head(200, Transfer_Encoding="chunked")
        conversation.send(body)

    job = serve().create_job("a")
    job.add_file(origin.play("/a", shy), str(tmp_path / "a"))
    job.resume()
    assert job.wait_for(*REST, timeout_seconds=20)

    assert (job.state, job.error().code) == (JobState.ERROR, Hresult.BG_E_MISSING_FILE_SIZE)
    assert [seen.method for seen in origin.requests] == ["GET"]


# ---- laws ----

ETAGS = st.sampled_from(["", '"v1"', '"v2"', 'W/"v1"', 'W/"v2"', '"a\nb"'])
STAMPS = st.sampled_from(["", MODIFIED, "Thu, 22 Oct 2015 07:28:00 GMT", "Wed, 21 Oct 2015 07:28:00 -0000", "soon"])
CODINGS = st.sampled_from(["", "identity", "gzip"])


@st.composite
def heads(draw: st.DrawFn) -> dict[str, str]:
    """Draw the head of an answer; what is empty is left out."""
    head = {
        "etag": draw(ETAGS),
        "last-modified": draw(STAMPS),
        "date": draw(STAMPS),
        "content-encoding": draw(CODINGS),
    }
    return {name: value for name, value in head.items() if value}


def noted(head: dict[str, str]) -> Part:
    part = Part(0, "http://h/a", "/a", "/t")
    note_version(part, head)
    return part


@given(heads())
def test_no_weak_validator_and_no_time_stamp_beside_an_etag_stands_in_if_range(head: dict[str, str]) -> None:
    part = noted(head)
    lines = conditions(part) if can_continue(part) else ()

    for line in lines:
        assert line.isprintable()
        if line.startswith("If-Range: "):
            assert not line.startswith("If-Range: W/")
            assert line.startswith('If-Range: "') or "etag" not in head or not head["etag"].isprintable()


@given(heads(), heads())
def test_answers_that_contradict_each_other_are_of_two_versions(one: dict[str, str], two: dict[str, str]) -> None:
    part = noted(one)
    quotable = {name: value for name, value in one.items() if value.isprintable()}
    contradiction = [name for name in ("etag", "last-modified") if name in two and two[name] != quotable.get(name, "")]

    assert not (contradiction and same_version(part, two))


@given(heads())
def test_an_answer_that_can_be_continued_is_of_its_own_version(head: dict[str, str]) -> None:
    part = noted(head)

    assert not can_continue(part) or same_version(part, head) or not head["etag"].isprintable()
