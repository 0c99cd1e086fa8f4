"""Shrinking: the shortest plan that still diverges in the same way.

Law: a plan is shrunk by running parts of it, never by reasoning about it; what is left was seen to diverge. The
search is delta debugging over the steps, bounded in runs and in time. A plan that waited before the clock jumped still
does: else the jump would race with what is under way, and the plan would show its fault by luck.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import pairwise

from copyjob.conformance.plan import Advance, Plan, Settle, Step, shortened

RUNS_MAX = 80
SECONDS_MAX = 8.0


def shrink(plan: Plan, diverges: Callable[[Plan], bool], *, seconds_max: float = SECONDS_MAX) -> Plan:
    """Return a plan of which no single step can be left out, as far as the bounds allow; ``diverges`` runs a
    candidate.
    """
    deadline = time.monotonic() + seconds_max
    runs = 0
    steps: tuple[Step, ...] = plan.steps

    def still(candidate: tuple[Step, ...]) -> bool:
        nonlocal runs
        if runs >= RUNS_MAX or time.monotonic() > deadline or _racing(candidate) > _racing(plan.steps):
            return False
        runs += 1
        return diverges(shortened(plan, candidate))

    size = max(len(steps) // 2, 1)
    while True:
        start, removed = 0, False
        while start < len(steps):
            candidate = steps[:start] + steps[start + size :]
            if still(candidate):
                steps, removed = candidate, True
            else:
                start += size
        if size == 1 and not removed:
            return shortened(plan, steps)
        size = max(size // 2, 1) if not (size == 1 and removed) else 1


def _racing(steps: Sequence[Step]) -> int:
    """Return how often the clock jumps while something may be under way."""
    jumps = (before for before, step in pairwise(steps) if isinstance(step, Advance))
    return sum(not isinstance(before, Settle | Advance) for before in jumps)
