"""What ``copyjob merge`` does: read the parts, make the report, print it, write it."""

from __future__ import annotations

import argparse

from copyjob.conformance import baseline, gates, outputs, part_file
from copyjob.conformance.ending import Ending
from copyjob.conformance.ground import Wire
from copyjob.conformance.hearing import Hearing
from copyjob.conformance.merge import report_of, whole
from copyjob.conformance.settings import Settings
from copyjob.spec.console import check_writable


def run(args: argparse.Namespace) -> tuple[int, tuple[tuple[str, ...], ...]]:
    """Merge; return the exit code and the command lines that are to be run afterwards. Raises UsageError."""
    parts = whole([(path, part_file.read(path)) for path in args.parts])
    if args.write_baseline is not None:
        check_writable(args.write_baseline, "name another file with --write-baseline")
    names = [dialect.value for dialect in parts.dialects]
    known = None if args.baseline is None else baseline.read(args.baseline, names)
    ending = Ending(gates.wanted(args.require), known, args.write_baseline, args.output_dir, args.quiet)
    report = report_of(parts)
    with outputs.Outputs(args.output_dir) as files:
        hearing = Hearing(report.backend.name, files, lambda _: None, parts.choice)
        hearing.begin(
            Settings(report.backend.name, parts.dialects, seed=report.seed, wire=Wire(report.wire)), parts.dialects
        )
        return ending.told(ending.settled(report, hearing), files)
