"""The vectorised engine: breadth-first search over every place that a system of jobs can reach.

Laws:

1. It is exact. It finds what :func:`copyjob.spec.system.explore_plainly` finds: the same places, the same depth, the
   same number of steps, and of steps of every row. No symmetry is used, and nothing is hashed down.
2. A place is one whole number in mixed radix: the surroundings first, then for each job where it is.
3. Where others let a job go depends on how they stand, not on where they are: the couplings are asked once for each
   way in which all jobs can stand, and the answers become an array.
4. A row is counted by how many places have a job where the row holds and the couplings allow it; so a step that leads
   nowhere new costs nothing, and none is left out.

No parent is kept: a shortest path is found by looking, level by level, for a place before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np

from copyjob.spec._engine_tables import Tables, tables_of
from copyjob.spec.rows import Row
from copyjob.spec.system import Jobs, System, SystemStep
from copyjob.spec.vectors import Progress, Truth
from copyjob.spec.visited import Codes, TooManyError, Visited, visited_set

_CHUNK = 1 << 16
"""How many places are taken at once: what is done with them stays in the processor's cache."""


@dataclass
class Found:
    """What the engine found in a system."""

    system: System
    tables: Tables
    visited: Visited
    sizes: list[int] = field(default_factory=list[int])
    """How many places there are at each distance."""
    first: Codes = field(default_factory=lambda: np.empty(0, np.int64))
    """For each job and index (:class:`Tables`) the distance at which it is first met; -1: never."""
    met: Codes = field(default_factory=lambda: np.empty(0, np.int64))
    """For each job and index how many places have it."""
    together: dict[tuple[int, int, int, int], Codes] = field(default_factory=dict[tuple[int, int, int, int], Codes])
    """For each common way, choice of answer, surroundings and job: how many places have the job where."""
    together_total: int = 0

    @property
    def configurations_total(self) -> int:
        """How many places the system can reach."""
        return sum(self.sizes)

    @property
    def depth(self) -> int:
        """The distance of the farthest place."""
        return len(self.sizes) - 1

    @cached_property
    def _alone(self) -> Codes:
        """How often each entry of the tables is taken by one job alone."""
        tables = self.tables
        of_index = self.met.sum(axis=0).reshape(tables.variants, -1)
        counts = np.zeros(tables.entry_row.size, np.int64)
        for needs in range(tables.variants):
            allowing = [variant for variant in range(tables.variants) if variant & needs == needs]
            within = tables.entry_needs == needs
            counts[within] = of_index[allowing].sum(axis=0)[tables.entry_source[within]]
        return counts

    @cached_property
    def taken(self) -> Mapping[str, int]:
        """How many steps each row takes, once for each job that takes it in a step."""
        rows = self.system.table.rows
        counts = np.zeros(len(rows), np.int64)
        np.add.at(counts, self.tables.entry_row, self._alone)
        for (way, choice, around, _), where in self.together.items():
            of_row = self.tables.together[way].row[choice][around]
            np.add.at(counts, of_row[of_row >= 0], where[of_row >= 0])
        return {row.id: int(count) for row, count in zip(rows, counts, strict=True)}

    @property
    def steps_total(self) -> int:
        """How many steps there are; one that happens to all jobs at once is one."""
        return int(self._alone.sum()) + self.together_total

    @property
    def rows_never_taken(self) -> tuple[Row, ...]:
        """The rows that no job ever takes."""
        return tuple(row for row in self.system.table.rows if not self.taken[row.id])

    def jobs(self, code: int) -> Jobs:
        """Return the place of a number."""
        return self.tables.jobs(code)

    def places(self) -> Iterator[Jobs]:
        """Yield every place that was visited, nearest first; one at a time, for there may be many."""
        for depth in range(len(self.sizes)):
            for code in self.visited.at(depth).tolist():
                yield self.jobs(code)

    def spots(self) -> Iterator[tuple[int, Codes, list[Codes]]]:
        """Yield all places, nearest first, many at a time: their distance, their numbers, and each job's spots."""
        for depth in range(len(self.sizes)):
            for chunk in _chunks(self.visited.at(depth)):
                yield depth, chunk, self.tables.spots_of(chunk)

    def path(self, code: int, depth: int) -> list[SystemStep]:
        """Return a shortest way to the place of a number, which is at this distance."""
        codes = [code]
        for distance in range(depth - 1, -1, -1):
            codes.append(self._before(codes[-1], distance))
        found: list[SystemStep] = []
        for before, after in pairwise(map(self.jobs, reversed(codes))):
            found.append(next(step for step in self.system.steps(before) if step.dest == after))
        return found

    def _before(self, code: int, depth: int) -> int:
        level = self.visited.at(depth)
        for chunk in _chunks(level):
            for sources, dests in _expand(self.tables, chunk, None):
                hit = np.flatnonzero(dests == code)
                if hit.size:
                    return int(sources[hit[0]])
        raise AssertionError("every place but the first has one before it")

    def nearest(self, job: int, wanted: Truth) -> tuple[int, int] | None:
        """Return number and distance of a nearest place at which a job has a wanted index; None: there is none."""
        first = np.where(wanted & (self.first[job] >= 0), self.first[job], len(self.sizes))
        depth = int(first.min(initial=len(self.sizes)))
        if depth == len(self.sizes):
            return None
        for chunk in _chunks(self.visited.at(depth)):
            hit = np.flatnonzero(wanted[self.tables.indices(chunk)[job]])
            if hit.size:
                return int(chunk[hit[0]]), depth
        raise AssertionError("an index that was met has a place")


def _chunks(codes: Codes) -> Iterator[Codes]:
    for start in range(0, codes.size, _CHUNK):
        yield codes[start : start + _CHUNK]


def _expand(tables: Tables, codes: Codes, found: Found | None) -> Iterator[tuple[Codes, Codes]]:
    """Yield pairs of arrays: places, and where a step leads from each; count what was met where it is asked for."""
    for job, indices in enumerate(tables.indices(codes)):
        index = indices
        if found is not None:
            found.met[job] += np.bincount(index, minlength=found.met.shape[1])
        deltas, ways = tables.deltas[job], tables.ways.take(index)
        sources = codes
        for column in range(deltas.shape[0]):
            # Only some places have so many ways: the others are left behind, once and for all.
            more = np.flatnonzero(ways > column)
            if more.size < ways.size:
                if not more.size:
                    break
                sources, index, ways = sources[more], index[more], ways[more]
            yield sources, sources + deltas[column].take(index)
    for way, together in enumerate(tables.together):
        for around, part in tables.by_surroundings(codes):
            there = codes[part]
            places = tables.places_of(there)
            counts = [together.ways[around].take(place) for place in places]
            some = np.flatnonzero(np.any(counts, axis=0))
            if not some.size:
                continue
            there, places, counts = there[some], [p[some] for p in places], [c[some] for c in counts]
            for choices in tables.choices(together):
                fits = np.ones(there.size, np.bool_)
                for choice, count in zip(choices, counts, strict=True):
                    fits &= np.maximum(count, 1) > choice
                if not fits.any():
                    continue
                dests = np.full(int(fits.sum()), together.around[around] * tables.around_weight, np.int64)
                for job, (choice, place) in enumerate(zip(choices, places, strict=True)):
                    dests += together.dest[choice][around].take(place[fits]) * tables.weights[job]
                    if found is not None:
                        where = np.bincount(place[fits], minlength=tables.places_total)
                        key = (way, choice, around, job)
                        found.together[key] = found.together.get(key, 0) + where
                if found is not None:
                    found.together_total += dests.size
                yield there[fits], dests


def explore_system(
    system: System,
    *,
    configurations_max: int | None = None,
    progress: Progress | None = None,
    visited: Visited | None = None,
) -> Found:
    """Visit every place that a system can reach.

    ``progress`` is told depth and number of places after each level; ``visited`` is the set to use, empty.
    TooManyError: there are more than ``configurations_max``. ValueError: the space has no numbers of 63 bits, or a row
    takes a fact beyond what it can be.
    """
    tables = tables_of(system)
    seen = visited_set(tables.space) if visited is None else visited
    shape = (len(system.priorities), tables.indices_total)
    found = Found(system, tables, seen, first=np.full(shape, -1, np.int64), met=np.zeros(shape, np.int64))
    seen.offer(tables.initials)
    total = 0
    most = tables.space if configurations_max is None else configurations_max
    while (frontier := seen.next_level()).size:
        total += int(frontier.size)
        if total > most:
            raise TooManyError(total, most)
        before = found.met > 0
        for chunk in _chunks(frontier):
            for _, dests in _expand(tables, chunk, found):
                seen.offer(dests)
            if total + seen.at_least > most:
                raise TooManyError(total + seen.at_least, most)
        found.first[(found.met > 0) & ~before] = len(found.sizes)
        found.sizes.append(int(frontier.size))
        if progress is not None:
            progress(found.depth, total)
    return found
