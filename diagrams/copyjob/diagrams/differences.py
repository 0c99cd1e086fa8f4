"""Where the dialects differ, as DOT: what each says of an operation or an internal event in the same states.

Laws:

1. Compared is what both dialects speak about, row by row, as the exported page of differences compares it
   (:func:`copyjob.spec.export_markdown.differing`): guard, answers, effects and level. A refusal that each spells in
   its own way is no difference.
2. Every row that differs is on the picture, on the side of its dialect; what only one of them has is named too.
3. Every node has a stable id, a tooltip that names its rows, and a link to where they are told.

What this module does not know: what both dialects share.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from copyjob.diagrams import style
from copyjob.diagrams.addresses import HOME, label_page, state_page
from copyjob.diagrams.canvas import begun
from copyjob.diagrams.dot import left_lines, wrapped
from copyjob.diagrams.edges import HOW_BINDING, address_of
from copyjob.diagrams.facts_picture import effect_told
from copyjob.diagrams.language import ENGLISH, Language
from copyjob.diagrams.lifecycle import tooltip
from copyjob.spec.export_markdown import differing
from copyjob.spec.interfaces import DIALECT_NAMES
from copyjob.spec.scope import FEATURES
from copyjob.spec.table import Answer, Row, full_table, table
from copyjob.spec.vocabulary import Dialect, InternalEvent, JobState, Operation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from copyjob.diagrams.dot import DotWriter
    from copyjob.diagrams.edges import Label

_WIDTH: Final = 34
"""Characters of a line."""


@dataclass(frozen=True)
class Difference:
    """What BITS says of an operation or event in some states, and DO; rows that both have are left out."""

    label: Label
    states: tuple[JobState, ...]
    sides: tuple[tuple[Row, ...], tuple[Row, ...]]
    """The rows of all states, state by state, in the order of :class:`Dialect`."""

    def of(self, dialect: Dialect) -> tuple[Row, ...]:
        """Return the rows of one side in the first of the states: in the others they say the same."""
        return tuple(row for row in self.sides[list(Dialect).index(dialect)] if row.source is self.states[0])


def _says(row: Row) -> tuple[object, ...]:
    """Return what a row says, whatever its state: staying is the same everywhere."""

    def relative(answer: Answer) -> tuple[object, ...]:
        return (None if answer.dest is row.source else answer.dest, answer.hresult, answer.effects)

    return (row.guard, *(tuple(map(relative, part)) for part in (row.answers, row.tolerated)), row.level)


def differences() -> tuple[Difference, ...]:
    """Return every difference in what both dialects speak about, operations first; states that differ alike are one."""
    common = FEATURES[Dialect.BITS] & FEATURES[Dialect.DO]
    bits, do = table(Dialect.BITS, common), table(Dialect.DO, common)
    found: list[Difference] = []
    for label in (*(each for each in bits.operations if each in do.operations), *InternalEvent):
        alike: dict[tuple[object, ...], list[tuple[JobState, tuple[Row, ...], tuple[Row, ...]]]] = {}
        for state in do.states:
            ours, theirs = bits.cell(label, state), do.cell(label, state)
            own = tuple(row for row in ours if all(differing([row], [other]) for other in theirs))
            others = tuple(row for row in theirs if all(differing([row], [other]) for other in ours))
            if own or others:
                key = (tuple(map(_says, own)), tuple(map(_says, others)))
                alike.setdefault(key, []).append((state, own, others))
        for cells in alike.values():
            states, lefts, rights = zip(*cells, strict=True)
            sides = (tuple(row for rows in lefts for row in rows), tuple(row for rows in rights for row in rows))
            found.append(Difference(label, tuple(states), sides))
    return tuple(found)


@dataclass(frozen=True)
class Alone:
    """What only one dialect has, and :func:`differences` does not name: states, operations and internal events of its
    full table.
    """

    dialect: Dialect
    states: tuple[JobState, ...]
    labels: tuple[Label, ...]


def alone(dialect: Dialect) -> Alone:
    """Return what the other dialect lacks."""
    (other,) = (each for each in Dialect if each is not dialect)
    own, others = full_table(dialect), full_table(other)
    labels, known = ({row.label for row in each.rows} for each in (own, others))
    known |= {difference.label for difference in differences()}
    return Alone(
        dialect,
        tuple(state for state in own.states if state not in others.states),
        tuple(label for label in (*Operation, *InternalEvent) if label in labels and label not in known),
    )


def answer_told(row: Row, answer: Answer, say: Language, *, effects: bool) -> str:
    """Return what an answer returns and where it leads, in a few words; with its effects where these matter."""
    if answer.hresult is not None and answer.hresult.failed:
        return say("{hresult}, refused", hresult=answer.hresult.name)
    # The arrow stays with its state where a line is broken.
    where = say("stays") if answer.dest is row.source else f"→\u00a0{answer.dest.name}"
    told = where if answer.hresult is None else f"{answer.hresult.name}, {where}"
    changes = [effect_told(effect, say) for effect in answer.effects] if effects else []
    return "; ".join((told, *changes))


def side_lines(difference: Difference, dialect: Dialect, say: Language) -> list[str]:
    """Return what one side says, in lines of a fitting width."""
    effects = _told_alike(difference, say)
    lines: list[str] = []
    for row in difference.of(dialect):
        if row.guard.comparisons:
            lines += wrapped(f"[{say(row.guard.english)}]".split(), _WIDTH)
        told = [answer_told(row, answer, say, effects=effects) for answer in row.answers]
        told = [told[0], *(say("or {answer}", answer=each) for each in told[1:])]
        told += [f"{answer_told(row, each, say, effects=effects)} {say('(tolerated)')}" for each in row.tolerated]
        told[-1] += f" ({row.level.value})"
        lines += [line for each in told for line in wrapped(each.split(" "), _WIDTH)]
    return lines or [say("no such row")]


def _told_alike(difference: Difference, say: Language) -> bool:
    """Tell whether both sides would read the same without their effects."""

    def plain(dialect: Dialect) -> list[tuple[object, ...]]:
        return [
            (row.guard, row.level, *(answer_told(row, answer, say, effects=False) for answer in row.all_answers))
            for row in difference.of(dialect)
        ]

    return plain(Dialect.BITS) == plain(Dialect.DO)


def differences_title(say: Language) -> str:
    """Return the title of the picture."""
    return say("Where {one} and {other} differ", one=Dialect.BITS.value, other=Dialect.DO.value)


def _legend(say: Language) -> list[str]:
    found = differences()
    return [
        say(
            "{number} differences in what both speak about; in the middle what is asked and in which states",
            number=len(found),
        ),
        say("Refusals that each spells in its own way are no difference."),
        f"{say(HOW_BINDING)}   [ ] {say('guard')}",
    ]


class _Drawing:
    """The picture while it is written: three columns, and a thin line to either side."""

    def __init__(self, say: Language) -> None:
        self.say = say
        self.writer = begun(
            "differences", differences_title(say), _legend(say), height="0.3", gap=True, rankdir="LR", ranksep="0.3"
        )
        self.columns: dict[str, list[str]] = {"BITS": [], "middle": [], "DO": []}

    def node(self, column: str, name: str, lines: list[str], words: str, page: str | None, cls: str) -> str:
        """Write a node in a column."""
        self.columns[column].append(name)
        self.writer.node(
            name,
            {
                "id": name,
                "class": f"{cls} rule",
                "label": left_lines(lines) if column != "middle" else "\n".join(lines),
                "tooltip": words,
                "URL": page,
                "fillcolor": style.CLASS_FILL["rule"].light,
                "color": style.CLASS_PEN["rule"].light,
                "fontsize": f"{style.SMALL_FONT_SIZE:g}" if column != "middle" else None,
            },
        )
        return name

    def line(self, ends: Iterable[str], words: str, page: str | None) -> None:
        """Write a thin line between two columns, from left to right."""
        left, right = ends
        self.writer.edge(
            left,
            right,
            {
                "id": f"edge-{left}-{right}",
                "class": "link",
                "edgetooltip": words,
                "URL": page,
                "color": style.FRAME.light,
                "arrowhead": "none",
                "weight": "4",
            },
        )

    def heads(self) -> None:
        """Write the names of the dialects above their sides, and of what is compared above the middle."""
        say = self.say
        told = {
            Dialect.BITS.value: DIALECT_NAMES[Dialect.BITS],
            "middle": say("operation or event, and states"),
            Dialect.DO.value: DIALECT_NAMES[Dialect.DO],
        }
        for column, words in told.items():
            name = f"head-{column.lower()}"
            self.columns[column].append(name)
            self.writer.node(name, style.HEAD | {"id": name, "label": words, "tooltip": words, "URL": HOME})
        for left, right in pairwise(column[0] for column in self.columns.values()):
            self.writer.edge(left, right, {"style": "invis", "weight": "4"})

    def alone(self) -> None:
        """Write what only one dialect has."""
        say = self.say
        for dialect in Dialect:
            found = alone(dialect)
            operations = [label for label in found.labels if isinstance(label, Operation)]
            events = [label for label in found.labels if not isinstance(label, Operation)]
            name = dialect.value
            for kind, words, pages in (
                (
                    "states",
                    say("states only in {dialect}", dialect=name),
                    {s.name: state_page(s) for s in found.states},
                ),
                (
                    "operations",
                    say("operations only in {dialect}", dialect=name),
                    {each.value: label_page(each) for each in operations},
                ),
                (
                    "events",
                    say("internal events only in {dialect}", dialect=name),
                    {each.value: label_page(each) for each in events},
                ),
            ):
                if pages:
                    self.only(dialect, kind, words, pages)

    def only(self, dialect: Dialect, name: str, what: str, pages: Mapping[str, str]) -> None:
        """Write names that one dialect alone has, on its side, and of which kind they are in the middle."""
        side, names = dialect.value.lower(), ", ".join(pages)
        words = f"{what}: {names}"
        page = next(iter(pages.values())) if len(pages) == 1 else HOME
        ends = [
            self.node(dialect.value, f"only-{side}-{name}", wrapped(names.split(), _WIDTH), words, page, "answer"),
            self.node("middle", f"alone-{side}-{name}", [what], words, page, "named"),
        ]
        self.line(ends if dialect is Dialect.BITS else ends[::-1], words, page)

    def difference(self, difference: Difference) -> None:
        """Write one difference."""
        label, say = difference.label, self.say
        name = f"{label.value}-{difference.states[0].name}"
        states = wrapped(", ".join(state.name for state in difference.states).split(), _WIDTH // 2 + 4)
        rows = [row for side in difference.sides for row in side]
        head = f"{label.value}: {', '.join(state.name for state in difference.states)}"
        middle = self.node("middle", f"differs-{name}", [label.value, *states], head, address_of(rows), "named")
        for dialect in Dialect:
            told = difference.sides[list(Dialect).index(dialect)]
            words = tooltip(f"{head}: {dialect.value}", told, say)
            page = address_of(told) if told else label_page(label)
            lines = side_lines(difference, dialect, say)
            side = self.node(dialect.value, f"{dialect.value.lower()}-{name}", lines, words, page, "answer")
            self.line((side, middle) if dialect is Dialect.BITS else (middle, side), words, page)


def differences_drawing(say: Language = ENGLISH) -> DotWriter:
    """Return the differences of the dialects as they are written."""
    drawing = _Drawing(say)
    drawing.heads()
    for difference in differences():
        drawing.difference(difference)
    drawing.alone()
    for column in drawing.columns.values():
        drawing.writer.column(*([name] for name in column))
    return drawing.writer
