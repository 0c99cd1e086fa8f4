"""Tracks: which rows a job has taken for certain, and which of them one right after the other.

Laws:

1. A row was taken for certain when every explanation of what was seen takes it there; the ways by which a job may have
   come to different configurations are kept apart until what is seen later rules some out.
2. What different ways to one configuration do not have in common nothing that is seen later can tell: there is a *gap*.
   A row behind a gap has no predecessor.
3. Where the order of calls is unknown there is a gap; where a call is outstanding nothing is certain any more.

A track is kept between observations as the last certain row and, for each configuration that the job may be in, the way
by which it came there since. It is interned like a belief, so that a step met before is one look-up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from copyjob.conformance.observation import Observation, Overlapped, events_of
from copyjob.conformance.oracle import Judge
from copyjob.conformance.ways import Walker
from copyjob.spec.compiled import Edge, members

GAP = -1
"""Stands in a way for rows that are not known, or none."""
ROWS_MAX = 4
"""So many rows of a way are known at each side of a gap."""

Way = tuple[int, ...]
"""Rows, with one gap at most."""
Ways = Mapping[int, Way]
"""For each configuration that is possible, the way that led there since the last certain row."""


@dataclass(slots=True, eq=False)
class Certain:
    """What one observation makes certain."""

    rows: tuple[int, ...]
    pairs: tuple[tuple[int, int], ...]
    guards: frozenset[tuple[int, bool]]
    """Rows whose guard was asked, with what it said."""


class Track(dict[Observation, "tuple[Track, Certain | None]"]):
    """Where a job may be, and by which way it came there; made by ``Tracks`` alone."""

    __slots__ = ("last", "tracks", "ways")

    def __init__(self, tracks: Tracks, last: int, ways: Ways) -> None:
        """Begin with nothing met; ``last`` is a gap where the last row is not known."""
        super().__init__()
        self.tracks, self.last, self.ways = tracks, last, ways

    def __missing__(self, observation: Observation) -> tuple[Track, Certain | None]:
        self[observation] = found = self.tracks.follow(self, observation)
        return found

    __hash__ = object.__hash__  # type: ignore[assignment]
    __eq__ = object.__eq__


class Tracks:
    """All tracks of one judge, with tolerated answers admitted or not."""

    def __init__(self, judge: Judge, *, tolerant: bool) -> None:
        """Follow nothing yet."""
        self._judge = judge
        self._walker: Walker[Way] = Walker(judge, tolerant, _extended, _joined)
        self._met: dict[tuple[int, frozenset[tuple[int, Way]]], Track] = {}
        self.start = self._track(GAP, dict.fromkeys(members(judge.table.initial), ()))
        rows = judge.table.rows
        self._cells = [
            [other for other, beside in enumerate(rows) if (beside.label, beside.source) == (row.label, row.source)]
            for row in rows
        ]

    def follow(self, track: Track, observation: Observation) -> tuple[Track, Certain | None]:
        """Work out where an observation leads, and what it makes certain."""
        self._judge.memory.met()
        ways = self._after(track.ways, observation)
        certain = _common(ways.values())
        rows = [track.last, *certain]
        after = self._track(rows[-1], {number: way[len(certain) :] for number, way in ways.items()})
        guards = frozenset((*self._asked(certain), *self._refused(ways, observation)))
        taken = tuple(row for row in certain if row != GAP)
        if not taken and not guards:
            return after, None
        return after, Certain(taken, tuple(pair for pair in pairwise(rows) if GAP not in pair), guards)

    def _track(self, last: int, ways: Ways) -> Track:
        key = (last, frozenset(ways.items()))
        known = self._met.get(key)
        if known is None:
            known = self._met[key] = Track(self, last, ways)
        return known

    # The ways

    def _after(self, before: Ways, observation: Observation) -> Ways:
        possible = self._walker.possible(before, observation)
        if possible is None:
            return {}
        if isinstance(observation, Overlapped):
            return dict.fromkeys(members(possible), (GAP,))
        return self._walker.after(before, observation, possible)

    # Guards

    def _asked(self, rows: Iterable[int]) -> Iterator[tuple[int, bool]]:
        """Yield what the guards in the cell of each row said when it was taken."""
        for row in rows:
            for other in self._cells[row] if row != GAP else ():
                if self._judge.table.rows[other].guard.comparisons:
                    yield other, other == row

    def _refused(self, numbers: Iterable[int], observation: Observation) -> Iterator[tuple[int, bool]]:
        """Yield the rows of internal events whose cause was there, and that a guard kept from happening for certain."""
        table = self._judge.table
        places = [table.configurations[number] for number in numbers]
        caused = set(events_of(observation.causes.may)) if places else ()
        for number, row in enumerate(table.rows):
            if row.label in caused and all(p.state is row.source and not row.guard.holds(p.facts) for p in places):
                yield number, False


def _extended(way: Way, _number: int, edge: Edge) -> Way:
    """Return a way with one row more; in the middle of one that is too long there is a gap."""
    row = edge.row
    if GAP in way:
        behind = way.index(GAP) + 1
        return (*way[:behind], *(*way[behind:], row)[-ROWS_MAX:])
    return (*way, row) if len(way) < 2 * ROWS_MAX else (*way[:ROWS_MAX], GAP, *(*way, row)[-ROWS_MAX:])


def _joined(one: Way, other: Way) -> Way:
    """Return what two ways to the same configuration have in common."""
    if one == other:
        return one
    before = 0
    while before < min(len(one), len(other)) and one[before] == other[before] != GAP:
        before += 1
    left, behind = min(len(one), len(other)) - before, 0
    while behind < left and one[-1 - behind] == other[-1 - behind] != GAP:
        behind += 1
    return (*one[:before], GAP, *one[len(one) - behind :])


def _common(ways: Iterable[Way]) -> Way:
    """Return what all ways begin with."""
    every = list(ways)
    shortest = min(every, key=len, default=())
    for place, row in enumerate(shortest):
        if any(way[place] != row for way in every):
            return shortest[:place]
    return shortest
