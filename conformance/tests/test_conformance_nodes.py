"""Nodes: each belief once, the logic asked once for each step, what it tells, and a bound on what is remembered."""

from __future__ import annotations

import gc
from itertools import product
from typing import Any

import pytest

from copyjob.conformance import nodes
from copyjob.conformance.nodes import Arrival, Node, Place
from copyjob.conformance.observation import Called, Causes, Observation, Sampled, TimedOut, bits_of
from copyjob.conformance.oracle import Judge, Oracle, first_rejection
from copyjob.spec.compiled import integer_table
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, Operation

NOTHING = Causes()
ADDED = Called(Operation.ADD_FILE, 0, NOTHING)
TURNED = Causes(bits_of((InternalEvent.TURN, InternalEvent.CONNECT)))
TRANSFERRING = Sampled(JobState.TRANSFERRING, TURNED)
RUNNING = (ADDED, Called(Operation.RESUME, 0, NOTHING), TRANSFERRING)
TOLERATED = Sampled(JobState.ERROR, Causes(bits_of((InternalEvent.TRANSIENT_FAULT,))))


@pytest.fixture
def judge() -> Judge:
    """Return a judge that remembers nothing yet."""
    return Judge(integer_table(Dialect.BITS))


def arrival(judge: Judge, *observations: Observation) -> Arrival:
    last = judge.newborn
    for observation in observations:
        step = last.to[observation]
        assert step is not None
        last = step
    return last


def after(judge: Judge, *observations: Observation) -> Node:
    return arrival(judge, *observations).to


def places_of(judge: Judge) -> int:
    """Return how many places of a judge there are anywhere."""
    gc.collect()
    return sum(isinstance(one, Place) and one.judge is judge for one in gc.get_objects())


def test_equal_beliefs_are_the_same_node_whichever_way_they_were_reached(judge: Judge) -> None:
    refused = Called(Operation.RESUME, Hresult.BG_E_EMPTY, NOTHING)
    assert after(judge, refused, ADDED) is after(judge, ADDED, Sampled(JobState.SUSPENDED, NOTHING))


def test_beliefs_with_other_calls_outstanding_are_other_nodes(judge: Judge) -> None:
    suspend, cancel = (TimedOut(operation, NOTHING) for operation in (Operation.SUSPEND, Operation.CANCEL))
    assert after(judge, suspend) is not after(judge, cancel)


def test_a_step_that_was_met_before_asks_no_logic(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    assert first_rejection(judge, RUNNING) is None

    def step(*_: object, **__: object) -> Any:
        raise AssertionError("asked again")

    monkeypatch.setattr(judge, "step", step)
    assert first_rejection(judge, RUNNING) is None


def test_a_rejected_observation_leads_nowhere(judge: Judge) -> None:
    assert judge.start[TRANSFERRING] is None


def test_a_broken_recommendation_marks_what_it_does(judge: Judge) -> None:
    assert arrival(judge, *RUNNING, TOLERATED).broken


def test_what_is_believed_after_a_broken_recommendation_is_believed_narrowly_too(judge: Judge) -> None:
    node = after(judge, *RUNNING, TOLERATED)
    assert node.narrow.belief == node.wide.belief


def test_the_mark_is_gone_with_the_next_observation(judge: Judge) -> None:
    assert not arrival(judge, *RUNNING, TOLERATED, Sampled(JobState.ERROR, NOTHING)).broken


def test_a_node_is_the_same_whether_a_recommendation_was_broken_or_not(judge: Judge) -> None:
    error = Sampled(JobState.ERROR, NOTHING)
    assert after(judge, *RUNNING, TOLERATED) is after(judge, *RUNNING, TOLERATED, error)


def test_a_job_that_was_brought_to_rest_rests(judge: Judge) -> None:
    suspended = Called(Operation.SUSPEND, 0, TURNED)
    told = [arrival(judge, *RUNNING, suspended, *more).rests for more in ((), (Sampled(JobState.SUSPENDED, TURNED),))]
    assert told == [True, False]


def test_a_job_that_was_let_go_does_not_rest(judge: Judge) -> None:
    assert [arrival(judge, *RUNNING[:count]).rests for count in (1, 2, 3)] == [False, False, False]


def test_a_job_that_may_have_begun_before_the_answer_was_active(judge: Judge) -> None:
    sure, maybe = (Called(Operation.SUSPEND, 0, causes) for causes in (NOTHING, TURNED))
    told = [arrival(judge, *RUNNING[:2], suspended).was_active for suspended in (sure, maybe)]
    assert told == [False, True]


def test_a_narrow_belief_that_was_never_left_stays_what_it_was(judge: Judge) -> None:
    # Nothing was met from there yet: an empty memory is no empty belief.
    maybe = (*RUNNING, Sampled(JobState.TRANSFERRING, Causes(bits_of((InternalEvent.RANGE_REFUSED,)))))
    fault = Called(Operation.GET_ERROR, Hresult.BG_E_ERROR_INFORMATION_UNAVAILABLE, TOLERATED.causes)
    node = after(judge, *maybe, fault)
    assert node.narrow.bits != node.wide.bits


def test_two_oracles_of_a_judge_do_not_know_of_each_other(judge: Judge) -> None:
    first, second = Oracle(judge), Oracle(judge)
    first.observe(ADDED)
    assert second.belief == judge.table.initial


@pytest.fixture
def short_memory(monkeypatch: pytest.MonkeyPatch) -> int:
    """Let judges remember very little; return how many steps."""
    monkeypatch.setattr(nodes, "REMEMBERED_MAX", 100)
    return nodes.REMEMBERED_MAX


@pytest.mark.usefixtures("short_memory")
def test_a_judge_that_met_too_much_begins_anew_and_judges_alike(judge: Judge) -> None:
    age = judge.memory.age
    for operation in Operation:
        assert first_rejection(judge, (*RUNNING, TOLERATED, TimedOut(operation, NOTHING))) is None
    assert judge.memory.age > age


@pytest.mark.usefixtures("short_memory")
def test_a_judge_that_met_too_much_forgets(judge: Judge) -> None:
    before = judge.place({(): 1})
    for number in range(1, 200):
        judge.place({(): 1 << number})
    assert judge.place({(): 1}) is not before


def test_what_was_forgotten_is_gone(judge: Judge, short_memory: int) -> None:
    # From the start on: what leads on to places of before holds them all.
    for operations in product(Operation, repeat=3):
        first_rejection(judge, [TimedOut(operation, NOTHING) for operation in operations])
    assert places_of(judge) <= 3 * short_memory


@pytest.mark.usefixtures("short_memory")
def test_an_oracle_that_stands_where_all_was_forgotten_goes_on(judge: Judge) -> None:
    oracle = Oracle(judge)
    for observation in RUNNING:
        oracle.observe(observation)
    for number in range(200):
        judge.place({(): 1 << number})
    assert oracle.observe(Sampled(JobState.SUSPENDED, NOTHING)) is not None
    assert oracle.observe(Called(Operation.SUSPEND, 0, NOTHING)) is None
