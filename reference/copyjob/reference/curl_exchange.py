"""One request over libcurl: how it is asked, what its head says, and what became of it in the words of the wire.

Laws: a body is asked for as it is and never decoded. Certificates are verified, always. Only http and https are
spoken; from https nothing leads to http unless the owner allows it. What the owner of a job adds to a request, header
lines and who asks, is for the server of his URL alone: libcurl would take header lines along wherever it is led, and
counts an answer to a challenge as a redirect, so it only says where a redirect leads, and it is followed from here.
Only a URL that begins with the same scheme, host and port gets what the owner added. No libcurl time-out is on;
whether a server is too slow is told by the service's clock.

Small files cost what is called for each of them, so libcurl calls Python as rarely as can be: header lines are put down
by a list's own method and read together, and the handle of a plain request is used again for the next one.

It does not know when it is called: sockets, timers and threads are those of :mod:`copyjob.reference.curl_wire`.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote, urlsplit

from msgspec.structs import replace

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
_END_OF_HEAD: Final = re.compile(r"(?<=\n)\r?\n")
_HEADER: Final = re.compile(r"^([^:\r\n]+):?(.*)$", re.MULTILINE)
"""A header line: its name and its value; a line without a colon is a name alone."""
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
    """
    One request and what has come back so far; the wire's lock guards it.

    ``used`` is the handle of another plain exchange that is over, for a plain request.
    """

    __slots__ = (
        "_batched_bytes",
        "_begun",
        "_ca_file",
        "_declined",
        "_head_bytes",
        "_headed",
        "_headers",
        "_held",
        "_hops_left",
        "_lines",
        "_request",
        "_status_code",
        "batch",
        "handle",
        "plain",
        "sink",
    )

    def __init__(
        self, request: Request, sink: Sink, ca_file: str | None, hops_left: int | None = None, used: Any = None
    ) -> None:
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
        self._lines: list[bytes] = []
        """Header lines that nobody has read yet."""
        self._begun = ""
        """The beginning of a head that has not come whole."""
        self.plain = is_plain(request)
        self.handle: Any = self._make_handle() if used is None else used
        self._set_out()

    # ---- asking ----

    def _make_handle(self) -> Any:
        """Return a handle with all that is the same for every plain request, and what this one has beyond that."""
        import pycurl

        request, handle = self._request, pycurl.Curl()
        options: list[tuple[int, Any]] = [
            (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
            (pycurl.HTTP_CONTENT_DECODING, 0),
            (pycurl.CONNECTTIMEOUT, _NEVER_SECONDS),
            (pycurl.BUFFERSIZE, BATCH_BYTES),
            (pycurl.NOSIGNAL, 1),
            (pycurl.TCP_KEEPALIVE, 1),
            (pycurl.USERAGENT, "copyjob"),
            (_SUPPRESS_CONNECT_HEADERS, 1),
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
        if any(name in os.environ for name in _PROXIES):
            self._trust(handle)
        return handle

    def _trust(self, handle: Any) -> None:
        import pycurl

        bundle = self._ca_file or authorities()
        if bundle is not None:
            handle.setopt(pycurl.CAINFO, bundle)
            handle.setopt(pycurl.PROXY_CAINFO, bundle)

    def _set_out(self) -> None:
        """Tell the handle where this request leads, and who listens."""
        import pycurl

        request, handle = self._request, self.handle
        url = quote(request.url, safe=_ASCII)
        lines = ("Accept-Encoding: identity", *request.headers, *request.own_headers)
        handle.setopt(pycurl.URL, url)
        handle.setopt(pycurl.HTTPHEADER, [line.encode("iso-8859-1") for line in lines])
        handle.setopt(pycurl.MAX_RECV_SPEED_LARGE, self.sink.bytes_per_second)
        handle.setopt(pycurl.HEADERFUNCTION, self._lines.append)
        handle.setopt(pycurl.WRITEFUNCTION, self._on_body)
        # Where nobody shows a certificate, to look for authorities (and load the module that knows) is for nothing.
        if url[:6].lower() == "https:":
            self._trust(handle)

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

    def _read_head(self) -> None:
        """Read the header lines that have come since; at the end of the last head ask the sink."""
        came = b"".join(self._lines)
        self._lines.clear()  # libcurl goes on with the same list
        if self._headed:
            return  # a trailer
        self._head_bytes += len(came)
        if self._head_bytes > _HEAD_MAX:
            self._declined = True
            return
        *heads, begun = _END_OF_HEAD.split(self._begun + came.decode("iso-8859-1"))
        self._begun = begun
        for head in heads:
            first, _, rest = head.partition("\n")
            words = first.split(None, 2)
            code = int(words[1]) if len(words) > 1 and words[1].isdecimal() else 0
            headers = {name.strip().lower(): value.strip() for name, value in _HEADER.findall(rest)}
            self._status_code, self._headers, self._held = code, headers, None
            if code in {401, 407}:
                self._held = Answer(code, headers)
            elif code >= 200 and not self._redirects():  # noqa: PLR2004 below are interim answers
                self._present(Answer(code, headers))
                return  # what follows are trailers

    def _present(self, answer: Answer) -> None:
        self._headed, self._held = True, None
        if not self._declined:
            self._declined = not self.sink.on_answer(answer)

    def _redirects(self) -> bool:
        followed = self._request.redirects_max > 0
        return followed and self._status_code // 100 == 3 and bool(self._headers.get("location"))  # noqa: PLR2004 3xx

    def _on_body(self, chunk: bytes) -> int | None:
        """Keep one piece of the body for the next batch."""
        if self._lines:
            self._read_head()
        if self._held is not None:
            self._present(self._held)  # libcurl drops the page of an answer after which it asks again
        if self._declined:
            return -1
        if not self._headed:
            return None  # the page that comes with a redirect
        self.batch.append(chunk)
        self._batched_bytes += len(chunk)
        if self._batched_bytes >= BATCH_BYTES and not self.deliver():
            return -1
        return None

    def deliver(self) -> bool:
        """Tell the sink what has come; return whether it wants more."""
        if self._lines:
            self._read_head()
        if self.batch and not self._declined:
            batch, self.batch, self._batched_bytes = self.batch, [], 0
            self._declined = not self.sink.on_data(batch)
        return not self._declined

    # ---- what became of it ----

    def release(self) -> None:
        """Let the handle forget who listened."""
        import pycurl

        self.handle.unsetopt(pycurl.HEADERFUNCTION)
        self.handle.unsetopt(pycurl.WRITEFUNCTION)

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


def is_plain(request: Request) -> bool:
    """Return whether nothing of a request outlives it in the handle that it was made with."""
    return request.login is None and request.proxy_login is None and request.body is None and "@" not in request.url


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
