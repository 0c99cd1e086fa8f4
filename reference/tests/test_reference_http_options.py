"""What the owner of a job adds to its requests: it reaches the server it is meant for, and nobody else learns of it."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportPrivateUsage=false, reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copyjob.reference.errors import CopyJobError
from copyjob.reference.http_options import (
    NO_HTTP_OPTIONS,
    AuthScheme,
    AuthTarget,
    HttpOptions,
    JobHttpOptions,
    SecurityFlag,
)
from copyjob.reference.job import Job
from copyjob.reference.policies import TransferPolicy, User
from copyjob.reference.wire import REDIRECTS_MAX, Login
from copyjob.spec.vocabulary import Dialect, Hresult, JobState, http_error

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


# ---- header lines ----


def test_header_lines_go_with_every_request(serve: Any, origin: Any, tmp_path: Path) -> None:
    def half(conversation: Any) -> None:
        conversation.head(200, Content_Length=len(BODY), ETag='"v1"')
        conversation.send(BODY[:1000])
        conversation.hang_up()

    service = serve()
    job = made(service, origin.play("/a", half, lambda c: c.document(BODY)), tmp_path / "a")
    job.http_options.set_custom_headers(["X-Key: hush", "User-Agent: mine"])
    assert outcome(job) is JobState.TRANSIENT_ERROR
    assert outcome(job) is JobState.TRANSFERRED

    seen = [(request.headers["x-key"], request.headers["user-agent"]) for request in origin.requests]
    assert seen == [("hush", "mine")] * 2


def test_a_header_without_a_value_is_sent_without_one(serve: Any, origin: Any, tmp_path: Path) -> None:
    job = made(serve(), origin.serve("/a", BODY), tmp_path / "a")
    job.http_options.set_custom_headers(["X-Empty:"])
    assert outcome(job) is JobState.TRANSFERRED

    assert origin.requests[0].headers["x-empty"] == ""


def test_a_redirect_on_the_same_server_takes_header_lines_along(serve: Any, origin: Any, tmp_path: Path) -> None:
    origin.serve("/b", BODY)
    job = made(serve(), origin.play("/a", lambda c: c.whole(b"page", 302, Location="/b")), tmp_path / "a")
    job.http_options.set_custom_headers(["X-Key: hush"])
    assert outcome(job) is JobState.TRANSFERRED
    job.complete()

    assert [seen.headers.get("x-key") for seen in origin.requests] == ["hush", "hush"]
    assert (tmp_path / "a").read_bytes() == BODY


@pytest.mark.parametrize("hops", [1, 2])
def test_a_redirect_to_another_server_takes_no_header_lines_along(
    serve: Any, origin: Any, other: Any, tmp_path: Path, hops: int
) -> None:
    target = other.play("/b", lambda c: c.whole(b"", 302, Location="/c")) if hops > 1 else other.serve("/b", BODY)
    other.serve("/c", BODY)
    job = made(serve(), origin.play("/a", lambda c: c.whole(b"", 302, Location=target)), tmp_path / "a")
    job.http_options.set_custom_headers(["X-Key: hush"])
    assert outcome(job) is JobState.TRANSFERRED

    assert [seen.headers.get("x-key") for seen in (*origin.requests, *other.requests)] == ["hush", *[None] * hops]


def test_header_lines_do_not_come_back_with_a_redirect_that_comes_back(
    serve: Any, origin: Any, other: Any, tmp_path: Path
) -> None:
    back = other.play("/b", lambda c: c.whole(b"", 302, Location=origin.serve("/c", BODY)))
    job = made(serve(), origin.play("/a", lambda c: c.whole(b"", 302, Location=back)), tmp_path / "a")
    job.http_options.set_custom_headers(["X-Key: hush"])
    assert outcome(job) is JobState.TRANSFERRED

    assert [seen.headers.get("x-key") for seen in origin.requests] == ["hush", None]


@pytest.mark.parametrize(
    "target",
    [
        pytest.param(lambda o, x: f"http://{host(o)}@{host(x)}/b", id="the host as a user"),
        pytest.param(lambda o, x: f"http://{host(o).partition(':')[0]}:x@{host(x)}/b", id="the host as a user's name"),
        pytest.param(lambda o, x: f"//{host(x)}/b", id="without a scheme"),
    ],
)
def test_a_redirect_that_looks_like_the_same_server_takes_no_header_lines_along(
    serve: Any, origin: Any, other: Any, tmp_path: Path, target: Callable[[Any, Any], str]
) -> None:
    other.serve("/b", BODY)
    job = made(serve(), origin.play("/a", lambda c: c.whole(b"", 302, Location=target(origin, other))), tmp_path / "a")
    job.http_options.set_custom_headers(["X-Key: hush"])
    assert outcome(job) is JobState.TRANSFERRED

    assert ["x-key" in seen.headers for seen in other.requests] == [False]


def host(origin: Any) -> str:
    return str(origin.url("")).removeprefix("http://")


@pytest.mark.parametrize(("length", "state"), [(REDIRECTS_MAX, "TRANSFERRED"), (REDIRECTS_MAX + 1, "ERROR")])
def test_redirects_with_header_lines_are_counted_too(
    serve: Any, origin: Any, tmp_path: Path, length: int, state: str
) -> None:
    origin.serve("/0", BODY)
    for number in range(1, length + 1):
        origin.play(f"/{number}", lambda c, n=number: c.whole(b"", 302, Location=f"/{n - 1}"))
    job = made(serve(), origin.url(f"/{length}"), tmp_path / "a")
    job.http_options.set_custom_headers(["X-Key: hush"])

    assert outcome(job).name == state


@pytest.mark.parametrize("target", ["ftp://127.0.0.1:9/a", "file:///etc/hostname", "http://127.0.0.1:bad/"])
def test_a_redirect_with_header_lines_leads_nowhere_but_to_http(
    serve: Any, origin: Any, tmp_path: Path, target: str
) -> None:
    job = made(serve(), origin.play("/a", lambda c: c.whole(b"", 302, Location=target)), tmp_path / "a")
    job.http_options.set_custom_headers(["X-Key: hush"])

    assert outcome(job) in {JobState.ERROR, JobState.TRANSIENT_ERROR}


@pytest.mark.parametrize(
    "line",
    [
        *("no colon", "", ": no name", "bad name: x", "X-A: x\r\nX-Forged: yes", "X-A: x\nX-Forged: yes", "X-A: x\0y"),
        *("X-A: \u20ac", "Range: bytes=0-1", "if-range: x", "Accept-Encoding: gzip", "Host: h", "Content-Length: 1"),
        *("Transfer-Encoding: chunked", "Connection: close", "X-A : x", "X-A\t: x", "X-A: \x7f", "X-A: \x85"),
    ],
)
def test_a_line_that_is_no_header_or_the_services_own_is_refused_with_e_invalidarg(
    serve: Any, tmp_path: Path, line: str
) -> None:
    job = made(serve(), "http://h/a", tmp_path / "a")
    job.http_options.set_custom_headers(["X-Old: kept"])
    error = refused(job.http_options.set_custom_headers, ["X-Good: yes", line])

    assert (error.hresult, job.http_options.get_custom_headers()) == (Hresult.E_INVALIDARG, ("X-Old: kept",))


def test_header_lines_are_taken_away_by_none(serve: Any, tmp_path: Path) -> None:
    options = made(serve(), "http://h/a", tmp_path / "a").http_options
    options.set_custom_headers(["X-A: 1"])
    options.set_custom_headers(None)

    assert options.get_custom_headers() == ()


@pytest.mark.parametrize(("length", "code"), [(16_381, None), (16_382, Hresult.BG_E_STRING_TOO_LONG)])
def test_all_header_lines_together_have_16384_characters_at_most(
    serve: Any, tmp_path: Path, length: int, code: int | None
) -> None:
    options = made(serve(), "http://h/a", tmp_path / "a").http_options
    lines = [f"X-A: {'a' * (length - 5)}"]  # its end is two more, the end of all one

    if code is None:
        assert options.set_custom_headers(lines) == Hresult.S_OK
    else:
        assert refused(options.set_custom_headers, lines).hresult == code


class Kept:
    """A job and an engine that records nothing."""

    def __init__(self) -> None:
        self.http_options = NO_HTTP_OPTIONS
        self.job = Job(Dialect.BITS)

    def call(self, event: Any) -> Hresult:
        """Do what the engine does with such a call."""
        self.http_options, answer = event.change(self.http_options)
        return Hresult(answer)


LINES = st.text(max_size=30) | st.builds("X-A:{}".format, st.text(st.characters(max_codepoint=300), max_size=20))


@given(line=LINES)
def test_no_header_line_that_is_accepted_can_end_early(line: str) -> None:
    kept: Any = Kept()
    with contextlib.suppress(CopyJobError):
        JobHttpOptions(kept, kept, kept.call).set_custom_headers([line])

    for header in kept.http_options.headers:
        name, colon, value = header.encode("iso-8859-1").partition(b":")
        assert name
        assert colon
        assert not {0, 10, 13} & {*name, *value}


@given(lines=st.lists(LINES), flags=st.integers(0, 0x0FFF), secret=st.text(), digest=st.booleans())
def test_what_is_stored_is_what_was_set(lines: list[str], flags: int, secret: str, *, digest: bool) -> None:
    logins = ((PROXY, Login(secret, secret, basic=not digest, digest=digest)),)
    options = HttpOptions(tuple(lines), logins, flags)

    assert HttpOptions.of_stored(options.stored()) == options
    assert HttpOptions.of_stored(NO_HTTP_OPTIONS.stored()) == NO_HTTP_OPTIONS


# ---- flags ----


@pytest.mark.parametrize("code", [300, 301, 302, 303, 307, 308])
@pytest.mark.parametrize("headers", [[], ["X-Key: 1"]], ids=["", "with header lines"])
def test_a_redirect_is_an_error_where_the_flags_disallow_it(
    serve: Any, origin: Any, tmp_path: Path, code: int, headers: list[str]
) -> None:
    origin.serve("/b", BODY)
    job = made(serve(), origin.play("/a", lambda c: c.whole(b"page", code, Location="/b")), tmp_path / "a")
    job.http_options.set_security_flags(SecurityFlag.REDIRECT_DISALLOW)
    job.http_options.set_custom_headers(headers)

    assert (outcome(job), job.error().code) == (JobState.ERROR, http_error(code))
    assert [seen.path for seen in origin.requests] == ["/a"]


@pytest.mark.parametrize(("most", "state"), [(0, "ERROR"), (1, "ERROR"), (2, "TRANSFERRED")])
def test_a_policy_says_how_many_redirects_are_followed(
    serve: Any, origin: Any, tmp_path: Path, most: int, state: str
) -> None:
    origin.serve("/c", BODY)
    for path, target in (("/a", "/b"), ("/b", "/c")):
        origin.play(path, lambda c, target=target: c.whole(b"", 302, Location=target))
    job = made(serve(policy=TransferPolicy(redirects_max=most)), origin.url("/a"), tmp_path / "a")

    assert (outcome(job).name, len(origin.requests)) == (state, most + 1)


@pytest.mark.parametrize("flags", [0x0001, 0x0002, 0x0004, 0x0008, 0x0010, 0x0100, 0x0300, 1 << 20])
def test_flags_that_the_service_does_not_know_are_refused_with_e_notimpl(serve: Any, flags: int) -> None:
    options = serve().create_job("a").http_options

    assert refused(options.set_security_flags, flags).hresult == Hresult.E_NOTIMPL


def test_delivery_optimization_has_no_security_flags(serve: Any) -> None:
    options = serve(Dialect.DO).create_job("a").http_options

    assert refused(options.set_security_flags, 0).hresult == Hresult.E_NOTIMPL


def test_header_lines_are_shown_to_the_owner_alone_and_stay_with_him(serve: Any) -> None:
    service = serve(user=User("owner"))
    job = service.create_job("a")
    job.http_options.set_custom_headers(["X-Key: hush"])
    job.http_options.set_credentials(SERVER, BASIC, "owner", "hush")
    job.http_options.set_security_flags(SecurityFlag.REDIRECT_DISALLOW)
    theirs = service.as_user(User("root", administrator=True)).get_job(job.id)
    theirs.take_ownership()

    assert refused(job.http_options.get_custom_headers).hresult == Hresult.E_ACCESSDENIED
    assert refused(job.http_options.set_custom_headers, []).hresult == Hresult.E_ACCESSDENIED
    assert (theirs.http_options.get_custom_headers(), "hush" in job._record.http_options.stored()) == ((), False)
    assert theirs.http_options.get_security_flags() == SecurityFlag.REDIRECT_DISALLOW


@pytest.mark.parametrize("dialect", list(Dialect))
def test_an_ended_job_takes_no_options(serve: Any, dialect: Dialect) -> None:
    job = serve(dialect).create_job("a")
    job.cancel()
    options = job.http_options
    bits = dialect is Dialect.BITS
    code = Hresult.BG_E_INVALID_STATE if bits else Hresult.DO_E_INVALID_STATE

    assert refused(options.set_custom_headers, ["X-A: 1"]).hresult == code
    assert refused(options.set_credentials, SERVER, BASIC, "u", "p").hresult == code
    assert refused(options.remove_credentials, SERVER, BASIC).hresult == code
    assert not bits or refused(options.set_security_flags, 0).hresult == code
