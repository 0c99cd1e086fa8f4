"""The table: what a job answers to every operation in every state, and what may happen to it by itself.

Laws, checked by the tests of this room:

1. Total: every state x operation of a dialect has exactly one unguarded row, or rows whose guards exclude each other
   and leave nothing out.
2. One table, two dialects: a line of the ``_rules_*`` modules holds in both unless it says BITS or DO; nothing is
   written twice.
3. A refused call changes nothing: a REFUSED row stays where it is and has no effect (decision/13).
4. Every row cites a clause. A ruling where the documents are silent is cited as ``decision/<n>``, never as a fact.

MOVES, STAYS and REFUSED rows have one answer. PERMITS lists several; whichever a backend gives conforms. ``tolerated``
answers break a recommendation (SHOULD) that only a decision makes. Levels: MUST is documented; SHOULD is taken over
from the other dialect; MAY is a permitted set that a decision made, or a step nobody outside can tell from another.

Internal events happen when their cause is there (:data:`EVENTS`); their rows are a partial table on purpose.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from types import MappingProxyType

from copyjob.spec import facts as f
from copyjob.spec._rule import Reply
from copyjob.spec._rules_environment import RULES as ENVIRONMENT
from copyjob.spec._rules_interface import RULES as INTERFACE
from copyjob.spec._rules_life import RULES as LIFE
from copyjob.spec._rules_uploads import RULES as UPLOADS
from copyjob.spec.events import EVENTS, EventRule
from copyjob.spec.rows import (
    FINAL,
    NOT_FINAL,
    STATE_CLASSES,
    Answer,
    C,
    Level,
    Outcome,
    Refusal,
    Row,
    StateClass,
    outcome_of,
)
from copyjob.spec.scope import CORE, FEATURES, Scope, facts_of
from copyjob.spec.validate import checked_rows
from copyjob.spec.vocabulary import Dialect, InternalEvent, JobState, Operation

__all__ = [
    "EVENTS",
    "FINAL",
    "NOT_FINAL",
    "STATE_CLASSES",
    "Answer",
    "EventRule",
    "Level",
    "Outcome",
    "Refusal",
    "Row",
    "StateClass",
    "Table",
    "full_table",
    "table",
]

RULES = (*LIFE, *INTERFACE, *UPLOADS, *ENVIRONMENT)
"""Every line, in the order in which the rows of a cell are numbered: a new one goes behind those that stand."""


@dataclass(frozen=True)
class Table:
    """All rows of one dialect, in the order of :data:`RULES`."""

    dialect: Dialect
    rows: tuple[Row, ...]
    scope: Scope = CORE

    @cached_property
    def states(self) -> tuple[JobState, ...]:
        """The dialect's states: Delivery Optimization never shows CONNECTING. Clause: state/connecting."""
        return tuple(state for state in JobState if self.dialect is Dialect.BITS or state is not C)

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """The operations that the dialect's job has. Clause: set/final."""
        have = {row.label for row in self.rows}
        return tuple(operation for operation in Operation if operation in have)

    @cached_property
    def by_source(self) -> Mapping[JobState, tuple[Row, ...]]:
        """Rows by the state that they begin in."""
        return MappingProxyType({state: tuple(row for row in self.rows if row.source is state) for state in JobState})

    @cached_property
    def by_id(self) -> Mapping[str, Row]:
        """Rows by their stable id."""
        return MappingProxyType({row.id: row for row in self.rows})

    @cached_property
    def digest(self) -> str:
        """16 hexadecimal digits of everything that the rows say, to tell reports of different tables apart."""
        told = "\n".join(repr(row) for row in self.rows)
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def cell(self, label: Operation | InternalEvent, source: JobState) -> tuple[Row, ...]:
        """Return the rows of one operation or internal event in one state; empty where an event has none."""
        return self._cells.get((label, source), ())

    @cached_property
    def _cells(self) -> dict[tuple[Operation | InternalEvent, JobState], tuple[Row, ...]]:
        cells: dict[tuple[Operation | InternalEvent, JobState], tuple[Row, ...]] = {}
        for row in self.rows:
            cells[row.label, row.source] = (*cells.get((row.label, row.source), ()), row)
        return cells

    def row_at(self, label: Operation | InternalEvent, configuration: f.Configuration) -> Row | None:
        """Return the row that answers in a configuration, or None where an event has none there."""
        for row in self.cell(label, configuration.state):
            if row.guard.holds(configuration.facts):
                return row
        return None

    def with_answers(self, row_id: str, answers: Iterable[Answer]) -> Table:
        """Return a copy in which one row answers otherwise: for proving that the check bites.

        KeyError: no such row. ValueError: no answer, which would leave a hole in the table.
        """
        changed = self.by_id[row_id]
        new = tuple(answers)
        if not new:
            raise ValueError(f"row {row_id} needs an answer: without one its cell would have none")
        mutant = replace(changed, answers=new, outcome=outcome_of(changed.source, new), tolerated=())
        return replace(self, rows=tuple(mutant if row is changed else row for row in self.rows))

    def permitting_not_found(self) -> Table:
        """Return the table for a backend that knows jobs by id only: E_NOT_FOUND in final states.

        Clause: decision/19.
        """
        not_found = Refusal.NOT_FOUND.hresult(self.dialect)

        def widen(row: Row) -> Row:
            if row.source not in FINAL or not isinstance(row.label, Operation):
                return row
            answers = (*row.answers, Answer(row.source, not_found))
            return replace(row, answers=answers, outcome=Outcome.PERMITS, cites=(*row.cites, "decision/19"))

        return replace(self, rows=tuple(map(widen, self.rows)))


def _answers(dialect: Dialect, source: JobState, replies: Iterable[Reply], free: frozenset[f.Fact]) -> Iterator[Answer]:
    for reply in replies:
        hresult = reply.hresult.hresult(dialect) if isinstance(reply.hresult, Refusal) else reply.hresult
        effects = tuple(effect for effect in reply.effects if effect.fact in free)
        yield Answer(source if reply.dest is None else reply.dest, hresult, effects)


@cache
def table(dialect: Dialect, scope: Scope = CORE) -> Table:
    """Return the table of a dialect, speaking about no more than a scope.

    ValueError: the dialect lacks a feature. TableFaultError: a row is wrong by itself or beside another.
    """
    if not scope <= FEATURES[dialect]:
        foreign = ", ".join(sorted(feature.value for feature in scope - FEATURES[dialect]))
        raise ValueError(f"{dialect.value} has no {foreign}")
    free = facts_of(scope)
    numbers: Counter[tuple[Operation | InternalEvent, JobState]] = Counter()
    rows: list[Row] = []
    for rule in RULES:
        if dialect not in rule.dialects:
            continue
        guard = rule.guard.within(free)
        level = rule.do_level if dialect is Dialect.DO and rule.do_level else rule.level
        cites = (*rule.cites.split(), *(rule.do_cites.split() if dialect is Dialect.DO else ()))
        for source in rule.sources:
            if source is C and dialect is Dialect.DO:
                continue
            cell = (rule.label, source)
            # Counted whether the scope has it or not, so that its id is the same in every scope.
            numbers[cell] += 1
            if guard is None or (rule.features and scope.isdisjoint(rule.features)):
                continue
            given = tuple(_answers(dialect, source, rule.replies, free))
            rows.append(
                Row(
                    id=f"{rule.label.value}/{source.name}/{numbers[cell]}",
                    label=rule.label,
                    source=source,
                    guard=guard,
                    outcome=outcome_of(source, given),
                    answers=given,
                    cites=cites,
                    level=level,
                    tolerated=tuple(_answers(dialect, source, rule.tolerated, free)),
                )
            )
    return checked_rows(Table(dialect, tuple(rows), scope))


def full_table(dialect: Dialect) -> Table:
    """Return the table of everything that the dialect's documents speak about."""
    return table(dialect, FEATURES[dialect])
