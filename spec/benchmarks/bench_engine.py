"""The vectorised engine against Spin, on one model, in one interleaved run; and what 10^7 configurations cost.

Laws: CPU seconds of child processes as the system accounts them, medians of all rounds, both sides in turn. Spin is
run in its exact mode on Promela generated from the same rows (``copyjob.spec.system_promela``); its compilers are not
counted, while the start of Python and the import of numpy are. Configurations, steps and the steps of every row must
be the same on both sides, or there is no figure. Memory is ``ru_maxrss`` of the child that did the work.

What the figure is, and is not: Spin executes every step. The engine counts steps that lead nowhere new in bulk, by
how many places have a job where the row holds; that is what it is good at, not a trick of the count.

Without Spin or gcc that comparison is left out, and says so.

    python spec/benchmarks/bench_engine.py [--rounds N] [--files N] [--jobs J] [--slots K] [--no-memory]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from copyjob.spec.system import System
from copyjob.spec.system_promela import to_system_promela
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect, JobPriority

COMPILED = ("gcc", "-DSAFETY", "-O2", "-DNOREDUCE", "-w", "-o", "pan", "pan.c")
CHECKED = ("./pan", "-m100000", "-w23", "-E")
STATES = re.compile(r"^\s*(\d+) states, stored", re.MULTILINE)
TRANSITIONS = re.compile(r"^\s*(\d+) transitions", re.MULTILINE)
TAKEN = re.compile(r"^taken (\S+) (\d+)$", re.MULTILINE)
MEMORY_JOBS, MEMORY_FILES, MEMORY_SLOTS = 4, 2, 2


class Counts(NamedTuple):
    """What both sides must agree on."""

    configurations: int
    steps: int
    taken: dict[str, int]


class Run(NamedTuple):
    """One child: what it counted, its CPU seconds, its largest resident set in MiB."""

    counts: Counts
    cpu_seconds: float
    resident_mib: float


def child(command: list[str], folder: str) -> tuple[str, float, float]:
    """Run a child; return its output, CPU seconds and largest resident set."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} ended with {process.returncode}:\n{output[-2000:]}")
    return output, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def spin(folder: str) -> Run:
    """Run the compiled checker; it must have seen everything."""
    output, seconds, mib = child(list(CHECKED), folder)
    if "max search depth too small" in output or "out of memory" in output or "errors: 0" not in output:
        raise SystemExit(f"Spin did not see everything:\n{output[:2000]}")
    states, transitions = STATES.search(output), TRANSITIONS.search(output)
    assert states is not None
    assert transitions is not None
    taken = {row: int(count) for row, count in TAKEN.findall(output)}
    # Spin counts the first state as if a transition had led to it.
    return Run(Counts(int(states[1]), int(transitions[1]) - 1, taken), seconds, mib)


def engine(system: System, folder: str, kind: str) -> Run:
    """Run the engine in a child of its own, from the start of Python to its end."""
    wanted = {
        "dialect": system.table.dialect.value,
        "files": system.files_bound,
        "jobs": len(system.priorities),
        "slots": system.slots,
        "kind": kind,
    }
    output, seconds, mib = child([sys.executable, str(Path(__file__).resolve()), "--child", json.dumps(wanted)], folder)
    got: dict[str, Any] = json.loads(output)
    return Run(Counts(got["configurations"], got["steps"], got["taken"]), seconds, mib)


def made(wanted: dict[str, Any]) -> System:
    """Return the system that is asked for: background jobs, all of them NORMAL."""
    priorities = (JobPriority.NORMAL,) * int(wanted["jobs"])
    return System(table(Dialect(wanted["dialect"])), int(wanted["files"]), priorities, int(wanted["slots"]))


def as_child(wanted: dict[str, Any]) -> None:
    """Do the engine's work and print what it counted."""
    from copyjob.spec.engine import explore_system
    from copyjob.spec.visited import SortedSet

    found = explore_system(made(wanted), visited=SortedSet() if wanted["kind"] == "sorted arrays" else None)
    counted = {
        "configurations": found.configurations_total,
        "steps": found.steps_total,
        "taken": dict(found.taken),
    }
    print(json.dumps(counted))


def told(name: str, run: Run, seconds: float) -> str:
    """Return a line of figures."""
    states, steps = run.counts.configurations, run.counts.steps
    return (
        f"  {name:22} {seconds:8.2f} CPU s {states / seconds:12,.0f} states/s {steps / seconds:14,.0f} steps/s "
        f"{run.resident_mib:6.0f} MiB"
    )


def against_spin(dialect: Dialect, args: argparse.Namespace) -> None:
    """Run both sides in turn and print medians."""
    wanted = {"dialect": dialect.value, "files": args.files, "jobs": args.jobs, "slots": args.slots}
    system = made(wanted)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "system.pml").write_text(to_system_promela(system), encoding="utf-8")
        subprocess.run(["spin", "-a", "system.pml"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(COMPILED, cwd=folder, check=True)
        ours: list[Run] = []
        theirs: list[Run] = []
        for _ in range(args.rounds):
            theirs.append(spin(folder))
            ours.append(engine(system, folder, "bitmap"))
    if any(run.counts != ours[0].counts for run in (*ours, *theirs)):
        raise SystemExit(f"{dialect.value}: the counts differ; there is no figure")
    counts = ours[0].counts
    print(
        f"{dialect.value}: {args.jobs} jobs, at most {args.files} files each, {args.slots} slots: "
        f"{counts.configurations} configurations, {counts.steps} steps,\n"
        f"  the same in Spin, and so are the steps of each of {len(counts.taken)} rows; {args.rounds} rounds"
    )
    mine, spins = (median(run.cpu_seconds for run in runs) for runs in (ours, theirs))
    print(told("Spin -O2, exact", theirs[0], spins))
    print(told("engine", ours[0], mine))
    print(f"  the engine visits {spins / mine:.1f} times as many states a CPU second")


def memory() -> None:
    """Print what more than 10^7 configurations cost, with either set."""
    wanted = {"dialect": "BITS", "files": MEMORY_FILES, "jobs": MEMORY_JOBS, "slots": MEMORY_SLOTS}
    print(f"BITS: {MEMORY_JOBS} jobs, at most {MEMORY_FILES} files each, {MEMORY_SLOTS} slots")
    seen: list[Counts] = []
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("bitmap", "sorted arrays"):
            run = engine(made(wanted), folder, kind)
            seen.append(run.counts)
            print(f"  {run.counts.configurations} configurations, {run.counts.steps} steps")
            print(told(f"engine, {kind}", run, run.cpu_seconds))
    if seen[0] != seen[1]:
        raise SystemExit("the two sets differ; there is no figure")


def main() -> None:
    """Print both comparisons."""
    parser = argparse.ArgumentParser(description="the engine against Spin")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--files", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=3)
    parser.add_argument("--slots", type=int, default=2)
    parser.add_argument("--no-memory", action="store_true")
    parser.add_argument("--child", type=json.loads, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child is not None:
        as_child(args.child)
        return
    missing = [tool for tool in ("spin", "gcc") if shutil.which(tool) is None]
    if missing:
        print(f"not compared with Spin: there is no {' and no '.join(missing)}; apt-get install spin gcc")
    for dialect in Dialect if not missing else ():
        against_spin(dialect, args)
    if not args.no_memory:
        memory()


if __name__ == "__main__":
    main()
