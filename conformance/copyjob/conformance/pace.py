"""The pace of a run: what time it is, and all the waiting that a run does.

Law: nobody else in the kit's runs looks at a clock or sleeps. What is waited for is asked again and again until it is
there or its bound has passed; a bound is stretched by how late this machine's own threads run, and never shortened.
What this module does not know: plans, tables, verdicts.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from copyjob.conformance.backend import Declared
from copyjob.conformance.lag import LagMeter
from copyjob.conformance.origin.memory import MemoryNet
from copyjob.conformance.origin.server import Origin

DEFAULT_QUIESCENCE_SECONDS = 2.0
"""How long is waited for a backend that promises no bound; past it nothing diverges, it is merely inconclusive."""
IN_FLIGHT_SECONDS = 0.4
"""Bytes and requests that were on their way when a job came to rest have arrived by then."""
LINGER = 1.25
"""How many times that a plan lingers, so that what is looked at then has nothing in flight any more."""
CATCH_UP_ROUNDS = 4
"""Rounds of the server's loop until it has noted what had reached it: accept, read, answer, and one to spare."""
MOVES_MAX = 1_000
"""So many moves of a net in memory are more than any wait needs: whoever makes more goes round in circles."""
MOVES_BEFORE_A_SAMPLE = 3
LOOKS_MORE = 10
"""So often is looked again where nothing moves any more."""
FIRST_POLL_SECONDS, LAST_POLL_SECONDS = 0.0005, 0.01


def quiescence_seconds(declared: Declared) -> float:
    """Return how long a backend is waited for."""
    return declared.quiescence_seconds or DEFAULT_QUIESCENCE_SECONDS


class Pace(Protocol):
    """What a run asks of time; seconds throughout."""

    at_once: bool
    """Whether whatever something brings about is done when it returns, and nothing is ever on its way by itself."""

    def now_seconds(self) -> float:
        """Return the time; only differences mean something."""
        ...

    def until(self, done: Callable[[], bool], bound_seconds: float) -> bool:
        """Ask ``done`` until it holds; False when the bound has passed before."""
        ...

    def linger(self) -> None:
        """Let whatever is in flight arrive."""
        ...

    def landed_seconds(self) -> float:
        """Return the time by which whatever is in flight now has arrived."""
        ...

    def catch_up(self) -> None:
        """Return when the server has noted whatever had reached it."""
        ...

    def before_sample(self) -> None:
        """Do what may go on between two looks at the backend."""
        ...


class RealPace:
    """Real time, as it passes for a backend that works in threads of its own."""

    at_once = False

    def __init__(self, origin: Origin, lag: LagMeter) -> None:
        """Wait for this server, stretch bounds by this lag."""
        self._origin, self._lag = origin, lag

    def now_seconds(self) -> float:
        """Return the monotonic clock."""
        return time.monotonic()

    def until(self, done: Callable[[], bool], bound_seconds: float) -> bool:
        """Ask ``done`` at growing intervals until it holds; False when the stretched bound has passed before."""
        start, nap = time.monotonic(), FIRST_POLL_SECONDS
        while not done():
            if time.monotonic() - start > self._lag.stretched(bound_seconds):
                return False
            time.sleep(nap)
            nap = min(2 * nap, LAST_POLL_SECONDS)
        return True

    def linger(self) -> None:
        """Sleep for longer than anything is in flight."""
        time.sleep(self._lag.stretched(IN_FLIGHT_SECONDS) * LINGER)

    def landed_seconds(self) -> float:
        """Return now and the time that things are in flight."""
        return time.monotonic() + self._lag.stretched(IN_FLIGHT_SECONDS)

    def catch_up(self) -> None:
        """Let the server's loop go round."""
        for _ in range(CATCH_UP_ROUNDS):
            self._origin.loop.call(int)

    def before_sample(self) -> None:
        """Do nothing: backend and server go on by themselves."""


class MemoryPace:
    """No real time passes: what is waited for is brought about, move by move, or can never come.

    Before every sample the net makes some moves, as many as its seed says.
    """

    at_once = True

    def __init__(self, net: MemoryNet) -> None:
        """Wait by moving this net."""
        self._net = net

    def now_seconds(self) -> float:
        """Return the net's time."""
        return self._net.now_seconds()

    def until(self, done: Callable[[], bool], bound_seconds: float) -> bool:  # noqa: ARG002 it comes, or never does
        """Ask ``done`` between moves until it holds; False when no move is left, or they lead nowhere.

        To be asked may bring something about, too: where no move is left it is asked a few times more.
        """
        still = 0
        for _ in range(MOVES_MAX):
            if done():
                return True
            still = 0 if self._net.move() else still + 1
            if still > LOOKS_MORE:
                return False
        return False

    def linger(self) -> None:
        """Let everything arrive that is under way."""
        for _ in range(MOVES_MAX):
            if not self._net.move():
                return

    def landed_seconds(self) -> float:
        """Return now: who hangs up on this net gets nothing any more."""
        return self._net.now_seconds()

    def catch_up(self) -> None:
        """Do nothing: the server knows everything at once."""

    def before_sample(self) -> None:
        """Make some moves."""
        for _ in range(self._net.chance.randint(0, MOVES_BEFORE_A_SAMPLE)):
            if not self._net.move():
                return
