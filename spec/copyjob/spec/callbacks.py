"""Callbacks: which call of the client comes of which step of the table, and what is promised about it.

Laws, checked by the tests of this room:

1. What is called is read off a row and its answer (:func:`callbacks_of`): where the step leads and what it changes. No
   row names a callback.
2. JobError comes of entering ERROR and never of TRANSIENT_ERROR. A call of the client that is refused makes none, nor
   does one that a final job answers: it changes nothing (decision/6, decision/13).
3. A client is called only about what it asked for by a flag. Delivery Optimization documents the flag of
   FileTransferred but no such method, so that nothing there calls it.

What a callback is not: an answer. Nothing in the table waits for one. An interface that is registered after the event
is a promise of its own (:data:`PROMISES`), not a step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import Final

from copyjob.spec._call import CallRule
from copyjob.spec._clause import BITS, BOTH, DO
from copyjob.spec._rule import MAY, MUST
from copyjob.spec.calls import calls
from copyjob.spec.facts import Fact
from copyjob.spec.rows import FINAL, SETTING, Answer, Level, Row, rests_on_decisions
from copyjob.spec.table import full_table
from copyjob.spec.validate import checked_callbacks, checked_promises
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, NotifyFlag, Operation


class Callback(Enum):
    """A method of ``IBackgroundCopyCallback`` or ``IBackgroundCopyCallback2``, by its documented name."""

    JOB_TRANSFERRED = "JobTransferred"
    JOB_ERROR = "JobError"
    JOB_MODIFICATION = "JobModification"
    FILE_TRANSFERRED = "FileTransferred"


FLAGS: Mapping[Callback, NotifyFlag] = MappingProxyType(
    {
        Callback.JOB_TRANSFERRED: NotifyFlag.JOB_TRANSFERRED,
        Callback.JOB_ERROR: NotifyFlag.JOB_ERROR,
        Callback.JOB_MODIFICATION: NotifyFlag.JOB_MODIFICATION,
        Callback.FILE_TRANSFERRED: NotifyFlag.FILE_TRANSFERRED,
    }
)
"""The flag by which a client asks for a callback."""


@dataclass(frozen=True, slots=True)
class Enters:
    """The step leads into a state from another one."""

    state: JobState

    @property
    def english(self) -> str:
        """The trigger as a clause of a sentence."""
        return f"the job enters {self.state.name}"

    def fires(self, row: Row, answer: Answer) -> bool:
        """Tell whether a step does so."""
        return answer.dest is self.state is not row.source


@dataclass(frozen=True, slots=True)
class Changes:
    """The step leads from one state to another, but into none of ``but``."""

    but: tuple[JobState, ...] = ()

    @property
    def english(self) -> str:
        """The trigger as a clause of a sentence."""
        besides = f", but not to {' or '.join(state.name for state in self.but)}" if self.but else ""
        return f"the state of the job changes{besides}"

    def fires(self, row: Row, answer: Answer) -> bool:
        """Tell whether a step does so."""
        return answer.dest is not row.source and answer.dest not in self.but


@dataclass(frozen=True, slots=True)
class Happens:
    """One of these internal events happens, or one of these operations succeeds with S_OK."""

    labels: tuple[Operation | InternalEvent, ...]
    english: str

    def fires(self, row: Row, answer: Answer) -> bool:
        """Tell whether a step does so."""
        return row.label in self.labels and answer.hresult in (None, Hresult.S_OK)


@dataclass(frozen=True, slots=True)
class Assigns:
    """The step gives a fact a new value."""

    fact: Fact
    english: str

    def fires(self, row: Row, answer: Answer) -> bool:  # noqa: ARG002 every trigger is asked alike
        """Tell whether a step does so."""
        return any(effect.fact is self.fact for effect in answer.effects)


Trigger = Enters | Changes | Happens | Assigns


@dataclass(frozen=True, slots=True)
class CallbackRule:
    """One rule: a client that asked for ``callback`` is called when ``trigger`` fires.

    ``again``: a call that does not return S_OK is repeated until it does; False where no page says so. A rule of level
    MAY tells what the documents leave open.
    """

    id: str
    callback: Callback
    trigger: Trigger
    dialects: frozenset[Dialect]
    cites: tuple[str, ...]
    level: Level = MUST
    again: bool = False

    @property
    def decided(self) -> bool:
        """Whether the rule rests on decisions alone, no documented clause."""
        return rests_on_decisions(self.cites)

    @property
    def flag(self) -> NotifyFlag:
        """The flag that asks for it."""
        return FLAGS[self.callback]

    @property
    def english(self) -> str:
        """The rule as a sentence."""
        verb = "is" if self.level is MUST else "may be"
        repeated = ", again and again until it returns S_OK" if self.again else ""
        asked = f"a client that asked for it by {self.flag.name}"
        return f"{self.callback.value} {verb} called for {asked} when {self.trigger.english}{repeated}."


class Promise(Enum):
    """What else is said about callbacks; ``{0}`` and ``{1}`` are the callbacks that a promise is about."""

    BEFORE = "{0} comes before {1}"
    MAY_OVERTAKE = "{0} may reach the client before calls of {1} that were made earlier"
    ONE_AT_A_TIME = "calls of {0} for one job come one at a time"
    LATE = "a callback comes at least once, even if it is registered only after the event"
    NOT_KEPT = "the interface that is called does not survive the client's exit"
    BY_DEFAULT = "a client that set no flags has asked for {0} and {1}"
    UNSUPPORTED = "the flags DISABLE and FILE_RANGES_TRANSFERRED are not supported"


@dataclass(frozen=True, slots=True)
class PromiseRule:
    """One promise about callbacks, in the order in which its sentence names them."""

    id: str
    promise: Promise
    callbacks: tuple[Callback, ...]
    dialects: frozenset[Dialect]
    cites: tuple[str, ...]
    level: Level = MUST

    @property
    def decided(self) -> bool:
        """Whether the promise rests on decisions alone, no documented clause."""
        return rests_on_decisions(self.cites)

    @property
    def english(self) -> str:
        """The promise as a sentence."""
        told = self.promise.value.format(*(each.value for each in self.callbacks))
        return f"{told[0].upper()}{told[1:]}."


_REMOTE_NAMES = (Operation.SET_REMOTE_NAME, Operation.REPLACE_REMOTE_PREFIX)
_PROPERTIES = tuple(each for each in SETTING if each not in _REMOTE_NAMES)
_BYTES = (InternalEvent.DATA, InternalEvent.FILE_DONE)
_TOLD_OTHERWISE = (JobState.ERROR, JobState.TRANSFERRED)
_TRANSFERRED, _ERROR = Callback.JOB_TRANSFERRED, Callback.JOB_ERROR
_MODIFICATION, _FILE = Callback.JOB_MODIFICATION, Callback.FILE_TRANSFERRED
_OF_BOTH = (_TRANSFERRED, _ERROR, _MODIFICATION)
_MODIFIED = ("callback/modification",)

CALLBACKS: Final[tuple[CallbackRule, ...]] = (
    CallbackRule(
        "transferred/entered",
        _TRANSFERRED,
        Enters(JobState.TRANSFERRED),
        BITS,
        ("callback/transferred",),
        again=True,
    ),
    CallbackRule("transferred/entered", _TRANSFERRED, Enters(JobState.TRANSFERRED), DO, ("callback/transferred",)),
    CallbackRule("error/entered", _ERROR, Enters(JobState.ERROR), BOTH, ("callback/error",), again=True),
    CallbackRule(
        "modification/state",
        _MODIFICATION,
        Changes(but=_TOLD_OTHERWISE),
        BITS,
        ("callback/modification", "callback/no-modify"),
    ),
    CallbackRule("modification/state", _MODIFICATION, Changes(), DO, _MODIFIED),
    CallbackRule(
        "modification/bytes", _MODIFICATION, Happens(_BYTES, "bytes of a file were transferred"), BOTH, _MODIFIED
    ),
    CallbackRule("modification/files", _MODIFICATION, Assigns(Fact.FILES_TOTAL, "a file was added"), BOTH, _MODIFIED),
    CallbackRule(
        "modification/property",
        _MODIFICATION,
        Happens(_PROPERTIES, "a property of the job was set"),
        BOTH,
        _MODIFIED,
    ),
    # Whether the name of a file is a property of the job is not said.
    CallbackRule(
        "modification/remote-name",
        _MODIFICATION,
        Happens(_REMOTE_NAMES, "the remote name of a file was set"),
        BOTH,
        _MODIFIED,
        MAY,
    ),
    CallbackRule(
        "file/done",
        _FILE,
        Happens((InternalEvent.FILE_DONE,), "a file of the job is transferred"),
        BITS,
        ("callback/file",),
        again=True,
    ),
)
"""Every rule; one id has two lines where the dialects differ."""

PROMISES: Final[tuple[PromiseRule, ...]] = (
    PromiseRule("order/file-transferred", Promise.BEFORE, (_FILE, _TRANSFERRED), BITS, ("callback/file-order",)),
    PromiseRule("order/file-error", Promise.BEFORE, (_FILE, _ERROR), BITS, ("callback/file-order",)),
    PromiseRule("order/files", Promise.ONE_AT_A_TIME, (_FILE,), BITS, ("callback/file-order",)),
    PromiseRule(
        "order/modification", Promise.MAY_OVERTAKE, (_TRANSFERRED, _MODIFICATION), BITS, ("callback/order",), MAY
    ),
    PromiseRule("registered/late", Promise.LATE, tuple(Callback), BITS, ("callback/late",)),
    PromiseRule("registered/exit", Promise.NOT_KEPT, tuple(Callback), BITS, ("callback/transferred",)),
    PromiseRule("registered/exit", Promise.NOT_KEPT, _OF_BOTH, DO, ("callback/transferred",)),
    PromiseRule("flags/default", Promise.BY_DEFAULT, (_TRANSFERRED, _ERROR), BITS, ("callback/flags",)),
    PromiseRule("flags/unsupported", Promise.UNSUPPORTED, _OF_BOTH, DO, ("callback/flags",)),
)
"""Every promise that is no step: order, registration, persistence, flags."""


Rule = CallRule | CallbackRule | PromiseRule
"""What is said of calls and callbacks beside the rows."""


@cache
def callbacks(dialect: Dialect) -> tuple[CallbackRule, ...]:
    """Return the rules of a dialect. TableFaultError: one is wrong, or no row fires it."""
    return checked_callbacks(tuple(rule for rule in CALLBACKS if dialect in rule.dialects), full_table(dialect))


@cache
def promises(dialect: Dialect) -> tuple[PromiseRule, ...]:
    """Return the promises of a dialect. TableFaultError: one is wrong."""
    return checked_promises(tuple(rule for rule in PROMISES if dialect in rule.dialects), dialect)


def rules_of(dialect: Dialect) -> tuple[Rule, ...]:
    """Return every rule on calls and callbacks of a dialect, in reading order."""
    return (*calls(dialect), *callbacks(dialect), *promises(dialect))


def callbacks_of(row: Row, answer: Answer, dialect: Dialect) -> tuple[CallbackRule, ...]:
    """Return the rules that fire when a row gives one of its answers; none where that changes nothing."""
    if row.source in FINAL or (answer.hresult is not None and answer.hresult.failed):
        return ()
    return tuple(rule for rule in callbacks(dialect) if rule.trigger.fires(row, answer))
