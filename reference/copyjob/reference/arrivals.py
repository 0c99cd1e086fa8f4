"""Files that have arrived and are yet to be recorded, so that a job of many small ones is not recorded for each.

Law: what has arrived is on the disk before it stands here, and here it is no news yet: no getter, no callback and no
timer knows of it. It stands here for `GATHER_SECONDS` at the most, and not when anything else happens to its job. A
kill in between loses the knowledge and not a promise: those files are fetched again.

It does not know jobs, nor how an arrival is recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from copyjob.reference.record import Record

GATHER_SECONDS: Final = 0.05
"""How long an arrival may wait for others of its job."""
GATHER_MAX: Final = 64
"""How many of them may wait."""


class Arrivals:
    """The arrivals of one service that wait, by job. The service's lock guards it."""

    def __init__(self, gather_seconds: float) -> None:
        self._gather_seconds = gather_seconds
        """0 lets none of them wait."""
        self._numbers: dict[str, list[int]] = {}
        self._due: dict[str, tuple[float, Record]] = {}
        """When those of a job are to be recorded, the earliest first."""

    def has_room(self, record: Record, now_seconds: float) -> bool:
        """Return whether one more file of this job may wait."""
        if self._gather_seconds <= 0:
            return False
        due = self._due.get(record.id)
        return due is None or (now_seconds < due[0] and len(self._numbers[record.id]) < GATHER_MAX)

    def add(self, record: Record, number: int, now_seconds: float) -> float:
        """Let the arrival of a file wait; return when it is to be recorded."""
        self._numbers.setdefault(record.id, []).append(number)
        return self._due.setdefault(record.id, (now_seconds + self._gather_seconds, record))[0]

    def take(self, record: Record) -> list[int]:
        """Return the files of this job that wait, in the order of their arrivals; they wait no longer."""
        self._due.pop(record.id, None)
        return self._numbers.pop(record.id, [])

    def first(self) -> tuple[float, Record] | None:
        """Return when the first of them are to be recorded, and of which job; None where none wait."""
        return next(iter(self._due.values()), None)
