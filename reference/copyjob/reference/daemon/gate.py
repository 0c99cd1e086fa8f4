"""Who is let in: the first thing that a request meets.

Laws: a request with a Host that is not the daemon's own (a page that has rebound its name), with an Origin (any page in
a browser), or without the token goes no further, whatever it asks for, and nothing of it is read. Tokens are compared
in constant time. Only then is anything else looked at.

It does not know routes, nor what is done with a request that is let in.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from starlette.responses import Response

from copyjob.reference.daemon.problems import (
    FOREIGN_HOST,
    FOREIGN_ORIGIN,
    MEDIA_TYPE,
    UNAUTHORIZED,
    ProblemError,
    encoded,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.types import ASGIApp, Receive, Scope, Send

    Headers = Iterable[tuple[bytes, bytes]]


class Gate:
    """An ASGI application that lets requests through to ``app``; ``refused`` hears of the others."""

    def __init__(
        self, app: ASGIApp, token: str, hosts: frozenset[str], refused: Callable[[str], None] = lambda _: None
    ) -> None:
        self._app = app
        self._token = token.encode("ascii")
        self._hosts = frozenset(host.encode("ascii") for host in hosts)
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or answer it with a problem."""
        if scope["type"] != "http":
            return
        try:
            self._check(scope["headers"])
        except ProblemError as error:
            self._refused(error.kind.name)
            response = Response(encoded(error.problem), error.kind.status, headers=error.headers, media_type=MEDIA_TYPE)
            await response(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _check(self, headers: Headers) -> None:
        hosts = [value for name, value in headers if name == b"host"]
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            raise ProblemError(FOREIGN_HOST, "the Host header must be the address of the daemon")
        if any(name == b"origin" for name, _ in headers):
            raise ProblemError(FOREIGN_ORIGIN, "requests of web pages are refused")
        given = [value for name, value in headers if name == b"authorization"]
        scheme, _, token = (given[0] if len(given) == 1 else b"").partition(b" ")
        if scheme.lower() != b"bearer" or not hmac.compare_digest(token.strip(), self._token):
            raise ProblemError(
                UNAUTHORIZED,
                "give the token of the daemon's folder as Authorization: Bearer <token>",
                {"WWW-Authenticate": 'Bearer realm="copyjob"'},
            )
