"""One thread that watches sockets and timers, and does what other threads ask it to, one thing at a time.

Law: everything that touches a socket of the origin runs in this thread, so what runs there needs no lock and
has one order. A callback never blocks. Knows neither HTTP nor the journal.
"""

from __future__ import annotations

import contextlib
import heapq
import selectors
import socket
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

READ: Final = selectors.EVENT_READ
WRITE: Final = selectors.EVENT_WRITE
_LONGEST_WAIT_SECONDS: Final = 3600.0


class Timer:
    """A call that is due at `due_seconds` (monotonic), unless it is cancelled before."""

    __slots__ = ("action", "due_seconds")

    def __init__(self, due_seconds: float, action: Callable[[], None]) -> None:
        self.due_seconds = due_seconds
        self.action = action

    def __lt__(self, other: Timer) -> bool:
        return self.due_seconds < other.due_seconds

    @property
    def cancelled(self) -> bool:
        """Whether it never happens."""
        return self.action is _nothing

    def cancel(self) -> None:
        """Make the call never happen; too late is no error."""
        self.action = _nothing


def _nothing() -> None:
    """Do nothing: what a cancelled timer does, which keeps nothing alive until its time comes."""


class _Request:
    """A call from another thread, with a latch for its outcome."""

    __slots__ = ("action", "done", "failure")

    def __init__(self, action: Callable[[], None]) -> None:
        self.action = action
        self.done = threading.Lock()
        self.done.acquire()
        self.failure: BaseException | None = None


class Loop:
    """The thread of one origin. `call` is for every thread, the rest for the loop's own."""

    def __init__(self, name: str) -> None:
        self._selector = selectors.DefaultSelector()
        self._waker, self._wakened = socket.socketpair()
        self._waker.setblocking(False)
        self._wakened.setblocking(False)
        self._selector.register(self._wakened, READ, self._drain_waker)
        self._watched: set[object] = set()
        self._requests: deque[_Request] = deque()
        self._timers: list[Timer] = []
        self._gate = threading.Lock()
        self._closing = False
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def thread(self) -> threading.Thread:
        """The thread all callbacks run in."""
        return self._thread

    def call(self, action: Callable[[], T]) -> T:
        """Run `action` in the loop's thread and return its outcome, or raise what it raised.

        Raises RuntimeError when the loop is closed.
        """
        if threading.get_ident() == self._thread.ident:
            return action()
        outcome: list[T] = []
        request = _Request(lambda: outcome.append(action()))
        with self._gate:
            if self._closing:
                raise RuntimeError("the origin is closed")
            self._requests.append(request)
        self._wake()
        request.done.acquire()
        if request.failure is not None:
            raise request.failure
        return outcome[0]

    def watch(self, sock: socket.socket, events: int, callback: Callable[[int], None]) -> None:
        """Call `callback(events)` whenever `sock` is ready for one of `events`; replaces an earlier watch."""
        if sock in self._watched:
            self._selector.modify(sock, events, callback)
        else:
            self._watched.add(sock)
            self._selector.register(sock, events, callback)

    def unwatch(self, sock: socket.socket) -> None:
        """End the watch on `sock`, if there is one; do this before closing it."""
        if sock in self._watched:
            self._watched.discard(sock)
            self._selector.unregister(sock)

    def later(self, delay_seconds: float, action: Callable[[], None]) -> Timer:
        """Run `action` after `delay_seconds`."""
        timer = Timer(time.monotonic() + delay_seconds, action)
        heapq.heappush(self._timers, timer)
        return timer

    def close(self) -> None:
        """End the thread and free its sockets.

        Raises what a callback raised, if one ever did: that is a bug here.
        """
        with self._gate:
            first, self._closing = not self._closing, True
        if first:
            self._wake()
            self._thread.join()
            self._selector.close()
            self._waker.close()
            self._wakened.close()
            if self._failure is not None:
                raise self._failure

    def _run(self) -> None:
        while not self._closing or self._requests:
            for key, events in self._selector.select(self._patience()):
                try:
                    key.data(events)
                except Exception as error:  # noqa: BLE001 a bug in one connection must not end all sites
                    self._failure = self._failure or error
                    self._selector.unregister(key.fileobj)  # or it would be called again, and again
                    self._watched.discard(key.fileobj)
            while self._timers and self._timers[0].due_seconds <= time.monotonic():
                try:
                    heapq.heappop(self._timers).action()
                except Exception as error:  # noqa: BLE001 likewise
                    self._failure = self._failure or error
            while self._requests:
                request = self._requests.popleft()
                try:
                    request.action()
                except BaseException as error:  # noqa: BLE001 it is raised where it belongs: in the calling thread
                    request.failure = error
                request.done.release()

    def _patience(self) -> float:
        if self._requests or self._closing:
            return 0.0
        if not self._timers:
            return _LONGEST_WAIT_SECONDS
        return min(max(self._timers[0].due_seconds - time.monotonic(), 0.0), _LONGEST_WAIT_SECONDS)

    def _wake(self) -> None:
        with contextlib.suppress(BlockingIOError):  # a full pipe wakes as well
            self._waker.send(b"\0")

    def _drain_waker(self, _events: int) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._wakened.recv(4096):
                pass
