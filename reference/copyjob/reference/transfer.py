"""One file on its way: what to ask the server, what to make of its answer, where its bytes go.

Laws: bytes of two answers are never joined unless the server has shown that both are of one version: a 206
with exactly the range that was asked for, the size known before, and an unchanged version (`versions`).
Anything else starts the file anew from byte 0. The version is known, and there is room for the whole file, before its
first byte is written. A file has arrived when as many bytes as the server announced are stored, and only then; where
its owner expects a size or a digest, only with that one.

It does not know jobs, states, timers or turns, and it opens no connection.
"""

from __future__ import annotations

import math
import os
import re
import threading
from enum import Enum
from typing import TYPE_CHECKING, Final

from copyjob.reference import errors
from copyjob.reference.disk import TemporaryFile
from copyjob.reference.errors import TransferFault, code_of_os_error, spelled
from copyjob.reference.integrity import SIZE_MAX_BYTES, digest_of
from copyjob.reference.versions import can_continue, conditions, note_version, same_version
from copyjob.reference.wire import Request, WireFault
from copyjob.spec.vocabulary import Dialect, ErrorContext, Hresult, http_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copyjob.reference.record import Part
    from copyjob.reference.wire import Answer

SYNC_EVERY_BYTES: Final = 64 * 1024 * 1024

_CONTENT_RANGE: Final = re.compile(r"bytes\s+(\d+)-(\d+)/(\d+)", re.IGNORECASE)
_RETRIED_4XX: Final = frozenset({408, 409, 425, 429})
_FATAL_5XX: Final = frozenset({501, 505})
_FATAL_3XX: Final = frozenset({300, 301, 302, 303, 304, 305, 307})

_WIRE_CODES: Final = {
    WireFault.NAME: errors.WIN_NAME_NOT_RESOLVED,
    WireFault.CONNECT: errors.WIN_CANNOT_CONNECT,
    WireFault.TIMEOUT: errors.WIN_TIMEOUT,
    WireFault.BROKEN: errors.WIN_CONNECTION_ABORTED,
    WireFault.TRUNCATED: errors.WIN_CONNECTION_ABORTED,
    WireFault.REDIRECTS: errors.WIN_INVALID_SERVER_RESPONSE,
    WireFault.PROTOCOL: errors.WIN_INVALID_SERVER_RESPONSE,
    WireFault.SECURE: errors.WIN_SECURE_FAILURE,
    WireFault.URL: int(Hresult.E_INVALIDARG),
    WireFault.DECLINED: errors.WIN_INVALID_SERVER_RESPONSE,
}
_FATAL_FAULTS: Final = frozenset({WireFault.REDIRECTS, WireFault.PROTOCOL, WireFault.SECURE, WireFault.URL})


class Outcome(Enum):
    """How an exchange ended when it did not end in a fault."""

    ARRIVED = "every byte is stored"
    AGAIN = "ask once more, for the whole file"


def transient_answer(status_code: int) -> bool:
    """Return whether a later try may get another answer than this one (decision/11, `http/reply`)."""
    match status_code // 100:
        case 4:
            return status_code in _RETRIED_4XX
        case 5:
            return status_code not in _FATAL_5XX
        case 3:
            return status_code not in _FATAL_3XX
        case _:
            return False


class Transfer:
    """
    One exchange for one file. The service's lock guards it, but for `sync` and `close`.

    ``live`` turns False when the job no longer wants it; from then on nothing is written.
    """

    def __init__(self, dialect: Dialect, part: Part, now_seconds: float) -> None:
        self.part = part
        self.live = True
        self.active_seconds = now_seconds
        """When the server last gave a sign of life, on the service's clock."""
        self._dialect = dialect
        self._file: TemporaryFile | None = None
        self._file_lock = threading.Lock()
        self._ranged = False
        self._again = False
        self._fault: TransferFault | None = None
        self.doubtful = False
        """Whether a sync has failed, and what was not synced before is still counted."""
        self._sync_fault: TransferFault | None = None
        self.spoilt = False
        """Whether every byte is here and they are not those that the owner expects."""

    # ---- asking ----

    def open(self) -> TransferFault | None:
        """
        Open the temporary file and forget bytes that cannot be continued; return what is in the way, if
        any.
        """
        part = self.part
        try:
            self._file = TemporaryFile(part.temporary)
            if part.size_bytes is None or (not part.whole and not can_continue(part)):
                part.forget()
            length = self._file.length
            if length < part.offset_bytes:
                part.forget()  # somebody shortened it: what is left cannot be trusted
            if length != part.offset_bytes:
                self._file.cut(part.offset_bytes)
        except OSError as error:
            return self._local_fault(error)
        return None

    def request(self) -> Request:
        """Return what to ask for: the rest of the file where something of it is here, else the whole."""
        part = self.part
        if not part.offset_bytes:
            return Request(part.remote_url)
        self._ranged = True
        return Request(part.remote_url, (f"Range: bytes={part.offset_bytes}-", *conditions(part)))

    # ---- listening ----

    def accept(self, answer: Answer) -> bool:
        """Judge the head of the answer; True means that its body belongs at ``part.offset_bytes``."""
        return self._judge(answer) and self._reserve()

    def _judge(self, answer: Answer) -> bool:
        match answer.status_code:
            case 200:
                return self._accept_whole(answer)
            case 206 if self._ranged:
                self._again = not self._continues(answer)
                return not self._again
            case 206:
                self._fault = self.fault(
                    ErrorContext.REMOTE_FILE,
                    spelled(
                        self._dialect,
                        Hresult.BG_E_INSUFFICIENT_RANGE_SUPPORT,
                        Hresult.DO_E_INSUFFICIENT_RANGE_SUPPORT,
                    ),
                    "the server sent a part where the whole was asked for",
                )
            case 412 | 416 if self._ranged:
                self._again = True
            case code:
                self._fault = self.fault(
                    ErrorContext.REMOTE_FILE,
                    http_error(code),
                    f"the server answered {code}",
                    transient=transient_answer(code),
                    forbidden=code == 403,  # noqa: PLR2004 HTTP
                )
        return False

    def _accept_whole(self, answer: Answer) -> bool:
        length = answer.headers.get("content-length", "")
        if not length.isdecimal() or int(length) > SIZE_MAX_BYTES or "transfer-encoding" in answer.headers:
            self._fault = self.fault(
                ErrorContext.REMOTE_FILE,
                spelled(self._dialect, Hresult.BG_E_MISSING_FILE_SIZE, Hresult.DO_E_INSUFFICIENT_RANGE_SUPPORT),
                "the server does not say how long the file is",
            )
            return False
        expected = self.part.expected_size_bytes
        if expected is not None and int(length) != expected:
            self._fault = self._unexpected(f"the file has {int(length)} bytes on the server, {expected} are expected")
            return False
        if not self.start_anew():
            return False
        self.part.size_bytes = int(length)
        note_version(self.part, answer.headers)
        return True

    def _continues(self, answer: Answer) -> bool:
        part = self.part
        found = _CONTENT_RANGE.fullmatch(answer.headers.get("content-range", ""))
        several = answer.headers.get("content-type", "").lower().startswith("multipart/byteranges")
        if found is None or several or part.size_bytes is None:
            return False
        first, last, size = (int(word) for word in found.groups())
        return (
            first == part.offset_bytes
            and last == size - 1
            and size == part.size_bytes
            and same_version(part, answer.headers)
        )

    def _reserve(self) -> bool:
        part = self.part
        assert self._file is not None, "not open"
        assert part.size_bytes is not None, "an accepted answer says how long the file is"
        try:
            self._file.reserve(part.offset_bytes, part.size_bytes - part.offset_bytes)
        except OSError as error:
            self._fault = self._local_fault(error)
            return False
        return True

    def start_anew(self) -> bool:
        """Forget every byte; return whether that was possible."""
        assert self._file is not None, "not open"
        try:
            if self.part.offset_bytes:
                self._file.cut(0)
        except OSError as error:
            self._fault = self._local_fault(error)
            return False
        self.part.forget()
        return True

    def write(self, chunks: Sequence[bytes]) -> bool:
        """Store the next bytes of the body; False when they cannot be stored."""
        assert self._file is not None, "not open"
        part, pending = self.part, list(chunks)
        if part.size_bytes is None or sum(map(len, pending)) > part.size_bytes - part.offset_bytes:
            self._fault = self.fault(
                ErrorContext.REMOTE_FILE,
                errors.WIN_INVALID_SERVER_RESPONSE,
                "the server sent more than it announced",
            )
            return False
        try:
            while pending:
                written = self._file.write(pending, part.offset_bytes)
                part.offset_bytes += written
                while pending and written >= len(pending[0]):
                    written -= len(pending.pop(0))
                if written:
                    pending[0] = pending[0][written:]
        except OSError as error:
            self._fault = self._local_fault(error)
            return False
        return True

    def conclude(self, fault: WireFault | None, detail: str) -> Outcome | TransferFault:
        """Say what has come of the exchange."""
        if self._fault is not None:
            return self._fault
        if self._again:
            return Outcome.AGAIN
        if self.part.whole:
            return Outcome.ARRIVED
        fault = fault or WireFault.TRUNCATED
        return self.wire_fault(fault, detail)

    def give_up(self, fault: TransferFault) -> None:
        """End the exchange for a reason of the service's own."""
        self._fault = fault

    # ---- the file on disk ----

    @property
    def wants_sync(self) -> bool:
        """Whether so much has arrived that losing it would hurt."""
        return self.part.offset_bytes - self.part.synced_bytes >= SYNC_EVERY_BYTES

    def sync(self) -> TransferFault | None:
        """Return when what has been written is on the disk; may be called without the service's lock."""
        with self._file_lock:
            reached = self.part.offset_bytes
            if self._file is None or self._sync_fault is not None:
                return self._sync_fault  # a second sync may succeed although bytes are lost
            try:
                self._file.sync()
            except OSError as error:
                self.doubtful, self._sync_fault = True, self._local_fault(error)
                return self._sync_fault
            if self.live:  # else the part may be another transfer's by now
                self.part.synced_bytes = reached
        return None

    def finish(self) -> Outcome | TransferFault:
        """
        Say whether the file has arrived: synced, and with the digest that its owner expects.

        To be called without the service's lock where a digest is expected: the whole file is read again.
        """
        fault, expected = self.sync(), self.part.expected_digest
        if fault is not None or not expected:
            return fault or Outcome.ARRIVED
        with self._file_lock:
            if self._file is None:
                return Outcome.ARRIVED  # nobody waits for it any more: it will not be looked at
            fd = self._file.duplicate()
        self.active_seconds = math.inf  # nothing is expected of the server while the disk is read
        try:
            found = digest_of(fd, expected, lambda: self.live)
        except OSError as error:
            return self._local_fault(error)
        finally:
            os.close(fd)
        if found is not None and found != expected:
            self.spoilt = True
            return self._unexpected(f"the file has the digest {found}, {expected} is expected")
        return Outcome.ARRIVED

    def close(self) -> None:
        """Close the temporary file; a second time does nothing."""
        with self._file_lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    # ---- faults ----

    def wire_fault(self, fault: WireFault, detail: str = "") -> TransferFault:
        """Return what a broken exchange means for the job."""
        return self.fault(
            ErrorContext.GENERAL_TRANSPORT,
            _WIRE_CODES[fault],
            f"{fault.value} ({detail})" if detail else fault.value,
            transient=fault not in _FATAL_FAULTS,
        )

    def fault(
        self,
        context: ErrorContext,
        code: int,
        detail: str,
        *,
        transient: bool = False,
        forbidden: bool = False,
    ) -> TransferFault:
        """Return a fault of this file in the words of the dialect (`error/context`)."""
        if self._dialect is Dialect.DO:
            context = ErrorContext.REMOTE_FILE if forbidden else ErrorContext.NONE
        return TransferFault(context, int(code), self.part.number, detail, transient=transient)

    def _unexpected(self, detail: str) -> TransferFault:
        bits = self._dialect is Dialect.BITS
        code = Hresult.BG_E_VALIDATION_FAILED if bits else errors.INVALID_DATA
        return self.fault(ErrorContext.REMOTE_FILE, code, detail)

    def store_fault(self, hresult: int, detail: str) -> TransferFault:
        """Return the fault of a store that cannot take down how far the file is."""
        return self.fault(ErrorContext.GENERAL_QUEUE_MANAGER, hresult, detail)

    def _local_fault(self, error: OSError) -> TransferFault:
        return self.fault(ErrorContext.LOCAL_FILE, code_of_os_error(error), f"{self.part.temporary}: {error.strerror}")
