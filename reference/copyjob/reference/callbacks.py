"""Telling owners what became of their jobs: who is called, in which order, and again where he failed.

The laws, of one job (`Notifier` serves all jobs of a service, on one thread of its own, or on that of who waits for
its calls):

1. Who is called and for what is the owner's choice: a callback and notify flags. Neither wakes a job.
2. FileTransferred calls come one after another, and before JobTransferred and JobError (`callback/file-order`).
   Pending JobModification calls are one call, and may be overtaken (`callback/order`).
3. JobError is for ERROR, never for a transient error; BITS calls no JobModification on entering ERROR or
   TRANSFERRED (`callback/error`, `callback/no-modify`), but one for the file that made a job TRANSFERRED.
4. In BITS who registers after the event is called all the same (`callback/late`). Bytes alone are no
   modification to call for.
5. A call that raises is made again, after 5 s, then after twice as long each time, up to ten minutes: in BITS
   all but JobModification, in Delivery Optimization JobError alone (`callback/error`). It is given up when
   there is nothing left to tell: the job has left the state, or has ended.
6. The callback is not recorded, the flags are: after a restart the owner registers anew (`callback/error`).

A callback may call the job. While it runs no other callback of the service does, but everything else goes on.
It does not know why a job changes.
"""

from __future__ import annotations

import heapq
import threading
from collections import deque
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from copyjob.reference.events import FileArrived
from copyjob.spec.vocabulary import Dialect, JobState, NotifyFlag

if TYPE_CHECKING:
    from copyjob.reference.clock import Clock
    from copyjob.reference.errors import TransferFault
    from copyjob.reference.events import Event
    from copyjob.reference.job import Job
    from copyjob.reference.record import Record
    from copyjob.reference.service import JobHandle
    from copyjob.reference.views import FileInfo

BACK_OFF_FIRST_SECONDS: Final = 5.0
BACK_OFF_MAX_SECONDS: Final = 600.0
_CALLED_AGAIN: Final = {
    Dialect.BITS: NotifyFlag.JOB_TRANSFERRED | NotifyFlag.JOB_ERROR | NotifyFlag.FILE_TRANSFERRED,
    Dialect.DO: NotifyFlag.JOB_ERROR,
}
_ANNOUNCED: Final = {
    JobState.TRANSFERRED: NotifyFlag.JOB_TRANSFERRED,
    JobState.ERROR: NotifyFlag.JOB_ERROR,
}


class Callback:
    """
    ``IBackgroundCopyCallback2``: what an owner overrides, as far as it concerns him.

    To return is to have understood; to raise is a failing HRESULT.
    """

    def job_transferred(self, job: JobHandle) -> None:
        """``JobTransferred``: every file of the job is transferred (`callback/transferred`)."""

    def job_error(self, job: JobHandle, error: TransferFault) -> None:
        """``JobError``: the job is in ERROR, for this reason (`callback/error`)."""

    def job_modification(self, job: JobHandle) -> None:
        """``JobModification``: the job has changed, perhaps more than once (`callback/modification`)."""

    def file_transferred(self, job: JobHandle, file: FileInfo) -> None:
        """``FileTransferred``: this file of the job is transferred; BITS only (`callback/file`)."""


class Subscription(Struct, frozen=True):
    """Whom to call, and with which handle of his job."""

    job: JobHandle
    callback: Callback


class _Call(Struct, frozen=True):
    """One call to make; ``number`` is that of the file."""

    flag: NotifyFlag
    number: int = 0
    error: TransferFault | None = None


class _Mailbox(Struct, eq=False):
    """What one job's owner is still to be told."""

    record: Record
    subscription: Subscription
    calls: deque[_Call] = field(default_factory=deque["_Call"])
    modified: bool = False
    due_seconds: float = 0.0
    """When the first of the calls may be made; later than now after it has failed."""
    back_off_seconds: float = BACK_OFF_FIRST_SECONDS
    failed: bool = False
    """Whether the first of the calls has been made already, in vain."""
    live: bool = True
    """Whether the owner still wants to be told."""

    def worth_telling(self, call: _Call) -> bool:
        """Return whether the first of the calls still concerns anybody; made in vain, it must still be true."""
        job = self.record.job
        if job.final or not _wanted(job, call.flag):
            return False
        return not self.failed or call.flag is NotifyFlag.FILE_TRANSFERRED or _ANNOUNCED.get(job.state) is call.flag


class Notifier:
    """Makes the callbacks of one service; any thread may use it, and none waits for a callback."""

    def __init__(self, dialect: Dialect, clock: Clock) -> None:
        self._dialect = dialect
        self._clock = clock
        self._changed = threading.Condition()
        self._boxes: dict[str, _Mailbox] = {}
        self._ready: deque[_Mailbox] = deque()
        self._later: list[tuple[float, int, _Mailbox]] = []
        self._pushed = 0
        self._busy = False
        self._stopped = False
        self._thread: threading.Thread | None = None
        self._threadless = False

    # ---- what the engine tells, under its lock ----

    def register(self, record: Record, subscription: Subscription | None) -> None:
        """Call this one from now on, or nobody; what was still to be told to the last one is dropped."""
        with self._changed:
            last = self._boxes.pop(record.id, None)
            if last is not None:
                last.live = False
            if subscription is None or self._stopped:
                return
            box = self._boxes[record.id] = _Mailbox(record, subscription)
            if self._dialect is Dialect.BITS:
                job = record.job
                for number, file in enumerate(job.files):
                    if file.transferred:
                        self._put(box, job, _Call(NotifyFlag.FILE_TRANSFERRED, number))
                self._announce(box, job)
            if self._thread is None and not self._threadless:
                self._thread = threading.Thread(target=self._run, name="copyjob-callbacks", daemon=True)
                self._thread.start()

    def registered(self, record: Record) -> Callback | None:
        """Return who is called for this job, None for nobody."""
        with self._changed:
            box = self._boxes.get(record.id)
            return None if box is None else box.subscription.callback

    def observe(self, record: Record, old: Job, event: Event | None) -> None:
        """Take note that the job of ``record`` was ``old``; ``event`` made of it what it is."""
        if record.id not in self._boxes:
            return
        job, bits = record.job, self._dialect is Dialect.BITS
        with self._changed:
            box = self._boxes.get(record.id)
            if box is None:
                return
            if isinstance(event, FileArrived) and bits:
                self._put(box, job, _Call(NotifyFlag.FILE_TRANSFERRED, event.number))
            entered = job.state is not old.state and job.state in _ANNOUNCED
            if entered:
                self._announce(box, job)
            if isinstance(event, FileArrived) or not (entered and bits):
                self._put(box, job, _Call(NotifyFlag.JOB_MODIFICATION))
            if job.final:
                # Nothing but this last change is left to tell.
                del self._boxes[record.id]

    def _announce(self, box: _Mailbox, job: Job) -> None:
        flag = _ANNOUNCED.get(job.state)
        if flag is not None:
            self._put(box, job, _Call(flag, error=job.error))

    def _put(self, box: _Mailbox, job: Job, call: _Call) -> None:
        if not _wanted(job, call.flag):
            return
        if call.flag is NotifyFlag.JOB_MODIFICATION:
            if box.modified:
                return
            box.modified = True
        else:
            box.calls.append(call)
        self._ready.append(box)
        self._changed.notify_all()

    # ---- who calls ----

    def do_without_thread(self) -> None:
        """Have no thread: who waits makes the calls. Before anybody has registered."""
        assert self._thread is None, "there is a thread already"
        self._threadless = True

    def _call_all(self) -> None:
        while True:
            with self._changed:
                # Who is called and waits in turn waits for himself.
                found = None if self._busy else self._take()
                if found is None:
                    return
                self._busy = True
            self._call(*found)

    def _run(self) -> None:
        while True:
            with self._changed:
                found = self._take()
                while found is None:
                    if self._stopped:
                        return
                    self._changed.notify_all()  # for who waits until all is told
                    self._changed.wait(self._wait_seconds())
                    found = self._take()
                self._busy = True
            self._call(*found)

    def _call(self, box: _Mailbox, call: _Call) -> None:
        failed = False
        try:
            _make(box.subscription, call)
        except Exception:  # noqa: BLE001 whatever a callback raises says that it failed
            failed = True
        with self._changed:
            self._busy = False
            self._conclude(box, call, failed=failed)

    def _wait_seconds(self) -> float | None:
        if self._clock.manual or not self._later:
            return None
        return max(self._later[0][0] - self._clock.now(), 0.0)

    def _take(self) -> tuple[_Mailbox, _Call] | None:
        """Return the next call that is due; where there is none, None."""
        if self._stopped:
            return None
        now = self._clock.now()
        while self._later and self._later[0][0] <= now:
            self._ready.append(heapq.heappop(self._later)[2])
        while self._ready:
            box = self._ready.popleft()
            while box.live and box.calls and box.due_seconds <= now:
                call = box.calls[0]
                if box.worth_telling(call):
                    return box, call
                self._drop_first(box)
            if box.live and box.modified:
                box.modified = False
                return box, _Call(NotifyFlag.JOB_MODIFICATION)
        return None

    def _conclude(self, box: _Mailbox, call: _Call, *, failed: bool) -> None:
        if call.flag is NotifyFlag.JOB_MODIFICATION:
            self._ready.append(box)
            return
        if failed and call.flag in _CALLED_AGAIN[self._dialect]:
            box.failed = True
            box.due_seconds = self._clock.now() + box.back_off_seconds
            box.back_off_seconds = min(2 * box.back_off_seconds, BACK_OFF_MAX_SECONDS)
            self._pushed += 1
            heapq.heappush(self._later, (box.due_seconds, self._pushed, box))
        else:
            self._drop_first(box)
        self._ready.append(box)

    def _drop_first(self, box: _Mailbox) -> None:
        box.calls.popleft()
        box.failed = False
        box.back_off_seconds = BACK_OFF_FIRST_SECONDS

    # ---- the service ----

    def wake(self) -> None:
        """Look at the clock again: somebody has moved it."""
        with self._changed:
            self._changed.notify_all()

    def wait(self, timeout_seconds: float | None) -> bool:
        """Wait, in real time, until every call that is due has been made; return whether it has."""

        def told() -> bool:
            due = bool(self._later) and self._later[0][0] <= self._clock.now()
            return self._stopped or not (self._busy or self._ready or due)

        if self._threadless:
            self._call_all()
        with self._changed:
            self._changed.notify_all()  # a manual clock may have moved meanwhile
            return self._changed.wait_for(told, timeout_seconds)

    def stop(self) -> None:
        """Make no call any more; returns when the last one has returned, if not called from within it."""
        with self._changed:
            self._stopped = True
            self._boxes.clear()
            self._changed.notify_all()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()


def _wanted(job: Job, flag: NotifyFlag) -> bool:
    return bool(job.notify_flags & flag) and not job.notify_flags & NotifyFlag.DISABLE


def _make(subscription: Subscription, call: _Call) -> None:
    job, callback = subscription.job, subscription.callback
    match call.flag:
        case NotifyFlag.JOB_TRANSFERRED:
            callback.job_transferred(job)
        case NotifyFlag.JOB_ERROR:
            assert call.error is not None, "a job in ERROR has a reason"
            callback.job_error(job, call.error)
        case NotifyFlag.FILE_TRANSFERRED:
            callback.file_transferred(job, job.files()[call.number])
        case _:
            callback.job_modification(job)
