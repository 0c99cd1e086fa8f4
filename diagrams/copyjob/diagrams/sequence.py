"""A counterexample as a sequence: lanes for caller, backend and origin, time downwards, drawn as SVG by
hand.

Laws:

1. Every message of the report is there, in its order; long texts are broken, never cut.
2. Styled by the class names of :mod:`copyjob.diagrams.style`; arrows to the left are dashed, so that an
   answer is told from a call without colour.
3. Where it diverged stands beneath the last message, across all lanes, in the report's own words.

What this module does not know: which message is the divergence; the report tells what was seen, and when it ended.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from copyjob.diagrams import style
from copyjob.diagrams.language import ENGLISH, Language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copyjob.diagrams.report_parts import Divergence, Message

LANES: Final = ("caller", "backend", "origin")
_SVG = "http://www.w3.org/2000/svg"
_LEFT, _LANE_GAP, _RIGHT = 118.0, 230.0, 118.0
_TOP, _LINE, _STEP = 44.0, 14.0, 16.0
_CHARACTERS_A_LANE = 34
_PIXELS_A_CHARACTER = 6.4
"""Of the texts, on average; what is reckoned with it has a margin."""


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


def _moments(messages: Sequence[Message]) -> list[str]:
    """Return the time of each message, all in the unit in which the last is no fraction."""
    last = max((message.time_seconds for message in messages), default=0.0)
    units = (("s", 1.0, 3), ("ms", 1e3, 3))
    unit, factor, digits = next((one for one in units if last * one[1] >= 1), ("µs", 1e6, 0))
    return [f"{message.time_seconds * factor:.{digits}f} {unit}" for message in messages]


def _draw(parent: ET.Element, message: Message, moment: str, lanes: Sequence[str], y: float) -> float:
    """Draw one message from ``y`` downwards and return where the next one begins."""
    start = _LEFT + _LANE_GAP * lanes.index(message.sender)
    end = _LEFT + _LANE_GAP * lanes.index(message.receiver)
    spans = max(1, abs(lanes.index(message.sender) - lanes.index(message.receiver)))
    # Calls that were made side by side stand beneath each other.
    parts = re.split(r"(?<= \|) ", message.text)
    lines = [line for part in parts for line in textwrap.wrap(part, _CHARACTERS_A_LANE * spans) or [""]]
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
    element(parent, "text", moment, x="8", y=f"{at + 4:g}", class_="told")
    if start == end:
        element(parent, "circle", cx=f"{start:g}", cy=f"{at - 2:g}", r="3.5", class_="tip operation")
    else:
        _arrow(parent, start, end, at)
    return at + _STEP


def _draw_end(parent: ET.Element, divergence: Divergence, width: float, y: float, say: Language) -> float:
    """Draw what was seen and what was permitted from ``y`` downwards and return where it ends."""
    characters = int((width - 60) / _PIXELS_A_CHARACTER)
    permitted: tuple[str, Sequence[str], str]
    permitted = (f"{style.MARKS['permitted'].sign} {say('permitted:')}", divergence.permitted, "permitted")
    seen: tuple[str, Sequence[str], str]
    seen = (f"{style.DIVERGES.sign} {say('seen:')}", (divergence.observation,), "diverges")
    group = element(parent, "g", font_size="12")
    box = element(group, "rect", x="6", y=f"{y:g}", width=f"{width - 12:g}", rx="4", class_="end")
    box.set("fill", style.CLASS_FILL["rule"].light)
    box.set("stroke", style.DIVERGES.ink.light)
    at = y + 4
    for head, texts, kind in (seen, permitted) if divergence.permitted else (seen,):
        at += _LINE + 3
        element(group, "text", head, x="16", y=f"{at:g}", class_=kind)
        for line in (line for text in texts for line in textwrap.wrap(text, characters) or [""]):
            at += _LINE
            element(group, "text", line, x="30", y=f"{at:g}", class_="end-line")
    box.set("height", f"{at + 9 - y:g}")
    return at + 9


def _told(message: Message, moment: str, say: Language) -> str:
    return say(
        "{moment}, {sender} to {receiver}: {text}.",
        moment=moment,
        sender=_lane(message.sender, say),
        receiver=_lane(message.receiver, say),
        text=message.text,
    )


def _lane(name: str, say: Language) -> str:
    """Return the name of a lane for people: that of a lane of a report's own is a name in every language."""
    return say(name) if name in LANES else name


def _root(
    messages: Sequence[Message], title: str, id_prefix: str, say: Language, divergence: Divergence | None
) -> ET.Element:
    lanes = list(LANES)
    lanes += [lane for lane in dict.fromkeys(e for m in messages for e in (m.sender, m.receiver)) if lane not in lanes]
    width = _LEFT + _LANE_GAP * (len(lanes) - 1) + _RIGHT
    root = ET.Element(f"{{{_SVG}}}svg")
    element(root, "title", title, id=f"{id_prefix}title")
    timed = [*zip(messages, _moments(messages), strict=True)]
    element(root, "desc", " ".join(_told(message, moment, say) for message, moment in timed), id=f"{id_prefix}desc")
    ground = element(root, "rect", x="0", y="0", class_="ground", fill=style.GROUND.light)
    body = element(root, "g", font_size="12", class_="messages")
    top = 0.0
    if divergence is not None:
        for number, words in enumerate(textwrap.wrap(title, int(width / _PIXELS_A_CHARACTER))):
            top = 20 + _LINE * number
            element(body, "text", words, x="8", y=f"{top:g}", class_="told")
        top += 6
    y = top + _TOP
    for message, moment in timed:
        y = _draw(body, message, moment, lanes, y)
    lanes_end = y + 2
    height = y + 8 if divergence is None else _draw_end(root, divergence, width, y + 6, say) + 8
    for number, lane in enumerate(lanes):
        x = _LEFT + _LANE_GAP * number
        line = ET.Element(
            f"{{{_SVG}}}path",
            {"d": f"M{x:g},{top + 34:g}V{lanes_end:g}", "class": "lane", "stroke": style.FRAME.light},
        )
        body.insert(0, line)
        element(body, "text", _lane(lane, say), x=f"{x:g}", y=f"{top + 24:g}", text_anchor="middle", class_="lane-name")
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
    return root


def sequence_svg(messages: Sequence[Message], title: str, id_prefix: str, say: Language = ENGLISH) -> str:
    """Return an SVG element that shows the messages, its ids prefixed; it needs the page's style sheet."""
    ET.register_namespace("", _SVG)
    return ET.tostring(_root(messages, title, id_prefix, say, None), encoding="unicode")


def sequence_title(divergence: Divergence, backend: str, say: Language) -> str:
    """Return the title of a divergence's sequence."""
    return say("Sequence of {divergence}, as it was seen of {backend}", divergence=divergence.id, backend=backend)


def sequence_file(divergence: Divergence, backend: str, say: Language = ENGLISH) -> str:
    """Return the text of an SVG file that shows a divergence's messages, and where they ended, with its own style
    sheet. ValueError: the report tells no messages of it.
    """
    if not divergence.sequence:
        raise ValueError(f"no messages are told of {divergence.id}")
    ET.register_namespace("", _SVG)
    root = _root(divergence.sequence, sequence_title(divergence, backend, say), "", say, divergence)
    sheet = ET.Element(f"{{{_SVG}}}style")
    sheet.text = "\n" + style.style_sheet()
    root.insert(2, sheet)
    return ET.tostring(root, encoding="unicode") + "\n"
