"""What one user may ask of the service: ``IBackgroundCopyManager``.

Laws: a user finds the jobs that are his, an administrator every one. Limits count the jobs of the queue, those
of a user for him alone; an administrator has none, nor has Delivery Optimization.

It does not know who the user is, nor how he has shown it: that is said by whoever makes it.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from copyjob.reference.enumeration import Enumerator
from copyjob.reference.errors import CopyJobError, spelled
from copyjob.reference.handles import JobHandle
from copyjob.reference.job import Job
from copyjob.reference.policies import Client, check_display_name
from copyjob.reference.record import Record
from copyjob.spec.vocabulary import Dialect, Hresult, JobType, Operation

if TYPE_CHECKING:
    from copyjob.reference.engine import Engine


class Manager:
    """The jobs of a service as one client sees them; `Service` is the one of its own user."""

    def __init__(self, engine: Engine, dialect: Dialect, client: Client) -> None:
        self.dialect = dialect
        self._engine = engine
        self._client = client

    def create_job(self, display_name: str | None, job_type: int = JobType.DOWNLOAD) -> JobHandle:
        """
        ``CreateJob``: create a job, SUSPENDED and empty (`manager/create`, `state/initial`).

        ``job_type`` is a `JobType`; Delivery Optimization has downloads alone, else E_NOTIMPL. E_INVALIDARG for
        another number, and for no name or one of more than 256 characters; BG_E_TOO_MANY_JOBS_PER_USER and
        BG_E_TOO_MANY_JOBS_PER_MACHINE where the queue is full (`addfile/limits`).
        """
        try:
            display_name = check_display_name(display_name, Operation.CREATE_JOB.value, Hresult.E_INVALIDARG)
            kind = self._checked_type(job_type)
        except CopyJobError as error:
            self._engine.trace_refused_creation(error.hresult)
            raise
        now = self._engine.clock.now()
        record = Record(str(uuid.uuid4()), display_name, Job(self.dialect, type=kind), now, now, self._client.user.name)
        self._engine.insert(record, self._client.limits)
        return JobHandle(self._engine, record, self._client)

    def _checked_type(self, job_type: int) -> JobType:
        try:
            kind = JobType(job_type)
        except ValueError:
            detail = f"no type of jobs has the number {job_type}"
            raise CopyJobError(Hresult.E_INVALIDARG, Operation.CREATE_JOB.value, detail) from None
        if self.dialect is Dialect.DO and kind is not JobType.DOWNLOAD:
            raise CopyJobError(Hresult.E_NOTIMPL, Operation.CREATE_JOB.value, "Delivery Optimization has no uploads")
        return kind

    def get_job(self, job_id: str) -> JobHandle:
        """
        ``GetJob``: return a job of the queue.

        NOT_FOUND for an unknown id and for an ended job, E_ACCESSDENIED for another user's, unless the caller is an
        administrator. Clause: manager/get.
        """
        handle = self.find(job_id)
        if handle.job.final:
            raise self._not_found(job_id, "has ended")
        return handle

    def find(self, job_id: str) -> JobHandle:
        """
        Return a job for somebody who still holds its id, the ended ones included (decision/9).

        An ended one of an earlier start is read from the store, ERROR_READ_FAULT where that fails.
        """
        record = self._engine.find(job_id)
        if record is None:
            raise self._not_found(job_id, "does not exist")
        self._client.refuse_foreign(record.owner, "get_job")
        return JobHandle(self._engine, record, self._client)

    def _not_found(self, job_id: str, what: str) -> CopyJobError:
        code = spelled(self.dialect, Hresult.BG_E_NOT_FOUND, Hresult.DO_E_JOB_NOT_FOUND)
        return CopyJobError(code, "get_job", f"the job {job_id} {what}")

    def jobs(self, *, all_users: bool = False) -> list[JobHandle]:
        """
        Return the caller's jobs of the queue, those that have not ended, oldest first (`manager/enum`).

        ``all_users`` is ``BG_JOB_ENUM_ALL_USERS``: every job; E_ACCESSDENIED for all but an administrator.
        """
        if all_users:
            self._client.refuse_plain(Operation.ENUM_JOBS.value)
        mine = self._client.user.name
        return [
            JobHandle(self._engine, record, self._client)
            for record in self._engine.live_records()
            if all_users or record.owner == mine
        ]

    def enum_jobs(self, *, all_users: bool = False) -> Enumerator[JobHandle]:
        """``EnumJobs``: return an enumerator of what `jobs` returns now (`manager/enum`)."""
        return Enumerator(self.dialect, self.jobs(all_users=all_users))
