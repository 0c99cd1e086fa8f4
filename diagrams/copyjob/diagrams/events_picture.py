"""Internal events, apart from calls, as DOT: each with its cause, from which states it moves a job, and where to.

Laws:

1. Drawn from the rows of the full table alone, in the order of the events; every row of every event is on the picture.
2. From left to right: an event and its cause; states that the same rules hold for, with their guard; where the job is
   then.
3. Every node and arrow has a stable id, a tooltip that names its rows, and a link to where they are told.

What this module does not know: operations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from copyjob.diagrams import style
from copyjob.diagrams.addresses import label_page, state_page
from copyjob.diagrams.canvas import begun
from copyjob.diagrams.dot import wrapped
from copyjob.diagrams.edges import HOW_BINDING, ONE_OF_SEVERAL, address_of
from copyjob.diagrams.language import ENGLISH, Language
from copyjob.diagrams.lifecycle import tooltip
from copyjob.diagrams.operations import Block, Rule, blocks
from copyjob.spec.events import EVENTS
from copyjob.spec.table import FINAL, STATE_CLASSES, Table
from copyjob.spec.vocabulary import InternalEvent, JobState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from copyjob.diagrams.dot import DotWriter

_WIDTH: Final = 38
"""Characters of a line."""


def events_of(table: Table) -> tuple[InternalEvent, ...]:
    """Return the internal events that a table has rows of, in their order."""
    have = {row.label for row in table.rows}
    return tuple(event for event in InternalEvent if event in have)


@dataclass(frozen=True)
class Outlet:
    """Where a rule leads: a state, or None for staying; whether it breaks a recommendation."""

    dest: JobState | None
    tolerated: bool


def outlets(rule: Rule) -> tuple[Outlet, ...]:
    """Return where a rule leads, each place once."""
    row = rule.rows[0]
    return tuple(
        dict.fromkeys(
            Outlet(None if answer.dest is row.source else answer.dest, answer in row.tolerated)
            for answer in row.all_answers
        )
    )


def events_title(table: Table, say: Language) -> str:
    """Return the title of the picture."""
    return say("Internal events in {dialect}: why they happen and where they lead", dialect=table.dialect.value)


def _legend(table: Table, say: Language) -> list[str]:
    events = events_of(table)
    return [
        f"{style.SAMPLES['event']} {say('internal event: service, server, network or clock')}",
        say("happens at last: it must, once its cause is there and stays; the others may happen or not"),
        f"{say(HOW_BINDING)}   {ONE_OF_SEVERAL} {say('any of its answers')}   {say('double frame: final')}",
        say("(tolerated) breaks a recommendation, not a rule"),
        say(
            "{events} events with {rows} rows of the full table; calls have pictures of their own",
            events=len(events),
            rows=sum(row.label in events for row in table.rows),
        ),
    ]


class _Drawing:
    """The picture while it is written, column by column."""

    def __init__(self, table: Table, say: Language) -> None:
        self.table, self.say = table, say
        self.writer = begun(
            f"events-{table.dialect.value.lower()}",
            events_title(table, say),
            _legend(table, say),
            height="0.3",
            gap=True,
            rankdir="LR",
            ranksep="0.5",
            nodesep="0.12",
        )
        self.columns: tuple[list[str], list[str], list[str]] = ([], [], [])

    def node(self, column: int, name: str, lines: Iterable[str], words: str, page: str, cls: str, **more: str) -> None:
        """Write a node in a column."""
        self.columns[column].append(name)
        look = cls.rsplit(maxsplit=1)[-1]
        self.writer.node(
            name,
            {
                "id": name,
                "class": cls,
                "label": "\n".join(lines),
                "tooltip": words,
                "URL": page,
                "fillcolor": style.CLASS_FILL[look].light,
                "color": style.CLASS_PEN[look].light,
                **more,
            },
        )

    def event(self, event: InternalEvent) -> None:
        """Write an event with its cause, and its rules behind it."""
        rule, say = EVENTS[event], self.say
        lines = [event.value, *wrapped(say(rule.cause).split(), _WIDTH)]
        if rule.fair:
            lines.append(say("happens at last"))
        name = f"event-{event.value}"
        self.node(0, name, lines, f"{event.value}: {say(rule.cause)}", label_page(event), "named rule")
        for block in blocks(self.table, event):
            for each in block.rules:
                self.rule(name, event, block, each)

    def rule(self, event_node: str, event: InternalEvent, block: Block, rule: Rule) -> None:
        """Write a rule of an event: the states that it holds for, and where it leads."""
        row, say = rule.rows[0], self.say
        level = row.level.value + (ONE_OF_SEVERAL if len(row.answers) > 1 else "")
        lines = wrapped(", ".join(state.name for state in block.states).split(), _WIDTH)
        if row.guard.comparisons:
            lines += wrapped(f"[{say(row.guard.english)}]".split(), _WIDTH)
        lines[-1] += f" ({level})"
        told = say("{label} in {states}", label=event.value, states=", ".join(state.name for state in block.states))
        words, page = tooltip(told, rule.rows, say), address_of(rule.rows)
        self.node(1, rule.id, lines, words, page, "rule", fontsize=f"{style.SMALL_FONT_SIZE:g}")
        self.writer.edge(
            event_node,
            rule.id,
            {
                "id": f"edge-{event_node}-{rule.id}",
                "class": "link",
                "edgetooltip": words,
                "URL": page,
                "color": style.FRAME.light,
                "arrowhead": "none",
                "weight": "2",
            },
        )
        for outlet in outlets(rule):
            self.outlet(rule, outlet, words, page)

    def outlet(self, rule: Rule, outlet: Outlet, words: str, page: str) -> None:
        """Write where a rule leads."""
        dest, say = outlet.dest, self.say
        name = f"{rule.id}-{'stays' if dest is None else dest.name}"
        what = say("stays where it is") if dest is None else dest.name
        told = f"{what} {say('(tolerated)')}" if outlet.tolerated else what
        cls = "answer rule" if dest is None else f"answer {STATE_CLASSES[dest].value}"
        more = {"peripheries": "2"} if dest in FINAL else {}
        # Staying is no place of its own: its link leads to the rule.
        self.node(2, name, [told], what, page if dest is None else state_page(dest), cls, **more)
        self.writer.edge(
            rule.id,
            name,
            {
                "id": f"edge-{name}",
                "class": "event",
                "edgetooltip": words,
                "URL": page,
                "color": style.EVENT.light,
                "style": style.DASHED,
                "weight": "2",
            },
        )


def events_drawing(table: Table, say: Language = ENGLISH) -> DotWriter:
    """Return the internal events of a dialect, by its full table, as they are written."""
    drawing = _Drawing(table, say)
    for event in events_of(table):
        drawing.event(event)
    for column in drawing.columns:
        drawing.writer.column(*([name] for name in column))
    return drawing.writer
