"""The belief of the judge beside one computed naively: a set of configurations, stepped by the rows themselves.

Law: the naive one is the theory's formulas, written down without a thought for speed; it shares no step with the kit.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

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
    bits_of,
    events_of,
)
from copyjob.conformance.oracle import Judge, Oracle
from copyjob.spec import facts as f
from copyjob.spec.compiled import FILES_BOUND, integer_table, members
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, Operation

Belief = frozenset[f.Configuration]
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
        self.belief: Belief = frozenset({f.INITIAL})
        self.pending: frozenset[Operation] = frozenset()

    def happen(self, belief: Belief, label: Label, served: int) -> Belief:
        found = {d for c in belief for _, d in ways(self.dialect, label, c, tolerant=self.tolerant)}
        return frozenset(d for d in found if label is not InternalEvent.FILE_DONE or d.facts.files_done <= served)

    def close(self, belief: Belief, causes: Causes) -> Belief:
        labels: tuple[Label, ...] = (*events_of(causes.may), *self.pending)
        while not (more := belief.union(*(self.happen(belief, x, causes.served) for x in labels))) <= belief:
            belief = more
        return belief

    def call(self, belief: Belief, operation: Operation, hresult: int) -> Belief:
        steps = (ways(self.dialect, operation, c, tolerant=True) for c in belief)
        return frozenset(dest for way in steps for answered, dest in way if answered == hresult)

    def orders(self, belief: Belief, calls: Sequence[tuple[Operation, int]], causes: Causes) -> Belief:
        if not calls:
            return belief
        found = NOWHERE
        for number, (operation, hresult) in enumerate(calls):
            after = self.close(self.call(belief, operation, hresult), causes)
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
                after = frozenset(c for c in before if c.state is state)
            case Counted(total, done, _):
                after = frozenset(c for c in before if c.facts[:2] == (total, done))
            case Occurred(event, causes):
                after = self.close(self.happen(before, event, causes.served), causes)
            case Requested():
                active = any(c.state in (JobState.CONNECTING, JobState.TRANSFERRING) for c in before)
                after = before if active else NOWHERE
            case Quiet():
                raise AssertionError("not drawn")
            case TimedOut():
                after = before
        if after and isinstance(seen, TimedOut):
            self.pending |= {seen.operation}
        self.belief = after or self.belief
        return bool(after)


operations = st.sampled_from(Operation)
OK = Hresult.S_OK
REFUSALS = (Hresult.BG_E_EMPTY, Hresult.BG_E_INVALID_STATE, Hresult.BG_E_ERROR_INFORMATION_UNAVAILABLE)
hresults = st.sampled_from([OK, OK, OK, Hresult.BG_S_PARTIAL_COMPLETE, *REFUSALS])
caused = st.builds(Causes, st.sets(st.sampled_from(InternalEvent)).map(bits_of), st.integers(0, FILES_BOUND))
calls_side_by_side = st.lists(st.tuples(operations, hresults), min_size=2, max_size=3).map(tuple)
anything = st.one_of(
    st.just(Called(Operation.ADD_FILE, OK, Causes())),
    st.builds(Called, operations, hresults, caused),
    st.builds(Called, operations, hresults, caused),
    st.builds(Sampled, st.sampled_from(JobState), caused),
    st.builds(Sampled, st.sampled_from(JobState), caused),
    st.builds(Counted, st.integers(0, 2), st.integers(0, 2), caused),
    st.builds(Overlapped, calls_side_by_side, caused),
    st.builds(Occurred, st.sampled_from(InternalEvent), caused),
    st.builds(TimedOut, operations, caused),
    st.builds(Requested, caused),
)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(observed=st.lists(anything, max_size=9))
def test_the_belief_of_the_judge_is_that_of_a_naive_set_of_configurations(observed: list[Observation]) -> None:
    oracle, naive = Oracle(Judge(integer_table(Dialect.BITS))), Naive(Dialect.BITS, tolerant=True)
    for seen in observed:
        assert (oracle.observe(seen) is None) == naive.observe(seen)
        configurations = oracle.judge.table.configurations
        assert {configurations[number] for number in members(oracle.belief)} == naive.belief


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(start=st.sampled_from(integer_table(Dialect.DO).configurations), seen=anything)
def test_the_narrow_step_of_the_judge_is_that_of_a_naive_set_of_configurations(
    start: f.Configuration, seen: Observation
) -> None:
    judge, naive = Judge(integer_table(Dialect.DO)), Naive(Dialect.DO, tolerant=False)
    naive.belief = frozenset({start})
    after = judge.step(1 << judge.table.index[start], seen, tolerant=False)
    expected = naive.belief if naive.observe(seen) else frozenset[f.Configuration]()
    assert {judge.table.configurations[number] for number in members(after)} == expected
