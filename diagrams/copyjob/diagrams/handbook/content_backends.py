"""What the checked backends did: on a page of its own for each, and in parts of other pages.

Laws:

1. What is told is what the report says; its free words are quoted, and stay in the language in which they were written.
2. A number here is a count of rows or checks of the report, never an opinion.

What this module does not know: HTML, and the JSON of a report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from copyjob.diagrams import addresses
from copyjob.diagrams.handbook.book import Book
from copyjob.diagrams.handbook.content_parts import ClauseLink, Link, clause_link
from copyjob.diagrams.handbook.reports import Backend, Found, answered, divergence_anchor
from copyjob.diagrams.language import Language
from copyjob.diagrams.report_parts import Divergence, ReportRow, Run
from copyjob.spec.citations import CLAUSES
from copyjob.spec.table import full_table
from copyjob.spec.vocabulary import Dialect, Hresult, JobState, Operation

_VERDICTS = ("conforms", "diverges", "inconclusive", "errored", "skipped", "unjudged")


@dataclass(frozen=True)
class Count:
    """How many rows, or checks, have a verdict."""

    verdict: str
    number: int


@dataclass(frozen=True)
class BackendHere:
    """What one backend did on some rows in one dialect."""

    link: Link
    name: str
    dialect: str
    counts: tuple[Count, ...]
    found: tuple[Found, ...]


def backend_link(backend: Backend) -> Link:
    """Return the link to a backend, by its short name."""
    return Link(backend.file, addresses.backend_page(backend.file))


def _counts(verdicts: Sequence[str]) -> tuple[Count, ...]:
    return tuple(Count(verdict, verdicts.count(verdict)) for verdict in _VERDICTS if verdict in verdicts)


def backends_here(book: Book, concerned: Callable[[ReportRow], bool]) -> tuple[BackendHere, ...]:
    """Return what the backends did on the rows that are asked about; nothing of one whose report has none."""
    told: list[BackendHere] = []
    for backend in book.backends:
        for run in backend.report.runs:
            rows = [row for row in run.rows if concerned(row)]
            ids = {row.id for row in rows}
            mine = tuple(
                one
                for one in book.found
                if one.backend is backend and one.dialect is run.dialect and ids & set(one.divergence.rows)
            )
            if rows:
                counts = _counts([row.verdict for row in rows])
                told.append(BackendHere(backend_link(backend), backend.report.backend, run.dialect.value, counts, mine))
    return tuple(told)


def quotes_answering(
    found: Iterable[Found], hresult: Hresult, operation: Operation, state: JobState, dialect: Dialect
) -> tuple[Found, ...]:
    """Return the divergences in which a backend answered an operation so in a state."""
    cell = f"{operation.value}/{state.name}/"
    return tuple(
        one
        for one in found
        if one.dialect is dialect
        and answered(one.divergence) == (operation.value, hresult.name)
        and any(row.startswith(cell) for row in one.divergence.rows)
    )


@dataclass(frozen=True)
class DivergenceTold:
    """One finding, as the page of its backend tells it."""

    anchor: str
    id: str
    level: str
    rows: tuple[Link, ...]
    clauses: tuple[ClauseLink, ...]
    divergence: Divergence


@dataclass(frozen=True)
class CheckTold:
    """A judgement that is not about one row."""

    id: str
    title: str
    verdict: str
    clauses: tuple[ClauseLink, ...]


@dataclass(frozen=True)
class RunTold:
    """What was found in one dialect."""

    dialect: str
    verdict: str
    must: tuple[int, int]
    """Rows of level MUST that were judged where another outcome would have been rejected, of how many."""
    counts: tuple[Count, ...]
    checks: tuple[CheckTold, ...]
    divergences: tuple[DivergenceTold, ...]
    rows_unknown: int
    """Rows of the report that this version of the table does not have."""


@dataclass(frozen=True)
class BackendPage:
    """What the page of a backend says."""

    link: Link
    name: str
    adapter: str
    run: str
    copyjob: str
    verdict: str
    powers: tuple[str, ...]
    missing: tuple[str, ...]
    runs: tuple[RunTold, ...]


def _told(dialect: Dialect, divergence: Divergence, say: Language) -> DivergenceTold:
    known = full_table(dialect).by_id
    return DivergenceTold(
        anchor=divergence_anchor(dialect, divergence),
        id=divergence.id,
        level=divergence.level,
        rows=tuple(Link(row, addresses.row_place(row)) for row in divergence.rows if row in known),
        clauses=tuple(clause_link(clause.key, say) for clause in divergence.clauses if clause.key in CLAUSES),
        divergence=divergence,
    )


def _run(run: Run, say: Language) -> RunTold:
    known = full_table(run.dialect).by_id
    must = run.coverage["must"]
    return RunTold(
        dialect=run.dialect.value,
        verdict=run.verdict,
        must=(must.seen, must.of),
        counts=_counts([row.verdict for row in run.rows]),
        checks=tuple(
            CheckTold(
                check.id,
                check.title,
                check.verdict,
                tuple(clause_link(key, say) for key in check.cites if key in CLAUSES),
            )
            for check in run.checks
        ),
        divergences=tuple(_told(run.dialect, divergence, say) for divergence in run.divergences),
        rows_unknown=sum(row.id not in known for row in run.rows),
    )


def backend_page(backend: Backend, say: Language) -> BackendPage:
    """Return what the page of a backend says."""
    report = backend.report
    return BackendPage(
        link=backend_link(backend),
        name=report.backend,
        adapter=backend.adapter,
        run=backend.run,
        copyjob=report.copyjob,
        verdict=report.verdict,
        powers=report.powers,
        missing=tuple(report.missing_powers),
        runs=tuple(_run(run, say) for run in report.runs),
    )


@dataclass(frozen=True)
class BackendsPage:
    """What the page of all backends says: each with its runs in brief."""

    backends: tuple[BackendPage, ...]


def backends_page(book: Book) -> BackendsPage:
    """Return what the page of all backends says."""
    return BackendsPage(tuple(backend_page(backend, book.say) for backend in book.backends))
