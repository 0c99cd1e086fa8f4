"""The table of a dialect as JSON, for readers in another language: they need this file and nothing else.

Laws:

1. Everything is taken from the table, the vocabulary and the clauses, but for the version of the frozen requirement set
   (:func:`requirement_version`); what a value means stands in the published schema (:mod:`copyjob.spec.export_schema`).
2. Guards and effects are data: whoever can compare two numbers and add one can run the table.
3. The full scope is told; each row says which features bring it, so that a reader can do with less.
4. Documented and decided are told apart in every row and clause.

One row stands in one line, so that a change of the table is a change of its lines.
"""

from __future__ import annotations

import json
from functools import cache
from itertools import combinations
from typing import Any, Final

from copyjob.spec import facts as f
from copyjob.spec.callbacks import callbacks, callbacks_of, promises
from copyjob.spec.calls import calls
from copyjob.spec.events import EVENTS
from copyjob.spec.requirements import basis_of, clauses_of, differences, level_of, requirements
from copyjob.spec.requirements_file import frozen_version
from copyjob.spec.rows import STATE_CLASSES, Answer, Row
from copyjob.spec.scope import FEATURES, Feature, Scope, facts_of
from copyjob.spec.table import full_table, table
from copyjob.spec.translate import last_assignments
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, Operation, dialect_of

FORMAT: Final = "copyjob-table/1"
"""What the files call themselves; the number grows when a reader of the old form can't read the new one."""

Json = dict[str, Any]

_SWITCHES: Final = {
    f.Fact.OFFLINE: (f.ONLINE, f.OFFLINE),
    f.Fact.BLOCKED: (f.ALLOWED, f.BLOCKED),
    f.Fact.AWAY: (f.PRESENT, f.AWAY),
}


def scopes(dialect: Dialect) -> list[Scope]:
    """Return every scope that a dialect has, the smaller ones first."""
    features = sorted(FEATURES[dialect], key=list(Feature).index)
    return [frozenset(some) for size in range(len(features) + 1) for some in combinations(features, size)]


@cache
def needs(dialect: Dialect) -> dict[str, tuple[Scope, ...]]:
    """Return by row id the smallest scopes whose table has the row; the empty one for a row of the core."""
    found: dict[str, tuple[Scope, ...]] = {row.id: () for row in full_table(dialect).rows}
    for scope in scopes(dialect):
        for row in table(dialect, scope).rows:
            if not any(smaller <= scope for smaller in found[row.id]):
                found[row.id] = (*found[row.id], scope)
    return found


def _in_order(scope: Scope) -> list[str]:
    return [feature.value for feature in Feature if feature in scope]


def term_data(term: f.Term) -> Json:
    """Return a term as data: an object with one key, which says what it is."""
    match term:
        case f.Const(value):
            return {"const": value}
        case f.Fact():
            return {"fact": term.name}
        case f.Plus(fact, value):
            return {"plus": {"fact": fact.name, "value": value}}
        case f.AtMost(fact, value):
            return {"at_most": {"fact": fact.name, "value": value}}


def guard_data(guard: f.Guard) -> Json:
    """Return a guard as data: its English name, and comparisons all of which must hold."""
    return {
        "english": guard.english,
        "all": [
            {"left": term_data(c.left), "relation": c.relation.value, "right": term_data(c.right)}
            for c in guard.comparisons
        ],
    }


def answer_data(answer: Answer, row: Row, dialect: Dialect) -> Json:
    """Return an answer as data; effects read the facts as they were before, one at most for each fact."""
    return {
        "dest": answer.dest.name,
        "hresult": None if answer.hresult is None else answer.hresult.name,
        "effects": [
            {"fact": fact.name, "becomes": term_data(term)} for fact, term in last_assignments(answer.effects).items()
        ],
        "callbacks": [rule.id for rule in callbacks_of(row, answer, dialect)],
    }


def row_data(row: Row, dialect: Dialect) -> Json:
    """Return a row as data."""
    needed = needs(dialect)[row.id]
    return {
        "id": row.id,
        "kind": "operation" if isinstance(row.label, Operation) else "event",
        "label": row.label.value,
        "source": row.source.name,
        "guard": guard_data(row.guard),
        "outcome": row.outcome.value,
        "answers": [answer_data(answer, row, dialect) for answer in row.answers],
        "tolerated": [answer_data(answer, row, dialect) for answer in row.tolerated],
        "level": row.level.value,
        "basis": basis_of(row),
        "cites": list(row.cites),
        "core": frozenset() in needed,
        "needs": [_in_order(scope) for scope in needed],
    }


def _facts(dialect: Dialect) -> list[Json]:
    free = facts_of(FEATURES[dialect])
    brings = {fact: feature.value for feature in Feature for fact in facts_of(frozenset({feature})) - f.CORE_FACTS}
    found: list[Json] = []
    for fact in f.Fact:
        if fact not in free:
            continue
        values: list[Json] | None = None
        if fact in f.VALUES:
            values = [{"value": each.value, "name": each.name} for each in f.VALUES[fact]]
        elif fact in _SWITCHES:
            values = [{"value": number, "name": guard.english} for number, guard in enumerate(_SWITCHES[fact])]
        found.append({"name": fact.name, "values": values, "feature": brings.get(fact)})
    return found


def _hresults(dialect: Dialect) -> list[Json]:
    answered = {a.hresult for row in full_table(dialect).rows for a in row.all_answers}
    answered |= {answer for rule in calls(dialect) for answer in rule.answers}
    spellings: dict[Hresult, list[str]] = {}
    for name, each in Hresult.__members__.items():
        spellings.setdefault(each, []).append(name)
    return [
        {"name": each.name, "value": each.value, "failed": each.failed, "also": spellings[each][1:]}
        for each in Hresult
        if each in answered or dialect_of(each) in (None, dialect)
    ]


def _clauses(dialect: Dialect) -> list[Json]:
    return [
        {
            "key": each.key,
            "dialects": [other.value for other in Dialect if other in each.dialects],
            "basis": basis_of(each),
            "level": level.value if (level := level_of(each.key, dialect)) else None,
            "text": each.text,
            "pages": [{"url": page.url, "section": page.section} for page in each.pages],
        }
        for each in clauses_of(full_table(dialect))
    ]


def _calls(dialect: Dialect) -> list[Json]:
    return [
        {
            "id": rule.id,
            "method": rule.operation.value,
            "condition": rule.condition.english,
            "answers": [answer.name for answer in rule.answers],
            "effects": [effect.english for effect in rule.effects],
            "level": rule.level.value,
            "basis": basis_of(rule),
            "cites": list(rule.cites),
        }
        for rule in calls(dialect)
    ]


def _callbacks(dialect: Dialect) -> list[Json]:
    return [
        {
            "id": rule.id,
            "callback": rule.callback.value,
            "flag": {"name": rule.flag.name, "value": rule.flag.value},
            "when": rule.trigger.english,
            "again": rule.again,
            "level": rule.level.value,
            "basis": basis_of(rule),
            "cites": list(rule.cites),
        }
        for rule in callbacks(dialect)
    ]


def _promises(dialect: Dialect) -> list[Json]:
    return [
        {
            "id": rule.id,
            "callbacks": [each.value for each in rule.callbacks],
            "text": rule.english,
            "level": rule.level.value,
            "basis": basis_of(rule),
            "cites": list(rule.cites),
        }
        for rule in promises(dialect)
    ]


def _initial(dialect: Dialect) -> list[Json]:
    free = facts_of(FEATURES[dialect])
    return [
        {
            "state": configuration.state.name,
            "facts": {fact.name: int(configuration.facts[fact.value]) for fact in f.Fact if fact in free},
        }
        for configuration in f.initials(free)
    ]


def requirement_version(dialect: Dialect) -> Json | None:
    """Return the version of the frozen requirement set and whether the table is as it says; None: none is frozen."""
    frozen = frozen_version(dialect)
    if frozen is None:
        return None
    now = requirements(full_table(dialect), frozen.version)
    return {"version": frozen.version, "unchanged": not differences(frozen, now)}


def document(dialect: Dialect) -> Json:
    """Return the whole table of a dialect as JSON-able data, in the order in which it is written."""
    whole = full_table(dialect)
    events = {row.label for row in whole.rows}
    return {
        "format": FORMAT,
        "dialect": dialect.value,
        "requirement_set": requirement_version(dialect),
        "features": _in_order(FEATURES[dialect]),
        "states": [
            {"name": state.name, "number": state.value, "class": STATE_CLASSES[state].value} for state in whole.states
        ],
        "facts": _facts(dialect),
        "initial": _initial(dialect),
        "operations": [operation.value for operation in whole.operations],
        "events": [
            {"name": event.value, "cause": EVENTS[event].cause, "fair": EVENTS[event].fair}
            for event in InternalEvent
            if event in events
        ],
        "hresults": _hresults(dialect),
        "rows": [row_data(row, dialect) for row in whole.rows],
        "calls": _calls(dialect),
        "callbacks": _callbacks(dialect),
        "promises": _promises(dialect),
        "clauses": _clauses(dialect),
    }


def dump(data: Json) -> str:
    """Return an object as JSON text: one line a member, and one line an entry of a list."""

    def shown(value: Any) -> str:
        if not _is_list(value) or not value:
            return json.dumps(value, ensure_ascii=False)
        lines = ",\n".join(f"  {json.dumps(entry, ensure_ascii=False)}" for entry in value)
        return f"[\n{lines}\n ]"

    return "{\n" + ",\n".join(f" {json.dumps(name)}: {shown(value)}" for name, value in data.items()) + "\n}\n"


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def json_text(dialect: Dialect) -> str:
    """Return the JSON export of a dialect."""
    return dump(document(dialect))
