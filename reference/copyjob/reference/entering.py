"""How a thread enters the service: one at a time, and whoever leaves has done what has become due.

Law: what touches the wire is done after the lock is given up, so that the wire may call back.

A class, as every call and every answer of a server enters: a generator would cost several times as much.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from copyjob.reference.errors import SERVICE_NOT_ACTIVE, CopyJobError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable


class Guarded(Protocol):
    """What is entered."""

    lock: threading.Lock

    @property
    def stopped(self) -> bool:
        """Whether nobody may enter any more."""
        ...

    def leave(self) -> list[Callable[[], None]]:
        """Do what has become due, and return what is to be done without the lock."""
        ...


class Entry:
    """``with Entry(worker):`` holds the lock of a worker; CopyJobError where it has stopped."""

    __slots__ = ("_worker",)

    def __init__(self, worker: Guarded) -> None:
        self._worker = worker

    def __enter__(self) -> None:
        worker = self._worker
        worker.lock.acquire()
        if worker.stopped:
            worker.lock.release()
            raise CopyJobError(SERVICE_NOT_ACTIVE, "call", "the service is closed")

    def __exit__(self, *_failure: object) -> None:
        worker = self._worker
        try:
            actions = worker.leave()
        finally:
            worker.lock.release()
        for action in actions:
            action()
