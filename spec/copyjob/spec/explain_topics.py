"""Topics about what happens to a job: an operation, an internal event, a state.

Law: each topic is made of rules, and of sentences whose every number and name comes from the rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from copyjob.spec import facts as f
from copyjob.spec.citations import ALL_CLAUSES, CLAUSES
from copyjob.spec.events import EVENTS
from copyjob.spec.explain import Grid, Part, Statement, Topic, topic
from copyjob.spec.explain_calls import callbacks_part, calls_part
from copyjob.spec.explain_next import Outlook, ends_everything, outlooks, told_way
from copyjob.spec.explain_rules import (
    Rule,
    answering,
    dialects_told,
    gathered,
    marked,
    rules,
)
from copyjob.spec.explain_words import Question, having
from copyjob.spec.interfaces import DIALECT_NAMES, Label, label_told, method_name, method_of, page_of
from copyjob.spec.rows import STATE_CLASSES, Row
from copyjob.spec.scope import facts_of
from copyjob.spec.table import Table
from copyjob.spec.vocabulary import (
    Dialect,
    InternalEvent,
    JobState,
    Operation,
    hresult_name,
)


@dataclass(frozen=True)
class Ground:
    """What the topics of one question stand on."""

    question: Question
    tables: dict[Dialect, Table]

    @classmethod
    def of(cls, question: Question) -> Ground:
        """Return the tables that are asked about."""
        return cls(question, {dialect: question.table(dialect) for dialect in question.dialects})

    def within(self, dialects: Iterable[Dialect]) -> dict[Dialect, Table]:
        """Return the tables of some dialects."""
        return {dialect: each for dialect, each in self.tables.items() if dialect in dialects}


def rows_of(tables: dict[Dialect, Table], found: Iterable[Rule]) -> list[tuple[Table, Row]]:
    """Return the rows of rules, each with its table."""
    return [(tables[d], tables[d].by_id[row]) for rule in found for d, side in rule.sides for row in side.rows]


def label_topic(ground: Ground, label: Label, dialects: frozenset[Dialect]) -> Topic:
    """Explain an operation or an internal event, everywhere or in one state."""
    tables = ground.within(dialects)
    state, hresults = ground.question.state, ground.question.hresults
    found = list(rules(tables, (label,), JobState if state is None else (state,)))
    notes: list[Statement] = []
    calls = calls_part(label, tables, hresults) if isinstance(label, Operation) else Part("calls", "")
    if hresults:
        some = answering(found, hresults)
        if not some:
            named = " or ".join(hresult_name(hresult) for hresult in hresults)
            where = "" if state is None else f" in {state.name}"
            instead = "; what does is below" if not calls.empty else "; what it answers is below"
            notes.append(Statement(f"No row lets {label_told(label)} answer {named}{where}{instead}."))
            if calls.empty and isinstance(label, Operation):
                calls = calls_part(label, tables)
            elif not calls.empty:
                found = []
        found = some or found
    kind = "operation" if isinstance(label, Operation) else "event"
    name = label_told(label)
    if isinstance(label, Operation) and len(dialects) == 1:
        name = method_of(label, next(iter(dialects))).name
    title = f"{name} in {state.name}" if state is not None else name
    parts = [Part("notes", "", tuple(notes))]
    if state is None:
        parts.append(Part("about", "What it is", tuple(_about(ground.tables, label, tables))))
    parts.append(Part("rules", "What it does" if kind == "event" else "What it answers", rules=tuple(gathered(found))))
    parts.append(help_part(tables, found))
    if state is not None:
        parts.append(next_part(tables, found))
    parts.append(calls)
    parts.append(callbacks_part(rows_of(tables, found), tables))
    if isinstance(label, Operation) and state is None:
        parts.append(_naming(label, (key for part in parts for key in part.cites)))
    return topic(kind, label.value, title, parts)


def _about(asked: Iterable[Dialect], label: Label, tables: dict[Dialect, Table]) -> Iterable[Statement]:
    if isinstance(label, InternalEvent):
        rule = EVENTS[label]
        sure = "happens at last where its cause is there and stays" if rule.fair else "need never happen"
        yield Statement(f"Internal event: no call, it happens to a job. Cause: {rule.cause}. It {sure}.")
        return
    for dialect in tables:
        if dialect in having(label):
            yield _declared(label, dialect)
    lacking = [dialect for dialect in asked if not _known(label, dialect)]
    if lacking:
        told = tuple(key for key in _LACKING if _names(label).search(CLAUSES[key].text))
        yield Statement(f"{dialects_told(lacking)} has no such method.", told)
    beginning = {
        (c.state, d, row.id) for d, each in tables.items() for c in _new(each) if (row := each.row_at(label, c))
    }
    for state in sorted({state for state, _, _ in beginning}):
        rows = tuple(sorted({row for at, _, row in beginning if at is state}))
        yield Statement(
            f"A new job is {state.name} and has no file: it begins at {', '.join(rows)}.", ("state/initial",), rows
        )
    others = [each for each in Operation if each is not label and any(_moves(table, each) for table in tables.values())]
    if any(_moves(table, label) for table in tables.values()):
        yield Statement(f"Other calls that change the state of a job: {', '.join(map(label_told, others))}.")
    yield Statement(
        "The pages name HRESULTs without claiming to be complete: a call may return others, whatever the job is."
    )


def _moves(table: Table, operation: Operation) -> bool:
    """Tell whether a call can lead from one state to another."""
    return any(answer.dest is not row.source for row in table.rows if row.label is operation for answer in row.answers)


_LACKING = ("set/final",)
"""The clauses that say by name which methods a dialect lacks."""


def _names(operation: Operation) -> re.Pattern[str]:
    """Return what finds the name of an operation's method in a clause."""
    return re.compile(rf"\b{method_name(operation)}\b")


def _naming(operation: Operation, cited: Iterable[str]) -> Part:
    """Return the clauses that speak of an operation by name and that none of its rules cites."""
    spoken = _names(operation)
    known = set(cited)
    keys = tuple(each.key for each in ALL_CLAUSES if spoken.search(each.text) and each.key not in known)
    if not keys:
        return Part("named", "")
    return Part("named", "What else speaks of it", (Statement(", ".join(map(marked, keys)), keys),))


def _known(operation: Operation, dialect: Dialect) -> bool:
    """Tell whether a dialect has the operation, or another one by the same name of a method."""
    name = method_name(operation)
    return any(dialect in having(other) and method_of(other, dialect).name == name for other in Operation) or (
        dialect in having(operation)
    )


def _new(table: Table) -> list[f.Configuration]:
    return f.initials(facts_of(table.scope))


def _declared(operation: Operation, dialect: Dialect) -> Statement:
    method = method_of(operation, dialect)
    header = method.header
    words = [f"{DIALECT_NAMES[dialect]}: {method}"]
    if method.without_parameters:
        words[0] += f", HRESULT {method.name}() without parameters"
    words.append(", ".join(name for name in (header.name, header.idl, header.library, header.dll) if name))
    if header.client:
        words.append(f"from {header.client} and {header.server} on")
    if method.iid:
        words.append(f"IID {method.iid}")
    page = page_of(method)
    return Statement("; ".join(words) + ".", url="" if page is None else page.url, brief=f"{words[0]}.")


def help_part(tables: dict[Dialect, Table], found: Iterable[Rule]) -> Part:
    """Return what to do where a call is refused."""
    told: dict[str, list[Row]] = {}
    owners: dict[str, list[Dialect]] = {}
    for each, row in rows_of(tables, found):
        if any(answer.hresult is not None and answer.hresult.failed for answer in row.answers):
            text = told_way(each, row)
            told.setdefault(text, []).append(row)
            owners.setdefault(text, []).append(each.dialect)
    statements = [
        Statement(
            (f"{DIALECT_NAMES[owners[text][0]]}: " if len(set(owners[text])) < len(tables) else "") + text,
            rows=tuple(dict.fromkeys(row.id for row in rows)),
        )
        for text, rows in told.items()
    ]
    return Part("help", "What to do where it is refused", tuple(statements))


def next_part(tables: dict[Dialect, Table], found: Iterable[Rule]) -> Part:
    """Return what can be called in the states to which rules lead, and what happens there by itself."""
    found = list(found)
    seen = {
        dialect: outlooks(each, [row for table, row in rows_of(tables, found) if table is each])
        for dialect, each in tables.items()
    }
    return outlook_part("next", "What to call next", tables, seen)


def outlook_part(key: str, title: str, tables: dict[Dialect, Table], seen: dict[Dialect, list[Outlook]]) -> Part:
    """Return outlooks as a grid, a dialect a column, or one column where all dialects say the same."""
    cells: dict[tuple[JobState, str], dict[Dialect, str]] = {}
    refused: dict[tuple[Dialect, tuple[Operation, ...]], list[JobState]] = {}
    final: dict[JobState, None] = {}
    for at, look in _in_order(seen):
        state = look.state
        for operation, outcomes in look.moves:
            cells.setdefault((state, label_told(operation)), {})[at] = " or ".join(outcomes)
        for event, dests in look.by_itself:
            cells.setdefault((state, f"event: {label_told(event)}"), {})[at] = " or ".join(d.name for d in dests)
        if ends_everything(tables[at], state):
            final[state] = None
        elif look.refused:
            refused.setdefault((at, look.refused), []).append(state)
    statements = [Statement(f"{state.name} is final: nothing leads out of it.", ("state/final",)) for state in final]
    for (dialect, operations), states in refused.items():
        names = ", ".join(map(label_told, operations))
        owner = f" ({DIALECT_NAMES[dialect]})" if len(seen) > 1 else ""
        statements.append(Statement(f"Refused in {names_of(states)}{owner}: {names}."))
    same = all(len(columns) == len(seen) and len(set(columns.values())) == 1 for columns in cells.values())
    heads = ("Leads to",) if same else tuple(dialect.value for dialect in seen)
    lines = tuple(
        (state.name, step, *((next(iter(told.values())),) if same else (told.get(dialect, "") for dialect in seen)))
        for (state, step), told in cells.items()
    )
    return Part(key, title, tuple(statements), grid=Grid(("In", "Step", *heads), lines))


def _in_order(seen: dict[Dialect, list[Outlook]]) -> list[tuple[Dialect, Outlook]]:
    return sorted(
        ((dialect, look) for dialect, looks in seen.items() for look in looks), key=lambda each: each[1].state
    )


def names_of(states: Iterable[JobState]) -> str:
    """Return the names of states, joined."""
    return ", ".join(state.name for state in states)


def state_topic(ground: Ground, state: JobState) -> Topic:
    """Explain a state: what it is, how a job gets there, what is answered there, what leaves it."""
    tables = {dialect: each for dialect, each in ground.tables.items() if state in each.states}
    operations = [o for o in Operation if any(o in each.operations for each in tables.values())]
    everything = list(rules(tables, (*Operation, *InternalEvent), JobState))
    here = [rule for rule in everything if rule.states == (state,)]
    calls = [rule for rule in here if rule.labels[0] in operations]
    about = [
        Statement(
            f"BG_JOB_STATE_{state.name}, number {state.value}; class: {STATE_CLASSES[state].value}.", ("state/classes",)
        )
    ]
    about += [Statement(CLAUSES[key].text, (key,)) for key in _clauses_of(state)]
    about += [
        Statement(f"{DIALECT_NAMES[dialect]} never shows it.", ("state/connecting",))
        for dialect in ground.tables
        if dialect not in tables
    ]
    if any(c.state is state for each in tables.values() for c in _new(each)):
        about.append(Statement("A new job begins here.", ("state/initial",)))
    parts = [
        Part("about", "What it is", tuple(about)),
        Part("ways_in", "How a job gets there", grid=_ways(tables, everything, into=state)),
        Part("rules", "What each operation answers", rules=tuple(gathered(calls, over_labels=True))),
        Part("ways_out", "What leaves it", grid=_ways(tables, here, into=None, out_of=True)),
    ]
    if all(ends_everything(each, state) for each in tables.values()):
        parts.append(Part("notes", "", (Statement("It is final: nothing leaves it.", ("state/final",)),)))
    return topic("state", state.name, f"{state.name} ({state.value})", parts)


def _clauses_of(state: JobState) -> list[str]:
    """Return the clauses about a state: named like it, like its first word, or like its class."""
    names = (state.name.lower(), state.name.lower().partition("_")[0], STATE_CLASSES[state].value)
    return [key for key in (f"state/{name}" for name in names) if key in CLAUSES][:1]


def _ways(tables: dict[Dialect, Table], found: Iterable[Rule], *, into: JobState | None, out_of: bool = False) -> Grid:
    """Return what moves a job: into one state, from which; or out of the state of the rules, to which."""
    lines: dict[tuple[str, str, str], dict[str, dict[str, list[Dialect]]]] = {}
    cites: list[str] = []
    for rule in found:
        for dialect, side in rule.sides:
            for given in side.answers + side.tolerated:
                if given.dest is None or (into is not None and given.dest is not into):
                    continue
                other = given.dest.name if out_of else rule.states[0].name
                level = f"{side.level}, {side.basis}" if given in side.answers else "tolerated, decided"
                key = (label_told(rule.labels[0]), rule.when, level)
                owners = lines.setdefault(key, {}).setdefault(other, {}).setdefault(level, [])
                owners += [dialect] if dialect not in owners else []
                cites += side.cites
    merged: dict[tuple[str, str, str], list[str]] = {}
    for (label, when, _), others in lines.items():
        for other, levels in others.items():
            binding = "; ".join(owned(level, owners, tables) for level, owners in levels.items())
            merged.setdefault((label, when, binding), []).append(other)
    return Grid(
        ("By", "To" if out_of else "From", "If", "Level"),
        tuple((label, ", ".join(others), when, binding) for (label, when, binding), others in merged.items()),
        tuple(dict.fromkeys(cites)),
    )


def owned(level: str, owners: Iterable[Dialect], tables: dict[Dialect, Table]) -> str:
    """Return a level, with its dialects in front unless it holds in all."""
    names = [dialect.value for dialect in owners]
    return level if len(names) == len(tables) else f"{' and '.join(names)}: {level}"
