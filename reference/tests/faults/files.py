"""Faults in numbers, and in what stands on the disk."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import asdict, replace

from copyjob.reference import events as ev
from copyjob.reference.errors import TransferFault
from copyjob.reference.job import Job
from copyjob.reference.transfer import Outcome, Transfer
from copyjob.spec.vocabulary import SIZE_UNKNOWN, Hresult, JobState

from .parts import BITS, DO, AwaitingBytes, Faulty, FaultyEngine, fault

if TYPE_CHECKING:
    from copyjob.reference.record import Record


@fault(BITS, "progress/bounds", "file_done/TRANSFERRING/1")
class CountsFilesTwice(Faulty):
    """A transferred file counts twice (`job/progress`)."""

    def get_progress(self, job: str) -> tuple[int, int, int, int]:
        bytes_total, bytes_transferred, total, done = super().get_progress(job)
        return bytes_total, bytes_transferred, total, 2 * done


@fault(BITS, "progress/bounds", "progress/total", aims="all_done/TRANSFERRING/1")
class TotalIsWhatIsLeft(Faulty):
    """The total shrinks as bytes arrive (`file/progress`)."""

    def get_progress(self, job: str) -> tuple[int, int, int, int]:
        total, transferred, files, done = super().get_progress(job)
        return total if total == SIZE_UNKNOWN else total - transferred, transferred, files, done


class _LastFirst(Job, frozen=True):
    @property
    def next_file(self) -> int | None:
        return next((n for n in reversed(range(len(self.files))) if not self.files[n].transferred), None)

    def file_after(self, number: int) -> int | None:
        return self.next_file


@fault(BITS, "file/order", aims="all_done/TRANSFERRING/1")
class LastComesFirst(FaultyEngine):
    """The file that was added last is transferred first (`addfile/ok`)."""

    def _apply(self, record: Record, event: ev.Event) -> Hresult:
        answer = super()._apply(record, event)
        if isinstance(event, ev.AddFile) and type(record.job) is Job:
            self._become(record, _LastFirst(**asdict(record.job)))
        return answer


@fault(DO, "file/hidden", "file/destination", aims="all_done/TRANSFERRING/1")
class PublishesOnArrival(FaultyEngine):
    """A file is available as soon as it is transferred, before Complete (`state/transferred`)."""

    def _conclude(self, record: Record, transfer: Transfer, outcome: Outcome | TransferFault) -> None:
        super()._conclude(record, transfer, outcome)
        if outcome is Outcome.ARRIVED:
            shutil.copyfile(transfer.part.temporary, transfer.part.local_path)


@fault(BITS, "file/leftovers", aims="cancel/TRANSFERRED/1", late=True)
class CancelLeavesTemporaries(FaultyEngine):
    """Cancel leaves the temporary files (`cancel/any`)."""

    def _perform(self, record: Record, effect: ev.Effect, answer: Hresult) -> Hresult:
        if isinstance(effect, ev.DeleteTemporaries) and record.job.state is JobState.CANCELLED:
            return answer
        return super()._perform(record, effect, answer)


@fault(DO, "file/destination")
class CancelDeletesDestinations(FaultyEngine):
    """Cancel deletes what stood at the destination before (`cancel/any`)."""

    def _perform(self, record: Record, effect: ev.Effect, answer: Hresult) -> Hresult:
        if isinstance(effect, ev.DeleteTemporaries) and record.job.state is JobState.CANCELLED:
            for file in record.job.files:
                Path(file.local_path).unlink(missing_ok=True)
        return super()._perform(record, effect, answer)


@fault(BITS, "file/kept", aims="complete/TRANSFERRED/2")
class CompleteForgetsAFile(FaultyEngine):
    """Complete leaves the first transferred file without its name (`complete/transferred`)."""

    def _complete(self, record: Record) -> Hresult:
        first, *others = record.job.files or (None,)
        if first is not None and first.transferred:
            record.job = replace(record.job, files=(replace(first, completed=True), *others))
        return super()._complete(record)


@fault(DO, "file/content", "file/kept", aims="complete/TRANSFERRING/1 complete/SUSPENDED/1")
class CompleteKeepsFragments(AwaitingBytes):
    """Complete makes what has come of an unfinished file available too (`complete/partial`)."""

    def _complete(self, record: Record) -> Hresult:
        for part, file in zip(record.parts, record.job.files, strict=True):
            if part.offset_bytes and not file.transferred and not record.job.final:
                os.link(part.temporary, part.local_path)
        return super()._complete(record)
