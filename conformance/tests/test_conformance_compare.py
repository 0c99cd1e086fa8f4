"""Comparing reports: the matrix of checks, in words, Markdown and JSON; and what is said where it would mislead."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from copyjob.conformance.compare import compare, to_json, to_markdown, to_text
from copyjob.conformance.report_data import Report, Selection, dumps

A, B, C = "resume/SUSPENDED/1", "cancel/QUEUED/1", "suspend/QUEUED/1"
Copyjob = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def three(by_hand: Any) -> list[tuple[str, Report]]:
    """Make three reports: right, wrong, and one that skips."""
    verdicts = (("conforms", "conforms"), ("diverges", "conforms"), ("skipped", "conforms"))
    return [
        (f"{name}.json", by_hand.report(by_hand.run("BITS", by_hand.row(A, first), by_hand.row(B, second))))
        for name, (first, second) in zip(("right", "wrong", "poor"), verdicts, strict=True)
    ]


def test_three_backends_stand_side_by_side(three: list[tuple[str, Report]]) -> None:
    assert f"  {A}  ✓  ✗  –\n" in to_text(compare(three))


def test_what_is_the_same_everywhere_is_counted_and_not_shown(three: list[tuple[str, Report]]) -> None:
    text = to_text(compare(three))
    assert (B in text, "1 checks are the same everywhere" in text) == (False, True)


def test_everything_is_shown_where_that_is_asked_for(three: list[tuple[str, Report]]) -> None:
    assert f"  {B}     ✓  ✓  ✓\n" in to_text(compare(three), every=True)


def test_a_divergence_that_all_share_is_shown(three: list[tuple[str, Report]]) -> None:
    assert f"  {A}  ✗  ✗\n" in to_text(compare([three[1], three[1]]))


def test_tables_that_differ_are_told_before_the_matrix(by_hand: Any) -> None:
    one = by_hand.report(by_hand.run("BITS", by_hand.row(A)))
    two = by_hand.report(by_hand.run("BITS", by_hand.row(A, "diverges"), table_digest="f" * 16))
    text = to_text(compare([("one.json", one), ("two.json", two)]))
    assert 0 < text.index("The tables differ") < text.index(A)


def test_tables_that_are_the_same_are_not_said_to_differ(three: list[tuple[str, Report]]) -> None:
    assert "differ" not in to_text(compare(three))


def test_a_check_that_one_report_lacks_differs(by_hand: Any) -> None:
    one = by_hand.report(by_hand.run("BITS", by_hand.row(A)))
    two = by_hand.report(by_hand.run("BITS", by_hand.row(A), by_hand.row(C)))
    (line,) = [line for line in compare([("1", one), ("2", two)]).matrices[0].lines if line.differs]
    assert (line.id, line.verdicts) == (C, ("absent", "conforms"))


def test_a_check_that_was_not_chosen_differs_from_nothing(by_hand: Any) -> None:
    part = by_hand.report(by_hand.run("BITS", by_hand.row(A)), selection=Selection(only=("resume/*",)))
    whole = by_hand.report(by_hand.run("BITS", by_hand.row(A), by_hand.row(C)))
    comparison = compare([("1", part), ("2", whole)])
    assert (any(line.differs for line in comparison.matrices[0].lines), "a part only" in to_text(comparison)) == (
        False,
        True,
    )


def test_dialects_are_compared_apart(by_hand: Any) -> None:
    both = by_hand.report(by_hand.run("BITS", by_hand.row(A)), by_hand.run("DO", by_hand.row(A, "diverges")))
    one = by_hand.report(by_hand.run("BITS", by_hand.row(A)))
    columns = [[column.key for column in matrix.columns] for matrix in compare([("1", one), ("2", both)]).matrices]
    assert columns == [["A", "B"], ["B"]]


def test_no_line_of_the_text_is_wider_than_a_terminal(three: list[tuple[str, Report]]) -> None:
    assert max(map(len, to_text(compare(three), every=True).splitlines())) <= 80


def test_markdown_has_a_row_for_each_check_that_differs(three: list[tuple[str, Report]]) -> None:
    assert f"| `{A}` | ✓ conforms | ✗ diverges | – skipped |" in to_markdown(compare(three))


def test_json_has_every_check(three: list[tuple[str, Report]]) -> None:
    data = json.loads(to_json(compare(three)))
    lines = {line["id"]: line["verdicts"] for line in data["matrices"][0]["lines"]}
    assert lines == {A: ["conforms", "diverges", "skipped"], B: ["conforms"] * 3}


@pytest.fixture
def folder(three: list[tuple[str, Report]], tmp_path: Path) -> Path:
    """Make a folder with reports and things that are none."""
    for name, report in three:
        (tmp_path / name).write_text(dumps(report), encoding="utf-8")
    (tmp_path / "none.json").write_text("{}", encoding="utf-8")
    (tmp_path / "damaged.json").write_text('{"format": "copyjob-report", "version": 1}', encoding="utf-8")
    return tmp_path


def test_the_command_prints_the_comparison(folder: Path, copyjob: Copyjob) -> None:
    ran = copyjob(folder, "compare", "right.json", "wrong.json")
    assert (ran.returncode, f"{A}  ✓  ✗" in ran.stdout) == (0, True), ran.stderr


MISTAKES = {
    "one report": (("right.json",), "right.json alone cannot be compared"),
    "not there": (("right.json", "absent.json"), "absent.json cannot be read"),
    "no report": (("right.json", "none.json"), "none.json is not a report"),
    "damaged": (("right.json", "damaged.json"), "damaged.json is damaged: Object missing required field"),
    "unwritable": (("right.json", "wrong.json", "-o", "/proc/x"), "/proc/x cannot be written"),
}


@pytest.mark.parametrize(("arguments", "told"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_one_line_and_exit_code_2(
    folder: Path, arguments: tuple[str, ...], told: str, copyjob: Copyjob
) -> None:
    ran = copyjob(folder, "compare", *arguments)
    assert (ran.returncode, len(ran.stderr.splitlines()), told in ran.stderr) == (2, 1, True), ran.stderr
