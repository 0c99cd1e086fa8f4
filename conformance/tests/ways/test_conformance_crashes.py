"""A program that crashes, or does not answer: what it said last, where that was, and how to see it again are kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from copyjob.conformance.adapter import Adapter, AdapterError
from copyjob.conformance.backend import load
from copyjob.conformance.screen import WIDTH
from copyjob.spec.vocabulary import Dialect, Operation

Write = Callable[..., Path]
STACK = [
    "/srv/adapter.js:7",
    "Error: it rains",
    *(f"    at call{depth}" for depth in range(10)),
    "Node.js v20.20.2",
]
CRASH = f"if c == 'resume': print(*{STACK!r}, sep='\\n', file=sys.stderr, flush=True); sys.exit(7)"
HANG = "if c == 'resume': continue"


def copyjob(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, 80 columns wide."""
    command = [sys.executable, "-m", "copyjob.spec.cli", *arguments]
    env = {**os.environ, "COLUMNS": "80"}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


def report_of(path: Path) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    """Check a program into the folder `out`; return what was printed, and the run of the report."""
    ran = copyjob(path.parent, "check", f"program:./{path.name}", "--walks", "0", "--quiet", "-o", "out")
    return ran, json.loads((path.parent / "out" / "report.json").read_text(encoding="utf-8"))["runs"][0]


def crash(path: Path, folder: Path) -> AdapterError:
    """Return what is told of a program that breaks at resume."""
    with Adapter(load(f"program:{path}"), Dialect.BITS, folder) as adapter, pytest.raises(AdapterError) as caught:
        adapter.call(Operation.RESUME, "job")
    return caught.value


def test_all_that_a_program_said_as_it_crashed_is_kept_with_what_stands_above_a_stack(
    program: Write, tmp_path: Path
) -> None:
    assert crash(program(CRASH), tmp_path / "b").words == tuple(STACK)


def test_of_what_a_program_says_without_end_the_last_lines_are_kept(program: Write, tmp_path: Path) -> None:
    floods = (
        "if c == 'resume': sys.stderr.write(''.join(f'{n} ' + 'x' * 400 + '\\n' for n in range(9000))); sys.exit(7)"
    )
    words = crash(program(floods), tmp_path / "b").words
    assert (words[-1][:6], len(words) <= 20, max(map(len, words))) == ("8999 x", True, 300)


def test_a_report_tells_an_error_with_the_end_of_standard_error_and_where_it_was(program: Write) -> None:
    _, run = report_of(program(CRASH))
    error = run["errors"][0]
    assert (error["stderr"], error["where"].endswith("last seen SUSPENDED")) == (STACK, True), error["where"]
    number = int(error["where"].split()[2])
    assert error["plan"][number - 1]["operation"] == "resume"


def test_the_screen_tells_a_crash_in_full_and_at_80_columns(program: Write) -> None:
    ran, _ = report_of(program(CRASH.replace("it rains", "it rains " * 20)))
    assert "      Error: it rains it rains" in ran.stdout
    assert "          at call9\n      Node.js v20.20.2\n" in ran.stdout
    assert [line for line in ran.stdout.splitlines() if len(line) > WIDTH] == []


@pytest.mark.parametrize(("breaks", "code", "kind"), [(CRASH, 3, "errors"), (HANG, 4, "inconclusive")])
def test_what_says_nothing_of_the_backend_has_a_replay_file_that_shows_it_again(
    program: Write, breaks: str, code: int, kind: str
) -> None:
    path = program(breaks, call_timeout_seconds=0.5)
    ran, run = report_of(path)
    replay = f"out/{run[kind][0]['replay']}"
    assert f"again: copyjob replay {replay}\n" in ran.stdout
    again = copyjob(path.parent, "replay", replay, "--times", "1")
    assert (again.returncode, run[kind][0]["where"] in again.stdout) == (code, True), again.stdout


def test_a_check_tells_how_many_errors_ended_it(program: Write) -> None:
    _, run = report_of(program(CRASH))
    assert run["stopped"].startswith(f"stopped after {len(run['errors'])} errors of the adapter")


def test_smoke_tells_a_crash_in_full_and_at_80_columns(program: Write) -> None:
    path = program(CRASH.replace("it rains", "it rains " * 20))
    ran = copyjob(path.parent, "smoke", f"program:./{path.name}")
    assert "            | Error: it rains it rains" in ran.stdout
    assert [line for line in ran.stdout.splitlines() if len(line) > WIDTH] == []


def test_a_program_that_breaks_at_hello_is_told_with_what_it_said_and_the_path_of_the_protocol(program: Write) -> None:
    path = program(CRASH.replace("resume", "hello"))
    ran = copyjob(path.parent, "smoke", f"program:./{path.name}")
    first, *rest = ran.stderr.splitlines()
    assert (ran.returncode, rest) == (3, [f"  {line}" for line in STACK])
    document = first.partition("; ")[2].removesuffix(" tells what a program answers")
    assert "# The protocol of a backend program" in (path.parent / document).read_text(encoding="utf-8")


def test_the_screen_does_not_say_the_same_last_words_twice(program: Write) -> None:
    ran, run = report_of(program(CRASH))
    assert (len(run["errors"]) > 1, ran.stdout.count("      Error: it rains\n")) == (True, 1)
    assert ran.stdout.count("the last lines of its standard error are those from above") == len(run["errors"]) - 1


def test_where_a_program_broke_is_told_in_words(program: Write) -> None:
    _, run = report_of(program(CRASH))
    assert ", Call resume; last seen SUSPENDED" in run["errors"][0]["where"]
