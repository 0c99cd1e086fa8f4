"""How wide a text is in the font of the pictures, so that it is drawn as wide with any other font.

Laws:

1. Widths are those of Adobe's metrics of Helvetica and Helvetica-Bold, in thousandths of the size; Arial and Liberation
   Sans have the same.
2. An accented letter is as wide as the letter; what Helvetica lacks counts as :data:`OTHER`.

What this module does not know: where a text stands, what it says.
"""

from __future__ import annotations

import unicodedata
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_BEGINS: Final = 32
_REGULAR: Final = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip
_BOLD: Final = (
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611,
    975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556,
    333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611,
    611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
)  # fmt: skip
_BEYOND: Final[Mapping[str, int]] = MappingProxyType(
    {
        "\u00a0": 278,
        "°": 400,
        "–": 556,
        "—": 1000,
        "…": 1000,
        "„": 333,
        "“": 333,
        "”": 333,
        "’": 222,
        "ß": 611,
        "→": 1000,
    }
)
OTHER: Final = 800
"""The width of a sign that Helvetica lacks."""


def _width(char: str, widths: tuple[int, ...]) -> int:
    if char in _BEYOND:
        return _BEYOND[char]
    at = ord(unicodedata.normalize("NFD", char)[0]) - _BEGINS
    return widths[at] if 0 <= at < len(widths) else OTHER


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide a line of text is, in the unit of ``size``, spaces at its ends included."""
    widths = _BOLD if bold else _REGULAR
    return sum(_width(char, widths) for char in text) * size / 1000
