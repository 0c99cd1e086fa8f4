"""Is every picture legible: nothing on anything else, nothing cut off, in the language with the longest words too?"""

from __future__ import annotations

import itertools
import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

import pytest

from copyjob.diagrams import font, style
from copyjob.diagrams.language import CODES, language
from copyjob.diagrams.pictures import PICTURES, pictures
from copyjob.diagrams.render import graphviz_svg, render

if TYPE_CHECKING:
    from collections.abc import Iterator

SVG = "{http://www.w3.org/2000/svg}"

BASE, TOP = 0.15, 0.72
"""How far a line of text reaches below and above its base line, in its size."""


class Box(NamedTuple):
    """A rectangle, left, top, right, bottom, in units of the picture."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, other: Box, slack: float = 0) -> bool:
        return (
            self.left - slack <= other.left
            and self.top - slack <= other.top
            and self.right + slack >= other.right
            and self.bottom + slack >= other.bottom
        )


class Thing(NamedTuple):
    """A node, an edge, a box or the picture itself: its id, its shape, the boxes of its lines of text, points of the
    line of an edge.
    """

    id: str
    kind: str
    shape: Box | None
    texts: tuple[tuple[str, Box], ...]
    line: tuple[tuple[float, float], ...] = ()


def _numbers(text: str | None) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text or "")]


def _text_box(text: ET.Element) -> Box:
    """Return where a line of text is drawn: as wide as it says it is."""
    size, width = float(text.get("font-size", "0")), float(text.get("textLength", "0"))
    x, y = float(text.get("x", "0")), float(text.get("y", "0"))
    if text.get("text-anchor") == "middle":
        x -= width / 2
    elif text.get("text-anchor") == "end":
        x -= width
    return Box(x, y - TOP * size, x + width, y + BASE * size)


def _shape(group: ET.Element) -> Box | None:
    numbers: list[float] = []
    for child in group:
        tag = child.tag.removeprefix(SVG)
        if tag in ("path", "polygon", "polyline"):
            numbers += _numbers(child.get("d") or child.get("points"))
        if tag == "ellipse":
            cx, cy, rx, ry = (float(child.get(name, "0")) for name in ("cx", "cy", "rx", "ry"))
            numbers += [cx - rx, cy - ry, cx + rx, cy + ry]
    return Box(min(numbers[::2]), min(numbers[1::2]), max(numbers[::2]), max(numbers[1::2])) if numbers else None


def _points(curve: str | None) -> tuple[tuple[float, float], ...]:
    """Return points of a row of cubic Bézier curves, close enough to meet every line of text that one runs through."""
    numbers = _numbers(curve)
    corners = list(zip(numbers[::2], numbers[1::2], strict=True))
    found: list[tuple[float, float]] = []
    for at in range(0, len(corners) - 3, 3):
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners[at : at + 4]
        for step in range(41):
            t, u = step / 40, 1 - step / 40
            a, b, c, d = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
            found.append((a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3))
    return tuple(found)


def _things(root: ET.Element) -> Iterator[Thing]:
    for group in root.iter(f"{SVG}g"):
        classes = (group.get("class") or "").split()
        kind = next((name for name in ("node", "edge", "cluster", "graph") if name in classes), "")
        if not kind:
            continue
        texts = tuple((text.text or "", _text_box(text)) for text in group.findall(f"{SVG}text"))
        path = group.find(f"{SVG}path")
        line = _points(path.get("d")) if kind == "edge" and path is not None else ()
        yield Thing(group.get("id") or "", kind, None if kind == "graph" else _shape(group), texts, line)


@cache
def drawing(name: str, code: str) -> tuple[Box, tuple[Thing, ...]]:
    """Return what is on a picture, and its frame in the same units."""
    picture = pictures(language(code))[name]
    root = ET.fromstring(render(picture.dot, picture.caption))
    _, _, width, height = _numbers(root.get("viewBox"))
    (graph,) = (g for g in root.iter(f"{SVG}g") if "graph" in (g.get("class") or "").split())
    moved = re.search(r"translate\(([-\d.]+)[ ,]+([-\d.]+)\)", graph.get("transform") or "")
    assert moved is not None
    x, y = float(moved.group(1)), float(moved.group(2))
    return Box(-x, -y, width - x, height - y), tuple(_things(root))


def _labels(things: tuple[Thing, ...]) -> list[tuple[str, str, Box]]:
    return [(thing.id, text, box) for thing in things for text, box in thing.texts if text.strip()]


every = pytest.mark.parametrize(("name", "code"), [(name, code) for code in CODES for name in PICTURES], ids=str)


@every
def test_no_label_lies_on_another_one(name: str, code: str) -> None:
    _, things = drawing(name, code)
    # Lines of one label stand above each other as their font wants it.
    found = [
        (one[:2], other[:2])
        for one, other in itertools.combinations(_labels(things), 2)
        if one[2].meets(other[2]) and one[0] != other[0]
    ]
    assert found == []


@every
def test_no_label_lies_on_a_node_that_is_not_its_own(name: str, code: str) -> None:
    _, things = drawing(name, code)
    nodes = [(thing.id, thing.shape) for thing in things if thing.kind == "node" and thing.shape]
    found = [
        (label[:2], identifier)
        for label in _labels(things)
        for identifier, shape in nodes
        if label[0] != identifier and label[2].meets(shape)
    ]
    assert found == []


@every
def test_no_arrow_runs_through_a_label(name: str, code: str) -> None:
    _, things = drawing(name, code)
    labels = _labels(things)
    found = [
        (edge.id, label[:2])
        for edge in things
        for label in labels
        if any(label[2].left < x < label[2].right and label[2].top < y < label[2].bottom for x, y in edge.line)
    ]
    assert found == []


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("name", [name for name, each in PICTURES.items() if each.kind == "state"])
def test_no_arrow_runs_through_a_box_on_the_picture_of_a_state(name: str, code: str) -> None:
    _, things = drawing(name, code)
    boxes = [(thing.id, thing.shape) for thing in things if thing.kind == "cluster" and thing.shape]
    found = [
        (edge.id, identifier)
        for edge in things
        for identifier, box in boxes
        if any(box.left + 1 < x < box.right - 1 and box.top + 1 < y < box.bottom - 1 for x, y in edge.line)
    ]
    assert found == []


@every
def test_no_two_nodes_lie_on_each_other(name: str, code: str) -> None:
    _, things = drawing(name, code)
    nodes = [(thing.id, thing.shape) for thing in things if thing.kind == "node" and thing.shape]
    found = [(one[0], other[0]) for one, other in itertools.combinations(nodes, 2) if one[1].meets(other[1])]
    assert found == []


@every
def test_the_words_of_a_node_are_within_its_frame(name: str, code: str) -> None:
    _, things = drawing(name, code)
    found = [
        (thing.id, text)
        for thing in things
        if thing.kind in ("node", "cluster") and thing.shape
        for text, box in thing.texts
        if not thing.shape.holds(box)
    ]
    assert found == []


@every
def test_nothing_is_cut_off_at_the_edge_of_the_picture(name: str, code: str) -> None:
    frame, things = drawing(name, code)
    shapes = [(thing.id, "", thing.shape) for thing in things if thing.shape]
    found = [(identifier, text) for identifier, text, box in (*shapes, *_labels(things)) if not frame.holds(box)]
    assert found == []


@every
def test_a_picture_is_no_wider_than_a_page_in_either_language(name: str, code: str) -> None:
    frame, _ = drawing(name, code)
    assert frame.right - frame.left <= 800, "wider than 800 units would be too small to read at 800 pixels"


@every
def test_every_line_says_how_wide_it_is(name: str, code: str) -> None:
    _, things = drawing(name, code)
    assert [text for thing in things for text, box in thing.texts if text.strip() and box.right <= box.left] == []


@pytest.mark.parametrize("text", ["BG_E_ERROR_INFORMATION_UNAVAILABLE", "stays where it is", "(or 1, 2) [x]: y/z"])
def test_a_line_is_as_wide_as_graphviz_lays_it_out(text: str) -> None:
    dot = f'digraph {{ a [shape=box, margin=0, width=0, fontname="{style.FONT}", fontsize=12, label="{text}"] }}'
    corners = re.search(r'<polygon fill="none"[^>]*points="([^"]*)"', graphviz_svg(dot))
    assert corners is not None
    xs = _numbers(corners.group(1))[::2]
    assert max(xs) - min(xs) == pytest.approx(font.width(text, 12), abs=0.5)


def test_bold_letters_are_wider() -> None:
    assert font.width("stays where it is", 12, bold=True) > font.width("stays where it is", 12)


def test_an_accent_takes_no_room() -> None:
    assert font.width("Überträgt", 10) == font.width("Ubertragt", 10)


def test_width_grows_with_the_size() -> None:
    assert font.width("resume°", 21) == pytest.approx(2 * font.width("resume°", 10.5))
