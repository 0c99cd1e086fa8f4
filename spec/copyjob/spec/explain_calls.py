"""What calls answer beside their state, and whom the service calls back: the parts and topics about these rules.

Law: a sentence here is the rule's own; level, basis and dialects stand behind it.
"""

from __future__ import annotations

from collections.abc import Iterable

from copyjob.spec.callbacks import (
    Callback,
    Rule,
    callbacks,
    callbacks_of,
    promises,
    rules_of,
)
from copyjob.spec.calls import Method, calls, calls_of
from copyjob.spec.explain import Part, Statement, Topic, topic
from copyjob.spec.explain_rules import bases_of
from copyjob.spec.rows import Row
from copyjob.spec.table import Table
from copyjob.spec.vocabulary import Dialect, Operation

_TITLE = "What arguments, caller and limits make of it, whatever the state"


def told_rules(found: Iterable[tuple[Dialect, Rule]], dialects: Iterable[Dialect]) -> tuple[Statement, ...]:
    """Return rules as sentences, one for both dialects where they say the same."""
    owners: dict[tuple[str, str, tuple[str, ...], str], list[Dialect]] = {}
    for dialect, rule in found:
        key = (rule.english, rule.level.value, rule.cites, rule.id)
        owners.setdefault(key, [])
        owners[key] += [dialect] if dialect not in owners[key] else []
    asked = list(dialects)
    statements: list[Statement] = []
    for (english, level, cites, name), having in owners.items():
        only = f"{having[0].value}: " if len(having) < len(asked) else ""
        statements.append(Statement(f"{only}{english} {level}, {bases_of(cites)}.", cites, (name,)))
    return tuple(statements)


def calls_part(operation: Operation | Method, dialects: Iterable[Dialect], hresults: tuple[int, ...] = ()) -> Part:
    """Return what an operation answers because of arguments, caller or limits; with HRESULTs, those answers only."""
    asked = list(dialects)
    found: list[tuple[Dialect, Rule]] = [
        (dialect, rule)
        for dialect in asked
        for rule in calls_of(operation, dialect)
        if not hresults or any(answer in hresults for answer in rule.answers)
    ]
    return Part("calls", _TITLE, told_rules(found, asked))


def calls_answering(value: int, dialects: Iterable[Dialect]) -> Part:
    """Return the rules by which arguments, caller or limits bring this HRESULT."""
    asked = list(dialects)
    found: list[tuple[Dialect, Rule]] = [
        (d, rule) for d in asked for rule in calls(d) if any(answer == value for answer in rule.answers)
    ]
    statements = told_rules(found, asked)
    named = tuple(
        Statement(f"{each.rows[0].partition('/')[0]}: {each.text}", each.cites, each.rows) for each in statements
    )
    return Part("calls", "Which arguments, callers and limits bring it, whatever the state", named)


def callbacks_part(found: Iterable[tuple[Table, Row]], dialects: Iterable[Dialect]) -> Part:
    """Return which callbacks come of what rows answer."""
    asked = list(dialects)
    fired: list[tuple[Dialect, Rule]] = [
        (table.dialect, rule)
        for table, row in found
        for answer in row.all_answers
        for rule in callbacks_of(row, answer, table.dialect)
    ]
    return Part("callbacks", "Whom the service calls back", told_rules(fired, asked))


def method_topic(method: Method, dialects: Iterable[Dialect], hresults: tuple[int, ...] = ()) -> Topic:
    """Explain a method that no row knows; with HRESULTs, what brings those alone."""
    return topic("method", method.value, method.value, (calls_part(method, dialects, hresults),))


def rule_topic(name: str, dialects: Iterable[Dialect]) -> Topic:
    """Explain one rule about a call, a callback or a promise, by its id."""
    asked = list(dialects)
    found: list[tuple[Dialect, Rule]] = [(d, rule) for d in asked for rule in rules_of(d) if rule.id == name]
    return topic("rule", name, name, (Part("rules", "What it says", told_rules(found, asked)),))


def callback_topic(callback: Callback, dialects: Iterable[Dialect]) -> Topic:
    """Explain a callback: when it comes and what is promised about it."""
    asked = list(dialects)
    comes: list[tuple[Dialect, Rule]] = [(d, rule) for d in asked for rule in callbacks(d) if rule.callback is callback]
    kept: list[tuple[Dialect, Rule]] = [(d, rule) for d in asked for rule in promises(d) if callback in rule.callbacks]
    parts = (
        Part("callbacks", "When it comes", told_rules(comes, asked)),
        Part("promises", "What is promised about it", told_rules(kept, asked)),
    )
    return topic("callback", callback.value, callback.value, parts)


def rules_citing(key: str, dialects: Iterable[Dialect]) -> Part:
    """Return the rules about calls and callbacks that cite a clause."""
    asked = list(dialects)
    found: list[tuple[Dialect, Rule]] = [(d, rule) for d in asked for rule in rules_of(d) if key in rule.cites]
    return Part("citing", "Which rules about calls and callbacks cite it", told_rules(found, asked))
