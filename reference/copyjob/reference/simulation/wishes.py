"""What simulated clients want: files, or ranges of them, from one server or in the end from another.

Law: what is to stand in a file follows from its wish and one version of one document, byte for byte, without any
code of the service.

It does not know what the service makes of a wish.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from copyjob.spec.vocabulary import LENGTH_TO_EOF

if TYPE_CHECKING:
    from random import Random

RANGES_MAX: Final = 4
RANGED_LEAST_BYTES: Final = 48
"""A document of which ranges are wanted is never shorter, so that every range is within it."""


@dataclass
class Wish:
    """One file of a job: its URLs, the present one last, its local path, and which parts are wanted (none: all)."""

    urls: list[str]
    path: str
    ranges: tuple[tuple[int, int], ...] = ()
    expected: bytes | None = None
    """The only bytes that may appear, where the owner has said so; no ranges then."""

    @property
    def url(self) -> str:
        """Where it is to come from."""
        return self.urls[-1]

    def of(self, body: bytes) -> bytes:
        """Return what is to stand in the file when it comes from this version of a document."""
        if not self.ranges:
            return body
        ends = (None if length == LENGTH_TO_EOF else first + length for first, length in self.ranges)
        return b"".join(body[first:end] for (first, _), end in zip(self.ranges, ends, strict=True))


def draw_ranges(rng: Random) -> tuple[tuple[int, int], ...]:
    """Draw some ranges that do not overlap, in any order; the last of the file may reach to its end."""
    count = rng.randint(1, RANGES_MAX)
    bounds = sorted(rng.sample(range(RANGED_LEAST_BYTES + 1), 2 * count))
    ranges = [(first, end - first) for first, end in zip(bounds[::2], bounds[1::2], strict=True)]
    if rng.random() < 0.5:  # noqa: PLR2004 one in two
        ranges[-1] = (ranges[-1][0], LENGTH_TO_EOF)
    rng.shuffle(ranges)
    return tuple(ranges)
