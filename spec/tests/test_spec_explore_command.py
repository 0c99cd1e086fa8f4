"""``copyjob explore``: what it prints, and the exit code that goes with it.

Law: it is run as users run it, in a process of its own, except where the table itself has to be wrong.
"""

from __future__ import annotations

import subprocess
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

from copyjob.spec import cli
from copyjob.spec import table as table_module
from copyjob.spec.laws import LAWS, sentence
from copyjob.spec.vocabulary import Dialect, JobState

if TYPE_CHECKING:
    import pytest

SCRIPT = Path(sysconfig.get_path("scripts")) / "copyjob"


def explore(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([SCRIPT, "explore", *arguments], capture_output=True, text=True, check=False, timeout=60)


def test_exploring_tells_both_dialects_and_that_every_law_holds() -> None:
    done = explore()
    lines = done.stdout.splitlines()

    assert (done.returncode, done.stderr) == (0, "")
    assert [line for line in lines if not line.startswith("  ")] == [
        "BITS: 120 configurations, 1613 steps, depth 12, 135 rows, at most 3 files",
        "DO: 99 configurations, 1223 steps, depth 9, 105 rows, at most 3 files",
    ]
    assert [line for line in lines if line.startswith("  ")] == [f"  holds   {sentence(law)}" for law in LAWS] * 2


def test_exploring_one_dialect_tells_nothing_of_the_other() -> None:
    lines = explore("--dialect", "DO", "--files", "1").stdout.splitlines()

    assert [line.partition(":")[0] for line in lines if not line.startswith("  ")] == ["DO"]


def test_exploring_with_one_file_names_the_rows_that_need_more() -> None:
    assert "  never taken: complete/SUSPENDED/2\n" in explore("--files", "1").stdout


def test_a_law_that_needs_more_files_is_not_asked_and_not_broken() -> None:
    done = explore("--files", "1")

    assert done.returncode == 0
    assert "  not asked  sometimes every row is taken: needs --files 2\n" in done.stdout


def test_a_broken_law_is_told_with_its_counterexample_and_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    original = table_module.table
    answers = [table_module.Answer(JobState.QUEUED, None)]

    def wrong(dialect: Dialect) -> table_module.Table:
        return original(dialect).with_answers("restart/SUSPENDED/1", answers)

    monkeypatch.setattr(table_module, "table", wrong)

    code = cli.main(["explore", "--dialect", "BITS", "--files", "2"])

    told = capsys.readouterr().out
    assert code == 1
    assert "  BROKEN  always only resume wakes a suspended job\n" in told
    assert "            then event restart -> QUEUED 0/0 files, " in told


def test_an_unknown_dialect_is_told_in_one_line_that_names_it() -> None:
    done = explore("--dialect", "WIN")

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "'WIN'" in done.stderr
