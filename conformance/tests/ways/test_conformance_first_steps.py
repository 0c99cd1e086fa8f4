"""What an implementer meets first: how a backend is named, what it can have, what is written for him, what he reads."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest

from copyjob.conformance.backend import load
from copyjob.conformance.info_command import facts_of
from copyjob.conformance.interface import Power
from copyjob.conformance.origin.journal import Entry, EntryKind
from copyjob.conformance.plan import Plan
from copyjob.conformance.record import Record
from copyjob.conformance.scribe import Scribe
from copyjob.spec.cli import main
from copyjob.spec.console import UsageError

Write = Callable[..., Path]


def complaint(name: str) -> str:
    with pytest.raises(UsageError) as caught:
        load(name)
    return caught.value.usage_message


@pytest.mark.parametrize(
    ("name", "mode", "proposed"),
    [
        ("adapter.js", 0o644, "'program:node adapter.js'"),
        ("here/adapter.py", 0o644, "'program:python3 here/adapter.py'"),
        ("adapter", 0o755, "program:./adapter"),
        ("here/adapter.sh", 0o755, "program:here/adapter.sh"),
    ],
)
def test_a_file_is_proposed_as_a_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, mode: int, proposed: str
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.touch()
    path.chmod(mode)
    assert complaint(name).endswith(f"; that file would be {proposed}")


def test_what_is_no_file_is_not_proposed_as_a_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "that file" not in complaint("adapter.js")


def test_a_program_is_not_told_of_a_power_that_no_program_can_have(program: Write) -> None:
    facts = facts_of(load(f"program:{program()}"))
    assert (Power.WIRE.value in facts.missing_powers, Power.CLOCK.value in facts.missing_powers) == (False, True)


@pytest.mark.parametrize("words", [("check", "--help"), ("--help",)], ids=["check", "overview"])
def test_help_tells_that_a_program_can_be_a_backend(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(words)
    assert "program:" in capsys.readouterr().out


def test_an_adapter_is_written_as_a_new_file(tmp_path: Path) -> None:
    before = time.time()
    assert main(["new-adapter", "--lang", "sh", str(tmp_path / "mine")]) == 0
    path = tmp_path / "mine" / "adapter.sh"
    assert path.stat().st_mtime >= before - 1
    assert os.access(path, os.X_OK)


def told(**members: Any) -> str:
    """Return what is told of something that the server saw or did."""
    record, pace, world = Record(Plan(())), MagicMock(), MagicMock()
    pace.now_seconds.return_value = 0.0
    scribe = Scribe(world, record, pace)
    scribe.tell([Entry(seq=1, time_seconds=1.0, site=1, path="file-0.bin", **members)])
    (message,) = record.messages
    return message.text


def test_what_is_told_of_a_request_names_its_condition() -> None:
    text = told(kind=EntryKind.REQUEST, method="GET", range_header="bytes=7-", if_range='"tag"')
    assert text == 'GET file-0.bin bytes=7-, if-range "tag"'


def test_what_is_told_of_an_answer_names_the_part_of_the_file() -> None:
    answer = {"kind": EntryKind.ANSWER, "status": 206, "version": 1, "first_byte": 7, "last_byte": 9}
    assert told(**answer) == "206 file-0.bin bytes=7-9"


def test_what_is_told_of_an_answer_names_a_version_that_is_not_the_first() -> None:
    answer = {"kind": EntryKind.ANSWER, "status": 200, "version": 2, "first_byte": 0, "last_byte": 9}
    assert told(**answer) == "200 file-0.bin, version 2 of the file"
