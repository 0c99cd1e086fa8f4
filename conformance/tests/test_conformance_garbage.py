"""How often Python looks for garbage while a check goes on, and that it is left as it was found."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from copyjob.conformance.garbage import LOOK_OBJECTS, rarely_looked_for


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leave the thresholds of the process alone."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def test_garbage_is_looked_for_rarely_while_a_check_goes_on() -> None:
    gc.set_threshold(700, 10, 10)
    with rarely_looked_for():
        during = gc.get_threshold()

    assert during == (LOOK_OBJECTS, 10, 10)


def test_garbage_is_looked_for_as_before_when_a_check_has_failed() -> None:
    gc.set_threshold(700, 10, 10)
    with pytest.raises(OSError, match="it failed"), rarely_looked_for():
        raise OSError("it failed")

    assert gc.get_threshold() == (700, 10, 10)


@pytest.mark.parametrize("objects", [0, 2 * LOOK_OBJECTS])
def test_who_looks_more_rarely_still_is_left_in_peace(objects: int) -> None:
    gc.set_threshold(objects, 10, 10)
    with rarely_looked_for():
        during = gc.get_threshold()

    assert during == (objects, 10, 10)
