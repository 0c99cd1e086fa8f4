"""What the pages of many things say: the home page, the table of states and operations, the lists, the pictures.

Law: a list is complete: everything that has a page of its own is on the list of its kind.

What this module does not know: HTML.
"""

from __future__ import annotations

from dataclasses import dataclass

from copyjob.diagrams import addresses
from copyjob.diagrams.handbook.book import Book
from copyjob.diagrams.handbook.content_calls import MethodPart, methods_page
from copyjob.diagrams.handbook.content_operations import EventPage, event_page, events_known, having
from copyjob.diagrams.handbook.content_parts import (
    ClauseTold,
    Link,
    clause_told,
    dialect_names,
    hexadecimal,
    label_link,
    state_link,
)
from copyjob.diagrams.handbook.content_rows import Call, moves, outcomes
from copyjob.diagrams.handbook.content_states import clause_keys, dialects_of, kind_of
from copyjob.diagrams.language import Language
from copyjob.spec.citations import CLAUSES
from copyjob.spec.interfaces import method_of
from copyjob.spec.table import full_table
from copyjob.spec.vocabulary import Dialect, Hresult, JobState, Operation


@dataclass(frozen=True)
class Question:
    """What readers ask first, with the place that answers it."""

    text: str
    address: str


@dataclass(frozen=True)
class StateLine:
    """A state in the list of all."""

    link: Link
    number: int
    kind: str
    dialects: tuple[str, ...]
    clauses: tuple[ClauseTold, ...]


@dataclass(frozen=True)
class OperationLine:
    """An operation in the list of all."""

    link: Link
    id: str
    dialects: tuple[str, ...]
    methods: tuple[tuple[str, str], ...]
    """Dialect, and the method as it declares it."""
    moves: bool
    """Whether it can lead a job from one state to another."""


@dataclass(frozen=True)
class HomePage:
    """What the home page says."""

    questions: tuple[Question, ...]
    states: tuple[StateLine, ...]
    movers: tuple[OperationLine, ...]
    others: tuple[OperationLine, ...]
    backends: tuple[str, ...]
    rows: int
    clauses: int
    decisions: int


@dataclass(frozen=True)
class OperationsPage:
    """What the list of all operations says."""

    operations: tuple[OperationLine, ...]
    methods: tuple[MethodPart, ...]


@dataclass(frozen=True)
class StatesPage:
    """What the list of all states says."""

    states: tuple[StateLine, ...]


@dataclass(frozen=True)
class EventsPage:
    """What the list of all internal events says."""

    events: tuple[EventPage, ...]


@dataclass(frozen=True)
class Grid:
    """The table of one dialect: operations against states, and what may happen by itself against states."""

    dialect: str
    states: tuple[Link, ...]
    operations: tuple[tuple[Link, tuple[Call, ...]], ...]
    events: tuple[tuple[Link, tuple[Call, ...]], ...]


@dataclass(frozen=True)
class TablePage:
    """What the page of the table says."""

    grids: tuple[Grid, ...]


def _questions(say: Language) -> tuple[Question, ...]:
    """Return the three questions that readers bring, each with the place that answers it."""
    invalid = Hresult.BG_E_INVALID_STATE
    return (
        Question(
            say(
                "My job is in {state} and {method} returns {number}: why?",
                state=JobState.ERROR.name,
                method=label_link(Operation.RESUME).text,
                number=hexadecimal(invalid),
            ),
            f"{addresses.hresult_page(invalid)}#in-{JobState.ERROR.name}",
        ),
        Question(
            say("What may I call on a {state} job?", state=JobState.TRANSFERRED.name),
            f"{addresses.state_page(JobState.TRANSFERRED)}#glance",
        ),
        Question(
            say("Does {method} delete my files?", method=label_link(Operation.CANCEL).text),
            f"{addresses.label_page(Operation.CANCEL)}#says",
        ),
    )


def _state_line(state: JobState, say: Language) -> StateLine:
    told = tuple(clause_told(CLAUSES[key], say) for key in clause_keys(state)[:1])
    return StateLine(state_link(state), int(state), kind_of(state, say), dialect_names(dialects_of(state)), told)


def _operation_line(operation: Operation) -> OperationLine:
    return OperationLine(
        link=label_link(operation),
        id=operation.value,
        dialects=dialect_names(having(operation)),
        methods=tuple((dialect.value, str(method_of(operation, dialect))) for dialect in having(operation)),
        moves=moves(operation),
    )


def home_page(book: Book) -> HomePage:
    """Return what the home page says."""
    lines = [_operation_line(operation) for operation in Operation]
    return HomePage(
        questions=_questions(book.say),
        states=tuple(_state_line(state, book.say) for state in JobState),
        movers=tuple(line for line in lines if line.moves),
        others=tuple(line for line in lines if not line.moves),
        backends=tuple(backend.file for backend in book.backends),
        rows=sum(len(full_table(dialect).rows) for dialect in Dialect),
        clauses=sum(not clause.decided for clause in CLAUSES.values()),
        decisions=sum(clause.decided for clause in CLAUSES.values()),
    )


def states_page(say: Language) -> StatesPage:
    """Return what the list of all states says."""
    return StatesPage(tuple(_state_line(state, say) for state in JobState))


def operations_page(book: Book) -> OperationsPage:
    """Return what the list of all operations says."""
    return OperationsPage(tuple(map(_operation_line, Operation)), methods_page(book.calls).methods)


def events_page(book: Book) -> EventsPage:
    """Return what the list of all internal events says."""
    return EventsPage(tuple(event_page(event, book) for event in events_known()))


def table_page(say: Language) -> TablePage:
    """Return what the page of the table says."""
    grids: list[Grid] = []
    for dialect in Dialect:
        table = full_table(dialect)
        events = tuple(event for event in events_known() if any(row.label is event for row in table.rows))
        grids.append(
            Grid(
                dialect.value,
                tuple(map(state_link, table.states)),
                tuple(
                    (label_link(op), tuple(Call(state_link(s), outcomes(op, s, dialect, say)) for s in table.states))
                    for op in table.operations
                ),
                tuple(
                    (label_link(ev), tuple(Call(state_link(s), outcomes(ev, s, dialect, say)) for s in table.states))
                    for ev in events
                ),
            )
        )
    return TablePage(tuple(grids))
