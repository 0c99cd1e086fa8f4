"""The moving part of the service: it takes events one at a time, lets the job decide, records, and does as
told.

Laws: one lock guards all records; what a call answers is on disk before the lock is released; what touches
the wire is done after it is released, so that the wire may call back. When a call that stops a transfer
returns, the connection is closed and nothing more is written. A fault of the network or the disk becomes a
state, never an exception in somebody else's thread.

It does not know what may happen in which state (:mod:`copyjob.reference.job`), nor whose turn it is
(:mod:`copyjob.reference.scheduler`).
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from copyjob.reference import events as ev
from copyjob.reference import scheduler
from copyjob.reference.callbacks import Notifier
from copyjob.reference.clock import ManualClock
from copyjob.reference.courier import Courier
from copyjob.reference.errors import (
    SERVICE_NOT_ACTIVE,
    WRITE_FAULT,
    CopyJobError,
    TransferFault,
    code_of_os_error,
)
from copyjob.reference.job import Job, handle
from copyjob.reference.policies import UNLIMITED, Limits, User
from copyjob.reference.publishing import clean, finish_names, give_names, take_stock
from copyjob.reference.transfer import Outcome, Transfer
from copyjob.spec.vocabulary import Dialect, ErrorContext, Hresult, JobState

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from copyjob.reference.clock import Clock
    from copyjob.reference.record import Part, Record
    from copyjob.reference.store import Store
    from copyjob.reference.trace import Trace
    from copyjob.reference.wire import Sink, Wire

REMEMBER_ENDED_SECONDS: Final = 30 * 86_400
_MOMENTARY: Final = (ev.Turn, ev.Connected, ev.SliceEnded)
"""Events whose outcome is not recorded: after a stop the job is QUEUED either way."""
_UNHURRIED: Final = (ev.DataArrived, ev.FileArrived)
"""Events that need not wait for the disk: losing one costs work, not truth."""
_FAR_SECONDS: Final = 3_600.0
_STORE_PAUSE_SECONDS: Final = 1.0


class Engine:
    """Jobs of one store on one clock and one wire; any thread may call it."""

    def __init__(
        self,
        store: Store,
        dialect: Dialect,
        clock: Clock,
        wire: Wire,
        *,
        stall_timeout_seconds: float,
        trace: Trace | None,
        owner: User | None = None,
        limits: Limits = UNLIMITED,
    ) -> None:
        self.owner = owner or User.current()
        self.limits = limits
        self.notifier = Notifier(dialect, clock)
        self.dialect = dialect
        self.clock = clock
        self.records: dict[str, Record] = {}
        self._live: dict[str, Record] = {}
        self._store = store
        self._wire = wire
        self._trace = trace
        self._stall_timeout_seconds = stall_timeout_seconds
        self.lock = threading.Lock()
        self._changed = threading.Condition(self.lock)
        self._deferred: list[Callable[[], None]] = []
        self._stopped = False
        self._tickets = 0
        self._next_due_seconds = 0.0
        self._pending: list[tuple[Record, Transfer, Outcome | TransferFault]] = []
        self._store_failed = False
        self._jump_ends_seconds = 0.0
        self._clock_thread: threading.Thread | None = None

    # ---- beginning and end ----

    def start(self) -> None:
        """Take up every job of the store where it was left, and begin to work."""
        with self._enter():
            same_boot, now = self._store.same_boot(), self.clock.now()
            forgotten: list[str] = []
            all_cut = True
            for record in self._store.load():
                if record.job.final and record.cleaned and now > record.modified_at_seconds + REMEMBER_ENDED_SECONDS:
                    forgotten.append(record.id)
                    continue
                all_cut = self._take_up(record, same_boot=same_boot) and all_cut
            if forgotten:
                self._store.forget(forgotten)
            if not same_boot and all_cut:
                self._store.remember_boot()
        if not self.clock.manual:
            self._clock_thread = threading.Thread(target=self._watch_clock, name="copyjob-clock", daemon=True)
            self._clock_thread.start()

    def _take_up(self, record: Record, *, same_boot: bool) -> bool:
        """Go on with a job after a stop; False where bytes that do not count could not be cut off."""
        self.records[record.id] = record
        self._tickets = max(self._tickets, record.ticket)
        if record.job.final:
            # A removal that was not synced is undone by a loss of power.
            if not (record.cleaned and same_boot) and clean(record):
                record.cleaned = True
                self._store.save(record, record.job, durable=False)
            return True
        self._live[record.id] = record
        if record.publishing is not None:
            self._end_publishing(record, *finish_names(record.parts[n] for n in record.publishing))
            self._trace_event(record, ev.Restarted())
        cut = True
        if not record.job.final:
            cut = take_stock(record, same_boot=same_boot)
            self._apply(record, ev.Restarted())
        return cut

    def stop(self, *, record_progress: bool, remove_store: bool = False) -> None:
        """Stop at once; with ``record_progress`` what has arrived is synced and recorded before."""
        stopped: list[tuple[Transfer, Sink]] = []
        with self.lock:
            if self._stopped:
                return
            self._stopped = True
            self._changed.notify_all()
            for record in self._live.values():
                transfer, sink = record.transfer, record.sink
                if transfer is None or sink is None:
                    continue
                stopped.append((transfer, sink))
                if record_progress and transfer.sync() is None:
                    record.changed.add(transfer.part.number)
                    with contextlib.suppress(sqlite3.Error):
                        self._store.save(record, record.job, durable=False)
                transfer.live = False
        for transfer, sink in stopped:
            self._wire.stop(sink)
            transfer.close()
        self.notifier.stop()
        if self._clock_thread is not None:
            self._clock_thread.join()
        with self.lock:
            if remove_store:
                self._store.remove()
            else:
                self._store.close()

    # ---- calls ----

    @contextlib.contextmanager
    def _enter(self) -> Generator[None]:
        """Hold the lock, then do what has become due, then what touches the wire."""
        actions: list[Callable[[], None]] = []
        try:
            with self.lock:
                if self._stopped:
                    raise CopyJobError(SERVICE_NOT_ACTIVE, "call", "the service is closed")
                try:
                    yield
                finally:
                    self._settle()
                    actions, self._deferred = self._deferred, []
        finally:
            for action in actions:
                action()

    def insert(self, record: Record) -> None:
        """Record a new job, unless the queue holds as many as the limits allow."""
        with self._enter():
            self.limits.refuse_job(len(self._live))
            self._save(record, record.job, "create_job")
            self.records[record.id] = self._live[record.id] = record
            if self._trace is not None:
                self._trace.call(self.clock.now(), record.id, "create_job", 0, record.job.state)

    def call(self, record: Record, event: ev.Event) -> Hresult:
        """Do a client's call and return its success; a refusal raises `CopyJobError` and changes nothing."""
        with self._enter():
            try:
                answer = self._complete(record) if isinstance(event, ev.Complete) else self._operate(record, event)
            except CopyJobError as error:
                self.trace_call(record, event, error.hresult)
                raise
            self.trace_call(record, event, answer)
        return answer

    def trace_call(self, record: Record, event: ev.Event, hresult: int) -> None:
        """Trace a call and its answer, where there is a trace."""
        if self._trace is not None:
            self._trace.call(self.clock.now(), record.id, ev.name_of(event), hresult, record.job.state)

    def _trace_event(self, record: Record, event: ev.Event) -> None:
        if self._trace is not None:
            self._trace.event(self.clock.now(), record.id, ev.name_of(event), record.job.state)

    def _operate(self, record: Record, event: ev.Event) -> Hresult:
        name = record.display_name
        match event:
            case ev.AddFile():
                record.add_part(event.remote_url, event.local_path, event.expected_size_bytes, event.expected_digest)
            case ev.SetDisplayName():
                record.display_name = event.display_name
            case _:
                pass
        try:
            answer = self._apply(record, event)
        except CopyJobError:
            record.display_name = name
            if isinstance(event, ev.AddFile):
                record.changed.discard(record.parts.pop().number)
            raise
        if isinstance(event, ev.SetNotifyInterface):
            self.notifier.register(record, event.subscription)
        return answer

    def _complete(self, record: Record) -> Hresult:
        _, effects = handle(record.job, ev.Complete())
        numbers: tuple[int, ...] = ()
        answer = Hresult.S_OK
        for effect in effects:
            match effect:
                case ev.Publish():
                    numbers = effect.numbers
                case ev.Reply():
                    answer = effect.hresult
                case _:
                    raise AssertionError(effect)
        begun = record.publishing is not None
        if numbers and not begun:
            record.publishing = numbers
            try:
                self._save(record, record.job, "complete")
            except CopyJobError:
                record.publishing = None
                raise
        state = record.job.state
        name = finish_names if begun else give_names
        failure = self._end_publishing(record, *name(record.parts[n] for n in numbers))
        if failure is None:
            return answer
        where = failure.filename2 or failure.filename
        raise CopyJobError(
            code_of_os_error(failure), "complete", f"{where} cannot be made: {failure.strerror}", state=state
        ) from failure

    def _end_publishing(self, record: Record, done: tuple[int, ...], failure: OSError | None) -> OSError | None:
        intent, record.publishing = record.publishing, None
        try:
            self._apply(record, ev.RenameFailed(done) if failure is not None else ev.AllRenamed(done))
        except CopyJobError:
            record.publishing = intent  # on disk it still stands: the next Complete, or start, ends it
            raise
        return failure

    def wait_for(self, record: Record, states: tuple[JobState, ...], timeout_seconds: float | None) -> bool:
        """Wait in real time until the job is in one of the states; return whether it is."""
        with self.lock:
            return self._changed.wait_for(lambda: record.job.state in states, timeout_seconds)

    def advance(self, seconds: float) -> None:
        """Move the manual clock; what falls due on the way happens at its time, in order."""
        clock = self.clock
        assert isinstance(clock, ManualClock), "only a manual clock is moved by hand"
        target = clock.now() + seconds
        self._jump_ends_seconds = target
        while clock.now() < target:
            with self._enter():
                clock.move_to(min(target, self._next_due_seconds))
        self.notifier.wake()

    # ---- one event ----

    def _apply(self, record: Record, event: ev.Event) -> Hresult:
        """Let the job decide, record the outcome, do the effects; return what a caller is to be told."""
        old = record.job
        job, effects = handle(old, event)
        if job is not old:
            self._tickets = record.note(job, event, self.clock.now(), self._tickets)
            if not isinstance(event, _MOMENTARY) or job.state is JobState.TRANSFERRED:
                if record.transfer is not None:
                    record.changed.add(record.transfer.part.number)
                hurried = not isinstance(event, _UNHURRIED) or job.state is not old.state
                self._save(record, job, ev.name_of(event), durable=hurried)
            record.job = job
            if job.state is not old.state:
                self._changed.notify_all()
            self.notifier.observe(record, old, event)
            if job.final:
                del self._live[record.id]
            if job.state is not old.state and not ev.is_operation(event) and not isinstance(event, ev.AllRenamed):
                self._trace_event(record, event)  # a Complete is traced as the call that it is
        answer = Hresult.S_OK
        for effect in effects:
            answer = self._perform(record, effect, answer)
        return answer

    def _save(self, record: Record, job: Job, operation: str, *, durable: bool = True) -> None:
        try:
            self._store.save(record, job, durable=durable)
        except sqlite3.Error as error:
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
        transfer = record.transfer = Transfer(self.dialect, record.parts[number], self._heard_seconds())
        sink = record.sink = Courier(self, record, transfer)
        fault = transfer.open()
        if fault is not None:
            self._pending.append((record, transfer, fault))
        elif transfer.part.whole and transfer.part.expected_digest:
            self._deferred.append(lambda: self.report(record, transfer, transfer.finish()))  # it reads the whole file
        elif transfer.part.whole:
            # Every byte had arrived before the job was stopped; nothing is left to ask for.
            self._pending.append((record, transfer, transfer.finish()))
        else:
            request = transfer.request()
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

        def end() -> None:
            self._wire.stop(sink)
            transfer.close()

        self._deferred.append(end)

    # ---- what happens by itself ----

    def _settle(self) -> None:
        """Do everything that is due: outcomes of transfers, timers, turns."""
        while True:
            if self._pending:
                record, transfer, outcome = self._pending.pop(0)
                if transfer.live:
                    self._conclude(record, transfer, outcome)
                continue
            if self._store_failed:
                break
            now, live = self.clock.now(), self._live.values()
            decision = scheduler.first_due(live, now, self._stall_timeout_seconds) or scheduler.next_turn(
                self.dialect, live, now
            )
            if decision is None:
                break
            self.happen(*decision)
        earliest = self._earliest()
        if self._clock_thread is not None and earliest < self._next_due_seconds:
            self._changed.notify_all()
        self._next_due_seconds = earliest

    def _earliest(self) -> float:
        now = self.clock.now()
        if self._store_failed:
            self._store_failed = False
            return now + _STORE_PAUSE_SECONDS
        found = scheduler.earliest(self.dialect, self._live.values(), self._stall_timeout_seconds)
        return now + _FAR_SECONDS if found is None else found

    def happen(self, record: Record, event: ev.Event) -> None:
        """Let an internal event happen; a store that cannot be written makes it an ERROR, in memory."""
        try:
            self._apply(record, event)
        except CopyJobError as error:
            self._store_failed = True
            context = ErrorContext.GENERAL_QUEUE_MANAGER if self.dialect is Dialect.BITS else ErrorContext.NONE
            fault = TransferFault(context, error.hresult, record.job.next_file or 0, error.detail)
            old, record.job = record.job, replace(record.job, state=JobState.ERROR, error=fault)
            self.notifier.observe(record, old, None)
            self._stop_transfer(record)

    def _watch_clock(self) -> None:
        while True:
            with self.lock:
                while not self._stopped:
                    wait_seconds = self._next_due_seconds - self.clock.now()
                    if wait_seconds <= 0:
                        break
                    self._changed.wait(min(wait_seconds, _FAR_SECONDS))
                if self._stopped:
                    return
            with contextlib.suppress(CopyJobError), self._enter():
                pass

    # ---- what couriers ask and report ----

    def listens(self, transfer: Transfer) -> bool:
        """Note a sign of life of the server; return whether its bytes are still wanted. Under the lock."""
        transfer.active_seconds = self._heard_seconds()
        return transfer.live and not self._stopped

    def save_part(self, record: Record, part: Part, *, durable: bool) -> None:
        """Record how far a file is; `CopyJobError` where the store cannot be written. Under the lock."""
        record.changed.add(part.number)
        self._save(record, record.job, "transfer", durable=durable)

    def report(self, record: Record, transfer: Transfer, outcome: Outcome | TransferFault) -> None:
        """Take what an exchange came to."""
        with contextlib.suppress(CopyJobError), self._enter():
            if transfer.live:
                self._pending.append((record, transfer, outcome))

    def _conclude(self, record: Record, transfer: Transfer, outcome: Outcome | TransferFault) -> None:
        if isinstance(outcome, TransferFault):
            if transfer.spoilt:
                transfer.start_anew()  # Resume is to fetch them again
            self.happen(record, ev.Faulted(outcome, self.clock.now()))
            return
        # The exchange is over: there is nothing left to stop but the file to close.
        transfer.live = False
        transfer.close()
        record.transfer = record.sink = None
        number = transfer.part.number
        if outcome is Outcome.AGAIN:
            transfer.part.forget()
            self._begin_transfer(record, number)
        else:
            record.changed.add(number)
            self.happen(record, ev.FileArrived(number))
