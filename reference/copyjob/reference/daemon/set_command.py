"""``copyjob set``: what a job is like, from its priority to the credentials it asks with; ``copyjob limit``.

Laws: what is named is changed in the order of the help, and the first refusal ends it. No secret is an argument, for
arguments are seen by everybody: a password comes from ``COPYJOB_PASSWORD`` or the terminal, header lines may come from
a file.

It does not know what a property does.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any, Final

from copyjob.reference.daemon.job_commands import JobCommand
from copyjob.reference.daemon.terminal import (
    PRIORITIES,
    absolute,
    as_json,
    find_job,
    limit_of,
    line_of,
    say,
)
from copyjob.reference.get_options import PASSWORD_VARIABLE, UsageError, header_lines

if TYPE_CHECKING:
    import argparse

    from copyjob.reference.daemon.client import Client

    Change = tuple[str, tuple[Any, ...]]

_NUMBERS: Final = {
    "minimum_retry_delay": "SECONDS",
    "no_progress_timeout": "SECONDS",
    "maximum_download_time": "SECONDS",
    "notify_flags": "SUM",
}
_TARGETS: Final = ("server", "proxy")
_SCHEMES: Final = ("basic", "digest")


class Set(JobCommand):
    """The subcommand ``set``."""

    name = "set"
    summary = "change properties of a job"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("job", metavar="JOB", help="its id, the begin of it, or its display name")
        parser.add_argument("--priority", choices=PRIORITIES)
        parser.add_argument("--display-name", metavar="NAME")
        for name, unit in _NUMBERS.items():
            parser.add_argument(f"--{name.replace('_', '-')}", metavar=unit, type=int)
        parser.add_argument("--reply-file-name", metavar="FILE", help="where the reply to an upload is to appear")
        for option, names, about in (
            ("--remote-name", ("NUMBER", "URL"), "fetch a file, by its number in show, from elsewhere"),
            ("--remote-prefix", ("OLD", "NEW"), "fetch the files whose URLs begin so from elsewhere"),
        ):
            parser.add_argument(option, metavar=names, nargs=2, action="append", default=[], help=about)
        parser.add_argument(
            "--header",
            metavar="LINE",
            action="append",
            help="send 'Name: value' with every request; @FILE reads lines that neighbours are not to see",
        )
        parser.add_argument("--no-headers", action="store_true", help="send none any more")
        parser.add_argument(
            "--user", metavar="NAME", help=f"ask as this user; the password is in {PASSWORD_VARIABLE}, or asked for"
        )
        parser.add_argument(
            "--forget-user", action="store_true", help="ask as nobody again, by --auth-scheme or by any"
        )
        parser.add_argument("--auth-target", choices=_TARGETS, default="server", help="whom --user is told")
        parser.add_argument("--auth-scheme", choices=_SCHEMES, help="how --user is told; default: basic")
        parser.add_argument("--security-flags", metavar="SUM", type=int, help="512: redirects are errors")
        parser.add_argument("--take-ownership", action="store_true", help="make it one's own; administrators only")
        super().configure(parser)

    def act(self, client: Client, args: argparse.Namespace) -> int:
        """Change what was named, one after another; a refusal ends it."""
        changes = [*_own(args), *_http(args)]
        if args.take_ownership:
            changes.append(("take_ownership", ()))
        if not changes:
            raise UsageError("nothing to change is named; copyjob set --help lists what can be")
        job = find_job(client, args.job)
        for method, arguments in changes:
            getattr(job if hasattr(job, method) else job.http_options, method)(*arguments)
        snapshot = job.snapshot()
        say(as_json(snapshot) if args.json else line_of(snapshot))
        return 0


def _own(args: argparse.Namespace) -> list[Change]:
    for number, _ in args.remote_name:
        if not (number.isascii() and number.isdigit()):
            raise UsageError(f"--remote-name {number!r} is no number of a file; copyjob show tells them")
    changes: list[Change] = []
    if args.priority is not None:
        changes.append(("set_priority", (PRIORITIES.index(args.priority),)))
    for name in ("display_name", *_NUMBERS):
        value = getattr(args, name)
        if value is not None:
            changes.append((f"set_{name}", (value,)))
    if args.reply_file_name is not None:
        changes.append(("set_reply_file_name", (absolute(args.reply_file_name),)))
    changes += [("set_remote_name", (int(number), url)) for number, url in args.remote_name]
    changes += [("replace_remote_prefix", (old, new)) for old, new in args.remote_prefix]
    return changes


def _http(args: argparse.Namespace) -> list[Change]:
    changes: list[Change] = []
    target = _TARGETS.index(args.auth_target) + 1
    numbers = {name: number for number, name in enumerate(_SCHEMES, 1)}
    if args.no_headers:
        changes.append(("set_custom_headers", (None,)))
    if args.header is not None:
        changes.append(("set_custom_headers", ([line for word in args.header for line in header_lines(word)],)))
    if args.forget_user:
        forgotten = _SCHEMES if args.auth_scheme is None else (args.auth_scheme,)
        changes += [("remove_credentials", (target, numbers[name])) for name in forgotten]
    if args.user is not None:
        scheme = numbers[args.auth_scheme or _SCHEMES[0]]
        changes.append(("set_credentials", (target, scheme, args.user, _password(args.user))))
    if args.security_flags is not None:
        changes.append(("set_security_flags", (args.security_flags,)))
    return changes


def _password(user: str) -> str:
    known = os.environ.get(PASSWORD_VARIABLE)
    if known is not None:
        return known
    if not sys.stdin.isatty():
        raise UsageError(f"the password of {user!r} is not known; put it into the variable {PASSWORD_VARIABLE}")
    from getpass import getpass

    return getpass(f"Password of {user}: ")


class Limit(JobCommand):
    """The subcommand ``limit``."""

    name = "limit"
    summary = "limit what background jobs take, until the daemon stops"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "rate", metavar="RATE", help="bytes a second of all together: 500k, 2M; 0 blocks them; none lifts the limit"
        )
        super().configure(parser)

    def act(self, client: Client, args: argparse.Namespace) -> int:
        """Set it."""
        limit = limit_of(args.rate)
        client.set_bandwidth_limit(limit)
        if args.json:
            say(json.dumps({"bytes_per_second": limit}))
        return 0


SET: Final = Set()
LIMIT: Final = Limit()
