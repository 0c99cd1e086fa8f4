"""One connection of a client: requests in, answers out, held, slowed or cut as the script of the file says.

Law: the journal first, then the socket. Each of the ways in (`on_event`, `script_changed`, a timer,
`gate_changed`, `close`) leaves the connection in one phase that says what is waited for; no way out raises
because of what a client does. Runs in the loop's thread only. Does not know how files come about or what a
gate does.
"""

from __future__ import annotations

import fcntl
import socket
import struct
import termios
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from copyjob.conformance.origin.answers import (
    BEFORE_HEADERS,
    Answer,
    file_answer,
    plain_answer,
    redirect_answer,
)
from copyjob.conformance.origin.course import Course, Then, plot
from copyjob.conformance.origin.gate import RESET_ON_CLOSE
from copyjob.conformance.origin.journal import EntryKind, Party
from copyjob.conformance.origin.loop import READ, WRITE, Timer
from copyjob.conformance.origin.messages import (
    BLOCK_END,
    HEADER_LIMIT_BYTES,
    BadRequestError,
    Request,
    parse_request,
)
from copyjob.conformance.origin.scripts import FaultKind, Script, ScriptKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from copyjob.conformance.origin.host import FileView, Host

SEND_BYTES: Final = 512 * 1024
"""At most this much is handed to the kernel at once, so that the last byte is not announced long before its
time."""

_RECEIVE_BYTES: Final = 64 * 1024
_INBOX_LIMIT_BYTES: Final = 4 * HEADER_LIMIT_BYTES
_LINGER_SECONDS: Final = 2.0
_DRAIN_POLL_SECONDS: Final = 0.002
_DRAIN_POLLS: Final = 500


class _Phase(Enum):
    IDLE = auto()  # between requests, or within one that is not complete
    HELD = auto()  # a request is read, no header sent
    SENDING = auto()  # the socket is full
    RESTING = auto()  # in the middle of a body: held, or in a pause
    DRAINING = auto()  # all that is to arrive before a reset is sent, but not yet acknowledged
    LINGERING = auto()  # our side is ended, theirs is not
    DEAD = auto()


_IN_BODY = frozenset({_Phase.SENDING, _Phase.RESTING, _Phase.DRAINING})
_IN_ANSWER = _IN_BODY | {_Phase.HELD}


class Connection:
    """An accepted socket (non-blocking) and what is going on over it."""

    def __init__(self, host: Host, sock: socket.socket, number: int) -> None:
        self._host = host
        self._socket = sock
        self._number = number
        self._phase = _Phase.IDLE
        self._inbox = bytearray()
        self._request: Request | None = None
        self._file: FileView | None = None
        self._path: str | None = None
        self._known = True
        self._answer: Answer | None = None
        self._script = Script.serve()
        self._head = memoryview(b"")
        self._sent = 0
        self._course = Course(0, Then.FINISH)
        self._final_told = False
        self._timer: Timer | None = None
        self._polls = 0
        self._awaited = 0
        self._log(EntryKind.OPENED)
        self._await()

    # The ways in.

    def on_event(self, events: int) -> None:
        """Take what the socket is ready for."""
        if events & READ:
            self._step(self._receive)
        if events & WRITE and self._phase is _Phase.SENDING:
            self._step(self._pump)

    def script_changed(self, file: FileView) -> None:
        """Let the new script of `file` rule what is left of an answer to a request for it."""
        if self._file is not file:
            return
        if self._phase is _Phase.HELD:
            self._step(self._decide)
        elif self._phase in _IN_BODY:
            self._script = file.script
            self._set_course(cutting=True)
            self._step(self._pump)

    def gate_changed(self) -> None:
        """End the connection in order unless a request is going on, or has just arrived."""
        if self._phase is _Phase.IDLE:
            self._step(self._receive)
        if self._phase is _Phase.IDLE and not self._inbox:
            self._step(self._end)

    def close(self) -> None:
        """End the connection at once, whatever is going on."""
        if self._phase in _IN_ANSWER:
            self._log(EntryKind.FAULT, fault=FaultKind.TRANSIENT, note="site closed")
        if self._phase not in (_Phase.LINGERING, _Phase.DEAD):
            self._log(EntryKind.CLOSED, by=Party.ORIGIN)
        self._destroy(resetting=True)

    def _step(self, action: Callable[[], None]) -> None:
        """Do one thing, then every complete request that is waiting, then see what to wait for."""
        try:
            action()
            while self._phase is _Phase.IDLE and self._inbox and self._take_request():
                pass
        except OSError:
            self._client_left()
        self._await()

    def _await(self) -> None:
        if self._phase is _Phase.DEAD:
            return
        events = READ if len(self._inbox) <= _INBOX_LIMIT_BYTES else 0
        if self._phase is _Phase.SENDING:
            events |= WRITE
        if events != self._awaited:
            self._awaited = events
            if events:
                self._host.loop.watch(self._socket, events, self.on_event)
            else:
                self._host.loop.unwatch(self._socket)

    # Requests.

    def _receive(self) -> None:
        try:
            data = self._socket.recv(_RECEIVE_BYTES)
        except BlockingIOError:
            return
        if not data:
            self._client_left()
        elif self._phase is not _Phase.LINGERING:
            self._inbox += data

    def _take_request(self) -> bool:
        """Begin the answer to the next request; False when it is not complete yet."""
        while self._inbox.startswith(b"\r\n"):  # RFC 9112, 2.2: empty lines before a request are passed over
            del self._inbox[:2]
        end = self._inbox.find(BLOCK_END)
        if end > HEADER_LIMIT_BYTES or (end < 0 and len(self._inbox) > HEADER_LIMIT_BYTES):
            self._refuse(431, "request line and headers are too long")
        elif b"\n\n" in self._inbox[: max(end, 0) or None]:
            self._refuse(400, "lines end with LF alone")
        elif end < 0:
            return False
        else:
            block = bytes(self._inbox[:end])
            del self._inbox[: end + len(BLOCK_END)]
            try:
                self._accept_request(parse_request(block))
            except BadRequestError as error:
                self._refuse(error.status, str(error))
        return True

    def _refuse(self, status: int, reason: str) -> None:
        self._inbox.clear()
        self._request, self._file, self._path, self._known = None, None, None, False
        self._log(EntryKind.REQUEST, note=reason)
        self._begin(plain_answer(status, None, closes=True, note=reason))

    def _accept_request(self, request: Request) -> None:
        file = self._host.find(request.path)
        self._request, self._file, self._known = request, file, file is not None
        self._path = request.path if file is None else file.path
        self._host.journal.append(
            self._host.number,
            EntryKind.REQUEST,
            self._path,
            self._number,
            known=self._known,
            method=request.method,
            range_header=request.headers.get("range"),
            if_range=request.headers.get("if-range"),
        )
        self._decide()

    # Answers.

    def _decide(self) -> None:
        """Choose the answer to the request that is read, and begin it; or hold, or cut the connection."""
        request, file = self._request, self._file
        assert request is not None
        keep = self._host.keep_alive and self._host.admits and request.keeps_alive and not request.has_body
        if file is None:
            self._begin(plain_answer(404, request, closes=not keep, note="no such file"))
            return
        if request.method not in ("GET", "HEAD"):
            self._begin(plain_answer(405, request, closes=not keep, extra="Allow: GET, HEAD\r\n"))
            return
        self._script = script = file.script
        match script.kind:
            case ScriptKind.HOLD_HEADERS:
                self._hold_headers()
            case ScriptKind.RESET if script.after_bytes is None:
                self._reset()
            case ScriptKind.STATUS:
                assert script.status is not None
                self._begin(plain_answer(script.status, request, closes=not keep, note="scripted"))
            case ScriptKind.NO_CONTENT:
                self._begin(plain_answer(204, request, closes=not keep, note="no content", fault=FaultKind.UNUSABLE))
            case ScriptKind.REDIRECT:
                url, loops = self._host.redirection(file.path)
                self._begin(redirect_answer(url, request, loops=loops, closes=not keep))
            case kind:
                answer = file_answer(request, file.current, script, keep_alive=keep)
                bodiless = answer.is_content and not answer.wire
                if bodiless and kind is ScriptKind.HOLD_BODY:
                    self._hold_headers()
                elif bodiless and kind is ScriptKind.RESET:
                    self._reset()
                elif bodiless and kind is ScriptKind.TRUNCATE:
                    self._truncate()
                else:
                    self._begin(answer)

    def _begin(self, answer: Answer) -> None:
        self._answer = answer
        if answer.fault is not None:
            self._log(EntryKind.FAULT, fault=answer.fault, status=answer.status, note=answer.note)
        self._host.journal.append(
            self._host.number,
            EntryKind.ANSWER,
            self._path,
            self._number,
            known=self._known,
            method=self._request.method if self._request else None,
            status=answer.status,
            version=answer.version,
            first_byte=answer.first_byte,
            last_byte=answer.last_byte,
            ignores_range=answer.ignores_range,
            note=answer.note,
        )
        self._head = memoryview(answer.head)
        self._sent = 0
        self._phase = _Phase.SENDING
        self._final_told = False
        if answer.final_at == BEFORE_HEADERS:
            self._tell_final()
        self._set_course(cutting=False)
        self._pump()

    def _set_course(self, *, cutting: bool) -> None:
        self._stop_timer()
        assert self._answer is not None
        self._course = plot(self._script, self._answer, self._sent, cutting=cutting)

    def _pump(self) -> None:
        """Send as far as the course goes or the socket takes."""
        answer, limit = self._answer, self._course.limit
        assert answer is not None
        while self._head or self._sent < limit:
            upto = min(limit, self._sent + SEND_BYTES)
            if answer.final_at is not None and self._sent <= answer.final_at < upto and not self._final_told:
                self._tell_final()
            piece = answer.wire[self._sent : upto]
            try:
                if self._head:
                    taken = self._socket.sendmsg([self._head, piece])
                    of_head = min(taken, len(self._head))
                    self._head = self._head[of_head:]
                    taken -= of_head
                else:
                    taken = self._socket.send(piece)
            except BlockingIOError:
                self._phase = _Phase.SENDING
                return
            self._sent += taken
        match self._course.then:
            case Then.FINISH:
                self._finish()
            case Then.HOLD:
                self._phase = _Phase.RESTING
                self._log(EntryKind.HOLDING, sent_bytes=self._sent)
            case Then.PAUSE:
                self._phase = _Phase.RESTING
                self._timer = self._host.loop.later(self._script.pause_seconds, self._pause_over)
            case Then.RESET:
                self._polls = _DRAIN_POLLS
                self._drain()
            case Then.TRUNCATE:
                self._truncate()

    def _pause_over(self) -> None:
        self._set_course(cutting=False)
        self._step(self._pump)

    def _finish(self) -> None:
        answer = self._answer
        assert answer is not None
        self._answer = self._request = self._file = None
        if answer.closes or not self._host.admits:
            self._end()
        else:
            self._phase = _Phase.IDLE

    def _hold_headers(self) -> None:
        self._phase = _Phase.HELD
        self._log(EntryKind.HOLDING)

    # Ends.

    def _drain(self) -> None:
        """Reset when all is acknowledged, or a second is over: a reset throws away what is not."""
        self._phase = _Phase.DRAINING
        if self._polls and _unacknowledged_bytes(self._socket):
            self._polls -= 1
            self._timer = self._host.loop.later(_DRAIN_POLL_SECONDS, lambda: self._step(self._drain))
        else:
            self._reset()

    def _reset(self) -> None:
        self._log(EntryKind.FAULT, fault=FaultKind.TRANSIENT, note="reset")
        self._log(EntryKind.CLOSED, by=Party.ORIGIN)
        self._destroy(resetting=True)

    def _truncate(self) -> None:
        self._log(EntryKind.FAULT, fault=FaultKind.TRANSIENT, note="truncated")
        self._end()

    def _end(self) -> None:
        """End our side in order, then wait a moment: closing over unread input would reset."""
        self._stop_timer()
        self._answer = self._request = self._file = None
        self._inbox.clear()
        self._log(EntryKind.CLOSED, by=Party.ORIGIN)
        self._phase = _Phase.LINGERING
        self._timer = self._host.loop.later(_LINGER_SECONDS, self._destroy)
        self._socket.shutdown(socket.SHUT_WR)

    def _client_left(self) -> None:
        if self._phase in _IN_ANSWER:
            held = self._phase is _Phase.HELD
            self._log(EntryKind.ABORTED, sent_bytes=None if held else self._sent)
        if self._phase is not _Phase.DEAD:
            self._log(EntryKind.CLOSED, by=Party.CLIENT)
        self._destroy()

    def _destroy(self, *, resetting: bool = False) -> None:
        if self._phase is _Phase.DEAD:
            return
        self._phase = _Phase.DEAD
        self._stop_timer()
        self._answer = self._request = self._file = None
        self._host.loop.unwatch(self._socket)
        if resetting:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self._socket.close()
        self._host.dropped(self)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # The journal.

    def _log(  # as `Journal.append`, for this connection
        self,
        kind: EntryKind,
        *,
        sent_bytes: int | None = None,
        fault: FaultKind | None = None,
        status: int | None = None,
        by: Party | None = None,
        note: str = "",
    ) -> None:
        self._host.journal.append(
            self._host.number,
            kind,
            self._path,
            self._number,
            known=self._known,
            sent_bytes=sent_bytes,
            fault=fault,
            status=status,
            by=by,
            note=note,
        )

    def _tell_final(self) -> None:
        answer = self._answer
        assert answer is not None
        self._final_told = True
        self._host.journal.append(
            self._host.number,
            EntryKind.FINAL_BYTE,
            self._path,
            self._number,
            version=answer.version,
            first_byte=answer.first_byte,
            last_byte=answer.last_byte,
        )


def _unacknowledged_bytes(sock: socket.socket) -> int:
    """Return how many bytes the peer's kernel has not taken yet."""
    (count,) = struct.unpack("i", fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, b"\0\0\0\0"))
    return int(count)
