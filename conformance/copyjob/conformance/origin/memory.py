"""A net without sockets: clients are backends on the kit's wire, and everything that happens is one move of many.

Laws: nothing moves but by :meth:`MemoryNet.move`, one thing at a time: a connection is let in or refused, a request is
read, a head, a piece of a body or an end arrives. Which of those that are possible comes first, and how large a piece
is, a seed decides; the same seed and the same calls give the same journal, byte for byte. Time is counted, not
measured: it passes a little with every look at it, and as far as a pause lasts when nothing else is left to do.

Only one thread may use it. What this module does not know: scripts, gates' reasons, and what a backend makes of it all.
"""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit

from copyjob.conformance.origin.exchange import Exchange
from copyjob.conformance.origin.gate import Gate
from copyjob.conformance.origin.loop import Timer
from copyjob.conformance.origin.messages import Request, path_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from copyjob.conformance.origin.host import FileView, Host
    from copyjob.conformance.origin.net import Line
    from copyjob.conformance.origin.wire import Listener

T = TypeVar("T")

PIECES_BYTES: Final = (4_096, 32_768, 131_072)
"""How much of a body arrives at once, at most."""
TICK_SECONDS: Final = 1e-6
DATE_SECONDS: Final = 1_736_121_600
"""When everything happens: the 6th of January 2025."""
_DATE: Final = formatdate(DATE_SECONDS, usegmt=True)


@dataclass(eq=False)
class _Client:
    """One exchange, from the side of who asked for it."""

    method: str
    url: str
    headers: Mapping[str, str]
    listener: Listener
    line: _MemoryLine | None = None
    """What the site sees of it, once it was let in."""
    asked: bool = False
    """Whether the server has read the request."""
    arriving: deque[tuple[int, dict[str, str]] | memoryview | str] = field(
        default_factory=deque[tuple[int, dict[str, str]] | memoryview | str]
    )
    """What is under way: a head, bytes, an end."""


class _MemoryLine:
    """The carrier of one exchange."""

    def __init__(self, net: MemoryNet, host: Host, client: _Client, number: int) -> None:
        self._net, self._host, self._client = net, host, client
        self._broken = False
        self.exchange = Exchange(host, self, number)

    # What the site asks.

    def script_changed(self, file: FileView) -> None:
        """Let the new script of `file` rule what is left of an answer to a request for it."""
        if self.exchange.concerns(file):
            self.exchange.follow_script()

    def gate_changed(self) -> None:
        """Do nothing: a request is on every connection, or about to be."""

    def close(self) -> None:
        """Break the connection; what was under way is lost."""
        self._client.arriving.clear()
        self.exchange.site_closed()
        self.reset()

    # What the exchange asks.

    def send(self, head: memoryview, body: memoryview) -> int:
        """Take everything."""
        if head:
            self._client.arriving.append(_read_head(bytes(head)))
        if body:
            self._client.arriving.append(body)
        return len(head) + len(body)

    def arriving(self) -> bool:
        """Return False: what is under way in memory arrives."""
        return False

    def end(self, *, whole: bool) -> None:
        """End in order."""
        self._client.arriving.append("" if whole else "truncated")

    def reset(self) -> None:
        """Break the connection, behind what is under way."""
        self._broken = True
        self._client.arriving.append("broken")
        self._host.dropped(self)

    def later(self, delay_seconds: float, action: Callable[[], None]) -> Timer:
        """Do something when so much time has passed."""
        return self._net.later(delay_seconds, action)

    def client_left(self) -> None:
        """Let the server see that the client has gone, unless it has broken the connection itself."""
        if not self._broken:
            self.exchange.client_left()
            self._host.dropped(self)


class _MemoryWay:
    """The way into one site."""

    def __init__(self, net: MemoryNet, address: str) -> None:
        self._net = net
        self.address = address
        self.gate = Gate.REFUSE

    def change(self, gate: Gate) -> None:
        """Put `gate` into force."""
        self.gate = gate

    def close(self) -> None:
        """Let nobody in any more."""
        self._net.close_way(self.address)


class _Inline:
    """Runs everything where it is asked for."""

    def __init__(self) -> None:
        self._closed = False

    def call(self, action: Callable[[], T]) -> T:
        """Run `action`; RuntimeError when the origin is closed."""
        if self._closed:
            raise RuntimeError("the origin is closed")
        return action()

    def close(self) -> None:
        """Run nothing any more."""
        self._closed = True


class MemoryNet:
    """The net, which is the kit's wire as well (:class:`copyjob.conformance.origin.wire.KitWire`)."""

    def __init__(self, seed: str | int = 0) -> None:
        """Begin, with nobody there."""
        self.loop = _Inline()
        self.hear: Callable[[str, Callable[[], Any]], Any] = _plainly
        """Makes a call of a listener, given its name: for who guards it."""
        self.chance = random.Random(seed)  # noqa: S311 delays, not secrets
        self._now_seconds = 0.0
        self._ways: dict[str, tuple[_MemoryWay, Host, Callable[[Line], None]]] = {}
        self._clients: dict[int, _Client] = {}
        self._timers: list[Timer] = []
        self._started = 0
        self._connections = 0

    # What an origin stands on.

    def now_seconds(self) -> float:
        """Return the time, a tick later than the last time it was asked for."""
        self._now_seconds += TICK_SECONDS
        return self._now_seconds

    def date_seconds(self) -> int:
        """Return the one date of this net."""
        return DATE_SECONDS

    def token(self, site: int) -> str:
        """Return a name that says which site it is."""
        return f"{site:016x}"

    def way_into(self, host: Host, admit: Callable[[Line], None]) -> _MemoryWay:
        """Open an address that no network leads to."""
        address = f"site-{host.number}.invalid"
        way = _MemoryWay(self, address)
        self._ways[address] = (way, host, admit)
        return way

    def close_way(self, address: str) -> None:
        """Forget an address; who is not connected yet will be refused."""
        self._ways.pop(address, None)

    def later(self, delay_seconds: float, action: Callable[[], None]) -> Timer:
        """Run `action` when so much time has passed."""
        timer = Timer(self._now_seconds + delay_seconds, action)
        self._timers.append(timer)
        return timer

    # The wire.

    def start(self, method: str, url: str, headers: Mapping[str, str], listener: Listener) -> int:
        """Begin an exchange."""
        self._started += 1
        self._clients[self._started] = _Client(method, url, dict(headers), listener)
        return self._started

    def stop(self, exchange: int) -> None:
        """End an exchange from the client's side."""
        client = self._clients.pop(exchange, None)
        if client is not None:
            self._leave(client)

    def drop_clients(self) -> None:
        """End every exchange from the client's side, as when its process dies."""
        for exchange in list(self._clients):
            self.stop(exchange)

    def _leave(self, client: _Client) -> None:
        client.arriving.clear()
        if client.line is not None:
            client.line.client_left()

    # The moves.

    def move(self) -> bool:
        """Let one thing happen; False where nothing can."""
        ready = [number for number, client in self._clients.items() if self._may_move(client)]
        if ready:
            number = ready[0] if len(ready) == 1 else self.chance.choice(ready)
            self._move(number, self._clients[number])
            return True
        self._timers = [timer for timer in self._timers if not timer.cancelled]
        if self._timers:
            timer = min(self._timers)
            self._timers.remove(timer)
            self._now_seconds = max(self._now_seconds, timer.due_seconds)
            timer.action()
            return True
        return False

    def _may_move(self, client: _Client) -> bool:
        if client.line is not None:
            return not client.asked or bool(client.arriving)
        way = self._ways.get(urlsplit(client.url).netloc)
        return way is None or way[0].gate is not Gate.BACKLOG

    def _move(self, number: int, client: _Client) -> None:
        if client.line is None:
            self._connect(number, client)
        elif client.asked:
            self._deliver(number, client, client.arriving.popleft())
        else:
            client.asked = True
            headers = {name.lower(): value for name, value in client.headers.items()}
            # Without chunks: where no length is announced the end of the connection is the end of the answer.
            request = Request(
                client.method, path_of(client.url), headers, modern=False, keeps_alive=False, has_body=False
            )
            client.line.exchange.accept(request)

    def _connect(self, number: int, client: _Client) -> None:
        way, host, admit = self._ways.get(urlsplit(client.url).netloc, (None, None, None))
        if way is None or host is None or admit is None or way.gate is Gate.REFUSE:
            del self._clients[number]
            self.hear("on_end", lambda: client.listener.on_end("refused"))
            return
        self._connections += 1
        client.line = _MemoryLine(self, host, client, self._connections)
        admit(client.line)

    def _deliver(self, number: int, client: _Client, what: tuple[int, dict[str, str]] | memoryview | str) -> None:
        if isinstance(what, tuple):
            status, headers = what
            goes_on = self.hear("on_head", lambda: client.listener.on_head(status, headers))
        elif isinstance(what, memoryview):
            size = self.chance.choice(PIECES_BYTES)
            if len(what) > size:
                client.arriving.appendleft(what[size:])
            data = bytes(what[:size])
            goes_on = self.hear("on_data", lambda: client.listener.on_data(data))
        else:
            del self._clients[number]
            self._leave(client)
            self.hear("on_end", lambda: client.listener.on_end(what or None))
            return
        if not goes_on:
            self.stop(number)


def _plainly(_what: str, work: Callable[[], Any]) -> Any:
    """Make a call."""
    return work()


@lru_cache(maxsize=64)
def _fields(head: bytes) -> tuple[int, tuple[tuple[str, str], ...]]:
    status, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    pairs = (line.partition(": ") for line in lines)
    return int(status.split(" ")[1]), tuple((name.lower(), value) for name, _, value in pairs)


def _read_head(head: bytes) -> tuple[int, dict[str, str]]:
    """Return status and headers of an answer, dated as everything on this net is."""
    status, fields = _fields(head)
    return status, {**dict(fields), "date": _DATE}
