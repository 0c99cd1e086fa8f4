"""Faults for the kit to find: the real reference, each time with one part that is wrong on purpose.

Law: a fault is the service as users run it (store, engine, libcurl, disk) with one part replaced by a wrong one,
where a real service would have that bug: in what a call answers, in a timer, on the disk, on the wire. Everything
else is inherited. ``violates`` names all that the kit may blame, rows of the table or checks; it follows from the
contract, not from what the kit happens to say.

`FAULTS` lists them as backends; those that lie in what getters tell stand in `faults_of_getters`. `OtherChoices` is
their counterpart: wherever the contract permits several answers it gives one that the reference does not give, and must
not be blamed.

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
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, TypeAlias

from msgspec.structs import replace

from copyjob.reference import events as ev
from copyjob.reference.backend import ReferenceBackend
from copyjob.reference.curl_wire import CurlWire
from copyjob.reference.engine import Engine
from copyjob.reference.errors import CopyJobError, TransferFault, spelled
from copyjob.reference.files import File
from copyjob.reference.manager import Manager
from copyjob.reference.policies import UNLIMITED, Client, Limits, User
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
"""What faults promise for quiescence that are found by waiting for what never comes."""
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
        self._scheduler.touch(record)
        self._changed.notify_all()


class AwaitingBytes(FaultyEngine):
    """Takes in what the server has sent before Suspend and Complete: there is a fragment to go wrong with."""

    def call(self, record: Record, event: ev.Event) -> Hresult:
        with self.lock:
            waits = 50 if isinstance(event, ev.Suspend | ev.Complete) else 0
            while waits and record.job.running and not record.parts[0].offset_bytes:
                self._changed.wait(0.01)
                waits -= 1
        return super().call(record, event)


class _Service(Service):
    """The service, made of the parts that are given."""

    def __init__(self, backend: Faulty, path: str, dialect: Dialect, clock: Clock) -> None:
        wire = self._own_wire = backend.wire_kind()
        stall_seconds = backend.stall_timeout_seconds
        engine = backend.engine_kind(
            Store(path, dialect), dialect, clock, wire, stall_timeout_seconds=stall_seconds, trace=None
        )
        Manager.__init__(self, engine, dialect, Client.of(User.current(), dialect, UNLIMITED))
        engine.start()


class Faulty(ReferenceBackend):
    """The reference with a wrong part."""

    dialect: ClassVar[Dialect] = BITS
    """Where the fault is looked for."""
    violates: ClassVar[tuple[str, ...]] = ()
    """Rows and checks that may be blamed."""
    aims: ClassVar[tuple[str, ...]] = ()
    """Rows whose plans, or steps with which plans, meet the fault soon; only time depends on them."""
    level: ClassVar[str] = "MUST"
    engine_kind: ClassVar[type[Engine]] = FaultyEngine
    wire_kind: ClassVar[type[CurlWire]] = CurlWire

    def _start(self) -> Service:
        return _Service(self, self._store_path, self._dialect, self._clock)


Part: TypeAlias = Faulty | FaultyEngine | Transfer
FAULTS: Final[list[type[Faulty]]] = []


def _backend(part: type[Part], wire: type[CurlWire]) -> type[Faulty]:
    """Make a backend of a part and a wire."""

    class Wrong(part if issubclass(part, Faulty) else Faulty):  # type: ignore[misc]  # a Faulty, either way
        wire_kind = wire

    Wrong.__name__, Wrong.__qualname__, Wrong.__doc__ = part.__name__, part.__name__, part.__doc__
    if issubclass(part, FaultyEngine):
        Wrong.engine_kind = part
    elif issubclass(part, Transfer):
        Wrong.engine_kind = type("Engine", (AwaitingBytes,), {"transfer_kind": part})
    return Wrong


def fault(
    dialect: Dialect,
    *violates: str,
    aims: str = "",
    level: str = "MUST",
    late: bool = False,
    wire: type[CurlWire] = CurlWire,
) -> Callable[[type[Part]], type[Faulty]]:
    """Make a backend of a wrong part, and list it."""

    def listed(part: type[Part]) -> type[Faulty]:
        wrong = _backend(part, wire)
        wrong.dialect, wrong.violates, wrong.level = dialect, violates, level
        wrong.aims = tuple(aims.split()) or violates
        wrong.quiescence_seconds = LATE_SECONDS if late else Faulty.quiescence_seconds
        FAULTS.append(wrong)
        return wrong

    return listed


def rows(operation: str, states: str, number: int = 1) -> tuple[str, ...]:
    return tuple(f"{operation}/{state}/{number}" for state in states.split())


# ---- what calls answer ----


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


# ---- states, timers, errors ----


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


# ---- numbers and files ----


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


# ---- bytes on their way ----


@fault(DO, "suspend/stops")
class SuspendedGoesOn(FaultyEngine):
    """Suspend lets the transfer run on, slowly, until the file is there (`suspend/action`)."""

    def _perform(self, record: Record, effect: ev.Effect, answer: Hresult) -> Hresult:
        if isinstance(effect, ev.StopTransfer) and record.job.state is JobState.SUSPENDED:
            return answer
        return super()._perform(record, effect, answer)

    def listens(self, transfer: Transfer) -> bool:
        owners = (record for record in self._live.values() if record.transfer is transfer)
        if any(record.job.state is JobState.SUSPENDED for record in owners):
            self._changed.wait(0.2)
        return super().listens(transfer)

    def happen(self, record: Record, event: ev.Event) -> None:
        if record.job.state is JobState.SUSPENDED and not isinstance(event, ev.Expired):
            self._stop_transfer(record)  # nobody listens to what the transfer has come to
        else:
            super().happen(record, event)

    def _begin_transfer(self, record: Record, number: int) -> None:
        self._stop_transfer(record)
        super()._begin_transfer(record, number)


class _Unconditional(CurlWire):
    """Asks for the rest of a file without saying of which version."""

    def start(self, request: Request, sink: Sink) -> None:
        kept = tuple(line for line in request.headers if not line.startswith("If-Range"))
        super().start(Request(request.url, kept), sink)


class _OneTooFar(CurlWire):
    """Asks for the rest of a file from one byte too far on."""

    def start(self, request: Request, sink: Sink) -> None:
        for line in request.headers[:1]:
            first = int(line.removeprefix("Range: bytes=").removesuffix("-"))
            request = Request(request.url, (f"Range: bytes={first + 1}-", *request.headers[1:]))
        super().start(request, sink)


@fault(BITS, "file/content", wire=_Unconditional)
class JoinsVersions(Transfer):
    """The rest of a new version is put behind the beginning of an old one (`file/consistency`, decision/11)."""

    def _continues(self, answer: Answer) -> bool:
        return True


@fault(DO, "file/content", "range_refused/TRANSFERRING/1")
class BelievesAnyRange(Transfer):
    """A 206 is taken for the part that was asked for, whatever its Content-Range says (decision/20)."""

    def _continues(self, answer: Answer) -> bool:
        return True


@fault(BITS, "file/content", "progress/total", aims="suspend/TRANSFERRING/1", wire=_OneTooFar)
class SkipsAByte(Transfer):
    """A resumed download leaves out a byte, and takes what comes for all the rest (`complete/transferred`)."""

    def _continues(self, answer: Answer) -> bool:
        self.part.size_bytes = self.part.offset_bytes + int(answer.headers["content-length"])
        return True


@fault(BITS, "transient_fault/TRANSFERRING/1")
class EndIsTheEnd(Transfer):
    """A file has arrived when the connection ends, be it before the announced length (decision/11)."""

    def conclude(self, fault: WireFault | None, detail: str) -> Outcome | TransferFault:
        outcome = super().conclude(fault, detail)
        cut = isinstance(outcome, TransferFault) and outcome.transient and self.part.offset_bytes > 0
        return Outcome.ARRIVED if cut else outcome


# ---- no fault at all ----


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

    wire_kind = _Unconditional
    engine_kind = _OtherEngine
