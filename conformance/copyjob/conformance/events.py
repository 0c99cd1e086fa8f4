"""What a check tells while it goes on, as data: for a progress bar, for a stream of lines, for who waits for a finding.

Law: an event says what has happened, once, in the order in which it happened in its dialect. Whoever listens changes
nothing in what is run or judged. Plain structures only, so that an event can come from another process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from copyjob.conformance.confirm import Divergence
from copyjob.conformance.observation import Observation
from copyjob.conformance.record import Verdict
from copyjob.spec.vocabulary import Dialect


@dataclass(frozen=True, slots=True)
class Started:
    """The check of a dialect has begun; ``plans`` is how many plans it means to run, 0 where nobody knows."""

    dialect: Dialect
    plans: int


@dataclass(frozen=True, slots=True)
class PlanDone:
    """One plan was run: the ``number``-th of its dialect to end, counted from 1."""

    dialect: Dialect
    number: int
    aim: str
    verdict: Verdict
    steps: int
    """How many of the plan's steps were carried out."""
    seen: tuple[Observation, ...] = ()
    """What was observed of its job."""


@dataclass(frozen=True, slots=True)
class Found:
    """A divergence, shrunk and confirmed, told as soon as it is."""

    dialect: Dialect
    divergence: Divergence


@dataclass(frozen=True, slots=True)
class RoundDone:
    """A round of plans is over; ``coverage`` says of each measure how much was reached, of how much."""

    dialect: Dialect
    number: int
    coverage: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Note:
    """Something that is no observation and that the user should know: what a thread of the backend raised."""

    text: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The check of a dialect is over; ``stopped`` says why, where it ended before all its plans were run."""

    dialect: Dialect
    verdict: Verdict
    stopped: str


Event = Started | PlanDone | Found | RoundDone | Note | Ended
Told = Callable[[Event], None]


def untold(_event: Event) -> None:
    """Listen to nothing."""
