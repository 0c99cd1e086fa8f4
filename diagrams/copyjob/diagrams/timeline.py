"""Callers side by side: a lane a caller, a bar a call from its beginning to its end, drawn as SVG by hand.

Laws:

1. The order of all beginnings and ends is the report's: every moment is one step to the right, however short the time
   between two moments was; the milliseconds stand beneath. Moments that are equal in the report share their step.
2. Only calls of steps in which several callers called are drawn: of one caller alone the sequence tells all.
3. Nothing is told by colour alone: a call has its name, its answer and its bar.

What this module does not know: which order of the calls would have been permitted; the report says that in words.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from copyjob.diagrams import style
from copyjob.diagrams.language import ENGLISH, Language
from copyjob.diagrams.sequence import element

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copyjob.diagrams.report_parts import MadeCall

_SVG: Final = "http://www.w3.org/2000/svg"
_LEFT, _RIGHT = 86.0, 190.0
_GAP: Final = 122.0
_TOP, _LANE, _BAR = 14.0, 78.0, 16.0
_LINE: Final = 14.0
_CHARACTERS: Final = 34
"""What fits between the beginnings of two calls of one caller: two moments lie between them at least."""


def side_by_side(calls: Sequence[MadeCall]) -> tuple[MadeCall, ...]:
    """Return the calls of steps in which several callers called."""
    callers: dict[int, set[int]] = {}
    for call in calls:
        callers.setdefault(call.step, set()).add(call.caller)
    return tuple(call for call in calls if len(callers[call.step]) > 1)


def timeline_svg(calls: Sequence[MadeCall], title: str, id_prefix: str, say: Language = ENGLISH) -> str:
    """Return an SVG element that shows calls of several callers, its ids prefixed; it needs the page's style sheet."""
    ET.register_namespace("", _SVG)
    shown = sorted(side_by_side(calls), key=lambda call: (call.began_seconds, call.ended_seconds))
    moments = sorted({moment for call in shown for moment in (call.began_seconds, call.ended_seconds)})
    lanes = sorted({call.caller for call in shown})
    width = _LEFT + _GAP * max(len(moments) - 1, 0) + _RIGHT
    bottom = _TOP + _LANE * len(lanes)
    height = bottom + 26
    root = ET.Element(
        f"{{{_SVG}}}svg",
        {
            "class": "cj timeline",
            "viewBox": f"0 0 {width:g} {height:g}",
            "width": f"{width:g}",
            "height": f"{height:g}",
            "role": "img",
            "aria-labelledby": f"{id_prefix}title {id_prefix}desc",
        },
    )
    element(root, "title", title, id=f"{id_prefix}title")
    element(root, "desc", " ".join(_told(call, say) for call in shown), id=f"{id_prefix}desc")
    element(
        root, "rect", x="0", y="0", width=f"{width:g}", height=f"{height:g}", class_="ground", fill=style.GROUND.light
    )
    body = element(root, "g", font_size="12")
    for at, moment in enumerate(moments):
        x = _LEFT + _GAP * at
        element(body, "path", d=f"M{x:g},{_TOP:g}V{bottom:g}", class_="moment", stroke=style.FRAME.light)
        element(
            body,
            "text",
            f"{moment * 1000:.3f} ms",
            x=f"{x:g}",
            y=f"{bottom + 16:g}",
            class_="told",
            text_anchor="middle",
        )
    for number, caller in enumerate(lanes):
        top = _TOP + _LANE * number
        middle = top + _LANE - _BAR / 2 - 8
        line = f"M{_LEFT - 8:g},{middle:g}H{width - 8:g}"
        element(body, "path", d=line, class_="lane", stroke=style.FRAME.light)
        name = say("caller {number}", number=caller + 1)
        element(body, "text", name, x="8", y=f"{middle + 4:g}", class_="lane-name")
    for call in shown:
        left = _LEFT + _GAP * moments.index(call.began_seconds)
        right = _LEFT + _GAP * moments.index(call.ended_seconds)
        _draw(body, call, left, right, _TOP + _LANE * lanes.index(call.caller))
    return ET.tostring(root, encoding="unicode")


def _draw(parent: ET.Element, call: MadeCall, left: float, right: float, top: float) -> None:
    """Draw one call; one that began and ended in the same moment is still to be seen."""
    bar = top + _LANE - _BAR - 8
    element(
        parent,
        "rect",
        x=f"{left:g}",
        y=f"{bar:g}",
        width=f"{max(right - left, 4):g}",
        height=f"{_BAR:g}",
        rx="3",
        class_="call",
        fill=style.CLASS_FILL["rule"].light,
        stroke=style.OPERATION.light,
    )
    answer = textwrap.wrap(f"→ {call.answer}", _CHARACTERS) if call.answer else []
    lines = [call.operation, *answer][-3:]
    for number, line in enumerate(lines):
        y = bar - 6 - _LINE * (len(lines) - 1 - number)
        element(parent, "text", line, x=f"{left:g}", y=f"{y:g}", class_="told" if number else "call-name")


def _told(call: MadeCall, say: Language) -> str:
    return say(
        "Caller {number} called {operation} from {began} ms to {ended} ms and was answered {answer}.",
        number=call.caller + 1,
        operation=call.operation,
        began=f"{call.began_seconds * 1000:.3f}",
        ended=f"{call.ended_seconds * 1000:.3f}",
        answer=call.answer or say("nothing"),
    )
