"""The ground that plans are run on: real HTTP on loopback, in real time, or the kit's wire, in memory.

Law: what is planned, seen and judged is the same on both; which one it is, nobody asks but who makes it. On the wire
nothing depends on anything but seed and plan: neither on the machine nor on what ran before.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Protocol

from copyjob.conformance.adapter import Adapter
from copyjob.conformance.backend import Declared
from copyjob.conformance.interface import Power
from copyjob.conformance.lag import LagMeter
from copyjob.conformance.origin.memory import MemoryNet
from copyjob.conformance.origin.server import Origin
from copyjob.conformance.pace import MemoryPace, Pace, RealPace
from copyjob.conformance.plan import Plan
from copyjob.spec.console import UsageError
from copyjob.spec.vocabulary import Dialect

_MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 everything goes into a folder of its own there


class Wire(Enum):
    """What lies between a backend and the origin. The value is the spelling of commands and reports."""

    HTTP = "http"
    """HTTP over sockets of loopback."""
    MEMORY = "memory"
    """The kit's wire (power ``wire``): no socket, no thread, no waiting."""


class Ground(Protocol):
    """An origin, a pace, and backends that reach the one at the other."""

    origin: Origin
    pace: Pace

    def adapter(self, declared: Declared, dialect: Dialect, folder: Path) -> Adapter:
        """Construct a backend."""
        ...

    def begin(self, plan: Plan) -> None:
        """Make ready for a plan."""
        ...

    def place(self, folder: Path, number: int) -> Path:
        """Return the folder, in this one, for the files of the ``number``-th plan."""
        ...

    def leave(self, place: Path) -> None:
        """Clear the place of a plan that is over."""
        ...

    def close(self) -> None:
        """End the origin."""
        ...


class HttpGround:
    """Sockets of loopback, and real time."""

    def __init__(self, seed: int) -> None:
        """Start the origin; the seed decides which of several callers goes first."""
        self._order = random.Random(seed)  # noqa: S311 an order, not a secret
        self.origin = Origin()
        self._lag = LagMeter()
        self.pace: Pace = RealPace(self.origin, self._lag)

    def adapter(self, declared: Declared, dialect: Dialect, folder: Path) -> Adapter:
        """Construct a backend that downloads by itself."""
        return Adapter(declared, dialect, folder, order=self._order)

    def begin(self, plan: Plan) -> None:
        """Do nothing."""

    def place(self, folder: Path, number: int) -> Path:
        """Return a folder that nothing of an earlier plan, however late, can reach."""
        return folder / f"plan-{number}"

    def leave(self, place: Path) -> None:
        """Remove the folder."""
        shutil.rmtree(place, ignore_errors=True)

    def close(self) -> None:
        """End the origin."""
        self.origin.close()
        self._lag.close()


class MemoryGround:
    """The kit's wire, and time that only the kit lets pass."""

    def __init__(self, seed: int) -> None:
        """Begin; the seed decides about every delay."""
        self._seed = seed
        self._net = MemoryNet()
        self.origin = Origin(self._net)
        self.pace: Pace = MemoryPace(self._net)

    def adapter(self, declared: Declared, dialect: Dialect, folder: Path) -> Adapter:
        """Construct a backend on the wire; what the one before had begun is over."""
        self._net.drop_clients()
        adapter = Adapter(declared, dialect, folder, wire=self._net, turns=self._net.chance)
        self._net.hear = adapter.hear
        return adapter

    def begin(self, plan: Plan) -> None:
        """Let delays depend on seed and plan alone."""
        self._net.chance.seed(f"{self._seed} {plan.steps!r}")

    def place(self, folder: Path, number: int) -> Path:  # noqa: ARG002 one after the other is in it
        """Return the one folder for all: a backend without threads is never late."""
        return folder / "plan"

    def leave(self, place: Path) -> None:
        """Do nothing: the worlds have emptied their folders."""

    def close(self) -> None:
        """End the origin."""
        self.origin.close()


def standing_on(declared: Declared, wire: Wire) -> Declared:
    """Return the backend; UsageError where it cannot be checked over this wire."""
    if wire is Wire.MEMORY and not declared.has(Power.WIRE):
        raise UsageError(
            f"backend {declared.name} does not declare the power wire, so it cannot be checked in memory; "
            "leave out --wire memory"
        )
    return declared


def ground_for(wire: Wire, seed: int) -> Ground:
    """Return a ground."""
    return HttpGround(seed) if wire is Wire.HTTP else MemoryGround(seed)


@contextmanager
def temporary_folder(wire: Wire) -> Generator[Path]:
    """Make a folder for a bench, gone afterwards: in memory for runs in memory, where the machine has such a place."""
    in_memory = wire is Wire.MEMORY and os.access(_MEMORY_FOLDER, os.W_OK | os.X_OK)
    with tempfile.TemporaryDirectory(prefix="copyjob-", dir=_MEMORY_FOLDER if in_memory else None) as folder:
        yield Path(folder)
