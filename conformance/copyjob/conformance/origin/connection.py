"""The carrier of real connections: an accepted socket, requests read from it, an exchange over it.

Law: each of the ways in (`on_event`, `script_changed`, a timer, `gate_changed`, `close`) leaves the socket watched for
what is waited for; no way out raises because of what a client does. Runs in the loop's thread only. Does not know how
an answer comes about (:mod:`copyjob.conformance.origin.exchange`), or what a gate does.
"""

from __future__ import annotations

import fcntl
import socket
import struct
import termios
from typing import TYPE_CHECKING, Final

from copyjob.conformance.origin.exchange import Exchange, Phase
from copyjob.conformance.origin.gate import RESET_ON_CLOSE
from copyjob.conformance.origin.loop import READ, WRITE, Timer
from copyjob.conformance.origin.messages import BLOCK_END, HEADER_LIMIT_BYTES, BadRequestError, parse_request

if TYPE_CHECKING:
    from collections.abc import Callable

    from copyjob.conformance.origin.host import FileView, Host
    from copyjob.conformance.origin.loop import Loop

_RECEIVE_BYTES: Final = 64 * 1024
_INBOX_LIMIT_BYTES: Final = 4 * HEADER_LIMIT_BYTES
_LINGER_SECONDS: Final = 2.0


class Connection:
    """An accepted socket (non-blocking) and what is going on over it."""

    def __init__(self, host: Host, loop: Loop, sock: socket.socket, number: int) -> None:
        self._host = host
        self._loop = loop
        self._socket = sock
        self._inbox = bytearray()
        self._lingering: Timer | None = None
        self._dead = False
        self._awaited = 0
        self._exchange = Exchange(host, self, number)
        self._await()

    # The ways in.

    def on_event(self, events: int) -> None:
        """Take what the socket is ready for."""
        if events & READ:
            self._step(self._receive)
        if events & WRITE and self._exchange.phase is Phase.SENDING:
            self._step(self._exchange.pump)

    def script_changed(self, file: FileView) -> None:
        """Let the new script of `file` rule what is left of an answer to a request for it."""
        if self._exchange.concerns(file):
            self._step(self._exchange.follow_script)

    def gate_changed(self) -> None:
        """End the connection in order unless a request is going on, or has just arrived."""
        if self._exchange.phase is Phase.IDLE:
            self._step(self._receive)
        if self._exchange.phase is Phase.IDLE and not self._inbox:
            self._step(self._exchange.end)

    def close(self) -> None:
        """End the connection at once, whatever is going on."""
        self._exchange.site_closed()
        self._destroy(resetting=True)

    def _step(self, action: Callable[[], None]) -> None:
        """Do one thing, then every complete request that is waiting, then see what to wait for."""
        try:
            action()
            while self._exchange.phase is Phase.IDLE and self._inbox and self._take_request():
                pass
        except OSError:
            self._client_left()
        self._await()

    def _await(self) -> None:
        if self._dead:
            return
        events = READ if len(self._inbox) <= _INBOX_LIMIT_BYTES else 0
        if self._exchange.phase is Phase.SENDING:
            events |= WRITE
        if events != self._awaited:
            self._awaited = events
            if events:
                self._loop.watch(self._socket, events, self.on_event)
            else:
                self._loop.unwatch(self._socket)

    # Requests.

    def _receive(self) -> None:
        try:
            data = self._socket.recv(_RECEIVE_BYTES)
        except BlockingIOError:
            return
        if not data:
            self._client_left()
        elif self._lingering is None:
            self._inbox += data

    def _take_request(self) -> bool:
        """Begin the answer to the next request; False when it is not complete yet."""
        while self._inbox.startswith(b"\r\n"):  # RFC 9112, 2.2: empty lines before a request are passed over
            del self._inbox[:2]
        end = self._inbox.find(BLOCK_END)
        if end > HEADER_LIMIT_BYTES or (end < 0 and len(self._inbox) > HEADER_LIMIT_BYTES):
            self._refuse(431, "request line and headers are too long")
        elif b"\n\n" in self._inbox[: max(end, 0) or None]:
            self._refuse(400, "lines end with LF alone")
        elif end < 0:
            return False
        else:
            block = bytes(self._inbox[:end])
            del self._inbox[: end + len(BLOCK_END)]
            try:
                request = parse_request(block)
            except BadRequestError as error:
                self._refuse(error.status, str(error))
            else:
                self._exchange.accept(request)
        return True

    def _refuse(self, status: int, reason: str) -> None:
        self._inbox.clear()
        self._exchange.refuse(status, reason)

    # What the exchange asks of its carrier.

    def send(self, head: memoryview, body: memoryview) -> int | None:
        """Hand bytes to the kernel; return how many it took, None when it takes none."""
        try:
            return self._socket.sendmsg([head, body]) if head else self._socket.send(body)
        except BlockingIOError:
            return None

    def arriving(self) -> bool:
        """Whether the peer's kernel has not taken everything yet."""
        return _unacknowledged_bytes(self._socket) > 0

    def end(self, *, whole: bool) -> None:  # noqa: ARG002 the bytes tell
        """End our side in order, then wait a moment: closing over unread input would reset."""
        self._inbox.clear()
        self._lingering = self._loop.later(_LINGER_SECONDS, self._destroy)
        self._socket.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Send a reset."""
        self._destroy(resetting=True)

    def later(self, delay_seconds: float, action: Callable[[], None]) -> Timer:
        """Do something later, and see then what to wait for."""
        return self._loop.later(delay_seconds, lambda: self._step(action))

    # Ends.

    def _client_left(self) -> None:
        if not self._dead:
            self._exchange.client_left()
            self._destroy()

    def _destroy(self, *, resetting: bool = False) -> None:
        if self._dead:
            return
        self._dead = True
        if self._lingering is not None:
            self._lingering.cancel()
        self._loop.unwatch(self._socket)
        if resetting:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self._socket.close()
        self._host.dropped(self)


def _unacknowledged_bytes(sock: socket.socket) -> int:
    """Return how many bytes the peer's kernel has not taken yet."""
    (count,) = struct.unpack("i", fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, b"\0\0\0\0"))
    return int(count)
