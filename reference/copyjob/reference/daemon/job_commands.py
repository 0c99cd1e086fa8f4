"""The commands that make jobs and lead them: ``jobs``, ``create``, ``add``, ``show``, ``resume``, ``suspend``,
``cancel``, ``complete``.

Law: each is one client of the daemon and does what its operation does, no more. A job is named by its id, the begin of
it, or its display name. Exit codes: 0 done, 1 a call was refused, 2 wrong usage or no daemon.

They do not know what is permitted when.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from copyjob.reference.daemon.terminal import (
    JOBS_GROUP,
    PRIORITIES,
    REFUSED,
    TYPES,
    absolute,
    add_common_options,
    as_json,
    chosen_jobs,
    connect,
    find_job,
    line_of,
    printable,
    say,
    sizes,
    tell,
)
from copyjob.reference.get_options import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from copyjob.reference.daemon.client import Client
    from copyjob.reference.daemon.messages import CallAnswer
    from copyjob.reference.daemon.remote_job import RemoteJob

_PAIR: Final = 2


class JobCommand:
    """What they share: a client, and refusals as one line."""

    name: str
    summary: str
    group = JOBS_GROUP

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        add_common_options(parser)

    def run(self, args: argparse.Namespace) -> int:
        """Do it; return the exit code."""
        from copyjob.reference.errors import CopyJobError

        with connect(args) as client:
            try:
                return self.act(client, args)
            except CopyJobError as error:
                tell(self.name, error)
                return REFUSED

    def act(self, client: Client, args: argparse.Namespace) -> int:
        """Do it with this client."""
        raise NotImplementedError


class Jobs(JobCommand):
    """The subcommand ``jobs``."""

    name = "jobs"
    summary = "list the jobs in the daemon's queue"

    def act(self, client: Client, args: argparse.Namespace) -> int:
        """List them."""
        count = 0
        for job in client.jobs():
            say(as_json(job) if args.json else line_of(job))
            count += 1
        if not count and not args.json:
            say("no jobs in the queue")
        return 0


class Create(JobCommand):
    """The subcommand ``create``."""

    name = "create"
    summary = "create a job, with files if you like, and print its id"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("display_name", metavar="NAME", help="what you call it")
        _add_files(parser)
        parser.add_argument("--priority", choices=PRIORITIES, help="default: normal")
        parser.add_argument("--type", choices=TYPES, default=TYPES[0], help="what it does; default: download")
        parser.add_argument("--resume", action="store_true", help="send it on its way")
        super().configure(parser)

    def act(self, client: Client, args: argparse.Namespace) -> int:
        """Create it whole, or leave no job behind."""
        files = _files(args)
        job = client.create_job(args.display_name, TYPES.index(args.type))
        try:
            if args.priority is not None:
                job.set_priority(PRIORITIES.index(args.priority))
            _add(job, files, args)
            if args.resume:
                job.resume()
        except BaseException:
            job.cancel()
            raise
        say(as_json(job.snapshot()) if args.json else job.id)
        return 0


class Add(JobCommand):
    """The subcommand ``add``."""

    name = "add"
    summary = "add files to a job"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("job", metavar="JOB", help="its id, the begin of it, or its display name")
        _add_files(parser)
        super().configure(parser)

    def act(self, client: Client, args: argparse.Namespace) -> int:
        """Add them."""
        files = _files(args)
        if not files:
            raise UsageError("no file is named; give URL and FILE, or --from TEXTFILE")
        job = find_job(client, args.job)
        _add(job, files, args)
        snapshot = job.snapshot()
        say(as_json(snapshot) if args.json else line_of(snapshot))
        return 0


class Show(JobCommand):
    """The subcommand ``show``."""

    name = "show"
    summary = "show all about a job: state, error, files"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("job", metavar="JOB", help="its id, the begin of it, or its display name")
        super().configure(parser)

    def act(self, client: Client, args: argparse.Namespace) -> int:
        """Show it."""
        import msgspec

        from copyjob.reference.errors import without_secrets

        job = find_job(client, args.job)
        snapshot, files = job.snapshot(), job.files()
        if args.json:
            say(as_json(snapshot, files=msgspec.to_builtins(files)))
            return 0
        shown: dict[str, object] = {
            "id": snapshot.id,
            "display name": printable(snapshot.display_name),
            "owner": snapshot.owner,
            "type": snapshot.type,
            "state": snapshot.state,
            "priority": snapshot.priority,
            "files": f"{snapshot.files_transferred} of {snapshot.files_total}",
            "bytes": sizes(snapshot),
            "minimum retry delay": f"{snapshot.minimum_retry_delay_seconds} s",
            "no-progress timeout": f"{snapshot.no_progress_timeout_seconds} s",
        }
        if snapshot.error_count is not None:
            shown["errors so far"] = snapshot.error_count
        if snapshot.error is not None:
            shown["error"] = printable(f"file {snapshot.error.file_number}: {snapshot.error}")
        for name, value in shown.items():
            say(f"{name + ':':21}{value}")
        for file in files:
            total = "?" if file.bytes_total is None else f"{file.bytes_total:,}"
            done = "completed" if file.completed else "transferred" if file.transferred else "to do"
            say(f"  {file.number}  {done:11}  {file.bytes_transferred:,} of {total}  {printable(file.local_path)}")
            say(f"     from {printable(without_secrets(file.remote_url))}")
        return 0


class Lead(JobCommand):
    """One of the four that change the state: ``resume``, ``suspend``, ``cancel``, ``complete``."""

    def __init__(self, name: str, summary: str) -> None:
        self.name = name
        self.summary = summary

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("jobs", metavar="JOB", nargs="+", help="its id, the begin of it, or its display name")
        super().configure(parser)

    def act(self, client: Client, args: argparse.Namespace) -> int:
        """Lead every job that is named; 1 where one of the calls was refused."""
        from copyjob.reference.errors import CopyJobError

        code = 0
        for job in chosen_jobs(client, args.jobs):
            try:
                answer: CallAnswer = getattr(job, self.name)()
            except CopyJobError as error:
                tell(self.name, f"{job.id}: {error}")
                code = REFUSED
            else:
                say(as_json(answer) if args.json else f"{job.id}  {answer.job.state}  {answer.hresult_name}")
        return code


# ---- files ----


def _add_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", metavar="URL FILE", nargs="*", help="what to fetch, and where it is to appear")
    parser.add_argument(
        "--from",
        dest="textfile",
        metavar="TEXTFILE",
        help="further files, a line each: URL and FILE with a space between; - is standard input",
    )
    parser.add_argument("--sha256", metavar="HEX", help="the digest without which the file is not to appear")
    parser.add_argument("--size", metavar="BYTES", type=int, help="likewise its size")
    parser.add_argument(
        "--ranges",
        metavar="OFFSET:LENGTH,...",
        type=_ranges,
        help="only these parts of the file, in this order; eof is a length too",
    )


def _files(args: argparse.Namespace) -> list[tuple[str, str]]:
    words: list[str] = args.files
    if len(words) % _PAIR:
        raise UsageError(f"{words[-1]!r} has no FILE beside it; give URL and FILE in turns")
    files = [(url, absolute(local)) for url, local in zip(words[::2], words[1::2], strict=True)]
    if args.textfile is not None:
        files += _read(args.textfile)
    expected = args.sha256 is not None or args.size is not None
    if (expected or args.ranges is not None) and len(files) != 1:
        raise UsageError("--sha256, --size and --ranges are of one file; name just one")
    if expected and args.ranges is not None:
        raise UsageError("--sha256 and --size are of a whole file; leave out either them or --ranges")
    return files


def _read(textfile: str) -> Iterable[tuple[str, str]]:
    try:
        text = sys.stdin.read() if textfile == "-" else Path(textfile).read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--from {textfile!r}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"--from {textfile!r} is no UTF-8 text") from error
    for number, line in enumerate(text.splitlines(), 1):
        url, _, local = line.strip().partition(" ")
        if not url or url.startswith("#"):
            continue
        if not local.strip():
            raise UsageError(f"--from {textfile!r}, line {number}: URL and FILE with a space between are wanted")
        yield url, absolute(local.strip())


def _add(job: RemoteJob, files: list[tuple[str, str]], args: argparse.Namespace) -> None:
    digest = None if args.sha256 is None else f"sha256:{args.sha256}".lower()
    if args.ranges is not None:
        job.add_file_with_ranges(*files[0], args.ranges)
    elif len(files) == 1:
        job.add_file(*files[0], args.size, digest)
    elif files:
        job.add_file_set(files)


def _ranges(text: str) -> list[tuple[int, int]]:
    from copyjob.spec.vocabulary import LENGTH_TO_EOF

    try:
        pairs = [each.split(":") for each in text.split(",")]
        return [(int(offset), LENGTH_TO_EOF if length.lower() == "eof" else int(length)) for offset, length in pairs]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: write OFFSET:LENGTH,OFFSET:eof") from None


JOBS: Final = Jobs()
CREATE: Final = Create()
ADD: Final = Add()
SHOW: Final = Show()
RESUME: Final = Lead("resume", "send jobs on their way")
SUSPEND: Final = Lead("suspend", "stop jobs until they are resumed")
CANCEL: Final = Lead("cancel", "end jobs and delete what they have fetched")
COMPLETE: Final = Lead("complete", "make the fetched files of jobs available and end the jobs")
