"""From a rejected observation to the rows that explain it.

Law: a row explains a divergence if the whole record would have been permitted had that one row led elsewhere, or
answered otherwise. The rows tried are those that were in play since the observation before; where the job could only
have been in one configuration when it was called, that is one row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from copyjob.conformance.observation import (
    Called,
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
from copyjob.conformance.oracle import Judge, Oracle, Rejection, first_rejection
from copyjob.spec.compiled import IntegerTable, members
from copyjob.spec.table import EVENTS, Answer, Level, Row
from copyjob.spec.vocabulary import InternalEvent, JobState, Operation

STOPS = (Operation.SUSPEND, Operation.CANCEL, Operation.COMPLETE)
"""What ends a transfer: a request that comes afterwards is theirs to answer for."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The rows that explain a divergence, what each would have had to do, and what was permitted instead."""

    rows: tuple[Row, ...]
    instead: tuple[str, ...]
    permitted: tuple[str, ...]
    edges: tuple[tuple[JobState, str, JobState, JobState], ...]
    """For the picture: source, label, where it should have led, what was seen."""
    by_itself: bool = False
    """No row was in play that could have moved the job."""


def explain(judge: Judge, observations: Sequence[Observation], rejection: Rejection) -> Explanation:
    """Return the rows that explain a rejection of the last of ``observations``."""
    numbers = list(dict.fromkeys(_in_play(judge, observations, rejection)))
    by_itself = not numbers
    if by_itself:
        numbers = list(_asked(judge, observations, rejection))
    found: list[tuple[int, str, JobState]] = []
    if rejection.level is Level.MUST and not isinstance(rejection.observation, Quiet | Requested):
        for number in numbers:
            repair = _repair(judge, observations, number, rejection.observation)
            if repair is not None:
                found.append((number, *repair))
    if not found:
        seen = rejection.observation.state if isinstance(rejection.observation, Sampled) else None
        rows = judge.table.rows
        found = [(number, "", rows[number].source if seen is None else seen) for number in numbers]
    rows = judge.table.rows
    return Explanation(
        rows=tuple(rows[number] for number, _, _ in found),
        instead=tuple(text for _, text, _ in found),
        permitted=tuple(_permitted(judge, rejection)),
        by_itself=by_itself,
        edges=tuple(
            (rows[number].source, rows[number].label.value, rows[number].answers[0].dest, seen)
            for number, _, seen in found
        ),
    )


def _in_play(judge: Judge, observations: Sequence[Observation], rejection: Rejection) -> Iterator[int]:
    """Yield the rows that can have led to the rejected observation, the likeliest first."""
    table = judge.table
    match rejection.observation:
        case Called(operation, _, _):
            yield from _rows(table, rejection.before, operation)
            return
        case Overlapped(calls, _):
            for operation, _ in calls:
                yield from _rows(table, rejection.before, operation)
            return
        case Quiet():
            yield from stuck_rows(judge, rejection.before, rejection.observation)
            return
        case _:
            pass
    if rejection.level is Level.SHOULD:
        for number, row in enumerate(table.rows):
            if row.tolerated and number in set(_rows_all(table, rejection.before, rejection.observation)):
                yield number
        return
    called, before = _last_mover(judge, observations, rejection)
    labels: list[Operation | InternalEvent] = []
    match called:
        case Called(operation, _, _) if isinstance(rejection.observation, Requested) and operation not in STOPS:
            pass  # adding a file, or setting something, asks nobody to stop: the job woke by itself
        case Called(operation, _, _):
            labels = [operation]
        case Overlapped(calls, _):
            labels = [operation for operation, _ in calls]
        case Occurred(event, _):
            labels = [event]
        case _:
            pass
    numbers = [number for label in labels for number in _rows(table, before, label)]
    yield from numbers
    if len(numbers) != 1 or before.bit_count() != 1:
        # Where it was called is not known for certain, or nobody called: whatever could happen may be to blame as well.
        yield from _rows_all(table, rejection.before, rejection.observation)


def _asked(judge: Judge, observations: Sequence[Observation], rejection: Rejection) -> Iterator[int]:
    """Yield the row of a GetError just before: nothing else was in play, and if it moved the job, its row says so."""
    number = rejection.index - 1
    if number >= 0 and isinstance(observations[number], Called):
        oracle = Oracle(judge)
        for observation in observations[:number]:
            oracle.observe(observation)
        before = oracle.possible(observations[number].causes)
        yield from _rows(judge.table, before, Operation.GET_ERROR)


def stuck_rows(judge: Judge, belief: int, quiet: Quiet) -> Iterator[int]:
    """Yield the rows that were due, and fair, where a job did not move on in time."""
    stuck = sum(judge.table.by_state[state] for state in quiet.due) & belief
    for event in events_of(quiet.causes.may):
        if EVENTS[event].fair:
            yield from _rows(judge.table, stuck, event)


def _last_mover(
    judge: Judge, observations: Sequence[Observation], rejection: Rejection
) -> tuple[Observation | None, int]:
    """Return what last moved the job and was not looked at in the rejected way since, with the belief it met.

    A sample confirms the state, a count of files the facts; asking for the error moves nothing. None where whatever
    moved the job was confirmed before.
    """
    confirms = Sampled if isinstance(rejection.observation, Sampled) else Counted
    number = rejection.index - 1
    while number >= 0 and not _moves(observations[number]):
        if isinstance(observations[number], confirms):
            return None, rejection.belief
        number -= 1
    if number < 0:
        return None, rejection.belief
    oracle = Oracle(judge)
    for observation in observations[:number]:
        oracle.observe(observation)
    return observations[number], oracle.possible(observations[number].causes)


def _moves(observation: Observation) -> bool:
    match observation:
        case Called(Operation.GET_ERROR, _, _):
            return False
        case Called() | Overlapped() | Occurred():
            return True
        case _:
            return False


def _rows(table: IntegerTable, belief: int, label: Operation | InternalEvent) -> Iterator[int]:
    ways = table.edges.get(label)
    if ways is not None:
        yield from sorted({edge.row for number in members(belief) for edge in ways[number]})


def _rows_all(table: IntegerTable, belief: int, observation: Observation) -> Iterator[int]:
    for event in events_of(observation.causes.may):
        yield from _rows(table, belief, event)


def _repair(
    judge: Judge, observations: Sequence[Observation], number: int, rejected: Observation
) -> tuple[str, JobState] | None:
    """Return how one row would have to be to permit the whole record, or None."""
    row = judge.table.rows[number]
    for answer in _answers(row, judge.table, rejected):
        mutant = Judge(judge.table.redirected(number, (*row.answers, answer)))
        if first_rejection(mutant, observations) is None:
            word = "" if answer.hresult is None else f"{answer.hresult.name} and "
            return f"{row.label.value} gave {word}{answer.dest.name}", answer.dest
    return None


def _answers(row: Row, table: IntegerTable, rejected: Observation) -> Iterator[Answer]:
    """Yield the answers by which a row might have led to what was seen."""
    states = tuple(dict.fromkeys(configuration.state for configuration in table.configurations))
    for given in row.answers:
        match rejected:
            case Called(operation, hresult, _) if operation is row.label:
                named = known_hresult(hresult)
                if named is not None:
                    yield Answer(row.source if named.failed else given.dest, named, given.effects)
                    yield Answer(row.source, named)
            case Sampled(state, _):
                yield Answer(state, given.hresult, given.effects)
                yield Answer(state, given.hresult)
            case _:
                for state in states:
                    yield Answer(state, given.hresult, given.effects)
                    yield Answer(state, given.hresult)


def _permitted(judge: Judge, rejection: Rejection) -> Iterator[str]:
    """Yield, in words, what would have been permitted instead of the rejected observation."""
    table = judge.table
    configurations = [table.configurations[number] for number in members(rejection.before)]
    match rejection.observation:
        case Called(operation, _, _):
            ways = table.edges.get(operation)
            found = {
                f"{edge.hresult.name} in {table.configurations[number].state.name}"
                for number in members(rejection.before)
                for edge in (ways[number] if ways else ())
                if edge.hresult is not None
            }
        case Sampled():
            found = {configuration.state.name for configuration in configurations}
        case Counted():
            found = {f"{c.facts.files_done} of {c.facts.files_total} files" for c in configurations}
        case Quiet(due, _):
            found = {f"anything but {', '.join(sorted(state.name for state in due))} by now"}
        case Requested():
            states = ", ".join(sorted({configuration.state.name for configuration in configurations}))
            found = {f"no request in {states}"}
        case Overlapped() | Occurred() | TimedOut():
            found = {str(configuration) for configuration in configurations}
    yield from sorted(found)
