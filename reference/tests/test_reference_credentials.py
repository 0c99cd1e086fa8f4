"""A name and a password that the owner of a job sets: told to the server that asks for them, and to nobody else."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportPrivateUsage=false, reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import hashlib
import io
import re
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from copyjob.reference.errors import CopyJobError
from copyjob.reference.http_options import (
    AuthScheme,
    AuthTarget,
    SecurityFlag,
)
from copyjob.reference.schema import job_row
from copyjob.reference.trace import Trace
from copyjob.spec.vocabulary import Hresult, JobState, http_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from copyjob.reference.service import JobHandle, Service

BODY = b"the bytes of a file " * 500
REST = (JobState.TRANSFERRED, JobState.ERROR, JobState.TRANSIENT_ERROR)
SERVER, PROXY = AuthTarget.SERVER, AuthTarget.PROXY
BASIC, DIGEST = AuthScheme.BASIC, AuthScheme.DIGEST


def made(service: Service, url: str, path: Path) -> JobHandle:
    job = service.create_job("a")
    job.add_file(url, str(path))
    return job


def outcome(job: JobHandle) -> JobState:
    job.resume()
    assert job.wait_for(*REST, timeout_seconds=20)
    return job.state


def refused(call: Callable[..., object], *args: object) -> CopyJobError:
    with pytest.raises(CopyJobError) as caught:
        call(*args)
    return caught.value


@pytest.fixture
def other(origin: Any) -> Iterator[Any]:
    """Start another server."""
    server = type(origin)()
    yield server
    server.close()


def asks(scheme: str, user: str = "user", password: str = "hush") -> Callable[[Any], None]:
    """Return a script of a server that answers only to this user."""

    def script(conversation: Any) -> None:
        told = conversation.seen.headers.get("authorization", "")
        challenge = f'{scheme} realm="r"' + (', nonce="n", qop="auth", algorithm=MD5' if scheme == "Digest" else "")
        if told == "Basic dXNlcjpodXNo" or (told.startswith("Digest ") and proves(told, user, password)):
            conversation.document(BODY)
        else:
            conversation.whole(b"who are you?", 401, WWW_Authenticate=challenge)

    return script


def told_basic(seen: Any) -> bool:
    return str(seen.headers.get("authorization", "")).startswith("Basic")


def proves(told: str, user: str, password: str) -> bool:
    """Return whether a digest is that of the user's password (RFC 7616)."""
    fields = {name: quoted or bare for name, quoted, bare in re.findall(r'(\w+)=(?:"([^"]*)"|([^,\s]+))', told)}
    one = hashlib.md5(f"{user}:r:{password}".encode()).hexdigest()
    two = hashlib.md5(f"GET:{fields['uri']}".encode()).hexdigest()
    line = ":".join((one, "n", fields["nc"], fields["cnonce"], "auth", two))
    return str(fields["response"]) == hashlib.md5(line.encode()).hexdigest()


@pytest.mark.parametrize(
    ("scheme", "schemes"),
    [("Basic", [BASIC]), ("Digest", [DIGEST]), ("Basic", [BASIC, DIGEST]), ("Digest", [BASIC, DIGEST])],
)
def test_a_server_that_asks_is_told(
    serve: Any, origin: Any, tmp_path: Path, scheme: str, schemes: list[AuthScheme]
) -> None:
    job = made(serve(), origin.play("/a", asks(scheme)), tmp_path / "a")
    for number in schemes:
        assert job.http_options.set_credentials(SERVER, number, "user", "hush") == Hresult.S_OK
    assert outcome(job) is JobState.TRANSFERRED
    job.complete()

    assert (tmp_path / "a").read_bytes() == BODY
    assert scheme == "Basic" or not any(told_basic(seen) for seen in origin.requests)


@pytest.mark.parametrize("scheme", ["Basic", "Digest"])
@pytest.mark.parametrize("password", ["hush", "wrong"])
def test_a_server_that_is_not_satisfied_makes_an_error(
    serve: Any, origin: Any, tmp_path: Path, scheme: str, password: str
) -> None:
    job = made(
        serve(), origin.play("/a", asks(scheme, "somebody else" if scheme == "Digest" else "", "x")), tmp_path / "a"
    )
    job.http_options.set_credentials(SERVER, DIGEST if scheme == "Digest" else BASIC, "me", password)

    assert (outcome(job), job.error().code) == (JobState.ERROR, http_error(401))


def test_after_new_credentials_resume_goes_on(serve: Any, origin: Any, tmp_path: Path) -> None:
    job = made(serve(), origin.play("/a", asks("Digest")), tmp_path / "a")
    job.http_options.set_credentials(SERVER, DIGEST, "user", "wrong")
    assert outcome(job) is JobState.ERROR
    job.http_options.set_credentials(SERVER, DIGEST, "user", "hush")

    assert outcome(job) is JobState.TRANSFERRED


@pytest.mark.parametrize("scheme", [BASIC, DIGEST])
def test_credentials_are_not_told_to_another_server(
    serve: Any, origin: Any, other: Any, tmp_path: Path, scheme: AuthScheme
) -> None:
    target = other.play("/b", lambda c: c.whole(b"who?", 401, WWW_Authenticate=f'{scheme.name} realm="r", nonce="n"'))
    job = made(serve(), origin.play("/a", lambda c: c.whole(b"", 302, Location=target)), tmp_path / "a")
    job.http_options.set_credentials(SERVER, scheme, "user", "hush")
    job.http_options.set_custom_headers(["X-Key: hush"])
    assert outcome(job) is JobState.ERROR

    assert [("authorization" in seen.headers, "x-key" in seen.headers) for seen in other.requests] == [(False, False)]


@pytest.mark.parametrize("headers", [[], ["X-Key: 1"]], ids=["", "with header lines"])
@pytest.mark.parametrize("by_url", [True, False])
def test_credentials_go_along_on_the_same_server(
    serve: Any, origin: Any, tmp_path: Path, headers: list[str], *, by_url: bool
) -> None:
    origin.play("/b", asks("Basic"))
    url = origin.play("/a", lambda c: c.whole(b"", 302, Location="/b"))
    job = made(serve(), url.replace("//", "//user:hush@") if by_url else url, tmp_path / "a")
    job.http_options.set_custom_headers(headers)
    if not by_url:
        job.http_options.set_credentials(SERVER, BASIC, "user", "hush")

    assert outcome(job) is JobState.TRANSFERRED


def test_what_was_set_outlives_a_kill(serve: Any, origin: Any, tmp_path: Path) -> None:
    service = serve()
    job = made(service, origin.play("/a", asks("Digest")), tmp_path / "a")
    job.http_options.set_custom_headers(["X-Key: \xe4"])
    job.http_options.set_credentials(SERVER, DIGEST, "user", "hush")
    job.http_options.set_security_flags(SecurityFlag.REDIRECT_DISALLOW)
    service.kill()
    job = serve().get_job(job.id)
    assert outcome(job) is JobState.TRANSFERRED

    assert job.http_options.get_custom_headers() == ("X-Key: \xe4",)
    assert job.http_options.get_security_flags() == SecurityFlag.REDIRECT_DISALLOW


@pytest.mark.parametrize("end", ["cancel", "complete"])
def test_secrets_leave_the_store_with_the_end_of_the_job(serve: Any, tmp_path: Path, end: str) -> None:
    service = serve()
    job = made(service, "http://h/a", tmp_path / "a")
    job.http_options.set_custom_headers([f"X-Key: {'hush-header' * 1_000}"])  # more than a page of the store
    job.http_options.set_credentials(SERVER, BASIC, "user", "hush-password")
    getattr(job, end)()
    service.close()

    kept = b"".join(path.read_bytes() for path in (tmp_path / "state").iterdir())
    assert (b"hush" in kept, job.http_options.get_custom_headers()) == (False, ())


def test_what_is_overwritten_is_not_left_in_free_pages(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = sqlite3.connect

    def lax(*words: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = real(*words, **options)
        connection.execute("PRAGMA secure_delete=OFF")  # as SQLite is built elsewhere
        return connection

    monkeypatch.setattr(sqlite3, "connect", lax)

    assert serve()._engine._store._db.execute("PRAGMA secure_delete").fetchone() == (1,)


FORGETTING: dict[str, Callable[[JobHandle], object]] = {
    "cancel": lambda job: job.cancel(),
    "complete": lambda job: job.complete(),
    "remove_credentials": lambda job: job.http_options.remove_credentials(SERVER, BASIC),
    "other header lines": lambda job: job.http_options.set_custom_headers(["X-Key: another"]),
    "no header lines": lambda job: job.http_options.set_custom_headers(None),
}


@pytest.mark.parametrize("call", FORGETTING)
def test_a_secret_that_is_taken_back_leaves_the_store_while_the_service_runs(
    serve: Any, tmp_path: Path, call: str
) -> None:
    job = made(serve(), "http://h/a", tmp_path / "a")
    if call == "remove_credentials":
        job.http_options.set_credentials(SERVER, BASIC, "user", "hush-password")
    else:
        job.http_options.set_custom_headers([f"X-Key: {'hush-header' * 1_000}"])
    before = b"".join(path.read_bytes() for path in (tmp_path / "state").iterdir())
    FORGETTING[call](job)

    kept = b"".join(path.read_bytes() for path in (tmp_path / "state").iterdir())
    assert (b"hush" in before, b"hush" in kept) == (True, False)


def test_the_line_of_an_ended_job_holds_no_secrets(serve: Any) -> None:
    job = serve().create_job("a")
    job.http_options.set_custom_headers(["X-Key: hush"])
    ended = replace(job.job, state=JobState.CANCELLED)

    assert ["hush" in str(job_row(job._record, each)) for each in (job.job, ended)] == [True, False]


def test_secrets_stand_in_no_error_no_trace_and_no_representation(serve: Any, origin: Any, tmp_path: Path) -> None:
    stream = io.StringIO()
    job = made(serve(trace=Trace(stream)), origin.play("/a", asks("Digest")), tmp_path / "a")
    options = job.http_options
    options.set_custom_headers(["X-Key: hush"])
    options.set_credentials(SERVER, BASIC, "hush", "hush")
    messages = [
        refused(options.set_custom_headers, ["X-Key: hush\n"]),
        refused(options.set_custom_headers, ["hush"]),
        refused(options.set_credentials, SERVER, BASIC, "hush", "hush\n"),
        refused(options.set_credentials, SERVER, DIGEST, "other", "hush"),
    ]
    assert outcome(job) is JobState.ERROR
    record = job._record

    shown = f"{messages}{job.error()!r}{job.error()}{stream.getvalue()}{record!r}{record.http_options!r}{job.job!r}"
    assert "hush" not in shown
    assert [line for line in stream.getvalue().splitlines() if '"set_credentials"' in line]


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ((0, BASIC, "u", "p"), Hresult.BG_E_INVALID_AUTH_TARGET),
        ((3, BASIC, "u", "p"), Hresult.BG_E_INVALID_AUTH_TARGET),
        ((SERVER, 0, "u", "p"), Hresult.BG_E_INVALID_AUTH_SCHEME),
        ((SERVER, 6, "u", "p"), Hresult.BG_E_INVALID_AUTH_SCHEME),
        ((SERVER, AuthScheme.NTLM, "u", "p"), Hresult.E_NOTIMPL),
        ((SERVER, AuthScheme.NEGOTIATE, "u", "p"), Hresult.E_NOTIMPL),
        ((SERVER, AuthScheme.PASSPORT, "u", "p"), Hresult.E_NOTIMPL),
        ((SERVER, BASIC, "u" * 301, "p"), Hresult.BG_E_USERNAME_TOO_LARGE),
        ((SERVER, BASIC, "u", "p" * 65_537), Hresult.BG_E_PASSWORD_TOO_LARGE),
        ((SERVER, BASIC, "", "p"), Hresult.E_INVALIDARG),
        ((SERVER, BASIC, "a:b", "p"), Hresult.E_INVALIDARG),
        ((SERVER, BASIC, "a\nb", "p"), Hresult.E_INVALIDARG),
        ((SERVER, BASIC, "u", "p\0"), Hresult.E_INVALIDARG),
    ],
)
def test_credentials_that_are_none_are_refused(serve: Any, args: tuple[object, ...], code: int) -> None:
    options = serve().create_job("a").http_options

    assert refused(options.set_credentials, *args).hresult == code


@pytest.mark.parametrize(("name", "password"), [("u" * 300, "p" * 65_536), ("\u00fcser", ""), ("a b", "\u20ac:")])
def test_credentials_may_be_long_and_hold_any_character(serve: Any, name: str, password: str) -> None:
    options = serve().create_job("a").http_options

    assert options.set_credentials(PROXY, BASIC, name, password) == Hresult.S_OK


def test_removing_credentials_that_were_not_set_answers_s_false(serve: Any) -> None:
    options = serve().create_job("a").http_options
    options.set_credentials(SERVER, BASIC, "u", "p")

    answers = [options.remove_credentials(*pair) for pair in ((PROXY, BASIC), (SERVER, DIGEST), (SERVER, BASIC))]
    assert answers == [Hresult.S_FALSE, Hresult.S_FALSE, Hresult.S_OK]
    assert options.remove_credentials(SERVER, BASIC) == Hresult.S_FALSE


def test_of_two_schemes_one_can_be_removed(serve: Any, origin: Any, tmp_path: Path) -> None:
    job = made(serve(), origin.play("/a", asks("Digest")), tmp_path / "a")
    for scheme in (BASIC, DIGEST):
        job.http_options.set_credentials(SERVER, scheme, "user", "hush")
    job.http_options.remove_credentials(SERVER, BASIC)
    assert outcome(job) is JobState.TRANSFERRED

    assert not any(told_basic(seen) for seen in origin.requests)
