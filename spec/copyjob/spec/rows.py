"""What a row is: one rule of the table, with its answers, its level and its citations.

Laws: a row is frozen data. MOVES, STAYS and REFUSED rows have one answer. PERMITS lists several; whichever a backend
gives conforms. ``tolerated`` answers break a recommendation (SHOULD) that only a decision makes. What this module does
not know: a single row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from copyjob.spec import facts as f
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, Operation

Q, C, T = JobState.QUEUED, JobState.CONNECTING, JobState.TRANSFERRING
S, E, X = JobState.SUSPENDED, JobState.ERROR, JobState.TRANSIENT_ERROR
D, A, Z = JobState.TRANSFERRED, JobState.ACKNOWLEDGED, JobState.CANCELLED


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


ADDING = (Operation.ADD_FILE, Operation.ADD_FILE_WITH_RANGES)
ASKING = tuple(each for each in Operation if each.value.startswith(("get_", "enum_")))
SETTING = tuple(each for each in Operation if each.value.startswith(("set_", "replace_")))


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
    NO_FILE = (Hresult.BG_E_FILE_NOT_AVAILABLE, Hresult.DO_E_FILE_NOT_AVAILABLE)
    INVALID_RANGE = (Hresult.BG_E_INVALID_RANGE, Hresult.DO_E_INVALID_RANGE)
    OVERLAPPING_RANGES = (Hresult.BG_E_OVERLAPPING_RANGES, Hresult.DO_E_OVERLAPPING_RANGES)

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
    def all_answers(self) -> tuple[Answer, ...]:
        """Every answer that is a step: the permitted ones, then the tolerated ones."""
        return self.answers + self.tolerated

    @property
    def decided(self) -> bool:
        """Whether the row rests on decisions alone, no documented clause."""
        return rests_on_decisions(self.cites)

    def triggers(self) -> list[tuple[str, Answer]]:
        """Return the trigger name of every answer, tolerated ones too."""
        return [(self.label.value + answer.trigger, answer) for answer in self.all_answers]


def rests_on_decisions(cites: tuple[str, ...]) -> bool:
    """Tell whether all that is cited are decisions, and no documented clause."""
    return all(key.startswith("decision/") for key in cites)


def outcome_of(source: JobState, answers: tuple[Answer, ...]) -> Outcome:
    """Return what a row with these answers does with the job."""
    if len(answers) != 1:
        return Outcome.PERMITS
    (answer,) = answers
    if answer.hresult is not None and answer.hresult.failed:
        return Outcome.REFUSED
    return Outcome.STAYS if answer.dest is source else Outcome.MOVES
