"""Linearizability, a job at a time: what a belief becomes when several callers called side by side.

Law: every order of the calls counts that keeps the order of time: a call that had ended before another began comes
before it; calls that overlapped come in either order. Where no such order explains all answers, nothing is left.

Beliefs are sets of what may be the case, and a step leads from every member by itself. So orders that have made the
same calls are one: a search over the sets of calls made, not over the orders.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from copyjob.conformance.nodes import Belief, Pending
from copyjob.conformance.observation import RacedCall


def linearized(belief: Belief, calls: Sequence[RacedCall], answered: Callable[[Belief, RacedCall], Belief]) -> Belief:
    """Return the belief after all calls, in every order that time permits; ``answered`` takes one call in."""
    everything = (1 << len(calls)) - 1
    before = [sum(1 << number for number, other in enumerate(calls) if other.ended < call.began) for call in calls]
    reached: dict[int, dict[Pending, int]] = {0: dict(belief)}
    # A set of calls is a smaller number than every set that holds it, so each is complete when its turn comes.
    for made in range(everything):
        here = reached.pop(made, None)
        if not here:
            continue
        for number, call in enumerate(calls):
            if not made >> number & 1 and before[number] & ~made == 0:
                _join(reached.setdefault(made | 1 << number, {}), answered(here, call))
    return reached.get(everything, {})


def _join(belief: dict[Pending, int], other: Mapping[Pending, int]) -> None:
    for pending, bits in other.items():
        belief[pending] = belief.get(pending, 0) | bits
