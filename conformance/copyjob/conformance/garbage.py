"""Garbage: how often Python looks for cycles of objects that nobody holds, while plans are made and run.

Law: nothing is left to lie that would be found otherwise, it is found later. Most of what a check makes it keeps to its
end (tables, plans, what a judge remembers); to look through it after every few hundred new objects takes a tenth of the
time and finds nothing.
"""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager

LOOK_OBJECTS = 20_000
"""So many objects more than were freed make Python look; its own number is 700."""


@contextmanager
def rarely_looked_for() -> Generator[None]:
    """Look more rarely; afterwards as before. Whoever looks more rarely still, or never, is left in peace."""
    before = gc.get_threshold()
    if 0 < before[0] < LOOK_OBJECTS:
        gc.set_threshold(LOOK_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
