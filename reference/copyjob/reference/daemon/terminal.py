"""What the commands that talk to the daemon share: options, choosing a job, telling people about it.

Laws: a mistake of the caller, and a daemon that does not answer, is one line and exit code 2; a refused call is one
line that names operation, state and HRESULT, and exit code 1. With ``--json`` standard output holds one JSON object a
line and nothing else.

It does not know any single command.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from copyjob.reference.get_options import UsageError, rate_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from copyjob.reference.daemon.client import Client
    from copyjob.reference.daemon.messages import JobSnapshot
    from copyjob.reference.daemon.remote_job import RemoteJob

JOBS_GROUP: Final = "the daemon's jobs"
"""Under which the overview of all commands names these together."""
REFUSED: Final = 1
PRIORITIES: Final = ("foreground", "high", "normal", "low")
TYPES: Final = ("download", "upload", "upload-reply")
_ID_LENGTH: Final = 36
_PREFIX_LENGTH_MIN: Final = 4


def add_state_option(parser: argparse.ArgumentParser) -> None:
    """Declare which daemon is meant."""
    parser.add_argument(
        "--state", metavar="DIR", type=Path, help="the folder of the daemon (default: copyjob/daemon in XDG_STATE_HOME)"
    )


def add_common_options(parser: argparse.ArgumentParser) -> None:
    """Declare how the daemon is reached, and how its answers are shown."""
    add_state_option(parser)
    parser.add_argument(
        "--address",
        metavar="ADDRESS",
        help="unix:PATH, or http://127.0.0.1:PORT of a daemon with --listen (default: the socket in its folder)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")


def folder_of(args: argparse.Namespace) -> Path:
    """Return the folder of the daemon that is meant, absolute."""
    from copyjob.reference.daemon.places import default_folder

    return default_folder() if args.state is None else Path(args.state).expanduser().absolute()


def connect(args: argparse.Namespace) -> Client:
    """Return a client of the daemon that is meant."""
    from copyjob.reference.daemon.client import Client

    return Client(folder_of(args), args.address)


def find_job(client: Client, wanted: str) -> RemoteJob:
    """Return the job of this id, display name, or begin of an id; `UsageError` where that is none or several."""
    if len(wanted) == _ID_LENGTH and wanted.count("-") == 4:  # noqa: PLR2004 a GUID
        return client.get_job(wanted)
    found = list(client.jobs(match=wanted))  # all: one that is called so may come after many whose ids begin so
    named = [job for job in found if job.display_name == wanted]
    found = named or [job for job in found if len(wanted) >= _PREFIX_LENGTH_MIN]
    if not found:
        raise UsageError(f"no job in the queue is called {wanted!r} or has an id that begins so; see: copyjob jobs")
    if len(found) > 1:
        raise UsageError(f"{wanted!r} may be any of {', '.join(job.id for job in found[:5])}; give the id")
    return client.get_job(found[0].id)


def chosen_jobs(client: Client, wanted: Iterable[str]) -> list[RemoteJob]:
    """Return every job that is named, each once; all are found before anything is done to one."""
    found = [find_job(client, each) for each in wanted]
    return list({job.id: job for job in found}.values())


def absolute(local: str) -> str:
    """Return a local path as the daemon takes it, which has another working directory."""
    if not local or local.endswith("/"):
        raise UsageError(f"{local!r} names no file; give the name under which it is to appear")
    path = Path(local).expanduser()
    return str(path.parent.resolve() / path.name)


def limit_of(text: str) -> int | None:
    """Return the limit that a rate, ``0`` or ``none`` means; `UsageError` for what is none of them."""
    if text.lower() == "none":
        return None
    return 0 if text == "0" else rate_of(text)


def say(line: str) -> None:
    """Print a line of output."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def tell(command: str, message: object) -> None:
    """Print a line about what is in the way."""
    sys.stderr.write(f"copyjob {command}: {message}\n")


def as_json(struct: Any, **further: Any) -> str:
    """Return a message as one line of JSON, with further members."""
    import msgspec

    return json.dumps({**msgspec.to_builtins(struct), **further}, separators=(",", ":"), ensure_ascii=False)


def printable(text: str) -> str:
    """Return a text of somebody's as it may go to a terminal, control characters escaped."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode("ascii") for each in text)


def sizes(job: JobSnapshot) -> str:
    """Return how many bytes of how many are here."""
    from rich.filesize import decimal

    total = "?" if job.bytes_total is None else decimal(job.bytes_total)
    return f"{decimal(job.bytes_transferred)} of {total}"


def line_of(job: JobSnapshot) -> str:
    """Return a job in a line."""
    name = printable(job.display_name)
    return (
        f"{job.id}  {job.state:15}  {job.priority:10}  {job.files_transferred}/{job.files_total} files"
        f"  {sizes(job)}  {name}"
    )
