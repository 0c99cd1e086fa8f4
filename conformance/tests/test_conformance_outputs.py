"""The output folder: files whole or not at all, as many as can be written, and what could not be is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from copyjob.conformance import event_data as line
from copyjob.conformance.outputs import EVENTS, REPLAYS, REPORT, Outputs, replay_name
from copyjob.spec.console import UsageError

NOTE = line.Note(elapsed_seconds=1.0, text="it rains")


def test_events_are_on_the_disk_line_by_line(tmp_path: Path) -> None:
    with Outputs(tmp_path) as files:
        files.event(NOTE)
        assert msgspec.json.decode((tmp_path / EVENTS).read_bytes(), type=line.Line) == NOTE


def test_a_file_that_cannot_be_written_is_named_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "report.json").mkdir()
    with Outputs(tmp_path) as files:
        files.whole("report.json", "{}")
    with pytest.raises(UsageError, match=r"report\.json cannot be written: Is a directory; make room, or name"):
        files.settle()


def test_what_can_still_be_written_is_written(tmp_path: Path) -> None:
    (tmp_path / "report.json").mkdir()
    with Outputs(tmp_path) as files:
        files.whole("report.json", "{}")
        files.whole("summary.md", "all is told")
    assert ((tmp_path / "summary.md").read_text(encoding="utf-8"), files.written) == (
        "all is told",
        [tmp_path / "summary.md"],
    )


def test_of_several_problems_the_first_is_told(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with Outputs(tmp_path) as files:
        files.whole("one", "")
        files.whole("two", "")
    with pytest.raises(UsageError, match="one cannot be written"):
        files.settle()


def test_a_full_disk_ends_the_events_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / EVENTS).symlink_to("/dev/full")
    with Outputs(tmp_path) as files:
        files.event(NOTE)
        files.event(NOTE)
        files.whole("report.json", "{}")
    assert (tmp_path / "report.json").read_text(encoding="utf-8") == "{}"
    with pytest.raises(UsageError, match=r"events\.ndjson cannot be written: No space left on device"):
        files.settle()


def test_where_no_folder_is_asked_for_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Outputs(None) as files:
        files.event(NOTE)
        files.whole("report.json", "{}")
    files.settle()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["file", "file/below", "/proc/reports"])
def test_a_folder_that_cannot_be_written_is_refused_before_the_work(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot write to"):
        Outputs(tmp_path / place)


def test_replays_of_the_same_row_have_names_of_their_own() -> None:
    first: Any = replay_name("BITS", "resume/SUSPENDED/1")
    second = replay_name("BITS", "resume/SUSPENDED/1", taken=(first,))
    assert (first, second) == ("replays/BITS-resume-SUSPENDED-1.json", "replays/BITS-resume-SUSPENDED-1-2.json")


# What an earlier check left


def replay_of(name: str, told: str = "copyjob-replay") -> str:
    return json.dumps({"format": told, "version": 1, "backend": "m:B", "dialect": "BITS", "aim": name, "steps": []})


@pytest.fixture
def left(tmp_path: Path) -> Callable[[str, str], Path]:
    """Return what leaves a file in the folder of replays."""

    def leave(name: str, text: str) -> Path:
        path = tmp_path / REPLAYS / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return leave


def check_again(folder: Path) -> None:
    """Write what a check that finds one divergence does."""
    with Outputs(folder) as files:
        files.whole(replay_name("BITS", "cancel/QUEUED/1"), replay_of("cancel/QUEUED/1"))
        files.whole(REPORT, "{}")
        files.clear()
    files.settle()


@pytest.mark.parametrize("name", ["BITS-resume-SUSPENDED-1.json", "BITS-resume-SUSPENDED-1-2.json"])
def test_a_check_replaces_the_replay_files_of_an_earlier_one(tmp_path: Path, left: Any, name: str) -> None:
    left(name, replay_of("resume/SUSPENDED/1"))
    check_again(tmp_path)
    assert [path.name for path in (tmp_path / REPLAYS).iterdir()] == ["BITS-cancel-QUEUED-1.json"]


FOREIGN = {
    "a name of the user's": ("my-bug.json", replay_of("resume/SUSPENDED/1")),
    "a name for another": ("BITS-resume-SUSPENDED-1-kept.json", replay_of("resume/SUSPENDED/1")),
    "no replay": ("BITS-resume-SUSPENDED-1.json", replay_of("resume/SUSPENDED/1", told="other")),
    "no JSON": ("BITS-resume-SUSPENDED-1.json", "{"),
    "no such ending": ("BITS-resume-SUSPENDED-1.txt", replay_of("resume/SUSPENDED/1")),
}


@pytest.mark.parametrize(("name", "text"), FOREIGN.values(), ids=FOREIGN)
def test_a_file_that_no_check_wrote_is_left_alone(tmp_path: Path, left: Any, name: str, text: str) -> None:
    path = left(name, text)
    check_again(tmp_path)
    assert path.read_text(encoding="utf-8") == text


def test_a_check_without_a_report_of_its_own_removes_nothing(tmp_path: Path, left: Any) -> None:
    path = left("BITS-resume-SUSPENDED-1.json", replay_of("resume/SUSPENDED/1"))
    (tmp_path / REPORT).mkdir()
    with pytest.raises(UsageError, match=r"report\.json cannot be written"):
        check_again(tmp_path)
    assert path.is_file()
