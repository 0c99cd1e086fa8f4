"""Plans about timers at their edges: below their floors, at their last second, and longer than what ends them.

Law: the plans follow from the documented spans alone. What is due at each of these moments is the cause book's to say.
"""

from __future__ import annotations

from copyjob.conformance import plan as p
from copyjob.conformance.weather import RETRY_FLOOR_SECONDS, RETRY_SECONDS
from copyjob.spec.vocabulary import Dialect, Operation

Steps = tuple[p.Step, ...]
LONG_SECONDS = 6 * RETRY_SECONDS


def at_the_edges(dialect: Dialect) -> list[Steps]:
    """Return the plans of a dialect; all need the powers ``settings`` and ``clock``."""
    give_up = Operation.SET_NO_PROGRESS_TIMEOUT
    plans = [
        _failing(give_up, LONG_SECONDS, "status_503", LONG_SECONDS - 1, 1),
        _failing(give_up, 0, "status_503", 1),
        # Bytes that come in between are progress.
        _failing(give_up, LONG_SECONDS, "truncate", LONG_SECONDS - 1, 1),
    ]
    if dialect is Dialect.BITS:
        delay = Operation.SET_MINIMUM_RETRY_DELAY
        plans += [
            # A delay below the floor is the floor.
            _failing(delay, 0, "serve", RETRY_FLOOR_SECONDS - 1, 1),
            _failing(delay, RETRY_FLOOR_SECONDS - 1, "serve", RETRY_FLOOR_SECONDS - 1, 1),
            _failing(delay, LONG_SECONDS, "serve", RETRY_SECONDS, LONG_SECONDS - RETRY_SECONDS - 1, 1),
            # A retry that would come after giving up is not waited for.
            _failing(give_up, RETRY_SECONDS - 1, "serve", 1, RETRY_SECONDS),
            _failing(give_up, 0, "serve", 1, RETRY_SECONDS),
        ]
    return plans


def _failing(setter: Operation, value: int, then: str, *spans_seconds: int) -> Steps:
    """Set a timer, meet a transient fault, and let time pass under another script, span by span."""
    begin: Steps = (p.AddFile(0), p.Call(setter.value, value), p.Serve(0, "status_503"))
    spans = [step for seconds in spans_seconds for step in (p.Advance(seconds), p.Settle())]
    return (*begin, p.Call(Operation.RESUME.value), p.Settle(), p.Serve(0, then), *spans)
