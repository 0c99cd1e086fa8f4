"""Ctrl-C, as something to ask for: the first one is noted, the second one raises KeyboardInterrupt.

Law: what is being gathered is never cut in the middle. Who works asks between two pieces of work.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType


class Interruption:
    """Whether somebody wants the work to end."""

    wanted: bool = False

    def note(self, _number: int, _frame: FrameType | None) -> None:
        """Note the first signal; raise on the next."""
        if self.wanted:
            raise KeyboardInterrupt
        self.wanted = True


@contextmanager
def interruptible() -> Generator[Interruption]:
    """Note Ctrl-C while the work goes on, in the main thread; elsewhere there is nothing to note."""
    asked = Interruption()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    before = signal.signal(signal.SIGINT, asked.note)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)
