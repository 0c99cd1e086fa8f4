"""Ranges of files: what is refused, what is asked for, what is written, and what several answers are held to."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copyjob.reference.errors import CopyJobError
from copyjob.reference.policies import User
from copyjob.reference.ranges import WHOLE_FILE, FileRange, check_ranges, length_of, outside, wanted_at
from copyjob.reference.transfer import RESTARTS_MAX
from copyjob.spec.vocabulary import LENGTH_TO_EOF, SIZE_UNKNOWN, Dialect, ErrorContext, Hresult, JobState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from copyjob.reference.service import JobHandle, Service

BODY = bytes(range(200))
OTHER = bytes(reversed(BODY))
BOTH = pytest.mark.parametrize("dialect", list(Dialect))
EOF = LENGTH_TO_EOF


def refused(call: Callable[..., object], *args: object) -> int:
    with pytest.raises(CopyJobError) as caught:
        call(*args)
    return caught.value.hresult


def begin(service: Service, url: str, path: Path, *ranges: tuple[int, int]) -> JobHandle:
    job = service.create_job("a")
    job.add_file_with_ranges(url, str(path), ranges)
    job.resume()
    return job


def outcome(job: JobHandle) -> JobState:
    assert job.wait_for(JobState.TRANSFERRED, JobState.ERROR, JobState.TRANSIENT_ERROR, timeout_seconds=20)
    return job.state


def stored(job: JobHandle, path: Path) -> bytes:
    assert outcome(job) is JobState.TRANSFERRED
    job.complete()
    return path.read_bytes()


# ---- what is refused, and in which order ----


@BOTH
@pytest.mark.parametrize(
    ("ranges", "bits", "do"),
    [
        ([], Hresult.E_INVALIDARG, Hresult.E_INVALIDARG),
        ([(-1, 5)], Hresult.E_INVALIDARG, Hresult.E_INVALIDARG),
        ([(0, 2**64)], Hresult.E_INVALIDARG, Hresult.E_INVALIDARG),
        ([(EOF, 5)], Hresult.BG_E_INVALID_RANGE, Hresult.DO_E_INVALID_RANGE),
        ([(5, 0)], Hresult.BG_E_INVALID_RANGE, Hresult.DO_E_INVALID_RANGE),
        ([(0, 10), (9, 5)], Hresult.BG_E_OVERLAPPING_RANGES, Hresult.DO_E_OVERLAPPING_RANGES),
        ([(9, 5), (0, 10)], Hresult.BG_E_OVERLAPPING_RANGES, Hresult.DO_E_OVERLAPPING_RANGES),
        ([(0, 10), (0, 10)], Hresult.BG_E_OVERLAPPING_RANGES, Hresult.DO_E_OVERLAPPING_RANGES),
        ([(0, 10), (0, 5)], Hresult.BG_E_OVERLAPPING_RANGES, Hresult.DO_E_OVERLAPPING_RANGES),
        ([(50, 1), (10, EOF)], Hresult.BG_E_OVERLAPPING_RANGES, Hresult.DO_E_OVERLAPPING_RANGES),
        ([(0, 10), (5, 10), (EOF, 1)], Hresult.BG_E_INVALID_RANGE, Hresult.DO_E_INVALID_RANGE),
    ],
)
def test_ranges_that_no_file_has_are_refused(
    serve: Any, tmp_path: Path, dialect: Dialect, ranges: list[tuple[int, int]], bits: Hresult, do: Hresult
) -> None:
    job = serve(dialect).create_job("a")
    code = refused(job.add_file_with_ranges, "http://h/a", str(tmp_path / "a"), ranges)

    assert (code, job.files()) == (bits if dialect is Dialect.BITS else do, [])


def test_ranges_side_by_side_do_not_overlap(serve: Any, tmp_path: Path) -> None:
    job = serve().create_job("a")

    assert job.add_file_with_ranges("http://h/a", str(tmp_path / "a"), [(10, EOF), (5, 5)]) == Hresult.S_OK


def test_a_file_has_at_most_500_ranges(serve: Any, tmp_path: Path) -> None:
    job = serve(user=User("somebody")).create_job("a")
    ranges = [(2 * number, 1) for number in range(501)]
    code = refused(job.add_file_with_ranges, "http://h/a", str(tmp_path / "a"), ranges)
    job.add_file_with_ranges("http://h/a", str(tmp_path / "a"), ranges[:500])

    assert (code, len(job.files()[0].ranges)) == (Hresult.BG_E_TOO_MANY_RANGES_IN_FILE, 500)


def test_an_ended_job_refuses_ranges_before_it_looks_at_them(serve: Any, tmp_path: Path) -> None:
    job = serve().create_job("a")
    job.cancel()

    assert refused(job.add_file_with_ranges, "", "", []) == Hresult.BG_E_INVALID_STATE


# ---- what getters answer ----


@BOTH
def test_the_total_of_ranges_is_their_sum_before_any_server_was_asked(
    serve: Any, tmp_path: Path, dialect: Dialect
) -> None:
    job = serve(dialect).create_job("a")
    job.add_file_with_ranges("http://h/a", str(tmp_path / "a"), [(0, 10), (50, 7)])

    assert job.progress().bytes_total == job.files()[0].bytes_total == 17


def test_the_total_is_unknown_while_a_range_reaches_to_an_unknown_end(serve: Any, tmp_path: Path) -> None:
    job = serve().create_job("a")
    job.add_file_with_ranges("http://h/a", str(tmp_path / "a"), [(0, 10), (50, EOF)])

    assert job.progress().bytes_total == SIZE_UNKNOWN


def test_ranges_outlive_a_kill_in_their_order(serve: Any, tmp_path: Path) -> None:
    service = serve()
    job = service.create_job("a")
    job.add_file_with_ranges("http://h/a", str(tmp_path / "a"), [(50, EOF), (0, 10)])
    service.kill()

    assert serve().get_job(job.id).files()[0].ranges == (FileRange(50, EOF), FileRange(0, 10))


# ---- what is fetched ----


@BOTH
def test_ranges_are_written_in_the_order_in_which_they_were_given(
    serve: Any, origin: Any, tmp_path: Path, dialect: Dialect
) -> None:
    job = begin(serve(dialect), origin.serve("/a", BODY), tmp_path / "a", (150, EOF), (10, 20), (100, 1))

    assert stored(job, tmp_path / "a") == BODY[150:] + BODY[10:30] + BODY[100:101]


def test_the_total_of_ranges_is_known_once_the_server_has_said_the_size(
    serve: Any, origin: Any, tmp_path: Path
) -> None:
    job = begin(serve(), origin.serve("/a", BODY), tmp_path / "a", (150, EOF), (10, 20))

    assert outcome(job) is JobState.TRANSFERRED
    assert job.progress().bytes_total == job.progress().bytes_transferred == 70


def test_only_the_ranges_are_asked_for(serve: Any, origin: Any, tmp_path: Path) -> None:
    job = begin(serve(), origin.serve("/a", BODY), tmp_path / "a", (150, EOF), (10, 20))
    assert outcome(job) is JobState.TRANSFERRED

    assert [seen.headers["range"] for seen in origin.requests] == ["bytes=150-", "bytes=10-29"]


def test_the_range_that_is_the_whole_file_needs_no_server_with_ranges(serve: Any, origin: Any, tmp_path: Path) -> None:
    job = begin(serve(), origin.play("/a", lambda c: c.whole(BODY)), tmp_path / "a", (0, EOF))

    assert stored(job, tmp_path / "a") == BODY
    assert "range" not in origin.requests[0].headers


@BOTH
def test_a_range_outside_the_file_is_an_error(serve: Any, origin: Any, tmp_path: Path, dialect: Dialect) -> None:
    job = begin(serve(dialect), origin.serve("/a", BODY), tmp_path / "a", (0, 10), (195, 6))

    assert outcome(job) is JobState.ERROR
    assert job.error().code == (Hresult.BG_E_INVALID_RANGE if dialect is Dialect.BITS else Hresult.DO_E_INVALID_RANGE)


def test_a_range_behind_the_end_of_the_file_is_an_error(serve: Any, origin: Any, tmp_path: Path) -> None:
    job = begin(serve(), origin.serve("/a", BODY), tmp_path / "a", (200, EOF))

    assert outcome(job) is JobState.ERROR
    assert (job.error().context, job.error().code) == (ErrorContext.REMOTE_FILE, Hresult.BG_E_INVALID_RANGE)


@BOTH
def test_a_server_without_ranges_is_an_error(serve: Any, origin: Any, tmp_path: Path, dialect: Dialect) -> None:
    job = begin(serve(dialect), origin.play("/a", lambda c: c.whole(BODY)), tmp_path / "a", (0, 10))

    assert outcome(job) is JobState.ERROR
    assert job.error().code == (
        Hresult.BG_E_INSUFFICIENT_RANGE_SUPPORT if dialect is Dialect.BITS else Hresult.DO_E_INSUFFICIENT_RANGE_SUPPORT
    )
    assert job.progress().bytes_transferred == 0


@pytest.mark.parametrize("content_range", ["bytes 11-20/200", "bytes 10-18/200", "bytes 10-19/*", "bytes */200", ""])
def test_another_range_than_was_asked_for_is_an_error(
    serve: Any, origin: Any, tmp_path: Path, content_range: str
) -> None:
    url = origin.play("/a", lambda c: c.whole(BODY[10:20], 206, Content_Range=content_range))
    job = begin(serve(), url, tmp_path / "a", (10, 10))

    assert outcome(job) is JobState.ERROR
    assert job.error().code == Hresult.BG_E_INSUFFICIENT_RANGE_SUPPORT


def test_several_ranges_of_a_server_that_names_no_version_are_an_error(serve: Any, origin: Any, tmp_path: Path) -> None:
    url = origin.play("/a", lambda c: c.document(BODY, ""))
    job = begin(serve(), url, tmp_path / "a", (0, 10), (20, 10))

    assert outcome(job) is JobState.ERROR
    assert job.error().code == Hresult.BG_E_INSUFFICIENT_RANGE_SUPPORT


def test_one_range_needs_no_version(serve: Any, origin: Any, tmp_path: Path) -> None:
    job = begin(serve(), origin.play("/a", lambda c: c.document(BODY, "")), tmp_path / "a", (20, 10))

    assert stored(job, tmp_path / "a") == BODY[20:30]


def test_a_version_that_changes_between_two_ranges_begins_the_file_anew(
    serve: Any, origin: Any, tmp_path: Path
) -> None:
    url = origin.play("/a", lambda c: c.document(BODY), lambda c: c.document(OTHER, '"v2"'))
    job = begin(serve(), url, tmp_path / "a", (0, 10), (100, 10))

    assert stored(job, tmp_path / "a") == OTHER[:10] + OTHER[100:110]


def test_a_server_whose_version_changes_with_every_request_is_given_up(serve: Any, origin: Any, tmp_path: Path) -> None:
    url = origin.play("/a", lambda c: c.document(BODY, f'"{len(origin.requests)}"'))
    job = begin(serve(), url, tmp_path / "a", (0, 10), (100, 10))

    assert outcome(job) is JobState.ERROR
    assert len(origin.requests) == 2 * (RESTARTS_MAX + 1)


@BOTH
def test_a_kill_in_the_middle_of_a_range_costs_no_byte(
    serve: Any, origin: Any, tmp_path: Path, dialect: Dialect
) -> None:
    def half(conversation: Any) -> None:
        conversation.head(206, ETag='"v1"', Content_Length=50, Content_Range="bytes 100-149/200")
        conversation.send(BODY[100:130])
        conversation.hold()

    url = origin.play("/a", lambda c: c.document(BODY), half, lambda c: c.document(BODY))
    service = serve(dialect)
    job = begin(service, url, tmp_path / "a", (0, 10), (100, 50), (20, 5))
    while job.progress().bytes_transferred < 40:
        assert job.state in {JobState.QUEUED, JobState.CONNECTING, JobState.TRANSFERRING}
    service.kill()
    job = serve(dialect).find(job.id)

    assert stored(job, tmp_path / "a") == BODY[:10] + BODY[100:150] + BODY[20:25]
    assert [seen.headers["range"] for seen in origin.requests][2:] == ["bytes=130-149", "bytes=20-24"]


def test_more_bytes_than_the_range_has_are_an_error(serve: Any, memory: Any, tmp_path: Path) -> None:
    headers = {"etag": '"v1"', "content-range": "bytes 0-9/200"}
    url = memory.play("http://h/a", memory.script(206, headers, [BODY[:11]]))
    job = begin(serve(wire=memory), url, tmp_path / "a", (0, 10), (100, 10))
    memory.run()

    assert (job.state, job.progress().bytes_transferred) == (JobState.ERROR, 0)


def test_a_range_that_ends_early_is_tried_again(serve: Any, memory: Any, tmp_path: Path) -> None:
    headers = {"etag": '"v1"', "content-range": "bytes 0-9/200"}
    url = memory.play("http://h/a", memory.script(206, headers, [BODY[:9]]))
    job = begin(serve(wire=memory), url, tmp_path / "a", (0, 10), (100, 10))
    memory.run()

    assert (job.state, job.progress().bytes_transferred) == (JobState.TRANSIENT_ERROR, 9)


# ---- arithmetic ----

PIECES = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 9)), min_size=1, max_size=6)


@given(PIECES, st.booleans(), st.randoms(use_true_random=False), st.integers(0, 9))
def test_following_what_is_to_be_asked_for_reads_the_ranges_in_their_order(
    pieces: list[tuple[int, int]],
    to_the_end: bool,
    random: Any,
    rest: int,
) -> None:
    ranges, at = list[FileRange](), 0
    for gap, length in pieces:
        ranges.append(FileRange(at + gap, length))
        at += gap + length
    source = bytes(number % 256 for number in range(at + rest))
    if to_the_end:
        ranges[-1] = FileRange(ranges[-1].offset_bytes, EOF)
    random.shuffle(ranges)
    check_ranges(ranges, "add_file_with_ranges", Dialect.BITS)
    assert outside(ranges, len(source)) is None
    wanted = b"".join(
        source[item.offset_bytes : None if item.open_ended else item.offset_bytes + item.length_bytes]
        for item in ranges
    )
    found = b""
    while len(found) < (length_of(ranges, len(source)) or 0):
        first, end = wanted_at(ranges, len(found), len(source))
        piece = source[first:end]
        found += piece[: random.randint(1, len(piece))]  # an answer may end anywhere

    assert found == wanted


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12)), min_size=1, max_size=5))
def test_ranges_are_refused_exactly_where_two_share_a_byte(pairs: list[tuple[int, int]]) -> None:
    bytes_of = [set(range(first, first + length)) for first, length in pairs]
    shared = sum(map(len, bytes_of)) != len(set[int]().union(*bytes_of))
    try:
        check_ranges([FileRange(*pair) for pair in pairs], "add_file_with_ranges", Dialect.BITS)
        found = False
    except CopyJobError as error:
        found = error.hresult == Hresult.BG_E_OVERLAPPING_RANGES

    assert found == shared


def test_the_whole_file_is_one_range_to_its_end() -> None:
    assert (FileRange(0, EOF),) == WHOLE_FILE
