"""Replay: one plan, one backend, what passed between them and what came of it; the pasted program does the same."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from copyjob.conformance import replay_file
from copyjob.conformance.plan import AddFile, Call, Gate, Plan, Serve, Settle, Step, to_python
from copyjob.conformance.record import Verdict
from copyjob.conformance.replay import replay
from copyjob.spec.cli import main
from copyjob.spec.console import UsageError
from copyjob.spec.vocabulary import Dialect

WRONG = '''
import signal


class Wrong(TinyBackend):
    def resume(self, job):
        return TinyBackend.resume(self, job) if self.jobs[job]["files"] else None


class Second(Wrong):
    """Wrong with its second job only; what conforms is asked again, what diverges has had its day."""

    def resume(self, job):
        return (Wrong if job == "job-1" else TinyBackend).resume(self, job)


class Broken(TinyBackend):
    def suspend(self, job):
        raise ValueError("it rains")


# A test run in the background is deaf to Ctrl-C, and so is what it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)


class Interrupted(TinyBackend):
    """Somebody presses Ctrl-C."""

    def suspend(self, job):
        os.kill(os.getpid(), signal.SIGINT)
        return TinyBackend.suspend(self, job)


class Patient(TinyBackend):
    """Stays QUEUED until the connection stands."""

    quiescence_seconds = 0.2

    def _step(self, job, turn, state):
        if state != self.CONNECTING:
            TinyBackend._step(self, job, turn, state)


class Unbound(Patient):
    quiescence_seconds = None


class OnlyBits(TinyBackend):
    dialects = ("BITS",)
'''
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
        "  permitted: BG_E_EMPTY (0x80200003, -2145386493) in SUSPENDED",
        "diverges",
    ]


@pytest.mark.usefixtures("at_home")
def test_a_replay_tells_an_error_of_the_adapter(capsys: pytest.CaptureFixture[str]) -> None:
    replay("mybackend:Broken", steps=HELD)
    assert "suspend raised ValueError: it rains" in capsys.readouterr().out.splitlines()[-3]


@pytest.mark.usefixtures("at_home")
def test_a_quiet_replay_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    replay("mybackend:Wrong", steps=EMPTY, quiet=True)
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("at_home")
def test_a_replay_in_an_unknown_dialect_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="unknown dialect 'WINE'; know BITS and DO"):
        replay("mybackend:TinyBackend", dialect="WINE", steps=HELD)


@pytest.mark.usefixtures("at_home")
def test_a_replay_in_a_dialect_that_the_backend_does_not_declare_is_refused() -> None:
    with pytest.raises(UsageError, match="mybackend:OnlyBits does not know DO; it declares BITS"):
        replay("mybackend:OnlyBits", dialect="DO", steps=HELD)


HANGING = (Gate("backlog"), AddFile(0), Call("resume"), Settle())


@pytest.mark.usefixtures("at_home")
def test_a_do_job_that_stays_queued_while_connections_hang_diverges_at_its_turn(
    capsys: pytest.CaptureFixture[str],
) -> None:
    replay("mybackend:Patient", dialect="DO", steps=HANGING)
    told = capsys.readouterr().out.splitlines()
    assert (told[-4], told[-1]) == ("MUST turn/QUEUED/1", "diverges")


@pytest.mark.usefixtures("at_home")
def test_a_do_job_that_is_transferring_while_connections_hang_conforms() -> None:
    assert replay("mybackend:TinyBackend", dialect="DO", steps=HANGING, quiet=True) is Verdict.CONFORMS


@pytest.mark.usefixtures("at_home")
def test_a_do_job_that_stays_queued_is_inconclusive_where_no_bound_is_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copyjob.conformance.pace.DEFAULT_QUIESCENCE_SECONDS", 0.2)
    assert replay("mybackend:Unbound", dialect="DO", steps=HANGING, quiet=True) is Verdict.INCONCLUSIVE


@pytest.mark.usefixtures("at_home")
def test_the_run_that_shows_it_is_the_one_that_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    document = replay_file.document(Plan(EMPTY), "mybackend:Second", Dialect.BITS, ("resume/SUSPENDED/1",))
    Path("second.json").write_text(document, encoding="utf-8")
    assert main(["replay", "second.json", "--times", "3"]) == 1
    told = capsys.readouterr().out.splitlines()
    assert (told[0], told[-3:]) == (
        "run 2 of 3:",
        ["diverges", "resume/SUSPENDED/1: shown 1 of 3 times", "mybackend:Second, BITS: diverges"],
    )


@pytest.mark.usefixtures("at_home")
def test_where_no_run_shows_it_the_first_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    document = replay_file.document(Plan(EMPTY), "mybackend:TinyBackend", Dialect.BITS, ("resume/SUSPENDED/1",))
    Path("none.json").write_text(document, encoding="utf-8")
    assert main(["replay", "none.json", "--times", "2"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "run 1 of 2:"


def run_pasted(folder: Path, backend: str, steps: tuple[Step, ...]) -> subprocess.CompletedProcess[str]:
    """Paste the printed program into a file and run that as a program of its own."""
    program = to_python(Plan(steps), backend, Dialect.DO)
    (folder / "pasted.py").write_text(program, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "pasted.py"],
        cwd=folder,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_printed_program_prints_the_divergence(user_folder: Callable[[str], Path]) -> None:
    ran = run_pasted(user_folder(WRONG), "mybackend:Wrong", EMPTY)
    assert ran.stdout.splitlines()[-4] == "MUST resume/SUSPENDED/1"


@pytest.mark.parametrize(("name", "code"), [("TinyBackend", 0), ("Wrong", 1), ("Broken", 3)])
def test_the_printed_program_exits_by_its_verdict(user_folder: Callable[[str], Path], name: str, code: int) -> None:
    assert run_pasted(user_folder(WRONG), f"mybackend:{name}", (*EMPTY, *HELD)).returncode == code


def test_the_printed_program_tells_an_interruption_in_one_line(user_folder: Callable[[str], Path]) -> None:
    ran = run_pasted(user_folder(WRONG), "mybackend:Interrupted", (*HELD, Settle()))
    assert (ran.returncode, ran.stderr) == (130, "replay: interrupted\n")


UNUSABLE: dict[str, tuple[str, tuple[Step, ...], str]] = {
    "unknown backend": ("nobody", EMPTY, "unknown backend 'nobody'; give one of "),
    "no such module": ("nobody.here:Backend", EMPTY, "there is no module 'nobody' on the path"),
    "no such class": ("mybackend:Absent", EMPTY, "has no attribute 'Absent'"),
    "no such operation": ("mybackend:TinyBackend", (Call("begin"),), "operations are cancel, "),
}


@pytest.mark.parametrize(("name", "steps", "told"), UNUSABLE.values(), ids=UNUSABLE)
def test_the_printed_program_tells_wrong_usage_in_one_line(
    user_folder: Callable[[str], Path], name: str, steps: tuple[Step, ...], told: str
) -> None:
    ran = run_pasted(user_folder(WRONG), name, steps)
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
    assert ran.stderr.startswith("replay: ")
    assert told in ran.stderr
