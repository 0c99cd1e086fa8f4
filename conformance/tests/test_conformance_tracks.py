"""Tracks: what is called certain was done, and what may have been otherwise is not called certain."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copyjob.conformance.observation import (
    Called,
    Causes,
    Counted,
    Observation,
    Occurred,
    Overlapped,
    Sampled,
    TimedOut,
    bits_of,
    side_by_side,
)
from copyjob.conformance.oracle import Judge
from copyjob.conformance.tracks import Tracks
from copyjob.spec.compiled import integer_table, members
from copyjob.spec.table import FINAL
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, Operation

Event = InternalEvent
S, Q, T, E, X = (
    JobState.SUSPENDED,
    JobState.QUEUED,
    JobState.TRANSFERRING,
    JobState.ERROR,
    JobState.TRANSIENT_ERROR,
)
JUDGES = {dialect: Judge(integer_table(dialect)) for dialect in Dialect}
TRACKS = {dialect: Tracks(judge, tolerant=True) for dialect, judge in JUDGES.items()}
NOTHING = Causes()


def called(operation: Operation, hresult: int = 0, *events: InternalEvent) -> Called:
    return Called(operation, hresult, Causes(bits_of(events)))


def sampled(state: JobState, *events: InternalEvent) -> Sampled:
    return Sampled(state, Causes(bits_of(events)))


ADD, RESUME = called(Operation.ADD_FILE), called(Operation.RESUME)
RUNNING = (ADD, RESUME, sampled(T, Event.TURN, Event.CONNECT))


def certain(
    *observations: Observation, dialect: Dialect = Dialect.BITS
) -> tuple[list[str], set[tuple[str, str]], set[tuple[str, bool]]]:
    """Return the rows, the pairs and the guards that are certain, by the ids of the rows."""
    rows = [row.id for row in JUDGES[dialect].table.rows]
    track = TRACKS[dialect].start
    taken, pairs, guards = list[str](), set[tuple[str, str]](), set[tuple[str, bool]]()
    for observation in observations:
        track, fixed = track[observation]
        if fixed is not None:
            taken += [rows[row] for row in fixed.rows]
            pairs |= {(rows[one], rows[other]) for one, other in fixed.pairs}
            guards |= {(rows[row], said) for row, said in fixed.guards}
    return taken, pairs, guards


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(dialect=st.sampled_from(Dialect), seed=st.integers(0, 10**6))
def test_what_is_certain_is_what_was_done(dialect: Dialect, seed: int) -> None:
    own, chance = integer_table(dialect), random.Random(seed)
    (number,) = members(own.initial)
    done, seen, guards = list[int](), list[Observation](), set[tuple[str, bool]]()
    happened: set[InternalEvent] = set()
    served = 0
    for _ in range(30):
        place = own.configurations[number]
        if place.state in FINAL:
            break
        label = chance.choice([label for label, ways in own.edges.items() if ways[number]])
        guards |= {
            (row.id, row.guard.holds(place.facts))
            for row in own.rows
            if row.source is place.state and (row.label is label or isinstance(row.label, InternalEvent))
        }
        edge = chance.choice(own.edges[label][number])
        number = edge.dest
        done.append(edge.row)
        served = max(served, own.configurations[number].facts.files_done)
        if isinstance(label, InternalEvent):
            happened.add(label)
        elif edge.hresult is not None:
            seen.append(Called(label, int(edge.hresult), Causes(bits_of(happened), served)))
        if chance.random() < 0.6:
            more = {event for event in Event if chance.random() < 0.1}  # causes of what did not happen
            place = own.configurations[number]
            guards |= {(row.id, row.guard.holds(place.facts)) for row in own.rows if row.source is place.state}
            seen.append(Sampled(place.state, Causes(bits_of(happened | more), served)))
            happened.clear()
    rows, pairs, asked = certain(*seen, dialect=dialect)
    took = [own.rows[row].id for row in done]
    assert set(rows) <= set(took)
    assert pairs <= set(pairwise(took))
    assert asked <= guards
    left = iter(took)
    assert all(row in left for row in rows), "not in this order"


def test_calls_with_nothing_between_them_are_a_pair() -> None:
    assert certain(ADD, RESUME)[1] == {("add_file/SUSPENDED/1", "resume/SUSPENDED/2")}


def test_a_chain_of_events_that_only_one_way_explains_is_certain() -> None:
    assert certain(*RUNNING)[0][-2:] == ["turn/QUEUED/1", "connect/CONNECTING/1"]


def test_an_event_that_may_not_have_happened_is_not_certain_yet() -> None:
    assert certain(ADD, called(Operation.RESUME, 0, Event.TURN))[0] == ["add_file/SUSPENDED/1", "resume/SUSPENDED/2"]


def test_an_event_becomes_certain_when_it_is_seen_later() -> None:
    late = (ADD, called(Operation.RESUME, 0, Event.TURN), sampled(JobState.CONNECTING))
    assert ("resume/SUSPENDED/2", "turn/QUEUED/1") in certain(*late)[1]


def test_which_of_two_ways_led_to_the_same_place_stays_unknown() -> None:
    failed = certain(*RUNNING, sampled(E, Event.FATAL_FAULT, Event.AMBIGUOUS_FAULT))[0]
    assert not {row for row in failed if "fault" in row}


def test_a_row_behind_a_gap_is_certain_and_has_no_predecessor() -> None:
    failed = (*RUNNING, sampled(E, Event.FATAL_FAULT, Event.AMBIGUOUS_FAULT), called(Operation.CANCEL))
    rows, pairs, _ = certain(*failed)
    assert (rows[-1], {pair for pair in pairs if pair[1] == rows[-1]}) == ("cancel/ERROR/1", set())


def test_what_may_go_round_and_round_leaves_a_gap() -> None:
    loop = (Event.TURN, Event.CONNECT, Event.SLICE_END)
    rows, _, _ = certain(*RUNNING, sampled(Q, *loop), called(Operation.SUSPEND))
    assert rows[-1] == "suspend/QUEUED/1"


def test_calls_side_by_side_leave_a_gap() -> None:
    race = Overlapped(side_by_side((Operation.RESUME, 0), (Operation.SUSPEND, 0)), NOTHING)
    _, pairs, _ = certain(ADD, race, sampled(S), called(Operation.CANCEL))
    assert pairs == set()


def test_nothing_is_certain_while_a_call_is_outstanding() -> None:
    assert certain(ADD, TimedOut(Operation.SUSPEND, NOTHING), RESUME, sampled(Q))[0] == ["add_file/SUSPENDED/1"]


def test_an_event_that_the_kit_brought_about_is_certain() -> None:
    assert certain(Occurred(Event.RESTART, NOTHING), sampled(S))[0] == ["restart/SUSPENDED/1"]


@pytest.mark.parametrize(("counts", "expected"), [((1, 0), set[str]()), ((1, 1), {"file_done/TRANSFERRING/1"})])
def test_a_count_makes_certain_that_a_file_was_done(counts: tuple[int, int], expected: set[str]) -> None:
    causes = Causes(bits_of([Event.FILE_DONE]), 1)
    rows, _, _ = certain(*RUNNING, Counted(*counts, causes))
    assert {row for row in rows if "file_done" in row} == expected


def test_a_guard_that_kept_an_event_from_happening_is_covered() -> None:
    guards = certain(*RUNNING, sampled(T, Event.ALL_DONE))[2]
    assert ("all_done/TRANSFERRING/1", False) in guards


def test_a_guard_of_an_event_without_a_cause_was_not_asked() -> None:
    guards = certain(*RUNNING)[2]
    assert ("all_done/TRANSFERRING/1", False) not in guards


def test_a_refused_call_covers_the_guards_of_its_cell() -> None:
    guards = certain(called(Operation.RESUME, Hresult.BG_E_EMPTY))[2]
    assert {("resume/SUSPENDED/1", True), ("resume/SUSPENDED/2", False)} <= guards
