"""Who makes the calls of a backend, so that one that hangs can be given up.

Laws:

1. An answer belongs to its call: one that comes after its time is nobody's, and never taken for the next call's.
2. A backend that keeps the time itself (:attr:`copyjob.conformance.backend.Declared.keeps_time`) needs no thread.
3. Where nothing may run beside the kit, an alarm of the system ends a call that hangs, wherever it is.

What this module does not know: what is called, and what an answer means.
"""

from __future__ import annotations

import math
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

ALARM = 0.25
"""So often is looked whether a call is late: how much of its time lies between two looks."""


class CallTimedOutError(Exception):
    """A call has not answered in time; it may still take effect."""


class Caller(Protocol):
    """Makes one call after another."""

    def call(self, work: Callable[[], Any], timeout_seconds: float) -> Any:
        """Make a call and return its answer; what it raises is raised here. CallTimedOutError: it takes too long."""
        ...

    def stop(self) -> None:
        """Make no further call."""
        ...


class InlineCaller:
    """Makes the calls where it is called, for a backend that ends each one in time by itself."""

    def call(self, work: Callable[[], Any], timeout_seconds: float) -> Any:  # noqa: ARG002 the backend keeps it
        """Make a call; it raises CallTimedOutError itself."""
        return work()

    def stop(self) -> None:
        """Do nothing: there is nothing to stop."""


class _Alarm(BaseException):
    """Time is up: no backend that takes any exception for its own is to keep this one."""


class AlarmCaller:
    """Makes the calls where it is called, and ends those that take too long by SIGALRM.

    It rings from the first call on, so that a call costs no look at the system; a call that takes the alarm for its own
    business hears it again. Outside the main thread, where no signal comes, a call that hangs hangs.
    """

    def __init__(self) -> None:
        """Take the signal for as long as calls are made."""
        self._late_seconds = math.inf
        self._rings = threading.current_thread() is threading.main_thread()
        self._every_seconds = 0.0
        if self._rings:
            self._before: Any = signal.signal(signal.SIGALRM, self._ring)
            self._told = sys.unraisablehook
            sys.unraisablehook = self._unraised

    def call(self, work: Callable[[], Any], timeout_seconds: float) -> Any:
        """Make a call; CallTimedOutError where it had to be ended, at most a quarter of its time too late."""
        if not self._rings:
            return work()
        if not self._every_seconds:
            self._every_seconds = timeout_seconds * ALARM
            signal.setitimer(signal.ITIMER_REAL, self._every_seconds, self._every_seconds)
        self._late_seconds = time.monotonic() + timeout_seconds
        try:
            return work()
        except _Alarm:
            raise CallTimedOutError from None
        finally:
            self._late_seconds = math.inf

    def stop(self) -> None:
        """Give the signal back."""
        if self._rings:
            self._rings = False
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._before)
            sys.unraisablehook = self._told

    def _ring(self, _number: int, _frame: FrameType | None) -> None:
        if time.monotonic() >= self._late_seconds:
            raise _Alarm

    def _unraised(self, raised: UnraisableHookArgs) -> None:
        """Say nothing of an alarm that came in the middle of what cannot raise, such as ``__del__``: it rings again."""
        if not isinstance(raised.exc_value, _Alarm):
            self._told(raised)


_Answers = queue.SimpleQueue[tuple[Any, BaseException | None]]


class ThreadCaller:
    """A thread that makes the calls, so that one that hangs can be left behind."""

    def __init__(self) -> None:
        """Start the thread."""
        self._todo: queue.SimpleQueue[tuple[Callable[[], Any], _Answers] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="copyjob-caller", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while (given := self._todo.get()) is not None:
            work, answers = given
            try:
                answers.put((work(), None))
            except BaseException as error:  # noqa: BLE001 whatever a backend raises is carried to the kit
                answers.put((None, error))

    def call(self, work: Callable[[], Any], timeout_seconds: float) -> Any:
        """Make a call in the thread and wait for it so long."""
        answers: _Answers = queue.SimpleQueue()
        self._todo.put((work, answers))
        try:
            value, error = answers.get(timeout=timeout_seconds)
        except queue.Empty:
            raise CallTimedOutError from None
        if error is not None:
            raise error
        return value

    def stop(self) -> None:
        """Let the thread end after the call that it makes now."""
        self._todo.put(None)
