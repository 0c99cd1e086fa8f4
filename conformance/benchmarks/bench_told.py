"""How long it takes from the first occurrence of a divergence until it is told, shrunk and confirmed.

For every miniature, in memory and over HTTP: from the moment in which a run was ended by what it saw until the finding
is handed on. Two kinds wait for real over HTTP and need longer: what shows only as a wait, and what shows only after
bytes in flight have landed; they are told apart.

Run with: ``python conformance/benchmarks/bench_told.py [--wire memory] [NAME ...]``.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from copyjob.conformance import attempt as attempting
from copyjob.conformance.backend import declare
from copyjob.conformance.confirm import Divergence, confirmed
from copyjob.conformance.ground import Wire
from copyjob.conformance.interface import Power
from copyjob.conformance.mutants.catch import catch
from copyjob.conformance.mutants.miniatures import BY_NAME, MINIATURES, Miniature
from copyjob.conformance.plan import Linger
from copyjob.conformance.runner import Run

AIM_SECONDS = 2.0


@dataclass
class Watched:
    """What was seen of one catch from outside: when runs ended, and when the last finding was told."""

    ended: list[float]
    first: float = 0.0
    told: float = 0.0
    runs: int = 0


@contextmanager
def stopwatch() -> Generator[Watched]:
    """Note when runs are over and findings are told, for as long as this lasts."""
    watched = Watched([])
    clean_up: Callable[[Run], None] = vars(Run)["_clean_up"]

    def cleaning_up(run: Run) -> None:
        watched.ended.append(time.monotonic())
        clean_up(run)

    def confirming(*args: Any, **options: Any) -> Divergence:
        watched.first, before = watched.ended[-1], len(watched.ended)
        found = confirmed(*args, **options)
        watched.told, watched.runs = time.monotonic(), len(watched.ended) - before
        return found

    # A run cleans up as soon as it has seen enough.
    with patch.object(Run, "_clean_up", cleaning_up), patch.object(attempting, "confirmed", confirming):
        yield watched


@dataclass(frozen=True)
class Told:
    """One miniature on one wire; ``waits`` says whether each run of what was found waits for real."""

    name: str
    seconds: float
    runs: int
    steps: int
    waits: bool


def measure(miniature: type[Miniature], wire: Wire) -> Told | None:
    """Catch a miniature; None where it cannot be run on this wire."""
    if wire is Wire.MEMORY and not declare(miniature, miniature.__name__).has(Power.WIRE):
        return None
    with stopwatch() as watched:
        found = catch(miniature, wire=wire).divergence
    if found is None:
        raise SystemExit(f"{miniature.__name__} was not caught over {wire.value}")
    steps = found.record.plan.steps
    waits = wire is Wire.HTTP and (found.late or Linger() in steps)
    return Told(miniature.__name__, watched.told - watched.first, watched.runs, len(steps), waits)


def summary(name: str, told: Sequence[Told]) -> str:
    """Return a line."""
    if not told:
        return f"{name}: none"
    seconds = [one.seconds for one in told]
    within = sum(one <= AIM_SECONDS for one in seconds)
    return (
        f"{name}: {within} of {len(told)} within {AIM_SECONDS:g} s; median {statistics.median(seconds):.2f} s, "
        f"at most {max(seconds):.2f} s; runs: median {statistics.median(one.runs for one in told):g}"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--wire", choices=[wire.value for wire in Wire], action="append", help="default: both")
    parser.add_argument("names", nargs="*", metavar="NAME", help="miniatures (default: all)")
    args = parser.parse_args()
    chosen = [BY_NAME[name] for name in args.names] or list(MINIATURES)
    for wire in [Wire(name) for name in args.wire or ("memory", "http")]:
        found = [told for miniature in chosen if (told := measure(miniature, wire)) is not None]
        for one in sorted(found, key=lambda one: -one.seconds):
            if one.seconds > AIM_SECONDS or args.names:
                waits = ", waits for real" if one.waits else ""
                print(f"  {one.name}: {one.seconds:.2f} s, {one.runs} runs, {one.steps} steps left{waits}")
        load = f"load {os.getloadavg()[0]:.1f}"
        print(summary(f"{wire.value}, {load}", [one for one in found if not one.waits]), flush=True)
        if any(one.waits for one in found):
            print(summary(f"{wire.value}, what waits for real", [one for one in found if one.waits]), flush=True)


if __name__ == "__main__":
    main()
