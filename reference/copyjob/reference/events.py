"""What can happen to a job, and what a job can ask for: the two alphabets of :mod:`copyjob.reference.job`.

Law: these are data. Operations are what a client calls, internal events are what scheduler, server, clock
and disk do; effects are requests to the service around the job, in the order in which they are to be done.

It does not know what any of them means; that is the job's to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec import Struct

from copyjob.spec.vocabulary import Hresult, InternalEvent, Operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from copyjob.reference.callbacks import Subscription
    from copyjob.reference.errors import TransferFault
    from copyjob.reference.http_options import Changed, HttpOptions
    from copyjob.reference.ranges import FileRange


# ---- operations ----


class Resume(Struct, frozen=True):
    """The owner wants the job on its way."""


class Suspend(Struct, frozen=True):
    """The owner wants all transfers to stop until Resume."""


class Cancel(Struct, frozen=True):
    """The owner wants neither the job nor anything of it."""


class Complete(Struct, frozen=True):
    """The owner wants the transferred files under their local names."""


class AddFile(Struct, frozen=True):
    """One more file; its arguments have been checked already."""

    remote_url: str
    local_path: str
    files_max: int | None = None
    """How many files the job may have by policy; None is without limit."""
    expected_size_bytes: int | None = None
    expected_digest: str = ""
    ranges: tuple[FileRange, ...] = ()
    """Which parts of it; none means the whole file."""


class AddFileWithRanges(AddFile, frozen=True):
    """Some ranges of one more file (BITS; in Delivery Optimization this is `AddFile`)."""


class AddFileSet(Struct, frozen=True):
    """Several files at once, all or none; their arguments have been checked already (BITS only)."""

    files: tuple[AddFile, ...]
    files_max: int | None = None


class SetRemoteName(Struct, frozen=True):
    """Another URL for one file of the job."""

    number: int
    remote_url: str


class ReplaceRemotePrefix(Struct, frozen=True):
    """Another beginning for every remote name that begins so, case and all (BITS only)."""

    old_prefix: str
    new_prefix: str


class SetPriority(Struct, frozen=True):
    """A new priority, as the number the client gave."""

    priority: int


class SetNoProgressTimeout(Struct, frozen=True):
    """A new no-progress timeout; 0 means that nothing is retried."""

    timeout_seconds: int


class SetMinimumRetryDelay(Struct, frozen=True):
    """A new delay between a transient error and the next try (BITS only)."""

    delay_seconds: int


class SetMaximumDownloadTime(Struct, frozen=True):
    """How long the job may be CONNECTING and TRANSFERRING in all (BITS only)."""

    timeout_seconds: int


class SetReplyFileName(Struct, frozen=True):
    """Where the server's reply to an upload is to stand, checked already; empty leaves the name to the service."""

    local_path: str


class TakeOwnership(Struct, frozen=True):
    """The job is to belong to this user, an administrator (BITS only)."""

    owner: str


class SetDisplayName(Struct, frozen=True):
    """A new display name, checked already (BITS only)."""

    display_name: str


class SetNotifyFlags(Struct, frozen=True):
    """Which callbacks the owner wants, as the number the client gave."""

    flags: int


class SetNotifyInterface(Struct, frozen=True):
    """Whom to call, or None for nobody."""

    subscription: Subscription | None


class SetHttpOptions(Struct, frozen=True):
    """What the owner adds to requests becomes another; what that is stands in no message."""

    operation: str
    """Which method was called."""
    change: Callable[[HttpOptions], Changed]


# ---- internal events ----


class Turn(Struct, frozen=True):
    """The scheduler gives the job its turn."""


class Connected(Struct, frozen=True):
    """A usable answer has begun."""


class DataArrived(Struct, frozen=True):
    """Bytes of a body have arrived."""


class FileArrived(Struct, frozen=True):
    """The last byte of a file is stored; of an upload, that the server has taken it and its reply is stored."""

    number: int


class ReplyBegun(Struct, frozen=True):
    """The whole upload is with the server, and its reply begins to arrive."""


class SliceEnded(Struct, frozen=True):
    """The turn is over: another job of the same priority waits, or one of a higher priority came."""


class Faulted(Struct, frozen=True):
    """The transfer failed at this time (seconds since 1970)."""

    fault: TransferFault
    at_seconds: float


class RetryDue(Struct, frozen=True):
    """The retry delay is over."""


class PolicyBlocked(Struct, frozen=True):
    """A policy forbids the job to transfer, for this reason."""

    fault: TransferFault


class PolicyOpened(Struct, frozen=True):
    """No policy forbids it any more."""


class NoProgress(Struct, frozen=True):
    """The no-progress timeout is over."""


class DownloadTimeUsed(Struct, frozen=True):
    """The job has been CONNECTING and TRANSFERRING for as long as it may (BITS only)."""


class Restarted(Struct, frozen=True):
    """The service has started again and found the job in its store."""


class Expired(Struct, frozen=True):
    """The retention period is over."""


class AllRenamed(Struct, frozen=True):
    """Every file that `Publish` named has its local name."""

    numbers: tuple[int, ...]


class RenameFailed(Struct, frozen=True):
    """Only these files of those that `Publish` named have their local names."""

    numbers: tuple[int, ...]


# ---- effects ----


class Reply(Struct, frozen=True):
    """Answer the call with this success; without one the answer is S_OK."""

    hresult: Hresult


class BeginTransfer(Struct, frozen=True):
    """Fetch this file."""

    number: int


class StopTransfer(Struct, frozen=True):
    """Write not one byte more, and close the connection."""


class Publish(Struct, frozen=True):
    """Give these files their local names, then say `AllRenamed` or `RenameFailed`."""

    numbers: tuple[int, ...]


class DeleteTemporaries(Struct, frozen=True):
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
