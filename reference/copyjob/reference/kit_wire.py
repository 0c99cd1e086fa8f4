"""The conformance kit's wire as a wire of the service: exchanges in memory, told in builtins.

Laws: those of :mod:`copyjob.reference.wire`. Nothing is done but what the service or the kit's wire asks for, in the
thread that asks. Redirects are followed from here; what the owner of a job adds to a request is for the server of its
URL alone.

The kit is not imported: its wire is whatever has `start` and `stop` as :class:`MemoryWire` says. It carries no bodies
of requests, no names or passwords, and takes no time, so that there is nothing to throttle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urljoin, urlsplit

from copyjob.reference.wire import Answer, WireFault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from copyjob.reference.wire import Request, Sink

_FAULTS: Final = {"refused": WireFault.CONNECT, "broken": WireFault.BROKEN, "truncated": WireFault.TRUNCATED}


class Listener(Protocol):
    """Who hears of one exchange."""

    def on_head(self, status: int, headers: Mapping[str, str]) -> bool:
        """Take status and headers, by lower-case name; False hangs up, and nothing more is said."""
        ...

    def on_data(self, data: bytes) -> bool:
        """Take the next bytes of the body; False hangs up."""
        ...

    def on_end(self, fault: str | None) -> None:
        """Learn that it is over: whole, ``refused``, ``broken`` or ``truncated``."""
        ...


class MemoryWire(Protocol):
    """The kit's wire."""

    def start(self, method: str, url: str, headers: Mapping[str, str], listener: Listener) -> int:
        """Begin an exchange and return its number."""
        ...

    def stop(self, exchange: int) -> None:
        """Hang up."""
        ...


class KitWire:
    """A wire of the service over the kit's."""

    def __init__(self, wire: MemoryWire) -> None:
        self._wire = wire
        self._asking: dict[int, _Asking] = {}

    def start(self, request: Request, sink: Sink) -> None:
        """Begin an exchange."""
        if sink.wanted:
            asking = self._asking[id(sink)] = _Asking(self, request, sink)
            asking.ask(request.url)

    def stop(self, sink: Sink) -> None:
        """End the exchange of this sink if it has one."""
        asking = self._asking.pop(id(sink), None)
        if asking is not None:
            self._wire.stop(asking.exchange)

    def throttle(self, sink: Sink) -> None:
        """Do nothing: no time passes."""

    def close(self) -> None:
        """End every exchange."""
        for asking in list(self._asking.values()):
            self.stop(asking.sink)

    # ---- asked by exchanges ----

    def begin(self, url: str, asking: _Asking) -> int:
        """Begin one exchange of those that a request takes."""
        request = asking.request
        lines = ["Accept-Encoding: identity", *request.headers]
        if _server(url) == _server(request.url):
            lines += request.own_headers
        headers = dict(line.split(": ", 1) for line in lines)
        return self._wire.start(request.method, url, headers, asking)

    def end(self, asking: _Asking, fault: WireFault | None, detail: str = "") -> None:
        """Tell the sink that all is over, unless it was stopped."""
        if self._asking.get(id(asking.sink)) is asking:
            del self._asking[id(asking.sink)]
            asking.sink.on_end(fault, detail)


class _Asking:
    """One request, over as many exchanges as there are redirects."""

    def __init__(self, wire: KitWire, request: Request, sink: Sink) -> None:
        assert request.body is None, "the kit's wire carries no bodies of requests"
        self.request = request
        self.sink = sink
        self.exchange = 0
        self._own = wire
        self._url = request.url
        self._hops_left = request.redirects_max

    def ask(self, url: str) -> None:
        """Ask a server."""
        self._url = url
        self.exchange = self._own.begin(url, self)

    def on_head(self, status: int, headers: Mapping[str, str]) -> bool:
        """Follow a redirect, or give the answer to the sink."""
        location = headers.get("location")
        if status // 100 == 3 and location and self.request.redirects_max:  # noqa: PLR2004 3xx
            if not self._hops_left:
                return self._decline(WireFault.REDIRECTS, f"more than {self.request.redirects_max}")
            self._hops_left -= 1
            self.ask(urljoin(self._url, location))
            return False
        return self.sink.on_answer(Answer(status, headers)) or self._decline(WireFault.DECLINED)

    def on_data(self, data: bytes) -> bool:
        """Give bytes to the sink."""
        return self.sink.on_data([data]) or self._decline(WireFault.DECLINED)

    def on_end(self, fault: str | None) -> None:
        """Tell the sink what became of it."""
        self._own.end(self, None if fault is None else _FAULTS.get(fault, WireFault.BROKEN))

    def _decline(self, fault: WireFault, detail: str = "") -> bool:
        self._own.end(self, fault, detail)
        return False


def _server(url: str) -> tuple[str, str]:
    """Return what tells servers apart: the scheme, and host and port."""
    parts = urlsplit(url)
    return parts.scheme.lower(), parts.netloc.rpartition("@")[2].lower()
