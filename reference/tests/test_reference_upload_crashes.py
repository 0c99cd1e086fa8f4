"""An upload with a reply, with a crash, a loss of power or a failing call at each of its I/O points in turn."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.reference.clock import ManualClock
from copyjob.reference.errors import CopyJobError
from copyjob.reference.service import Service
from copyjob.reference.simulation.machine import Crash, Machine
from copyjob.reference.simulation.patching import installed
from copyjob.reference.store import StoreError
from copyjob.reference.wire import Answer, WireFault
from copyjob.spec.vocabulary import JobState, JobType

if TYPE_CHECKING:
    from collections.abc import Callable

    from copyjob.reference.wire import Request, Sink

BODY, REPLY, BEFORE = b"what is uploaded", b"what comes back", b"what stood here before"
SOURCE, TARGET = "/place/source", "/place/reply"
ROUNDS_MAX = 12


class Taker:
    """A wire in memory to a server that takes whatever it is sent, and replies."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Request, Sink]] = []
        self.taken: list[bytes] = []

    def start(self, request: Request, sink: Sink) -> None:
        """Begin an exchange."""
        self._waiting.append((request, sink))

    def stop(self, sink: Sink) -> None:
        """End an exchange."""
        self._waiting = [item for item in self._waiting if item[1] is not sink]

    def throttle(self, sink: Sink) -> None:
        """Take no notice: what is sent here takes no time."""

    def close(self) -> None:
        """End every exchange."""
        self._waiting.clear()

    def run(self) -> None:
        """Let the server do what it does."""
        while self._waiting:
            request, sink = self._waiting.pop(0)
            body, taken = request.body, b""
            assert body is not None
            while chunk := body.read(7):
                taken += chunk
            if chunk is None:
                sink.on_end(WireFault.DECLINED, "")
                continue
            self.taken.append(taken)
            accepted = sink.on_answer(Answer(200, {"content-length": str(len(REPLY))}))
            if accepted and sink.on_data([REPLY[:4]]) and sink.on_data([REPLY[4:]]):
                sink.on_end(None, "")
            else:
                sink.on_end(WireFault.DECLINED, "")


class Life:
    """The client, and what it has seen."""

    def __init__(self) -> None:
        self.machine, self.wire, self.clock = Machine(random.Random(0)), Taker(), ManualClock()
        for folder in ("/place", "/state"):
            self.machine.mkdir(folder)
        self.machine.put(SOURCE, BODY)
        self.machine.put(TARGET, BEFORE)
        self.service: Service | None = None
        self.job_id = ""
        self.completing = self.done = False

    def round(self) -> None:
        """Lead the upload to its end, as far as it goes."""
        service = self.service = self.service or Service("/state/jobs", clock=self.clock, wire=self.wire)
        if not self.job_id:
            found = service.jobs() or [service.create_job("up", JobType.UPLOAD_REPLY)]
            self.job_id = found[0].id
        job = service.find(self.job_id)
        if job.state is JobState.ACKNOWLEDGED:
            self.done = True
            return
        if not job.files():
            job.set_reply_file_name(TARGET)
            job.add_file("http://h/a", SOURCE)
        if job.state is not JobState.TRANSFERRED:
            job.resume()
            self.wire.run()
        if job.state is JobState.TRANSFERRED:
            assert self.machine.read(TARGET) == BEFORE or self.completing, "a reply appears by Complete alone"
            self.completing = True
            job.complete()
            self.done = True

    def look(self) -> None:
        """Check what must hold at every moment."""
        assert self.machine.read(SOURCE) == BODY, "what is uploaded stays as it is"
        assert self.machine.read(TARGET) in {BEFORE, REPLY}, "a reply appears whole or not at all"
        assert set(self.wire.taken) <= {BODY}, "what the server has is the whole file"

    def end(self) -> None:
        """Check what must hold at last."""
        assert self.machine.read(TARGET) == REPLY
        assert self.machine.names("/place") == ["reply", "source"], "no temporary file is left"


def live(strike: Callable[[Machine], None], *, power: bool = False) -> bool:
    """Live a life; return whether it was struck."""
    life = Life()
    with installed(life.machine, 0):
        strike(life.machine)
        struck = False
        for _ in range(ROUNDS_MAX):
            try:
                life.round()
            except Crash:
                struck, life.service = True, None
                life.wire.close()
                life.machine.restart(power_lost=power)
            except (CopyJobError, StoreError):
                struck = True
            life.look()
            if life.done:
                break
        assert life.done, "an upload reaches its end"
        struck = struck or life.machine.struck > 0
        # What a failing disk has left is gone after the next start.
        if life.service is not None:
            life.service.kill()
        life.machine.calm()
        Service("/state/jobs", clock=life.clock, wire=life.wire).kill()
        life.look()
        life.end()
    return struck


def crash_at(point: int) -> Callable[[Machine], None]:
    return lambda machine: setattr(machine, "crash_at", point)


def fail_at(point: int) -> Callable[[Machine], None]:
    return lambda machine: setattr(machine, "fail_at", point)


@pytest.mark.parametrize(
    ("strike", "options"),
    [(crash_at, {}), (crash_at, {"power": True}), (fail_at, {})],
    ids=["kill", "power", "fail"],
)
def test_an_upload_keeps_its_promises_at_every_io_point(strike: Any, options: dict[str, bool]) -> None:
    point = 1
    while live(strike(point), **options):
        point += 1

    assert point > 15
