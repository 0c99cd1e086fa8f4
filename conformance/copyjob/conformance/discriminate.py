"""Which rows the observations tell from another outcome: the kit's own measure of how much was really tested.

Law: a row counts as *discriminated* only if, for every other outcome that it might have had, what was seen would have
been rejected. Nothing is inferred from a plan's aim: the recorded observations are judged again, by the same judge,
against the table with that one row redirected.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from copyjob.conformance.observation import (
    EVENT_BITS,
    Called,
    Causes,
    Observation,
    Occurred,
    Overlapped,
    bits_of,
)
from copyjob.conformance.oracle import Judge, Oracle, first_rejection
from copyjob.spec import facts as f
from copyjob.spec.compiled import FILES_BOUND, IntegerTable, members
from copyjob.spec.table import Answer, Outcome, Refusal, Row
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, Operation

ACTION = (JobState.QUEUED, JobState.CONNECTING, JobState.TRANSFERRING)
OBSERVABLE = frozenset((f.ADD_ONE_FILE, f.ONE_MORE_DONE, f.SET_ERROR))
"""Effects that getters must show; the others only widen what a getter may show."""


def alternatives(row: Row, table: IntegerTable, states: Sequence[JobState]) -> Iterator[tuple[str, Answer]]:
    """Yield every other outcome of a row that could be seen, one thing changed at a time, each with a name.

    Left out is what nobody outside can see: a hop between the action states in an internal event (decision/10), and an
    outcome from which the right one follows by itself at once (:func:`_follows`).
    """
    right = {(answer.dest, answer.hresult) for answer in row.all_answers}
    first = row.answers[0]
    hop = isinstance(row.label, InternalEvent) and any(dest in ACTION for dest, _ in right)
    for state in states:
        if any(state is dest for dest, _ in right) or (hop and state in ACTION and state is not row.source):
            continue
        answer = Answer(state, first.hresult, first.effects)
        if not _follows(row, table, answer):
            yield f"leads to {state.name}", answer
    if isinstance(row.label, Operation):
        for hresult in _hresults(table.dialect):
            if all(hresult is not given for _, given in right):
                dest = row.source if hresult.failed else first.dest
                yield (
                    f"answers {hresult.name}",
                    Answer(dest, hresult, () if hresult.failed else first.effects),
                )
    if row.outcome is not Outcome.PERMITS and set(first.effects) & OBSERVABLE:
        yield "changes no fact", Answer(first.dest, first.hresult)


def _follows(row: Row, table: IntegerTable, answer: Answer) -> bool:
    """Whether, wherever the row applies, the right outcome would follow from ``answer`` by itself.

    What is always possible by itself: that a job whose files are all transferred becomes TRANSFERRED; that a job which
    was not behind others has its turn; and, for an internal event, that its cause, being there, brings it about again.
    """
    always = {InternalEvent.ALL_DONE}
    if row.source in (JobState.CONNECTING, JobState.TRANSFERRING):
        always.add(InternalEvent.TURN)
    if isinstance(row.label, InternalEvent):
        always |= {row.label, InternalEvent.TURN, InternalEvent.CONNECT}
    judge = Judge(table)
    causes = Causes(bits_of(always), FILES_BOUND)
    for configuration in table.configurations:
        if configuration.state is not row.source or not row.guard.holds(configuration.facts):
            continue
        if not _sound(configuration):
            continue
        other = f.Configuration(answer.dest, f.apply(answer.effects, configuration.facts))
        right = {
            f.Configuration(given.dest, f.apply(given.effects, configuration.facts)) for given in row.answers
        } & table.index.keys()
        if not right or other not in table.index:
            continue
        reached = judge.closure(1 << table.index[other], causes)
        if not all(reached >> table.index[goal] & 1 for goal in right):
            return False
    return True


def _sound(configuration: f.Configuration) -> bool:
    """Whether a job can be there at all: while transferring there is no error information."""
    state, facts = configuration
    return state is not JobState.TRANSFERRING or facts.error == f.ErrorInformation.UNAVAILABLE


def _hresults(dialect: Dialect) -> tuple[Hresult, ...]:
    refusals = (Refusal.EMPTY, Refusal.INVALID_STATE, Refusal.NO_ERROR)
    return (Hresult.S_OK, *(refusal.hresult(dialect) for refusal in refusals))


@dataclass
class RowEvidence:
    """What the observations say of one row."""

    row: Row
    judged: int = 0
    """How many runs had an observation that this row could explain."""
    rejected: set[str] = field(default_factory=set[str])
    survived: set[str] = field(default_factory=set[str])

    @property
    def discriminated(self) -> bool:
        """Whether every other outcome would have been rejected."""
        return self.judged > 0 and not self.survived


@dataclass(frozen=True)
class Trace:
    """The observations of one run, and whether tolerated answers had to be admitted to explain them."""

    observations: Sequence[Observation]
    tolerant: bool = False


def touched_rows(judge: Judge, trace: Trace) -> set[int]:
    """Return the numbers of the rows that some explanation of the observations passes through."""
    oracle = Oracle(judge)
    found: set[int] = set()
    for observation in trace.observations:
        belief = oracle.possible(observation.causes)
        found |= _rows_at(judge.table, belief, _labels(observation))
        if oracle.observe(observation) is not None:
            break
        found |= _rows_at(judge.table, oracle.possible(observation.causes), _events(observation))
    return found


def _labels(observation: Observation) -> list[Operation | InternalEvent]:
    labels: list[Operation | InternalEvent] = list(_events(observation))
    match observation:
        case Called(operation, _, _):
            labels.append(operation)
        case Overlapped(calls, _):
            labels += [call.operation for call in calls]
        case Occurred(event, _):
            labels.append(event)
        case _:
            pass
    return labels


def _events(observation: Observation) -> Iterable[InternalEvent]:
    return (event for event, bit in EVENT_BITS.items() if observation.causes.may & bit)


def _rows_at(table: IntegerTable, belief: int, labels: Iterable[Operation | InternalEvent]) -> set[int]:
    numbers = list(members(belief))
    return {
        edge.row
        for label in labels
        if label in table.edges
        for number in numbers
        for edge in table.edges[label][number]
    }


def evidence(
    table: IntegerTable,
    traces: Sequence[Trace],
    states: Sequence[JobState],
    rows: Collection[str] | None = None,
) -> Mapping[str, RowEvidence]:
    """Judge the traces again under every other outcome of every row (of ``rows``, if given) that they touch."""
    judge = Judge(table)
    by_row: dict[int, list[Trace]] = {}
    for trace in traces:
        for number in touched_rows(judge, trace):
            by_row.setdefault(number, []).append(trace)
    found: dict[str, RowEvidence] = {}
    for number, row in enumerate(table.rows):
        if rows is not None and row.id not in rows:
            continue
        own = RowEvidence(row, judged=len(by_row.get(number, ())))
        found[row.id] = own
        # A trace that rejected one alternative is likely to reject the next: it moves to the front.
        candidates = sorted(by_row.get(number, ()), key=lambda trace: len(trace.observations))
        for name, answer in alternatives(row, table, states) if candidates else ():
            mutant = Judge(table.redirected(number, (answer,)))
            rejecting = next((trace for trace in candidates if _rejects(mutant, trace)), None)
            if rejecting is None:
                own.survived.add(name)
            else:
                own.rejected.add(name)
                candidates.remove(rejecting)
                candidates.insert(0, rejecting)
    return found


def _rejects(judge: Judge, trace: Trace) -> bool:
    return first_rejection(judge, trace.observations, tolerant=trace.tolerant) is not None
