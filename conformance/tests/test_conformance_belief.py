"""The belief of the judge beside one computed naively: a set of configurations, stepped by the rows themselves.

Law: the naive one is the theory's formulas, written down without a thought for speed; it shares no step with the kit.
A member of the naive belief is a configuration with the calls that timed out and have not taken effect there.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from copyjob.conformance.nodes import anywhere
from copyjob.conformance.observation import (
    Called,
    Causes,
    Counted,
    Gone,
    Lost,
    Observation,
    Occurred,
    Overlapped,
    RacedCall,
    Requested,
    Sampled,
    TimedOut,
    bits_of,
    events_of,
)
from copyjob.conformance.oracle import Judge, Oracle, first_rejection
from copyjob.spec import facts as f
from copyjob.spec.compiled import FILES_BOUND, integer_table, members
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, Operation

Belief = frozenset[tuple[f.Configuration, tuple[Operation, ...]]]
Label = Operation | InternalEvent
NOWHERE: Belief = frozenset()


@cache
def ways(
    dialect: Dialect, label: Label, start: f.Configuration, *, tolerant: bool
) -> frozenset[tuple[Hresult | None, f.Configuration]]:
    row = table(dialect).row_at(label, start)
    if row is None:
        return frozenset()
    given = row.answers + (row.tolerated if tolerant or isinstance(label, Operation) else ())
    found = {(a.hresult, f.Configuration(a.dest, f.apply(a.effects, start.facts))) for a in given}
    return frozenset(way for way in found if way[1].facts.files_total <= FILES_BOUND)


class Naive:
    """The theory's formulas, written down without a thought for speed."""

    def __init__(self, dialect: Dialect, *, tolerant: bool) -> None:
        self.dialect, self.tolerant = dialect, tolerant
        self.belief: Belief = frozenset({(f.INITIAL, ())})

    def ways(self, label: Label, start: f.Configuration) -> frozenset[tuple[Hresult | None, f.Configuration]]:
        return ways(self.dialect, label, start, tolerant=self.tolerant)

    def happen(self, belief: Belief, event: InternalEvent, served: int) -> Belief:
        able = {m for m in belief if event is not InternalEvent.FILE_DONE or m[0].facts.files_done < served}
        return frozenset((dest, pending) for c, pending in able for _, dest in self.ways(event, c))

    def take_effect(self, belief: Belief) -> Belief:
        return frozenset(
            (dest, (*pending[:number], *pending[number + 1 :]))
            for c, pending in belief
            for number, operation in enumerate(pending)
            for _, dest in self.ways(operation, c)
        )

    def close(self, belief: Belief, causes: Causes) -> Belief:
        def more() -> Belief:
            by_itself = (self.happen(belief, event, causes.served) for event in events_of(causes.may))
            return belief.union(self.take_effect(belief), *by_itself)

        while not (found := more()) <= belief:
            belief = found
        return belief

    def call(self, belief: Belief, operation: Operation, hresult: int) -> Belief:
        steps = ((ways(self.dialect, operation, c, tolerant=True), pending) for c, pending in belief)
        return frozenset((dest, pending) for way, pending in steps for answered, dest in way if answered == hresult)

    def orders(self, belief: Belief, calls: Sequence[RacedCall], causes: Causes) -> Belief:
        if not calls:
            return belief
        found = NOWHERE
        for number, call in enumerate(calls):
            if any(other.ended < call.began for other in calls):
                continue
            after = self.close(self.call(belief, call.operation, call.hresult), causes)
            found |= self.orders(after, [*calls[:number], *calls[number + 1 :]], causes)
        return found

    def observe(self, seen: Observation) -> bool:
        before = self.close(self.belief, seen.causes)
        match seen:
            case Called(operation, hresult, causes):
                after = self.close(self.call(before, operation, hresult), causes)
            case Overlapped(calls, causes):
                after = self.orders(before, calls, causes)
            case Sampled(state, _):
                after = frozenset(m for m in before if m[0].state is state)
            case Counted(total, done, _):
                after = frozenset(m for m in before if m[0].facts[:2] == (total, done))
            case Occurred(event, causes):
                after = self.close(self.happen(before, event, causes.served), causes)
            case Requested():
                active = any(c.state in (JobState.CONNECTING, JobState.TRANSFERRING) for c, _ in before)
                after = before if active else NOWHERE
            case Gone():
                after = frozenset(m for m in before if m[0].state in (JobState.ACKNOWLEDGED, JobState.CANCELLED))
            case Lost():
                pendings, everywhere = {pending for _, pending in before}, integer_table(self.dialect).configurations
                after = frozenset((c, pending) for c in everywhere for pending in pendings)
            case TimedOut(operation, _):
                after = frozenset((c, (*pending, operation)) for c, pending in before)
            case _:
                raise AssertionError("not drawn")
        self.belief = after or self.belief
        return bool(after)

    @property
    def configurations(self) -> set[f.Configuration]:
        return {c for c, _ in self.belief}


operations = st.sampled_from(Operation)
OK = Hresult.S_OK
REFUSALS = (Hresult.BG_E_EMPTY, Hresult.BG_E_INVALID_STATE, Hresult.BG_E_ERROR_INFORMATION_UNAVAILABLE)
hresults = st.sampled_from([OK, OK, OK, Hresult.BG_S_PARTIAL_COMPLETE, *REFUSALS])
caused = st.builds(Causes, st.sets(st.sampled_from(InternalEvent)).map(bits_of), st.integers(0, FILES_BOUND))


@st.composite
def races(draw: st.DrawFn) -> tuple[RacedCall, ...]:
    """Draw calls that overlap or follow each other, in any way."""
    count = draw(st.integers(2, 4))
    moments = draw(st.permutations(range(2 * count)))
    spans = [sorted(moments[2 * number : 2 * number + 2]) for number in range(count)]
    return tuple(RacedCall(draw(operations), draw(hresults), began, ended) for began, ended in spans)


anything = st.one_of(
    st.just(Called(Operation.ADD_FILE, OK, Causes())),
    st.builds(Called, operations, hresults, caused),
    st.builds(Called, operations, hresults, caused),
    st.builds(Sampled, st.sampled_from(JobState), caused),
    st.builds(Sampled, st.sampled_from(JobState), caused),
    st.builds(Counted, st.integers(0, 2), st.integers(0, 2), caused),
    st.builds(Overlapped, races(), caused),
    st.builds(Occurred, st.sampled_from(InternalEvent), caused),
    st.builds(TimedOut, operations, caused),
    st.builds(Requested, caused),
    st.builds(Gone, caused),
    st.builds(Lost, caused),
)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(observed=st.lists(anything, max_size=9))
def test_the_belief_of_the_judge_is_that_of_a_naive_set_of_configurations(observed: list[Observation]) -> None:
    oracle, naive = Oracle(Judge(integer_table(Dialect.BITS))), Naive(Dialect.BITS, tolerant=True)
    for seen in observed:
        assert (oracle.observe(seen) is None) == naive.observe(seen)
        configurations = oracle.judge.table.configurations
        assert {configurations[number] for number in members(oracle.belief)} == naive.configurations


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(start=st.sampled_from(integer_table(Dialect.DO).configurations), seen=anything)
def test_the_narrow_step_of_the_judge_is_that_of_a_naive_set_of_configurations(
    start: f.Configuration, seen: Observation
) -> None:
    judge, naive = Judge(integer_table(Dialect.DO)), Naive(Dialect.DO, tolerant=False)
    naive.belief = frozenset({(start, ())})
    after = anywhere(judge.step({(): 1 << judge.table.index[start]}, seen, tolerant=False))
    expected = naive.configurations if naive.observe(seen) else set[f.Configuration]()
    assert {judge.table.configurations[number] for number in members(after)} == expected


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(observed=st.lists(anything, max_size=9), again=st.lists(anything, max_size=9))
def test_what_a_judge_remembers_changes_nothing_in_what_it_says(
    observed: list[Observation], again: list[Observation]
) -> None:
    used = Judge(integer_table(Dialect.BITS))
    first_rejection(used, again)
    for seen in (again, observed, again):
        assert first_rejection(used, seen) == first_rejection(Judge(integer_table(Dialect.BITS)), seen)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(observed=st.lists(anything, max_size=9))
def test_both_beliefs_of_a_node_are_those_of_naive_sets_of_configurations(observed: list[Observation]) -> None:
    oracle = Oracle(Judge(integer_table(Dialect.BITS)))
    wide, narrow = Naive(Dialect.BITS, tolerant=True), Naive(Dialect.BITS, tolerant=False)
    node = oracle.judge.start
    for seen in observed:
        after = node[seen]
        assert (after is not None) == wide.observe(seen)
        if after is not None:
            assert after.broken != narrow.observe(seen)
            narrow.belief = wide.belief if after.broken else narrow.belief
            before, active = node.wide.reached[seen.causes], oracle.judge.active
            possible = after.to.wide.reached[seen.causes]
            assert (after.possible, after.was_active, after.rests) == (
                possible,
                bool(before & active),
                bool(before & active) and not possible & active,
            )
            node = after.to
        for place, naive in ((node.wide, wide), (node.narrow, narrow)):
            assert {oracle.judge.table.configurations[n] for n in members(place.bits)} == naive.configurations
