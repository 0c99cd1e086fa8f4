"""Lots: the plans of a campaign, numbered, and dealt out many at a time; and shards, of which each has its own plans.

Laws:

1. A plan's number is its place in the stream. Which plans there are does not depend on who runs them: the plans of all
   shards together are those of the whole campaign, each in one shard.
2. Lots are dealt out in the order of their numbers. What is told with a lot was found by plans with lower numbers.
3. Plans are data, and so is what comes of them: either goes from process to process, and from machine to machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Self

from copyjob.conformance.confirm import Divergence
from copyjob.conformance.observation import Observation
from copyjob.conformance.overlook import Known
from copyjob.conformance.part import Part
from copyjob.conformance.plan import Plan
from copyjob.spec.console import UsageError
from copyjob.spec.vocabulary import Dialect

SHARDS_MAX = 1000
LOT_MIN, LOT_MAX = 4, 128
"""How many plans a lot has: few at the start, so that a small campaign keeps everybody busy."""
LOT_SHARE = 64
"""Of so many that were dealt out one more is put into a lot."""

Numbered = tuple[int, Plan]
"""A plan, and its place in the stream."""


@dataclass(frozen=True)
class Shard:
    """The ``number``-th of so many parts of a campaign, counted from 1."""

    number: int
    of: int

    @classmethod
    def read(cls, text: str) -> Self:
        """Read ``3/8``. UsageError: it is no such thing."""
        found = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", text.strip())
        if found is None or not 1 <= int(found[1]) <= int(found[2]) <= SHARDS_MAX:
            raise UsageError(
                f"--shard takes the number of a shard and how many there are, 1/8 to 8/8 of eight, not {text!r}"
            )
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        """Return it as it is read."""
        return f"{self.number}/{self.of}"

    def own(self, plans: Iterable[Numbered]) -> Iterator[Numbered]:
        """Yield the plans of this shard."""
        return (each for each in plans if each[0] % self.of == self.number - 1)


@dataclass(frozen=True)
class Lot:
    """Plans that are given to somebody at once."""

    dialect: Dialect
    plans: tuple[Numbered, ...]
    told: frozenset[Known] = frozenset()
    """In which words divergences were told that need not be confirmed again."""
    patient: bool = False
    """Whether they were late, and are run with more patience."""


@dataclass(frozen=True)
class Ran:
    """One plan of a lot, as it is told while the check goes on."""

    aim: str
    verdict: str
    steps: int
    seen: tuple[Observation, ...] = ()
    """What was observed of its job, where all that is seen is told."""


@dataclass(frozen=True)
class LotDone:
    """What came of a lot."""

    part: Part[Divergence]
    ran: tuple[Ran, ...] = ()
    late: tuple[Numbered, ...] = ()
    """Plans that are to be run once more, alone."""
    notes: tuple[str, ...] = ()
    """What threads of the backend raised."""

    def joined(self, other: LotDone) -> LotDone:
        """Return both together."""
        self.part.merge(other.part)
        notes = tuple(dict.fromkeys((*self.notes, *other.notes)))
        return LotDone(self.part, (*self.ran, *other.ran), (*self.late, *other.late), notes)


def dealt(plans: Iterable[Numbered]) -> Iterator[tuple[Numbered, ...]]:
    """Yield the plans, in their order, as many at a time as a lot has."""
    rest, count = iter(plans), 0
    while lot := tuple(islice(rest, min(max(LOT_MIN, count // LOT_SHARE), LOT_MAX))):
        count += len(lot)
        yield lot
