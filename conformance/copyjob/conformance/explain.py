"""From a rejected observation to the rows that explain it.

Laws:

1. A row explains a divergence if the whole record would have been permitted had that one row had one outcome more:
   another state, another HRESULT, or another effect on the facts (`deviations`); or had it been taken in a race by a
   call that acted on what it had seen before another one (`stale`).
2. Every such row is named of those that may have been taken since what the observation shows was last looked at. The
   answer to a call made where there was one configuration only is explained by that one row, unless it tells facts, as
   GetError's does. Where no row explains it alone, all that may have been taken are named.
3. A job that rests and moves without a row to move it is explained by no row: it moved by itself.
4. A job that does not move in time is explained by the rows that were due where it was seen, and by those which, with
   one thing wrong, would have left it nothing to do there.
5. A job at rest that asks the server for something is explained by the rows that brought it to rest.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from copyjob.conformance.deviations import deviations, telling
from copyjob.conformance.observation import (
    Called,
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
    hresult_numbers,
    known_hresult,
)
from copyjob.conformance.oracle import Judge, Oracle, Rejection, first_rejection
from copyjob.conformance.stale import stale
from copyjob.conformance.standstill import events_to_standstill
from copyjob.conformance.weather import SERVER_FAULTS
from copyjob.spec import facts as f
from copyjob.spec.compiled import IntegerTable, Label, members
from copyjob.spec.table import EVENTS, Answer, Level, Row
from copyjob.spec.vocabulary import JobState, Operation


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
    rows = judge.table.rows
    suspects = _suspects(judge, observations, rejection)
    found: list[tuple[int, str, JobState]] = []
    told = telling(judge.table)
    if rejection.level is Level.MUST and not isinstance(rejection.observation, Quiet):
        for number in suspects:
            repair = _repair(told, observations, number)
            if repair is not None:
                found.append((number, *repair))
        for number, operation in stale(judge, observations):
            if number not in {row for row, _, _ in found}:
                text = f"{operation.value} decided before a call beside it, and acted after it"
                found.append((number, text, rows[number].source))
    if not found:
        seen = rejection.observation.state if isinstance(rejection.observation, Sampled) else None
        found = [(number, "", rows[number].source if seen is None else seen) for number in suspects]
    if isinstance(rejection.observation, Quiet):
        found += _left_nothing_to_do(judge, observations, suspects)
    return Explanation(
        rows=tuple(rows[number] for number, _, _ in found),
        instead=tuple(dict.fromkeys(text for _, text, _ in found)),
        permitted=tuple(permitted(judge, rejection)),
        by_itself=not found and not isinstance(rejection.observation, Quiet),
        edges=tuple(
            (rows[number].source, rows[number].label.value, rows[number].answers[0].dest, seen)
            for number, _, seen in found
        ),
    )


def stuck_rows(judge: Judge, belief: int, quiet: Quiet) -> Iterator[int]:
    """Yield the rows that were due, and fair, where a job was seen that did not move on in time.

    Where nothing was there for an event to happen, the backend did not do its own part (a connection that it never
    opened gives no cause to connect): then it is one of those rows. Faults are the server's part.
    """
    stuck = sum(judge.table.by_state[state] for state in quiet.due) & belief
    fair = [event for event, properties in EVENTS.items() if properties.fair]
    caused = [event for event in fair if event in events_of(quiet.causes.may)]
    found = [number for event in caused for number in _rows(judge.table, stuck, event)]
    own_part = [event for event in fair if event not in SERVER_FAULTS]
    yield from found or (number for event in own_part for number in _rows(judge.table, stuck, event))


def _suspects(judge: Judge, observations: Sequence[Observation], rejection: Rejection) -> list[int]:
    """Return the rows that may have led to the rejected observation, the likeliest first."""
    table, rejected = judge.table, rejection.observation
    if isinstance(rejected, Quiet):
        return list(dict.fromkeys(stuck_rows(judge, rejection.belief, rejected)))
    if rejection.level is Level.SHOULD:
        by_themselves = {n for event in events_of(rejected.causes.may) for n in _rows(table, rejection.before, event)}
        return sorted(number for number in by_themselves if table.rows[number].tolerated)
    if isinstance(rejected, Requested):
        taken = _brought_to_rest(judge, observations)
    else:
        taken = _taken(judge, observations, rejection)
    calls = [number for label, number in reversed(taken) if isinstance(label, Operation)]
    return list(dict.fromkeys([*calls, *(number for _, number in taken)]))


def _left_nothing_to_do(
    judge: Judge, observations: Sequence[Observation], due: Sequence[int]
) -> list[tuple[int, str, JobState]]:
    """Return the rows, beside those that were due, which with one thing wrong would have left a job nothing to do: by
    the fewest events that nobody has seen, or one more, for what is wrong may be that the row was taken at all.
    """
    table = telling(judge.table)
    told = next((each.files_done for each in reversed(observations) if isinstance(each, Counted)), 0)
    if told >= observations[-1].causes.served or math.isfinite(events_to_standstill(table, observations)):
        return []  # no file was lost count of, or no row has to be wrong for it
    oracle, taken = Oracle(judge), dict.fromkeys(due)
    for observation in observations[:-1]:
        taken.update(dict.fromkeys(number for _, number in _steps(judge, oracle, observation)))
        oracle.observe(observation)
    found: list[tuple[float, int, str, JobState]] = []
    for number in [number for number in taken if number not in due]:
        row, own = table.rows[number], table.rows[number].answers
        outcomes = list(_one_fault(own, table))
        fewest = events_to_standstill(table.redirected(number, (*own, *(each for each, _ in outcomes))), observations)
        if math.isinf(fewest):
            continue  # not even all at once
        for answer, what in outcomes:
            if events_to_standstill(table.redirected(number, (*own, answer)), observations) == fewest:
                found.append((fewest, number, _told(row, answer, what), answer.dest))
                break
    most = min((fewest for fewest, *_ in found), default=0.0) + 1
    return [(number, told, seen) for fewest, number, told, seen in found if fewest <= most]


def _one_fault(answers: Sequence[Answer], table: IntegerTable) -> Iterator[tuple[Answer, str]]:
    """Yield the outcomes that differ from a row's answers in one thing: an effect, or the state."""
    for answer in answers:
        yield from ((replace(answer, effects=d.effects), f"it {d.what}") for d in deviations(answer))
        for state in dict.fromkeys(configuration.state for configuration in table.configurations):
            if state not in {other.dest for other in answers}:
                yield replace(answer, dest=state), ""


def _taken(judge: Judge, observations: Sequence[Observation], rejection: Rejection) -> list[tuple[Label, int]]:
    """Return every row that may have been taken since what was rejected was last looked at, in order."""
    if (
        isinstance(rejection.observation, Called)
        and rejection.before.bit_count() == 1
        and not _tells_facts(rejection.observation)
    ):
        operation = rejection.observation.operation
        called: list[tuple[Label, int]] = [(operation, n) for n in _rows(judge.table, rejection.before, operation)]
        if called:
            return called
    oracle, since = Oracle(judge), _since(observations, rejection)
    taken: list[tuple[Label, int]] = []
    for number, observation in enumerate(observations):
        if number >= since:
            taken += _steps(judge, oracle, observation)
        oracle.observe(observation)
    return taken


def _since(observations: Sequence[Observation], rejection: Rejection) -> int:
    """Return from which observation on rows may be to blame: the first after what was rejected was last looked at.

    A state that does not go with the error information or the numbers told just before it is blamed on whatever led to
    those.
    """
    before = range(len(observations) - 2, -1, -1)
    last = next((n for n in before if _shows(observations[n], rejection)), -1)
    if isinstance(rejection.observation, Sampled) and any(map(_tells_facts, observations[last + 1 : -1])):
        return next((n for n in before if n < last and _tells_facts(observations[n])), -1) + 1
    return last + 1


def _brought_to_rest(judge: Judge, observations: Sequence[Observation]) -> list[tuple[Label, int]]:
    """Return the rows that may have been taken when the job was last brought to rest: they answer for what it asks of
    the server later, for a job may say that it rests and go on in secret.
    """
    oracle = Oracle(judge)
    stopped: list[tuple[Label, int]] = []
    for observation in observations:
        steps = list(_steps(judge, oracle, observation))
        active = bool(oracle.possible(observation.causes) & judge.active)
        if oracle.observe(observation) is None and active and not oracle.belief & judge.active:
            stopped = steps
    return stopped


def _shows(observation: Observation, rejection: Rejection) -> bool:
    """Whether an observation shows what the rejected one shows: a state, numbers of files, or error information."""
    match rejection.observation:
        case Counted():
            return isinstance(observation, Counted)
        case Called(Operation.GET_ERROR, _, _):
            return isinstance(observation, Called) and observation.operation is Operation.GET_ERROR
        case _:
            return isinstance(observation, Sampled)


def _steps(judge: Judge, oracle: Oracle, observation: Observation) -> Iterator[tuple[Label, int]]:
    """Yield the rows by which one observation may have come about: what happened before, the call, what came after."""
    table, causes = judge.table, observation.causes
    events = list(events_of(causes.may))
    reached = oracle.possible(causes)

    def by_itself() -> Iterator[tuple[Label, int]]:
        for event in events:
            yield from ((event, number) for number in _rows(table, reached, event))

    yield from by_itself()
    labels: list[Label] = []
    match observation:
        case Called(operation, _, _) | TimedOut(operation, _):
            labels = [operation]
        case Overlapped(calls, _):
            labels = [call.operation for call in calls]
        case Occurred(event, _):
            labels = [event]
        case Several(operation, _, _):
            labels = [operation]
        case Told(ways, _):
            labels = [event for way in ways for event in way]
        case Sampled() | Counted() | Passed() | Stopped() | Requested() | Quiet() | Gone() | Lost():
            return
    # Side by side, in any order, so often as there are calls: a call meets what those before it may have led to.
    for _ in labels:
        for label in labels:
            yield from ((label, number) for number in _rows(table, reached, label))
        for label in labels:
            reached |= judge.destinations(reached, label)
        reached = judge.closure(reached, causes)
    yield from by_itself()


def _rows(table: IntegerTable, belief: int, label: Label) -> Iterator[int]:
    ways = table.edges.get(label)
    if ways is not None:
        yield from sorted({edge.row for number in members(belief) for edge in ways[number]})


def _repair(table: IntegerTable, observations: Sequence[Observation], number: int) -> tuple[str, JobState] | None:
    """Return the outcome that a row would have needed for the whole record to be permitted, or None."""
    row = table.rows[number]
    outcomes = list(_outcomes(row, table, observations))
    if not _permits(table, observations, number, [answer for answer, _ in outcomes]):
        return None  # not even all at once
    for answer, what in outcomes:
        if _permits(table, observations, number, [answer]):
            return _told(row, answer, what), answer.dest
    return None


def _told(row: Row, answer: Answer, what: str) -> str:
    word = "" if answer.hresult is None else f"{answer.hresult.name} and "
    return f"{row.label.value} gave {word}{answer.dest.name}{what and f', and {what}'}"


def _permits(table: IntegerTable, observations: Sequence[Observation], number: int, more: Sequence[Answer]) -> bool:
    answers = (*table.rows[number].answers, *more)
    return first_rejection(Judge(table.redirected(number, answers)), observations) is None


def _outcomes(row: Row, table: IntegerTable, observations: Sequence[Observation]) -> Iterator[tuple[Answer, str]]:
    """Yield outcomes that a row does not have, the likeliest first: where an observation of facts is to be explained
    what else the row might have done to them, with the words for it, elsewhere that last.
    """
    deviating = [
        (replace(answer, effects=deviation.effects), f"it {deviation.what}")
        for answer in row.answers
        for deviation in deviations(answer)
    ]
    moved = [(answer, "") for answer in _moved(row, table, observations)]
    yield from dict.fromkeys((*deviating, *moved) if _tells_facts(observations[-1]) else (*moved, *deviating))


def _moved(row: Row, table: IntegerTable, observations: Sequence[Observation]) -> Iterator[Answer]:
    """Yield outcomes with another state or HRESULT, each with the effects of the row's answers, or none."""
    answered: list[int] = []
    seen: dict[JobState, None] = {}
    for observation in reversed(observations):
        match observation:
            case Called(operation, value, _) if operation is row.label:
                answered.append(value)
            case Overlapped(calls, _):
                answered += [call.hresult for call in calls if call.operation is row.label]
            case Sampled(state, _):
                seen[state] = None
            case _:
                pass
    named = [known for known in map(known_hresult, answered) if known is not None]
    hresults = dict.fromkeys([*(answer.hresult for answer in row.answers), *named])
    permitted = {(answer.hresult, answer.dest, answer.effects) for answer in row.answers}
    effects = dict.fromkeys([*(answer.effects for answer in row.answers), (), *_overdone(row)])
    states = dict.fromkeys([*(answer.dest for answer in row.answers), *seen, *(c.state for c in table.configurations)])
    for hresult in hresults:
        # What is refused most likely changes nothing.
        refused = hresult is not None and hresult.failed
        for dest in dict.fromkeys([row.source, *states]) if refused else states:
            for some in dict.fromkeys([(), *effects]) if refused else effects:
                if (hresult, dest, some) not in permitted:
                    yield Answer(dest, hresult, some)


def _tells_facts(observation: Observation) -> bool:
    """Whether an observation tells numbers of files, or error information."""
    return isinstance(observation, Counted) or (
        isinstance(observation, Called) and observation.operation is Operation.GET_ERROR
    )


def _overdone(row: Row) -> Iterator[tuple[f.Assign, ...]]:
    """Yield the effects of a row's answers with each counted up twice as far."""
    for answer in row.answers:
        if any(isinstance(effect.term, f.Plus) for effect in answer.effects):
            yield tuple(
                f.Assign(effect.fact, f.Plus(effect.term.fact, 2 * effect.term.value))
                if isinstance(effect.term, f.Plus)
                else effect
                for effect in answer.effects
            )


def permitted(judge: Judge, rejection: Rejection) -> Iterator[str]:
    """Yield, in words, what would have been permitted instead of the rejected observation."""
    table = judge.table
    configurations = [table.configurations[number] for number in members(rejection.before)]
    match rejection.observation:
        case Called(operation, _, _) | Several(operation, _, _):
            ways = table.edges.get(operation)
            found = {
                f"{hresult_numbers(edge.hresult)} in {table.configurations[number].state.name}"
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
        case Gone():
            found = {"its state, as it cannot have ended"}
        case Overlapped() | Occurred() | Told() | Passed() | Stopped() | TimedOut() | Lost():
            found = {str(configuration) for configuration in configurations}
    yield from sorted(found)
