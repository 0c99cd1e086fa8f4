"""`stable.py` runs a check many times, and tells whether its verdicts are the same each time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

STABLE = Path(__file__).parents[1] / "benchmarks" / "stable.py"
OPTIONS = ("--wire", "memory", "--dialect", "BITS", "--budget", "60steps")
FLAKY = """
import multiprocessing
from pathlib import Path

from copyjob.conformance.pocket import PocketBackend
from copyjob.spec.vocabulary import Hresult

CHECKS = Path(__file__).with_suffix(".checks")
if multiprocessing.parent_process() is None:
    with CHECKS.open("a") as file:
        file.write("x")


class Flaky(PocketBackend):
    def suspend(self, job):
        return Hresult.E_NOTIMPL if len(CHECKS.read_text()) > 1 else super().suspend(job)

    def resume(self, job):
        return Hresult.E_NOTIMPL if len(CHECKS.read_text()) > 1 else super().resume(job)
"""


def stable(backend: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run two checks of a backend that stands in a folder."""
    return subprocess.run(
        [sys.executable, str(STABLE), "--runs", "2", backend, *OPTIONS],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(folder), os.environ.get("PYTHONPATH", "")))},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_checks_that_give_the_same_verdicts_are_stable(tmp_path: Path) -> None:
    done = stable("copyjob.conformance.pocket:PocketBackend", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 runs, " in done.stdout
    assert " verdicts each: 0 differ" in done.stdout


def test_a_backend_that_is_wrong_now_and_then_is_not_stable(tmp_path: Path) -> None:
    (tmp_path / "flaky.py").write_text(FLAKY)
    done = stable("flaky:Flaky", tmp_path)
    assert done.returncode == 1
    assert "BITS resume/SUSPENDED/" in done.stdout


def test_a_check_that_cannot_be_run_is_told(tmp_path: Path) -> None:
    done = stable("nobody:Nothing", tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("run 1: there is no report; ")
