"""What bitsadmin prints, read: every layout of the samples, series, encodings, and what is no line of it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from copyjob.conformance.traces.bitsadmin import Snapshot, Unknown, is_bitsadmin, looks_so, read, snapshots
from copyjob.conformance.traces.lines import BadLineError
from copyjob.spec.console import UsageError
from copyjob.spec.vocabulary import JobState, JobType


def _samples() -> ModuleType:
    path = Path(__file__).with_name("bitsadmin_samples.py")
    spec = importlib.util.spec_from_file_location("bitsadmin_samples", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


S = _samples()


def told(text: str) -> list[Snapshot]:
    """Return what a text says of jobs."""
    return list(snapshots(text, "jobs.txt"))


# Every layout


@pytest.mark.parametrize("text", [S.INFO, S.INFO_PLAIN], ids=["indented", "plain"])
def test_info_tells_state_progress_and_settings_of_a_job(text: str) -> None:
    (job,) = told(text)
    assert (job.job, job.display, job.state, job.type) == (
        S.FIRST.strip("{}").lower(),
        "nightly",
        JobState.TRANSIENT_ERROR,
        JobType.DOWNLOAD,
    )
    assert (job.files_done, job.files_total, job.bytes_done, job.bytes_total) == (0, 1, 0, Unknown.UNKNOWN)
    assert (job.owner, job.priority, job.notify_interface, job.notify_flags) == (
        "example\\user",
        "NORMAL",
        "UNREGISTERED",
        3,
    )
    assert (job.retry_delay_seconds, job.no_progress_timeout_seconds, job.error_count) == (600, 1209600, 0)


@pytest.mark.parametrize("text", [S.INFO, S.INFO_PLAIN], ids=["indented", "plain"])
def test_info_tells_the_error_whose_sentence_goes_on_in_the_next_line(text: str) -> None:
    (job,) = told(text)
    assert (job.error_code, job.error_context, job.error_file) == (
        0x80072EE7,
        5,
        "https://example.com/a.zip -> c:\\a.zip",
    )


@pytest.mark.parametrize("text", [S.INFO, S.INFO_PLAIN], ids=["indented", "plain"])
def test_info_tells_the_files(text: str) -> None:
    ((file,),) = (job.files for job in told(text))
    assert (file.line, file.bytes_done, file.bytes_total, file.remote, file.local) == (
        15,
        0,
        Unknown.UNKNOWN,
        "https://example.com/a.zip",
        "c:\\a.zip",
    )


def test_times_stay_the_text_that_they_are() -> None:
    (job,) = told(S.INFO)
    assert (job.creation, job.modification, job.completion) == (
        "3/14/2005 1:21:17 PM",
        "3/14/2005 1:21:30 PM",
        Unknown.UNKNOWN,
    )


def test_list_tells_a_job_a_line() -> None:
    assert [(job.display, job.state, job.files_total, job.bytes_total) for job in told(S.LIST)] == [
        ("one", JobState.SUSPENDED, 0, 0),
        ("two", JobState.TRANSIENT_ERROR, 1, Unknown.UNKNOWN),
    ]


def test_list_quotes_names_with_blanks() -> None:
    assert [(job.display, job.state, job.files_total, job.bytes_total) for job in told(S.LIST_QUOTED)] == [
        ("Basic Test", JobState.TRANSFERRED, 1, 1024),
        ("Ranges_1", JobState.ERROR, 3, 84988),
        ("Failed - no name", JobState.CONNECTING, 1, Unknown.UNKNOWN),
    ]


def test_a_name_that_looks_like_more_fields_is_a_name() -> None:
    (job,) = told(f"{S.FIRST} 'x TRANSFERRED 1 / 1 2 / 2' QUEUED 0 / 1 0 / 7\n")
    assert (job.display, job.state) == ("x TRANSFERRED 1 / 1 2 / 2", JobState.QUEUED)


def test_monitor_tells_a_job_a_line_behind_its_head() -> None:
    assert [(job.display, job.files_done) for job in told(S.MONITOR)] == [("one", 0), ("three", 1)]


def test_list_verbose_tells_all_of_every_job() -> None:
    first, second = told(S.LIST_VERBOSE)
    assert (first.display, first.owner, first.bytes_total, first.completion) == (
        "Component Updater",
        "HOST\\user name",
        300,
        "2026/06/17 19:18:24",
    )
    assert [file.local for file in first.files] == ["D:\\some files\\x", "D:\\some files\\y"]
    assert second.state is JobState.TRANSIENT_ERROR


def test_a_verbose_job_without_error_lines_has_told_that_there_is_no_error() -> None:
    assert [job.shows_error for job in told(S.LIST_VERBOSE)] == [False, True]


def test_of_a_job_in_one_line_nobody_knows_whether_there_is_an_error() -> None:
    assert [job.shows_error for job in told(S.LIST)] == [None, None]


def test_a_queue_without_jobs_is_something_told() -> None:
    assert told(S.EMPTY) == []


@pytest.mark.parametrize("name", sorted(S.ALL))
def test_every_layout_is_told_from_a_trace_by_its_first_lines(name: str) -> None:
    assert is_bitsadmin(S.ALL[name].encode())


@pytest.mark.parametrize(
    "head", [b'{"event":"start","dialect":"BITS","version":1}\n', b"", b"hello\n", b"\x1f\x8b\x08"]
)
def test_anything_else_is_told_from_it(head: bytes) -> None:
    assert not is_bitsadmin(head)


# Series


def test_a_new_head_begins_another_snapshot() -> None:
    other = S.MONITOR.replace(S.FIRST, S.SECOND).replace(S.THIRD, S.THIRD.replace("C", "D"))
    assert [job.number for job in told(S.MONITOR + other)] == [1, 1, 2, 2]


def test_a_job_that_comes_again_begins_another_snapshot() -> None:
    assert [job.number for job in told(S.INFO + S.INFO)] == [1, 2]


def test_behind_the_number_of_jobs_another_snapshot_begins() -> None:
    other = S.LIST.replace(S.FIRST, S.THIRD)
    assert [job.number for job in told(S.LIST + other)] == [1, 1, 2, 2]


def test_lines_are_counted_from_the_beginning_of_the_file() -> None:
    assert [job.line for job in told(S.HEAD + S.LIST)] == [9, 10]


# Encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_is_read_as_it_was_saved(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "jobs.txt"
    path.write_bytes(S.LIST.replace("\n", "\r\n").encode(encoding))
    assert (len(read(path)), looks_so(path)) == (2, True)


def test_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "jobs.txt"
    path.write_bytes(S.LIST.replace("two", "zw\u00f6lf").encode("cp1252"))
    with pytest.raises(BadLineError, match=r"jobs\.txt, line 2: is not UTF-8; take it after `chcp 65001`"):
        read(path)


def test_half_a_character_is_named(tmp_path: Path) -> None:
    path = tmp_path / "jobs.txt"
    path.write_bytes(S.LIST.encode("utf-16")[:-1])
    with pytest.raises(UsageError, match="cut off in the middle of a character"):
        read(path)


# What is no line of it


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: the file is empty"),
        ("Unable to enumerate jobs - 0x80070005\n", "line 1: 'Unable to enumerate jobs - 0x80070005' is no line"),
        (S.LIST.replace("SUSPENDED", "SUSPENDEN"), "line 1: there is no state 'SUSPENDEN'; did you mean SUSPENDED?"),
        (S.INFO.replace("TYPE: DOWNLOAD", "TYPE: UPLAOD"), "line 2: there is no type of job 'UPLAOD'"),
        (S.LIST.replace("Listed 2", "Listed 3"), "line 4: counts 3 jobs where 2 stand"),
        (S.INFO[: S.INFO.index("PRIORITY")], "line 1: the job that begins here lacks its state or its files"),
        (S.INFO.replace("PRIORITY: NORMAL FILES: 0 / 1", "PRIORITY: NORMAL FILES: 0 /"), "line 3: 'PRIORITY: NORMAL"),
        (S.INFO.replace("0 / UNKNOWN WORKING", "0 UNKNOWN WORKING"), "line 15: '0 UNKNOWN WORKING"),
        (S.INFO + "and more\n", "line 17: 'and more' is no line"),
    ],
    ids=["empty", "refused", "state", "type", "too-few", "cut-off", "half-a-line", "half-a-file", "foreign"],
)
def test_what_cannot_be_read_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(BadLineError) as caught:
        told(text)
    assert str(caught.value).startswith(f"jobs.txt, {message}")


def test_what_cannot_be_read_names_the_way_out() -> None:
    with pytest.raises(BadLineError, match="give what `bitsadmin /nowrap /list /verbose` printed"):
        told("hello\n")


def test_half_a_line_that_is_cut_off_is_no_job() -> None:
    with pytest.raises(BadLineError):
        told(S.LIST[:70])
