"""Complete on disk: temporary files get their local names, and a kill in the middle is mended at the next
start.

Laws: the intent is recorded before the first rename, so that at any instruction a file either still has its
temporary name or already its local one, and the next start knows which files were meant. Going on is then
the same act as beginning: what has its name already is skipped.

It does not know jobs, and records nothing itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from copyjob.reference.disk import delete, rename, sync_directories

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
            rename(part.temporary, part.local_path)
            done.append(part)
    except OSError as error:
        failure = error
    try:
        sync_directories(part.local_path for part in done)
    except OSError as error:
        failure = failure or error
    return tuple(part.number for part in done), failure


def finish_names(parts: Iterable[Part]) -> tuple[tuple[int, ...], OSError | None]:
    """Go on with `give_names` after a kill: a temporary file that is gone had been renamed."""
    wanted = list(parts)
    renamed = [part.number for part in wanted if not Path(part.temporary).exists()]
    done, failure = give_names(part for part in wanted if part.number not in renamed)
    return (*renamed, *done), failure


def clean(record: Record) -> bool:
    """Delete every temporary file of a job; return whether none is left."""
    left = [path for path in record.leftovers if not delete(path)]
    return not left


def take_stock(record: Record, *, same_boot: bool) -> None:
    """
    Compare what was recorded of unfinished files with what is on disk after a stop of the service.

    While the machine has run on, every byte that was written is there, recorded or not, and the version was
    recorded before the first of them. After a start of the machine only synced bytes count.
    """
    for part, file in zip(record.parts, record.job.files, strict=True):
        if file.transferred:
            continue
        try:
            length = Path(part.temporary).stat().st_size
        except OSError:
            length = 0
        most = length if same_boot else min(part.synced_bytes, length)
        if part.size_bytes is None or most > part.size_bytes:
            most = 0
        part.offset_bytes = most
        part.synced_bytes = min(part.synced_bytes, most)
        record.changed.add(part.number)
