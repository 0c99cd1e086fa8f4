"""``copyjob kills``: run the kit against generated mutants and the miniatures; write the kill matrix, or check it."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from copyjob.spec.console import UsageError, check_writable, make_folder, take_dialects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copyjob.conformance.mutants.catch import Catch
    from copyjob.conformance.mutants.matrix import Kill
    from copyjob.conformance.mutants.mutation import Mutant
    from copyjob.spec.vocabulary import Dialect

FOLDER = Path("conformance/kills")


@dataclass(frozen=True)
class Kills:
    """The command."""

    summary: str = "which mutants and miniatures the kit kills, and by which check"
    group: str = "around check"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        take_dialects(parser)
        parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes (default 1)")
        parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of plans and choices (default 0)")
        parser.add_argument("--sample", type=int, metavar="N", help="judge so many mutants a dialect, drawn by seed")
        parser.add_argument("--row", metavar="ID", help="judge the mutants of this row alone")
        parser.add_argument("--miniatures", action="store_true", help="judge the miniatures alone, written by hand")
        parser.add_argument("--folder", type=Path, default=FOLDER, metavar="DIR", help=f"of the matrix ({FOLDER})")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--write", action="store_true", help="judge all, and write the matrix")
        what.add_argument("--check", action="store_true", help="compare with the matrix; 1 if it is stale")

    def run(self, args: argparse.Namespace) -> int:
        """Judge, print a line for what is not killed; 1 where a published matrix is stale."""
        from copyjob.spec.vocabulary import Dialect

        if args.jobs < 1 or (args.sample is not None and args.sample < 1):
            raise UsageError("--jobs and --sample take a number of 1 or more")
        if args.write and (args.sample or args.row):
            raise UsageError("--write judges all mutants; leave out --sample and --row")
        if args.miniatures and (args.sample or args.row):
            raise UsageError("--miniatures judges every miniature; leave out --sample and --row")
        if args.write:
            # Before the work, which may take hours.
            make_folder(args.folder, "--folder")
            check_writable(args.folder / "BITS.json", "name another folder with --folder")
        stale: list[str] = []
        for dialect in [Dialect(name) for name in dict.fromkeys(args.dialect or ("BITS", "DO"))]:
            if not args.miniatures:
                stale += _mutants(dialect, args)
            if not args.row:
                stale += _miniatures(dialect, args)
        for line in stale:
            print(f"  stale: {line}")  # noqa: T201 likewise
        return 1 if stale else 0


def _mutants(dialect: Dialect, args: argparse.Namespace) -> list[str]:
    """Judge mutants, and tell; return what makes the published matrix stale."""
    from copyjob.conformance.mutants.matrix import matrix
    from copyjob.conformance.mutants.published import read, stale, write

    published = read(args.folder / f"{dialect.value}.json", dialect) if args.check else {}
    kills = matrix(_asked(dialect, args), jobs=args.jobs, seed=args.seed)
    print("\n".join(_told(kills, dialect.value, everything=not args.write)), flush=True)  # noqa: T201 output
    if args.write:
        write(kills, dialect, args.folder)
    return stale(published, kills, dialect) if args.check else []


def _miniatures(dialect: Dialect, args: argparse.Namespace) -> list[str]:
    """Judge the miniatures of a dialect, and tell; return what makes the published file stale."""
    from copyjob.conformance.mutants.catch import catches
    from copyjob.conformance.mutants.miniatures import MINIATURES
    from copyjob.conformance.mutants.published_catches import file_of, read, stale, write

    published = read(file_of(dialect, args.folder), dialect) if args.check else {}
    own = [miniature for miniature in MINIATURES if miniature.dialect == dialect.value]
    caught = catches(own, jobs=args.jobs, seed=args.seed)
    print("\n".join(_told_miniatures(caught, dialect.value)), flush=True)  # noqa: T201 output
    if args.write:
        write(caught, dialect, args.folder)
    return stale(published, caught, dialect) if args.check else []


def _asked(dialect: Dialect, args: argparse.Namespace) -> Sequence[Mutant]:
    import random

    from copyjob.conformance.mutants.mutation import mutants

    found = [mutant for mutant in mutants(dialect) if args.row in (None, mutant.row)]
    if not found:
        raise UsageError(f"{dialect.value} has no row {args.row!r}; `copyjob explain` lists the rows")
    if args.sample is not None and args.sample < len(found):
        return random.Random(args.seed).sample(found, args.sample)  # noqa: S311 a sample, not a secret
    return found


def _told(kills: Sequence[Kill], dialect: str, *, everything: bool) -> list[str]:
    from statistics import median

    from copyjob.conformance.mutants.matrix import Fate, fates

    count = fates(kills)
    lines = [f"{dialect}: {len(kills)} mutants, " + ", ".join(f"{count[fate]} {fate.value}" for fate in Fate)]
    seconds = [kill.seconds for kill in kills if kill.fate is Fate.KILLED]
    if seconds:
        lines.append(f"  time to kill: median {median(seconds):.3f} s, at most {max(seconds):.2f} s")
    if everything:
        lines += [
            f"  {kill.fate.value}: {kill.mutant.name}: {kill.how}"
            for kill in kills
            if kill.fate in (Fate.SURVIVES, Fate.MISNAMED)
        ]
    return lines


def _told_miniatures(caught: Sequence[Catch], dialect: str) -> list[str]:
    from statistics import median

    from copyjob.conformance.mutants.matrix import Fate

    killed = [catch for catch in caught if catch.fate is Fate.KILLED]
    lines = [f"{dialect}: {len(caught)} miniatures, {len(killed)} killed"]
    if killed:
        seconds = [catch.cpu_seconds for catch in killed]
        lines.append(f"  CPU seconds to kill and to tell: median {median(seconds):.3f}, at most {max(seconds):.2f}")
    return lines + [
        f"  {catch.fate.value}: {catch.miniature.__name__}: named {', '.join(sorted(catch.named)) or 'nothing'}"
        for catch in caught
        if catch.fate is not Fate.KILLED
    ]


KILLS = Kills()
