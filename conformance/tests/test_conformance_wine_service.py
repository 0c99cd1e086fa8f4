"""The adapter of Wine beside a service that hangs: it is ended in time, and started anew."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ADAPTER = Path(__file__).parents[1] / "adapters" / "wine"
PREFIX = Path(
    os.environ.get("COPYJOB_WINEPREFIX")
    or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "copyjob" / "wine"
)
READY = shutil.which("wine") and (ADAPTER / "build" / "adapter.exe").exists() and (PREFIX / "system.reg").exists()

pytestmark = pytest.mark.skipif(
    not READY, reason="needs Wine with its adapter built and a prefix: make check-wine sets them up"
)
Ask = Callable[..., dict[str, Any]]


@contextmanager
def adapter() -> Generator[Ask]:
    with subprocess.Popen([ADAPTER / "run"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as ran:
        requests, replies = ran.stdin, ran.stdout
        assert requests is not None
        assert replies is not None

        def ask(call: str, **members: Any) -> dict[str, Any]:
            print(json.dumps({"call": call, "id": 1, **members}), file=requests, flush=True)
            found: dict[str, Any] = json.loads(replies.readline())
            return found

        yield ask
        ask("close")


def services() -> list[int]:
    """Return the processes of the prefix in which services run."""
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            ours = f"WINEPREFIX={PREFIX}".encode() in (folder / "environ").read_bytes().split(b"\0")
            if ours and b"svchost.exe" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue  # it has ended
    return found


def test_a_service_that_hangs_is_started_anew_by_whoever_opens_it() -> None:
    with adapter() as first:
        first("hello")
        assert first("open")["hresult"] == 0
        for process in services():
            os.kill(process, signal.SIGSTOP)
        with adapter() as second:
            second("hello")
            opened, made = second("open"), second("create_job", display_name="job")
    assert opened.get("hresult") == 0, opened
    assert "value" in made, made
