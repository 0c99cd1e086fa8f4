"""``copyjob serve``: the service as a daemon of its user.

Law: what keeps it from starting is one line and exit code 2, and nothing has been changed then. It ends with 0 after
SIGTERM or SIGINT, with every job recorded.

It does not know how a daemon works (:mod:`copyjob.reference.daemon.server`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from copyjob.reference.daemon.terminal import add_state_option, folder_of, limit_of
from copyjob.reference.get_options import UsageError

if TYPE_CHECKING:
    import argparse


def _count(text: str) -> int | None:
    number = int(text)
    if number < 0:
        raise ValueError
    return number or None


_count.__name__ = "number"  # what argparse calls it


class Serve:
    """The subcommand ``serve``."""

    summary = "run the download service as a daemon for the job commands"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        add_state_option(parser)
        parser.add_argument(
            "--listen", metavar="HOST:PORT", help="besides its socket on loopback TCP too, such as 127.0.0.1:8765"
        )
        parser.add_argument("--dialect", choices=("BITS", "DO"), default="BITS", help="default: BITS")
        parser.add_argument(
            "--max-jobs", metavar="N", type=_count, default=60, help="jobs in the queue; 0: any number (default: 60)"
        )
        parser.add_argument(
            "--max-files", metavar="N", type=_count, default=200, help="files of a job; 0: any number (default: 200)"
        )
        parser.add_argument(
            "--ca", metavar="FILE", help="trust the certificates that the authorities in FILE (PEM) sign"
        )
        parser.add_argument(
            "--limit-rate", metavar="RATE", default="none", help="what background jobs may take together: 500k, 2M"
        )
        parser.add_argument(
            "--max-redirects", metavar="N", type=int, help="how many redirects are followed; 0: each is an error"
        )
        parser.add_argument(
            "--trace", metavar="FILE", type=Path, help="append every call and change of state as NDJSON"
        )
        parser.add_argument("--log-format", choices=("text", "json"), default="text", help="default: text")
        parser.add_argument(
            "--log-level", choices=("debug", "info", "warning", "error"), default="info", help="default: info"
        )

    def run(self, args: argparse.Namespace) -> int:
        """Serve until a signal ends it; return the exit code. What is in the way raises `UsageError`."""
        from msgspec.structs import replace

        from copyjob.reference.daemon.places import parse_listen
        from copyjob.reference.daemon.server import Settings, serve
        from copyjob.reference.errors import CopyJobError
        from copyjob.reference.policies import Limits, TransferPolicy
        from copyjob.reference.store import StoreError
        from copyjob.spec.vocabulary import Dialect

        policy = TransferPolicy(background_bytes_per_second=limit_of(args.limit_rate))
        settings = Settings(
            folder_of(args),
            Dialect(args.dialect),
            None if args.listen is None else parse_listen(args.listen),
            Limits(args.max_files, args.max_jobs, args.max_jobs),
            args.trace,
            args.log_format,
            args.log_level,
            policy if args.max_redirects is None else replace(policy, redirects_max=max(args.max_redirects, 0)),
            args.ca,
        )
        try:
            return serve(settings)
        except (StoreError, CopyJobError) as error:
            raise UsageError(str(error)) from error


SERVE: Final = Serve()
