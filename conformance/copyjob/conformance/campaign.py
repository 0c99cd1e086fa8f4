"""A campaign: all plans of one dialect run on a backend, and what came of them.

Laws:

1. A divergence is reported with the shortest plan that shows it, of those that leave the fewest rows to blame, and with
   how often it showed it when run again. One that is explained by what explains a known one is not told again.
2. A late run is run again alone with four times the patience; only what is late then diverges. A run that could not be
   judged is tried once more, and is inconclusive after that. What was late in the same way before is
   not waited for again.
3. The adapter is thrown away after an error, a time-out or a divergence: a broken backend does not spoil the next plan.
"""

from __future__ import annotations

import itertools
import shutil
from collections import Counter
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from copyjob.conformance.adapter import Adapter, AdapterError, CallTimedOutError
from copyjob.conformance.backend import Declared
from copyjob.conformance.checks import CHECKS, Check
from copyjob.conformance.discriminate import Trace
from copyjob.conformance.explain import Explanation, explain
from copyjob.conformance.lag import LagMeter
from copyjob.conformance.observation import Quiet, tell
from copyjob.conformance.oracle import Judge, Rejection
from copyjob.conformance.origin.server import Origin
from copyjob.conformance.pace import RealPace
from copyjob.conformance.plan import Plan, shortened
from copyjob.conformance.record import Record, Verdict
from copyjob.conformance.runner import PATIENCE, Run
from copyjob.conformance.sharpen import sharper
from copyjob.conformance.shrink import SECONDS_MAX, shrink
from copyjob.spec.compiled import IntegerTable
from copyjob.spec.table import Level
from copyjob.spec.vocabulary import Dialect

CONFIRMATIONS = 3
STABLE_TRIES = 4
"""How many of the shortest plans are tried for one that shows the divergence every time."""
SHARP_SECONDS_MAX = 2.0
"""How long a sharper plan is shrunk at most."""
DIVERGENCES_MAX = 10
"""After so many different divergences a campaign ends: the rest would tell little more."""
ERRORS_MAX = 3
UNCLEAR_MAX = 10
"""After so many runs that could not be judged, or were late in a way already known, a campaign ends."""


@dataclass
class Divergence:
    """One way in which the backend diverges."""

    level: Level
    observation: str
    explanation: Explanation | None
    check: Check | None
    permitted: tuple[str, ...]
    record: Record
    reproduced: int = 1
    runs: int = 1

    @property
    def named(self) -> frozenset[str]:
        """The id of the check that failed, or the ids of all rows that explain the divergence."""
        if self.check is not None:
            return frozenset((self.check.id,))
        assert self.explanation is not None
        return frozenset(row.id for row in self.explanation.rows)

    def is_explained_by(self, known: Divergence) -> bool:
        """Whether whatever explains a known divergence explains this one too, so that it tells nothing new."""
        return self.level is known.level and known.named <= self.named


@dataclass
class Campaign:
    """What a campaign found."""

    dialect: Dialect
    traces: list[Trace] = field(default_factory=list[Trace])
    judged_checks: Counter[str] = field(default_factory=Counter[str])
    divergences: list[Divergence] = field(default_factory=list[Divergence])
    errors: list[str] = field(default_factory=list[str])
    unclear: Counter[str] = field(default_factory=Counter[str])
    """Why runs could not be judged, and how many each time."""
    plans: int = 0
    steps: int = 0
    observations: int = 0
    requests: int = 0
    bytes_sent: int = 0
    late: int = 0
    stopped: str = ""

    def merge(self, other: Campaign) -> None:
        """Take in what another part of the same campaign found."""
        for divergence in other.divergences:
            self.add(divergence)
        self.traces += other.traces
        self.judged_checks += other.judged_checks
        self.errors += other.errors
        self.unclear += other.unclear
        self.plans += other.plans
        self.steps += other.steps
        self.observations += other.observations
        self.requests += other.requests
        self.bytes_sent += other.bytes_sent
        self.late += other.late
        self.stopped = self.stopped or other.stopped

    def add(self, divergence: Divergence) -> None:
        """Take in a divergence, unless a known one explains it; what it explains itself is dropped."""
        if not self.knows(divergence):
            self.divergences = [known for known in self.divergences if not known.is_explained_by(divergence)]
            self.divergences.append(divergence)

    def knows(self, divergence: Divergence) -> bool:
        """Whether a divergence is explained by one that was found before."""
        return any(divergence.is_explained_by(known) for known in self.divergences)

    def count(self, record: Record) -> None:
        """Take in one run."""
        self.plans += 1
        self.steps += record.steps_done
        self.observations += len(record.observations)
        self.requests += record.requests
        self.bytes_sent += record.bytes_sent
        self.judged_checks += record.judged
        self.late += bool(record.late)


class Bench:
    """Where plans are run: an origin, a folder, and one adapter that is replaced when it has become doubtful."""

    def __init__(self, declared: Declared, table: IntegerTable, folder: Path) -> None:
        """Prepare; the backend is constructed when the first plan needs it."""
        self.declared = declared
        self.judge = Judge(table)
        self.folder = folder
        self.origin = Origin()
        self.lag = LagMeter()
        self.pace = RealPace(self.origin, self.lag)
        self._adapter: Adapter | None = None
        self._numbers = itertools.count()

    def __enter__(self) -> Self:
        """Return the bench."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the backend, the origin, and remove the folder's content."""
        self.discard()
        self.origin.close()
        self.lag.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def discard(self) -> None:
        """Throw the running backend away."""
        if self._adapter is not None:
            self._adapter.close()
            self._adapter = None

    def run(self, plan: Plan, *, patience: int = 1) -> Record:
        """Run one plan; a backend that cannot even be constructed is an errored record."""
        number = next(self._numbers)
        try:
            if self._adapter is None:
                self._adapter = Adapter(self.declared, self.judge.table.dialect, self.folder / f"backend-{number}")
        except (AdapterError, CallTimedOutError) as error:
            return Record(plan, error=str(error))
        folder = self.folder / f"plan-{number}"
        record = Run(self._adapter, self.origin, self.judge, self.pace, folder, plan, patience).carry_out()
        shutil.rmtree(folder, ignore_errors=True)
        if record.verdict is not Verdict.CONFORMS:
            self.discard()
        return record

    def run_patiently(self, plan: Plan, known: Container[tuple[str, ...]] = ()) -> Record:
        """Run a plan; again with more patience where it was late, once more where it could not be judged.

        A run that was late in one of the ``known`` ways is left at that.
        """
        record = self.run(plan)
        if record.verdict is Verdict.INCONCLUSIVE and not (record.late and record.stuck in known):
            again = self.run(plan, patience=PATIENCE)
            again.late = again.late or (record.late if again.verdict is Verdict.INCONCLUSIVE else "")
            return again
        return record


Progress = Callable[[int, Record], None]


def conduct(
    bench: Bench,
    plans: Sequence[Plan],
    progress: Progress | None = None,
    *,
    divergences_max: int = DIVERGENCES_MAX,
) -> Campaign:
    """Run every plan and collect what came of it; ends early after ``divergences_max`` different divergences."""
    found = Campaign(bench.judge.table.dialect)
    stuck: set[tuple[str, ...]] = set()
    waits = 0
    for number, plan in enumerate(plans):
        record = bench.run_patiently(plan, stuck)
        found.count(record)
        if record.late or record.unclear or record.stuck:
            waits += 1
            stuck.add(record.stuck)
        if record.verdict is Verdict.ERRORED:
            found.errors.append(record.error)
        elif record.verdict is Verdict.INCONCLUSIVE:
            found.unclear[record.late or record.unclear] += 1
        if record.rejection is None and not record.failures:
            found.traces.append(Trace(tuple(record.observations), tolerant=bool(record.recommendations)))
        for divergence in divergences_of(bench.judge, record):
            if not found.knows(divergence):
                found.add(_confirmed(bench, divergence))
        if progress is not None:
            progress(number + 1, record)
        found.stopped = _enough(found, waits, divergences_max)
        if found.stopped:
            found.stopped += f", {number + 1} of {len(plans)} plans"
            break
    return found


def _enough(found: Campaign, waits: int, divergences_max: int) -> str:
    """Return why a campaign should end early, or nothing."""
    if len(found.divergences) >= divergences_max:
        return f"stopped after {divergences_max} different divergences"
    if len(found.errors) >= ERRORS_MAX:
        return f"stopped after {ERRORS_MAX} errors of the adapter"
    if waits >= UNCLEAR_MAX:
        return f"stopped after {UNCLEAR_MAX} runs that were late or could not be judged"
    return ""


def divergences_of(judge: Judge, record: Record) -> list[Divergence]:
    """Return the divergences of one run: the rejection, the failed checks, the broken recommendations."""
    found: list[Divergence] = []
    rejections: Iterable[Rejection] = [
        *([record.rejection] if record.rejection else []),
        *record.recommendations,
    ]
    for rejection in rejections:
        upto = record.observations[: rejection.index + 1]
        explanation = explain(judge, upto, rejection)
        text = _told(rejection)
        # Where no row was in play at all, the job moved without a cause.
        check = CHECKS["state/rests"] if explanation.by_itself else None
        found.append(Divergence(rejection.level, text, explanation, check, explanation.permitted, record))
    found += [
        Divergence(Level.MUST, failure.seen, None, failure.check, (failure.permitted,), record)
        for failure in record.failures
    ]
    return found


def _told(rejection: Rejection) -> str:
    previous = rejection.previous
    after = f", after {tell(previous)}" if previous is not None else ""
    return f"{tell(rejection.observation)}{after}"


class _Confirmation:
    """A divergence that is shown again: by shorter plans, and by the same plan several times."""

    def __init__(self, bench: Bench, divergence: Divergence) -> None:
        self._bench = bench
        self._wanted = divergence.named
        rejection = divergence.record.rejection
        # What shows only as a wait is waited for again each time: such a plan is shrunk little, and confirmed once.
        self.late = rejection is not None and isinstance(rejection.observation, Quiet)
        self._shown = [divergence]

    def shortest(self, seconds_max: float = SECONDS_MAX) -> Divergence:
        """Return the divergence as the shortest plan shows it that does so steadily."""
        record = self._shown[0].record
        cut = shortened(record.plan, record.plan.steps[: record.steps_done + 1])
        shrink(cut if self._diverges(cut) else record.plan, self._diverges, seconds_max=seconds_max)
        return self._steadiest()

    def same(self, plan: Plan) -> Divergence | None:
        """Run a plan; the divergence, where it shows."""
        record = self._bench.run(plan, patience=PATIENCE if self.late else 1)
        return next((found for found in divergences_of(self._bench.judge, record) if found.named & self._wanted), None)

    def _diverges(self, plan: Plan) -> bool:
        candidate = self.same(plan)
        # A shorter plan that leaves more rows to blame is no gain.
        if candidate is None or len(candidate.named) > len(self._wanted):
            return False
        self._shown.append(candidate)
        return True

    def _steadiest(self) -> Divergence:
        """Return, of the shortest plans, the first that shows it every time, else the one that does so most often."""
        again = 1 if self.late else CONFIRMATIONS
        best = self._shown[0]
        for candidate in self._shown[: -STABLE_TRIES - 1 : -1]:
            candidate.runs = 1 + again
            candidate.reproduced = 1 + sum(self.same(candidate.record.plan) is not None for _ in range(again))
            if best.runs == 1 or candidate.reproduced > best.reproduced:
                best = candidate
            if candidate.reproduced == candidate.runs:
                break
        return best


def _confirmed(bench: Bench, divergence: Divergence) -> Divergence:
    """Shrink the plan of a divergence, run what is left a few times more, and look for one that blames fewer rows."""
    confirmation = _Confirmation(bench, divergence)
    best = confirmation.shortest()
    for plan in () if confirmation.late else sharper(best.record.plan, bench.declared):
        if len(best.named) == 1:
            break
        found = confirmation.same(plan)
        if found is not None and found.named < best.named:
            sharp = _Confirmation(bench, found).shortest(SHARP_SECONDS_MAX)
            if sharp.named < best.named and sharp.reproduced * best.runs >= best.reproduced * sharp.runs:
                best = sharp
    return best
