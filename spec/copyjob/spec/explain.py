"""Explanations: what the specification says about a state, an operation, an HRESULT, a clause, in one step.

Laws:

1. An explanation is data, and all of it is read off the rows, the clauses and the laws; three renderers show it.
2. Every rule and statement names the rows and clauses that it rests on, and every clause cited stands in ``sources``
   with its pages, or marked as decided.
3. Both dialects are answered, as one rule where they agree and side by side where they differ.

An explanation has topics, one for each thing that was asked about; a topic has parts; a part has statements, rules
and at most one grid. What is asked is understood by :mod:`copyjob.spec.explain_words`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from copyjob.spec.citations import CLAUSES, Clause
from copyjob.spec.explain_rules import Rule
from copyjob.spec.explain_words import Question


@dataclass(frozen=True)
class Statement:
    """A sentence with the clauses and rows that it rests on, and a page to read on at."""

    text: str
    cites: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    url: str = ""
    brief: str = ""
    """What is said instead where there is little room; empty: the same."""


@dataclass(frozen=True)
class Grid:
    """A compact table of words."""

    columns: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    cites: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """One part of a topic; ``key`` is stable, ``title`` is for people."""

    key: str
    title: str
    statements: tuple[Statement, ...] = ()
    rules: tuple[Rule, ...] = ()
    grid: Grid | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.statements or self.rules or (self.grid is not None and self.grid.lines))

    @property
    def cites(self) -> tuple[str, ...]:
        """The clauses that it rests on, each once."""
        keys = [key for statement in self.statements for key in statement.cites]
        keys += [key for rule in self.rules for key in rule.cites]
        keys += self.grid.cites if self.grid is not None else ()
        return tuple(dict.fromkeys(keys))


@dataclass(frozen=True)
class Topic:
    """One thing that was asked about; ``kind`` is a word such as ``operation``."""

    kind: str
    name: str
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Explanation:
    """The answer to a question."""

    question: Question
    topics: tuple[Topic, ...]

    @property
    def sources(self) -> tuple[Clause, ...]:
        """Every clause that is cited: the documented ones first, each in the order in which it is cited."""
        keys = dict.fromkeys(key for topic in self.topics for part in topic.parts for key in part.cites)
        return tuple(sorted((CLAUSES[key] for key in keys), key=lambda clause: clause.decided))


def topic(kind: str, name: str, title: str, parts: Iterable[Part]) -> Topic:
    """Return a topic without its empty parts."""
    return Topic(kind, name, title, tuple(part for part in parts if not part.empty))


def explain(question: Question) -> Explanation:
    """Return the explanation of a question that was understood; it names no row that the tables lack."""
    from copyjob.spec.explain_calls import callback_topic, method_topic, rule_topic
    from copyjob.spec.explain_hresults import hresult_topic
    from copyjob.spec.explain_names import clause_topic, law_topic, numbers_topic, row_topic
    from copyjob.spec.explain_topics import Ground, label_topic, state_topic

    ground = Ground.of(question)
    topics: list[Topic] = [label_topic(ground, operation, dialects) for operation, dialects in question.operations]
    topics += [label_topic(ground, event, frozenset(question.dialects)) for event in question.events]
    topics += [method_topic(method, question.dialects, question.hresults) for method in question.methods]
    if not topics:
        topics += [hresult_topic(ground, hresult) for hresult in question.hresults]
    if (
        not topics
        and question.state is not None
        and not (question.clauses or question.rows or question.callbacks or question.rules)
    ):
        topics.append(state_topic(ground, question.state))
    topics += [row_topic(ground, row) for row in question.rows]
    topics += [clause_topic(ground, key) for key in question.clauses]
    topics += [callback_topic(callback, question.dialects) for callback in question.callbacks]
    topics += [rule_topic(name, question.dialects) for name in question.rules]
    topics += [law_topic(name) for name in question.laws]
    topics += [numbers_topic(numbers) for numbers in question.numbers]
    return Explanation(question, tuple(topics))
