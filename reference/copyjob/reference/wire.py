"""How bytes reach the service, as a protocol: HTTP in the world, memory in a test.

Laws: a wire calls its sink from one thread at a time, and neither gives it an answer nor takes a byte from it after
:meth:`Wire.stop` of that sink has returned. It says :meth:`Sink.on_end` once unless it was stopped before the exchange
was over; one that was just over may still say it, and the sink has to know that nobody listens any more. It follows
redirects itself; the answer it reports is the last.

It does not know jobs, files or states, and decides nothing about an answer.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final, Protocol

from msgspec import Struct

from copyjob.reference.errors import without_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


REDIRECTS_MAX: Final = 20
"""How many redirects are followed unless a policy says otherwise."""


class Login(Struct, frozen=True):
    """Who asks, for a server or a proxy that wants to know; no message shows it."""

    user_name: str
    password: str
    basic: bool = True
    """Whether the password may be sent as it is."""
    digest: bool = False
    """Whether a digest of it may be sent; where both may, the server chooses."""

    def __repr__(self) -> str:
        """Show neither the user nor the password."""
        return f"Login(basic={self.basic}, digest={self.digest})"


class Body(Protocol):
    """What is sent along with a request."""

    @property
    def size_bytes(self) -> int:
        """How long it is."""
        ...

    def read(self, count: int) -> bytes | None:
        """Return the next bytes, at most ``count``, none at its end; None ends the exchange."""
        ...

    def rewind(self) -> None:
        """Begin anew: what was sent so far did not count."""
        ...


class Request(Struct, frozen=True):
    """One request, and what goes with it."""

    url: str
    headers: tuple[str, ...] = ()
    """Header lines of the service's own, beyond the usual ones; every server that the URL leads to gets them."""
    own_headers: tuple[str, ...] = ()
    """Header lines of the job's owner; they and `login` are for the server of ``url`` alone."""
    login: Login | None = None
    proxy_login: Login | None = None
    redirects_max: int = REDIRECTS_MAX
    """How many redirects are followed; with 0 a redirect is the answer."""
    leaves_https: bool = False
    """Whether a redirect may lead from https to http."""
    method: str = "GET"
    body: Body | None = None

    def __repr__(self) -> str:
        """Show nothing that may be a secret: the URL and what the owner adds."""
        return f"Request({self.method} {without_secrets(self.url)})"


class Answer(Struct, frozen=True):
    """The head of an answer: its number, and its headers by lower-case name (the last one counts)."""

    status_code: int
    headers: Mapping[str, str]
    by_proxy: bool = False
    """Whether a proxy gave it in the place of the server."""


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
    CERTIFICATE_HOST = "the certificate is that of another host"
    CERTIFICATE_DATE = "the certificate is not valid at this time"
    CERTIFICATE_AUTHORITY = "nobody whom this machine trusts has signed the certificate"
    URL = "the URL cannot be requested"
    DECLINED = "the sink declined the answer"


class Sink(Protocol):
    """Who receives one answer."""

    bytes_per_second: int
    """The most that may come, or be sent, in a second; 0 is without limit."""

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
        """End the exchange of this sink if it has one; on return its connection is closed and no answer is given."""
        ...

    def throttle(self, sink: Sink) -> None:
        """Let the exchange of this sink, if it has one, take as much as the sink now says."""
        ...

    def close(self) -> None:
        """End every exchange."""
        ...
