"""Faults in states, timers and errors, and in what a restart keeps."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from msgspec.structs import replace

from copyjob.reference import events as ev
from copyjob.spec.vocabulary import ErrorContext, Hresult, JobState, http_error

from .parts import BITS, DO, Faulty, FaultyEngine, fault, rows

if TYPE_CHECKING:
    from copyjob.reference.record import Record


@fault(BITS, *rows("get_error", "QUEUED CONNECTING"))
class ResumeForgetsErrors(FaultyEngine):
    """Resume takes the error information away at once, not when data transfers again (`error/available`)."""

    def _apply(self, record: Record, event: ev.Event) -> Hresult:
        answer = super()._apply(record, event)
        if isinstance(event, ev.Resume):
            self._become(record, replace(record.job, error=None))
        return answer


@fault(BITS, "retry/TRANSIENT_ERROR/1", late=True)
class NeverRetries(FaultyEngine):
    """The retry delay passes and nothing is tried (`timer/retry`)."""

    def _apply(self, record: Record, event: ev.Event) -> Hresult:
        answer = super()._apply(record, event)
        if isinstance(event, ev.Faulted):
            self._become(record, replace(record.job, failed_at_seconds=None))
        return answer


@fault(BITS, "state/rests", "retry/TRANSIENT_ERROR/1")
class RetriesTooEarly(FaultyEngine):
    """A transient error is tried again after half a second, whatever delay the owner chose (`timer/retry`)."""

    def _apply(self, record: Record, event: ev.Event) -> Hresult:
        answer = super()._apply(record, event)
        job = record.job
        if isinstance(event, ev.Faulted) and job.failed_at_seconds is not None:
            early_seconds = 0.5 - job.retry_delay_seconds
            self._become(record, replace(job, failed_at_seconds=job.failed_at_seconds + early_seconds))
        return answer


@fault(DO, "state/rests")
class WakesUp(Faulty):
    """A suspended job goes on by itself after a while (`state/suspended`)."""

    def advance(self, seconds: float) -> None:
        super().advance(seconds)
        for handle in self._handles.values():
            if handle.state is JobState.SUSPENDED and handle.job.files:
                handle.resume()


@fault(BITS, *rows("expiry", "SUSPENDED ERROR TRANSFERRED"), late=True)
class NeverExpires(FaultyEngine):
    """An idle job is kept for ever: that it is too old counts as activity (`state/expiry`)."""

    def happen(self, record: Record, event: ev.Event) -> None:
        if isinstance(event, ev.Expired):
            record.modified_at_seconds = self.clock.now()
        else:
            super().happen(record, event)


@fault(DO, "fatal_fault/TRANSFERRING/1")
class NotFoundIsRetried(FaultyEngine):
    """A 404 is taken for an error that passes (decision/11)."""

    def _apply(self, record: Record, event: ev.Event) -> Hresult:
        if isinstance(event, ev.Faulted) and event.fault.code == http_error(404):
            event = replace(event, fault=replace(event.fault, transient=True))
        return super()._apply(record, event)


@fault(BITS, "transient_fault/TRANSFERRING/1", level="SHOULD")
class UnavailableIsFinal(FaultyEngine):
    """A 503 ends all trying: only a recommendation is broken (decision/11)."""

    def _apply(self, record: Record, event: ev.Event) -> Hresult:
        if isinstance(event, ev.Faulted) and event.fault.code == http_error(503):
            event = replace(event, fault=replace(event.fault, transient=False))
        return super()._apply(record, event)


@fault(DO, "error/context", aims="get_error/TRANSIENT_ERROR/1")
class ForeignErrorContext(FaultyEngine):
    """Delivery Optimization names an error context that it does not have (`error/context`)."""

    def _apply(self, record: Record, event: ev.Event) -> Hresult:
        if isinstance(event, ev.Faulted):
            event = replace(event, fault=replace(event.fault, context=ErrorContext.GENERAL_TRANSPORT))
        return super()._apply(record, event)


@fault(DO, *rows("restart", "SUSPENDED QUEUED TRANSFERRING ERROR TRANSIENT_ERROR TRANSFERRED"))
class RestartForgetsAFile(Faulty):
    """The last file of a job was never on the disk: a restart loses it (`restart`)."""

    def restart(self) -> None:
        self._service.kill()
        self._handles.clear()
        with closing(sqlite3.connect(self._store_path)) as store, store:
            last = "SELECT job, max(number) FROM files GROUP BY job"
            store.execute(f"DELETE FROM files WHERE (job, number) IN ({last})")
        self._service = self._start()


@fault(DO, "resume/SUSPENDED/2")
class ShowsConnecting(Faulty):
    """The first look after Resume shows CONNECTING, which is no state of Delivery Optimization (`state/connecting`)."""

    _resumed: str = ""

    def resume(self, job: str) -> int:
        self._resumed, answer = job, super().resume(job)
        return answer

    def get_state(self, job: str) -> int:
        resumed, self._resumed = self._resumed, ""
        return JobState.CONNECTING if resumed == job else super().get_state(job)
