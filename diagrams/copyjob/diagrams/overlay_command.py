"""The part of ``copyjob draw`` that draws reports: one or two laid over the life cycle, a counterexample as its path or
as its sequence.

Laws:

1. Every report is read and everything asked for is found before anything is written.
2. A file is named after its picture, its dialect, its report and its divergence, so that no overlay ever takes the
   place of another picture, least of all of the committed set.
3. This module imports nothing heavy before it draws.

What this module does not know: how a picture is written in a format (:mod:`copyjob.diagrams.commands`).
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from copyjob.spec.console import UsageError, make_folder, nearest, write_or_refuse
from copyjob.spec.vocabulary import Dialect

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from copyjob.diagrams.language import Language
    from copyjob.diagrams.marks import Overlay
    from copyjob.diagrams.pictures import Picture
    from copyjob.diagrams.report_parts import Divergence, Report, Run

    Draw = Callable[[Path, list[Picture], argparse.Namespace], int]

OVERLAYS_MAX: Final = 2
_PREFIX: Final = "lifecycle-"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this part."""
    parser.add_argument(
        "--overlay",
        metavar="REPORT",
        type=Path,
        action="append",
        help="draw what a report of copyjob check found on the life cycle; given twice: two side by side",
    )
    parser.add_argument("--path", metavar="ID", help="of the report's divergence ID: its path on the life cycle")
    parser.add_argument("--sequence", metavar="ID", help="of the report's divergence ID: who said what to whom, as SVG")


def asked(args: argparse.Namespace) -> bool:
    """Whether a report is to be drawn."""
    return bool(args.overlay or args.path or args.sequence)


def draw_overlays(args: argparse.Namespace, say: Language, draw: Draw) -> int:
    """Draw what is asked for and return the exit code; ``draw`` writes pictures. Raises UsageError, RenderError."""
    from copyjob.diagrams.report_file import load

    _check_usage(args)
    files: list[Path] = args.overlay
    found = [(file, load(file)) for file in files]
    reports = {_stem(file): report for file, report in found}
    if len(reports) < len(files):
        reports = {f"{_stem(file)}-{number}": report for number, (file, report) in enumerate(found, start=1)}
    runs = _runs(args, found)
    if args.sequence is not None:
        return _draw_sequences(args, say, reports, runs)
    chosen = list(_paths(args, say, reports, runs) if args.path is not None else _overlays(say, reports, runs))
    return draw(args.folder, chosen, args)


def _check_usage(args: argparse.Namespace) -> None:
    files: Sequence[Path] = args.overlay or ()
    one = "--path" if args.path is not None else "--sequence" if args.sequence is not None else ""
    if args.path is not None and args.sequence is not None:
        raise UsageError("--path and --sequence are two pictures; ask for one at a time")
    if not files:
        raise UsageError(f"{one} needs the report that tells of it; add --overlay report.json")
    if one and len(files) > 1:
        raise UsageError(f"{one} is of one report; give --overlay once, not {len(files)} times")
    if len(files) > OVERLAYS_MAX:
        raise UsageError(f"no more than {OVERLAYS_MAX} reports go side by side, and {len(files)} are given; draw pairs")
    if args.check or args.list:
        raise UsageError(f"{'--check' if args.check else '--list'} is for the set of pictures; leave --overlay out")
    if args.folder is None:
        raise UsageError("an overlay is no part of the committed set; say with -o DIR where it goes")
    if one == "--sequence" and args.format and args.format != ["svg"]:
        raise UsageError("a sequence is drawn as SVG only; leave --format out")
    wrong = next((name for name in args.names if _dialect(name) is None), None)
    if wrong is not None:
        raise UsageError(f"a report goes on a life cycle, not on {wrong}; take lifecycle-bits or lifecycle-do")


def _dialect(name: str) -> Dialect | None:
    """Return the dialect of which a name is the life cycle; None where it is something else."""
    return next((dialect for dialect in Dialect if name == f"{_PREFIX}{dialect.value.lower()}"), None)


def _stem(file: Path) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", file.stem).strip("-.") or "report"


def _runs(args: argparse.Namespace, reports: Sequence[tuple[Path, Report]]) -> Mapping[Dialect, tuple[Run, ...]]:
    """Return the runs of each dialect that is asked for, one of each report. UsageError: a report has none."""
    by_file = {str(file): {run.dialect: run for run in report.runs} for file, report in reports}
    wanted = [dialect for name in args.names if (dialect := _dialect(name)) is not None]
    if not wanted:
        wanted = [dialect for dialect in Dialect if all(dialect in runs for runs in by_file.values())]
    if not wanted:
        had = "; ".join(f"{file} has {_names(runs)}" for file, runs in by_file.items())
        raise UsageError(f"there is no run to draw: {had}; make a report with copyjob check")
    for file, runs in by_file.items():
        lacking = next((dialect for dialect in wanted if dialect not in runs), None)
        if lacking is not None:
            raise UsageError(f"{file} has no run of {lacking.value}, but of {_names(runs)}; name its life cycle")
    return {dialect: tuple(runs[dialect] for runs in by_file.values()) for dialect in dict.fromkeys(wanted)}


def _names(runs: Mapping[Dialect, Run]) -> str:
    return " and ".join(dialect.value for dialect in runs) or "no dialect"


def _picture(name: str, overlay: Overlay, say: Language) -> Picture:
    from copyjob.diagrams.lifecycle import lifecycle_drawing
    from copyjob.diagrams.pictures import Picture

    drawing = partial(lifecycle_drawing, overlay.of, overlay, say)
    return Picture(name, "lifecycle", overlay.of.dialect, None, overlay.caption, drawing)


def _overlays(
    say: Language, reports: Mapping[str, Report], runs: Mapping[Dialect, tuple[Run, ...]]
) -> Iterator[Picture]:
    from copyjob.diagrams.overlay import overlay_of
    from copyjob.diagrams.two_backends import backend_names, two_backends_of

    names = backend_names(reports)
    for dialect, own in runs.items():
        name = f"{_PREFIX}{dialect.value.lower()}-{'-'.join(reports)}"
        first, *others = own
        overlay: Overlay = overlay_of(first, names[0], say)
        if others:
            overlay = two_backends_of(first, others[0], names, say)
        yield _picture(name, overlay, say)


def _paths(
    args: argparse.Namespace, say: Language, reports: Mapping[str, Report], runs: Mapping[Dialect, tuple[Run, ...]]
) -> Iterator[Picture]:
    from copyjob.diagrams.path import path_of

    (report,) = reports.values()
    for name, run, divergence in _found(args.path, "path", args, reports, runs):
        path = path_of(divergence, run, report.backend, say)
        if path is None:
            raise UsageError(f"{args.overlay[0]} names no state of {divergence.id}, so that it has no path to draw")
        yield _picture(name, path, say)


def _draw_sequences(
    args: argparse.Namespace, say: Language, reports: Mapping[str, Report], runs: Mapping[Dialect, tuple[Run, ...]]
) -> int:
    from copyjob.diagrams.sequence import sequence_file

    (report,) = reports.values()
    found = list(_found(args.sequence, "sequence", args, reports, runs))
    told = [(name, divergence) for name, _, divergence in found if divergence.sequence]
    if not told:
        way_out = "a reduced report tells no messages; draw its --path, or check the backend anew"
        raise UsageError(f"{args.overlay[0]} tells no messages of {args.sequence}: {way_out}")
    folder: Path = args.folder
    make_folder(folder)
    for name, divergence in told:
        write_or_refuse(folder / f"{name}.svg", sequence_file(divergence, report.backend, say))
    return 0


def _found(
    wanted: str,
    kind: str,
    args: argparse.Namespace,
    reports: Mapping[str, Report],
    runs: Mapping[Dialect, tuple[Run, ...]],
) -> Iterator[tuple[str, Run, Divergence]]:
    """Yield the divergences of an id with the name of the picture of each. UsageError: there is none."""
    ((stem, _),) = reports.items()
    ids = [divergence.id for (run,) in runs.values() for divergence in run.divergences]
    if wanted not in ids:
        where = f"{args.overlay[0]} in {_names({dialect: own[0] for dialect, own in runs.items()})}"
        if not ids:
            raise UsageError(f"there is no divergence in {where}: nothing was found there")
        way_out = nearest(wanted, ids, f"it has {', '.join(dict.fromkeys(ids))}")
        raise UsageError(f"there is no divergence {wanted!r} in {where}; {way_out}")
    for (run,) in runs.values():
        own = [divergence for divergence in run.divergences if divergence.id == wanted]
        for number, divergence in enumerate(own, start=1):
            again = f"-{number}" if len(own) > 1 else ""
            place = re.sub(r"[^A-Za-z0-9._-]+", "-", wanted)
            yield f"{kind}-{run.dialect.value.lower()}-{stem}-{place}{again}", run, divergence
