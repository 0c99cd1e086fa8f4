"""The service as its clients move it: how it begins and ends, and what becomes of their calls.

Laws: what a call answers is on disk before the call returns. When a call that stops a transfer returns, the
connection is closed and nothing more is written. A Complete records what it means to do before it renames anything.

It does not know what happens between calls (:mod:`copyjob.reference.worker`).
"""

from __future__ import annotations

import contextlib
import gc
import sqlite3
import threading
from collections import deque
from typing import TYPE_CHECKING, Final

from copyjob.reference import events as ev
from copyjob.reference.bandwidth import check_bandwidth_limit
from copyjob.reference.clock import ManualClock
from copyjob.reference.errors import READ_FAULT, CopyJobError, code_of_os_error
from copyjob.reference.http_options import NO_HTTP_OPTIONS
from copyjob.reference.job import handle
from copyjob.reference.policies import UNLIMITED, Limits, TransferPolicy, User
from copyjob.reference.publishing import (
    clean,
    discard_reply,
    forget_sent,
    forget_unsynced,
    give_names,
    names_given,
    take_stock,
)
from copyjob.reference.store import StoreError
from copyjob.reference.worker import FAR_SECONDS, Worker
from copyjob.spec.vocabulary import Dialect, Hresult, JobState, Operation

if TYPE_CHECKING:
    from collections.abc import Generator

    from copyjob.reference.clock import Clock
    from copyjob.reference.record import Record
    from copyjob.reference.store import Store
    from copyjob.reference.trace import Trace
    from copyjob.reference.transfer import Transfer
    from copyjob.reference.wire import Sink, Wire

REMEMBER_ENDED_SECONDS: Final = 30 * 86_400


@contextlib.contextmanager
def _without_collections() -> Generator[None]:
    """Look for no garbage while hundreds of thousands of objects are made that all stay."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class Engine(Worker):
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
        policy: TransferPolicy = TransferPolicy(),  # noqa: B008 frozen
    ) -> None:
        super().__init__(
            store, dialect, clock, wire, stall_timeout_seconds=stall_timeout_seconds, trace=trace, policy=policy
        )
        self.owner = owner or User.current()
        """Whose the jobs are of which a store of an older version does not say it."""
        self._clock_thread: threading.Thread | None = None

    # ---- beginning and end ----

    def start(self) -> None:
        """Take up every job of the store where it was left, and begin to work; `StoreError` where that fails."""
        try:
            with _without_collections(), self._enter():
                if self._trace is not None:
                    self._trace.start(self.clock.now(), self.dialect)
                self._take_up_all()
        except (CopyJobError, sqlite3.Error, StoreError) as error:
            self.stop(record_progress=False)
            if isinstance(error, StoreError):
                raise
            why = error.detail if isinstance(error, CopyJobError) else f"the store {self._store.path}: {error}"
            raise StoreError(f"the jobs cannot be taken up: {why}; mend the disk and start again") from error
        if not self.clock.manual:
            self._clock_thread = threading.Thread(target=self._watch_clock, name="copyjob-clock", daemon=True)
            self._clock_thread.start()

    def _take_up_all(self) -> None:
        self._store_failed = True  # nobody has his turn before every job is here
        same_boot = self._store.same_boot()
        all_cut = True
        self._ended = deque(self._store.ended())
        # A removal that was not synced is undone by a loss of power: then every job cleans up once more.
        for record in self._store.load(ended=not same_boot):
            all_cut = self._take_up(record, same_boot=same_boot) and all_cut
        self._forget_ended()
        if not same_boot and all_cut:
            self._store.remember_boot()
        self._store_failed = False

    def _take_up(self, record: Record, *, same_boot: bool) -> bool:
        """Go on with a job after a stop; False where bytes that do not count could not be cut off."""
        self._remember(record)
        self._tickets = max(self._tickets, record.ticket)
        if record.job.final:
            if clean(record):
                record.cleaned = True
                self._store.save(record, record.job, durable=False)
            return True
        self._live[record.id] = record
        self._scheduler.touch(record)
        if record.publishing is not None:
            # Whether that Complete was refused nobody knows any more, so it is not ended: its owner calls again.
            naming = names_given(record.to_publish(n) for n in record.publishing)
            self._end_publishing(record, ev.RenameFailed(naming.available), naming.unsure)
        cut = take_stock(record, same_boot=same_boot)
        if record.job.running:
            self._apply(record, ev.Restarted())  # of all others it makes what they are
        self._obey(record)
        return cut

    def _remember(self, record: Record) -> None:
        self.records[record.id] = record
        record.owner = record.owner or self.owner.name
        forget_sent(record)

    def stop(self, *, record_progress: bool, remove_store: bool = False) -> None:
        """Stop at once; with ``record_progress`` what has arrived is synced and recorded before."""
        stopped: list[tuple[Transfer, Sink]] = []
        with self.lock:
            if self._stopped:
                return
            self._stopped = True
            self._changed.notify_all()
            self._sooner.notify_all()
            for record in self._live.values():
                transfer, sink = record.transfer, record.sink
                if transfer is None or sink is None:
                    continue
                stopped.append((transfer, sink))
                if record_progress and self.record_arrivals(record):
                    record.count_download_time(self.clock.now())
                    if transfer.sync() is not None:
                        forget_unsynced(transfer.part)
                    with contextlib.suppress(CopyJobError):
                        self.save_part(record, transfer.part, durable=False)
                transfer.live = False
        for transfer, sink in stopped:
            self._wire.stop(sink)
            transfer.close()
        if self._reader is not None:
            self._reader.shutdown()  # what it reads nobody wants any more
        self.notifier.stop()
        if self._clock_thread is not None:
            self._clock_thread.join()
        with self.lock:
            if remove_store:
                self._store.remove()
            else:
                self._store.close()
            if self._trace is not None:
                self._trace.close()

    def _watch_clock(self) -> None:
        while True:
            with self.lock:
                while not self._stopped:
                    wait_seconds = self._next_due_seconds - self.clock.now()
                    if wait_seconds <= 0:
                        break
                    self._sooner.wait(min(wait_seconds, FAR_SECONDS))
                if self._stopped:
                    return
            with contextlib.suppress(CopyJobError), self._enter():
                pass

    # ---- calls ----

    def insert(self, record: Record, limits: Limits = UNLIMITED) -> None:
        """Record a new job, unless the queue holds as many as the limits of its owner allow."""
        with self._enter():
            try:
                if limits is not UNLIMITED:
                    own = sum(other.owner == record.owner for other in self._live.values())
                    limits.refuse_job(own, len(self._live))
                self._save(record, record.job, Operation.CREATE_JOB.value)
            except CopyJobError as error:
                self.trace_refused_creation(error.hresult)
                raise
            self._forget_ended()
            self.records[record.id] = self._live[record.id] = record
            self._scheduler.touch(record)
            if self._trace is not None:
                self._trace.created(self.clock.now(), record.id, record.job.type, record.job.state)

    def live_records(self) -> list[Record]:
        """Return the records of the jobs that have not ended, oldest first."""
        return list(self._live.values())

    def find(self, job_id: str) -> Record | None:
        """Return a job, ended or not; None where there is none."""
        record = self.records.get(job_id)
        if record is not None:
            return record
        with self._enter():
            try:
                record = self._store.find(job_id)
            except (sqlite3.Error, StoreError) as error:
                raise CopyJobError(READ_FAULT, Operation.GET_JOB.value, str(error)) from error
            if record is not None:
                self._remember(record)
        return record

    def _forget_ended(self) -> None:
        """Forget jobs that ended long ago, as new ones come; one that cannot be is left to the next start."""
        oldest_seconds = self.clock.now() - REMEMBER_ENDED_SECONDS
        forgotten: list[str] = []
        while self._ended and self._ended[0][0] < oldest_seconds:
            _, job_id = self._ended.popleft()
            record = self.records.get(job_id)
            if record is None or record.cleaned:
                forgotten.append(job_id)
        if forgotten:
            with contextlib.suppress(sqlite3.Error):
                self._store.forget(forgotten)
                for job_id in forgotten:
                    self.records.pop(job_id, None)

    def call(self, record: Record, event: ev.Event) -> Hresult:
        """Do a client's call and return its success; a refusal raises `CopyJobError` and changes nothing."""
        with self._enter():
            self.record_arrivals(record)
            try:
                answer = self._complete(record) if isinstance(event, ev.Complete) else self._operate(record, event)
            except CopyJobError as error:
                self.trace_call(record, event, error.hresult)
                raise
            self.trace_call(record, event, answer)
        return answer

    def _operate(self, record: Record, event: ev.Event) -> Hresult:
        if isinstance(event, ev.SetReplyFileName):
            handle(record.job, event)  # refused, if at all, before what an earlier try has left is deleted
            self._discard_reply(record)
        owner, options = record.owner, record.http_options
        with record.prepared(event) as told:
            answer = self._apply(record, event) or told
        if isinstance(event, ev.SetPriority):
            self._share_bandwidth(record)
            self._obey(record)
        if isinstance(event, ev.SetNotifyInterface):
            self.notifier.register(record, event.subscription)
        if options not in {NO_HTTP_OPTIONS, record.http_options} and not record.job.final:
            self._store.scrub()
        if record.owner != owner:
            self.notifier.register(record, None)  # it was the last owner's
        return answer

    @staticmethod
    def _discard_reply(record: Record) -> None:
        try:
            discard_reply(record)
        except OSError as error:
            detail = f"{error.filename}, of an earlier try, cannot be deleted: {error.strerror}"
            operation = Operation.SET_REPLY_FILE_NAME.value
            raise CopyJobError(code_of_os_error(error), operation, detail, state=record.job.state) from error

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
        begun = record.publishing or ()
        if numbers:
            # Also where it was meant before: a commit that failed to take it back may yet be true after a kill.
            record.publishing = tuple(sorted({*begun, *numbers}))
            try:
                self._save(record, record.job, "complete")
            except CopyJobError:
                record.publishing = begun or None
                raise
        state = record.job.state
        naming = give_names((record.to_publish(n) for n in numbers), begun)
        failure = naming.failure
        happened = ev.AllRenamed if failure is None else ev.RenameFailed
        ended = self._end_publishing(record, happened(naming.available), naming.unsure)
        if failure is None:
            # That temporary files are left is the more pressing news; what was left behind stands in `files`.
            return answer if ended is Hresult.S_OK else ended
        where = failure.filename2 or failure.filename
        raise CopyJobError(
            code_of_os_error(failure), "complete", f"{where} cannot be made: {failure.strerror}", state=state
        ) from failure

    def _end_publishing(
        self, record: Record, event: ev.AllRenamed | ev.RenameFailed, unsure: tuple[int, ...]
    ) -> Hresult:
        intent, record.publishing = record.publishing, unsure or None
        try:
            if isinstance(event, ev.RenameFailed) and not event.numbers:
                # Nothing has happened to the job, which keeps its times.
                self._save(record, record.job, "complete")
                return Hresult.S_OK
            return self._apply(record, event)
        except CopyJobError:
            # The intent still stands on the disk, and so it does here; but what has its name is available.
            record.publishing = intent
            record.job, _ = handle(record.job, ev.RenameFailed(event.numbers))
            record.changed.update(event.numbers)
            raise

    def set_bandwidth_limit(self, limit_bytes_per_second: int | None) -> None:
        """Let background jobs take so much together from now on, in bytes a second (`policy/bandwidth`)."""
        check_bandwidth_limit(limit_bytes_per_second, self.dialect)
        with self._enter():
            self._throttle(self._bandwidth.set_limit(limit_bytes_per_second))
            moved = [record for record in self._live.values() if self._policy_moves(record)]
            try:
                for record in moved:
                    self._several = record is not moved[-1]
                    self._obey(record)
            finally:
                self._several = False

    def wait_for(self, record: Record, states: tuple[JobState, ...], timeout_seconds: float | None) -> bool:
        """Wait in real time until the job is in one of the states or the service closed; return whether it is."""
        with self.lock:
            awaited = self._awaited.setdefault(record.id, [])
            awaited.append(states)
            try:
                self._changed.wait_for(lambda: self._stopped or record.job.state in states, timeout_seconds)
                return record.job.state in states
            finally:
                awaited.remove(states)
                if not awaited:
                    del self._awaited[record.id]

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
