"""Callers side by side: every call is there, in the order of time, told in words too; and the page shows it."""

from __future__ import annotations

import copy
import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from copyjob.diagrams.report import report_html
from copyjob.diagrams.report_file import BadReportError, parse
from copyjob.diagrams.report_parts import MadeCall
from copyjob.diagrams.timeline import side_by_side, timeline_svg

SVG = "{http://www.w3.org/2000/svg}"
FIRST = MadeCall(0, "resume", "S_OK (0x00000000)", 0.5, 0.6, 1)
RACE = (
    MadeCall(0, "cancel", "S_OK (0x00000000)", 1.000, 1.002, 2),
    MadeCall(1, "complete", "BG_E_INVALID_STATE (0x80200002)", 1.001, 1.003, 2),
    MadeCall(1, "suspend", "BG_E_INVALID_STATE (0x80200002)", 1.004, 1.005, 2),
)


def drawn(*calls: MadeCall) -> ET.Element:
    return ET.fromstring(timeline_svg(calls, "Callers of a/b", "x-"))


def bars(root: ET.Element) -> list[tuple[float, float]]:
    found = [each for each in root.iter(f"{SVG}rect") if each.get("class") == "call"]
    return [(float(each.attrib["x"]), float(each.attrib["x"]) + float(each.attrib["width"])) for each in found]


def texts(root: ET.Element, kind: str) -> list[str]:
    return [each.text or "" for each in root.iter(f"{SVG}text") if each.get("class") == kind]


def test_every_call_has_a_bar_and_its_name() -> None:
    root = drawn(*RACE)
    assert (len(bars(root)), texts(root, "call-name")) == (3, ["cancel", "complete", "suspend"])


def test_every_caller_has_a_lane() -> None:
    assert texts(drawn(*RACE), "lane-name") == ["caller 1", "caller 2"]


def test_calls_that_overlap_in_time_overlap_in_the_picture() -> None:
    (_, cancel_ends), (complete_begins, complete_ends), _ = bars(drawn(*RACE))
    assert complete_begins < cancel_ends < complete_ends


def test_a_call_that_began_after_another_had_ended_is_drawn_behind_it() -> None:
    _, (_, complete_ends), (suspend_begins, _) = bars(drawn(*RACE))
    assert complete_ends < suspend_begins


def test_calls_of_a_step_with_one_caller_are_left_to_the_sequence() -> None:
    assert side_by_side((FIRST, *RACE)) == RACE


def test_moments_closer_than_a_pixel_are_still_told_apart() -> None:
    close = (MadeCall(0, "a", "", 1.0, 1.000_000_1, 0), MadeCall(1, "b", "", 1.000_000_2, 1.000_000_3, 0))
    (_, first_ends), (second_begins, _) = bars(drawn(*close))
    assert second_begins - first_ends > 50


def test_who_does_not_see_the_picture_is_told_every_call() -> None:
    (told,) = [each.text or "" for each in drawn(*RACE).iter(f"{SVG}desc")]
    assert "Caller 2 called complete from 1001.000 ms to 1003.000 ms and was answered BG_E_INVALID_STATE" in told


def test_no_text_leaves_the_picture() -> None:
    root = drawn(*RACE)
    width = float(root.attrib["viewBox"].split()[2])
    ends = [
        float(each.attrib["x"]) + 6.2 * len(each.text or "")
        for each in root.iter(f"{SVG}text")
        if each.get("text-anchor") != "middle"
    ]
    assert max(ends) <= width


@pytest.fixture
def raced(diverging: dict[str, Any]) -> dict[str, Any]:
    """Return a report with a race, a known divergence, gates and a baseline."""
    report = copy.deepcopy(diverging)
    divergence = report["runs"][0]["divergences"][0]
    divergence["calls"] = [
        {
            "caller": call.caller,
            "operation": call.operation,
            "hresult": call.answer,
            "began_seconds": call.began_seconds,
            "ended_seconds": call.ended_seconds,
            "step": call.step,
        }
        for call in RACE
    ]
    divergence |= {"replay": "replays/one.json", "known": "as shipped & <known>"}
    report |= {"interrupted": True, "not_begun": ["DO"]}
    report["selection"] = {"only": ["resume/*"], "skip": []}
    report["gates"] = [
        {"measure": "must", "dialect": "BITS", "wanted": "all", "reached": 1, "of": 2, "met": False},
    ]
    report["baseline"] = [
        {"id": "a/b", "dialect": "BITS", "reason": "old", "sometimes": False, "became": "passed"},
        {"id": "c/d", "dialect": "BITS", "reason": "old", "sometimes": True, "became": "passed"},
    ]
    return report


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page))


SHOWN = (
    "Who called when",
    "copyjob replay replays/one.json",
    "as shipped &amp; &lt;known&gt;",
    "This check was interrupted: what is told here was found before. DO was not begun.",
    "Only a part was judged: --only resume/*",
    "missed BITS requires must all: 1 of 2",
    "stale BITS a/b is known to diverge (old), and passed: take it out of the baseline",
    "passed BITS c/d is known to diverge sometimes (old)",
    "2 divergences, 1 of them known",
)


@pytest.mark.parametrize("told", SHOWN)
def test_the_page_tells_what_the_report_tells(raced: dict[str, Any], told: str) -> None:
    assert told in words(report_html(parse(raced)))


def test_a_row_that_is_known_to_diverge_is_marked_in_the_table_of_rows(raced: dict[str, Any]) -> None:
    page = report_html(parse(raced))
    (line,) = re.findall(r"<tr data-verdict=\"diverges\" data-level=\"MUST\">.*?</tr>", page, re.DOTALL)[:1]
    assert "known as shipped" in words(line)


def test_a_report_without_callers_has_no_timeline(diverging: dict[str, Any]) -> None:
    assert "Who called when" not in report_html(parse(diverging))


@pytest.mark.parametrize("key", ["began_seconds", "ended_seconds", "operation", "caller"])
def test_a_call_that_lacks_something_is_told_with_its_place(raced: dict[str, Any], key: str) -> None:
    del raced["runs"][0]["divergences"][0]["calls"][1][key]
    with pytest.raises(BadReportError, match=rf"calls\[1\]\.{key} is missing"):
        parse(raced)
