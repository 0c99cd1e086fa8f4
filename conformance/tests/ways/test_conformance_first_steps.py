"""What an implementer meets first: how a backend is named, what it can have, what is written for him, what he reads."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from copyjob.conformance.backend import load
from copyjob.conformance.bench import Bench
from copyjob.conformance.info_command import facts_of
from copyjob.conformance.interface import Power
from copyjob.conformance.plan import AddFile, Call, Plan, Serve, Settle
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


def messages(bench: Bench, script: str) -> list[str]:
    """Return what was said over HTTP where a half-transferred file is gone on with under a script."""
    whole = (AddFile(0), Call("resume"), Settle())
    plan = Plan((Serve(0, "hold_body"), *whole, Call("suspend"), Serve(0, script), Call("resume"), Settle()))
    return [message.text for message in bench.run(plan).messages if "origin" in (message.source, message.target)]


def test_what_is_told_of_an_answer_names_the_part_of_the_file(open_bench: Callable[..., Bench]) -> None:
    declared = load("copyjob.conformance.pocket:PocketBackend")
    told = messages(open_bench(declared), "serve")
    assert any(text.startswith("206 ") and " bytes=" in text for text in told), told


def test_what_is_told_of_an_answer_names_a_version_that_is_not_the_first(open_bench: Callable[..., Bench]) -> None:
    declared = load("copyjob.conformance.pocket:PocketBackend")
    told = messages(open_bench(declared), "changed")
    assert any("version 2 of the file" in text for text in told), told
