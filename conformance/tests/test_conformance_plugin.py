"""The pytest plugin as users meet it: pytest in a process of its own, with a backend of their own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from copyjob.conformance.catalogue import items
from copyjob.spec.vocabulary import Dialect

QUICK = ("--copyjob-dialect", "BITS", "--copyjob-walks", "0", "--copyjob-jobs", "1")
Ran = subprocess.CompletedProcess[str]


def run_pytest(folder: Path, *arguments: str) -> Ran:
    """Run pytest in a folder without tests of its own."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir=.", *arguments],
        cwd=folder,
        env={**os.environ, "COLUMNS": "200", "PYTEST_ADDOPTS": ""},
        text=True,
        check=False,
        timeout=500,
        capture_output=True,
    )


@pytest.fixture(scope="module")
def right(home: Path) -> Ran:
    """Check a right backend in two processes, once."""
    return run_pytest(
        home, "--copyjob-backend", "mybackend:TinyBackend", *QUICK, "-n", "2", "-v", "-rs", "--copyjob-output-dir", "o"
    )


@pytest.fixture(scope="module")
def wrong(home: Path) -> Ran:
    """Check a wrong backend, once."""
    return run_pytest(home, "--copyjob-backend", "mybackend:Wrong", *QUICK, "-k", "resume or run")


def test_there_is_a_test_for_every_check_with_its_id(home: Path) -> None:
    ran = run_pytest(home, "--copyjob-backend", "mybackend:TinyBackend", *QUICK, "--collect-only", "-q")
    told = re.findall(r"^mybackend:TinyBackend::BITS::(\S+)$", ran.stdout, re.MULTILINE)
    assert told == [*(item.id for item in items(Dialect.BITS)), "run"]


def test_a_backend_that_conforms_passes(right: Ran) -> None:
    assert (right.returncode, " failed" in right.stdout) == (0, False), right.stdout


def test_the_check_runs_once_for_all_processes(home: Path, right: Ran) -> None:
    lines = (home / "o" / "events.ndjson").read_text(encoding="utf-8").splitlines()
    events = [json.loads(line)["event"] for line in lines]
    workers = set(re.findall(r"\[(gw\d)\]", right.stdout))
    assert (events.count("started"), events.count("ended"), len(workers)) == (1, 1, 2)


def test_a_skip_says_why(right: Ran) -> None:
    assert re.search(r"SKIPPED \[\d+\] .*: needs the power clock", right.stdout), right.stdout


def test_a_divergence_fails_the_test_of_its_row_and_no_other(wrong: Ran) -> None:
    failed = set(re.findall(r"^FAILED mybackend:Wrong::BITS::(\S+)", wrong.stdout, re.MULTILINE))
    assert (wrong.returncode, failed) == (1, {"resume/SUSPENDED/1"}), wrong.stdout


def test_a_failure_shows_what_was_permitted_and_the_program_and_no_traceback(wrong: Ran) -> None:
    parts = (
        "permitted: BG_E_EMPTY (0x80200003, -2145386493) in SUSPENDED",
        "replay_and_exit(",
        "Traceback",
        "plugin.py",
    )
    assert [part in wrong.stdout for part in parts] == [True, True, False, False]


def test_an_adapter_that_breaks_fails_the_test_of_the_run(home: Path) -> None:
    ran = run_pytest(home, "--copyjob-backend", "mybackend:Broken", *QUICK, "-k", "run or initial")
    assert ("BITS::run" in ran.stdout, "ValueError: it rains" in ran.stdout, ran.returncode) == (True, True, 1)


def test_a_known_divergence_is_an_expected_failure(home: Path) -> None:
    entries = [{"id": "resume/SUSPENDED/1", "dialect": "BITS", "reason": "as shipped"}]
    text = json.dumps({"format": "copyjob-baseline", "version": 1, "entries": entries})
    (home / "known.json").write_text(text, encoding="utf-8")
    ran = run_pytest(
        home, "--copyjob-backend", "mybackend:Wrong", *QUICK, "-k", "resume", "-rx", "--copyjob-baseline", "known.json"
    )
    assert (ran.returncode, ran.stdout.count("- as shipped")) == (0, 1), ran.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--copyjob-backend", "nobody"), "unknown backend 'nobody'"),
        (("--copyjob-backend", "mybackend:Wrong", "--copyjob-baseline", "absent.json"), "absent.json cannot be read"),
        (("--copyjob-backend", "mybackend:Wrong", "--copyjob-walks", "-1"), "takes 0 or more"),
        (("--copyjob-backend", "mybackend:Wrong", "--copyjob-output-dir", "mybackend.py"), "it is no folder"),
    ],
)
def test_a_mistake_is_told_before_anything_runs(home: Path, arguments: tuple[str, ...], told: str) -> None:
    ran = run_pytest(home, *arguments)
    assert (ran.returncode, told in ran.stderr + ran.stdout) == (4, True), ran.stderr


def test_what_cannot_be_written_fails_the_test_of_the_run_and_no_other(home: Path) -> None:
    (home / "blocked" / "report.json").mkdir(parents=True)
    ran = run_pytest(
        home, "--copyjob-backend", "mybackend:TinyBackend", *QUICK, "--copyjob-output-dir", "blocked", "-n", "2"
    )
    failed = re.findall(
        r"^FAILED mybackend:TinyBackend::BITS::(\S+) - (\S+) cannot be written", ran.stdout, re.MULTILINE
    )
    assert (failed, " 1 failed" in ran.stdout) == ([("run", "blocked/report.json")], True), ran.stdout


@pytest.mark.parametrize("processes", [(), ("-n", "2")], ids=["alone", "side by side"])
def test_a_mistake_is_told_however_many_processes_there_are(home: Path, processes: tuple[str, ...]) -> None:
    ran = run_pytest(home, "--copyjob-backend", "nobody", *processes)
    told = "ERROR: unknown backend 'nobody'"
    assert (ran.returncode, told in ran.stderr + ran.stdout) == (4, True), ran.stdout + ran.stderr


def test_a_system_without_what_the_kit_needs_is_told_in_one_line(home: Path) -> None:
    (home / "windows.py").write_text("import sys\nsys.modules['fcntl'] = None\n", encoding="utf-8")
    ran = run_pytest(home, "-p", "windows", "--copyjob-backend", "mybackend:TinyBackend", "-n", "2")
    told = "ERROR: --copyjob-backend needs fcntl, which Python does not have on this system; run it on Linux"
    assert (ran.returncode, told in ran.stderr + ran.stdout) == (4, True), ran.stdout + ran.stderr


def test_a_run_that_names_no_backend_loads_nothing_of_the_kit(home: Path) -> None:
    probe = "import sys\n\ndef test_it():\n    assert [m for m in sys.modules if m.startswith('copyjob.')] == WANTED\n"
    wanted = ["copyjob.conformance", "copyjob.conformance.plugin"]
    folder = home / "plain"
    folder.mkdir()
    (folder / "test_probe.py").write_text(probe.replace("WANTED", repr(wanted)), encoding="utf-8")
    assert run_pytest(folder).returncode == 0


def test_tests_of_the_user_run_beside_the_checks(tmp_path: Path, home: Path) -> None:
    (tmp_path / "mybackend.py").write_text((home / "mybackend.py").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "test_own.py").write_text("def test_own_thing():\n    pass\n", encoding="utf-8")
    ran = run_pytest(
        tmp_path, "--copyjob-backend", "mybackend:TinyBackend", *QUICK, "-k", "own_thing or job", "--collect-only", "-q"
    )
    assert ("test_own.py::test_own_thing" in ran.stdout, "BITS::job/initial" in ran.stdout) == (True, True), ran.stdout


def test_interrupting_the_check_interrupts_the_tests_and_leaves_no_process(home: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir=.", "-s", "--copyjob-backend"]
    environment = {**os.environ, "PYTEST_ADDOPTS": ""}
    with subprocess.Popen(
        [*command, "mybackend:Wrong", "--copyjob-dialect", "BITS"],
        cwd=home,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as ran:
        assert ran.stderr is not None
        # The first divergence is told while the check goes on.
        assert "diverges" in ran.stderr.readline()
        os.killpg(ran.pid, signal.SIGINT)
        # It comes to its end when no process is left that could write.
        out, _ = ran.communicate(timeout=60)
    assert (ran.returncode, "KeyboardInterrupt" in out) == (2, True), out
