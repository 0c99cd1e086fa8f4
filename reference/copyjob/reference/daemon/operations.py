"""Every operation that a client may call on a job, in one table.

Law: what stands here is all there is. Routes, the OpenAPI document and the client follow from it; an entry names a
method of :class:`~copyjob.reference.handles.JobHandle` with the same parameters, spelled as in traces.

It does not know HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from copyjob.reference.daemon.messages import (
    AuthParameters,
    CredentialsParameters,
    DisplayNameParameters,
    FileParameters,
    FileSetParameters,
    FileWithRangesParameters,
    FlagsParameters,
    HeadersParameters,
    NoParameters,
    Parameters,
    PriorityParameters,
    RemoteNameParameters,
    RemotePrefixParameters,
    ReplyFileNameParameters,
    SecondsParameters,
    arguments_of,
)
from copyjob.reference.handles import JobHandle

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class JobOperation:
    """One operation: its name, as route and method; what COM calls it; what it does; what it takes."""

    name: str
    com: str
    does: str
    parameters: type[Parameters] = NoParameters
    part: str = ""
    """Which part of the job has the method; empty for the job itself."""

    def call(self, job: JobHandle, parameters: Parameters) -> int:
        """Do it; return the success, or raise `CopyJobError`."""
        target = getattr(job, self.part) if self.part else job
        return int(getattr(target, self.name)(**arguments_of(parameters)))


_TABLE: Final = (
    JobOperation("resume", "IBackgroundCopyJob::Resume", "send the job on its way"),
    JobOperation("suspend", "IBackgroundCopyJob::Suspend", "stop all transfers until Resume"),
    JobOperation("cancel", "IBackgroundCopyJob::Cancel", "end the job and delete its temporary files"),
    JobOperation("complete", "IBackgroundCopyJob::Complete", "make the transferred files available and end the job"),
    JobOperation("add_file", "IBackgroundCopyJob::AddFile", "add a file", FileParameters),
    JobOperation("add_file_set", "IBackgroundCopyJob::AddFileSet", "add several files, all or none", FileSetParameters),
    JobOperation(
        "add_file_with_ranges",
        "IBackgroundCopyJob3::AddFileWithRanges",
        "add parts of a file",
        FileWithRangesParameters,
    ),
    JobOperation(
        "set_remote_name",
        "IBackgroundCopyFile2::SetRemoteName",
        "fetch a file from another URL",
        RemoteNameParameters,
    ),
    JobOperation(
        "replace_remote_prefix",
        "IBackgroundCopyJob3::ReplaceRemotePrefix",
        "fetch the files whose URLs begin so from elsewhere; S_FALSE where none does",
        RemotePrefixParameters,
    ),
    JobOperation("set_priority", "IBackgroundCopyJob::SetPriority", "choose a priority", PriorityParameters),
    JobOperation(
        "set_no_progress_timeout",
        "IBackgroundCopyJob::SetNoProgressTimeout",
        "choose how long the job may fail without progress; 0 retries nothing",
        SecondsParameters,
    ),
    JobOperation(
        "set_minimum_retry_delay",
        "IBackgroundCopyJob::SetMinimumRetryDelay",
        "choose the time from a transient error to the next try, at least 5 s; BITS only",
        SecondsParameters,
    ),
    JobOperation(
        "set_maximum_download_time",
        "IBackgroundCopyJob4::SetMaximumDownloadTime",
        "choose how long the job may be CONNECTING and TRANSFERRING; BITS only",
        SecondsParameters,
    ),
    JobOperation(
        "set_reply_file_name",
        "IBackgroundCopyJob2::SetReplyFileName",
        "choose where the reply to an upload is to appear; BITS only",
        ReplyFileNameParameters,
    ),
    JobOperation(
        "set_display_name",
        "IBackgroundCopyJob::SetDisplayName",
        "give the job another name; BITS only",
        DisplayNameParameters,
    ),
    JobOperation(
        "set_notify_flags",
        "IBackgroundCopyJob::SetNotifyFlags",
        "choose the callbacks",
        FlagsParameters,
    ),
    JobOperation(
        "set_custom_headers",
        "IBackgroundCopyJobHttpOptions::SetCustomHeaders",
        "send these header lines with every request to the server of the URL",
        HeadersParameters,
        "http_options",
    ),
    JobOperation(
        "set_credentials",
        "IBackgroundCopyJob2::SetCredentials",
        "tell a server or a proxy who asks; they cannot be read back",
        CredentialsParameters,
        "http_options",
    ),
    JobOperation(
        "remove_credentials",
        "IBackgroundCopyJob2::RemoveCredentials",
        "forget what was told of this target and scheme; S_FALSE if nothing",
        AuthParameters,
        "http_options",
    ),
    JobOperation(
        "set_security_flags",
        "IBackgroundCopyJobHttpOptions::SetSecurityFlags",
        "choose how redirects are taken; BITS only",
        FlagsParameters,
        "http_options",
    ),
    JobOperation("take_ownership", "IBackgroundCopyJob::TakeOwnership", "make the job one's own; administrators only"),
)

OPERATIONS: Final[Mapping[str, JobOperation]] = {entry.name: entry for entry in _TABLE}
"""By name, in the order in which they are documented."""
