"""A campaign: all plans of one dialect run on a backend, and what came of them.

Law: a divergence that is explained by what explains a known one is not told again, and what was late in the same way
before is not waited for again. A campaign ends early where the rest would tell little more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from copyjob.conformance.bench import Bench
from copyjob.conformance.confirm import Divergence, confirmed, divergences_of
from copyjob.conformance.ledger import Bookkeeper, Ledger
from copyjob.conformance.plan import Plan
from copyjob.conformance.record import Record, Verdict
from copyjob.spec.vocabulary import Dialect

DIVERGENCES_MAX = 10
"""After so many different divergences a campaign ends: the rest would tell little more."""
ERRORS_MAX = 3
UNCLEAR_MAX = 10
"""After so many runs that could not be judged, or were late in a way already known, a campaign ends."""


@dataclass
class Campaign:
    """What a campaign found."""

    dialect: Dialect
    ledger: Ledger = field(default_factory=Ledger)
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
        self.ledger.merge(other.ledger)
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


Progress = Callable[[int, Record], None]


def conduct(
    bench: Bench,
    plans: Sequence[Plan],
    progress: Progress | None = None,
    *,
    divergences_max: int = DIVERGENCES_MAX,
    told: Callable[[Divergence], None] | None = None,
) -> Campaign:
    """Run every plan and collect what came of it; ends early after ``divergences_max`` different divergences.

    ``told`` hears of each divergence as soon as it is confirmed.
    """
    found = Campaign(bench.judge.table.dialect)
    keeper = Bookkeeper(bench.judge, found.ledger)
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
            keeper.record(record)
        for divergence in divergences_of(bench.judge, record):
            if not found.knows(divergence):
                best = confirmed(bench, divergence)
                found.add(best)
                if told is not None:
                    told(best)
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
