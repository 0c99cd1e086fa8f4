"""What commands share: a mistake is told in one line, a file is written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from copyjob.spec.console import UsageError, check_writable, checkout_room, nearest, write_or_refuse, write_whole


def test_a_mistake_is_told_in_one_line_whatever_was_said() -> None:
    assert UsageError("no such thing:\n   give another").usage_message == "no such thing: give another"


def test_a_file_is_written_with_what_it_is_to_hold(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", "new\n")
    assert (tmp_path / "a").read_text(encoding="utf-8") == "new\n"


def test_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", b"\xff\r\n\0")
    assert (tmp_path / "a").read_bytes() == b"\xff\r\n\0"


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


def test_a_file_that_cannot_be_made_is_named_by_its_own_path(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(IsADirectoryError) as raised:
        write_whole(tmp_path / "a", "new")
    assert raised.value.filename == str(tmp_path / "a")


def test_a_path_that_cannot_be_written_is_a_mistake_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        write_or_refuse(tmp_path / "absent" / "a", "new")
    assert str(tmp_path / "absent" / "a") in raised.value.usage_message
    assert raised.value.usage_message.endswith("give another place with -o")


@pytest.mark.parametrize("word", ["resum", "RESUM", " Resum "])
def test_the_nearest_word_is_found_in_any_case(word: str) -> None:
    assert nearest(word, ["Cancel", "Resume"]) == "did you mean Resume?"


def test_the_nearest_word_is_told_as_it_is_written_for_people() -> None:
    assert nearest("addfil", ["addfile"], told={"addfile": "add_file"}) == "did you mean add_file?"


def test_a_word_that_is_near_to_none_is_told_another_way_out() -> None:
    assert nearest("xyz", ["Cancel", "Resume"], "ask for less") == "ask for less"


def test_a_room_is_found_in_a_checkout_alone(tmp_path: Path) -> None:
    module = tmp_path / "spec" / "copyjob" / "spec" / "console.py"
    installed = tmp_path / "site-packages" / "copyjob" / "spec" / "console.py"
    assert checkout_room(module) is None
    (tmp_path / "pyproject.toml").touch()
    assert checkout_room(module) == (tmp_path / "spec").resolve()
    assert checkout_room(installed) is None


def test_a_written_file_is_as_readable_as_any_new_one(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", "text")
    (tmp_path / "b").write_text("text", encoding="utf-8")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_a_link_is_followed_and_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old", encoding="utf-8")
    (tmp_path / "a").symlink_to("real")
    write_whole(tmp_path / "a", "new")
    assert ((tmp_path / "a").is_symlink(), (tmp_path / "real").read_text(encoding="utf-8")) == (True, "new")


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a")
    reader = os.open(tmp_path / "a", os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_whole(tmp_path / "a", "new")
        assert (os.read(reader, 99), (tmp_path / "a").is_fifo()) == (b"new", True)
    finally:
        os.close(reader)


def test_a_device_is_written_to_and_not_replaced() -> None:
    near, far = os.openpty()
    try:
        device = Path(os.ttyname(far))
        write_whole(device, "new")
        assert (os.read(near, 99), device.is_char_device()) == (b"new", True)
    finally:
        os.close(near)
        os.close(far)


@pytest.mark.parametrize(("name", "why"), [("absent/a", "No such file or directory"), (".", "Is a directory")])
def test_that_a_file_cannot_be_written_is_found_out_before_the_work(tmp_path: Path, name: str, why: str) -> None:
    with pytest.raises(UsageError) as raised:
        check_writable(tmp_path / name, "name another")
    assert raised.value.usage_message == f"{tmp_path / name} cannot be written: {why}; name another"


def test_finding_out_whether_a_file_can_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("old", encoding="utf-8")
    for name in ("old", "new"):
        check_writable(tmp_path / name, "name another")
    assert [(path.name, path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()] == [("old", "old")]
