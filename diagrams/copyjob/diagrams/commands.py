"""``copyjob draw`` and ``copyjob report``: what the command line asks for, done with the rest of this room.

Laws:

1. A file is written beside its place and renamed into it: whoever reads never meets half a file, and a
   report that cannot be read overwrites nothing.
2. Bad usage is one line that names the input and the way out; it leaves as an exception with
   ``usage_message``.
3. This module imports nothing heavy before a command runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from copyjob.spec.console import UsageError, checkout_room, make_folder, nearest, say, shown, write_or_refuse

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from copyjob.diagrams.pictures import Picture
    from copyjob.diagrams.render import Engine

STALE = 1
"""Exit code of ``draw --check`` where a file is stale."""


def committed_folder(module: Path) -> Path | None:
    """Return the folder of the committed pictures where this is a source checkout, else None."""
    room = checkout_room(module)
    return room / "rendered" if room is not None else None


def _chosen(names: Iterable[str]) -> list[Picture]:
    from copyjob.diagrams.pictures import PICTURES

    pictures: list[Picture] = []
    for name in names or PICTURES:
        if name not in PICTURES:
            way_out = nearest(name, PICTURES, "copyjob draw --list names all")
            raise UsageError(f"there is no picture {name!r}; {way_out}")
        pictures.append(PICTURES[name])
    return pictures


@dataclass(frozen=True)
class Draw:
    """The command ``copyjob draw``."""

    summary: str = "draw the life cycles and the operations from the table"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument("names", nargs="*", metavar="NAME", help="a picture, such as resume-bits; default: all")
        parser.add_argument(
            "-o",
            dest="folder",
            metavar="DIR",
            type=Path,
            help="default: the committed set of a source checkout",
        )
        parser.add_argument("--check", action="store_true", help="write nothing; name what is stale and exit with 1")
        parser.add_argument("--format", choices=("dot", "svg"), action="append", help="default: both")
        parser.add_argument(
            "--engine",
            choices=("wasm", "dot"),
            default="wasm",
            help="who lays out: bundled (default), or Graphviz",
        )
        parser.add_argument("--list", action="store_true", help="print the names and titles of all pictures")

    def run(self, args: argparse.Namespace) -> int:
        """Draw or check; 1 where the check finds a stale file. Raises UsageError and RenderError."""
        pictures = _chosen(args.names)
        if args.list:
            for picture in pictures:
                say(f"{picture.name:16} {picture.caption.title}")
            return 0
        committed = committed_folder(Path(__file__))
        folder: Path | None = args.folder or committed
        if folder is None:
            raise UsageError("this is no source checkout; say with -o DIR which folder is meant")
        formats: list[str] = list(dict.fromkeys(args.format or ("dot", "svg")))
        if args.check:
            return self._check(folder, pictures, formats, whole_set=not args.names and folder == committed)
        return self._draw(folder, pictures, formats, args.engine)

    def _check(self, folder: Path, pictures: list[Picture], formats: list[str], *, whole_set: bool) -> int:
        from copyjob.diagrams.pictures import stale, strays

        if not folder.is_dir():
            raise UsageError(f"{folder} is no folder; draw the pictures first, without --check")
        lines = stale(folder, pictures, formats) + (strays(folder) if whole_set else [])
        for path, reason in lines:
            say(f"stale: {shown(path)} {reason}")
        if lines:
            say("draw anew with: copyjob draw" + ("" if whole_set else f" -o {folder}"))
            return STALE
        say(f"{len(pictures) * len(formats)} files are up to date in {shown(folder)}")
        return 0

    def _draw(self, folder: Path, pictures: list[Picture], formats: list[str], engine: Engine) -> int:
        from copyjob.diagrams.render import render

        make_folder(folder)
        for picture in pictures:
            for suffix in formats:
                text = picture.dot if suffix == "dot" else render(picture.dot, picture.caption, engine)
                path = folder / f"{picture.name}.{suffix}"
                write_or_refuse(path, text)
        return 0


@dataclass(frozen=True)
class MakeReport:
    """The command ``copyjob report``."""

    summary: str = "make one HTML file of a report"
    group: str = "around check"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument("report", metavar="report.json", type=Path, help="what copyjob check has written")
        parser.add_argument(
            "-o",
            dest="page",
            metavar="report.html",
            type=Path,
            help="default: beside the report, with the ending .html",
        )

    def run(self, args: argparse.Namespace) -> int:
        """Read, render, write. Raises BadReportError, RenderError, UsageError."""
        from copyjob.diagrams.report import report_html
        from copyjob.diagrams.report_file import read

        source: Path = args.report
        page: Path = args.page or source.with_suffix(".html")
        if page.resolve() == source.resolve():
            raise UsageError(f"{page} is the report itself; give another file with -o")
        try:
            report = read(source)
        except OSError as error:
            raise UsageError(f"{source} cannot be read: {error.strerror}; make a report with copyjob check") from error
        write_or_refuse(page, report_html(report))
        return 0


DRAW = Draw()
REPORT = MakeReport()
