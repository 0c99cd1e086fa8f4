"""What stands between the steps of plans: where a job probably is there, and the shortest way to each such place.

Law: generators that need a job somewhere take the way that a tour has already found; nobody searches twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from copyjob.conformance import plan as p
from copyjob.conformance.forecast import Forecast
from copyjob.conformance.generate import Scope
from copyjob.conformance.tour import tour
from copyjob.spec.machine import SpecMachine
from copyjob.spec.table import FINAL
from copyjob.spec.vocabulary import JobState

Way = tuple[tuple[p.Step, ...], Forecast]
"""Steps, and how a job probably is after them."""


def clear(scope: Scope) -> Forecast:
    """Return how a new job is."""
    return Forecast(SpecMachine(scope.table))


def gaps(start: Forecast, steps: Sequence[p.Step]) -> Iterator[Forecast]:
    """Yield how a job probably is before the first step, between every two steps, and after the last."""
    forecast = start.copy()
    yield forecast
    for step in steps:
        forecast = forecast.copy()
        forecast.take(step)
        yield forecast


@lru_cache(maxsize=4)
def ways(scope: Scope) -> Mapping[JobState, Way]:
    """Return the shortest way that a tour knows to each state where a job stays, with a file where it can have one."""
    found: dict[JobState, Way] = {}
    start = clear(scope)
    for plan in tour(scope):
        for number, forecast in enumerate(gaps(start, plan.steps)):
            state, facts = forecast.configuration
            steps = plan.steps[:number]
            stays = steps[-1:] == (p.Settle(),) and facts.files_total > 0 and not _holds_up(steps)
            if stays and (state not in found or len(steps) < len(found[state][0])):
                found[state] = (steps, forecast)
    return MappingProxyType(found)


@lru_cache(maxsize=4)
def every_place(scope: Scope) -> Sequence[tuple[p.Step, ...]]:
    """Return the shortest way that a tour knows to each place: a state, none, some or all of a job's files done, and
    what is known of an error. The first is no way at all, to a job without a file.
    """
    found: dict[tuple[object, ...], tuple[p.Step, ...]] = {}
    start = clear(scope)
    for plan in tour(scope):
        for number, forecast in enumerate(gaps(start, plan.steps)):
            state, facts = forecast.configuration
            steps = plan.steps[:number]
            if steps[-1:] == (p.Settle(),) and facts.files_total and state not in FINAL:
                place = state, min(facts.files_done, 1), facts.files_done == facts.files_total, facts.error
                if place not in found or len(steps) < len(found[place]):
                    found[place] = steps
    return ((), *found.values())


def _holds_up(steps: Iterable[p.Step]) -> bool:
    """Whether a way takes long: time that passes on a clock, or a backend that is started again."""
    return any(isinstance(step, p.Advance | p.Restart | p.Linger) for step in steps)
