"""Recording: what a check sees of each job, written as a trace that can be judged later, by whichever table.

Laws:

1. Calls are told wholly, for the kit alone makes them; what happens by itself is not told at all.
2. What a line cannot tell leaves a gap in the numbers: callers side by side, and where a run went on past a divergence.
3. All lines of a job stand together, written when its plan is over. The trace ends where it can't be written any more.

What this module does not know: what any of it means.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from copyjob.conformance.events import Event, PlanDone
from copyjob.conformance.observation import (
    Called,
    Counted,
    Gone,
    Lost,
    Observation,
    Occurred,
    Overlapped,
    Passed,
    Quiet,
    Requested,
    Sampled,
    Several,
    Stopped,
    TimedOut,
    Told,
)
from copyjob.conformance.traces.lines import VERSION
from copyjob.spec.console import UsageError
from copyjob.spec.vocabulary import Dialect, InternalEvent, Operation

_GAP: Final[dict[str, Any]] = {}
_START: Final[dict[str, Any]] = {"event": "start"}


class Recording:
    """A trace that is being written; does nothing at all where there is no path."""

    def __init__(self, path: Path | None, dialect: Dialect, backend: str) -> None:
        """Begin with the first line. UsageError: the file can't be written."""
        self._path, self._seq = path, 0
        self._problem: OSError | None = None
        self._start = {
            "event": "start",
            "dialect": dialect.value,
            "version": VERSION,
            "complete": ["calls"],
            "source": f"copyjob check {backend}",
        }
        self._stream = None
        if path is not None:
            try:
                self._stream = path.open("w", encoding="utf-8", newline="\n")
            except OSError as error:
                raise UsageError(
                    f"{path} cannot be written: {error.strerror}; name another file with --trace"
                ) from error
            self._write([_START])

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Close the file."""
        self._close()

    def told(self, event: Event) -> None:
        """Write what was seen of the job of a plan that is over."""
        if self._stream is not None and isinstance(event, PlanDone) and event.seen:
            self._write(list(lines_of(f"plan {event.number}", event.seen)))

    def settle(self) -> None:
        """UsageError, in one line, where something could not be written."""
        if self._problem is not None:
            reason = self._problem.strerror
            raise UsageError(f"{self._path} cannot be written: {reason}; make room, or name another file with --trace")

    def _write(self, lines: Sequence[dict[str, Any]]) -> None:
        text: list[str] = []
        for line in lines:
            self._seq += 1
            if line is _START:
                self._seq = 1
                text.append(json.dumps({"seq": 1, **self._start}))
            elif line is not _GAP:
                text.append(json.dumps({"seq": self._seq, **line}))
        if self._stream is not None and text:
            try:
                self._stream.write("\n".join(text) + "\n")
                self._stream.flush()
            except OSError as error:
                self._problem = error
                self._close()

    def _close(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            try:
                stream.close()
            except OSError as error:
                self._problem = self._problem or error


def lines_of(job: str, seen: Sequence[Observation]) -> Iterator[dict[str, Any]]:
    """Yield the lines about a new job of which this was seen; without numbers, an empty one for a gap."""
    yield {"job": job, "operation": Operation.CREATE_JOB.value, "hresult": 0, "type": "DOWNLOAD"}
    for observation in seen:
        match observation:
            case Called(operation, hresult, _):
                yield {"job": job, "operation": operation.value, "hresult": hresult & 0xFFFFFFFF}
            case TimedOut(operation, _):
                yield {"job": job, "operation": operation.value, "timed_out": True}
            case Sampled(state, _):
                yield {"job": job, "state": state.name}
            case Counted(total, done, _):
                yield {"job": job, "files_total": total, "files_done": done}
            case Occurred(InternalEvent.RESTART, _):
                yield _START
            case Overlapped() | Occurred() | Several() | Told() | Passed() | Stopped() | Lost():
                yield _GAP
            case Requested() | Quiet() | Gone():
                pass
