"""``copyjob compare``: several reports side by side."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Compare:
    """The command."""

    summary: str = "several reports side by side: where backends differ"
    group: str = "around check"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument("reports", nargs="+", type=Path, metavar="report.json", help="what checks have written")
        parser.add_argument("--format", choices=("text", "markdown", "json"), default="text", help="default: text")
        parser.add_argument("--all", action="store_true", help="show also where all agree (JSON always does)")
        parser.add_argument("-o", dest="output", type=Path, metavar="FILE", help="write it here; default: print it")

    def run(self, args: argparse.Namespace) -> int:
        """Read, compare, print or write; the exit code is 0, whatever differs. Raises UsageError."""
        from copyjob.conformance import report_data
        from copyjob.conformance.compare import compare, to_json, to_markdown, to_text
        from copyjob.spec.console import UsageError, write_or_refuse, write_out

        paths: list[Path] = args.reports
        if len(paths) < 2:  # noqa: PLR2004 a comparison takes two
            raise UsageError(f"{paths[0]} alone cannot be compared; give two reports or more")
        comparison = compare([(str(path), report_data.read(path)) for path in paths])
        if args.format == "json":
            text = to_json(comparison)
        else:
            text = (to_text if args.format == "text" else to_markdown)(comparison, every=args.all)
        if args.output is None:
            write_out(text)
        else:
            write_or_refuse(args.output, text)
        return 0


COMPARE = Compare()
