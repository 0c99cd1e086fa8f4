"""Parts of a remote file: which ranges a file may be asked for by, and which bytes of a given file they are.

Laws: ranges are kept, and written, in the order in which they were given (`ranges/layout`). None overlaps
another, and none is empty. Whether they lie within the file nobody knows before the server has said how
long that is (`addfile/ranges`).

It does not know servers, jobs or files on disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from copyjob.reference.errors import CopyJobError, spelled
from copyjob.spec.vocabulary import LENGTH_TO_EOF, Dialect, Hresult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copyjob.spec.vocabulary import JobState

_BITS_64: Final = 2**64


class FileRange(Struct, frozen=True):
    """``BG_FILE_RANGE``: some bytes of a remote file; `LENGTH_TO_EOF` reaches to its end."""

    offset_bytes: int
    length_bytes: int

    @property
    def open_ended(self) -> bool:
        """Whether it reaches to the end of the file, wherever that is."""
        return self.length_bytes == LENGTH_TO_EOF


WHOLE_FILE: Final = (FileRange(0, LENGTH_TO_EOF),)
"""The one range that asks for everything, and therefore for no range at all."""


def check_ranges(
    ranges: Sequence[FileRange],
    operation: str,
    dialect: Dialect,
    *,
    ranges_max: int | None = None,
    state: JobState | None = None,
) -> None:
    """
    Refuse ranges that no file could be asked for by.

    In this order: E_INVALIDARG for none at all or for a number that has not 64 bits; INVALID_RANGE for a start
    of `LENGTH_TO_EOF` or no length (decision/14); OVERLAPPING_RANGES, equal starts included;
    BG_E_TOO_MANY_RANGES_IN_FILE for more than ``ranges_max``. Clauses: addfile/ranges, ranges/layout, addfile/limits.
    """

    def refuse(hresult: int, detail: str) -> CopyJobError:
        return CopyJobError(hresult, operation, detail, state=state)

    if not ranges:
        raise refuse(Hresult.E_INVALIDARG, "no range is given; to have the whole file give one to its end")
    for item in ranges:
        if not (0 <= item.offset_bytes < _BITS_64 and 0 <= item.length_bytes < _BITS_64):
            raise refuse(Hresult.E_INVALIDARG, f"{item} has a number that does not fit into 64 bits")
    invalid = spelled(dialect, Hresult.BG_E_INVALID_RANGE, Hresult.DO_E_INVALID_RANGE)
    for item in ranges:
        if item.offset_bytes == LENGTH_TO_EOF:
            raise refuse(invalid, "a range may end at the end of the file, not begin there")
        if not item.length_bytes:
            raise refuse(invalid, f"the range at {item.offset_bytes} has no length")
    reached = -1
    for item in sorted(ranges, key=lambda item: item.offset_bytes):
        if item.offset_bytes < reached:
            code = spelled(dialect, Hresult.BG_E_OVERLAPPING_RANGES, Hresult.DO_E_OVERLAPPING_RANGES)
            raise refuse(code, f"the range at {item.offset_bytes} overlaps the one before it")
        reached = _BITS_64 if item.open_ended else item.offset_bytes + item.length_bytes
    if ranges_max is not None and len(ranges) > ranges_max:
        detail = f"{len(ranges)} ranges are given, {ranges_max} are allowed; add the file twice"
        raise refuse(Hresult.BG_E_TOO_MANY_RANGES_IN_FILE, detail)


def length_of(ranges: Sequence[FileRange], source_size_bytes: int | None = None) -> int | None:
    """
    Return how many bytes the ranges are together (`file/progress`).

    None where one of them reaches to an end that is not known.
    """
    total = 0
    for item in ranges:
        if not item.open_ended:
            total += item.length_bytes
        elif source_size_bytes is None:
            return None
        else:
            total += max(source_size_bytes - item.offset_bytes, 0)
    return total


def outside(ranges: Sequence[FileRange], source_size_bytes: int) -> FileRange | None:
    """Return the first range that is not wholly within a file of this size, or None (`ranges/error`)."""
    for item in ranges:
        length = 1 if item.open_ended else item.length_bytes
        if item.offset_bytes + length > source_size_bytes:
            return item
    return None


def wanted_at(
    ranges: Sequence[FileRange], stored_bytes: int, source_size_bytes: int | None = None
) -> tuple[int, int | None]:
    """
    Return what to ask for when so many bytes are stored: the first byte and the one after the last.

    None where the end of the file is meant. Something must be left to ask for; the size of the source may be
    unknown while nothing is stored.
    """
    left = stored_bytes
    for item in ranges:
        first, length = item.offset_bytes, item.length_bytes
        if item.open_ended and source_size_bytes is None:
            return first + left, None
        if item.open_ended:
            length = (source_size_bytes or 0) - first
        if left < length:
            return first + left, None if item.open_ended else first + length
        left -= length
    raise AssertionError("every range is stored already")
