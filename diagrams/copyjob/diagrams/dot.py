"""The DOT language: quoting and a small writer, nothing of the table.

Law: what is written depends on the calls alone, in their order, so that equal rows give equal bytes on
every machine. Plain labels only: the Graphviz that needs no installation has no HTML-like labels. A line of
a label that begins with one of the samples of :mod:`copyjob.diagrams.style` becomes a drawn sample in the
SVG.

What this module does not know: which states and edges there are (:mod:`copyjob.diagrams.lifecycle`,
:mod:`copyjob.diagrams.operations`) and how they look (:mod:`copyjob.diagrams.style`).
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager

Attributes = Mapping[str, str | None]
"""Attribute names and raw values; the writer quotes them and leaves out what is None."""


def quote(text: str) -> str:
    r"""Return a DOT string that means ``text`` itself: no backslash of it is an escape, a line break is one.

    Raises ValueError where the text holds a NUL, which would end it early.
    """
    if "\0" in text:
        raise ValueError("a DOT string cannot hold a NUL character")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\r", " ").replace("\n", "\\n")
    return f'"{escaped}"'


def left_lines(lines: Iterable[str]) -> LeftLines:
    """Return a label whose lines are flush left."""
    return LeftLines("\n".join(lines))


class LeftLines(str):
    r"""A label whose every line is flush left (``\\l`` in DOT)."""

    __slots__ = ()


def _value(text: str) -> str:
    quoted = quote(text)
    return quoted[:-1].replace("\\n", "\\l") + '\\l"' if isinstance(text, LeftLines) else quoted


def _attributes(attributes: Attributes) -> str:
    return ", ".join(f"{name}={_value(value)}" for name, value in attributes.items() if value is not None)


class DotWriter:
    """Collects one directed graph, line by line."""

    def __init__(self, name: str) -> None:
        self._lines = [f"digraph {quote(name)} {{"]
        self._depth = 1

    def _line(self, text: str) -> None:
        self._lines.append("  " * self._depth + text)

    def defaults(self, of: str, attributes: Attributes) -> None:
        """Set the attributes of ``graph``, or the defaults of every ``node`` or ``edge`` that follows."""
        self._line(f"{of} [{_attributes(attributes)}];")

    def node(self, name: str, attributes: Attributes) -> None:
        """Add a node."""
        self._line(f"{quote(name)} [{_attributes(attributes)}];")

    def edge(self, tail: str, head: str, attributes: Attributes) -> None:
        """Add an edge."""
        self._line(f"{quote(tail)} -> {quote(head)} [{_attributes(attributes)}];")

    @contextmanager
    def cluster(self, name: str, attributes: Attributes) -> Generator[None]:
        """Open a subgraph that is drawn as a box around what is added inside."""
        self._line(f"subgraph {quote('cluster_' + name)} {{")
        self._depth += 1
        self._line(f"graph [{_attributes(attributes)}];")
        yield
        self._depth -= 1
        self._line("}")

    def same_rank(self, names: Iterable[str], rank: str = "same") -> None:
        """Put nodes on one rank (``same``), or on the first (``source``) or last (``sink``)."""
        self._line(f"{{ rank={rank}; " + " ".join(f"{quote(name)};" for name in names) + " }")

    def text(self) -> str:
        """Return the DOT text, ending in a line break."""
        return "\n".join([*self._lines, "}", ""])
