"""What happened, one JSON object a line: every call with its answer, every change of state.

Laws: a line is written when the thing has happened, before the call returns, and says no more than an observer
could know; no URL and no path stands in it. Lines are numbered from the start of the service. A trace that cannot
be written ends there (`Trace.failure`), and the service goes on without it. Getters change nothing and are not
traced; all other calls are, and so is every change of state. One of them that was under way when the service was killed
may be missing.

The lines are described by ``trace.schema.json`` beside this module; `VERSION` is the version of that description.
It does not know what is permitted; judging a trace is somebody else's work.
"""

from __future__ import annotations

import errno
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from typing import TextIO

    from copyjob.spec.vocabulary import Dialect, JobState, JobType

VERSION: Final = 1
SCHEMA_PATH: Final = Path(__file__).with_name("trace.schema.json")


class Trace:
    """The trace of one service, written to ``stream`` a line at a time; the stream stays its owner's."""

    def __init__(self, stream: TextIO) -> None:
        self._stream: TextIO | None = stream
        self._own = False
        self._lock = threading.Lock()
        self._seq = 0
        self.failure: OSError | None = None
        """Why the trace ended before its time."""

    @classmethod
    def open(cls, path: str) -> Self:
        """Return a trace that is appended to the file ``path``, a write a line; ``OSError`` where that cannot be."""
        # Line by line: a kill takes no line that has been written, and leaves no half one.
        trace = cls(Path(path).open("a", encoding="ascii", buffering=1))  # noqa: SIM115 closed by `close`
        trace._own = True
        return trace

    def close(self) -> None:
        """Write no further line; a second time does nothing."""
        with self._lock:
            stream, self._stream = self._stream, None
            if self._own and stream is not None:
                stream.close()

    def start(self, time_seconds: float, dialect: Dialect) -> None:
        """Record that the service has started; what was under way in an earlier life is over."""
        told = '"complete":["calls","events"]'
        self._line(time_seconds, f'"event":"start","dialect":"{dialect.value}","version":{VERSION},{told}')

    def created(self, time_seconds: float, job: str, kind: JobType, state: JobState) -> None:
        """Record that a call of CreateJob made a job of this kind."""
        what = f'"operation":"create_job","hresult":0,"state":"{state.name}","type":"{kind.name}"'
        self._line(time_seconds, f'"job":"{job}",{what}')

    def call(self, time_seconds: float, job: str | None, operation: str, hresult: int, state: JobState | None) -> None:
        """Record a call and its answer; ``job`` and ``state`` are None where no job came of it."""
        who = "null" if job is None else f'"{job}"'
        where = "null" if state is None else f'"{state.name}"'
        self._line(time_seconds, f'"job":{who},"operation":"{operation}","hresult":{hresult:d},"state":{where}')

    def event(self, time_seconds: float, job: str, event: str, state: JobState) -> None:
        """Record that an internal event has changed the state of a job."""
        self._line(time_seconds, f'"job":"{job}","event":"{event}","state":"{state.name}"')

    def changed(self, job: str) -> None:
        """Learn that an internal event has changed a job and not its state, such as its error; no line is written."""

    def _line(self, time_seconds: float, rest: str) -> None:
        # Put together by hand, four times as fast as by `json`: names and ids have nothing to escape.
        with self._lock:
            if self._stream is None:
                return
            self._seq += 1
            try:
                self._stream.write(f'{{"seq":{self._seq},"time_seconds":{time_seconds!r},{rest}}}\n')
                self._stream.flush()
            except OSError as error:
                self.failure, self._stream = error, None
            except ValueError as error:  # its owner has closed the stream
                self.failure, self._stream = OSError(errno.EBADF, str(error)), None
