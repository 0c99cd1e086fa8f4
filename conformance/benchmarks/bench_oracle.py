"""How quick the oracle is beside two state machines, a CPU second each, on the same walks through the table.

A walk is made on the ``transitions`` machine: triggers fired at random, and what an observer would have seen of them.
Then two machines (``transitions``, and the same table as a ``python-statemachine``) fire the same triggers again, as
they are told one by one; the oracle judges the observations, from which it must find them.

*cold*  a judge that remembers nothing yet, *warm* one that has judged these walks before, as in a long campaign it has.
*kept*  the warm judge with everything around it that a run has beside its calls: several jobs by turns, each with its
        files, its cause book fed from journal entries, an observation made of every answer, the question whether the
        job may be active before and after it, a record, and at its end the ledger.

An *observation* is a judged step: one answer, sample or count. All run in turns; medians over the rounds. Ratios carry
over to another machine, absolute figures do not. ``--check`` fails where a ratio is not what was promised.
"""

from __future__ import annotations

import importlib
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import zip_longest
from typing import Any

from copyjob.conformance.backend import Declared
from copyjob.conformance.causes import CauseBook
from copyjob.conformance.garbage import rarely_looked_for
from copyjob.conformance.interface import Power
from copyjob.conformance.ledger import Bookkeeper
from copyjob.conformance.observation import CALLED, SAMPLED, Called, Causes, Observation, Sampled, bits_of
from copyjob.conformance.oracle import Judge, Oracle, first_rejection
from copyjob.conformance.origin.journal import Entry, EntryKind
from copyjob.conformance.origin.scripts import FaultKind
from copyjob.conformance.plan import Plan
from copyjob.conformance.record import Record
from copyjob.spec import facts as f
from copyjob.spec.compiled import FILES_BOUND, integer_table
from copyjob.spec.machine import SpecMachine
from copyjob.spec.table import FINAL, Table, table
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, Operation

VALUES: dict[int, int] = {}
"""Each value once."""
ROUNDS, WALKS, STEPS, JOBS = 9, 60, 60, 4
ENDING = (Operation.CANCEL, Operation.COMPLETE, InternalEvent.EXPIRY)
OTHER = "python-statemachine"
OFTEN = 10
"""Times that one measurement judges all walks: it should take long enough to be measured."""
PROMISED = {"warm": 60.0, "kept": 2.7}
"""How many times as many observations as ``transitions`` fires triggers: a third of what was measured."""
CAUSED = {
    InternalEvent.TURN: None,
    InternalEvent.ALL_DONE: None,
    InternalEvent.CONNECT: EntryKind.OPENED,
    InternalEvent.FILE_DONE: EntryKind.FINAL_BYTE,
    InternalEvent.TRANSIENT_FAULT: EntryKind.FAULT,
    InternalEvent.FATAL_FAULT: EntryKind.FAULT,
    InternalEvent.AMBIGUOUS_FAULT: EntryKind.FAULT,
}
"""What the server does, if anything, when one of these is about to happen; only these happen in a walk."""


Seen = tuple[tuple[Entry, ...], Operation | None, int, int]
"""One thing that was seen: what the server did before it, an answer or a state, and the journal's end before."""
SEEN: dict[Seen, Seen] = {}
"""Each once: what is told to a job should not push out of the processor's memory what is measured."""


@dataclass
class Walk:
    """Triggers of the machine, and what was seen of them: as observations, and as it comes in."""

    triggers: list[str] = field(default_factory=list[str])
    observations: tuple[Observation, ...] = ()
    seen: list[Seen] = field(default_factory=list[Seen])


def walk(machine: SpecMachine, chance: random.Random) -> Walk:
    """Walk at random; what happens by itself is seen at the next answer, with its cause."""
    job, made = machine.job(), Walk()
    happened: set[InternalEvent] = set()
    entries: list[Entry] = []
    observations: list[Observation] = []
    position = 0

    def see(operation: Operation | None, value: int, served: int) -> None:
        nonlocal position
        causes = Causes(bits_of(happened), served)
        if operation is None:
            observations.append(Sampled(JobState(value), causes))
        else:
            observations.append(Called(operation, value, causes))
        one = (tuple(entries), operation, VALUES.setdefault(value, value), VALUES.setdefault(position, position))
        made.seen.append(SEEN.setdefault(one, one))
        position += len(entries)
        entries.clear()
        if operation is None:
            happened.clear()

    while len(made.triggers) < STEPS and job.state not in FINAL:
        enabled = [
            name
            for name in machine.enabled(job)
            if not (machine.label(name) is Operation.ADD_FILE and job.facts.files_total == FILES_BOUND)
            and (machine.label(name) not in ENDING or chance.random() < 1 / STEPS)
            and (isinstance(machine.label(name), Operation) or machine.label(name) in CAUSED)
        ]
        by_itself = [name for name in enabled if isinstance(machine.label(name), InternalEvent)]
        trigger = chance.choice(by_itself if by_itself and chance.random() < 0.5 else enabled)
        label = machine.label(trigger)
        served = job.facts.files_done
        machine.fire(job, trigger)
        if isinstance(label, InternalEvent):
            happened.add(label)
            kind = CAUSED[label]
            if kind is not None:
                fault = next((each for each in FaultKind if each.event is label), None)
                seq = position + len(entries) + 1
                entries.append(Entry(seq, 0.0, 1, kind, path=str(served), connection=1, fault=fault))
        else:
            see(label, int(Hresult[trigger.split(".")[1]]), served)
        made.triggers.append(trigger)
        if chance.random() < 0.5:
            see(None, job.state, job.facts.files_done)
    made.observations = tuple(observations)
    return made


# The same table as a machine of the other library


def other_machine(own: Table) -> type[Any] | None:
    """Return the class of a ``python-statemachine`` with one transition for every answer; None where there is none."""
    try:
        library: Any = importlib.import_module("statemachine")
    except ImportError:
        return None
    states = {state: library.State(state.name, initial=state is f.INITIAL.state) for state in own.states}
    members: dict[str, Any] = {state.name: of for state, of in states.items()}
    for row in own.rows:
        for trigger, answer in row.triggers():
            way = states[row.source].to(states[answer.dest], cond=_holds(row.guard), on=_applies(answer.effects))
            name = trigger.replace(".", "_")
            members[name] = members[name] | way if name in members else way
    return type("Machine", (library.StateMachine,), members)


def _holds(guard: f.Guard) -> Callable[[Any], bool]:
    def holds(model: Any) -> bool:
        return guard.holds(model.facts)

    return holds


def _applies(effects: tuple[f.Assign, ...]) -> Callable[[Any], None]:
    def applies(model: Any) -> None:
        model.facts = f.apply(effects, model.facts)

    return applies


class Model:
    """A job of the other machine."""

    def __init__(self) -> None:
        """Begin as every job does."""
        self.state: object = None
        self.facts = f.INITIAL.facts


# What is measured


def job_of(judge: Judge, keeper: Bookkeeper, of: Walk) -> Iterator[None]:
    """See more of a job each time, up to its next sample, with everything around it; its end goes to the ledger."""
    book, record = CauseBook(DECLARED, judge.table.dialect), Record(Plan(()))
    oracle = Oracle(judge, record.observations)
    for step, (entries, operation, value, position) in enumerate(of.seen):
        if entries:
            book.read(entries)
        causes = book.known or book.causes()
        state = None
        if operation is not None:
            book.called(operation)
            observation: Observation = CALLED[operation, value, causes]
        else:
            state = STATES[value]
            observation = SAMPLED[state, causes]
        assert oracle.observe(observation) is None
        record.steps.append(step)
        if oracle.last.rests:
            record.steps_done = step
        if state is not None:
            book.saw(state, position)
            yield  # as in a run, where a call is followed by a sample of its own before anything else is done
    record.recommendations = oracle.broken_recommendations
    keeper.record(record)


STATES: list[JobState] = list(JobState)
DECLARED = Declared("nobody", object, tuple(Dialect), frozenset(Power), stall_timeout_seconds=3600.0)


def keep(judge: Judge, keeper: Bookkeeper, walks: Sequence[Walk]) -> None:
    """Judge walks with everything around them, several jobs by turns."""
    for first in range(0, len(walks), JOBS):
        for _ in zip_longest(*(job_of(judge, keeper, of) for of in walks[first : first + JOBS])):
            pass


def rate(count: int, action: Callable[[], object]) -> float:
    """Return how many of ``count`` are done in a CPU second."""
    started = time.process_time()
    action()
    return count / (time.process_time() - started)


def measure(dialect: Dialect) -> dict[str, float]:
    """Return the medians by name: how many triggers, or observations, a CPU second."""
    machine, chance = SpecMachine(table(dialect)), random.Random(0)
    walks = [walk(machine, chance) for _ in range(WALKS)]
    fired, seen = (sum(len(of) for of in each) for each in zip(*((w.triggers, w.seen) for w in walks), strict=True))
    warm = Judge(integer_table(dialect))
    keeper = Bookkeeper(warm)
    other = other_machine(table(dialect))
    print(f"{dialect.value}: {fired} triggers, {seen} observations")

    def fire() -> None:
        for one in walks:
            job = machine.job()
            for trigger in one.triggers:
                assert machine.fire(job, trigger)

    def fire_other(jobs: Sequence[Any]) -> None:
        for job, one in zip(jobs, walks, strict=True):
            for trigger in one.triggers:
                job.send(trigger.replace(".", "_"))

    def judge(by: Judge, often: int = 1) -> None:
        for _ in range(often):
            for one in walks:
                assert first_rejection(by, one.observations) is None

    def kept(often: int) -> None:
        for _ in range(often):
            keep(warm, keeper, walks)

    judge(warm)
    kept(1)
    rates: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        rates.setdefault("transitions", []).append(rate(fired, fire))
        if other is not None:
            rates.setdefault(OTHER, []).append(rate(fired, partial(fire_other, [other(Model()) for _ in walks])))
        rates.setdefault("cold", []).append(rate(seen, lambda: judge(Judge(integer_table(dialect)))))
        rates.setdefault("warm", []).append(rate(seen * OFTEN, lambda: judge(warm, OFTEN)))
        rates.setdefault("kept", []).append(rate(seen * OFTEN, lambda: kept(OFTEN)))
    return {name: statistics.median(of) for name, of in rates.items()}


def main() -> None:
    """Measure and print."""
    print(f"medians of {ROUNDS} interleaved rounds, {WALKS} walks a dialect, {JOBS} jobs by turns")
    slow: list[str] = []
    for dialect in Dialect:
        # As in every check.
        with rarely_looked_for():
            middle = measure(dialect)
        for name, figure in middle.items():
            ratio = figure / middle["transitions"]
            what = "triggers" if name in ("transitions", OTHER) else "observations"
            print(f"  {name:20} {figure:12,.0f} {what:12} a CPU second, {ratio:6.2f} times transitions")
            if ratio < PROMISED.get(name, 0.0):
                slow.append(f"{dialect.value} {name}: {ratio:.1f} times transitions, promised {PROMISED[name]:.0f}")
        if OTHER not in middle:
            print(f"  {OTHER} is not installed here; it comes with the development tools")
    if slow and "--check" in sys.argv:
        sys.exit("\n".join(slow))


if __name__ == "__main__":
    main()
