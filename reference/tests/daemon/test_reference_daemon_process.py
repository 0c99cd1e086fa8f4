"""``copyjob serve`` in a process of its own: beginnings and ends, kills among them."""

# Fixtures of conftest come untyped: it cannot be imported by name.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.reference.daemon import places
from copyjob.reference.daemon.client import Client, NoDaemonError
from copyjob.reference.daemon.commands import SERVE
from copyjob.reference.daemon.places import PlaceError
from copyjob.reference.get_options import UsageError
from copyjob.reference.service import Service
from copyjob.spec.vocabulary import Dialect, JobState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from copyjob.reference.daemon.server import Settings

    Start = Callable[..., "Running"]

BODY = os.urandom(400_000)
PART = 100_000
# A suite that runs in the background hands down an interrupt that is ignored; who sits at a terminal can interrupt.
LINE = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from copyjob.spec.cli import main; sys.exit(main())"
)


class Running:
    """A daemon in a process."""

    def __init__(self, folder: Path, *options: str, first: str = "") -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", first + LINE, "serve", "--state", str(folder), *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.first_line = self.line()

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def client(self) -> Client:
        return Client(self.folder, timeout_seconds=20)

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal; return the exit code and the log."""
        self.process.send_signal(number)
        return self.ended()

    def ended(self) -> tuple[int, str]:
        _, log = self.process.communicate(timeout=30)
        return self.process.returncode, log


@pytest.fixture
def begin() -> Iterator[Start]:
    """Start daemons on one folder; those left are killed at the end."""
    running: list[Running] = []
    with tempfile.TemporaryDirectory(prefix="cj") as home:

        def start(*options: str, first: str = "") -> Running:
            running.append(Running(Path(home) / "d", *options, first=first))
            return running[-1]

        yield start
        for each in running:
            each.process.kill()
            each.process.communicate()


# ---- one life, and what was seen of it ----


@dataclass
class Life:
    """What was seen of a daemon from its begin to its end."""

    lines: list[str]
    folder: Path
    job: str
    second: tuple[int, str]
    alive: bool
    ended: tuple[int, str]
    log: list[dict[str, Any]]
    trace: list[dict[str, Any]]
    socket_left: bool


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    """Lead a daemon through its life: a job is created and cancelled, a second daemon tries its luck, SIGTERM."""
    trace = tmp_path_factory.mktemp("life") / "trace.ndjson"
    with tempfile.TemporaryDirectory(prefix="cj") as home:
        folder = Path(home) / "d"
        first = Running(folder, "--listen", "127.0.0.1:0", "--log-format", "json", "--trace", str(trace))
        lines = [first.first_line, first.line()]
        second = Running(folder).ended()
        with first.client() as client:
            job = client.create_job("one")
            job.cancel()
            alive = client.about().pid == first.process.pid
        ended = first.end()
        left = (folder / "daemon.sock").exists()
    log, traced = (
        [json.loads(line) for line in text.splitlines()] for text in (ended[1], trace.read_text(encoding="utf-8"))
    )
    return Life(lines, folder, job.id, second, alive, ended, log, traced, left)


def test_a_daemon_that_is_ready_says_where_it_listens(life: Life) -> None:
    assert life.lines[0] == f"copyjob serve: listening on unix:{life.folder}/daemon.sock\n"
    assert life.lines[1].startswith("copyjob serve: listening on http://127.0.0.1:")


def test_a_second_daemon_on_the_same_store_is_refused(life: Life) -> None:
    complaint = f"the store {life.folder}/jobs.sqlite is in use by another service; stop that one first"

    assert life.second == (2, f"copyjob serve: {complaint}\n")


def test_a_daemon_goes_on_while_a_second_one_is_refused(life: Life) -> None:
    assert life.alive


def test_a_daemon_that_is_told_to_stop_ends_with_0(life: Life) -> None:
    assert life.ended[0] == 0


def test_a_daemon_that_has_stopped_leaves_no_socket(life: Life) -> None:
    assert not life.socket_left


def test_the_log_is_json_where_that_was_asked_for(life: Life) -> None:
    call = life.log[1]

    assert [line["event"] for line in life.log] == ["ready", "call", "call", "stopping", "stopped"]
    assert (call["operation"], call["job"], call["hresult"]) == ("create_job", life.job, "S_OK (0x00000000)")


def test_calls_are_traced_where_that_was_asked_for(life: Life) -> None:
    assert [line.get("operation") or line["event"] for line in life.trace] == ["start", "create_job", "cancel"]


# ---- ends in the middle ----


def a_part_more(conversation: Any) -> None:
    """Send another part of the document, from wherever it is wanted, then hold."""
    start = int(conversation.seen.headers.get("range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))
    code = 206 if start else 200
    extra = {"Content_Range": f"bytes {start}-{len(BODY) - 1}/{len(BODY)}"} if start else {}
    conversation.head(code, Content_Length=len(BODY) - start, ETag='"v1"', **extra)
    conversation.send(BODY[start : start + PART])
    conversation.hold()


def wait_for_bytes(daemon: Running, job_id: str, count: int) -> None:
    with daemon.client() as client:
        assert any(seen.bytes_transferred == count for seen in client.watch(job_id))


def test_a_transfer_goes_on_where_it_was_however_the_daemon_ended(begin: Start, origin: Any, tmp_path: Path) -> None:
    url = origin.play("/a", a_part_more, a_part_more, a_part_more, lambda c: c.document(BODY))
    codes: list[int] = []
    daemon = begin()
    with daemon.client() as client:
        job = client.create_job("one")
        job.add_file(url, str(tmp_path / "a"))
        job.resume()
    for number, blow in enumerate((signal.SIGKILL, signal.SIGTERM, signal.SIGINT), 1):
        wait_for_bytes(daemon, job.id, number * PART)
        codes.append(daemon.end(blow)[0])
        daemon = begin()
    with daemon.client() as client:
        job = client.get_job(job.id)
        job.wait_for(JobState.TRANSFERRED)
        job.complete()

    assert codes == [-signal.SIGKILL, 0, 0]
    assert [seen.headers.get("range") for seen in origin.requests] == [
        None,
        *(f"bytes={number * PART}-" for number in (1, 2, 3)),
    ]
    assert (tmp_path / "a").read_bytes() == BODY


def test_a_second_signal_ends_it_at_once_and_a_client_is_told_how_to_start_it(begin: Start) -> None:
    # A request that does not end keeps it busy after the first signal, for as long as the test takes.
    daemon = begin(first="import copyjob.reference.daemon.server as server; server.GRACE_SECONDS = 600; ")
    token = (daemon.folder / "token").read_text().strip()
    head = f"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Length: 9\r\n"
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(20)
        connection.connect(str(daemon.folder / "daemon.sock"))
        connection.sendall(f"{head}Expect: 100-continue\r\n\r\n".encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 100")
        daemon.process.send_signal(signal.SIGTERM)
        assert daemon.process.stderr is not None
        while " stopping " not in daemon.process.stderr.readline():
            pass
        code, _ = daemon.end(signal.SIGTERM)

    assert code == -signal.SIGTERM
    with pytest.raises(NoDaemonError, match="copyjob serve --state"), daemon.client() as client:
        client.about()


# ---- how it is started ----


def options(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    SERVE.configure(parser)
    return parser.parse_args(words)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--listen", "0.0.0.0:80"], "--listen '0.0.0.0:80': the daemon serves this machine alone"),
        (["--ca", "/nowhere"], "/nowhere"),
        (["--dialect", "DO", "--limit-rate", "0"], "Delivery Optimization knows no limit of zero"),
    ],
)
def test_what_keeps_it_from_starting_is_one_line(tmp_path: Path, words: list[str], named: str) -> None:
    with pytest.raises((PlaceError, UsageError)) as caught:
        SERVE.run(options("--state", str(tmp_path / "d"), *words))
    message = str(caught.value)

    assert named in message
    assert "\n" not in message


def test_an_address_that_is_not_free_keeps_it_from_starting_before_it_has_worked(
    tmp_path: Path, origin: Any, memory: Any
) -> None:
    folder, url = tmp_path / "d", origin.serve("/a", BODY)
    places.make_folder(folder)
    with Service(str(folder / "jobs.sqlite"), wire=memory) as service:
        job = service.create_job("one")
        job.add_file(url, str(tmp_path / "a"))
        job.resume()
    port = url.split(":")[2].partition("/")[0]
    with pytest.raises(PlaceError, match="choose another port"):
        SERVE.run(options("--state", str(folder), "--listen", f"127.0.0.1:{port}", "--trace", str(tmp_path / "trace")))

    assert origin.requests == []
    assert not (tmp_path / "trace").exists()


def test_a_daemon_that_is_refused_by_the_store_makes_no_trace(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    places.make_folder(folder)
    with Service(str(folder / "jobs.sqlite")), pytest.raises(UsageError, match="in use by another service"):
        SERVE.run(options("--state", str(folder), "--trace", str(tmp_path / "trace")))

    assert not (tmp_path / "trace").exists()


def test_a_trace_that_cannot_be_written_keeps_it_from_starting(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="/nowhere/trace"):
        SERVE.run(options("--state", str(tmp_path / "d"), "--trace", "/nowhere/trace"))


def test_options_become_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    started: list[Settings] = []

    def serve(settings: Settings) -> int:
        started.append(settings)
        return 0

    monkeypatch.setattr("copyjob.reference.daemon.server.serve", serve)
    words = "--max-jobs 0 --max-files 7 --limit-rate 500k --max-redirects 3 --dialect DO --listen localhost:80"
    code = SERVE.run(options("--state", str(tmp_path), *words.split()))
    (settings,) = started

    assert (code, settings.folder, settings.dialect, settings.listen) == (0, tmp_path, Dialect.DO, ("127.0.0.1", 80))
    assert (settings.limits.jobs_per_user, settings.limits.files_per_job) == (None, 7)
    assert (settings.policy.background_bytes_per_second, settings.policy.redirects_max) == (512_000, 3)
