"""The kill matrix: every mutant run against the kit's own plans, and which checks accuse it.

Laws:

1. A mutant is *killed* by a divergence (MUST) whose names include the mutant's row, or the check that its kind of fault
   belongs to. One that is accused by other names only is *misnamed*; one that is not accused at all *survives*.
2. A mutant that is proved to conform is not run; it could not be killed.
3. The plans are the kit's own, those first that a forecast takes through the row. A proof's witness is no plan here.
"""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from enum import Enum
from functools import cache
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from copyjob.conformance.backend import declare
from copyjob.conformance.bench import Bench
from copyjob.conformance.confirm import Divergence, divergences_of
from copyjob.conformance.forecast import Forecast
from copyjob.conformance.generate import Scope
from copyjob.conformance.ground import Wire
from copyjob.conformance.mutants.inclusion import prove
from copyjob.conformance.mutants.mutation import Kind, Mutant, Slip
from copyjob.conformance.mutants.puppet import puppet
from copyjob.conformance.plan import Plan, Race
from copyjob.conformance.record import Verdict
from copyjob.conformance.runner import PATIENCE
from copyjob.conformance.source import made, plans
from copyjob.spec.compiled import integer_table
from copyjob.spec.machine import SpecMachine
from copyjob.spec.table import Level, table
from copyjob.spec.vocabulary import Dialect

PLANS_AFTER_MISNAMED = 20
"""How many plans more are run for the right name, once a mutant was accused by another."""
HTTP_QUIESCENCE_SECONDS = 0.25
"""What a puppet promises over HTTP, so that what waits for ever is told soon."""
DRAWN = 200
"""How many plans of the stream are taken beyond those that are made on purpose."""
PLANS_MAX = 120
"""So many of the closest plans a mutant is given; what survives them all survives."""
RACES_MAX = 24
"""The same for race windows, which are run over HTTP."""


class Fate(Enum):
    """What becomes of a mutant."""

    CONFORMS = "conforms"
    KILLED = "killed"
    MISNAMED = "misnamed"
    SURVIVES = "survives"


CHECKS_OF_SLIP = {
    Slip.LEAVES_TEMPORARY: "file/leftovers",
    Slip.LOSES_A_FILE: "file/kept",
    Slip.SPOILS_A_BYTE: "file/content",
    Slip.CLEARS_THE_DESTINATION: "file/destination",
    Slip.PUBLISHES_EARLY: "file/hidden",
}
CHECKS_OF_KIND = {Kind.REFUSED_MUTATES: ("call/refused",), Kind.ERROR: ("error/code", "error/context")}
"""Checks beside the rows that tell a kind of fault as well as the row does."""


@dataclass(frozen=True, slots=True)
class Kill:
    """One line of the matrix. ``seconds``: from construction to the divergence, by the clock of this machine."""

    mutant: Mutant
    fate: Fate
    by: tuple[str, ...] = ()
    plans: int = 0
    steps: int = 0
    seconds: float = 0.0
    how: str = ""
    """For what conforms, the size of the proof; for what survives, how it could be seen."""


def own_names(mutant: Mutant) -> frozenset[str]:
    """Return the names that accuse a mutant of its own fault: its row, or the checks that tell that kind of fault."""
    if mutant.slip is not None and mutant.slip in CHECKS_OF_SLIP:
        return frozenset((CHECKS_OF_SLIP[mutant.slip],))
    return frozenset((mutant.row, *CHECKS_OF_KIND.get(mutant.kind, ())))


def _names(divergence: Divergence) -> frozenset[str]:
    rows = divergence.explanation.rows if divergence.explanation is not None else ()
    return divergence.named | {row.id for row in rows}


@cache
def _plans(dialect: Dialect, seed: int) -> tuple[tuple[Plan, frozenset[str]], ...]:
    """Return the kit's plans for a puppet, each with the rows that a forecast takes through."""
    scope = Scope(table(dialect), declare(puppet(), "puppet").powers)
    start = Forecast(SpecMachine(scope.table))
    found: list[tuple[Plan, frozenset[str]]] = []
    for plan in islice(plans(scope, seed), len(made(scope)) + DRAWN):
        forecast = start.copy()
        for step in plan.steps:
            forecast.take(step)
        found.append((plan, frozenset(forecast.fired)))
    return tuple(found)


def closest_first(mutant: Mutant, seed: int = 0) -> list[Plan]:
    """Return the kit's plans that come closest: those aimed at the mutant's row, then those that pass it, the shortest
    first. A race window shows in races alone.
    """
    known = _plans(mutant.dialect, seed)
    if mutant.slip is Slip.WINDOW:
        known = tuple(each for each in known if any(isinstance(step, Race) for step in each[0].steps))
    ranked = sorted(known, key=lambda each: (each[0].aim != mutant.row, mutant.row not in each[1], len(each[0].steps)))
    return [plan for plan, _ in ranked[: RACES_MAX if mutant.slip is Slip.WINDOW else PLANS_MAX]]


def attack(mutant: Mutant, folder: Path, *, wire: Wire | None = None, seed: int = 0) -> Kill:
    """Run the kit's plans on a mutant until one of them names its fault."""
    ground = wire or (Wire.HTTP if mutant.slip is Slip.WINDOW else Wire.MEMORY)
    quiescence = HTTP_QUIESCENCE_SECONDS if ground is Wire.HTTP else None
    declared = declare(puppet(mutant, seed=seed, quiescence_seconds=quiescence), mutant.name)
    closest = closest_first(mutant, seed)
    began, steps, other, deadline = time.monotonic(), 0, frozenset[str](), len(closest)
    stuck: set[tuple[str, ...]] = set()
    with Bench(declared, integer_table(mutant.dialect), folder, wire=ground, seed=seed) as bench:
        for number, plan in enumerate(closest, start=1):
            record = bench.run(plan)
            if record.verdict is Verdict.INCONCLUSIVE and record.stuck not in stuck:
                # What was late in the same way before is not waited for again.
                stuck.add(record.stuck)
                record = bench.run(plan, patience=PATIENCE)
            steps += record.steps_done
            for divergence in divergences_of(bench.judge, record):
                if divergence.level is not Level.MUST:
                    continue
                named = _names(divergence)
                if own_names(mutant) & named:
                    seconds = time.monotonic() - began
                    return Kill(mutant, Fate.KILLED, tuple(sorted(named)), number, steps, seconds)
                if not other:
                    other, deadline = named, number + PLANS_AFTER_MISNAMED
            if number >= deadline:
                break
    seconds = time.monotonic() - began
    fate = Fate.MISNAMED if other else Fate.SURVIVES
    return Kill(mutant, fate, tuple(sorted(other)), min(deadline, len(closest)), steps, seconds)


def judge(mutant: Mutant, folder: Path, *, seed: int = 0) -> Kill:
    """Prove that a mutant conforms, or attack it."""
    proof = prove(mutant)
    if proof.conforms:
        return Kill(mutant, Fate.CONFORMS, how=f"{proof.places} places, none of which the table forbids")
    kill = attack(mutant, folder, seed=seed)
    if kill.fate is Fate.KILLED:
        return kill
    return Kill(mutant, kill.fate, kill.by, kill.plans, kill.steps, kill.seconds, how=proof.told())


def _part(mutants: Sequence[Mutant], seed: int) -> list[Kill]:
    with TemporaryDirectory(dir=_fast_folder(), ignore_cleanup_errors=True) as folder:
        return [judge(mutant, Path(folder) / "bench", seed=seed) for mutant in mutants]


def _fast_folder() -> str | None:
    memory = Path("/dev/shm")  # noqa: S108 everything goes into a folder of its own there
    return str(memory) if memory.is_dir() else None


def matrix(mutants: Sequence[Mutant], *, jobs: int = 1, seed: int = 0) -> list[Kill]:
    """Judge mutants, in several processes; in the order in which they are given."""
    if jobs == 1 or len(mutants) <= 1:
        return _part(mutants, seed)
    parts = [mutants[number::jobs] for number in range(jobs)]
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        found = [kill for part in pool.map(_part, parts, [seed] * jobs) for kill in part]
    order = {mutant.name: number for number, mutant in enumerate(mutants)}
    return sorted(found, key=lambda kill: order[kill.mutant.name])


def fates(kills: Iterable[Kill]) -> Counter[Fate]:
    """Count what became of mutants."""
    return Counter(kill.fate for kill in kills)
