"""``copyjob verify`` of what bitsadmin printed: how it is known, and what is said of it."""

from __future__ import annotations

import gzip
import importlib.util
import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from copyjob.conformance.traces.finding import Report

Copyjob = Callable[..., subprocess.CompletedProcess[str]]


def _samples() -> ModuleType:
    path = Path(__file__).with_name("bitsadmin_samples.py")
    spec = importlib.util.spec_from_file_location("bitsadmin_samples", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


S = _samples()
LESS = S.LIST_QUOTED.replace("0 / 3 0 / 84988", "0 / 2 0 / 84988")
"""The second job has lost a file."""


@pytest.fixture
def verify(copyjob: Copyjob, tmp_path: Path) -> Copyjob:
    """Return what writes a text to ``jobs.txt`` and verifies it."""

    def run(text: str, *more: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "jobs.txt").write_text(text, encoding="utf-8")
        return copyjob(tmp_path, "verify", "jobs.txt", *more)

    return run


def test_a_queue_as_real_machines_print_it_is_in_order(verify: Copyjob) -> None:
    ran = verify(S.LIST_VERBOSE)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "jobs.txt: nothing found\n", "")


def test_what_is_impossible_is_told_with_its_lines_and_clause(verify: Copyjob) -> None:
    ran = verify(S.LIST_QUOTED + LESS)
    assert ran.returncode == 1
    assert ran.stdout.startswith(f"jobs.txt, lines 2, 5: series/files: job {S.SECOND.strip('{}').lower()}\n")
    assert "\n  the job has fewer files than before: 3, then 2\n" in ran.stdout
    assert "\naddfile/ok: " in ran.stdout


def test_what_is_unclear_names_the_way_out_and_is_no_success(verify: Copyjob) -> None:
    ran = verify(f"{S.FIRST} 'x' TRANSFERRED 0 / 1 0 / 9\n")
    assert (ran.returncode, "line 1: snapshot/state [unclear]" in ran.stdout) == (4, True)
    assert "take another snapshot right behind this one" in ran.stdout


def test_for_programs_it_is_written_as_what_an_audit_finds(verify: Copyjob, tmp_path: Path) -> None:
    verify(S.LIST_QUOTED + LESS, "--json", "found.json")
    told = msgspec.json.decode((tmp_path / "found.json").read_bytes(), type=Report)
    assert [(each.rule, each.lines) for each in told.files[0].findings] == [("series/files", (2, 5))]


def test_it_is_known_where_it_is_compressed(copyjob: Copyjob, tmp_path: Path) -> None:
    (tmp_path / "jobs.gz").write_bytes(gzip.compress(S.LIST.encode()))
    assert copyjob(tmp_path, "verify", "jobs.gz").stdout == "jobs.gz: nothing found\n"


def test_of_standard_input_it_has_to_be_said(tmp_path: Path) -> None:
    def piped(*more: str) -> int:
        arguments = [str(Path(sysconfig.get_path("scripts")) / "copyjob"), "verify", "-", *more]
        return subprocess.run(
            arguments, input=S.LIST.encode(), capture_output=True, check=False, cwd=tmp_path
        ).returncode

    assert (piped("--format", "bitsadmin"), piped()) == (0, 2)


def test_a_line_that_cannot_be_read_is_named_and_nothing_is_judged(verify: Copyjob) -> None:
    ran = verify(S.LIST + "and more\n")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "jobs.txt, line 5: 'and more' is no line of bitsadmin" in ran.stderr


def test_snapshots_and_traces_are_judged_one_after_the_other(copyjob: Copyjob, tmp_path: Path) -> None:
    (tmp_path / "jobs.txt").write_text(S.LIST, encoding="utf-8")
    (tmp_path / "t.ndjson").write_text('{"event":"start","dialect":"BITS","version":1}\n', encoding="utf-8")
    ran = copyjob(tmp_path, "verify", "t.ndjson", "jobs.txt")
    assert (ran.returncode, "jobs.txt is what bitsadmin printed, and t.ndjson is not" in ran.stderr) == (2, True)


def test_snapshots_have_no_sub_trace(verify: Copyjob) -> None:
    ran = verify(S.LIST, "--sub-trace", "sub.ndjson")
    assert (ran.returncode, "leave out --sub-trace" in ran.stderr) == (2, True)
