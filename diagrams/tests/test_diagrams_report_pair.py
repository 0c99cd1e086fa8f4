"""Does the page of two reports show what they differ in, the worst first, and all that each has found?"""

from __future__ import annotations

import copy
import html
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.diagrams.report_file import parse
from copyjob.diagrams.report_pair import differences, pair_html
from copyjob.spec.cli import main

if TYPE_CHECKING:
    from pathlib import Path


def page_of(left: dict[str, Any], right: dict[str, Any]) -> str:
    return pair_html({"left.json": parse(left), "right.json": parse(right)})


def words(page: str) -> str:
    """Return the words of a page, those of two elements apart."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", page.replace("<wbr>", ""))))


@pytest.fixture
def page(conforming: dict[str, Any], diverging: dict[str, Any]) -> str:
    return page_of(conforming, diverging)


def found(left: dict[str, Any], right: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    told, _ = differences(parse(left).runs[0], parse(right).runs[0])
    return {one.id: tuple(side.sign for side in one.sides) for one in told}


def test_a_page_names_both_backends_and_their_reports_in_the_order_given(page: str) -> None:
    told = words(page)
    places = [told.index(part) for part in ("example and example.slow:Backend", "left.json", "right.json")]
    assert places == sorted(places)


def test_one_life_cycle_has_the_signs_of_both(page: str) -> None:
    assert "◐✗ resume [a file is left]" in words(page)


def test_a_row_on_which_one_diverges_is_told_with_what_was_seen(page: str) -> None:
    told = "resume/SUSPENDED/2 ✓ discriminated ✗ diverges get_state answered SUSPENDED after resume answered S_OK"
    assert told in words(page)


def test_rows_that_differ_are_those_whose_signs_differ(conforming: dict[str, Any], diverging: dict[str, Any]) -> None:
    told = found(conforming, diverging)
    assert told["resume/SUSPENDED/2"] == ("discriminated", "diverges")
    assert told["retry/TRANSIENT_ERROR/1"] == ("discriminated", "inconclusive")
    assert "suspend/SUSPENDED/1" not in told


def test_what_diverges_comes_first_and_what_diverges_on_one_side_alone_before_it_all(
    diverging: dict[str, Any],
) -> None:
    other = copy.deepcopy(diverging)
    other["runs"][0]["divergences"].pop()
    (row,) = (row for row in other["runs"][0]["rows"] if row["id"] == "transient_fault/TRANSFERRING/1")
    row["verdict"] = "conforms"
    (check,) = other["runs"][0]["checks"]
    check["verdict"] = "inconclusive"
    assert list(found(diverging, other)) == ["transient_fault/TRANSFERRING/1", "resume/SUSPENDED/2", "file/content"]


def test_a_row_that_both_diverge_on_is_told(diverging: dict[str, Any]) -> None:
    assert found(diverging, diverging)["resume/SUSPENDED/2"] == ("diverges", "diverges")


def test_a_finding_names_its_row_even_where_the_rows_verdict_does_not(
    conforming: dict[str, Any], diverging: dict[str, Any]
) -> None:
    for row in diverging["runs"][0]["rows"]:
        row["verdict"] = "conforms"
    assert found(conforming, diverging)["resume/SUSPENDED/2"] == ("discriminated", "diverges")


def test_a_row_that_one_report_has_not_is_absent_from_it_and_has_not_passed(conforming: dict[str, Any]) -> None:
    other = copy.deepcopy(conforming)
    gone = other["runs"][0]["rows"].pop()
    (sides,) = found(conforming, other).values()
    assert (list(found(conforming, other)), sides[1]) == ([gone["id"]], "absent")


def test_what_is_alike_is_counted(conforming: dict[str, Any]) -> None:
    run = parse(conforming).runs[0]
    told, alike = differences(run, run)
    assert (told, alike) == ((), len(run.rows) + len(run.checks))
    assert f"{alike} rows and checks are alike." in words(page_of(conforming, conforming))


def test_a_dialect_of_one_report_alone_is_shown_and_not_compared(
    conforming: dict[str, Any], diverging: dict[str, Any]
) -> None:
    diverging["runs"].pop()
    page = page_of(conforming, diverging)
    assert "Only one of the two was checked in DO, so that there is nothing to compare." in words(page)
    assert 'id="DO-state-SUSPENDED"' in page


def test_what_was_seen_leads_to_the_divergence_itself(page: str) -> None:
    (place,) = re.findall(r'<a href="#([^"]*)">get_state answered SUSPENDED after', page)
    assert re.findall(rf'<article class="divergence" id="{place}">\s*<h3>.*?</span></span> (\S+)', page) == [
        "resume/SUSPENDED/2"
    ]


def test_each_divergence_shows_its_path(page: str) -> None:
    for divergence in ("transient_fault/TRANSFERRING/1", "resume/SUSPENDED/2"):
        assert f'aria-label="Path to {divergence}"' in page


def test_two_backends_of_one_name_are_told_apart(conforming: dict[str, Any]) -> None:
    assert "example (left.json) and example (right.json)" in words(page_of(conforming, conforming))


def test_the_command_makes_a_page_of_two_reports_beside_the_first(
    tmp_path: Path, conforming: dict[str, Any], diverging: dict[str, Any]
) -> None:
    for name, report in (("fine", conforming), ("slow", diverging)):
        (tmp_path / f"{name}.json").write_text(json.dumps(report), encoding="utf-8")
    assert main(["report", str(tmp_path / "fine.json"), str(tmp_path / "slow.json")]) == 0
    assert "side by side" in (tmp_path / "fine-and-slow.html").read_text(encoding="utf-8")


@pytest.fixture
def files(tmp_path: Path, conforming: dict[str, Any]) -> list[str]:
    paths = [tmp_path / f"{name}.json" for name in "abc"]
    for path in paths:
        path.write_text(json.dumps(conforming), encoding="utf-8")
    return [str(path) for path in paths]


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["report", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    return error


def test_more_than_two_reports_are_refused(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert "no more than 2 reports go side by side, and 3 are given; copyjob compare" in refusal(capsys, *files)


def test_a_report_beside_itself_is_refused(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert "a.json is given twice" in refusal(capsys, files[0], files[0])


def test_a_page_never_replaces_either_report(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert "b.json is the report itself" in refusal(capsys, *files[:2], "-o", files[1])


def test_a_second_report_that_cannot_be_read_overwrites_nothing(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.html"
    page.write_text("the page of yesterday", encoding="utf-8")
    (tmp_path / "b.json").write_text("{", encoding="utf-8")
    assert "b.json: this is no JSON" in refusal(capsys, *files[:2], "-o", str(page))
    assert page.read_text(encoding="utf-8") == "the page of yesterday"
