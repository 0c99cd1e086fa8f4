"""``copyjob verify FILE...``: judge recorded traces against the table."""

from __future__ import annotations

import argparse
import json
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from copyjob.conformance.traces.report import Found, TraceReport

WIDTH: Final = 100
_WORDS: Final = {"conforms": "CONFORMS", "diverges": "DIVERGES", "unjudged": "NOTHING JUDGED"}


@dataclass(frozen=True)
class Verify:
    """The command."""

    summary: str = "judge recorded traces of a backend against the table"
    group: str = "around check"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument(
            "traces",
            nargs="+",
            type=Path,
            metavar="FILE",
            help="a trace as NDJSON, or what bitsadmin printed; compressed by gzip or not; - reads it",
        )
        parser.add_argument(
            "--format", choices=("trace", "bitsadmin"), help="default: by the first lines; of standard input, a trace"
        )
        parser.add_argument("--json", type=Path, metavar="FILE", help="write what was found for programs")
        parser.add_argument(
            "--sub-trace",
            type=Path,
            metavar="FILE",
            help="write the shortest sub-trace that is already impossible, as a trace of its own",
        )

    def run(self, args: argparse.Namespace) -> int:
        """Judge, print, write; 0 conforms, 1 diverges, 4 where nothing could be judged."""
        from copyjob.conformance.traces.report import judged, report
        from copyjob.conformance.traces.snapshots_command import are_snapshots, verify_snapshots
        from copyjob.spec.console import UsageError, check_writable, say, write_or_refuse

        for path, option in ((args.json, "--json"), (args.sub_trace, "--sub-trace")):
            if path is not None:
                check_writable(path, f"name another file with {option}")
        if are_snapshots(args.traces, args.format):
            return verify_snapshots(args.traces, args.json, args.sub_trace)
        told: list[TraceReport] = []
        problem: UsageError | None = None
        for path in args.traces:
            try:
                told.append(judged(path))
            except UsageError as error:
                problem = problem or error
                continue
            for line in lines_of(told[-1]):
                say(line)
        if problem is not None:
            raise problem
        whole = report(told)
        if args.json is not None:
            import msgspec

            text = msgspec.json.format(msgspec.json.encode(whole), indent=1).decode() + "\n"
            write_or_refuse(args.json, text, "--json")
        if args.sub_trace is not None:
            sub = next((found.sub_trace for trace in told for found in trace.found if found.sub_trace), "")
            if sub:
                write_or_refuse(args.sub_trace, sub, "--sub-trace")
            else:
                say("nothing is impossible: no sub-trace was written")
        return whole.exit_code


def lines_of(trace: TraceReport) -> list[str]:
    """Return what is printed about a trace."""
    wholly = " and ".join(trace.complete)
    told = [
        f"{trace.file}: {_WORDS[trace.verdict]}",
        f"  {trace.dialect}, {trace.lines} lines, {trace.jobs} jobs; "
        + (f"{wholly} told wholly" if wholly else "neither calls nor events told wholly"),
    ]
    if trace.jobs_from_before:
        told.append(f"  {trace.jobs_from_before} jobs were there before, and may have been anywhere")
    if trace.lines_missing:
        told.append(f"  {trace.lines_missing} lines are missing, and whatever they may have told was held possible")
    told += [f"  not judged: {count} {reason}" for reason, count in trace.not_judged.items()]
    if trace.verdict == "unjudged":
        told.append("  whatever its lines had told, none of them could have been impossible")
    for found in trace.found:
        told += _found(found)
    more = trace.jobs_impossible - len(trace.found)
    if more > 0:
        told.append(f"  and {more} more jobs did what is impossible")
    return told


def _found(found: Found) -> list[str]:
    told = ["", f"  line {found.line} is impossible: job {found.job}"]
    told += _wrapped("seen", found.seen)
    told += _wrapped("permitted", "; ".join(found.permitted))
    for row in found.rows:
        told += _wrapped(f"{row.id} ({row.level})", row.sentence)
    for clause in found.clauses:
        told += _wrapped(clause.key, clause.text)
    if found.shortest:
        told.append(f"    the shortest part that shows it, {len(found.shortest)} of {found.of_lines} lines of the job:")
        told += [f"      {each.number:>6}  {json.dumps(each.line)}" for each in found.shortest]
    return told


def _wrapped(label: str, text: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=f"    {label}: ", subsequent_indent="      ", break_on_hyphens=False
    )


VERIFY = Verify()
