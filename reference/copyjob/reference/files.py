"""The files of a job: which it has, what adding to them means, and what becomes of their remote names.

Laws: files are transferred in the order of their addition, and that never changes. Adding is all or
nothing. A file that is transferred is left alone, whatever happens to remote names (`file/seturl`).

It does not know states but the final ones, which add and rename nothing, nor how bytes travel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from copyjob.reference.errors import CopyJobError, spelled
from copyjob.reference.events import AddFile, AddFileSet, AddFileWithRanges, ReplaceRemotePrefix, SetRemoteName, name_of
from copyjob.reference.refusals import not_in_do, refuse_if_final, refuse_upload
from copyjob.reference.urls import check_url
from copyjob.spec.vocabulary import Dialect, Hresult, JobType

if TYPE_CHECKING:
    from copyjob.reference.job import Job


class File(Struct, frozen=True):
    """One file of a job: where it comes from, where it goes, how far it is."""

    remote_url: str
    local_path: str
    transferred: bool = False
    """Every byte is stored in the temporary file."""
    completed: bool = False
    """Complete has made it available under its local name (`file/progress`)."""


def added(job: Job, event: AddFile | AddFileSet) -> tuple[File, ...]:
    """
    Return the files of ``job`` after an AddFile, AddFileWithRanges or AddFileSet.

    INVALID_STATE in a final state (decision/6), BG_E_TOO_MANY_FILES_IN_JOB where not all of them have room; an
    upload has one file, else BG_E_TOO_MANY_FILES, and no ranges. Delivery Optimization has no AddFileSet. Clauses:
    addfile/ok, addfile/limits, ranges/layout.
    """
    if isinstance(event, AddFileWithRanges):
        refuse_upload(job, name_of(event))
    if isinstance(event, AddFileSet) and job.dialect is Dialect.DO:
        raise not_in_do(job, name_of(event))
    refuse_if_final(job, event)
    new = event.files if isinstance(event, AddFileSet) else (event,)
    if not new:
        raise CopyJobError(Hresult.E_INVALIDARG, name_of(event), "the set has no file", state=job.state)
    most, there = event.files_max, len(job.files)
    if job.type is not JobType.DOWNLOAD and there + len(new) > 1:
        detail = f"an upload has one file, {there + len(new)} would be too many"
        raise CopyJobError(Hresult.BG_E_TOO_MANY_FILES, name_of(event), detail, state=job.state)
    if most is not None and there + len(new) > most:
        more = f", {len(new)} more are given" if len(new) > 1 else ""
        detail = f"the job has {there} files{more}, {most} are allowed; use another job"
        raise CopyJobError(Hresult.BG_E_TOO_MANY_FILES_IN_JOB, name_of(event), detail, state=job.state)
    return (*job.files, *(File(file.remote_url, file.local_path) for file in new))


def renamed(job: Job, event: SetRemoteName | ReplaceRemotePrefix) -> tuple[tuple[File, ...], Hresult]:
    """
    Return the files of ``job`` with their new remote names, and the answer to the call.

    S_FALSE where no file has the prefix. INVALID_STATE in a final state, E_INVALIDARG for a URL that is none or
    no prefix, FILE_NOT_AVAILABLE for a file that the job has not got. Uploads have no such methods, Delivery
    Optimization has no ReplaceRemotePrefix. Clauses: file/seturl, file/prefix, file/serialize.
    """
    operation = name_of(event)
    if isinstance(event, ReplaceRemotePrefix) and job.dialect is Dialect.DO:
        raise not_in_do(job, operation)
    refuse_upload(job, operation)
    refuse_if_final(job, event)
    names = dict[int, str]()
    if isinstance(event, SetRemoteName):
        if not 0 <= event.number < len(job.files):
            code = spelled(job.dialect, Hresult.BG_E_FILE_NOT_AVAILABLE, Hresult.DO_E_FILE_NOT_AVAILABLE)
            raise CopyJobError(code, operation, f"the job has no file {event.number}", state=job.state)
        names[event.number] = event.remote_url
    else:
        old, new = event.old_prefix, event.new_prefix
        if not old or not new:
            raise CopyJobError(Hresult.E_INVALIDARG, operation, "a prefix has at least one character", state=job.state)
        for number, file in enumerate(job.files):
            if file.remote_url.startswith(old):
                names[number] = new + file.remote_url[len(old) :]
    for name in names.values():
        check_url(name, operation, state=job.state)
    files = list(job.files)
    for number, name in names.items():
        if not files[number].transferred and files[number].remote_url != name:
            files[number] = replace(files[number], remote_url=name)
    return tuple(files), Hresult.S_OK if names else Hresult.S_FALSE
