"""Observations: bit sets of internal events, and the sentence that tells each kind."""

from __future__ import annotations

import copy
import gc
import pickle
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copyjob.conformance import symbol
from copyjob.conformance.observation import (
    ANY_EVENT,
    NO_EVENT,
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
    hresult_text,
    known_hresult,
    side_by_side,
    tell,
)
from copyjob.spec.vocabulary import Hresult, InternalEvent, JobState, Operation

NOTHING = Causes()


@settings(deadline=None, derandomize=True, database=None)
@given(events=st.sets(st.sampled_from(InternalEvent)))
def test_a_set_of_events_survives_the_way_through_bits(events: set[InternalEvent]) -> None:
    assert set(events_of(bits_of(events))) == events


def test_every_event_has_a_bit_of_its_own() -> None:
    assert bits_of(InternalEvent) == ANY_EVENT


def test_an_event_named_twice_is_there_once() -> None:
    assert bits_of([InternalEvent.TURN, InternalEvent.TURN]) == bits_of([InternalEvent.TURN])


def test_no_event_is_no_bit() -> None:
    assert bits_of([]) == NO_EVENT


def test_causes_joined_are_those_of_either() -> None:
    turn, restart = bits_of([InternalEvent.TURN]), bits_of([InternalEvent.RESTART])
    assert Causes(turn, 2).joined(Causes(restart, 1)) == Causes(turn | restart, 2)


TOLD: list[tuple[Observation, str]] = [
    (Called(Operation.RESUME, Hresult.BG_E_EMPTY, NOTHING), "resume answered BG_E_EMPTY (0x80200003)"),
    (TimedOut(Operation.CANCEL, NOTHING), "cancel did not answer in time"),
    (
        Overlapped(side_by_side((Operation.CANCEL, 0), (Operation.COMPLETE, 0x80200002)), NOTHING),
        "side by side cancel answered S_OK (0x00000000) and complete answered BG_E_INVALID_STATE (0x80200002)",
    ),
    (Sampled(JobState.QUEUED, NOTHING), "get_state answered QUEUED"),
    (Counted(3, 1, NOTHING), "get_progress told 1 of 3 files transferred"),
    (Occurred(InternalEvent.RESTART, NOTHING), "restart happened"),
    (Requested(NOTHING), "the server saw a request for a file of the job"),
    (
        Quiet(frozenset((JobState.TRANSFERRING, JobState.QUEUED)), NOTHING),
        "the job was still in one of QUEUED, TRANSFERRING when the quiescence bound had passed",
    ),
]


@pytest.mark.parametrize(("observation", "sentence"), TOLD, ids=[type(seen).__name__ for seen, _ in TOLD])
def test_an_observation_is_told_as_a_clause(observation: Observation, sentence: str) -> None:
    assert tell(observation) == sentence


def test_an_hresult_without_a_name_is_told_by_its_digits_once() -> None:
    assert hresult_text(0x87654321) == "0x87654321"


def test_a_signed_hresult_is_the_unsigned_one() -> None:
    assert known_hresult(0x80200003 - 2**32) is Hresult.BG_E_EMPTY


def test_a_number_without_a_name_is_no_known_hresult() -> None:
    assert known_hresult(0x87654321) is None


# Symbols: one object for one observation

RESUMED = Called(Operation.RESUME, 0, Causes(3, 1))
WAYS = {
    "made again": lambda: Called(Operation.RESUME, 0, Causes(3, 1)),
    "made with names": lambda: Called(causes=Causes(served=1, may=3), hresult=0, operation=Operation.RESUME),
    "replaced": lambda: replace(Called(Operation.RESUME, 5, Causes(3, 1)), hresult=0),
    "copied": lambda: copy.deepcopy(RESUMED),
    "pickled": lambda: pickle.loads(pickle.dumps(RESUMED)),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_an_observation_with_equal_fields_is_the_same_object(way: Callable[[], Called]) -> None:
    assert way() is RESUMED


@pytest.mark.parametrize(
    "other",
    [
        Called(Operation.SUSPEND, 0, Causes(3, 1)),
        Called(Operation.RESUME, 1, Causes(3, 1)),
        Called(Operation.RESUME, 0, Causes(3, 0)),
        TimedOut(Operation.RESUME, Causes(3, 1)),
    ],
    ids=["operation", "HRESULT", "causes", "kind"],
)
def test_an_observation_that_differs_in_a_field_is_another(other: Observation) -> None:
    assert other != RESUMED


def test_causes_left_out_are_no_causes() -> None:
    assert Causes() is Causes(NO_EVENT, 0)


def test_an_observation_that_is_in_use_is_found_again_when_too_many_were_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(symbol, "AT_HAND_MAX", 3)
    for hresult in range(9):
        Called(Operation.SUSPEND, hresult, NOTHING)
    assert Called(Operation.RESUME, 0, Causes(3, 1)) is RESUMED


def test_observations_that_nobody_uses_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(symbol, "AT_HAND_MAX", 3)
    for hresult in range(100_000, 100_099):
        Called(Operation.SUSPEND, hresult, NOTHING)
    gc.collect()
    piled = [one for one in gc.get_objects() if isinstance(one, Called) and 100_000 <= one.hresult < 100_099]
    assert len(piled) <= 3
