"""What the page of an HRESULT says.

Laws:

1. Whoever meets an HRESULT finds every state in which a call answers so, and for every other state that no rule does.
2. What a client does about a refusal is read off the table: the shortest way to where the same call is not refused.

What this module does not know: HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from copyjob.diagrams import addresses
from copyjob.diagrams.handbook.book import Book
from copyjob.diagrams.handbook.content_backends import quotes_answering
from copyjob.diagrams.handbook.content_calls import CallTold
from copyjob.diagrams.handbook.content_numbers import Numbers, dialects_of, given, numbers_of
from copyjob.diagrams.handbook.content_parts import (
    ClauseLink,
    Link,
    WebLink,
    clause_link,
    condition,
    dialect_names,
    hexadecimal,
    hresult_link,
    label_link,
    label_name,
    state_link,
)
from copyjob.diagrams.handbook.content_rows import Outcome, outcomes
from copyjob.diagrams.handbook.content_ways import WayOut, ways
from copyjob.diagrams.handbook.reports import Found, answered
from copyjob.diagrams.language import Language
from copyjob.spec.citations import ALL_CLAUSES, Page
from copyjob.spec.explain_words import spellings_of, twins
from copyjob.spec.rows import Row
from copyjob.spec.table import Table, full_table
from copyjob.spec.vocabulary import (
    Dialect,
    Hresult,
    JobState,
    Operation,
    dialect_of,
)


@dataclass(frozen=True)
class Answering:
    """In which states an operation answers so under one condition, each with the place of its row."""

    dialect: str
    label: Link
    states: tuple[Link, ...]
    condition: str
    """Empty: always."""
    level: str
    decided: bool
    only: bool
    """Whether it is the only answer that conforms there."""


@dataclass(frozen=True)
class Cell:
    """What an operation answers in a state, in brief, and whether this HRESULT is among it."""

    outcomes: tuple[Outcome, ...]
    here: bool


@dataclass(frozen=True)
class Grid:
    """The operations that answer so anywhere, against the states of a dialect."""

    dialect: str
    states: tuple[Link, ...]
    lines: tuple[tuple[Link, tuple[Cell, ...]], ...]


@dataclass(frozen=True)
class Instead:
    """An operation that never answers so in a state: what it answers instead."""

    label: Link
    outcomes: tuple[Outcome, ...]
    quotes: tuple[Found, ...]
    """What checked backends answered so all the same."""


@dataclass(frozen=True)
class InState:
    """What a reader whose job is in a state is told: which operations answer so there, or that none does."""

    dialect: str
    state: Link
    anchor: str
    labels: tuple[Link, ...]
    """Each with the place of its row; empty where no rule answers so."""
    instead: tuple[Instead, ...]
    """The operations that answer so elsewhere, and never here."""


@dataclass(frozen=True)
class HresultPage:
    """What the page of an HRESULT says."""

    name: str
    also: tuple[str, ...]
    numbers: Numbers
    failed: bool
    dialects: tuple[str, ...]
    twins: tuple[Link, ...]
    page: WebLink | None
    everywhere: bool
    """Whether it is the ordinary success, which the whole table tells."""
    answering: tuple[Answering, ...]
    grids: tuple[Grid, ...]
    states: tuple[InState, ...]
    ways: tuple[WayOut, ...]
    calls: tuple[CallTold, ...]
    naming: tuple[ClauseLink, ...]
    quotes: tuple[Found, ...]


def _answering(hresult: Hresult, dialect: Dialect, say: Language) -> list[Answering]:
    places_of: dict[object, tuple[Row, dict[JobState, str]]] = {}
    for row in full_table(dialect).rows:
        if hresult in given(row):
            key = (row.label, row.guard, row.level, row.decided, len(row.answers))
            places_of.setdefault(key, (row, {}))[1].setdefault(row.source, addresses.row_place(row.id))
    return [
        Answering(
            dialect=dialect.value,
            label=label_link(row.label),
            states=tuple(Link(state.name, places[state]) for state in sorted(places)),
            condition=condition(row.guard, say),
            level=row.level.value,
            decided=row.decided,
            only=len(row.answers) == 1,
        )
        for row, places in places_of.values()
    ]


def _operations(hresult: Hresult, table: Table) -> tuple[Operation, ...]:
    """Return the operations that answer so anywhere."""
    labels = {row.label for row in table.rows if hresult in given(row)}
    return tuple(operation for operation in table.operations if operation in labels)


def _cell(hresult: Hresult, operation: Operation, state: JobState, dialect: Dialect, say: Language) -> Cell:
    rows = full_table(dialect).cell(operation, state)
    return Cell(outcomes(operation, state, dialect, say), any(hresult in given(row) for row in rows))


def _grid(hresult: Hresult, dialect: Dialect, say: Language) -> Grid:
    table = full_table(dialect)
    return Grid(
        dialect.value,
        tuple(map(state_link, table.states)),
        tuple(
            (label_link(op), tuple(_cell(hresult, op, state, dialect, say) for state in table.states))
            for op in _operations(hresult, table)
        ),
    )


def _in_state(hresult: Hresult, state: JobState, dialect: Dialect, book: Book) -> InState:
    table = full_table(dialect)
    labels: list[Link] = []
    instead: list[Instead] = []
    for operation in _operations(hresult, table):
        giving = [row for row in table.cell(operation, state) if hresult in given(row)]
        if giving:
            labels.append(Link(label_name(operation), addresses.row_place(giving[0].id)))
        else:
            told = outcomes(operation, state, dialect, book.say)
            quotes = quotes_answering(book.found, hresult, operation, state, dialect)
            instead.append(Instead(label_link(operation), told, quotes))
    return InState(
        dialect=dialect.value,
        state=state_link(state),
        anchor=f"in-{state.name}" if dialect is dialects_of(hresult)[0] else f"in-{state.name}-{dialect.value}",
        labels=tuple(labels),
        instead=tuple(instead),
    )


def _states(hresult: Hresult, dialect: Dialect, book: Book) -> tuple[InState, ...]:
    """Return what is told state by state; nothing where every state is told with the calls already."""
    told = tuple(_in_state(hresult, state, dialect, book) for state in full_table(dialect).states)
    return told if any(one.instead for one in told) else ()


def _unruled(hresult: Hresult, dialect: Dialect, book: Book) -> list[Found]:
    """Return where a checked backend answered so though no rule lets it."""
    return [
        one
        for one in book.found
        if one.dialect is dialect and (told := answered(one.divergence)) is not None and told[1] == hresult.name
    ]


def _naming(names: Iterable[str], say: Language) -> tuple[ClauseLink, ...]:
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(names)))})(?!\w)")
    return tuple(clause_link(each.key, say) for each in ALL_CLAUSES if pattern.search(each.text))


def _listed(hresult: Hresult) -> WebLink | None:
    """Return the page of the documents that lists an HRESULT of a dialect's own."""
    owner = dialect_of(hresult)
    if owner is None:
        return None
    name = "do-return-values.md" if owner is Dialect.DO else "bits-return-values.md"
    page = next(page for clause in ALL_CLAUSES for page in clause.pages if page.path.endswith(f"/{name}"))
    return WebLink(name, Page(page.repository, page.path).url)


def hresult_page(hresult: Hresult, book: Book) -> HresultPage:
    """Return what the page of an HRESULT says."""
    say = book.say
    names = spellings_of(hresult)
    searched = {*names, hexadecimal(hresult)}
    if dialect_of(hresult) is not None:
        searched |= {name.partition("_")[2] for name in names}
    dialects = dialects_of(hresult)
    everywhere = hresult is Hresult.S_OK
    asked = () if everywhere else tuple(d for d in dialects if _operations(hresult, full_table(d)))
    link = hresult_link(hresult)
    return HresultPage(
        name=hresult.name,
        also=names[1:],
        numbers=numbers_of(hresult),
        failed=hresult.failed,
        dialects=dialect_names(dialects),
        twins=tuple(hresult_link(Hresult(twin)) for twin in twins(hresult)),
        page=_listed(hresult),
        everywhere=everywhere,
        answering=tuple(one for dialect in asked for one in _answering(hresult, dialect, say)),
        grids=tuple(_grid(hresult, dialect, say) for dialect in asked),
        states=tuple(one for dialect in asked for one in _states(hresult, dialect, book)),
        ways=ways(hresult, say) if hresult.failed else (),
        calls=() if everywhere else tuple(one for one in book.calls if link in one.answers),
        naming=_naming(searched, say),
        quotes=tuple(one for dialect in dialects for one in _unruled(hresult, dialect, book)) if hresult.failed else (),
    )
