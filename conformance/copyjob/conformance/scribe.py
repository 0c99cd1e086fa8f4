"""The scribe: writes down what was said between caller, backend and origin, for people.

Law: words only; nothing here is judged, and nothing is judged by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from copyjob.conformance.origin.journal import Entry, EntryKind
from copyjob.conformance.pace import Pace
from copyjob.conformance.record import CallMade, Message, Record
from copyjob.conformance.world import World
from copyjob.spec.vocabulary import Operation


class Scribe:
    """Messages and remarks of one run, written into its record; times are seconds since the run began."""

    def __init__(self, world: World, record: Record, pace: Pace) -> None:
        """Begin now."""
        self.start_seconds = pace.now_seconds()
        self._world, self._record, self._pace = world, record, pace

    def say(self, source: str, target: str, text: str, at_seconds: float | None = None) -> None:
        """Write down a message: who to whom, what, and when (now, unless it is given)."""
        moment = (self._pace.now_seconds() if at_seconds is None else at_seconds) - self.start_seconds
        self._record.messages.append(Message(moment, source, target, text))

    def call(
        self,
        step: int,
        caller: int,
        operation: Operation,
        hresult: int | None,
        began_seconds: float,
        ended_seconds: float,
    ) -> None:
        """Write down a call of an operation, with the moments by the pace's clock between which it was made."""
        began, ended = began_seconds - self.start_seconds, ended_seconds - self.start_seconds
        self._record.calls.append(CallMade(caller, operation, hresult, began, ended, step))

    def remark(self, step: int, text: str) -> None:
        """Write a remark beside a step of the plan."""
        self._record.remarks.setdefault(step, []).append(text)

    def tell(self, entries: Iterable[Entry]) -> None:
        """Write down what the server saw and did, and count it."""
        for entry in entries:
            match entry.kind:
                case EntryKind.REQUEST:
                    self._record.requests += 1
                    wanted = f" {entry.range_header}" if entry.range_header else ""
                    wanted += f", if-range {entry.if_range}" if entry.if_range else ""
                    self.say("backend", "origin", f"{entry.method} {entry.path}{wanted}", entry.time_seconds)
                case EntryKind.ANSWER:
                    self.say("origin", "backend", f"{entry.status} {entry.path}{_part(entry)}", entry.time_seconds)
                case EntryKind.FAULT:
                    fault = entry.fault.name if entry.fault else "some"
                    note = entry.status or entry.note or "connection cut"
                    self.say("origin", "backend", f"{fault} fault: {note}", entry.time_seconds)
                case EntryKind.FINAL_BYTE:
                    file = self._world.files[self._world.number_of(entry.path)]
                    self._record.bytes_sent += len(file.versions[-1]) - (entry.first_byte or 0)
                    self.say("origin", "backend", f"last byte of {entry.path}", entry.time_seconds)
                case _:
                    pass


def _part(entry: Entry) -> str:
    """Return which part of which version an answer carries, where that is not the whole of the first."""
    part = f" bytes={entry.first_byte}-{entry.last_byte}" if entry.status == HTTPStatus.PARTIAL_CONTENT else ""
    return part + (f", version {entry.version} of the file" if (entry.version or 1) > 1 else "")
