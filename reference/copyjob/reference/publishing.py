"""Complete on disk: temporary files get their local names, and a kill in the middle is mended at the next
start.

Laws: the intent is recorded before the first rename, so that at any instruction a file either still has its
temporary name or already its local one, and the next start knows which files were meant. Going on is then
the same act as beginning: what has its name already is skipped.

It does not know jobs, and records nothing itself.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from copyjob.reference.disk import TemporaryFile, delete, rename, sync_directories

if TYPE_CHECKING:
    from collections.abc import Iterable

    from copyjob.reference.record import Part, Record


def give_names(parts: Iterable[Part]) -> tuple[tuple[int, ...], OSError | None]:
    """
    Rename until one cannot be renamed; return the numbers that have their local names, and what was in the
    way.
    """
    done: list[Part] = []
    failure: OSError | None = None
    try:
        for part in parts:
            rename(part.temporary, part.local_path, part.size_bytes)
            done.append(part)
    except OSError as error:
        failure = error
    try:
        sync_directories(part.local_path for part in done)
    except OSError as error:
        failure = failure or error
    return tuple(part.number for part in done), failure


def _stands(path: str) -> bool:
    # A link that leads nowhere has been put there; it must not pass for a file that has its name already.
    return Path(path).is_symlink() or Path(path).exists()


def finish_names(parts: Iterable[Part]) -> tuple[tuple[int, ...], OSError | None]:
    """Go on with `give_names` after a kill: a temporary file that is gone had been renamed."""
    wanted = list(parts)
    renamed = [part.number for part in wanted if not _stands(part.temporary)]
    done, failure = give_names(part for part in wanted if part.number not in renamed)
    return (*renamed, *done), failure


def clean(record: Record) -> bool:
    """Delete every temporary file of a job; return whether none is left."""
    left = [path for path in record.leftovers if not delete(path)]
    return not left


def take_stock(record: Record, *, same_boot: bool) -> bool:
    """
    Compare what was recorded of unfinished files with what is on disk after a stop of the service.

    While the machine has run on, every byte that was written is there, recorded or not, and the version was
    recorded before the first of them. After a start of the machine only synced bytes count: the others are cut off,
    or the next stop would take them for written. False where one could not be.
    """
    all_cut = True
    for part, file in zip(record.parts, record.job.files, strict=True):
        if file.transferred:
            continue
        try:
            length = Path(part.temporary).stat(follow_symlinks=False).st_size
        except OSError:
            length = 0
        most = length if same_boot else min(part.synced_bytes, length)
        if part.size_bytes is None or most > part.size_bytes:
            most = 0
        if length > most and not same_boot:
            try:
                with contextlib.closing(TemporaryFile(part.temporary)) as temporary:
                    temporary.cut(most)
            except OSError:
                all_cut = False
        part.offset_bytes = most
        part.synced_bytes = min(part.synced_bytes, most)
        record.changed.add(part.number)
    return all_cut
