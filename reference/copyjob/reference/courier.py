"""One exchange between the wire and a job: it listens, stores what comes, and reports what became of it.

Law: bytes are written under the worker's lock and only while the transfer is wanted, so a call that stopped
it has the last word. What an exchange came to is reported to the worker, which lets the job decide.

It does not know what a fault or an arrival means for the job.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from copyjob.reference.errors import CopyJobError
from copyjob.reference.events import Connected, DataArrived
from copyjob.reference.transfer import Outcome, Transfer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copyjob.reference.record import Record
    from copyjob.reference.wire import Answer, WireFault
    from copyjob.reference.worker import Worker


class Courier:
    """The sink of one transfer of one job; it belongs to the wire's thread."""

    __slots__ = ("_record", "_unrecorded", "_worker", "transfer")

    def __init__(self, worker: Worker, record: Record, transfer: Transfer) -> None:
        self._worker = worker
        self._record = record
        self.transfer = transfer
        self._unrecorded = False
        """Whether the version of the answer is still to be recorded."""

    @property
    def wanted(self) -> bool:
        """Whether the job still wants this transfer."""
        return self.transfer.live

    def on_answer(self, answer: Answer) -> bool:
        """Take the head of the answer; False when nobody wants its body."""
        worker, transfer = self._worker, self.transfer
        with worker.lock:
            if not worker.listens(transfer):
                return False
            part = transfer.part
            had_bytes, at_leisure = part.offset_bytes > 0, not part.versioned and not part.expected_digest
            if not transfer.accept(answer):
                return False
            worker.happen(self._record, Connected())
            if at_leisure:
                # Bytes of which the store knows no version count for nothing after a stop: there is time until
                # some are here that are not all.
                self._unrecorded = True
                return transfer.live
            # The version is recorded before its first byte is written; where older bytes were given up for
            # it, on the disk, lest a loss of power bring them back under the new version.
            return self._record_part(durable=had_bytes and not part.offset_bytes)

    def on_data(self, chunks: Sequence[bytes]) -> bool:
        """Take the next bytes of the body; False when nobody wants more."""
        worker, transfer = self._worker, self.transfer
        with worker.lock:
            if not worker.listens(transfer):
                return False
            if self._unrecorded and not transfer.completes(chunks):
                # A file that comes all at once is recorded once, when it has arrived.
                self._unrecorded = False
                if not self._record_part(durable=False):
                    return False
            if not transfer.write(chunks):
                return False
            self._record.modified_at_seconds = transfer.active_seconds
            if self._record.job.failing_since_seconds is not None:
                worker.happen(self._record, DataArrived())
        if not transfer.wants_sync:
            return transfer.live
        fault = transfer.sync()
        if fault is not None:
            transfer.give_up(fault)
            with worker.lock:
                worker.fall_back(self._record, transfer)
            return False
        with worker.lock:
            return worker.listens(transfer) and self._record_part(durable=False)

    def on_end(self, fault: WireFault | None, detail: str) -> None:
        """Take the end of the exchange."""
        outcome = self.transfer.conclude(fault, detail)
        if outcome is Outcome.ARRIVED:
            outcome = self.transfer.finish()  # without the lock: it may take the disk a while
        self._worker.report(self._record, self.transfer, outcome)

    def _record_part(self, *, durable: bool) -> bool:
        transfer = self.transfer
        if not transfer.live:
            return False
        try:
            self._worker.save_part(self._record, transfer.part, durable=durable)
        except CopyJobError as error:
            transfer.give_up(transfer.store_fault(error.hresult, error.detail))
            return False
        return True
