"""``report.html``: one file, rendered from one report file, that works offline, printed, and without a
script.

Laws:

1. Nothing is loaded: no font, no image, no style sheet, no script from anywhere. The
   Content-Security-Policy says so, and names the page's own style sheet and script by their digests.
2. Everything that comes from a report is escaped; a link is made of http and https addresses only.
3. The verdict stands on top, divergences come first and in full, and nothing is told by colour alone.

What this module does not know: the JSON of a report (:mod:`copyjob.diagrams.report_file`), how a picture is
drawn.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from copyjob.diagrams import style
from copyjob.diagrams.overlay import overlay_dot
from copyjob.diagrams.render import render_inline
from copyjob.diagrams.report_parts import Check, Divergence, Report, ReportClause, ReportRow, Run, Share
from copyjob.diagrams.sequence import sequence_svg
from copyjob.diagrams.svg import Caption
from copyjob.diagrams.timeline import side_by_side, timeline_svg
from copyjob.spec.table import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from markupsafe import Markup

SIGNS: Mapping[str, style.Sign] = {
    **{name: sign for name, sign in style.SIGNS.items() if name != "seen-instead"},
    "conforms": style.Sign("conforms", "✓", style.DISCRIMINATED.ink),
    "inconclusive": style.Sign("inconclusive", "?", style.JUDGED.ink),
    "errored": style.Sign("errored", "!", style.JUDGED.ink),
    "skipped": style.Sign("skipped", "–", style.NOT_SEEN.ink),
    "unjudged": style.Sign("not seen", "○", style.NOT_SEEN.ink),
}
"""A sign for every verdict of a report and every sign of a row."""

_WORST_FIRST = ("diverges", "errored", "inconclusive", "not-seen", "skipped", "judged", "discriminated")

VERDICT_SAYS = {
    "conforms": "Nothing was seen that a MUST forbids.",
    "diverges": "Something was seen that no row permits.",
    "inconclusive": "Nothing forbidden was seen, but too little was seen to say that it conforms.",
    "errored": "The adapter of the backend broke; this says nothing about the backend.",
}


@dataclass(frozen=True)
class RowLine:
    """A row with its sign in the table of rows."""

    item: ReportRow
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

    kind: str
    labels: tuple[str, ...]
    lines: tuple[MatrixLine, ...]


@dataclass(frozen=True)
class DivergenceBlock:
    """A divergence with the pictures of its messages and of callers side by side, empty where the report has none."""

    item: Divergence
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


def row_sign(row: ReportRow) -> str:
    """Return the sign of a row in tables, which tell skipped and inconclusive apart from not seen."""
    return row.verdict if row.verdict in ("skipped", "inconclusive", "errored") else row.sign


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


def _skipped(run: Run) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what was skipped or left undecided, by reason."""
    by_reason: dict[str, list[str]] = {}
    for item in _judgements(run):
        if item.verdict in ("skipped", "inconclusive"):
            by_reason.setdefault(f"{item.verdict}, {item.reason or 'no reason given'}", []).append(item.id)
    return tuple((reason, tuple(ids)) for reason, ids in by_reason.items())


def _page(run: Run, backend: str) -> RunPage:
    from markupsafe import Markup

    name = run.dialect.value
    known = table(run.dialect).by_id
    must = run.coverage["must"]
    caption = Caption(
        f"Life cycle of a {name} job with what was seen of {backend}",
        f"State diagram with coverage: {must.seen} of {must.of} MUST rows discriminated, "
        f"{len(run.divergences)} divergences. The tables below hold the same facts as text.",
    )
    # Markup: both pictures are made here, as XML trees, whose texts are escaped when they are written.
    diagram = Markup(render_inline(overlay_dot(run, backend), caption, f"{name}-"))  # noqa: S704 see above
    known_why = {name: found.known for found in run.divergences if found.known for name in found.rows}
    lines = tuple(RowLine(row, row_sign(row), known_why.get(row.id, "")) for row in run.rows)
    blocks = tuple(
        DivergenceBlock(
            item,
            Markup(sequence_svg(item.sequence, f"Sequence of {item.id}", f"{name}-sequence-{at}-"))  # noqa: S704 see above
            if item.sequence
            else "",
            Markup(timeline_svg(item.calls, f"Callers of {item.id}", f"{name}-timeline-{at}-"))  # noqa: S704 see above
            if side_by_side(item.calls)
            else "",
        )
        for at, item in enumerate(run.divergences, start=1)
    )
    used = {line.sign for line in lines}
    return RunPage(
        run=run,
        name=name,
        diagram=diagram,
        rows_unknown=sum(row.id not in known for row in run.rows),
        rows=lines,
        matrices=(
            matrix(run.rows, "operation", "operations"),
            matrix(run.rows, "event", "internal events"),
        ),
        divergences=blocks,
        skipped=_skipped(run),
        signs_used=tuple(sign for sign in _WORST_FIRST if sign in used),
    )


def _clauses(report: Report) -> list[ReportClause]:
    """Return every clause that the report cites, with the specification's text and address."""
    from copyjob.spec.citations import CLAUSES

    keys = {key for run in report.runs for item in _judgements(run) for key in item.cites}
    found: list[ReportClause] = []
    for key in sorted(keys, key=_natural):
        clause = CLAUSES.get(key)
        url = clause.pages[0].url if clause is not None and clause.pages else ""
        found.append(ReportClause(key, clause.text if clause is not None else "", url))
    return found


def _natural(key: str) -> tuple[str | int, ...]:
    """Order ``decision/9`` before ``decision/10``."""
    return tuple(int(part) if part.isdigit() else part for part in re.split(r"(\d+)", key))


def _anchor(key: str) -> str:
    return "clause-" + re.sub(r"[^A-Za-z0-9_-]", "-", key)


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _breakable(name: str) -> Markup:
    """Return a long name, escaped, that may be broken behind a slash or an underscore."""
    from markupsafe import Markup, escape

    return Markup(re.sub(r"([/_])", r"\1<wbr>", str(escape(name))))  # noqa: S704 escaped on this line


def _percent(share: Share) -> str:
    return f"{100 * share.seen / share.of:.1f}" if share.of else "0"


def _plain(number: float) -> str:
    return f"{number:,.0f}" if number == int(number) else f"{number:,.1f}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _style() -> str:
    """Return the page's style sheet: the colours of the style module as variables, the page's rules, the
    pictures' rules.
    """
    inks = {
        "ground": style.GROUND,
        "text": style.TEXT,
        "muted": style.MUTED,
        "frame": style.FRAME,
        "panel": style.CLASS_FILL["rule"],
        "operation": style.OPERATION,
        **{name: sign.ink for name, sign in SIGNS.items()},
    }
    light = "".join(f"--{name}:{ink.light};" for name, ink in inks.items())
    dark = "".join(f"--{name}:{ink.dark};" for name, ink in inks.items())
    verdicts = "".join(f".v-{name}{{color:var(--{name})}}\n" for name in SIGNS)
    return (
        f":root{{{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
        f"{_resource('report.css')}{verdicts}{style.style_sheet()}"
    )


def _resource(name: str) -> str:
    return (files("copyjob.diagrams") / "templates" / name).read_text(encoding="utf-8")


def _source(text: str) -> str:
    """Return the source expression of a policy that permits just this style sheet or script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def report_html(report: Report) -> str:
    """Return the whole page. Raises RenderError where no picture can be made."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    filters: dict[str, Any] = environment.filters
    filters |= {
        "anchor": _anchor,
        "breakable": _breakable,
        "is_web": _is_web,
        "percent": _percent,
        "plain": _plain,
        "words": _words,
    }
    page_style, script = _style(), _resource("report.js")
    policy = (
        f"default-src 'none'; style-src {_source(page_style)}; script-src {_source(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
    return environment.from_string(_resource("report.html.j2")).render(
        report=report,
        pages=[_page(run, report.backend) for run in report.runs],
        clauses=_clauses(report),
        divergences_total=sum(len(run.divergences) for run in report.runs),
        known_total=sum(bool(found.known) for run in report.runs for found in run.divergences),
        signs=SIGNS,
        verdict_says=VERDICT_SAYS,
        policy=policy,
        # Markup: the room's own files, the very bytes that the policy names.
        style=Markup(page_style),  # noqa: S704 see above
        script=Markup(script),  # noqa: S704 see above
    )
