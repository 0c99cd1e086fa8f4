"""``copyjob check``: drive a backend through every state and judge what it does; write the report.

The picture of the report is drawn by another room: the command asks the dispatcher to run ``copyjob report`` after it.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True)
class Result:
    """What the dispatcher is told: the exit code, and the command lines to run afterwards."""

    exit_code: int
    follow_ups: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Check:
    """The command."""

    summary: str = "check a backend against the table, over real HTTP on loopback"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        from copyjob.spec.console import take_dialects

        parser.add_argument("backend", help="a registered name such as `reference`, or module:Class")
        take_dialects(parser, "all it declares")
        parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of the random plans (default 0)")
        parser.add_argument(
            "--walks", type=int, default=16, metavar="N", help="long random plans a dialect (default 16)"
        )
        parser.add_argument("--jobs", type=int, metavar="N", help="processes, for a backend that declares `instances`")
        parser.add_argument(
            "-o",
            "--output-dir",
            type=Path,
            metavar="DIR",
            help="write report.json, report.html and junit.xml here",
        )
        parser.add_argument("--quiet", action="store_true", help="no verdict a row, only divergences and the summary")

    def run(self, args: argparse.Namespace) -> Result:
        """Check, print, write; the exit code is the gravest verdict's."""
        from copyjob.conformance.check import Settings, check, usable_processors
        from copyjob.conformance.report import (
            EXIT_CODES,
            Frame,
            dumps,
            overall,
            to_json,
            to_junit,
        )
        from copyjob.conformance.screen import Screen, noted_threads, progress_bars
        from copyjob.spec.console import UsageError, write_whole
        from copyjob.spec.vocabulary import Dialect

        if args.walks < 0 or (args.jobs is not None and args.jobs < 1):
            raise UsageError("--walks takes 0 or more, --jobs takes 1 or more")
        output: Path | None = args.output_dir
        if output is not None:
            _writable(output)
        settings = Settings(
            backend=args.backend,
            dialects=tuple(Dialect(name) for name in dict.fromkeys(args.dialect or ())),
            seed=args.seed,
            jobs=args.jobs or usable_processors(),
            walks=args.walks,
        )
        started, start = datetime.now(UTC).isoformat(timespec="seconds"), time.monotonic()
        with progress_bars() as told, noted_threads() as notes:
            declared, judgements = check(settings, told)
        frame = Frame(declared, started, time.monotonic() - start, args.seed)
        data = to_json(frame, judgements)
        screen = Screen()
        screen.report(data, rows=not args.quiet)
        for note in notes:
            screen.say(f"note: {note}")
        verdict = overall(judgements)
        if output is None:
            return Result(EXIT_CODES[verdict])
        report, html, junit = output / "report.json", output / "report.html", output / "junit.xml"
        for path, text in ((report, dumps(data)), (junit, to_junit(frame, judgements))):
            try:
                write_whole(path, text)
            except OSError as error:
                raise UsageError(
                    f"{path} cannot be written: {error.strerror}; make room, or name another folder with -o"
                ) from None
        sys.stdout.write(f"wrote {report}\nwrote {junit}\n")
        sys.stdout.flush()
        return Result(EXIT_CODES[verdict], (("report", str(report), "-o", str(html)),))


def _writable(folder: Path) -> None:
    """Find out before the work, not after it, that a report cannot be written."""
    import tempfile

    from copyjob.spec.console import UsageError

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UsageError(f"cannot write to {folder}: {error.strerror}; name another folder with -o") from None


CHECK = Check()
