"""``copyjob kills``: run the kit against generated mutants; write the kill matrix, or check the published one."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from copyjob.spec.console import UsageError, take_dialects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copyjob.conformance.mutants.matrix import Kill
    from copyjob.conformance.mutants.mutation import Mutant

FOLDER = Path("conformance/kills")


@dataclass(frozen=True)
class Kills:
    """The command."""

    summary: str = "which mutants of the table the kit kills, and by which check"
    group: str = "around check"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        take_dialects(parser)
        parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes (default 1)")
        parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of plans and choices (default 0)")
        parser.add_argument("--sample", type=int, metavar="N", help="judge so many mutants a dialect, drawn by seed")
        parser.add_argument("--row", metavar="ID", help="judge the mutants of this row alone")
        parser.add_argument("--folder", type=Path, default=FOLDER, metavar="DIR", help=f"of the matrix ({FOLDER})")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--write", action="store_true", help="judge all, and write the matrix")
        what.add_argument("--check", action="store_true", help="compare with the matrix; 1 if it is stale")

    def run(self, args: argparse.Namespace) -> int:
        """Judge, print a line for what is not killed; 1 where a published matrix is stale."""
        from copyjob.conformance.mutants.matrix import matrix
        from copyjob.conformance.mutants.published import read, stale, write
        from copyjob.spec.vocabulary import Dialect

        if args.jobs < 1 or (args.sample is not None and args.sample < 1):
            raise UsageError("--jobs and --sample take a number of 1 or more")
        if args.write and (args.sample or args.row):
            raise UsageError("--write judges all mutants; leave out --sample and --row")
        failed = 0
        for dialect in [Dialect(name) for name in dict.fromkeys(args.dialect or ("BITS", "DO"))]:
            published = read(args.folder / f"{dialect.value}.json", dialect) if args.check else {}
            kills = matrix(_asked(dialect, args), jobs=args.jobs, seed=args.seed)
            print("\n".join(_told(kills, dialect.value, everything=not args.write)), flush=True)  # noqa: T201 output
            if args.write:
                write(kills, dialect, args.folder)
            for line in stale(published, kills, dialect) if args.check else ():
                failed += 1
                print(f"  stale: {line}")  # noqa: T201 likewise
        return 1 if failed else 0


def _asked(dialect: object, args: argparse.Namespace) -> Sequence[Mutant]:
    import random

    from copyjob.conformance.mutants.mutation import mutants
    from copyjob.spec.vocabulary import Dialect

    assert isinstance(dialect, Dialect)
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


KILLS = Kills()
