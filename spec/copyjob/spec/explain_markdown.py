"""An explanation as Markdown: headings, lists and tables that any renderer shows, each citation a link to its source.

Law: it says what the text says; where the dialects differ they stand in a table, a column each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from copyjob.spec.citations import CLAUSES, Clause
from copyjob.spec.explain import Explanation, Grid, Part, Statement
from copyjob.spec.explain_rules import Rule, Side, told_answers
from copyjob.spec.interfaces import DIALECT_NAMES, label_told


def markdown(explanation: Explanation) -> str:
    """Return the explanation as a Markdown document, a line break at its end."""
    lines: list[str] = []
    for topic in explanation.topics:
        lines += [f"# {_escaped(topic.title)}", ""]
        for part in topic.parts:
            lines += _part(part)
    if explanation.sources:
        lines += ["## Sources", ""]
        for clause in explanation.sources:
            lines += _source(clause)
    return "\n".join(lines).rstrip("\n") + "\n"


def _escaped(text: str) -> str:
    """Return words as they are: names with underscores, stars and the like are no markup."""
    return re.sub(r"([\\`*_{}\[\]<>|#])", r"\\\1", text)


def _anchor(key: str) -> str:
    return "clause-" + key.replace("/", "-")


def _cite(key: str) -> str:
    return f"[{key}](#{_anchor(key)})" + (" *(decided)*" if CLAUSES[key].decided else "")


def _part(part: Part) -> Iterator[str]:
    if part.title:
        yield from (f"## {part.title}", "")
    for statement in part.statements:
        yield from (_statement(statement), "")
    for rule in part.rules:
        yield from _rule(rule)
    if part.grid is not None and part.grid.lines:
        yield from _table(part.grid)


def _statement(statement: Statement) -> str:
    marks = [_cite(key) for key in statement.cites]
    marks += [f"`{row}`" for row in statement.rows if row not in statement.text]
    words = _escaped(statement.text) + (f" ({', '.join(marks)})" if marks else "")
    return words + (f" [page]({statement.url})" if statement.url else "")


def _rule(rule: Rule) -> Iterator[str]:
    labels = ", ".join(label_told(label) for label in rule.labels)
    states = ", ".join(state.name for state in rule.states)
    yield from (f"### {_escaped(f'{labels} in {states}')}", "")
    if rule.same:
        if rule.when:
            yield from (f"Where {_escaped(rule.when)}:", "")
        sides = tuple(side for _, side in rule.sides)
        yield from (f"- {_escaped(text)}" for text in told_answers(sides))
        owner = "" if len(sides) > 1 else f"; {DIALECT_NAMES[rule.sides[0][0]]}"
        rows = ", ".join(dict.fromkeys(f"`{row}`" for side in sides for row in side.rows))
        basis = " / ".join(dict.fromkeys(side.basis for side in sides))
        yield f"- **{rule.sides[0][1].level}**, {basis}{owner}: {rows}"
        yield from (f"- cites {', '.join(map(_cite, rule.cites))}", "")
        return
    yield f"| | {' | '.join(DIALECT_NAMES[dialect] for dialect, _ in rule.sides)} |"
    yield f"| --- |{' --- |' * len(rule.sides)}"
    for head, cells in _lines([side for _, side in rule.sides]):
        if any(cells):
            yield f"| {head} | {' | '.join(cells)} |"
    yield ""


def _lines(sides: list[Side]) -> Iterator[tuple[str, list[str]]]:
    yield "where", [_escaped(side.when) for side in sides]
    yield "answers", ["<br>".join(map(_escaped, told_answers((side,)))) for side in sides]
    yield "level", [f"**{side.level}**, {side.basis}" for side in sides]
    yield "rows", [", ".join(f"`{row}`" for row in side.rows) for side in sides]
    yield "cites", [", ".join(map(_cite, side.cites)) for side in sides]


def _table(grid: Grid) -> Iterator[str]:
    def line(cells: Iterable[str]) -> str:
        return f"| {' | '.join(map(_escaped, cells))} |"

    yield line(grid.columns)
    yield "|" + " --- |" * len(grid.columns)
    yield from map(line, grid.lines)
    yield ""


def _source(clause: Clause) -> Iterator[str]:
    basis = "decided" if clause.decided else "documented"
    yield from (f'<a id="{_anchor(clause.key)}"></a>', "", f"**{clause.key}** ({basis}): {_escaped(clause.text)}", "")
    weighed = "weighed: " if clause.decided else ""
    for page in clause.pages:
        name = page.path.rpartition("/")[2].removesuffix(".md")
        section = f", {page.section}" if page.section else ""
        yield f"- {weighed}[{_escaped(name + section)}]({page.url})"
    yield ""
