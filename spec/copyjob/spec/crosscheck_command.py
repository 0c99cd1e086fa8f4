"""``copyjob crosscheck``: have TLC and Spin explore the table too, and compare.

Law: one line a run; exit code 0 if all agree and every law holds, 1 if not, 2 if a tool is missing or a word is wrong.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Final

from copyjob.spec.console import UsageError, nearest, take_dialects

if TYPE_CHECKING:
    from copyjob.spec.crosscheck import Run
    from copyjob.spec.table import Table

FILES: Final = (1, 2, 3)
FILES_LIMIT: Final = 20
"""More files than this take long and show nothing that fewer do not."""
BROKEN_ROW: Final = "cancel/QUEUED/1"
"""The row that is broken on purpose if no other is named; every table has it."""


@dataclass(frozen=True)
class Crosscheck:
    """The command."""

    summary: str = "have TLC and Spin explore the table too, and compare"
    group: str = "around the table"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        take_dialects(parser)
        parser.add_argument("--scope", choices=("core", "full"), action="append", help="default: both")
        parser.add_argument(
            "--files", type=int, nargs="+", default=FILES, metavar="N", help="bounds on the files of the job (1 2 3)"
        )
        parser.add_argument(
            "--mutate",
            nargs="?",
            const=BROKEN_ROW,
            metavar="ROW",
            help=f"break a row on purpose ({BROKEN_ROW}): each of the three must notice",
        )

    def run(self, args: argparse.Namespace) -> int:
        """Print a line a run; 1 if anything differs, is broken, or is not noticed."""
        from copyjob.spec._checkers import Spin, Tlc
        from copyjob.spec.crosscheck import crosscheck

        for files in args.files:
            if not 0 <= files <= FILES_LIMIT:
                raise UsageError(f"--files {files} is out of range; give 0 to {FILES_LIMIT}")
        runs = list(_runs(args))
        began = monotonic()
        failed = 0
        for judged in crosscheck(runs, Tlc.found(), Spin.found()):
            failed += not judged.passed
            print("\n".join((judged.line, *(f"  {each}" for each in judged.details))), flush=True)  # noqa: T201 output
        seconds = monotonic() - began
        print(f"{len(runs) - failed} of {len(runs)} runs as they should be, {seconds:.0f} s")  # noqa: T201 likewise
        return 1 if failed else 0


def _runs(args: argparse.Namespace) -> Iterator[Run]:
    from copyjob.spec.crosscheck import Run
    from copyjob.spec.table import full_table, table
    from copyjob.spec.vocabulary import Dialect

    for dialect in [Dialect(name) for name in dict.fromkeys(args.dialect or ("BITS", "DO"))]:
        for scope in dict.fromkeys(args.scope or ("core", "full")):
            asked = table(dialect) if scope == "core" else full_table(dialect)
            if args.mutate is not None:
                _must_have(asked, args.mutate, scope)
            for files in dict.fromkeys(args.files):
                yield Run(asked, files, args.mutate)


def _must_have(asked: Table, row: str, scope: str) -> None:
    if row not in asked.by_id:
        way_out = nearest(row, asked.by_id, f"give one such as {BROKEN_ROW}")
        raise UsageError(f"the {scope} table of {asked.dialect.value} has no row {row!r}; {way_out}")


CROSSCHECK = Crosscheck()
