"""Servers and the way to them in memory: documents with versions, and answers that go wrong in every known way.

Laws: what an exchange will do is drawn from the seed when the server takes the request; an exchange moves on only when
`Network.step` says so, and one that was stopped says nothing more. Two versions of a document never share an ETag,
so whoever joins bytes of both can be found out.

It does not know jobs or files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from copyjob.reference.wire import Answer, Request, Sink, WireFault

if TYPE_CHECKING:
    from random import Random

PIECES: Final = (1, 7, 16, 64)
BODY_MAX: Final = 160
WAYS: Final = (
    "refuse",
    "reset",
    "404",
    "503",
    "truncate",
    "break",
    "slow",
    "stall",
    "mute",
    "changed",
    "no_ranges",
    "wrong_range",
    "416",
    "no_length",
    "too_much",
    "no_etag",
)
"""How an exchange may go wrong; anything else goes right."""

Move = Answer | bytes | WireFault | None
"""What a server does next: a head, bytes, an end with a fault, or (None) nothing for now."""


@dataclass
class Document:
    """What is behind a URL: its versions, the present one last."""

    versions: list[bytes] = field(default_factory=list[bytes])

    @property
    def etag(self) -> str:
        """The ETag of the present version."""
        return f'"v{len(self.versions)}"'

    def of(self, etag: str) -> bytes | None:
        """Return the version with this ETag, the present one where there is none, or None."""
        if not etag:
            return self.versions[-1]
        number = int(etag.strip('"v') or 0)
        return self.versions[number - 1] if 0 < number <= len(self.versions) else None


@dataclass(eq=False)
class Exchange:
    """One request on its way."""

    request: Request
    sink: Sink
    way: str
    moves: Iterator[Move] | None = None


class Network:
    """A wire to simulated servers."""

    def __init__(self, rng: Random, fault_rate: float) -> None:
        self.rng = rng
        self.fault_rate = fault_rate
        self.documents: dict[str, Document] = {}
        self.exchanges: list[Exchange] = []
        self.struck = 0
        """How many exchanges have gone wrong."""
        self.way: str | None = None
        """The way of every exchange, where it is not to be drawn."""

    def publish(self, url: str) -> str:
        """Put a new version behind a URL; return the URL."""
        document = self.documents.setdefault(url, Document())
        document.versions.append(self.rng.randbytes(self.rng.randint(1, BODY_MAX)))
        return url

    # ---- the protocol of a wire ----

    def start(self, request: Request, sink: Sink) -> None:
        """Begin an exchange."""
        if not sink.wanted:
            return
        way = self.way
        if way is None:
            way = self.rng.choice(WAYS) if self.rng.random() < self.fault_rate else "good"
        self.exchanges.append(Exchange(request, sink, way))

    def stop(self, sink: Sink) -> None:
        """End the exchange of this sink."""
        self.exchanges = [exchange for exchange in self.exchanges if exchange.sink is not sink]

    def close(self) -> None:
        """End every exchange."""
        self.exchanges.clear()

    # ---- time passes ----

    def step(self, exchange: Exchange) -> None:
        """Let one exchange do its next move."""
        if exchange.moves is None:
            if exchange.way != "good":
                self.struck += 1
            exchange.moves = self._answer(exchange)
        try:
            move = next(exchange.moves)
        except StopIteration:
            self._end(exchange, None)
            return
        match move:
            case None:
                return
            case WireFault():
                self._end(exchange, move)
            case Answer():
                if not exchange.sink.on_answer(move):
                    self._end(exchange, WireFault.DECLINED)
            case bytes():
                if not exchange.sink.on_data([move]):
                    self._end(exchange, WireFault.DECLINED)

    def _end(self, exchange: Exchange, fault: WireFault | None) -> None:
        if exchange in self.exchanges:
            self.exchanges.remove(exchange)
            exchange.sink.on_end(fault, "")

    def _answer(self, exchange: Exchange) -> Iterator[Move]:
        """Do what the server of this exchange does."""
        way, url = exchange.way, exchange.request.url
        match way:
            case "refuse":
                yield WireFault.CONNECT
            case "reset":
                yield WireFault.BROKEN
            case "404" | "503" | "416":
                yield Answer(int(way), {"content-length": "0"})
            case "mute":
                while True:
                    yield None
            case "changed":
                self.publish(url)
            case _:
                pass
        yield from self._document(exchange, self.documents[url])

    def _document(self, exchange: Exchange, document: Document) -> Iterator[Move]:
        way, body, etag = exchange.way, document.versions[-1], document.etag
        lines = dict(line.split(": ", 1) for line in exchange.request.headers)
        start = int(lines.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        ranged = "Range" in lines and lines.get("If-Range") == etag and way != "no_ranges" and start < len(body)
        headers = {} if way == "no_etag" else {"etag": etag}
        if ranged:
            rest = body[start:]
            first = start + 1 if way == "wrong_range" else start
            headers["content-range"] = f"bytes {first}-{len(body) - 1}/{len(body)}"
        else:
            rest = body
        if way != "no_length":
            headers["content-length"] = str(len(rest))
        yield Answer(206 if ranged else 200, headers)
        if way == "too_much":
            rest += b"more"
        stop = self.rng.randint(0, len(rest) - 1) if way in {"truncate", "break", "stall"} else len(rest)
        size, at = self.rng.choice(PIECES), 0
        while at < stop:
            if way == "slow":
                yield None
            yield rest[at : min(at + size, stop)]
            at += size
        if way == "stall":
            while True:
                yield None
        if stop < len(rest):
            yield WireFault.BROKEN if way == "break" else WireFault.TRUNCATED
