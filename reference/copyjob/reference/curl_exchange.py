"""One request over libcurl: how it is asked, what its head says, and what became of it in the words of the wire.

Laws: a body is asked for as it is and never decoded. Certificates are verified, always. Only http and https are
spoken; from https nothing leads to http unless the owner allows it. What the owner of a job adds to a request, header
lines and who asks, is for the server of his URL alone: libcurl would take header lines along wherever it is led, and
counts an answer to a challenge as a redirect, so it only says where a redirect leads, and it is followed from here.
Only a URL that begins with the same scheme, host and port gets what the owner added. No libcurl time-out is on;
whether a server is too slow is told by the service's clock.

It does not know when it is called: sockets, timers and threads are those of :mod:`copyjob.reference.curl_wire`.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote, urlsplit

from copyjob.reference.authorities import authorities
from copyjob.reference.errors import without_secrets
from copyjob.reference.wire import Answer, Login, WireFault

if TYPE_CHECKING:
    from copyjob.reference.wire import Request, Sink

BATCH_BYTES: Final = 512 * 1024
_NEVER_SECONDS: Final = 10 * 86_400
_HEAD_MAX: Final = 256 * 1024
_ASCII: Final = "".join(map(chr, range(33, 127)))
"""What stands in a URL as it is; everything else is percent-encoded UTF-8."""
_SUPPRESS_CONNECT_HEADERS: Final = 265
"""CURLOPT_SUPPRESS_CONNECT_HEADERS, which pycurl does not name: what a proxy says about a tunnel is no answer."""
_PROXIES: Final = ("http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
"""The variables from which libcurl takes a proxy, which may itself be spoken to over TLS."""
_OK: Final = 0
_CERTIFICATE: Final = 60
_FAULTS: Final = {
    # CURLcode, whose numbers are part of libcurl's interface; what is not listed is a broken connection.
    1: WireFault.PROTOCOL,  # UNSUPPORTED_PROTOCOL: a redirect to another scheme, or an answer without a head
    3: WireFault.URL,  # URL_MALFORMAT
    5: WireFault.NAME,  # COULDNT_RESOLVE_PROXY
    6: WireFault.NAME,  # COULDNT_RESOLVE_HOST
    7: WireFault.CONNECT,  # COULDNT_CONNECT
    8: WireFault.PROTOCOL,  # WEIRD_SERVER_REPLY
    18: WireFault.TRUNCATED,  # PARTIAL_FILE
    23: WireFault.DECLINED,  # WRITE_ERROR
    28: WireFault.TIMEOUT,  # OPERATION_TIMEDOUT
    35: WireFault.SECURE,  # SSL_CONNECT_ERROR
    77: WireFault.SECURE,  # SSL_CACERT_BADFILE
    97: WireFault.CONNECT,  # PROXY: a SOCKS proxy refused
}
# X509_V_ERR_* of OpenSSL, as libcurl hands them on.
_CERTIFICATE_DATE: Final = frozenset({9, 10, 13, 14})
_CERTIFICATE_AUTHORITY: Final = frozenset({2, 18, 19, 20, 21, 27})
_CERTIFICATE_HOST: Final = frozenset({0, 1, 62, 64})
"""Also where there is no verdict: the name is compared by libcurl, after the signatures."""


class Exchange:
    """One request and what has come back so far; the wire's lock guards it."""

    __slots__ = (
        "_batched_bytes",
        "_ca_file",
        "_declined",
        "_head_bytes",
        "_headed",
        "_headers",
        "_held",
        "_hops_left",
        "_request",
        "_status_code",
        "batch",
        "handle",
        "sink",
    )

    def __init__(self, request: Request, sink: Sink, ca_file: str | None, hops_left: int | None = None) -> None:
        self.sink = sink
        self.batch: list[bytes] = []
        self._batched_bytes = 0
        self._request = request
        self._ca_file = ca_file
        self._hops_left = request.redirects_max if hops_left is None else hops_left
        self._status_code = 0
        self._headers: dict[str, str] = {}
        self._head_bytes = 0
        self._headed = False
        self._declined = False
        self._held: Answer | None = None
        """An answer that asks who is there: libcurl may yet ask again, and tell."""
        self.handle: Any = self._make_handle()

    # ---- asking ----

    def _make_handle(self) -> Any:
        import pycurl

        request, handle = self._request, pycurl.Curl()
        lines = ("Accept-Encoding: identity", *request.headers, *request.own_headers)
        options: list[tuple[int, Any]] = [
            (pycurl.URL, quote(request.url, safe=_ASCII)),
            (pycurl.HTTPHEADER, [line.encode("iso-8859-1") for line in lines]),
            (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
            (pycurl.HTTP_CONTENT_DECODING, 0),
            (pycurl.CONNECTTIMEOUT, _NEVER_SECONDS),
            (pycurl.BUFFERSIZE, BATCH_BYTES),
            (pycurl.MAX_RECV_SPEED_LARGE, self.sink.bytes_per_second),
            (pycurl.NOSIGNAL, 1),
            (pycurl.TCP_KEEPALIVE, 1),
            (pycurl.USERAGENT, "copyjob"),
            (_SUPPRESS_CONNECT_HEADERS, 1),
            (pycurl.HEADERFUNCTION, self._on_header),
            (pycurl.WRITEFUNCTION, self._on_body),
        ]
        for login, name, password, schemes in (
            (request.login, pycurl.USERNAME, pycurl.PASSWORD, pycurl.HTTPAUTH),
            (request.proxy_login, pycurl.PROXYUSERNAME, pycurl.PROXYPASSWORD, pycurl.PROXYAUTH),
        ):
            if login is not None:
                allowed = (pycurl.HTTPAUTH_BASIC if login.basic else 0) | (
                    pycurl.HTTPAUTH_DIGEST if login.digest else 0
                )
                options += [(name, login.user_name.encode()), (password, login.password.encode()), (schemes, allowed)]
        if request.proxy_login is None:
            # A proxy that the environment names with a user and a password is told either way.
            options.append((pycurl.PROXYAUTH, pycurl.HTTPAUTH_BASIC | pycurl.HTTPAUTH_DIGEST))
        # Where nobody shows a certificate, to look for authorities (and load the module that knows) is for nothing.
        secure = request.url[:6].lower() == "https:" or any(name in os.environ for name in _PROXIES)
        bundle = (self._ca_file or authorities()) if secure else None
        if bundle is not None:
            options += [(pycurl.CAINFO, bundle), (pycurl.PROXY_CAINFO, bundle)]
        if request.body is not None:
            options += [
                (pycurl.UPLOAD, 1),
                (pycurl.CUSTOMREQUEST, request.method),
                (pycurl.INFILESIZE_LARGE, request.body.size_bytes),
                (pycurl.MAX_SEND_SPEED_LARGE, self.sink.bytes_per_second),
                (pycurl.READFUNCTION, self._on_read),
                (pycurl.SEEKFUNCTION, self._on_seek),
            ]
        for option, value in options:
            handle.setopt(option, value)
        return handle

    def throttle(self) -> None:
        """Take as much a second as the sink now says."""
        import pycurl

        self.handle.setopt(pycurl.MAX_RECV_SPEED_LARGE, self.sink.bytes_per_second)
        if self._request.body is not None:
            self.handle.setopt(pycurl.MAX_SEND_SPEED_LARGE, self.sink.bytes_per_second)

    # ---- sending ----

    def _on_read(self, count: int) -> bytes | int:
        """Give the next bytes of what is sent."""
        import pycurl

        assert self._request.body is not None, "only what has a body is read from"
        chunk = self._request.body.read(count)
        if chunk is not None:
            return chunk
        self._declined = True
        return int(pycurl.READFUNC_ABORT)

    def _on_seek(self, offset: int, _origin: int) -> int:
        """Send it anew from its beginning; libcurl asks for nothing else."""
        import pycurl

        if offset or self._request.body is None:
            return int(pycurl.SEEKFUNC_CANTSEEK)
        self._request.body.rewind()
        return int(pycurl.SEEKFUNC_OK)

    # ---- listening ----

    def _on_header(self, line: bytes) -> int | None:
        """Collect one header line; at the end of the last head ask the sink."""
        if self._headed:
            return None  # a trailer
        self._head_bytes += len(line)
        if self._head_bytes > _HEAD_MAX:
            self._declined = True
            return -1
        text = line.decode("iso-8859-1").strip()
        if text:
            if text[:5].upper() == "HTTP/":
                words = text.split(None, 2)
                self._status_code = int(words[1]) if len(words) > 1 and words[1].isdecimal() else 0
                self._headers, self._held = {}, None
            else:
                name, _, value = text.partition(":")
                self._headers[name.rstrip().lower()] = value.lstrip()
        elif self._status_code in {401, 407}:
            self._held = Answer(self._status_code, self._headers)
        elif self._status_code >= 200 and not self._redirects():  # noqa: PLR2004 below are interim answers
            return self._present(Answer(self._status_code, self._headers))
        return None

    def _present(self, answer: Answer) -> int | None:
        self._headed, self._held = True, None
        if not self.sink.on_answer(answer):
            self._declined = True
            return -1
        return None

    def _redirects(self) -> bool:
        followed = self._request.redirects_max > 0
        return followed and self._status_code // 100 == 3 and bool(self._headers.get("location"))  # noqa: PLR2004 3xx

    def _on_body(self, chunk: bytes) -> int | None:
        """Keep one piece of the body for the next batch."""
        if self._held is not None and self._present(self._held) is not None:
            return -1  # libcurl drops the page of an answer after which it asks again
        if not self._headed:
            return None  # the page that comes with a redirect
        self.batch.append(chunk)
        self._batched_bytes += len(chunk)
        if self._batched_bytes >= BATCH_BYTES and not self.deliver():
            return -1
        return None

    def deliver(self) -> bool:
        """Hand the batch to the sink; return whether it wants more."""
        if self.batch and not self._declined:
            batch, self.batch, self._batched_bytes = self.batch, [], 0
            self._declined = not self.sink.on_data(batch)
        return not self._declined

    # ---- what became of it ----

    def successor(self, number: int) -> Exchange | None:
        """Return the exchange that follows a redirect, or None; ``number`` is libcurl's CURLcode."""
        if number != _OK or self._headed or not self._redirects() or not self._hops_left:
            return None
        import pycurl

        request, target = self._request, quote(self.handle.getinfo_raw(pycurl.REDIRECT_URL) or b"", safe=_ASCII)
        if self._leaves_https(target):
            return None
        if not target.lower().startswith(_origin(request.url)):
            request = replace(request, url=target, own_headers=(), login=None)
        else:
            request = replace(request, url=target, login=request.login or _login(request.url))
        return Exchange(request, self.sink, self._ca_file, self._hops_left - 1)

    def _leaves_https(self, target: str) -> bool:
        stays = self._request.url[:6].lower() == "https:" and not self._request.leaves_https
        return stays and target[:6].lower() != "https:"

    def fault(self, number: int, text: str) -> tuple[WireFault | None, str]:
        """Return what the end of the exchange means, and libcurl's words for it; the held answer is given first."""
        import pycurl

        refused = int(self.handle.getinfo(pycurl.HTTP_CONNECTCODE))
        if number != _OK and refused >= 300:  # noqa: PLR2004 only 2xx opens a tunnel
            self._present(Answer(refused, {}, by_proxy=True))
        elif self._held is not None and number == _OK:
            self._present(self._held)
        if self._declined:
            return WireFault.DECLINED, ""
        if number == _OK:
            if self._headed or not self._redirects():
                return None, ""
            if self._hops_left:
                return WireFault.PROTOCOL, "a redirect that leaves https is not followed"
            return WireFault.REDIRECTS, f"more than {self._request.redirects_max}"
        return self._named(number), without_secrets(text)

    def _named(self, number: int) -> WireFault:
        if number != _CERTIFICATE:
            return _FAULTS.get(number, WireFault.BROKEN)
        import pycurl

        verdict = int(self.handle.getinfo(pycurl.SSL_VERIFYRESULT))
        if verdict in _CERTIFICATE_DATE:
            return WireFault.CERTIFICATE_DATE
        if verdict in _CERTIFICATE_AUTHORITY:
            return WireFault.CERTIFICATE_AUTHORITY
        return WireFault.CERTIFICATE_HOST if verdict in _CERTIFICATE_HOST else WireFault.SECURE


def _origin(url: str) -> str:
    """Return how every URL of the same server begins, up to the slash after which no host can change any more."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/".lower()


def _login(url: str) -> Login | None:
    """Return who asks, as a URL says it; libcurl does not hand it on in the URL of a redirect."""
    parts = urlsplit(url)
    if parts.username is None:
        return None
    return Login(unquote(parts.username), unquote(parts.password or ""))
