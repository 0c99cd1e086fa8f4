"""Proxies from the environment: what goes through them, who is told who asks, and what their refusals lead to."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import contextlib
import io
import socket
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from copyjob.reference.http_options import AuthScheme, AuthTarget
from copyjob.reference.trace import Trace
from copyjob.spec.vocabulary import JobState, http_error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from copyjob.reference.service import JobHandle

BODY = b"the bytes of a file " * 500
REST = (JobState.TRANSFERRED, JobState.ERROR, JobState.TRANSIENT_ERROR)
BASIC = "Basic dXNlcjpodXNo"
"""What ``user`` and ``hush`` become."""


class Proxy:
    """A proxy on loopback that hands requests on, opens tunnels, or refuses."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._open: list[socket.socket] = []
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        """Method, target, headers."""
        self.refuses = 0
        """The answer to everybody; 0 refuses nobody, 407 those who are not told."""
        self.challenge = 'Basic realm="p"'
        self._threads[0].start()

    def url(self, user_info: str = "") -> str:
        """Return the URL under which the environment names it."""
        return f"http://{user_info}127.0.0.1:{self._listener.getsockname()[1]}"

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._open.append(connection)
                thread = threading.Thread(target=self._converse, args=(connection,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _converse(self, client: socket.socket) -> None:
        with client, client.makefile("rb") as stream, contextlib.suppress(OSError):
            client.settimeout(20)
            while first := stream.readline().decode():
                method, target, _ = first.split()
                headers: dict[str, str] = {}
                while line := stream.readline().strip().decode():
                    name, _, value = line.partition(":")
                    headers[name.lower()] = value.strip()
                self.requests.append((method, target, headers))
                told = headers.get("proxy-authorization", "")
                if self.refuses and not (self.refuses == 407 and (told == BASIC or told.startswith("Digest username"))):
                    answer = f"HTTP/1.1 {self.refuses} No\r\nProxy-Authenticate: {self.challenge}\r\n"
                    client.sendall(f"{answer}Content-Length: 2\r\n\r\nno".encode())
                elif method == "CONNECT":
                    client.sendall(b"HTTP/1.1 200 Open\r\nX-Proxy: yes\r\nContent-Length: 7\r\n\r\n")
                    self._tunnel(client, target)
                    break
                else:
                    self._hand_on(client, method, target, headers)

    def _hand_on(self, client: socket.socket, method: str, target: str, headers: dict[str, str]) -> None:
        parts = urlsplit(target)
        lines = [f"{name}: {value}" for name, value in headers.items() if not name.startswith("proxy-")]
        with socket.create_connection((parts.hostname or "", parts.port or 80)) as server:
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            request = "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "Connection: close", "", ""])
            server.sendall(request.encode())
            server.settimeout(5)
            head = b""
            while b"\r\n\r\n" not in head:
                piece = server.recv(65_536)
                assert piece, "the server hung up"
                head += piece
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
            missing = length - len(head.partition(b"\r\n\r\n")[2])
            client.sendall(head)
            while missing > 0:
                data = server.recv(65_536)
                missing -= len(data)
                client.sendall(data)

    def _tunnel(self, client: socket.socket, target: str) -> None:
        host, _, port = target.rpartition(":")
        server = socket.create_connection((host, int(port)))
        self._open.append(server)
        back = threading.Thread(target=self._pump, args=(server, client), daemon=True)
        self._threads.append(back)
        back.start()
        self._pump(client, server)

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close every connection and end every thread."""
        for end in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(20)
        for end in (self._listener, *self._open):
            end.close()


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """Start a proxy in an environment that names none."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    started = Proxy()
    yield started
    started.close()


def outcome(serve: Any, url: str, folder: Path, **logins: AuthScheme) -> tuple[JobState, JobHandle]:
    job = serve().create_job("a")
    job.add_file(url, str(folder / "a"))
    for target, scheme in logins.items():
        job.http_options.set_credentials(AuthTarget[target], scheme, "user", "hush")
    job.resume()
    assert job.wait_for(*REST, timeout_seconds=20)
    return job.state, job


@pytest.mark.parametrize("variable", ["http_proxy", "all_proxy", "ALL_PROXY"])
def test_requests_go_through_the_proxy_that_the_environment_names(
    serve: Any, origin: Any, proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, proxy.url())
    url = origin.serve("/a", BODY)
    state, job = outcome(serve, url, tmp_path)
    job.complete()

    assert (state, (tmp_path / "a").read_bytes()) == (JobState.TRANSFERRED, BODY)
    assert [request[:2] for request in proxy.requests] == [("GET", url)]


@pytest.mark.parametrize("variable", ["no_proxy", "NO_PROXY"])
def test_no_proxy_names_whom_to_ask_directly(
    serve: Any, origin: Any, proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv("http_proxy", proxy.url())
    monkeypatch.setenv(variable, "example.org,127.0.0.1")
    state, _ = outcome(serve, origin.serve("/a", BODY), tmp_path)

    assert (state, proxy.requests) == (JobState.TRANSFERRED, [])


@pytest.mark.parametrize("code", [403, 404, 407, 502])
def test_what_a_proxy_answers_is_what_the_job_says(
    serve: Any, origin: Any, proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    monkeypatch.setenv("http_proxy", proxy.url())
    proxy.refuses = code
    state, job = outcome(serve, origin.serve("/a", BODY), tmp_path)

    assert state is (JobState.TRANSIENT_ERROR if code == 502 else JobState.ERROR)
    assert (job.error().code, origin.requests) == (http_error(code), [])
    assert ("the proxy answered 407" in job.error().detail) == (code == 407)


@pytest.mark.parametrize("code", [403, 407, 502])
def test_a_proxy_that_opens_no_tunnel_is_named(
    serve: Any, proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    monkeypatch.setenv("https_proxy", proxy.url())
    proxy.refuses = code
    state, job = outcome(serve, "https://127.0.0.1:9/a", tmp_path)

    assert state is (JobState.TRANSIENT_ERROR if code == 502 else JobState.ERROR)
    assert (job.error().code, job.error().detail) == (http_error(code), f"the proxy answered {code}")
    assert [request[:2] for request in proxy.requests] == [("CONNECT", "127.0.0.1:9")]


def test_a_proxy_that_is_not_there_is_a_transient_error(
    serve: Any, origin: Any, proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", proxy.url("user:hush@"))
    proxy.close()
    state, job = outcome(serve, origin.serve("/a", BODY), tmp_path)

    assert (state, "hush" in str(job.error()), origin.requests) == (JobState.TRANSIENT_ERROR, False, [])


@pytest.mark.parametrize("named", ["bogus://user:hush@127.0.0.1:9", "http://user:hush@127.0.0.1:bad"])
def test_a_proxy_that_cannot_be_meant_is_told_without_its_password(
    serve: Any, origin: Any, proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setenv("http_proxy", named)
    state, job = outcome(serve, origin.serve("/a", BODY), tmp_path)

    assert (state is JobState.TRANSFERRED, "proxy" in job.error().detail) == (False, True)
    assert "hush" not in f"{job.error()}{job.error()!r}"


@pytest.mark.parametrize("challenge", ['Basic realm="p"', 'Digest realm="p", nonce="n", qop="auth"'])
@pytest.mark.parametrize("by_environment", [True, False])
def test_a_proxy_that_asks_is_told_and_the_server_is_not(
    serve: Any,
    origin: Any,
    proxy: Proxy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    challenge: str,
    *,
    by_environment: bool,
) -> None:
    monkeypatch.setenv("http_proxy", proxy.url("user:hush@" if by_environment else ""))
    proxy.refuses, proxy.challenge = 407, challenge
    scheme = AuthScheme[challenge.partition(" ")[0].upper()]
    state, job = outcome(serve, origin.serve("/a", BODY), tmp_path, **({} if by_environment else {"PROXY": scheme}))
    job.complete()

    assert (state, (tmp_path / "a").read_bytes()) == (JobState.TRANSFERRED, BODY)
    assert [sorted(seen.headers) for seen in origin.requests if "authorization" in str(seen.headers)] == []


@pytest.mark.parametrize("variable", ["https_proxy", "HTTPS_PROXY", "all_proxy"])
def test_a_tunnel_leads_to_a_server_that_speaks_https(
    serve: Any,
    secure: Any,
    authority: Any,
    proxy: Proxy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
) -> None:
    monkeypatch.setenv(variable, proxy.url())
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    server = secure(authority.sign())
    state, job = outcome(serve, server.serve("/a", BODY), tmp_path)
    job.complete()

    assert (state, (tmp_path / "a").read_bytes()) == (JobState.TRANSFERRED, BODY)
    assert [method for method, _, _ in proxy.requests] == ["CONNECT"]


def test_a_tunnel_gets_the_login_of_the_proxy_and_nothing_of_the_servers(
    serve: Any, secure: Any, authority: Any, proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", proxy.url())
    server, stream = secure(authority.sign()), io.StringIO()
    job = serve(trace=Trace(stream), ca_file=str(authority.file)).create_job("a")
    job.add_file(server.serve("/a", BODY), str(tmp_path / "a"))
    job.http_options.set_credentials(AuthTarget.PROXY, AuthScheme.BASIC, "user", "hush")
    job.http_options.set_credentials(AuthTarget.SERVER, AuthScheme.BASIC, "else", "still")
    job.http_options.set_custom_headers(["X-Key: still"])
    job.resume()
    assert job.wait_for(JobState.TRANSFERRED, timeout_seconds=20)

    (_, _, told), seen = proxy.requests[0], server.requests[0].headers
    assert told["proxy-authorization"] == BASIC
    assert ("authorization" in told, "x-key" in told, "hush" in stream.getvalue()) == (False, False, False)
    assert ("proxy-authorization" in seen, "authorization" in seen, seen["x-key"]) == (False, True, "still")
