"""``copyjob get``: one download through the service, that goes on where it stopped.

Law: the file appears under its name whole or not at all. Whatever ends the command (Ctrl-C, a kill, a
fault), calling it again with the same arguments goes on; another URL or digest for the same file begins anew. No
message shows the user or the password of a URL. What goes wrong is one line that names the operation, the state, the
HRESULT and the way out. With ``--json`` standard output holds one JSON object about a transfer that was tried, however
it ended, and nothing else.

Exit codes: 0 the file is there; 1 the transfer failed; 2 the call, the disk or the store is in the way; 130
interrupted, to be continued.

It does not know how to transfer anything: it is one client of :mod:`copyjob.reference.service`.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from copyjob.reference import get_options
from copyjob.reference.get_options import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Generator
    from typing import Protocol

    from copyjob.reference.get_options import GetOptions
    from copyjob.reference.service import JobHandle, Service
    from copyjob.reference.trace import Trace
    from copyjob.spec.vocabulary import JobState

    class _Bar(Protocol):
        """What shows the progress of a job."""

        def show(self, job: JobHandle) -> None:
            """Show how far the job is."""


GIVE_UP_SECONDS: Final = 60
RETRY_SECONDS: Final = 5
_LOOK_SECONDS: Final = 0.1
_FAILED: Final = 1
_IN_THE_WAY: Final = 2
_INTERRUPTED: Final = 130
_WAYS_OUT: Final = {
    0x80190191: "name a user with --user or --netrc, then call again",  # BG_E_HTTP_ERROR_401
    0x80190197: "put user and password into the proxy's URL in the environment, then call again",  # 407
    0x80072F0D: "name the authority with --ca FILE, then call again",  # ERROR_WINHTTP_SECURE_INVALID_CA
}


class Get:
    """The subcommand ``get``."""

    summary = "download a file; interrupted, call again and it goes on"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("url", metavar="URL", help="an http:// or https:// URL")
        parser.add_argument("-o", "--output", metavar="FILE", required=True, help="where the file is to appear")
        parser.add_argument(
            "--give-up-after",
            metavar="SECONDS",
            type=int,
            default=GIVE_UP_SECONDS,
            help=f"how long to retry without progress; 0 retries nothing (default: {GIVE_UP_SECONDS})",
        )
        parser.add_argument("--trace", metavar="FILE", help="append a JSON line to FILE for each call and state change")
        parser.add_argument("--sha256", metavar="HEX", help="the digest without which the file is not to appear")
        parser.add_argument("--json", action="store_true", help="print what became of it as one JSON object")
        get_options.configure(parser)

    def run(self, args: argparse.Namespace) -> int:
        """Download; return the exit code. Bad usage raises `UsageError`."""
        from copyjob.reference.disk import check_arguments
        from copyjob.reference.errors import CopyJobError
        from copyjob.reference.integrity import check_expectations
        from copyjob.reference.policies import TransferPolicy
        from copyjob.reference.service import Service
        from copyjob.reference.store import StoreBusyError, StoreError

        url, destination = str(args.url), _absolute(str(args.output))
        digest = "" if args.sha256 is None else f"sha256:{args.sha256}".lower()
        options = get_options.of(args, url)
        try:
            check_arguments(url, destination)
            check_expectations(None, digest or None)
            trace = None if args.trace is None else _trace(str(args.trace))
            service = Service(
                str(store_folder(destination) / "jobs.sqlite"),
                trace=trace,
                ca_file=options.ca_file,
                policy=TransferPolicy(background_bytes_per_second=options.limit_bytes_per_second),
            )
        except CopyJobError as error:
            raise UsageError(str(error)) from error
        except StoreBusyError as error:
            raise UsageError(f"a download to {destination} is under way; let it end") from error
        except StoreError as error:
            raise UsageError(str(error)) from error
        try:
            with service:
                report = _Report(url, destination, wanted=bool(args.json))
                return _download(service, (url, destination, digest), int(args.give_up_after), options, report)
        except CopyJobError as error:
            raise UsageError(str(error)) from error
        finally:
            if trace is not None and trace.failure is not None:
                _say(f"the trace {args.trace} ended early: {trace.failure.strerror}; the download does not need it")


GET: Final = Get()


def _trace(path: str) -> Trace:
    from copyjob.reference.trace import Trace

    try:
        return Trace.open(path)
    except OSError as error:
        raise UsageError(f"--trace {path!r} cannot be written: {error.strerror}; name another file") from error


def _absolute(output: str) -> str:
    if not output or output.endswith("/"):
        raise UsageError(f"-o {output!r} names no file; give the name under which the file is to appear")
    path = Path(output).expanduser()
    # Two ways to one directory must meet in one store; the last part is not followed, it is to be replaced.
    path = path.parent.resolve() / path.name
    if path.is_dir():
        raise UsageError(f"-o {output!r} is a directory; give the name of the file in it, too")
    return str(path)


def store_folder(destination: str) -> Path:
    """Return where the state of a download to this absolute path is kept."""
    home = os.environ.get("XDG_STATE_HOME") or ""
    state = Path(home) if home.startswith("/") else Path.home() / ".local" / "state"
    return state / "copyjob" / hashlib.sha256(os.fsencode(destination)).hexdigest()[:24]


def _again(url: str, destination: str, digest: str, options: GetOptions) -> str:
    if "@" in urlsplit(url).netloc or options.words is None:
        return "the same command"  # it holds a password, and what is printed may be kept
    expected = f" --sha256 {digest.partition(':')[2]}" if digest else ""
    return f"copyjob get {shlex.quote(url)} -o {shlex.quote(destination)}{expected}"


class _Report:
    """What ``--json`` prints; it prints nothing where that is not wanted."""

    def __init__(self, url: str, destination: str, *, wanted: bool) -> None:
        self._url, self._destination, self._wanted = url, destination, wanted
        self._began_seconds = time.monotonic()

    def print(self, state: JobState, bytes_transferred: int, hresult: int = 0, digest: str | None = None) -> None:
        """Print it: the URL without its secrets, sizes in bytes, times in seconds, an unsigned HRESULT."""
        if not self._wanted:
            return
        from copyjob.reference.errors import code_name, without_secrets

        told = {
            "url": without_secrets(self._url),
            "path": self._destination,
            "bytes": bytes_transferred,
            "seconds": round(time.monotonic() - self._began_seconds, 3),
            "digest": digest,
            "state": state.name,
            "hresult": hresult & 0xFFFFFFFF,
            "hresult_name": code_name(hresult),
        }
        sys.stdout.write(json.dumps(told, separators=(",", ":"), ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _download(
    service: Service, what: tuple[str, str, str], give_up_seconds: int, options: GetOptions, report: _Report
) -> int:
    from copyjob.spec.vocabulary import JobState

    url, destination, digest = what
    job = _find_or_create(service, url, destination, digest)
    job.set_no_progress_timeout(give_up_seconds)
    options.apply_to(job)
    again = _again(url, destination, digest, options)
    try:
        job.resume()
        with _bar(destination) as bar:
            while not job.wait_for(JobState.TRANSFERRED, JobState.ERROR, timeout_seconds=_LOOK_SECONDS):
                bar.show(job)
            bar.show(job)
    except KeyboardInterrupt:
        job.suspend()
        progress = job.progress()
        _say(f"suspended with {progress.bytes_transferred:,} bytes kept; go on with: {again}")
        report.print(job.state, progress.bytes_transferred)
        return _INTERRUPTED
    arrived = job.progress().bytes_transferred
    if job.state is JobState.ERROR:
        report.print(JobState.ERROR, arrived, job.error().code)
        return _failed(service, job, again)
    job.complete()
    report.print(job.state, arrived, digest=digest or None)
    service.remove()
    return 0


def _find_or_create(service: Service, url: str, destination: str, digest: str) -> JobHandle:
    found: JobHandle | None = None
    for job in service.jobs():
        wanted = [(file.remote_url, file.local_path, file.expected_digest) for file in job.files()]
        if found is None and wanted == [(url, destination, digest)]:
            found = job
        else:
            job.cancel()
    if found is None:
        found = service.create_job(Path(destination).name[:256])
        found.set_minimum_retry_delay(RETRY_SECONDS)
        found.add_file(url, destination, expected_digest=digest or None)
    return found


def _failed(service: Service, job: JobHandle, again: str) -> int:
    from copyjob.reference.errors import DISK_FULL
    from copyjob.spec.vocabulary import ErrorContext, Hresult

    fault, kept = job.error(), job.progress().bytes_transferred
    local = fault.context is ErrorContext.LOCAL_FILE
    cure = "make room" if fault.code == DISK_FULL else "mend the cause"
    if kept:
        way_out = f"{kept:,} bytes are kept; {cure}, then go on with: {again}"
    else:
        unexpected = fault.code == Hresult.BG_E_VALIDATION_FAILED
        remote = "check the URL and the digest" if unexpected else "check the URL, then call again"
        way_out = "choose another place" if local else _WAYS_OUT.get(fault.code, remote)
        job.cancel()
        service.remove()
    _say(f"transfer in ERROR: {fault}; {way_out}")
    return _IN_THE_WAY if local else _FAILED


def _say(message: str) -> None:
    sys.stderr.write(f"copyjob get: {message}\n")


class _Quiet:
    """No bar where nobody looks."""

    def show(self, job: JobHandle) -> None:
        """Show nothing."""


@contextlib.contextmanager
def _bar(destination: str) -> Generator[_Bar]:
    if not sys.stderr.isatty():
        yield _Quiet()
        return
    from rich import progress as rich_progress
    from rich.console import Console

    from copyjob.spec.vocabulary import SIZE_UNKNOWN, JobState

    with rich_progress.Progress(
        rich_progress.TextColumn("{task.description}", markup=False),
        rich_progress.BarColumn(),
        rich_progress.DownloadColumn(),
        rich_progress.TransferSpeedColumn(),
        rich_progress.TimeRemainingColumn(),
        console=Console(stderr=True),
    ) as bar:
        line = bar.add_task(Path(destination).name, total=None)

        class Shown:
            """One line of the terminal."""

            def show(self, job: JobHandle) -> None:
                """Show bytes, speed, time to go; while the service waits for a retry, why."""
                progress = job.progress()
                total = None if progress.bytes_total == SIZE_UNKNOWN else progress.bytes_total
                text = Path(destination).name
                if job.state is JobState.TRANSIENT_ERROR and job.job.error is not None:
                    text += f" (retries in {RETRY_SECONDS} s: {job.job.error.detail})"
                bar.update(line, total=total, completed=progress.bytes_transferred, description=text)

        yield Shown()
