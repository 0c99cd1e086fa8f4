"""HTTPS and HTTP/2 over real sockets: whose certificate is trusted, and that bytes arrive as over plain HTTP/1.1."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import threading
from typing import TYPE_CHECKING, Any

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import pytest

from copyjob.reference import errors
from copyjob.reference.errors import CopyJobError
from copyjob.reference.http_options import SecurityFlag
from copyjob.spec.vocabulary import ErrorContext, Hresult, JobPriority, JobState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from copyjob.reference.service import JobHandle, Service

BODY = os.urandom(3_000_000)
PART = 1_000_000
REST = (JobState.TRANSFERRED, JobState.ERROR, JobState.TRANSIENT_ERROR)


def begin(service: Service, url: str, path: Path, priority: JobPriority = JobPriority.NORMAL) -> JobHandle:
    job = service.create_job("a")
    job.add_file(url, str(path))
    job.set_priority(priority)
    job.resume()
    return job


def outcome(job: JobHandle) -> JobState:
    assert job.wait_for(*REST, timeout_seconds=20)
    return job.state


# ---- whose certificate is trusted ----


def test_a_server_whom_the_named_authority_vouches_for_is_trusted(
    serve: Any, secure: Any, authority: Any, tmp_path: Path
) -> None:
    server = secure(authority.sign())
    job = begin(serve(ca_file=str(authority.file)), server.serve("/a", BODY), tmp_path / "a")
    assert outcome(job) is JobState.TRANSFERRED
    job.complete()

    assert (tmp_path / "a").read_bytes() == BODY


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "CURL_CA_BUNDLE"])
def test_the_environment_names_authorities_too(
    serve: Any, secure: Any, authority: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    for name in ("SSL_CERT_FILE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, str(authority.file))

    assert outcome(begin(serve(), secure(authority.sign()).serve("/a", BODY), tmp_path / "a")) is JobState.TRANSFERRED


def refusal(serve: Any, secure: Any, context: ssl.SSLContext, ca_file: Path | None, folder: Path) -> tuple[Any, ...]:
    """Return what becomes of a job at a server with this certificate, and how often the server was asked."""
    server = secure(context)
    job = begin(serve(ca_file=None if ca_file is None else str(ca_file)), server.serve("/a", BODY), folder / "a")
    assert outcome(job) is JobState.ERROR
    fault = job.error()
    assert fault.context is ErrorContext.GENERAL_TRANSPORT
    return errors.code_name(fault.code), fault.detail.partition(" (")[0], len(server.requests)


def test_the_certificate_of_another_host_is_an_error(serve: Any, secure: Any, authority: Any, tmp_path: Path) -> None:
    assert refusal(serve, secure, authority.sign("DNS:elsewhere.example"), authority.file, tmp_path) == (
        "ERROR_WINHTTP_SECURE_CERT_CN_INVALID",
        "the certificate is that of another host",
        0,
    )


def test_a_certificate_that_has_expired_is_an_error(serve: Any, secure: Any, authority: Any, tmp_path: Path) -> None:
    assert refusal(serve, secure, authority.sign(days=-1), authority.file, tmp_path) == (
        "ERROR_WINHTTP_SECURE_CERT_DATE_INVALID",
        "the certificate is not valid at this time",
        0,
    )


@pytest.mark.parametrize("named", [True, False])
def test_a_certificate_that_nobody_trusted_has_signed_is_an_error(
    serve: Any, secure: Any, authority: Any, tmp_path: Path, *, named: bool
) -> None:
    (tmp_path / "other").mkdir()
    other = type(authority)(tmp_path / "other", "other")

    assert refusal(serve, secure, other.sign(), authority.file if named else None, tmp_path) == (
        "ERROR_WINHTTP_SECURE_INVALID_CA",
        "nobody whom this machine trusts has signed the certificate",
        0,
    )


@pytest.mark.parametrize("content", [None, b"", b"no certificate\n"])
def test_a_file_of_authorities_that_is_none_is_refused_and_the_store_stays_free(
    serve: Any, tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "ca.pem").write_bytes(content)
    with pytest.raises(CopyJobError, match=r"E_INVALIDARG.*the authorities in .* cannot be used"):
        serve(ca_file=str(tmp_path / "ca.pem"))

    assert serve().jobs() == []


def test_a_redirect_from_https_to_http_is_followed_where_the_flags_allow_it(
    serve: Any, secure: Any, origin: Any, authority: Any, tmp_path: Path
) -> None:
    target = origin.serve("/b", BODY)
    server = secure(authority.sign())
    job = serve(ca_file=str(authority.file)).create_job("a")
    job.add_file(server.play("/a", lambda c: c.whole(b"", 302, Location=target)), str(tmp_path / "a"))
    job.http_options.set_security_flags(SecurityFlag.REDIRECT_ALLOW_HTTPS_TO_HTTP)
    job.http_options.set_custom_headers(["X-Key: hush"])
    job.resume()

    assert outcome(job) is JobState.TRANSFERRED
    assert ["x-key" in seen.headers for seen in (*server.requests, *origin.requests)] == [True, False]


# ---- HTTP/2 ----


class Server2:
    """
    A server that speaks HTTP/2 and nothing else; what it does with a request of a path is one word.

    ``serve`` answers with ranges; ``reset`` breaks the stream and ``close`` the connection after a part; ``hold`` sends
    a part and waits; ``silent`` does not say how long the body is.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        context.set_alpn_protocols(["h2"])
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._changed = threading.Condition()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._open: list[socket.socket] = []
        self.words: dict[str, list[str]] = {}
        self.requests: list[tuple[int, str, dict[str, str]]] = []
        """The number of the connection, the path, the headers."""
        self.resets = 0
        self.gone = 0
        """How many streams the client has reset, and how many connections it has closed."""
        self._threads[0].start()

    def play(self, path: str, *words: str) -> str:
        """Set what becomes of the requests of a path, the last word again and again; return its URL."""
        self.words[path] = list(words)
        return f"https://127.0.0.1:{self._listener.getsockname()[1]}{path}"

    def wait(self, ready: Callable[[], bool]) -> bool:
        """Wait until something is so."""
        with self._changed:
            return self._changed.wait_for(ready, 20)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                thread = threading.Thread(target=self._converse, args=(connection, len(self._threads)), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _converse(self, plain: socket.socket, number: int) -> None:
        with plain, contextlib.suppress(OSError, h2.exceptions.ProtocolError):
            plain.settimeout(20)
            with self._context.wrap_socket(plain, server_side=True) as stream:
                self._open.append(stream)  # the plain one is an empty shell by now
                state = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
                state.initiate_connection()
                stream.sendall(state.data_to_send())
                left: dict[int, tuple[bytes, str]] = {}
                while data := stream.recv(65_536):
                    for event in state.receive_data(data):
                        self._take(state, event, number, left)
                    ended = [self._feed(state, stream, each, left) for each in list(left)]
                    stream.sendall(state.data_to_send())
                    if "close" in ended:
                        break
        with self._changed:
            self.gone += 1
            self._changed.notify_all()

    def _take(self, state: Any, event: object, number: int, left: dict[int, tuple[bytes, str]]) -> None:
        if isinstance(event, h2.events.StreamReset):
            left.pop(event.stream_id, None)
            with self._changed:
                self.resets += 1
                self._changed.notify_all()
        if not isinstance(event, h2.events.RequestReceived):
            return
        headers = {_text(name): _text(value) for name, value in event.headers or []}
        with self._changed:
            self.requests.append((number, headers[":path"], headers))
            self._changed.notify_all()
        words = self.words[headers[":path"]]
        word = words.pop(0) if len(words) > 1 else words[0]
        start = int(headers.get("range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        body = BODY[start:]
        answer = [(":status", "206" if start else "200"), ("etag", '"v1"')]
        if start:
            answer.append(("content-range", f"bytes {start}-{len(BODY) - 1}/{len(BODY)}"))
        if word != "silent":
            answer.append(("content-length", str(len(body))))
        state.send_headers(event.stream_id, answer)
        left[event.stream_id] = (body if word in {"serve", "silent"} else body[:PART], word)

    def _feed(self, state: Any, stream: ssl.SSLSocket, number: int, left: dict[int, tuple[bytes, str]]) -> str:
        """Send what the client's window has room for; return what is to become of the connection."""
        body, word = left[number]
        while body and (room := min(state.local_flow_control_window(number), state.max_outbound_frame_size)):
            state.send_data(number, body[:room])
            body = body[room:]
            stream.sendall(state.data_to_send())
        left[number] = (body, word)
        if body or word == "hold":
            return ""
        del left[number]
        if word == "reset":
            state.reset_stream(number)
        elif word != "close":
            state.end_stream(number)
        return word

    def close(self) -> None:
        """Close every connection and end every thread."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(20)


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


@pytest.fixture
def server2(authority: Any) -> Iterator[Server2]:
    """Start a server that speaks HTTP/2."""
    server = Server2(authority.sign())
    yield server
    server.close()


@pytest.fixture
def trusting(serve: Any, authority: Any) -> Service:
    """Start a service that trusts the authority."""
    service: Service = serve(ca_file=str(authority.file))
    return service


def test_a_file_arrives_over_http_2(trusting: Service, server2: Server2, tmp_path: Path) -> None:
    job = begin(trusting, server2.play("/a", "serve"), tmp_path / "a")
    assert outcome(job) is JobState.TRANSFERRED
    job.complete()

    assert (tmp_path / "a").read_bytes() == BODY


@pytest.mark.parametrize("word", ["reset", "close"])
def test_what_broke_over_http_2_goes_on_where_it_stopped(
    trusting: Service, server2: Server2, tmp_path: Path, word: str
) -> None:
    job = begin(trusting, server2.play("/a", word, "serve"), tmp_path / "a")
    assert outcome(job) is JobState.TRANSIENT_ERROR
    kept = job.progress().bytes_transferred
    trusting.advance(600)
    assert outcome(job) is JobState.TRANSFERRED
    job.complete()

    assert (0 < kept <= PART, server2.requests[1][2]["range"]) == (True, f"bytes={kept}-")
    assert (tmp_path / "a").read_bytes() == BODY


def test_a_body_without_a_length_over_http_2_is_an_error(trusting: Service, server2: Server2, tmp_path: Path) -> None:
    job = begin(trusting, server2.play("/a", "silent"), tmp_path / "a")

    assert (outcome(job), job.error().code) == (JobState.ERROR, Hresult.BG_E_MISSING_FILE_SIZE)


def test_suspend_ends_the_stream_over_http_2(trusting: Service, server2: Server2, tmp_path: Path) -> None:
    job = begin(trusting, server2.play("/a", "hold"), tmp_path / "a")
    assert server2.wait(lambda: len(server2.requests) == 1)
    job.suspend()

    assert server2.wait(lambda: server2.resets + server2.gone > 0)


def test_files_one_after_another_come_over_one_connection(trusting: Service, server2: Server2, tmp_path: Path) -> None:
    job = trusting.create_job("a")
    for name in "abc":
        job.add_file(server2.play(f"/{name}", "serve"), str(tmp_path / name))
    job.resume()
    assert outcome(job) is JobState.TRANSFERRED

    assert [number for number, _, _ in server2.requests] == [1, 1, 1]


def test_jobs_side_by_side_have_a_connection_each(trusting: Service, server2: Server2, tmp_path: Path) -> None:
    for count, name in enumerate("ab", 1):
        begin(trusting, server2.play(f"/{name}", "hold"), tmp_path / name, JobPriority.FOREGROUND)
        assert server2.wait(lambda count=count: len(server2.requests) == count)  # type: ignore[misc]  # a default

    assert [number for number, _, _ in server2.requests] == [1, 2]
