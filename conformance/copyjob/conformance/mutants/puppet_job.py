"""What a puppet keeps of a job beside what the pocket keeps, and which event of the table a fault is.

Law: a fault of the server is the event that the tests' server calls it; the puppet has no opinion of its own.

What this module does not know: what a (mutated) table makes of an event.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from copyjob.conformance.origin.scripts import fault_of_status
from copyjob.conformance.pocket_http import Fault, PocketFile
from copyjob.conformance.pocket_schedule import PocketJob
from copyjob.spec.vocabulary import Hresult, InternalEvent, http_error

_EVENT_OF_STATUS = {
    http_error(status): fault.event for status in range(300, 600) if (fault := fault_of_status(status)) is not None
}


class RangeRefusedError(Fault):
    """The server refused the part that was asked for, or gave another one."""


@dataclass
class PuppetJob(PocketJob):
    """A job with its configuration in the puppet's table."""

    at: int = 0
    looks: int = 0
    """So often will somebody ask for its state before it goes on by itself."""
    events: int = 0
    """Internal events since the last call."""
    idle: bool = False
    """It runs, and has found nothing to do."""
    counted: list[PocketFile] = field(default_factory=list[PocketFile])
    """The files whose end the table was told of."""
    between: threading.Event = field(default_factory=threading.Event)
    """Another call has come and gone while a race window was open."""


def event_of(fault: Fault) -> InternalEvent:
    """Return the event that a fault of the server is."""
    if isinstance(fault, RangeRefusedError):
        return InternalEvent.RANGE_REFUSED
    if fault.code == Hresult.BG_E_INSUFFICIENT_HTTP_SUPPORT:
        return InternalEvent.AMBIGUOUS_FAULT
    if fault.code == Hresult.E_ACCESSDENIED:
        return InternalEvent.FATAL_FAULT
    return _EVENT_OF_STATUS.get(fault.code, InternalEvent.TRANSIENT_FAULT)
