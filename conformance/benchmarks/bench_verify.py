"""How fast ``copyjob verify`` judges a trace, beside `transitions` firing the same events, and beside TLC.

``python conformance/benchmarks/bench_verify.py [--events N] [--jobs N] [--folder DIR] [--tlc EVENTS]``

The trace is made by a seeded walk on the table: every call and every change of state of ``--jobs`` jobs, interleaved at
random, as the reference writes them. It is kept in the folder and used again. CPU time is user and system of a process
of its own; the memory is what that process had at most.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from copyjob.spec import tla
from copyjob.spec._checkers import Tlc
from copyjob.spec._model import model_name
from copyjob.spec.compiled import Edge, IntegerTable, integer_table
from copyjob.spec.facts import INITIAL, Configuration, apply
from copyjob.spec.machine import SpecMachine
from copyjob.spec.table import FINAL
from copyjob.spec.table import table as spec_table
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


def steps(events: int, jobs: int, *, silent: bool = False) -> Iterator[tuple[int, Operation | InternalEvent, Edge]]:
    """Yield the steps of the walk: the number of the job, the label and the edge; ``events`` that a trace tells, and
    where that is asked for the ``silent`` ones between them.
    """
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
        elif silent:
            yield job, label, edge
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


def fired(events: int, jobs: int) -> float:
    """Return how many of the trace's events a CPU second `transitions` fires; nothing is read, nothing is believed."""
    full, table = spec_table(Dialect.BITS), integer_table(Dialect.BITS)
    spec = SpecMachine(full)
    here = [INITIAL] * jobs
    triggers: list[tuple[int, Configuration, str]] = []
    for job, label, edge in steps(events, jobs, silent=True):
        dest = table.configurations[edge.dest]
        triggers.append((job, dest, label.value + _trigger(table, edge, here[job], dest)))
        here[job] = dest
    walked = [spec.job() for _ in range(jobs)]
    began = time.process_time()
    for job, _, trigger in triggers:
        spec.fire(walked[job], trigger)
    seconds = time.process_time() - began
    assert [job.configuration for job in walked] == here
    return len(triggers) / seconds


def _trigger(table: IntegerTable, edge: Edge, at: Configuration, dest: Configuration) -> str:
    return next(
        answer.trigger
        for answer in table.rows[edge.row].all_answers
        if answer.hresult == edge.hresult and Configuration(answer.dest, apply(answer.effects, at.facts)) == dest
    )


def explored(events: int, folder: Path) -> tuple[float, float]:
    """Return how many CPU seconds, and MiB at most, TLC takes for the trace of one job with so many events.

    It is given the generated model, and told to take the steps of the trace, and any that change no state between them.
    """
    full, table = spec_table(Dialect.BITS), integer_table(Dialect.BITS)
    labels = {row.label.value: row.label for row in full.rows}
    told = ",\n".join(
        f'<<"{label.value}", "{table.configurations[edge.dest].state.name}">>' for _, label, edge in steps(events, 1)
    )
    taken = "\n".join(f'    \\/ Told[at + 1][1] = "{name}" /\\ {name}' for name in labels)
    unseen = "\n".join(f"    \\/ {name}" for name, label in labels.items() if isinstance(label, InternalEvent))
    (folder / f"{model_name(full)}.tla").write_text(tla.to_module(full), encoding="utf-8")
    (folder / "Told.tla").write_text(
        f"---- MODULE Told ----\nEXTENDS {model_name(full)}, Sequences\nVARIABLE at\nTold == <<\n{told}>>\n"
        f"Step ==\n{taken}\nUnseen ==\n{unseen}\n"
        "Begin == Init /\\ at = 0\n"
        "Go == /\\ at < Len(Told)\n      /\\ \\/ Step /\\ state' = Told[at + 1][2] /\\ at' = at + 1\n"
        "         \\/ Unseen /\\ state' = state /\\ at' = at\n"
        "Open == at < Len(Told)\n====\n",
        encoding="utf-8",
    )
    (folder / "Told.cfg").write_text("CONSTANT FilesBound = 3\nINIT Begin\nNEXT Go\nINVARIANT Open\n", encoding="utf-8")
    tlc = Tlc.found()
    command = [tlc.java, "-XX:+UseSerialGC", "-Xmx1g", f"-Djava.io.tmpdir={folder}", "-cp", str(tlc.tools), "tlc2.TLC"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [*command, "-deadlock", "-workers", "1", "-metadir", str(folder / "states"), "Told"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert "Invariant Open is violated" in done.stdout, done.stdout[-2000:]
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, after.ru_maxrss / 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--jobs", type=int, default=1_000)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--fire", type=int, default=100_000, metavar="EVENTS", help="of the trace, by transitions")
    parser.add_argument("--tlc", type=int, default=2_000, metavar="EVENTS", help="of one job, by TLC; 0: without it")
    asked = parser.parse_args()
    if asked.tlc:
        # First: a process that ran later and took more memory would be told instead.
        with tempfile.TemporaryDirectory() as name:
            seconds, mib = explored(asked.tlc, Path(name))
        print(f"TLC: {seconds:.2f} CPU s, {asked.tlc / seconds:.0f} events/s of one job, {mib:.0f} MiB")
    rate = fired(asked.fire, asked.jobs)
    print(f"transitions: {rate / 1e3:.0f} k events/s fired, nothing read")
    path = asked.folder / f"copyjob-verify-{asked.events}-{asked.jobs}.ndjson"
    if not path.exists():
        write(path, asked.events, asked.jobs)
    seconds, mib, said = child(VERIFY, str(path))
    print(f"{path.stat().st_size / 1e6:.0f} MB; {said}")
    print(f"copyjob verify: {seconds:.2f} CPU s, {asked.events / seconds / 1e6:.2f} M events/s, {mib:.0f} MiB")


if __name__ == "__main__":
    main()
