"""``copyjob check`` as users meet it: a process of its own, in a folder of their own, with a backend of their own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

PLAIN = {**os.environ, "COLUMNS": "80"}
Home = Callable[..., Path]
Copyjob = Callable[..., subprocess.CompletedProcess[str]]

RAISES = "raise RuntimeError('it rains')\n"
WRONG = """
class Wrong(TinyBackend):
    made = 0

    def create_job(self, display_name):
        # A check of a backend that breaks for good ends soon; what it showed before is told all the same.
        Wrong.made += 1
        if Wrong.made > 60:
            raise MemoryError("too many jobs")
        return TinyBackend.create_job(self, display_name)

    def resume(self, job):
        return TinyBackend.resume(self, job) if self.jobs[job]["files"] else None


class Broken(TinyBackend):
    def create_job(self, display_name):
        raise ValueError("it rains")
"""


MISTAKES: dict[str, tuple[tuple[str, ...], str]] = {
    "unknown backend": (("nobody",), "unknown backend 'nobody'"),
    "no such module": (("nobody.here:Backend",), "there is no module 'nobody'"),
    "import error": (("raising:Backend",), "RuntimeError: it rains"),
    "no such class": (("mybackend:Absent",), "has no attribute 'Absent'"),
    "file in the way": (
        ("mybackend:TinyBackend", "-o", "mybackend.py"),
        "cannot write to mybackend.py: it is no folder",
    ),
    "unwritable output": (("mybackend:TinyBackend", "-o", "/proc/reports"), "cannot write to /proc/reports"),
    "no place for a baseline": (
        ("mybackend:TinyBackend", "--write-baseline", "absent/known.json"),
        "absent/known.json cannot be written: No such file or directory; name another file with --write-baseline",
    ),
    "unknown dialect": (("mybackend:TinyBackend", "--dialect", "WINE"), "invalid choice: 'WINE'"),
    "undeclared dialect": (("mybackend:BitsOnly", "--dialect", "DO"), "does not know DO; it declares BITS"),
    "no walks": (("mybackend:TinyBackend", "--walks", "-1"), "--walks takes 0 or more"),
    "no jobs": (("mybackend:TinyBackend", "--jobs", "0"), "--jobs takes 1 or more"),
    "no seed": (("mybackend:TinyBackend", "--seed", "x"), "invalid int value: 'x'"),
    "no wire": (("mybackend:TinyBackend", "--wire", "memory"), "does not declare the power wire"),
    "unknown wire": (("mybackend:TinyBackend", "--wire", "string"), "invalid choice: 'string'"),
    "no backend": ((), "backend"),
}


@pytest.mark.parametrize(("arguments", "told"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_one_line_and_exit_code_2(
    user_folder: Home, arguments: tuple[str, ...], told: str, copyjob: Copyjob
) -> None:
    home = user_folder("class BitsOnly(TinyBackend):\n    dialects = ('BITS',)\n")
    (home / "raising.py").write_text(RAISES, encoding="utf-8")
    ran = copyjob(home, "check", *arguments)
    assert (ran.returncode, len(ran.stderr.splitlines()), told in ran.stderr) == (2, 1, True), ran.stderr


def test_an_import_error_names_the_users_file_and_line(user_folder: Home, copyjob: Copyjob) -> None:
    home = user_folder()
    (home / "raising.py").write_text(f"\n\n{RAISES}", encoding="utf-8")
    assert f"{home / 'raising.py'}:3" in copyjob(home, "check", "raising:Backend").stderr


def test_a_mistake_leaves_standard_output_empty(user_folder: Home, copyjob: Copyjob) -> None:
    assert copyjob(user_folder(), "check", "nobody").stdout == ""


def test_a_right_backend_without_powers_conforms(user_folder: Home, copyjob: Copyjob) -> None:
    ran = copyjob(user_folder(), "check", "mybackend:TinyBackend", "--dialect", "BITS", "--walks", "0")
    assert (ran.returncode, "mybackend:TinyBackend, BITS: CONFORMS" in ran.stdout) == (0, True), ran.stdout


def test_an_adapter_that_breaks_is_exit_code_3(user_folder: Home, copyjob: Copyjob) -> None:
    ran = copyjob(user_folder(WRONG), "check", "mybackend:Broken", "--dialect", "DO", "--walks", "0")
    assert (ran.returncode, "ValueError: it rains" in ran.stdout) == (3, True), ran.stdout


@pytest.fixture(scope="session")
def wrong(tmp_path_factory: pytest.TempPathFactory, tiny_source: str, copyjob: Copyjob) -> tuple[Path, str, int]:
    """Check a backend that resumes empty jobs, once: its folder, what was printed, the exit code."""
    home = tmp_path_factory.mktemp("wrong")
    (home / "mybackend.py").write_text(tiny_source + WRONG, encoding="utf-8")
    ran = copyjob(home, "check", "mybackend:Wrong", "--dialect", "BITS", "--walks", "0", "-o", "out")
    return home, ran.stdout, ran.returncode


def shown(printed: str, row: str) -> str:
    """Return the part of the printed text that tells one divergence."""
    start = printed.index(f"BITS DIVERGES (MUST): {row}")
    end = printed.find(" DIVERGES (", start + 10)
    return printed[start : end if end > 0 else len(printed)]


def test_a_wrong_backend_is_exit_code_1(wrong: tuple[Path, str, int]) -> None:
    assert wrong[2] == 1


def test_a_wrong_backend_is_told_row_clause_observation_and_permitted(wrong: tuple[Path, str, int]) -> None:
    told = " ".join(shown(wrong[1], "resume/SUSPENDED/1").split())
    parts = (
        "seen: resume answered S_OK",
        "permitted: BG_E_EMPTY (0x80200003, -2145386493) in SUSPENDED",
        "resume/empty:",
    )
    assert [part in told for part in parts] == [True] * 3, told


def test_the_printed_program_shows_the_same_divergence(wrong: tuple[Path, str, int]) -> None:
    home, printed, _ = wrong
    block = shown(printed, "resume/SUSPENDED/1")
    program = re.search(r"^    from copyjob\.conformance\.plan.*?^    \)$", block, re.MULTILINE | re.DOTALL)
    assert program is not None
    (home / "pasted.py").write_text(textwrap.dedent(program.group()), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "pasted.py"], cwd=home, env=PLAIN, capture_output=True, text=True, check=False, timeout=60
    )
    assert "MUST resume/SUSPENDED/1\n  seen: resume answered S_OK" in ran.stdout


def test_the_report_says_what_the_screen_says(wrong: tuple[Path, str, int]) -> None:
    home, printed, code = wrong
    data = json.loads((home / "out" / "report.json").read_text(encoding="utf-8"))
    ids = [divergence["id"] for divergence in data["runs"][0]["divergences"]]
    assert (data["exit_code"], [f"DIVERGES (MUST): {name}" in printed for name in ids]) == (code, [True] * len(ids))


def test_every_file_is_written_and_nothing_half(wrong: tuple[Path, str, int]) -> None:
    names = {path.name for path in (wrong[0] / "out").iterdir()} - {"report.html"}
    assert names == {"report.json", "junit.xml", "summary.md", "badge.json", "events.ndjson", "replays"}
