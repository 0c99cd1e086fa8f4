"""``copyjob handbook``: the specification as static pages, written into a folder, or checked against one.

Laws:

1. What is in the folder already and is no handbook stays as it is, and is told in one line.
2. A check writes nothing.
3. This module imports nothing heavy before a command runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from copyjob.diagrams.commands import STALE
from copyjob.diagrams.language import CODES
from copyjob.spec.console import say, shown

if TYPE_CHECKING:
    import argparse


@dataclass(frozen=True)
class WriteHandbook:
    """The command ``copyjob handbook``."""

    summary: str = "write the specification as pages to read"
    group: str = "around the table"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument("-o", dest="folder", metavar="DIR", type=Path, required=True, help="where to write it")
        parser.add_argument("--language", choices=CODES, action="append", help="default: both")
        parser.add_argument(
            "--reports",
            metavar="DIR",
            type=Path,
            help="reports of copyjob check, to tell what backends do; default: the committed ones",
        )
        parser.add_argument("--check", action="store_true", help="write nothing; name what is stale and exit with 1")

    def run(self, args: argparse.Namespace) -> int:
        """Write or check; 1 where the check finds a stale file. Raises UsageError and RenderError."""
        from copyjob.diagrams.handbook import site

        folder: Path = args.folder
        order = site.chosen(args.language, args.reports)
        if args.check:
            return _check(folder, site.stale(folder, order))
        changed = site.update(folder, order)
        for path in changed.left:
            say(f"left: {shown(folder / path)} is no longer part of the handbook, but was changed by hand")
        if not changed.written and not changed.removed:
            say(f"{changed.files} files are up to date in {shown(folder)}")
            return 0
        removed = f", removed {len(changed.removed)}" if changed.removed else ""
        say(f"wrote {len(changed.written)} of {changed.files} files{removed}; begin at {shown(_first(folder))}")
        return 0


def _first(folder: Path) -> Path:
    """Return the page at which a reader begins."""
    home = folder / "index.html"
    return home if home.is_file() else next(iter(sorted(folder.glob("*/index.html"))), folder)


def _check(folder: Path, lines: list[tuple[str, str]]) -> int:
    for path, reason in lines:
        say(f"stale: {shown(folder / path)} {reason}")
    if lines:
        say(f"write it anew with: copyjob handbook -o {folder}")
        return STALE
    say(f"the handbook in {shown(folder)} is up to date")
    return 0


HANDBOOK = WriteHandbook()
