"""``copyjob watch``: jobs as they go on, until all of them are at rest.

Laws: nothing is asked again and again, the daemon tells what changes. On a terminal a line a job moves; elsewhere a
line is printed for each change of state and now and then for bytes; with ``--json`` for each change. It ends when every
job that is watched is done or at rest: 0 where all are transferred or completed, 1 where one is not.

It does not know how the daemon is reached.
"""

from __future__ import annotations

import contextlib
import sys
import time
from typing import TYPE_CHECKING, Final, Protocol

from copyjob.reference.daemon.terminal import (
    JOBS_GROUP,
    add_common_options,
    as_json,
    chosen_jobs,
    connect,
    line_of,
    printable,
    say,
    tell,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Generator

    from copyjob.reference.daemon.messages import JobSnapshot

_DONE: Final = frozenset({"TRANSFERRED", "ACKNOWLEDGED"})
_AT_REST: Final = _DONE | {"SUSPENDED", "ERROR", "CANCELLED"}
_EVERY_SECONDS: Final = 5
_SMOOTHING: Final = 0.3
"""How much the newest speed counts against those before it."""


class Pace:
    """How fast the bytes of one job arrive, and how long the rest will take."""

    def __init__(self) -> None:
        self._at_seconds = 0.0
        self._bytes = 0
        self.bytes_per_second: float | None = None

    def take(self, bytes_transferred: int, now_seconds: float) -> None:
        """Take down how many bytes are here now."""
        if self._at_seconds and now_seconds > self._at_seconds and bytes_transferred >= self._bytes:
            speed = (bytes_transferred - self._bytes) / (now_seconds - self._at_seconds)
            known = self.bytes_per_second
            self.bytes_per_second = speed if known is None else known + _SMOOTHING * (speed - known)
        self._at_seconds, self._bytes = now_seconds, bytes_transferred

    def seconds_left(self, job: JobSnapshot) -> float | None:
        """Return how long the rest takes at this speed, or None where that cannot be told."""
        if job.bytes_total is None or not self.bytes_per_second:
            return None
        return (job.bytes_total - job.bytes_transferred) / self.bytes_per_second


class _Shown(Protocol):
    def show(self, job: JobSnapshot) -> None:
        """Show how a job is now."""


class Lines:
    """A line for each change of state, and every few seconds for bytes."""

    def __init__(self, every_seconds: float) -> None:
        self._every_seconds = every_seconds
        self._last: dict[str, tuple[str, float]] = {}
        self._paces: dict[str, Pace] = {}

    def show(self, job: JobSnapshot) -> None:
        """Print it where there is something new to say."""
        now = time.monotonic()
        pace = self._paces.setdefault(job.id, Pace())
        pace.take(job.bytes_transferred, now)
        state, at_seconds = self._last.get(job.id, ("", 0.0))
        if job.state == state and now - at_seconds < self._every_seconds:
            return
        self._last[job.id] = (job.state, now)
        text = line_of(job)
        if job.state == "TRANSFERRING" and pace.bytes_per_second:
            text += f"  {_speed(pace.bytes_per_second)}"
            left = pace.seconds_left(job)
            text += "" if left is None else f", {left:.0f} s left"
        if job.error is not None and job.state in {"ERROR", "TRANSIENT_ERROR"}:
            text += f"  {printable(str(job.error))}"
        say(text)


class Objects:
    """A JSON object for each change."""

    def __init__(self) -> None:
        self._paces: dict[str, Pace] = {}

    def show(self, job: JobSnapshot) -> None:
        """Print it."""
        pace = self._paces.setdefault(job.id, Pace())
        pace.take(job.bytes_transferred, time.monotonic())
        speed, left = pace.bytes_per_second, pace.seconds_left(job)
        say(
            as_json(
                job,
                bytes_per_second=None if speed is None else round(speed),
                seconds_left=None if left is None else round(left, 1),
            )
        )


def _speed(bytes_per_second: float) -> str:
    from rich.filesize import decimal

    return f"{decimal(round(bytes_per_second))}/s"


@contextlib.contextmanager
def _bars() -> Generator[_Shown]:
    from rich import progress as rich_progress

    with rich_progress.Progress(
        rich_progress.TextColumn("{task.fields[state]:15}", markup=False),
        rich_progress.TextColumn("{task.description}", markup=False),
        rich_progress.BarColumn(),
        rich_progress.DownloadColumn(),
        rich_progress.TransferSpeedColumn(),
        rich_progress.TimeRemainingColumn(),
    ) as bars:
        tasks: dict[str, rich_progress.TaskID] = {}

        class Bars:
            """A line of the terminal a job."""

            def show(self, job: JobSnapshot) -> None:
                """Move it."""
                if job.id not in tasks:
                    tasks[job.id] = bars.add_task("", total=None, state=job.state)
                text = printable(job.display_name)
                if job.error is not None and job.state in {"ERROR", "TRANSIENT_ERROR"}:
                    text += f" ({printable(str(job.error))})"
                bars.update(
                    tasks[job.id],
                    total=job.bytes_total,
                    completed=job.bytes_transferred,
                    description=text,
                    state=job.state,
                )

        yield Bars()


class Watch:
    """The subcommand ``watch``."""

    summary = "show jobs as they go on, until all are at rest"
    group = JOBS_GROUP

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "jobs", metavar="JOB", nargs="*", help="its id, the begin of it, or its display name (default: all)"
        )
        parser.add_argument(
            "--every",
            metavar="SECONDS",
            type=float,
            default=_EVERY_SECONDS,
            help=f"how often to tell of bytes where no terminal is (default: {_EVERY_SECONDS})",
        )
        add_common_options(parser)

    def run(self, args: argparse.Namespace) -> int:
        """Watch; return the exit code."""
        from copyjob.reference.errors import CopyJobError

        try:
            return self._watch(args)
        except CopyJobError as error:
            tell("watch", error)
            return 1

    def _watch(self, args: argparse.Namespace) -> int:
        with connect(args) as client, contextlib.ExitStack() as stack:
            wanted = [job.id for job in chosen_jobs(client, args.jobs)]
            states: dict[str, str] = {}
            listed = False
            shown: _Shown
            if args.json:
                shown = Objects()
            elif sys.stdout.isatty():
                shown = stack.enter_context(_bars())
            else:
                shown = Lines(args.every)
            for job in client.events(*wanted):
                if job is None:
                    listed = True
                elif not listed or job.id in states:  # jobs that come later are not among those to wait for
                    shown.show(job)
                    states[job.id] = job.state
                if listed and all(state in _AT_REST for state in states.values()):
                    return 0 if all(state in _DONE for state in states.values()) else 1
            raise client.no_daemon("it has stopped; the jobs go on when it starts again")


WATCH: Final = Watch()
