"""How the adapter to Wine is started: who may use a prefix, and what is said where something is missing.

A `wine` that only tells how it was called stands for Wine, so that these tests need none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

RUN = Path(__file__).parents[1] / "adapters" / "wine" / "run"
WAITS = "import sys; sys.stdin.read()"


@dataclass
class Machine:
    """A folder with a copy of the script, an adapter that is built, a Wine and a prefix."""

    folder: Path

    @property
    def prefix(self) -> Path:
        return self.folder / "prefix"

    def run(self, *before: str) -> subprocess.CompletedProcess[str]:
        """Start the adapter, as the last words of a command where some are given."""
        return subprocess.run(
            [*before, str(self.folder / "run")],
            env={**os.environ, "PATH": f"{self.folder}:{os.environ['PATH']}", "COPYJOB_WINEPREFIX": str(self.prefix)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Return a machine on which all is there, and which this process has begun to check."""
    shutil.copy(RUN, tmp_path / "run")
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "adapter.exe").touch()
    wine = tmp_path / "wine"
    wine.write_text('#!/bin/sh\necho "$WINEPREFIX: $*"\n')
    wine.chmod(0o755)
    own = Machine(tmp_path)
    own.prefix.mkdir()
    (own.prefix / "system.reg").touch()
    (own.prefix / "owner").write_text(f"{os.getpid()}\n")
    return own


@pytest.fixture
def stranger() -> Iterator[int]:
    """Yield the id of a process that lives, and that nobody here descends from."""
    with subprocess.Popen([sys.executable, "-c", WAITS], stdin=subprocess.PIPE) as process:
        yield process.pid
        assert process.stdin is not None
        process.stdin.close()


def test_the_adapter_runs_in_the_prefix_that_was_chosen(machine: Machine) -> None:
    assert machine.run().stdout.startswith(f"{machine.prefix}: {machine.folder}/build/adapter.exe ")


def test_a_worker_of_the_check_that_began_may_start_an_adapter(machine: Machine) -> None:
    done = machine.run("bash", "-c", '"$0"; exit $?')
    assert (done.returncode, done.stderr) == (0, "")


def test_a_second_check_is_told_who_uses_the_prefix(machine: Machine, stranger: int) -> None:
    (machine.prefix / "owner").write_text(f"{stranger}\n")
    done = machine.run()
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"wine adapter: process {stranger} uses {machine.prefix}; set COPYJOB_WINEPREFIX to another folder\n"
    )


def test_an_adapter_that_is_not_built_says_how_to_build_it(machine: Machine) -> None:
    (machine.folder / "build" / "adapter.exe").unlink()
    done = machine.run()
    assert (done.returncode, done.stderr) == (
        1,
        f"wine adapter: the adapter is not built; run: make -C {machine.folder}\n",
    )


def test_a_prefix_that_is_not_there_says_how_to_make_it(machine: Machine) -> None:
    (machine.prefix / "system.reg").unlink()
    done = machine.run()
    assert (done.returncode, done.stderr) == (
        1,
        f"wine adapter: there is no Wine in {machine.prefix} yet; run: {machine.folder}/run --prepare\n",
    )
