"""Who watches jobs, and which of them have changed since he last looked.

Laws: whoever watches is woken by a change and never asks in vain; several changes of one job between two looks are one.
Noting a change costs nothing where nobody watches, and never waits: it is done under the service's lock.

It does not know what a job is, nor what is shown of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

from copyjob.reference.daemon.logs import note
from copyjob.reference.errors import code_name
from copyjob.reference.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Generator

    from copyjob.spec.vocabulary import Dialect, JobState, JobType


class Watcher:
    """One who watches some jobs, or all of them; belongs to the event loop."""

    def __init__(self, jobs: frozenset[str]) -> None:
        self._jobs = jobs
        self._changed: dict[str, None] = {}
        self._woken = asyncio.Event()

    def note(self, job: str) -> None:
        """Take down that a job has changed."""
        if not self._jobs or job in self._jobs:
            self._changed[job] = None
            self._woken.set()

    def wake(self) -> None:
        """Let him look, changed or not."""
        self._woken.set()

    async def changes(self, seconds_max: float) -> list[str]:
        """Wait for a change, at most so long; return the jobs that have changed, in order."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds_max):
                await self._woken.wait()
        self._woken.clear()
        changed, self._changed = list(self._changed), {}
        return changed


class Feed:
    """All who watch; `begin` says on which event loop they do."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watchers: set[Watcher] = set()
        self.closing = False

    def begin(self) -> None:
        """Watching happens on the running event loop from now on."""
        self._loop = asyncio.get_running_loop()

    @contextlib.contextmanager
    def watcher(self, jobs: frozenset[str]) -> Generator[Watcher]:
        """Watch these jobs, or all where none is named; on the event loop."""
        watcher = Watcher(jobs)
        self._watchers.add(watcher)
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)

    def note(self, job: str) -> None:
        """Take down that a job has changed; from any thread."""
        if self._watchers and self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop is over, and so is everybody's watching
                self._loop.call_soon_threadsafe(self._spread, job)

    def _spread(self, job: str) -> None:
        for watcher in self._watchers:
            watcher.note(job)

    def close(self) -> None:
        """Send everybody home; on the event loop."""
        self.closing = True
        for watcher in self._watchers:
            watcher.wake()


class FeedTrace(Trace):
    """A trace that feeds those who watch, logs what happens by itself, and passes all on to another trace."""

    def __init__(self, feed: Feed, further: Trace | None) -> None:
        self._feed = feed
        self._further = further
        self.failure = None

    def start(self, time_seconds: float, dialect: Dialect) -> None:
        """Pass on that the service has started."""
        if self._further is not None:
            self._further.start(time_seconds, dialect)

    def created(self, time_seconds: float, job: str, kind: JobType, state: JobState) -> None:
        """Pass on that there is a new job."""
        if self._further is not None:
            self._further.created(time_seconds, job, kind, state)
        self._feed.note(job)

    def call(self, time_seconds: float, job: str | None, operation: str, hresult: int, state: JobState | None) -> None:
        """Pass on a call; a job that it concerned may have changed. What was called is logged where it was asked."""
        if self._further is not None:
            self._further.call(time_seconds, job, operation, hresult, state)
        if job is not None:
            self._feed.note(job)

    def event(self, time_seconds: float, job: str, event: str, state: JobState) -> None:
        """Pass on and log that the state of a job has changed by itself."""
        if self._further is not None:
            self._further.event(time_seconds, job, event, state)
        note("state", job=job, cause=event, state=state.name)
        self._feed.note(job)

    def changed(self, job: str) -> None:
        """Let those who watch know."""
        self._feed.note(job)

    def close(self) -> None:
        """End the other trace, and log it if that ended before its time."""
        if self._further is not None:
            self._further.close()
            if self._further.failure is not None:
                note("trace_ended_early", logging.WARNING, detail=self._further.failure.strerror)


def shown_hresult(hresult: int) -> str:
    """Return an HRESULT as the log shows it."""
    return f"{code_name(hresult)} (0x{hresult & 0xFFFFFFFF:08X})"
