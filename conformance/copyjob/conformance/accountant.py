"""The accountant: what the server can have sent of each file, and whether a job's numbers and errors agree with it.

Laws:

1. What was sent is an upper bound, read from the journal after the job answered: a byte that the server had not begun
   to send by then cannot have been transferred, a status that it never sent is nobody's error code.
2. A size is known from an answer of the server alone. Every version of a file has had its size.
3. What the server does costs a job what it had when the job comes to take it in, which may be later: once, by the
   server's last answer only as long as nothing has come by it.
4. In which order a job turns to its files shows where it asks for them. Once connections may have failed unseen, it may
   have turned to one without a word.

What this module does not know: the table, and what a job makes of an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from copyjob.conformance.adapter import Progress
from copyjob.conformance.observation import hresult_text
from copyjob.conformance.origin.journal import Entry, EntryKind
from copyjob.conformance.weather import address_of
from copyjob.conformance.world import World
from copyjob.spec.vocabulary import HTTP_ERROR_BASE, SIZE_UNKNOWN, Dialect, ErrorContext, JobState

HTTP_STATUSES = range(100, 600)
FORBIDDEN = 403
_BREAKS = frozenset((EntryKind.ANSWER, EntryKind.FAULT, EntryKind.ABORTED, EntryKind.CLOSED, EntryKind.VERSION))
"""What may make a job begin a file anew, and so throw away what it had of it."""

Verdict = Callable[..., None]


@dataclass
class _Sending:
    """One answer with content: whose, from which byte, and before which byte it is sure to have stopped."""

    path: str | None
    first: int
    whole: int
    limit: int


class Accountant:
    """The books of one run; what does not agree is judged by the inspector's verdict."""

    def __init__(self, world: World, judge: Verdict) -> None:
        """Begin with nothing sent."""
        self._world, self._judge = world, judge
        self._most: dict[str | None, int] = {}
        self._answered: set[str | None] = set()
        self._asked: dict[str | None, int] = {}
        """Which file was asked for as the how manyth."""
        self._open: dict[int | None, _Sending] = {}
        self._statuses: set[int] = set()
        self._faults: set[int | None] = set()
        self._bytes = 0
        self._answered_anew = self._broken = False
        """Whether an answer, or whatever ended one, may not have had its say in what the job tells."""
        self._told: tuple[JobState, int] | None = None
        """State and bytes of last time, while nothing could have taken any byte away."""

    # What the server did

    def read(self, entries: Iterable[Entry]) -> None:
        """Take in what the server did."""
        for entry in entries:
            path = address_of(entry.path)
            if entry.kind in _BREAKS:
                self._told = None
                # Who asks again has done with what was before.
                self._answered_anew = entry.kind is EntryKind.ANSWER
                self._broken = not self._answered_anew
            if entry.kind is EntryKind.REQUEST:
                self._asked.setdefault(path, len(self._asked))
            elif entry.kind is EntryKind.ANSWER:
                self._answered.add(path)
                if entry.status is not None:
                    self._statuses.add(entry.status)
                if entry.first_byte is not None and entry.last_byte is not None:
                    end = entry.last_byte + 1
                    self._open[entry.connection] = _Sending(path, entry.first_byte, end, end)
            elif entry.kind is EntryKind.SCRIPT:
                for sending in self._open.values():
                    if sending.path == path:
                        sending.limit = sending.whole
            elif entry.kind is EntryKind.FAULT:
                self._faults.add(entry.status)
                self._stopped(entry)
            elif entry.kind in (EntryKind.HOLDING, EntryKind.ABORTED):
                self._stopped(entry)
            elif entry.kind is EntryKind.CLOSED and (closed := self._open.pop(entry.connection, None)):
                self._most[closed.path] = max(self._most.get(closed.path, 0), closed.limit)

    def _stopped(self, entry: Entry) -> None:
        sending = self._open.get(entry.connection)
        if sending is not None and entry.sent_bytes is not None:
            sending.limit = min(sending.first + entry.sent_bytes, sending.whole)

    def cut_off(self) -> None:
        """Note that connections may fail without the server's doing, or time has passed for them to."""
        self._faults.add(None)
        self.interrupted()

    def interrupted(self) -> None:
        """Note a call, or a restart: what the job had may be gone."""
        self._told = None

    def sent_bytes(self, path: str) -> int:
        """Return how far into a file the server can have sent."""
        now = max((sending.limit for sending in self._open.values() if sending.path == path), default=0)
        return max(now, self._most.get(path, 0))

    @property
    def held(self) -> bool:
        """Whether the server has sent a part of a file, and holds back the rest."""
        return any(sending.first < sending.limit < sending.whole for sending in self._open.values())

    def order(self, dialect: Dialect) -> None:
        """Judge in which order a job has asked for its files."""
        files = [self._world.files[number].path for number in self._world.added]
        if dialect is not Dialect.BITS or None in self._faults or not self._asked.keys() & files[1:]:
            return
        turns = [self._asked.get(path, len(self._asked)) for path in files]
        late = next((n for n, turn in enumerate(turns) if turn > min(turns[n:])), None)
        first = "" if late is None else files[min(range(late, len(files)), key=turns.__getitem__)]
        self._judge(
            "file/order",
            good=late is None,
            seen=f"{first} was asked for before {files[late or 0]}, which was added before it",
            permitted="one file after another, as they were added",
        )

    # What the job tells

    def progress(self, told: Progress, state: JobState, dialect: Dialect) -> None:
        """Judge the bytes that a job in ``state`` tells of, the journal having been read after it answered."""
        files = [self._world.files[number] for number in self._world.added]
        sums = {0}
        for file in files:
            sums = {known + len(version) for known in sums for version in file.versions}
        unknown = told.bytes_total == SIZE_UNKNOWN
        asked = all(file.path in self._answered for file in files)
        done = told.files_done == told.files_total == len(files) > 0
        # A new job of BITS has 0 bytes and 0 files; Delivery Optimization says nothing of one.
        may_be_unknown = not done and (bool(files) or dialect is Dialect.DO)
        self._judge(
            "progress/total",
            good=may_be_unknown if unknown else told.bytes_total in sums and asked,
            seen=f"get_progress told {'an unknown number' if unknown else told.bytes_total} of bytes in all, "
            f"{told.files_done} of {told.files_total} file(s) being transferred",
            permitted=f"{' or '.join(map(str, sorted(sums)))}" if asked else "an unknown number, nobody having asked",
        )
        bound = sum(self.sent_bytes(file.path) for file in files)
        self._judge(
            "progress/sent",
            good=told.bytes_transferred <= bound,
            seen=f"get_progress told {told.bytes_transferred} bytes transferred",
            permitted=f"at most the {bound} that the server has begun to send",
        )
        if self._told is not None and self._told[0] is state:
            before = self._told[1]
            self._judge(
                "progress/kept",
                good=told.bytes_transferred >= before or self._answered_anew or self._broken,
                seen=f"{before} bytes transferred became {told.bytes_transferred}",
                permitted="no fewer, as nothing was called and no file began anew",
            )
        self._tell(told.bytes_transferred)
        self._told = state, told.bytes_transferred

    def _tell(self, bytes_transferred: int) -> None:
        """Note how many bytes the job tells of: what it loses it has lost by what the server did last, once; what it
        gains it has by the server's last answer.
        """
        if bytes_transferred < self._bytes:
            self._broken = False
        if bytes_transferred != self._bytes:
            self._answered_anew = False
        self._bytes = bytes_transferred

    def error(self, context: int, code: int, dialect: Dialect) -> None:
        """Judge what an error is told to be against what the server did."""
        status = code - HTTP_ERROR_BASE
        if status in HTTP_STATUSES:
            self._judge(
                "error/code",
                good=status in self._statuses,
                seen=f"get_error told {hresult_text(code)}, which says that the server answered {status}",
                permitted=f"only what it did answer: {', '.join(map(str, sorted(self._statuses))) or 'nothing'}",
            )
        if dialect is Dialect.DO:
            remote = context == ErrorContext.REMOTE_FILE
            surely = self._faults == {FORBIDDEN}
            self._judge(
                "error/context",
                good=FORBIDDEN in self._statuses if remote else not surely,
                seen=f"get_error told context {context} after {sorted(self._statuses)}",
                permitted="REMOTE_FILE for a 403, else NONE",
            )
