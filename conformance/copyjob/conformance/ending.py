"""What becomes of a report once it is made: a baseline and gates are held against it, it is shown, it is written.

Laws:

1. It is the same whoever made the report: one check, or the parts of one merged.
2. The screen comes before the files: what was found is told even where nothing can be written any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from copyjob.conformance import baseline, gates, outputs
from copyjob.conformance.badge import to_badge
from copyjob.conformance.hearing import Hearing
from copyjob.conformance.junit import to_junit
from copyjob.conformance.markdown import to_markdown
from copyjob.conformance.outcome import settled
from copyjob.conformance.report_data import Report, dumps
from copyjob.conformance.screen import Screen
from copyjob.spec.console import say, write_or_refuse


@dataclass(frozen=True)
class Ending:
    """What is asked for at the end."""

    wanted: tuple[gates.Wanted, ...]
    known: baseline.Baseline | None
    write_baseline: Path | None
    output: Path | None
    quiet: bool

    def settled(self, report: Report, hearing: Hearing) -> Report:
        """Return a report with its replay files, with what is known and what was asked for, and with its exit code."""
        report = hearing.with_replays(report)
        if self.known is not None:
            report = baseline.applied(report, self.known)
        report = settled(msgspec.structs.replace(report, gates=gates.gates(report, self.wanted)))
        hearing.end(report)
        return report

    def told(
        self, report: Report, files: outputs.Outputs, notes: Iterable[str] = ()
    ) -> tuple[int, tuple[tuple[str, ...], ...]]:
        """Show a report and write it; return the exit code and the command lines that are to be run afterwards."""
        screen = Screen(files.folder)
        screen.report(report, rows=not self.quiet)
        for note in notes:
            screen.say(f"note: {note}")
        write(report, files)
        if self.write_baseline is not None:
            write_or_refuse(self.write_baseline, baseline.written(report, self.known), "--write-baseline")
        tell_files(files)
        if self.output is None:
            return report.exit_code, ()
        page = ("report", str(self.output / outputs.REPORT), "-o", str(self.output / outputs.PAGE))
        return report.exit_code, (page,)


def tell_files(files: outputs.Outputs) -> None:
    """Tell which files were written. UsageError: one could not be."""
    for path in files.written:
        # A replay file is named where its divergence is told.
        if path.parent == files.folder:
            say(f"wrote {path}")
    files.settle()


def write(report: Report, files: outputs.Outputs) -> None:
    """Write a report, as data and for other tools."""
    files.whole(outputs.REPORT, dumps(report))
    files.whole(outputs.JUNIT, to_junit(report))
    files.whole(outputs.SUMMARY, to_markdown(report))
    files.whole(outputs.BADGE, to_badge(report))
    files.clear()
