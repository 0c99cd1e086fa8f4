"""What of the table is an arrow: rows become moves, moves from a whole class of states become one arrow of
the class.

Laws:

1. Drawn from the rows alone, in the order of the table.
2. Every answer of every row that leads to another state is a move of exactly one arrow; nothing else is.
3. Operations and internal events never share an arrow.
4. An arrow leads to one page of the handbook: that of its row, or what all its rows have in common.

What this module does not know: DOT, colours, reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from copyjob.diagrams.addresses import label_page, row_place, state_page
from copyjob.diagrams.language import ENGLISH, Language
from copyjob.spec import facts as f
from copyjob.spec.table import FINAL, STATE_CLASSES, Answer, Row, StateClass, Table
from copyjob.spec.vocabulary import InternalEvent, JobState, Operation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Label = Operation | InternalEvent

HOW_BINDING = "MUST, SHOULD, MAY: how binding a rule is"
"""What legends say of levels; whether a rule is documented or decided is told on its page."""

ONE_OF_SEVERAL = "°"
"""Marks a label whose row permits another arrow of the picture as well."""

_SHORT = {
    f.NO_FILE: "no file",
    f.MORE_FILES: "a file is left",
    f.ALL_FILES: "all transferred",
    f.NOTHING_DONE: "none transferred",
    f.PART_DONE: "some transferred",
    f.ERROR_KNOWN: "error known",
    f.ERROR_EITHER: "error perhaps kept",
    f.ERROR_NONE: "no error known",
}


def short_guard(guard: f.Guard, say: Language = ENGLISH) -> str:
    """Return a guard in two or three words, in brackets; empty where it always holds."""
    return "" if guard == f.ALWAYS else f"[{say(_SHORT.get(guard, guard.english))}]"


def address_of(rows: Sequence[Row]) -> str:
    """Return where rows are told: the place of a single one, the page of their operation or internal event, or else
    that of the state in which the first begins.
    """
    if len(rows) == 1:
        return row_place(rows[0].id)
    labels = {row.label for row in rows}
    return label_page(rows[0].label) if len(labels) == 1 else state_page(rows[0].source)


@dataclass(frozen=True)
class Line:
    """One label on an arrow: which operation or event, in which words, by which rows."""

    label: Label
    texts: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Edge:
    """One arrow. ``tail`` names a state, or the class (or all states that are not final) that it leaves."""

    tail: str
    sources: tuple[JobState, ...]
    dest: JobState
    lines: tuple[Line, ...]

    @property
    def is_operation(self) -> bool:
        """Whether a client's call moves the job, and not something that happens to it."""
        return isinstance(self.lines[0].label, Operation)

    @property
    def id(self) -> str:
        """The stable id, such as ``edge-SUSPENDED-resume-QUEUED``."""
        return "-".join(("edge", self.tail, *(line.label.value for line in self.lines), self.dest.name))

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows of all its lines."""
        return tuple(row for line in self.lines for row in line.rows)


@dataclass(frozen=True)
class Group:
    """A set of states that is drawn as a box, and whose common moves are drawn once."""

    name: str
    title: str
    states: tuple[JobState, ...]


def groups(table: Table, say: Language = ENGLISH) -> tuple[Group, ...]:
    """Return the boxes, widest first: all states that are not final, then each class of states. Clause:
    state/classes.
    """
    wide = Group("not_final", say("not final"), tuple(s for s in table.states if s not in FINAL))
    return (
        wide,
        *(
            Group(
                f"{cls.value}_states",
                say(f"{cls.value} states"),
                tuple(s for s in table.states if STATE_CLASSES[s] is cls),
            )
            for cls in StateClass
        ),
    )


Move = tuple[Row, tuple[Answer, ...]]
"""A row with those of its answers that lead to one other state."""


def _moves(table: Table) -> dict[tuple[Label, JobState], dict[JobState, list[Move]]]:
    """Return, by label and destination, the rows that lead there from each source."""
    found: dict[tuple[Label, JobState], dict[JobState, list[Move]]] = {}
    for row in table.rows:
        dests = dict.fromkeys(a.dest for a in row.all_answers if a.dest is not row.source)
        for dest in dests:
            answers = tuple(a for a in row.all_answers if a.dest is dest)
            found.setdefault((row.label, dest), {}).setdefault(row.source, []).append((row, answers))
    return found


def _undrawn(row: Row, say: Language) -> Iterator[str]:
    """Yield what a row permits beside moving."""
    for answer in row.answers:
        if answer.dest is row.source:
            yield answer.hresult.name if answer.hresult is not None and answer.hresult.failed else say("stays")


def _texts(
    table: Table, label: Label, source: JobState, dest: JobState, moves: Iterable[Move], say: Language
) -> list[str]:
    """Return the wording of one source's moves: guards where they matter, what else is permitted, what is
    tolerated.
    """
    moves = list(moves)
    # A guard says nothing where every row of the cell leads there, and an event's cause says it already.
    guarded = isinstance(label, Operation) and len(moves) < len(table.cell(label, source))
    texts: dict[str, None] = {}
    for row, answers in moves:
        tolerated = all(answer in row.tolerated for answer in answers)
        elsewhere = any(a.dest is not dest and a.dest is not row.source for a in row.answers)
        words = [label.value + (ONE_OF_SEVERAL if elsewhere and not tolerated else "")]
        if elsewhere and not tolerated and row.answers[0].dest is not dest:
            texts[words[0]] = None  # guard and refusals are told where the first of the answers leads
            continue
        if guarded and short_guard(row.guard):
            words.append(short_guard(row.guard, say))
        if tolerated:
            words.append(say("(tolerated)"))
        elif undrawn := dict.fromkeys(_undrawn(row, say)):
            words.append(alternative(", ".join(undrawn), say))
        texts[" ".join(words)] = None
    return list(texts)


def alternative(answers: str, say: Language) -> str:
    """Return how is told what is permitted as well, such as ``(or stays)``."""
    return say("(or {answers})", answers=answers)


def _common(
    table: Table, label: Label, dest: JobState, by_source: dict[JobState, list[Move]], say: Language
) -> list[str]:
    """Return the wording for several sources at once: what differs is said with the state it holds for."""
    each = {source: _texts(table, label, source, dest, moves, say) for source, moves in by_source.items()}
    if len({tuple(texts) for texts in each.values()}) == 1:
        return next(iter(each.values()))
    heads = dict.fromkeys(text.partition(" ")[0] for texts in each.values() for text in texts)
    told = [
        f"{source.name}: {rest}" for source, texts in each.items() for text in texts if (rest := text.partition(" ")[2])
    ]
    return [*heads, *told]


def edges(table: Table, say: Language = ENGLISH) -> tuple[Edge, ...]:
    """Return every arrow of the life cycle, in the order of the table."""
    lines: dict[tuple[str, JobState, bool], tuple[tuple[JobState, ...], list[Line]]] = {}
    boxes = [group for group in groups(table) if len(group.states) > 1]
    for (label, dest), by_source in _moves(table).items():
        left = dict(by_source)
        parts: list[tuple[str, dict[JobState, list[Move]]]] = []
        for box in boxes:
            if dest not in box.states and all(state in left for state in box.states):
                taken = {state: left.pop(state) for state in box.states}
                parts += [(box.name, taken)]
        parts += [(source.name, {source: moves}) for source, moves in left.items()]
        for tail, part in parts:
            rows = tuple(row for moves in part.values() for row, _ in moves)
            line = Line(label, tuple(_common(table, label, dest, part, say)), rows)
            key = (tail, dest, isinstance(label, Operation))
            lines.setdefault(key, (tuple(part), []))[1].append(line)
    return tuple(Edge(tail, sources, dest, tuple(ls)) for (tail, dest, _), (sources, ls) in lines.items())
