"""``copyjob check``: drive a backend through every state and judge what it does; write the report.

The picture of the report is drawn by another room: the command asks the dispatcher to run ``copyjob report`` after it.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Result:
    """What the dispatcher is told: the exit code, and the command lines to run afterwards."""

    exit_code: int
    follow_ups: tuple[tuple[str, ...], ...] = ()


def take_ending(parser: argparse.ArgumentParser) -> None:
    """Add what is asked of a report, whoever makes it."""
    parser.add_argument(
        "-o",
        "--output-dir",
        type=Path,
        metavar="DIR",
        help="write the report here: JSON, HTML, JUnit, Markdown, badge, events, replays",
    )
    parser.add_argument(
        "--quiet",
        action="store_true",
        help="no verdict a row, only divergences and the summary; meanwhile findings go to standard error",
    )
    parser.add_argument("--baseline", type=Path, metavar="FILE", help="divergences that are known; see the README")
    parser.add_argument(
        "--write-baseline", type=Path, metavar="FILE", help="write what diverges now, and keep what was there"
    )
    parser.add_argument(
        "--require",
        action="append",
        default=[],
        metavar="MEASURE=VALUE",
        help="ask for coverage: must=all, rows=95%%, clauses=60",
    )


@dataclass(frozen=True)
class Check:
    """The command."""

    summary: str = "check a backend against the table, over HTTP or in memory"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        from copyjob.spec.console import take_dialects

        parser.add_argument(
            "backend", help="a registered name such as `reference`, module:Class, or 'program:COMMAND LINE'"
        )
        take_dialects(parser, "all it declares")
        parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of the random plans (default 0)")
        parser.add_argument(
            "--walks", type=int, default=16, metavar="N", help="long random plans a dialect (default 16)"
        )
        parser.add_argument(
            "--budget", metavar="HOW", help="run plans for so long (60s, 5min), or so many steps (20000steps)"
        )
        parser.add_argument(
            "--stop-after",
            type=int,
            default=10,
            metavar="N",
            help="leave a dialect after N different divergences that no baseline names (10); 0: run all plans",
        )
        parser.add_argument(
            "-j", "--jobs", type=int, metavar="N", help="processes, for a backend that declares `instances`"
        )
        parser.add_argument(
            "--shard", metavar="I/N", help="run the I-th of N parts of a budget in steps, and write DIR/part.json"
        )
        parser.add_argument(
            "--dask", metavar="WHERE", help="run a budget in steps on a Dask cluster: tcp://HOST:PORT, or local:N"
        )
        parser.add_argument(
            "--wire",
            choices=("http", "memory"),
            default="http",
            help="over real HTTP (the default), or in memory: for a backend that declares `wire`",
        )
        parser.add_argument(
            "--trace", type=Path, metavar="FILE", help="write what was seen as a trace, which `copyjob verify` judges"
        )
        parser.add_argument("--list", action="store_true", help="run nothing; print the ids of all that is judged")
        parser.add_argument("--only", action="append", default=[], metavar="GLOB", help="judge these ids alone")
        parser.add_argument("--skip", action="append", default=[], metavar="GLOB", help="do not judge these ids")
        take_ending(parser)

    def run(self, args: argparse.Namespace) -> Result:
        """Check, print, write; the exit code is told by :mod:`copyjob.conformance.outcome`."""
        from copyjob.conformance.check_run import Asked, listed, run

        asked = Asked.read(args)
        return Result(listed(asked)) if args.list else Result(*run(asked))


CHECK = Check()
