"""One file on its way to a server, and the server's reply on its way back.

Laws: a file is sent whole, in one PUT, or in one POST where a reply is wanted; an upload that was interrupted begins
anew. It is the same file from the first byte of the first try to the last of the last one (size, time, inode), else
it is an error, and the next Resume takes the file as it is then. The server has it when it has answered 2xx to the
whole of it, and only then. A reply is a file like others: it lies under a temporary name until Complete.

It does not know jobs, states, timers or turns, and it opens no connection.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from copyjob.reference.answers import content_length, transient_reply
from copyjob.reference.disk import TemporaryFile
from copyjob.reference.errors import FILE_NOT_FOUND, code_of_os_error
from copyjob.reference.transfer import Outcome, Transfer
from copyjob.reference.wire import Request, WireFault
from copyjob.spec.vocabulary import Dialect, ErrorContext, Hresult, JobType, http_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copyjob.reference.errors import TransferFault
    from copyjob.reference.record import Record
    from copyjob.reference.wire import Answer


class Upload(Transfer):
    """One exchange of an upload, guarded as a `Transfer` is. Its ``part`` counts what was sent."""

    def __init__(self, record: Record, number: int, now_seconds: float) -> None:
        super().__init__(Dialect.BITS, record.parts[number], now_seconds)
        self._record = record
        self._replies = record.job.type is JobType.UPLOAD_REPLY
        self._source = -1
        self.answered = False
        """Whether the server has taken the whole file."""

    @property
    def needless(self) -> bool:
        """Nothing replaces asking: only the server knows what it has."""
        return False

    def open(self) -> TransferFault | None:
        """Open the file that is to be sent; return what is in the way, if any."""
        part = self.part
        part.offset_bytes = 0
        try:
            # Not waiting for the other end of a pipe, should one stand there now.
            self._source = os.open(part.local_path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
            found = os.fstat(self._source)
        except FileNotFoundError:
            return self.fault(ErrorContext.LOCAL_FILE, FILE_NOT_FOUND, f"{part.local_path} does not exist")
        except OSError as error:
            return self._source_fault(error)
        if not stat.S_ISREG(found.st_mode):
            return self.fault(ErrorContext.LOCAL_FILE, Hresult.E_ACCESSDENIED, f"{part.local_path} is no plain file")
        if part.etag and part.etag != _version(found):
            return self._changed()
        part.etag, part.size_bytes = _version(found), found.st_size
        return None

    def request(self) -> Request:
        """Return how to ask the server to take the file; the body is the courier's to add."""
        return Request(self.part.remote_url, method="POST" if self._replies else "PUT")

    # ---- sending ----

    def read(self, count: int) -> bytes | None:
        """Return the next bytes of the file; None where they cannot be read."""
        part = self.part
        left = (part.size_bytes or 0) - part.offset_bytes
        try:
            chunk = os.pread(self._source, min(count, left), part.offset_bytes)
        except OSError as error:
            self._fault = self._source_fault(error)
            return None
        if left and not chunk:
            self._fault = self._changed()  # it has become shorter
            return None
        part.offset_bytes += len(chunk)
        return chunk

    def rewind(self) -> None:
        """Send it from its beginning."""
        self.part.offset_bytes = 0

    # ---- listening ----

    def accept(self, answer: Answer) -> bool:
        """Judge the head of the answer; True means that its body is the reply."""
        code = answer.status_code
        if code // 100 != 2:  # noqa: PLR2004 HTTP 2xx
            context = ErrorContext.GENERAL_TRANSPORT if answer.by_proxy else ErrorContext.REMOTE_APPLICATION
            detail = f"{'the proxy' if answer.by_proxy else 'the server'} answered {code} to the upload"
            self._fault = self.fault(context, http_error(code), detail, transient=transient_reply(code))
            return False
        if not self.part.whole:
            self._fault = self.wire_fault(WireFault.TRUNCATED, "the server answered before it had the whole file")
            return False
        try:
            if _version(os.fstat(self._source)) != self.part.etag:
                self._fault = self._changed()
                return False
        except OSError as error:
            self._fault = self._source_fault(error)
            return False
        self.answered = True
        return not self._replies or self._begin_reply(answer)

    def _begin_reply(self, answer: Answer) -> bool:
        reply = self._record.reply
        assert reply is not None, "an upload with a reply has a place for it"
        reply.forget()
        reply.size_bytes = content_length(answer)
        try:
            self._file = TemporaryFile(reply.temporary)
            self._file.cut(0)
            self._file.reserve(0, reply.size_bytes or 0)
        except OSError as error:
            self._fault = self._reply_fault(error)
            return False
        return True

    def write(self, chunks: Sequence[bytes]) -> bool:
        """Store the next bytes of the reply; an upload that wants none lets it pass."""
        reply, pending = self._record.reply, b"".join(chunks)
        if reply is None or self._file is None:
            return True
        try:
            while pending:
                written = self._file.write([pending], reply.offset_bytes)
                reply.offset_bytes += written
                pending = pending[written:]
        except OSError as error:
            self._fault = self._reply_fault(error)
            return False
        return True

    def conclude(self, fault: WireFault | None, detail: str) -> Outcome | TransferFault:
        """Say what has come of the exchange."""
        if self._fault is not None:
            return self._fault
        reply = self._record.reply
        if fault is None and self.answered and (reply is None or reply.size_bytes in {None, reply.offset_bytes}):
            return Outcome.ARRIVED
        return self.wire_fault(fault or WireFault.TRUNCATED, detail)

    def abandon(self) -> None:
        """Count nothing of what was sent, nor of a reply that is not whole: the next try begins anew."""
        self.part.offset_bytes = 0
        if self._record.reply is not None:
            self._record.reply.forget()

    # ---- the disk ----

    @property
    def wants_sync(self) -> bool:
        """A reply is synced once, when it is whole."""
        return False

    def sync(self) -> TransferFault | None:
        """Nothing of an upload under way is kept."""
        return None

    def finish(self) -> Outcome | TransferFault:
        """Return when the reply is on the disk."""
        reply = self._record.reply
        with self._file_lock:
            if reply is None or self._file is None:
                return Outcome.ARRIVED
            try:
                self._file.sync()
            except OSError as error:
                return self._reply_fault(error)
            if self.live:
                reply.size_bytes = reply.synced_bytes = reply.offset_bytes
        return Outcome.ARRIVED

    def close(self) -> None:
        """Close both files; a second time does nothing."""
        super().close()
        with self._file_lock:
            source, self._source = self._source, -1
        if source >= 0:
            os.close(source)

    # ---- faults ----

    def _changed(self) -> TransferFault:
        self.part.etag = ""  # the next Resume takes it as it is then
        detail = f"{self.part.local_path} was changed while it was uploaded; resume the job to send it as it is"
        return self.fault(ErrorContext.LOCAL_FILE, Hresult.BG_E_LOCAL_FILE_CHANGED, detail)

    def _source_fault(self, error: OSError) -> TransferFault:
        detail = f"{self.part.local_path}: {error.strerror}"
        return self.fault(ErrorContext.LOCAL_FILE, code_of_os_error(error), detail)

    def _reply_fault(self, error: OSError) -> TransferFault:
        assert self._record.reply is not None, "a reply has a place"
        detail = f"{self._record.reply.temporary}: {error.strerror}"
        return self.fault(ErrorContext.LOCAL_FILE, code_of_os_error(error), detail)


def _version(found: os.stat_result) -> str:
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ino}"
