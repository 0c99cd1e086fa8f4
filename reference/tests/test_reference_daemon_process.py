"""``copyjob serve`` in a process of its own: beginnings and ends, kills among them."""

# Fixtures of conftest come untyped: it cannot be imported by name.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.reference.daemon.client import Client, NoDaemonError
from copyjob.spec.vocabulary import JobPriority, JobState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Start = Callable[..., "Running"]

BODY = os.urandom(400_000)
PART = 150_000
LINE = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); from copyjob.spec.cli import main; "
)


class Running:
    """A daemon in a process."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", LINE + "sys.exit(main())", "serve", "--state", str(folder), *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.first_line = self.process.stdout.readline()

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
    """Start daemons; those left are killed at the end."""
    running: list[Running] = []
    with tempfile.TemporaryDirectory(prefix="cj") as home:

        def start(*options: str) -> Running:
            running.append(Running(Path(home) / "d", *options))
            return running[-1]

        yield start
        for each in running:
            each.process.kill()
            each.process.communicate()


def part_then_hold(conversation: Any) -> None:
    conversation.head(200, Content_Length=len(BODY), ETag='"v1"')
    conversation.send(BODY[:PART])
    conversation.hold()


def begun(daemon: Running, url: str, local: Path) -> str:
    """Have a job whose part has arrived; return its id."""
    with daemon.client() as client:
        job = client.create_job("one")
        job.add_file(url, str(local))
        job.resume()
        for seen in client.watch(job.id):
            if seen.bytes_transferred == PART:
                break
        return job.id


def test_a_daemon_that_is_ready_says_where_it_listens(begin: Start) -> None:
    daemon = begin("--listen", "127.0.0.1:0")
    assert daemon.process.stdout is not None
    second = daemon.process.stdout.readline()

    assert daemon.first_line == f"copyjob serve: listening on unix:{daemon.folder}/daemon.sock\n"
    assert second.startswith("copyjob serve: listening on http://127.0.0.1:")


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_transfer_goes_on_where_it_was_when_the_daemon_ended(
    begin: Start, origin: Any, tmp_path: Path, blow: signal.Signals
) -> None:
    url = origin.play("/a", part_then_hold, lambda c: c.document(BODY))
    first = begin()
    job_id = begun(first, url, tmp_path / "a")
    code, log = first.end(blow)
    with begin().client() as client:
        job = client.get_job(job_id)
        job.wait_for(JobState.TRANSFERRED)
        job.complete()

    assert code == (-signal.SIGKILL if blow == signal.SIGKILL else 0), log
    assert origin.requests[1].headers["range"] == f"bytes={PART}-"
    assert (tmp_path / "a").read_bytes() == BODY


def test_a_stopped_daemon_leaves_no_socket(begin: Start) -> None:
    daemon = begin()
    code, log = daemon.end()

    assert (code, log.splitlines()[-1].split()[-1]) == (0, "stopped")
    assert not (daemon.folder / "daemon.sock").exists()
    with pytest.raises(NoDaemonError, match="copyjob serve --state"), daemon.client() as client:
        client.about()


def test_a_second_daemon_on_the_same_store_is_refused_and_the_first_goes_on(begin: Start) -> None:
    first = begin()
    second = begin()
    code, complaint = second.ended()

    assert code == 2
    assert complaint == (
        f"copyjob serve: the store {first.folder}/jobs.sqlite is in use by another service; stop that one first\n"
    )
    with first.client() as client:
        assert client.about().pid == first.process.pid


def test_a_second_signal_ends_it_at_once(begin: Start, origin: Any, tmp_path: Path) -> None:
    daemon = begin()
    begun(daemon, origin.play("/a", part_then_hold), tmp_path / "a")
    daemon.process.send_signal(signal.SIGTERM)
    code, _ = daemon.end(signal.SIGTERM)

    # Where the first one has done its work before the second arrives, that is no failure either.
    assert code in {-signal.SIGTERM, 0}


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--listen", "0.0.0.0:80"], "--listen '0.0.0.0:80': the daemon serves this machine alone"),
        (["--ca", "/nowhere"], "/nowhere"),
        (["--trace", "/nowhere/trace"], "/nowhere/trace: No such file or directory"),
    ],
)
def test_what_keeps_it_from_starting_is_one_line_with_exit_code_2(begin: Start, options: list[str], named: str) -> None:
    code, complaint = begin(*options).ended()

    assert (code, complaint.count("\n")) == (2, 1)
    assert complaint.startswith("copyjob serve: ")
    assert named in complaint


def test_the_log_is_json_where_that_was_asked_for(begin: Start) -> None:
    daemon = begin("--log-format", "json")
    with daemon.client() as client:
        job = client.create_job("one").id
    _, log = daemon.end()
    lines = [json.loads(line) for line in log.splitlines()]

    assert [line["event"] for line in lines] == ["ready", "call", "stopping", "stopped"]
    assert (lines[1]["operation"], lines[1]["job"], lines[1]["hresult"]) == ("create_job", job, "S_OK (0x00000000)")


def test_calls_and_changes_are_traced_where_that_was_asked_for(begin: Start, tmp_path: Path) -> None:
    daemon = begin("--trace", str(tmp_path / "trace.ndjson"))
    with daemon.client() as client:
        client.create_job("one").cancel()
    daemon.end()
    lines = [json.loads(line) for line in (tmp_path / "trace.ndjson").read_text().splitlines()]

    assert [line.get("operation") or line["event"] for line in lines] == ["start", "create_job", "cancel"]


def test_the_queue_has_the_room_that_was_asked_for(begin: Start) -> None:
    daemon = begin("--max-jobs", "1")
    with daemon.client() as client:
        client.create_job("one")
        if os.geteuid() == 0:
            client.create_job("root is exempt")
        else:
            with pytest.raises(Exception, match="BG_E_TOO_MANY_JOBS_PER_USER"):
                client.create_job("two")


def test_the_authorities_and_the_limit_that_were_asked_for_hold(
    begin: Start, secure: Any, authority: Any, tmp_path: Path
) -> None:
    daemon = begin("--ca", str(authority.file), "--limit", "0")
    url = secure(authority.sign()).serve("/a", BODY)
    with daemon.client() as client:
        background, urgent = client.create_job("background"), client.create_job("urgent")
        urgent.set_priority(JobPriority.FOREGROUND)
        for job in (background, urgent):
            job.add_file(url, str(tmp_path / job.id))
            job.resume()

        urgent.wait_for(JobState.TRANSFERRED, JobState.ERROR)
        assert (urgent.state, background.state) == (JobState.TRANSFERRED, JobState.TRANSIENT_ERROR)
