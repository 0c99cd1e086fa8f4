"""Whether a mutant conforms: whether all that it can be seen to do is permitted by the table, by subset construction.

The product of what the mutant may be doing and what the oracle would believe is explored breadth first, over the same
observations and the same causes as a run has. Where an observation leaves the belief empty, the mutant is *detectable*,
and the way there is the shortest; where none does, its traces are included in the table's, and it *conforms*.

Laws:

1. Never in doubt against the kit: causes are given to the oracle as sparingly as a run ever does (what happened since
   the job was last seen at rest, and time that had to pass for it), so that a mutant proved conforming is never killed.
2. The table is asked by the kit's own judge, and the mutant by its own edges: one model of what an observation means.
3. What waits for ever where something is due is detectable, whatever the table says: no table can excuse it.

What this module does not know: files on the disk and callers at once, whose faults (slips) are outside of the table;
those are proved by :func:`racing` where they concern the table, and not at all where they concern the disk.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import permutations
from typing import NamedTuple

from copyjob.conformance.mutants.behaviour import Behaviour
from copyjob.conformance.mutants.mutation import CALLING, Mutant, Slip
from copyjob.conformance.nodes import NOTHING_PENDING, anywhere
from copyjob.conformance.observation import (
    EVENT_BITS,
    NO_EVENT,
    Called,
    Causes,
    Counted,
    Observation,
    Occurred,
    Requested,
    Sampled,
    bits_of,
    hresult_text,
    tell,
)
from copyjob.conformance.oracle import ACTIVE, Judge
from copyjob.spec import facts as f
from copyjob.spec.callbacks import Callback, callbacks_of
from copyjob.spec.compiled import integer_table, members
from copyjob.spec.table import FINAL, Answer, full_table
from copyjob.spec.vocabulary import FAILURE_BIT, Dialect, InternalEvent, JobState, Operation

FILES_MAX = 2
"""Files of a job in the exploration: no row tells more apart than none, some, and all of them."""
PLACES_MAX = 400_000
"""A proof that would take more than so many places is given up: the mutant then counts as not proved."""

_Event = InternalEvent
_AT_REST = frozenset((JobState.SUSPENDED, JobState.ERROR, JobState.TRANSIENT_ERROR, JobState.TRANSFERRED, *FINAL))
_MOVING = (JobState.QUEUED, JobState.TRANSIENT_ERROR, *ACTIVE)
"""From where time alone may lead to where bytes come."""
_FAULTS = (_Event.TRANSIENT_FAULT, _Event.FATAL_FAULT, _Event.AMBIGUOUS_FAULT, _Event.RANGE_REFUSED)
_ALWAYS = EVENT_BITS[_Event.ALL_DONE]
_TIME = {
    _Event.SLICE_END: bits_of((_Event.SLICE_END,)),
    _Event.RETRY: bits_of((_Event.SLICE_END, _Event.RETRY)),
    _Event.NO_PROGRESS: bits_of((_Event.SLICE_END, _Event.RETRY, _Event.TRANSIENT_FAULT, _Event.NO_PROGRESS)),
    _Event.EXPIRY: bits_of((_Event.SLICE_END, _Event.RETRY, _Event.TRANSIENT_FAULT, _Event.NO_PROGRESS, _Event.EXPIRY)),
}
"""What time brings about, with whatever else may have come of so much time: it never becomes less."""


class Place(NamedTuple):
    """Where the exploration is: the mutant's configuration, the belief, and what the causes rest on."""

    at: int
    belief: int
    arrived: int = 0
    """Files that the server has sent to the end."""
    files: int = 0
    """Files that the job was really given."""
    acts: int = NO_EVENT
    """What the server did since the job was last seen at rest."""
    passed: int = NO_EVENT
    """What may have come of the time that has passed."""
    blocked: bool = False
    """Other jobs stand in front."""


_Known = dict[tuple[int, int, int, bool], list[tuple[int, int, int]]]
"""Beliefs, acts and time of the places with the same configuration, files, and jobs in front."""


@dataclass(frozen=True)
class Proof:
    """What is known of a mutant: that it conforms, or the shortest way to see that it does not, or neither."""

    conforms: bool
    witness: tuple[InternalEvent | Observation | str, ...] = ()
    places: int = 0
    reason: str = ""

    def told(self) -> str:
        """Return the proof as one line."""
        if self.reason:
            return self.reason
        return "; ".join(_told(step) for step in self.witness)


def _told(step: InternalEvent | Observation | str) -> str:
    if isinstance(step, InternalEvent):
        return f"({step.value})"
    return step if isinstance(step, str) else tell(step)


@cache
def truth(dialect: Dialect) -> Truth:
    """Return the table's side of a proof, made once."""
    return Truth(dialect)


class Truth:
    """The table's side of the product: the oracle's steps on one set of configurations, remembered."""

    def __init__(self, dialect: Dialect) -> None:
        self.table = integer_table(dialect)
        self.judge = Judge(self.table)
        self._steps: dict[tuple[int, Observation], int] = {}
        self._singles: dict[tuple[int, Causes], tuple[bool, bool]] = {}

    def step(self, belief: int, observation: Observation) -> int:
        """Return the belief after an observation; 0 where nothing permits it."""
        key = (belief, observation)
        known = self._steps.get(key)
        if known is None:
            known = self._steps[key] = anywhere(self.judge.step({NOTHING_PENDING: belief}, observation))
        return known

    def certain(self, belief: int, causes: Causes) -> tuple[bool, bool]:
        """Whether the number of files done, and error information, leave no doubt under a belief."""
        key = (belief, causes)
        known = self._singles.get(key)
        if known is None:
            facts = [self.table.configurations[n].facts for n in members(self.judge.closure(belief, causes))]
            known = (len({each.files_done for each in facts}) == 1, len({each.error for each in facts}) == 1)
            self._singles[key] = known
        return known


def prove(mutant: Mutant, places_max: int = PLACES_MAX) -> Proof:
    """Prove that a mutant conforms, or find the shortest way to see that it does not."""
    if mutant.slip is Slip.WINDOW:
        return racing(mutant)
    if mutant.slip in CALLING:
        return calling(mutant)
    if mutant.slip is not None:
        return Proof(conforms=False, reason="what it does to a file stands outside of the table")
    return explore(Behaviour(mutant.table()), truth(mutant.dialect), places_max)


def explore(mutant: Behaviour, right: Truth, places_max: int = PLACES_MAX) -> Proof:
    """Explore the product breadth first."""
    start = Place(right.table.index[f.INITIAL], right.table.initial)
    came: dict[Place, tuple[Place, InternalEvent | Observation | str] | None] = {start: None}
    known: _Known = {}
    queue = deque([start])
    while queue:
        place = queue.popleft()
        stuck = mutant.waits(place.at, blocked=place.blocked, left=place.arrived < place.files)
        if stuck:
            return Proof(conforms=False, witness=(*_way(came, place), stuck), places=len(came))
        for step, after in _moves(mutant, right, place):
            if after is None:
                return Proof(conforms=False, witness=(*_way(came, place), step), places=len(came))
            # Canonical: closing the belief now or at the next observation is the same.
            closed = after._replace(belief=right.judge.closure(after.belief, causes_of(after)))
            if closed not in came and _is_news(known, closed):
                came[closed] = (place, step)
                queue.append(closed)
        if len(came) > places_max:
            return Proof(conforms=False, places=len(came), reason=f"not decided within {places_max} places")
    return Proof(conforms=True, places=len(came))


def _is_news(known: _Known, place: Place) -> bool:
    """Whether no place known so far sees all that this one sees: one that believes no more, of no more causes."""
    others = known.setdefault((place.at, place.arrived, place.files, place.blocked), [])
    if any(not (b & ~place.belief or acts & ~place.acts or passed & ~place.passed) for b, acts, passed in others):
        return False
    own = (place.belief, place.acts, place.passed)
    others[:] = [each for each in others if own[0] & ~each[0] or own[1] & ~each[1] or own[2] & ~each[2]]
    others.append(own)
    return True


def _way(
    came: dict[Place, tuple[Place, InternalEvent | Observation | str] | None], place: Place
) -> tuple[InternalEvent | Observation | str, ...]:
    steps: list[InternalEvent | Observation | str] = []
    before = came[place]
    while before is not None:
        steps.append(before[1])
        before = came[before[0]]
    return tuple(reversed(steps))


def _moves(
    mutant: Behaviour, right: Truth, place: Place
) -> Iterator[tuple[InternalEvent | Observation | str, Place | None]]:
    """Yield what may happen next, or be seen next: a belief that is left empty yields None."""
    yield from happenings(mutant, place)
    state, facts = mutant.table.configurations[place.at]
    causes = causes_of(place)
    if state not in FINAL:
        # Whoever puts others in front of a running job takes its place away. The kit has looked before it does so.
        passed = place.passed | (0 if place.blocked else slice_ends(state))
        belief = right.judge.closure(place.belief, causes)
        toggled = place._replace(belief=belief, blocked=not place.blocked, passed=passed)
        yield "none in front" if place.blocked else "others in front", toggled
    seen: list[Observation] = [Sampled(state, causes)]
    if state not in FINAL:
        seen.append(Counted(facts.files_total, facts.files_done, causes))
    if state in ACTIVE:
        seen.append(Requested(causes))
    for observation in seen:
        belief = right.step(place.belief, observation)
        after = place._replace(belief=belief)
        if isinstance(observation, Sampled):
            after = after._replace(acts=acts_left(place.acts, state))
        yield observation, after if belief else None
    if state not in FINAL:
        restarted = Occurred(_Event.RESTART, causes)
        belief = right.step(place.belief, restarted)
        for to in mutant.after(_Event.RESTART, place.at):
            yield restarted, place._replace(at=to, belief=belief, blocked=False) if belief else None
    for operation in mutant.operations:
        adds = operation is Operation.ADD_FILE
        if adds and max(place.files, facts.files_total) >= FILES_MAX and state not in FINAL:
            continue
        for hresult, to in mutant.answers(operation, place.at):
            called = Called(operation, hresult, causes)
            belief = right.step(place.belief, called)
            files = place.files + (adds and not hresult & FAILURE_BIT and state not in FINAL)
            yield called, place._replace(at=to, belief=belief, files=files) if belief else None
            if belief and hresult & FAILURE_BIT and _touches(right, place.belief, causes, facts, mutant.facts(to)):
                yield f"the refused {operation.value} ({hresult_text(hresult)}) changed something", None


def slice_ends(state: JobState) -> int:
    """Return what may come of it that others are put in front of a job in this state: it loses its place."""
    return _TIME[_Event.SLICE_END] if state in ACTIVE else NO_EVENT


def causes_of(place: Place) -> Causes:
    """Return the fewest causes that a run would know of."""
    may = _ALWAYS | place.acts | place.passed
    if not place.blocked:
        may |= EVENT_BITS[_Event.TURN]
    if place.arrived:
        may |= EVENT_BITS[_Event.FILE_DONE]
    return Causes(may, place.arrived)


def acts_left(acts: int, state: JobState) -> int:
    """Return what of the server's acts may still come, once the job was seen in a state."""
    if state in _AT_REST:
        return NO_EVENT
    return acts if state is JobState.CONNECTING else acts & ~EVENT_BITS[_Event.CONNECT]


def _touches(right: Truth, belief: int, causes: Causes, before: f.Facts, after: f.Facts) -> bool:
    """Whether the check ``call/refused`` sees that a refused call changed facts."""
    done, error = right.certain(belief, causes)
    return (
        before.files_total != after.files_total
        or (done and before.files_done != after.files_done)
        or (error and before.error != after.error)
    )


def happenings(mutant: Behaviour, place: Place) -> Iterator[tuple[InternalEvent, Place]]:
    """Yield the internal events whose cause the kit can bring about."""
    state = mutant.table.configurations[place.at].state
    events: list[InternalEvent] = [_Event.ALL_DONE, _Event.EXPIRY]
    if not place.blocked:
        events.append(_Event.TURN)
    left = place.arrived < place.files
    if state is JobState.CONNECTING and left:
        events += [_Event.CONNECT, _Event.TRANSIENT_FAULT]
    elif state is JobState.TRANSFERRING:
        events += [_Event.SLICE_END, *((*_FAULTS, _Event.FILE_DONE) if left else ())]
    elif state is JobState.TRANSIENT_ERROR:
        events += [_Event.RETRY, _Event.NO_PROGRESS]
    for event in events:
        for to in mutant.after(event, place.at):
            yield event, _happened(place, event, to)


def _happened(place: Place, event: InternalEvent, to: int) -> Place:
    if event in _TIME:
        # So much time may have moved the jobs in front, but for a retry's: the kit no longer knows them to stand there.
        blocked = place.blocked and event is _Event.RETRY
        return place._replace(at=to, passed=place.passed | _TIME[event], blocked=blocked)
    if event is _Event.FILE_DONE:
        return place._replace(at=to, arrived=place.arrived + 1)
    if event in (_Event.TURN, _Event.ALL_DONE):
        return place._replace(at=to)
    return place._replace(at=to, acts=place.acts | EVENT_BITS[event])


def calling(mutant: Mutant) -> Proof:
    """Prove that callbacks which are not made, or made twice, are permitted; how they show is the listener's to find.

    Nothing is seen of a row that is never taken. Over a restart nobody has to be called. While bytes come, and where so
    much time has passed that they may have come meanwhile, JobModification may be called any number of times.
    """
    right = truth(mutant.dialect)
    number, row = next(each for each in enumerate(right.table.rows) if each[1].id == mutant.row)
    receiving = {each.source for each in full_table(mutant.dialect).rows if each.label is _Event.DATA}
    calls = {rule.callback for answer in row.answers for rule in callbacks_of(row, answer, mutant.dialect)}
    permitted = {answer.dest for answer in row.all_answers}
    bytes_come = all(receiving & {row.source, dest} for dest in permitted) or (
        row.label is _Event.EXPIRY and row.source in _MOVING
    )
    free = row.label is _Event.RESTART or (
        mutant.slip is Slip.CALLS_TWICE and calls == {Callback.JOB_MODIFICATION} and bytes_come
    )
    if free:
        return Proof(conforms=True)
    # Where even another destination would not be seen, the row is never taken.
    elsewhere = next(state for state in (JobState.CANCELLED, JobState.ACKNOWLEDGED) if state not in permitted)
    astray = (Answer(elsewhere, row.answers[0].hresult),)
    proof = explore(Behaviour(right.table.redirected(number, astray)), right)
    return Proof(
        proof.conforms, places=proof.places, reason="" if proof.conforms else "it can be seen that its row is taken"
    )


def racing(mutant: Mutant) -> Proof:
    """Prove that a call which decides on the state before another call, and acts after it, can always be explained by
    some order of the two; or return the two that cannot.
    """
    right = Behaviour(integer_table(mutant.dialect))
    row = next(row for row in right.table.rows if row.id == mutant.row)
    assert isinstance(row.label, Operation)
    racers = (Operation.RESUME, Operation.SUSPEND, Operation.CANCEL, Operation.COMPLETE, Operation.GET_ERROR)
    count = 0
    for at, (state, facts) in enumerate(right.table.configurations):
        if state is not row.source or not row.guard.holds(facts):
            continue
        for other in racers:
            for late, to in right.answers(row.label, at):
                for early, _ in right.answers(other, at):
                    count += 1
                    if to not in _ordered(right, at, ((row.label, late), (other, early))):
                        told = f"{row.label.value} answers {hresult_text(late)} beside {other.value}"
                        told += f" that answers {hresult_text(early)}, at {right.table.configurations[at]}"
                        return Proof(conforms=False, witness=(told,), places=count)
    return Proof(conforms=True, places=count)


def _ordered(right: Behaviour, at: int, calls: tuple[tuple[Operation, int], ...]) -> set[int]:
    """Return where the calls with these answers lead, one after another in any order."""
    found: set[int] = set()
    for order in permutations(calls):
        reached = {at}
        for operation, hresult in order:
            reached = {to for each in reached for given, to in right.answers(operation, each) if given == hresult}
        found |= reached
    return found
