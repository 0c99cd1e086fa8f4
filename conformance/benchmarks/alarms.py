"""False alarms: full checks of backends that conform, each with another seed, on all processors.

In memory every delay is drawn at every sample point; over HTTP the machine itself delays, the more so as every
processor is kept busy. A single divergence is a false alarm, and fails. With none in n runs, a rate above 3/n is
excluded with 95 % confidence (the rule of three; what is printed is exact).

Run with: ``make alarms`` (``RUNS=200 HTTP_RUNS=20 FIRST=0``); exit code 1 on any alarm.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from copyjob.conformance.backend import Declared, declare, load
from copyjob.conformance.bench import Bench
from copyjob.conformance.confirm import divergences_of
from copyjob.conformance.ground import Wire
from copyjob.conformance.mutants.puppet import puppet
from copyjob.conformance.record import Verdict
from copyjob.conformance.settings import plans_for, table_for
from copyjob.spec.compiled import compile_table
from copyjob.spec.vocabulary import Dialect

WALKS = 16


@dataclass(frozen=True)
class Asked:
    """One run: one dialect of one backend, all plans."""

    backend: str
    dialect: Dialect
    wire: Wire
    seed: int


@dataclass(frozen=True)
class Came:
    """What came of it."""

    asked: Asked
    alarms: tuple[str, ...]
    unclear: int
    observations: int


def backend(name: str, seed: int) -> Declared:
    """Return the puppet of the right table, or a backend by its name."""
    return declare(puppet(seed=seed), "puppet") if name == "puppet" else load(name)


def run(asked: Asked) -> Came:
    """Run all plans of one dialect, and tell every divergence."""
    declared = backend(asked.backend, asked.seed)
    own = table_for(declared, asked.dialect)
    plans = plans_for(declared, own, seed=asked.seed, walk_count=WALKS)
    alarms: list[str] = []
    unclear = observations = 0
    memory = Path("/dev/shm")
    root = memory if memory.is_dir() else None
    with (
        TemporaryDirectory(dir=root, ignore_cleanup_errors=True) as folder,
        Bench(declared, compile_table(own), Path(folder) / "bench", wire=asked.wire, seed=asked.seed) as bench,
    ):
        for plan in plans:
            record = bench.run_patiently(plan)
            observations += len(record.observations)
            unclear += record.verdict in (Verdict.INCONCLUSIVE, Verdict.ERRORED)
            alarms += [f"{found.observation}: {plan}" for found in divergences_of(bench.judge, record)]
    return Came(asked, tuple(alarms), unclear, observations)


def look(pool: ProcessPoolExecutor, names: list[str], wire: Wire, seeds: range) -> bool:
    """Run over one wire; a line for every run as it ends, and one for all. Whether there was an alarm."""
    asked = [Asked(names[seed % len(names)], dialect, wire, seed) for seed in seeds for dialect in Dialect]
    began = time.monotonic()
    done: list[Came] = []
    for came in pool.map(run, asked):
        done.append(came)
        if not (came.alarms or len(done) % len(Dialect) == 0):
            continue
        number, own = len(done) // len(Dialect), came.asked
        told = f"  {wire.value} {number} of {len(seeds)}, seed {own.seed}, {own.backend}"
        print(f"{told}: {len(came.alarms)} alarms, {time.monotonic() - began:.0f} s", flush=True)
        for alarm in came.alarms:
            print(f"    {came.asked.dialect.name}: {alarm}", flush=True)
    count = len({came.asked.seed for came in done if came.alarms})
    runs = len(seeds)
    rate = f"; a rate above {1 - 0.05 ** (1 / runs):.1%} a run is excluded (95 %)" if runs and not count else ""
    print(
        f"{wire.value}: {runs} runs of {' and '.join(names)} in turn, both dialects: {count} with alarms, "
        f"{sum(each.unclear for each in done)} plans unclear, {sum(each.observations for each in done):,} "
        f"observations, {time.monotonic() - began:.0f} s{rate}",
        flush=True,
    )
    return count > 0


def main() -> int:
    """Run, and print a line a run and one a wire."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=200, help="checks in memory, of both dialects each (200)")
    parser.add_argument("--http-runs", type=int, default=20, help="checks over HTTP, of both dialects each (20)")
    parser.add_argument("--first", type=int, default=0, help="the first seed (0)")
    parser.add_argument("--backend", action="append", help="default: reference and puppet, in turn")
    args = parser.parse_args()
    names = args.backend or ["reference", "puppet"]
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as pool:
        seeds = {
            Wire.MEMORY: range(args.first, args.first + args.runs),
            Wire.HTTP: range(args.first, args.first + args.http_runs),
        }
        alarmed = [look(pool, names, wire, own) for wire, own in seeds.items()]
    return 1 if any(alarmed) else 0


if __name__ == "__main__":
    sys.exit(main())
