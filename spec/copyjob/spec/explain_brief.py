"""An explanation in brief, to be read on a terminal: what is answered, where it leads, how binding that is.

Laws:

1. Nothing is said here that the whole explanation (:mod:`copyjob.spec.explain_text`) does not say. Left out are rows
   and clauses, side effects, and conditions of ways between states; the last line tells how to have them.
2. No line is wider than :data:`WIDTH`.
"""

from __future__ import annotations

from collections.abc import Iterator

from copyjob.spec.explain import Explanation, Grid, Part, Topic
from copyjob.spec.explain_rules import Given, Rule, Side
from copyjob.spec.explain_text import WIDTH, Line, filled, grid_lines
from copyjob.spec.explain_words import spellings_of
from copyjob.spec.interfaces import label_told
from copyjob.spec.vocabulary import Dialect

__all__ = ["WIDTH", "brief_lines", "is_broad"]

_BROAD = frozenset(("operation", "event", "state", "hresult", "method", "callback"))
_LEFT_OUT = frozenset(("named",))
_CONDITIONS = ("If", "Level")


def is_broad(explanation: Explanation) -> bool:
    """Whether an explanation is long enough that most of it is better left out at first."""
    return all(topic.kind in _BROAD for topic in explanation.topics)


def brief_lines(explanation: Explanation) -> Iterator[Line]:
    """Yield the lines of an explanation in brief."""
    for number, topic in enumerate(explanation.topics):
        if number:
            yield Line("")
        yield Line(topic.title, "bold underline")
        for part in topic.parts:
            if part.key not in _LEFT_OUT:
                yield from _part(part, topic)


def _part(part: Part, topic: Topic) -> Iterator[Line]:
    yield Line("")
    if part.title:
        yield Line(part.title, "bold")
    for statement in part.statements:
        yield from filled(statement.brief or statement.text, hanging="  ")
    for rule in part.rules:
        yield from filled(_rule(rule, topic), hanging="    ")
    if part.grid is not None and part.grid.lines:
        yield from grid_lines(_without_conditions(part.grid))


def _rule(rule: Rule, topic: Topic) -> str:
    labels = ", ".join(label_told(label) for label in rule.labels)
    states = ", ".join(state.name for state in rule.states)
    if topic.kind == "state":
        head = labels
    elif [label.value for label in rule.labels] == [topic.name]:
        head = states
    else:
        head = f"{labels} in {states}"
    guards = {side.when for _, side in rule.sides}
    apart = len(guards) > 1 and not rule.same
    if len(rule.sides) == 1:
        head += f" ({rule.sides[0][0].value})"
    if rule.when and not apart:
        head += f", where {rule.when}"
    return f"{head}: {'; '.join(_sides(rule, apart=apart))}"


def _sides(rule: Rule, *, apart: bool) -> Iterator[str]:
    """Yield what is answered, once where all dialects say the same."""
    told = {dialect: _answers(side) for dialect, side in rule.sides}
    levels = {dialect: side.level for dialect, side in rule.sides}
    if rule.same:
        names = " / ".join(dict.fromkeys(told.values()))
        yield f"{names} ({next(iter(levels.values()))})"
    elif len(rule.sides) > 1 and len(set(told.values())) == 1 and not apart:
        binding = ", ".join(f"{dialect.value} {level}" for dialect, level in levels.items())
        yield f"{next(iter(told.values()))} ({binding})"
    else:
        for dialect, side in rule.sides:
            when = f", where {side.when or 'always'}" if apart else ""
            yield f"{dialect.value}{when}: {told[dialect]} ({side.level})"


def _answers(side: Side) -> str:
    """Return what a side permits: the HRESULTs, and where each leads."""
    by_hresult: dict[int | None, list[str]] = {}
    for given in side.answers:
        by_hresult.setdefault(given.hresult, []).append(_leads(given))
    told = [
        ", ".join([*([] if hresult is None else [spellings_of(hresult)[0]]), _joined(leads)])
        for hresult, leads in by_hresult.items()
    ]
    tolerated = "".join(f", {given.dest.name} tolerated" for given in side.tolerated if given.dest is not None)
    return " or ".join(told) + tolerated


def _joined(leads: list[str]) -> str:
    """Return where answers lead, `becomes` said once."""
    first, *others = dict.fromkeys(leads)
    return " or ".join([first, *(other.removeprefix("becomes ") for other in others)])


def _leads(given: Given) -> str:
    if given.refused:
        return "refused"
    return "stays" if given.dest is None else f"becomes {given.dest.name}"


def _without_conditions(grid: Grid) -> Grid:
    """Return a grid without the columns that tell a condition and how binding it is; equal lines are one."""
    kept = [number for number, column in enumerate(grid.columns) if column not in _CONDITIONS]
    if len(kept) == len(grid.columns):
        return grid
    owners: dict[str, dict[str, set[Dialect]]] = {}
    for by, others, _, level in grid.lines:
        for other in others.split(", "):
            owners.setdefault(by, {}).setdefault(other, set()).update(_owners(level))
    lines = tuple((by, ", ".join(map(_owned, others.items()))) for by, others in owners.items())
    return Grid(tuple(grid.columns[number] for number in kept), lines, grid.cites)


def _owners(level: str) -> list[Dialect]:
    """Return the dialects that a level is told for: those that it names, or all."""
    return [dialect for dialect in Dialect if f"{dialect.value}: " in level] or list(Dialect)


def _owned(other: tuple[str, set[Dialect]]) -> str:
    name, owners = other
    return name if len(owners) == len(Dialect) else f"{name} ({next(iter(owners)).value})"
