"""Is a counterexample's sequence a picture of its own: whole, legible, with its end?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from copyjob.diagrams import style
from copyjob.diagrams.language import language
from copyjob.diagrams.report_file import parse
from copyjob.diagrams.report_parts import Message
from copyjob.diagrams.sequence import sequence_file, sequence_svg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copyjob.diagrams.report_parts import Divergence

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def divergence(diverging: dict[str, Any]) -> Divergence:
    return parse(diverging).runs[0].divergences[0]


@pytest.fixture
def root(divergence: Divergence) -> ET.Element:
    return ET.fromstring(sequence_file(divergence, "a backend"))


def texts(root: ET.Element) -> list[str]:
    return [each.text or "" for each in root.iter(f"{SVG}text")]


def times(messages: Sequence[Message]) -> list[str]:
    drawn = ET.fromstring(sequence_svg(messages, "title", "x-"))
    return [each.text or "" for each in drawn.iter(f"{SVG}text") if each.get("class") == "told"]


def test_a_file_carries_its_style_and_needs_nothing_else(root: ET.Element) -> None:
    (sheet,) = root.iter(f"{SVG}style")
    assert (sheet.text or "").strip() == style.style_sheet().strip()
    assert [each.tag for each in root.iter() if {"href", "src"} & set(each.attrib)] == []


def test_a_file_says_whose_sequence_it_is_to_who_sees_it_and_to_who_does_not(root: ET.Element) -> None:
    told = "Sequence of resume/SUSPENDED/2, as it was seen of a backend"
    (title,) = root.iter(f"{SVG}title")
    assert (title.text, texts(root)[0]) == (told, told)


def test_where_it_ended_stands_beneath_the_last_message(root: ET.Element, divergence: Divergence) -> None:
    told = texts(root)
    at = told.index("✗ seen:")
    assert told[at + 1] == divergence.observation
    assert told[at + 2] == "✓ permitted:"
    heights = {each.text: float(each.attrib["y"]) for each in root.iter(f"{SVG}text")}
    assert heights["✗ seen:"] > max(heights[each.text] for each in divergence.sequence if each.text in heights)


def test_every_state_that_was_permitted_is_told(root: ET.Element, divergence: Divergence) -> None:
    assert set(divergence.permitted) <= set(texts(root))


def test_nothing_of_a_picture_lies_outside_of_it(root: ET.Element) -> None:
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for each in root.iter(f"{SVG}rect"):
        assert float(each.attrib["x"]) + float(each.attrib["width"]) <= width
        assert float(each.attrib["y"]) + float(each.attrib["height"]) <= height
    assert max(float(each.attrib["y"]) for each in root.iter(f"{SVG}text")) < height


def test_the_lanes_end_where_the_messages_do(root: ET.Element) -> None:
    (box,) = (each for each in root.iter(f"{SVG}rect") if each.get("class") == "end")
    ends = {
        float(each.attrib["d"].rpartition("V")[2]) for each in root.iter(f"{SVG}path") if each.get("class") == "lane"
    }
    assert max(ends) < float(box.attrib["y"])


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        ((0.0, 2.5), ["0.000 s", "2.500 s"]),
        ((0.004, 0.0205), ["4.000 ms", "20.500 ms"]),
        ((0.000001, 0.000019), ["1 µs", "19 µs"]),
    ],
)
def test_times_are_told_in_a_unit_in_which_they_differ(seconds: tuple[float, ...], told: list[str]) -> None:
    assert times([Message(moment, "caller", "backend", "resume") for moment in seconds]) == told


def test_calls_side_by_side_stand_beneath_each_other() -> None:
    both = Message(0.0, "caller", "backend", "cancel -> S_OK | complete -> S_OK")
    drawn = texts(ET.fromstring(sequence_svg([both], "title", "x-")))
    assert {"cancel -> S_OK |", "complete -> S_OK"} <= set(drawn)


def test_a_sequence_speaks_german(divergence: Divergence) -> None:
    told = texts(ET.fromstring(sequence_file(divergence, "a backend", language("de"))))
    assert {"Aufrufer", "Backend", "Ursprungsserver", "✗ gesehen:"} <= set(told)


def test_a_lane_of_a_reports_own_keeps_its_name_in_every_language() -> None:
    drawn = sequence_svg([Message(0.0, "caller", "clock", "steps 600 s")], "title", "x-", language("de"))
    assert "clock" in texts(ET.fromstring(drawn))


def test_a_divergence_without_messages_has_no_file(diverging: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no messages are told of transient_fault/TRANSFERRING/1"):
        sequence_file(parse(diverging).runs[0].divergences[1], "a backend")
