"""A divergence, and how it is confirmed: by shorter plans, by the same plan again, by plans that blame fewer rows.

Law: a divergence is reported with the shortest plan that shows it, of those that leave the fewest rows to blame, and
with how often it showed it when run again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from copyjob.conformance.bench import Bench
from copyjob.conformance.checks import CHECKS, Check
from copyjob.conformance.explain import Explanation, explain
from copyjob.conformance.observation import Quiet, tell
from copyjob.conformance.oracle import Judge, Rejection
from copyjob.conformance.plan import Plan, shortened
from copyjob.conformance.record import Record
from copyjob.conformance.runner import PATIENCE
from copyjob.conformance.sharpen import sharper
from copyjob.conformance.shrink import SECONDS_MAX, shrink
from copyjob.spec.table import Level

CONFIRMATIONS = 3
STABLE_TRIES = 4
"""How many of the shortest plans are tried for one that shows the divergence every time."""
SHARP_SECONDS_MAX = 2.0
"""How long a sharper plan is shrunk at most."""


Known = tuple[Level, frozenset[str]]
"""A divergence that was told: its level, and the check or the rows that it names."""


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

    @property
    def known(self) -> Known:
        """What has to be known of a divergence, so that none is told twice."""
        return self.level, self.named

    def is_explained_by(self, known: Known) -> bool:
        """Whether whatever explains a known divergence explains this one too, so that it tells nothing new."""
        level, named = known
        return self.level is level and named <= self.named


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


def confirmed(bench: Bench, divergence: Divergence) -> Divergence:
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
