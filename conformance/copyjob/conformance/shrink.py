"""Shrinking: the shortest plan that still diverges in the same way.

Law: a plan is shrunk by running parts of it, never by reasoning about it; what is left was seen to diverge. The
search is delta debugging over the steps, bounded in runs and in time. A plan that waited before the clock jumped still
does: else the jump would race with what is under way, and the plan would show its fault by luck.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from copyjob.conformance.plan import AddFile, Advance, Call, Plan, Race, Restart, Settle, Step, shortened

RUNS_MAX = 200
SECONDS_MAX = 8.0


def shrink(
    plan: Plan,
    diverges: Callable[[Plan], bool],
    *,
    seconds_max: float = SECONDS_MAX,
    now_seconds: Callable[[], float] = time.monotonic,
) -> Plan:
    """Return a plan of which no single step can be left out, as far as the bounds allow; ``diverges`` runs a
    candidate, and ``now_seconds`` tells the time.
    """
    deadline = now_seconds() + seconds_max
    runs = 0
    steps: tuple[Step, ...] = plan.steps

    def still(candidate: tuple[Step, ...]) -> bool:
        nonlocal runs
        if runs >= RUNS_MAX or now_seconds() > deadline or _races_more(candidate, plan.steps):
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
        if size > 1:
            size //= 2
        elif not removed:
            # Nothing can be left out; perhaps something can be made simpler, and then left out.
            simpler = next(filter(still, _simplified(steps)), None)
            if simpler is None:
                return shortened(plan, steps)
            steps = simpler


def _simplified(steps: tuple[Step, ...]) -> Iterator[tuple[Step, ...]]:
    for number, step in enumerate(steps):
        for simpler in _simpler(step):
            yield (*steps[:number], *simpler, *steps[number + 1 :])


def _simpler(step: Step) -> Iterator[tuple[Step, ...]]:
    """Yield what a race may be replaced by: the calls one after the other, fewer callers, fewer calls of one."""
    if not isinstance(step, Race):
        return
    callers = step.callers
    yield tuple(Call(operation) for caller in callers for operation in caller)
    for number, caller in enumerate(callers):
        before, after = callers[:number], callers[number + 1 :]
        if len(callers) > 2:  # noqa: PLR2004 fewer than two do not race
            yield (Race((*before, *after)),)
        if len(caller) > 1:
            for place in range(len(caller)):
                yield (Race((*before, caller[:place] + caller[place + 1 :], *after)),)


def _races_more(candidate: Sequence[Step], plan: Sequence[Step]) -> bool:
    """Whether the clock jumps more often than in the plan while something may be under way."""
    return any(now > before for now, before in zip(_racing(candidate), _racing(plan), strict=True))


def _racing(steps: Sequence[Step]) -> tuple[int, int]:
    """Return how often the clock jumps without a wait right before, and how often without one since the last call."""
    unwaited = uncalmed = 0
    calm = True
    for before, step in pairwise((Settle(), *steps)):
        if isinstance(step, Settle):
            calm = True
        elif isinstance(step, AddFile | Call | Race | Restart):
            # Only these set a job going; what the server is told may come between them and the jump.
            calm = False
        elif isinstance(step, Advance):
            unwaited += not isinstance(before, Settle | Advance)
            uncalmed += not calm
    return unwaited, uncalmed
