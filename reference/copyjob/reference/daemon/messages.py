"""What goes over the control interface: the bodies of requests and answers, as types.

Laws: a body that does not fit its type is refused before the service hears of it, and an unknown member of a request
is an error, not a surprise. An answer may grow members: clients skip what they do not know. What is not known yet, such
as a size, is null.

It does not know HTTP, nor what a service does with any of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import msgspec
from msgspec import Meta, Struct

from copyjob.reference.errors import code_name
from copyjob.spec.vocabulary import LENGTH_TO_EOF, SIZE_UNKNOWN, Dialect, ErrorContext, JobPriority, JobState, JobType

if TYPE_CHECKING:
    from copyjob.reference.errors import TransferFault
    from copyjob.reference.handles import JobHandle
    from copyjob.reference.views import FileInfo

HEARTBEAT_SECONDS: Final = 10.0
"""How often somebody who watches hears that the daemon lives."""
PAGE_JOBS_MAX: Final = 10_000
"""How many jobs one answer lists at most."""

StateName = Annotated[str, Meta(extra_json_schema={"enum": [state.name for state in JobState]})]
TypeName = Annotated[str, Meta(extra_json_schema={"enum": [kind.name for kind in JobType]})]
PriorityName = Annotated[str, Meta(extra_json_schema={"enum": [priority.name for priority in JobPriority]})]
DialectName = Annotated[str, Meta(extra_json_schema={"enum": [dialect.value for dialect in Dialect]})]
ContextName = Annotated[str, Meta(extra_json_schema={"enum": [context.name for context in ErrorContext]})]
Bytes = Annotated[int, Meta(ge=0, description="a number of bytes")]
Seconds = Annotated[float, Meta(description="seconds since 1970")]
Number = Annotated[int, Meta(ge=0)]
Code = Annotated[int, Meta(ge=0, le=0xFFFFFFFF, description="an HRESULT, unsigned")]

# ---- requests ----


class Item(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of several that a call takes; the method takes a tuple of its members."""

    def argument(self) -> tuple[Any, ...]:
        """Return it as the method takes it."""
        return msgspec.structs.astuple(self)


class Parameters(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a call takes; its members have the names of the method's parameters."""


class NoParameters(Parameters, frozen=True):
    """The call takes nothing."""


class CreateJob(Parameters, frozen=True):
    """What CreateJob takes: a display name of at most 256 characters, and what is transferred in which direction."""

    display_name: str | None = None
    job_type: Annotated[int, Meta(description="BG_JOB_TYPE: 0 download, 1 upload, 2 upload with a reply; BITS")] = 0


class FileParameters(Parameters, frozen=True):
    """A file: its URL, the absolute path under which it is to appear, and what it is expected to be."""

    remote_url: str
    local_path: str
    expected_size_bytes: Bytes | None = None
    expected_digest: Annotated[str, Meta(description="sha256:<hex> or sha512:<hex>")] | None = None


class FilePair(Item, frozen=True):
    """A file of a set: its URL, and the absolute path under which it is to appear."""

    remote_url: str
    local_path: str


class FileSetParameters(Parameters, frozen=True):
    """Several files, of which all are added or none."""

    files: list[FilePair]


class Range(Item, frozen=True):
    """Some bytes of a file: the first one, and how many; null reaches to the end."""

    offset_bytes: Number
    length_bytes: Number | None = None

    def argument(self) -> tuple[int, int]:
        """Return it as the method takes it."""
        return self.offset_bytes, LENGTH_TO_EOF if self.length_bytes is None else self.length_bytes


class FileWithRangesParameters(Parameters, frozen=True):
    """Parts of a file, which are written one behind the other in the order given."""

    remote_url: str
    local_path: str
    ranges: list[Range]


class RemoteNameParameters(Parameters, frozen=True):
    """The number of a file, from 0, and its new URL."""

    number: int
    remote_url: str


class RemotePrefixParameters(Parameters, frozen=True):
    """How URLs begin now, and how they are to begin."""

    old_prefix: str
    new_prefix: str


class PriorityParameters(Parameters, frozen=True):
    """A priority: 0 FOREGROUND, 1 HIGH, 2 NORMAL, 3 LOW."""

    priority: int


class SecondsParameters(Parameters, frozen=True):
    """A time in whole seconds."""

    seconds: int


class DisplayNameParameters(Parameters, frozen=True):
    """A display name of at most 256 characters."""

    display_name: str | None = None


class ReplyFileNameParameters(Parameters, frozen=True):
    """The absolute path under which the reply to an upload is to appear; null leaves it to the service."""

    local_path: str | None = None


class FlagsParameters(Parameters, frozen=True):
    """A sum of flags."""

    flags: int


class HeadersParameters(Parameters, frozen=True):
    """Header lines, each `Name: value`; null or none at all sends none."""

    headers: list[str] | None = None


class BandwidthLimit(Parameters, frozen=True):
    """What background jobs may take together; null is without limit, 0 blocks them."""

    bytes_per_second: int | None


class AuthParameters(Parameters, frozen=True):
    """Who is told who asks (1 the server, 2 the proxy), and how (1 BASIC, 2 DIGEST)."""

    target: int
    scheme: int


class CredentialsParameters(AuthParameters, frozen=True):
    """The same, with a user and his password."""

    user_name: str
    password: str


# ---- answers ----


class ErrorInformation(Struct, frozen=True, kw_only=True):
    """Why a job failed: what GetError and GetFile answer."""

    context: ContextName
    hresult: Code
    hresult_name: str
    file_number: int
    detail: str
    transient: bool

    @classmethod
    def of(cls, fault: TransferFault) -> ErrorInformation:
        """Take it from a fault."""
        return cls(
            context=fault.context.name,
            hresult=fault.code & 0xFFFFFFFF,
            hresult_name=code_name(fault.code),
            file_number=fault.file_number,
            detail=fault.detail,
            transient=fault.transient,
        )

    def __str__(self) -> str:
        """Return one line for people."""
        detail = f": {self.detail}" if self.detail else ""
        return f"{self.hresult_name} (0x{self.hresult:08X}, {self.context}){detail}"


class JobSnapshot(Struct, frozen=True, kw_only=True):
    """A job at one moment: what its getters answer, but for the files."""

    id: str
    display_name: str
    owner: str
    type: TypeName
    state: StateName
    priority: PriorityName
    bytes_total: Bytes | None
    bytes_transferred: Bytes
    files_total: int
    files_transferred: int
    created_at_seconds: Seconds
    modified_at_seconds: Seconds
    transferred_at_seconds: Seconds | None
    notify_flags: int
    security_flags: int
    minimum_retry_delay_seconds: int
    no_progress_timeout_seconds: int
    maximum_download_seconds: int | None
    """Null in Delivery Optimization, which has no such limit."""
    error_count: int | None
    """Null in Delivery Optimization, which does not count."""
    error: ErrorInformation | None
    reply_file_name: str | None = None
    """Where the reply to an upload appears; null for other jobs, and before there is a file."""

    @classmethod
    def of(cls, handle: JobHandle) -> JobSnapshot:
        """Take it from a job of the service."""
        job, progress, times = handle.job, handle.progress(), handle.times()
        return cls(
            id=handle.id,
            display_name=handle.display_name,
            owner=handle.owner,
            type=job.type.name,
            state=job.state.name,
            priority=job.priority.name,
            bytes_total=known(progress.bytes_total),
            bytes_transferred=progress.bytes_transferred,
            files_total=progress.files_total,
            files_transferred=progress.files_transferred,
            created_at_seconds=times.created_at_seconds,
            modified_at_seconds=times.modified_at_seconds,
            transferred_at_seconds=times.transferred_at_seconds,
            notify_flags=int(job.notify_flags),
            security_flags=handle.http_options.get_security_flags(),
            minimum_retry_delay_seconds=job.retry_delay_seconds,
            no_progress_timeout_seconds=job.no_progress_timeout_seconds,
            maximum_download_seconds=None if job.dialect is Dialect.DO else job.max_download_seconds,
            error_count=None if job.dialect is Dialect.DO else job.error_count,
            error=None if job.error is None else ErrorInformation.of(job.error),
            reply_file_name=handle.reply_file_name if job.type is JobType.UPLOAD_REPLY else None,
        )


class FileSnapshot(Struct, frozen=True, kw_only=True):
    """A file of a job at one moment."""

    number: int
    remote_url: str
    local_path: str
    bytes_total: Bytes | None
    bytes_transferred: Bytes
    transferred: bool
    completed: bool
    expected_size_bytes: Bytes | None
    expected_digest: str
    ranges: list[Range] = []
    """Which parts are wanted; none means the whole file."""

    @classmethod
    def of(cls, number: int, info: FileInfo) -> FileSnapshot:
        """Take it from what the service answers."""
        return cls(
            number=number,
            remote_url=info.remote_url,
            local_path=info.local_path,
            bytes_total=known(info.bytes_total),
            bytes_transferred=info.bytes_transferred,
            transferred=info.transferred,
            completed=info.completed,
            expected_size_bytes=info.expected_size_bytes,
            expected_digest=info.expected_digest,
            ranges=[
                Range(offset_bytes=part.offset_bytes, length_bytes=None if part.open_ended else part.length_bytes)
                for part in info.ranges
            ],
        )


class JobPage(Struct, frozen=True, kw_only=True):
    """Some jobs of the queue, oldest first; ``more`` tells that further ones follow."""

    jobs: list[JobSnapshot]
    more: bool


class FileList(Struct, frozen=True, kw_only=True):
    """The files of a job in the order of their addition."""

    files: list[FileSnapshot]


class CallAnswer(Struct, frozen=True, kw_only=True):
    """What a call answered, a success, and the job as it is afterwards."""

    operation: str
    hresult: Code
    hresult_name: str
    job: JobSnapshot


class About(Struct, frozen=True, kw_only=True):
    """Which service this is."""

    version: str
    dialect: DialectName
    owner: str
    pid: int
    jobs: int


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A problem document (RFC 9457); the members from ``operation`` on where a call was refused."""

    type: str
    title: str
    status: int
    detail: str
    operation: str | None = None
    state: StateName | None = None
    hresult: Code | None = None
    hresult_name: str | None = None


def known(size_bytes: int) -> int | None:
    """Return the size, or None for `SIZE_UNKNOWN`."""
    return None if size_bytes == SIZE_UNKNOWN else size_bytes


def arguments_of(parameters: Parameters) -> dict[str, Any]:
    """Return what a call is given, by the names of its parameters."""
    return {name: _argument(getattr(parameters, name)) for name in parameters.__struct_fields__}


def _argument(value: object) -> object:
    if not isinstance(value, list):
        return value
    return [item.argument() if isinstance(item, Item) else item for item in cast("list[object]", value)]
