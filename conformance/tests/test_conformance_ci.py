"""The script behind the templates for CI: what it passes on, where it leaves the summary, and by what it ends."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

CHECK = Path(__file__).parents[1] / "ci" / "check.sh"
FAKE = """#!/usr/bin/env bash
printf '%s\\n' "$@" > "$(dirname "$0")/asked"
mkdir -p copyjob-report && echo '# what was found' > copyjob-report/summary.md
exit {code}
"""


def check(folder: Path, *, code: int = 0, **asked: str) -> subprocess.CompletedProcess[str]:
    fake = folder / "copyjob"
    fake.write_text(FAKE.format(code=code))
    fake.chmod(0o755)
    own = {"PATH": os.environ["PATH"], "COPYJOB_COMMAND": str(fake), **asked}
    return subprocess.run(["bash", str(CHECK)], cwd=folder, env=own, capture_output=True, text=True, check=False)


def asked(folder: Path) -> list[str]:
    return (folder / "asked").read_text().splitlines()


def test_a_backend_is_checked_with_the_options_that_are_given_and_nothing_of_them_is_run(tmp_path: Path) -> None:
    check(tmp_path, COPYJOB_BACKEND="program:./a b", COPYJOB_OPTIONS="--only 'suspend/*' --seed 3 $(touch ran)")
    assert asked(tmp_path)[:3] == ["check", "program:./a b", "--output-dir"]
    assert asked(tmp_path)[5:9] == ["--only", "suspend/*", "--seed", "3"]
    assert not (tmp_path / "ran").exists()


def test_a_baseline_is_passed_on(tmp_path: Path) -> None:
    check(tmp_path, COPYJOB_BACKEND="reference", COPYJOB_BASELINE="known.json")
    assert asked(tmp_path)[5:] == ["--baseline", "known.json"]


@pytest.mark.parametrize(("code", "verdict"), [(0, "conforms"), (1, "diverges"), (3, "errored"), (4, "inconclusive")])
def test_a_job_ends_as_the_check_does_and_says_so(tmp_path: Path, code: int, verdict: str) -> None:
    done = check(tmp_path, code=code, COPYJOB_BACKEND="reference", GITHUB_OUTPUT=str(tmp_path / "outputs"))
    assert (done.returncode, (tmp_path / "outputs").read_text()) == (code, f"verdict={verdict}\n")


def test_the_summary_is_shown_where_the_check_failed_too(tmp_path: Path) -> None:
    check(tmp_path, code=1, COPYJOB_BACKEND="reference", GITHUB_STEP_SUMMARY=str(tmp_path / "page.md"))
    assert (tmp_path / "page.md").read_text() == "# what was found\n"


def test_a_job_of_a_matrix_runs_its_shard(tmp_path: Path) -> None:
    check(tmp_path, COPYJOB_BACKEND="reference", COPYJOB_SHARD="3/8", COPYJOB_OPTIONS="--budget 9steps")
    assert asked(tmp_path)[5:] == ["--shard", "3/8", "--budget", "9steps"]


def test_the_last_job_merges_all_parts_that_it_finds(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / "parts" / str(number)).mkdir(parents=True)
        (tmp_path / "parts" / str(number) / "part.json").touch()
    check(tmp_path, COPYJOB_PARTS="parts", COPYJOB_BASELINE="known.json")
    assert asked(tmp_path)[:3] == ["merge", "parts/1/part.json", "parts/2/part.json"]
    assert asked(tmp_path)[-2:] == ["--baseline", "known.json"]


def test_parts_that_are_not_there_are_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    done = check(tmp_path, COPYJOB_PARTS="parts")
    assert (done.returncode, done.stderr.count("\n"), "part.json" in done.stderr) == (2, 1, True)


def test_a_job_that_names_no_backend_is_told_in_one_line_how(tmp_path: Path) -> None:
    done = check(tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "COPYJOB_BACKEND" in done.stderr
