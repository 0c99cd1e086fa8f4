"""How everything looks: the only place with a colour, a font or a pen width.

Laws:

1. Nothing is told by colour alone: kinds of arrows differ in line style, verdicts in a sign, classes in a
   titled box.
2. Colours keep apart for the common kinds of colour blindness (they begin at Okabe and Ito's eight) and
   every text has a contrast of at least 4.5 to 1 to what it stands on, light and dark; a test measures it.
3. DOT carries the light colours; the style sheet of an SVG says the same again and adds the dark ones, by
   class names.

What this module does not know: rows, states, reports.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

FONT: Final = "Helvetica"
"""The name that Graphviz has metrics for; of a list of names it would take those of a narrower font."""

FONTS: Final = "Helvetica,Arial,'Liberation Sans','DejaVu Sans Condensed',sans-serif"
"""What a browser looks for; each line of a drawing of Graphviz says how wide it is, so that any font fits."""

FONT_SIZE: Final = 12.0
"""Points, of states and arrows."""

SMALL_FONT_SIZE: Final = 10.5
"""Points, of what is told beneath a state and in legends."""


@dataclass(frozen=True)
class Ink:
    """A pair of colours for one purpose: on light and on dark ground."""

    light: str
    dark: str


GROUND: Final = Ink("#ffffff", "#15191e")
TEXT: Final = Ink("#1b1f24", "#e8eaed")
MUTED: Final = Ink("#57606a", "#a5afba")
FRAME: Final = Ink("#b4bcc5", "#525c67")

CLASS_FILL: Final = {
    "starting": Ink("#e3f1fb", "#16344a"),
    "action": Ink("#fdf3d8", "#3d3210"),
    "transferred": Ink("#e2f4ec", "#123b2d"),
    "final": Ink("#ececef", "#30343a"),
    "refused": Ink("#fbe6f0", "#45202f"),
    "rule": Ink("#f6f8fa", "#20262d"),
}
"""Grounds of states by their class, of a refusal and of a rule."""

CLASS_PEN: Final = {
    "starting": Ink("#0072b2", "#62b8ec"),
    "action": Ink("#9a6a00", "#e3b341"),
    "transferred": Ink("#00795a", "#3fcf9f"),
    "final": Ink("#57606a", "#a5afba"),
    "refused": Ink("#a8005c", "#ff8ac4"),
    "rule": Ink("#57606a", "#8c96a1"),
}

OPERATION: Final = Ink("#005a94", "#7cc4f5")
EVENT: Final = Ink("#8f4a00", "#f0a868")
REFUSAL: Final = CLASS_PEN["refused"]

DOCUMENTED: Final = CLASS_PEN["transferred"]
DECIDED: Final = Ink("#7a5200", "#e3b341")
"""Letters on the grounds of the same classes; a pen may be lighter than letters."""

DASHED: Final = "dashed"
DOTTED: Final = "dotted"
SOLID: Final = "solid"
DOUBLE: Final = "double"
"""No style of DOT's own: two solid lines beside each other."""
PEN_WIDTH: Final = 1.4


@dataclass(frozen=True)
class Sign:
    """How one thing is marked: a word, a sign that is no colour, its ink, its line."""

    word: str
    sign: str
    ink: Ink
    line: str = SOLID
    pen_width: float = PEN_WIDTH


DISCRIMINATED: Final = Sign("discriminated", "✓", Ink("#006b4f", "#45d6a5"), SOLID, 2.2)
JUDGED: Final = Sign("judged", "◐", Ink("#7a5200", "#e9bb55"), DASHED, 1.6)
NOT_SEEN: Final = Sign("not seen", "○", Ink("#5c656f", "#9aa4af"), DOTTED, 1.4)
DIVERGES: Final = Sign("diverges", "✗", Ink("#b00050", "#ff86bb"), SOLID, 3.4)
SEEN_INSTEAD: Final = Sign("seen instead", "✗", Ink("#b00050", "#ff86bb"), "dashed,bold", 3.0)

SIGNS: Final = {
    "discriminated": DISCRIMINATED,
    "judged": JUDGED,
    "not-seen": NOT_SEEN,
    "diverges": DIVERGES,
    "seen-instead": SEEN_INSTEAD,
}
"""By class name."""

MARKS: Final = {
    "walked": Sign("went there", "1:", TEXT, SOLID, 2.4),
    "leapt": Sign("went there unseen", "1:", TEXT, "dashed,bold", 2.4),
    "permitted": Sign("permitted", "✓", DISCRIMINATED.ink, DASHED, 1.8),
    "differs": Sign("differs", "≠", Ink("#6a3d9a", "#c9a9f5"), DOUBLE, 1.4),
    "aside": Sign("aside", "", FRAME, SOLID, 1.0),
}
"""Of overlays that compare backends or follow a job, by class name."""


def combined(signs: Iterable[str]) -> str:
    """Return the sign of several: one trouble is the trouble of all, part of what was seen is ``judged``.

    Takes the names of ``SIGNS``, and those of the other verdicts of a report.
    """
    found = set(signs)
    for trouble in ("diverges", "errored", "inconclusive"):
        if trouble in found:
            return trouble
    if found == {"discriminated"}:
        return "discriminated"
    if found <= {"not-seen", "skipped"}:
        return "not-seen" if "not-seen" in found else "skipped"
    return "judged"


_SAMPLE_OF_LINE: Final = {SOLID: "━━▶", DASHED: "╍╍▶", DOTTED: "┅┅▶", "dashed,bold": "╍╍▶", DOUBLE: "══▶"}

SAMPLES: Final = {
    "operation": _SAMPLE_OF_LINE[SOLID],
    "event": _SAMPLE_OF_LINE[DASHED],
    "refusal": _SAMPLE_OF_LINE[DOTTED],
    **{name: f"{_SAMPLE_OF_LINE[sign.line]} {sign.sign}" for name, sign in (SIGNS | MARKS).items() if sign.sign},
    "aside": "──▶",
}
"""Line samples of legends by class name, where it has one with its sign: this is what the DOT shows; an SVG draws the
line itself in its place.
"""

DARK: Final = "@media screen and (prefers-color-scheme:dark)"
"""What the rules of dark ground stand under: paper is light, whatever its reader prefers."""

_DASHES: Final = {DASHED: "6,3", DOTTED: "1.5,3.5", "dashed,bold": "9,4"}


def _rules(dark: bool) -> list[str]:
    """Return the rules that depend on the ground."""

    def pick(ink: Ink) -> str:
        return ink.dark if dark else ink.light

    lines = [
        f".cj .ground{{fill:{pick(GROUND)};stroke:none}}",
        f".cj text{{fill:{pick(TEXT)}}}",
        f".cj .edge>text{{paint-order:stroke;stroke:{pick(GROUND)};stroke-width:2.5;stroke-linejoin:round}}",
        f".cj .messages>text{{paint-order:stroke;stroke:{pick(GROUND)};stroke-width:3;stroke-linejoin:round}}",
        f".cj text.told,.cj .cluster>text{{fill:{pick(MUTED)}}}",
        f".cj .node.head>text{{fill:{pick(MUTED)}}}",
        f".cj a:focus-visible{{outline-color:{pick(TEXT)}}}",
        f".cj .edge.link>path{{stroke:{pick(FRAME)}}}",
        f".cj .edge.writes>path,.cj .edge.reads>path{{stroke:{pick(MUTED)}}}",
        f".cj .edge.writes>polygon,.cj .edge.reads>polygon{{fill:{pick(MUTED)};stroke:{pick(MUTED)}}}",
        f".cj .cluster>polygon,.cj .cluster>path{{stroke:{pick(FRAME)};fill:none}}",
        f".cj .lane{{stroke:{pick(FRAME)}}}",
        f".cj .end{{fill:{pick(CLASS_FILL['rule'])};stroke:{pick(DIVERGES.ink)}}}",
        f".cj .start>ellipse{{fill:{pick(TEXT)};stroke:{pick(TEXT)}}}",
        f".cj .edge.start>path{{stroke:{pick(TEXT)}}}",
        f".cj .edge.start>polygon{{fill:{pick(TEXT)};stroke:{pick(TEXT)}}}",
    ]
    for name, fill in CLASS_FILL.items():
        pen = pick(CLASS_PEN[name])
        # Of a double frame only the inner one, which is drawn first, is filled.
        lines += [
            f".cj .node.{name}>path{{stroke:{pen}}}",
            f".cj .node.{name}>path:first-of-type{{fill:{pick(fill)}}}",
        ]
        lines.append(f".cj .node.{name}>polyline{{stroke:{pen}}}")
    inks = {"operation": OPERATION, "event": EVENT, "refusal": REFUSAL}
    inks |= {name: sign.ink for name, sign in (SIGNS | MARKS).items()}
    for name, ink in inks.items():
        color = pick(ink)
        lines.append(f".cj .edge.{name}>path,.cj .sample.{name}{{stroke:{color}}}")
        lines.append(f".cj .edge.{name}>polygon,.cj .tip.{name}{{fill:{color};stroke:{color}}}")
        lines.append(f".cj .edge.{name}>text,.cj .cluster.{name}>text,.cj text.{name}{{fill:{color}}}")
    # A line of a label has its own sign, whatever the arrow as a whole has.
    return lines + [f".cj .edge>text.{name}{{fill:{pick(sign.ink)}}}" for name, sign in SIGNS.items()]


def variables(inks: Mapping[str, Ink]) -> str:
    """Return rules by which a page has inks as variables of these names, light first, dark by preference."""
    light = "".join(f"--{name}:{ink.light};" for name, ink in inks.items())
    dark = "".join(f"--{name}:{ink.dark};" for name, ink in inks.items())
    return f":root{{{light}}}\n{DARK}{{:root{{{dark}}}}}\n"


def style_sheet() -> str:
    """Return the style sheet of every picture: one rule a line, light first, dark by the reader's
    preference.
    """
    common = [
        ".cj{max-width:100%;height:auto}",
        f".cj text{{font-family:{FONTS}}}",
        ".cj a:hover text,.cj a:focus text{text-decoration:underline}",
        ".cj a:focus-visible{outline:2px solid;outline-offset:2px}",
        ".cj .lane-name{font-weight:bold}",
        ".cj .edge path,.cj .sample{fill:none}",
        f".cj .sample{{stroke-width:{PEN_WIDTH + 0.6}}}",
    ]
    common += [
        f".cj .sample.{name}{{stroke-dasharray:{_DASHES[line]}}}"
        for name, line in (("event", DASHED), ("refusal", DOTTED))
    ]
    for name, sign in (SIGNS | MARKS).items():
        dash = f";stroke-dasharray:{_DASHES[sign.line]}" if sign.line in _DASHES else ""
        common.append(f".cj .sample.{name}{{stroke-width:{sign.pen_width}{dash}}}")
    dark = [f"{DARK}{{", *_rules(dark=True), "}"]
    return "\n".join([*common, *_rules(dark=False), *dark, ""])


GRAPH: Final = {
    "bgcolor": GROUND.light,
    "fontname": FONT,
    "fontsize": f"{SMALL_FONT_SIZE:g}",
    "fontcolor": MUTED.light,
    "color": FRAME.light,
    "labeljust": "l",
    "labelloc": "b",
    "pad": "0.2",
    "nodesep": "0.2",
    "ranksep": "0.4",
}
CLUSTER: Final = {"margin": "12", "labelloc": "t"}
NODE: Final = {
    "shape": "box",
    "style": "rounded,filled",
    "fontname": FONT,
    "fontsize": f"{FONT_SIZE:g}",
    "fontcolor": TEXT.light,
    "penwidth": f"{PEN_WIDTH:g}",
    "margin": "0.16,0.07",
}
HEAD: Final = {"class": "named head", "shape": "plaintext", "style": "rounded"}
"""What stands above a column: words without a frame."""
EDGE: Final = {
    "fontname": FONT,
    "fontsize": f"{FONT_SIZE - 0.5:g}",
    "penwidth": f"{PEN_WIDTH:g}",
    "arrowsize": "0.8",
}
