"""The real wire: every exchange of a service in one thread, over libcurl's multi interface.

Laws: libcurl is entered under one lock, so any thread may start an exchange, and when `stop` returns the server has
been told: the connection is closed, or in HTTP/2 the stream is reset. Bodies arrive in batches of up to half a
mebibyte, one batch a round: libcurl hands out 16 KiB at a time, which is too little to pay a write for. Every
exchange has a connection to itself, also where HTTP/2 could carry several: bodies are long, so that a shared
connection would save a handshake and make all wait for the slowest reader; connections are kept for the next one.

It does not know what it carries, nor how a request is put to libcurl (:mod:`copyjob.reference.curl_exchange`).
"""

from __future__ import annotations

import contextlib
import os
import selectors
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal

from copyjob.reference.curl_exchange import Exchange, is_plain
from copyjob.reference.wire import WireFault

if TYPE_CHECKING:
    from collections.abc import Callable

    from copyjob.reference.wire import Request, Sink


_IDLE_MAX: Final = 4
"""How many handles are kept for the next requests."""


class CurlWire:
    """
    HTTP and HTTPS over libcurl; its thread begins with the first exchange.

    ``ca_file`` names the authorities that are trusted (PEM), in the place of those that the machine trusts.
    """

    def __init__(self, ca_file: str | None = None) -> None:
        self._ca_file = ca_file
        self._lock = threading.Lock()
        self._exchanges: dict[Any, Exchange] = {}
        self._by_sink: dict[int, Exchange] = {}
        self._multi: Any = None
        self._thread: threading.Thread | None = None
        self._due_seconds: float | None = None
        self._closed = False
        self._stillborn: dict[int, tuple[Sink, str]] = {}
        """Whose exchanges could not be made, and why; their sinks learn it as others learn of a broken connection."""
        self._idle: list[Any] = []
        """Handles of plain exchanges that are over, for the next ones."""
        self._watched: dict[int, int] = {}
        """Which events of which sockets the selector waits for."""

    # ---- called from any thread ----

    def start(self, request: Request, sink: Sink) -> None:
        """Begin an exchange."""
        with self._lock:
            if self._closed or not sink.wanted:
                return
            if self._multi is None:
                self._begin()
            try:
                used = self._idle.pop() if self._idle and is_plain(request) else None
                self._add(Exchange(request, sink, self._ca_file, used=used))
            except Exception as error:  # noqa: BLE001 one request must not end the others
                self._stillborn[id(sink)] = sink, _why(error)
        self._wake()

    def stop(self, sink: Sink) -> None:
        """End the exchange of this sink if it has one."""
        with self._lock:
            self._stillborn.pop(id(sink), None)
            exchange = self._by_sink.get(id(sink))
            if exchange is not None:
                self._remove(exchange)
                exchange.handle.close()

    def throttle(self, sink: Sink) -> None:
        """Let the exchange of this sink take as much as it now says; one that has yet to begin asks it then."""
        with self._lock:
            exchange = self._by_sink.get(id(sink))
            if exchange is not None:
                exchange.throttle()

    def close(self) -> None:
        """End every exchange and the thread; a second time does nothing."""
        with self._lock:
            self._closed = True
            if self._multi is None:
                return
        self._wake()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
        with self._lock:
            if self._multi is None:
                return
            for exchange in list(self._exchanges.values()):
                self._remove(exchange)
                exchange.handle.close()
            for handle in self._idle:
                handle.close()
            self._multi.close()
            self._multi = None
            self._selector.close()
            os.close(self._wake_read)
            os.close(self._wake_write)

    # ---- the thread ----

    def _begin(self) -> None:
        import pycurl

        self._selector = selectors.DefaultSelector()
        self._wake_read, self._wake_write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self._selector.register(self._wake_read, selectors.EVENT_READ)
        multi = self._multi = pycurl.CurlMulti()
        multi.setopt(pycurl.M_SOCKETFUNCTION, self._on_socket)
        multi.setopt(pycurl.M_TIMERFUNCTION, self._on_timer)
        multi.setopt(pycurl.M_MAXCONNECTS, 8)
        multi.setopt(pycurl.M_PIPELINING, pycurl.PIPE_NOTHING)
        self._interest = {
            pycurl.POLL_IN: selectors.EVENT_READ,
            pycurl.POLL_OUT: selectors.EVENT_WRITE,
            pycurl.POLL_INOUT: selectors.EVENT_READ | selectors.EVENT_WRITE,
        }
        self._curl = pycurl
        self._thread = threading.Thread(target=self._run, name="copyjob-wire", daemon=True)
        self._thread.start()

    def _wake(self) -> None:
        if threading.current_thread() is self._thread:
            return  # it is about to look
        with contextlib.suppress(OSError):
            os.write(self._wake_write, b"\0")

    def _on_timer(self, timeout_ms: int) -> Literal[0]:
        self._due_seconds = None if timeout_ms < 0 else time.monotonic() + timeout_ms / 1000
        return 0

    def _on_socket(self, event: int, fd: int, _multi: Any, _data: Any) -> Literal[0]:
        interest, watched = self._interest.get(event), self._watched.pop(fd, None)
        if interest is not None:
            if watched is None:
                self._selector.register(fd, interest)
            elif watched != interest:
                self._selector.modify(fd, interest)
            self._watched[fd] = interest
        elif watched is not None:
            with contextlib.suppress(ValueError, OSError):  # closed already
                self._selector.unregister(fd)
        return 0

    def _run(self) -> None:
        while True:
            due = self._due_seconds
            timeout = None if due is None else max(0.0, due - time.monotonic())
            ready = self._selector.select(timeout)
            with self._lock:
                if self._closed:
                    return
                ended = self._round([(key.fd, mask) for key, mask in ready])
            for report in ended:
                report()

    def _round(self, ready: list[tuple[int, int]]) -> list[Callable[[], None]]:
        curl, multi = self._curl, self._multi
        for fd, mask in ready:
            if fd == self._wake_read:
                with contextlib.suppress(OSError):
                    os.read(fd, 4096)
                continue
            bits = (curl.CSELECT_IN if mask & selectors.EVENT_READ else 0) | (
                curl.CSELECT_OUT if mask & selectors.EVENT_WRITE else 0
            )
            multi.socket_action(fd, bits)
        if self._due_seconds is not None and self._due_seconds <= time.monotonic():
            self._due_seconds = None
            multi.socket_action(curl.SOCKET_TIMEOUT, 0)
        ended: list[Callable[[], None]] = []
        for sink, why in self._stillborn.values():
            ended.append(partial(sink.on_end, WireFault.BROKEN, why))
        self._stillborn.clear()
        for exchange in [exchange for exchange in self._exchanges.values() if not exchange.deliver()]:
            self._end(exchange, 0, "", ended)
        left = 1
        while left:
            left, succeeded, failed = multi.info_read()
            for handle, number, text in [*((handle, 0, "") for handle in succeeded), *failed]:
                if handle in self._exchanges:
                    self._end(self._exchanges[handle], number, text, ended)
        return ended

    def _end(self, exchange: Exchange, number: int, text: str, ended: list[Callable[[], None]]) -> None:
        fault: WireFault | None
        sink, successor = exchange.sink, None
        try:
            successor = exchange.successor(number)
            fault, detail = (None, "") if successor is not None else exchange.fault(number, text)
        except Exception as error:  # noqa: BLE001 one answer must not end the others
            fault, detail = WireFault.BROKEN, _why(error)
        self._remove(exchange)
        if fault is None and number == 0 and exchange.plain and len(self._idle) < _IDLE_MAX:
            exchange.release()
            self._idle.append(exchange.handle)
        else:
            exchange.handle.close()
        if successor is None:
            ended.append(partial(sink.on_end, fault, detail))
        else:
            self._add(successor)

    def _add(self, exchange: Exchange) -> None:
        multi: Any = self._multi
        multi.add_handle(exchange.handle)
        self._exchanges[exchange.handle] = exchange
        self._by_sink[id(exchange.sink)] = exchange
        # Not every libcurl asks for its first turn through the timer callback of a foreign thread.
        self._due_seconds = time.monotonic()

    def _remove(self, exchange: Exchange) -> None:
        del self._exchanges[exchange.handle]
        del self._by_sink[id(exchange.sink)]
        exchange.batch.clear()
        self._multi.remove_handle(exchange.handle)


def _why(error: Exception) -> str:
    """Return what stood in the way; the words of the error itself may hold a secret of the request."""
    return f"the request could not be made ({type(error).__name__})"
