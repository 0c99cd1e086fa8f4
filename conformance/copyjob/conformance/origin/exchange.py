"""What goes on over one connection: a request is decided upon, its answer sent, held, slowed or cut as the script says.

Laws: the journal first, then the carrier. Whatever comes in (a request, a script that changes, a gate, a timer, the
client's leave) leaves the exchange in one phase that says what is waited for. What carries the bytes, a socket or
memory, is not its business: it knows a :class:`Carrier`, the site it belongs to, and requests that are read already.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Final, Protocol

from copyjob.conformance.origin.answers import (
    BEFORE_HEADERS,
    Answer,
    file_answer,
    plain_answer,
    redirect_answer,
)
from copyjob.conformance.origin.course import Course, Then, plot
from copyjob.conformance.origin.journal import EntryKind, Party
from copyjob.conformance.origin.scripts import FaultKind, Script, ScriptKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from copyjob.conformance.origin.host import FileView, Host
    from copyjob.conformance.origin.loop import Timer
    from copyjob.conformance.origin.messages import Request

SEND_BYTES: Final = 512 * 1024
"""At most this much is handed to the carrier at once, so that the last byte is not announced long before its time."""

_DRAIN_POLL_SECONDS: Final = 0.002
_DRAIN_POLLS: Final = 500


class Phase(Enum):
    """What an exchange waits for."""

    IDLE = auto()
    """Between requests, or within one that is not complete."""
    HELD = auto()
    """A request is read, no header sent."""
    SENDING = auto()
    """The carrier is full."""
    RESTING = auto()
    """In the middle of a body: held, or in a pause."""
    DRAINING = auto()
    """All that is to arrive before a reset is sent, but has not arrived yet."""
    OVER = auto()
    """Nothing more is said from here."""


_IN_BODY = frozenset({Phase.SENDING, Phase.RESTING, Phase.DRAINING})
_IN_ANSWER = _IN_BODY | {Phase.HELD}


class Carrier(Protocol):
    """What carries the bytes of an exchange to its client."""

    def send(self, head: memoryview, body: memoryview) -> int | None:
        """Take bytes, of the head first; return how many, None when it is full."""
        ...

    def arriving(self) -> bool:
        """Whether something is under way to the client that a reset would throw away."""
        ...

    def end(self, *, whole: bool) -> None:
        """End this side in order, after what was taken; whether the answer is whole then."""
        ...

    def reset(self) -> None:
        """Break the connection."""
        ...

    def later(self, delay_seconds: float, action: Callable[[], None]) -> Timer:
        """Do something later, as if it had come in over this carrier."""
        ...


class Exchange:
    """The requests and answers of one connection."""

    def __init__(self, host: Host, carrier: Carrier, number: int) -> None:
        """Begin with a connection that was just opened."""
        self.phase = Phase.IDLE
        self._host = host
        self._carrier = carrier
        self._number = number
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
        self._log(EntryKind.OPENED)

    # The ways in.

    def accept(self, request: Request) -> None:
        """Take a request, while IDLE."""
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

    def refuse(self, status: int, reason: str) -> None:
        """Answer what is no request, while IDLE."""
        self._request, self._file, self._path, self._known = None, None, None, False
        self._log(EntryKind.REQUEST, note=reason)
        self._begin(plain_answer(status, None, closes=True, note=reason))

    def concerns(self, file: FileView) -> bool:
        """Whether an answer to a request for `file` is going on."""
        return self._file is file and self.phase in _IN_ANSWER

    def follow_script(self) -> None:
        """Let the new script of the file rule what is left of the answer."""
        if self.phase is Phase.HELD:
            self._decide()
        elif self.phase in _IN_BODY and self._file is not None:
            self._script = self._file.script
            self._set_course(cutting=True)
            self.pump()

    def client_left(self) -> None:
        """Note that the client has gone."""
        if self.phase in _IN_ANSWER:
            held = self.phase is Phase.HELD
            self._log(EntryKind.ABORTED, sent_bytes=None if held else self._sent)
        self._log(EntryKind.CLOSED, by=Party.CLIENT)
        self._over()

    def site_closed(self) -> None:
        """End at once, whatever is going on; the carrier is broken by who says this."""
        if self.phase in _IN_ANSWER:
            self._log(EntryKind.FAULT, fault=FaultKind.TRANSIENT, note="site closed")
        if self.phase is not Phase.OVER:
            self._log(EntryKind.CLOSED, by=Party.ORIGIN)
        self._over()

    def end(self, *, whole: bool = True) -> None:
        """End this side in order."""
        self._log(EntryKind.CLOSED, by=Party.ORIGIN)
        self._over()
        self._carrier.end(whole=whole)

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
                url, leads_to = self._host.redirection(file.path)
                self._begin(redirect_answer(url, leads_to, request, closes=not keep))
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
            leads_to=answer.leads_to,
            note=answer.note,
        )
        self._head = memoryview(answer.head)
        self._sent = 0
        self.phase = Phase.SENDING
        self._final_told = False
        if answer.final_at == BEFORE_HEADERS:
            self._tell_final()
        self._set_course(cutting=False)
        self.pump()

    def _set_course(self, *, cutting: bool) -> None:
        self._stop_timer()
        assert self._answer is not None
        self._course = plot(self._script, self._answer, self._sent, cutting=cutting)

    def pump(self) -> None:
        """Send as far as the course goes or the carrier takes."""
        answer, limit = self._answer, self._course.limit
        assert answer is not None
        while self._head or self._sent < limit:
            upto = min(limit, self._sent + SEND_BYTES)
            if answer.final_at is not None and self._sent <= answer.final_at < upto and not self._final_told:
                self._tell_final()
            taken = self._carrier.send(self._head, answer.wire[self._sent : upto])
            if taken is None:
                self.phase = Phase.SENDING
                return
            of_head = min(taken, len(self._head))
            self._head = self._head[of_head:]
            self._sent += taken - of_head
        match self._course.then:
            case Then.FINISH:
                self._finish()
            case Then.HOLD:
                self.phase = Phase.RESTING
                self._log(EntryKind.HOLDING, sent_bytes=self._sent)
            case Then.PAUSE:
                self.phase = Phase.RESTING
                self._timer = self._carrier.later(self._script.pause_seconds, self._go_on)
            case Then.RESET:
                self._polls = _DRAIN_POLLS
                self._drain()
            case Then.TRUNCATE:
                self._truncate()

    def _go_on(self) -> None:
        self._set_course(cutting=False)
        self.pump()

    def _finish(self) -> None:
        answer = self._answer
        assert answer is not None
        self._answer = self._request = self._file = None
        if answer.closes or not self._host.admits:
            self.end()
        else:
            self.phase = Phase.IDLE

    def _hold_headers(self) -> None:
        self.phase = Phase.HELD
        self._log(EntryKind.HOLDING)

    # Ends.

    def _drain(self) -> None:
        """Reset when all has arrived, or a second is over: a reset throws away what has not."""
        self.phase = Phase.DRAINING
        if self._polls and self._carrier.arriving():
            self._polls -= 1
            self._timer = self._carrier.later(_DRAIN_POLL_SECONDS, self._drain)
        else:
            self._reset()

    def _reset(self) -> None:
        self._log(
            EntryKind.FAULT, fault=FaultKind.TRANSIENT, note="reset", sent_bytes=self._sent if self._answer else None
        )
        self._log(EntryKind.CLOSED, by=Party.ORIGIN)
        self._over()
        self._carrier.reset()

    def _truncate(self) -> None:
        self._log(
            EntryKind.FAULT,
            fault=FaultKind.TRANSIENT,
            note="truncated",
            sent_bytes=self._sent if self._answer else None,
        )
        self.end(whole=False)

    def _over(self) -> None:
        self.phase = Phase.OVER
        self._stop_timer()
        self._answer = self._request = self._file = None

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
