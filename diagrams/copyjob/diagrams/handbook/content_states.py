"""What the page of a state says.

Law: whoever has a job in the state finds what may be called there and what comes of it, what may happen by itself, and
which answers no rule gives there though calls give them elsewhere.

What this module does not know: HTML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from copyjob.diagrams import addresses
from copyjob.diagrams.handbook.book import Book, Group
from copyjob.diagrams.handbook.content_backends import BackendHere, backends_here, quotes_answering
from copyjob.diagrams.handbook.content_parts import (
    ClauseLink,
    ClauseTold,
    Link,
    clause_link,
    clause_told,
    hexadecimal,
    hresult_link,
    label_link,
    label_name,
    state_link,
)
from copyjob.diagrams.handbook.content_rows import Glance, glance, operations_with_rows
from copyjob.diagrams.handbook.reports import Found
from copyjob.diagrams.language import Language
from copyjob.spec.citations import ALL_CLAUSES, CLAUSES
from copyjob.spec.facts import INITIAL
from copyjob.spec.interfaces import Label
from copyjob.spec.rows import STATE_CLASSES, Answer, Row
from copyjob.spec.table import full_table
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, Operation


@dataclass(frozen=True)
class WayIn:
    """What leads into the state: from where, each with the place of its row."""

    dialect: str
    label: Link
    sources: tuple[Link, ...]
    decided: bool


@dataclass(frozen=True)
class NotHere:
    """A failure that operations answer in other states, and by no rule in this one."""

    dialect: str
    labels: tuple[Link, ...]
    """Each leads to what this page tells of the operation."""
    hresult: Link
    number: str
    elsewhere: tuple[Link, ...]
    quotes: tuple[Found, ...]
    """What checked backends answered so all the same."""


@dataclass(frozen=True)
class StatePage:
    """What the page of a state says."""

    state: Link
    number: int
    kind: str
    """The class of states that it belongs to."""
    initial: bool
    final: bool
    clauses: tuple[ClauseTold, ...]
    naming: tuple[ClauseLink, ...]
    """Other clauses that name it."""
    glances: tuple[Glance, ...]
    calls: tuple[Group, ...]
    events: tuple[Group, ...]
    ways_in: tuple[WayIn, ...]
    not_here: tuple[NotHere, ...]
    backends: tuple[BackendHere, ...]


def dialects_of(state: JobState) -> tuple[Dialect, ...]:
    """Return the dialects that show a state. Clause: state/connecting."""
    return tuple(dialect for dialect in Dialect if state in full_table(dialect).states)


def clause_keys(state: JobState) -> tuple[str, ...]:
    """Return the key of the clause about a state: named like it, like its first word, or like its class."""
    names = (state.name.lower(), state.name.lower().partition("_")[0], STATE_CLASSES[state].value)
    return tuple(f"state/{name}" for name in names if f"state/{name}" in CLAUSES)[:1]


def kind_of(state: JobState, say: Language) -> str:
    """Return the class of a state in words."""
    return say(f"{STATE_CLASSES[state].value} state")


def calls_anchor(label: Label) -> str:
    """Return the id under which the page of a state tells of an operation or an internal event."""
    return f"call-{label.value}"


def _leading(dialect: Dialect, state: JobState) -> dict[Label, list[Row]]:
    """Return the rows that lead into a state from another one, by what they are about."""
    found: dict[Label, list[Row]] = {}
    for row in full_table(dialect).rows:
        if row.source is not state and any(answer.dest is state for answer in row.all_answers):
            found.setdefault(row.label, []).append(row)
    return found


def _way_in(dialect: Dialect, label: Label, rows: list[Row]) -> WayIn:
    places: dict[JobState, str] = {}
    for row in rows:
        places.setdefault(row.source, addresses.row_place(row.id))
    sources = tuple(Link(source.name, places[source]) for source in sorted(places))
    return WayIn(dialect.value, label_link(label), sources, all(row.decided for row in rows))


def _failures(dialect: Dialect, operation: Operation) -> dict[Hresult, list[JobState]]:
    """Return the failures that an operation answers by any row, each with its states."""
    found: dict[Hresult, list[JobState]] = {}
    answers: list[tuple[Row, Answer]] = [
        (row, answer) for row in full_table(dialect).rows if row.label is operation for answer in row.all_answers
    ]
    for row, answer in answers:
        if answer.hresult is not None and answer.hresult.failed:
            states = found.setdefault(answer.hresult, [])
            if row.source not in states:
                states.append(row.source)
    return found


def _not_here(state: JobState, dialect: Dialect, book: Book) -> tuple[NotHere, ...]:
    gathered: dict[tuple[Hresult, tuple[JobState, ...]], list[Operation]] = {}
    for operation in full_table(dialect).operations:
        for hresult, states in _failures(dialect, operation).items():
            if state not in states:
                gathered.setdefault((hresult, tuple(sorted(states))), []).append(operation)
    page = addresses.state_page(state)
    return tuple(
        NotHere(
            dialect=dialect.value,
            labels=tuple(Link(label_name(one), f"{page}#{calls_anchor(one)}") for one in operations),
            hresult=hresult_link(hresult),
            number=hexadecimal(hresult),
            elsewhere=tuple(map(state_link, states)),
            quotes=tuple(
                quote for one in operations for quote in quotes_answering(book.found, hresult, one, state, dialect)
            ),
        )
        for (hresult, states), operations in gathered.items()
    )


def state_page(state: JobState, book: Book) -> StatePage:
    """Return what the page of a state says."""
    say = book.say
    keys = clause_keys(state)
    spoken = re.compile(rf"\b{state.name}\b")
    dialects = dialects_of(state)
    labels: tuple[Label, ...] = (*operations_with_rows(), *InternalEvent)
    told = [(label, group) for label in labels if (group := book.group(label, state)).entries]
    return StatePage(
        state=state_link(state),
        number=int(state),
        kind=kind_of(state, say),
        initial=state is INITIAL.state,
        final=all(
            answer.dest is state
            for d in dialects
            for row in full_table(d).by_source[state]
            for answer in row.all_answers
        ),
        clauses=tuple(clause_told(CLAUSES[key], say) for key in keys),
        naming=tuple(
            clause_link(each.key, say) for each in ALL_CLAUSES if spoken.search(each.text) and each.key not in keys
        ),
        glances=tuple(glance(state, dialect, say) for dialect in dialects),
        calls=tuple(group for label, group in told if isinstance(label, Operation)),
        events=tuple(group for label, group in told if isinstance(label, InternalEvent)),
        ways_in=tuple(
            _way_in(dialect, label, rows) for dialect in dialects for label, rows in _leading(dialect, state).items()
        ),
        not_here=tuple(one for dialect in dialects for one in _not_here(state, dialect, book)),
        backends=backends_here(book, lambda row: row.source == state.name),
    )
