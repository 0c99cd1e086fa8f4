"""Faults in whom a job calls back, for what, and how often."""

# What is called is decided in a few methods of the notifier that nobody else has to know.
# pyright: reportPrivateUsage=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from copyjob.reference.callbacks import Notifier, Subscription, _Call, _Mailbox
from copyjob.spec.vocabulary import Dialect, Hresult, JobState, NotifyFlag

from .parts import BITS, DO, LATE_SECONDS, Faulty, FaultyEngine, fault

if TYPE_CHECKING:
    from copyjob.reference.events import Event
    from copyjob.reference.job import Job
    from copyjob.reference.record import Record


class _Calling(FaultyEngine):
    """The engine, with another notifier."""

    notifier_kind: ClassVar[type[Notifier]]

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.notifier.__class__ = self.notifier_kind


def _engine(notifier: type[Notifier]) -> type[_Calling]:
    return type("Engine", (_Calling,), {"notifier_kind": notifier})


class _TransientToo(Notifier):
    def observe(self, record: Record, old: Job, event: Event | None) -> None:
        super().observe(record, old, event)
        job = record.job
        with self._changed:
            box = self._boxes.get(record.id)
            if box is not None and job.state is JobState.TRANSIENT_ERROR is not old.state:
                self._put(box, job, _Call(NotifyFlag.JOB_ERROR, error=job.error))


@fault(BITS, "callback/once", aims="callbacks")
class TransientErrorsAreErrors(Faulty):
    """JobError is called for a transient error (`callback/error`)."""

    engine_kind = _engine(_TransientToo)


class _Twice(Notifier):
    def _put(self, box: _Mailbox, job: Job, call: _Call) -> None:
        super()._put(box, job, call)
        if call.flag is NotifyFlag.JOB_TRANSFERRED:
            super()._put(box, job, call)


@fault(DO, "callback/once", aims="callbacks")
class TheEndIsToldTwice(Faulty):
    """JobTransferred is called twice, though it returned S_OK (`callback/transferred`)."""

    engine_kind = _engine(_Twice)


class _Unasked(Notifier):
    def _put(self, box: _Mailbox, job: Job, call: _Call) -> None:
        if call.flag is NotifyFlag.JOB_MODIFICATION:
            box.modified = True
            self._ready.append(box)
            self._changed.notify_all()
        else:
            super()._put(box, job, call)


@fault(DO, "callback/asked", aims="callbacks")
class ChangesAreToldToAll(Faulty):
    """JobModification is called whatever the flags are (`callback/flags`)."""

    engine_kind = _engine(_Unasked)


class _JobFirst(Notifier):
    def _put(self, box: _Mailbox, job: Job, call: _Call) -> None:
        super()._put(box, job, call)
        if call.flag is NotifyFlag.JOB_TRANSFERRED:
            box.calls.rotate(1)


@fault(BITS, "callback/order", aims="callbacks")
class TheJobIsToldBeforeItsFiles(Faulty):
    """JobTransferred is called before the last FileTransferred (`callback/file-order`)."""

    engine_kind = _engine(_JobFirst)


class _NotLate(Notifier):
    def register(self, record: Record, subscription: Subscription | None) -> None:
        own, self._dialect = self._dialect, Dialect.DO
        super().register(record, subscription)
        self._dialect = own


@fault(BITS, "callback/made", aims="callbacks")
class NobodyIsToldLate(Faulty):
    """Who registers after the event is not called (`callback/late`)."""

    quiescence_seconds = LATE_SECONDS
    engine_kind = _engine(_NotLate)


@fault(BITS, "callback/registered", aims="callbacks")
class NobodyRegistersForAFailedJob(Faulty):
    """SetNotifyInterface is refused in ERROR (`set/final`)."""

    def set_notify_interface(self, job: str) -> int:
        if self.handle(job).state is JobState.ERROR:
            return Hresult.BG_E_INVALID_STATE
        return super().set_notify_interface(job)
