"""All pairs: each two operations, one right after the other, in each state where a job stays.

Law: after a pair the plan settles, so that the next pair is made in a state that the forecast knows; between the two
calls nothing waits. What a pair leaves of a job is used for the next one as long as there is one left in that state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from copyjob.conformance import plan as p
from copyjob.conformance.forecast import Forecast
from copyjob.conformance.gaps import ways
from copyjob.conformance.generate import Scope, call
from copyjob.spec.compiled import FILES_BOUND
from copyjob.spec.table import FINAL
from copyjob.spec.vocabulary import JobState, Operation

LENGTH_MAX = 40
Pair = tuple[Operation, Operation]


def pairs(scope: Scope) -> list[p.Plan]:
    """Return plans that together make every pair of operations in every state that the powers can hold a job in."""
    known = ways(scope)
    every = {state: [(one, other) for one in scope.operations for other in scope.operations] for state in known}
    plans: list[p.Plan] = []
    for state, (steps, forecast) in known.items():
        while every[state]:
            plans.append(_packed(steps, forecast.copy(), every))
    return plans


def _packed(way: tuple[p.Step, ...], forecast: Forecast, every: dict[JobState, list[Pair]]) -> p.Plan:
    """Return a plan that goes the way and then makes pairs until none is left where the job then is."""
    steps = list(way)
    while len(steps) < LENGTH_MAX:
        best = _best(steps, forecast, every)
        if best is None:
            break
        every[forecast.configuration.state].remove(best.pair)
        steps += [*best.steps, p.Settle()]
        forecast = best.after
    return p.Plan(tuple(steps), aim="pairs")


@dataclass(frozen=True)
class _Made:
    pair: Pair
    steps: tuple[p.Step, ...]
    after: Forecast
    left: int
    """How much is left to do where the job is then; less than nothing where the pair ends it."""


def _best(before: Sequence[p.Step], forecast: Forecast, every: Mapping[JobState, Sequence[Pair]]) -> _Made | None:
    """Return the pair after which most is left to do where the job then is; those that end the job come last."""
    state = forecast.configuration.state
    made = (_made(pair, before, forecast, every) for pair in every.get(state, ()))
    return max((one for one in made if one is not None), key=lambda one: one.left, default=None)


def _made(
    pair: Pair, before: Sequence[p.Step], forecast: Forecast, every: Mapping[JobState, Sequence[Pair]]
) -> _Made | None:
    """Return a pair as steps, or None where no file is left to add."""
    steps: list[p.Step] = []
    after = forecast.copy()
    for operation in pair:
        if operation is Operation.ADD_FILE:
            file = sum(isinstance(step, p.AddFile) for step in (*before, *steps))
            if file == FILES_BOUND:
                return None
            steps.append(p.AddFile(file))
        else:
            steps.append(call(operation))
        after.take(steps[-1])
    state = after.configuration.state
    ends = state in FINAL and forecast.configuration.state not in FINAL
    return _Made(pair, tuple(steps), after, -1 if ends else len(every.get(state, ())))
