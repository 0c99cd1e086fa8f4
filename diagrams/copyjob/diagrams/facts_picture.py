"""The facts of a job, as DOT: what writes each, which values it has, and which guards read it.

Laws:

1. Drawn from the rows of the full table alone: every effect and every guard of it is on the picture, with the
   operations and internal events whose rows have it.
2. From left to right: effects, facts, guards. A guard that several guards were joined from is told by its parts.
3. Every node and arrow has a stable id and a tooltip that names rows; an effect or a guard leads to the first of its
   rows, a fact to nowhere, since it has no page of its own.

What this module does not know: states, answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from copyjob.diagrams import style
from copyjob.diagrams.addresses import HOME, label_page, row_place
from copyjob.diagrams.canvas import begun
from copyjob.diagrams.dot import wrapped
from copyjob.diagrams.language import ENGLISH, Language
from copyjob.diagrams.lifecycle import tooltip
from copyjob.spec.facts import VALUES, Assign, Fact, Guard
from copyjob.spec.scope import facts_of
from copyjob.spec.table import Row, Table
from copyjob.spec.translate import effects_to_english, to_english, variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from copyjob.diagrams.dot import DotWriter

_WIDTH: Final = 38
"""Characters of a line."""


def effect_told(effect: Assign, say: Language) -> str:
    """Return what an effect changes, in words."""
    return say(effects_to_english((effect,)))


@dataclass(frozen=True)
class Use:
    """An effect or a guard, with the facts that it writes or reads and the rows that have it."""

    of: Assign | Guard
    facts: tuple[Fact, ...]
    rows: tuple[Row, ...]


def effects_of(table: Table) -> tuple[Use, ...]:
    """Return every effect of a table, by the fact that it writes, then in the order of the table."""
    found: dict[Assign, dict[str, Row]] = {}
    for row in table.rows:
        for answer in row.all_answers:
            for effect in answer.effects:
                found.setdefault(effect, {})[row.id] = row
    uses = [Use(effect, (effect.fact,), tuple(rows.values())) for effect, rows in found.items()]
    return tuple(sorted(uses, key=lambda use: use.facts[0].value))


def guards_of(table: Table) -> tuple[Use, ...]:
    """Return every guard of a table, its parts where it was joined, by the first fact that it reads."""
    found: dict[Guard, dict[str, Row]] = {}
    for row in table.rows:
        for part in row.guard.parts or (row.guard,):
            if part.comparisons:
                found.setdefault(part, {})[row.id] = row
    uses = [
        Use(guard, tuple(sorted(guard.facts, key=lambda fact: fact.value)), tuple(rows.values()))
        for guard, rows in found.items()
    ]
    return tuple(sorted(uses, key=lambda use: [fact.value for fact in use.facts]))


def facts_in_order(table: Table) -> tuple[Fact, ...]:
    """Return the facts that a table leaves free."""
    return tuple(fact for fact in Fact if fact in facts_of(table.scope))


def values_told(fact: Fact) -> str:
    """Return the values of a fact, by their names where they have any."""
    if fact in VALUES:
        return ", ".join(value.name for value in VALUES[fact])
    return "0, 1, 2, …" if fact in (Fact.FILES_TOTAL, Fact.FILES_DONE) else "0, 1"


def facts_title(table: Table, say: Language) -> str:
    """Return the title of the picture."""
    return say("Facts of a {dialect} job: what writes them and which guards read them", dialect=table.dialect.value)


def _legend(table: Table, say: Language) -> list[str]:
    return [
        say("Beneath an effect or a guard: the operations and internal events whose rows have it."),
        say(
            "{effects} effects, {facts} facts and {guards} guards of the full table",
            effects=len(effects_of(table)),
            facts=len(facts_in_order(table)),
            guards=len(guards_of(table)),
        ),
    ]


class _Drawing:
    """The picture while it is written, column by column."""

    def __init__(self, table: Table, say: Language) -> None:
        self.say = say
        self.writer = begun(
            f"facts-{table.dialect.value.lower()}",
            facts_title(table, say),
            _legend(table, say),
            gap=True,
            rankdir="LR",
            ranksep="0.6",
        )
        self.columns: Mapping[str, list[str]] = {"effect": [], "fact": [], "guard": []}

    def node(self, kind: str, name: str, lines: Iterable[str], words: str, page: str | None) -> str:
        """Write a node in the column of its kind."""
        self.columns[kind].append(name)
        self.writer.node(
            name,
            {
                "id": name,
                "class": f"{'named ' if kind == 'fact' else ''}{kind} rule",
                "label": "\n".join(lines),
                "tooltip": words,
                "URL": page,
                "fillcolor": style.CLASS_FILL["rule"].light,
                "color": style.CLASS_PEN["rule"].light,
                "penwidth": f"{2 * style.PEN_WIDTH:g}" if kind == "fact" else None,
                "fontsize": None if kind == "fact" else f"{style.SMALL_FONT_SIZE:g}",
            },
        )
        return name

    def heads(self) -> None:
        """Write what stands in each column above it."""
        say = self.say
        told = {"effect": say("effects write"), "fact": say("facts and their values"), "guard": say("guards read")}
        for kind, words in told.items():
            self.columns[kind].append(f"head-{kind}")
            self.writer.node(
                f"head-{kind}", style.HEAD | {"id": f"head-{kind}", "label": words, "tooltip": words, "URL": HOME}
            )
        for left, right in pairwise(told):
            self.writer.edge(f"head-{left}", f"head-{right}", {"style": "invis", "weight": "50"})

    def fact(self, fact: Fact) -> None:
        """Write a fact with its values."""
        say, name = self.say, variable(fact)
        noun = say(to_english(fact))
        values = wrapped(values_told(fact).split(), _WIDTH // 2 + 4)
        self.node("fact", f"fact-{name}", [name, *wrapped(noun.split(), _WIDTH // 2 + 4), *values], noun, None)

    def use(self, kind: str, number: int, use: Use) -> None:
        """Write an effect or a guard, and its arrows from or to its facts."""
        say = self.say
        told = effect_told(use.of, say) if isinstance(use.of, Assign) else say(use.of.english)
        labels = ", ".join(dict.fromkeys(row.label.value for row in use.rows))
        only = {row.label for row in use.rows}
        page = label_page(use.rows[0].label) if len(only) == 1 else row_place(use.rows[0].id)
        words = tooltip(told, use.rows, say)
        name = self.node(
            kind,
            f"{kind}-{variable(use.facts[0])}-{number}",
            [*wrapped(told.split(), _WIDTH), *wrapped(labels.split(), _WIDTH + 6)],
            words,
            page,
        )
        for fact in use.facts:
            writes, other = kind == "effect", f"fact-{variable(fact)}"
            tail, head = (name, other) if writes else (other, name)
            self.writer.edge(
                tail,
                head,
                {
                    "id": f"edge-{name}-{variable(fact)}",
                    "class": "writes" if writes else "reads",
                    "edgetooltip": words,
                    "URL": page,
                    "color": style.MUTED.light,
                    "style": style.SOLID if writes else style.DASHED,
                },
            )

    def uses(self, kind: str, found: Iterable[Use]) -> None:
        """Write all effects, or all guards, numbered within their first fact."""
        numbers: dict[Fact, int] = {}
        for use in found:
            numbers[use.facts[0]] = numbers.get(use.facts[0], 0) + 1
            self.use(kind, numbers[use.facts[0]], use)


def facts_drawing(table: Table, say: Language = ENGLISH) -> DotWriter:
    """Return the facts of a dialect, by its full table, as they are written."""
    drawing = _Drawing(table, say)
    drawing.heads()
    for fact in facts_in_order(table):
        drawing.fact(fact)
    drawing.uses("effect", effects_of(table))
    drawing.uses("guard", guards_of(table))
    for column in drawing.columns.values():
        drawing.writer.column(*([name] for name in column))
    return drawing.writer
