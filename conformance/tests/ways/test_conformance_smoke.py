"""``copyjob smoke``: a broken adapter and a wrong backend are told apart, in seconds."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from copyjob.conformance.backend import declare, load
from copyjob.conformance.pocket import PocketBackend
from copyjob.conformance.record import Verdict
from copyjob.conformance.smoke import TRIES, smoke
from copyjob.spec.vocabulary import Dialect

Write = Callable[..., Path]


def smoked(path: Path, backend: str | None = None) -> subprocess.CompletedProcess[str]:
    """Smoke a program, or another backend in its folder, by the command."""
    name = backend or f"program:./{path.name}"
    command = [sys.executable, "-m", "copyjob.spec.cli", "smoke", name]
    return subprocess.run(command, cwd=path.parent, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("dialect", Dialect)
def test_a_backend_with_every_power_is_tried_in_all_ways(dialect: Dialect) -> None:
    assert [tried.name for tried in smoke(declare(PocketBackend, "pocket"), dialect)] == [name for name, _ in TRIES]


@pytest.mark.parametrize("dialect", Dialect)
def test_a_right_backend_passes(dialect: Dialect) -> None:
    assert {tried.verdict for tried in smoke(declare(PocketBackend, "pocket"), dialect)} == {Verdict.CONFORMS}


def test_a_backend_without_powers_is_tried_in_what_is_left(user_folder: Callable[..., Path]) -> None:
    ran = smoked(user_folder() / "x", "mybackend:TinyBackend")
    assert (ran.returncode, "restart" in ran.stdout, "set properties" in ran.stdout) == (0, False, False), ran.stdout


def test_a_broken_adapter_is_told_as_one_and_no_more_is_tried(program: Write) -> None:
    ran = smoked(program("if c == 'create_job': sys.exit(7)"))
    assert (ran.returncode, ran.stdout.splitlines()[1:]) == (
        3,
        [
            "  BROKEN    create a job: create_job: the program ended with exit code 7",
            "the adapter is broken; nothing is said of the backend",
        ],
    )


WRONG = """
class Wrong(TinyBackend):
    def resume(self, job):
        empty = not self.jobs[job]["files"] and self.jobs[job]["state"] == self.SUSPENDED
        return None if empty else TinyBackend.resume(self, job)
"""


def test_a_wrong_backend_is_told_as_one(user_folder: Callable[..., Path]) -> None:
    ran = smoked(user_folder(WRONG) / "x", "mybackend:Wrong")
    assert ran.returncode == 1
    assert "  DIVERGES  refuse to resume an empty job\n            MUST resume/SUSPENDED/1\n" in ran.stdout
    assert "the adapter works, and the backend behind it diverges; `copyjob check mybackend:Wrong`" in ran.stdout


IDLE = """
class Idle(TinyBackend):
    quiescence_seconds = None

    def resume(self, job):
        if self.jobs[job]["files"]:
            self.jobs[job]["state"] = self.QUEUED
            return None
        return TinyBackend.resume(self, job)
"""


def test_a_download_that_never_begins_is_unclear_and_the_server_tells_what_it_saw(
    user_folder: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = user_folder(IDLE)
    monkeypatch.setattr(sys, "path", [str(home), *sys.path])
    monkeypatch.setattr("copyjob.conformance.pace.DEFAULT_QUIESCENCE_SECONDS", 0.1)
    monkeypatch.delitem(sys.modules, "mybackend", raising=False)
    *_, last = smoke(load("mybackend:Idle"), Dialect.BITS)
    assert last.verdict is Verdict.INCONCLUSIVE
    assert "no request reached the server" in last.reason


def test_a_call_that_hangs_is_unclear(program: Write) -> None:
    ran = smoked(program("if c == 'create_job': continue", call_timeout_seconds=0.1))
    assert (ran.returncode, "create_job has not answered within 0.1 s" in ran.stdout) == (4, True), ran.stdout


def test_an_unknown_dialect_of_a_backend_is_a_mistake(program: Write) -> None:
    command = [sys.executable, "-m", "copyjob.spec.cli", "smoke", f"program:{program()}", "--dialect", "DO"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, "does not know DO; it declares BITS" in ran.stderr) == (2, True)
