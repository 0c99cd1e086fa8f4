"""The time of a whole ``copyjob --help``, process start included, against an interpreter that does nothing.

Law: wall-clock seconds as a user waits them, medians of ten, interleaved; the budget is printed beside them.
It writes nothing.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path
from statistics import median
from time import perf_counter

ROUNDS = 10
BUDGET_SECONDS = 0.3
HELP = [str(Path(sysconfig.get_path("scripts")) / "copyjob"), "--help"]
NOTHING = [sys.executable, "-c", "pass"]


def wall_seconds(command: list[str]) -> float:
    """Run a command to its end and return how long it took."""
    start = perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return perf_counter() - start


def main() -> None:
    """Print both medians."""
    pairs = [(wall_seconds(HELP), wall_seconds(NOTHING)) for _ in range(ROUNDS)]
    shown, bare = (median(times) for times in zip(*pairs, strict=True))
    print(
        f"copyjob --help: {shown:.3f} s (budget {BUDGET_SECONDS} s), a bare interpreter: {bare:.3f} s, "
        f"medians of {ROUNDS}"
    )


if __name__ == "__main__":
    main()
