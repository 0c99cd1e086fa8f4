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

from copyjob.diagrams import overlay_command, report_command
from copyjob.diagrams.language import CODES
from copyjob.spec.console import UsageError, checkout_room, make_folder, nearest, say, shown, write_or_refuse

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from copyjob.diagrams.language import Language
    from copyjob.diagrams.pictures import Picture
    from copyjob.diagrams.render import Engine

STALE = 1
"""Exit code of a check, of pictures or of a handbook, that finds a stale file."""


def committed_folder(module: Path) -> Path | None:
    """Return the folder of the committed pictures where this is a source checkout, else None."""
    room = checkout_room(module)
    return room / "rendered" if room is not None else None


PRINTED = ("png", "pdf")
"""Formats that the program ``dot`` alone can make; no stamp tells whether a file of them is stale."""


def _chosen(names: Iterable[str], say: Language) -> list[Picture]:
    from copyjob.diagrams.pictures import pictures

    known = pictures(say)
    found: list[Picture] = []
    for name in names or known:
        if name not in known:
            way_out = nearest(name, known, "copyjob draw --list names all")
            raise UsageError(f"there is no picture {name!r}; {way_out}")
        found.append(known[name])
    return found


def _list(chosen: list[Picture]) -> None:
    """Print names and titles, each kind of picture beneath a line of its own."""
    width = max(len(picture.name) for picture in chosen)
    kind = ""
    for picture in chosen:
        if picture.kind != kind:
            kind = picture.kind
            say(f"{kind}:")
        say(f"  {picture.name:{width}}  {picture.caption.title}")


@dataclass(frozen=True)
class Draw:
    """The command ``copyjob draw``."""

    summary: str = "draw the table: life cycles, operations, states and more"

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
        parser.add_argument(
            "--format",
            choices=("dot", "svg", "mermaid", *PRINTED),
            action="append",
            help="default: dot, svg and mermaid; png and pdf need the program dot",
        )
        parser.add_argument(
            "--engine",
            choices=("wasm", "dot"),
            default="wasm",
            help="who lays out: bundled (default), or Graphviz",
        )
        parser.add_argument("--language", choices=CODES, default="en", help="of every word; default: en")
        parser.add_argument(
            "--links",
            metavar="PREFIX",
            help="link to pages of the handbook, such as ../ from a folder beside theirs; default: no links",
        )
        overlay_command.add_arguments(parser)
        parser.add_argument("--list", action="store_true", help="print the names and titles of all pictures, by kind")

    def run(self, args: argparse.Namespace) -> int:
        """Draw or check; 1 where the check finds a stale file. Raises UsageError and RenderError."""
        from copyjob.diagrams.language import language

        chosen = _chosen(args.names, language(args.language))
        if overlay_command.asked(args):
            return overlay_command.draw_overlays(args, language(args.language), self._draw)
        if args.list:
            _list(chosen)
            return 0
        committed = committed_folder(Path(__file__))
        folder: Path | None = args.folder or committed
        if folder is None:
            raise UsageError("this is no source checkout; say with -o DIR which folder is meant")
        if folder == committed and (args.language != "en" or args.links is not None):
            raise UsageError("the committed pictures are English and without links; say with -o DIR where others go")
        if args.check:
            return self._check(folder, chosen, args, whole_set=not args.names and folder == committed)
        return self._draw(folder, chosen, args)

    def _check(self, folder: Path, chosen: list[Picture], args: argparse.Namespace, *, whole_set: bool) -> int:
        from copyjob.diagrams.pictures import FORMATS, stale, strays

        formats: list[str] = list(dict.fromkeys(args.format or FORMATS))
        printed = [form for form in formats if form in PRINTED]
        if printed:
            raise UsageError(f"a {printed[0]} has no stamp that could be checked; check dot, svg or mermaid")
        if not folder.is_dir():
            raise UsageError(f"{folder} is no folder; draw the pictures first, without --check")
        lines = stale(folder, chosen, formats, args.links) + (strays(folder) if whole_set else [])
        for path, reason in lines:
            say(f"stale: {shown(path)} {reason}")
        if lines:
            say("draw anew with: copyjob draw" + ("" if whole_set else f" -o {folder}"))
            return STALE
        say(f"{len(chosen) * len(formats)} files are up to date in {shown(folder)}")
        return 0

    def _draw(self, folder: Path, chosen: list[Picture], args: argparse.Namespace) -> int:
        from copyjob.diagrams.pictures import FORMATS

        make_folder(folder)
        for picture in chosen:
            for form in dict.fromkeys(args.format or FORMATS):
                path = folder / f"{picture.name}.{FORMATS.get(form, form)}"
                write_or_refuse(path, self._made(picture, form, args.engine, args.links))
        return 0

    def _made(self, picture: Picture, form: str, engine: Engine, links: str | None) -> str | bytes:
        """Return what a picture is in a format."""
        from copyjob.diagrams.render import printed, render

        match form:
            case "dot":
                return picture.dot
            case "mermaid":
                return picture.mermaid
            case "png" | "pdf":
                return printed(picture.dot, form, links=links)
            case _:
                return render(picture.dot, picture.caption, engine, links=links)


DRAW = Draw()
REPORT = report_command.REPORT
