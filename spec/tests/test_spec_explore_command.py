"""``copyjob explore``: what it prints, and the exit code that goes with it.

Law: it is run as users run it, in a process of its own, except where the table itself has to be wrong.
"""

from __future__ import annotations

import subprocess
import sysconfig
from pathlib import Path

import pytest

from copyjob.spec import cli
from copyjob.spec import table as table_module
from copyjob.spec.explore import explore as explore_plainly
from copyjob.spec.laws import LAWS, sentence
from copyjob.spec.vocabulary import Dialect, JobState

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


def test_several_jobs_are_explored_with_their_priorities_and_slots() -> None:
    done = explore("--dialect", "BITS", "--files", "1", "--priorities", "foreground,LOW")
    lines = done.stdout.splitlines()

    assert (done.returncode, done.stderr) == (0, "")
    assert lines[:2] == [
        "BITS: 676 configurations, 17204 steps, depth 14, 135 rows, at most 1 files",
        "  2 jobs (FOREGROUND, LOW), 1 slot",
    ]
    assert "  holds   always no more background jobs run than there are slots" in lines


def test_a_law_about_one_job_alone_is_not_asked_of_several() -> None:
    done = explore("--dialect", "DO", "--files", "1", "--jobs", "2")

    assert "  not asked  eventually transferred is possible: it is about one job alone\n" in done.stdout


def test_a_broken_law_of_several_jobs_names_the_job(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    original = table_module.table
    answers = [table_module.Answer(JobState.QUEUED, None)]

    def wrong(dialect: Dialect) -> table_module.Table:
        return original(dialect).with_answers("restart/SUSPENDED/1", answers)

    monkeypatch.setattr(table_module, "table", wrong)

    code = cli.main(["explore", "--dialect", "BITS", "--files", "1", "--jobs", "2"])

    assert code == 1
    assert "            then job 1: event restart -> QUEUED 0/0 files, " in capsys.readouterr().out


def test_many_files_are_explored_by_the_engine_which_does_not_ask_about_fair_runs() -> None:
    done = explore("--dialect", "DO", "--files", "9")
    plain = explore_plainly(table_module.table(Dialect.DO), 9)

    assert done.returncode == 0
    assert done.stdout.startswith(
        f"DO: {len(plain.configurations)} configurations, {plain.steps_total} steps, depth {plain.depth}, "
    )
    assert "  not asked  eventually a served job is transferred: needs --files 8 or fewer\n" in done.stdout


def test_another_scope_is_told_with_the_counts() -> None:
    done = explore("--dialect", "BITS", "--files", "1", "--scope", "full")

    assert done.stdout.splitlines()[0].startswith("BITS: 868 configurations, ")
    assert done.stdout.splitlines()[0].endswith("at most 1 files, scope full")


def test_nothing_is_shown_of_the_progress_where_nobody_looks() -> None:
    assert explore("--dialect", "DO", "--files", "1", "--jobs", "2").stderr == ""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("--files 201", "--files 201 is out of range; give 0 to 200"),
        ("--files -1", "--files -1 is out of range; give 0 to 200"),
        ("--jobs 9", "--jobs 9 is out of range; give 1 to 8"),
        ("--jobs 0", "--jobs 0 is out of range; give 1 to 8"),
        ("--jobs 2 --slots 3", "--slots 3 is out of range; give 1 to 2"),
        ("--slots 1", "--slots is about several jobs; give --jobs 2 or more"),
        ("--priorities HIHG,LOW", "--priorities has no 'HIHG'; did you mean HIGH?"),
        ("--jobs 3 --priorities HIGH,LOW", "--priorities names 2 for 3 jobs; give one for each job"),
        ("--scope netwrok", "--scope has no 'netwrok'; did you mean network?"),
        ("--scope network", "--scope network: DO has none; give --dialect BITS"),
        (
            "--jobs 2 --max-configurations 100",
            "more than 100 configurations; give fewer --files or --jobs, or a larger --max-configurations",
        ),
        (
            "--max-configurations 100",
            "more than 100 configurations; give fewer --files or --jobs, or a larger --max-configurations",
        ),
    ],
)
def test_what_cannot_be_explored_is_told_in_one_line_that_names_it(arguments: str, told: str) -> None:
    done = explore(*arguments.split())

    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"copyjob explore: {told}\n")
