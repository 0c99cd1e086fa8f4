"""The settings of a job: what its owner may choose, and what is refused.

Laws: a setting is refused in a final state, and where the dialect has no such method (`set/final`); a refused
one changes nothing. Settings move no job from one state to another.

It does not know what a setting leads to; that is read from the job.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias, assert_never

from msgspec.structs import replace

from copyjob.reference.errors import CopyJobError
from copyjob.reference.events import (
    SetDisplayName,
    SetHttpOptions,
    SetMaximumDownloadTime,
    SetMinimumRetryDelay,
    SetNoProgressTimeout,
    SetNotifyFlags,
    SetNotifyInterface,
    SetPriority,
    SetReplyFileName,
    TakeOwnership,
    name_of,
)
from copyjob.reference.refusals import not_in_do, refuse_if_final, refuse_without_reply
from copyjob.spec.vocabulary import Dialect, Hresult, JobPriority, JobState, NotifyFlag

if TYPE_CHECKING:
    from copyjob.reference.job import Job

RETRY_DELAY_FLOOR_SECONDS: Final = 5
# Plain numbers: inverting a flag drops the bits that it does not know.
_NOTIFY_BITS: Final = sum(NotifyFlag)
_NOTIFY_DO: Final = _NOTIFY_BITS - NotifyFlag.DISABLE - NotifyFlag.FILE_RANGES_TRANSFERRED

Setting: TypeAlias = (
    SetPriority
    | SetNoProgressTimeout
    | SetMinimumRetryDelay
    | SetMaximumDownloadTime
    | SetDisplayName
    | SetNotifyFlags
    | SetNotifyInterface
    | SetHttpOptions
    | SetReplyFileName
    | TakeOwnership
)
_BITS_ONLY: Final = (SetMinimumRetryDelay, SetMaximumDownloadTime, SetDisplayName, SetReplyFileName, TakeOwnership)


def chosen(job: Job, event: Setting) -> Job:
    """Return ``job`` with the setting, or refuse it (`set/arg`, `set/final`, `owner/take`)."""
    operation = name_of(event)
    if job.dialect is Dialect.DO and isinstance(event, _BITS_ONLY):
        raise not_in_do(job, operation)
    if isinstance(event, SetReplyFileName):
        refuse_without_reply(job, operation)
    refuse_if_final(job, event)
    match event:
        case SetReplyFileName():
            if job.state is JobState.TRANSFERRED or (job.state is JobState.TRANSFERRING and job.reply_begun):
                detail = "the reply has begun to arrive; suspend the job, if it is not transferred, to start over"
                raise CopyJobError(Hresult.BG_E_INVALID_STATE, operation, detail, state=job.state)
            return replace(job)
        case SetPriority(number):
            try:
                return replace(job, priority=JobPriority(number))
            except ValueError:
                detail = f"no priority has the number {number}"
                raise CopyJobError(Hresult.E_NOTIMPL, operation, detail, state=job.state) from None
        case SetNoProgressTimeout(seconds) | SetMinimumRetryDelay(seconds) | SetMaximumDownloadTime(seconds):
            return _timed(job, event, seconds)
        case SetNotifyFlags(flags):
            known = _NOTIFY_BITS if job.dialect is Dialect.BITS else _NOTIFY_DO
            if flags & ~known:
                detail = f"{flags} has notify flags that {job.dialect.value} does not know"
                raise CopyJobError(Hresult.E_NOTIMPL, operation, detail, state=job.state)
            return replace(job, notify_flags=flags)
        case SetDisplayName() | SetNotifyInterface() | SetHttpOptions() | TakeOwnership():
            # None of them bears on the life cycle; the copy says that the job was modified (`times`).
            return replace(job)
        case _:
            assert_never(event)


def _timed(job: Job, event: SetNoProgressTimeout | SetMinimumRetryDelay | SetMaximumDownloadTime, seconds: int) -> Job:
    if not 0 <= seconds < 2**32:
        raise CopyJobError(Hresult.E_INVALIDARG, name_of(event), f"{seconds} s is no 32-bit number", state=job.state)
    match event:
        case SetNoProgressTimeout():
            return replace(job, chosen_no_progress_timeout_seconds=seconds)
        case SetMinimumRetryDelay():
            return replace(job, retry_delay_seconds=max(seconds, RETRY_DELAY_FLOOR_SECONDS))
        case SetMaximumDownloadTime():
            return replace(job, max_download_seconds=seconds)
        case _:
            assert_never(event)
