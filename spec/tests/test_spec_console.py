"""What commands share: a mistake is told in one line, a file is written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from copyjob.spec.console import UsageError, write_whole


def test_a_mistake_is_told_in_one_line_whatever_was_said() -> None:
    assert UsageError("no such thing:\n   give another").usage_message == "no such thing: give another"


def test_a_file_is_written_with_what_it_is_to_hold(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", "new\n")
    assert (tmp_path / "a").read_text(encoding="utf-8") == "new\n"


def test_the_old_file_stays_when_the_new_one_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        write_whole(tmp_path / "a", "new" * 100_000 + "\ud800")
    assert (tmp_path / "a").read_text(encoding="utf-8") == "old"


def test_who_has_the_old_file_open_reads_it_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old", encoding="utf-8")
    with (tmp_path / "a").open(encoding="utf-8") as reader:
        write_whole(tmp_path / "a", "new")
        assert reader.read() == "old"


def test_nothing_is_left_beside_a_file_that_could_not_be_written(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write_whole(tmp_path / "a", "new" * 100_000 + "\ud800")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="absent"):
        write_whole(tmp_path / "absent" / "a", "new")


def test_a_written_file_is_as_readable_as_any_new_one(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", "text")
    (tmp_path / "b").write_text("text", encoding="utf-8")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode
