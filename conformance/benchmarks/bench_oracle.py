"""How quick the oracle is beside the ``transitions`` machine, a CPU second each, on the same walks through the table.

A walk is made on the machine: triggers fired at random, and what an observer would have seen of them. Then the machine
fires the same triggers again, which it is told one by one; the oracle judges the observations, from which it must find
them. A *cold* judge remembers nothing yet, a *warm* one has judged these walks before, as in a long campaign it has.

All three run in turns; medians over the rounds. Ratios carry over to another machine, absolute figures do not.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from copyjob.conformance.observation import Called, Causes, Observation, Sampled, bits_of
from copyjob.conformance.oracle import Judge, first_rejection
from copyjob.spec.compiled import FILES_BOUND, integer_table
from copyjob.spec.machine import SpecMachine
from copyjob.spec.table import FINAL, table
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, Operation

ROUNDS, WALKS, STEPS = 9, 60, 60
ENDING = (Operation.CANCEL, Operation.COMPLETE, InternalEvent.EXPIRY)


@dataclass(frozen=True)
class Walk:
    """Triggers of the machine, and what was seen of them."""

    triggers: tuple[str, ...]
    observations: tuple[Observation, ...]


def walk(machine: SpecMachine, chance: random.Random) -> Walk:
    """Walk at random; what happens by itself is seen at the next sample, with its cause."""
    job, triggers, seen = machine.job(), list[str](), list[Observation]()
    happened: set[InternalEvent] = set()

    def causes() -> Causes:
        return Causes(bits_of(happened), job.facts.files_done)

    while len(triggers) < STEPS and job.state not in FINAL:
        enabled = [
            name
            for name in machine.enabled(job)
            if not (machine.label(name) is Operation.ADD_FILE and job.facts.files_total == FILES_BOUND)
            and (machine.label(name) not in ENDING or chance.random() < 1 / STEPS)
        ]
        trigger = chance.choice(enabled)
        label = machine.label(trigger)
        if isinstance(label, InternalEvent):
            happened.add(label)
            machine.fire(job, trigger)
        else:
            before = causes()
            machine.fire(job, trigger)
            seen.append(Called(label, Hresult[trigger.split(".")[1]], before))
        triggers.append(trigger)
        if chance.random() < 0.5:
            seen.append(Sampled(job.state, causes()))
            happened.clear()
    return Walk(tuple(triggers), tuple(seen))


def rate(count: int, action: Callable[[], object]) -> float:
    """Return how many of ``count`` are done in a CPU second."""
    started = time.process_time()
    action()
    return count / (time.process_time() - started)


def main() -> None:
    """Measure and print."""
    print(f"medians of {ROUNDS} interleaved rounds, {WALKS} walks a dialect")
    for dialect in Dialect:
        machine, chance = SpecMachine(table(dialect)), random.Random(0)
        walks = [walk(machine, chance) for _ in range(WALKS)]
        fired = sum(len(one.triggers) for one in walks)
        seen = sum(len(one.observations) for one in walks)
        warm = Judge(integer_table(dialect))

        def fire(machine: SpecMachine = machine, walks: list[Walk] = walks) -> None:
            for one in walks:
                job = machine.job()
                for trigger in one.triggers:
                    assert machine.fire(job, trigger)

        def judge(judge: Judge, walks: list[Walk] = walks) -> None:
            assert all(first_rejection(judge, one.observations) is None for one in walks)

        judge(warm)
        rates: dict[str, list[float]] = {"machine": [], "cold": [], "warm": []}
        for _ in range(ROUNDS):
            rates["machine"].append(rate(fired, fire))
            rates["cold"].append(rate(seen, lambda: judge(Judge(integer_table(dialect)))))  # noqa: B023 called at once
            rates["warm"].append(rate(seen, lambda: judge(warm)))  # noqa: B023 likewise
        middle = {name: statistics.median(of) for name, of in rates.items()}
        print(f"{dialect.value}: {fired} triggers, {seen} observations")
        print(f"  machine, told every trigger  {middle['machine']:9.0f} triggers a CPU second")
        for name in ("cold", "warm"):
            print(
                f"  oracle, {name} judge           {middle[name]:9.0f} observations a CPU second,"
                f" the same walks {middle[name] / seen * fired / middle['machine']:.1f} times as fast as the machine"
            )


if __name__ == "__main__":
    main()
