"""What happens to jobs by itself: what falls due, what exchanges come to, files that arrive.

Laws: whoever holds the lock leaves nothing undone that is due. A fault of the network or the disk becomes a state,
never an exception in somebody else's thread. Of a job with many files each is begun as soon as the one before it is on
the disk; that it has arrived may be recorded, and told, a moment later with others.

It does not know what may happen in which state (:mod:`copyjob.reference.job`), nor whose turn it is
(:mod:`copyjob.reference.scheduler`), nor how the service begins, ends and is called
(:mod:`copyjob.reference.engine`).
"""

from __future__ import annotations

import contextlib
import math
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from copyjob.reference import events as ev
from copyjob.reference.courier import Courier, Porter
from copyjob.reference.effects import Effects
from copyjob.reference.entering import Entry
from copyjob.reference.errors import CopyJobError, TransferFault
from copyjob.reference.job import Job, handle
from copyjob.reference.publishing import forget_sent, forget_unsynced
from copyjob.reference.transfer import Outcome, Transfer
from copyjob.reference.upload import Upload
from copyjob.spec.vocabulary import Dialect, ErrorContext, JobState, JobType

if TYPE_CHECKING:
    from collections.abc import Callable

    from copyjob.reference.record import Part, Record

FAR_SECONDS: Final = 3_600.0
_STORE_PAUSE_SECONDS: Final = 1.0


class Worker(Effects):
    """Jobs of one store on one clock and one wire, and what becomes of them; any thread may use it."""

    # ---- entering ----

    def _enter(self) -> Entry:
        """Hold the lock, then do what has become due, then what touches the wire."""
        return Entry(self)

    def leave(self) -> list[Callable[[], None]]:
        """Do what has become due, and return what touches the wire. Under the lock, by who gives it up."""
        self._settle()
        actions, self._deferred = self._deferred, []
        return actions

    @property
    def stopped(self) -> bool:
        """Whether nobody may enter any more. Under the lock."""
        return self._stopped

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
            gathered = self._arrivals.first()
            if gathered is not None and gathered[0] <= self.clock.now():
                self.record_arrivals(gathered[1])
                continue
            decision = self._scheduler.decide(self.clock.now())
            if decision is None:
                break
            record, event = decision
            if isinstance(event, ev.Turn) and self._bandwidth.blocks(record.job):
                self._obey(record)
            else:
                self.happen(record, event)
        earliest = self._earliest()
        if earliest < self._next_due_seconds:
            self._sooner.notify_all()
        self._next_due_seconds = earliest

    def _earliest(self) -> float:
        now = self.clock.now()
        if self._store_failed:
            self._store_failed = False
            return now + _STORE_PAUSE_SECONDS
        found, gathered = self._scheduler.earliest(), self._arrivals.first()
        earliest = now + FAR_SECONDS if found is None else found
        return earliest if gathered is None else min(earliest, gathered[0])

    def happen(self, record: Record, event: ev.Event) -> None:
        """
        Let an internal event happen; a store that cannot be written makes it an ERROR, in memory.

        A job that expires ends when the store can be written again.
        """
        if not self.record_arrivals(record):
            return
        try:
            self._apply(record, event)
        except CopyJobError as error:
            self._store_failed = True
            if not isinstance(event, ev.Expired):
                self._fail(record, error)

    def _fail(self, record: Record, error: CopyJobError) -> None:
        """Put a job in ERROR, in memory: the store cannot take down what has happened."""
        context = ErrorContext.GENERAL_QUEUE_MANAGER if self.dialect is Dialect.BITS else ErrorContext.NONE
        fault = TransferFault(context, error.hresult, record.job.next_file or 0, error.detail)
        old, job = record.job, replace(record.job, state=JobState.ERROR, error=fault)
        self._tickets = record.note(job, ev.Faulted(fault, self.clock.now()), self.clock.now(), self._tickets)
        record.job = job
        self._scheduler.touch(record)
        self._tell(record)
        self.notifier.observe(record, old, None)
        self._trace_event(record, ev.Faulted(fault, self.clock.now()))
        self._stop_transfer(record)
        forget_sent(record)  # what has arrived and cannot be recorded is to be sent again

    # ---- files of a job that has many ----

    def _go_on(self, record: Record, transfer: Transfer) -> bool:
        """
        Begin the next file at once, and let the arrival of this one be recorded with others.

        False where that cannot be; then nothing has happened.
        """
        number, now = transfer.part.number, self.clock.now()
        with self.lock:
            following = record.job.file_after(number)
            if self._stopped or not transfer.live or following is None or not self._arrivals.has_room(record, now):
                return False
            self._close(record, transfer)
            transfer.part.restarts = 0
            record.changed.add(number)
            due = self._arrivals.add(record, number, now)
            self._begin_transfer(record, following)
            if self._pending:
                self._settle()
            elif due < self._next_due_seconds:
                self._next_due_seconds = due
                self._sooner.notify_all()
            actions, self._deferred = self._deferred, []
        for action in actions:
            action()
        return True

    def record_arrivals(self, record: Record) -> bool:
        """Record the files of this job that have arrived meanwhile; False where the job is in ERROR by that."""
        numbers = self._arrivals.take(record)
        if not numbers:
            return True
        job, steps = record.job, list[tuple[Job, ev.Event]]()
        for number in numbers:
            event: ev.Event = ev.FileArrived(number)
            steps.append((job, event))
            job, _ = handle(job, event)  # what it asks for has begun
            self._tickets = record.note(job, event, self.clock.now(), self._tickets)
        try:
            self._save(record, job, "transfer", durable=False)
        except CopyJobError as error:
            self._store_failed = True
            self._fail(record, error)
            return False
        record.job = job
        for old, event in steps:
            self.notifier.observe(record, old, event)
        if self._trace is not None:
            self._trace.changed(record.id)
        return True

    # ---- what couriers ask and report ----

    def _exchange(self, record: Record, number: int) -> tuple[Transfer, Courier]:
        if record.job.type is JobType.DOWNLOAD:
            transfer = Transfer(self.dialect, record.parts[number], self._heard_seconds())
            return transfer, Courier(self, record, transfer)
        upload = Upload(record, number, self._heard_seconds())
        return upload, Porter(self, record, upload)

    def listens(self, transfer: Transfer) -> bool:
        """Note a sign of life of the server; return whether its bytes are still wanted. Under the lock."""
        transfer.active_seconds = self._heard_seconds()
        return transfer.live and not self._stopped

    def save_part(self, record: Record, part: Part, *, durable: bool) -> None:
        """Record how far a file is; `CopyJobError` where the store cannot be written. Under the lock."""
        record.changed.add(part.number)
        self._save(record, record.job, "transfer", durable=durable)

    def fall_back(self, record: Record, transfer: Transfer) -> None:
        """Where a sync has failed, count only what was synced before. Under the lock."""
        if not transfer.doubtful or self._stopped or record.job.final or record.transfer not in {None, transfer}:
            return  # whoever stopped the service has seen to it; a later transfer sees to it itself
        transfer.doubtful = False
        forget_unsynced(transfer.part)
        with contextlib.suppress(CopyJobError):  # what is not recorded is seen from the length of the file
            self.save_part(record, transfer.part, durable=True)

    def finish(self, record: Record, transfer: Transfer) -> None:
        """
        Take it that every byte of a file is stored, and report what it comes to; not under the lock.

        Where a digest is expected a thread of its own reads the file, as nobody else is to wait for that; on a manual
        clock it is done at once, so that the same calls always lead to the same.
        """

        def judge() -> None:
            self.report(record, transfer, transfer.finish())

        if self.clock.manual or not transfer.part.expected_digest:
            judge()
            return
        with self.lock:
            if self._stopped:
                return
            transfer.active_seconds = math.inf  # nothing is expected of the server any more
            if self._reader is None:
                from concurrent.futures import ThreadPoolExecutor

                self._reader = ThreadPoolExecutor(1, "copyjob-digest")
            judged = self._reader.submit(judge)
        judged.add_done_callback(lambda done: done.result())  # a bug is told, and not kept

    def report(self, record: Record, transfer: Transfer, outcome: Outcome | TransferFault) -> None:
        """Take what an exchange came to."""
        if outcome is Outcome.ARRIVED and self._go_on(record, transfer):
            return
        with contextlib.suppress(CopyJobError), self._enter():
            self.fall_back(record, transfer)
            if transfer.live:
                self._pending.append((record, transfer, outcome))

    def _conclude(self, record: Record, transfer: Transfer, outcome: Outcome | TransferFault) -> None:
        if isinstance(outcome, TransferFault):
            self.fall_back(record, transfer)
            if transfer.spoilt:
                transfer.start_anew()  # Resume is to fetch them again
            self.happen(record, ev.Faulted(outcome, self.clock.now()))
            return
        self._close(record, transfer)
        self._share_bandwidth(record)
        number = transfer.part.number
        if outcome is not Outcome.ARRIVED:
            if outcome is Outcome.AGAIN:
                transfer.part.forget()
            self._begin_transfer(record, number)
        else:
            transfer.part.restarts = 0
            record.changed.add(number)
            self.happen(record, ev.FileArrived(number))

    def _close(self, record: Record, transfer: Transfer) -> None:
        """Take it that an exchange is over: there is nothing left to stop but the file to close."""
        transfer.live = False
        transfer.close()
        record.transfer = record.sink = None
