"""The kit's wire: how a backend that declares the power ``wire`` reaches the origin without a network.

Law: builtins only, so that a backend needs no import from here; the protocols are structural. Nobody is called back
from within :meth:`KitWire.start`, nor after :meth:`KitWire.stop` has returned. What is answered is one response:
redirects are the backend's to follow.

A backend with this power is constructed as ``factory(dialect=, folder=, wire=)`` when it is checked in memory. It
promises that all its traffic goes over the wire, and that whatever a call, a call of the wire or ``advance`` brings
about is done when it returns: it has no threads of its own. In return no real time passes, and whether it is at rest is
known and not waited for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class Listener(Protocol):
    """The backend's side of one exchange."""

    def on_head(self, status: int, headers: Mapping[str, str]) -> bool:
        """Take status and headers (by lower-case name); False hangs up."""
        ...

    def on_data(self, data: bytes) -> bool:
        """Take the next bytes of the body; False hangs up."""
        ...

    def on_end(self, fault: str | None) -> None:
        """Learn that the exchange is over: None, the answer came whole; ``refused``: there was no connection;
        ``broken``: it was reset; ``truncated``: it ended in order before the answer's end. Said once, unless the
        exchange was stopped or the listener hung up.
        """
        ...


class KitWire(Protocol):
    """The way to the origin."""

    def start(self, method: str, url: str, headers: Mapping[str, str], listener: Listener) -> int:
        """Begin an exchange on a connection of its own and return its number."""
        ...

    def stop(self, exchange: int) -> None:
        """Hang up; of an exchange that is over, or never was, this is no error."""
        ...
