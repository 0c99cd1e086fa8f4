"""The reference is blind to the table: a fresh interpreter that imports it all has loaded nothing of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOM = Path(__file__).parents[1] / "copyjob" / "reference"
SCRIPT = """
import importlib, pkgutil, sys
import copyjob.reference as room
names = [module.name for module in pkgutil.walk_packages(room.__path__, "copyjob.reference.")]
for name in names:
    importlib.import_module(name)
print(len(names), *sorted(sys.modules))
"""


def loaded() -> tuple[int, set[str]]:
    done = subprocess.run([sys.executable, "-c", SCRIPT], check=True, capture_output=True, text=True, timeout=60)
    count, *names = done.stdout.split()
    return int(count), set(names)


def test_the_whole_room_is_imported() -> None:
    count, names = loaded()

    assert count == len(list(ROOM.rglob("*.py"))) - 1
    assert {"copyjob.reference.job", "copyjob.reference.service", "copyjob.reference.backend"} <= names


def test_of_the_specification_only_the_vocabulary_is_loaded() -> None:
    _, names = loaded()

    assert {name for name in names if name.startswith("copyjob.spec")} == {
        "copyjob.spec",
        "copyjob.spec.vocabulary",
    }


def test_neither_the_machine_nor_the_kit_is_loaded() -> None:
    _, names = loaded()

    assert not {name for name in names if name.startswith(("transitions", "copyjob.conformance"))}


LIGHT = """
import importlib, pkgutil, sys
import copyjob.reference as room
for module in pkgutil.walk_packages(room.__path__, "copyjob.reference."):
    if not module.name.startswith("copyjob.reference.daemon."):
        importlib.import_module(module.name)
for name in ("commands", "job_commands", "watching"):
    importlib.import_module(f"copyjob.reference.daemon.{name}")
print(*sorted(sys.modules))
"""


def test_importing_the_room_loads_nothing_heavy_but_in_the_daemon() -> None:
    done = subprocess.run([sys.executable, "-c", LIGHT], check=True, capture_output=True, text=True, timeout=60)

    assert not set(done.stdout.split()) & {"pycurl", "rich", "hypothesis", "ssl", "asyncio", "starlette"}
