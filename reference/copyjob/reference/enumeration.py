"""Going through the files of a job, or the jobs of the queue, some at a time.

Laws: an enumerator is a snapshot, what is added or ends later does not show in it; asking past the end gives
what is left and S_FALSE, and is no error.

It does not know what it enumerates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from copyjob.reference.errors import CopyJobError
from copyjob.spec.vocabulary import Dialect, Hresult

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ItemT = TypeVar("ItemT")


class Enumerator(Generic[ItemT]):
    """
    A place in a snapshot: ``IEnumBackgroundCopyFiles``, ``IEnumBackgroundCopyJobs`` (`enum/files`).

    It is iterable, too, from its place to the end; iterating moves the place. It belongs to one thread.
    """

    __slots__ = ("_dialect", "_items", "_place")

    def __init__(self, dialect: Dialect, items: Iterable[ItemT]) -> None:
        self._dialect = dialect
        self._items = tuple(items)
        self._place = 0

    def next(self, count: int = 1) -> tuple[list[ItemT], Hresult]:
        """
        ``Next``: return the next ``count`` items and S_OK, or those that are left and S_FALSE.

        E_INVALIDARG for a negative count. Clause: enum/files.
        """
        start = self._place
        answer = self.skip(count, "next")
        return list(self._items[start : self._place]), answer

    def skip(self, count: int, operation: str = "skip") -> Hresult:
        """``Skip``: pass over ``count`` items; S_FALSE where fewer are left, the place is the end then."""
        if count < 0:
            raise CopyJobError(Hresult.E_INVALIDARG, operation, f"{count} is no number of items")
        wanted = self._place + count
        self._place = min(wanted, len(self._items))
        return Hresult.S_OK if self._place == wanted else Hresult.S_FALSE

    def reset(self) -> Hresult:
        """``Reset``: go back to the first item."""
        self._place = 0
        return Hresult.S_OK

    def clone(self) -> Enumerator[ItemT]:
        """``Clone``: return another one with the same items at the same place; BITS only, else E_NOTIMPL."""
        if self._dialect is Dialect.DO:
            raise CopyJobError(Hresult.E_NOTIMPL, "clone", "Delivery Optimization has no such method")
        twin = Enumerator(self._dialect, self._items)
        twin._place = self._place
        return twin

    @property
    def count(self) -> int:
        """``GetCount``: how many items the snapshot has, wherever the place is."""
        return len(self._items)

    def __iter__(self) -> Iterator[ItemT]:
        return self

    def __next__(self) -> ItemT:
        if self._place == len(self._items):
            raise StopIteration
        self._place += 1
        return self._items[self._place - 1]
