"""``copyjob merge``: the parts that shards have written, judged as one campaign."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Merge:
    """The command."""

    summary: str = "judge the shards of a campaign together, as one check"
    group: str = "around check"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        from copyjob.conformance.commands import take_ending

        parser.add_argument("parts", nargs="+", type=Path, metavar="part.json", help="what all shards have written")
        take_ending(parser)

    def run(self, args: argparse.Namespace) -> object:
        """Merge, print, write; the exit code is that of one check. Raises UsageError."""
        from copyjob.conformance.commands import Result
        from copyjob.conformance.merge_run import run

        return Result(*run(args))


MERGE = Merge()
