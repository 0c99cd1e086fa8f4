"""The server's reply to an upload, as its owner sees it before and after Complete.

Law: before Complete a reply is read from its temporary file, afterwards from the file that the owner named; nobody
is told of a reply that has not arrived whole.

It does not know how a reply arrives.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from copyjob.reference.errors import CopyJobError, code_of_os_error
from copyjob.spec.vocabulary import SIZE_UNKNOWN, Hresult, JobState

if TYPE_CHECKING:
    from copyjob.reference.record import Record

REPLY_DATA_MAX_BYTES: Final = 1024 * 1024
_OPERATION: Final = "get_reply_data"


class ReplyProgress(Struct, frozen=True):
    """
    How much of a reply is here, in the order of ``BG_JOB_REPLY_PROGRESS``; the total is `SIZE_UNKNOWN` before the
    server has said it (`upload/reply`).
    """

    bytes_total: int
    bytes_transferred: int


def reply_progress_of(record: Record) -> ReplyProgress:
    """Return how much of the reply to an upload is here."""
    reply = record.reply
    if reply is None:
        return ReplyProgress(SIZE_UNKNOWN, 0)
    return ReplyProgress(SIZE_UNKNOWN if reply.size_bytes is None else reply.size_bytes, reply.offset_bytes)


def reply_data_of(record: Record) -> bytes | None:
    """Return the reply itself, None for an empty one, or refuse as `JobHandle.reply_data` says."""
    state, reply = record.job.state, record.reply
    if reply is None or state not in {JobState.TRANSFERRED, JobState.ACKNOWLEDGED}:
        raise CopyJobError(Hresult.BG_E_INVALID_STATE, _OPERATION, "the reply has not arrived", state=state)
    size = reply.size_bytes or 0
    if size > REPLY_DATA_MAX_BYTES:
        detail = f"the reply has {size} bytes; complete the job and read {reply.local_path}"
        raise CopyJobError(Hresult.BG_E_TOO_LARGE, _OPERATION, detail, state=state)
    try:
        try:
            data = Path(reply.temporary).read_bytes()
        except FileNotFoundError:  # completed, perhaps this very moment
            data = Path(reply.local_path).read_bytes()
    except OSError as error:
        detail = f"{reply.local_path}: {error.strerror}"
        raise CopyJobError(code_of_os_error(error), _OPERATION, detail, state=state) from error
    return data or None
