"""Replay: one plan, one backend, what passed between them and what came of it; the pasted program does the same."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from copyjob.conformance.backend import UsageError
from copyjob.conformance.plan import AddFile, Call, Plan, Serve, Settle, to_python
from copyjob.conformance.record import Verdict
from copyjob.conformance.replay import replay
from copyjob.spec.vocabulary import Dialect

WRONG = """
class Wrong(TinyBackend):
    def resume(self, job):
        return TinyBackend.resume(self, job) if self.jobs[job]["files"] else None


class Broken(TinyBackend):
    def suspend(self, job):
        raise ValueError("it rains")
"""
EMPTY = (Call("resume"),)
HELD = (Serve(0, "hold_body"), AddFile(0), Call("resume"), Settle(), Call("suspend"))


@pytest.fixture
def at_home(user_folder: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in the user's folder."""
    home = user_folder(WRONG)
    monkeypatch.setattr(sys, "path", [str(home), *sys.path])
    monkeypatch.delitem(sys.modules, "mybackend", raising=False)
    monkeypatch.chdir(home)
    return home


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize(
    ("name", "verdict"),
    [("TinyBackend", Verdict.CONFORMS), ("Wrong", Verdict.DIVERGES), ("Broken", Verdict.ERRORED)],
)
def test_a_replay_returns_the_verdict(name: str, verdict: Verdict) -> None:
    assert replay(f"mybackend:{name}", steps=(*EMPTY, *HELD), quiet=True) is verdict


@pytest.mark.usefixtures("at_home")
def test_a_replay_tells_what_was_called_and_what_was_answered(capsys: pytest.CaptureFixture[str]) -> None:
    replay("mybackend:TinyBackend", steps=HELD)
    told = capsys.readouterr().out
    calls = ["create_job", "add_file -> S_OK", "resume -> S_OK", "suspend -> S_OK"]
    places = [told.index(call) for call in calls]
    assert places == sorted(places)


@pytest.mark.usefixtures("at_home")
def test_a_replay_tells_what_was_asked_of_the_server(capsys: pytest.CaptureFixture[str]) -> None:
    replay("mybackend:TinyBackend", steps=HELD)
    assert " backend -> origin   GET file-0.bin" in capsys.readouterr().out


@pytest.mark.usefixtures("at_home")
def test_a_replay_tells_a_divergence(capsys: pytest.CaptureFixture[str]) -> None:
    replay("mybackend:Wrong", steps=EMPTY)
    assert capsys.readouterr().out.splitlines()[-4:] == [
        "MUST resume/SUSPENDED/1",
        "  seen: resume answered S_OK (0x00000000), after get_state answered SUSPENDED",
        "  permitted: BG_E_EMPTY in SUSPENDED",
        "diverges",
    ]


@pytest.mark.usefixtures("at_home")
def test_a_replay_tells_an_error_of_the_adapter(capsys: pytest.CaptureFixture[str]) -> None:
    replay("mybackend:Broken", steps=HELD)
    assert "suspend raised ValueError: it rains" in capsys.readouterr().out.splitlines()[-2]


@pytest.mark.usefixtures("at_home")
def test_a_quiet_replay_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    replay("mybackend:Wrong", steps=EMPTY, quiet=True)
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("at_home")
def test_a_replay_in_an_unknown_dialect_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="unknown dialect 'WINE'; know BITS and DO"):
        replay("mybackend:TinyBackend", dialect="WINE", steps=HELD)


def test_the_printed_program_prints_the_divergence(at_home: Path) -> None:
    (at_home / "pasted.py").write_text(to_python(Plan(EMPTY), "mybackend:Wrong", Dialect.DO), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "pasted.py"],
        cwd=at_home,
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert ran.stdout.splitlines()[-4] == "MUST resume/SUSPENDED/1"
