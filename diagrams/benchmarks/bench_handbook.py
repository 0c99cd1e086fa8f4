"""How long a handbook takes: made from nothing, with nothing changed, checked; and how much its first page weighs.

Run it as a program; it prints seconds, the start of the process included, and bytes. Each command is run in a process
of its own, as whoever types it has it.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 5
COLD_SECONDS_MAX = 20.0
UNCHANGED_SECONDS_MAX = 3.0
FIRST_PAGE_BYTES_MAX = 300_000


def seconds(folder: Path, *options: str) -> float:
    start = time.perf_counter()
    command = [sys.executable, "-m", "copyjob.spec.cli", "handbook", "-o", str(folder), *options]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def first_page_bytes(folder: Path, home: str) -> int:
    """Return the weight of a page with all that it loads: style sheet, scripts and icon."""
    page = folder / home
    text = page.read_text(encoding="utf-8")
    loaded: list[str] = re.findall(r'<(?:script src|link rel="(?:stylesheet|icon)" href)="([^"]+)"', text)
    files = [page, *((page.parent / one).resolve() for one in loaded)]
    return sum(path.stat().st_size for path in files)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "site"
        cold = seconds(folder)
        files = [path for path in folder.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        print(f"{'from nothing':34}{cold:9.2f} s  ({len(files)} files, {size / 1e6:.1f} MB)")
        unchanged = statistics.median(seconds(folder) for _ in range(ROUNDS))
        print(f"{'nothing changed':34}{unchanged:9.2f} s")
        checked = statistics.median(seconds(folder, "--check") for _ in range(ROUNDS))
        print(f"{'check, nothing changed':34}{checked:9.2f} s")
        weights = [first_page_bytes(folder, home) for home in ("index.html", "de/index.html")]
        print(f"{'first page with all it loads':34}{max(weights):9d} bytes")
        assert cold < COLD_SECONDS_MAX
        assert unchanged < UNCHANGED_SECONDS_MAX
        assert max(weights) < FIRST_PAGE_BYTES_MAX


if __name__ == "__main__":
    main()
