"""How bytes reach the service, as a protocol: HTTP in the world, memory in a test.

Laws: a wire calls its sink from one thread at a time, never after :meth:`Wire.stop` of that sink has
returned, and says :meth:`Sink.on_end` once unless it was stopped. It follows redirects itself; the answer
it reports is the last.

It does not know jobs, files or states, and decides nothing about an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Request:
    """One GET: the URL and header lines beyond the usual ones."""

    url: str
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The head of an answer: its number, and its headers by lower-case name (the last one counts)."""

    status_code: int
    headers: Mapping[str, str]


class WireFault(Enum):
    """Why an exchange ended before its time."""

    NAME = "the host name was not found"
    CONNECT = "the server could not be reached"
    TIMEOUT = "the server fell silent"
    BROKEN = "the connection broke"
    TRUNCATED = "the answer ended early"
    REDIRECTS = "too many redirects"
    PROTOCOL = "the server does not speak HTTP"
    SECURE = "the secure connection was refused"
    URL = "the URL cannot be requested"
    DECLINED = "the sink declined the answer"


class Sink(Protocol):
    """Who receives one answer."""

    @property
    def wanted(self) -> bool:
        """Whether the exchange is wanted; a wire asks before it begins, a stop may have come first."""
        ...

    def on_answer(self, answer: Answer) -> bool:
        """Take the head of the answer; False ends the exchange."""
        ...

    def on_data(self, chunks: Sequence[bytes]) -> bool:
        """Take the next bytes of the body; False ends the exchange."""
        ...

    def on_end(self, fault: WireFault | None, detail: str) -> None:
        """Learn that the exchange is over; no fault means that the answer came whole."""
        ...


class Wire(Protocol):
    """A way to servers; any thread may call it, but no sink from within ``on_answer`` or ``on_data``."""

    def start(self, request: Request, sink: Sink) -> None:
        """Begin an exchange."""
        ...

    def stop(self, sink: Sink) -> None:
        """
        End the exchange of this sink if it has one; on return its connection is closed and it is not
        called.
        """
        ...

    def close(self) -> None:
        """End every exchange."""
        ...
