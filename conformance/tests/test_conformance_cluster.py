"""A campaign on a Dask cluster: the report that one process makes, workers that are killed, a cluster that is gone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from copyjob.conformance.cluster import Address
from copyjob.spec.console import UsageError

Copyjob = Callable[..., subprocess.CompletedProcess[str]]
SCRIPT = Path(sysconfig.get_path("scripts")) / "copyjob"
BACKEND = "copyjob.conformance.mutants.miniatures:ResumePretends"
CAMPAIGN = ("check", BACKEND, "--wire", "memory", "--budget", "600steps", "--dialect", "BITS", "--quiet")
PATIENCE_SECONDS = 240

HELD = '''
import os
from copyjob.conformance.pocket import PocketBackend


class Held(PocketBackend):
    """At its {at}-th job it tells who it is and who runs it, and goes on when somebody has heard; once only."""

    made = 0

    def create_job(self, display_name):
        Held.made += 1
        if Held.made == {at} and os.path.exists("first"):
            try:
                os.unlink("first")
            except FileNotFoundError:
                return super().create_job(display_name)
            with open("told.fifo", "w") as stream:
                stream.write(f"{{os.getpid()}} {{os.getppid()}}\\n")
            with open("heard.fifo") as stream:
                stream.read()
        return super().create_job(display_name)
'''


def report(folder: Path, name: str) -> Any:
    return json.loads((folder / name / "report.json").read_text())


@pytest.fixture
def held(tmp_path: Path) -> Path:
    """Return a user's folder with a backend that stands still in one of its jobs until it is heard."""
    (tmp_path / "mybackend.py").write_text(HELD.format(at=12))
    os.mkfifo(tmp_path / "told.fifo")
    os.mkfifo(tmp_path / "heard.fifo")
    (tmp_path / "first").touch()
    return tmp_path


OWN = ("check", "mybackend:Held", "--wire", "memory", "--budget", "600steps", "--dialect", "BITS", "--quiet", "-o")


def begun(folder: Path, *arguments: str) -> tuple[subprocess.Popen[str], int, int]:
    """Begin a check; return it when the backend stands still, with the process of it and that one's parent."""
    process = subprocess.Popen(
        [SCRIPT, *OWN, *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    backend, parent = (folder / "told.fifo").read_text().split()
    return process, int(backend), int(parent)


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=PATIENCE_SECONDS)
    return process.returncode, out, err


def test_four_workers_of_a_cluster_and_one_process_make_the_same_report(
    tmp_path: Path, copyjob: Copyjob, by_hand: ModuleType
) -> None:
    one = copyjob(tmp_path, *CAMPAIGN, "-j", "1", "-o", "one", timeout_seconds=PATIENCE_SECONDS)
    four = copyjob(tmp_path, *CAMPAIGN, "--dask", "local:4", "-o", "four", timeout_seconds=PATIENCE_SECONDS)
    assert by_hand.told_in(tmp_path / "four") == by_hand.told_in(tmp_path / "one")
    assert (four.returncode, four.stderr.count("BITS diverges")) == (one.returncode, one.stderr.count("BITS diverges"))


def test_a_worker_of_a_cluster_that_is_killed_loses_nothing_and_repeats_nothing(
    held: Path, copyjob: Copyjob, by_hand: ModuleType
) -> None:
    process, _, parent = begun(held, "killed", "--dask", "local:2")
    os.kill(parent, signal.SIGKILL)
    code, _, _ = ended(process)
    # The file is gone: this one goes through at once.
    copyjob(held, *OWN, "whole", "-j", "1", timeout_seconds=PATIENCE_SECONDS)
    assert by_hand.told_in(held / "killed") == by_hand.told_in(held / "whole")
    assert code == report(held, "whole")["exit_code"]


def test_a_process_that_somebody_kills_loses_nothing_and_repeats_nothing(
    held: Path, copyjob: Copyjob, by_hand: ModuleType
) -> None:
    process, backend, _ = begun(held, "killed", "-j", "2")
    os.kill(backend, signal.SIGKILL)
    code, _, _ = ended(process)
    copyjob(held, *OWN, "whole", "-j", "1", timeout_seconds=PATIENCE_SECONDS)
    assert by_hand.told_in(held / "killed") == by_hand.told_in(held / "whole")
    assert code == report(held, "whole")["exit_code"]


# A cluster of somebody else


@pytest.fixture
def scheduler(held: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Return a scheduler on loopback, with one worker, and its address."""
    told = held / "scheduler.json"
    start = ("-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    quiet: dict[str, Any] = {"cwd": held, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "text": True}
    first = subprocess.Popen([sys.executable, *start, "--scheduler-file", told], **quiet)
    work = ("-m", "distributed.cli.dask_worker", "--nthreads", "1", "--no-dashboard", "--scheduler-file", told)
    second = subprocess.Popen([sys.executable, *work], **quiet)
    try:
        while not told.exists() or not told.read_text():
            assert first.poll() is None
            with_patience()
        yield first, json.loads(told.read_text())["address"]
    finally:
        for process in (second, first):
            process.terminate()
        for process in (second, first):
            process.wait(PATIENCE_SECONDS)


def with_patience() -> None:
    """Give others the processor."""
    os.sched_yield()


def test_a_cluster_that_goes_away_ends_with_3_and_a_report_of_what_had_come_back(
    held: Path, scheduler: tuple[subprocess.Popen[str], str]
) -> None:
    first, address = scheduler
    process, _, _ = begun(held, "partial", "--dask", address)
    first.kill()
    code, out, _ = ended(process)
    (run,) = report(held, "partial")["runs"]
    assert (code, report(held, "partial")["exit_code"]) == (3, 3)
    assert run["stopped"].startswith(f"the cluster {address} went away: ")
    assert "went away" in " ".join(out.split())


def test_a_cluster_that_cannot_be_reached_is_one_line_and_exit_code_3(tmp_path: Path, copyjob: Copyjob) -> None:
    done = copyjob(tmp_path, *CAMPAIGN, "--dask", "tcp://127.0.0.1:1")
    assert (done.returncode, done.stderr.count("\n"), "cannot be reached" in done.stderr) == (3, 1, True)


def test_without_dask_it_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    hide = "import sys; sys.modules['distributed'] = None; from copyjob.spec.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", hide, *CAMPAIGN, "--dask", "local"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "pip install 'copyjob[dask]'" in done.stderr


def test_a_budget_in_seconds_on_a_cluster_is_one_line_and_exit_code_2(tmp_path: Path, copyjob: Copyjob) -> None:
    done = copyjob(tmp_path, "check", BACKEND, "--wire", "memory", "--budget", "9s", "--dask", "local")
    assert (done.returncode, done.stderr.count("\n"), "budget in steps" in done.stderr) == (2, 1, True)


@pytest.mark.parametrize("text", ["", "here", "local:0", "local:9999", "http://127.0.0.1:80", "tcp://127.0.0.1"])
def test_an_address_that_is_none_is_told_in_one_line(text: str) -> None:
    with pytest.raises(UsageError, match="--dask "):
        Address.read(text)


def test_the_kit_is_imported_without_dask() -> None:
    loaded = (
        "import sys, copyjob.conformance.cluster, copyjob.conformance.check_run; print('distributed' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout == "False\n"
    )
