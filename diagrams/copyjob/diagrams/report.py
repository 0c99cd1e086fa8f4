"""``report.html``: one file, rendered from one report file, that works offline, printed, and without a
script.

Laws:

1. The verdict stands on top, divergences come first and in full, and nothing is told by colour alone.
2. Each divergence shows what is known of it as pictures: its path on the life cycle, who called when, what was said.

What this module does not know: the JSON of a report (:mod:`copyjob.diagrams.report_file`), how a picture is
drawn, how a page is dressed (:mod:`copyjob.diagrams.report_page`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from copyjob.diagrams import style
from copyjob.diagrams.language import ENGLISH, Language
from copyjob.diagrams.lifecycle import lifecycle
from copyjob.diagrams.overlay import overlay_of
from copyjob.diagrams.path import path_of
from copyjob.diagrams.render import render_inline
from copyjob.diagrams.report_page import SIGNS, WORST_FIRST, render_page, row_sign
from copyjob.diagrams.report_parts import Check, Divergence, Report, ReportClause, ReportRow, Run
from copyjob.diagrams.sequence import sequence_svg, sequence_title
from copyjob.diagrams.timeline import side_by_side, timeline_svg
from copyjob.spec.citations import CLAUSES
from copyjob.spec.table import table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markupsafe import Markup

    from copyjob.diagrams.marks import Overlay
    from copyjob.diagrams.svg import Caption
    from copyjob.spec.table import Table

__all__ = ["SIGNS", "matrix", "report_html", "row_sign"]


@dataclass(frozen=True)
class RowLine:
    """A row with its sign in the table of rows."""

    item: ReportRow
    guard: str
    """Its guard, in the reader's language where it is that of the table here."""
    sign: str
    known: str
    """Why the baseline expects it to diverge; empty where it does not."""


@dataclass(frozen=True)
class Cell:
    """A cell of a matrix: the sign of its rows together, and how many of them are discriminated."""

    sign: str
    count: str


@dataclass(frozen=True)
class MatrixLine:
    """A state and its cells, None where it has no row."""

    state: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Matrix:
    """States against operations, or against internal events."""

    title: str
    labels: tuple[str, ...]
    lines: tuple[MatrixLine, ...]


@dataclass(frozen=True)
class DivergenceBlock:
    """A divergence with its clauses and its pictures: path, messages, callers; empty where none is told."""

    item: Divergence
    clauses: tuple[ReportClause, ...]
    path: Markup | str
    sequence: Markup | str
    timeline: Markup | str


@dataclass(frozen=True)
class RunPage:
    """All that the page shows of one dialect."""

    run: Run
    name: str
    diagram: Markup
    rows_unknown: int
    rows: tuple[RowLine, ...]
    matrices: tuple[Matrix, ...]
    divergences: tuple[DivergenceBlock, ...]
    skipped: tuple[tuple[str, tuple[str, ...]], ...]
    signs_used: tuple[str, ...]


def matrix(rows: Iterable[ReportRow], kind: str, title: str) -> Matrix:
    """Return the matrix of states and the labels of one kind (``operation`` or ``event``), ordered as in
    the report.
    """
    cells: dict[tuple[str, str], list[ReportRow]] = {}
    states: dict[str, None] = {}
    labels: dict[str, None] = {}
    for row in rows:
        states[row.source] = None
        if row.kind == kind:
            labels[row.label] = None
            cells.setdefault((row.source, row.label), []).append(row)

    def cell(state: str, label: str) -> Cell | None:
        found = cells.get((state, label))
        if not found:
            return None
        return Cell(style.combined(map(row_sign, found)), f"{sum(row.discriminated for row in found)}/{len(found)}")

    lines = tuple(MatrixLine(state, tuple(cell(state, label) for label in labels)) for state in states)
    return Matrix(title, tuple(labels), lines)


def _judgements(run: Run) -> tuple[ReportRow | Check, ...]:
    return (*run.rows, *run.checks)


def _skipped(run: Run, say: Language) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what was skipped or left undecided, by reason."""
    by_reason: dict[str, list[str]] = {}
    for item in _judgements(run):
        if item.verdict in ("skipped", "inconclusive"):
            reason = item.reason or say("no reason given")
            by_reason.setdefault(f"{say(item.verdict)}, {reason}", []).append(item.id)
    return tuple((reason, tuple(ids)) for reason, ids in by_reason.items())


def drawn(overlay: Overlay, caption: Caption, of: Table, id_prefix: str, say: Language) -> Markup:
    """Return a life cycle with an overlay as an element of a page, its ids prefixed."""
    from markupsafe import Markup

    # Markup: it is made here, as an XML tree, whose texts are escaped when they are written.
    return Markup(render_inline(lifecycle(of, overlay, say), caption, id_prefix))  # noqa: S704 see above


def divergence_blocks(run: Run, backend: str, id_prefix: str, say: Language) -> tuple[DivergenceBlock, ...]:
    """Return the divergences of a run with their pictures, whose ids begin with a prefix."""
    from markupsafe import Markup

    blocks: list[DivergenceBlock] = []
    for at, item in enumerate(run.divergences, start=1):
        path = path_of(item, run, backend, say)
        title = sequence_title(item, backend, say)
        callers = say("Callers of {divergence}", divergence=item.id)
        # Markup: made here as XML trees, as the life cycle is.
        blocks.append(
            DivergenceBlock(
                item,
                tuple(_in_language(clause, say) for clause in item.clauses),
                "" if path is None else drawn(path, path.caption, path.of, f"{id_prefix}path-{at}-", say),
                Markup(sequence_svg(item.sequence, title, f"{id_prefix}sequence-{at}-", say))  # noqa: S704 see above
                if item.sequence
                else "",
                Markup(timeline_svg(item.calls, callers, f"{id_prefix}timeline-{at}-", say))  # noqa: S704 see above
                if side_by_side(item.calls)
                else "",
            )
        )
    return tuple(blocks)


def _in_language(clause: ReportClause, say: Language) -> ReportClause:
    """Return a clause in the reader's language where its text is that of the specification here."""
    known = CLAUSES.get(clause.key)
    if known is None or known.text != clause.text:
        return clause
    return ReportClause(clause.key, say(known.text), clause.url)


def _guard(row: ReportRow, of: Table, say: Language) -> str:
    known = of.by_id.get(row.id)
    return row.guard if known is None or known.guard.english != row.guard else say(row.guard)


def _page(run: Run, backend: str, say: Language) -> RunPage:
    name, own = run.dialect.value, table(run.dialect)
    overlay = overlay_of(run, backend, say)
    known_why = {name: found.known for found in run.divergences if found.known for name in found.rows}
    lines = tuple(RowLine(row, _guard(row, own, say), row_sign(row), known_why.get(row.id, "")) for row in run.rows)
    used = {line.sign for line in lines}
    return RunPage(
        run=run,
        name=name,
        diagram=drawn(overlay, overlay.caption, own, f"{name}-", say),
        rows_unknown=sum(row.id not in own.by_id for row in run.rows),
        rows=lines,
        matrices=(
            matrix(run.rows, "operation", say("States and operations")),
            matrix(run.rows, "event", say("States and internal events")),
        ),
        divergences=divergence_blocks(run, backend, f"{name}-", say),
        skipped=_skipped(run, say),
        signs_used=tuple(sign for sign in WORST_FIRST if sign in used),
    )


def clauses_of(runs: Iterable[Run], say: Language) -> list[ReportClause]:
    """Return every clause that runs cite, with the specification's text and address."""
    keys = {key for run in runs for item in _judgements(run) for key in item.cites}
    found: list[ReportClause] = []
    for key in sorted(keys, key=_natural):
        clause = CLAUSES.get(key)
        url = clause.pages[0].url if clause is not None and clause.pages else ""
        found.append(ReportClause(key, say(clause.text) if clause is not None else "", url))
    return found


def _natural(key: str) -> tuple[str | int, ...]:
    """Order ``decision/9`` before ``decision/10``."""
    return tuple(int(part) if part.isdigit() else part for part in re.split(r"(\d+)", key))


def report_html(report: Report, say: Language = ENGLISH) -> str:
    """Return the whole page. Raises RenderError where no picture can be made."""
    return render_page(
        "report.html.j2",
        say,
        report=report,
        pages=[_page(run, report.backend, say) for run in report.runs],
        clauses=clauses_of(report.runs, say),
        divergences_total=sum(len(run.divergences) for run in report.runs),
        known_total=sum(bool(found.known) for run in report.runs for found in run.divergences),
    )
