"""One exchange between the wire and a job: it listens, stores what comes, and reports what became of it.

Law: bytes are written under the worker's lock and only while the transfer is wanted, so a call that stopped
it has the last word. What an exchange came to is reported to the worker, which lets the job decide.

It does not know what a fault or an arrival means for the job.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from copyjob.reference.errors import CopyJobError
from copyjob.reference.events import Connected, DataArrived, ReplyBegun
from copyjob.reference.transfer import Outcome, Transfer
from copyjob.spec.vocabulary import JobState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copyjob.reference.record import Record
    from copyjob.reference.upload import Upload
    from copyjob.reference.wire import Answer, Request, WireFault
    from copyjob.reference.worker import Worker


class Courier:
    """The sink of one transfer of one job; it belongs to the wire's thread."""

    __slots__ = ("_record", "_unrecorded", "_worker", "bytes_per_second", "transfer")

    def __init__(self, worker: Worker, record: Record, transfer: Transfer) -> None:
        self._worker = worker
        self._record = record
        self.transfer = transfer
        self.bytes_per_second = 0
        self._unrecorded = False
        """Whether the version of the answer is still to be recorded."""

    @property
    def wanted(self) -> bool:
        """Whether the job still wants this transfer."""
        return self.transfer.live

    def outgoing(self, request: Request) -> Request:
        """Return the request as the wire is to have it."""
        return request

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
            job = self._record.job
            if job.state is not JobState.TRANSFERRING or job.error is not None:  # else it is the next of many files
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
            self._worker.finish(self._record, self.transfer)
        else:
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


class Porter(Courier):
    """The sink of an upload, and the body that it sends; of the same laws."""

    __slots__ = ()

    transfer: Upload

    def outgoing(self, request: Request) -> Request:
        """Send the file along, and to nobody else: a redirect is an answer like others (`http/reply`)."""
        return replace(request, body=self, redirects_max=0)

    @property
    def size_bytes(self) -> int:
        """How long the file is."""
        return self.transfer.part.size_bytes or 0

    def read(self, count: int) -> bytes | None:
        """Return the next bytes of the file; None when nobody wants it sent."""
        worker, transfer = self._worker, self.transfer
        with worker.lock:
            if not worker.listens(transfer):
                return None
            chunk = transfer.read(count)
            if chunk is None or not self._connected():
                return None
            # It is no progress that would keep an upload from being given up: the next try sends it again.
            self._record.modified_at_seconds = transfer.active_seconds
            return chunk

    def rewind(self) -> None:
        """Begin anew."""
        with self._worker.lock:
            if self._worker.listens(self.transfer):
                self.transfer.rewind()

    def on_answer(self, answer: Answer) -> bool:
        """Take the head of the answer; False when nobody wants its body."""
        worker, transfer = self._worker, self.transfer
        with worker.lock:
            if not worker.listens(transfer) or not transfer.accept(answer) or not self._connected():
                return False
            if self._record.reply is not None:
                worker.happen(self._record, ReplyBegun())
            return transfer.live

    def _connected(self) -> bool:
        """Note that the server is there, and record which version of the file it gets, before its first byte goes."""
        if self._record.job.state is not JobState.CONNECTING:
            return True
        self._worker.happen(self._record, Connected())
        return self._record_part(durable=False)
