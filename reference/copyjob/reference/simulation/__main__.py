"""``python -m copyjob.reference.simulation``: simulate seed after seed, or replay one.

Law: a failure prints its seed and step, and the command that has it again; the exit code is 1 then, 2 for bad input.

It does not know what a run does.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from pathlib import Path

from copyjob.reference.simulation.exhaust import MODES, lives
from copyjob.reference.simulation.run import STEPS, Outcome, simulate
from copyjob.spec.vocabulary import Dialect


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _told(outcome: Outcome, steps: int, *, power: bool) -> bool:
    """Say what broke and how to have it again; return whether something did."""
    if outcome.failure is None:
        return False
    _say(f"seed {outcome.seed}, step {outcome.steps}: {outcome.failure}")
    extra = ("" if steps == STEPS else f" --steps {steps}") + (" --power" if power else "")
    _say(f"again with: python -m copyjob.reference.simulation --seed {outcome.seed}{extra} --trace trace.ndjson")
    return True


def _replay(seed: int, steps: int, trace: str | None, *, power: bool) -> int:
    outcome = simulate(seed, steps, power=power)
    if trace is not None:
        Path(trace).write_text(outcome.trace, encoding="utf-8")
    digest = hashlib.sha256(outcome.trace.encode()).hexdigest()
    _say(
        f"seed {seed}: {outcome.steps} steps, {outcome.changes} changes of state ({outcome.faulted_changes} faulted), "
        f"{outcome.crashes} crashes, trace sha256 {digest}"
    )
    return int(_told(outcome, steps, power=power))


def _campaign(first: int, seconds: float, steps: int, *, power: bool) -> int:
    began, cpu_began = time.monotonic(), time.process_time()
    seed, failures, changes, faulted, crashes = first, 0, 0, 0, 0
    while seed == first or time.monotonic() - began < seconds:
        outcome = simulate(seed, steps, power=power)
        failures += _told(outcome, steps, power=power)
        changes, faulted, crashes = (
            changes + outcome.changes,
            faulted + outcome.faulted_changes,
            crashes + outcome.crashes,
        )
        seed += 1
    cpu_seconds = time.process_time() - cpu_began
    _say(
        f"seeds {first} to {seed - 1}: {changes} changes of state, {faulted} of them faulted, {crashes} crashes, "
        f"{faulted / max(cpu_seconds, 1e-9):.0f} faulted changes a CPU second, {failures} failures"
    )
    return int(failures > 0)


def _exhaust(*, power: bool) -> int:
    failed = False
    for dialect in Dialect:
        for mode in MODES:
            if mode == "power" and not power:
                continue
            found = list(lives(mode, dialect))
            for point, failure in found:
                if failure is not None:
                    failed = True
                    _say(f"{dialect.value}, {mode} at point {point}: {failure}")
            _say(f"{dialect.value}: {mode} at each of {len(found)} points")
    return int(failed)


def main(argv: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser("simulation", description="Simulate the service on a faulty machine.")
    parser.add_argument("--seed", type=int, help="replay this seed alone")
    parser.add_argument("--first", type=int, default=0, metavar="SEED", help="begin a campaign here (0)")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long a campaign goes on (10)")
    parser.add_argument("--steps", type=int, default=STEPS, help=f"steps a seed ({STEPS})")
    parser.add_argument("--trace", metavar="FILE", help="write the trace of the replayed seed here")
    parser.add_argument("--power", action="store_true", help="lose the power too, not only the process")
    parser.add_argument("--exhaust", action="store_true", help="a crash and a fault at every point of one fixed life")
    chosen = parser.parse_args(argv)
    if chosen.steps < 1 or not 0 <= chosen.seconds < float("inf"):
        parser.error("--steps must be at least 1, --seconds a number from 0")
    if chosen.exhaust:
        return _exhaust(power=chosen.power)
    if chosen.seed is not None:
        return _replay(chosen.seed, chosen.steps, chosen.trace, power=chosen.power)
    return _campaign(chosen.first, chosen.seconds, chosen.steps, power=chosen.power)


if __name__ == "__main__":
    sys.exit(main())
