"""An attempt: one run of one plan, judged, with every new divergence confirmed; small enough to go between processes.

Laws:

1. Who runs plans is told what is known already, and confirms nothing twice. Whether a run that could not be judged is
   run again, and when, is not decided here, but for runs in memory that stand alone.
2. What an attempt that stands *alone* comes to is a function of backend, plan and seed: it goes past what it has shown
   itself, and past nothing that others have. That others have shown the same only spares it to confirm that again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import takewhile

from copyjob.conformance.bench import Bench
from copyjob.conformance.confirm import Divergence, confirmed, divergences_of, overlooking
from copyjob.conformance.discriminate import Trace
from copyjob.conformance.ground import Wire
from copyjob.conformance.observation import Lost, Observation
from copyjob.conformance.overlook import Known
from copyjob.conformance.plan import Plan
from copyjob.conformance.record import Record, Verdict
from copyjob.conformance.runner import PATIENCE

PASSES_MAX = 10
"""So often a plan that stands alone is run to go past what it has shown."""


@dataclass(frozen=True)
class Mishap:
    """Why a run says nothing of the backend: the adapter broke, or it could not be judged; and how to see it again."""

    text: str
    plan: Plan
    where: str = ""
    """In which step it happened, and in which state the job was seen last."""
    words: tuple[str, ...] = ()
    """The last lines that the adapter wrote to standard error."""


@dataclass(frozen=True)
class Attempt:
    """What one run of a plan came to."""

    aim: str
    verdict: Verdict
    steps: int
    """How many of the plan's steps were carried out."""
    trace: Trace | None
    """What was observed, where nothing of it was rejected."""
    observations: int
    requests: int
    bytes_sent: int
    judged: Counter[str]
    late: str
    stuck: tuple[str, ...]
    unclear: str
    mishap: Mishap | None = None
    """What is told of it where it is errored or inconclusive."""
    divergences: tuple[Divergence, ...] = ()
    rejected: tuple[Observation, ...] = ()
    """What was observed, the last of it rejected, where something was."""

    @property
    def seen(self) -> tuple[Observation, ...]:
        """What was observed: before the run went on past anything, or up to what was rejected."""
        return self.rejected or (() if self.trace is None else tuple(self.trace.observations))

    @property
    def plain(self) -> bool:
        """Whether it conforms in all respects, so that no other run has to know of it."""
        return self.verdict is Verdict.CONFORMS and not self.divergences


def attempt(bench: Bench, plan: Plan, known: Collection[Known] = (), *, patient: bool = False) -> Attempt:
    """Run a plan, with four times the patience where a first run was late; confirm what is not ``known``."""
    start = bench.tried_seconds
    past = overlooking(bench.judge, known)
    record = bench.run(plan, patience=PATIENCE if patient else 1, overlooking=past)
    took_seconds = bench.tried_seconds - start
    settled = [*known]
    divergences: list[Divergence] = []
    for divergence in divergences_of(bench.judge, record):
        if not any(divergence.is_explained_by(one) for one in settled):
            best = confirmed(bench, divergence, took_seconds, past)
            divergences.append(best)
            settled.append(best.known)
    return _attempt(record, divergences)


def attempt_alone(bench: Bench, plan: Plan, told: Collection[Known] = (), *, patient: bool = False) -> Attempt:
    """Run a plan, again and again past what it shows itself; confirm what nobody has ``told`` in the same words."""
    past: list[Known] = []
    divergences: list[Divergence] = []
    first = record = Record(plan)
    for _ in range(PASSES_MAX):
        overlooked = overlooking(bench.judge, past)
        start = bench.tried_seconds
        if bench.wire is Wire.MEMORY:
            # Nobody is disturbed by it, and nobody waits.
            record = bench.run_patiently(plan, overlooking=overlooked)
        else:
            record = bench.run(plan, patience=PATIENCE if patient else 1, overlooking=overlooked)
        took_seconds = bench.tried_seconds - start
        shown = {found.known: found for found in reversed(divergences_of(bench.judge, record))}
        fresh = [known for known in reversed(shown) if known not in past]
        for known in fresh:
            if known not in told:
                best = confirmed(bench, shown[known], took_seconds, overlooked)
                divergences.append(replace(best, seen_as=known))
        if not past:
            first = record
        past += fresh
        if not fresh or record.verdict is not Verdict.DIVERGES:
            break
    done = _attempt(record, divergences)
    return replace(done, rejected=tuple(first.observations) if _is_rejected(first) else ())


def _attempt(record: Record, divergences: Collection[Divergence]) -> Attempt:
    rejected = _is_rejected(record)
    return Attempt(
        aim=record.plan.aim,
        verdict=record.verdict,
        steps=record.steps_done,
        trace=None if rejected else _trace(record),
        observations=len(record.observations),
        requests=record.requests,
        bytes_sent=record.bytes_sent,
        judged=record.judged,
        late=record.late,
        stuck=record.stuck,
        unclear=record.unclear,
        mishap=_mishap(record),
        divergences=tuple(divergences),
        rejected=tuple(record.observations) if rejected else (),
    )


def _is_rejected(record: Record) -> bool:
    return record.rejection is not None or bool(record.failures)


def _trace(record: Record) -> Trace:
    """Return what was observed before the run went on past anything: what came later rests on nothing."""
    certain = tuple(takewhile(lambda seen: not isinstance(seen, Lost), record.observations))
    return Trace(certain, tolerant=bool(record.recommendations))


def _mishap(record: Record) -> Mishap | None:
    if record.verdict not in (Verdict.ERRORED, Verdict.INCONCLUSIVE):
        return None
    return Mishap(record.error or record.late or record.unclear, record.plan, record.where, record.words)


def broken(plan: Plan, why: str) -> Attempt:
    """Return what a run comes to in which the adapter broke so that nothing else is known."""
    return Attempt(plan.aim, Verdict.ERRORED, 0, None, 0, 0, 0, Counter(), "", (), "", Mishap(why, plan))
