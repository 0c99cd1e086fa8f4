"""Steps a second: look-ups in the integer table against the machine behind it, over the same walks.

Law: both sides take the same steps and must end in the same places, which is checked before anything is
measured. Rounds are interleaved, CPU seconds of this process are counted, medians are printed.
It writes nothing.

The walks are random with a fixed seed, 40 steps each, and keep out of final states, where a job would only be
refused.
"""

from __future__ import annotations

import random
from statistics import median
from time import process_time
from typing import TYPE_CHECKING, NamedTuple

from copyjob.spec.compiled import compile_machine
from copyjob.spec.explore import steps
from copyjob.spec.facts import INITIAL
from copyjob.spec.machine import SpecMachine
from copyjob.spec.table import FINAL, table
from copyjob.spec.vocabulary import Dialect

if TYPE_CHECKING:
    from copyjob.spec.compiled import IntegerTable, Label
    from copyjob.spec.facts import Configuration
    from copyjob.spec.vocabulary import Hresult, JobState

FILES_BOUND = 3
EVENTS_TOTAL = 20_000
STEPS_A_WALK = 40
ROUNDS = 7


class Move(NamedTuple):
    """One observed step, as each side wants to be told of it."""

    trigger: str
    label: Label
    hresult: Hresult | None
    dest: JobState


def walks(dialect: Dialect) -> list[list[Move]]:
    """Return random walks of ``EVENTS_TOTAL`` steps together."""
    chance = random.Random(20)
    rows = table(dialect)
    found: list[list[Move]] = []
    left = EVENTS_TOTAL
    while left:
        at, walk = INITIAL, list[Move]()
        while left and len(walk) < STEPS_A_WALK:
            step = chance.choice([s for s in steps(rows, at, FILES_BOUND) if s.dest.state not in FINAL])
            trigger = step.row.label.value + step.answer.trigger
            walk.append(Move(trigger, step.row.label, step.answer.hresult, step.answer.dest))
            at = step.dest
            left -= 1
        found.append(walk)
    return found


def by_machine(machine: SpecMachine, walked: list[list[Move]]) -> list[Configuration]:
    """Fire every step and return where each walk ended."""
    ends: list[Configuration] = []
    for walk in walked:
        job = machine.job()
        for move in walk:
            machine.fire(job, move.trigger)
        ends.append(job.configuration)
    return ends


def by_table(compiled: IntegerTable, walked: list[list[Move]]) -> list[Configuration]:
    """Look every step up and return where each walk ended."""
    configurations, edges = compiled.configurations, compiled.edges
    initial = compiled.index[INITIAL]
    ends: list[Configuration] = []
    for walk in walked:
        at = initial
        for _, label, hresult, dest in walk:
            for edge in edges[label][at]:
                if edge.hresult is hresult and configurations[edge.dest].state is dest:
                    at = edge.dest
                    break
        ends.append(configurations[at])
    return ends


def measure(dialect: Dialect) -> None:
    """Print the medians of one dialect."""
    machine = SpecMachine(table(dialect))
    compiled = compile_machine(machine, FILES_BOUND)
    walked = walks(dialect)
    assert by_machine(machine, walked) == by_table(compiled, walked), "the two sides disagree"
    machine_seconds: list[float] = []
    table_seconds: list[float] = []
    for _ in range(ROUNDS):
        start = process_time()
        by_machine(machine, walked)
        middle = process_time()
        by_table(compiled, walked)
        end = process_time()
        machine_seconds.append(middle - start)
        table_seconds.append(end - middle)
    slow, fast = median(machine_seconds), median(table_seconds)
    print(
        f"{dialect.value:4}  {EVENTS_TOTAL} events in {len(walked)} walks, median of {ROUNDS}: "
        f"machine {EVENTS_TOTAL / slow:>10,.0f} events/s ({slow:.3f} CPU s)   "
        f"integer table {EVENTS_TOTAL / fast:>10,.0f} events/s ({fast:.4f} CPU s)   "
        f"ratio {slow / fast:.0f}"
    )


if __name__ == "__main__":
    for each in Dialect:
        measure(each)
