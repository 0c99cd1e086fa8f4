"""No fault at all: wherever the contract permits several answers, one that the reference does not give."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from copyjob.reference import events as ev
from copyjob.reference.errors import CopyJobError, spelled
from copyjob.spec.vocabulary import Hresult, JobState, http_error

from .parts import DO, Faulty, FaultyEngine
from .wire import Unconditional

if TYPE_CHECKING:
    from copyjob.reference.record import Record


class _OtherEngine(FaultyEngine):
    def _operate(self, record: Record, event: ev.Event) -> Hresult:
        job = record.job
        if isinstance(event, ev.Resume) and job.files and job.next_file is None:
            if job.state in {JobState.TRANSFERRED, JobState.SUSPENDED}:
                code = spelled(self.dialect, Hresult.BG_E_EMPTY, Hresult.DO_E_JOB_EMPTY)
                raise CopyJobError(code, "resume", "nothing is left to transfer", state=job.state)
        elif isinstance(event, ev.Suspend) and job.state in {JobState.ERROR, JobState.TRANSFERRED}:
            self._become(record, replace(job, state=JobState.SUSPENDED))
        elif isinstance(event, ev.SetPriority) and job.final and self.dialect is DO:
            return Hresult.S_OK
        return super()._operate(record, event)

    def _complete(self, record: Record) -> Hresult:
        before = record.job
        answer = super()._complete(record)
        if self.dialect is DO:
            return Hresult.S_OK if before.files and before.next_file is None else Hresult.BG_S_PARTIAL_COMPLETE
        return answer if any(file.transferred for file in before.files) else Hresult.S_OK

    def _apply(self, record: Record, event: ev.Event) -> Hresult:
        if isinstance(event, ev.Faulted) and event.fault.code == http_error(429):
            event = replace(event, fault=replace(event.fault, transient=False))
        answer = super()._apply(record, event)
        if isinstance(event, ev.Suspend | ev.Restarted) or record.job.final:
            self._become(record, replace(record.job, error=None))
        return answer


class OtherChoices(Faulty):
    """Every permitted answer that the reference does not give (decisions 2, 3, 4, 6, 11, 16 and 18)."""

    wire_kind = Unconditional
    engine_kind = _OtherEngine
