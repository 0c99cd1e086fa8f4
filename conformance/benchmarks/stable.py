#!/usr/bin/env python3
"""Run the same check many times, and tell whether it gives the same verdicts each time.

    stable.py --runs 10 BACKEND [OPTIONS OF copyjob check ...]

The verdict of every row and check is compared with that of the first run. What the baseline says shows only sometimes
may differ, and is told. Exit code 0: the same each time, and the same exit code. 1: something differs. 2: a check could
not be run.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

NO_REPORT = 2


def run(command: list[str], folder: Path) -> dict[str, Any] | None:
    """Run a check once; return its report, or None where there is none."""
    subprocess.run(
        [*command, "--quiet", "--output-dir", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    path = folder / "report.json"
    return json.loads(path.read_text()) if path.exists() else None


def verdicts(report: dict[str, Any]) -> dict[tuple[str, str], str]:
    """Return the verdict of each row and check, by dialect and id."""
    return {
        (run["dialect"], one["id"]): one["verdict"] for run in report["runs"] for one in (*run["rows"], *run["checks"])
    }


def main() -> int:
    """Run the check as often as is asked for."""
    parser = argparse.ArgumentParser(description="run a check many times, and compare its verdicts")
    parser.add_argument("--runs", type=int, default=10, help="how often (10)")
    parser.add_argument("backend")
    given, options = parser.parse_known_args()
    command = [sys.executable, "-m", "copyjob.spec.cli", "check", given.backend, *options]
    first: dict[tuple[str, str], str] = {}
    differing: dict[tuple[str, str], set[str]] = {}
    codes: set[int] = set()
    sometimes: set[tuple[str, str]] = set()
    for number in range(1, given.runs + 1):
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            report = run(command, Path(folder))
        if report is None:
            print(f"run {number}: there is no report; {' '.join(command)} tells why", file=sys.stderr)
            return NO_REPORT
        codes.add(report["exit_code"])
        sometimes |= {(entry["dialect"], entry["id"]) for entry in report["baseline"] if entry["sometimes"]}
        now = verdicts(report)
        first = first or now
        for name in first.keys() | now.keys():
            if first.get(name) != now.get(name):
                differing.setdefault(name, {str(first.get(name))}).add(str(now.get(name)))
        seconds = time.monotonic() - began
        print(f"run {number}: exit code {report['exit_code']}, {len(now)} verdicts, {seconds:.0f} s", flush=True)
    for (dialect, check), told in sorted(differing.items()):
        known = " (known to show only sometimes)" if (dialect, check) in sometimes else ""
        print(f"{dialect} {check}: {', '.join(sorted(told))}{known}")
    news = differing.keys() - sometimes
    print(f"{given.runs} runs, {len(first)} verdicts each: {len(news)} differ, exit codes {sorted(codes)}")
    return int(bool(news) or len(codes) > 1)


if __name__ == "__main__":
    sys.exit(main())
