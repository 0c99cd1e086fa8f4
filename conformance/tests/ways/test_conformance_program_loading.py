"""Finding a program: a mistake of the caller is exit code 2, a program that breaks at its first word is exit code 3."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from copyjob.conformance.backend import BrokenBackendError, load
from copyjob.conformance.interface import Power
from copyjob.conformance.program import backend as backend_module
from copyjob.conformance.program.backend import ProgramBackend
from copyjob.spec.console import UsageError
from copyjob.spec.vocabulary import Dialect

Write = Callable[..., Path]


def complaint(name: str) -> UsageError:
    """Return the mistake by which a backend is refused; it is one line."""
    with pytest.raises(UsageError) as caught:
        load(name)
    assert "\n" not in caught.value.usage_message
    assert caught.value.usage_message.startswith(f"backend {name}") or not name.partition(":")[2]
    return caught.value


def test_what_a_program_declares_is_declared(program: Write) -> None:
    path = program(dialects=["DO"], powers=["error", "clock"], quiescence_seconds=1, stall_timeout_seconds=2)
    declared = load(f"program:{path}")
    assert (declared.dialects, declared.powers) == ((Dialect.DO,), frozenset({Power.ERROR, Power.CLOCK}))
    assert (declared.quiescence_seconds, declared.stall_timeout_seconds) == (1, 2)


def test_a_program_that_declares_nothing_speaks_bits_and_promises_nothing(program: Write) -> None:
    declared = load(f"program:{program()}")
    assert (declared.dialects, declared.powers, declared.quiescence_seconds) == ((Dialect.BITS,), frozenset(), None)


def test_a_program_keeps_its_name_as_it_was_given(program: Write) -> None:
    path = program()
    assert load(f"program:{path} --fast").name == f"program:{path} --fast"


def test_a_program_is_given_the_rest_of_its_command_line(program: Write, tmp_path: Path) -> None:
    path = program(f"open({str(tmp_path / 'log')!r}, 'w').write(repr(sys.argv[1:]))")
    load(f"program:{path} --root 'a b'")
    assert (tmp_path / "log").read_text() == "['--root', 'a b']"


MISTAKES: dict[str, tuple[str, str]] = {
    "nothing": ("program:", "names no program; give program:COMMAND LINE"),
    "an open quotation": ("program:'x", "the command line cannot be read: No closing quotation"),
    "no such program": ("program:nobody-has-this", "there is no program 'nobody-has-this' on the PATH"),
    "no such file": ("program:./nobody", "there is no file ./nobody"),
    "a folder": ("program:./folder", "./folder is no file that could be run"),
    "not executable": ("program:./plain", "./plain is not executable; chmod +x ./plain makes it so"),
    "no interpreter": ("program:./mute", "Exec format error; does its first line name its interpreter"),
    "an interpreter that is not there": ("program:./lost", "the interpreter that its first line names is not there"),
    "a file of this folder": ("program:plain", "./plain would be the one in this folder"),
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which the command is run, with things in it that are no programs."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "plain").write_text("#!/bin/sh\n", encoding="utf-8")
    (tmp_path / "mute").write_text("hello\n", encoding="utf-8")
    (tmp_path / "lost").write_text("#!/nowhere/sh\n", encoding="utf-8")
    for name in ("mute", "lost"):
        (tmp_path / name).chmod(0o755)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(("name", "told"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_program_that_cannot_be_started_is_a_mistake(name: str, told: str) -> None:
    error = complaint(name)
    assert told in error.usage_message
    assert not isinstance(error, BrokenBackendError)


VERSIONS = {
    "the future": (2, "it speaks version 2 of the protocol, this kit speaks version 1; update copyjob"),
    "the past": (0, "it speaks version 0 of the protocol, this kit speaks version 1; bring the adapter up to it"),
}


@pytest.mark.parametrize(("version", "told"), VERSIONS.values(), ids=VERSIONS.keys())
def test_another_version_of_the_protocol_is_a_mistake_whatever_else_it_says(
    program: Write, version: int, told: str
) -> None:
    error = complaint(f"program:{program(protocol=version, colours=['blue'])}")
    assert told in error.usage_message
    assert not isinstance(error, BrokenBackendError)


DECLARED = {
    "an unknown power": ({"powers": ["flight"]}, "declares unknown powers: flight; know progress"),
    "what no program can have": ({"powers": ["wire"]}, "declares the power wire, which no program can have"),
    "an unknown dialect": ({"dialects": ["WINE"]}, "declares unknown dialects: WINE; know BITS, DO"),
}


@pytest.mark.parametrize(("declares", "told"), DECLARED.values(), ids=DECLARED.keys())
def test_what_nobody_knows_is_answered_with_what_is_known(
    program: Write, declares: dict[str, list[str]], told: str
) -> None:
    assert told in complaint(f"program:{program(**declares)}").usage_message


BREAKS: dict[str, tuple[str, str]] = {
    "an exit": ("sys.exit(7)", "hello: the program ended with exit code 7"),
    "garbage": ("print('ready', flush=True)", "hello: line 1 of its output is no JSON: 'ready'"),
    "half a line": ("os.write(1, b'{\"id\"'); sys.exit()", "in the middle of a line"),
    "no declaration": ("say(id=i, hresult=0); continue", "hello was answered with the HRESULT 0"),
    "half a declaration": ("say(id=i, value={}); continue", "missing required field `protocol`"),
    "a declaration with more": ("say(id=i, value={'protocol': 1, 'color': 3}); continue", "unknown field `color`"),
    "its own word": ("say(id=i, errored='no disk'); continue", "hello errored: no disk"),
}


@pytest.mark.parametrize(("breaks", "told"), BREAKS.values(), ids=BREAKS.keys())
def test_a_program_that_breaks_at_its_first_word_is_a_broken_adapter(program: Write, breaks: str, told: str) -> None:
    error = complaint(f"program:{program(breaks)}")
    assert isinstance(error, BrokenBackendError)
    assert told in error.usage_message


def test_a_program_that_says_nothing_is_a_broken_adapter(program: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend_module, "CALL_TIMEOUT_SECONDS", 0.2)
    error = complaint(f"program:{program('continue')}")
    assert isinstance(error, BrokenBackendError)
    assert "hello has not been answered within 0.2 s" in error.usage_message


def test_a_backend_has_the_methods_of_the_table_and_no_other(program: Write, tmp_path: Path) -> None:
    running = ProgramBackend((str(program()),), "BITS", str(tmp_path))
    try:
        assert (callable(running.resume), hasattr(running, "resumes")) == (True, False)
    finally:
        running.close()


EXITS = {"not there": ("./nobody", 2), "breaks": ("./adapter", 3)}


@pytest.mark.parametrize(("command", "code"), EXITS.values(), ids=EXITS.keys())
def test_the_command_tells_it_in_one_line_and_by_its_exit_code(program: Write, command: str, code: int) -> None:
    path = program("sys.exit(7)")
    ran = subprocess.run(
        [sys.executable, "-m", "copyjob.spec.cli", "check", f"program:{command}"],
        cwd=path.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, len(ran.stderr.splitlines()), ran.stdout) == (code, 1, ""), ran.stderr
