"""What becomes of the SVG that Graphviz writes: accessible, restyled by class names, stamped; still the
same drawing.

Laws:

1. Geometry is Graphviz's own. Changed are names and dress: title, description, role, class names, drawn
   line samples. Every line of text is as wide as it was laid out to be, whatever font the reader has.
2. No script, no reference to anything outside: the file works alone, offline. Links are there only where they are
   asked for: to pages of the handbook, beside which the picture then stands.
3. The stamp names the digest of all that the picture was drawn from and the digest of the drawing itself,
   so that a stale picture and a picture edited by hand are both found without drawing it again.
4. A picture without links is one image to who does not see it; one with links is a document, and each link says in
   words where it leads. The keyboard stops once at each address, however many things of the picture lead there.

What this module does not know: how the SVG came to be (:mod:`copyjob.diagrams.render`).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from copyjob.diagrams import font, style

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "{http://www.w3.org/1999/xlink}"
_PX_PER_PT = 4 / 3
_LONG = 1.9
"""How many times taller than wide a picture is that no sheet shows at once; whoever prints it goes by its class."""
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


def _unwrap_links(parent: ET.Element) -> tuple[str, str]:
    """Put what stands in Graphviz's links into their place; return the first tooltip and the address found."""
    tooltip = address = ""
    at = 0
    while at < len(parent):
        child = parent[at]
        inner = list(child)
        is_wrapper = _tag(child) == "a" or (_tag(child) == "g" and len(inner) == 1 and _tag(inner[0]) == "a")
        if not is_wrapper:
            at += 1
            continue
        # The first tooltip is that of the thing itself; a label that stands apart has its own words for one.
        tooltip = tooltip or child.get(f"{_XLINK}title", "")
        address = child.get(f"{_XLINK}href", address)
        parent.remove(child)
        for offset, grandchild in enumerate(inner):
            parent.insert(at + offset, grandchild)
    return tooltip, address


def _link(graph: ET.Element, addresses: Mapping[ET.Element, str], links: str) -> None:
    """Put each thing that has an address into a link, which tells in words what its tooltip begins with."""
    known: set[str] = set()
    for at, element in enumerate(list(graph)):
        address = addresses.get(element, "")
        if not address:
            continue
        title = element.find(f"{{{_SVG}}}title")
        words = ((title.text if title is not None else "") or address).partition("\n")[0]
        link = ET.Element(f"{{{_SVG}}}a", {"href": links + address, "aria-label": words})
        if address in known:
            link.set("tabindex", "-1")
        known.add(address)
        link.tail, element.tail = element.tail, None
        link.append(element)
        graph[at] = link


def _dress_text(element: ET.Element) -> None:
    """Give the lines of a label their class by the sign they begin with; of a node's, the first is its name."""
    classes = _classes(element)
    for number, text in enumerate(element.findall(f"{{{_SVG}}}text")):
        if "node" in classes and number:
            text.set("font-size", f"{style.SMALL_FONT_SIZE:g}")
        elif "node" in classes and ("rule" not in classes or "named" in classes):
            text.set("font-weight", "bold")
        words = (text.text or "").split()
        first = words[0] if words else ""
        for name, sign in style.SIGNS.items():
            if first == sign.sign and "edge" in classes and name != "seen-instead":
                text.set("class", name)


def _sample(text: ET.Element, name: str) -> Iterator[ET.Element]:
    """Yield a drawn line and its tip in the place of a sample, and move the text behind them."""
    x, y = float(text.get("x", "0")), float(text.get("y", "0")) - 3.5
    inks = {"operation": style.OPERATION, "event": style.EVENT, "refusal": style.REFUSAL}
    sign = (style.SIGNS | style.MARKS).get(name)
    ink = inks[name] if sign is None else sign.ink
    end = x + _SAMPLE_WIDTH - 7
    double = sign is not None and sign.line == style.DOUBLE
    lines = "".join(f"M{x:.2f},{at:.2f}H{end:.2f}" for at in ((y - 1.5, y + 1.5) if double else (y,)))
    yield ET.Element(f"{{{_SVG}}}path", {"class": f"sample {name}", "stroke": ink.light, "d": lines})
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


def _put_beneath(graph: ET.Element) -> None:
    """Put the arrows that stand aside beneath all other things, so that no label that matters is crossed by one."""
    things = [child for child in graph if {"node", "edge"} & {*_classes(child)}]
    pale = [child for child in things if "aside" in _classes(child)]
    if not pale:
        return
    first = list(graph).index(things[0])
    for child in pale:
        graph.remove(child)
    for offset, child in enumerate(pale):
        graph.insert(first + offset, child)


def _fit(text: ET.Element) -> None:
    """Say how wide a line of text is, without the spaces around it."""
    words = text.text or ""
    size, bold = float(text.get("font-size", style.FONT_SIZE)), text.get("font-weight") == "bold"
    kept = words.strip()
    if not kept:
        return
    if text.get("text-anchor") == "start":
        before = words[: len(words) - len(words.lstrip())]
        text.set("x", f"{float(text.get('x', '0')) + font.width(before, size):.2f}")
    text.text = kept
    text.set("textLength", f"{font.width(kept, size, bold=bold):.2f}")
    text.set("lengthAdjust", "spacingAndGlyphs")


def _dress(root: ET.Element, id_prefix: str) -> dict[ET.Element, str]:
    """Dress everything; return the address of each thing that has one."""
    addresses: dict[ET.Element, str] = {}
    for element in list(root.iter()):
        if _tag(element) != "g":
            continue
        tooltip, address = _unwrap_links(element)
        if address:
            addresses[element] = address
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
    return addresses


def dress(
    graphviz_svg: str,
    caption: Caption,
    *,
    id_prefix: str = "",
    style_element: bool = True,
    links: str | None = None,
) -> str:
    """Return the finished SVG text, without a stamp.

    ``id_prefix`` keeps the ids of several pictures on one page apart; ``style_element`` is left out where
    the page itself carries the style sheet. ``links`` is what leads from where the picture stands to the root of the
    handbook's language, such as ``../``; None: no links. Raises ``xml.etree.ElementTree.ParseError`` where the text is
    no XML.
    """
    ET.register_namespace("", _SVG)
    root = ET.fromstring(graphviz_svg)  # noqa: S314 the renderer's own output
    addresses = _dress(root, id_prefix)
    for text in root.iter(f"{{{_SVG}}}text"):
        _fit(text)
    for graph in root.findall(f"{{{_SVG}}}g"):
        _put_beneath(graph)
    has_links = links is not None and bool(addresses)
    if links is not None:
        for graph in root.findall(f"{{{_SVG}}}g"):
            _link(graph, addresses, links)
    _, _, width, height = (float(number) for number in root.get("viewBox", "0 0 0 0").split())
    title_id, desc_id = f"{id_prefix}title", f"{id_prefix}desc"
    root.attrib.clear()
    root.attrib |= {
        "class": "cj long" if height > _LONG * width else "cj",
        "viewBox": f"0 0 {width:g} {height:g}",
        "width": f"{width * _PX_PER_PT:.0f}",
        "height": f"{height * _PX_PER_PT:.0f}",
        # An image hides what is in it, links too; a document does not.
        "role": "document" if has_links else "img",
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


def source_digest(dot: str, caption: Caption, links: str | None = None) -> str:
    """Return the digest (64 hexadecimal digits) of all that a picture is drawn from: DOT text, caption,
    style sheet, and the prefix of its links where it has any.
    """
    parts = (dot, caption.title, caption.description, style.style_sheet())
    led = () if links is None else (links,)
    return hashlib.sha256("\0".join((*parts, *led)).encode()).hexdigest()


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
