"""Fixtures of the reference's tests: a scripted server on loopback, a wire in memory, services that are closed."""

from __future__ import annotations

import contextlib
import shutil
import socket
import ssl
import struct
import subprocess
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.reference.clock import ManualClock
from copyjob.reference.service import Service
from copyjob.reference.wire import Answer, Request, Sink, WireFault
from copyjob.spec.vocabulary import Dialect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WAIT_SECONDS = 20.0


@dataclass
class Seen:
    """One request that reached the server."""

    path: str
    headers: dict[str, str]
    method: str = "GET"
    body: bytes = b""


class Conversation:
    """What a script can do with one request."""

    def __init__(self, connection: socket.socket, seen: Seen, closing: threading.Event, stream: Any = None) -> None:
        self._connection = connection
        self._stream = stream
        self._closing = closing
        self.seen = seen
        self.keep = True

    def receive(self, count: int | None = None) -> bytes:
        """Take the body of the request, or its first bytes."""
        if "expect" in self.seen.headers:
            self.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        size = int(self.seen.headers["content-length"]) if count is None else count
        body: bytes = self._stream.read(size)
        self.seen.body += body
        return body

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._connection.sendall(data)

    def head(self, code: int, **headers: object) -> None:
        """Send a head; underscores in names stand for hyphens."""
        lines = [
            f"HTTP/1.1 {code} X",
            *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
        ]
        self.send(("\r\n".join(lines) + "\r\n\r\n").encode())

    def whole(self, body: bytes, code: int = 200, **headers: object) -> None:
        """Send a whole answer."""
        self.head(code, Content_Length=len(body), **headers)
        self.send(body)

    def document(self, body: bytes, etag: str = '"v1"', **headers: Any) -> None:
        """Answer as a good server does, ranges and conditions included."""
        wanted, condition = self.seen.headers.get("range"), self.seen.headers.get("if-range")
        if etag:
            headers["ETag"] = etag
        if self.seen.headers.get("if-unmodified-since", headers.get("Last_Modified")) != headers.get("Last_Modified"):
            self.whole(b"", 412)
            return
        if wanted is None or condition not in {None, etag, headers.get("Last_Modified")}:
            self.whole(body, **headers)
            return
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        start, end = int(first), min(int(last or len(body)) + 1, len(body))
        if start >= len(body):
            self.whole(b"", 416, Content_Range=f"bytes */{len(body)}")
            return
        self.whole(body[start:end], 206, Content_Range=f"bytes {start}-{end - 1}/{len(body)}", **headers)

    def hold(self) -> None:
        """Keep silent until the client or the test goes away."""
        self._connection.settimeout(0.02)
        while not self._closing.is_set():
            with contextlib.suppress(TimeoutError):
                if not self._connection.recv(1):
                    break
        self.keep = False

    def hang_up(self) -> None:
        """Close the connection."""
        self.keep = False

    def reset(self) -> None:
        """Close the connection with a reset."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.keep = False


class Origin:
    """A server on loopback that plays one script a request of a path, the last one again and again."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._closing = threading.Event()
        self._scripts: dict[str, list[Callable[[Conversation], None]]] = {}
        self._changed = threading.Condition()
        self._counts: dict[str, int] = defaultdict(int)
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self.requests: list[Seen] = []
        self.ended: dict[str, int] = defaultdict(int)
        self._spawn(self._accept)

    def _spawn(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def url(self, path: str) -> str:
        """Return the URL of a path."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}{path}"

    def play(self, path: str, *scripts: Callable[[Conversation], None]) -> str:
        """Set the scripts of a path; return its URL."""
        self._scripts[path] = list(scripts)
        return self.url(path)

    def serve(self, path: str, body: bytes, etag: str = '"v1"') -> str:
        """Serve a document; return its URL."""
        return self.play(path, lambda c: c.document(body, etag))

    def wait_requests(self, count: int) -> bool:
        """Wait until so many requests have come."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.requests) >= count, WAIT_SECONDS)

    def wait_ended(self, path: str, count: int = 1) -> bool:
        """Wait until so many answers for this path are over, one way or another."""
        with self._changed:
            return self._changed.wait_for(lambda: self.ended[path] >= count, WAIT_SECONDS)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._open.add(connection)
                self._spawn(self._converse, connection)

    def _converse(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(WAIT_SECONDS)
            stream = connection.makefile("rb")
            keep = True
            while keep:
                first = stream.readline().decode().split()
                if not first:
                    break
                headers: dict[str, str] = {}
                while line := stream.readline().strip().decode("iso-8859-1"):
                    name, _, value = line.partition(":")
                    headers[name.lower()] = value.strip()
                seen = Seen(first[1], headers, first[0])
                with self._changed:
                    self.requests.append(seen)
                    scripts = self._scripts[seen.path]
                    script = scripts[min(self._counts[seen.path], len(scripts) - 1)]
                    self._counts[seen.path] += 1
                    self._changed.notify_all()
                conversation = Conversation(connection, seen, self._closing, stream)
                try:
                    script(conversation)
                finally:
                    keep = conversation.keep
                    if not keep:
                        stream.close()
                        connection.close()
                    with self._changed:
                        self.ended[seen.path] += 1
                        self._changed.notify_all()
        self._open.discard(connection)

    def close(self) -> None:
        """Close every connection and end every thread."""
        self._closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(WAIT_SECONDS)


@dataclass
class Script:
    """What a wire in memory answers: a head, a body in pieces, an end; without an end it holds."""

    code: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])
    pieces: list[bytes] = field(default_factory=list[bytes])
    fault: WireFault | None = None
    holds_head: bool = False
    takes_body: bool = True
    """Whether what comes with the request is taken before the answer."""
    holds_body: bool = False


def whole(body: bytes, **extra: str) -> Script:
    """Return a good answer to a plain request."""
    return Script(200, {"content-length": str(len(body)), "etag": '"v1"', **extra}, [body])


class MemoryWire:
    """A wire without sockets: `run` plays what has been asked for, in order, in the caller's thread."""

    def __init__(self) -> None:
        self.scripts: dict[str, list[Script]] = {}
        self.requests: list[Request] = []
        self.first_rates: list[int] = []
        self.rates: list[int] = []
        self._waiting: list[tuple[Request, Sink]] = []
        self._held: dict[int, tuple[Sink, Script]] = {}

    def play(self, url: str, *scripts: Script) -> str:
        """Set the answers of a URL, the last one again and again."""
        self.scripts[url] = list(scripts)
        return url

    def start(self, request: Request, sink: Sink) -> None:
        """Begin an exchange."""
        if sink.wanted:
            self.requests.append(request)
            self.first_rates.append(sink.bytes_per_second)
            self._waiting.append((request, sink))

    def stop(self, sink: Sink) -> None:
        """End an exchange."""
        self._waiting = [item for item in self._waiting if item[1] is not sink]
        self._held.pop(id(sink), None)

    def throttle(self, sink: Sink) -> None:
        """Take down what an exchange may take."""
        self.rates.append(sink.bytes_per_second)

    def close(self) -> None:
        """End every exchange."""
        self._waiting.clear()
        self._held.clear()

    def run(self) -> None:
        """Play until nothing is left to play."""
        while self._waiting:
            request, sink = self._waiting.pop(0)
            scripts = self.scripts[request.url]
            script = scripts[0] if len(scripts) == 1 else scripts.pop(0)
            if request.body is not None and script.takes_body:
                while request.body.read(4_096):
                    pass
            if script.holds_head:
                self._held[id(sink)] = (sink, script)
            elif script.code == 0:
                sink.on_end(script.fault, "")
            elif not sink.on_answer(Answer(script.code, script.headers)) or not all(
                sink.on_data([piece]) for piece in script.pieces
            ):
                sink.on_end(WireFault.DECLINED, "")
            elif script.holds_body:
                self._held[id(sink)] = (sink, script)
            else:
                sink.on_end(script.fault, "")


@pytest.fixture
def origin() -> Iterator[Origin]:
    """Start a scripted server on loopback."""
    server = Origin()
    yield server
    server.close()


class Authority:
    """Somebody who signs certificates."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._count = 0
        self.file = folder / f"{name}.pem"
        self._key = folder / f"{name}.key"
        self._openssl("req", "-x509", *self._new(self._key, name), "-days", "2", "-out", self.file)

    def sign(self, host: str = "IP:127.0.0.1", days: int = 2) -> ssl.SSLContext:
        """Return the context of a server that has a certificate for this host."""
        self._count += 1
        key, asked, extension, made = (self._folder / f"{self._count}.{end}" for end in ("key", "csr", "ext", "pem"))
        extension.write_text(f"subjectAltName={host}\n")
        self._openssl("req", *self._new(key, "server"), "-out", asked)
        signer = ("-CA", self.file, "-CAkey", self._key, "-CAcreateserial", "-extfile", extension)
        self._openssl("x509", "-req", "-in", asked, *signer, "-days", days, "-out", made)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(made, key)
        return context

    def _new(self, key: Path, name: str) -> tuple[object, ...]:
        kind = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        return (*kind, "-keyout", key, "-subj", f"/CN={name}")

    def _openssl(self, *arguments: object) -> None:
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Make an authority that some services trust."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl on this machine")
    return Authority(tmp_path_factory.mktemp("authority"), "authority")


class SecureOrigin(Origin):
    """The scripted server behind TLS."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__()

    def url(self, path: str) -> str:
        """Return the URL of a path."""
        return super().url(path).replace("http:", "https:")

    def _converse(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(WAIT_SECONDS)
            stream = self._context.wrap_socket(connection, server_side=True)
            self._open.add(stream)  # the plain one is an empty shell by now
            super()._converse(stream)


@pytest.fixture
def secure() -> Iterator[Callable[[ssl.SSLContext], SecureOrigin]]:
    """Start scripted servers that speak HTTPS."""
    started: list[SecureOrigin] = []

    def start(context: ssl.SSLContext) -> SecureOrigin:
        started.append(SecureOrigin(context))
        return started[-1]

    yield start
    for server in started:
        server.close()


@pytest.fixture
def memory() -> Any:
    """Give a wire in memory, with the makers of its scripts: ``memory.whole``, ``memory.script``."""
    wire: Any = MemoryWire()
    wire.whole = whole
    wire.script = Script
    return wire


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """Start services on one store with one manual clock; each is closed at the end."""
    clock = ManualClock()
    started: list[Service] = []

    def start(dialect: Dialect = Dialect.BITS, **options: Any) -> Service:
        options.setdefault("clock", clock)
        service = Service(str(tmp_path / "state" / "jobs.sqlite"), dialect, **options)
        started.append(service)
        return service

    yield start
    for service in started:
        service.kill()
