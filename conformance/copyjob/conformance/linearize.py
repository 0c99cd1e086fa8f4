"""Linearizability, a job at a time: what a belief becomes when several callers called side by side.

Law: every order of the calls counts that keeps the order of time: a call that had ended before another began comes
before it; calls that overlapped come in either order. Where no such order explains all answers, nothing is left.

Beliefs are sets of what may be the case, and a step leads from every member by itself. So orders that have made the
same calls are one: a search over the sets of calls made, not over the orders.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from copyjob.conformance.observation import RacedCall

K = TypeVar("K")
V = TypeVar("V")


def linearized(
    belief: Mapping[K, V],
    calls: Sequence[RacedCall],
    answered: Callable[[Mapping[K, V], RacedCall], Mapping[K, V]],
    joined: Callable[[V, V], V],
) -> dict[K, V]:
    """Return the belief after all calls, in every order that time permits; ``answered`` takes one call in.

    What different orders come to is ``joined``.
    """
    everything = (1 << len(calls)) - 1
    before = [sum(1 << number for number, other in enumerate(calls) if other.ended < call.began) for call in calls]
    reached: dict[int, dict[K, V]] = {0: dict(belief)}
    # A set of calls is a smaller number than every set that holds it, so each is complete when its turn comes.
    for made in range(everything):
        here = reached.pop(made, None)
        if not here:
            continue
        for number, call in enumerate(calls):
            if not made >> number & 1 and before[number] & ~made == 0:
                so_far = reached.setdefault(made | 1 << number, {})
                for key, value in answered(here, call).items():
                    so_far[key] = joined(so_far[key], value) if key in so_far else value
    return reached.get(everything, {})
