"""A campaign: all plans of one dialect run on a backend, and what came of them.

Law: a divergence that is explained by what explains a known one is not told again, and what was late in the same way
before is not waited for again. A campaign ends early where the rest would tell little more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from copyjob.conformance.attempt import Attempt, Mishap, attempt
from copyjob.conformance.bench import Bench
from copyjob.conformance.confirm import Divergence
from copyjob.conformance.ledger import Bookkeeper, Ledger
from copyjob.conformance.overlook import Known
from copyjob.conformance.plan import Plan
from copyjob.conformance.record import Verdict
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
    errors: list[Mishap] = field(default_factory=list[Mishap])
    unclear: Counter[str] = field(default_factory=Counter[str])
    """Why runs could not be judged, and how many each time."""
    first_unclear: dict[str, Mishap] = field(default_factory=dict[str, Mishap])
    """The first run that could not be judged, for each reason."""
    plans: int = 0
    steps: int = 0
    observations: int = 0
    requests: int = 0
    bytes_sent: int = 0
    late: int = 0
    waits: int = 0
    """Runs that were late or could not be judged, and those that were late in a way already known."""
    stuck: set[tuple[str, ...]] = field(default_factory=set[tuple[str, ...]])
    """The ways in which runs were late: the rows that were due."""
    divergences_max: int = DIVERGENCES_MAX
    """After so many that are news, and so many runs that say nothing, it is enough; 0: it never is."""
    excused: frozenset[str] = frozenset()
    """Ids of divergences that are no news: a baseline names them."""
    stopped: str = ""
    """Why the campaign ended before all its plans were run."""

    def add(self, divergence: Divergence) -> None:
        """Take in a divergence, unless a known one explains it; what it explains itself is dropped."""
        if not self.knows(divergence):
            self.divergences = [known for known in self.divergences if not known.is_explained_by(divergence.known)]
            self.divergences.append(divergence)

    def knows(self, divergence: Divergence) -> bool:
        """Whether a divergence is explained by one that was found before."""
        return any(divergence.is_explained_by(known) for known in self.known)

    @property
    def known(self) -> tuple[Known, ...]:
        """The divergences that were told."""
        return tuple(divergence.known for divergence in self.divergences)

    def wants_again(self, done: Attempt) -> bool:
        """Whether a run is to be made again, alone and with more patience.

        One that was late in a way that is known is left at that.
        """
        return done.verdict is Verdict.INCONCLUSIVE and not (done.late and done.stuck in self.stuck)

    def take(self, done: Attempt, keeper: Bookkeeper) -> list[Divergence]:
        """Take in one run, and what it proves into the ledger by its keeper; return the divergences that are new.

        ``stopped`` says afterwards where it is enough.
        """
        self.plans += 1
        self.steps += done.steps
        self.observations += done.observations
        self.requests += done.requests
        self.bytes_sent += done.bytes_sent
        self.judged_checks += done.judged
        self.late += bool(done.late)
        if done.late or done.unclear or done.stuck:
            self.waits += 1
            self.stuck.add(done.stuck)
        if done.mishap is not None and done.verdict is Verdict.ERRORED:
            self.errors.append(done.mishap)
        elif done.mishap is not None:
            # Where a second run told no more, the first one's reason is told; its plan is the same.
            reason = done.late or done.unclear
            self.unclear[reason] += 1
            self.first_unclear.setdefault(reason, replace(done.mishap, text=reason))
        if done.trace is not None:
            keeper.take(done.trace.observations, tolerant=done.trace.tolerant)
        fresh = [divergence for divergence in done.divergences if not self.knows(divergence)]
        for divergence in fresh:
            self.add(divergence)
        self.stopped = self.enough()
        return fresh

    def enough(self) -> str:
        """Return why the campaign should end early, or nothing."""
        news = sum(self.excused.isdisjoint(divergence.named) for divergence in self.divergences)
        if self.divergences_max and news >= self.divergences_max:
            return f"stopped after {self.divergences_max} different divergences, {self.plans} plans"
        if len(self.errors) >= ERRORS_MAX:
            return f"stopped after {len(self.errors)} errors of the adapter, {self.plans} plans"
        if self.divergences_max and self.waits >= UNCLEAR_MAX:
            return f"stopped after {UNCLEAR_MAX} runs that were late or could not be judged, {self.plans} plans"
        return ""


def again(first: Attempt, second: Attempt) -> Attempt:
    """Return what a run came to that was made again: a run that was late stays late where it still is not judged."""
    late = second.late or (first.late if second.verdict is Verdict.INCONCLUSIVE else "")
    return replace(second, late=late)


def conduct(
    bench: Bench,
    plans: Iterable[Plan],
    progress: Callable[[int, Attempt], None] | None = None,
    *,
    divergences_max: int = DIVERGENCES_MAX,
    excused: frozenset[str] = frozenset(),
) -> Campaign:
    """Run every plan here, one after the other; ends early after ``divergences_max`` different divergences that are
    not ``excused``.
    """
    found = Campaign(bench.judge.table.dialect, divergences_max=divergences_max, excused=excused)
    keeper = Bookkeeper(bench.judge, found.ledger)
    for number, plan in enumerate(plans):
        done = attempt(bench, plan, found.known)
        if found.wants_again(done):
            done = again(done, attempt(bench, plan, found.known, patient=True))
        found.take(done, keeper)
        if progress is not None:
            progress(number + 1, done)
        if found.stopped:
            break
    return found
