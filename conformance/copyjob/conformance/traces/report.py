"""What is told of a trace: its verdict, and of every finding what would have been possible, and why.

Law: the rows that are named are those by which the line itself, or the last line before it that the sub-trace needs,
can have come about. Which of them is wrong is not known: the trace shows that they do not go together.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from copyjob.conformance.catalogue import sentence
from copyjob.conformance.explain import permitted
from copyjob.conformance.observation import Called, Observation, Several, Told, tell
from copyjob.conformance.oracle import Judge
from copyjob.conformance.report import clause_told
from copyjob.conformance.report_data import Clause, Count
from copyjob.conformance.traces.lines import STANDARD_INPUT, Call, Line, line_of, opened
from copyjob.conformance.traces.shortest import Step, history, shortest, sub_trace
from copyjob.conformance.traces.verify import Finding, Verifier
from copyjob.spec.compiled import Label
from copyjob.spec.rows import Row
from copyjob.spec.table import full_table
from copyjob.spec.vocabulary import Dialect, JobState

FORMAT: Final = "copyjob-verify"
VERSION: Final = 1
TOLD_MAX: Final = 10
"""Of so many jobs, the first, what they did is told in full."""
ROWS_MAX: Final = 6

Verdict = Literal["conforms", "diverges", "unjudged"]
ExitCode = Literal[0, 1, 4]
EXIT_CODES: Final[dict[Verdict, ExitCode]] = {"conforms": 0, "diverges": 1, "unjudged": 4}


class RowTold(msgspec.Struct, frozen=True, kw_only=True):
    """A row that the finding is about."""

    id: str
    level: Literal["MUST", "SHOULD", "MAY"]
    sentence: str


class SubLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a sub-trace, with its number in the file."""

    number: Count
    line: dict[str, Any]


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A line that is impossible."""

    line: Count
    job: str
    seen: str
    permitted: tuple[str, ...]
    """What would have been possible instead."""
    rows: tuple[RowTold, ...]
    clauses: tuple[Clause, ...]
    of_lines: Count
    """How many lines the job has up to here, or the most that were looked at."""
    shortest: tuple[SubLine, ...]
    """The fewest lines that are already impossible; empty where the trace is too long to find them."""
    sub_trace: str
    """The same as a trace of its own."""


class TraceReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one trace."""

    file: str
    verdict: Verdict
    dialect: Literal["BITS", "DO"]
    complete: tuple[Literal["calls", "events"], ...]
    """What it says to tell wholly."""
    lines: Count
    jobs: Count
    jobs_from_before: Count
    """How many of them were there before it, so that they were believed to be anywhere."""
    lines_missing: Count
    """As the numbers of the others tell."""
    not_judged: dict[str, Count]
    """Lines that were read and not judged, or not wholly, by the reason."""
    jobs_impossible: Count
    found: tuple[Found, ...]
    """What the first `TOLD_MAX` of them did."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What ``copyjob verify --json`` writes."""

    format: Literal["copyjob-verify"] = FORMAT
    version: Literal[1] = VERSION
    exit_code: ExitCode
    traces: tuple[TraceReport, ...]


@contextmanager
def kept(path: Path) -> Generator[Path]:
    """Give a file that can be read twice: standard input is copied into one."""
    if path != STANDARD_INPUT:
        yield path
        return
    with tempfile.NamedTemporaryFile() as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy)
        copy.flush()
        yield Path(copy.name)


def judged(path: Path) -> TraceReport:
    """Read and judge one trace. UsageError: it, or a line of it, cannot be read."""
    where = "standard input" if path == STANDARD_INPUT else str(path)
    with kept(path) as file:
        with opened(file) as stream:
            verifier = Verifier(stream, where)
            result = verifier.run()
        told = result.impossible[:TOLD_MAX]
        steps: dict[str, list[Step]] = {}
        if told:
            with opened(file) as stream:
                steps = history(stream, where, verifier.track, told)
    verdict: Verdict = "diverges" if result.impossible else "conforms" if result.telling else "unjudged"
    return TraceReport(
        file=where,
        verdict=verdict,
        dialect=result.start.dialect,
        complete=result.start.complete,
        lines=result.lines,
        jobs=result.jobs,
        jobs_from_before=result.from_before,
        lines_missing=result.missing,
        not_judged={
            reason.value: count for reason, count in sorted(result.unjudged.items(), key=lambda at: at[0].value)
        },
        jobs_impossible=len(result.impossible),
        found=tuple(_found(verifier, each, steps[each.job]) for each in told),
    )


def report(traces: Sequence[TraceReport]) -> Report:
    """Return the report about several traces; the exit code is that of the gravest verdict."""
    verdicts = {trace.verdict for trace in traces}
    order: tuple[Verdict, ...] = ("diverges", "unjudged", "conforms")
    gravest: Verdict = next(verdict for verdict in order if verdict in verdicts)
    return Report(exit_code=EXIT_CODES[gravest], traces=tuple(traces))


def _found(verifier: Verifier, finding: Finding, steps: Sequence[Step]) -> Found:
    chosen = shortest(verifier.track, steps)
    rows = _rows(verifier, finding, chosen or steps[-2:])
    last = line_of(steps[-1].line)
    cites = dict.fromkeys(key for row in rows for key in row.cites)
    if isinstance(last, Call) and last.failed:
        cites["decision/13"] = None  # a refused call changes nothing
    judge = finding.before.wide.judge
    return Found(
        line=finding.number,
        job=finding.job,
        seen=tell(finding.observation),
        permitted=tuple(permitted(judge, finding.rejection)),
        rows=tuple(RowTold(id=row.id, level=row.level.value, sentence=sentence(row)) for row in rows),
        clauses=tuple(map(clause_told, cites)),
        of_lines=len(steps),
        shortest=tuple(SubLine(number=step.number, line=_plain(line_of(step.line))) for step in chosen),
        sub_trace=sub_trace(verifier.track, verifier.judged.start, steps, chosen) if chosen else "",
    )


def _plain(line: Line) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(line)
    return plain


def _rows(verifier: Verifier, finding: Finding, steps: Sequence[Step]) -> list[Row]:
    """Return the rows that the finding is about, as the specification has them."""
    meaning, seen = verifier.meaning, finding.observation
    judge, spec = finding.before.wide.judge, full_table(Dialect(verifier.judged.start.dialect)).by_id
    began = _states(judge, finding.began.wide.reached[meaning.usual])
    now = _states(judge, finding.rejection.before)
    for step in reversed(steps):
        told = meaning.observations(line_of(step.line))
        own = step is steps[-1]
        if own:
            told = told[: told.index(seen) + 1]
        labels = {label: hresult for observation in told for label, hresult in _labels(observation)}
        if not labels:
            continue
        found: list[Row] = []
        for row in judge.table.rows:
            if row.label not in labels or (own and row.source not in began):
                continue
            hresult = labels[row.label]
            dests = {a.dest for a in row.answers if hresult is None or a.hresult == hresult}
            if dests & now or (own and isinstance(seen, Called | Told)):
                found.append(spec[row.id])
        return found[:ROWS_MAX]
    return []


def _states(judge: Judge, bits: int) -> set[JobState]:
    return {state for state, own in judge.table.by_state.items() if own & bits}


def _labels(observation: Observation) -> list[tuple[Label, int | None]]:
    match observation:
        case Called(operation, hresult, _) | Several(operation, hresult, _):
            return [(operation, hresult)]
        case Told(ways, _):
            return [(event, None) for way in ways for event in way]
        case _:
            return []
