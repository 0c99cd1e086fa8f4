"""What happened, one JSON object a line: every call with its answer, every change of state.

Law: a line is written when the thing has happened and says no more than an observer could know. Keys:
``seq`` (counts from 1), ``time_seconds`` (the service's clock), ``job``, ``operation`` or ``event``,
``hresult`` (calls only), ``state`` (afterwards, by name).

It does not know what is permitted; judging a trace is somebody else's work.
"""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import TextIO

    from copyjob.spec.vocabulary import JobState


class Trace:
    """A trace that is written to ``stream``, a line at a time; the stream stays its owner's."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._seq = 0

    def call(self, time_seconds: float, job: str, operation: str, hresult: int, state: JobState | None) -> None:
        """Record a call and its answer; ``state`` is None where no job came of it."""
        self._line(time_seconds, job, {"operation": operation, "hresult": hresult}, state)

    def event(self, time_seconds: float, job: str, event: str, state: JobState) -> None:
        """Record that an internal event has changed the state of a job."""
        self._line(time_seconds, job, {"event": event}, state)

    def _line(self, time_seconds: float, job: str, what: dict[str, Any], state: JobState | None) -> None:
        with self._lock:
            self._seq += 1
            line = {"seq": self._seq, "time_seconds": time_seconds, "job": job, **what}
            line["state"] = None if state is None else state.name
            self._stream.write(json.dumps(line, separators=(",", ":")) + "\n")
            self._stream.flush()
