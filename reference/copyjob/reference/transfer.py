"""One file on its way: what to ask the server, what to make of its answer, where its bytes go.

Laws: bytes of two answers are never joined unless the server has shown that both are of one version: a 206
with exactly the range that was asked for, the size known before, and an unchanged version (`versions`).
Anything else starts the file anew from byte 0. Ranges are asked for one by one, in their order, and joined under the
same law; a server that has not all of them is an error. The version is known, and there is room for the whole file,
before its first byte is written. A file has arrived when as many bytes as the server announced are stored, and only
then; where its owner expects a size or a digest, only with that one.

It does not know jobs, states, timers or turns, and it opens no connection.
"""

from __future__ import annotations

import math
import os
import threading
from enum import Enum
from typing import TYPE_CHECKING, Final

from copyjob.reference import errors
from copyjob.reference.answers import FATAL_FAULTS, WIRE_CODES, content_length, content_range, transient_answer
from copyjob.reference.disk import TemporaryFile
from copyjob.reference.errors import TransferFault, code_of_os_error, spelled
from copyjob.reference.integrity import SIZE_MAX_BYTES, digest_of
from copyjob.reference.ranges import length_of, outside, wanted_at
from copyjob.reference.versions import adopt_tag, can_continue, conditions, note_version, same_version
from copyjob.reference.wire import Request, WireFault
from copyjob.spec.vocabulary import Dialect, ErrorContext, Hresult, http_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copyjob.reference.record import Part
    from copyjob.reference.wire import Answer

SYNC_EVERY_BYTES: Final = 64 * 1024 * 1024

RESTARTS_MAX: Final = 3
"""How often a set of ranges begins anew in a row, before the server is given up."""
_PROXY_ASKS: Final = 407


class Outcome(Enum):
    """How an exchange ended when it did not end in a fault."""

    ARRIVED = "every byte is stored"
    AGAIN = "ask once more, for the whole file"
    MORE = "ask for the next range"


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
        self._asked: tuple[int, int | None] = (0, None)
        """The first byte of the remote file that was asked for, and the one after the last; None is its end."""
        self._began_bytes = part.offset_bytes
        self._again = False
        self._fault: TransferFault | None = None
        self.doubtful = False
        """Whether a sync has failed, and what was not synced before is still counted."""
        self._sync_fault: TransferFault | None = None
        self.spoilt = False
        """Whether every byte is here and they are not those that the owner expects."""

    # ---- asking ----

    @property
    def needless(self) -> bool:
        """Whether every byte is here already."""
        return self.part.whole

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
        """Return what to ask for: the rest of the file, or of its next range, where something of it is here."""
        part, lines = self.part, list[str]()
        self._began_bytes = part.offset_bytes
        if part.partial:
            self._asked = first, end = wanted_at(part.ranges, part.offset_bytes, part.source_size_bytes)
            lines.append(f"Range: bytes={first}-{'' if end is None else end - 1}")
        elif part.offset_bytes:
            self._asked = (part.offset_bytes, None)
            lines.append(f"Range: bytes={part.offset_bytes}-")
        if part.offset_bytes:
            self._ranged = True
            lines += conditions(part)
        return Request(part.remote_url, tuple(lines))

    # ---- listening ----

    def accept(self, answer: Answer) -> bool:
        """Judge the head of the answer; True means that its body belongs at ``part.offset_bytes``."""
        return self._judge(answer) and self._reserve()

    def _judge(self, answer: Answer) -> bool:
        match answer.status_code:
            case 200 if self.part.partial:
                # With bytes here it may be the answer of a new version; without them the server has no ranges.
                self._ask_again("the server sent the whole where a range was asked for")
            case 200:
                return self._accept_whole(answer)
            case 206 if self._ranged:
                if self._continues(answer):
                    adopt_tag(self.part, answer.headers)
                    return True
                self._ask_again("the server sent another range than was asked for, or of another version")
            case 206 if self.part.partial:
                return self._accept_range(answer)
            case 206:
                self._fault = self._no_ranges("the server sent a part where the whole was asked for")
            case 412 | 416 if self._ranged:
                self._ask_again("the server has no such range any more")
            case 416 if self.part.partial:
                self._fault = self._invalid_range("the server has no such range")
            case code:
                # A redirect that comes this far is one that must not be followed (`http/redirect`).
                redirect = code // 100 == 3 and "location" in answer.headers  # noqa: PLR2004 HTTP 3xx
                who = "the proxy" if answer.by_proxy or code == _PROXY_ASKS else "the server"
                self._fault = self.fault(
                    ErrorContext.REMOTE_FILE,
                    http_error(code),
                    f"{who} answered {code}" + (", and redirects are not followed" if redirect else ""),
                    transient=transient_answer(code) and not redirect,
                    forbidden=code == 403 and not answer.by_proxy,  # noqa: PLR2004 HTTP
                )
        return False

    def _accept_whole(self, answer: Answer) -> bool:
        length = content_length(answer)
        if length is None or "transfer-encoding" in answer.headers:
            self._fault = self.fault(
                ErrorContext.REMOTE_FILE,
                spelled(self._dialect, Hresult.BG_E_MISSING_FILE_SIZE, Hresult.DO_E_INSUFFICIENT_RANGE_SUPPORT),
                "the server does not say how long the file is",
            )
            return False
        expected = self.part.expected_size_bytes
        if expected is not None and length != expected:
            self._fault = self._unexpected(f"the file has {length} bytes on the server, {expected} are expected")
            return False
        if not self.start_anew():
            return False
        self._learn(answer, length)
        return True

    def _learn(self, answer: Answer, size_bytes: int) -> None:
        """Take down which version it is, and how many bytes are to come of it."""
        self.part.size_bytes = size_bytes
        note_version(self.part, answer.headers)

    def _accept_range(self, answer: Answer) -> bool:
        """Judge the answer to the request for the first range, of which nothing is here."""
        part, (first, end) = self.part, self._asked
        found = content_range(answer)
        if found is None or found[0] != first or found[2] > SIZE_MAX_BYTES or "transfer-encoding" in answer.headers:
            self._fault = self._no_ranges("the server does not say which part of which file it sends")
            return False
        source = found[2]
        beyond = outside(part.ranges, source)
        if beyond is not None:
            self._fault = self._invalid_range(f"the file has {source} bytes on the server, {beyond} is not within them")
            return False
        if found[1] + 1 != (source if end is None else end):
            self._fault = self._no_ranges("the server sent another range than was asked for")
            return False
        if not self.start_anew():
            return False
        self._learn(answer, length_of(part.ranges, source) or 0)
        part.source_size_bytes = source
        if len(part.ranges) > 1 and not can_continue(part):
            self._fault = self._no_ranges("the server names no version: several ranges might be of several")
            return False
        return True

    def _continues(self, answer: Answer) -> bool:
        part, (first, end) = self.part, self._asked
        found = content_range(answer)
        source = part.source_size_bytes if part.partial else part.size_bytes
        if found is None or source is None:
            return False
        end = source if end is None else end
        return found == (first, end - 1, source) and same_version(part, answer.headers)

    def _ask_again(self, detail: str) -> None:
        """Begin the file anew; but not for ever, where a server never goes on with a set of ranges."""
        part = self.part
        self._again = self._ranged and not (part.partial and part.restarts >= RESTARTS_MAX)
        part.restarts = part.restarts + 1 if self._again else 0
        if not self._again:
            self._fault = self._no_ranges(detail)

    @property
    def _until_bytes(self) -> int:
        """Where in the temporary file the bytes of this exchange end."""
        if not self.part.partial:
            return self.part.size_bytes or 0
        first, end = self._asked
        end = self.part.source_size_bytes if end is None else end
        return 0 if end is None else self._began_bytes + end - first

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

    def completes(self, chunks: Sequence[bytes]) -> bool:
        """Return whether these are all bytes of the file that are not here yet."""
        part = self.part
        return part.size_bytes is not None and sum(map(len, chunks)) == part.size_bytes - part.offset_bytes

    def write(self, chunks: Sequence[bytes]) -> bool:
        """Store the next bytes of the body; False when they cannot be stored."""
        assert self._file is not None, "not open"
        part, pending = self.part, list(chunks)
        if sum(map(len, pending)) > self._until_bytes - part.offset_bytes:
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
        if self.part.partial and self.part.offset_bytes == self._until_bytes > 0:
            return Outcome.MORE
        fault = fault or WireFault.TRUNCATED
        return self.wire_fault(fault, detail)

    def give_up(self, fault: TransferFault) -> None:
        """End the exchange for a reason of the service's own."""
        self._fault = fault

    def abandon(self) -> None:
        """Take it that the exchange was stopped without having arrived; what is here of a download stays."""

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
            WIRE_CODES[fault],
            f"{fault.value} ({detail})" if detail else fault.value,
            transient=fault not in FATAL_FAULTS,
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

    def _no_ranges(self, detail: str) -> TransferFault:
        bits, do = Hresult.BG_E_INSUFFICIENT_RANGE_SUPPORT, Hresult.DO_E_INSUFFICIENT_RANGE_SUPPORT
        return self.fault(ErrorContext.REMOTE_FILE, spelled(self._dialect, bits, do), detail)

    def _invalid_range(self, detail: str) -> TransferFault:
        code = spelled(self._dialect, Hresult.BG_E_INVALID_RANGE, Hresult.DO_E_INVALID_RANGE)
        return self.fault(ErrorContext.REMOTE_FILE, code, detail)

    def _unexpected(self, detail: str) -> TransferFault:
        bits = self._dialect is Dialect.BITS
        code = Hresult.BG_E_VALIDATION_FAILED if bits else errors.INVALID_DATA
        return self.fault(ErrorContext.REMOTE_FILE, code, detail)

    def store_fault(self, hresult: int, detail: str) -> TransferFault:
        """Return the fault of a store that cannot take down how far the file is."""
        return self.fault(ErrorContext.GENERAL_QUEUE_MANAGER, hresult, detail)

    def _local_fault(self, error: OSError) -> TransferFault:
        return self.fault(ErrorContext.LOCAL_FILE, code_of_os_error(error), f"{self.part.temporary}: {error.strerror}")
