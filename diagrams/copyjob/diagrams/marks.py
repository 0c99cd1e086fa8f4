"""What may be laid over the life cycle: signs on states and arrows, arrows and notes of its own, words for the legend.

Laws:

1. A mark is added to what the table draws; no overlay takes a state or an arrow away, or moves one to another place in
   the table.
2. Every mark has a sign or a word, and a line style of its own: nothing is told by colour alone.
3. What is drawn in addition begins at a state, and ends at a state or at a note.

What this module does not know: reports, DOT, where a mark comes from.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from copyjob.diagrams.dot import wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copyjob.diagrams.edges import Edge, Line
    from copyjob.diagrams.style import Sign
    from copyjob.diagrams.svg import Caption
    from copyjob.spec.table import Table
    from copyjob.spec.vocabulary import JobState

LEGEND_WIDTH: Final = 100
"""Characters of a line of the legend: what a report says may be of any length."""


@dataclass(frozen=True)
class StateMark:
    """What is put on a state: a sign before its name, lines beneath what is told of it, class names."""

    sign: str = ""
    lines: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    dashed: bool = False
    """Whether its frame is dashed: it was not seen."""


@dataclass(frozen=True)
class ArrowMark:
    """How an arrow of the table is drawn: by the class name and the style of a sign."""

    name: str
    sign: Sign


@dataclass(frozen=True)
class ExtraArrow:
    """An arrow that is no arrow of the table, from a state to a state, or to a note by its id."""

    id: str
    source: JobState
    target: JobState | str
    mark: ArrowMark
    lines: tuple[str, ...]
    """Its label; empty where it has none."""
    tooltip: str


@dataclass(frozen=True)
class Note:
    """A box with words, beside a state."""

    id: str
    beside: JobState
    lines: tuple[str, ...]
    tooltip: str


class Overlay(ABC):
    """Marks on the life cycle of a dialect."""

    of: Table
    """Whose life cycle it is."""

    @property
    @abstractmethod
    def caption(self) -> Caption:
        """The title of the whole picture, and all of it in words."""

    @property
    def headline(self) -> Sequence[str]:
        """The title of the picture, in lines that make it no wider."""
        return wrapped(self.caption.title.split(), LEGEND_WIDTH)

    @property
    def whole(self) -> bool:
        """Whether what moves no job is told beneath its state and counted in the legend, as without an overlay."""
        return True

    @abstractmethod
    def state(self, state: JobState) -> StateMark:
        """Return what is put on a state."""

    @abstractmethod
    def arrow(self, edge: Edge) -> ArrowMark:
        """Return how an arrow is drawn."""

    @abstractmethod
    def texts(self, edge: Edge, line: Line) -> Sequence[str]:
        """Return the label of one line of an arrow, in lines; empty where it has none."""

    @property
    def arrows(self) -> Sequence[ExtraArrow]:
        """What is drawn beside the table's arrows."""
        return ()

    @property
    def notes(self) -> Sequence[Note]:
        """The boxes with words."""
        return ()

    @property
    @abstractmethod
    def samples(self) -> Sequence[str]:
        """The legend's lines for marks, each beginning with its sample where it has one."""

    @property
    @abstractmethod
    def remarks(self) -> Sequence[str]:
        """The legend's other lines."""
