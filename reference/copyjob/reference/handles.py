"""One job, as the client that holds it sees it: ``IBackgroundCopyJob`` and what was added to it since.

Laws: a getter answers in every state, at once and without waiting for anybody. A call is a success that is
returned or a `CopyJobError` that has changed nothing; in a final state that comes before anything else is
looked at. What a client may not do is refused at the call, also where the job was his before; so are the getters that
show what is in it: files, progress, error, reply.

It does not know how a job was found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from copyjob.reference.callbacks import Callback, Subscription
from copyjob.reference.disk import check_arguments, check_destination, check_source
from copyjob.reference.enumeration import Enumerator
from copyjob.reference.errors import CopyJobError
from copyjob.reference.events import (
    AddFile,
    AddFileSet,
    AddFileWithRanges,
    Cancel,
    Complete,
    ReplaceRemotePrefix,
    Resume,
    SetDisplayName,
    SetMaximumDownloadTime,
    SetMinimumRetryDelay,
    SetNoProgressTimeout,
    SetNotifyFlags,
    SetNotifyInterface,
    SetPriority,
    SetRemoteName,
    SetReplyFileName,
    Suspend,
    TakeOwnership,
    name_of,
)
from copyjob.reference.http_options import JobHttpOptions
from copyjob.reference.integrity import check_expectations
from copyjob.reference.job import Job, error_of
from copyjob.reference.policies import Client, check_display_name
from copyjob.reference.ranges import FileRange, check_ranges
from copyjob.reference.refusals import not_in_do, refuse_upload, refuse_without_reply
from copyjob.reference.replies import ReplyProgress, reply_data_of, reply_progress_of
from copyjob.reference.views import FileInfo, Progress, Times, files_of, progress_of
from copyjob.spec.vocabulary import Dialect, Hresult, JobPriority, JobState, JobType, NotifyFlag, Operation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from copyjob.reference.engine import Engine
    from copyjob.reference.errors import TransferFault
    from copyjob.reference.events import Event
    from copyjob.reference.record import Record


class JobHandle:
    """One job of a service; calls raise `CopyJobError`, what they return is a success: S_OK unless said otherwise."""

    __slots__ = ("_client", "_engine", "_record")

    def __init__(self, engine: Engine, record: Record, client: Client) -> None:
        self._engine = engine
        self._record = record
        self._client = client

    def _call(self, event: Event, check: Callable[[], None] | None = None) -> Hresult:
        """Do a call; ``check`` looks at its arguments, which matter only while the job has not ended."""
        try:
            self._refuse_foreign(name_of(event))
            if check is not None and not self._record.job.final:
                check()
        except CopyJobError as error:
            self._engine.trace_call(self._record, event, error.hresult)
            raise
        return self._engine.call(self._record, event)

    def _refuse_foreign(self, operation: str) -> None:
        self._client.refuse_foreign(self._record.owner, operation, state=self.state)

    # ---- operations ----

    def add_file(
        self,
        remote_url: str,
        local_path: str,
        expected_size_bytes: int | None = None,
        expected_digest: str | None = None,
    ) -> Hresult:
        """
        Add a file; the state stays as it is (``AddFile``; `addfile/ok`, `addfile/arg`).

        ``expected_digest`` is ``sha256:<hex>`` or ``sha512:<hex>``. A file of another size or digest puts the
        job in ERROR, and nothing of it is ever published. An upload has one file, which must be there, and expects
        nothing of it.
        """
        digest = (expected_digest or "").lower()
        event = AddFile(remote_url, local_path, self._client.limits.files_per_job, expected_size_bytes, digest)

        def check() -> None:
            self._check_file(remote_url, local_path, event)
            check_expectations(expected_size_bytes, expected_digest, state=self.state)
            if self.type is not JobType.DOWNLOAD and (event.expected_size_bytes is not None or event.expected_digest):
                detail = "an upload is sent as it is, and expects nothing"
                raise CopyJobError(Hresult.E_INVALIDARG, name_of(event), detail, state=self.state)

        return self._call(event, check)

    def _check_file(self, remote_url: str, local_path: str, event: Event) -> None:
        if self._record.job.type is JobType.DOWNLOAD:
            check_arguments(remote_url, local_path, state=self.state, operation=name_of(event))
        else:
            check_source(remote_url, local_path, state=self.state)

    def add_file_with_ranges(
        self, remote_url: str, local_path: str, ranges: Iterable[FileRange | tuple[int, int]]
    ) -> Hresult:
        """
        ``AddFileWithRanges``: add parts of a file, each given by its first byte and its length.

        They are written one behind the other in the order given; a length of `LENGTH_TO_EOF` reaches to the end.
        What is refused, and in which order, says `check_ranges`; a range that is not within the file puts the job
        in ERROR when it is transferred. Clauses: addfile/ranges, ranges/layout, ranges/error.
        """
        wanted = tuple(item if isinstance(item, FileRange) else FileRange(*item) for item in ranges)
        bits, limits = self._engine.dialect is Dialect.BITS, self._client.limits
        kind = AddFileWithRanges if bits else AddFile
        event = kind(remote_url, local_path, limits.files_per_job, ranges=wanted)
        operation = name_of(event)

        def check() -> None:
            refuse_upload(self._record.job, operation)
            self._check_file(remote_url, local_path, event)
            check_ranges(wanted, operation, self._engine.dialect, ranges_max=limits.ranges_per_file, state=self.state)

        return self._call(event, check)

    def add_file_set(self, files: Iterable[tuple[str, str]]) -> Hresult:
        """
        ``AddFileSet``: add several files, each a URL and a local path; all or none of them.

        E_INVALIDARG for no file, or where one of them is refused as `add_file` would refuse it; BITS only, else
        E_NOTIMPL. Clauses: addfile/ok, addfile/limits.
        """
        pairs = tuple(files)
        event = AddFileSet(tuple(AddFile(url, path) for url, path in pairs), self._client.limits.files_per_job)

        def check() -> None:
            if self._engine.dialect is Dialect.BITS:
                for url, path in pairs:
                    self._check_file(url, path, event)

        return self._call(event, check)

    def set_remote_name(self, number: int, remote_url: str) -> Hresult:
        """
        ``IBackgroundCopyFile2::SetRemoteName``: fetch file ``number`` (from 0) from another URL.

        What is here of it is kept if the file there has the same size and time stamp and can be resumed, else it
        begins anew; a transferred file is left alone. The name is recorded at once. E_INVALIDARG for a bad URL.
        Clauses: file/seturl, file/serialize.
        """
        return self._call(SetRemoteName(number, remote_url))

    def replace_remote_prefix(self, old_prefix: str, new_prefix: str) -> Hresult:
        """
        ``ReplaceRemotePrefix``: `set_remote_name` for every file whose URL begins with ``old_prefix``, case and all.

        S_FALSE where none does, E_INVALIDARG where an outcome is no URL, and then none is changed; BITS only,
        else E_NOTIMPL. Clause: file/prefix.
        """
        return self._call(ReplaceRemotePrefix(old_prefix, new_prefix))

    def resume(self) -> Hresult:
        """Send the job on its way (`resume/suspended`); refused while it has no file (`resume/empty`)."""
        return self._call(Resume())

    def suspend(self) -> Hresult:
        """Stop all transfers until Resume; on return nothing is written any more (`suspend/action`)."""
        return self._call(Suspend())

    def cancel(self) -> Hresult:
        """End the job, delete its temporary files; BG_S_UNABLE_TO_DELETE_FILES if any stay (`cancel/any`)."""
        return self._call(Cancel())

    def complete(self) -> Hresult:
        """
        Make the transferred files available and end the job (`complete/transferred`, `complete/partial`).

        BG_S_PARTIAL_COMPLETE in BITS when some were not transferred, BG_S_UNABLE_TO_DELETE_FILES when temporary
        files of those stay; an upload is refused before it is TRANSFERRED (`complete/upload`). When a file cannot
        get its name this raises, and the job stays as it was (`complete/rename`).
        """
        return self._call(Complete())

    def set_priority(self, priority: int) -> Hresult:
        """Choose a priority (`set/arg`, `priority`)."""
        return self._call(SetPriority(priority))

    def set_no_progress_timeout(self, seconds: int) -> Hresult:
        """Choose how long the job may fail without progress; 0 retries nothing (`timer/progress`)."""
        return self._call(SetNoProgressTimeout(seconds))

    def set_minimum_retry_delay(self, seconds: int) -> Hresult:
        """Choose the time from a transient error to the next try, at least 5 s; BITS only (`timer/retry`)."""
        return self._call(SetMinimumRetryDelay(seconds))

    def set_maximum_download_time(self, seconds: int) -> Hresult:
        """
        ``SetMaximumDownloadTime``: choose how long the job may be CONNECTING and TRANSFERRING, at first 90 days.

        After that it is in ERROR with BG_E_MAXDOWNLOAD_TIMEOUT; Resume counts from 0 again. BITS only, else
        E_NOTIMPL. Clause: timer/maxdownload.
        """
        return self._call(SetMaximumDownloadTime(seconds))

    def set_reply_file_name(self, local_path: str | None) -> Hresult:
        """
        ``SetReplyFileName``: choose where the server's reply to the upload is to stand; None leaves it to the service.

        E_NOTIMPL for a job without a reply (decision/22), BG_E_INVALID_STATE once the reply has begun to arrive,
        else refused as the local path of a download is. Clause: upload/reply.
        """
        event = SetReplyFileName(local_path or "")

        def check() -> None:
            if local_path and self._record.job.type is JobType.UPLOAD_REPLY:
                check_destination(local_path, name_of(event), state=self.state)

        return self._call(event, check)

    def take_ownership(self) -> Hresult:
        """
        ``TakeOwnership``: make the job one's own; E_ACCESSDENIED for all but an administrator (`owner/take`).

        BITS only, else E_NOTIMPL. A handle that its last owner holds can do nothing with it any more
        nor show what is in it, and his callback is called no more.
        """
        event = TakeOwnership(self._client.user.name)

        def check() -> None:
            if self._engine.dialect is Dialect.BITS:
                self._client.refuse_plain(name_of(event), state=self.state)

        return self._call(event, check)

    def set_display_name(self, display_name: str | None) -> Hresult:
        """
        ``SetDisplayName``: give the job another name; BITS only, else E_NOTIMPL (`set/final`).

        None is refused with E_INVALIDARG, more than 256 characters with BG_E_STRING_TOO_LONG (`addfile/limits`).
        """
        event = SetDisplayName("" if display_name is None else display_name)

        def check() -> None:
            if self._engine.dialect is Dialect.BITS:
                check_display_name(display_name, name_of(event), Hresult.BG_E_STRING_TOO_LONG, state=self.state)

        return self._call(event, check)

    def set_notify_flags(self, flags: int) -> Hresult:
        """
        ``SetNotifyFlags``: choose the callbacks, as a sum of `NotifyFlag`; E_NOTIMPL for an unknown one.

        DISABLE switches all others off; FILE_RANGES_TRANSFERRED is for ranges that are asked for while a job runs,
        which no job of this service does. Delivery Optimization has neither flag. Clauses: set/arg, set/final.
        """
        return self._call(SetNotifyFlags(flags))

    def set_notify_interface(self, callback: Callback | None) -> Hresult:
        """
        ``SetNotifyInterface``: call this one, or nobody, from now on; not recorded (`callback/error`).

        Calls are made on a thread of their own; :mod:`copyjob.reference.callbacks` tells when and how often.
        """
        subscription = None if callback is None else Subscription(self, callback)
        return self._call(SetNotifyInterface(subscription))

    @property
    def http_options(self) -> JobHttpOptions:
        """What goes with the requests of the job: header lines, credentials, what becomes of redirects."""
        return JobHttpOptions(self._record, self._client, self._call)

    # ---- getters ----

    @property
    def id(self) -> str:
        """The id of the job, a GUID."""
        return self._record.id

    @property
    def display_name(self) -> str:
        """What its owner calls it."""
        return self._record.display_name

    @property
    def state(self) -> JobState:
        """The state of the job."""
        return self._record.job.state

    @property
    def job(self) -> Job:
        """The whole life-cycle data of the job, frozen."""
        return self._record.job

    @property
    def priority(self) -> JobPriority:
        """The priority of the job."""
        return self._record.job.priority

    @property
    def notify_flags(self) -> NotifyFlag:
        """``GetNotifyFlags``: the callbacks that the owner wants; at first JOB_TRANSFERRED and JOB_ERROR."""
        return NotifyFlag(self._record.job.notify_flags)

    @property
    def notify_interface(self) -> Callback | None:
        """``GetNotifyInterface``: who is called, None for nobody, as once the job has ended; for the owner alone."""
        self._refuse_foreign("get_notify_interface")
        return self._engine.notifier.registered(self._record)

    @property
    def owner(self) -> str:
        """``GetOwner``: the name of the user who created the job, or took it (`manager/get`, `owner/take`)."""
        return self._record.owner

    @property
    def max_download_seconds(self) -> int:
        """``GetMaximumDownloadTime``; BITS only, else E_NOTIMPL (`timer/maxdownload`)."""
        if self._engine.dialect is Dialect.DO:
            raise not_in_do(self._record.job, "get_maximum_download_time")
        return self._record.job.max_download_seconds

    @property
    def error_count(self) -> int:
        """``GetErrorCount``: how often a transfer has failed; BITS only, else E_NOTIMPL (`error/count`)."""
        if self._engine.dialect is Dialect.DO:
            raise not_in_do(self._record.job, Operation.GET_ERROR_COUNT.value)
        return self._record.job.error_count

    @property
    def type(self) -> JobType:
        """``GetType``: what the job transfers, and in which direction."""
        return self._record.job.type

    @property
    def reply_file_name(self) -> str | None:
        """``GetReplyFileName``: where the reply is to stand; None before there is a file (`upload/reply`)."""
        refuse_without_reply(self._record.job, "get_reply_file_name")
        self._refuse_foreign("get_reply_file_name")
        return None if self._record.reply is None else self._record.reply.local_path

    def reply_progress(self) -> ReplyProgress:
        """``GetReplyProgress``: return how much of the reply is here (`upload/reply`)."""
        refuse_without_reply(self._record.job, "get_reply_progress")
        self._refuse_foreign("get_reply_progress")
        return reply_progress_of(self._record)

    def reply_data(self) -> bytes | None:
        """
        ``GetReplyData``: return the reply of a TRANSFERRED job, or of one that was completed since; None for none.

        BG_E_INVALID_STATE before that, BG_E_TOO_LARGE for more than `REPLY_DATA_MAX_BYTES`. Clause: upload/reply.
        """
        refuse_without_reply(self._record.job, "get_reply_data")
        self._refuse_foreign("get_reply_data")
        return reply_data_of(self._record)

    def times(self) -> Times:
        """``GetTimes``: return when the job was created, modified, transferred (`times`)."""
        return Times(self.created_at_seconds, self.modified_at_seconds, self.transferred_at_seconds)

    @property
    def created_at_seconds(self) -> float:
        """When the job was created (`times`)."""
        return self._record.created_at_seconds

    @property
    def modified_at_seconds(self) -> float:
        """When the job last changed or received bytes (`times`)."""
        return self._record.modified_at_seconds

    @property
    def transferred_at_seconds(self) -> float | None:
        """When the job last entered TRANSFERRED, or None (`times`)."""
        return self._record.transferred_at_seconds

    def wait_for(self, *states: JobState, timeout_seconds: float | None = None) -> bool:
        """Wait, in real time, until the job is in one of these states; return whether it is."""
        return self._engine.wait_for(self._record, states, timeout_seconds)

    def progress(self) -> Progress:
        """Return how far the job is (`job/progress`)."""
        self._refuse_foreign(Operation.GET_PROGRESS.value)
        return progress_of(self._record)

    def error(self) -> TransferFault:
        """Return why the job failed, or refuse where it did not (`error/available`, decision/18)."""
        self._refuse_foreign(Operation.GET_ERROR.value)
        return error_of(self._record.job)

    def files(self) -> list[FileInfo]:
        """Return the files of the job in the order of their addition."""
        self._refuse_foreign(Operation.ENUM_FILES.value)
        return files_of(self._record)

    def enum_files(self) -> Enumerator[FileInfo]:
        """``EnumFiles``: return an enumerator of the files as they are now (`enum/files`)."""
        return Enumerator(self._engine.dialect, self.files())
