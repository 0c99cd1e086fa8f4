"""Causes: what could have happened to a job by itself, read from the journal and from what the kit did.

Laws:

1. A cause is there from *before* the server acts, and stays until it is proved spent. In between the union of old and
   new holds: a 404 that was written may still be on its way after the script has changed.
2. Proof of being spent is causal: the job was seen at rest, in an answer to a call that began after the server had
   acted.
3. Time is a cause too. With the power ``clock`` it passes only when the kit says so; without, it may always have
   passed.
4. What is *due* is told apart from what is possible: only a cause that is there for certain makes a step due.
5. What was possible stays so until something is noted, or so much real time has passed that more is: until then it is
   not worked out again (``known``, ``_timed``). Who notes anything that ``causes`` reads forgets it.

What this module does not know: the table's rows, and what any answer should be.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from copyjob.conformance.backend import Declared
from copyjob.conformance.empty import A_DICT, A_LIST, A_SET
from copyjob.conformance.interface import Power
from copyjob.conformance.observation import CAUSES, EVENT_BITS, Causes
from copyjob.conformance.origin.journal import Entry, EntryKind
from copyjob.conformance.origin.scripts import FaultKind
from copyjob.conformance.weather import (
    DAY_SECONDS,
    EXPIRY_DAYS,
    NO_PROGRESS_SECONDS,
    NO_PROGRESS_SHORTEST_SECONDS,
    RETRY_FLOOR_SECONDS,
    RETRY_SECONDS,
    address_of,
    kind_of,
)
from copyjob.spec.vocabulary import Dialect, InternalEvent, JobState, Operation

RESTING = frozenset(
    (
        JobState.SUSPENDED,
        JobState.ERROR,
        JobState.TRANSIENT_ERROR,
        JobState.TRANSFERRED,
        JobState.ACKNOWLEDGED,
        JobState.CANCELLED,
    )
)
"""Where a job has no answer outstanding: whatever the server sent before has been taken, or is ignored."""

_ALL_DONE, _FILE_DONE, _TURN, _CONNECT, _SLICE_END, _TRANSIENT_FAULT, _RANGE_REFUSED, _RETRY, _NO_PROGRESS, _EXPIRY = (
    EVENT_BITS[event]
    for event in (
        InternalEvent.ALL_DONE,
        InternalEvent.FILE_DONE,
        InternalEvent.TURN,
        InternalEvent.CONNECT,
        InternalEvent.SLICE_END,
        InternalEvent.TRANSIENT_FAULT,
        InternalEvent.RANGE_REFUSED,
        InternalEvent.RETRY,
        InternalEvent.NO_PROGRESS,
        InternalEvent.EXPIRY,
    )
)
# As names of their own, since an entry is compared with each.
_OPENED, _REQUEST, _ANSWER, _FAULT = EntryKind.OPENED, EntryKind.REQUEST, EntryKind.ANSWER, EntryKind.FAULT
_FINAL_BYTE, _HOLDING, _SCRIPT = EntryKind.FINAL_BYTE, EntryKind.HOLDING, EntryKind.SCRIPT
_ABORTED, _CLOSED = EntryKind.ABORTED, EntryKind.CLOSED
_FAULTS = {fault: (EVENT_BITS[fault.event],) for fault in FaultKind} | {
    None: (),
    # A success without a length: an error of either kind, or, with the whole body, none.
    FaultKind.UNUSABLE: (EVENT_BITS[FaultKind.UNUSABLE.event], EVENT_BITS[InternalEvent.FATAL_FAULT]),
}
"""What a fault may cause."""

Q, C, T, X = JobState.QUEUED, JobState.CONNECTING, JobState.TRANSFERRING, JobState.TRANSIENT_ERROR
_RESUME, _SUSPEND = Operation.RESUME, Operation.SUSPEND
_IDLE = frozenset((JobState.SUSPENDED, JobState.ERROR, JobState.TRANSFERRED))
"""What only a call, or expiry, leaves."""


@dataclass(slots=True)
class CauseBook:
    """The causes of one job, kept up to date as the plan goes on."""

    declared: Declared
    dialect: Dialect
    gate: str = "accept"
    blocked: bool = False
    scripts: dict[int, str] = field(default_factory=A_DICT)
    added: list[int] = field(default_factory=A_LIST)
    """The numbers of the files that the job has, in the order in which they were added."""
    retry_delay_seconds: int = RETRY_SECONDS
    no_progress_seconds: int | None = None
    """As set by the plan; None: the default, which depends on the priority."""
    advanced_seconds: float = 0.0
    """All the time that the kit let pass on the backend's clock."""
    elapsed_seconds: float = 0.0
    """Real time since the plan began."""
    _acts: dict[int, int] = field(default_factory=A_DICT)
    """By the bit of an event the latest act of the server that is a cause of it, as its place in the journal."""
    _refused: bool = False
    surely_blocked: bool = False
    """Jobs stand in front, and nothing has happened since that could have moved them."""
    _preempted: bool = False
    _blocked_seconds: float = 0.0
    """Time let pass since jobs were put in front."""
    _retry_waited_seconds: float = 0.0
    """Time let pass while the job was seen in TRANSIENT_ERROR, under the present weather."""
    _give_up_waited_seconds: float = 0.0
    """The same, under any weather, since the first transient error: a retry that fails is no progress, and nothing but
    progress, or who resumes the job, begins anew. Clause: timer/progress.
    """
    _idle_seconds: float = 0.0
    """Time let pass while the job was seen in a state that only a call or expiry leaves, and nobody called."""
    _seen: JobState = JobState.SUSPENDED
    _served_paths: set[str | None] = field(default_factory=A_SET)
    _counted: int = 0
    """Files that the backend told to be wholly transferred, when it was last asked."""
    _holding: dict[int | None, str | None] = field(default_factory=A_DICT)
    """Connections on which the server holds something back, with the path of the file."""
    known: Causes | None = None
    """What could have happened up to now, where nothing that bears on it was noted since it was last asked for."""
    _timed: int | None = None
    """Of ``known`` what time alone makes possible."""
    _known_until_seconds: float = math.inf
    """The real time at which ``known`` is no longer all that is possible."""
    _clock: bool = field(init=False)
    """Whether time is stepped."""

    def __post_init__(self) -> None:
        """Note what is declared."""
        self._clock = self.declared.has(Power.CLOCK)

    def set_gate(self, gate: str) -> None:
        """Note that the gate is about to change."""
        self.known = None
        self.gate = gate
        self._refused |= gate == "refuse"
        self._retry_waited_seconds = 0.0

    def set_script(self, file: int, script: str) -> None:
        """Note that the script of a file is about to change."""
        self.scripts[file] = script
        self._retry_waited_seconds = 0.0

    def preempted(self) -> None:
        """Note that the job may have lost its place to others."""
        self.known = None
        self._preempted = True

    def set_blocked(self, *, blocked: bool) -> None:
        """Note that other jobs stand in front from now on, or no longer."""
        self.known = None
        self.blocked = self.surely_blocked = blocked
        self._blocked_seconds = 0.0
        self._retry_waited_seconds = 0.0

    def setting(self, operation: Operation, value: int | None) -> None:
        """Note that a setter is about to be called: a shorter time is a cause from before the call."""
        if value is None:
            return
        self.known = self._timed = None
        if operation is Operation.SET_MINIMUM_RETRY_DELAY:
            self.retry_delay_seconds = min(value, self.retry_delay_seconds)
        elif operation is Operation.SET_NO_PROGRESS_TIMEOUT:
            known = self.no_progress_seconds
            self.no_progress_seconds = value if known is None else min(value, known)

    def was_set(self, operation: Operation, value: int | None) -> None:
        """Note that a setter succeeded: now a longer time holds too."""
        if value is None:
            return
        self.known = self._timed = None
        if operation is Operation.SET_MINIMUM_RETRY_DELAY:
            self.retry_delay_seconds = value
        elif operation is Operation.SET_NO_PROGRESS_TIMEOUT:
            self.no_progress_seconds = value

    def restarted(self) -> None:
        """Note that the service was started again: the jobs in front may have lost their place."""
        self.known = None
        self.surely_blocked = False

    def counted(self, files_done: int) -> None:
        """Note how many files the backend told to be wholly transferred."""
        if files_done != self._counted:
            self.known = None
            self._counted = files_done

    def called(self, operation: Operation | None = None) -> None:
        """Note that an operation is about to be called, or (None) something that is no operation."""
        self._idle_seconds = 0.0
        if operation is _RESUME or operation is _SUSPEND:
            # After these a job that has failed may count its time anew.
            self._give_up_waited_seconds = 0.0

    def read(self, entries: Iterable[Entry]) -> None:
        """Take in what the server did."""
        acts, served_paths = self._acts, self._served_paths
        before = len(acts), len(served_paths)
        for entry in entries:
            kind = entry.kind
            if kind is _OPENED or kind is _REQUEST:
                # A request reaches the server too, over a connection from before or one that was opened in store.
                acts[_CONNECT] = entry.seq
            elif kind is _FINAL_BYTE:
                self._give_up_waited_seconds = 0.0
                served_paths.add(address_of(entry.path))
            elif kind is _FAULT:
                for event in _FAULTS[entry.fault]:
                    acts[event] = entry.seq
            elif kind is _ANSWER:
                if entry.first_byte is not None:
                    self._give_up_waited_seconds = 0.0
                if entry.ignores_range:
                    acts[_RANGE_REFUSED] = entry.seq
            elif kind is _HOLDING:
                self._holding[entry.connection] = address_of(entry.path)
            elif kind is _ABORTED or kind is _CLOSED:
                self._holding.pop(entry.connection, None)
            elif kind is _SCRIPT:
                # A new script lets go; where it holds again, the server says so again.
                self._holding = {c: path for c, path in self._holding.items() if path != entry.path}
        if before != (len(acts), len(served_paths)):
            self.known = None

    def passed(self, elapsed_seconds: float) -> None:
        """Note how much real time has passed since the plan began."""
        self.elapsed_seconds = elapsed_seconds
        if elapsed_seconds >= self._known_until_seconds:
            self.known = self._timed = None
            self._known_until_seconds = math.inf

    def advance(self, seconds: float) -> None:
        """Note that the kit is about to let time pass on the backend's clock."""
        self.known = self._timed = None
        self.advanced_seconds += seconds
        self._blocked_seconds += seconds
        stall = self.declared.stall_timeout_seconds
        if stall is None or self._blocked_seconds >= stall:
            self.surely_blocked = False  # the jobs in front may have stalled
        if self._seen is X:
            self._retry_waited_seconds += seconds
            self._give_up_waited_seconds += seconds
        elif self._seen in _IDLE:
            self._idle_seconds += seconds

    def saw(self, state: JobState, position: int) -> None:
        """Note that the job was in ``state``, in an answer to a call that began at this journal position."""
        if self._seen is not state:
            self._retry_waited_seconds = self._idle_seconds = 0.0
            if state in RESTING and state is not X:
                self._give_up_waited_seconds = 0.0
        self._seen = state
        acts = self._acts
        if not acts and not self._refused:
            return  # nothing was there that this could have spent
        if state in RESTING:
            refused = self.gate == "refuse"
            if refused is not self._refused or (acts and min(acts.values()) <= position):
                self._acts = {event: seq for event, seq in acts.items() if seq > position}
                self._refused = refused
                self.known = None
        elif state is not C and acts.get(_CONNECT, position + 1) <= position:
            # A connection from before is in use, or given up: to connect again takes another one.
            del self._acts[_CONNECT]
            self.known = None

    # What may have happened

    def causes(self) -> Causes:
        """Return what could have happened up to now; the same as ``known``, where that is known."""
        known = self.known
        if known is None:
            known = self.known = self._possible()
        return known

    def _possible(self) -> Causes:
        served = len(self._served_paths)
        may = _ALL_DONE
        if served:
            may |= _FILE_DONE
        if not self.surely_blocked:
            may |= _TURN
        if served > self._counted:
            # Whatever was wholly sent may lie in store, though nobody counted it yet: it is not asked for again.
            may |= _CONNECT
        if self._preempted:
            may |= _SLICE_END
        if self._refused:
            may |= _TRANSIENT_FAULT
        if self._timed is None:
            self._timed = self._by_time()
        may |= self._timed
        for event in self._acts:
            may |= event
        return CAUSES[may, served]

    def _by_time(self) -> int:
        may = 0
        if self._time(0):
            may |= _SLICE_END
        if self._stall():
            may |= _TRANSIENT_FAULT
        if self._time(self._retry_seconds()):
            may |= _RETRY
        if self._may_give_up():
            may |= _NO_PROGRESS
        if self._clock and self._time(self._expiry_seconds()):
            may |= _EXPIRY
        return may

    def _time(self, needed_seconds: float) -> bool:
        """Whether so much time can have passed: on the stepped clock it is known, elsewhere real time is a floor."""
        if self._clock:
            return self.advanced_seconds > 0 and self.advanced_seconds >= needed_seconds
        return needed_seconds <= RETRY_FLOOR_SECONDS or self._elapsed(needed_seconds)

    def _elapsed(self, needed_seconds: float) -> bool:
        """Whether so much real time has passed; if not, what is known of the causes holds until then only."""
        passed = needed_seconds <= self.elapsed_seconds
        if not passed:
            self._known_until_seconds = min(self._known_until_seconds, needed_seconds)
        return passed

    def _may_give_up(self) -> bool:
        needed = self._give_up_seconds(NO_PROGRESS_SHORTEST_SECONDS[self.dialect])
        return needed == 0 or self._time(needed)

    def _stall(self) -> bool:
        stall = self.declared.stall_timeout_seconds
        if stall is None:
            return True
        return self.advanced_seconds >= stall if self._clock else self._elapsed(stall)

    def _retry_seconds(self) -> int:
        # Delivery Optimization keeps its delay to itself.
        return max(self.retry_delay_seconds, RETRY_FLOOR_SECONDS) if self.dialect is Dialect.BITS else 0

    def _give_up_seconds(self, default: int) -> int:
        limit = default if self.no_progress_seconds is None else self.no_progress_seconds
        # A retry that could only come after the limit is not waited for. Clause: timer/retry.
        return 0 if self.dialect is Dialect.BITS and self._retry_seconds() > limit else limit

    def _expiry_seconds(self) -> int:
        return EXPIRY_DAYS[self.dialect] * DAY_SECONDS

    # What must have happened

    def due(self) -> frozenset[JobState]:
        """Return the states that the job must leave without any further cause."""
        found: set[JobState] = set()
        scripts = [kind_of(self.scripts.get(number, "serve"), number) for number in self.added]
        holds = {script.holds for script in scripts} - {None}
        faults = self.gate == "refuse" or any(script.fault for script in scripts)
        if not self.blocked:
            found.add(Q)
        if self._holding:
            # What is held stays where it is, whatever the gate does to others; its headers are there, or are held too.
            found |= {C} if holds == {"body"} else set()
        elif self.gate != "backlog":
            found |= {C, T}
        if self.declared.has(Power.CLOCK):
            found |= self._due_by_time(sunny=not (holds or faults or self.blocked or self.gate != "accept"))
        return frozenset(found)

    def _due_by_time(self, *, sunny: bool) -> set[JobState]:
        found: set[JobState] = set()
        waited = self._retry_waited_seconds
        if sunny and self.dialect is Dialect.BITS and 0 < self._retry_seconds() <= waited:
            found.add(X)
        waited = self._give_up_waited_seconds
        if waited > 0 and waited >= self._give_up_seconds(NO_PROGRESS_SECONDS[self.dialect]) and self._dry():
            found.add(X)
        if self._idle_seconds >= self._expiry_seconds():
            found |= _IDLE
        return found

    def _dry(self) -> bool:
        """Whether no byte of a file can have come since, which would count as progress."""
        if self.gate != "accept":
            return True
        left = self.added[len(self._served_paths) :]
        return all(kind_of(self.scripts.get(number, "serve"), number).dry for number in left)
