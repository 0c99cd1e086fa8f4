"""Nodes: each belief once, the logic asked once for each step, and a bound on what is remembered."""

from __future__ import annotations

from typing import Any

import pytest

from copyjob.conformance import oracle
from copyjob.conformance.nodes import Node
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


def after(judge: Judge, *observations: Observation) -> Node:
    node = judge.start
    for observation in observations:
        step = node[observation]
        assert step is not None
        node = step
    return node


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


def test_a_broken_recommendation_marks_the_node_that_it_leads_to(judge: Judge) -> None:
    assert after(judge, *RUNNING, TOLERATED).broken


def test_what_is_believed_after_a_broken_recommendation_is_believed_narrowly_too(judge: Judge) -> None:
    node = after(judge, *RUNNING, TOLERATED)
    assert node.narrow.belief == node.wide.belief


def test_the_mark_is_gone_with_the_next_observation(judge: Judge) -> None:
    assert not after(judge, *RUNNING, TOLERATED, Sampled(JobState.ERROR, NOTHING)).broken


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


def test_a_judge_that_met_too_much_begins_anew_and_judges_alike(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oracle, "PLACES_MAX", 3)
    assert first_rejection(judge, (*RUNNING, TOLERATED)) is None


def test_a_judge_that_met_too_much_forgets(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oracle, "PLACES_MAX", 3)
    before = judge.place({(): 1})
    for bits in (2, 3, 4, 5):
        judge.place({(): bits})
    assert judge.place({(): 1}) is not before
