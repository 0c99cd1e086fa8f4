"""Whose turn it is, and what is due.

Laws. BITS: every foreground job has its turn at once; of all others one job runs, the highest priority
first, a higher one preempts a lower one, equals share slices of 300 s round robin. Delivery Optimization:
two jobs run, first in, first out, whatever their priority. Everything is decided from the jobs and the time
alone, so that the same queue at the same time is always decided in the same way.

It does not know threads, sockets or files; it says the next thing to do, and the service does it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from copyjob.reference.events import Event, Expired, Faulted, NoProgress, RetryDue, SliceEnded, Turn
from copyjob.reference.record import SLICE_SECONDS
from copyjob.reference.wire import WireFault
from copyjob.spec.vocabulary import Dialect, JobPriority, JobState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from copyjob.reference.record import Record

DO_SLOTS: Final = 2
IDLE_BITS_SECONDS: Final = 90 * 86_400
AGE_DO_SECONDS: Final = 30 * 86_400

Decision = tuple["Record", Event]


def _place(record: Record) -> tuple[int, int]:
    return (int(record.job.priority), record.ticket)


def next_turn(dialect: Dialect, records: Iterable[Record], now_seconds: float) -> Decision | None:
    """Return the next turn to give or to take, or None when everybody is where he belongs."""
    waiting = [record for record in records if record.job.state is JobState.QUEUED]
    if not waiting:
        return None
    running = [record for record in records if record.job.running]
    if dialect is Dialect.DO:
        first = min(waiting, key=lambda record: record.ticket)
        return (first, Turn()) if len(running) < DO_SLOTS else None
    waiting.sort(key=_place)
    first = waiting[0]
    if first.job.priority is JobPriority.FOREGROUND:
        return first, Turn()
    holders = [record for record in running if record.job.priority is not JobPriority.FOREGROUND]
    if not holders:
        return first, Turn()
    # More than one holds the turn only after a foreground job was put into the background: it ends its slice.
    holder = max(holders, key=lambda record: (record.job.priority, -record.turn_began_seconds))
    if first.job.priority < holder.job.priority:
        return holder, SliceEnded()
    if _slice_is_over(holder, first, now_seconds):
        return holder, SliceEnded()
    return None


def _slice_is_over(holder: Record, first: Record, now_seconds: float) -> bool:
    return first.job.priority == holder.job.priority and now_seconds >= holder.turn_began_seconds + SLICE_SECONDS


def first_due(records: Iterable[Record], now_seconds: float, stall_timeout_seconds: float) -> Decision | None:
    """Return what fell due first of all that is due now, or None."""
    first: tuple[float, Record, Event | None] | None = None
    for record in records:
        found = _deadline(record, stall_timeout_seconds)
        if found is not None and found[0] <= now_seconds and (first is None or found[0] < first[0]):
            first = (found[0], record, found[1])
    if first is None:
        return None
    _, record, event = first
    return record, event or _stalled(record, now_seconds)


def earliest(dialect: Dialect, records: Iterable[Record], stall_timeout_seconds: float) -> float | None:
    """Return when the next thing falls due, or None when nothing ever will."""
    every = list(records)
    found = [_deadline(record, stall_timeout_seconds) for record in every]
    times = [item[0] for item in found if item is not None]
    slice_end = _slice_deadline(dialect, every)
    return min(times if slice_end is None else [*times, slice_end], default=None)


def _slice_deadline(dialect: Dialect, records: Iterable[Record]) -> float | None:
    """Return when a running job has to make room for an equal that waits, or None."""
    if dialect is Dialect.DO:
        return None
    waiting = {record.job.priority for record in records if record.job.state is JobState.QUEUED}
    ends = [
        record.turn_began_seconds + SLICE_SECONDS
        for record in records
        if record.job.running and record.job.priority is not JobPriority.FOREGROUND and record.job.priority in waiting
    ]
    return min(ends, default=None)


def _deadline(record: Record, stall_timeout_seconds: float) -> tuple[float, Event | None] | None:
    """
    Return what falls due for this job next, and when; None for a job that has ended.

    The event is None for a stall: the fault is the transfer's to name.
    """
    job = record.job
    if job.final:
        return None
    if job.dialect is Dialect.BITS:
        best: tuple[float, Event | None] = (record.modified_at_seconds + IDLE_BITS_SECONDS, Expired())
    else:
        best = (record.created_at_seconds + AGE_DO_SECONDS, Expired())
    gives_up, retry = job.no_progress_due_seconds, job.retry_due_seconds
    if gives_up is not None and gives_up < best[0]:
        best = (gives_up, NoProgress())
    if retry is not None and retry <= best[0]:
        best = (retry, RetryDue())
    if record.transfer is not None and job.running:
        stalls = record.transfer.active_seconds + stall_timeout_seconds
        if stalls < best[0]:
            best = (stalls, None)
    return best


def _stalled(record: Record, now_seconds: float) -> Event:
    """Return the fault of a transfer from which nothing has been heard for too long."""
    assert record.transfer is not None, "a job without a transfer does not stall"
    return Faulted(record.transfer.wire_fault(WireFault.TIMEOUT), now_seconds)
