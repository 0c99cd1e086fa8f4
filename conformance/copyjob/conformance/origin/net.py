"""What a site stands on: a way in that a gate guards, somebody who runs things one at a time, a clock.

Law: sites and exchanges are the same on every net. On sockets (here) a site has a port of its own and a thread serves
it; in memory (:mod:`copyjob.conformance.origin.memory`) nothing is done but what somebody asks for.
"""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Protocol, TypeVar

from copyjob.conformance.origin.connection import Connection
from copyjob.conformance.origin.gate import Door, Gate
from copyjob.conformance.origin.loop import Loop

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from copyjob.conformance.origin.host import FileView, Host

T = TypeVar("T")


class Runner(Protocol):
    """Runs things one at a time."""

    def call(self, action: Callable[[], T]) -> T:
        """Run `action` and return its outcome, or raise what it raised."""
        ...

    def close(self) -> None:
        """Run nothing any more."""
        ...


class Line(Protocol):
    """A connection, as its site sees it."""

    def script_changed(self, file: FileView) -> None:
        """Let the new script of `file` rule what is left of an answer to a request for it."""
        ...

    def gate_changed(self) -> None:
        """End in order unless a request is going on, or has just arrived."""
        ...

    def close(self) -> None:
        """End at once."""
        ...


class Way(Protocol):
    """The way into a site."""

    @property
    def address(self) -> str:
        """The host of its URLs, with the port where it has one."""
        ...

    @property
    def gate(self) -> Gate:
        """Who gets in; at first nobody, by REFUSE."""
        ...

    def change(self, gate: Gate) -> None:
        """Put `gate` into force before returning."""
        ...

    def close(self) -> None:
        """Let nobody in any more."""
        ...


class Net(Protocol):
    """What an origin and its sites stand on."""

    @property
    def loop(self) -> Runner:
        """Where everything about a site is done."""
        ...

    def now_seconds(self) -> float:
        """Return the time of journals; only differences mean something."""
        ...

    def date_seconds(self) -> int:
        """Return the date, in seconds since 1970."""
        ...

    def token(self, site: int) -> str:
        """Return a name for a site that no other has, before or after."""
        ...

    def way_into(self, host: Host, admit: Callable[[Line], None]) -> Way:
        """Open a way into a site; `admit` gets every connection. Raises OSError where there is none left."""
        ...


class SocketNet:
    """Real connections, on loopback."""

    def __init__(self) -> None:
        """Begin, with a thread."""
        self.loop = Loop("copyjob-origin")
        self._connections = 0

    def now_seconds(self) -> float:
        """Return the monotonic clock."""
        return time.monotonic()

    def date_seconds(self) -> int:
        """Return the machine's date."""
        return int(time.time())

    def token(self, site: int) -> str:  # noqa: ARG002 nobody is to guess it
        """Return a name that nobody guesses."""
        return secrets.token_hex(8)

    def way_into(self, host: Host, admit: Callable[[Line], None]) -> Way:
        """Open a port."""

        def connect(accepted: socket.socket) -> None:
            self._connections += 1
            admit(Connection(host, self.loop, accepted, self._connections))

        return Door(self.loop, connect)
