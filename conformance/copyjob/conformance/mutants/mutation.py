"""Mutants as data, generated from the rows: each is the table with one thing wrong.

Laws:

1. A mutant is one row and one fault. Either another answer stands in the row (``answer``), or the row is right and what
   it does to a file, or to a second caller, is not (``slip``).
2. Nothing is left out because nobody could see it. That is proved, not guessed (:mod:`.inclusion`).

What this module does not know: how a mutant is run, and how it is judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from copyjob.conformance.deviations import deviations
from copyjob.spec import facts as f
from copyjob.spec.callbacks import callbacks_of
from copyjob.spec.compiled import FILES_BOUND, IntegerTable, integer_table
from copyjob.spec.table import Answer, Level, Outcome, Refusal, Row, Table, table
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, Operation


class Kind(Enum):
    """What is wrong, in one word each."""

    HRESULT = "wrong HRESULT"
    DESTINATION = "wrong destination"
    STAYS = "stays instead of moves"
    REFUSED_MUTATES = "refused but mutates"
    ACCEPTED = "accepted where refused"
    COUNT = "wrong count of files"
    ERROR = "error information kept or lost"
    RESTART = "state lost on restart"
    FILE = "missing effect on a file"
    RACE = "race window"
    CALL_MISSING = "callback missing"
    CALL_DOUBLED = "callback doubled"


class Slip(Enum):
    """What is done wrongly beside the table, when the row is taken."""

    LEAVES_TEMPORARY = "leaves a temporary file"
    LOSES_A_FILE = "does not make a file available"
    SPOILS_A_BYTE = "spoils a byte of a file"
    CLEARS_THE_DESTINATION = "removes what stood at the destination"
    PUBLISHES_EARLY = "makes a file available before Complete"
    CALLS_NOBODY = "calls nobody back"
    CALLS_TWICE = "calls back twice"
    WINDOW = "decides on the state before another call, and acts after it"


CALLING = (Slip.CALLS_NOBODY, Slip.CALLS_TWICE)
"""Slips that nobody sees who does not listen."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One row that is wrong in one way."""

    dialect: Dialect
    row: str
    kind: Kind
    what: str
    answer: Answer | None = None
    slip: Slip | None = None

    @property
    def name(self) -> str:
        """The name, stable while the row and the generator are."""
        return f"{self.row}: {self.what}"

    def table(self) -> IntegerTable:
        """Return the table that the mutant acts by."""
        right = integer_table(self.dialect)
        if self.answer is None:
            return right
        number = next(number for number, row in enumerate(right.rows) if row.id == self.row)
        return right.redirected(number, (self.answer,))


_WITH_A_FILE_DONE = [facts for facts in f.all_facts(FILES_BOUND) if facts.files_done]
_ENDS = (JobState.ACKNOWLEDGED, JobState.CANCELLED)
_RACING = (Operation.RESUME, Operation.SUSPEND, Operation.CANCEL, Operation.COMPLETE)


def mutants(dialect: Dialect) -> tuple[Mutant, ...]:
    """Return every mutant of a dialect, row by row; each has a name of its own."""
    source = table(dialect)
    found: dict[str, Mutant] = {}
    for row in source.rows:
        for kind, what, answer in _answers(row, source):
            if answer not in row.all_answers:
                mutant = Mutant(dialect, row.id, kind, what, answer=answer)
                found.setdefault(mutant.name, mutant)
        for kind, slip in _slips(row, dialect):
            mutant = Mutant(dialect, row.id, kind, slip.value, slip=slip)
            found.setdefault(mutant.name, mutant)
    return tuple(found.values())


def _answers(row: Row, source: Table) -> Iterator[tuple[Kind, str, Answer]]:
    yield from _destinations(row, source)
    if isinstance(row.label, Operation):
        yield from _hresults(row, source)
    yield from _facts(row)


def _destinations(row: Row, source: Table) -> Iterator[tuple[Kind, str, Answer]]:
    first = row.answers[0]
    for state in source.states:
        kind = Kind.STAYS if state is row.source else Kind.DESTINATION
        if row.label is InternalEvent.RESTART:
            kind = Kind.RESTART
        elif row.outcome is Outcome.REFUSED:
            kind = Kind.REFUSED_MUTATES
        if all((state, first.hresult) != (given.dest, given.hresult) for given in row.all_answers):
            yield kind, f"leads to {state.name}", Answer(state, first.hresult, first.effects)


def _hresults(row: Row, source: Table) -> Iterator[tuple[Kind, str, Answer]]:
    first = row.answers[0]
    assert first.hresult is not None
    refusals = [refusal.hresult(source.dialect) for refusal in (Refusal.EMPTY, Refusal.INVALID_STATE, Refusal.NO_ERROR)]
    for hresult in (Hresult.S_OK, *refusals, Hresult.BG_S_PARTIAL_COMPLETE):
        if any(hresult is given.hresult for given in row.all_answers):
            continue
        if hresult.failed:
            yield Kind.HRESULT, f"answers {hresult.name}", Answer(row.source, hresult)
            if not first.hresult.failed and (first.dest is not row.source or first.effects):
                what = f"answers {hresult.name}, and does it"
                yield Kind.REFUSED_MUTATES, what, Answer(first.dest, hresult, first.effects)
        else:
            kind = Kind.ACCEPTED if first.hresult.failed else Kind.HRESULT
            yield kind, f"answers {hresult.name}", Answer(first.dest, hresult, first.effects)
    if first.hresult.failed:
        for usual in _usual(row, source):
            yield Kind.ACCEPTED, f"answers {Hresult.S_OK.name}, and leads to {usual.dest.name}", usual


def _usual(row: Row, source: Table) -> Iterator[Answer]:
    """Yield what the operation does in other states, where it does anything."""
    for other in source.rows:
        for answer in other.answers:
            if other.label is row.label and answer.hresult is Hresult.S_OK and answer.dest is not other.source:
                yield answer


def _facts(row: Row) -> Iterator[tuple[Kind, str, Answer]]:
    first = row.answers[0]
    restart = row.label is InternalEvent.RESTART
    for deviation in deviations(first):
        on_error = deviation.fact is f.Fact.ERROR
        lost = not on_error or f.CLEAR_ERROR in deviation.effects
        if row.outcome is Outcome.REFUSED:
            kind = Kind.REFUSED_MUTATES
        elif restart and lost and deviation.fact is not f.Fact.FILES_TOTAL:
            kind = Kind.RESTART
        else:
            kind = Kind.ERROR if on_error else Kind.COUNT
        yield kind, deviation.what, Answer(first.dest, first.hresult, deviation.effects)


def _slips(row: Row, dialect: Dialect) -> Iterator[tuple[Kind, Slip]]:
    dests = {answer.dest for answer in row.answers} if row.source not in _ENDS else set[JobState]()
    if dests & set(_ENDS):
        yield Kind.FILE, Slip.LEAVES_TEMPORARY
    if JobState.ACKNOWLEDGED in dests and any(row.guard.holds(facts) for facts in _WITH_A_FILE_DONE):
        yield Kind.FILE, Slip.LOSES_A_FILE
        yield Kind.FILE, Slip.SPOILS_A_BYTE
    if JobState.CANCELLED in dests:
        yield Kind.FILE, Slip.CLEARS_THE_DESTINATION
    if row.label is InternalEvent.FILE_DONE:
        yield Kind.FILE, Slip.PUBLISHES_EARLY
    if any(rule.level is Level.MUST for answer in row.answers for rule in callbacks_of(row, answer, dialect)):
        yield Kind.CALL_MISSING, Slip.CALLS_NOBODY
        yield Kind.CALL_DOUBLED, Slip.CALLS_TWICE
    if row.label in _RACING and row.source not in _ENDS:
        yield Kind.RACE, Slip.WINDOW
