"""HRESULTs as numbers, in every spelling that readers meet: the list of all, and those that stand for an HTTP status.

Law: a number is written as headers write it, and as debuggers print it.

What this module does not know: HTML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus

from copyjob.diagrams.handbook.book import Book
from copyjob.diagrams.handbook.content_parts import (
    ClauseLink,
    Link,
    clause_link,
    dialect_names,
    hexadecimal,
    hresult_link,
    label_link,
    signed,
)
from copyjob.diagrams.handbook.place import HTTP
from copyjob.diagrams.language import Language
from copyjob.spec.citations import ALL_CLAUSES
from copyjob.spec.explain_hresults import fault_of_status
from copyjob.spec.explain_words import spellings_of
from copyjob.spec.rows import Row
from copyjob.spec.table import full_table
from copyjob.spec.vocabulary import HTTP_ERROR_BASE, Dialect, Hresult, dialect_of, http_error


@dataclass(frozen=True)
class Numbers:
    """The number of an HRESULT in every spelling that readers meet."""

    hexadecimal: str
    signed: int
    unsigned: int


def numbers_of(value: int) -> Numbers:
    """Return the number of an HRESULT in every spelling."""
    return Numbers(hexadecimal(value), signed(value), value)


def dialects_of(hresult: Hresult) -> tuple[Dialect, ...]:
    """Return the dialects that an HRESULT belongs to by its name, or in which rules answer so."""
    owner = dialect_of(hresult)
    if owner is None:
        return tuple(Dialect)
    return tuple(d for d in Dialect if d is owner or any(hresult in given(row) for row in full_table(d).rows))


def given(row: Row) -> set[Hresult | None]:
    """Return every HRESULT that a row lets a call answer."""
    return {answer.hresult for answer in row.all_answers}


@dataclass(frozen=True)
class HttpStatusTold:
    """An HRESULT that stands for an HTTP status."""

    status: int
    name: str
    anchor: str
    phrase: str
    numbers: Numbers
    event: Link | None


@dataclass(frozen=True)
class HttpPage:
    """What the page of the HRESULTs that stand for an HTTP status says."""

    statuses: tuple[HttpStatusTold, ...]
    naming: tuple[ClauseLink, ...]


def _http(status: HTTPStatus) -> HttpStatusTold:
    event = fault_of_status(status.value)
    return HttpStatusTold(
        status=status.value,
        name=f"BG_E_HTTP_ERROR_{status.value}",
        anchor=f"status-{status.value}",
        phrase=status.phrase,
        numbers=numbers_of(http_error(status.value)),
        event=None if event is None else label_link(event),
    )


def http_page(say: Language) -> HttpPage:
    """Return what the page of the HRESULTs that stand for an HTTP status says: those of refusals and failures."""
    naming = re.compile(r"BG_E_HTTP_ERROR|\bHTTP [45]\d\d\b|\b[45]xx\b|\b0x8019")
    return HttpPage(
        tuple(_http(status) for status in HTTPStatus if status.value >= HTTPStatus.BAD_REQUEST),
        tuple(clause_link(each.key, say) for each in ALL_CLAUSES if naming.search(each.text)),
    )


@dataclass(frozen=True)
class HresultLine:
    """An HRESULT in the list of all."""

    link: Link
    also: tuple[str, ...]
    numbers: Numbers
    dialects: tuple[str, ...]
    failed: bool
    answered: bool
    """Whether a row or a rule about a call gives it."""


@dataclass(frozen=True)
class HresultsPage:
    """What the list of all HRESULTs says."""

    lines: tuple[HresultLine, ...]
    http: Link
    base: str


def hresults_page(book: Book) -> HresultsPage:
    """Return what the list of all HRESULTs says."""
    by_rules = {answer.text for one in book.calls for answer in one.answers}
    by_rows = {h.name for d in Dialect for row in full_table(d).rows for h in given(row) if h is not None}
    return HresultsPage(
        tuple(
            HresultLine(
                link=hresult_link(hresult),
                also=spellings_of(hresult)[1:],
                numbers=numbers_of(hresult),
                dialects=dialect_names(dialects_of(hresult)),
                failed=hresult.failed,
                answered=hresult.name in by_rules or hresult.name in by_rows,
            )
            for hresult in Hresult
        ),
        Link("BG_E_HTTP_ERROR_…", HTTP),
        hexadecimal(HTTP_ERROR_BASE),
    )
