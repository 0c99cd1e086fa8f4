"""The kill matrix: every mutant run against the kit's own plans, and which checks accuse it.

Laws:

1. A mutant is *killed* by a divergence (MUST) whose names include the mutant's row, or the check that its kind of fault
   belongs to. One that is accused by other names only is *misnamed*; one that is not accused at all *survives*.
2. A mutant that is proved to conform is not run; it could not be killed.
3. The plans are the kit's own, those first that a forecast takes through the row. A proof's witness is no plan here.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from copyjob.conformance.backend import declare
from copyjob.conformance.bench import Bench
from copyjob.conformance.callback_plans import AIM
from copyjob.conformance.confirm import Divergence, divergences_of
from copyjob.conformance.forecast import Forecast
from copyjob.conformance.generate import Scope
from copyjob.conformance.ground import Wire
from copyjob.conformance.interface import Power
from copyjob.conformance.mutants.inclusion import prove
from copyjob.conformance.mutants.listener import listen
from copyjob.conformance.mutants.mutation import CALLING, Kind, Mutant, Slip
from copyjob.conformance.mutants.puppet import puppet
from copyjob.conformance.plan import AddFile, Advance, Block, Call, Plan, Race, Restart, Settle, Step
from copyjob.conformance.races import races_everywhere
from copyjob.conformance.record import Verdict
from copyjob.conformance.runner import PATIENCE
from copyjob.conformance.source import made, plans
from copyjob.conformance.weather import DAY_SECONDS, EXPIRY_DAYS
from copyjob.spec.compiled import integer_table
from copyjob.spec.facts import Configuration
from copyjob.spec.machine import SpecMachine
from copyjob.spec.table import Level, table
from copyjob.spec.vocabulary import Dialect, InternalEvent, Operation

PLANS_AFTER_MISNAMED = 2_000
"""How many plans more are run for the right name, once a mutant was accused by another."""
HTTP_QUIESCENCE_SECONDS = 0.25
"""What a puppet promises over HTTP, so that what waits for ever is told soon."""
DRAWN = 200
"""How many plans of the stream are taken beyond those that are made on purpose."""
PLANS_MAX = 400
"""So many of the closest plans a mutant is given; what survives them all survives."""
RACES_MAX = 120
"""The same for race windows, which are run over HTTP."""
ROUNDS, RACE_ROUNDS, CLOSEST_AGAIN = 40, 10, 24
"""So often altogether are the closest plans run, with other delays and choices each time (those of races, over HTTP,
so often); how many of them again.
"""


_PUTS_BACK: Mapping[type[Step], InternalEvent] = {Block: InternalEvent.SLICE_END, Restart: InternalEvent.RESTART}
"""What takes a job from what it was about to do."""


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
CHECKS_OF_CALLS = frozenset(("callback/made", "callback/once"))
"""What is a call too many by one explanation is one too few by another."""
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
    if mutant.slip in CALLING:
        return CHECKS_OF_CALLS
    if mutant.slip is not None and mutant.slip in CHECKS_OF_SLIP:
        return frozenset((CHECKS_OF_SLIP[mutant.slip],))
    return frozenset((mutant.row, *CHECKS_OF_KIND.get(mutant.kind, ())))


def _names(divergence: Divergence) -> frozenset[str]:
    rows = divergence.explanation.rows if divergence.explanation is not None else ()
    return divergence.named | {row.id for row in rows}


_Kind = tuple[bool, bool, int, bool]
"""What tells the places apart where a row is taken: whether a file is done, whether one is left, what is known of an
error, and whether others stand in front."""


@dataclass(frozen=True, slots=True)
class _Foreseen:
    """A plan, the rows that it probably takes, and in which kinds of places; and those that it comes by, which it takes
    where a job is slower.
    """

    plan: Plan
    taken: Mapping[str, frozenset[_Kind]]
    near: Mapping[str, frozenset[_Kind]]
    raced: Mapping[str, frozenset[_Kind]]
    """The rows that calls side by side may take where it has them race, likewise."""
    raced_near: Mapping[str, frozenset[_Kind]]
    """Those that they take where the job is slower."""


@cache
def _plans(dialect: Dialect, seed: int, powers: frozenset[Power]) -> tuple[_Foreseen, ...]:
    """Return the kit's plans for a puppet, and what a forecast says of them."""
    scope = Scope(table(dialect), powers)
    start = Forecast(SpecMachine(scope.table))
    stream = islice(plans(scope, seed), len(made(scope)) + DRAWN)
    # Those are drawn from in the stream as well, one at a time.
    return tuple(_foreseen(start.copy(), plan) for plan in (*stream, *races_everywhere(scope)))


def _foreseen(forecast: Forecast, plan: Plan) -> _Foreseen:
    near: dict[str, set[_Kind]] = {}
    taken: dict[str, set[_Kind]] = {}
    raced: dict[str, set[_Kind]] = {}
    raced_near: dict[str, set[_Kind]] = {}
    # Until somebody waits for it, a job may still be wherever it was to come by.
    slower: list[Configuration] = []

    def meet(rows: dict[str, set[_Kind]], label: Operation | InternalEvent, places: Iterable[Configuration]) -> None:
        for place in dict.fromkeys(places):
            for row in forecast.rows_near(label, (place,)):
                rows.setdefault(row, set()).add(_kind(forecast, place))

    for step in plan.steps:
        slower.append(forecast.configuration)
        for label in _brought_about(step):
            meet(near, label, slower)
        if isinstance(step, Race):
            for operation in {operation for caller in step.callers for operation in caller}:
                meet(raced_near, Operation(operation), slower)
                for rows in (taken, raced):
                    meet(rows, Operation(operation), (forecast.configuration,))
        if type(step) in _PUTS_BACK:
            slower += forecast.led(_PUTS_BACK[type(step)], slower)
        before = len(forecast.fired)
        forecast.take(step)
        slower += forecast.passed[before:]
        for row, place in zip(forecast.fired[before:], forecast.passed[before:], strict=True):
            taken.setdefault(row, set()).add(_kind(forecast, place))
        if isinstance(step, Settle):
            slower.clear()
            # Whoever settles looks, too.
            meet(taken, Operation.GET_ERROR, (forecast.configuration,))
    for event in InternalEvent:
        if event not in _BY_THE_KIT:
            meet(near, event, forecast.passed)
    found = (taken, near, raced, raced_near)
    return _Foreseen(plan, *({row: frozenset(kinds) for row, kinds in rows.items()} for rows in found))


_BY_THE_KIT = (InternalEvent.RESTART, InternalEvent.EXPIRY)
"""Events that only a step of a plan brings about."""


def _brought_about(step: Step) -> tuple[Operation | InternalEvent, ...]:
    """Return what a step brings about wherever a job is."""
    match step:
        case Call(operation, _):
            return (Operation(operation),)
        case Restart():
            return (InternalEvent.RESTART,)
        case Advance(seconds) if seconds >= min(EXPIRY_DAYS.values()) * DAY_SECONDS:
            return (InternalEvent.EXPIRY,)
        case _:
            return ()


def _kind(forecast: Forecast, place: Configuration) -> _Kind:
    facts = place.facts
    return facts.files_done > 0, facts.files_done < facts.files_total, facts.error, forecast.blocked


def closest_first(mutant: Mutant, seed: int = 0) -> list[Plan]:
    """Return the kit's plans that come closest: those that take the mutant's row, in each kind of place one before in
    any a second one, then those that come by, likewise; those made for it before others, and then the shortest. A
    race window shows in races alone, and what is done to the file at a destination only where one stands.
    """
    known = _plans(mutant.dialect, seed, declare(puppet(mutant), mutant.name).powers)
    window = mutant.slip is Slip.WINDOW
    if window:
        known = tuple(each for each in known if any(isinstance(step, Race) for step in each.plan.steps))
    if mutant.slip is Slip.CLEARS_THE_DESTINATION:
        known = tuple(each for each in known if AddFile(0, existing=True) in each.plan.steps)
    row = mutant.row
    aims = (row, AIM) if mutant.slip in CALLING else (row,)
    met: Counter[tuple[bool, _Kind]] = Counter()
    ranked: list[tuple[bool, bool, int, int, Plan]] = []
    for number, each in enumerate(sorted(known, key=lambda each: (each.plan.aim not in aims, len(each.plan.steps)))):
        taken, near = (each.raced, each.raced_near) if window else (each.taken, each.near)
        own, other = taken.get(row, frozenset[_Kind]()), near.get(row, frozenset[_Kind]())
        kinds = [(bool(own), kind) for kind in own or other]
        rank = min((met[kind] for kind in kinds), default=0)
        met.update(kinds)
        ranked.append((not own, not own and not other, rank, number, each.plan))
    ranked.sort(key=lambda each: each[:4])
    return [each[-1] for each in ranked[: RACES_MAX if window else PLANS_MAX]]


def attack(mutant: Mutant, folder: Path, *, wire: Wire | None = None, seed: int = 0, rounds: int | None = None) -> Kill:
    """Run the kit's plans on a mutant until one of them names its fault; the closest again with other delays and other
    choices of the mutant, where none does.
    """
    ground = wire or (Wire.HTTP if mutant.slip is Slip.WINDOW else Wire.MEMORY)
    closest = closest_first(mutant, seed)
    hunt = _Hunt(mutant, ground)
    usual = RACE_ROUNDS if mutant.slip is Slip.WINDOW else ROUNDS
    for again in range(usual if rounds is None else rounds):
        hunt.run(closest[: CLOSEST_AGAIN if again else None], folder, seed + again)
        if hunt.over:
            break
    return hunt.kill()


@dataclass
class _Hunt:
    """What was run on a mutant so far, and what came of it."""

    mutant: Mutant
    ground: Wire
    began_seconds: float = field(default_factory=time.monotonic)
    plans: int = 0
    steps: int = 0
    own: frozenset[str] = frozenset()
    """The names of the divergence that accuses the mutant of its own fault."""
    other: frozenset[str] = frozenset()
    """The names of the first that does not."""
    left: int = sys.maxsize
    """So many plans are run yet."""
    stuck: set[tuple[str, ...]] = field(default_factory=set[tuple[str, ...]])

    @property
    def over(self) -> bool:
        """Whether no further plan is run."""
        return bool(self.own) or self.left <= 0

    def run(self, plans: Sequence[Plan], folder: Path, seed: int) -> None:
        """Run plans with delays and choices of this seed, until it is over."""
        mutant = self.mutant
        quiescence = HTTP_QUIESCENCE_SECONDS if self.ground is Wire.HTTP else None
        declared = declare(puppet(mutant, seed=seed, quiescence_seconds=quiescence), mutant.name)
        with Bench(declared, integer_table(mutant.dialect), folder, wire=self.ground, seed=seed) as bench:
            for plan in plans:
                self._run(bench, plan)
                if self.over:
                    return

    def _run(self, bench: Bench, plan: Plan) -> None:
        record = bench.run(plan)
        if record.verdict is Verdict.INCONCLUSIVE and record.stuck not in self.stuck:
            # What was late in the same way before is not waited for again.
            self.stuck.add(record.stuck)
            record = bench.run(plan, patience=PATIENCE)
        self.plans += 1
        self.left -= 1
        self.steps += record.steps_done
        for divergence in divergences_of(bench.judge, record):
            if divergence.level is not Level.MUST:
                continue
            named = _names(divergence)
            if own_names(self.mutant) & named:
                self.own = named
                return
            if not self.other:
                self.other, self.left = named, PLANS_AFTER_MISNAMED

    def kill(self) -> Kill:
        """Return the line of the matrix."""
        fate = Fate.KILLED if self.own else Fate.MISNAMED if self.other else Fate.SURVIVES
        seconds = time.monotonic() - self.began_seconds
        return Kill(self.mutant, fate, tuple(sorted(self.own or self.other)), self.plans, self.steps, seconds)


def judge(mutant: Mutant, folder: Path, *, seed: int = 0) -> Kill:
    """Prove that a mutant conforms, or attack it."""
    proof = prove(mutant)
    if proof.conforms:
        return Kill(mutant, Fate.CONFORMS, how=f"{proof.places} places, none of which the table forbids")
    kill = attack(mutant, folder, seed=seed)
    if kill.fate is Fate.KILLED:
        return kill
    shown = listen(mutant) if mutant.slip in CALLING else proof
    return replace(kill, how=shown.told())


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
