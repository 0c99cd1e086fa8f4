"""An explanation as JSON, for programs.

Law: the shape below is stable; a field that is removed or changes its meaning makes a new :data:`VERSION`, a field that
is added does not.

- ``format`` (``copyjob explanation``), ``version``, ``question``
- ``topics``: ``kind``, ``name``, ``title``, ``parts``
- a part: ``part`` (``about``, ``rules``, ``help``, ``next``, ``ways_in``, ...), ``title``, ``statements``, ``rules``,
  ``table`` (``columns`` and ``lines`` of words, or null)
- a statement: ``text``, ``cites``, ``rows``, ``url`` (or null)
- a rule: ``labels``, ``states``, ``same`` (the dialects agree), ``dialects`` by name, each with ``rows``, ``when`` (or
  null: always), ``level``, ``basis`` (``documented``, ``decided``, ``documented and decided``), ``answers``,
  ``tolerated`` and ``cites``
- an answer: ``hresult`` (``name``, ``value``, ``spellings``; null for an internal event), ``state`` (null: it stays),
  ``refused``, ``effects`` (English; null: none)
- ``sources``: ``key``, ``basis``, ``dialects``, ``text``, ``untested`` (or null), ``pages`` with ``url``,
  ``repository``, ``path``, ``section``
"""

from __future__ import annotations

import json
from typing import Any, Final

from copyjob.spec.citations import Clause
from copyjob.spec.explain import Explanation, Part, Statement
from copyjob.spec.explain_rules import Given, Rule, Side
from copyjob.spec.explain_words import NUMBERS, Question, spellings_of
from copyjob.spec.vocabulary import Dialect, hresult_name

FORMAT: Final = "copyjob explanation"
VERSION: Final = 1


def as_json(explanation: Explanation) -> str:
    """Return the explanation as one JSON document, a line break at its end."""
    return json.dumps(as_data(explanation), indent=2, ensure_ascii=False) + "\n"


def as_data(explanation: Explanation) -> dict[str, Any]:
    """Return the explanation as lists, dictionaries, strings, numbers, booleans and None."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "question": _question(explanation.question),
        "topics": [
            {
                "kind": topic.kind,
                "name": topic.name,
                "title": topic.title,
                "parts": [_part(part) for part in topic.parts],
            }
            for topic in explanation.topics
        ],
        "sources": [_source(clause) for clause in explanation.sources],
    }


def _question(question: Question) -> dict[str, Any]:
    return {
        "dialects": [dialect.value for dialect in question.dialects],
        "scope": "full" if question.full else "core",
        "operations": [operation.value for operation, _ in question.operations],
        "events": [event.value for event in question.events],
        "state": None if question.state is None else question.state.name,
        "hresults": [hresult_name(value) for value in question.hresults],
        "clauses": list(question.clauses),
        "rows": list(question.rows),
        "laws": list(question.laws),
        "methods": [method.value for method in question.methods],
        "callbacks": [callback.value for callback in question.callbacks],
        "rules": list(question.rules),
        "numbers": [name for name, each in NUMBERS.items() if each in question.numbers],
    }


def _part(part: Part) -> dict[str, Any]:
    grid = part.grid if part.grid is not None and part.grid.lines else None
    return {
        "part": part.key,
        "title": part.title,
        "statements": [_statement(statement) for statement in part.statements],
        "rules": [_rule(rule) for rule in part.rules],
        "table": None
        if grid is None
        else {"columns": list(grid.columns), "lines": [list(line) for line in grid.lines]},
    }


def _statement(statement: Statement) -> dict[str, Any]:
    return {
        "text": statement.text,
        "cites": list(statement.cites),
        "rows": list(statement.rows),
        "url": statement.url or None,
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "labels": [label.value for label in rule.labels],
        "states": [state.name for state in rule.states],
        "same": rule.same and len(rule.sides) == len(Dialect),
        "dialects": {dialect.value: _side(side) for dialect, side in rule.sides},
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "rows": list(side.rows),
        "when": side.when or None,
        "level": side.level,
        "basis": side.basis,
        "answers": [_given(given) for given in side.answers],
        "tolerated": [_given(given) for given in side.tolerated],
        "cites": list(side.cites),
    }


def _given(given: Given) -> dict[str, Any]:
    value = given.hresult
    named = (
        None if value is None else {"name": hresult_name(value), "value": value, "spellings": [*spellings_of(value)]}
    )
    return {
        "hresult": named,
        "state": None if given.dest is None else given.dest.name,
        "refused": given.refused,
        "effects": given.effects or None,
    }


def _source(clause: Clause) -> dict[str, Any]:
    return {
        "key": clause.key,
        "basis": "decided" if clause.decided else "documented",
        "dialects": sorted(dialect.value for dialect in clause.dialects),
        "text": clause.text,
        "untested": clause.untested or None,
        "pages": [
            {"url": page.url, "repository": page.repository, "path": page.path, "section": page.section}
            for page in clause.pages
        ],
    }
