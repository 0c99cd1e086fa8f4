"""A divergence, and how it is confirmed: by shorter plans, by the same plan again, by plans that blame fewer rows.

Law: a divergence is reported with the shortest plan that shows it, of those that leave the fewest rows to blame, and
with how often it showed it when run again. A plan that shows it by luck waits at its end, where that helps.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from copyjob.conformance.bench import Bench
from copyjob.conformance.checks import CHECKS, Check
from copyjob.conformance.explain import Explanation, explain
from copyjob.conformance.ground import Wire
from copyjob.conformance.observation import Quiet, Requested, Sampled, events_of, tell
from copyjob.conformance.oracle import ACTIVE, Judge, Rejection
from copyjob.conformance.overlook import NOTHING_KNOWN, Known, Overlooking, explains
from copyjob.conformance.pace import quiescence_seconds
from copyjob.conformance.plan import Gate, Linger, Plan, Settle, shortened
from copyjob.conformance.record import Record
from copyjob.conformance.runner import PATIENCE
from copyjob.conformance.sharpen import sharper
from copyjob.conformance.shrink import SECONDS_MAX, shrink
from copyjob.conformance.weather import GATES
from copyjob.spec.table import Level
from copyjob.spec.vocabulary import InternalEvent, JobState

CONFIRMATIONS = 3
THOROUGHLY, QUICKLY = 3, 0.1
"""So many times as often where real time passes, as long as that takes no more than this part of the time."""
STABLE_TRIES = 4
"""How many of the shortest plans are tried for one that shows the divergence every time."""
UNHURRIED = (Settle(),), (Linger(), Settle())
"""How a plan may end, so that what is under way at its end is seen each time."""
TOLD_SECONDS = 1.8
"""So long after its first occurrence the last run for a divergence begins, if its plan is an ordinary one."""
RUNS_WANTED = 30
"""A plan that takes longer itself gets the time of so many runs, up to ``SECONDS_MAX``."""
SHRINKING, STEADYING = 0.6, 0.8
"""Which part of the time is over when shrinking ends, and when the last of the same plans is run again."""
SHARPENING = 1 / 3
"""Which part of the time that is left a sharper plan may wait for anything."""
_AFTER_A_RETRY = (*ACTIVE, JobState.QUEUED, JobState.TRANSFERRED, JobState.ERROR)


@dataclass
class Divergence:
    """One way in which the backend diverges."""

    level: Level
    observation: str
    explanation: Explanation | None
    check: Check | None
    permitted: tuple[str, ...]
    record: Record
    step: int
    """The number of the step at which it showed: what its plan does later has no part in it."""
    reproduced: int = 1
    runs: int = 1
    told_after_seconds: float = 0.0
    """How long after its first occurrence it was shrunk and confirmed."""
    seen_as: Known | None = None
    """As what it was seen first, before it was shrunk and sharpened, where that was noted."""

    @property
    def named(self) -> frozenset[str]:
        """The id of the check that failed, or the ids of all rows that explain the divergence."""
        if self.check is not None:
            return frozenset((self.check.id,))
        assert self.explanation is not None
        return frozenset(row.id for row in self.explanation.rows)

    @property
    def late(self) -> bool:
        """Whether it shows as a wait only: something due had not happened past four times the bound."""
        rejection, failures = self.record.rejection, self.record.failures
        if self.check is not None and any(failure.late and failure.check is self.check for failure in failures):
            return True
        return rejection is not None and isinstance(rejection.observation, Quiet)

    @property
    def known(self) -> Known:
        """What has to be known of a divergence, so that none is told twice."""
        return self.level, self.named

    def is_explained_by(self, known: Known) -> bool:
        """Whether whatever explains a known divergence explains this one too, so that it tells nothing new."""
        return explains(known, self.known)


def divergences_of(judge: Judge, record: Record) -> list[Divergence]:
    """Return the divergences of one run: the rejection, the failed checks, the broken recommendations."""
    found: list[Divergence] = []
    rejections: Iterable[Rejection] = [
        *([record.rejection] if record.rejection else []),
        *record.recommendations,
    ]
    found += [_rejected(judge, record, rejection) for rejection in rejections]
    found += [
        Divergence(Level.MUST, failure.seen, None, failure.check, (failure.permitted,), record, record.steps_done)
        for failure in record.failures
    ]
    return found


def _rejected(judge: Judge, record: Record, rejection: Rejection) -> Divergence:
    upto = record.observations[: rejection.index + 1]
    explanation = explain(judge, upto, rejection)
    text = _told(rejection)
    # Where no row was in play at all, the job moved without a cause.
    check = CHECKS["state/rests"] if explanation.by_itself else None
    if _left_unfollowed(rejection, record):
        check, explanation = CHECKS["http/redirect"], replace(explanation, rows=(), instead=(), edges=())
        text = f"{text}; {record.last_answer.redirect}, and nobody asked there"
    elif _uncaused(judge, rejection):
        text = f"{text}; nothing that leads there had happened, {_server(rejection, record)}"
    elif rejection is record.rejection:
        text = "; ".join((text, *_circumstances(judge, rejection, record)))
    if _waits_for_its_retry(judge, rejection):
        text = f"{text}; no retry was due: a job waits there for its delay first (timer/retry)"
    return Divergence(
        rejection.level, text, explanation, check, explanation.permitted, record, record.steps[rejection.index]
    )


def overlooking(judge: Judge, known: Collection[Known]) -> Overlooking:
    """Return how a run goes on past known divergences, so that it may come to others."""
    if not known:
        return NOTHING_KNOWN

    def explaining(record: Record) -> Known | None:
        if record.rejection is None:
            return None
        found = _rejected(judge, record, record.rejection)
        return next((one for one in known if found.is_explained_by(one)), None)

    checks = frozenset(name for level, named in known if level is Level.MUST for name in named if len(named) == 1)
    return Overlooking(checks & CHECKS.keys(), explaining)


def _left_unfollowed(rejection: Rejection, record: Record) -> bool:
    """Whether a transfer ended, well or badly, on a redirect that it should have followed."""
    seen = rejection.observation
    ends = (JobState.ERROR, JobState.TRANSIENT_ERROR, JobState.TRANSFERRED)
    ended = isinstance(seen, Sampled) and seen.state in ends
    return ended and rejection is record.rejection and bool(record.last_answer.redirect)


def _uncaused(judge: Judge, rejection: Rejection) -> bool:
    """Whether a job was seen in a state of error, and nothing that leads there by itself could have happened."""
    seen = rejection.observation
    if not isinstance(seen, Sampled) or seen.state not in (JobState.ERROR, JobState.TRANSIENT_ERROR):
        return False
    leading = {
        row.label
        for row in judge.table.rows
        if row.source is not seen.state and any(answer.dest is seen.state for answer in row.answers)
    }
    return rejection.level is Level.MUST and leading.isdisjoint(events_of(seen.causes.may))


def _server(rejection: Rejection, record: Record) -> str:
    """Return how the server took connections when something was rejected, or else what it had answered last."""
    gate = _gate(rejection, record)
    if gate == "accept":
        return record.last_answer.text
    return f"at the server {GATES[gate][0].lower()}{GATES[gate][1:].rstrip('.')}"


def _gate(rejection: Rejection, record: Record) -> str:
    steps = record.plan.steps[: record.steps[rejection.index] + 1]
    return next((step.gate for step in reversed(steps) if isinstance(step, Gate)), "accept")


def _circumstances(judge: Judge, rejection: Rejection, record: Record) -> Iterator[str]:
    """Yield what the server did meanwhile, where a state that was seen cannot be understood without it."""
    seen = rejection.observation
    if not isinstance(seen, Sampled):
        return
    connecting = rejection.before & judge.table.by_state.get(JobState.CONNECTING, 0)
    if seen.state is JobState.TRANSFERRING and connecting and InternalEvent.CONNECT not in events_of(seen.causes.may):
        yield "no new connection of the job had reached the server"
    if seen.state is JobState.TRANSFERRED or _gate(rejection, record) != "accept":
        yield _server(rejection, record)


def _waits_for_its_retry(judge: Judge, rejection: Rejection) -> bool:
    """Whether a job that went on can only have been in TRANSIENT_ERROR, and had to stay there for longer."""
    seen = rejection.observation
    if not isinstance(seen, Requested) and not (isinstance(seen, Sampled) and seen.state in _AFTER_A_RETRY):
        return False
    waiting = judge.table.by_state[JobState.TRANSIENT_ERROR]
    return InternalEvent.RETRY not in events_of(seen.causes.may) and not rejection.before & ~waiting


def _told(rejection: Rejection) -> str:
    previous = rejection.previous
    after = f", after {tell(previous)}" if previous is not None else ""
    return f"{tell(rejection.observation)}{after}"


class _Confirmation:
    """A divergence that is shown again: by shorter plans, and by the same plan several times."""

    def __init__(self, bench: Bench, divergence: Divergence, until: float, past: Overlooking) -> None:
        self._bench, self._start, self._until, self._past = bench, bench.tried_seconds, until, past
        self._wanted = divergence.named
        # What shows only as a wait is waited for again each time: such a plan is shrunk little, and confirmed once.
        self.late = divergence.late
        self._shown = [divergence]

    def _left(self, part: float) -> float:
        """How many seconds are left of this part of the time."""
        return self._start + part * (self._until - self._start) - self._bench.tried_seconds

    def shortest(self) -> Divergence:
        """Return the divergence as the shortest plan shows it that does so steadily."""
        found = self._shown[0]
        record, plan = found.record, found.record.plan
        cut = shortened(plan, plan.steps[: found.step + 1])
        if record.steps_done <= found.step:
            # Nothing behind it was carried out: this much has been seen to show it, however seldom it does.
            self._shown[0] = replace(found, record=replace(record, plan=cut))
            plan = cut
        elif self._diverges(cut):
            plan = cut
        left_seconds = self._left(SHRINKING)
        shrink(plan, self._diverges, seconds_max=left_seconds, now_seconds=lambda: self._bench.tried_seconds)
        return self._steadiest()

    def same(self, plan: Plan, *, wait_seconds: float | None = None) -> Divergence | None:
        """Run a plan, in which nothing is waited for longer than ``wait_seconds``; the divergence, where it shows."""
        patience: float = PATIENCE if self.late else 1
        if wait_seconds is not None:
            patience = min(patience, max(wait_seconds, 0) / quiescence_seconds(self._bench.declared))
        record = self._bench.run(plan, patience=patience, overlooking=self._past)
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
        best = self._shown[0]
        for candidate in self._by_length():
            self._show_again(candidate)
            if best.runs == 1 or candidate.reproduced * best.runs > best.reproduced * candidate.runs:
                best = candidate
            if candidate.reproduced == candidate.runs or self._left(STEADYING) < 0:
                break
        return best

    def _show_again(self, candidate: Divergence) -> None:
        """Run its plan again, and count how often it shows the divergence."""
        candidate.runs = candidate.reproduced = 1
        again = 1 if self.late else CONFIRMATIONS
        # Where real time passes a plan may show it by luck: a quick one is asked more often before it counts as steady.
        quick_until = self._bench.tried_seconds + QUICKLY * (self._until - self._start)
        in_real_time = self._bench.wire is Wire.HTTP and not self.late
        for number in range(again * THOROUGHLY if in_real_time else again):
            if number and self._left(STEADYING) <= 0:
                return
            seldom = candidate.reproduced < candidate.runs
            if number >= again and (seldom or self._bench.tried_seconds > quick_until):
                return
            candidate.runs += 1
            candidate.reproduced += self.same(candidate.record.plan) is not None

    def _by_length(self) -> Iterator[Divergence]:
        """Yield the divergence as the shortest plans have shown it, then as the shortest shows it that waits longer.

        What a plan shows at its very end, it shows only when the backend was fast enough.
        """
        shortest = self._shown[-1]
        yield from self._shown[: -STABLE_TRIES - 1 : -1]
        steps = shortest.record.plan.steps
        for end in () if self.late else UNHURRIED:
            if steps[-len(end) :] != end:
                found = self.same(shortened(shortest.record.plan, (*steps, *end)))
                if found is not None and len(found.named) <= len(shortest.named):
                    yield found


def confirmed(
    bench: Bench, divergence: Divergence, run_seconds: float = 0.0, past: Overlooking = NOTHING_KNOWN
) -> Divergence:
    """Shrink the plan of a divergence, run what is left a few times more, and look for one that blames fewer rows.

    All of it within two seconds, for a run that took ``run_seconds`` no more than a fraction of one. What shows only as
    a wait needs four times the bound each time that it is shown. Every run goes on ``past`` what is known.
    """
    began, start = time.monotonic(), bench.tried_seconds
    until = start + min(max(RUNS_WANTED * run_seconds, TOLD_SECONDS), SECONDS_MAX)
    confirmation = _Confirmation(bench, divergence, start + SECONDS_MAX if divergence.late else until, past)
    best = confirmation.shortest()
    for plan in () if divergence.late else sharper(best.record.plan, bench.declared):
        if len(best.named) == 1 or bench.tried_seconds > until:
            break
        # Where the fault keeps the jobs in front from running they would be waited for in vain, each time.
        found = confirmation.same(plan, wait_seconds=(until - bench.tried_seconds) * SHARPENING)
        if found is not None and found.named < best.named:
            sharp = _Confirmation(bench, found, until, past).shortest()
            if sharp.named < best.named and sharp.reproduced * best.runs >= best.reproduced * sharp.runs:
                best = sharp
    best.told_after_seconds = time.monotonic() - began
    return best
