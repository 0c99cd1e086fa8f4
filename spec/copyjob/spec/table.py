"""The table: what a download job answers to every operation in every state, and what may happen to it by itself.

Laws, checked by the tests of this room:

1. Total: every state x operation of a dialect has exactly one unguarded row, or rows whose guards exclude each other
   and leave nothing out.
2. One table, two dialects: a line below holds in both unless it says BITS or DO; nothing is written twice.
3. A refused call changes nothing: a REFUSED row stays where it is and has no effect (decision/13).
4. Every row cites a clause. A ruling where the documents are silent is cited as ``decision/<n>``, never as a fact.

MOVES, STAYS and REFUSED rows have one answer. PERMITS lists several; whichever a backend gives conforms. ``tolerated``
answers break a recommendation (SHOULD) that only a decision makes. Levels: MUST is documented; SHOULD is taken over
from the other dialect; MAY is a permitted set that a decision made, or a step nobody outside can tell from another.

Internal events happen when their cause is there (:data:`EVENTS`); their rows are a partial table on purpose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache, cached_property
from types import MappingProxyType

from copyjob.spec import facts as f
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, Operation

Q, C, T = JobState.QUEUED, JobState.CONNECTING, JobState.TRANSFERRING
S, E, X = JobState.SUSPENDED, JobState.ERROR, JobState.TRANSIENT_ERROR
D, A, Z = JobState.TRANSFERRED, JobState.ACKNOWLEDGED, JobState.CANCELLED

BOTH, BITS, DO = frozenset(Dialect), frozenset({Dialect.BITS}), frozenset({Dialect.DO})


class StateClass(Enum):
    """The classes of the life cycle. Clause: state/classes."""

    STARTING = "starting"
    ACTION = "action"
    TRANSFERRED = "transferred"
    FINAL = "final"


STATE_CLASSES: Mapping[JobState, StateClass] = MappingProxyType(
    {S: StateClass.STARTING}
    | dict.fromkeys((Q, C, T, X), StateClass.ACTION)
    | dict.fromkeys((E, D), StateClass.TRANSFERRED)
    | dict.fromkeys((A, Z), StateClass.FINAL)
)
FINAL = (A, Z)
NOT_FINAL = tuple(state for state in JobState if state not in FINAL)


class Outcome(Enum):
    """What a row does with the job."""

    MOVES = "moves"
    STAYS = "stays"
    REFUSED = "refused"
    PERMITS = "permits"


class Level(Enum):
    """How binding a row is."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


class Refusal(Enum):
    """A refusal whose HRESULT each dialect spells in its own way."""

    EMPTY = (Hresult.BG_E_EMPTY, Hresult.DO_E_JOB_EMPTY)
    INVALID_STATE = (Hresult.BG_E_INVALID_STATE, Hresult.DO_E_INVALID_STATE)
    NO_ERROR = (Hresult.BG_E_ERROR_INFORMATION_UNAVAILABLE, Hresult.DO_E_ERROR_INFORMATION_UNAVAILABLE)
    NOT_FOUND = (Hresult.BG_E_NOT_FOUND, Hresult.DO_E_JOB_NOT_FOUND)

    def hresult(self, dialect: Dialect) -> Hresult:
        """Return the dialect's HRESULT."""
        return self.value[0 if dialect is Dialect.BITS else 1]


@dataclass(frozen=True, slots=True)
class Answer:
    """One permitted answer: where the job is then, what the call returned (None: internal event), what changed."""

    dest: JobState
    hresult: Hresult | None
    effects: tuple[f.Assign, ...] = ()

    @property
    def trigger(self) -> str:
        """The part of a trigger that tells this answer from others of its row's operation."""
        return (f".{self.hresult.name}" if self.hresult is not None else "") + f".{self.dest.name}"


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: in ``source``, where ``guard`` holds, ``label`` has these ``answers``. ``id`` is stable."""

    id: str
    label: Operation | InternalEvent
    source: JobState
    guard: f.Guard
    outcome: Outcome
    answers: tuple[Answer, ...]
    cites: tuple[str, ...]
    level: Level
    tolerated: tuple[Answer, ...] = ()

    @property
    def decided(self) -> bool:
        """Whether the row rests on decisions alone, no documented clause."""
        return all(key.startswith("decision/") for key in self.cites)

    def triggers(self) -> list[tuple[str, Answer]]:
        """Return the trigger name of every answer, tolerated ones too."""
        return [(self.label.value + answer.trigger, answer) for answer in self.answers + self.tolerated]


@dataclass(frozen=True, slots=True)
class EventRule:
    """When an internal event may happen: its cause in words, and whether it must happen once the cause is there."""

    cause: str
    fair: bool


EVENTS: Mapping[InternalEvent, EventRule] = MappingProxyType(
    {
        InternalEvent.TURN: EventRule("a place in the scheduler is free", fair=True),
        InternalEvent.CONNECT: EventRule("the server accepts connections", fair=True),
        InternalEvent.FILE_DONE: EventRule("the server began to write the last byte of one more file", fair=True),
        InternalEvent.ALL_DONE: EventRule("spontaneous once no file is left", fair=True),
        InternalEvent.SLICE_END: EventRule("time has passed", fair=False),
        InternalEvent.TRANSIENT_FAULT: EventRule(
            "the server refused, reset, cut off or answered 5xx; or a stall", fair=True
        ),
        InternalEvent.FATAL_FAULT: EventRule("the server answered 4xx, 501 or 505", fair=True),
        InternalEvent.AMBIGUOUS_FAULT: EventRule(
            "the server answered 408, 409, 425, 429 or redirects in a loop", fair=True
        ),
        InternalEvent.RANGE_REFUSED: EventRule(
            "the server answered a request for a part with something else", fair=False
        ),
        InternalEvent.RETRY: EventRule("the retry delay has passed", fair=True),
        InternalEvent.NO_PROGRESS: EventRule("the no-progress timeout has passed", fair=True),
        InternalEvent.RESTART: EventRule("the service was stopped and started again", fair=False),
        InternalEvent.EXPIRY: EventRule("the retention period has passed", fair=True),
    }
)


@dataclass(frozen=True, slots=True)
class _Reply:
    """An answer as the lines below write it, before a dialect is chosen; no ``dest`` means: stays."""

    hresult: Hresult | Refusal | None
    dest: JobState | None = None
    effects: tuple[f.Assign, ...] = ()


@dataclass(frozen=True, slots=True)
class _Rule:
    label: Operation | InternalEvent
    sources: tuple[JobState, ...]
    guard: f.Guard
    replies: tuple[_Reply, ...]
    cites: str
    dialects: frozenset[Dialect] = BOTH
    level: Level = Level.MUST
    do_level: Level | None = None
    do_cites: str = ""
    tolerated: tuple[_Reply, ...] = ()


def _to(dest: JobState, *effects: f.Assign, hresult: Hresult = Hresult.S_OK) -> _Reply:
    return _Reply(hresult, dest, effects)


def _stay(*effects: f.Assign) -> _Reply:
    return _Reply(Hresult.S_OK, None, effects)


def _refuse(refusal: Refusal) -> _Reply:
    return _Reply(refusal)


def _happen(dest: JobState | None = None, *effects: f.Assign) -> _Reply:
    return _Reply(None, dest, effects)


MUST, SHOULD, MAY = Level.MUST, Level.SHOULD, Level.MAY
_PARTIAL = Hresult.BG_S_PARTIAL_COMPLETE
_REFUSE_FINAL = _refuse(Refusal.INVALID_STATE)
_DROP = (f.FORGET_DONE, f.SOFTEN_ERROR)
_DO_START = (_to(T, f.CLEAR_ERROR), _to(Q))
_ACK = (_to(A, f.SOFTEN_ERROR), _to(A, f.SOFTEN_ERROR, hresult=_PARTIAL))
_op, _ev = Operation, InternalEvent

_RULES: tuple[_Rule, ...] = (
    # Resume
    _Rule(
        _op.RESUME,
        (S,),
        f.NO_FILE,
        (_refuse(Refusal.EMPTY),),
        "resume/empty decision/13",
        do_cites="decision/1",
    ),
    _Rule(_op.RESUME, (S,), f.MORE_FILES, (_to(Q),), "resume/suspended", BITS),
    _Rule(_op.RESUME, (S,), f.MORE_FILES, _DO_START, "resume/suspended decision/5", DO),
    _Rule(_op.RESUME, (S,), f.ALL_FILES, (_to(Q), _refuse(Refusal.EMPTY)), "decision/16", BITS, MAY),
    _Rule(_op.RESUME, (S,), f.ALL_FILES, (*_DO_START, _refuse(Refusal.EMPTY)), "decision/16 decision/5", DO, MAY),
    _Rule(_op.RESUME, (Q, C, T), f.ALWAYS, (_stay(),), "resume/action", do_level=SHOULD, do_cites="decision/15"),
    _Rule(_op.RESUME, (X, E), f.ALWAYS, (_to(Q),), "resume/error", BITS),
    _Rule(_op.RESUME, (X, E), f.ALWAYS, _DO_START, "resume/error decision/5", DO),
    _Rule(_op.RESUME, (D,), f.MORE_FILES, (_to(Q),), "resume/transferred-more", BITS),
    _Rule(_op.RESUME, (D,), f.MORE_FILES, _DO_START, "decision/17 decision/5", DO, SHOULD),
    _Rule(_op.RESUME, (D,), f.ALL_FILES, (_stay(), _refuse(Refusal.EMPTY)), "decision/3", level=MAY),
    _Rule(_op.RESUME, FINAL, f.ALWAYS, (_REFUSE_FINAL,), "resume/final state/final decision/13"),
    # Suspend
    _Rule(_op.SUSPEND, (S,), f.ALWAYS, (_stay(),), "suspend/suspended", do_level=SHOULD, do_cites="decision/15"),
    _Rule(_op.SUSPEND, (Q, C, T), f.ALWAYS, (_to(S, f.SOFTEN_ERROR),), "suspend/action"),
    _Rule(_op.SUSPEND, (X,), f.ALWAYS, (_to(S, f.SOFTEN_ERROR),), "suspend/action decision/7", do_level=SHOULD),
    _Rule(
        _op.SUSPEND,
        (E, D),
        f.ALWAYS,
        (_to(S, f.SOFTEN_ERROR), _stay()),
        "suspend/automatic decision/2",
        level=MAY,
    ),
    _Rule(_op.SUSPEND, FINAL, f.ALWAYS, (_REFUSE_FINAL,), "suspend/final state/final decision/13"),
    # Cancel
    _Rule(_op.CANCEL, NOT_FINAL, f.ALWAYS, (_to(Z, *_DROP),), "cancel/any"),
    _Rule(_op.CANCEL, FINAL, f.ALWAYS, (_REFUSE_FINAL,), "cancel/final state/final decision/13"),
    # Complete
    _Rule(_op.COMPLETE, (S, Q, C, T, X, E), f.NOTHING_DONE, _ACK, "complete/partial decision/4", level=MAY),
    _Rule(
        _op.COMPLETE,
        (S, Q, C, T, X, E, D),
        f.PART_DONE,
        (_to(A, f.SOFTEN_ERROR, hresult=_PARTIAL),),
        "complete/partial",
        BITS,
    ),
    _Rule(_op.COMPLETE, (S, Q, C, T, X, E, D), f.PART_DONE, _ACK, "complete/partial", DO),
    _Rule(_op.COMPLETE, (D,), f.ALL_FILES, (_to(A, f.SOFTEN_ERROR),), "complete/transferred"),
    _Rule(_op.COMPLETE, (S, Q, C, T), f.ALL_FILES, _ACK, "complete/partial", level=MAY),
    _Rule(_op.COMPLETE, FINAL, f.ALWAYS, (_REFUSE_FINAL,), "complete/final state/final decision/13"),
    # AddFile
    _Rule(_op.ADD_FILE, NOT_FINAL, f.ALWAYS, (_stay(f.ADD_ONE_FILE),), "addfile/ok decision/8"),
    _Rule(_op.ADD_FILE, FINAL, f.ALWAYS, (_REFUSE_FINAL,), "addfile/ok decision/6 decision/13"),
    # GetError: in each state the error information that a job can have there
    _Rule(_op.GET_ERROR, (X, E, Q, C), f.ERROR_KNOWN, (_stay(),), "error/available decision/18"),
    _Rule(
        _op.GET_ERROR,
        (S, Q, C, X, E, A, Z),
        f.ERROR_EITHER,
        (_stay(), _refuse(Refusal.NO_ERROR)),
        "decision/18 decision/9",
        level=MAY,
    ),
    _Rule(
        _op.GET_ERROR,
        (S, Q, C, A, Z),
        f.ERROR_NONE,
        (_refuse(Refusal.NO_ERROR),),
        "error/available decision/18",
    ),
    _Rule(_op.GET_ERROR, (T, D), f.ALWAYS, (_refuse(Refusal.NO_ERROR),), "error/available decision/18"),
    # Setters
    _Rule(_op.SET_PRIORITY, NOT_FINAL, f.ALWAYS, (_stay(),), "set/final"),
    _Rule(_op.SET_PRIORITY, FINAL, f.ALWAYS, (_REFUSE_FINAL,), "set/final decision/13", BITS),
    _Rule(_op.SET_PRIORITY, FINAL, f.ALWAYS, (_stay(), _REFUSE_FINAL), "set/final decision/6", DO, MAY),
    _Rule(_op.SET_NO_PROGRESS_TIMEOUT, NOT_FINAL, f.ALWAYS, (_stay(),), "set/final timer/progress"),
    _Rule(_op.SET_NO_PROGRESS_TIMEOUT, FINAL, f.ALWAYS, (_REFUSE_FINAL,), "set/final decision/13"),
    _Rule(_op.SET_MINIMUM_RETRY_DELAY, NOT_FINAL, f.ALWAYS, (_stay(),), "set/final timer/retry", BITS),
    _Rule(_op.SET_MINIMUM_RETRY_DELAY, FINAL, f.ALWAYS, (_REFUSE_FINAL,), "set/final decision/13", BITS),
    # What happens to a job by itself
    _Rule(_ev.TURN, (Q,), f.ALWAYS, (_happen(C),), "state/queued state/connecting", BITS),
    _Rule(_ev.TURN, (Q,), f.ALWAYS, (_happen(T, f.CLEAR_ERROR),), "state/connecting decision/5", DO),
    _Rule(_ev.CONNECT, (C,), f.ALWAYS, (_happen(T, f.CLEAR_ERROR),), "state/connecting decision/18", BITS),
    _Rule(
        _ev.FILE_DONE,
        (T,),
        f.MORE_FILES,
        (_happen(None, f.ONE_MORE_DONE),),
        "state/transferring job/progress",
    ),
    _Rule(_ev.ALL_DONE, (T,), f.ALL_FILES, (_happen(D),), "state/transferring state/transferred"),
    _Rule(_ev.ALL_DONE, (Q, C), f.ALL_FILES, (_happen(D),), "decision/16", level=MAY),
    _Rule(_ev.SLICE_END, (T,), f.ALWAYS, (_happen(Q),), "state/transferring priority decision/10", BITS, MAY),
    _Rule(
        _ev.TRANSIENT_FAULT,
        (C,),
        f.MORE_FILES,
        (_happen(X, f.SET_ERROR),),
        "state/connecting error/available",
        BITS,
    ),
    _Rule(
        _ev.TRANSIENT_FAULT,
        (T,),
        f.MORE_FILES,
        (_happen(X, f.SET_ERROR),),
        "state/transient decision/11",
        tolerated=(_happen(E, f.SET_ERROR),),
    ),
    _Rule(_ev.FATAL_FAULT, (C,), f.MORE_FILES, (_happen(E, f.SET_ERROR),), "decision/11 decision/10", BITS, MAY),
    _Rule(_ev.FATAL_FAULT, (T,), f.MORE_FILES, (_happen(E, f.SET_ERROR),), "state/error error/atomic decision/11"),
    _Rule(
        _ev.AMBIGUOUS_FAULT,
        (C, T),
        f.MORE_FILES,
        (_happen(X, f.SET_ERROR), _happen(E, f.SET_ERROR)),
        "decision/11 decision/21",
        level=MAY,
    ),
    _Rule(
        _ev.RANGE_REFUSED,
        (C, T),
        f.MORE_FILES,
        (_happen(), _happen(E, f.SET_ERROR)),
        "decision/20 http/needs",
        level=MAY,
    ),
    _Rule(_ev.RETRY, (X,), f.ALWAYS, (_happen(Q),), "state/transient timer/retry decision/12", BITS),
    _Rule(
        _ev.RETRY,
        (X,),
        f.ALWAYS,
        (_happen(T, f.CLEAR_ERROR), _happen(Q)),
        "state/transient timer/retry decision/12 decision/5",
        DO,
    ),
    _Rule(_ev.NO_PROGRESS, (X,), f.ALWAYS, (_happen(E),), "state/transient timer/progress"),
    _Rule(_ev.RESTART, (S, Q, E, X, D), f.ALWAYS, (_happen(None, f.SOFTEN_ERROR),), "restart decision/18"),
    _Rule(
        _ev.RESTART,
        (C, T),
        f.ALWAYS,
        (_happen(None, f.SOFTEN_ERROR), _happen(Q, f.SOFTEN_ERROR)),
        "restart decision/10 decision/18",
    ),
    _Rule(_ev.EXPIRY, (S, E, D), f.ALWAYS, (_happen(Z, *_DROP),), "state/expiry"),
    _Rule(_ev.EXPIRY, (Q, C, T, X), f.ALWAYS, (_happen(Z, *_DROP),), "state/expiry decision/10", level=MAY),
)


def _outcome(source: JobState, answers: tuple[Answer, ...]) -> Outcome:
    if len(answers) != 1:
        return Outcome.PERMITS
    (answer,) = answers
    if answer.hresult is not None and answer.hresult.failed:
        return Outcome.REFUSED
    return Outcome.STAYS if answer.dest is source else Outcome.MOVES


@dataclass(frozen=True)
class Table:
    """All rows of one dialect, in the order of this file."""

    dialect: Dialect
    rows: tuple[Row, ...]

    @cached_property
    def states(self) -> tuple[JobState, ...]:
        """The dialect's states: Delivery Optimization never shows CONNECTING. Clause: state/connecting."""
        return tuple(state for state in JobState if self.dialect is Dialect.BITS or state is not C)

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """The operations that the dialect's job has. Clause: set/final."""
        have = {row.label for row in self.rows}
        return tuple(operation for operation in Operation if operation in have)

    @cached_property
    def by_id(self) -> Mapping[str, Row]:
        """Rows by their stable id."""
        return MappingProxyType({row.id: row for row in self.rows})

    def cell(self, label: Operation | InternalEvent, source: JobState) -> tuple[Row, ...]:
        """Return the rows of one operation or internal event in one state; empty where an event has none."""
        return self._cells.get((label, source), ())

    @cached_property
    def _cells(self) -> dict[tuple[Operation | InternalEvent, JobState], tuple[Row, ...]]:
        cells: dict[tuple[Operation | InternalEvent, JobState], tuple[Row, ...]] = {}
        for row in self.rows:
            cells[row.label, row.source] = (*cells.get((row.label, row.source), ()), row)
        return cells

    def row_at(self, label: Operation | InternalEvent, configuration: f.Configuration) -> Row | None:
        """Return the row that answers in a configuration, or None where an event has none there."""
        for row in self.cell(label, configuration.state):
            if row.guard.holds(configuration.facts):
                return row
        return None

    def with_answers(self, row_id: str, answers: Iterable[Answer]) -> Table:
        """Return a copy in which one row answers otherwise: for proving that the check bites.

        KeyError: no such row. ValueError: no answer, which would leave a hole in the table.
        """
        changed = self.by_id[row_id]
        new = tuple(answers)
        if not new:
            raise ValueError(f"row {row_id} needs an answer: without one its cell would have none")
        mutant = replace(changed, answers=new, outcome=_outcome(changed.source, new), tolerated=())
        return Table(self.dialect, tuple(mutant if row is changed else row for row in self.rows))

    def permitting_not_found(self) -> Table:
        """Return the table for a backend that knows jobs by id only: E_NOT_FOUND in final states.

        Clause: decision/19.
        """
        not_found = Refusal.NOT_FOUND.hresult(self.dialect)

        def widen(row: Row) -> Row:
            if row.source not in FINAL or not isinstance(row.label, Operation):
                return row
            answers = (*row.answers, Answer(row.source, not_found))
            return replace(row, answers=answers, outcome=Outcome.PERMITS, cites=(*row.cites, "decision/19"))

        return Table(self.dialect, tuple(map(widen, self.rows)))


@cache
def table(dialect: Dialect) -> Table:
    """Return the table of a dialect."""
    counts: dict[tuple[Operation | InternalEvent, JobState], int] = {}
    rows: list[Row] = []

    def answers(source: JobState, replies: tuple[_Reply, ...]) -> tuple[Answer, ...]:
        return tuple(
            Answer(
                source if reply.dest is None else reply.dest,
                reply.hresult.hresult(dialect) if isinstance(reply.hresult, Refusal) else reply.hresult,
                reply.effects,
            )
            for reply in replies
        )

    for rule in _RULES:
        if dialect not in rule.dialects:
            continue
        level = rule.do_level if dialect is Dialect.DO and rule.do_level else rule.level
        cites = (*rule.cites.split(), *(rule.do_cites.split() if dialect is Dialect.DO else ()))
        for source in rule.sources:
            if source is C and dialect is Dialect.DO:
                continue
            cell = (rule.label, source)
            counts[cell] = counts.get(cell, 0) + 1
            given = answers(source, rule.replies)
            rows.append(
                Row(
                    id=f"{rule.label.value}/{source.name}/{counts[cell]}",
                    label=rule.label,
                    source=source,
                    guard=rule.guard,
                    outcome=_outcome(source, given),
                    answers=given,
                    cites=cites,
                    level=level,
                    tolerated=answers(source, rule.tolerated),
                )
            )
    return Table(dialect, tuple(rows))
