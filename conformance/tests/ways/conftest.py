"""Programs as backends, for tests: one that answers properly, and misbehaves in the way that is written into it."""

from __future__ import annotations

import os
import select
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

# The minimum, with no download behind it: a new job is SUSPENDED and stays so. What misbehaves stands before it: it
# sees the request as ``r``, its id as ``i`` and its call as ``c``, and may answer for itself and ``continue``.
SKELETON = """\
#!{python} -S
import json, os, signal, sys, time

def say(**members):
    print(json.dumps(members), flush=True)

for line in sys.stdin:
    r = json.loads(line)
    i, c = r["id"], r["call"]
{misbehave}
    if c == "hello":
        say(id=i, value={{"protocol": 1, **{declares!r}}})
    elif c == "create_job":
        say(id=i, value="job")
    elif c == "get_state":
        say(id=i, value=3)
    else:
        say(id=i, hresult=0)
    if c == "close":
        break
"""


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., Path]:
    """Return what writes an executable program that misbehaves and declares so, and returns its path."""

    def written(misbehave: str = "pass", *, name: str = "adapter", **declares: object) -> Path:
        path = tmp_path / name
        body = textwrap.indent(textwrap.dedent(misbehave), "    ")
        path.write_text(SKELETON.format(python=sys.executable, misbehave=body, declares=declares), encoding="utf-8")
        path.chmod(0o755)
        return path

    return written


@pytest.fixture
def ended() -> Callable[[int], bool]:
    """Return what waits until a process that is no child of ours has ended."""

    def waited(pid: int, seconds: float = 30) -> bool:
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            return True
        try:
            return bool(select.select([descriptor], [], [], seconds)[0])
        finally:
            os.close(descriptor)

    return waited
