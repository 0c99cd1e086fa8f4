"""Compare: several reports side by side, the matrix of checks over backends.

Laws:

1. A verdict is compared with verdicts on the same table only: where table digests differ, that is said before all else,
   never hidden. One table all the same are the two of this kit, of which that for backends with the power ``by_id``
   permits one answer more; which is told too. A check that a report does not have is told as such.
2. Every view (terminal, Markdown, JSON) shows the same data.
"""

from __future__ import annotations

import string
import textwrap
from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from copyjob.conformance.gates import measures
from copyjob.conformance.interface import Power
from copyjob.conformance.markdown import code, in_cell
from copyjob.conformance.report_data import Dialect, ItemVerdict, Report, RunVerdict
from copyjob.conformance.settings import table_of
from copyjob.spec import vocabulary

FORMAT: Final = "copyjob-comparison"
VERSION: Final = 1
SIGNS: Final = {
    "conforms": "✓",
    "diverges": "✗",
    "skipped": "–",
    "inconclusive": "?",
    "errored": "!",
    "unjudged": "○",
    "absent": " ",
}
_WIDTH: Final = 80
_DIALECTS: Final[tuple[Dialect, ...]] = ("BITS", "DO")

Found = ItemVerdict | Literal["absent"]


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One report in one dialect."""

    key: str
    file: str
    backend: str
    copyjob: str
    verdict: RunVerdict
    table_digest: str
    coverage: dict[str, tuple[int, int]]
    divergences: int
    part: bool
    """Only a part was judged, by ``--only`` or ``--skip``."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One check in every column."""

    id: str
    verdicts: tuple[Found, ...]
    differs: bool
    """Whether the columns do not agree, or do so in a divergence; what was not chosen differs from nothing."""


class Matrix(msgspec.Struct, frozen=True, kw_only=True):
    """All reports in one dialect."""

    dialect: Dialect
    same_table: bool
    by_id: tuple[str, ...]
    """The keys of the columns to which E_NOT_FOUND is permitted in a final state, where it is not to all."""
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is compared."""

    format: Literal["copyjob-comparison"] = FORMAT
    version: Literal[1] = VERSION
    matrices: tuple[Matrix, ...]


def compare(reports: Sequence[tuple[str, Report]]) -> Comparison:
    """Return the comparison of reports, each with the name of its file, in their order."""
    return Comparison(matrices=tuple(matrix for dialect in _DIALECTS if (matrix := _matrix(dialect, reports)).columns))


def _key(number: int) -> str:
    """Return A to Z, then AA and so on."""
    letters = string.ascii_uppercase
    return (_key(number // len(letters) - 1) if number >= len(letters) else "") + letters[number % len(letters)]


def _matrix(dialect: Dialect, reports: Sequence[tuple[str, Report]]) -> Matrix:
    runs = [
        (_key(number), file, report, run)
        for number, (file, report) in enumerate(reports)
        for run in report.runs
        if run.dialect == dialect
    ]
    verdicts: list[dict[str, Found]] = [{item.id: item.verdict for item in run.items} for *_, run in runs]
    parts = [bool(report.selection.only or report.selection.skip) for *_, report, _ in runs]
    lines: list[Line] = []
    for name in dict.fromkeys(name for found in verdicts for name in found):
        marks: tuple[Found, ...] = tuple(found.get(name, "absent") for found in verdicts)
        told = {mark for mark, part in zip(marks, parts, strict=True) if not (part and mark == "absent")}
        lines.append(Line(id=name, verdicts=marks, differs=len(told) > 1 or "diverges" in told))
    own = {by_id: table_of(vocabulary.Dialect(dialect), by_id=by_id).digest for by_id in (False, True)}
    knows = {key: Power.BY_ID.value in report.backend.powers for key, _, report, _ in runs}
    ours = all(run.table_digest == own[knows[key]] for key, *_, run in runs)
    return Matrix(
        dialect=dialect,
        same_table=ours or len({run.table_digest for *_, run in runs}) <= 1,
        by_id=tuple(key for key, known in knows.items() if known and ours) if len(set(knows.values())) > 1 else (),
        columns=tuple(
            Column(
                key=key,
                file=file,
                backend=report.backend.name,
                copyjob=report.copyjob,
                verdict=run.verdict,
                table_digest=run.table_digest,
                coverage=dict(measures(run.coverage)),
                divergences=len(run.divergences),
                part=part,
            )
            for (key, file, report, run), part in zip(runs, parts, strict=True)
        ),
        lines=tuple(lines),
    )


def _shown(matrix: Matrix, *, every: bool) -> list[Line]:
    return [line for line in matrix.lines if every or line.differs]


_OTHER_TABLES: Final = (
    "The tables differ: these reports were judged by other rules, and the same id may ask for something else."
)


def _notes(matrix: Matrix) -> list[str]:
    """Return what is to be known before the columns are read."""
    notes = [] if matrix.same_table else [_OTHER_TABLES]
    if matrix.by_id:
        notes.append(
            f"Who knows a job by its id alone ({', '.join(matrix.by_id)}) may answer E_NOT_FOUND in a final state, "
            "where the others may not."
        )
    return notes


def to_text(comparison: Comparison, *, every: bool = False) -> str:
    """Return the comparison for a terminal of 80 columns; ``every`` shows also where all agree."""
    lines: list[str] = []
    for matrix in comparison.matrices:
        lines.append(f"{matrix.dialect}")
        for note in _notes(matrix):
            lines += textwrap.wrap(note, _WIDTH, initial_indent="  ", subsequent_indent="  ")
        for column in matrix.columns:
            discriminated, of = column.coverage["must"]
            lines.append(f"  {column.key}  {column.verdict:<12} {discriminated}/{of} MUST  {column.backend}")
            part = ", a part only" if column.part else ""
            lines.append(f"     {column.file}, table {column.table_digest}, copyjob {column.copyjob}{part}")
        shown = _shown(matrix, every=every)
        if shown:
            width = max(len(line.id) for line in shown)
            lines += ["", f"  {'check':<{width}}  {'  '.join(column.key for column in matrix.columns)}"]
            lines += [_text_line(line, matrix.columns, width) for line in shown]
        agree = len(matrix.lines) - len(shown)
        lines += [f"  {agree} checks are the same everywhere" if agree else "", ""]
    signs = ", ".join(f"{sign} {word}" for word, sign in SIGNS.items() if sign.strip())
    return "\n".join([*lines, *textwrap.wrap(f"{signs}, blank: not in that report", _WIDTH)]) + "\n"


def _text_line(line: Line, columns: Sequence[Column], width: int) -> str:
    marks = [f"{SIGNS[verdict]:<{len(column.key)}}" for verdict, column in zip(line.verdicts, columns, strict=True)]
    return f"  {line.id:<{width}}  {'  '.join(marks)}".rstrip()


def to_markdown(comparison: Comparison, *, every: bool = False) -> str:
    """Return the comparison as Markdown."""
    lines = ["# copyjob comparison", ""]
    for matrix in comparison.matrices:
        shown = _shown(matrix, every=every)
        agree = f"{len(matrix.lines) - len(shown)} checks are the same everywhere."
        lines += [f"## {matrix.dialect}", "", *markdown_head(matrix), agree, "", *markdown_table(matrix, shown)]
    return "\n".join(lines).rstrip() + "\n"


def markdown_head(matrix: Matrix) -> list[str]:
    """Return who is compared in one dialect, in lines of Markdown."""
    lines = [line for note in _notes(matrix) for line in (f"**{note}**", "")]
    lines += ["| | backend | verdict | MUST | divergences | table | report |", f"|{' --- |' * 7}"]
    for column in matrix.columns:
        discriminated, of = column.coverage["must"]
        lines.append(
            f"| {column.key} | {in_cell(code(column.backend))} | {column.verdict} | {discriminated}/{of} "
            f"| {column.divergences} | {code(column.table_digest)} | {in_cell(code(column.file))} |"
        )
    return [*lines, ""]


def markdown_table(matrix: Matrix, lines: Sequence[Line]) -> list[str]:
    """Return some lines of a matrix as a table in lines of Markdown; nothing where there is none."""
    if not lines:
        return []
    return [
        f"| check | {' | '.join(column.key for column in matrix.columns)} |",
        f"|{' --- |' * (len(matrix.columns) + 1)}",
        *(f"| {code(line.id)} | {' | '.join(f'{SIGNS[v]} {v}'.strip() for v in line.verdicts)} |" for line in lines),
        "",
    ]


def to_json(comparison: Comparison) -> str:
    """Return the comparison as JSON, with every check."""
    return msgspec.json.format(msgspec.json.encode(comparison), indent=1).decode() + "\n"
