"""Faults in what calls answer, and in what they do then."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from copyjob.reference import events as ev
from copyjob.reference.errors import CopyJobError
from copyjob.reference.files import File
from copyjob.reference.policies import UNLIMITED, Limits
from copyjob.spec.vocabulary import Hresult, JobState

from .parts import BITS, DO, Faulty, FaultyEngine, fault, rows

if TYPE_CHECKING:
    from copyjob.reference.record import Record
    from copyjob.reference.service import JobHandle


@fault(BITS, "job/initial")
class StartsQueued(FaultyEngine):
    """A new job does not wait for its first Resume (`state/initial`)."""

    def insert(self, record: Record, limits: Limits = UNLIMITED) -> None:
        record.job = replace(record.job, state=JobState.QUEUED)
        super().insert(record, limits)


@fault(DO, "resume/SUSPENDED/1")
class EmptyResumeSucceeds(FaultyEngine):
    """Resume of a job without files answers S_OK (`resume/empty`)."""

    def _operate(self, record: Record, event: ev.Event) -> Hresult:
        if isinstance(event, ev.Resume) and not record.job.files and not record.job.final:
            return Hresult.S_OK
        return super()._operate(record, event)


@fault(BITS, *rows("complete", "SUSPENDED QUEUED CONNECTING TRANSFERRING TRANSIENT_ERROR ERROR", 2))
class PartialCompleteUntold(FaultyEngine):
    """Complete answers S_OK also where files were left behind (`complete/partial`)."""

    def _complete(self, record: Record) -> Hresult:
        super()._complete(record)
        return Hresult.S_OK


@fault(BITS, *rows("cancel", "ACKNOWLEDGED CANCELLED"))
class CancelsTheEnded(FaultyEngine):
    """Cancel of a job that has ended answers S_OK (`cancel/final`)."""

    def _operate(self, record: Record, event: ev.Event) -> Hresult:
        if isinstance(event, ev.Cancel) and record.job.final:
            return Hresult.S_OK
        return super()._operate(record, event)


@fault(BITS, "suspend/TRANSIENT_ERROR/1")
class SuspendLeavesTransientErrors(FaultyEngine):
    """Suspend answers S_OK in TRANSIENT_ERROR, and the job stays there (`suspend/action`)."""

    def call(self, record: Record, event: ev.Event) -> Hresult:
        if isinstance(event, ev.Suspend):
            with self.lock:  # an attempt that is about to fail fails first
                self._changed.wait_for(lambda: record.job.state is not JobState.CONNECTING, 0.3)
        return super().call(record, event)

    def _operate(self, record: Record, event: ev.Event) -> Hresult:
        if isinstance(event, ev.Suspend) and record.job.state is JobState.TRANSIENT_ERROR:
            return Hresult.S_OK
        return super()._operate(record, event)


@fault(DO, "call/refused", aims="add_file/ACKNOWLEDGED/1 add_file/CANCELLED/1")
class RefusedFileStays(FaultyEngine):
    """A job that has ended refuses a file, and has it nevertheless (decision/13)."""

    def _operate(self, record: Record, event: ev.Event) -> Hresult:
        if isinstance(event, ev.AddFile) and record.job.final:
            record.add_part(event)
            files = (*record.job.files, File(event.remote_url, event.local_path))
            self._become(record, replace(record.job, files=files))
        return super()._operate(record, event)


@fault(DO, "getter/answers", aims="cancel/SUSPENDED/1")
class ForgetsEndedJobs(Faulty):
    """Whoever holds a job that has ended is told that there is none (decision/9)."""

    def handle(self, job: str) -> JobHandle:
        return self._service.get_job(job)


@fault(BITS, *rows("cancel", "CONNECTING TRANSFERRING CANCELLED"), aims="Race")
class BothCallersSucceed(Faulty):
    """Cancel looks at the state first and locks the job afterwards: of two callers both succeed (`cancel/final`)."""

    _door: ClassVar[threading.Condition] = threading.Condition()
    _inside: ClassVar[list[str]] = []

    def cancel(self, job: str) -> int:
        if self.handle(job).job.final:
            return super().cancel(job)
        with self._door:
            self._inside.append(job)
            self._door.notify_all()
            self._door.wait_for(lambda: self._inside.count(job) > 1, 0.2)
        with suppress(CopyJobError):
            super().cancel(job)
        return 0
