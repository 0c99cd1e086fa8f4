"""The server of the crash harness: on loopback, and not to be relied upon.

Laws: what a resource does follows from its own list of moods, one a request, and after the last it is good.
A good server answers ranges only of the version it has now. Every request is counted.

It does not know jobs.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MOODS: tuple[str, ...] = ("slow", "drop", "reset", "busy", "changed", "whole", "good")
"""Slow: small pieces; drop: part of the body; reset: the same, with a reset; busy: 503; changed: another
version from now on; whole: ranges ignored; good."""
MOOD_WEIGHTS = (4, 2, 1, 1, 1, 1, 1)
UPLOAD_MOODS: tuple[str, ...] = ("slow", "drop", "reset", "busy", "lost", "cut", "slow_reply", "good")
"""Of what takes uploads. Slow: small pieces; drop: it takes a part; reset: the same, with a reset; busy: 503; lost: it
answers nothing; cut: it replies with a part; slow_reply: small pieces; good. An answer to a part is none of them: what
the client's system has taken over may be all of it, and the client cannot know better."""
UPLOAD_MOOD_WEIGHTS = (4, 2, 1, 1, 1, 2, 4, 1)
PIECE_BYTES = 65_536
PIECE_PAUSE_SECONDS = 0.002
IDLE_WAIT_SECONDS = 30.0


@dataclass
class Resource:
    """One document: its versions, the first is served first; what it does to the next requests."""

    versions: list[bytes]
    moods: list[str]
    missing: bool = False
    requests: int = 0
    current: int = 0


@dataclass
class Delivery:
    """One upload as the server sees it."""

    size_bytes: int
    body: bytearray = field(default_factory=bytearray)
    accepted: bool = False
    """Whether it was answered 2xx when all of it was here."""
    reply: bytes = b""
    replied: bool = False
    """Whether the whole of the reply is on its way."""


@dataclass
class Inbox(Resource):
    """What takes uploads: its versions are its replies, in turn."""

    deliveries: list[Delivery] = field(default_factory=list[Delivery])


class Origin:
    """A server and its resources by path."""

    def __init__(self) -> None:
        self.resources: dict[str, Resource] = {}
        self.resumed = 0
        """How many requests were answered with a range."""
        self.lock = threading.Condition()
        self.connections = 0
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def put(self, path: str, resource: Resource) -> str:
        """Serve a resource; return its URL."""
        self.resources[path] = resource
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def settle(self) -> None:
        """Wait until every connection of clients that are gone is over, the ones not yet accepted too."""
        # Connections are accepted in order: when ours has been, so have all before it.
        with socket.create_connection(("127.0.0.1", self._server.server_port)) as ours:
            ours.sendall(b"GET /ping HTTP/1.0\r\n\r\n")
            while ours.recv(1024):
                pass
        with self.lock:
            if not self.lock.wait_for(lambda: self.connections == 0, IDLE_WAIT_SECONDS):
                raise TimeoutError("connections of a killed service do not end")

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        super().__init__(("127.0.0.1", 0), _Handler)

    def process_request(self, request: object, client_address: object) -> None:
        with self.origin.lock:
            self.origin.connections += 1
        super().process_request(request, client_address)  # type: ignore[arg-type]  # passed on as it came

    def process_request_thread(self, request: object, client_address: object) -> None:
        try:
            super().process_request_thread(request, client_address)  # type: ignore[arg-type]  # likewise
        finally:
            with self.origin.lock:
                self.origin.connections -= 1
                self.origin.lock.notify_all()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients of this server are killed all the time."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the base class's name
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer one request as the resource is in the mood for."""
        assert isinstance(self.server, _Server)
        origin = self.server.origin
        with origin.lock:
            resource = origin.resources.get(self.path)
            if resource is None or resource.missing:
                if resource is not None:
                    resource.requests += 1
                self._head(404, 0)
                return
            resource.requests += 1
            mood = resource.moods.pop(0) if resource.moods else "good"
            if mood == "changed":
                resource.current = min(resource.current + 1, len(resource.versions) - 1)
            body, etag = resource.versions[resource.current], f'"v{resource.current}"'
            first, end = (0, None) if mood == "whole" else self._wanted(etag, len(body))
            origin.resumed += bool("If-Range" in self.headers and end is not None and mood != "busy")
        if mood == "busy":
            self._head(503, 0)
            return
        rest = body[first:end]
        extra = {} if end is None else {"Content-Range": f"bytes {first}-{end - 1}/{len(body)}"}
        self._head(200 if end is None else 206, len(rest), ETag=etag, **extra)
        if mood in {"drop", "reset"}:
            self.wfile.write(rest[: len(rest) // 2])
            self.close_connection = True
            if mood == "reset":
                self._reset()
        else:
            self._write(rest, slow=mood == "slow")

    def do_PUT(self) -> None:
        """Take an upload as its inbox is in the mood for."""
        assert isinstance(self.server, _Server)
        self.close_connection = True
        with self.server.origin.lock:
            inbox = self.server.origin.resources[self.path]
            assert isinstance(inbox, Inbox), "only these are sent anything"
            mood = inbox.moods.pop(0) if inbox.moods else "good"
            delivery = Delivery(int(self.headers["Content-Length"]), reply=inbox.versions[inbox.requests % 2])
            inbox.deliveries.append(delivery)
            inbox.requests += 1
        if mood == "busy":
            self._head(503, 0)
            return
        if not self._take(delivery, mood) or mood in {"drop", "lost"}:
            return
        if mood == "reset":
            self._reset()
            return
        reply = delivery.reply[: len(delivery.reply) // 2] if mood == "cut" else delivery.reply
        delivery.accepted = len(delivery.body) == delivery.size_bytes
        delivery.replied = delivery.accepted and reply == delivery.reply
        self._head(200, len(delivery.reply))
        self._write(reply, slow=mood == "slow_reply")

    do_POST = do_PUT  # noqa: N815 the base class's way of naming

    def _take(self, delivery: Delivery, mood: str) -> bool:
        """Take what comes, or a part; return whether that has come."""
        wanted = delivery.size_bytes // 2 if mood in {"drop", "reset"} else delivery.size_bytes
        while len(delivery.body) < wanted:
            piece = self.rfile.read(min(PIECE_BYTES, wanted - len(delivery.body)))
            if not piece:
                return False
            delivery.body += piece
            if mood == "slow":
                time.sleep(PIECE_PAUSE_SECONDS)
        return True

    def _write(self, body: bytes, *, slow: bool) -> None:
        for at in range(0, len(body), PIECE_BYTES) if slow else ():
            self.wfile.write(body[at : at + PIECE_BYTES])
            time.sleep(PIECE_PAUSE_SECONDS)
        if not slow:
            self.wfile.write(body)

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _wanted(self, etag: str, length: int) -> tuple[int, int | None]:
        """Return the first byte to send and the one after the last, or None where the whole is to be sent."""
        wanted = self.headers.get("Range")
        if wanted is None or self.headers.get("If-Range", etag) != etag:
            return 0, None
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        end = min(int(last) + 1, length) if last else length
        return (int(first), end) if int(first) < end else (0, None)

    def _head(self, code: int, length: int, **headers: str) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def finish(self) -> None:
        """Close, whatever the client thinks of it."""
        with contextlib.suppress(OSError):
            super().finish()
