"""How a simulated machine is put under the service.

Law: within `installed` every module of the service sees the machine where it names ``os``, ``fcntl``, ``sqlite3``,
``Path`` or ``allocate``; afterwards everything is as it was. The service's code is the one that users run.

It does not know what the service does with them.
"""

from __future__ import annotations

import contextlib
import errno
import os
import random
import sys
import uuid
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from copyjob.reference import transfer
from copyjob.reference.allocation import allocate
from copyjob.reference.service import Service
from copyjob.reference.simulation.database import SimulatedSqlite

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import ModuleType

    from copyjob.reference.simulation.machine import Machine

_SERVICE: Final = "copyjob.reference."
_ELSEWHERE: Final = ("copyjob.reference.simulation", "copyjob.reference.curl_", "copyjob.reference.commands")

SYNC_EVERY_BYTES: Final = 48
"""Files are as much smaller here, so that a service in the middle of one is met as often."""


def simulated_path(machine: Machine) -> type:
    """Return a ``Path`` whose files are the machine's."""

    class SimulatedPath(PurePosixPath):
        """The part of ``pathlib.Path`` that the service uses."""

        def stat(self, *, follow_symlinks: bool = True) -> Any:
            """Return the status of the file."""
            return machine.stat(self, follow_symlinks=follow_symlinks)

        def exists(self) -> bool:
            """Return whether there is such a file or directory."""
            return machine.access(self, 0)

        def is_dir(self) -> bool:
            """Return whether it is a directory."""
            return str(self) in machine.directories

        def is_symlink(self) -> bool:
            """There are no symlinks."""
            return False

        def mkdir(self, *, parents: bool = False, exist_ok: bool = False) -> None:  # noqa: ARG002 as pathlib has it
            """Make it a directory."""
            machine.mkdir(self)

        def unlink(self, *, missing_ok: bool = False) -> None:
            """Delete the file."""
            with contextlib.suppress(*((FileNotFoundError,) if missing_ok else ())):
                machine.unlink(self)

        def read_bytes(self) -> bytes:
            """Return what stands in the file."""
            machine.alive()
            found = machine.read(str(self))
            if found is None:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self))
            return found

        def read_text(self, encoding: str | None = None) -> str:  # noqa: ARG002 as pathlib has it
            """Name this start of the machine; the service reads nothing else."""
            assert str(self) == "/proc/sys/kernel/random/boot_id", self
            return f"boot {machine.boots}"

    return SimulatedPath


def _put(stack: contextlib.ExitStack, module: ModuleType, name: str, value: object) -> None:
    stack.callback(setattr, module, name, getattr(module, name))
    setattr(module, name, value)


@contextlib.contextmanager
def installed(machine: Machine, seed: int) -> Generator[None]:
    """Put the machine under the service, with ids that follow from the seed."""
    assert Service.__module__ in sys.modules, "the service is loaded, and with it all its modules"
    rng = random.Random(seed)  # noqa: S311 ids that can be had again

    def seeded_id() -> uuid.UUID:
        return uuid.UUID(int=rng.getrandbits(128), version=4)

    worlds: dict[str, tuple[Any, Any]] = {
        "os": (sys.modules["os"], machine),
        "fcntl": (sys.modules["fcntl"], SimulatedLocks(machine)),
        "sqlite3": (sys.modules["sqlite3"], SimulatedSqlite(machine)),
        "Path": (Path, simulated_path(machine)),
        "allocate": (allocate, machine.allocate),
    }
    modules = [sys.modules[name] for name in sorted(sys.modules) if name.startswith(_SERVICE)]
    with contextlib.ExitStack() as stack:
        for module in modules:
            if module.__name__.startswith(_ELSEWHERE):
                continue
            for name, (real, simulated) in worlds.items():
                if getattr(module, name, None) is real:
                    _put(stack, module, name, simulated)
        _put(stack, uuid, "uuid4", seeded_id)
        _put(stack, transfer, "SYNC_EVERY_BYTES", SYNC_EVERY_BYTES)
        yield


class SimulatedLocks:
    """The module ``fcntl`` with the machine's locks."""

    LOCK_EX: Final = 2
    LOCK_NB: Final = 4
    LOCK_UN: Final = 8

    def __init__(self, machine: Machine) -> None:
        self.flock = machine.flock
