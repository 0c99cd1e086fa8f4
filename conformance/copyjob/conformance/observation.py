"""What was seen of one job, as data: the only thing that the oracle is given.

Law: an observation says nothing about what was expected. It carries the causes that were possible while it was made
(``may``: the internal events whose cause was there, as a bit set; ``served``: how many files the server had begun to
finish), because without them a sample cannot be judged. Of a trace that others recorded they say besides what may have
happened without being written down.

Observations are symbols: of each there is one object, numbered by its identity from its making on, so that the compiled
belief is stepped by one look-up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from copyjob.conformance.symbol import AtHand, Symbol
from copyjob.spec.vocabulary import FAILURE_BIT, Hresult, InternalEvent, JobState, Operation

EVENT_BITS: Final = {event: 1 << number for number, event in enumerate(InternalEvent)}
NO_EVENT: Final = 0
ANY_EVENT: Final = (1 << len(InternalEvent)) - 1


def bits_of(events: Iterable[InternalEvent]) -> int:
    """Return a set of internal events as bits."""
    return sum(EVENT_BITS[event] for event in set(events))


def events_of(bits: int) -> Iterator[InternalEvent]:
    """Yield the internal events in a bit set."""
    return (event for event, bit in EVENT_BITS.items() if bits & bit)


@dataclass(frozen=True, slots=True, eq=False)
class Causes(Symbol):
    """What could happen by itself while an observation was made."""

    may: int = NO_EVENT
    served: int = 0
    called: bool = False
    """Whether anybody may have called anything, with any answer."""
    told: bool = False
    """Whether every change of state by an internal event is told: then only what changes no state happened unseen."""

    def joined(self, other: Causes) -> Causes:
        """Return what could happen under either."""
        return Causes(
            self.may | other.may, max(self.served, other.served), self.called or other.called, self.told and other.told
        )


CAUSES: Final[AtHand[tuple[int, int], Causes]] = Causes.at_hand


@dataclass(frozen=True, slots=True, eq=False)
class Called(Symbol):
    """An operation was called and answered with an HRESULT (a known one, or a plain number)."""

    operation: Operation
    hresult: int
    causes: Causes


CALLED: Final[AtHand[tuple[Operation, int, Causes], Called]] = Called.at_hand


@dataclass(frozen=True, slots=True, eq=False)
class TimedOut(Symbol):
    """An operation was called and had not answered in time: it may take effect never, or at any later moment."""

    operation: Operation
    causes: Causes


@dataclass(frozen=True, slots=True)
class RacedCall:
    """One of several calls made side by side; ``began`` and ``ended`` are numbers in the one order of all of them."""

    operation: Operation
    hresult: int
    began: int
    ended: int


@dataclass(frozen=True, slots=True, eq=False)
class Overlapped(Symbol):
    """Operations were called side by side by several callers, each with its HRESULT.

    Of calls that overlapped in time the order is unknown; a call that had ended before another began came first.
    """

    calls: tuple[RacedCall, ...]
    causes: Causes


@dataclass(frozen=True, slots=True, eq=False)
class Sampled(Symbol):
    """``get_state`` answered."""

    state: JobState
    causes: Causes


SAMPLED: Final[AtHand[tuple[JobState, Causes], Sampled]] = Sampled.at_hand


@dataclass(frozen=True, slots=True, eq=False)
class Counted(Symbol):
    """``get_progress`` told how many files the job has and how many are wholly transferred."""

    files_total: int
    files_done: int
    causes: Causes


@dataclass(frozen=True, slots=True, eq=False)
class Occurred(Symbol):
    """An internal event that the kit itself brought about, for certain."""

    event: InternalEvent
    causes: Causes


@dataclass(frozen=True, slots=True, eq=False)
class Told(Symbol):
    """Somebody wrote down that an internal event happened: one of these, the likeliest first, each one event or several
    in a row of which only the outcome was told. Clause: decision/10.
    """

    ways: tuple[tuple[InternalEvent, ...], ...]
    causes: Causes


@dataclass(frozen=True, slots=True, eq=False)
class Several(Symbol):
    """An operation was called once or more times in a row, each time with this HRESULT."""

    operation: Operation
    hresult: int
    causes: Causes


@dataclass(frozen=True, slots=True, eq=False)
class Passed(Symbol):
    """Nothing was seen for a while."""

    causes: Causes


@dataclass(frozen=True, slots=True, eq=False)
class Stopped(Symbol):
    """Whoever writes down what happens was stopped and started again: one call or one event may have come between."""

    causes: Causes


@dataclass(frozen=True, slots=True, eq=False)
class Requested(Symbol):
    """The server saw a request for a file of the job, later than bytes in flight can explain."""

    causes: Causes


@dataclass(frozen=True, slots=True, eq=False)
class Quiet(Symbol):
    """The quiescence bound has passed: no job can still be in one of these states, where something was due."""

    due: frozenset[JobState]
    causes: Causes


@dataclass(frozen=True, slots=True, eq=False)
class Gone(Symbol):
    """The job is not known any more, of a backend that knows jobs by id only: it is in a final state."""

    causes: Causes


@dataclass(frozen=True, slots=True, eq=False)
class Lost(Symbol):
    """What nothing permits was seen, and is known: where the job is now nobody knows before it is seen again."""

    causes: Causes


Observation = (
    Called
    | TimedOut
    | Overlapped
    | Several
    | Sampled
    | Counted
    | Occurred
    | Told
    | Passed
    | Stopped
    | Requested
    | Quiet
    | Gone
    | Lost
)


def hresult_text(value: int) -> str:
    """Return the name and the digits of an HRESULT."""
    from copyjob.spec.vocabulary import hresult_name

    name, digits = hresult_name(value), f"0x{value & 0xFFFFFFFF:08X}"
    return name if name == digits else f"{name} ({digits})"


def hresult_numbers(value: int) -> str:
    """Return the name of an HRESULT with its digits and, of a failure, the signed number by which JSON may tell it."""
    signed = f", {value - (1 << 32)})" if value & FAILURE_BIT else ")"
    return hresult_text(value).removesuffix(")") + signed


def tell(observation: Observation) -> str:
    """Return an observation as an English clause."""
    match observation:
        case Called(operation, hresult, _):
            return f"{operation.value} answered {hresult_text(hresult)}"
        case TimedOut(operation, _):
            return f"{operation.value} did not answer in time"
        case Overlapped(calls, _):
            each = (f"{call.operation.value} answered {hresult_text(call.hresult)}" for call in calls)
            return f"side by side {' and '.join(each)}"
        case Sampled(state, _):
            return f"get_state answered {state.name}"
        case Counted(total, done, _):
            return f"get_progress told {done} of {total} files transferred"
        case Occurred(event, _):
            return f"{event.value} happened"
        case Told(ways, _):
            return f"{ways[0][0].value} happened"
        case Several(operation, hresult, _):
            return f"{operation.value} answered {hresult_text(hresult)}, once or several times"
        case Passed():
            return "nothing was seen for a while"
        case Stopped():
            return "the service was stopped and started again"
        case Requested():
            return "the server saw a request for a file of the job"
        case Gone():
            return "the job was not known any more"
        case Lost():
            return "the job went where nothing leads"
        case Quiet(due, _):
            states = ", ".join(sorted(state.name for state in due))
            return f"the job was still in one of {states} when the quiescence bound had passed"


def side_by_side(*answers: tuple[Operation, int]) -> tuple[RacedCall, ...]:
    """Return calls that all overlapped each other, each with its HRESULT."""
    last = 2 * len(answers)
    return tuple(RacedCall(op, hresult, number, last - number) for number, (op, hresult) in enumerate(answers))


def known_hresult(value: int) -> Hresult | None:
    """Return the member for a number, or None: no row permits a number without a name."""
    try:
        return Hresult(value & 0xFFFFFFFF)
    except ValueError:
        return None
