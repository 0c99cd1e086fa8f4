"""The adapters to backends that nobody here wrote: that they work, and what they say where the backend is missing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ADAPTERS = Path(__file__).parents[1] / "adapters"
ARIA2 = ADAPTERS / "aria2" / "adapter.py"
WINE = ADAPTERS / "wine" / "run"
SMOKE_WORKS = 1
"""The exit code of `copyjob smoke` where the adapter works, and the backend diverges."""


def copyjob(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "copyjob.spec.cli", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.skipif(shutil.which("aria2c") is None, reason="aria2 is not installed; make check-aria2 does it")
def test_the_adapter_of_aria2_passes_smoke() -> None:
    done = copyjob("smoke", f"program:{sys.executable} {ARIA2}")
    assert (done.returncode, "BROKEN" in done.stdout) == (SMOKE_WORKS, False)
    assert "the adapter works" in done.stdout


def test_the_adapter_of_aria2_says_what_to_install_where_there_is_none(tmp_path: Path) -> None:
    requests = [{"call": "open", "id": 0, "dialect": "BITS", "folder": str(tmp_path)}, {"call": "close", "id": 1}]
    done = subprocess.run(
        [sys.executable, str(ARIA2)],
        input="".join(json.dumps(request) + "\n" for request in requests),
        env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert replies == [
        {"id": 0, "errored": "there is no aria2c on the PATH; Debian's package is called aria2"},
        {"id": 1, "hresult": 0},
    ]


def test_the_adapter_of_wine_says_what_to_install_where_there_is_none(tmp_path: Path) -> None:
    for name in ("bash", "dirname"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    done = subprocess.run(
        [str(WINE)],
        env={"PATH": str(tmp_path), "HOME": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "wine adapter: there is no wine on the PATH; Debian's packages are wine and wine64\n"


@pytest.mark.parametrize("adapter", ["aria2", "wine"])
def test_every_known_divergence_of_an_adapter_has_its_reason(adapter: str) -> None:
    told = json.loads((ADAPTERS / adapter / "baseline.json").read_text())
    assert [entry["id"] for entry in told["entries"] if entry["reason"].startswith("seen when")] == []
