"""Ctrl-C and SIGTERM, as something to ask for: the first one is noted, the second one raises KeyboardInterrupt.

Law: what is being gathered is never cut in the middle. Who works asks between two pieces of work.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

INTERRUPTED, TERMINATED = "interrupted", "terminated"
"""Why a check stopped that somebody interrupted: by Ctrl-C, by SIGTERM."""


class Interruption:
    """Whether somebody wants the work to end."""

    wanted: bool = False
    why: str = INTERRUPTED
    """What is said of it then: ``INTERRUPTED`` or ``TERMINATED``."""

    def note(self, number: int, _frame: FrameType | None) -> None:
        """Note the first signal; raise on the next."""
        if self.wanted:
            raise KeyboardInterrupt
        self.why = TERMINATED if number == signal.SIGTERM else INTERRUPTED
        self.wanted = True


@contextmanager
def interruptible() -> Generator[Interruption]:
    """Note Ctrl-C and SIGTERM while the work goes on, in the main thread; elsewhere there is nothing to note."""
    asked = Interruption()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    before = {number: signal.signal(number, asked.note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
