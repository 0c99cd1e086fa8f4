"""The DOT language: quoting and a small writer that keeps what was written, nothing of the table.

Laws:

1. What is written depends on the calls alone, in their order, so that equal rows give equal bytes on every machine.
2. What was written is kept as statements, so that another language tells the same picture
   (:mod:`copyjob.diagrams.mermaid`).
3. Plain labels only: the Graphviz that needs no installation has no HTML-like labels. A line of a label that begins
   with one of the samples of :mod:`copyjob.diagrams.style` becomes a drawn sample in the SVG.

What this module does not know: which states and edges there are (:mod:`copyjob.diagrams.lifecycle` and its
neighbours) and how they look (:mod:`copyjob.diagrams.style`).
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise

Attributes = Mapping[str, str | None]
"""Attribute names and raw values; the writer quotes them and leaves out what is None."""


def quote(text: str) -> str:
    r"""Return a DOT string that means ``text`` itself: no backslash of it is an escape, a line break is one.

    Raises ValueError where the text holds a NUL, which would end it early.
    """
    if "\0" in text:
        raise ValueError("a DOT string cannot hold a NUL character")
    # Graphviz reads entities as HTML does: an ampersand that is one has to be written as one.
    text = text.replace("&", "&amp;").replace("\r", " ")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def left_lines(lines: Iterable[str]) -> LeftLines:
    """Return a label whose lines are flush left."""
    return LeftLines("\n".join(lines))


class LeftLines(str):
    r"""A label whose every line is flush left (``\\l`` in DOT)."""

    __slots__ = ()


def relinked(dot: str, links: str | None) -> str:
    """Return a DOT text that a :class:`DotWriter` wrote with ``links`` before every address; None: without addresses.

    For formats in which an address stands as the DOT has it.
    """
    if links is None:
        return re.sub(r', URL="[^"]*"', "", dot)
    return dot.replace(', URL="', f', URL="{quote(links)[1:-1]}')


def wrapped(words: Iterable[str], width: int) -> list[str]:
    """Return words as lines of no more than ``width`` characters, but for a word that is longer by itself."""
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


@dataclass(frozen=True)
class Defaults:
    """The attributes of ``graph``, or the defaults of every ``node`` or ``edge`` that follows."""

    of: str
    attributes: Attributes


@dataclass(frozen=True)
class Node:
    """A node."""

    name: str
    attributes: Attributes


@dataclass(frozen=True)
class Arrow:
    """An edge between two nodes."""

    tail: str
    head: str
    attributes: Attributes


@dataclass(frozen=True)
class Ranks:
    """Nodes that stand on one rank."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Box:
    """A cluster: a box around what is inside."""

    name: str
    attributes: Attributes
    inside: list[Statement] = field(default_factory=list["Statement"])


Statement = Defaults | Node | Arrow | Ranks | Box


def _value(text: str) -> str:
    quoted = quote(text)
    return quoted[:-1].replace("\\n", "\\l") + '\\l"' if isinstance(text, LeftLines) else quoted


def _attributes(attributes: Attributes) -> str:
    return ", ".join(f"{name}={_value(value)}" for name, value in attributes.items() if value is not None)


def _lines(statements: Iterable[Statement], indent: str = "  ") -> Iterator[str]:
    for statement in statements:
        match statement:
            case Defaults(of, attributes):
                yield f"{indent}{of} [{_attributes(attributes)}];"
            case Node(name, attributes):
                yield f"{indent}{quote(name)} [{_attributes(attributes)}];"
            case Arrow(tail, head, attributes):
                yield f"{indent}{quote(tail)} -> {quote(head)} [{_attributes(attributes)}];"
            case Ranks(names):
                yield f"{indent}{{ rank=same; " + " ".join(f"{quote(name)};" for name in names) + " }"
            case Box(name, attributes, inside):
                yield f"{indent}subgraph {quote('cluster_' + name)} {{"
                yield f"{indent}  graph [{_attributes(attributes)}];"
                yield from _lines(inside, indent + "  ")
                yield f"{indent}}}"


class DotWriter:
    """Collects one directed graph, statement by statement."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.statements: list[Statement] = []
        self._open = [self.statements]

    def _add(self, statement: Statement) -> None:
        self._open[-1].append(statement)

    def defaults(self, of: str, attributes: Attributes) -> None:
        """Set the attributes of ``graph``, or the defaults of every ``node`` or ``edge`` that follows."""
        self._add(Defaults(of, attributes))

    def node(self, name: str, attributes: Attributes) -> None:
        """Add a node."""
        self._add(Node(name, attributes))

    def edge(self, tail: str, head: str, attributes: Attributes) -> None:
        """Add an edge."""
        self._add(Arrow(tail, head, attributes))

    @contextmanager
    def cluster(self, name: str, attributes: Attributes) -> Generator[None]:
        """Open a subgraph that is drawn as a box around what is added inside."""
        box = Box(name, attributes)
        self._add(box)
        self._open.append(box.inside)
        yield
        self._open.pop()

    def same_rank(self, names: Iterable[str]) -> None:
        """Put nodes on one rank."""
        self._add(Ranks(tuple(names)))

    def column(self, *groups: Sequence[str]) -> None:
        """Keep nodes on one rank, and groups of them in this order, by arrows that are not seen.

        Within a cluster the layout keeps to the order in which nodes were added, where the drawing goes from left to
        right from the bottom upwards.
        """
        self.same_rank(name for group in groups for name in group)
        for above, below in pairwise(group[0] for group in groups if group):
            self.edge(above, below, {"style": "invis"})

    def text(self) -> str:
        """Return the DOT text, ending in a line break."""
        return "\n".join([f"digraph {quote(self.name)} {{", *_lines(self.statements), "}", ""])
