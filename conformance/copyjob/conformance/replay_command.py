"""``copyjob replay``: run the plan of a replay file again, several times, and tell how often it shows it."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ReplayCommand:
    """The command."""

    summary: str = "run the plan of one divergence again, from its replay file"
    group: str = "around check"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument("file", type=Path, metavar="FILE", help="a replay file, from the output folder of a check")
        parser.add_argument("--backend", metavar="NAME", help="run it on this backend; default: the one in the file")
        parser.add_argument(
            "--wire", choices=("http", "memory"), help="over HTTP or in memory; default: as in the file"
        )
        parser.add_argument("--times", type=int, default=3, metavar="N", help="how often (default 3)")
        parser.add_argument("--quiet", action="store_true", help="only how often it was shown, and the verdict")

    def run(self, args: argparse.Namespace) -> int:
        """Run, print the first run that shows it, or the first of the gravest; return the code of the gravest verdict.

        Raises UsageError.
        """
        from copyjob.conformance import replay_file
        from copyjob.conformance.check import load_for
        from copyjob.conformance.confirm import divergences_of, overlooking
        from copyjob.conformance.ground import Wire, standing_on
        from copyjob.conformance.record import Verdict
        from copyjob.conformance.replay import open_bench, told
        from copyjob.conformance.report import EXIT_CODES
        from copyjob.spec.console import UsageError, say
        from copyjob.spec.vocabulary import Dialect

        if args.times < 1:
            raise UsageError("--times takes 1 or more")
        found = replay_file.read(args.file)
        dialect = Dialect(found.dialect)
        wire = Wire(args.wire or found.wire)
        declared = standing_on(load_for(args.backend or found.backend, [dialect]), wire)
        shown, verdicts = 0, list[Verdict]()
        telling = (len(_TELLING) + 1, 0, list[str]())
        with open_bench(declared, dialect, wire, found.seed) as bench:
            for number in range(args.times):
                record = bench.run_patiently(found.plan, overlooking=overlooking(bench.judge, found.known))
                divergences = divergences_of(bench.judge, record)
                shows = any(set(found.named) & each.named for each in divergences)
                shown += shows
                verdicts.append(record.verdict)
                rank = 0 if shows else 1 + _TELLING.index(record.verdict.value)
                if rank < telling[0]:
                    telling = (rank, number + 1, told(record, divergences))
        if not args.quiet:
            say(f"run {telling[1]} of {args.times}:")
            for line in telling[2]:
                say(line)
        for note in bench.notes:
            say(f"note: {note}")
        if found.named:
            say(f"{' or '.join(found.named)}: shown {shown} of {args.times} times")
        verdict = next(each for each in _TELLING if each in {v.value for v in verdicts})
        say(f"{declared.name}, {dialect.value}: {verdict}")
        return EXIT_CODES[Verdict(verdict)]


_TELLING = ("diverges", "errored", "inconclusive", "conforms")
"""Verdicts of one run, the gravest first; the first run of the gravest kind is printed."""

REPLAY = ReplayCommand()
