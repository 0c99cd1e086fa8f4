"""Refusals that several parts of the life cycle have in common.

Law: a refusal here depends on the job alone, its state, its dialect and its type, never on the arguments of the call.

It does not know what the refused call would have done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from copyjob.reference.errors import CopyJobError, spelled
from copyjob.reference.events import name_of
from copyjob.spec.vocabulary import Hresult, JobType

if TYPE_CHECKING:
    from copyjob.reference.events import Event
    from copyjob.reference.job import Job


def refuse_if_final(job: Job, event: Event) -> None:
    """Refuse every call of a job that has ended, with INVALID_STATE (`set/final`, `resume/final`)."""
    if job.final:
        code = spelled(job.dialect, Hresult.BG_E_INVALID_STATE, Hresult.DO_E_INVALID_STATE)
        raise CopyJobError(code, name_of(event), "the job has ended; create a new one", state=job.state)


def not_in_do(job: Job, operation: str) -> CopyJobError:
    """Return the refusal of a method that Delivery Optimization's job has not got (`set/final`)."""
    return CopyJobError(Hresult.E_NOTIMPL, operation, "Delivery Optimization has no such method", state=job.state)


def refuse_upload(job: Job, operation: str) -> None:
    """Refuse with E_NOTIMPL what only a download knows (`file/serialize`, `file/prefix`, `ranges/layout`)."""
    if job.type is not JobType.DOWNLOAD:
        raise CopyJobError(Hresult.E_NOTIMPL, operation, "an upload has no such method", state=job.state)


def refuse_without_reply(job: Job, operation: str) -> None:
    """Refuse with E_NOTIMPL what only an upload with a reply knows (decision/22)."""
    if job.type is not JobType.UPLOAD_REPLY:
        raise CopyJobError(Hresult.E_NOTIMPL, operation, "only an upload with a reply has one", state=job.state)
