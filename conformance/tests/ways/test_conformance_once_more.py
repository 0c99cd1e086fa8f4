"""Does an adapter that broke by bad luck get its plan once more, and is that told?"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from copyjob.conformance.backend import declare, load
from copyjob.conformance.bench import Bench
from copyjob.conformance.ground import Wire
from copyjob.conformance.plan import Call, Plan
from copyjob.conformance.pocket import PocketBackend
from copyjob.conformance.record import Verdict
from copyjob.conformance.replay import open_bench, replay
from copyjob.spec.compiled import integer_table
from copyjob.spec.vocabulary import Dialect

Write = Callable[..., Path]
Ran = Callable[..., subprocess.CompletedProcess[str]]

ONCE = "if c == 'create_job' and not os.path.exists('once'): open('once', 'w'); sys.exit(7)"
ALWAYS = "if c == 'create_job': sys.exit(7)"
NOTE = "the adapter broke, but not when its plan was run once more: create_job: the program ended with exit code 7"
PLAN = Plan((Call("cancel"),), aim="cancel")


def test_what_broke_once_conforms(program: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    with open_bench(load(f"program:{program(ONCE)}"), Dialect.BITS) as bench:
        assert bench.run(PLAN).error == ""
        assert [note.partition(" (")[0] for note in bench.notes] == [NOTE]


def test_what_breaks_twice_is_errored_and_needs_no_note(program: Write) -> None:
    with open_bench(load(f"program:{program(ALWAYS)}"), Dialect.BITS) as bench:
        assert (bench.run(PLAN).verdict, bench.notes) == (Verdict.ERRORED, [])


def test_in_memory_what_broke_is_not_run_again(tmp_path: Path) -> None:
    asked: list[str] = []

    class Broken(PocketBackend):
        def create_job(self, display_name: str) -> str:
            asked.append(display_name)
            raise ValueError("it rains")

    own = integer_table(Dialect.BITS)
    with Bench(declare(Broken, "broken"), own, tmp_path / "bench", wire=Wire.MEMORY) as bench:
        record = bench.run(PLAN)
    assert (record.verdict, len(asked)) == (Verdict.ERRORED, 1)


def test_smoke_tells_of_an_adapter_that_broke_once(program: Write, copyjob: Ran) -> None:
    ran = copyjob(program(ONCE).parent, "smoke", "program:./adapter")
    assert f"note: {NOTE}" in " ".join(ran.stdout.split())


def test_a_check_tells_of_an_adapter_that_broke_once(program: Write, copyjob: Ran) -> None:
    home = program(ONCE).parent
    ran = copyjob(home, "check", "program:./adapter", "--budget", "40steps", "-o", "out", "--quiet")
    told = json.loads((home / "out" / "report.json").read_text())
    assert [run["errors"] for run in told["runs"]] == [[]]
    assert f"note: {NOTE}" in " ".join(ran.stdout.split())


def test_a_replay_tells_of_an_adapter_that_broke_once(
    program: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    replay(f"program:{program(ONCE)}", steps=PLAN.steps, quiet=True)
    assert f"note: {NOTE}" in capsys.readouterr().out
