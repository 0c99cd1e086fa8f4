"""Miniatures: the pocket backend, wrong on purpose, in one way each: whom it calls back, for what, and how often.

Laws: those of the other miniatures. A plan for each is found among those about callbacks.
"""

from __future__ import annotations

from copyjob.conformance.pocket import PocketBackend
from copyjob.conformance.pocket_callbacks import NAMES
from copyjob.conformance.pocket_schedule import PocketJob
from copyjob.spec.vocabulary import Hresult, JobState, NotifyFlag

# Missing


class NeverTellsOfTheEnd(PocketBackend):
    """JobTransferred is never called."""

    violates = frozenset({"callback/made"})

    def call_back(self, job: PocketJob, flag: NotifyFlag) -> None:
        if flag is not NotifyFlag.JOB_TRANSFERRED:
            super().call_back(job, flag)


class TellsNothingLate(PocketBackend):
    """Who registers after the event is not told of it."""

    violates = frozenset({"callback/made"})

    def register(self, job: PocketJob) -> None:
        job.registered = True


class HidesAProperty(PocketBackend):
    """JobModification is not called for a new priority."""

    dialect = "DO"
    violates = frozenset({"callback/made"})

    hidden = False

    def set_priority(self, job: str, priority: int) -> int:
        self.hidden = True
        try:
            return super().set_priority(job, priority)
        finally:
            self.hidden = False

    def modified(self, job: PocketJob) -> None:
        if not self.hidden:
            super().modified(job)


class ForgetsTheFlags(PocketBackend):
    """The flags of a job are lost over a restart."""

    violates = frozenset({"callback/made"})

    def recover(self, job: PocketJob) -> None:
        super().recover(job)
        job.notify_flags = NotifyFlag.JOB_TRANSFERRED | NotifyFlag.JOB_ERROR


# Doubled, or for nothing


class TellsTwiceOfAnError(PocketBackend):
    """JobError is called twice."""

    dialect = "DO"
    violates = frozenset({"callback/once"})

    def call_back(self, job: PocketJob, flag: NotifyFlag) -> None:
        super().call_back(job, flag)
        if flag is NotifyFlag.JOB_ERROR:
            super().call_back(job, flag)


class TakesABreakForAnError(PocketBackend):
    """JobError is called for a transient error."""

    violates = frozenset({"callback/once"})

    def entered(self, job: PocketJob) -> None:
        super().entered(job)
        if job.state is JobState.TRANSIENT_ERROR:
            self.call_back(job, NotifyFlag.JOB_ERROR)


class TellsOfTheEndAsAChange(PocketBackend):
    """JobModification is called when a job enters ERROR."""

    violates = frozenset({"callback/once"})

    def entered(self, job: PocketJob) -> None:
        super().entered(job)
        if job.state is JobState.ERROR:
            self.modified(job)


class TellsTwiceOfAFile(PocketBackend):
    """FileTransferred is called twice for a file."""

    violates = frozenset({"callback/once"})

    def transferred(self, job: PocketJob) -> None:
        super().transferred(job)
        self.call_back(job, NotifyFlag.FILE_TRANSFERRED)


# Not asked for


class TellsWhoeverRegistered(PocketBackend):
    """JobModification is called whatever the flags are."""

    violates = frozenset({"callback/asked"})

    def asked_for(self, job: PocketJob, flag: NotifyFlag) -> bool:
        return super().asked_for(job, flag) or flag is NotifyFlag.JOB_MODIFICATION


class CannotBeSilenced(PocketBackend):
    """DISABLE silences nothing."""

    violates = frozenset({"callback/asked"})

    def asked_for(self, job: PocketJob, flag: NotifyFlag) -> bool:
        return bool(job.notify_flags & flag)


class HasAMethodTooMany(PocketBackend):
    """FileTransferred is called in Delivery Optimization, which has none."""

    dialect = "DO"
    violates = frozenset({"callback/asked"})

    def asked_for(self, job: PocketJob, flag: NotifyFlag) -> bool:
        return bool(job.notify_flags & flag)


# In another order, and not at all


class TellsOfTheJobFirst(PocketBackend):
    """FileTransferred is called after JobTransferred."""

    violates = frozenset({"callback/order"})

    def call_back(self, job: PocketJob, flag: NotifyFlag) -> None:
        super().call_back(job, flag)
        if flag is NotifyFlag.JOB_TRANSFERRED and job.called:
            job.called.sort(key=NAMES[NotifyFlag.FILE_TRANSFERRED].__eq__)


class LetsNobodyRegister(PocketBackend):
    """SetNotifyInterface is refused in ERROR."""

    violates = frozenset({"callback/registered"})

    def set_notify_interface(self, job: str) -> int:
        refused = self.jobs[job].state is JobState.ERROR
        return Hresult.BG_E_INVALID_STATE if refused else super().set_notify_interface(job)
