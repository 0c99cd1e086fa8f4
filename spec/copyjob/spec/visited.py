"""Exact sets of places that were visited, level by level: places are numbers from 0 up to the size of a space.

Law: nothing is ever hashed down or lost: a place is in the set if and only if it was offered. A space that fits is a
byte for each place (:class:`Bitmap`); a larger one is kept as sorted arrays (:class:`SortedSet`).
"""

from __future__ import annotations

from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]

BITMAP_LIMIT: Final = 1 << 28
"""The largest space, in places, that is worth a byte each: 256 MiB."""
_PENDING_LIMIT: Final = 1 << 22
_DEEPEST_BYTE: Final = np.iinfo(np.uint8).max


class TooManyError(Exception):
    """More places than were allowed; ``visited`` is how many there were when the search was given up."""

    def __init__(self, visited: int, allowed: int) -> None:
        super().__init__(f"more than {allowed} configurations")
        self.visited = visited


class Visited(Protocol):
    """What was visited, at which distance."""

    @property
    def at_least(self) -> int:
        """How many places the next level has at least."""
        ...

    def offer(self, codes: Codes) -> None:
        """Take places, in any order and as often as may be; what is new belongs to the next level."""
        ...

    def next_level(self) -> Codes:
        """Close the level and return its places, ascending; none means that everything was visited."""
        ...

    def at(self, depth: int) -> Codes:
        """Return the places at this distance, ascending."""
        ...


class _Fresh:
    """What was offered and is new, before its level is closed; twins are dropped before they pile up."""

    def __init__(self) -> None:
        self._parts: list[Codes] = []
        self._pending = 0
        self.at_least = 0
        """How many different ones there are at least."""

    def put(self, codes: Codes) -> None:
        """Take new places; some may be there already."""
        self._parts.append(codes)
        self._pending += codes.size
        if self._pending > _PENDING_LIMIT + self.at_least:
            self._parts = [self.once()]
            self._pending, self.at_least = 0, int(self._parts[0].size)

    def once(self) -> Codes:
        """Return all of them ascending, each once."""
        return sorted_once(np.concatenate(self._parts)) if self._parts else np.empty(0, np.int64)


class Bitmap:
    """A byte for each place (two from the 255th level on): 0, or its distance plus 1."""

    def __init__(self, space: int) -> None:
        self._marks: NDArray[np.uint8] | NDArray[np.uint16] = np.zeros(space, np.uint8)
        self._mark = 1
        self._fresh = _Fresh()

    @property
    def at_least(self) -> int:
        """How many places the next level has at least; see :class:`Visited`."""
        return self._fresh.at_least

    def offer(self, codes: Codes) -> None:
        """Take places; see :class:`Visited`."""
        fresh = codes[self._marks.take(codes) == 0]
        if fresh.size:
            # Marked at once, so that the next offer does not bring it again; twins within one offer go later.
            self._marks[fresh] = self._mark
            self._fresh.put(fresh)

    def next_level(self) -> Codes:
        """Close the level; see :class:`Visited`."""
        level, self._fresh = self._fresh.once(), _Fresh()
        if self._mark == _DEEPEST_BYTE:
            self._marks = self._marks.astype(np.uint16)
        self._mark += 1
        return level

    def at(self, depth: int) -> Codes:
        """Return a level; see :class:`Visited`."""
        return np.flatnonzero(self._marks == depth + 1)


class SortedSet:
    """Eight bytes for each place that was visited, twice: all in one sorted array, and level by level."""

    def __init__(self) -> None:
        self._all: Codes = np.empty(0, np.int64)
        self._levels: list[Codes] = []
        self._fresh = _Fresh()

    @property
    def at_least(self) -> int:
        """How many places the next level has at least; see :class:`Visited`."""
        return self._fresh.at_least

    def offer(self, codes: Codes) -> None:
        """Take places; see :class:`Visited`."""
        fresh = self._unknown(sorted_once(codes))
        if fresh.size:
            self._fresh.put(fresh)

    def _unknown(self, codes: Codes) -> Codes:
        if not self._all.size:
            return codes
        found = np.searchsorted(self._all, codes)
        found[found == self._all.size] = 0
        unknown: Codes = codes[self._all[found] != codes]
        return unknown

    def next_level(self) -> Codes:
        """Close the level; see :class:`Visited`."""
        level, self._fresh = self._fresh.once(), _Fresh()
        if level.size:
            self._levels.append(level)
            self._all = np.concatenate((self._all, level))
            self._all.sort(kind="stable")  # two sorted runs
        return level

    def at(self, depth: int) -> Codes:
        """Return a level; see :class:`Visited`."""
        return self._levels[depth]


def sorted_once(codes: Codes) -> Codes:
    """Return the places ascending, each once."""
    codes = np.sort(codes)
    if codes.size < 2:  # noqa: PLR2004 one place has no twin
        return codes
    keep = np.empty(codes.size, np.bool_)
    keep[0] = True
    np.not_equal(codes[1:], codes[:-1], out=keep[1:])
    return codes[keep]


def visited_set(space: int) -> Visited:
    """Return an empty set for a space of that many places, of the kind that suits it."""
    return Bitmap(space) if space <= BITMAP_LIMIT else SortedSet()
