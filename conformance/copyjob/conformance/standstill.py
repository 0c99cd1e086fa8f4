"""Why a job that was due to go on could not: what a row must have done before, so that nothing is left to happen.

Laws:

1. A file comes once. Where every file that the server sent was counted, and the job still waits for another one, it has
   lost count on its way, and no row that was due is to blame for that alone.
2. A row explains a standstill if all that was seen before is permitted, with another outcome of that row, and leads to
   where a job that is to move has nothing left to do. Faults are the server's part, and time does not pass by itself.
3. An explanation needs so many events that nobody has seen. The fewer it needs, the likelier it is.

What this module does not know: which rows may have been taken, and which outcomes are likely.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from copyjob.conformance.observation import Lost, Observation, Overlapped, Quiet, TimedOut, events_of
from copyjob.conformance.oracle import ACTIVE, Judge
from copyjob.conformance.ways import Walker
from copyjob.spec.compiled import Edge, IntegerTable
from copyjob.spec.vocabulary import InternalEvent, JobState

_MOVING = (JobState.QUEUED, *ACTIVE)
_OWN_PART = (InternalEvent.TURN, InternalEvent.CONNECT, InternalEvent.ALL_DONE)
"""What leads a job on that is to move, beside files that come."""
_Fewest = tuple[float, ...]
"""The fewest events on the ways to a configuration, by how many files were counted on the way; inf: no way counts so
many."""


def events_to_standstill(table: IntegerTable, observations: Sequence[Observation]) -> float:
    """Return the fewest events by which a table permits all but the last of some observations, and leads to where a job
    has nothing left to do; inf where it does not. The last is the :class:`Quiet` that tells of it.
    """
    *before, quiet = observations
    assert isinstance(quiet, Quiet)
    served = quiet.causes.served
    due = sum(table.by_state.get(state, 0) for state in quiet.due.intersection(_MOVING))
    left = [event for event in events_of(quiet.causes.may) if event in _OWN_PART and event in table.edges]
    return min(
        (
            fewest[served]
            for number, fewest in _ways(table, before, served).items()
            if due >> number & 1 and not any(table.edges[event][number] for event in left)
        ),
        default=math.inf,
    )


def _ways(table: IntegerTable, observations: Sequence[Observation], served: int) -> Mapping[int, _Fewest]:
    """Return where a job may be, with the fewest events on the way; nothing where that cannot be told."""

    def longer(fewest: _Fewest, _: int, edge: Edge) -> _Fewest:
        label = table.rows[edge.row].label
        if label is InternalEvent.FILE_DONE:
            return (math.inf, *(events + 1 for events in fewest[:-1]))
        return tuple(events + 1 for events in fewest) if isinstance(label, InternalEvent) else fewest

    def joined(one: _Fewest, other: _Fewest) -> _Fewest:
        return tuple(map(min, one, other))

    walker = Walker(Judge(table), tolerant=True, longer=longer, joined=joined)
    none_yet = (0.0, *(math.inf,) * served)
    ways = {number: none_yet for number in range(len(table.configurations)) if table.initial >> number & 1}
    for observation in observations:
        possible = walker.possible(ways, observation)
        if not possible or isinstance(observation, Overlapped | TimedOut | Lost):
            return {}
        ways = walker.after(ways, observation, possible)
    return ways
