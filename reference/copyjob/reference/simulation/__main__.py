"""``python -m copyjob.reference.simulation``: simulate seed after seed, or replay one.

Law: a failure prints its seed and step, and the command that has it again; the exit code is 1 then, 2 for bad input.

It does not know what a run does.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

from copyjob.reference.simulation.exhaust import Case, case_named, cases, lives, try_case
from copyjob.reference.simulation.run import STEPS, Outcome, simulate
from copyjob.spec.vocabulary import Dialect


def version() -> str:
    """Return what is simulated: the commit where this is a checkout, else the version that is installed."""
    git = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty", "--abbrev=12"]
    with contextlib.suppress(OSError):
        found = subprocess.run(git, capture_output=True, text=True, check=False)  # noqa: S603 nothing comes from outside
        if found.returncode == 0:
            return found.stdout.strip()
    return metadata.version("copyjob")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _told(outcome: Outcome, steps: int, *, power: bool) -> bool:
    """Say what broke and how to have it again; return whether something did."""
    if outcome.failure is None:
        return False
    _say(f"seed {outcome.seed}, step {outcome.steps}, version {version()}: {outcome.failure}")
    extra = ("" if steps == STEPS else f" --steps {steps}") + ("" if power else " --no-power")
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


def _broke(case: Case) -> bool:
    """Try a case; say what broke and how to have it again; return whether something did."""
    failure = try_case(case)
    if failure is None:
        return False
    _say(f"{case}, version {version()}: {failure}")
    _say(f"again with: python -m copyjob.reference.simulation --exhaust --only {case}")
    return True


def _exhaust(every: int) -> int:
    failures = tried = 0
    for dialect in Dialect:
        counts = dict.fromkeys(lives(dialect), 0)
        for case in cases(dialect, every=every):
            counts[case.life] += 1
            failures += _broke(case)
        tried += sum(counts.values())
        _say(f"{dialect.value}: " + ", ".join(f"{life} {count}" for life, count in counts.items()))
    _say(f"{tried} cases, {failures} failures")
    return int(failures > 0)


def main(argv: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser("simulation", description="Simulate the service on a faulty machine.")
    parser.add_argument("--seed", type=int, help="replay this seed alone")
    parser.add_argument("--first", type=int, default=0, metavar="SEED", help="begin a campaign here (0)")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long a campaign goes on (10)")
    parser.add_argument("--steps", type=int, default=STEPS, help=f"steps a seed ({STEPS})")
    parser.add_argument("--trace", metavar="FILE", help="write the trace of the replayed seed here")
    parser.add_argument(
        "--power", action=argparse.BooleanOptionalAction, default=True, help="lose the power too, not only the process"
    )
    parser.add_argument("--exhaust", action="store_true", help="every crash and fault at every point of fixed lives")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="of --exhaust one case in N (1)")
    parser.add_argument("--only", metavar="CASE", help="of --exhaust this case alone")
    chosen = parser.parse_args(argv)
    if chosen.steps < 1 or not 0 <= chosen.seconds < float("inf"):
        parser.error("--steps must be at least 1, --seconds a number from 0")
    if chosen.every < 1:
        parser.error("--every must be at least 1")
    if chosen.only is not None:
        try:
            return int(_broke(case_named(chosen.only)))
        except ValueError as error:
            parser.error(f"--only: {error}")
    if chosen.exhaust:
        return _exhaust(chosen.every)
    if chosen.seed is not None:
        return _replay(chosen.seed, chosen.steps, chosen.trace, power=chosen.power)
    return _campaign(chosen.first, chosen.seconds, chosen.steps, power=chosen.power)


if __name__ == "__main__":
    sys.exit(main())
