"""What becomes of the SVG that Graphviz writes: accessible, restyled by class names, stamped; still the
same drawing.

Laws:

1. Geometry is Graphviz's own. Changed are names and dress: title, description, role, class names, drawn
   line samples.
2. No link, no script, no reference to anything outside: the file works alone, offline.
3. The stamp names the digest of all that the picture was drawn from and the digest of the drawing itself,
   so that a stale picture and a picture edited by hand are both found without drawing it again.

What this module does not know: how the SVG came to be (:mod:`copyjob.diagrams.render`).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from copyjob.diagrams import style

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "{http://www.w3.org/1999/xlink}"
_PX_PER_PT = 4 / 3
_STAMP = re.compile(r"source-sha256:([0-9a-f]{64}) drawing-sha256:([0-9a-f]{64})")
_SAMPLE_WIDTH = 34.0


@dataclass(frozen=True)
class Caption:
    """What a reader who does not see the picture is told: a title, and a description in a sentence or two."""

    title: str
    description: str


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _classes(element: ET.Element) -> list[str]:
    return element.get("class", "").split()


def _unwrap_links(parent: ET.Element) -> str:
    """Put what stands in Graphviz's tooltip links into their place; return the last tooltip found."""
    tooltip = ""
    at = 0
    while at < len(parent):
        child = parent[at]
        inner = list(child)
        is_wrapper = _tag(child) == "a" or (_tag(child) == "g" and len(inner) == 1 and _tag(inner[0]) == "a")
        if not is_wrapper:
            at += 1
            continue
        tooltip = child.get(f"{_XLINK}title", tooltip)
        parent.remove(child)
        for offset, grandchild in enumerate(inner):
            parent.insert(at + offset, grandchild)
    return tooltip


def _dress_text(element: ET.Element) -> None:
    """Give the lines of a label their class by the sign they begin with."""
    for text in element.findall(f"{{{_SVG}}}text"):
        words = (text.text or "").split()
        first = words[0] if words else ""
        for name, sign in style.SIGNS.items():
            if first == sign.sign and "edge" in _classes(element) and name != "seen-instead":
                text.set("class", name)


def _sample(text: ET.Element, name: str) -> Iterator[ET.Element]:
    """Yield a drawn line and its tip in the place of a sample, and move the text behind them."""
    x, y = float(text.get("x", "0")), float(text.get("y", "0")) - 3.5
    inks = {"operation": style.OPERATION, "event": style.EVENT, "refusal": style.REFUSAL}
    ink = inks.get(name) or style.SIGNS[name].ink
    end = x + _SAMPLE_WIDTH - 7
    yield ET.Element(
        f"{{{_SVG}}}path",
        {"class": f"sample {name}", "stroke": ink.light, "d": f"M{x:.2f},{y:.2f}H{end:.2f}"},
    )
    yield ET.Element(
        f"{{{_SVG}}}polygon",
        {
            "class": f"tip {name}",
            "fill": ink.light,
            "points": f"{end:.2f},{y - 3:.2f} {end + 7:.2f},{y:.2f} {end:.2f},{y + 3:.2f}",
        },
    )
    text.set("x", f"{x + _SAMPLE_WIDTH + 6:.2f}")
    text.text = (text.text or "").partition(" ")[2]


def _dress_legend(graph: ET.Element) -> None:
    """Draw the line samples of the legend, which are the graph's own label."""
    for text in graph.findall(f"{{{_SVG}}}text"):
        text.set("class", "told")
        # The longest sample first: a sign's sample begins with that of its line style.
        names = sorted(style.SAMPLES, key=lambda one: len(style.SAMPLES[one]), reverse=True)
        name = next((one for one in names if (text.text or "").startswith(style.SAMPLES[one])), None)
        if name is not None:
            at = list(graph).index(text)
            for offset, element in enumerate(_sample(text, name)):
                graph.insert(at + offset, element)


def _dress(root: ET.Element, id_prefix: str) -> None:
    for element in list(root.iter()):
        if _tag(element) != "g":
            continue
        tooltip = _unwrap_links(element)
        if "id" in element.attrib:
            element.set("id", id_prefix + element.attrib["id"])
        title = element.find(f"{{{_SVG}}}title")
        if "graph" in _classes(element):
            if title is not None:
                element.remove(title)
            _dress_legend(element)
            ground = element.find(f"{{{_SVG}}}polygon")
            if ground is not None:
                ground.set("class", "ground")
            continue
        if title is not None:
            title.text = tooltip or title.text
        _dress_text(element)


def dress(graphviz_svg: str, caption: Caption, *, id_prefix: str = "", style_element: bool = True) -> str:
    """Return the finished SVG text, without a stamp.

    ``id_prefix`` keeps the ids of several pictures on one page apart; ``style_element`` is left out where
    the page itself carries the style sheet. Raises ``xml.etree.ElementTree.ParseError`` where the text is
    no XML.
    """
    ET.register_namespace("", _SVG)
    root = ET.fromstring(graphviz_svg)  # noqa: S314 the renderer's own output
    _dress(root, id_prefix)
    _, _, width, height = (float(number) for number in root.get("viewBox", "0 0 0 0").split())
    title_id, desc_id = f"{id_prefix}title", f"{id_prefix}desc"
    root.attrib.clear()
    root.attrib |= {
        "class": "cj",
        "viewBox": f"0 0 {width:g} {height:g}",
        "width": f"{width * _PX_PER_PT:.0f}",
        "height": f"{height * _PX_PER_PT:.0f}",
        "role": "img",
        "aria-labelledby": f"{title_id} {desc_id}",
    }
    head = [_text("title", caption.title, title_id), _text("desc", caption.description, desc_id)]
    if style_element:
        head.append(_text("style", "\n" + style.style_sheet()))
    for at, element in enumerate(head):
        root.insert(at, element)
    return ET.tostring(root, encoding="unicode") + "\n"


def _text(tag: str, text: str, identifier: str = "") -> ET.Element:
    element = ET.Element(f"{{{_SVG}}}{tag}", {"id": identifier} if identifier else {})
    element.text = text
    element.tail = "\n"
    return element


def source_digest(dot: str, caption: Caption) -> str:
    """Return the digest (64 hexadecimal digits) of all that a picture is drawn from: DOT text, caption,
    style sheet.
    """
    parts = (dot, caption.title, caption.description, style.style_sheet())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def stamp(svg: str, source: str) -> str:
    """Return the SVG with a comment before it that names both digests."""
    drawing = hashlib.sha256(svg.encode()).hexdigest()
    return f"<!-- copyjob draw; source-sha256:{source} drawing-sha256:{drawing} -->\n{svg}"


def read_stamp(stamped: str) -> Mapping[str, str]:
    """Return the digests that an SVG names, as ``source`` and ``drawing``, and the drawing's ``actual`` one.

    Empty where there is no stamp. Line ends do not count: a checkout may have changed them.
    """
    first, _, svg = stamped.replace("\r\n", "\n").partition("\n")
    found = _STAMP.search(first)
    if found is None:
        return {}
    actual = hashlib.sha256(svg.encode()).hexdigest()
    return {"source": found.group(1), "drawing": found.group(2), "actual": actual}
