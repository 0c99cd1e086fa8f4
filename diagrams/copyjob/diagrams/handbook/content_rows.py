"""Rows of the table as a page shows them: one entry a row id, with what each dialect says there; and cells in brief.

Laws:

1. Every row of the full table is in exactly one entry; an entry has all its answers, tolerated ones too.
2. What both dialects say alike is said once.
3. What backends did is taken from their reports, row by row; a row that no report knows has none.

What this module does not know: which page shows which entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from copyjob.diagrams import addresses
from copyjob.diagrams.handbook.content_parts import (
    ClauseLink,
    Link,
    changes,
    clause_link,
    condition,
    hresult_link,
    label_link,
    state_link,
)
from copyjob.diagrams.handbook.reports import Backend, Seen, seen_of
from copyjob.diagrams.language import Language
from copyjob.spec.callbacks import callbacks_of
from copyjob.spec.interfaces import Label
from copyjob.spec.rows import Answer, Row
from copyjob.spec.table import full_table
from copyjob.spec.vocabulary import Dialect, Hresult, JobState, Operation


@dataclass(frozen=True)
class Reply:
    """One answer: what the call returned, where the job is then, what else changed, who is called back."""

    hresult: Link | None
    dest: Link | None
    """None: the job stays where it is."""
    refused: bool
    tolerated: bool
    decided: bool
    changes: tuple[str, ...]
    callbacks: tuple[str, ...]


@dataclass(frozen=True)
class Side:
    """What a row says in one dialect, or in both where they say the same."""

    dialects: tuple[str, ...]
    condition: str
    """Empty: always."""
    replies: tuple[Reply, ...]
    level: str
    clauses: tuple[ClauseLink, ...]
    seen: tuple[Seen, ...]

    @property
    def several(self) -> bool:
        """Whether more than one answer conforms."""
        return sum(not reply.tolerated for reply in self.replies) > 1


@dataclass(frozen=True)
class Entry:
    """All that is said under one row id."""

    id: str
    anchor: str
    place: str
    """Its address: on the page of its operation or internal event."""
    label: Link
    state: Link
    sides: tuple[Side, ...]


@dataclass(frozen=True)
class Outcome:
    """An answer in brief, as a cell of a table has it, with the place of the first row that gives it."""

    text: str
    refused: bool
    decided: bool
    place: str
    hresult: Hresult | None


def _reply(answer: Answer, row: Row, dialect: Dialect, say: Language) -> Reply:
    fired = (rule.callback.value for rule in callbacks_of(row, answer, dialect))
    tolerated = answer in row.tolerated
    return Reply(
        hresult=None if answer.hresult is None else hresult_link(answer.hresult),
        dest=None if answer.dest is row.source else state_link(answer.dest),
        refused=answer.hresult is not None and answer.hresult.failed,
        tolerated=tolerated,
        decided=row.decided or tolerated,
        changes=changes(answer.effects, say),
        callbacks=tuple(dict.fromkeys(fired)),
    )


def _side(row: Row, dialect: Dialect, backends: Sequence[Backend], say: Language) -> Side:
    return Side(
        dialects=(dialect.value,),
        condition=condition(row.guard, say),
        replies=tuple(_reply(answer, row, dialect, say) for answer in row.all_answers),
        level=row.level.value,
        clauses=tuple(clause_link(key, say) for key in row.cites),
        seen=seen_of(backends, row.id, dialect),
    )


def _merged(sides: list[Side]) -> tuple[Side, ...]:
    """Return sides with those made one that say the same."""
    told: dict[object, Side] = {}
    for side in sides:
        key = replace(side, dialects=(), seen=())
        old = told.get(key)
        if old is not None:
            side = replace(old, dialects=old.dialects + side.dialects, seen=_all_seen(old.seen + side.seen))  # noqa: PLW2901 it grew
        told[key] = side
    return tuple(told.values())


def _all_seen(found: tuple[Seen, ...]) -> tuple[Seen, ...]:
    """Return what was seen, once where it was the same in both dialects."""
    told: dict[object, Seen] = {}
    for seen in found:
        key = replace(seen, dialects=())
        old = told.get(key)
        told[key] = seen if old is None else replace(old, dialects=old.dialects + seen.dialects)
    return tuple(told.values())


def entries(label: Label, state: JobState, backends: Sequence[Backend], say: Language) -> tuple[Entry, ...]:
    """Return the entries of a cell of the full tables, in the order of their ids."""
    sides: dict[str, list[Side]] = {}
    for dialect in Dialect:
        for row in full_table(dialect).cell(label, state):
            sides.setdefault(row.id, []).append(_side(row, dialect, backends, say))
    return tuple(
        Entry(
            id=row_id,
            anchor=addresses.row_anchor(row_id),
            place=addresses.row_place(row_id),
            label=label_link(label),
            state=state_link(state),
            sides=_merged(sides[row_id]),
        )
        for row_id in sorted(sides, key=lambda one: int(one.rpartition("/")[2]))
    )


@cache
def moves(label: Label) -> bool:
    """Tell whether an operation or an internal event can lead a job from one state to another."""
    return any(answer.dest is not row.source for _, row in rows_of(label) for answer in row.all_answers)


def _in_brief(answer: Answer, row: Row, say: Language) -> str:
    if answer.hresult is not None and answer.hresult.failed:
        return answer.hresult.name
    # Of a call that never moves a job nobody asks where it is then.
    if answer.hresult is not None and not moves(row.label):
        return answer.hresult.name
    where = say("stays") if answer.dest is row.source else f"→ {answer.dest.name}"
    return where if answer.hresult in (None, Hresult.S_OK) else f"{where}, {answer.hresult.name}"


def outcomes(label: Label, state: JobState, dialect: Dialect, say: Language) -> tuple[Outcome, ...]:
    """Return the answers of a cell of a dialect's full table in brief, each once; nothing where it has no row."""
    giving: dict[str, tuple[Answer, list[Row]]] = {}
    for row in full_table(dialect).cell(label, state):
        for answer in row.answers:
            giving.setdefault(_in_brief(answer, row, say), (answer, []))[1].append(row)
    return tuple(
        Outcome(
            text=text,
            refused=answer.hresult is not None and answer.hresult.failed,
            decided=all(row.decided for row in rows),
            place=addresses.row_place(rows[0].id),
            hresult=answer.hresult,
        )
        for text, (answer, rows) in giving.items()
    )


@dataclass(frozen=True)
class Call:
    """An operation with what it answers in a state, in brief."""

    label: Link
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class Glance:
    """What may be called in a state of a dialect, at a glance: what moves the job, what else succeeds, what is refused.

    An operation that may do either, as its conditions hold, stands where the better of them puts it.
    """

    dialect: str
    moves: tuple[Call, ...]
    keeps: tuple[Call, ...]
    refused: tuple[Call, ...]


def glance(state: JobState, dialect: Dialect, say: Language) -> Glance:
    """Return what may be called in a state of a dialect."""
    moves: list[Call] = []
    keeps: list[Call] = []
    refused: list[Call] = []
    for operation in full_table(dialect).operations:
        answers = [answer for row in full_table(dialect).cell(operation, state) for answer in row.answers]
        call = Call(label_link(operation), outcomes(operation, state, dialect, say))
        if any(answer.dest is not state for answer in answers):
            moves.append(call)
        elif any(answer.hresult is not None and not answer.hresult.failed for answer in answers):
            keeps.append(call)
        else:
            refused.append(call)
    return Glance(dialect.value, tuple(moves), tuple(keeps), tuple(refused))


def rows_of(label: Label) -> Iterable[tuple[Dialect, Row]]:
    """Yield every row of an operation or an internal event, with its dialect."""
    for dialect in Dialect:
        for row in full_table(dialect).rows:
            if row.label is label:
                yield dialect, row


def operations_with_rows() -> tuple[Operation, ...]:
    """Return the operations that any dialect's table has, in the order of the vocabulary."""
    return tuple(op for op in Operation if any(op in full_table(dialect).operations for dialect in Dialect))
