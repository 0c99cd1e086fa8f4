"""What the cause book keeps of the causes that it told: it tells the same as one that was never asked before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copyjob.conformance.backend import Declared
from copyjob.conformance.causes import CauseBook
from copyjob.conformance.interface import Power
from copyjob.conformance.origin.journal import Entry, EntryKind
from copyjob.conformance.origin.scripts import FaultKind
from copyjob.spec.vocabulary import Dialect, JobState, Operation

Note = Callable[[CauseBook], object]
SETTERS = (Operation.SET_MINIMUM_RETRY_DELAY, Operation.SET_NO_PROGRESS_TIMEOUT, Operation.SET_PRIORITY)
CAUSING = (EntryKind.OPENED, EntryKind.FAULT, EntryKind.ANSWER, EntryKind.FINAL_BYTE)
TIMES_SECONDS = (0, 4, 5, 60, 599, 600, 3600, 10**7)


def elapse(seconds: int) -> Note:
    def note(book: CauseBook) -> None:
        book.passed(book.elapsed_seconds + seconds)

    return note


def note(name: str, *told: object, **named: object) -> Note:
    def by_name(book: CauseBook) -> None:
        getattr(book, name)(*told, **named)

    return by_name


def read(kind: EntryKind, seq: int, path: str, connection: int, fault: FaultKind, ignores: bool) -> Note:
    return note(
        "read", [Entry(seq, 0.0, 1, kind, path=path, connection=connection, fault=fault, ignores_range=ignores)]
    )


times = st.sampled_from(TIMES_SECONDS)
setters = st.sampled_from(SETTERS)
NOTES: st.SearchStrategy[Note] = st.one_of(
    st.builds(note, st.just("set_gate"), st.sampled_from(["accept", "refuse", "backlog"])),
    st.builds(note, st.just("set_script"), st.just(0), st.sampled_from(["serve", "status_404"])),
    st.builds(note, st.just("set_blocked"), blocked=st.booleans()),
    st.builds(note, st.just("setting"), setters, times),
    st.builds(note, st.just("was_set"), setters, times),
    st.builds(note, st.sampled_from(["restarted", "called", "preempted"])),
    st.builds(note, st.just("counted"), st.integers(0, 2)),
    st.builds(note, st.just("advance"), times),
    st.builds(elapse, times),
    st.builds(note, st.just("saw"), st.sampled_from(JobState), st.integers(0, 9)),
    st.builds(
        read,
        st.sampled_from(CAUSING),
        st.integers(1, 9),
        st.sampled_from("ab"),
        st.integers(1, 2),
        st.sampled_from(FaultKind),
        st.booleans(),
    ),
)


def book(powers: frozenset[Power], stall_seconds: float | None) -> CauseBook:
    declared = Declared("by hand", object, tuple(Dialect), powers, stall_timeout_seconds=stall_seconds)
    return CauseBook(declared, Dialect.BITS)


@pytest.mark.parametrize("powers", [frozenset[Power](), frozenset({Power.CLOCK})], ids=["real time", "stepped clock"])
@pytest.mark.parametrize("stall_seconds", [None, 60.0])
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(notes=st.lists(NOTES, max_size=25))
def test_a_book_that_was_asked_all_along_tells_what_one_does_that_is_asked_once(
    powers: frozenset[Power], stall_seconds: float | None, notes: Sequence[Note]
) -> None:
    asked = book(powers, stall_seconds)
    for count, note in enumerate(notes, 1):
        note(asked)
        fresh = book(powers, stall_seconds)
        for earlier in notes[:count]:
            earlier(fresh)
        assert asked.causes() is fresh.causes()
