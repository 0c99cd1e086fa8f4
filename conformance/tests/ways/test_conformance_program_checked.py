"""A program that is checked: judged as the same backend is without a process between, and errored where it breaks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from copyjob.conformance.backend import declare, load
from copyjob.conformance.bench import Bench
from copyjob.conformance.campaign import conduct
from copyjob.conformance.generate import Scope
from copyjob.conformance.plan import AddFile, Call, Plan, Settle, to_python
from copyjob.conformance.record import Verdict
from copyjob.conformance.tour import tour
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect

Write = Callable[..., Path]
WHOLE = Plan((AddFile(0), Call("resume"), Settle(), Call("complete"), Settle()))

# The backend of a user's module behind the protocol; it serves one call after the other.
SERVES = """

import json, sys

backend = None
for line in sys.stdin:
    request = json.loads(line)
    call, number = request.pop("call"), request.pop("id")
    if call == "hello":
        answer = {"value": {"protocol": 1, "dialects": ["BITS", "DO"], "powers": POWERS,
                            "quiescence_seconds": 3.0, "stall_timeout_seconds": 3600.0}}
    elif call == "open":
        backend, answer = TinyBackend(request["dialect"], request["folder"]), {"hresult": 0}
    elif call == "close":
        backend.close() if backend else None
        answer = {"hresult": 0}
    else:
        told = getattr(backend, call)(*request.values())
        plain = told is None or (isinstance(told, int) and (call != "get_state" or told > 8))
        answer = {"hresult": told or 0} if plain else {"value": told}
    print(json.dumps({"id": number, **answer}), flush=True)
    if call == "close":
        break
"""


@pytest.fixture
def tiny_program(tmp_path: Path, tiny_source: str) -> Callable[..., str]:
    """Return what writes ``TinyBackend`` as a program with these powers, and returns its name."""

    def written(*powers: str, more: str = "") -> str:
        path = tmp_path / "tiny.py"
        path.write_text(f"{tiny_source}{more}\nPOWERS = {list(powers)!r}\n{SERVES}", encoding="utf-8")
        return f"program:{sys.executable} {path}"

    return written


WRONG = """

class TinyBackend(TinyBackend):
    def resume(self, job):
        empty = not self.jobs[job]["files"] and self.jobs[job]["state"] == self.SUSPENDED
        return None if empty else super().resume(job)
"""


def accused(bench: Bench, plans: Sequence[Plan]) -> list[frozenset[str]]:
    """Return what the divergences of a backend name."""
    campaign = conduct(bench, plans)
    assert (campaign.errors, dict(campaign.unclear)) == ([], {})
    return [divergence.named for divergence in campaign.divergences]


def test_a_program_is_accused_of_nothing_where_the_same_backend_is_of_nothing(
    tiny_program: Callable[..., str], open_bench: Callable[..., Bench]
) -> None:
    declared = load(tiny_program("progress", "error"))
    assert accused(open_bench(declared), tour(Scope(table(Dialect.BITS), declared.powers))[:40]) == []


def test_a_program_is_accused_of_what_the_same_backend_is_accused_of(
    tiny_program: Callable[..., str], tiny: Any, open_bench: Callable[..., Bench]
) -> None:
    beside = load(tiny_program("progress", "error", more=WRONG))
    members: dict[str, Any] = {}
    exec(WRONG, {"TinyBackend": tiny}, members)
    within = replace(declare(members["TinyBackend"], "tiny"), powers=beside.powers)
    plans = [Plan((Call("resume"), Settle(), Call("cancel")))]
    told = [accused(open_bench(declared), plans) for declared in (beside, within)]
    assert told == [[frozenset({"resume/SUSPENDED/1"})]] * 2


def test_a_plan_in_which_the_program_crashes_is_errored(program: Write, open_bench: Callable[..., Bench]) -> None:
    path = program("if c == 'resume': sys.exit(7)")
    record = open_bench(load(f"program:{path}")).run(WHOLE)
    assert (record.verdict, "the program ended with exit code 7" in record.error) == (Verdict.ERRORED, True)


def test_after_a_crash_the_next_plan_has_a_new_process(program: Write, open_bench: Callable[..., Bench]) -> None:
    path = program("if c == 'resume': sys.exit(7)")
    bench = open_bench(load(f"program:{path}"))
    plan = Plan((AddFile(0), Call("resume")))
    assert [bench.run(plan).error != "", bench.run(Plan((AddFile(0),))).verdict] == [True, Verdict.CONFORMS]


def test_a_program_that_hangs_leaves_the_run_unclear(program: Write, open_bench: Callable[..., Bench]) -> None:
    path = program("if c == 'resume': continue", call_timeout_seconds=0.1)
    record = open_bench(load(f"program:{path}")).run(WHOLE)
    assert (record.verdict, record.unclear) == (Verdict.INCONCLUSIVE, "resume has not answered within 0.1 s")


def checked(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Check a program of the folder by the command."""
    return subprocess.run(
        [sys.executable, "-m", "copyjob.spec.cli", "check", f"program:./{path.name}", "--walks", "0", *arguments],
        cwd=path.parent,
        env={**os.environ, "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_program_that_breaks_is_errored_and_accused_of_nothing(program: Write) -> None:
    path = program("if c == 'create_job': print('creating', flush=True)")
    ran = checked(path, "-o", "out")
    report = json.loads((path.parent / "out" / "report.json").read_text(encoding="utf-8"))
    assert (ran.returncode, report["runs"][0]["verdict"], report["runs"][0]["divergences"]) == (3, "errored", [])


def test_a_pasted_counterexample_runs_the_program_and_diverges(program: Write) -> None:
    path = program()
    plan = Plan((Call("resume"),))
    (path.parent / "pasted.py").write_text(to_python(plan, f"program:./{path.name}", Dialect.BITS), encoding="utf-8")
    ran = subprocess.run([sys.executable, "pasted.py"], cwd=path.parent, capture_output=True, text=True, check=False)
    assert (ran.returncode, "MUST resume/SUSPENDED/1" in ran.stdout) == (1, True), ran.stderr


def test_a_pasted_counterexample_of_a_program_that_broke_meanwhile_ends_so(program: Write) -> None:
    path = program("sys.exit(7)")
    plan = Plan((Call("resume"),))
    (path.parent / "pasted.py").write_text(to_python(plan, f"program:./{path.name}", Dialect.BITS), encoding="utf-8")
    ran = subprocess.run([sys.executable, "pasted.py"], cwd=path.parent, capture_output=True, text=True, check=False)
    assert (ran.returncode, len(ran.stderr.splitlines())) == (3, 1), ran.stderr


TELLS = """
if c == 'create_job':
    try:
        os.write(os.open({fifo!r}, os.O_WRONLY | os.O_NONBLOCK), f"{{os.getpid()}}\\n".encode())
    except OSError:
        pass  # nobody listens any more
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda how: how.name)
def test_no_program_is_left_when_the_check_is_ended(
    program: Write, tmp_path: Path, ended: Callable[[int], bool], how: signal.Signals
) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    path = program(TELLS.format(fifo=str(fifo)), quiescence_seconds=30)
    command = [sys.executable, "-m", "copyjob.spec.cli", "check", f"program:{path}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True) as check:
        with fifo.open("rb", buffering=0) as told:
            pid = int(told.readline())
        check.send_signal(how)
        check.communicate(timeout=60)
    assert ended(pid)
