"""Words of other rooms that ``copyjob explain`` tells too.

Law: this room knows none of them. Another room registers an object under :data:`GROUP`; a word of the specification is
never another room's, and a room that cannot be loaded has no words.
"""

from __future__ import annotations

from contextlib import suppress
from importlib.metadata import entry_points
from typing import Final, Protocol


class Room(Protocol):
    """What another room registers under :data:`GROUP`: words of its own, and what they mean."""

    names: tuple[str, ...]

    def explained(self, word: str) -> str | None:
        """Return what a word means, in lines; None where it is none of the room's."""
        ...


GROUP: Final = "copyjob.words"
"""The group of entry points."""


def rooms_with_words() -> list[Room]:
    """Return what other rooms have registered."""
    rooms: list[Room] = []
    for point in entry_points(group=GROUP):
        with suppress(ImportError, AttributeError):
            rooms.append(point.load())
    return rooms
