"""What the pages of an operation and of an internal event say.

Law: every row of the full tables is on the page of its operation or internal event, with all its answers.

What this module does not know: HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from copyjob.diagrams.handbook.book import Book, Group
from copyjob.diagrams.handbook.content_backends import BackendHere, backends_here
from copyjob.diagrams.handbook.content_calls import CallbackTold, CallTold
from copyjob.diagrams.handbook.content_parts import (
    ClauseLink,
    ClauseTold,
    Link,
    WebLink,
    clause_link,
    clause_told,
    dialect_names,
    label_link,
    label_name,
    speaking_of,
    state_link,
)
from copyjob.diagrams.handbook.content_rows import Call, Glance, outcomes, rows_of
from copyjob.diagrams.language import Language
from copyjob.spec.callbacks import callbacks_of
from copyjob.spec.calls import calls_of
from copyjob.spec.citations import ALL_CLAUSES, CLAUSES
from copyjob.spec.events import EVENTS
from copyjob.spec.interfaces import Label, method_name, method_of, page_of
from copyjob.spec.table import full_table
from copyjob.spec.vocabulary import Dialect, InternalEvent, JobState, Operation


@dataclass(frozen=True)
class Declared:
    """Where a dialect declares an operation."""

    dialect: str
    method: str
    header: str
    library: str
    since: str
    page: WebLink | None


@dataclass(frozen=True)
class OperationPage:
    """What the page of an operation says."""

    link: Link
    id: str
    dialects: tuple[str, ...]
    declared: tuple[Declared, ...]
    missing: tuple[str, ...]
    """The dialects that have no such method."""
    clauses: tuple[ClauseTold, ...]
    """What its rows rest on, those that are named like it first."""
    naming: tuple[ClauseLink, ...]
    glances: tuple[Glance, ...]
    """By dialect: in which states it moves the job, in which it succeeds otherwise, in which it is refused."""
    groups: tuple[Group, ...]
    calls: tuple[CallTold, ...]
    callbacks: tuple[CallbackTold, ...]
    backends: tuple[BackendHere, ...]


@dataclass(frozen=True)
class EventPage:
    """What the page of an internal event says."""

    link: Link
    id: str
    dialects: tuple[str, ...]
    cause: str
    fair: bool
    clauses: tuple[ClauseTold, ...]
    groups: tuple[Group, ...]
    callbacks: tuple[CallbackTold, ...]
    backends: tuple[BackendHere, ...]


def having(operation: Operation) -> tuple[Dialect, ...]:
    """Return the dialects that have an operation: those with a row of it, or a rule about its arguments."""
    return tuple(d for d in Dialect if operation in full_table(d).operations or calls_of(operation, d))


def spellings(operation: Operation) -> tuple[str, ...]:
    """Return every name of an operation's method, the common one first."""
    return tuple(dict.fromkeys((method_name(operation), *(method_of(operation, d).name for d in having(operation)))))


def _declared(operation: Operation, dialect: Dialect) -> Declared:
    method = method_of(operation, dialect)
    header, page = method.header, page_of(method)
    return Declared(
        dialect=dialect.value,
        method=str(method),
        header=header.name,
        library=", ".join(name for name in (header.library, header.dll) if name),
        since=header.client,
        page=None if page is None else WebLink(page.path.rpartition("/")[2], page.url),
    )


def _lacking(operation: Operation) -> tuple[str, ...]:
    """Return the dialects that have no method of this name at all."""
    names = set(spellings(operation))
    known = {d for d in Dialect for other in Operation if d in having(other) and method_of(other, d).name in names}
    return dialect_names(set(Dialect) - known)


def _told(keys: Iterable[str], theme: str, say: Language) -> tuple[ClauseTold, ...]:
    """Return clauses in full: those of a theme first, then the other documented ones, then the decisions."""

    def order(key: str) -> int:
        if CLAUSES[key].decided:
            return 2
        return 0 if key.partition("/")[0] == theme else 1

    return tuple(clause_told(CLAUSES[key], say) for key in sorted(dict.fromkeys(keys), key=order))


def _groups(label: Label, book: Book) -> tuple[Group, ...]:
    return tuple(group for state in JobState if (group := book.group(label, state)).entries)


def _callbacks(label: Label, book: Book) -> tuple[CallbackTold, ...]:
    """Return the rules about callbacks that fire on any answer of the rows."""
    fired = {
        (dialect.value, rule.id)
        for dialect, row in rows_of(label)
        for answer in row.all_answers
        for rule in callbacks_of(row, answer, dialect)
    }
    return tuple(one for one in book.callbacks if any((name, one.id) in fired for name in one.dialects))


def _spread(operation: Operation, dialect: Dialect, say: Language) -> Glance:
    """Return in which states an operation moves the job, in which it succeeds otherwise, in which it is refused."""
    table = full_table(dialect)
    moves: list[Call] = []
    keeps: list[Call] = []
    refused: list[Call] = []
    for state in table.states:
        answers = [answer for row in table.cell(operation, state) for answer in row.answers]
        call = Call(state_link(state), outcomes(operation, state, dialect, say))
        if any(answer.dest is not state for answer in answers):
            moves.append(call)
        elif any(answer.hresult is not None and not answer.hresult.failed for answer in answers):
            keeps.append(call)
        else:
            refused.append(call)
    return Glance(dialect.value, tuple(moves), tuple(keeps), tuple(refused))


def _cited(label: Label) -> list[str]:
    return [key for _, row in rows_of(label) for key in row.cites]


def operation_page(operation: Operation, book: Book) -> OperationPage:
    """Return what the page of an operation says."""
    say = book.say
    link = label_link(operation)
    calls = tuple(one for one in book.calls if one.of == link)
    keys = _cited(operation) or [clause.key for one in calls for clause in one.clauses]
    clauses = _told(keys, operation.value.replace("_", ""), say)
    known = {told.link.key for told in clauses}
    spoken = re.compile(rf"\b{method_name(operation)}\b")
    naming = tuple(
        clause_link(each.key, say) for each in ALL_CLAUSES if spoken.search(each.text) and each.key not in known
    )
    return OperationPage(
        link=link,
        id=operation.value,
        dialects=dialect_names(having(operation)),
        declared=tuple(_declared(operation, dialect) for dialect in having(operation)),
        missing=_lacking(operation),
        clauses=clauses,
        naming=naming,
        glances=tuple(
            _spread(operation, dialect, say) for dialect in Dialect if operation in full_table(dialect).operations
        ),
        groups=_groups(operation, book),
        calls=calls,
        callbacks=_callbacks(operation, book),
        backends=backends_here(book, lambda row: row.label == operation.value),
    )


def events_known() -> tuple[InternalEvent, ...]:
    """Return the internal events that any dialect's table has."""
    return tuple(event for event in InternalEvent if speaking_of(event))


def event_page(event: InternalEvent, book: Book) -> EventPage:
    """Return what the page of an internal event says."""
    say = book.say
    rule = EVENTS[event]
    return EventPage(
        link=label_link(event),
        id=label_name(event),
        dialects=speaking_of(event),
        cause=say(rule.cause),
        fair=rule.fair,
        clauses=_told(_cited(event), event.value, say),
        groups=_groups(event, book),
        callbacks=_callbacks(event, book),
        backends=backends_here(book, lambda row: row.label == event.value),
    )
