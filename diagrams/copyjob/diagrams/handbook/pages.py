"""Which pages there are: for every subject of the specification one, each with its place, its template, its content.

Laws:

1. Everything that an address of :mod:`copyjob.diagrams.addresses` can name has its page.
2. A page is data: two books of equal content give equal pages, in the same order.

What this module does not know: HTML, files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from copyjob.diagrams import addresses
from copyjob.diagrams.handbook import (
    content_backends,
    content_calls,
    content_clauses,
    content_hresults,
    content_numbers,
    content_operations,
    content_states,
    content_table,
    place,
)
from copyjob.diagrams.handbook.content_parts import BOTH, dialect_names
from copyjob.spec.citations import ALL_CLAUSES
from copyjob.spec.vocabulary import Dialect, Hresult, JobState, Operation

if TYPE_CHECKING:
    from copyjob.diagrams.handbook.book import Book


@dataclass(frozen=True)
class PictureHere:
    """A picture that stands on a page."""

    name: str
    dialect: str
    """Empty: it shows both."""


@dataclass(frozen=True)
class Page:
    """One page of the handbook."""

    address: str
    """Relative to the root of its language."""
    template: str
    title: str
    section: str
    """The address of the section that it belongs to; empty for the home page."""
    content: object
    dialects: tuple[str, ...] = BOTH
    pictures: tuple[PictureHere, ...] = ()


def pictures_of(stem: str, dialects: Iterable[str]) -> tuple[PictureHere, ...]:
    """Return the pictures of one subject, one a dialect."""
    return tuple(PictureHere(f"{stem}-{dialect.lower()}", dialect) for dialect in dialects)


def sections(book: Book) -> tuple[tuple[str, str], ...]:
    """Return the sections that every page leads to: address and title."""
    say = book.say
    return (
        (place.STATES, say("States")),
        (place.OPERATIONS, say("Operations")),
        (place.HRESULTS, "HRESULTs"),
        (place.TABLE, say("Table")),
        (place.EVENTS, say("Internal events")),
        (place.CALLBACKS, say("Callbacks")),
        (place.CLAUSES, say("Clauses and decisions")),
        (place.PICTURES, say("Pictures")),
        (place.BACKENDS, say("Checked backends")),
        (addresses.EXPLORER, say("Explorer")),
    )


def pages(book: Book) -> tuple[Page, ...]:
    """Return every page of a book; what the explorer's is given besides is not told here."""
    say = book.say
    return (
        Page(
            addresses.HOME,
            "home",
            say("What a background copy job does"),
            "",
            content_table.home_page(book),
            pictures=pictures_of("lifecycle", BOTH),
        ),
        *_states(book),
        *_operations(book),
        *_events(book),
        *_hresults(book),
        *_clauses(book),
        Page(
            place.TABLE,
            "table",
            say("States and operations"),
            place.TABLE,
            content_table.table_page(say),
            pictures=(PictureHere("differences", ""),),
        ),
        Page(place.PICTURES, "pictures", say("Pictures"), place.PICTURES, None),
        *_backends(book),
        Page(addresses.EXPLORER, "explorer", say("Explorer"), addresses.EXPLORER, None, dialects=()),
    )


def _states(book: Book) -> Iterator[Page]:
    yield Page(place.STATES, "states", book.say("States"), place.STATES, content_table.states_page(book.say))
    for state in JobState:
        dialects = dialect_names(content_states.dialects_of(state))
        yield Page(
            addresses.state_page(state),
            "state",
            state.name,
            place.STATES,
            content_states.state_page(state, book),
            dialects,
            pictures_of(f"state-{state.name}", dialects),
        )


def _operations(book: Book) -> Iterator[Page]:
    say = book.say
    yield Page(place.OPERATIONS, "operations", say("Operations"), place.OPERATIONS, content_table.operations_page(book))
    for operation in Operation:
        content = content_operations.operation_page(operation, book)
        yield Page(
            addresses.label_page(operation),
            "operation",
            content.link.text,
            place.OPERATIONS,
            content,
            content.dialects,
            pictures_of(operation.value, content.dialects),
        )
    yield Page(place.METHODS, "methods", say("Other methods"), place.OPERATIONS, content_calls.methods_page(book.calls))


def _events(book: Book) -> Iterator[Page]:
    say = book.say
    yield Page(
        place.EVENTS,
        "events",
        say("Internal events"),
        place.EVENTS,
        content_table.events_page(book),
        pictures=pictures_of("events", BOTH),
    )
    for event in content_operations.events_known():
        content = content_operations.event_page(event, book)
        yield Page(addresses.label_page(event), "event", event.value, place.EVENTS, content, content.dialects)
    callbacks = content_calls.callbacks_page(book.callbacks, book.promises)
    yield Page(place.CALLBACKS, "callbacks", say("Callbacks"), place.CALLBACKS, callbacks)


def _hresults(book: Book) -> Iterator[Page]:
    yield Page(place.HRESULTS, "hresults", "HRESULTs", place.HRESULTS, content_numbers.hresults_page(book))
    for hresult in Hresult:
        content = content_hresults.hresult_page(hresult, book)
        yield Page(addresses.hresult_page(hresult), "hresult", hresult.name, place.HRESULTS, content, content.dialects)
    yield Page(place.HTTP, "http", "BG_E_HTTP_ERROR_…", place.HRESULTS, content_numbers.http_page(book.say))


def _clauses(book: Book) -> Iterator[Page]:
    say = book.say
    yield Page(place.CLAUSES, "clauses", say("Clauses and decisions"), place.CLAUSES, content_clauses.clauses_page(say))
    for clause in ALL_CLAUSES:
        content = content_clauses.clause_page(clause, book)
        yield Page(
            addresses.clause_page(clause.key),
            "clause",
            clause.key,
            place.CLAUSES,
            content,
            dialect_names(clause.dialects),
        )


def _backends(book: Book) -> Iterator[Page]:
    say = book.say
    yield Page(
        place.BACKENDS, "backends", say("Checked backends"), place.BACKENDS, content_backends.backends_page(book)
    )
    for backend in book.backends:
        content = content_backends.backend_page(backend, say)
        dialects = dialect_names(Dialect(run.dialect) for run in content.runs) or BOTH
        yield Page(content.link.address, "backend", content.name, place.BACKENDS, content, dialects)
