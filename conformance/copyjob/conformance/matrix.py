"""``python -m copyjob.conformance.matrix``: the matrix of backends, from the reports that are kept beside it.

Without arguments it writes ``conformance/matrix/matrix.md`` anew; ``--check`` tells whether it, or a report, is stale;
``--take FILE NAME REPORT [BASELINE]`` first puts a new report of a backend there, with what a baseline by now says of
it. Neither needs a backend, nor runs one.

Laws:

1. The matrix says what the kept reports say, and nothing else: what is compared is `compare`'s.
2. A report gets in whole and reduced, or not at all: a check of a part, one that broke or ended early, and one that
   was judged by another table is refused.
3. Which backends there are, and how each is run, stands in ``backends.toml``; no backend is known to this code.
4. A divergence is told as what was seen beside what is documented or decided, with what its baseline says of it.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from copyjob.conformance import baseline
from copyjob.conformance import report_data as d
from copyjob.conformance.compare import SIGNS, Matrix, compare, markdown_head, markdown_table
from copyjob.conformance.interface import Power
from copyjob.conformance.markdown import code, in_cell
from copyjob.conformance.outcome import settled
from copyjob.conformance.reduced import reduced
from copyjob.conformance.settings import table_of
from copyjob.spec import vocabulary
from copyjob.spec.console import UsageError, checkout_room, write_or_refuse

BACKENDS: Final = "backends.toml"
MATRIX: Final = "matrix.md"
_TOOL: Final = "copyjob.conformance.matrix"
_USAGE: Final = f"{_TOOL}: takes nothing, --check, or --take FILE NAME REPORT [BASELINE], in a source checkout"
_SAID: Final = {
    "conforms": "it conforms",
    "diverges": "it differs from what is documented, or decided where the documents are silent",
    "skipped": "what would show it is not declared by the adapter, or not told apart without it",
    "inconclusive": "too little was seen",
    "unjudged": "nothing came of it",
    "absent": "its report has no such check",
}


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One backend of the matrix, as ``backends.toml`` tells of it."""

    file: str
    """Its report beside the matrix, without ``.json``."""
    adapter: str
    """What drives it, in words."""
    link: str
    """Where the adapter is described, from the matrix on."""
    run: str
    """The command that checks it."""


class _Entries(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    backend: list[Entry]


def entries(folder: Path) -> list[Entry]:
    """Return the backends of the matrix in their order. UsageError, in one line, where they cannot be read."""
    path = folder / BACKENDS
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _Entries).backend
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is damaged: {error}") from None


def reports(folder: Path) -> list[tuple[Entry, d.Report]]:
    """Return the kept reports, each with its backend; one that is not there yet is left out."""
    paths = [(entry, folder / f"{entry.file}.json") for entry in entries(folder)]
    return [(entry, d.read(path)) for entry, path in paths if path.is_file()]


def take(folder: Path, file: str, name: str, report: Path, explained: Path | None = None) -> None:
    """Keep a new report of a backend, marked anew by a baseline. UsageError where it has no place in the matrix."""
    known = [entry.file for entry in entries(folder)]
    if file not in known:
        raise UsageError(f"{BACKENDS} has no backend {file!r}, but {', '.join(known)}; enter it there first")
    found = d.read(report)
    why = incomplete(found)
    if not why and not _current(found):
        why = "it was judged by another table; check it again with this kit"
    if why:
        raise UsageError(f"{report} has no place in the matrix: {why}")
    if explained is not None:
        marks = baseline.read(explained, [run.dialect for run in found.runs])
        found = settled(baseline.applied(found, marks))
    write_or_refuse(folder / f"{file}.json", d.dumps(reduced(found, name)))


def incomplete(report: d.Report) -> str:
    """Return why a report tells less than a whole check would; empty where it tells all."""
    if report.interrupted or report.not_begun or any(run.stopped for run in report.runs):
        return "the check did not come to its end; check it with --stop-after 0"
    if report.selection != d.Selection():
        return "only a part was judged; leave out --only and --skip"
    if any(run.errors for run in report.runs):
        return "the adapter broke; mend it first"
    return ""


def _current(report: d.Report) -> bool:
    """Return whether a report was judged by the table of this kit."""
    by_id = Power.BY_ID.value in report.backend.powers
    return all(run.table_digest == table_of(vocabulary.Dialect(run.dialect), by_id=by_id).digest for run in report.runs)


def stale(folder: Path) -> list[str]:
    """Return what is not as this code would write it, each in a line with the way out."""
    kept = reports(folder)
    known = {f"{entry.file}.json" for entry in entries(folder)}
    found = [
        f"{folder / f'{entry.file}.json'} is not reduced; take it in with --take"
        for entry, report in kept
        if reduced(report, report.backend.name) != report
    ]
    found += [
        f"{path} is of no backend that {BACKENDS} names; delete it, or enter the backend"
        for path in sorted(folder.glob("*.json"))
        if path.name not in known
    ]
    path = folder / MATRIX
    if not path.is_file() or path.read_text(encoding="utf-8") != document(folder):
        found.append(f"{path} is stale; make generate writes it anew")
    return found


def document(folder: Path) -> str:
    """Return the matrix as a page of Markdown."""
    kept = reports(folder)
    lines = [
        "# Backends side by side",
        "",
        "Made by `make generate` from the reports beside it; nobody edits it.",
        "How a backend gets in, and how what stands here is disputed: [Add your backend](../ADD-YOUR-BACKEND.md).",
        "",
        *_table(kept),
        "",
        "A sign tells what a check found, as far as the backend lets it be seen:",
        "",
        *(f"- {sign or 'blank'}: {_SAID[word]}" for word, sign in _signs()),
        "",
        "`copyjob explain ID` tells in words what a row asks for, and on what documents that rests.",
        "",
    ]
    comparison = compare([(f"{entry.file}.json", report) for entry, report in kept])
    for matrix in comparison.matrices:
        lines += [f"## {matrix.dialect}", "", *markdown_head(matrix), *_sections(matrix)]
    lines += ["## What diverges", ""]
    for _, report in kept:
        for run in report.runs:
            lines += _divergences(report, run)
    return "\n".join(lines).rstrip() + "\n"


def _sections(matrix: Matrix) -> list[str]:
    """Return what diverges anywhere; then, folded up, what is seen of some backends only."""
    diverging = [line for line in matrix.lines if "diverges" in line.verdicts]
    hidden = [line for line in matrix.lines if line.differs and line not in diverging]
    agree = len(matrix.lines) - len(diverging) - len(hidden)
    folded = f"<details><summary>{len(hidden)} checks in which nothing diverges, seen of some only</summary>"
    return [
        *markdown_table(matrix, diverging),
        *([folded, "", *markdown_table(matrix, hidden), "</details>", ""] if hidden else []),
        f"{agree} checks are the same everywhere.",
        "",
    ]


def _signs() -> list[tuple[str, str]]:
    return [(word, sign.strip()) for word, sign in SIGNS.items() if word in _SAID]


def _table(kept: Sequence[tuple[Entry, d.Report]]) -> list[str]:
    lines = ["| backend | adapter | checked by | kit | powers not declared |", f"|{' --- |' * 5}"]
    for entry, report in kept:
        kit = report.copyjob if _current(report) else f"{report.copyjob}, by an earlier table"
        powers = ", ".join(map(code, sorted(report.backend.missing_powers))) or "none"
        cells = (code(report.backend.name), f"[{entry.adapter}]({entry.link})", code(entry.run), kit, powers)
        lines.append(f"| {' | '.join(map(in_cell, cells))} |")
    return lines


def _divergences(report: d.Report, run: d.Run) -> list[str]:
    own = [entry for entry in report.baseline if entry.dialect == run.dialect and entry.sometimes]
    sometimes = {entry.id for entry in own}
    lines: list[str] = []
    for found in sorted(run.divergences, key=lambda found: found.id):
        shown = found.reproduced
        lines += [
            f"- {', '.join(map(code, found.named))}, {found.level}"
            + (", only sometimes" if sometimes.intersection(found.named) else ""),
            f"  - seen: {code(found.observation)}, {shown.times} of {shown.of} times",
            f"  - permitted: {', '.join(map(code, found.permitted))}",
            f"  - rests on {', '.join(map(_linked, found.clauses))}",
            f"  - {_confirmed(found.known)}",
        ]
    for entry in own:
        if entry.became != "seen":
            lines += [f"- {code(entry.id)}, only sometimes, and not in this check", f"  - {_confirmed(entry.reason)}"]
    return [f"### {report.backend.name}, {run.dialect}", "", *lines, ""] if lines else []


def _confirmed(reason: str) -> str:
    """Return how a divergence was confirmed, as its baseline tells it."""
    if not reason or reason == baseline.UNEXPLAINED:
        return "its baseline does not tell how this was confirmed"
    return " ".join(reason.split())


def _linked(clause: d.Clause) -> str:
    """Return the key of a clause with its document; a decision has weighed documents, and is none."""
    if not clause.url or clause.key.startswith("decision/"):
        return code(clause.key)
    return f"[{code(clause.key)}]({clause.url})"


def main(arguments: Sequence[str], folder: Path | None = None) -> int:
    """Write, check or take, as the module tells; return the exit code."""
    room = checkout_room(__file__)
    place = folder or (room and room / "matrix")
    match list(arguments):
        case [] | ["--check"] | ["--take", _, _, _] | ["--take", _, _, _, _] if place is not None:
            pass
        case _:
            sys.stderr.write(f"{_USAGE}\n")
            return 2
    try:
        match list(arguments):
            case ["--check"]:
                lines = stale(place)
                sys.stderr.write("".join(f"{line}\n" for line in lines))
                return 1 if lines else 0
            case [_, file, name, report, *explained]:
                take(place, file, name, Path(report), *map(Path, explained))
            case _:
                pass
        write_or_refuse(place / MATRIX, document(place))
    except UsageError as error:
        sys.stderr.write(f"{_TOOL}: {error.usage_message}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
