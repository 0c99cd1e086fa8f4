"""Whose turn it is, and what is due.

Laws. BITS: every foreground job has its turn at once; of all others one job runs, the highest priority
first, a higher one preempts a lower one, equals share slices of 300 s round robin. Delivery Optimization:
two jobs run, first in, first out, whatever their priority. Everything is decided from the jobs and the time
alone, so that the same queue at the same time is always decided in the same way; among equals the job that came
into the queue first.

No question looks at all jobs: what is asked for stands first in a :class:`Ranking`, which costs the logarithm of the
number of jobs. It does not know threads, sockets or files; it says the next thing to do, and the service does it.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Final

from copyjob.reference.events import DownloadTimeUsed, Event, Expired, Faulted, NoProgress, RetryDue, SliceEnded, Turn
from copyjob.reference.record import SLICE_SECONDS
from copyjob.reference.wire import WireFault
from copyjob.spec.vocabulary import Dialect, JobPriority, JobState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from copyjob.reference.record import Record

DO_SLOTS: Final = 2
IDLE_BITS_SECONDS: Final = 90 * 86_400
AGE_DO_SECONDS: Final = 30 * 86_400
_EXPIRED: Final = Expired()

Decision = tuple["Record", Event]


class Ranking:
    """
    Numbers in the order of their keys, and of themselves where keys are equal.

    A heap whose outdated entries stay until they come first, or until they are as many as the others.
    """

    __slots__ = ("_heap", "keys")

    def __init__(self) -> None:
        self._heap: list[tuple[float, int]] = []
        self.keys: dict[int, float] = {}
        """The keys by number, to be read alone: most rankings are empty, which a look at it tells without a call."""

    def put(self, number: int, key: float) -> None:
        """Let a number be here with this key."""
        if self.keys.get(number) == key:
            return
        self.keys[number] = key
        heapq.heappush(self._heap, (key, number))
        if len(self._heap) > 2 * len(self.keys) + 64:
            self._heap = [(key, number) for number, key in self.keys.items()]
            heapq.heapify(self._heap)

    def drop(self, number: int) -> None:
        """Let a number be here no longer."""
        self.keys.pop(number, None)

    def first(self) -> tuple[float, int] | None:
        """Return the first key with its number, or None where there is none."""
        while self._heap:
            entry = self._heap[0]
            if self.keys.get(entry[1]) == entry[0]:
                return entry
            heapq.heappop(self._heap)
        return None


class Scheduler:
    """
    The queue of one service as far as turns and deadlines go. Calls are serialized by the service's lock.

    It sees what it was told to :meth:`touch`; what only lets a deadline come later, as bytes do, need not be told.
    """

    def __init__(self, dialect: Dialect, stall_timeout_seconds: float) -> None:
        self._dialect = dialect
        self._stall_timeout_seconds = stall_timeout_seconds
        self._records: dict[int, Record] = {}
        self._joined = 0
        self._touched: list[Record] = []
        self._deadlines = Ranking()
        """No key is later than what falls due; the first one is brought up to date when it is asked for."""
        levels = len(JobPriority) if dialect is Dialect.BITS else 1
        self._waiting = [Ranking() for _ in range(levels)]
        """QUEUED jobs by ticket, for each priority; in Delivery Optimization all priorities are one."""
        self._running = [Ranking() for _ in range(levels)]
        """Jobs that have their turn by its beginning, likewise."""
        self._stands: dict[int, Ranking] = {}
        """In which of those a job is; in no other."""
        self._looked: tuple[float, Record, Event | None] | None = None
        """What `decide` found to fall due first; it holds for the `earliest` that follows, as nothing came between."""

    def touch(self, record: Record) -> None:
        """Look at this record again: it is new, or something of it has changed."""
        if not self._touched or self._touched[-1] is not record:
            self._touched.append(record)

    def decide(self, now_seconds: float) -> Decision | None:
        """Return the next thing to do at this time: what fell due first, else a turn; None if there is nothing."""
        if self._touched:
            self._refresh()
        due = self._looked = self._soonest()
        if due is not None and due[0] <= now_seconds:
            _, record, event = due
            return record, event or _stalled(record, now_seconds)
        return self._next_turn(now_seconds)

    def earliest(self) -> float | None:
        """Return when the next thing falls due, or None when nothing ever will."""
        due, self._looked = self._looked, None
        if self._touched or due is None:
            self._refresh()
            due = self._soonest()
        times = [] if due is None else [due[0]]
        # A running background job has to make room for an equal that waits.
        for level in range(1, len(self._running)):
            if self._running[level].keys and self._waiting[level].keys:
                holder = self._running[level].first()
                assert holder is not None, "what has a key has a first"
                times.append(holder[0] + SLICE_SECONDS)
        return min(times, default=None)

    def _refresh(self) -> None:
        for record in self._touched:
            if not record.order:
                self._joined += 1
                record.order = self._joined
            self._place(record)
            number = record.order
            due = _deadline(record, self._stall_timeout_seconds)
            if due is None:
                self._deadlines.drop(number)
                self._records.pop(number, None)
                continue
            self._records[number] = record
            known = self._deadlines.keys.get(number)
            if known is None or due[0] < known:
                self._deadlines.put(number, due[0])
        self._touched.clear()

    def _place(self, record: Record) -> None:
        """Let a job be in the ranking in which it belongs, if in any, and in no other."""
        number, job = record.order, record.job
        level = job.priority if self._dialect is Dialect.BITS else 0
        if job.state is JobState.QUEUED:
            place, key = self._waiting[level], float(record.ticket)
        elif job.running:
            place, key = self._running[level], record.turn_began_seconds
        else:
            place, key = None, 0.0
        before = self._stands.get(number)
        if before is not None and before is not place:
            before.drop(number)
            del self._stands[number]
        if place is not None:
            place.put(number, key)
            self._stands[number] = place

    def _soonest(self) -> tuple[float, Record, Event | None] | None:
        while (found := self._deadlines.first()) is not None:
            known, number = found
            record = self._records[number]
            due = _deadline(record, self._stall_timeout_seconds)
            assert due is not None, "a job that has ended was touched"
            if due[0] <= known:
                return due[0], record, due[1]
            self._deadlines.put(number, due[0])
        return None

    def _next_turn(self, now_seconds: float) -> Decision | None:
        """Return the next turn to give or to take, or None when everybody is where he belongs."""
        # In the background two hold the turn after a foreground job was put there: the lower one ends its slice.
        background = self._running[1:]
        holder = self._first(reversed(background))
        if holder is not None and sum(len(ranking.keys) for ranking in background) > 1:
            return holder, SliceEnded()
        first = self._first(self._waiting)
        if first is None:
            return None
        if self._dialect is Dialect.DO:
            return (first, Turn()) if len(self._running[0].keys) < DO_SLOTS else None
        if first.job.priority is JobPriority.FOREGROUND:
            return first, Turn()
        if holder is None:
            return first, Turn()
        if first.job.priority < holder.job.priority:
            return holder, SliceEnded()
        if _slice_is_over(holder, first, now_seconds):
            return holder, SliceEnded()
        return None

    def _first(self, rankings: Iterable[Ranking]) -> Record | None:
        for ranking in rankings:
            found = ranking.first() if ranking.keys else None
            if found is not None:
                return self._records[found[1]]
        return None


def _slice_is_over(holder: Record, first: Record, now_seconds: float) -> bool:
    return first.job.priority == holder.job.priority and now_seconds >= holder.turn_began_seconds + SLICE_SECONDS


def _deadline(record: Record, stall_timeout_seconds: float) -> tuple[float, Event | None] | None:
    """
    Return what falls due for this job next, and when; None for a job that has ended.

    The event is None for a stall: the fault is the transfer's to name.
    """
    job = record.job
    if job.final:
        return None
    if job.dialect is Dialect.BITS:
        best: tuple[float, Event | None] = (record.modified_at_seconds + IDLE_BITS_SECONDS, _EXPIRED)
    else:
        best = (record.created_at_seconds + AGE_DO_SECONDS, _EXPIRED)
    if not job.running and job.state is not JobState.TRANSIENT_ERROR:
        return best  # as nearly all jobs of a long queue
    gives_up, retry = job.no_progress_due_seconds, job.retry_due_seconds
    if gives_up is not None and gives_up < best[0]:
        best = (gives_up, NoProgress())
    if retry is not None and retry <= best[0]:
        best = (retry, RetryDue())
    used_up = record.download_time_due_seconds
    if used_up is not None and used_up < best[0]:
        best = (used_up, DownloadTimeUsed())
    if record.transfer is not None and job.running:
        stalls = record.transfer.active_seconds + stall_timeout_seconds
        if stalls < best[0]:
            best = (stalls, None)
    return best


def _stalled(record: Record, now_seconds: float) -> Event:
    """Return the fault of a transfer from which nothing has been heard for too long."""
    assert record.transfer is not None, "a job without a transfer does not stall"
    return Faulted(record.transfer.wire_fault(WireFault.TIMEOUT), now_seconds)
