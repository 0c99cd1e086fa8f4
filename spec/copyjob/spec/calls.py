"""Calls: what a call answers because of its arguments, its caller or a limit, whatever state the job is in.

Laws, checked by the tests of this room:

1. The table says what a call answers in a state, this module what it answers besides; nothing stands in both. A rule
   here speaks of a call that nothing else speaks against: which refusal comes first where two are due is written
   nowhere. The manager's calls have no row, so that all of theirs stands here.
2. A refused call changes nothing (decision/13). The one exception is documented: what a Complete renamed before it
   failed stays renamed (complete/rename), which is told as what the refusal leaves done, never as an effect.
3. A rule is frozen data with a stable id, ``<method>/<condition>``, the same in both dialects. Where the documents
   demand a refusal and name no code for it, ``answers`` is empty: any failure conforms, and no code is made up.

The lines stand in ``_calls_files`` and ``_calls_service``. What this module does not know: states and rows.
"""

from __future__ import annotations

from functools import cache

from copyjob.spec._call import (
    Becomes,
    CallRule,
    Circumstance,
    Condition,
    Effect,
    Leads,
    Leaves,
    LessThan,
    Line,
    Method,
    MoreThan,
    Quantity,
    Tells,
)
from copyjob.spec._calls_files import FILES
from copyjob.spec._calls_service import SERVICE
from copyjob.spec.rows import Refusal
from copyjob.spec.validate import checked_calls
from copyjob.spec.vocabulary import Dialect, Operation

__all__ = [
    "Becomes",
    "CallRule",
    "Circumstance",
    "Condition",
    "Effect",
    "Leads",
    "Leaves",
    "LessThan",
    "Method",
    "MoreThan",
    "Quantity",
    "Tells",
    "calls",
    "calls_of",
]

LINES: tuple[Line, ...] = (*FILES, *SERVICE)


@cache
def calls(dialect: Dialect) -> tuple[CallRule, ...]:
    """Return every rule of a dialect, its HRESULTs spelled as the dialect does, in the order of the lines.

    TableFaultError: a rule is wrong by itself or beside another.
    """
    return checked_calls(tuple(_spelled(line, dialect) for line in LINES if dialect in line.dialects), dialect)


def calls_of(operation: Operation | Method, dialect: Dialect) -> tuple[CallRule, ...]:
    """Return the rules of one operation or method; empty where its answers depend on the job's state alone."""
    return tuple(rule for rule in calls(dialect) if rule.operation is operation)


def _spelled(line: Line, dialect: Dialect) -> CallRule:
    twins = (each for each in LINES if (each.operation, each.name) == (line.operation, line.name))
    return CallRule(
        id=f"{line.operation.value}/{line.name}",
        operation=line.operation,
        condition=line.condition,
        answers=tuple(each.hresult(dialect) if isinstance(each, Refusal) else each for each in line.answers),
        dialects=frozenset(dialect for each in twins for dialect in each.dialects),
        cites=tuple(line.cites.split()),
        level=line.level,
        effects=line.effects,
    )
