"""Servers and the way to them in memory: documents with versions, and answers that go wrong in every known way.

What takes uploads is in ``receiving``.

Laws: what an exchange will do is drawn from the seed when the server takes the request; an exchange moves on only when
`Network.step` says so, and one that was stopped says nothing more. Two versions of a document share neither ETag nor
time stamp, two documents no time stamp, so whoever joins bytes of two can be found out.

It does not know jobs or files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from copyjob.reference.simulation import receiving
from copyjob.reference.simulation.receiving import Delivery, Move, receive
from copyjob.reference.wire import Answer, Request, Sink, WireFault

if TYPE_CHECKING:
    from random import Random

    from copyjob.reference.simulation.wishes import Wish

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

TAGGED: Final = 0.7
"""How many of the documents have ETags."""
NOW: Final = "Tue, 07 Jan 2025 00:00:00 GMT"
"""When every answer was given, by its server's clock; a day after every time stamp."""


@dataclass
class Document:
    """What is behind a URL: its versions, the present one last."""

    versions: list[bytes] = field(default_factory=list[bytes])
    stamp: str = ""
    """The time stamp of the present version; no two versions of any documents share one."""
    tagged: bool = True
    """Whether its server knows ETags; time stamps it has in any case."""
    least_bytes: int = 1

    @property
    def etag(self) -> str:
        """The ETag of the present version; all servers count alike, so that a tag proves nothing elsewhere."""
        return f'"v{len(self.versions)}"'


@dataclass(eq=False)
class Exchange:
    """One request on its way."""

    request: Request
    sink: Sink
    way: str
    moves: Iterator[Move] | None = None
    answered: bool = False
    """Whether its sink wants the body of the answer."""


class Network:
    """A wire to simulated servers."""

    def __init__(self, rng: Random, fault_rate: float) -> None:
        self.rng = rng
        self.fault_rate = fault_rate
        self.documents: dict[str, Document] = {}
        self.deliveries: dict[str, list[Delivery]] = {}
        """The uploads that were begun to each URL, in order."""
        self.exchanges: list[Exchange] = []
        self.requests = 0
        """How many requests have come."""
        self.struck = 0
        """How many exchanges have gone wrong."""
        self.way: str | None = None
        """The way of every exchange, where it is not to be drawn."""
        self._stamped = 0

    def publish(self, url: str, *, least_bytes: int | None = None, size_bytes: int | None = None) -> str:
        """Put a new version behind a URL, of any size unless one is given; return the URL."""
        document = self.documents.get(url)
        if document is None:
            document = self.documents[url] = Document(tagged=self.rng.random() < TAGGED)
        document.least_bytes = least_bytes or document.least_bytes
        size = size_bytes or self.rng.randint(document.least_bytes, BODY_MAX)
        document.versions.append(self.rng.randbytes(size))
        self._stamped += 1
        minutes, seconds = divmod(self._stamped, 60)
        document.stamp = f"Mon, 06 Jan 2025 {minutes // 60:02}:{minutes % 60:02}:{seconds:02} GMT"
        return url

    def mirror(self, url: str, other: str) -> str:
        """Put the same document behind another URL, time stamp and all; return that."""
        self.documents[other] = self.documents[url]
        return other

    def contents(self, wish: Wish) -> list[bytes]:
        """Return everything that may stand in a file once it is whole."""
        return [wish.of(version) for url in wish.urls for version in self.documents[url].versions]

    def last_delivery(self, url: str) -> Delivery | None:
        """Return the upload to a URL that was begun last."""
        return self.deliveries[url][-1] if url in self.deliveries else None

    # ---- the protocol of a wire ----

    def start(self, request: Request, sink: Sink) -> None:
        """Begin an exchange."""
        if not sink.wanted:
            return
        way = self.way
        if way is None:
            ways = WAYS if request.body is None else receiving.WAYS
            way = self.rng.choice(ways) if self.rng.random() < self.fault_rate else "good"
        self.requests += 1
        if request.body is not None:
            self.deliveries.setdefault(request.url, []).append(Delivery(request.body.size_bytes))
        self.exchanges.append(Exchange(request, sink, way))

    def stop(self, sink: Sink) -> None:
        """End the exchange of this sink."""
        self.exchanges = [exchange for exchange in self.exchanges if exchange.sink is not sink]

    def throttle(self, sink: Sink) -> None:
        """Bytes come one move at a time anyway."""

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
                exchange.answered = exchange.sink.on_answer(move)
                if not exchange.answered:
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
        way, url, body = exchange.way, exchange.request.url, exchange.request.body
        if body is not None:
            yield from receive(self.deliveries[url][-1], body, way, self.rng)
            return
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
        way, body = exchange.way, document.versions[-1]
        lines = dict(line.split(": ", 1) for line in exchange.request.headers)
        if lines.get("If-Unmodified-Since", document.stamp) < document.stamp:
            yield Answer(412, {"content-length": "0"})
            return
        first, _, last = lines.get("Range", "").removeprefix("bytes=").partition("-")
        start, end = int(first or 0), min(int(last or len(body)) + 1, len(body))
        ranged = bool(first) and lines.get("If-Range") in {None, document.etag, document.stamp} and way != "no_ranges"
        headers = {"date": NOW, "last-modified": document.stamp} if way != "no_etag" else {}
        if document.tagged and headers:
            headers["etag"] = document.etag
        if ranged and start >= len(body):
            yield Answer(416, {"content-length": "0"})
            return
        rest = body[start:end] if ranged else body
        if ranged:
            stated = start + 1 if way == "wrong_range" else start
            headers["content-range"] = f"bytes {stated}-{end - 1}/{len(body)}"
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
