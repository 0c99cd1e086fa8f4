"""What Wine's tests of the manager (``qmgr.c``) believe of jobs of another process, held against the daemon."""

# Fixtures of conftest come untyped: it cannot be imported by name.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import subprocess
import sys
from typing import Any

from tests.beliefs import wine


@wine("qmgr", "test_globalness")
def test_a_job_that_another_process_made_is_there_when_that_process_is_gone(daemon: Any, run: Any) -> None:
    words = ["create", "made elsewhere", "--state", str(daemon.folder)]
    made = subprocess.run(
        [sys.executable, "-m", "copyjob.spec.cli", *words], capture_output=True, text=True, check=True
    )
    _, lines, _ = run("jobs")

    assert [line.split()[0] for line in lines if "made elsewhere" in line] == made.stdout.split()
