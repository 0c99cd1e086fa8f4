"""Is every picture accessible, self-contained, legible, and known by its stamp?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

import copyjob.diagrams
from copyjob.diagrams import style
from copyjob.diagrams.pictures import PICTURES, Picture
from copyjob.diagrams.render import RenderError, render, render_inline
from copyjob.diagrams.svg import Caption, read_stamp
from copyjob.spec.table import full_table
from copyjob.spec.vocabulary import Dialect, JobState, Operation

if TYPE_CHECKING:
    from collections.abc import Iterator

SVG = "{http://www.w3.org/2000/svg}"


def _numbers(text: str | None) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text or "")]


def _groups(root: ET.Element, cls: str) -> Iterator[ET.Element]:
    return (g for g in root.iter(f"{SVG}g") if cls in (g.get("class") or "").split())


def test_a_picture_says_its_title_and_description(picture: Picture, svg: str) -> None:
    root = ET.fromstring(svg)
    assert root.get("role") == "img"
    named = {element.get("id"): element.text for element in root if element.tag in (f"{SVG}title", f"{SVG}desc")}
    assert [named[key] for key in (root.get("aria-labelledby") or "").split()] == [
        picture.caption.title,
        picture.caption.description,
    ]


def test_a_picture_fits_any_width(svg: str) -> None:
    root = ET.fromstring(svg)
    x, y, width, height = _numbers(root.get("viewBox"))
    assert (x, y) == (0, 0)
    assert 0 < width <= 800, "wider than 800 units would be too small to read at 800 pixels"
    assert height > 0
    assert "max-width:100%" in svg


def test_a_picture_refers_to_nothing_outside(svg: str) -> None:
    root = ET.fromstring(svg)
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "style", "g", "path", "polygon", "polyline", "ellipse", "text"}
    assert not [name for element in root.iter() for name in element.attrib if "href" in name]
    assert not re.search(r"url\(|@import|@font-face", svg)


def test_the_ids_of_a_drawn_picture_are_unique(svg: str) -> None:
    ids = [element.get("id") for element in ET.fromstring(svg).iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_every_id_of_the_dot_text_is_in_the_drawing(picture: Picture, svg: str) -> None:
    drawn = {element.get("id") for element in ET.fromstring(svg).iter()}
    asked = {
        identifier
        for line in picture.dot.splitlines()
        for identifier in re.findall(r'[\[ ]id="([^"]+)"', line)
        if "invis" not in line
    }
    assert asked - drawn == set()


def _row_on(picture: Picture) -> str:
    """Return the id of a row that must be on a picture."""
    if isinstance(picture.subject, Operation):
        return f"{picture.subject.value}/ACKNOWLEDGED/1"
    if isinstance(picture.subject, JobState):
        return f"get_error/{picture.subject.name}/" + ("2" if picture.subject is JobState.SUSPENDED else "1")
    rows = {"lifecycle": "resume/SUSPENDED/2", "events": "expiry/SUSPENDED/1", "facts": "all_done/TRANSFERRING/1"}
    return rows.get(picture.kind, "turn/QUEUED/1")


def test_a_tooltip_names_the_row(svg: str, picture: Picture) -> None:
    row = _row_on(picture)
    assert all(row in full_table(dialect).by_id for dialect in ([picture.dialect] if picture.dialect else Dialect))
    titles = [title.text or "" for title in ET.fromstring(svg).iter(f"{SVG}title")]
    assert any(row in title for title in titles)


SAMPLES = {
    "lifecycle": ["operation", "event"],
    "operation": ["operation", "refusal"],
    "state": ["operation", "event", "refusal"],
    "events": ["event"],
    "facts": [],
    "difference": [],
}
"""The lines that the legend of each kind of picture shows."""


def test_a_legend_shows_the_lines_it_speaks_of(svg: str, picture: Picture) -> None:
    root = ET.fromstring(svg)
    samples = [path.get("class") for path in root.iter(f"{SVG}path") if "sample" in (path.get("class") or "")]
    assert samples == [f"sample {name}" for name in SAMPLES[picture.kind]]
    assert not any(sign in svg for sign in ("━", "╍", "┅"))


@pytest.mark.parametrize("name", [name for name, each in PICTURES.items() if each.kind == "operation"])
def test_the_rules_of_an_operation_stand_in_the_order_of_the_table(name: str) -> None:
    picture = PICTURES[name]
    svg = render(picture.dot, picture.caption)
    heights = {
        str(node.get("id")): float(node.findall(f"{SVG}text")[0].get("y", "0"))
        for node in _groups(ET.fromstring(svg), "rule")
        if str(node.get("id")).startswith("rule-")
    }
    written = list(dict.fromkeys(re.findall(r'^ +"(rule-[^"]+)" \[id', picture.dot, re.MULTILINE)))
    assert sorted(heights, key=heights.__getitem__) == written


def test_an_up_to_date_picture_carries_its_digest(picture: Picture, svg: str) -> None:
    stamped = read_stamp(svg)
    assert stamped["source"] == picture.digest
    assert stamped["drawing"] == stamped["actual"]


def test_a_stamp_survives_other_line_ends(svg: str) -> None:
    assert read_stamp(svg.replace("\n", "\r\n")) == read_stamp(svg)


def test_an_edit_by_hand_shows_in_the_stamp() -> None:
    picture = PICTURES["cancel-do"]
    stamped = read_stamp(render(picture.dot, picture.caption).replace("CANCELLED", "CANCELED"))
    assert stamped["drawing"] != stamped["actual"]


def test_a_picture_without_a_stamp_has_no_digests() -> None:
    assert read_stamp("<svg/>") == {}


def test_drawing_needs_no_program_on_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    picture = PICTURES["cancel-bits"]
    assert "state-SUSPENDED" in render(picture.dot, picture.caption)


def test_a_missing_program_dot_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RenderError) as caught:
        render(PICTURES["cancel-bits"].dot, Caption("a", "b"), engine="dot")
    assert "no program dot on PATH" in caught.value.usage_message
    assert "\n" not in caught.value.usage_message


def test_a_failing_program_dot_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "dot"
    program.write_text("#!/bin/sh\necho 'it is broken' >&2\necho more >&2\nexit 3\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(RenderError) as caught:
        render(PICTURES["cancel-bits"].dot, Caption("a", "b"), engine="dot")
    assert caught.value.usage_message.endswith("failed: it is broken")


def test_text_that_is_no_dot_is_told_as_such() -> None:
    with pytest.raises(RenderError, match="cannot draw"):
        render("digraph {", Caption("a", "b"))


def test_a_picture_for_a_page_has_prefixed_ids_and_no_style_of_its_own() -> None:
    picture = PICTURES["resume-do"]
    inline = render_inline(picture.dot, picture.caption, "DO-")
    ids = [element.get("id") for element in ET.fromstring(inline).iter() if element.get("id")]
    assert ids
    assert all(str(identifier).startswith("DO-") for identifier in ids)
    assert "<style" not in inline


def _luminance(color: str) -> float:
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("ground", ["light", "dark"])
def test_every_text_has_contrast_on_its_ground(ground: str) -> None:
    inks = [style.TEXT, style.MUTED, style.OPERATION, style.EVENT, style.REFUSAL]
    # What stands aside has no text.
    inks += [sign.ink for name, sign in (style.SIGNS | style.MARKS).items() if name != "aside"]
    for ink in inks:
        assert _contrast(getattr(ink, ground), getattr(style.GROUND, ground)) >= 4.5, ink
    for ink, name in ((style.DOCUMENTED, "transferred"), (style.DECIDED, "action")):
        assert _contrast(getattr(ink, ground), getattr(style.CLASS_FILL[name], ground)) >= 4.5, ink
    for fill in style.CLASS_FILL.values():
        assert _contrast(getattr(style.TEXT, ground), getattr(fill, ground)) >= 4.5, fill


@pytest.mark.parametrize("ground", ["light", "dark"])
def test_every_frame_of_a_state_has_contrast_on_its_ground(ground: str) -> None:
    for pen in style.CLASS_PEN.values():
        assert _contrast(getattr(pen, ground), getattr(style.GROUND, ground)) >= 3, pen


def test_signs_differ_without_their_colour() -> None:
    signs = (style.SIGNS | style.MARKS).values()
    looks = {(sign.sign, sign.line, sign.pen_width) for sign in signs}
    assert len(looks) == len(signs)
    assert len({sign.word for sign in signs}) == len(signs)


def test_colours_stand_in_the_style_module_alone() -> None:
    folders = [Path(folder) for folder in copyjob.diagrams.__path__]
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix in (".py", ".css", ".j2", ".js")]
    assert len(files) > 10
    colour = re.compile(r"#[0-9a-fA-F]{6}\b|rgb\(|hsl\(")
    found = [path.name for path in files if colour.search(path.read_text(encoding="utf-8"))]
    assert found == ["style.py"]
