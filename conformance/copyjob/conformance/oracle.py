"""The oracle: the set of configurations that a job may be in, narrowed by every observation.

Laws:

1. The belief is closed under the internal events whose cause was there; nothing happens without a cause.
2. A call and its answer are judged together; a getter is a sample of its own, taken later than the call.
3. A call that timed out stays pending: from then on it may take effect once, at any moment, or never.
4. Calls made side by side are explained by some order of them that time permits, one job at a time.
5. An observation that leaves the belief empty *diverges*. Two beliefs are kept: the wide one admits tolerated
   answers; when only the narrow one empties, a recommendation (SHOULD) was broken, and it is widened again.
6. Of a trace that others recorded, the belief is closed under whatever may have happened without being written down:
   where calls are not told wholly, under every call with any answer; where events are, only under those that leave the
   state alone. A line that is not there therefore never rules out more than the line would have.

All of this is integers: a belief is a bit set over the compiled table's configurations. ``Judge.step`` is the one place
with the logic; it is asked once for each step, and met again the step is a look-up (``nodes``).
What the oracle does not know: plans, generators, and where observations come from.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from copyjob.conformance.linearize import linearized
from copyjob.conformance.nodes import NOTHING_PENDING, Arrival, Belief, Memory, Node, Pending, Place, anywhere
from copyjob.conformance.observation import (
    Called,
    Causes,
    Counted,
    Gone,
    Lost,
    Observation,
    Occurred,
    Overlapped,
    Passed,
    Quiet,
    Requested,
    Sampled,
    Several,
    Stopped,
    TimedOut,
    Told,
    events_of,
    known_hresult,
)
from copyjob.spec.compiled import IntegerTable, Label, members
from copyjob.spec.table import FINAL, Level
from copyjob.spec.vocabulary import Hresult, InternalEvent, JobState, Operation

ACTIVE = (JobState.CONNECTING, JobState.TRANSFERRING)
"""Where a job asks its server for anything. Clause: state/transferring."""


class Judge:
    """The memoised steps of one integer table; one judge serves every job that the table judges."""

    def __init__(self, table: IntegerTable, memory: Memory | None = None) -> None:
        """Prepare the sets that filters need; ``memory`` where one is shared."""
        self.table = table
        self.memory = Memory() if memory is None else memory
        self._closures: dict[tuple[int, Causes, bool], int] = {}
        self._steps: dict[tuple[int, Causes, bool], int] = {}
        self._calls: dict[tuple[int, Operation, Hresult | None], int] = {}
        self._fewer_done_than = [
            sum(bits for (_, done), bits in table.by_counts.items() if done < served)
            for served in range(max(total for total, _ in table.by_counts) + 1)
        ]
        self.active = sum(table.by_state[state] for state in ACTIVE)
        self.final = sum(table.by_state[state] for state in FINAL)
        self.anything = sum(table.by_state.values())
        self._places: dict[tuple[bool, frozenset[tuple[Pending, int]]], Place] = {}
        self._nodes: dict[tuple[Place, Place], Node] = {}
        self._begin()

    @functools.cached_property
    def reachable(self) -> int:
        """The configurations to which rows lead a new job: of any other, the table says nothing."""
        reached = frontier = self.table.initial
        while frontier:
            found = 0
            for label in self.table.edges:
                found |= self.destinations(frontier, label)
            frontier = found & ~reached
            reached |= frontier
        return reached

    def _begin(self) -> None:
        """Remember nothing; who still stands in a place of before goes on from there."""
        self._age = self.memory.age
        for known in (self._closures, self._steps, self._calls, self._places, self._nodes):
            known.clear()
        self.start = self.believing({NOTHING_PENDING: self.table.initial})
        """What is believed of a new job."""
        self.newborn = Arrival(self.start, self.table.initial, broken=False, was_active=False, is_active=False)
        """How a new job comes to it."""

    # What has been met: see the laws of `nodes`

    def place(self, belief: Belief, *, tolerant: bool = True) -> Place:
        """Return the one place for a belief."""
        key = (tolerant, frozenset(belief.items()))
        if self._age != self.memory.age:
            self._begin()
        known = self._places.get(key)
        if known is None:
            self.memory.met()
            known = self._places[key] = Place(self, belief, anywhere(belief), tolerant=tolerant)
        return known

    def node(self, wide: Place, narrow: Place) -> Node:
        """Return the one node for a pair of beliefs."""
        key = (wide, narrow)
        known = self._nodes.get(key)
        if known is None:
            known = self._nodes[key] = Node(wide, narrow)
        return known

    def believing(self, belief: Belief) -> Node:
        """Return the node for a belief that no tolerated answer has led to."""
        return self.node(self.place(belief), self.place(belief, tolerant=False))

    # One set of configurations

    def closure(self, belief: int, causes: Causes, *, tolerant: bool = True) -> int:
        """Return everything reachable by internal events whose cause was there."""
        key = (belief, causes, tolerant)
        known = self._closures.get(key)
        if known is not None:
            return known
        self.memory.met()
        reached = frontier = belief
        while frontier:
            found = 0
            if causes.called or causes.told:
                for number in members(frontier):
                    found |= self._onward(number, causes, tolerant=tolerant)
            else:
                for event in events_of(causes.may):
                    found |= self.happen(frontier, event, causes.served, tolerant=tolerant)
            frontier = found & ~reached
            reached |= frontier
        self._closures[key] = reached
        return reached

    def _onward(self, number: int, causes: Causes, *, tolerant: bool) -> int:
        """Return where one step that nobody wrote down leads from one configuration."""
        key = (number, causes, tolerant)
        known = self._steps.get(key)
        if known is None:
            self.memory.met()
            known = 0
            for event in events_of(causes.may):
                known |= self.happen(1 << number, event, causes.served, tolerant=tolerant)
            if causes.told:
                known &= self.table.by_state[self.table.configurations[number].state]
            for label in self.table.edges if causes.called else ():
                if isinstance(label, Operation):
                    known |= self.destinations(1 << number, label)
            self._steps[key] = known
        return known

    def happen(self, belief: int, event: InternalEvent, served: int, *, tolerant: bool = True) -> int:
        """Return where one internal event leads from a belief."""
        ways = self.table.edges.get(event)
        if ways is None:
            return 0
        if event is InternalEvent.FILE_DONE:
            # A file more is done only where the server has begun the last byte of more files than were done.
            belief &= self._fewer_done_than[min(served, len(self._fewer_done_than) - 1)]
        found = 0
        for number in members(belief):
            for edge in ways[number]:
                if tolerant or not edge.tolerated:
                    found |= 1 << edge.dest
        return found

    def call(self, belief: int, operation: Operation, hresult: Hresult | None) -> int:
        """Return where a call with this answer leads from a belief."""
        key = (belief, operation, hresult)
        known = self._calls.get(key)
        if known is not None:
            return known
        self.memory.met()
        found = 0
        ways = self.table.edges.get(operation)
        for number in members(belief) if ways is not None and hresult is not None else ():
            assert ways is not None
            for edge in ways[number]:
                if edge.hresult is hresult:
                    found |= 1 << edge.dest
        self._calls[key] = found
        return found

    def several(self, belief: int, operation: Operation, hresult: Hresult | None) -> int:
        """Return where a call with this answer leads from a belief, called once or more times."""
        found = 0
        while (more := self.call(belief | found, operation, hresult)) | found != found:
            found |= more
        return found

    # A whole belief: law 3 keeps apart what is possible with and without an outstanding call

    def spread(self, belief: Belief, causes: Causes, *, tolerant: bool = True) -> Belief:
        """Return everything reachable by internal events whose cause was there, and by outstanding calls."""
        if len(belief) == 1 and NOTHING_PENDING in belief:
            return {NOTHING_PENDING: self.closure(belief[NOTHING_PENDING], causes, tolerant=tolerant)}
        reached = dict(belief)
        for size in range(max((len(pending) for pending in reached), default=0), -1, -1):
            for pending in [some for some in reached if len(some) == size]:
                reached[pending] = closed = self.closure(reached[pending], causes, tolerant=tolerant)
                for number, operation in enumerate(pending):
                    rest = pending[:number] + pending[number + 1 :]
                    reached[rest] = reached.get(rest, 0) | self.destinations(closed, operation)
        return {pending: bits for pending, bits in reached.items() if bits}

    def destinations(self, belief: int, label: Label) -> int:
        """Return where a call leads from a belief, whatever it answers; likewise an internal event."""
        ways = self.table.edges.get(label)
        return 0 if ways is None else sum({1 << edge.dest for n in members(belief) for edge in ways[n]})

    def step(self, belief: Belief, observation: Observation, *, tolerant: bool = True) -> Belief:
        """Return the belief after an observation; empty where the table forbids it."""
        causes = observation.causes
        if isinstance(observation, Quiet):
            # Not closed: the job was seen in one of these states just now, and has not moved on.
            due = sum(self.table.by_state[state] for state in observation.due)
            return _filtered(belief, ~due)
        before = self.spread(belief, causes, tolerant=tolerant)
        match observation:
            case Called(operation, hresult, _):
                return self._answered(before, operation, hresult, causes, tolerant=tolerant)
            case Overlapped(calls, _):
                return linearized(
                    before,
                    calls,
                    lambda belief, call: self._answered(
                        belief, call.operation, call.hresult, causes, tolerant=tolerant
                    ),
                    int.__or__,
                )
            case Sampled(state, _):
                return _filtered(before, self.table.by_state[state])
            case Counted(total, done, _):
                return _filtered(before, self.table.counts(total, done))
            case Occurred(event, _):
                return self._happened(before, event, causes, tolerant=tolerant)
            case Told(ways, _):
                reached: dict[Pending, int] = {}
                for way in ways:
                    after = before
                    for event in way:
                        after = self._happened(after, event, causes, tolerant=tolerant)
                    for pending, bits in after.items():
                        reached[pending] = reached.get(pending, 0) | bits
                return reached
            case Several(operation, hresult, _):
                known = known_hresult(hresult)
                after = {pending: self.several(bits, operation, known) for pending, bits in before.items()}
                return self.spread(_filtered(after), causes, tolerant=tolerant)
            case Passed():
                return before
            case Stopped():
                return self._interrupted(before, causes, tolerant=tolerant)
            case Requested():
                return before if anywhere(before) & self.active else {}
            case Gone():
                return _filtered(before, self.final)
            case Lost():
                return dict.fromkeys(before, self.anything)
            case TimedOut(operation, _):
                return {(*pending, operation): bits for pending, bits in before.items()}

    def _interrupted(self, before: Belief, causes: Causes, *, tolerant: bool) -> Belief:
        """Return the belief after at most one call or one event that was under way, and was not written down."""
        anything = Causes(causes.may, causes.served, called=True)
        after: dict[Pending, int] = {}
        for pending, bits in before.items():
            once = bits
            for number in members(bits):
                once |= self._onward(number, anything, tolerant=tolerant)
            # That nothing is left to transfer belongs to the event before.
            after[pending] = once | self.happen(once, InternalEvent.ALL_DONE, causes.served, tolerant=tolerant)
        return self.spread(after, causes, tolerant=tolerant)

    def _happened(self, before: Belief, event: InternalEvent, causes: Causes, *, tolerant: bool) -> Belief:
        after = {p: self.happen(bits, event, causes.served, tolerant=tolerant) for p, bits in before.items()}
        return self.spread(_filtered(after), causes, tolerant=tolerant)

    def _answered(
        self, before: Belief, operation: Operation, hresult: int, causes: Causes, *, tolerant: bool
    ) -> Belief:
        after = {pending: self.call(bits, operation, known_hresult(hresult)) for pending, bits in before.items()}
        return self.spread(_filtered(after), causes, tolerant=tolerant)


def _filtered(belief: Belief, allowed: int = -1) -> Belief:
    return {pending: bits & allowed for pending, bits in belief.items() if bits & allowed}


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

    __slots__ = ("_seen", "broken_recommendations", "judge", "last")

    def __init__(self, judge: Judge, seen: list[Observation] | None = None) -> None:
        """Begin with the one configuration that a new job has; what is not rejected is written down in ``seen``."""
        self.judge = judge
        self._seen: list[Observation] = [] if seen is None else seen
        self.last = judge.newborn
        """What the last observation did."""
        self.broken_recommendations: list[Rejection] = []

    @property
    def belief(self) -> int:
        """The configurations that the job may have been in when it was last observed, as a bit set."""
        return self.last.to.wide.bits

    @property
    def settled(self) -> int | None:
        """The same, where no call is outstanding; None where one may still take effect."""
        belief = self.last.to.wide.belief
        return belief[NOTHING_PENDING] if set(belief) == {NOTHING_PENDING} else None

    def observe(self, observation: Observation) -> Rejection | None:
        """Narrow the belief; a Rejection where nothing is left (the belief then stays as it was)."""
        after = self.last.to[observation]
        if after is None:
            return self._rejection(observation, self.last.to.wide, Level.MUST)
        if after.broken:
            self.broken_recommendations.append(self._rejection(observation, self.last.to.narrow, Level.SHOULD))
        self.last = after
        self._seen.append(observation)
        return None

    def _rejection(self, observation: Observation, place: Place, level: Level) -> Rejection:
        before, seen = place.reached[observation.causes], self._seen
        return Rejection(len(seen), observation, seen[-1] if seen else None, place.bits, before, level)

    def possible(self, causes: Causes) -> int:
        """Return every configuration that the job may be in now, under these causes."""
        return self.last.to.wide.reached[causes]


def first_rejection(judge: Judge, observations: Iterable[Observation], *, tolerant: bool = True) -> Rejection | None:
    """Judge a whole record; the first rejection, or None where the table permits all of it.

    Unless ``tolerant``, a broken recommendation rejects too.
    """
    node = judge.start
    told = observations if isinstance(observations, Sequence) else tuple(observations)
    for observation in told:
        after = node[observation]
        if after is None or (after.broken and not tolerant):
            break
        node = after.to
    else:
        return None
    # Told once more, step by step: only who rejects needs to know what was believed.
    oracle = Oracle(judge)
    for observation in told:
        rejection = oracle.observe(observation)
        if rejection is None and not tolerant and oracle.broken_recommendations:
            rejection = oracle.broken_recommendations[0]
        if rejection is not None:
            return rejection
    raise AssertionError("a record is judged alike each time")
