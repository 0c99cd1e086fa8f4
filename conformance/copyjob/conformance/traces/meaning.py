"""What a line says of its job, as observations that the oracle can judge; and what it leaves open.

Laws:

1. What a trace does not tell is not made up. It tells no arguments, no limits and not who calls: whatever refusal these
   may call for is permitted, and changes nothing (decision/13). A success is the table's business in any case.
2. What the table does not speak about is not judged, and is counted: after such an event a job may be anywhere.
3. Jobs have any number of files, and any surroundings. Only where a trace says that a job is a download is it known to
   be no upload.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from functools import cache
from typing import Final

from copyjob.conformance.nodes import NOTHING_PENDING, Node
from copyjob.conformance.observation import (
    ANY_EVENT,
    EVENT_BITS,
    Called,
    Causes,
    Counted,
    Lost,
    Observation,
    Passed,
    Sampled,
    Several,
    Stopped,
    TimedOut,
    Told,
)
from copyjob.conformance.oracle import Judge
from copyjob.conformance.traces.lines import Call, Event, Line, Sample, Start
from copyjob.spec.calls import calls_of
from copyjob.spec.compiled import FILES_BOUND, compile_table, members
from copyjob.spec.rows import Answer, Row
from copyjob.spec.table import Outcome, Table, full_table
from copyjob.spec.vocabulary import FAILURE_BIT, Dialect, Hresult, InternalEvent, JobState, JobType, Operation

ADD_FILE_SET: Final = "add_file_set"
"""Adds one or more files at once."""
_WAYS: Final[Mapping[InternalEvent, tuple[tuple[InternalEvent, ...], ...]]] = {
    # Whoever writes a trace knows what became of a fault, not whether the documents leave that open; and one that is
    # not to be retried any more leads on to ERROR at once (timer/progress, timer/retry).
    InternalEvent.TRANSIENT_FAULT: (
        (InternalEvent.TRANSIENT_FAULT,),
        (InternalEvent.AMBIGUOUS_FAULT,),
        (InternalEvent.TRANSIENT_FAULT, InternalEvent.NO_PROGRESS),
    ),
    InternalEvent.FATAL_FAULT: (
        (InternalEvent.FATAL_FAULT,),
        (InternalEvent.AMBIGUOUS_FAULT,),
        (InternalEvent.RANGE_REFUSED,),
    ),
    # A job that is connecting may have its server just before its turn ends.
    InternalEvent.SLICE_END: ((InternalEvent.SLICE_END,), (InternalEvent.CONNECT, InternalEvent.SLICE_END)),
}
"""What an event stands for that is told by this name; the others stand for themselves (decision/10)."""
_OF_ARGUMENTS: Final = (Hresult.E_INVALIDARG, Hresult.E_NOTIMPL)
_WITHOUT_ARGUMENTS: Final = (Operation.RESUME, Operation.SUSPEND, Operation.CANCEL, Operation.COMPLETE)
_WIN32: Final = 7
"""The facility of HRESULTs that come from the system: disks, memory, rights, remote calls."""


class Unjudged(Enum):
    """Why a line, or a part of it, was not judged."""

    CALL = "calls that the table does not speak about"
    REFUSAL = "refusals that rest on arguments, the caller or the machine, which no trace tells"
    EVENT = "events that the table does not speak about"


def permitting_what_is_not_told(source: Table) -> Table:
    """Return the table for calls whose arguments, caller and circumstances nobody knows."""

    def widen(row: Row) -> Row:
        if not isinstance(row.label, Operation):
            return row
        known = {answer.hresult for answer in row.answers}
        more: list[Answer] = []
        for hresult in dict.fromkeys(h for rule in calls_of(row.label, source.dialect) for h in rule.answers):
            if hresult.failed and hresult not in known:
                more.append(Answer(row.source, hresult))
            elif not hresult.failed and not _in_a_row(source, row.label, hresult):
                more += [replace(each, hresult=hresult) for each in row.answers if _succeeds(each)]
        if not more:
            return row
        answers = tuple(dict.fromkeys((*row.answers, *more)))
        return replace(row, answers=answers, outcome=Outcome.PERMITS)

    return replace(source, rows=tuple(map(widen, source.rows)))


def _succeeds(answer: Answer) -> bool:
    return answer.hresult is not None and not answer.hresult.failed


@cache
def _in_a_row(source: Table, operation: Operation, hresult: int) -> bool:
    return any(
        answer.hresult is not None and answer.hresult == hresult
        for row in source.rows
        if row.label is operation
        for answer in row.answers
    )


@cache
def judge_for(dialect: Dialect) -> Judge:
    """Return the judge of jobs of any kind with any number of files, made once."""
    # A backend may know jobs by their ids only: the trace does not say so (decision/19).
    source = permitting_what_is_not_told(full_table(dialect).permitting_not_found())
    return Judge(compile_table(source, open_ended=True))


class Meaning:
    """What the lines of one trace mean: it follows from its dialect, and from what was recorded wholly."""

    def __init__(self, start: Start) -> None:
        """Begin with what the first line says."""
        self.dialect = Dialect(start.dialect)
        told, called = "events" in start.complete, "calls" not in start.complete
        # A start that is told wholly has a line of its own.
        may = ANY_EVENT & ~EVENT_BITS[InternalEvent.RESTART] if told else ANY_EVENT
        self.usual = Causes(may, FILES_BOUND, called, told)
        self.restarted = Stopped(Causes(ANY_EVENT, FILES_BOUND, called, told))
        """What a start tells of every job: what was under way when the service was stopped may not be written down."""
        self.missing = Passed(Causes(ANY_EVENT, FILES_BOUND, called=True))
        """What lines that are not there may have told."""
        self.lost = Lost(self.usual)

    @property
    def judge(self) -> Judge:
        """The judge of its jobs."""
        return judge_for(self.dialect)

    def created(self, kind: str | None) -> Node:
        """Return what is believed of a new job of a kind; None: nobody knows of which."""
        judge = self.judge
        if kind is None:
            return judge.start
        new = [n for n in members(judge.table.initial) if judge.table.configurations[n].facts.kind == JobType[kind]]
        return judge.believing({NOTHING_PENDING: sum(1 << number for number in new)})

    @property
    def anywhere(self) -> Node:
        """What is believed of a job that was there before."""
        arrival = self.judge.start[self.lost]
        assert arrival is not None
        return arrival.to

    def observations(self, line: Line) -> tuple[Observation, ...]:
        """Return what a line about a job that is there tells of it."""
        seen: list[Observation] = []
        match line:
            case Call():
                seen += self._called(line)
            case Event():
                seen += self._happened(line)
            case Sample() | Start():
                pass
        if not isinstance(line, Start) and line.state is not None:
            seen.append(Sampled(JobState[line.state], self.usual))
        if isinstance(line, Sample) and line.files_total is not None and line.files_done is not None:
            seen.append(Counted(line.files_total, line.files_done, self.usual))
        return tuple(seen)

    def unjudged(self, line: Line) -> Unjudged | None:
        """Return what of a line is not judged, and why."""
        match line:
            case Call():
                operation = self._operation(line.operation)
                if operation is None:
                    return None if line.operation == ADD_FILE_SET else Unjudged.CALL
                return Unjudged.REFUSAL if line.hresult is not None and self._excused(operation, line.hresult) else None
            case Event():
                return None if self._ways(line.event) else Unjudged.EVENT
            case Sample() | Start():
                return None

    def _called(self, call: Call) -> list[Observation]:
        operation = self._operation(call.operation)
        if operation is None:
            if call.operation == ADD_FILE_SET and call.hresult == Hresult.S_OK:
                return [Several(Operation.ADD_FILE, Hresult.S_OK, self.usual)]
            return []
        if call.hresult is None:
            return [TimedOut(operation, self.usual)]
        if self._excused(operation, call.hresult):
            return []
        return [Called(operation, call.hresult, self.usual)]

    def _happened(self, event: Event) -> list[Observation]:
        ways = self._ways(event.event)
        return [Told(ways, self.usual) if ways else self.lost]

    def _operation(self, name: str) -> Operation | None:
        """Return the operation of a name, where the table speaks about it."""
        try:
            operation = Operation(name)
        except ValueError:
            return None
        return operation if operation in self.judge.table.edges else None

    def _ways(self, name: str) -> tuple[tuple[InternalEvent, ...], ...]:
        event, known = InternalEvent(name), self.judge.table.edges
        ways = [way for way in _WAYS.get(event, ((event,),)) if all(each in known for each in way)]
        # That nothing is left to transfer has no cause of its own, and is told with what led to it.
        return (*ways, *((*way, InternalEvent.ALL_DONE) for way in ways))

    def _excused(self, operation: Operation, hresult: int) -> bool:
        """Whether a refusal may have a reason that no row knows, so that nothing can be said of it."""
        if not hresult & FAILURE_BIT or any(
            answer.hresult == hresult
            for row in self.judge.table.rows
            if row.label is operation
            for answer in row.answers
        ):
            return False
        of_system = (hresult >> 16) & 0x7FF == _WIN32 and hresult != Hresult.E_INVALIDARG
        of_arguments = hresult in _OF_ARGUMENTS and operation not in _WITHOUT_ARGUMENTS
        unnamed = any(not rule.answers for rule in calls_of(operation, self.dialect))
        return of_system or of_arguments or unnamed or hresult == Hresult.DO_E_NO_SERVICE
