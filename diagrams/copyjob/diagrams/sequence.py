"""A counterexample as a sequence: lanes for caller, backend and origin, time downwards, drawn as SVG by
hand.

Laws:

1. Every message of the report is there, in its order; long texts are broken, never cut.
2. Styled by the class names of :mod:`copyjob.diagrams.style`; arrows to the left are dashed, so that an
   answer is told from a call without colour.

What this module does not know: which message is the divergence; the report says that in words beside it.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from copyjob.diagrams import style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copyjob.diagrams.report_parts import Message

LANES: Final = ("caller", "backend", "origin")
_SVG = "http://www.w3.org/2000/svg"
_LEFT, _LANE_GAP, _RIGHT = 118.0, 230.0, 118.0
_TOP, _LINE, _STEP = 44.0, 14.0, 16.0
_CHARACTERS_A_LANE = 38


def element(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    """Add an SVG element; ``class_`` and the like name attributes that Python cannot."""
    names = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    element = ET.SubElement(parent, f"{{{_SVG}}}{tag}", names)
    element.text = text or None
    return element


def _arrow(parent: ET.Element, start: float, end: float, y: float) -> None:
    kind = "operation" if end > start else "event"
    ink = style.OPERATION if end > start else style.EVENT
    step = 7 if end > start else -7
    element(parent, "path", d=f"M{start:g},{y:g}H{end - step:g}", class_=f"sample {kind}", stroke=ink.light)
    tip = f"{end:g},{y:g} {end - step:g},{y - 4:g} {end - step:g},{y + 4:g}"
    element(parent, "polygon", points=tip, class_=f"tip {kind}", fill=ink.light)


def _draw(parent: ET.Element, message: Message, lanes: Sequence[str], y: float) -> float:
    """Draw one message from ``y`` downwards and return where the next one begins."""
    start = _LEFT + _LANE_GAP * lanes.index(message.sender)
    end = _LEFT + _LANE_GAP * lanes.index(message.receiver)
    spans = max(1, abs(lanes.index(message.sender) - lanes.index(message.receiver)))
    lines = textwrap.wrap(message.text, _CHARACTERS_A_LANE * spans, break_long_words=True) or [""]
    for number, line in enumerate(lines):
        at = y + _LINE * (number + 1)
        if start == end:
            # Beside the lane, on the side that has room.
            last = lanes.index(message.sender) == len(lanes) - 1
            element(
                parent,
                "text",
                line,
                x=f"{start + (-9 if last else 9):g}",
                y=f"{at:g}",
                text_anchor="end" if last else "start",
            )
        else:
            element(parent, "text", line, x=f"{(start + end) / 2:g}", y=f"{at:g}", text_anchor="middle")
    at = y + _LINE * len(lines) + 6
    element(parent, "text", f"{message.time_seconds:.3f} s", x="8", y=f"{at + 4:g}", class_="told")
    if start == end:
        element(parent, "circle", cx=f"{start:g}", cy=f"{at - 2:g}", r="3.5", class_="tip operation")
    else:
        _arrow(parent, start, end, at)
    return at + _STEP


def sequence_svg(messages: Sequence[Message], title: str, id_prefix: str) -> str:
    """Return an SVG element that shows the messages, its ids prefixed; it needs the page's style sheet."""
    ET.register_namespace("", _SVG)
    lanes = list(LANES)
    lanes += [lane for lane in dict.fromkeys(e for m in messages for e in (m.sender, m.receiver)) if lane not in lanes]
    width = _LEFT + _LANE_GAP * (len(lanes) - 1) + _RIGHT
    root = ET.Element(f"{{{_SVG}}}svg")
    element(root, "title", title, id=f"{id_prefix}title")
    told = " ".join(f"{m.time_seconds:.3f} s, {m.sender} to {m.receiver}: {m.text}." for m in messages)
    element(root, "desc", told, id=f"{id_prefix}desc")
    ground = element(root, "rect", x="0", y="0", class_="ground", fill=style.GROUND.light)
    body = element(root, "g", font_size="12")
    y = _TOP
    for message in messages:
        y = _draw(body, message, lanes, y)
    height = y + 8
    for number, lane in enumerate(lanes):
        x = _LEFT + _LANE_GAP * number
        line = ET.Element(
            f"{{{_SVG}}}path",
            {"d": f"M{x:g},34V{height - 6:g}", "class": "lane", "stroke": style.FRAME.light},
        )
        body.insert(0, line)
        element(body, "text", lane, x=f"{x:g}", y="24", text_anchor="middle", class_="lane-name")
    ground.set("width", f"{width:g}")
    ground.set("height", f"{height:g}")
    root.attrib |= {
        "class": "cj sequence",
        "viewBox": f"0 0 {width:g} {height:g}",
        "width": f"{width:g}",
        "height": f"{height:g}",
        "role": "img",
        "aria-labelledby": f"{id_prefix}title {id_prefix}desc",
    }
    return ET.tostring(root, encoding="unicode")
