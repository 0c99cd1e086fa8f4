"""Which rows the observations tell from another outcome: the kit's own measure of how much was really tested.

Law: a row counts as *discriminated* only if, for every other outcome that it might have had, what was seen would have
been rejected. Nothing is inferred from a plan's aim: the observations are judged against the table with that one row
redirected, by the same logic that judges the backend (``shades``), and what comes of it is kept in the ``ledger``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from copyjob.conformance.nodes import Place
from copyjob.conformance.observation import Called, Causes, Observation, Occurred, Overlapped, bits_of, events_of
from copyjob.conformance.oracle import Judge
from copyjob.spec import facts as f
from copyjob.spec.compiled import FILES_BOUND, IntegerTable, Label, members
from copyjob.spec.table import Answer, Outcome, Refusal, Row
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, Operation

ACTION = (JobState.QUEUED, JobState.CONNECTING, JobState.TRANSFERRING)
OBSERVABLE = frozenset((f.ADD_ONE_FILE, f.ONE_MORE_DONE, f.SET_ERROR))
"""Effects that getters must show; the others only widen what a getter may show."""


def alternatives(
    row: Row, table: IntegerTable, states: Sequence[JobState], judge: Judge | None = None
) -> Iterator[tuple[str, Answer]]:
    """Yield every other outcome of a row that could be seen, one thing changed at a time, each with a name.

    Left out is what nobody outside can see: a hop between the action states in an internal event (decision/10), and an
    outcome from which the right one follows by itself at once (:func:`_follows`). A ``judge`` of the table, if there is
    one, saves what it remembers.
    """
    right = {(answer.dest, answer.hresult) for answer in row.all_answers}
    judge = Judge(table) if judge is None else judge
    first = row.answers[0]
    hop = isinstance(row.label, InternalEvent) and any(dest in ACTION for dest, _ in right)
    for state in states:
        if any(state is dest for dest, _ in right) or (hop and state in ACTION and state is not row.source):
            continue
        answer = Answer(state, first.hresult, first.effects)
        if not _follows(row, judge, answer):
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


def _follows(row: Row, judge: Judge, answer: Answer) -> bool:
    """Whether, wherever the row applies, the right outcome would follow from ``answer`` by itself.

    What is always possible by itself: that a job whose files are all transferred becomes TRANSFERRED; that a job which
    was not behind others has its turn; and, for an internal event, that its cause, being there, brings it about again.
    """
    always = {InternalEvent.ALL_DONE}
    if row.source in (JobState.CONNECTING, JobState.TRANSFERRING):
        always.add(InternalEvent.TURN)
    if isinstance(row.label, InternalEvent):
        always |= {row.label, InternalEvent.TURN, InternalEvent.CONNECT}
    causes = Causes(bits_of(always), FILES_BOUND)
    table = judge.table
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


@dataclass(frozen=True, slots=True)
class Trace:
    """The observations of one run, and whether tolerated answers had to be admitted to explain them."""

    observations: tuple[Observation, ...]
    tolerant: bool = False


def touched(place: Place, observation: Observation) -> int:
    """Return the rows, as bits, that some explanation of an observation may pass through, seen from one belief.

    Whatever the other rows said, the step from there would be the same.
    """
    judge, causes = place.judge, observation.causes
    events = list(events_of(causes.may))
    outstanding = {operation for pending in place.belief for operation in pending}
    by_itself: list[Label] = [*events, *outstanding]
    reached = place.reached[causes]
    found = _rows_at(judge.table, reached, by_itself)
    labels: Sequence[Label] = ()
    match observation:
        case Called(operation, _, _):
            labels = (operation,)
        case Overlapped(calls, _):
            labels = [call.operation for call in calls]
        case Occurred(event, _):
            labels = (event,)
        case _:
            pass
    # Side by side, in any order, so often as there are calls: a call meets what those before it may have led to.
    for _ in labels:
        found |= _rows_at(judge.table, reached, labels)
        for label in labels:
            reached |= judge.destinations(reached, label)
        reached = judge.closure(reached, causes)
    after = place[observation]
    return found if after is None else found | _rows_at(judge.table, after.reached[causes], by_itself)


def _rows_at(table: IntegerTable, belief: int, labels: Iterable[Label]) -> int:
    numbers = list(members(belief))
    found = 0
    for label in labels:
        ways = table.edges.get(label)
        for number in numbers if ways is not None else ():
            assert ways is not None
            for edge in ways[number]:
                found |= 1 << edge.row
    return found
