"""The causal log of an origin: what was seen, and what was about to be done, in one strict order.

Law: every entry is appended before the origin does the thing. Whoever has seen an effect finds its cause in
the journal; that an entry stands there does not prove that its effect has reached the client yet.

Sequence numbers are strictly increasing from 1 over all sites of an origin, times are seconds of the clock that
it is given, `time.monotonic` unless told otherwise. Thread-safe. Does not know sockets or HTTP.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_right
from dataclasses import dataclass
from enum import Enum
from operator import attrgetter
from typing import TYPE_CHECKING

from copyjob.conformance.origin.scripts import FaultKind, Script

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class EntryKind(Enum):
    """What an entry tells, with the fields of `Entry` that it fills beside sequence, time and site."""

    GATE = "gate"
    """The gate is about to change: `old`, `new`; `fault` TRANSIENT when the new gate lets nobody in."""
    FILE = "file"
    """A file is about to be offered: path, version 1."""
    VERSION = "version"
    """A file is about to have another version: path, `version`."""
    SCRIPT = "script"
    """The script of a file is about to change: path, `script`."""
    OPENED = "opened"
    """A connection was accepted: connection."""
    REQUEST = "request"
    """A request was read: path, connection, `method`, `range_header`, `if_range`."""
    ANSWER = "answer"
    """Headers are about to be sent: path, connection, `method`, `status`, `version`, `first_byte`,
    `last_byte`, `ignores_range` (a 200 answers a range request), `leads_to` (the path to which a redirect leads
    that needs following once only)."""
    HOLDING = "holding"
    """Nothing more is sent until the script changes: path, connection, `sent_bytes` (None: not even the
    headers)."""
    FAULT = "fault"
    """A fault is about to happen: path, connection, `fault`, `status` (None where the connection is cut, then
    `sent_bytes` of the body have gone), `note`."""
    FINAL_BYTE = "final_byte"
    """The write that contains the last byte of the file's content is about to be made: path, connection,
    `version`, `first_byte`. For empty content before the headers; for HEAD too then, because nothing is left
    to ask for."""
    ABORTED = "aborted"
    """The client left in the middle of an answer, or of a hold: path, connection, `sent_bytes`."""
    CLOSED = "closed"
    """By `ORIGIN`: this side is about to be ended. By `CLIENT`: its end was seen. A connection has at most
    one of each."""


class Party(Enum):
    """Who closed a connection."""

    ORIGIN = "origin"
    CLIENT = "client"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal; which fields are filled, `EntryKind` says. Byte positions are zero-based,
    inclusive.

    `path` is the name the file was added by; for a request that fits no file it is the path that was asked
    for, and `known` is False.
    """

    seq: int
    time_seconds: float
    site: int
    kind: EntryKind
    path: str | None = None
    connection: int | None = None
    known: bool = True
    method: str | None = None
    range_header: str | None = None
    if_range: str | None = None
    status: int | None = None
    version: int | None = None
    first_byte: int | None = None
    last_byte: int | None = None
    ignores_range: bool = False
    leads_to: str | None = None
    sent_bytes: int | None = None
    fault: FaultKind | None = None
    script: Script | None = None
    old: str | None = None
    new: str | None = None
    by: Party | None = None
    note: str = ""

    def __str__(self) -> str:
        """One line for people: the filled fields only."""
        parts = [f"{self.seq:5d} {self.time_seconds:.6f} site {self.site} {self.kind.name}"]
        for name in _TOLD:
            value = getattr(self, name)
            if value is not None and value is not False and value != "":
                parts.append(f"{name}={_spelled(value)}")
        return " ".join(parts) + ("" if self.known else " unknown")


_TOLD = tuple(name for name in Entry.__slots__ if name not in {"seq", "time_seconds", "site", "kind", "known"})


def _spelled(value: object) -> str:
    if isinstance(value, Enum):
        return value.name
    return str(value.to_json()) if isinstance(value, Script) else str(value)


_seq_of = attrgetter("seq")


class Journal:
    """Append-only entries of all sites of one origin. Only the origin appends."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._condition = threading.Condition()
        self._sites: dict[int, list[Entry]] = {}
        self._position = 0
        self._waiters = 0

    def append(
        self,
        site: int,
        kind: EntryKind,
        path: str | None = None,
        connection: int | None = None,
        *,
        known: bool = True,
        method: str | None = None,
        range_header: str | None = None,
        if_range: str | None = None,
        status: int | None = None,
        version: int | None = None,
        first_byte: int | None = None,
        last_byte: int | None = None,
        ignores_range: bool = False,
        leads_to: str | None = None,
        sent_bytes: int | None = None,
        fault: FaultKind | None = None,
        script: Script | None = None,
        old: str | None = None,
        new: str | None = None,
        by: Party | None = None,
        note: str = "",
    ) -> Entry:
        """Append one entry and return it; the fields are those of `Entry`."""
        with self._condition:
            self._position += 1
            entry = Entry(
                self._position,
                self._clock(),
                site,
                kind,
                path,
                connection,
                known,
                method,
                range_header,
                if_range,
                status,
                version,
                first_byte,
                last_byte,
                ignores_range,
                leads_to,
                sent_bytes,
                fault,
                script,
                old,
                new,
                by,
                note,
            )
            self._sites.setdefault(site, []).append(entry)
            if self._waiters:
                self._condition.notify_all()
        return entry

    def position(self) -> int:
        """Return the sequence number of the latest entry; 0 when there is none."""
        return self._position

    def since(self, seq: int, site: int | None = None) -> Sequence[Entry]:
        """Return the entries after position `seq` in order; of one site, which is cheap, or of all."""
        if seq >= self._position:
            return ()
        with self._condition:
            return self._since(seq, site)

    def _since(self, seq: int, site: int | None) -> list[Entry]:
        if site is not None:
            entries = self._sites.get(site, [])
            return entries[bisect_right(entries, seq, key=_seq_of) :]
        if seq >= self._position:
            return []
        found = [entry for own in self._sites for entry in self._since(seq, own)]
        found.sort(key=_seq_of)
        return found

    def wait_for(
        self,
        predicate: Callable[[Entry], bool],
        timeout_seconds: float,
        *,
        since: int = 0,
        site: int | None = None,
    ) -> Entry | None:
        """Return the first entry after position `since` that fulfils `predicate`, waiting for it; None when
        time is up.

        The predicate sees every entry once, in order, while the journal is locked: it must be quick and call
        nothing of the origin.
        """
        deadline = time.monotonic() + timeout_seconds
        with self._condition:
            self._waiters += 1
            try:
                while True:
                    for entry in self._since(since, site):
                        if predicate(entry):
                            return entry
                    since = max(since, self._position)
                    left = deadline - time.monotonic()
                    if left <= 0:
                        return None
                    self._condition.wait(left)
            finally:
                self._waiters -= 1

    def forget(self, site: int) -> None:
        """Drop the entries of a closed site, so that a campaign of many plans does not grow without bound."""
        with self._condition:
            self._sites.pop(site, None)
