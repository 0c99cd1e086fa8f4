"""One event of one job: the job decides, what it became is recorded, and the effects it asks for are done.

Laws: one lock guards all records; a change is recorded before it is seen; what touches the wire is put off until the
lock is released, so that the wire may call back.

It does not know what may happen in which state (:mod:`copyjob.reference.job`), nor what happens by itself, and when
(:mod:`copyjob.reference.worker`).
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from abc import ABC, abstractmethod
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Final

from copyjob.reference import events as ev
from copyjob.reference.arrivals import GATHER_SECONDS, Arrivals
from copyjob.reference.bandwidth import Bandwidth, blocked
from copyjob.reference.callbacks import Notifier
from copyjob.reference.errors import WRITE_FAULT, CopyJobError, TransferFault
from copyjob.reference.http_options import NO_HTTP_OPTIONS
from copyjob.reference.job import Job, handle
from copyjob.reference.policies import TransferPolicy
from copyjob.reference.publishing import clean
from copyjob.reference.scheduler import Scheduler
from copyjob.reference.transfer import Outcome, Transfer
from copyjob.spec.vocabulary import Dialect, Hresult, JobState, Operation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import ThreadPoolExecutor

    from copyjob.reference.bandwidth import Throttle
    from copyjob.reference.clock import Clock
    from copyjob.reference.courier import Courier
    from copyjob.reference.record import Record
    from copyjob.reference.store import Store
    from copyjob.reference.trace import Trace
    from copyjob.reference.wire import Wire

_MOMENTARY: Final = (ev.Turn, ev.Connected, ev.SliceEnded, ev.ReplyBegun)
"""Events whose outcome is not recorded, unless a job has arrived by it, or an error is over: after a stop the job is
QUEUED either way.
"""
_UNHURRIED: Final = (ev.DataArrived, ev.FileArrived)
"""Events that need not wait for the disk: losing one costs work, not truth."""


class Effects(ABC):
    """Jobs of one store on one clock and one wire, and what becomes of them; any thread may use it."""

    def __init__(
        self,
        store: Store,
        dialect: Dialect,
        clock: Clock,
        wire: Wire,
        *,
        stall_timeout_seconds: float,
        trace: Trace | None,
        policy: TransferPolicy = TransferPolicy(),  # noqa: B008 frozen
    ) -> None:
        self._policy = policy
        self._bandwidth = Bandwidth(policy.background_bytes_per_second)
        self.notifier = Notifier(dialect, clock)
        self.dialect = dialect
        self.clock = clock
        self.records: dict[str, Record] = {}
        """Every job that has not ended; of the others those that ended, or were asked for, since the start, and those
        that have left something behind.
        """
        self._live: dict[str, Record] = {}
        self._ended: deque[tuple[float, str]] = deque()
        """The ends, and the ids, of jobs that are remembered after their end, the earliest first."""
        self._store = store
        self._wire = wire
        self._trace = trace
        self._scheduler = Scheduler(dialect, stall_timeout_seconds)
        self.lock = threading.Lock()
        self._changed = threading.Condition(self.lock)
        """Told when a job comes into a state that somebody awaits."""
        self._awaited: dict[str, list[tuple[JobState, ...]]] = {}
        """Which states of which jobs are awaited; a waiter that is woken in vain costs two switches of threads."""
        self._sooner = threading.Condition(self.lock)
        """Told where something is due earlier than before; a thread that is woken in vain costs a call too much."""
        self._deferred: list[Callable[[], None]] = []
        self._stopped = False
        self._tickets = 0
        self._next_due_seconds = 0.0
        self._pending: list[tuple[Record, Transfer, Outcome | TransferFault]] = []
        self._store_failed = False
        gather_seconds = policy.gather_seconds
        if gather_seconds is None:
            gather_seconds = 0.0 if clock.manual else GATHER_SECONDS  # while time stands still none would be recorded
        self._arrivals = Arrivals(gather_seconds)
        self._several = False
        """Whether another commit follows at once, which brings to the disk what is recorded now."""
        self._jump_ends_seconds = 0.0
        self._reader: ThreadPoolExecutor | None = None
        """Reads files of which a digest is expected, one at a time."""

    # ---- one event ----

    def _apply(self, record: Record, event: ev.Event) -> Hresult:
        """Let the job decide, record the outcome, do the effects; return what a caller is to be told."""
        old = record.job
        job, effects = handle(old, event)
        self._scheduler.touch(record)
        if job is not old:
            noted = record.noted
            self._tickets = record.note(job, event, self.clock.now(), self._tickets)
            passes = job.state is not JobState.TRANSFERRED and job.error is old.error
            if not (isinstance(event, _MOMENTARY) and passes):
                if record.transfer is not None:
                    record.changed.add(record.transfer.part.number)
                hurried = not isinstance(event, _UNHURRIED) or job.state is not old.state
                try:
                    self._save(record, job, ev.name_of(event), durable=hurried and not self._several)
                except CopyJobError:
                    record.noted = noted
                    raise
            record.job = job
            if job.state is not old.state:
                self._tell(record)
            self.notifier.observe(record, old, event)
            if job.final:
                del self._live[record.id]
                self._ended.append((record.modified_at_seconds, record.id))
                if record.http_options != NO_HTTP_OPTIONS:  # secrets do not outlive their job
                    record.http_options = NO_HTTP_OPTIONS
                    self._store.scrub()
            if not ev.is_operation(event) and not isinstance(event, ev.AllRenamed):
                # A Complete is traced as the call that it is.
                if job.state is not old.state:
                    self._trace_event(record, event)
                elif self._trace is not None:
                    self._trace.changed(record.id)
        answer = Hresult.S_OK
        for effect in effects:
            answer = self._perform(record, effect, answer)
        return answer

    def _tell(self, record: Record) -> None:
        awaited = self._awaited.get(record.id)
        if awaited and any(record.job.state in states for states in awaited):
            self._changed.notify_all()

    def _save(self, record: Record, job: Job, operation: str, *, durable: bool = True) -> None:
        try:
            self._store.save(record, job, durable=durable)
        except (sqlite3.Error, ValueError, OverflowError) as error:  # the latter two: what no column can hold
            raise CopyJobError(
                WRITE_FAULT,
                operation,
                f"the store {self._store.path} cannot be written: {error}",
                state=record.job.state,
            ) from error

    def _perform(self, record: Record, effect: ev.Effect, answer: Hresult) -> Hresult:
        match effect:
            case ev.Reply(hresult):
                return hresult
            case ev.BeginTransfer(number):
                self._begin_transfer(record, number)
            case ev.StopTransfer():
                self._stop_transfer(record)
            case ev.DeleteTemporaries():
                if record.job.tidy:
                    record.cleaned = True  # and recorded with its last state
                    return answer
                record.cleaned = clean(record)
                if record.cleaned:
                    with contextlib.suppress(sqlite3.Error):
                        self._store.save(record, record.job, durable=False)
                elif self.dialect is Dialect.BITS:
                    return Hresult.BG_S_UNABLE_TO_DELETE_FILES
            case ev.Publish():
                raise AssertionError(effect)
        return answer

    def _begin_transfer(self, record: Record, number: int) -> None:
        transfer, sink = self._exchange(record, number)
        record.transfer, record.sink = transfer, sink
        self._scheduler.touch(record)
        fault = transfer.open()
        if fault is not None:
            self._pending.append((record, transfer, fault))
        elif transfer.needless and transfer.part.expected_digest:
            self._deferred.append(lambda: self.finish(record, transfer))  # it reads the whole file
        elif transfer.needless:
            # Every byte had arrived before the job was stopped; nothing is left to ask for.
            self._pending.append((record, transfer, transfer.finish()))
        else:
            self._share_bandwidth(record)
            request = record.http_options.applied_to(transfer.request(), self._policy.redirects_max)
            request = sink.outgoing(request)
            sink.bytes_per_second = self._bandwidth.share(record)
            self._deferred.append(lambda: self._wire.start(request, sink))

    def _heard_seconds(self) -> float:
        # While a manual clock jumps no server has time to answer: silence counts from the end of the jump.
        return max(self.clock.now(), self._jump_ends_seconds)

    def _stop_transfer(self, record: Record) -> None:
        transfer, sink = record.transfer, record.sink
        record.transfer = record.sink = None
        if transfer is None or sink is None:
            return
        transfer.live = False
        transfer.abandon()
        self._share_bandwidth(record)

        def end() -> None:
            self._wire.stop(sink)
            transfer.close()

        self._deferred.append(end)

    # ---- policies ----

    def _share_bandwidth(self, record: Record) -> None:
        """Let everybody have his share again, as this job has begun or ended a transfer, or changed its priority."""
        self._throttle(self._bandwidth.note(record))

    def _throttle(self, throttles: Iterable[Throttle]) -> None:
        for sink, rate in throttles:
            sink.bytes_per_second = rate  # the wire asks the sink, so that no order of threads brings an old one back
            self._deferred.append(partial(self._wire.throttle, sink))

    def _policy_moves(self, record: Record) -> ev.Event | None:
        """Return what a policy makes of a job: a stop where it blocks it, a new start where it does no more."""
        job, blocks = record.job, self._bandwidth.blocks(record.job)
        waits = job.running or job.state in {JobState.QUEUED, JobState.TRANSIENT_ERROR}
        if blocks and waits and not job.blocked:
            return ev.PolicyBlocked(blocked(self.dialect, job.next_file or 0))
        return ev.PolicyOpened() if job.blocked and not blocks else None

    def _obey(self, record: Record) -> None:
        """Let a job stop where a policy blocks it, and go on where none does any more (`policy/bandwidth`)."""
        event = self._policy_moves(record)
        if event is not None:
            self.happen(record, event)

    # ---- what is traced ----

    def trace_call(self, record: Record, event: ev.Event, hresult: int) -> None:
        """Trace a call and its answer, where there is a trace."""
        if self._trace is not None:
            self._trace.call(self.clock.now(), record.id, ev.name_of(event), hresult, record.job.state)

    def trace_refused_creation(self, hresult: int) -> None:
        """Trace a call of which no job came, where there is a trace."""
        if self._trace is not None:
            self._trace.call(self.clock.now(), None, Operation.CREATE_JOB.value, hresult, None)

    def _trace_event(self, record: Record, event: ev.Event) -> None:
        if self._trace is not None:
            self._trace.event(self.clock.now(), record.id, ev.name_of(event), record.job.state)

    @abstractmethod
    def happen(self, record: Record, event: ev.Event) -> None:
        """Let an internal event happen."""

    @abstractmethod
    def _exchange(self, record: Record, number: int) -> tuple[Transfer, Courier]:
        """Return the transfer of a file, which has yet to begin, and who listens for it at the wire."""

    @abstractmethod
    def finish(self, record: Record, transfer: Transfer) -> None:
        """Take it that every byte of a file is stored."""
