"""How much background jobs may take of the network, and who of them takes a share of it.

Laws: the limit holds for all background jobs together, in equal shares; foreground jobs are exempt. What is left of a
limit is not handed on: a share is not given to somebody else for a second and taken away again. A limit of zero
blocks background jobs: they are in TRANSIENT_ERROR with BG_E_BLOCKED_BY_POLICY, and no timer leads out of it.
Clause: policy/bandwidth.

It does not know how bytes are held back; that is the wire's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from copyjob.reference.errors import CopyJobError, TransferFault
from copyjob.spec.vocabulary import Dialect, ErrorContext, Hresult, JobPriority

if TYPE_CHECKING:
    from copyjob.reference.job import Job
    from copyjob.reference.record import Record
    from copyjob.reference.wire import Sink

LIMIT_BYTES_PER_SECOND_MAX: Final = 2**63 - 1
"""The largest limit that can be kept, what fits into 63 bits."""
Throttle = tuple["Sink", int]
"""Whom to hold back, and the bytes a second that are his; 0 is without limit."""


def check_bandwidth_limit(limit_bytes_per_second: int | None, dialect: Dialect) -> None:
    """Refuse with E_INVALIDARG what is no limit, and with E_NOTIMPL zero where no page says what it leads to."""
    if limit_bytes_per_second is None:
        return
    if not 0 <= limit_bytes_per_second <= LIMIT_BYTES_PER_SECOND_MAX:
        detail = f"no number of bytes a second from 0 to {LIMIT_BYTES_PER_SECOND_MAX}; None is without limit"
        raise CopyJobError(Hresult.E_INVALIDARG, "set_bandwidth_limit", detail)
    if limit_bytes_per_second == 0 and dialect is Dialect.DO:
        raise CopyJobError(Hresult.E_NOTIMPL, "set_bandwidth_limit", "Delivery Optimization knows no limit of zero")


class Bandwidth:
    """The limit of one service, in bytes a second; None is without. The service's lock guards it."""

    def __init__(self, limit_bytes_per_second: int | None) -> None:
        self.limit_bytes_per_second = limit_bytes_per_second
        self._sharers: dict[str, Sink] = {}

    def blocks(self, job: Job) -> bool:
        """Return whether this job may not transfer at all."""
        return self.limit_bytes_per_second == 0 and job.priority is not JobPriority.FOREGROUND

    def share(self, record: Record) -> int:
        """Return what this job may take, in bytes a second; 0 is without limit."""
        return self._share() if record.id in self._sharers else 0

    def _share(self) -> int:
        limit = self.limit_bytes_per_second
        return 0 if limit is None else max(1, limit // max(1, len(self._sharers)))

    def note(self, record: Record) -> list[Throttle]:
        """Take down whether a job takes a share now; return who may take more or less from now on."""
        before, count = self._sharers.get(record.id), len(self._sharers)
        sink = record.sink if record.job.priority is not JobPriority.FOREGROUND else None
        if sink is None:
            self._sharers.pop(record.id, None)
        else:
            self._sharers[record.id] = sink
        if self.limit_bytes_per_second is None:
            return []
        if count != len(self._sharers):
            released = [] if record.sink is None or sink is not None else [(record.sink, 0)]
            return [*self._all(), *released]
        return [] if before is sink or sink is None else [(sink, self._share())]

    def set_limit(self, limit_bytes_per_second: int | None) -> list[Throttle]:
        """Let there be another limit; return who may take more or less from now on."""
        self.limit_bytes_per_second = limit_bytes_per_second
        return self._all()

    def _all(self) -> list[Throttle]:
        share = self._share()
        return [(sink, share) for sink in self._sharers.values()]


def blocked(dialect: Dialect, number: int) -> TransferFault:
    """Return why a blocked job does not go on; it is no failure of the file ``number`` (`error/count`)."""
    context = ErrorContext.GENERAL_QUEUE_MANAGER if dialect is Dialect.BITS else ErrorContext.NONE
    detail = "the bandwidth limit of background jobs is zero"
    return TransferFault(context, int(Hresult.BG_E_BLOCKED_BY_POLICY), number, detail, transient=True)
