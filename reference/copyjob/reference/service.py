"""The service in one process: jobs that are created, found and worked on until their owner ends them.

Laws: one service a store; a job's id outlives the process; what a call answered outlives a kill. A call in
a wrong state raises `CopyJobError` and has changed nothing; a transfer that fails is read from the job.

It does not know how it is reached from other processes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

from copyjob.reference.authorities import check_authorities
from copyjob.reference.bandwidth import check_bandwidth_limit
from copyjob.reference.clock import SystemClock
from copyjob.reference.engine import Engine
from copyjob.reference.handles import JobHandle
from copyjob.reference.manager import Manager
from copyjob.reference.policies import Client, Limits, TransferPolicy, User
from copyjob.reference.store import Store
from copyjob.reference.trace import Trace
from copyjob.spec.vocabulary import Dialect

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from copyjob.reference.clock import Clock
    from copyjob.reference.wire import Wire

__all__ = ["STALL_TIMEOUT_SECONDS", "JobHandle", "Service"]

STALL_TIMEOUT_SECONDS: Final = 60.0


class Service(Manager):
    """
    A background copy service on the store ``store_path``.

    ``clock`` and ``wire`` are the machine's clock and HTTP unless given; ``stall_timeout_seconds`` is the
    silence after which an exchange is given up. ``limits`` are policies of BITS and do not concern an
    administrator (`addfile/limits`); ``user`` is the user of the process unless given. ``trace`` is a `Trace` of
    this service alone, or the path of a file that its lines are appended to, or a function
    that opens one once the store is taken. Raises `StoreError` when the store
    cannot be used, ``OSError`` when that file cannot. A context manager: leaving it closes the service, its jobs go
    on at the next start.

    ``policy`` holds for all transfers (`policies.TransferPolicy`). ``ca_file`` names the authorities whose certificates
    are trusted (PEM) in the place of the machine's; E_INVALIDARG where it holds none. Without a
    ``callback_thread`` of its own the service makes callbacks in the thread that calls `wait_for_callbacks`, and then
    alone.
    """

    def __init__(
        self,
        store_path: str,
        dialect: Dialect = Dialect.BITS,
        *,
        clock: Clock | None = None,
        wire: Wire | None = None,
        trace: Trace | str | Callable[[], Trace] | None = None,
        stall_timeout_seconds: float = STALL_TIMEOUT_SECONDS,
        limits: Limits | None = None,
        user: User | None = None,
        policy: TransferPolicy | None = None,
        ca_file: str | None = None,
        callback_thread: bool = True,
    ) -> None:
        user = user or User.current()
        self._limits = limits or Limits()
        policy = policy or TransferPolicy()
        check_bandwidth_limit(policy.background_bytes_per_second, dialect)
        if ca_file is not None:
            check_authorities(ca_file)
        store = Store(store_path, dialect)
        if not isinstance(trace, Trace | None):
            try:
                trace = Trace.open(trace) if isinstance(trace, str) else trace()
            except OSError:
                store.close()
                raise
        self._own_wire: Wire | None = None
        if wire is None:
            from copyjob.reference.curl_wire import CurlWire

            wire = self._own_wire = CurlWire(ca_file)
        engine = Engine(
            store,
            dialect,
            clock or SystemClock(),
            wire,
            stall_timeout_seconds=stall_timeout_seconds,
            trace=trace,
            owner=user,
            policy=policy,
        )
        if not callback_thread:
            engine.notifier.do_without_thread()
        super().__init__(engine, dialect, Client.of(user, dialect, self._limits))
        try:
            engine.start()
        except BaseException:
            if self._own_wire is not None:
                self._own_wire.close()
            raise

    def as_user(self, user: User) -> Manager:
        """Return the service as another user sees it; who he is must have been made sure of (`manager/get`)."""
        return Manager(self._engine, self.dialect, Client.of(user, self.dialect, self._limits))

    def set_bandwidth_limit(self, bytes_per_second: int | None) -> None:
        """
        Let background jobs take so much together, at once and until the service stops; None is without limit.

        Zero puts them in TRANSIENT_ERROR with BG_E_BLOCKED_BY_POLICY, and another limit in the queue again; it is
        E_NOTIMPL in Delivery Optimization. Foreground jobs are exempt. Clause: policy/bandwidth.
        """
        self._engine.set_bandwidth_limit(bytes_per_second)

    def wait_for_callbacks(self, timeout_seconds: float | None = None) -> bool:
        """
        Wait, in real time, until every callback that is due has been made; return whether it has.

        Not for use within a callback: it would wait for itself.
        """
        return self._engine.notifier.wait(timeout_seconds)

    def advance(self, seconds: float) -> None:
        """Move a `ManualClock`; returns when everything that fell due on the way has been done."""
        self._engine.advance(seconds)

    def close(self) -> None:
        """Stop, with all progress recorded; a second time does nothing."""
        self._end(record_progress=True)

    def kill(self) -> None:
        """Stop at once and record nothing further, as a crash would."""
        self._end(record_progress=False)

    def remove(self) -> None:
        """Close the service and delete its store; only for one whose jobs have all ended."""
        assert not self._engine.live_records(), "jobs are left in the store"
        self._end(record_progress=False, remove_store=True)

    def _end(self, *, record_progress: bool, remove_store: bool = False) -> None:
        self._engine.stop(record_progress=record_progress, remove_store=remove_store)
        if self._own_wire is not None:
            self._own_wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
