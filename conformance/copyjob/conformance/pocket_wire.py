"""The pocket backend on the kit's wire: in the place of a thread and a socket, a listener that is called.

Law: what is asked, decided and stored is decided by the same small methods as over HTTP; here stands only who calls
them when. Everything that a call or the wire brings about is done when it returns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from copyjob.conformance.pocket_http import Fault, Head, PocketFile
from copyjob.conformance.pocket_schedule import LetGo, PocketJob, Scheduler, Thread

if TYPE_CHECKING:
    from copyjob.conformance.origin.wire import KitWire


@dataclass
class Hold(Thread):
    """What a job has instead of a thread: an exchange of the wire, or none yet."""

    wire: KitWire | None = None
    exchange: int | None = None

    def hang_up(self) -> None:
        """End the conversation."""
        if self.wire is not None and self.exchange is not None:
            self.wire.stop(self.exchange)


class WireScheduler(Scheduler):
    """Places and timers as ever; jobs that run do so on the wire, where there is one."""

    def __init__(self, wire: KitWire | None) -> None:
        self.wire = wire
        self._setting_out: list[tuple[PocketJob, Hold]] = []

    def schedule(self) -> None:
        """Give places, then let those set out that have one now."""
        super().schedule()
        self.let_set_out()

    def let_set_out(self) -> None:
        """Let those set out on the wire that have a place now."""
        while self._setting_out:
            job, hold = self._setting_out.pop()
            if job.thread is hold:
                self.ask(job, hold)

    def new_thread(self) -> Thread:
        """Return a hold on a job."""
        return super().new_thread() if self.wire is None else Hold(self.now_seconds, wire=self.wire)

    def set_out(self, job: PocketJob, thread: Thread) -> None:
        """Let a job transfer, once all have their places."""
        if isinstance(thread, Hold):
            self._setting_out.append((job, thread))
        else:
            super().set_out(job, thread)

    def ask(self, job: PocketJob, hold: Hold) -> None:
        """Ask for the next file, if there is one."""
        file = self.next_file(job, hold)
        if file is not None and self.wire is not None:
            headers = self.request_headers(file)
            reader = Reader(self, job, hold, file, ranged="Range" in headers)
            hold.exchange = self.wire.start("GET", file.moved or file.url, headers, reader)


@dataclass
class Reader:
    """The listener of one exchange; what it hears of a job that has let go of it goes nowhere."""

    backend: WireScheduler
    job: PocketJob
    hold: Hold
    file: PocketFile
    ranged: bool

    def on_head(self, status: int, headers: Mapping[str, str]) -> bool:
        """Take the head of an answer."""
        backend, job = self.backend, self.job

        def take() -> bool:
            backend.connected(job)
            wanted = backend.accept(self.file, Head(status, headers), ranged=self.ranged)
            if not wanted:
                self.hold.hang_up()
                backend.ask(job, self.hold)
            return wanted

        return self._held(take)

    def on_data(self, data: bytes) -> bool:
        """Take bytes."""

        def take() -> bool:
            self.backend.store(self.file, data)
            self.job.touched_seconds = self.job.modified_seconds = self.backend.now_seconds
            self.job.trouble_seconds = None
            return True

        return self._held(take)

    def on_end(self, fault: str | None) -> None:
        """Count the file as done, or the connection as failed."""

        def take() -> bool:
            if fault in (None, "truncated"):
                self.backend.arrive(self.job, self.file)
            if not self.file.done:
                raise self.backend.connection_fault()
            self.backend.ask(self.job, self.hold)
            return False

        self._held(take)

    def _held(self, take: Callable[[], bool]) -> bool:
        """Take something on behalf of the job; False where it wants no more."""
        try:
            with self.backend.held(self.job, self.hold):
                try:
                    return take()
                except Fault as fault:
                    self.backend.fail(self.job, fault)
                    self.backend.schedule()
        except LetGo:
            pass
        return False
