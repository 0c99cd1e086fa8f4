"""One job of the daemon, under the names of :class:`~copyjob.reference.handles.JobHandle`.

Law: every operation of `operations` has its method here, with the same parameters.

It does not know how the daemon is reached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from copyjob.reference.daemon.messages import (
    AuthParameters,
    CallAnswer,
    CredentialsParameters,
    DisplayNameParameters,
    ErrorInformation,
    FileList,
    FilePair,
    FileParameters,
    FileSetParameters,
    FileSnapshot,
    FileWithRangesParameters,
    FlagsParameters,
    HeadersParameters,
    JobSnapshot,
    NoParameters,
    Parameters,
    PriorityParameters,
    Range,
    RemoteNameParameters,
    RemotePrefixParameters,
    ReplyFileNameParameters,
    SecondsParameters,
)
from copyjob.spec.vocabulary import LENGTH_TO_EOF, JobState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from copyjob.reference.daemon.client import Client
    from copyjob.reference.ranges import FileRange

_OK = 200
_ENDED: Final = frozenset({JobState.ACKNOWLEDGED.name, JobState.CANCELLED.name})


def job_path(job_id: str) -> str:
    """Return the path of a job."""
    return f"/v1/jobs/{quote(job_id, safe='')}"


class RemoteJob:
    """
    One job of the daemon. Calls return a success and raise `CopyJobError`, as those of
    :class:`~copyjob.reference.handles.JobHandle`, whose documentation holds here too; getters ask anew each time.
    """

    def __init__(self, client: Client, job_id: str) -> None:
        self._client = client
        self.id = job_id

    @property
    def http_options(self) -> RemoteHttpOptions:
        """What goes with the requests of the job."""
        return RemoteHttpOptions(self._call)

    def _call(self, operation: str, parameters: Parameters | None = None) -> CallAnswer:
        return self._client.call(self.id, operation, parameters or NoParameters())

    def resume(self) -> CallAnswer:
        """``Resume``."""
        return self._call("resume")

    def suspend(self) -> CallAnswer:
        """``Suspend``."""
        return self._call("suspend")

    def cancel(self) -> CallAnswer:
        """``Cancel``."""
        return self._call("cancel")

    def complete(self) -> CallAnswer:
        """``Complete``."""
        return self._call("complete")

    def add_file(
        self,
        remote_url: str,
        local_path: str,
        expected_size_bytes: int | None = None,
        expected_digest: str | None = None,
    ) -> CallAnswer:
        """``AddFile``."""
        parameters = FileParameters(
            remote_url=remote_url,
            local_path=local_path,
            expected_size_bytes=expected_size_bytes,
            expected_digest=expected_digest,
        )
        return self._call("add_file", parameters)

    def add_file_set(self, files: Iterable[tuple[str, str]]) -> CallAnswer:
        """``AddFileSet``; each a URL and a local path."""
        pairs = [FilePair(remote_url=url, local_path=path) for url, path in files]
        return self._call("add_file_set", FileSetParameters(files=pairs))

    def add_file_with_ranges(
        self, remote_url: str, local_path: str, ranges: Iterable[FileRange | tuple[int, int]]
    ) -> CallAnswer:
        """``AddFileWithRanges``; each the first byte and a length, `LENGTH_TO_EOF` to the end."""
        pairs = (item if isinstance(item, tuple) else (item.offset_bytes, item.length_bytes) for item in ranges)
        wanted = [
            Range(offset_bytes=offset, length_bytes=None if length == LENGTH_TO_EOF else length)
            for offset, length in pairs
        ]
        parameters = FileWithRangesParameters(remote_url=remote_url, local_path=local_path, ranges=wanted)
        return self._call("add_file_with_ranges", parameters)

    def set_remote_name(self, number: int, remote_url: str) -> CallAnswer:
        """``IBackgroundCopyFile2::SetRemoteName``."""
        return self._call("set_remote_name", RemoteNameParameters(number=number, remote_url=remote_url))

    def replace_remote_prefix(self, old_prefix: str, new_prefix: str) -> CallAnswer:
        """``ReplaceRemotePrefix``; S_FALSE where no URL begins so."""
        parameters = RemotePrefixParameters(old_prefix=old_prefix, new_prefix=new_prefix)
        return self._call("replace_remote_prefix", parameters)

    def set_priority(self, priority: int) -> CallAnswer:
        """``SetPriority``."""
        return self._call("set_priority", PriorityParameters(priority=priority))

    def set_no_progress_timeout(self, seconds: int) -> CallAnswer:
        """``SetNoProgressTimeout``."""
        return self._call("set_no_progress_timeout", SecondsParameters(seconds=seconds))

    def set_minimum_retry_delay(self, seconds: int) -> CallAnswer:
        """``SetMinimumRetryDelay``."""
        return self._call("set_minimum_retry_delay", SecondsParameters(seconds=seconds))

    def set_maximum_download_time(self, seconds: int) -> CallAnswer:
        """``SetMaximumDownloadTime``."""
        return self._call("set_maximum_download_time", SecondsParameters(seconds=seconds))

    def take_ownership(self) -> CallAnswer:
        """``TakeOwnership``."""
        return self._call("take_ownership")

    def set_display_name(self, display_name: str | None) -> CallAnswer:
        """``SetDisplayName``."""
        return self._call("set_display_name", DisplayNameParameters(display_name=display_name))

    def set_reply_file_name(self, local_path: str | None) -> CallAnswer:
        """``SetReplyFileName``; None leaves the name to the service."""
        return self._call("set_reply_file_name", ReplyFileNameParameters(local_path=local_path))

    def set_notify_flags(self, flags: int) -> CallAnswer:
        """``SetNotifyFlags``."""
        return self._call("set_notify_flags", FlagsParameters(flags=flags))

    # ---- getters ----

    def snapshot(self) -> JobSnapshot:
        """``GetState``, ``GetProgress``, ``GetTimes`` and the other getters, at one moment."""
        return self._client.ask("GET", job_path(self.id), JobSnapshot)

    @property
    def state(self) -> JobState:
        """``GetState``."""
        return JobState[self.snapshot().state]

    def files(self) -> list[FileSnapshot]:
        """``EnumFiles``: the files as they are now."""
        return self._client.ask("GET", f"{job_path(self.id)}/files", FileList).files

    def error(self) -> ErrorInformation:
        """``GetError``: why the job failed, or a refusal where it did not (`error/available`)."""
        return self._client.ask("GET", f"{job_path(self.id)}/error", ErrorInformation)

    def reply_data(self) -> bytes | None:
        """``GetReplyData``: the server's reply to an upload, None for none (`upload/reply`)."""
        status, data = self._client.fetch("GET", f"{job_path(self.id)}/reply")
        return data if status == _OK else None

    def wait_for(self, *states: JobState, timeout_seconds: float | None = None) -> JobSnapshot:
        """
        Wait until the job is in one of these states, or has ended in another; return it as it is then.

        TimeoutError after ``timeout_seconds``, `NoDaemonError` if the daemon ends.
        """
        wanted = {state.name for state in states} | _ENDED
        for snapshot in self._client.events(self.id, timeout_seconds=timeout_seconds):
            if snapshot is not None and snapshot.state in wanted:
                return snapshot
        raise self._client.no_daemon("it has stopped")


class RemoteHttpOptions:
    """``IBackgroundCopyJobHttpOptions`` of a job of the daemon; see :mod:`copyjob.reference.http_options`."""

    def __init__(self, call: Callable[[str, Parameters], CallAnswer]) -> None:
        self._call = call

    def set_custom_headers(self, headers: Iterable[str] | None) -> CallAnswer:
        """``SetCustomHeaders``; None sends none."""
        lines = None if headers is None else list(headers)
        return self._call("set_custom_headers", HeadersParameters(headers=lines))

    def set_credentials(self, target: int, scheme: int, user_name: str, password: str) -> CallAnswer:
        """``SetCredentials``."""
        parameters = CredentialsParameters(target=target, scheme=scheme, user_name=user_name, password=password)
        return self._call("set_credentials", parameters)

    def remove_credentials(self, target: int, scheme: int) -> CallAnswer:
        """``RemoveCredentials``; S_FALSE if nothing was told."""
        return self._call("remove_credentials", AuthParameters(target=target, scheme=scheme))

    def set_security_flags(self, flags: int) -> CallAnswer:
        """``SetSecurityFlags``."""
        return self._call("set_security_flags", FlagsParameters(flags=flags))
