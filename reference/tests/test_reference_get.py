"""``copyjob get`` in a process of its own, as users run it."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BODY = os.urandom(400_000)
PART = 150_000

SCRIPT = """
import argparse, signal, sys
from copyjob.reference.commands import GET
# A suite that runs in the background hands down an interrupt that is ignored; who sits at a terminal can interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)
parser = argparse.ArgumentParser()
GET.configure(parser)
try:
    sys.exit(GET.run(parser.parse_args()))
except Exception as error:
    if not hasattr(error, "usage_message"):
        raise
    print("copyjob get:", error.usage_message, file=sys.stderr)
    sys.exit(2)
"""


@pytest.fixture
def begin(tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    """Start the command."""

    def start(*args: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", SCRIPT, *args],
            env={**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")},
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    return start


def end(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Return exit code and standard error; standard output stays empty."""
    out, err = process.communicate(timeout=60)
    assert out == ""
    return process.returncode, err


def part_then_hold(conversation: Any) -> None:
    conversation.head(200, Content_Length=len(BODY), ETag='"v1"')
    conversation.send(BODY[:PART])
    conversation.hold()


def test_a_file_is_downloaded(begin: Any, origin: Any, tmp_path: Path) -> None:
    code, err = end(begin(origin.serve("/a", BODY), "-o", str(tmp_path / "a")))

    assert (code, err) == (0, "")
    assert (tmp_path / "a").read_bytes() == BODY


def test_nothing_but_the_file_is_left(begin: Any, origin: Any, tmp_path: Path) -> None:
    end(begin(origin.serve("/a", BODY), "-o", str(tmp_path / "a")))

    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "state"]
    assert list((tmp_path / "state" / "copyjob").iterdir()) == []


def arrived(origin: Any, tmp_path: Path) -> None:
    """Wait until the part has reached the disk: the server has sent it, the file tells."""
    assert origin.wait_requests(1)
    done, late = 0, time.monotonic() + 20
    while done < PART:
        assert time.monotonic() < late, f"only {done} bytes have reached the disk"
        done = max((path.stat().st_size for path in tmp_path.glob(".BIT-*")), default=0)


@pytest.mark.parametrize(("blow", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_an_interrupted_download_goes_on_where_it_stopped(
    begin: Any, origin: Any, tmp_path: Path, blow: signal.Signals, code: int
) -> None:
    url = origin.play("/a", part_then_hold, lambda c: c.document(BODY))
    process = begin(url, "-o", str(tmp_path / "a"))
    arrived(origin, tmp_path)
    process.send_signal(blow)
    first = end(process)[0]
    second = end(begin(url, "-o", str(tmp_path / "a")))[0]

    assert (first, second) == (code, 0)
    assert origin.requests[1].headers["range"] == f"bytes={PART}-"
    assert (tmp_path / "a").read_bytes() == BODY


def test_an_interruption_says_in_one_line_how_to_go_on(begin: Any, origin: Any, tmp_path: Path) -> None:
    url = origin.play("/a", part_then_hold)
    process = begin(url, "-o", str(tmp_path / "a"))
    arrived(origin, tmp_path)
    process.send_signal(signal.SIGINT)

    assert end(process)[1] == (
        f"copyjob get: suspended with 150,000 bytes kept; go on with: copyjob get {url} -o {tmp_path / 'a'}\n"
    )


def test_a_second_download_to_the_same_file_is_refused(begin: Any, origin: Any, tmp_path: Path) -> None:
    url = origin.play("/a", lambda c: c.hold())
    process = begin(url, "-o", str(tmp_path / "a"))
    assert origin.wait_requests(1)
    code, err = end(begin(url, "-o", str(tmp_path / "x" / ".." / "a")))
    process.kill()
    process.communicate()

    assert (code, err) == (2, f"copyjob get: a download to {tmp_path / 'a'} is under way; let it end\n")


def test_another_url_for_the_same_file_begins_anew(begin: Any, origin: Any, tmp_path: Path) -> None:
    process = begin(origin.play("/a", part_then_hold), "-o", str(tmp_path / "a"))
    arrived(origin, tmp_path)
    process.kill()
    process.communicate()
    code, _ = end(begin(origin.serve("/b", b"other"), "-o", str(tmp_path / "a")))

    assert (code, (tmp_path / "a").read_bytes()) == (0, b"other")
    assert not list(tmp_path.glob(".BIT-*"))


def test_a_missing_page_fails_with_one_line(begin: Any, origin: Any, tmp_path: Path) -> None:
    url = origin.play("/a", lambda c: c.whole(b"", 404))
    code, err = end(begin(url, "-o", str(tmp_path / "a")))

    assert code == 1
    assert err.startswith("copyjob get: transfer in ERROR: BG_E_HTTP_ERROR_404 (0x80190194, REMOTE_FILE)")
    assert err.count("\n") == 1


def test_a_server_that_cannot_be_reached_fails_when_nothing_is_to_be_retried(
    begin: Any, origin: Any, tmp_path: Path
) -> None:
    url = origin.serve("/a", BODY)
    origin.close()
    code, err = end(begin(url, "-o", str(tmp_path / "a"), "--give-up-after", "0"))

    assert (code, "ERROR_WINHTTP_CANNOT_CONNECT" in err) == (1, True)


@pytest.mark.parametrize(
    ("url", "output", "part"),
    [
        ("ftp://h/a", "a", "add_file: E_INVALIDARG (0x80070057): 'ftp://h/a' is no http:// or https:// URL"),
        ("http://h/a", "no/a", "add_file: ERROR_PATH_NOT_FOUND (0x80070003): the directory"),
        ("http://h/a", ".", "is a directory; give the name of the file in it, too"),
        ("http://h/a", "", "names no file"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_two(begin: Any, tmp_path: Path, url: str, output: str, part: str) -> None:
    code, err = end(begin(url, "-o", str(tmp_path / output) if output else ""))

    assert (code, err.count("\n")) == (2, 1)
    assert part in err


def test_a_damaged_store_is_one_line_and_exit_code_two(begin: Any, origin: Any, tmp_path: Path) -> None:
    process = begin(origin.play("/a", part_then_hold), "-o", str(tmp_path / "a"))
    arrived(origin, tmp_path)
    process.kill()
    process.communicate()
    store = next((tmp_path / "state" / "copyjob").iterdir()) / "jobs.sqlite"
    store.write_bytes(b"nonsense" * 1_000)
    store.with_name("jobs.sqlite-wal").unlink()
    code, err = end(begin(origin.url("/a"), "-o", str(tmp_path / "a")))

    assert (code, "move it away to begin anew" in err, err.count("\n")) == (2, True, 1)


def test_a_file_with_the_expected_digest_is_downloaded(begin: Any, origin: Any, tmp_path: Path) -> None:
    digest = hashlib.sha256(BODY).hexdigest().upper()
    code, err = end(begin(origin.serve("/a", BODY), "-o", str(tmp_path / "a"), "--sha256", digest))

    assert (code, err, (tmp_path / "a").read_bytes()) == (0, "", BODY)


def test_a_file_with_another_digest_does_not_appear(begin: Any, origin: Any, tmp_path: Path) -> None:
    code, err = end(begin(origin.serve("/a", BODY), "-o", str(tmp_path / "a"), "--sha256", "0" * 64))

    assert (code, [path.name for path in tmp_path.iterdir()]) == (1, ["state"])
    assert err.startswith("copyjob get: transfer in ERROR: BG_E_VALIDATION_FAILED (0x80200053, REMOTE_FILE)")
    assert err.endswith("check the URL and the digest\n")


def test_a_digest_that_is_none_is_one_line_and_exit_code_two(begin: Any, tmp_path: Path) -> None:
    code, err = end(begin("http://h/a", "-o", str(tmp_path / "a"), "--sha256", "abc"))

    assert (code, err) == (
        2,
        "copyjob get: add_file: E_INVALIDARG (0x80070057): a sha256 digest has 64 hexadecimal digits\n",
    )


@pytest.mark.parametrize("secret", ["", "user:hush@"])
def test_how_to_go_on_names_the_digest_and_no_password(begin: Any, origin: Any, tmp_path: Path, secret: str) -> None:
    url = origin.play("/a", part_then_hold).replace("//", f"//{secret}")
    process = begin(url, "-o", str(tmp_path / "a"), "--sha256", "0" * 64)
    arrived(origin, tmp_path)
    process.send_signal(signal.SIGINT)
    command = "the same command" if secret else f"copyjob get {url} -o {tmp_path / 'a'} --sha256 {'0' * 64}"

    assert end(process)[1].endswith(f"go on with: {command}\n")


def test_a_trace_is_written_where_it_is_asked_for(begin: Any, origin: Any, tmp_path: Path) -> None:
    trace = tmp_path / "trace.ndjson"
    code, err = end(begin(origin.serve("/a", BODY), "-o", str(tmp_path / "a"), "--trace", str(trace)))
    states = [json.loads(line).get("state") for line in trace.read_text().splitlines()]

    assert (code, err) == (0, "")
    assert states[-4:] == ["CONNECTING", "TRANSFERRING", "TRANSFERRED", "ACKNOWLEDGED"]


def test_a_trace_that_cannot_be_written_is_said_in_one_line(begin: Any, origin: Any, tmp_path: Path) -> None:
    trace = str(tmp_path / "nowhere" / "trace")
    code, err = end(begin(origin.serve("/a", BODY), "-o", str(tmp_path / "a"), "--trace", trace))

    assert code == 2
    assert err == (f"copyjob get: --trace {trace!r} cannot be written: No such file or directory; name another file\n")


# ---- authorities, header lines, who asks, how fast ----


def test_a_secure_server_is_trusted_when_its_authority_is_named(
    begin: Any, secure: Any, authority: Any, tmp_path: Path
) -> None:
    url = secure(authority.sign()).serve("/a", BODY)
    unknown = end(begin(url, "-o", str(tmp_path / "a")))
    named = end(begin(url, "-o", str(tmp_path / "a"), "--ca", str(authority.file)))

    assert (unknown[0], unknown[1].endswith("name the authority with --ca FILE, then call again\n")) == (1, True)
    assert (named, (tmp_path / "a").read_bytes()) == ((0, ""), BODY)


def test_header_lines_come_from_the_command_line_and_from_files(begin: Any, origin: Any, tmp_path: Path) -> None:
    (tmp_path / "lines").write_text("X-Secret: hush\n\nX-Other: 2\n")
    arguments = ("--header", "X-One: 1", "--header", f"@{tmp_path / 'lines'}")
    code, err = end(begin(origin.serve("/a", BODY), "-o", str(tmp_path / "a"), *arguments))

    seen = origin.requests[0].headers
    assert (code, err, seen["x-one"], seen["x-secret"], seen["x-other"]) == (0, "", "1", "hush", "2")


def asks(conversation: Any) -> None:
    if conversation.seen.headers.get("authorization") == "Basic dXNlcjpodXNo":
        conversation.document(BODY)
    else:
        conversation.whole(b"", 401, WWW_Authenticate='Basic realm="r"')


def test_a_server_that_asks_is_told_the_user_and_the_password_of_the_environment(
    begin: Any, origin: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = origin.play("/a", asks)
    without = end(begin(url, "-o", str(tmp_path / "a")))
    monkeypatch.setenv("COPYJOB_PASSWORD", "hush")
    told = end(begin(url, "-o", str(tmp_path / "a"), "--user", "user"))

    assert (without[0], "BG_E_HTTP_ERROR_401" in without[1], "--user" in without[1]) == (1, True, True)
    assert (told, (tmp_path / "a").read_bytes()) == ((0, ""), BODY)


def test_a_server_that_asks_is_told_what_netrc_says(
    begin: Any, origin: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login user password hush\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))

    assert end(begin(origin.play("/a", asks), "-o", str(tmp_path / "a"), "--netrc")) == (0, "")


def test_an_interrupted_download_with_secrets_says_how_to_go_on_without_them(
    begin: Any, origin: Any, tmp_path: Path
) -> None:
    url = origin.play("/a", part_then_hold)
    process = begin(url, "-o", str(tmp_path / "a"), "--header", "X-Key: hush")
    arrived(origin, tmp_path)
    process.send_signal(signal.SIGINT)

    assert end(process)[1].endswith("go on with: the same command\n")


def test_a_limited_download_takes_as_long_as_its_limit_lets_it(begin: Any, origin: Any, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    url = origin.serve("/a", BODY)
    code, err = end(begin(url, "-o", str(tmp_path / "a"), "--limit-rate", "200k", "--trace", str(trace)))
    lines = [json.loads(line) for line in trace.read_text().splitlines()]
    at_seconds = {line.get("state"): line["time_seconds"] for line in lines if "event" in line}

    assert (code, err) == (0, "")
    # From the head of the answer on, so that the start of a process does not count. Never less; the first second's
    # worth comes at once.
    assert at_seconds["TRANSFERRED"] - at_seconds["TRANSFERRING"] >= len(BODY) / (200 * 1024) - 1


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("--ca", "/nowhere.pem"), "the authorities in '/nowhere.pem' cannot be used: No such file or directory"),
        (("--header", "hush"), "E_INVALIDARG (0x80070057): a header line is written 'Name: value'"),
        (("--header", "Range: bytes=0-1"), "the header Range is the service's own"),
        (("--header", "@/nowhere"), "--header '@/nowhere' cannot be read: No such file or directory"),
        (("--limit-rate", "0"), "--limit-rate '0' is no rate; write bytes a second as 800, 500k, 2M or 1G"),
        (("--limit-rate", "fast"), "--limit-rate 'fast' is no rate"),
        (("--limit-rate", "9999999999G"), "--limit-rate '9999999999G' is more than can be limited; leave it out"),
        (("--user", "me"), "--user needs a password; put it into the environment variable COPYJOB_PASSWORD"),
        (("--netrc",), "cannot be read: No such file or directory"),
        (("--netrc", "--user", "me"), "--user and --netrc both say who asks; give one of them"),
    ],
)
def test_an_option_that_cannot_be_meant_is_one_line_and_exit_code_two(
    begin: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], part: str
) -> None:
    monkeypatch.setenv("NETRC", str(tmp_path / "none"))
    monkeypatch.delenv("COPYJOB_PASSWORD", raising=False)
    code, err = end(begin("http://127.0.0.1:9/a", "-o", str(tmp_path / "a"), "--give-up-after", "0", *arguments))

    assert (code, part in err, err.count("\n"), "hush" in err) == (2, True, 1, False)


@pytest.mark.parametrize("text", ["machine 127.0.0.1 login user hush\n", "machine other login user password hush\n"])
def test_a_netrc_that_does_not_help_is_one_line_without_what_it_holds(
    begin: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    (tmp_path / "netrc").write_text(text)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    code, err = end(begin("http://127.0.0.1:9/a", "-o", str(tmp_path / "a"), "--netrc"))

    assert (code, err.count("\n"), "hush" in err, "--user" in err) == (2, 1, False, True)


def told(process: subprocess.Popen[str]) -> tuple[int, dict[str, Any]]:
    """Return the exit code, and the one object that was printed."""
    out, _ = process.communicate(timeout=60)
    (line,) = out.splitlines()
    return process.returncode, json.loads(line)


def test_what_became_of_it_is_one_json_object(begin: Any, origin: Any, tmp_path: Path) -> None:
    url, digest = origin.serve("/a", BODY), hashlib.sha256(BODY).hexdigest()
    path = str(tmp_path / "a")
    secret = url.replace("//", "//anne:hush@")
    code, seen = told(begin(secret, "-o", path, "--sha256", digest, "--json"))

    assert (code, seen.pop("seconds") > 0, "hush" in str(seen)) == (0, True, False)
    assert seen.pop("url").endswith(url.partition("//")[2])
    assert seen == {
        "path": path,
        "bytes": len(BODY),
        "digest": f"sha256:{digest}",
        "state": "ACKNOWLEDGED",
        "hresult": 0,
        "hresult_name": "S_OK",
    }


def test_a_failure_is_one_json_object_too(begin: Any, origin: Any, tmp_path: Path) -> None:
    url = origin.play("/a", lambda c: c.whole(b"", 404))
    code, seen = told(begin(url, "-o", str(tmp_path / "a"), "--json"))

    assert (code, seen["state"], seen["hresult"], seen["hresult_name"], seen["digest"]) == (
        1,
        "ERROR",
        0x80190194,
        "BG_E_HTTP_ERROR_404",
        None,
    )


def test_an_interrupt_is_one_json_object_too(begin: Any, origin: Any, tmp_path: Path) -> None:
    url = origin.play("/a", part_then_hold)
    process = begin(url, "-o", str(tmp_path / "a"), "--json")
    arrived(origin, tmp_path)
    process.send_signal(signal.SIGINT)
    code, seen = told(process)

    assert (code, seen["state"], seen["bytes"]) == (130, "SUSPENDED", PART)
