"""Complete on disk: temporary files get their local names, and what a kill or a failing disk has cut short is
known for what it is.

Laws: the intent is recorded before the first rename, so that at any instruction a file either still has its
temporary name or already its local one, and whoever goes on knows which files were meant: of those, one whose
temporary file is gone has its name. A file is said to be available only when its directory is synced: a loss of
power does not take it back.

It does not know jobs, and records nothing itself.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from copyjob.reference.disk import TemporaryFile, delete, rename, sync_directory
from copyjob.spec.vocabulary import JobType

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from copyjob.reference.record import Part, Record


class Naming(NamedTuple):
    """What has come of giving names: numbers of files, and what was in the way."""

    available: tuple[int, ...]
    """These have their local names, whatever happens."""
    unsure: tuple[int, ...]
    """These may have them, and a loss of power may take them back: the intent stands until that is known."""
    failure: OSError | None


def give_names(parts: Iterable[Part], begun: Collection[int] = ()) -> Naming:
    """Rename until one cannot be renamed; ``begun`` are the files that somebody has begun to rename before."""
    given: list[Part] = []
    failure: OSError | None = None
    try:
        for part in parts:
            if part.number not in begun or _still_temporary(part):
                rename(part.temporary, part.local_path, part.size_bytes)
            given.append(part)
    except OSError as error:
        failure = error
    return _sync(given, failure)


def names_given(parts: Iterable[Part]) -> Naming:
    """Say after a kill which of these files have their names, and change nothing."""
    given: list[Part] = []
    unsure: list[int] = []
    failure: OSError | None = None
    for part in parts:
        try:
            if not _still_temporary(part):
                given.append(part)
        except OSError as error:
            failure = failure or error
            unsure.append(part.number)
    available, more, failure = _sync(given, failure)
    return Naming(available, (*unsure, *more), failure)


def _still_temporary(part: Part) -> bool:
    """Return whether a file still has its temporary name; ``OSError`` where its directory is not there to ask."""
    directory = Path(part.temporary).parent
    directory.stat()  # one that is not mounted says nothing of what is in it
    # A link that leads nowhere has been put there; it must not pass for a file that has its name already.
    return Path(part.temporary).is_symlink() or Path(part.temporary).exists()


def _sync(given: list[Part], failure: OSError | None) -> Naming:
    unsure: set[str] = set()
    directories = [os.path.dirname(part.local_path) for part in given]  # noqa: PTH120 thousands of times a job
    for directory in sorted(set(directories)):
        try:
            sync_directory(directory)
        except OSError as error:
            failure = failure or error
            unsure.add(directory)
    sure = [directory not in unsure for directory in directories]
    return Naming(
        tuple(part.number for part, known in zip(given, sure, strict=True) if known),
        tuple(part.number for part, known in zip(given, sure, strict=True) if not known),
        failure,
    )


def clean(record: Record) -> bool:
    """Delete every temporary file of a job; return whether none is left."""
    left = [path for path in record.leftovers if not delete(path)]
    return not left


def discard_reply(record: Record) -> None:
    """
    Delete what a try that failed has left of the reply to an upload: the next one begins anew, perhaps elsewhere.

    ``OSError`` where it cannot be deleted for good: once the reply has another place nobody would look for it here.
    """
    if record.reply is None:
        return
    temporary = record.reply.temporary
    try:
        os.unlink(temporary)  # noqa: PTH108 called with the string that the store holds
        sync_directory(os.path.dirname(temporary))  # noqa: PTH120 likewise
    except FileNotFoundError:
        # An earlier call may have deleted it and failed to sync that; a directory of which nothing is to be had has
        # never held it.
        with contextlib.suppress(FileNotFoundError, PermissionError):
            sync_directory(os.path.dirname(temporary))  # noqa: PTH120 likewise
    record.reply.forget()


def forget_sent(record: Record) -> None:
    """Count nothing of an upload that has not arrived, nor of its reply, where no transfer is under way."""
    if record.job.type is JobType.DOWNLOAD or record.job.next_file is None:
        return
    for part in record.parts:
        part.offset_bytes = 0
    if record.reply is not None:
        record.reply.forget()


def take_stock(record: Record, *, same_boot: bool) -> bool:
    """
    Compare what was recorded of unfinished files with what is on disk after a stop of the service.

    While the machine has run on, every byte that was written is there, recorded or not; where no version of
    them was recorded, nothing counts. After a start of the machine only synced bytes count: the others are cut off,
    or the next stop would take them for written. False where one could not be.
    """
    all_cut = True
    for part, file in zip(record.parts, record.job.files, strict=True):
        if file.transferred:
            continue
        if not part.temporary:
            continue  # an upload begins anew, see `forget_sent`
        if same_boot and part.size_bytes is None and not part.offset_bytes:
            continue  # never begun: whatever is there counts for nothing, and is cut off when it begins
        try:
            length = Path(part.temporary).stat(follow_symlinks=False).st_size
        except OSError:
            length = 0
        most = length if same_boot else min(part.synced_bytes, length)
        if part.size_bytes is None or most > part.size_bytes:
            most = 0
        if length > most and not same_boot:
            all_cut = _cut(part, most) and all_cut
        part.offset_bytes = most
        part.synced_bytes = min(part.synced_bytes, most)
        record.changed.add(part.number)
    return all_cut


def forget_unsynced(part: Part) -> None:
    """
    Count only what was synced, after a sync that failed: the system may have dropped the rest, and no later sync
    would say so.
    """
    if _cut(part, part.synced_bytes):
        part.offset_bytes = part.synced_bytes
    else:
        part.forget()


def _cut(part: Part, length: int) -> bool:
    try:
        with contextlib.closing(TemporaryFile(part.temporary)) as temporary:
            temporary.cut(length)
    except OSError:
        return False
    return True
