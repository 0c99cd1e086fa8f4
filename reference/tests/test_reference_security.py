"""What a caller, a server or a neighbour on the same disk cannot get the service to do."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import contextlib
import io
import os
import shutil
import socket
import ssl
import stat
import subprocess
import threading
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.reference.disk import check_arguments, rename
from copyjob.reference.errors import WIN_CERTIFICATE_AUTHORITY, CopyJobError, without_secrets
from copyjob.reference.publishing import give_names
from copyjob.reference.record import Part
from copyjob.reference.trace import Trace
from copyjob.reference.wire import REDIRECTS_MAX
from copyjob.spec.vocabulary import ErrorContext, Hresult, JobState

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from copyjob.reference.service import JobHandle, Service

BODY = b"the bytes of a file " * 5_000
REST = (JobState.TRANSFERRED, JobState.ERROR, JobState.TRANSIENT_ERROR)
NOBODY = 65_534
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as somebody else")


def begin(service: Service, url: str, path: Path) -> JobHandle:
    job = service.create_job("a")
    job.add_file(url, str(path))
    job.resume()
    return job


def outcome(job: JobHandle) -> JobState:
    assert job.wait_for(*REST, timeout_seconds=20)
    return job.state


def refusal(url: str, path: str) -> CopyJobError:
    with pytest.raises(CopyJobError) as caught:
        check_arguments(url, path)
    return caught.value


# ---- what a caller may ask for ----


@pytest.mark.parametrize("scheme", ["ftp", "file", "gopher", "smb", "ldap", "javascript", "HTTPX"])
def test_a_url_of_another_scheme_is_refused_with_e_invalidarg(tmp_path: Path, scheme: str) -> None:
    assert refusal(f"{scheme}://h/a", str(tmp_path / "a")).hresult == Hresult.E_INVALIDARG


@pytest.mark.parametrize("character", ["\r", "\n", "\r\nX-Forged: yes", "\t", "\0", "\x7f", "\x85", "\u2028", " "])
def test_a_url_that_could_end_a_line_of_the_request_is_refused_with_e_invalidarg(
    tmp_path: Path, character: str
) -> None:
    assert refusal(f"http://h/a{character}b", str(tmp_path / "a")).hresult == Hresult.E_INVALIDARG


@pytest.mark.parametrize("character", ["\r", "\n", "\x1b", "\x7f", "\x9b"])
def test_a_control_character_in_a_local_name_is_refused_with_e_invalidarg(tmp_path: Path, character: str) -> None:
    assert refusal("http://h/a", str(tmp_path / f"a{character}b")).hresult == Hresult.E_INVALIDARG


@pytest.mark.parametrize("name", ["../a", "sub/../a", "..", "sub/.."])
def test_a_local_path_that_climbs_is_refused_with_e_invalidarg(tmp_path: Path, name: str) -> None:
    (tmp_path / "sub").mkdir()

    assert refusal("http://h/a", f"{tmp_path}/{name}").hresult == Hresult.E_INVALIDARG


@contextlib.contextmanager
def somebody_else() -> Generator[None]:
    """Be nobody for a while, as the kernel sees it."""
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@only_root
def test_a_directory_that_the_caller_may_not_write_is_refused_with_e_accessdenied() -> None:
    with somebody_else():
        assert refusal("http://h/a", "/copyjob-may-not-be-here").hresult == Hresult.E_ACCESSDENIED


@only_root
def test_a_directory_that_the_caller_may_not_even_see_is_refused_with_e_accessdenied(tmp_path: Path) -> None:
    (tmp_path / "shut" / "sub").mkdir(parents=True)
    (tmp_path / "shut").chmod(0o700)
    with somebody_else():
        assert refusal("http://h/a", str(tmp_path / "shut" / "sub" / "a")).hresult == Hresult.E_ACCESSDENIED


# ---- what a server may answer ----


def test_as_many_redirects_as_the_limit_are_followed(serve: Any, origin: Any, tmp_path: Path) -> None:
    job = begin(serve(), chain(origin, REDIRECTS_MAX), tmp_path / "a")

    assert outcome(job) is JobState.TRANSFERRED


def test_more_redirects_than_the_limit_are_an_error(serve: Any, origin: Any, tmp_path: Path) -> None:
    job = begin(serve(), chain(origin, REDIRECTS_MAX + 1), tmp_path / "a")

    assert outcome(job) is JobState.ERROR


def chain(origin: Any, length: int) -> str:
    """Return a URL that leads to a document after so many redirects."""
    origin.serve("/0", BODY)
    for number in range(1, length + 1):
        origin.play(f"/{number}", lambda c, n=number: c.whole(b"", 302, Location=f"/{n - 1}"))
    return str(origin.url(f"/{length}"))


@pytest.mark.parametrize("target", ["ftp://127.0.0.1:9/a", "file:///etc/hostname", "dict://127.0.0.1:9/a"])
def test_a_redirect_to_another_scheme_is_an_error(serve: Any, origin: Any, tmp_path: Path, target: str) -> None:
    job = begin(serve(), origin.play("/a", lambda c: c.whole(b"", 302, Location=target)), tmp_path / "a")

    assert outcome(job) is JobState.ERROR
    assert job.error().context is ErrorContext.GENERAL_TRANSPORT


class SecureServer:
    """HTTPS on loopback that answers every request with one redirect."""

    def __init__(self, folder: Path, location: str) -> None:
        self.certificate, key = folder / "certificate.pem", folder / "key.pem"
        subject = ("-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1")
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        subprocess.run(
            [*command, *subject, "-days", "2", "-keyout", str(key), "-out", str(self.certificate)],
            check=True,
            capture_output=True,
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self._context, self._location = context, location
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self._listener.getsockname()[1]}/a"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                connection.settimeout(2)
                with self._context.wrap_socket(connection, server_side=True) as secure:
                    if not secure.recv(65_536):
                        continue  # it did not trust us and hung up
                    secure.sendall(
                        f"HTTP/1.1 302 X\r\nLocation: {self._location}\r\nContent-Length: 0\r\n\r\n".encode()
                    )

    def close(self) -> None:
        """Close it and end its thread."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


@pytest.fixture
def secure(origin: Any, tmp_path: Path) -> Iterator[SecureServer]:
    """Start a server with a certificate of its own that redirects to a document over plain HTTP."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl on this machine")
    (tmp_path / "keys").mkdir()
    server = SecureServer(tmp_path / "keys", origin.serve("/b", BODY))
    yield server
    server.close()


def test_a_redirect_from_https_to_http_is_an_error(
    serve: Any, origin: Any, secure: SecureServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(secure.certificate))
    job = begin(serve(), secure.url, tmp_path / "a")

    assert outcome(job) is JobState.ERROR
    assert ("http" in job.error().detail, origin.requests) == (True, [])


def test_a_certificate_of_nobody_known_is_an_error(serve: Any, secure: SecureServer, tmp_path: Path) -> None:
    job = begin(serve(), secure.url, tmp_path / "a")

    assert outcome(job) is JobState.ERROR
    assert job.error().code == WIN_CERTIFICATE_AUTHORITY


@pytest.mark.parametrize("etag", ['"a\rX-Forged: yes"', '"a\nX-Forged: yes"', '"a\0b"'])
def test_an_etag_that_could_end_a_line_is_not_sent_back(serve: Any, memory: Any, tmp_path: Path, etag: str) -> None:
    service = serve(wire=memory)
    head = {"content-length": "6", "etag": etag}
    memory.play("http://h/a", memory.script(200, head, [b"abc"]), memory.whole(b"abcdef"))
    begin(service, "http://h/a", tmp_path / "a")
    memory.run()
    service.advance(600)
    memory.run()

    assert [request.headers for request in memory.requests] == [(), ()]


def test_a_body_is_asked_for_as_it_is(serve: Any, origin: Any, tmp_path: Path) -> None:
    assert outcome(begin(serve(), origin.serve("/a", BODY), tmp_path / "a")) is JobState.TRANSFERRED

    assert origin.requests[0].headers["accept-encoding"] == "identity"


# ---- what a neighbour on the same disk may plant ----


def planted(service: Service, url: str, folder: Path) -> tuple[JobHandle, Path]:
    """Return a job that has not begun, and the temporary name that it is going to use."""
    job = service.create_job("a")
    job.add_file(url, str(folder / "a"))
    return job, folder / f".BIT-{job.id}-0.tmp"


@pytest.mark.parametrize("link", ["symlink_to", "hardlink_to"])
def test_a_link_at_the_temporary_name_is_not_written_through(
    serve: Any, origin: Any, tmp_path: Path, link: str
) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"precious")
    job, temporary = planted(serve(), origin.serve("/a", BODY), tmp_path)
    getattr(temporary, link)(precious)
    job.resume()

    assert (outcome(job), job.error().context) == (JobState.ERROR, ErrorContext.LOCAL_FILE)
    assert (job.error().code, precious.read_bytes()) == (Hresult.E_ACCESSDENIED, b"precious")


def test_a_pipe_at_the_temporary_name_is_an_error(serve: Any, origin: Any, tmp_path: Path) -> None:
    job, temporary = planted(serve(), origin.serve("/a", BODY), tmp_path)
    os.mkfifo(temporary)
    job.resume()

    assert (outcome(job), job.error().code) == (JobState.ERROR, Hresult.E_ACCESSDENIED)


@only_root
def test_a_file_of_somebody_else_at_the_temporary_name_is_not_used(serve: Any, origin: Any, tmp_path: Path) -> None:
    job, temporary = planted(serve(), origin.serve("/a", BODY), tmp_path)
    temporary.write_bytes(b"theirs")
    os.chown(temporary, NOBODY, NOBODY)
    job.resume()

    assert (outcome(job), job.error().code) == (JobState.ERROR, Hresult.E_ACCESSDENIED)
    assert temporary.read_bytes() == b"theirs"


def swap(temporary: Path, kind: str, precious: Path) -> None:
    """Put something else in the place of a file that has arrived."""
    size = temporary.stat().st_size
    temporary.unlink()
    precious.write_bytes(b"p" * size)
    if kind == "link":
        temporary.symlink_to(precious)
    elif kind == "dangling":
        temporary.symlink_to(precious.with_name("nowhere"))
    elif kind == "shorter":
        temporary.write_bytes(b"short")
    else:
        temporary.write_bytes(b"t" * size)
        os.chown(temporary, NOBODY, NOBODY)


@pytest.mark.parametrize("kind", ["link", "dangling", "shorter", pytest.param("theirs", marks=only_root)])
def test_what_was_swapped_in_before_complete_is_not_published(
    serve: Any, origin: Any, tmp_path: Path, kind: str
) -> None:
    job, temporary = planted(serve(), origin.serve("/a", BODY), tmp_path)
    job.resume()
    assert outcome(job) is JobState.TRANSFERRED
    swap(temporary, kind, tmp_path / "precious")
    with pytest.raises(CopyJobError, match="complete in TRANSFERRED: E_ACCESSDENIED"):
        job.complete()

    assert (os.path.lexists(tmp_path / "a"), job.files()[0].completed) == (False, False)


def test_a_link_to_nowhere_is_not_taken_for_a_file_that_was_renamed_before_a_kill(tmp_path: Path) -> None:
    (tmp_path / "tmp").symlink_to(tmp_path / "nowhere")
    part = Part(0, "http://h/a", str(tmp_path / "a"), str(tmp_path / "tmp"), size_bytes=3)
    naming = give_names([part], begun={0})

    assert (naming.available, type(naming.failure)) == ((), PermissionError)


def test_cancel_deletes_a_link_and_not_what_it_leads_to(serve: Any, origin: Any, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"precious")
    job, temporary = planted(serve(), origin.serve("/a", BODY), tmp_path)
    temporary.symlink_to(precious)
    job.cancel()

    assert (os.path.lexists(temporary), precious.read_bytes()) == (False, b"precious")


def test_a_link_at_the_destination_is_replaced_and_not_written_through(serve: Any, origin: Any, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"precious")
    (tmp_path / "a").symlink_to(precious)
    job = begin(serve(), origin.serve("/a", BODY), tmp_path / "a")
    assert outcome(job) is JobState.TRANSFERRED
    job.complete()

    assert (precious.read_bytes(), (tmp_path / "a").is_symlink()) == (b"precious", False)


def test_a_directory_that_is_swapped_between_the_look_and_the_rename_gets_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, elsewhere, real = tmp_path / "folder", tmp_path / "elsewhere", os.rename
    for directory in (folder, elsewhere):
        directory.mkdir()
        (directory / "tmp").write_bytes(directory.name.encode())

    def late(*args: Any, **options: Any) -> None:
        real(folder, tmp_path / "moved")
        folder.symlink_to(elsewhere)
        real(*args, **options)

    monkeypatch.setattr(os, "rename", late)
    rename(str(folder / "tmp"), str(folder / "a"), len(b"folder"))

    assert sorted(path.name for path in elsewhere.iterdir()) == ["tmp"]
    assert (tmp_path / "moved" / "a").read_bytes() == b"folder"


@pytest.mark.parametrize("mask", [0o002, 0o022, 0o077])
def test_a_file_has_the_mode_that_the_mask_of_the_user_leaves(
    serve: Any, origin: Any, tmp_path: Path, mask: int
) -> None:
    before = os.umask(mask)
    try:
        job = begin(serve(), origin.serve("/a", BODY), tmp_path / "a")
        assert outcome(job) is JobState.TRANSFERRED
        job.complete()
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o666 & ~mask


# ---- secrets ----


@pytest.mark.parametrize("name", ["jobs.sqlite", "jobs.sqlite-wal", "jobs.sqlite.lock"])
def test_only_its_owner_may_read_a_store(serve: Any, tmp_path: Path, name: str) -> None:
    serve().create_job("a")

    assert stat.S_IMODE((tmp_path / "state" / name).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "url",
    [
        "ftp://user:hush@h/a",
        "http://user:hush@h:x/a",
        "http://user:hush@/a",
        "http://user:hu/hush@h/a",
        "http://user:hush@[/a",
    ],
)
def test_a_refused_url_does_not_show_its_password(tmp_path: Path, url: str) -> None:
    error = refusal(url, str(tmp_path / "a"))

    assert ("hush" in str(error), "user" in str(error)) == (False, False)


def test_a_url_without_a_password_is_shown_as_it_is() -> None:
    assert without_secrets("'http://h/a' is no URL") == "'http://h/a' is no URL"


@pytest.mark.parametrize("name", ["redirect", "gone", "unreachable", "elsewhere"])
def test_errors_and_traces_do_not_show_a_password(serve: Any, origin: Any, tmp_path: Path, name: str) -> None:
    answers: dict[str, Any] = {
        "redirect": lambda c: c.whole(b"", 302, Location="ftp://user:hush@127.0.0.1:9/a"),
        "gone": lambda c: c.whole(b"", 404),
        "unreachable": lambda c: c.reset(),
        "elsewhere": lambda c: c.whole(b"", 302, Location="http://user:hush@127.0.0.1:bad/a"),
    }
    stream = io.StringIO()
    url = origin.play("/a", answers[name]).replace("//", "//user:hush@")
    job = begin(serve(trace=Trace(stream)), url, tmp_path / "a")
    assert outcome(job) is not JobState.TRANSFERRED

    assert "hush" not in f"{job.error()}{job.error()!r}{stream.getvalue()}"


def test_a_password_is_sent_to_the_server_it_is_for(serve: Any, origin: Any, tmp_path: Path) -> None:
    url = origin.serve("/a", BODY).replace("//", "//user:hush@")
    assert outcome(begin(serve(), url, tmp_path / "a")) is JobState.TRANSFERRED

    assert origin.requests[0].headers["authorization"].startswith("Basic ")


def test_a_password_is_not_sent_on_to_another_server(serve: Any, origin: Any, tmp_path: Path) -> None:
    other = type(origin)()
    try:
        target = other.serve("/b", BODY)
        url = origin.play("/a", lambda c: c.whole(b"", 302, Location=target)).replace("//", "//user:hush@")
        assert outcome(begin(serve(), url, tmp_path / "a")) is JobState.TRANSFERRED
    finally:
        other.close()

    assert ["authorization" in seen.headers for seen in (*origin.requests, *other.requests)] == [True, False]
