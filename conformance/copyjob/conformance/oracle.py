"""The oracle: the set of configurations that a job may be in, narrowed by every observation.

Laws:

1. The belief is closed under the internal events whose cause was there; nothing happens without a cause.
2. A call and its answer are judged together; a getter is a sample of its own, taken later than the call.
3. A call that timed out stays pending: from then on it may take effect at any moment, or never.
4. Calls made side by side are explained by some order of them, one job at a time.
5. An observation that leaves the belief empty *diverges*. Two beliefs are kept: the wide one admits tolerated
   answers; when only the narrow one empties, a recommendation (SHOULD) was broken, and it is widened again.

All of this is integers: a belief is a bit set over the compiled table's configurations, and steps are memoised.
What the oracle does not know: plans, generators, and where observations come from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import permutations

from copyjob.conformance.observation import (
    Called,
    Causes,
    Counted,
    Observation,
    Occurred,
    Overlapped,
    Quiet,
    Requested,
    Sampled,
    TimedOut,
    events_of,
    known_hresult,
)
from copyjob.spec.compiled import IntegerTable, members
from copyjob.spec.table import Level
from copyjob.spec.vocabulary import Hresult, InternalEvent, JobState, Operation

ACTIVE = (JobState.CONNECTING, JobState.TRANSFERRING)
"""Where a job asks its server for anything. Clause: state/transferring."""


class Judge:
    """The memoised steps of one integer table; one judge serves every job that the table judges."""

    def __init__(self, table: IntegerTable) -> None:
        """Prepare the sets that filters need."""
        self.table = table
        self._closures: dict[tuple[int, int, int, frozenset[Operation], bool], int] = {}
        self._calls: dict[tuple[int, Operation, Hresult | None, bool], int] = {}
        self._done_at_most: list[int] = []
        bound = max(configuration.facts.files_total for configuration in table.configurations)
        for served in range(bound + 1):
            allowed = 0
            for number, configuration in enumerate(table.configurations):
                if configuration.facts.files_done <= served:
                    allowed |= 1 << number
            self._done_at_most.append(allowed)
        self.active = sum(table.by_state[state] for state in ACTIVE)

    def closure(
        self,
        belief: int,
        causes: Causes,
        pending: frozenset[Operation] = frozenset(),
        *,
        tolerant: bool = True,
    ) -> int:
        """Return everything reachable by internal events whose cause was there, and by pending calls."""
        key = (belief, causes.may, causes.served, pending, tolerant)
        known = self._closures.get(key)
        if known is not None:
            return known
        reached = frontier = belief
        while frontier:
            found = 0
            for event in events_of(causes.may):
                found |= self.happen(frontier, event, causes.served, tolerant=tolerant)
            for operation in pending:
                found |= self._pending_step(frontier, operation)
            frontier = found & ~reached
            reached |= frontier
        self._closures[key] = reached
        return reached

    def happen(self, belief: int, event: InternalEvent, served: int, *, tolerant: bool = True) -> int:
        """Return where one internal event leads from a belief."""
        ways = self.table.edges.get(event)
        if ways is None:
            return 0
        found = 0
        for number in members(belief):
            for edge in ways[number]:
                if tolerant or not edge.tolerated:
                    found |= 1 << edge.dest
        if event is InternalEvent.FILE_DONE:
            found &= self._done_at_most[min(served, len(self._done_at_most) - 1)]
        return found

    def _pending_step(self, belief: int, operation: Operation) -> int:
        ways = self.table.edges.get(operation)
        return 0 if ways is None else sum({1 << e.dest for n in members(belief) for e in ways[n]})

    def call(self, belief: int, operation: Operation, hresult: Hresult | None) -> int:
        """Return where a call with this answer leads from a belief."""
        key = (belief, operation, hresult, True)
        known = self._calls.get(key)
        if known is not None:
            return known
        found = 0
        ways = self.table.edges.get(operation)
        for number in members(belief) if ways is not None and hresult is not None else ():
            assert ways is not None
            for edge in ways[number]:
                if edge.hresult is hresult:
                    found |= 1 << edge.dest
        self._calls[key] = found
        return found

    def step(
        self,
        belief: int,
        observation: Observation,
        pending: frozenset[Operation] = frozenset(),
        *,
        tolerant: bool = True,
    ) -> int:
        """Return the belief after an observation; empty where the table forbids it."""
        causes = observation.causes
        before = self.closure(belief, causes, pending, tolerant=tolerant)
        match observation:
            case Called(operation, hresult, _):
                after = self.call(before, operation, known_hresult(hresult))
                return self.closure(after, causes, pending, tolerant=tolerant)
            case Overlapped(calls, _):
                return self._overlapped(before, calls, causes, pending, tolerant=tolerant)
            case Sampled(state, _):
                return before & self.table.by_state[state]
            case Counted(total, done, _):
                return before & self.counted(total, done)
            case Occurred(event, _):
                after = self.happen(before, event, causes.served, tolerant=tolerant)
                return self.closure(after, causes, pending, tolerant=tolerant)
            case Requested():
                return before if before & self.active else 0
            case Quiet(due, _):
                # Not closed again: the job was seen in one of these states just now, and has not moved on.
                return belief & ~sum(self.table.by_state[state] for state in due)
            case TimedOut():
                return before

    def _overlapped(
        self,
        before: int,
        calls: tuple[tuple[Operation, int], ...],
        causes: Causes,
        pending: frozenset[Operation],
        *,
        tolerant: bool,
    ) -> int:
        after = 0
        for order in permutations(calls):
            belief = before
            for operation, hresult in order:
                belief = self.call(belief, operation, known_hresult(hresult))
                belief = self.closure(belief, causes, pending, tolerant=tolerant)
            after |= belief
        return after

    def counted(self, total: int, done: int) -> int:
        """Return the configurations with these numbers of files."""
        found = 0
        for number, configuration in enumerate(self.table.configurations):
            if configuration.facts.files_total == total and configuration.facts.files_done == done:
                found |= 1 << number
        return found


@dataclass(frozen=True, slots=True)
class Rejection:
    """An observation that nothing permits: what was believed, closed under what could happen, just before it."""

    index: int
    observation: Observation
    previous: Observation | None
    belief: int
    """The belief after the previous observation."""
    before: int
    """The same, closed under the causes of the rejected observation."""
    level: Level


class Oracle:
    """The belief about one job, from its creation on."""

    def __init__(self, judge: Judge) -> None:
        """Begin with the one configuration that a new job has."""
        self.judge = judge
        self.belief = judge.table.initial
        self._narrow = self.belief
        self._pending: frozenset[Operation] = frozenset()
        self._previous: Observation | None = None
        self._count = 0
        self.broken_recommendations: list[Rejection] = []

    def observe(self, observation: Observation) -> Rejection | None:
        """Narrow the belief; a Rejection where nothing is left (the belief then stays as it was)."""
        after = self.judge.step(self.belief, observation, self._pending)
        if not after:
            return self._rejection(observation, self.belief, Level.MUST, tolerant=True)
        narrow = self.judge.step(self._narrow, observation, self._pending, tolerant=False)
        if not narrow:
            self.broken_recommendations.append(self._rejection(observation, self._narrow, Level.SHOULD, tolerant=False))
        self._narrow = narrow or after
        self.belief = after
        if isinstance(observation, TimedOut):
            self._pending |= {observation.operation}
        self._previous = observation
        self._count += 1
        return None

    def _rejection(self, observation: Observation, belief: int, level: Level, *, tolerant: bool) -> Rejection:
        before = self.judge.closure(belief, observation.causes, self._pending, tolerant=tolerant)
        return Rejection(self._count, observation, self._previous, belief, before, level)

    def possible(self, causes: Causes) -> int:
        """Return every configuration that the job may be in now, under these causes."""
        return self.judge.closure(self.belief, causes, self._pending)


def first_rejection(judge: Judge, observations: Iterable[Observation], *, tolerant: bool = True) -> Rejection | None:
    """Judge a whole record; the first rejection, or None where the table permits all of it.

    Unless ``tolerant``, a broken recommendation rejects too.
    """
    oracle = Oracle(judge)
    for observation in observations:
        rejection = oracle.observe(observation)
        if rejection is None and not tolerant and oracle.broken_recommendations:
            rejection = oracle.broken_recommendations[0]
        if rejection is not None:
            return rejection
    return None
