"""Who may talk to the daemon and who may not; what stands in its folder."""

# Fixtures of conftest come untyped: it cannot be imported by name.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import contextlib
import hmac
import io
import json
import os
import queue
import socket
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.reference.daemon import gate, places
from copyjob.reference.daemon.api import BODY_BYTES_MAX
from copyjob.reference.daemon.client import NoDaemonError
from copyjob.reference.daemon.logs import logging_to
from copyjob.reference.daemon.places import PlaceError
from copyjob.reference.errors import CopyJobError

if TYPE_CHECKING:
    from collections.abc import Generator


def speak(daemon: Any, text: str, *, tcp: bool = False) -> tuple[int, dict[str, Any]]:
    """Send these bytes as they are; return the status and the problem that comes back."""
    if tcp:
        _, port = daemon.addresses[1].rsplit(":", 1)
        connection = socket.create_connection(("127.0.0.1", int(port)))
    else:
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(daemon.folder / "daemon.sock"))
    connection.settimeout(20)
    with connection:
        connection.sendall(text.replace("\n", "\r\n").encode())
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body) if b"json" in head else {}


def get(daemon: Any, path: str = "/v1", host: str = "localhost", extra: str = "", token: str | None = None) -> str:
    given = daemon.token if token is None else token
    return f"GET {path} HTTP/1.1\nHost: {host}\nAuthorization: Bearer {given}\n{extra}Connection: close\n\n"


# ---- who is let in ----


def test_a_request_with_the_token_is_let_in(daemon: Any) -> None:
    assert speak(daemon, get(daemon))[0] == 200


@pytest.mark.parametrize("path", ["/v1", "/v1/jobs", "/openapi.json", "/problems/refused", "/nowhere"])
def test_without_the_token_nothing_is_answered(daemon: Any, path: str) -> None:
    status, problem = speak(daemon, f"GET {path} HTTP/1.1\nHost: localhost\nConnection: close\n\n")

    assert (status, problem["type"]) == (401, "/problems/unauthorized")


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t + "x", lambda t: t.swapcase(), lambda _: ""])
def test_another_token_is_refused(daemon: Any, change: Any) -> None:
    assert speak(daemon, get(daemon, token=change(daemon.token)))[0] == 401


def test_another_scheme_is_refused(daemon: Any) -> None:
    assert speak(daemon, get(daemon).replace("Bearer", "Basic"))[0] == 401


def test_two_tokens_are_refused(daemon: Any) -> None:
    extra = f"Authorization: Bearer {daemon.token}\n"

    assert speak(daemon, get(daemon, extra=extra))[0] == 401


def test_the_token_is_compared_in_constant_time(daemon: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[Any, Any]] = []

    def compare(given: Any, wanted: Any) -> bool:
        compared.append((given, wanted))
        return hmac.compare_digest(given, wanted)

    monkeypatch.setattr(gate, "hmac", type("Module", (), {"compare_digest": staticmethod(compare)}))
    speak(daemon, get(daemon, token="wrong"))

    assert compared == [(b"wrong", daemon.token.encode())]


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1", "localhost:1", "", "localhost, x"]
)
def test_a_foreign_host_is_refused_even_with_the_token(daemon: Any, host: str) -> None:
    status, problem = speak(daemon, get(daemon, host=host))

    assert (status, problem["type"]) == (421, "/problems/foreign-host")


@pytest.mark.parametrize(("host", "status"), [("127.0.0.1", 200), ("localhost", 200), ("rebound.example", 421)])
def test_over_tcp_the_host_must_be_the_address(start_daemon: Any, host: str, status: int) -> None:
    daemon = start_daemon(listen=("127.0.0.1", 0))
    port = daemon.addresses[1].rsplit(":", 1)[1]

    assert speak(daemon, get(daemon, host=f"{host}:{port}"), tcp=True)[0] == status


def test_over_tcp_the_token_is_needed_too(start_daemon: Any) -> None:
    daemon = start_daemon(listen=("127.0.0.1", 0))
    port = daemon.addresses[1].rsplit(":", 1)[1]

    assert speak(daemon, get(daemon, host=f"127.0.0.1:{port}", token="wrong"), tcp=True)[0] == 401


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost", "null"])
def test_a_web_page_can_do_nothing_even_with_the_token(daemon: Any, origin: str) -> None:
    made = len(list(daemon.client().jobs()))
    body = '{"display_name": "evil"}'
    text = (
        get(daemon, "/v1/jobs", extra=f"Origin: {origin}\nContent-Length: {len(body)}\n").replace("GET", "POST") + body
    )
    status, problem = speak(daemon, text)

    assert (status, problem["type"]) == (403, "/problems/foreign-origin")
    assert len(list(daemon.client().jobs())) == made


def test_a_preflight_is_given_no_permission(daemon: Any) -> None:
    text = (
        "OPTIONS /v1/jobs HTTP/1.1\nHost: localhost\nOrigin: https://evil.example\n"
        "Access-Control-Request-Method: POST\nConnection: close\n\n"
    )

    assert speak(daemon, text)[0] == 403


def test_a_form_of_a_web_page_is_no_json(daemon: Any) -> None:
    extra = "Content-Type: text/plain\nContent-Length: 2\n"
    status, problem = speak(daemon, get(daemon, "/v1/jobs", extra=extra).replace("GET", "POST") + "{}")

    assert (status, problem["type"]) == (415, "/problems/media-type")


# ---- what is too much ----


def test_a_body_that_is_announced_too_large_is_not_waited_for(daemon: Any) -> None:
    extra = f"Content-Type: application/json\nContent-Length: {BODY_BYTES_MAX + 1}\n"
    status, problem = speak(daemon, get(daemon, "/v1/jobs", extra=extra).replace("GET", "POST"))

    assert (status, problem["type"]) == (413, "/problems/too-large")


def test_a_body_that_grows_too_large_is_cut_off(daemon: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copyjob.reference.daemon.api.BODY_BYTES_MAX", 100)
    extra = "Content-Type: application/json\nTransfer-Encoding: chunked\n"
    text = get(daemon, "/v1/jobs", extra=extra).replace("GET", "POST") + f"65\n{' ' * 101}\n0\n\n"
    status, problem = speak(daemon, text)

    assert (status, problem["type"]) == (413, "/problems/too-large")


def test_a_head_without_end_is_not_kept(daemon: Any) -> None:
    assert speak(daemon, f"GET /v1 HTTP/1.1\nX: {'x' * 200_000}")[0] == 400


# ---- where may be written ----


@pytest.mark.parametrize("local", ["/tmp/../etc/passwd", "etc/passwd", "/tmp/a\x00b", "/tmp/a\nb", "/tmp/"])
def test_a_local_path_that_climbs_is_refused(daemon: Any, local: str) -> None:
    job = daemon.client().create_job("one")

    with pytest.raises(CopyJobError, match="E_INVALIDARG"):
        job.add_file("http://127.0.0.1/a", local)
    assert job.files() == []


def test_a_destination_that_the_user_may_not_write_is_refused(
    daemon: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("copyjob.reference.disk.os.access", lambda *_, **__: False)
    job = daemon.client().create_job("one")

    with pytest.raises(CopyJobError, match="E_ACCESSDENIED"):
        job.add_file("http://127.0.0.1/a", str(tmp_path / "a"))


# ---- the folder ----


@contextlib.contextmanager
def short_folder() -> Generator[Path]:
    """Give a folder with a name that is short enough for a socket in it."""
    with tempfile.TemporaryDirectory(prefix="cj") as folder:
        yield Path(folder)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_folder_is_its_owners_alone_whatever_the_mask(start_daemon: Any) -> None:
    old = os.umask(0)
    try:
        folder = start_daemon().folder
    finally:
        os.umask(old)

    assert mode(folder) == 0o700
    assert {path.name: mode(path) for path in folder.iterdir()}.items() >= {
        "daemon.sock": 0o600,
        "token": 0o600,
        "jobs.sqlite": 0o600,
    }.items()


def test_the_token_outlives_the_daemon_and_differs_between_folders(start_daemon: Any) -> None:
    first, other = start_daemon("one"), start_daemon("other")
    first.stop()

    assert start_daemon("one").token == first.token != other.token
    assert len(first.token) >= 43


def test_a_folder_that_others_may_enter_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)

    with pytest.raises(PlaceError, match=f"chmod 700 {tmp_path}"):
        places.make_folder(tmp_path)


def test_a_folder_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o700)
    owner = os.geteuid()
    monkeypatch.setattr("copyjob.reference.daemon.places.os.geteuid", lambda: owner + 1)

    with pytest.raises(PlaceError, match="works for its own user alone"):
        places.make_folder(tmp_path)


def test_a_link_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to("real")

    with pytest.raises(PlaceError, match="no directory"):
        places.make_folder(tmp_path / "link")


def test_a_token_that_was_not_finished_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / f".token.{os.getpid()}").write_text("half")

    assert len(places.make_token(tmp_path)) >= 43
    assert [path.name for path in tmp_path.iterdir()] == ["token"]


def test_a_token_that_others_may_read_is_refused(tmp_path: Path) -> None:
    places.make_token(tmp_path)
    (tmp_path / "token").chmod(0o640)

    with pytest.raises(PlaceError, match="others may read"):
        places.make_token(tmp_path)


def test_a_token_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("x" * 43)
    (tmp_path / "token").symlink_to("other")

    with pytest.raises(OSError, match="token"):
        places.make_token(tmp_path)


def test_an_empty_token_lets_nobody_in(tmp_path: Path) -> None:
    (tmp_path / "token").touch(mode=0o600)

    with pytest.raises(PlaceError, match="holds no token"):
        places.make_token(tmp_path)


def test_the_socket_that_a_killed_daemon_left_is_replaced() -> None:
    with short_folder() as folder:
        places.listen_on_socket(folder).close()
        assert (folder / "daemon.sock").is_socket()

        places.listen_on_socket(folder).close()


def test_a_socket_at_which_somebody_listens_is_not_replaced() -> None:
    with short_folder() as folder, places.listen_on_socket(folder):
        with pytest.raises(PlaceError, match="listens"):
            places.listen_on_socket(folder)
        assert (folder / "daemon.sock").is_socket()


def test_a_file_in_place_of_the_socket_is_left_alone() -> None:
    with short_folder() as folder:
        (folder / "daemon.sock").write_text("mine")

        with pytest.raises(PlaceError, match="is no socket"):
            places.listen_on_socket(folder)
        assert (folder / "daemon.sock").read_text() == "mine"


def test_a_socket_of_another_user_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    owner = os.geteuid()
    with short_folder() as folder:
        places.listen_on_socket(folder).close()
        monkeypatch.setattr("copyjob.reference.daemon.places.os.geteuid", lambda: owner + 1)

        with pytest.raises(PlaceError, match="belongs to"):
            places.listen_on_socket(folder)


def test_a_folder_with_too_long_a_name_for_a_socket_is_refused() -> None:
    with short_folder() as folder:
        deep = folder / ("x" * 100)
        deep.mkdir()

        with pytest.raises(PlaceError, match="shorter --state"):
            places.listen_on_socket(deep)


def test_the_token_is_not_told_to_a_stranger(daemon: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client = daemon.client()
    monkeypatch.setattr("copyjob.reference.daemon.peers.os.geteuid", lambda: 4_000_000)
    monkeypatch.setattr("copyjob.reference.daemon.peers.ROOT", 4_000_001)

    with pytest.raises(NoDaemonError, match="somebody else"):
        client.about()


class Impostor:
    """A listener on loopback that keeps what it is sent."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        self._listener = socket.create_server((address, 0))
        self._listener.settimeout(20)
        self.port = self._listener.getsockname()[1]

    def heard(self) -> bytes:
        """Return the first bytes of the next connection, none where it ends without a word."""
        with self._listener, self._listener.accept()[0] as connection:
            connection.settimeout(20)
            return connection.recv(65_536)


@pytest.mark.parametrize("listens_at", ["127.0.0.1", "0.0.0.0"])
def test_over_tcp_the_token_is_not_told_to_a_stranger(
    start_daemon: Any, monkeypatch: pytest.MonkeyPatch, listens_at: str
) -> None:
    impostor = Impostor(listens_at)
    client = start_daemon().client(f"http://127.0.0.1:{impostor.port}")
    monkeypatch.setattr("copyjob.reference.daemon.peers.os.geteuid", lambda: 4_000_000)
    monkeypatch.setattr("copyjob.reference.daemon.peers.ROOT", 4_000_001)

    with pytest.raises(NoDaemonError, match="somebody else"):
        client.about()
    assert impostor.heard() == b""


def test_over_tcp_the_token_is_not_told_where_the_listener_is_in_no_table(
    start_daemon: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "tcp").write_text("  sl  local_address rem_address   st\n")
    monkeypatch.setattr("copyjob.reference.daemon.peers._TABLES", (tmp_path / "tcp",))
    impostor = Impostor()
    client = start_daemon().client(f"http://127.0.0.1:{impostor.port}")

    with pytest.raises(NoDaemonError, match="cannot be learnt"):
        client.about()
    assert impostor.heard() == b""


def test_over_tcp_nobody_is_refused_where_the_machine_has_no_table(
    start_daemon: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("copyjob.reference.daemon.peers._TABLES", (tmp_path / "none",))
    daemon = start_daemon(listen=("127.0.0.1", 0))

    assert daemon.client(daemon.addresses[1]).about().pid == os.getpid()


@pytest.mark.parametrize(
    "listen", ["0.0.0.0:0", "[::]:0", "192.0.2.1:80", "example.org:80", "8765", ":1", "127.0.0.1:x"]
)
def test_listening_anywhere_but_on_loopback_is_refused_in_one_line(listen: str) -> None:
    with pytest.raises(PlaceError) as refused:
        places.parse_listen(listen)
    assert listen in refused.value.usage_message
    assert "\n" not in refused.value.usage_message


@pytest.mark.parametrize(
    ("listen", "meant"),
    [("127.0.0.1:0", ("127.0.0.1", 0)), ("localhost:80", ("127.0.0.1", 80)), ("[::1]:80", ("::1", 80))],
)
def test_loopback_is_taken_in_every_spelling(listen: str, meant: tuple[str, int]) -> None:
    assert places.parse_listen(listen) == meant


# ---- what is logged of it ----

SECRET = "hush-hush"


def test_a_client_that_hangs_up_within_a_body_is_no_bug(daemon: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    noted: queue.SimpleQueue[str] = queue.SimpleQueue()
    monkeypatch.setattr("copyjob.reference.daemon.api.note", lambda event, *_, **__: noted.put(event))
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(20)
        connection.connect(str(daemon.folder / "daemon.sock"))
        head = get(daemon, "/v1/jobs", extra="Content-Length: 9\nExpect: 100-continue\n").replace("GET", "POST")
        connection.sendall(head.replace("\n", "\r\n").encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 100")

    assert noted.get(timeout=20) == "hung_up"


def test_the_life_of_a_job_is_logged_without_its_secrets(daemon: Any, origin: Any, tmp_path: Path) -> None:
    stream = io.StringIO()
    with logging_to(stream, "json", "info"):
        job = daemon.client().create_job(SECRET)
        url = origin.play("/a?x=" + SECRET, lambda c: c.whole(b"", 404)).replace("//", f"//user:{SECRET}@")
        job.add_file(url, str(tmp_path / "a"))
        job.http_options.set_credentials(1, 1, SECRET, SECRET)
        job.http_options.set_custom_headers([f"X-Api-Key: {SECRET}"])
        with pytest.raises(CopyJobError):
            job.http_options.set_custom_headers([f"Range: {SECRET}"])
        job.resume()
        with pytest.raises(CopyJobError):
            job.add_file(url.replace("http", "ftp"), str(tmp_path / "b"))
        assert any(snapshot.state == "ERROR" for snapshot in daemon.client().watch(job.id))
        speak(daemon, get(daemon, token=SECRET))
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]

    assert SECRET not in stream.getvalue()
    assert daemon.token not in stream.getvalue()
    assert {"call", "refused", "state", "turned_away"} <= {line["event"] for line in lines}
    assert {"create_job", "add_file", "resume"} <= {line.get("operation") for line in lines}
