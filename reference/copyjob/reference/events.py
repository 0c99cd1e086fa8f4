"""What can happen to a job, and what a job can ask for: the two alphabets of :mod:`copyjob.reference.job`.

Law: these are data. Operations are what a client calls, internal events are what scheduler, server, clock
and disk do; effects are requests to the service around the job, in the order in which they are to be done.

It does not know what any of them means; that is the job's to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from copyjob.spec.vocabulary import Hresult, InternalEvent, Operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from copyjob.reference.callbacks import Subscription
    from copyjob.reference.errors import TransferFault
    from copyjob.reference.http_options import Changed, HttpOptions
    from copyjob.reference.ranges import FileRange


# ---- operations ----


@dataclass(frozen=True, slots=True)
class Resume:
    """The owner wants the job on its way."""


@dataclass(frozen=True, slots=True)
class Suspend:
    """The owner wants all transfers to stop until Resume."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """The owner wants neither the job nor anything of it."""


@dataclass(frozen=True, slots=True)
class Complete:
    """The owner wants the transferred files under their local names."""


@dataclass(frozen=True, slots=True)
class AddFile:
    """One more file; its arguments have been checked already."""

    remote_url: str
    local_path: str
    files_max: int | None = None
    """How many files the job may have by policy; None is without limit."""
    expected_size_bytes: int | None = None
    expected_digest: str = ""
    ranges: tuple[FileRange, ...] = ()
    """Which parts of it; none means the whole file."""


@dataclass(frozen=True, slots=True)
class AddFileWithRanges(AddFile):
    """Some ranges of one more file (BITS; in Delivery Optimization this is `AddFile`)."""


@dataclass(frozen=True, slots=True)
class AddFileSet:
    """Several files at once, all or none; their arguments have been checked already (BITS only)."""

    files: tuple[AddFile, ...]
    files_max: int | None = None


@dataclass(frozen=True, slots=True)
class SetRemoteName:
    """Another URL for one file of the job."""

    number: int
    remote_url: str


@dataclass(frozen=True, slots=True)
class ReplaceRemotePrefix:
    """Another beginning for every remote name that begins so, case and all (BITS only)."""

    old_prefix: str
    new_prefix: str


@dataclass(frozen=True, slots=True)
class SetPriority:
    """A new priority, as the number the client gave."""

    priority: int


@dataclass(frozen=True, slots=True)
class SetNoProgressTimeout:
    """A new no-progress timeout; 0 means that nothing is retried."""

    timeout_seconds: int


@dataclass(frozen=True, slots=True)
class SetMinimumRetryDelay:
    """A new delay between a transient error and the next try (BITS only)."""

    delay_seconds: int


@dataclass(frozen=True, slots=True)
class SetMaximumDownloadTime:
    """How long the job may be CONNECTING and TRANSFERRING in all (BITS only)."""

    timeout_seconds: int


@dataclass(frozen=True, slots=True)
class SetReplyFileName:
    """Where the server's reply to an upload is to stand, checked already; empty leaves the name to the service."""

    local_path: str


@dataclass(frozen=True, slots=True)
class TakeOwnership:
    """The job is to belong to this user, an administrator (BITS only)."""

    owner: str


@dataclass(frozen=True, slots=True)
class SetDisplayName:
    """A new display name, checked already (BITS only)."""

    display_name: str


@dataclass(frozen=True, slots=True)
class SetNotifyFlags:
    """Which callbacks the owner wants, as the number the client gave."""

    flags: int


@dataclass(frozen=True, slots=True)
class SetNotifyInterface:
    """Whom to call, or None for nobody."""

    subscription: Subscription | None


@dataclass(frozen=True, slots=True)
class SetHttpOptions:
    """What the owner adds to requests becomes another; what that is stands in no message."""

    operation: str
    """Which method was called."""
    change: Callable[[HttpOptions], Changed]


# ---- internal events ----


@dataclass(frozen=True, slots=True)
class Turn:
    """The scheduler gives the job its turn."""


@dataclass(frozen=True, slots=True)
class Connected:
    """A usable answer has begun."""


@dataclass(frozen=True, slots=True)
class DataArrived:
    """Bytes of a body have arrived."""


@dataclass(frozen=True, slots=True)
class FileArrived:
    """The last byte of a file is stored; of an upload, that the server has taken it and its reply is stored."""

    number: int


@dataclass(frozen=True, slots=True)
class ReplyBegun:
    """The whole upload is with the server, and its reply begins to arrive."""


@dataclass(frozen=True, slots=True)
class SliceEnded:
    """The turn is over: another job of the same priority waits, or one of a higher priority came."""


@dataclass(frozen=True, slots=True)
class Faulted:
    """The transfer failed at this time (seconds since 1970)."""

    fault: TransferFault
    at_seconds: float


@dataclass(frozen=True, slots=True)
class RetryDue:
    """The retry delay is over."""


@dataclass(frozen=True, slots=True)
class PolicyBlocked:
    """A policy forbids the job to transfer, for this reason."""

    fault: TransferFault


@dataclass(frozen=True, slots=True)
class PolicyOpened:
    """No policy forbids it any more."""


@dataclass(frozen=True, slots=True)
class NoProgress:
    """The no-progress timeout is over."""


@dataclass(frozen=True, slots=True)
class DownloadTimeUsed:
    """The job has been CONNECTING and TRANSFERRING for as long as it may (BITS only)."""


@dataclass(frozen=True, slots=True)
class Restarted:
    """The service has started again and found the job in its store."""


@dataclass(frozen=True, slots=True)
class Expired:
    """The retention period is over."""


@dataclass(frozen=True, slots=True)
class AllRenamed:
    """Every file that `Publish` named has its local name."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RenameFailed:
    """Only these files of those that `Publish` named have their local names."""

    numbers: tuple[int, ...]


# ---- effects ----


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer the call with this success; without one the answer is S_OK."""

    hresult: Hresult


@dataclass(frozen=True, slots=True)
class BeginTransfer:
    """Fetch this file."""

    number: int


@dataclass(frozen=True, slots=True)
class StopTransfer:
    """Write not one byte more, and close the connection."""


@dataclass(frozen=True, slots=True)
class Publish:
    """Give these files their local names, then say `AllRenamed` or `RenameFailed`."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DeleteTemporaries:
    """Delete every temporary file of the job."""


OperationEvent: TypeAlias = (
    Resume
    | Suspend
    | Cancel
    | Complete
    | AddFile
    | AddFileSet
    | SetRemoteName
    | ReplaceRemotePrefix
    | SetPriority
    | SetNoProgressTimeout
    | SetMinimumRetryDelay
    | SetMaximumDownloadTime
    | SetReplyFileName
    | TakeOwnership
    | SetDisplayName
    | SetNotifyFlags
    | SetNotifyInterface
    | SetHttpOptions
)
Event: TypeAlias = (
    OperationEvent
    | Turn
    | Connected
    | DataArrived
    | FileArrived
    | ReplyBegun
    | SliceEnded
    | Faulted
    | RetryDue
    | NoProgress
    | PolicyBlocked
    | PolicyOpened
    | DownloadTimeUsed
    | Restarted
    | Expired
    | AllRenamed
    | RenameFailed
)
Effect: TypeAlias = Reply | BeginTransfer | StopTransfer | Publish | DeleteTemporaries

_OPERATION_NAMES: Final[dict[type, str]] = {
    Resume: Operation.RESUME.value,
    Suspend: Operation.SUSPEND.value,
    Cancel: Operation.CANCEL.value,
    Complete: Operation.COMPLETE.value,
    AddFile: Operation.ADD_FILE.value,
    AddFileWithRanges: Operation.ADD_FILE_WITH_RANGES.value,
    AddFileSet: "add_file_set",
    SetRemoteName: Operation.SET_REMOTE_NAME.value,
    ReplaceRemotePrefix: Operation.REPLACE_REMOTE_PREFIX.value,
    SetPriority: Operation.SET_PRIORITY.value,
    SetNoProgressTimeout: Operation.SET_NO_PROGRESS_TIMEOUT.value,
    SetMinimumRetryDelay: Operation.SET_MINIMUM_RETRY_DELAY.value,
    SetMaximumDownloadTime: Operation.SET_MAXIMUM_DOWNLOAD_TIME.value,
    SetReplyFileName: Operation.SET_REPLY_FILE_NAME.value,
    TakeOwnership: "take_ownership",
    SetDisplayName: Operation.SET_DISPLAY_NAME.value,
    SetNotifyFlags: Operation.SET_NOTIFY_FLAGS.value,
    SetNotifyInterface: Operation.SET_NOTIFY_INTERFACE.value,
}
_EVENT_NAMES: Final[dict[type, str]] = {
    Turn: InternalEvent.TURN.value,
    Connected: InternalEvent.CONNECT.value,
    DataArrived: "data_arrived",
    FileArrived: InternalEvent.FILE_DONE.value,
    ReplyBegun: InternalEvent.REPLY_BEGUN.value,
    SliceEnded: InternalEvent.SLICE_END.value,
    RetryDue: InternalEvent.RETRY.value,
    NoProgress: InternalEvent.NO_PROGRESS.value,
    PolicyBlocked: InternalEvent.POLICY_BLOCK.value,
    PolicyOpened: InternalEvent.POLICY_OPEN.value,
    DownloadTimeUsed: InternalEvent.MAX_DOWNLOAD.value,
    Restarted: InternalEvent.RESTART.value,
    Expired: InternalEvent.EXPIRY.value,
    AllRenamed: "all_renamed",
    RenameFailed: "rename_failed",
}


def is_operation(event: Event) -> bool:
    """Return whether a client called this."""
    return type(event) in _OPERATION_NAMES or isinstance(event, SetHttpOptions)


def name_of(event: Event) -> str:
    """Return the spelling of an operation or internal event in messages and traces."""
    if isinstance(event, Faulted):
        kind = InternalEvent.TRANSIENT_FAULT if event.fault.transient else InternalEvent.FATAL_FAULT
        return kind.value
    if isinstance(event, SetHttpOptions):
        return event.operation
    return _OPERATION_NAMES.get(type(event)) or _EVENT_NAMES[type(event)]
