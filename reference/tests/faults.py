"""Faults for the kit to find: the real reference, each time with one part that is wrong on purpose.

Law: a fault is the service as users run it (store, engine, libcurl, disk) with one part replaced by a wrong one,
where a real service would have that bug: in what a call answers, in a timer, on the disk, on the wire. Everything
else is inherited. ``violates`` names all that the kit may blame, rows of the table or checks; it follows from the
contract, not from what the kit happens to say.

`FAULTS` lists them. `OtherChoices` is their counterpart: wherever the contract permits several answers it gives one
that the reference does not give, and must not be blamed.

What this module does not know: the table, plans, and how a fault is found. ``copyjob check faults:NotFoundIsRetried``,
called in this folder, shows what a user sees of one.
"""

# A decorated class is a backend, to a type checker too; its methods are those of the part that it was made of.
# pyright: reportPrivateUsage=false

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, TypeAlias

from copyjob.reference import events as ev
from copyjob.reference.backend import ReferenceBackend
from copyjob.reference.curl_wire import CurlWire
from copyjob.reference.engine import Engine
from copyjob.reference.errors import CopyJobError, TransferFault, spelled
from copyjob.reference.job import File
from copyjob.reference.service import Service
from copyjob.reference.store import Store
from copyjob.reference.transfer import Outcome, Transfer
from copyjob.reference.wire import Answer, Request, Sink, WireFault
from copyjob.spec.vocabulary import SIZE_UNKNOWN, Dialect, ErrorContext, Hresult, JobState, http_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from copyjob.reference.clock import Clock
    from copyjob.reference.job import Job
    from copyjob.reference.record import Record
    from copyjob.reference.service import JobHandle

LATE_SECONDS: Final = 0.5
"""The quiescence that faults promise which never do what is due: they are found by waiting, four times as long too."""
BITS, DO = Dialect.BITS, Dialect.DO


# ---- how a part is replaced ----


class FaultyEngine(Engine):
    """The engine, with transfers of another kind."""

    transfer_kind: ClassVar[type[Transfer]] = Transfer

    def _begin_transfer(self, record: Record, number: int) -> None:
        super()._begin_transfer(record, number)
        if record.transfer is not None:
            record.transfer.__class__ = self.transfer_kind

    def _become(self, record: Record, job: Job) -> None:
        """Put another job in the place of a job, on the disk too."""
        self._save(record, job, "become")
        record.job = job
        self._changed.notify_all()


class _Service(Service):
    """The service, made of the parts that are given."""

    def __init__(self, backend: Faulty, path: str, dialect: Dialect, clock: Clock) -> None:
        self.dialect = dialect
        wire = self._own_wire = backend.wire_kind()
        stall_seconds = backend.stall_timeout_seconds
        self._engine = backend.engine_kind(
            Store(path, dialect), dialect, clock, wire, stall_timeout_seconds=stall_seconds, trace=None
        )
        self._engine.start()


class Faulty(ReferenceBackend):
    """The reference with a wrong part."""

    dialect: ClassVar[Dialect] = BITS
    """Where the fault is looked for."""
    violates: ClassVar[tuple[str, ...]] = ()
    """Rows and checks that may be blamed."""
    aims: ClassVar[tuple[str, ...]] = ()
    """Rows whose plans meet the fault soon; only time depends on them."""
    level: ClassVar[str] = "MUST"
    engine_kind: ClassVar[type[Engine]] = FaultyEngine
    wire_kind: ClassVar[type[CurlWire]] = CurlWire

    def _start(self) -> Service:
        return _Service(self, self._store_path, self._dialect, self._clock)


Part: TypeAlias = Faulty | FaultyEngine | Transfer | CurlWire
FAULTS: Final[list[type[Faulty]]] = []


def _fault(
    dialect: Dialect, *violates: str, aims: str = "", level: str = "MUST"
) -> Callable[[type[Part]], type[Faulty]]:
    """Make a backend of a wrong part, and list it."""

    def listed(part: type[Part]) -> type[Faulty]:
        class Wrong(part if issubclass(part, Faulty) else Faulty):  # type: ignore[misc]  # either is a Faulty
            pass

        Wrong.__name__, Wrong.__qualname__, Wrong.__doc__ = part.__name__, part.__name__, part.__doc__
        Wrong.dialect, Wrong.violates = dialect, violates
        Wrong.aims, Wrong.level = tuple(aims.split()) or violates, level
        if issubclass(part, FaultyEngine):
            Wrong.engine_kind = part
        elif issubclass(part, CurlWire):
            Wrong.wire_kind = part
        elif issubclass(part, Transfer):
            Wrong.engine_kind = type("Engine", (FaultyEngine,), {"transfer_kind": part})
        FAULTS.append(Wrong)
        return Wrong

    return listed


def _rows(operation: str, states: str, number: int = 1) -> tuple[str, ...]:
    return tuple(f"{operation}/{state}/{number}" for state in states.split())


# ---- what calls answer ----


@_fault(DO, "resume/SUSPENDED/1")
class EmptyResumeSucceeds(FaultyEngine):
    """Resume of a job without files answers S_OK (`resume/empty`)."""

    def _operate(self, record: Record, event: ev.Event) -> Hresult:
        if isinstance(event, ev.Resume) and not record.job.files and not record.job.final:
            return Hresult.S_OK
        return super()._operate(record, event)


@_fault(BITS, *_rows("complete", "SUSPENDED QUEUED CONNECTING TRANSFERRING TRANSIENT_ERROR ERROR", 2))
class PartialCompleteUntold(FaultyEngine):
    """Complete answers S_OK also where files were left behind (`complete/partial`)."""

    def _complete(self, record: Record) -> Hresult:
        super()._complete(record)
        return Hresult.S_OK


@_fault(BITS, "cancel/CANCELLED/1", "cancel/ACKNOWLEDGED/1")
class CancelsTheCancelled(FaultyEngine):
    """Cancel of a job that has ended answers S_OK (`cancel/final`)."""

    def _operate(self, record: Record, event: ev.Event) -> Hresult:
        if isinstance(event, ev.Cancel) and record.job.final:
            return Hresult.S_OK
        return super()._operate(record, event)


@_fault(DO, *_rows("add_file", "ACKNOWLEDGED CANCELLED"))
class AddsToEndedJobs(FaultyEngine):
    """A job that has ended takes files (decision/6)."""

    def _operate(self, record: Record, event: ev.Event) -> Hresult:
        if not isinstance(event, ev.AddFile) or not record.job.final:
            return super()._operate(record, event)
        record.add_part(event.remote_url, event.local_path)
        file = File(event.remote_url, event.local_path)
        self._become(record, replace(record.job, files=(*record.job.files, file)))
        return Hresult.S_OK


@_fault(BITS, "suspend/TRANSIENT_ERROR/1")
class SuspendLeavesTransientErrors(FaultyEngine):
    """Suspend answers S_OK in TRANSIENT_ERROR, and the job stays there (`suspend/action`)."""

    def _operate(self, record: Record, event: ev.Event) -> Hresult:
        if isinstance(event, ev.Suspend) and record.job.state is JobState.TRANSIENT_ERROR:
            return Hresult.S_OK
        return super()._operate(record, event)


@_fault(BITS, "call/refused", aims="cancel/ACKNOWLEDGED/1")
class RefusedCancelDeletes(FaultyEngine):
    """Cancel of a completed job is refused, and has deleted its files nevertheless (decision/13)."""

    def _operate(self, record: Record, event: ev.Event) -> Hresult:
        if isinstance(event, ev.Cancel) and record.job.final:
            for file in record.job.files:
                Path(file.local_path).unlink(missing_ok=True)
        return super()._operate(record, event)


@_fault(DO, "getter/answers", aims="cancel/SUSPENDED/1")
class ForgetsEndedJobs(Faulty):
    """Whoever holds a job that has ended is told that there is none (decision/9)."""

    def handle(self, job: str) -> JobHandle:
        """Return a job of the queue only."""
        return self._service.get_job(job)


@_fault(BITS, *_rows("cancel", "TRANSFERRING CANCELLED"))
class BothCallersSucceed(Faulty):
    """Cancel looks at the state first and locks the job afterwards: of two callers both succeed (`cancel/final`)."""

    _door: ClassVar[threading.Condition] = threading.Condition()
    _inside: ClassVar[list[str]] = []

    def cancel(self, job: str) -> int:
        """Look, then act."""
        if self.handle(job).job.final:
            return super().cancel(job)
        with self._door:
            self._inside.append(job)
            self._door.notify_all()
            self._door.wait_for(lambda: self._inside.count(job) > 1, 0.2)
        with suppress(CopyJobError):
            super().cancel(job)
        return 0


# ---- states, timers, errors ----


@_fault(BITS, *_rows("get_error", "QUEUED CONNECTING"))
class ResumeForgetsErrors(FaultyEngine):
    """Resume takes the error information away at once, not when data transfers again (`error/available`)."""

    def _apply(self, record: Record, event: ev.Event) -> Hresult:
        answer = super()._apply(record, event)
        if isinstance(event, ev.Resume):
            self._become(record, replace(record.job, error=None))
        return answer


@_fault(BITS, "retry/TRANSIENT_ERROR/1")
class NeverRetries(Faulty):
    """The retry delay passes and nothing is tried (`timer/retry`)."""

    quiescence_seconds = LATE_SECONDS

    class engine_kind(FaultyEngine):  # noqa: N801 fills the attribute of that name
        """Forgets when the fault was."""

        def _apply(self, record: Record, event: ev.Event) -> Hresult:
            answer = super()._apply(record, event)
            if isinstance(event, ev.Faulted):
                self._become(record, replace(record.job, failed_at_seconds=None))
            return answer


@_fault(BITS, "retry/TRANSIENT_ERROR/1")
class RetriesTooEarly(FaultyEngine):
    """A transient error is tried again after half a second, whatever delay the owner chose (`timer/retry`)."""

    def _apply(self, record: Record, event: ev.Event) -> Hresult:
        answer = super()._apply(record, event)
        job = record.job
        if isinstance(event, ev.Faulted) and job.failed_at_seconds is not None:
            early_seconds = 0.5 - job.retry_delay_seconds
            self._become(record, replace(job, failed_at_seconds=job.failed_at_seconds + early_seconds))
        return answer


@_fault(BITS, *_rows("expiry", "SUSPENDED ERROR TRANSFERRED"))
class NeverExpires(Faulty):
    """An idle job is kept for ever: that it is too old counts as activity (`state/expiry`)."""

    quiescence_seconds = LATE_SECONDS

    class engine_kind(FaultyEngine):  # noqa: N801 fills the attribute of that name
        """Begins to count anew when the time is over."""

        def happen(self, record: Record, event: ev.Event) -> None:
            """Let everything happen but the end."""
            if isinstance(event, ev.Expired):
                record.modified_at_seconds = self.clock.now()
            else:
                super().happen(record, event)


@_fault(DO, "fatal_fault/TRANSFERRING/1")
class NotFoundIsRetried(FaultyEngine):
    """A 404 is taken for an error that passes (decision/11)."""

    def _apply(self, record: Record, event: ev.Event) -> Hresult:
        if isinstance(event, ev.Faulted) and event.fault.code == http_error(404):
            event = replace(event, fault=replace(event.fault, transient=True))
        return super()._apply(record, event)


@_fault(BITS, "transient_fault/TRANSFERRING/1", level="SHOULD")
class UnavailableIsFinal(FaultyEngine):
    """A 503 ends all trying: only a recommendation is broken (decision/11)."""

    def _apply(self, record: Record, event: ev.Event) -> Hresult:
        if isinstance(event, ev.Faulted) and event.fault.code == http_error(503):
            event = replace(event, fault=replace(event.fault, transient=False))
        return super()._apply(record, event)


@_fault(DO, "error/context", aims="get_error/TRANSIENT_ERROR/1")
class ForeignErrorContext(FaultyEngine):
    """Delivery Optimization names an error context that it does not have (`error/context`)."""

    def _apply(self, record: Record, event: ev.Event) -> Hresult:
        if isinstance(event, ev.Faulted):
            event = replace(event, fault=replace(event.fault, context=ErrorContext.GENERAL_TRANSPORT))
        return super()._apply(record, event)


@_fault(DO, *_rows("restart", "SUSPENDED QUEUED TRANSFERRING ERROR TRANSIENT_ERROR TRANSFERRED"))
class RestartForgetsAFile(Faulty):
    """The last file of a job was never on the disk: a restart loses it (`restart`)."""

    def restart(self) -> None:
        """Lose the last file of every job on the way."""
        self._service.kill()
        self._handles.clear()
        with closing(sqlite3.connect(self._store_path)) as store, store:
            last = "SELECT job, max(number) FROM files GROUP BY job"
            store.execute(f"DELETE FROM files WHERE (job, number) IN ({last})")
        self._service = self._start()


@_fault(DO, "resume/SUSPENDED/2", "turn/QUEUED/1")
class ShowsConnecting(Faulty):
    """Delivery Optimization shows CONNECTING until it knows the size (`state/connecting`)."""

    def get_state(self, job: str) -> int:
        """Return a state that the dialect does not have."""
        state, unknown = super().get_state(job), self.get_progress(job)[0] == SIZE_UNKNOWN
        return JobState.CONNECTING if state == JobState.TRANSFERRING and unknown else state


# ---- numbers and files ----


@_fault(BITS, "file_done/TRANSFERRING/1")
class CountsFilesTwice(Faulty):
    """A transferred file counts twice (`job/progress`)."""

    def get_progress(self, job: str) -> tuple[int, int, int, int]:
        """Return a number of files that nobody has."""
        bytes_total, bytes_transferred, total, done = super().get_progress(job)
        return bytes_total, bytes_transferred, total, 2 * done


@_fault(BITS, "progress/bounds", aims="all_done/TRANSFERRING/1")
class TotalIsWhatIsLeft(Faulty):
    """The total shrinks as bytes arrive (`file/progress`)."""

    def get_progress(self, job: str) -> tuple[int, int, int, int]:
        """Return what is left for the total."""
        total, transferred, *files = super().get_progress(job)
        return total if total == SIZE_UNKNOWN else total - transferred, transferred, files[0], files[1]


@_fault(DO, "file/hidden", "file/destination", aims="all_done/TRANSFERRING/1")
class PublishesOnArrival(FaultyEngine):
    """A file is available as soon as it is transferred, before Complete (`state/transferred`)."""

    def _conclude(self, record: Record, transfer: Transfer, outcome: Outcome | TransferFault) -> None:
        super()._conclude(record, transfer, outcome)
        if outcome is Outcome.ARRIVED:
            shutil.copyfile(transfer.part.temporary, transfer.part.local_path)


@_fault(BITS, "file/leftovers", aims="cancel/TRANSFERRING/1")
class CancelLeavesTemporaries(FaultyEngine):
    """Cancel leaves the temporary files (`cancel/any`)."""

    def _perform(self, record: Record, effect: ev.Effect, answer: Hresult) -> Hresult:
        if isinstance(effect, ev.DeleteTemporaries) and record.job.state is JobState.CANCELLED:
            return answer
        return super()._perform(record, effect, answer)


@_fault(DO, "file/destination")
class CancelDeletesDestinations(FaultyEngine):
    """Cancel deletes what stood at the destination before (`cancel/any`)."""

    def _perform(self, record: Record, effect: ev.Effect, answer: Hresult) -> Hresult:
        if isinstance(effect, ev.DeleteTemporaries) and record.job.state is JobState.CANCELLED:
            for file in record.job.files:
                Path(file.local_path).unlink(missing_ok=True)
        return super()._perform(record, effect, answer)


@_fault(BITS, "file/kept", aims="complete/TRANSFERRED/2")
class CompleteForgetsAFile(FaultyEngine):
    """Complete leaves the last transferred file without its name (`complete/transferred`)."""

    def _complete(self, record: Record) -> Hresult:
        files = list(record.job.files)
        for number in reversed(range(len(files))):
            if files[number].transferred:
                files[number] = replace(files[number], completed=True)
                record.job = replace(record.job, files=tuple(files))
                break
        return super()._complete(record)


@_fault(DO, "file/content", "file/kept", aims="complete/TRANSFERRING/1 complete/SUSPENDED/1")
class CompleteKeepsFragments(FaultyEngine):
    """Complete makes what has come of an unfinished file available too (`complete/partial`)."""

    def _complete(self, record: Record) -> Hresult:
        for part, file in zip(record.parts, record.job.files, strict=True):
            if part.offset_bytes and not file.transferred and not record.job.final:
                os.link(part.temporary, part.local_path)
        return super()._complete(record)


# ---- bytes on their way ----


@_fault(DO, "suspend/stops")
class SuspendedGoesOn(FaultyEngine):
    """Suspend lets the transfer run on, slowly, until the file is there (`suspend/action`)."""

    def _perform(self, record: Record, effect: ev.Effect, answer: Hresult) -> Hresult:
        if isinstance(effect, ev.StopTransfer) and record.job.state is JobState.SUSPENDED:
            return answer
        return super()._perform(record, effect, answer)

    def listens(self, transfer: Transfer) -> bool:
        """Take bytes for a suspended job a little later than for others."""
        suspended = (r for r in self._live.values() if r.transfer is transfer)
        if any(record.job.state is JobState.SUSPENDED for record in suspended):
            self._changed.wait(0.2)
        return super().listens(transfer)

    def happen(self, record: Record, event: ev.Event) -> None:
        """Let a suspended job hear nothing of what its transfer comes to."""
        if record.job.state is not JobState.SUSPENDED or isinstance(event, ev.Expired):
            super().happen(record, event)
        else:
            self._stop_transfer(record)

    def _begin_transfer(self, record: Record, number: int) -> None:
        self._stop_transfer(record)
        super()._begin_transfer(record, number)


class _WithoutCondition(CurlWire):
    """Asks for the rest of a file without saying of which version."""

    def start(self, request: Request, sink: Sink) -> None:
        """Begin an exchange without If-Range."""
        kept = tuple(line for line in request.headers if not line.startswith("If-Range"))
        super().start(Request(request.url, kept), sink)


class _Credulous(Transfer):
    """Takes every 206 for the rest of what is there."""

    def _continues(self, answer: Answer) -> bool:
        return answer.status_code == 206


@_fault(BITS, "file/content")
class JoinsVersions(Faulty):
    """The rest of a new version is put behind the beginning of an old one (`file/consistency`, decision/11)."""

    wire_kind = _WithoutCondition

    class engine_kind(FaultyEngine):  # noqa: N801 fills the attribute of that name
        """Compares no version."""

        transfer_kind = _Credulous


@_fault(DO, "file/content", "range_refused/TRANSFERRING/1")
class BelievesAnyRange(_Credulous):
    """A 206 is taken for the part that was asked for, whatever its Content-Range says (decision/20)."""


@_fault(BITS, "file/content")
class SkipsAByte(Faulty):
    """A resumed download asks for one byte too late, and takes what comes for the rest (`complete/transferred`)."""

    class wire_kind(CurlWire):  # noqa: N801 fills the attribute of that name
        """Counts from one."""

        def start(self, request: Request, sink: Sink) -> None:
            """Begin an exchange one byte too late."""
            first = "".join(line[13:-1] for line in request.headers if line.startswith("Range: bytes="))
            if first:
                request = Request(request.url, (f"Range: bytes={int(first) + 1}-", *request.headers[1:]))
            super().start(request, sink)

    class engine_kind(FaultyEngine):  # noqa: N801 fills the attribute of that name
        """Believes the length of the answer."""

        class transfer_kind(Transfer):  # noqa: N801 likewise
            """Takes the length of the answer for the length of what is missing."""

            def _continues(self, answer: Answer) -> bool:
                self.part.size_bytes = self.part.offset_bytes + int(answer.headers["content-length"])
                return answer.status_code == 206


@_fault(BITS, "transient_fault/TRANSFERRING/1")
class EndIsTheEnd(Transfer):
    """A file has arrived when the connection ends, be it before the announced length (decision/11)."""

    def conclude(self, fault: WireFault | None, detail: str) -> Outcome | TransferFault:
        """Take a broken connection for the end of the file."""
        outcome = super().conclude(fault, detail)
        cut = isinstance(outcome, TransferFault) and outcome.transient and self.part.offset_bytes > 0
        return Outcome.ARRIVED if cut else outcome


# ---- no fault at all ----


class OtherChoices(Faulty):
    """Wherever the contract permits another answer than the reference's, this one (decisions 2, 3, 4, 6, 11, 16, 18)."""

    wire_kind = _WithoutCondition

    class engine_kind(FaultyEngine):  # noqa: N801 fills the attribute of that name
        """Decides otherwise."""

        def _operate(self, record: Record, event: ev.Event) -> Hresult:
            job = record.job
            if isinstance(event, ev.Resume) and job.files and job.next_file is None and not job.final:
                if job.state in {JobState.TRANSFERRED, JobState.SUSPENDED}:
                    code = spelled(self.dialect, Hresult.BG_E_EMPTY, Hresult.DO_E_JOB_EMPTY)
                    raise CopyJobError(code, "resume", "nothing is left to transfer", state=job.state)
            elif isinstance(event, ev.Suspend) and job.state in {JobState.ERROR, JobState.TRANSFERRED}:
                self._become(record, replace(job, state=JobState.SUSPENDED, error=None))
            elif isinstance(event, ev.SetPriority) and job.final and self.dialect is DO:
                return Hresult.S_OK
            return super()._operate(record, event)

        def _complete(self, record: Record) -> Hresult:
            before = record.job
            answer = super()._complete(record)
            if not any(file.transferred for file in before.files):
                return Hresult.S_OK if self.dialect is BITS else Hresult.BG_S_PARTIAL_COMPLETE
            return answer if self.dialect is BITS or before.next_file is None else Hresult.BG_S_PARTIAL_COMPLETE

        def _apply(self, record: Record, event: ev.Event) -> Hresult:
            if isinstance(event, ev.Faulted) and event.fault.code == http_error(429):
                event = replace(event, fault=replace(event.fault, transient=False))
            answer = super()._apply(record, event)
            if isinstance(event, ev.Suspend | ev.Restarted) or record.job.final:
                self._become(record, replace(record.job, error=None))
            return answer
