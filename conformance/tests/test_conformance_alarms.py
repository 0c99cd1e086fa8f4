"""``alarms.py`` can fail: it finds a fault that shows rarely, and says so; what conforms raises no alarm."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ALARMS = Path(__file__).parents[1] / "benchmarks" / "alarms.py"
BACKENDS = '''
import random

from copyjob.conformance.pocket import PocketBackend


class Right(PocketBackend):
    """It has few powers, so that there are few plans."""

    powers = frozenset({"wire"})


class RarelyWrong(Right):
    """Of the refusals in a final state one in twelve is none."""

    def __init__(self, dialect="BITS", folder=".", wire=None):
        super().__init__(dialect, folder, wire)
        self.chance = random.Random(0)

    def refuse_final(self, job, operation):
        refusal = super().refuse_final(job, operation)
        return 0 if self.chance.random() < 1 / 12 else refusal
'''


def alarms(backend: str, folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "rarely.py").write_text(BACKENDS)
    command = [sys.executable, str(ALARMS), "--runs", "1", "--http-runs", "0", "--backend", f"rarely:{backend}"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def test_a_fault_that_shows_rarely_is_an_alarm(tmp_path: Path) -> None:
    done = alarms("RarelyWrong", tmp_path)

    assert (done.returncode, done.stderr) == (1, "")
    assert "answered S_OK" in done.stdout
    assert "1 runs of rarely:RarelyWrong in turn, both dialects: 0 with alarms" not in done.stdout


def test_what_conforms_raises_no_alarm(tmp_path: Path) -> None:
    done = alarms("Right", tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert "memory: 1 runs of rarely:Right in turn, both dialects: 0 with alarms" in done.stdout
