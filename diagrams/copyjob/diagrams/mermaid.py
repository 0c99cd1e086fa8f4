"""The Mermaid language: what a :class:`~copyjob.diagrams.dot.DotWriter` has written, told again as a flowchart.

Laws:

1. Made from the statements of the DOT text alone, in their order: no picture is described twice, and equal rows give
   equal bytes.
2. Every node, box and arrow that is seen in the one is in the other, with the same words; the legend is a node.
3. A line keeps its kind: dashed and dotted lines are broken, bold ones thick. Colours are those of the DOT.

What differs: Mermaid lays out by itself, so that ranks and unseen arrows are left out; there are no tooltips and no
links, since whoever shows a Mermaid text shows it far from the handbook.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from copyjob.diagrams.dot import Arrow, Box, Defaults, Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from copyjob.diagrams.dot import Attributes, DotWriter, Statement

_RESERVED = frozenset(("end", "graph", "subgraph", "flowchart", "default", "style", "class", "click", "call", "href"))
_ESCAPES = str.maketrans({"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "`": "#96;"})
_WIDTH_PX = 700
"""From which width on Mermaid breaks lines by itself; ours are broken already."""
_THICK = 3.0
"""The pen width, in points, from which a line is thick."""


def _identifier(name: str) -> str:
    plain = re.sub(r"\W", "_", name, flags=re.ASCII)
    return f"{plain}_" if plain in _RESERVED else plain


def _box_identifier(name: str) -> str:
    return f"box_{_identifier(name)}"


def _label(text: str | None, between: str = "<br/>") -> str:
    """Return a quoted label with something between its lines; an empty one would not be drawn at all."""
    lines = [line.strip().translate(_ESCAPES) for line in (text or "").splitlines()]
    return f'"{between.join(lines).strip() or " "}"'


def _class(attributes: Attributes) -> str:
    """Return the name of a node's look: its last class, which is that of its colours."""
    return _identifier((attributes.get("class") or "plain").split()[-1])


def _shaped(attributes: Attributes) -> str:
    label = _label(attributes.get("label"))
    if attributes.get("shape") == "point":
        return '((" "))'
    return f"[[{label}]]" if attributes.get("peripheries") == "2" else f"({label})"


def _link(attributes: Attributes) -> str:
    line, headless = attributes.get("style") or "", attributes.get("arrowhead") == "none"
    if "dashed" in line or "dotted" in line:
        return "-.-" if headless else "-.->"
    if float(attributes.get("penwidth") or "1") >= _THICK:
        return "===" if headless else "==>"
    return "---" if headless else "-->"


class _Told:
    """What has been met on the way: looks of nodes, and the colours of the arrows by their number."""

    def __init__(self, writer: DotWriter) -> None:
        known = {s.of: s.attributes for s in writer.statements if isinstance(s, Defaults)}
        none: Attributes = {}
        self.graph, self.nodes = known.get("graph", none), known.get("node", none)
        self.rankdir = self.graph.get("rankdir") or "TB"
        self.boxes: list[str] = []
        self.looks: dict[str, str] = {}
        self.members: dict[str, list[str]] = {}
        self.colours: dict[str, list[int]] = {}
        self.arrows = 0

    def node(self, node: Node) -> str:
        name, look = _identifier(node.name), _class(node.attributes)
        fill, pen = node.attributes.get("fillcolor"), node.attributes.get("color")
        if fill is not None:
            # With a theme of its own for dark pages, Mermaid would write light letters on our light ground.
            self.looks.setdefault(look, f"fill:{fill},stroke:{pen},color:{self.nodes.get('fontcolor')}")
            self.members.setdefault(look, []).append(name)
        return f"{name}{_shaped(node.attributes)}"

    def arrow(self, arrow: Arrow) -> str:
        attributes = arrow.attributes
        ends = {"tail": _identifier(arrow.tail), "head": _identifier(arrow.head)}
        for end in ends:
            box = attributes.get(f"l{end}")
            if box is not None:
                ends[end] = _box_identifier(box.removeprefix("cluster_"))
        tail, head = (ends["head"], ends["tail"]) if attributes.get("dir") == "back" else (ends["tail"], ends["head"])
        colour = (attributes.get("color") or "").partition(":")[0]
        if colour:
            self.colours.setdefault(colour, []).append(self.arrows)
        self.arrows += 1
        label = attributes.get("label")
        return f"{tail} {_link(attributes)}{f'|{_label(label)}|' if label else ''} {head}"

    def lines(self, statements: Iterable[Statement], indent: str) -> Iterator[str]:
        for statement in statements:
            match statement:
                case Node():
                    yield indent + self.node(statement)
                case Arrow() if statement.attributes.get("style") != "invis":
                    yield indent + self.arrow(statement)
                case Box(name, attributes, inside):
                    self.boxes.append(_box_identifier(name))
                    # The title of a box has one line: a second one would lie on what is inside.
                    yield f"{indent}subgraph {self.boxes[-1]}[{_label(attributes.get('label'), ', ')}]"
                    yield f"{indent}  direction {self.rankdir}"
                    # From left to right Graphviz stacks what is in a box from the bottom upwards, Mermaid downwards.
                    yield from self.lines(inside[::-1] if self.rankdir == "LR" else inside, indent + "  ")
                    yield f"{indent}end"
                case _:
                    pass


def mermaid_text(writer: DotWriter) -> str:
    """Return what was written as a Mermaid flowchart, ending in a line break."""
    told = _Told(writer)
    title, *legend = (told.graph.get("label") or writer.name).strip().splitlines()
    lines = [
        "---",
        f"title: {json.dumps(title, ensure_ascii=False)}",
        "config:",
        "  flowchart:",
        f"    wrappingWidth: {_WIDTH_PX}",
        "---",
        f"flowchart {told.rankdir}",
        f"  accTitle: {title}",
        "  accDescr {",
        *(f"    {line.strip()}" for line in legend),
        "  }",
        *told.lines(writer.statements, "  "),
    ]
    if legend:
        lines += [
            f"  legend[{_label(chr(10).join(legend))}]",
            "  classDef legend fill:none,stroke:none,text-align:left",
        ]
        lines.append("  class legend legend")
    if told.boxes:
        lines += [f"  classDef box fill:none,stroke:{told.graph.get('color')}", f"  class {','.join(told.boxes)} box"]
    for look, looks in told.looks.items():
        lines += [f"  classDef {look} {looks}", f"  class {','.join(told.members[look])} {look}"]
    for colour, numbers in told.colours.items():
        lines.append(f"  linkStyle {','.join(map(str, numbers))} stroke:{colour}")
    return "\n".join([*lines, ""])
