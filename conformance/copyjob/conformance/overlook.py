"""What a run goes on past: divergences that were told before, so that those behind them are found too.

Laws:

1. Only what a known divergence explains is gone past, and it is written into the record: whoever shows the run again
   goes past the same.
2. From there on the job may be whatever it is seen to be: nothing that comes later rests on what was forbidden. Where
   it is seen as no row could have left it, nothing is judged any more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from copyjob.spec.console import UsageError
from copyjob.spec.table import Level

if TYPE_CHECKING:
    from copyjob.conformance.record import Record

Known = tuple[Level, frozenset[str]]
"""A divergence that was told: its level, and the check or the rows that it names."""


@dataclass(frozen=True, slots=True)
class Overlooking:
    """What is known already when a run begins."""

    checks: frozenset[str]
    """The checks that have failed before."""
    explaining: Callable[[Record], Known | None]
    """Returns the known divergence that explains the rejection in a record."""


def _nothing(_: Record) -> None:
    return None


NOTHING_KNOWN = Overlooking(frozenset(), _nothing)


def explains(known: Known, other: Known) -> bool:
    """Whether whatever explains a known divergence explains another one too, so that that tells nothing new."""
    return known[0] is other[0] and known[1] <= other[1]


def known_text(known: Known) -> str:
    """Return a known divergence as reports and replay files tell it: ``MUST property/set``."""
    level, named = known
    return f"{level.value} {', '.join(sorted(named))}"


def known_of(text: str) -> Known:
    """Return the known divergence that a text tells. UsageError: it tells none."""
    level, _, names = text.partition(" ")
    named = frozenset(name.strip() for name in names.split(",") if name.strip())
    if level not in {each.value for each in Level} or not named:
        raise UsageError(f"{text!r} tells no known divergence; one is told as in 'MUST property/set'")
    return Level(level), named
