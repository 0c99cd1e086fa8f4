"""Faults in bytes on their way: which are asked for, and which are taken."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from copyjob.reference import events as ev
from copyjob.reference.curl_wire import CurlWire
from copyjob.reference.errors import TransferFault
from copyjob.reference.transfer import Outcome, Transfer
from copyjob.reference.wire import Answer, Request, Sink, WireFault
from copyjob.spec.vocabulary import Hresult, JobState

from .parts import BITS, DO, FaultyEngine, fault

if TYPE_CHECKING:
    from copyjob.reference.record import Record


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


class Unconditional(CurlWire):
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


class _HereOnly(CurlWire):
    """Asks at the address that it was given, and nowhere else."""

    def start(self, request: Request, sink: Sink) -> None:
        super().start(replace(request, redirects_max=0), sink)


@fault(BITS, "http/redirect", aims="redirect", wire=_HereOnly)
class FollowsNoRedirect(FaultyEngine):
    """A redirect to a file that is there ends in ERROR (`http/redirect`)."""


@fault(DO, "http/redirect", aims="redirect", wire=_HereOnly)
class FollowsNoRedirectEither(FaultyEngine):
    """The same in Delivery Optimization (decision/21)."""


@fault(BITS, "file/content", wire=Unconditional)
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
