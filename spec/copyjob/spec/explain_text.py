"""An explanation as plain text for 80 columns, each line with a style that only a terminal shows.

Laws:

1. No line is wider than :data:`WIDTH`, but for a page's address, which is never broken.
2. The same words with and without styles; nothing is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import NamedTuple

from copyjob.spec.citations import CLAUSES, Clause
from copyjob.spec.explain import Explanation, Grid, Part, Statement
from copyjob.spec.explain_rules import Rule, Side, dialects_told, marked, told_answers
from copyjob.spec.interfaces import DIALECT_NAMES, label_told
from copyjob.spec.vocabulary import Dialect

WIDTH = 80
_INDENT = "  "
_GAP = "  "
_TIE = "\N{NO-BREAK SPACE}"
_ROWS_SHOWN = 6
"""More rows behind one sentence are counted; asking for their state or operation names them, and so does JSON."""


class Line(NamedTuple):
    """One line and how a terminal shows it: a style of rich, or nothing."""

    text: str
    style: str = ""


def text_lines(explanation: Explanation) -> Iterator[Line]:
    """Yield the lines of an explanation."""
    for number, topic in enumerate(explanation.topics):
        if number:
            yield Line("")
        yield Line(topic.title, "bold underline")
        for part in topic.parts:
            yield from _part(part, topic.name)
    yield from source_lines(explanation)


def source_lines(explanation: Explanation) -> Iterator[Line]:
    """Yield every clause that an explanation rests on, with its text and its pages."""
    if explanation.sources:
        yield Line("")
        yield Line("Sources", "bold")
        for clause in explanation.sources:
            yield from _source(clause)


def filled(
    text: str, indent: str = _INDENT, *, hanging: str = "", style: str = "", width: int = WIDTH
) -> Iterator[Line]:
    """Yield a text in lines that fit."""
    # A mark stays with the decision that it marks, also where two columns stand side by side.
    for line in wrap(
        text.replace(" (decided", f"{_TIE}(decided"),
        width,
        initial_indent=indent,
        subsequent_indent=indent + hanging,
        break_long_words=False,
        break_on_hyphens=False,
    ):
        yield Line(line.replace(_TIE, " "), style)


def _part(part: Part, name: str) -> Iterator[Line]:
    yield Line("")
    if part.title:
        yield Line(part.title, "bold")
    for statement in part.statements:
        yield from _statement(statement)
    for number, rule in enumerate(part.rules):
        if number:
            yield Line("")
        yield from _rule(rule, name)
    if part.grid is not None and part.grid.lines:
        if part.statements:
            yield Line("")
        yield from grid_lines(part.grid)


def _statement(statement: Statement) -> Iterator[Line]:
    rows = statement.rows if len(statement.rows) <= _ROWS_SHOWN else (f"{len(statement.rows)} rows",)
    # What a sentence names already is not said again behind it.
    marks = [mark for mark in (*map(marked, statement.cites), *rows) if mark not in statement.text]
    yield from filled(statement.text + (f" [{', '.join(marks)}]" if marks else ""), hanging=_INDENT)
    if statement.url:
        yield Line(f"{_INDENT * 2}{statement.url}", "dim")


def _rule(rule: Rule, name: str) -> Iterator[Line]:
    labels = ", ".join(label_told(label) for label in rule.labels)
    states = ", ".join(state.name for state in rule.states)
    where = f"In {states}" if [label.value for label in rule.labels] == [name] else f"{labels} in {states}"
    guards = {side.when for _, side in rule.sides}
    if rule.when and (rule.same or len(guards) == 1):
        where += f", where {rule.when}"
    if len(rule.sides) == 1:
        where += f" ({DIALECT_NAMES[rule.sides[0][0]]})"
    yield from filled(where, hanging=_INDENT, style="cyan")
    if rule.same:
        yield from _one(rule)
    else:
        yield from _beside([list(_column(dialect, side, guarded=len(guards) > 1)) for dialect, side in rule.sides])


def _one(rule: Rule) -> Iterator[Line]:
    side = rule.sides[0][1]
    for text in told_answers(tuple(own for _, own in rule.sides)):
        yield from filled(text, _INDENT * 2, hanging=_INDENT)
    rows = " and ".join(dict.fromkeys(", ".join(own.rows) for _, own in rule.sides))
    yield from filled(
        f"{side.level}, {_basis(rule)}: {rows}", _INDENT * 2, hanging=_INDENT, style=_style(rule.sides[0][1])
    )
    yield from filled(f"cites {_cites(rule)}", _INDENT * 2, hanging=_INDENT, style="dim")


def _basis(rule: Rule) -> str:
    return " / ".join(dict.fromkeys(side.basis for _, side in rule.sides))


def _style(side: Side) -> str:
    return "yellow" if side.basis == "decided" else ""


def _cites(rule: Rule) -> str:
    marks: list[str] = []
    for key in rule.cites:
        citing = [dialect for dialect, side in rule.sides if key in side.cites]
        notes = ["decided"] if CLAUSES[key].decided else []
        if len(citing) < len(rule.sides):
            notes.append(dialects_told(citing))
        marks.append(f"{key} ({', '.join(notes)})" if notes else key)
    return ", ".join(marks)


def _column(dialect: Dialect, side: Side, *, guarded: bool) -> Iterator[str]:
    yield DIALECT_NAMES[dialect]
    if guarded:
        yield f"where {side.when}" if side.when else "always"
    yield from told_answers((side,))
    yield f"{side.level}, {side.basis}"
    yield ", ".join(side.rows)
    yield "cites " + ", ".join(map(marked, side.cites))


def _beside(columns: list[list[str]]) -> Iterator[Line]:
    room = (WIDTH - 2 * len(_INDENT) - len(_GAP) * (len(columns) - 1)) // len(columns)
    folded = [
        [line.text for text in column for line in filled(text, "", hanging=_INDENT, width=room)] for column in columns
    ]
    for number in range(max(map(len, folded))):
        cells = [column[number] if number < len(column) else "" for column in folded]
        yield Line((_INDENT * 2 + _GAP.join(cell.ljust(room) for cell in cells)).rstrip(), "bold" if not number else "")


def grid_lines(grid: Grid) -> Iterator[Line]:
    """Yield a grid in lines that fit."""
    widths = _widths(grid)
    above = ""
    for number, (first, *others) in enumerate((grid.columns, *grid.lines)):
        cells = ("" if first == above else first, *others)
        above = first
        folded = [wrap(cell, width, break_on_hyphens=False) for cell, width in zip(cells, widths, strict=True)]
        for row in range(max(1, *map(len, folded))):
            line = (column[row] if row < len(column) else "" for column in folded)
            told = _GAP.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            yield Line((_INDENT + told).rstrip(), "" if number else "dim")


def _widths(grid: Grid) -> list[int]:
    """Return the columns' widths: what they need, and where that is too much, the widest give way first."""
    rows = (grid.columns, *grid.lines)
    needs = [max(len(row[number]) for row in rows) for number in range(len(grid.columns))]
    least = [
        max((len(word) for row in rows for word in row[number].split()), default=1) for number in range(len(needs))
    ]
    room = WIDTH - len(_INDENT) - len(_GAP) * (len(needs) - 1)
    while sum(needs) > room and any(need > floor for need, floor in zip(needs, least, strict=True)):
        widest = max(range(len(needs)), key=lambda number: (needs[number] > least[number], needs[number]))
        needs[widest] -= 1
    while sum(needs) > room:
        needs[needs.index(max(needs))] -= 1
    return [max(1, need) for need in needs]


def _source(clause: Clause) -> Iterator[Line]:
    basis = "decided" if clause.decided else "documented"
    yield Line(f"{_INDENT}{clause.key} ({basis})", "yellow" if clause.decided else "cyan")
    yield from filled(clause.text, _INDENT * 2)
    weighed = "weighed: " if clause.decided else ""
    for page in clause.pages:
        section = f" ({page.section})" if page.section and not page.path.endswith(".md") else ""
        yield Line(f"{_INDENT * 2}{weighed}{page.url}{section}", "dim")
