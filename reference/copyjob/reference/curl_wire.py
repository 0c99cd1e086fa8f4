"""The real wire: every exchange of a service in one thread, over libcurl's multi interface.

Laws: libcurl is entered under one lock, so any thread may start an exchange, and `stop` has closed the
connection when it returns. Bodies are asked for as they are and never decoded. They arrive in batches of up to half
a mebibyte, one batch a round: libcurl hands out 16 KiB at a time, which is too little to pay a write for.
libcurl's own time-outs are out of the way; whether a server is too slow is told by the service's clock.

It does not know what it carries.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import threading
import time
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import quote

from copyjob.reference.wire import Answer, Request, Sink, WireFault

if TYPE_CHECKING:
    from collections.abc import Callable

BATCH_BYTES: Final = 512 * 1024
REDIRECTS_MAX: Final = 20
_NEVER_SECONDS: Final = 10 * 86_400
_HEAD_MAX: Final = 256 * 1024
_ASCII: Final = "".join(map(chr, range(33, 127)))
"""What stands in a URL as it is; everything else is percent-encoded UTF-8."""

_OK: Final = 0
_FAULTS: Final = {
    # CURLcode, whose numbers are part of libcurl's interface; what is not listed is a broken connection.
    1: WireFault.PROTOCOL,  # UNSUPPORTED_PROTOCOL: a redirect to another scheme, or an answer without a head
    3: WireFault.URL,  # URL_MALFORMAT
    5: WireFault.NAME,  # COULDNT_RESOLVE_PROXY
    6: WireFault.NAME,  # COULDNT_RESOLVE_HOST
    7: WireFault.CONNECT,  # COULDNT_CONNECT
    8: WireFault.PROTOCOL,  # WEIRD_SERVER_REPLY
    18: WireFault.TRUNCATED,  # PARTIAL_FILE
    23: WireFault.DECLINED,  # WRITE_ERROR
    28: WireFault.TIMEOUT,  # OPERATION_TIMEDOUT
    35: WireFault.SECURE,  # SSL_CONNECT_ERROR
    47: WireFault.REDIRECTS,  # TOO_MANY_REDIRECTS
    60: WireFault.SECURE,  # PEER_FAILED_VERIFICATION
    77: WireFault.SECURE,  # SSL_CACERT_BADFILE
}


def _fault(number: int) -> WireFault | None:
    return None if number == _OK else _FAULTS.get(number, WireFault.BROKEN)


class _Exchange:
    """One request and what has come back so far."""

    __slots__ = (
        "batch",
        "batched_bytes",
        "declined",
        "handle",
        "head",
        "headed",
        "headers",
        "sink",
        "status_code",
    )

    def __init__(self, handle: Any, sink: Sink) -> None:
        self.handle = handle
        self.sink = sink
        self.status_code = 0
        self.headers: dict[str, str] = {}
        self.head = 0
        self.headed = False
        self.declined = False
        self.batch: list[bytes] = []
        self.batched_bytes = 0

    def on_header(self, line: bytes) -> int | None:
        """Collect one header line; at the end of the last head ask the sink."""
        if self.headed:
            return None  # a trailer
        self.head += len(line)
        if self.head > _HEAD_MAX:
            self.declined = True
            return -1
        text = line.decode("iso-8859-1").strip()
        if text[:5].upper() == "HTTP/":
            words = text.split(None, 2)
            self.status_code = int(words[1]) if len(words) > 1 and words[1].isdecimal() else 0
            self.headers = {}
        elif text:
            name, _, value = text.partition(":")
            self.headers[name.strip().lower()] = value.strip()
        elif self.status_code >= 200 and not self._redirects():  # noqa: PLR2004 below are interim answers
            self.headed = True
            if not self.sink.on_answer(Answer(self.status_code, self.headers)):
                self.declined = True
                return -1
        return None

    def _redirects(self) -> bool:
        return self.status_code // 100 == 3 and bool(self.headers.get("location"))  # noqa: PLR2004 HTTP 3xx

    def on_body(self, chunk: bytes) -> int | None:
        """Keep one piece of the body for the next batch."""
        if not self.headed:
            return None  # the page that comes with a redirect
        self.batch.append(chunk)
        self.batched_bytes += len(chunk)
        if self.batched_bytes >= BATCH_BYTES and not self.deliver():
            return -1
        return None

    def deliver(self) -> bool:
        """Hand the batch to the sink; return whether it wants more."""
        if self.batch and not self.declined:
            batch, self.batch, self.batched_bytes = self.batch, [], 0
            self.declined = not self.sink.on_data(batch)
        return not self.declined


class CurlWire:
    """HTTP and HTTPS over libcurl; its thread begins with the first exchange."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._exchanges: dict[Any, _Exchange] = {}
        self._by_sink: dict[int, _Exchange] = {}
        self._multi: Any = None
        self._thread: threading.Thread | None = None
        self._due_seconds: float | None = None
        self._closed = False

    # ---- called from any thread ----

    def start(self, request: Request, sink: Sink) -> None:
        """Begin an exchange."""
        with self._lock:
            if self._closed or not sink.wanted:
                return
            if self._multi is None:
                self._begin()
            exchange = _exchange(request, sink)
            self._exchanges[exchange.handle] = exchange
            self._by_sink[id(sink)] = exchange
            multi: Any = self._multi
            multi.add_handle(exchange.handle)
            # Not every libcurl asks for its first turn through the timer callback of a foreign thread.
            self._due_seconds = time.monotonic()
        self._wake()

    def stop(self, sink: Sink) -> None:
        """End the exchange of this sink if it has one."""
        with self._lock:
            exchange = self._by_sink.get(id(sink))
            if exchange is not None:
                self._remove(exchange)
                exchange.handle.close()

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
        self._interest = {
            pycurl.POLL_IN: selectors.EVENT_READ,
            pycurl.POLL_OUT: selectors.EVENT_WRITE,
            pycurl.POLL_INOUT: selectors.EVENT_READ | selectors.EVENT_WRITE,
        }
        self._curl = pycurl
        self._thread = threading.Thread(target=self._run, name="copyjob-wire", daemon=True)
        self._thread.start()

    def _wake(self) -> None:
        with contextlib.suppress(OSError):
            os.write(self._wake_write, b"\0")

    def _on_timer(self, timeout_ms: int) -> Literal[0]:
        self._due_seconds = None if timeout_ms < 0 else time.monotonic() + timeout_ms / 1000
        return 0

    def _on_socket(self, event: int, fd: int, _multi: Any, _data: Any) -> Literal[0]:
        interest = self._interest.get(event)
        with contextlib.suppress(KeyError, ValueError, OSError):  # new to the selector, or closed already
            self._selector.unregister(fd)
        if interest is not None:
            self._selector.register(fd, interest)
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
        unwanted = [exchange for exchange in self._exchanges.values() if not exchange.deliver()]
        ended += [self._end(exchange, _OK, "") for exchange in unwanted]
        left = 1
        while left:
            left, succeeded, failed = multi.info_read()
            ended += [self._end(self._exchanges[h], _OK, "") for h in succeeded if h in self._exchanges]
            ended += [self._end(self._exchanges[h], n, text) for h, n, text in failed if h in self._exchanges]
        return ended

    def _end(self, exchange: _Exchange, number: int, text: str) -> Callable[[], None]:
        fault = WireFault.DECLINED if exchange.declined else _fault(number)
        self._remove(exchange)
        exchange.handle.close()
        sink = exchange.sink
        return lambda: sink.on_end(fault, text)

    def _remove(self, exchange: _Exchange) -> None:
        del self._exchanges[exchange.handle]
        del self._by_sink[id(exchange.sink)]
        exchange.batch.clear()
        self._multi.remove_handle(exchange.handle)


def _exchange(request: Request, sink: Sink) -> _Exchange:
    import pycurl

    handle = pycurl.Curl()
    secure = request.url[:6].lower() == "https:"
    options: list[tuple[int, Any]] = [
        (pycurl.URL, quote(request.url, safe=_ASCII)),
        (pycurl.HTTPHEADER, [line.encode("iso-8859-1") for line in ("Accept-Encoding: identity", *request.headers)]),
        (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
        # What was asked for over a secure connection is not fetched over another.
        (pycurl.REDIR_PROTOCOLS, pycurl.PROTO_HTTPS | (0 if secure else pycurl.PROTO_HTTP)),
        (pycurl.FOLLOWLOCATION, 1),
        (pycurl.MAXREDIRS, REDIRECTS_MAX),
        (pycurl.HTTP_CONTENT_DECODING, 0),
        (pycurl.CONNECTTIMEOUT, _NEVER_SECONDS),
        (pycurl.BUFFERSIZE, BATCH_BYTES),
        (pycurl.NOSIGNAL, 1),
        (pycurl.TCP_KEEPALIVE, 1),
        (pycurl.USERAGENT, "copyjob"),
    ]
    for option, value in options:
        handle.setopt(option, value)
    bundle = _certificates() if secure else None
    if bundle is not None:
        handle.setopt(pycurl.CAINFO, bundle)
    exchange = _Exchange(handle, sink)
    handle.setopt(pycurl.HEADERFUNCTION, exchange.on_header)
    handle.setopt(pycurl.WRITEFUNCTION, exchange.on_body)
    return exchange


def _certificates() -> str | None:
    """
    Return the machine's bundle of authorities; the one compiled into libcurl may lie nowhere on this
    machine.
    """
    import ssl

    return os.environ.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile
