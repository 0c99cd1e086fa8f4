"""``copyjob report``: one HTML page of one report, or of two side by side.

Laws:

1. Every report is read, and the page is whole, before anything is written.
2. A page never takes the place of a report.
3. This module imports nothing heavy before the command runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from copyjob.diagrams.language import CODES
from copyjob.spec.console import UsageError, write_or_refuse

if TYPE_CHECKING:
    import argparse

REPORTS_MAX: Final = 2


@dataclass(frozen=True)
class MakeReport:
    """The command ``copyjob report``."""

    summary: str = "make one HTML file of a report, or of two side by side"
    group: str = "around check"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument(
            "reports",
            metavar="report.json",
            type=Path,
            nargs="+",
            help="what copyjob check has written; two: both backends side by side",
        )
        parser.add_argument(
            "-o",
            dest="page",
            metavar="report.html",
            type=Path,
            help="default: beside the first report, with the ending .html",
        )
        parser.add_argument("--language", choices=CODES, default="en", help="of the page; default: en")

    def run(self, args: argparse.Namespace) -> int:
        """Read, render, write. Raises BadReportError, RenderError, UsageError."""
        from copyjob.diagrams.language import language
        from copyjob.diagrams.report import report_html
        from copyjob.diagrams.report_file import load
        from copyjob.diagrams.report_pair import pair_html

        sources: list[Path] = args.reports
        if len(sources) > REPORTS_MAX:
            told = f"no more than {REPORTS_MAX} reports go side by side, and {len(sources)} are given"
            raise UsageError(f"{told}; copyjob compare takes more")
        first = sources[0]
        beside = first.with_suffix(".html") if len(sources) == 1 else first.with_name(_both(sources))
        page: Path = args.page or beside
        for source in sources:
            if page.resolve() == source.resolve():
                raise UsageError(f"{page} is the report itself; give another file with -o")
        reports = {str(source): load(source) for source in sources}
        if len(sources) > 1 and len(reports) == 1:
            raise UsageError(f"{first} is given twice; give another report beside it")
        say = language(args.language)
        write_or_refuse(page, report_html(reports[str(first)], say) if len(reports) == 1 else pair_html(reports, say))
        return 0


def _both(sources: list[Path]) -> str:
    return f"{'-and-'.join(source.stem for source in sources)}.html"


REPORT: Final = MakeReport()
