"""A part: what some of a campaign's plans came to, small enough to go between processes and machines.

Laws:

1. Merging is associative and commutative: what all parts come to together does not depend on which plans were run side
   by side, in which order, or by whom.
2. Of several plans that show a divergence *in the same words* the one with the lowest number tells it; so it is with
   errors and with what could not be judged.
3. Whatever explains a divergence is told, and what it explains is not. Nothing is dropped before all parts are there:
   another part may have told in other words what explains it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from copyjob.conformance.attempt import Attempt, Mishap
from copyjob.conformance.campaign import Campaign
from copyjob.conformance.confirm import Divergence
from copyjob.conformance.discriminate import Trace
from copyjob.conformance.ledger import Bookkeeper, Ledger
from copyjob.conformance.overlook import Known, explains
from copyjob.conformance.record import Verdict
from copyjob.spec.vocabulary import Dialect

_Found = TypeVar("_Found")
NOT_CARRIED = Trace(())
"""Stands for the trace by which an alternative was rejected: it stays with whoever saw it."""


@dataclass(frozen=True)
class Open:
    """A reason for which runs could not be judged: the first of them, by the number of its plan, and how many."""

    number: int
    mishap: Mishap
    runs: int = 1

    def __or__(self, other: Open) -> Open:
        """Return both together."""
        first = min(self, other, key=lambda each: each.number)
        return replace(first, runs=self.runs + other.runs)


@dataclass
class Part(Generic[_Found]):
    """What plans came to; ``_Found`` is how a divergence is told: as it was confirmed, or as a report has it."""

    ledger: Ledger = field(default_factory=Ledger)
    judged: Counter[str] = field(default_factory=Counter[str])
    """How often each check judged something."""
    findings: dict[Known, tuple[int, _Found]] = field(default_factory=dict[Known, tuple[int, _Found]])
    """Divergences by the words in which they were seen, with the number of the plan."""
    errors: dict[int, Mishap] = field(default_factory=dict[int, Mishap])
    """By the number of the plan."""
    unclear: dict[str, Open] = field(default_factory=dict[str, Open])
    """By the reason."""
    plans: int = 0
    steps: int = 0
    observations: int = 0
    requests: int = 0
    bytes_sent: int = 0
    late: int = 0
    waits: int = 0

    def merge(self, other: Part[_Found]) -> None:
        """Take in what other plans of the same campaign came to."""
        self.ledger.merge(other.ledger)
        self.judged += other.judged
        for known, found in other.findings.items():
            mine = self.findings.get(known)
            if mine is None or found[0] < mine[0]:
                self.findings[known] = found
        self.errors |= other.errors
        for reason, one in other.unclear.items():
            mine_open = self.unclear.get(reason)
            self.unclear[reason] = one if mine_open is None else mine_open | one
        self.plans += other.plans
        self.steps += other.steps
        self.observations += other.observations
        self.requests += other.requests
        self.bytes_sent += other.bytes_sent
        self.late += other.late
        self.waits += other.waits

    def told(self, known_of: Callable[[_Found], Known]) -> list[_Found]:
        """Return the divergences that no other one explains, in the order of their plans."""
        found = [one for _, one in sorted(self.findings.values(), key=lambda each: each[0])]
        return apart(found, known_of)

    def campaign(self, dialect: Dialect, divergences: Iterable[Divergence] = ()) -> Campaign:
        """Return what the plans came to as a campaign's; divergences are told apart from it."""
        errors, unclear = sorted(self.errors.items()), sorted(self.unclear.items(), key=lambda item: item[1].number)
        return Campaign(
            dialect,
            ledger=self.ledger,
            judged_checks=self.judged,
            divergences=list(divergences),
            errors=[mishap for _, mishap in errors],
            unclear=Counter({reason: one.runs for reason, one in unclear}),
            first_unclear={reason: one.mishap for reason, one in unclear},
            plans=self.plans,
            steps=self.steps,
            observations=self.observations,
            requests=self.requests,
            bytes_sent=self.bytes_sent,
            late=self.late,
            waits=self.waits,
        )


def apart(found: Iterable[_Found], known_of: Callable[[_Found], Known]) -> list[_Found]:
    """Return what nothing else explains; of those that explain each other the first."""
    told: list[_Found] = []
    for one in found:
        known = known_of(one)
        if not any(explains(known_of(other), known) for other in told):
            told = [other for other in told if not explains(known, known_of(other))]
            told.append(one)
    return told


def take(part: Part[Divergence], number: int, done: Attempt, keeper: Bookkeeper) -> None:
    """Take in one run, and what it proves into the ledger by its keeper."""
    part.plans += 1
    part.steps += done.steps
    part.observations += done.observations
    part.requests += done.requests
    part.bytes_sent += done.bytes_sent
    part.judged += done.judged
    part.late += bool(done.late)
    part.waits += bool(done.late or done.unclear or done.stuck)
    if done.mishap is not None and done.verdict is Verdict.ERRORED:
        part.errors[number] = done.mishap
    elif done.mishap is not None:
        # Where a second run told no more, the first one's reason is told; its plan is the same.
        reason = done.late or done.unclear
        one = Open(number, replace(done.mishap, text=reason))
        part.unclear[reason] = part.unclear[reason] | one if reason in part.unclear else one
    if done.trace is not None:
        keeper.take(done.trace.observations, tolerant=done.trace.tolerant)
    for divergence in done.divergences:
        assert divergence.seen_as is not None
        part.findings.setdefault(divergence.seen_as, (number, divergence))
