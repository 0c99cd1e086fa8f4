"""Where the service's time comes from.

Law: everything in this room that waits, waits on a :class:`Clock`; nothing else asks what time it is.
Times are seconds since 1970 as floats, so that a deadline written by one process is understood by the next.

It does not know who waits, or for what.
"""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """A source of time."""

    @property
    def manual(self) -> bool:
        """Whether time stands still until somebody moves it."""
        ...

    def now(self) -> float:
        """Return the time in seconds since 1970; it never runs backwards."""
        ...


class SystemClock:
    """
    The machine's clock, read once when it is made and then moved by the monotonic clock.

    Setting the machine's clock therefore moves no running deadline until the service starts again
    (`timer/progress`).
    """

    manual = False

    def __init__(self) -> None:
        self._offset_seconds = time.time() - time.monotonic()

    def now(self) -> float:
        """Return the time in seconds since 1970."""
        return time.monotonic() + self._offset_seconds


class ManualClock:
    """A clock that stands still; a fortnight's timeout passes in the time of one call."""

    manual = True

    def __init__(self, start_seconds: float = 1_000_000_000.0) -> None:
        self._now_seconds = start_seconds

    def now(self) -> float:
        """Return the time in seconds since 1970."""
        return self._now_seconds

    def move_to(self, now_seconds: float) -> None:
        """Set the time; a time that has passed already is ignored, time never runs backwards."""
        self._now_seconds = max(self._now_seconds, now_seconds)
