"""The listening address of a site and its gate: let everybody in, refuse, or leave callers hanging in their
SYN.

Law: a gate decides about new connections only, established ones go on. One port for the life of a site: a
socket that never listens keeps it reserved, so a closed listener can always be opened again. Linux: the
backlog of a listener that accepts nobody is filled with sockets of our own until a connection does not come
about; further SYNs are then dropped. When such a gate opens, a waiting client gets in with its next SYN,
about a second later.

Everything runs in the loop's thread. Does not know HTTP or the journal.
"""

from __future__ import annotations

import random
import select
import socket
import struct
from enum import Enum
from errno import EADDRINUSE
from typing import TYPE_CHECKING, Final

from copyjob.conformance.origin.loop import READ

if TYPE_CHECKING:
    from collections.abc import Callable

    from copyjob.conformance.origin.loop import Loop

HOST: Final = "127.0.0.1"
BACKLOG: Final = 1024
RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)
"""SO_LINGER with a time of zero: close sends a reset, and leaves nothing in TIME_WAIT."""

_TINY_BACKLOG: Final = 1
_QUEUE_LENGTH: Final = _TINY_BACKLOG + 1
"""Linux lets one more connection wait than the backlog says."""
_REST_SECONDS: Final = 0.05
_FILL_PATIENCE_MILLISECONDS: Final = 10
_FILL_ATTEMPTS: Final = 10
_PORT_ATTEMPTS: Final = 1000


class Gate(Enum):
    """Who gets in. The value is the spelling in plans and replay files."""

    ACCEPT = "accept"
    """Everybody."""
    REFUSE = "refuse"
    """Nobody: connections are refused at once."""
    BACKLOG = "backlog"
    """Nobody: connections hang until the gate changes or the client's patience ends."""


class Door:
    """One port on 127.0.0.1 with a gate; `admit(socket)` gets every accepted connection (non-blocking).

    Filling the backlog keeps the loop for about 10 ms; every other change takes well under one.
    """

    def __init__(self, loop: Loop, admit: Callable[[socket.socket], None]) -> None:
        self._loop = loop
        self._admit = admit
        self._reserved = _reserve_port()
        self.port: int = self._reserved.getsockname()[1]
        self.address = f"{HOST}:{self.port}"
        self._listener: socket.socket | None = None
        self._fillers: list[socket.socket] = []
        self.gate = Gate.REFUSE

    def change(self, gate: Gate) -> None:
        """Put `gate` into force before returning. Connections made before are admitted first."""
        if gate is self.gate:
            return
        self.gate = gate
        if gate is Gate.ACCEPT:
            listener = self._open()
            listener.listen(BACKLOG)
            self._accept_waiting(0)
            self._drop_fillers()
            self._loop.watch(listener, READ, self._accept_waiting)
        elif gate is Gate.REFUSE:
            self._shut()
        else:
            listener = self._open()
            self._loop.unwatch(listener)
            listener.listen(_TINY_BACKLOG)
            self._fill(listener)

    def close(self) -> None:
        """Free the port. Connections that wait to be accepted are reset."""
        self._shut(admitting=False)
        self._reserved.close()

    def _open(self) -> socket.socket:
        if self._listener is None:
            listener = _reusable_socket()
            try:
                listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # accepted sockets inherit it
                listener.bind((HOST, self.port))
            except OSError:
                listener.close()
                raise
            self._listener = listener
        return self._listener

    def _shut(self, *, admitting: bool = True) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            self._loop.unwatch(listener)
            if admitting:
                self._accept_from(listener)
            listener.close()
        self._drop_fillers()

    def _accept_waiting(self, _events: int) -> None:
        if self._listener is not None:
            self._accept_from(self._listener)

    def _accept_from(self, listener: socket.socket) -> None:
        """Admit everybody who waits, except our own fillers."""
        own = {filler.getsockname() for filler in self._fillers}
        while True:
            try:
                accepted, peer = listener.accept()
            except BlockingIOError:
                return
            except ConnectionAbortedError:
                continue  # this one has left already
            except OSError:
                self._rest(listener)
                return
            if peer in own:
                accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
                accepted.close()
            else:
                accepted.setblocking(False)
                self._admit(accepted)

    def _rest(self, listener: socket.socket) -> None:
        """Out of descriptors or memory: let callers wait instead of being woken without end."""
        self._loop.unwatch(listener)
        self._loop.later(_REST_SECONDS, self._wake)

    def _wake(self) -> None:
        if self._listener is not None and self.gate is Gate.ACCEPT:
            self._loop.watch(self._listener, READ, self._accept_waiting)

    def _fill(self, listener: socket.socket) -> None:
        """Fill the accept queue with sockets of our own.

        A client that gets in between is admitted, and we try again.
        """
        for _ in range(_FILL_ATTEMPTS):
            self._accept_from(listener)
            self._drop_fillers()
            while len(self._fillers) <= _QUEUE_LENGTH:
                filler = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
                filler.setblocking(False)
                filler.connect_ex((HOST, self.port))
                if not _connects(filler):
                    filler.close()
                    break
                self._fillers.append(filler)
            if len(self._fillers) == _QUEUE_LENGTH:
                return

    def _drop_fillers(self) -> None:
        for filler in self._fillers:
            filler.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            filler.close()
        self._fillers = []


def _connects(sock: socket.socket) -> bool:
    poller = select.poll()
    poller.register(sock, select.POLLOUT)
    return bool(poller.poll(_FILL_PATIENCE_MILLISECONDS)) and not sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)


def _reusable_socket() -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setblocking(False)
    return sock


def _reserve_port() -> socket.socket:
    """Bind a socket to a free port. Raises OSError when there is none.

    Asked for any port, the kernel passes over those with connections in TIME_WAIT, and after some ten
    thousand sites a minute has none left; asked for one of them by number it gives it.
    """
    sock = _reusable_socket()
    try:
        sock.bind((HOST, 0))
    except OSError as error:
        if error.errno != EADDRINUSE:
            sock.close()
            raise
    else:
        return sock
    for _ in range(_PORT_ATTEMPTS):
        try:
            sock.bind((HOST, random.randrange(32768, 61000)))  # noqa: S311 any free port will do
        except OSError:
            continue
        return sock
    sock.close()
    raise OSError(EADDRINUSE, f"no free port on {HOST}")
