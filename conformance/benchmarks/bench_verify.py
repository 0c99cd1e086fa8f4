"""How fast ``copyjob verify`` judges a trace, beside `transitions` firing the same events, and beside TLC.

``python conformance/benchmarks/bench_verify.py [--events N] [--jobs N] [--folder DIR] [--tlc EVENTS]``

The trace is made by a seeded walk on the table: every call and every change of state of ``--jobs`` jobs, interleaved at
random, as the reference writes them. It is kept in the folder and used again. CPU time is user and system of a process
of its own; the memory is what that process had at most.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from copyjob.spec.compiled import Edge, IntegerTable, integer_table
from copyjob.spec.table import FINAL
from copyjob.spec.vocabulary import Dialect, InternalEvent, Operation

SEED = 7


def ways_of(table: IntegerTable) -> list[list[tuple[Operation | InternalEvent, Edge]]]:
    """Return for each configuration its ways that keep a job alive and follow no tolerated answer."""
    final = sum(table.by_state[state] for state in FINAL)
    return [
        [
            (label, edge)
            for label, edges in table.edges.items()
            for edge in edges[number]
            if not final >> edge.dest & 1 and not edge.tolerated and label is not InternalEvent.RESTART
        ]
        for number in range(len(table.configurations))
    ]


def steps(events: int, jobs: int) -> Iterator[tuple[int, Operation | InternalEvent, Edge]]:
    """Yield the steps of the walk that a trace tells: the number of the job, the label and the edge."""
    table, dice = integer_table(Dialect.BITS), random.Random(SEED)
    ways = ways_of(table)
    states = [configuration.state for configuration in table.configurations]
    here = [table.initial.bit_length() - 1] * jobs
    told = 0
    while told < events:
        job = int(dice.random() * jobs)
        options = ways[here[job]]
        label, edge = options[int(dice.random() * len(options))]
        if isinstance(label, Operation) or states[edge.dest] is not states[here[job]]:
            yield job, label, edge
            told += 1
        here[job] = edge.dest


def names(jobs: int) -> list[str]:
    """Return ids as a GUID looks."""
    dice = random.Random(SEED)
    digits = [f"{dice.getrandbits(128):032x}" for _ in range(jobs)]
    return [f"{d[:8]}-{d[8:12]}-{d[12:16]}-{d[16:20]}-{d[20:]}" for d in digits]


def write(path: Path, events: int, jobs: int) -> None:
    """Write the trace, all jobs created first."""
    table, ids = integer_table(Dialect.BITS), names(jobs)
    state_of = [configuration.state.name for configuration in table.configurations]
    with path.open("w", encoding="ascii") as stream:
        stream.write(
            '{"seq":1,"time_seconds":1700000000.0,"event":"start","dialect":"BITS","version":1,'
            '"complete":["calls","events"]}\n'
        )
        for number, name in enumerate(ids, 2):
            stream.write(
                f'{{"seq":{number},"time_seconds":1700000000.0,"job":"{name}",'
                '"operation":"create_job","hresult":0,"state":"SUSPENDED"}\n'
            )
        now = 1700000000.0
        for number, (job, label, edge) in enumerate(steps(events, jobs), jobs + 2):
            now += 0.0137
            what = (
                f'"operation":"{label.value}","hresult":{edge.hresult:d}'
                if isinstance(label, Operation)
                else f'"event":"{label.value}"'
            )
            stream.write(
                f'{{"seq":{number},"time_seconds":{now!r},"job":"{ids[job]}",{what},"state":"{state_of[edge.dest]}"}}\n'
            )


def child(code: str, *arguments: str) -> tuple[float, float, str]:
    """Run a program in a process of its own; return its CPU seconds, the MiB it had at most, and what it printed."""
    meter = (
        "import resource, sys\n" + code + "\nusage = resource.getrusage(resource.RUSAGE_SELF)\n"
        "print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)\n"
    )
    done = subprocess.run([sys.executable, "-c", meter, *arguments], check=True, capture_output=True, text=True)
    *said, numbers = done.stdout.splitlines()
    seconds, mib = map(float, numbers.split())
    return seconds, mib, " ".join(said)


VERIFY = """
from pathlib import Path
from copyjob.conformance.traces.lines import opened
from copyjob.conformance.traces.verify import Verifier
with opened(Path(sys.argv[1])) as stream:
    judged = Verifier(stream, "trace").run()
print(judged.lines, "lines,", judged.jobs, "jobs,", len(judged.impossible), "impossible")
"""


FIRE = """
import time
sys.path.insert(0, sys.argv[1])
from bench_verify import steps
from copyjob.spec.machine import SpecJob, SpecMachine
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect, Operation
count, jobs = int(sys.argv[2]), int(sys.argv[3])
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--jobs", type=int, default=1_000)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    asked = parser.parse_args()
    path = asked.folder / f"copyjob-verify-{asked.events}-{asked.jobs}.ndjson"
    if not path.exists():
        write(path, asked.events, asked.jobs)
    seconds, mib, said = child(VERIFY, str(path))
    print(f"{path.stat().st_size / 1e6:.0f} MB; {said}")
    print(f"copyjob verify: {seconds:.2f} CPU s, {asked.events / seconds / 1e6:.2f} M events/s, {mib:.0f} MiB")


if __name__ == "__main__":
    main()
