"""How late threads of this process wake up, so that bounds can be stretched by it.

Law: it is measured all the time, never guessed; a bound is stretched, never shortened.
"""

from __future__ import annotations

import threading
import time

NAP_SECONDS = 0.02
MEMORY = 0.98
"""How much of the worst case is remembered from one nap to the next: about a second and a half in all."""
WAKE_UPS = 10
"""A wait is made of several wake-ups, on both sides, each of which may be late."""


class LagMeter:
    """How late threads of this process wake up, as a running worst case of the last moments."""

    def __init__(self) -> None:
        """Measure in the background until closed."""
        self.lag_seconds = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="copyjob-lag", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.is_set():
            start = time.monotonic()
            self._stop.wait(NAP_SECONDS)
            late = time.monotonic() - start - NAP_SECONDS
            self.lag_seconds = max(late, self.lag_seconds * MEMORY)

    def stretched(self, seconds: float) -> float:
        """Return a bound stretched by the lag."""
        return seconds + WAKE_UPS * self.lag_seconds

    def close(self) -> None:
        """Stop measuring."""
        self._stop.set()
        self._thread.join()
