"""What the engine looks up: a system's rows and couplings as arrays.

Law: made from the rows and the couplings alone, by asking them; nothing here decides anything.

The words: a *place* of a job is where it is, without its surroundings; a *spot* is a place within surroundings,
``surroundings * places_total + place``; a *variant* says which couplings let the job go, a bit each; an *index* is a
variant with a spot, ``variant * spots_total + spot``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import NamedTuple

import numpy as np

from copyjob.spec import facts as f
from copyjob.spec.rows import Answer, Row
from copyjob.spec.system import Jobs, Standing, System
from copyjob.spec.vectors import JobSpace, explore_job
from copyjob.spec.visited import Codes

_BITS_MAX = 62


class Together(NamedTuple):
    """An event that happens to all jobs at once; where a job has no row for it, its only choice is to stay."""

    dest: Codes
    """By choice, surroundings and place: the place that follows."""
    row: Codes
    """By choice, surroundings and place: the number of the row; -1: none."""
    ways: Codes
    """By surroundings and place: how many choices the job's rows give it; 0: it has no row."""
    around: tuple[int, ...]
    """By surroundings: what they are afterwards."""


@dataclass(frozen=True)
class Tables:
    """All arrays of one system."""

    system: System
    space_of_job: JobSpace
    places: Codes
    """For each place the number that its packing has for it, without surroundings; ascending."""
    surroundings: int
    entry_row: Codes
    """One entry for each step that a job can take alone: its row,"""
    entry_source: Codes
    """the spot it leaves,"""
    entry_dest: Codes
    """the spot it leads to,"""
    entry_needs: Codes
    """and the couplings that concern it, a bit each."""
    together: tuple[Together, ...]
    standing: Codes
    """By spot: how a job there stands in the eyes of the others, a bit for each :class:`Standing`."""
    standings: tuple[Standing, ...]

    @property
    def places_total(self) -> int:
        """How many places a job has."""
        return int(self.places.size)

    @property
    def spots_total(self) -> int:
        """How many spots a job has."""
        return self.places_total * self.surroundings

    @property
    def variants(self) -> int:
        """How many variants there are."""
        return 1 << len(self.system.couplings)

    @property
    def indices_total(self) -> int:
        """How many indices there are."""
        return self.variants * self.spots_total

    def needs(self, row: Row, answer: Answer) -> int:
        """Return the couplings that concern a step, a bit each; none where it happens to all jobs at once."""
        return 0 if row.label in self.system.surrounding else _needs(self.system, row, answer)

    def spots(self, codes: Codes) -> Codes:
        """Return the spots of numbers of a job's space."""
        return spots_at(self.places, self.surroundings, codes)

    @cached_property
    def weights(self) -> tuple[int, ...]:
        """What the next place of each job adds to a system's number."""
        jobs = len(self.system.priorities)
        return tuple(self.places_total ** (jobs - 1 - job) for job in range(jobs))

    @property
    def around_weight(self) -> int:
        """What the next surroundings add to a system's number."""
        return int(self.places_total ** len(self.system.priorities))

    @property
    def space(self) -> int:
        """How many numbers a system has."""
        return self.around_weight * self.surroundings

    @cached_property
    def initials(self) -> Codes:
        """The numbers of where the system begins."""
        packing = self.space_of_job.packing
        new = [self._place(packing.code(each)) for each in f.initials(packing.free)]
        found = [
            sum(place * weight for place, weight in zip(places, self.weights, strict=True))
            for places in product(new, repeat=len(self.weights))
        ]
        return np.array(found, np.int64)

    def _place(self, code: int) -> int:
        return int(np.searchsorted(self.places, code // self.surroundings))

    def configuration(self, spot: int) -> f.Configuration:
        """Return the configuration of a spot."""
        around, place = divmod(spot, self.places_total)
        return self.space_of_job.packing.configuration(int(self.places[place]) * self.surroundings + around)

    def jobs(self, code: int) -> Jobs:
        """Return the configurations of all jobs at a system's number."""
        around, rest = divmod(code, self.around_weight)
        found: list[f.Configuration] = []
        for weight in self.weights:
            place, rest = divmod(rest, weight)
            found.append(self.configuration(around * self.places_total + place))
        return tuple(found)

    def code(self, jobs: Jobs) -> int:
        """Return a system's number. ValueError: a fact is beyond its digits."""
        codes = [self.space_of_job.packing.code(each) for each in jobs]
        around = codes[0] % self.surroundings * self.around_weight
        return around + sum(self._place(code) * weight for code, weight in zip(codes, self.weights, strict=True))

    def places_of(self, codes: Codes) -> list[Codes]:
        """Return for each job its place at each number."""
        found: list[Codes] = []
        rest = codes
        for _ in self.weights:
            more = rest // self.places_total
            found.append(rest - more * self.places_total)
            rest = more
        return found[::-1]

    def by_surroundings(self, codes: Codes) -> Iterator[tuple[int, slice]]:
        """Yield the surroundings that occur with the slice of ascending numbers that are within them."""
        borders = np.searchsorted(codes, np.arange(self.surroundings + 1) * self.around_weight)
        for around in range(self.surroundings):
            if borders[around] < borders[around + 1]:
                yield around, slice(int(borders[around]), int(borders[around + 1]))

    def choices(self, together: Together) -> Iterator[tuple[int, ...]]:
        """Yield which of its choices each job takes, all combinations."""
        return product(range(together.dest.shape[0]), repeat=len(self.weights))

    def spots_of(self, codes: Codes) -> list[Codes]:
        """Return for each job its spot at each number."""
        places = self.places_of(codes)
        if self.surroundings > 1:
            start = codes // self.around_weight * self.places_total
            places = [start + place for place in places]
        return places

    def indices(self, codes: Codes) -> list[Codes]:
        """Return for each job its index at each number."""
        places = self.spots_of(codes)
        standing = self._standing_weighted[0].take(places[0])
        for job in range(1, len(places)):
            standing += self._standing_weighted[job].take(places[job])
        return [place + self.offsets[job].take(standing) for job, place in enumerate(places)]

    @cached_property
    def _standing_weighted(self) -> list[Codes]:
        return [self.standing << (job * len(self.standings)) for job in range(len(self.weights))]

    @cached_property
    def offsets(self) -> list[Codes]:
        """By job, and by how all jobs stand: where the indices of its variant begin."""
        width, jobs = len(self.standings), range(len(self.weights))
        found = np.zeros((len(jobs), 1 << (width * len(jobs))), np.int64)
        system = self.system
        counted = [
            [(c, tuple(system.counted(c.whom, job)) if system.binds(c, job) else None) for c in system.couplings]
            for job in jobs
        ]
        for standings in product(np.unique(self.standing).tolist(), repeat=len(jobs)):
            key = sum(each << (job * width) for job, each in enumerate(standings))
            for job in jobs:
                variant = 0
                for bit, (coupling, others) in enumerate(counted[job]):
                    seen = 1 << self.standings.index(coupling.standing)
                    if others is None or coupling.allows(
                        sum(bool(standings[other] & seen) for other in others), system.slots
                    ):
                        variant |= 1 << bit
                found[job, key] = variant * self.spots_total
        return list(found)

    @cached_property
    def _successors(self) -> tuple[Codes, Codes]:
        """Return how many other spots each index leads to, and by column and index how far away they are."""
        totals = self.spots_total
        keys: list[Codes] = []
        moving = self.entry_source != self.entry_dest
        for variant in range(self.variants):
            allowed = moving & (self.entry_needs & ~variant == 0)
            sources, dests = self.entry_source[allowed] + variant * totals, self.entry_dest[allowed]
            keys.append(np.unique(sources * totals + dests))
        indices, dests = np.divmod(np.concatenate(keys), totals)
        ways = np.bincount(indices, minlength=self.indices_total)
        column = np.arange(indices.size) - (np.cumsum(ways) - ways)[indices]
        far = np.zeros((int(ways.max(initial=0)), self.indices_total), np.int64)
        far[column, indices] = dests - indices % totals
        return ways, far

    @property
    def ways(self) -> Codes:
        """By index: how many other spots a job goes to from there."""
        return self._successors[0]

    @cached_property
    def deltas(self) -> list[Codes]:
        """By job, then by column and index: what such a step adds to a system's number."""
        return [self._successors[1] * weight for weight in self.weights]


def tables_of(system: System) -> Tables:
    """Ask all rows and couplings, and return the answers as arrays. ValueError: numbers of 63 bits are too few."""
    space = explore_job(system.table, system.files_bound, any_surroundings=True)
    surroundings = space.packing.surroundings
    places = np.unique(space.codes // surroundings)
    total = int(places.size)
    if (total ** len(system.priorities) * surroundings).bit_length() > _BITS_MAX:
        raise ValueError(f"{len(system.priorities)} jobs of {total} places each are beyond 2^{_BITS_MAX}")

    alone: list[tuple[Codes, Codes, Codes, Codes]] = []
    common: dict[object, list[tuple[int, Codes, Codes]]] = {label: [] for label in system.surrounding}
    for ways in space.ways():
        row = system.table.rows[ways.row]
        sources, dests = (spots_at(places, surroundings, codes) for codes in (space.codes[ways.sources], ways.dests))
        if row.label in common:
            common[row.label].append((ways.row, sources, dests))
            continue
        needs = _needs(system, row, ways.answer)
        alone.append((np.full(sources.size, ways.row), sources, dests, np.full(sources.size, needs)))
    entry_row, entry_source, entry_dest, entry_needs = (
        np.concatenate([each[column] for each in alone] or [np.empty(0, np.int64)]) for column in range(4)
    )
    standings = tuple(dict.fromkeys(each.standing for each in system.couplings))
    standing = np.zeros(total * surroundings, np.int64)
    for bit, each in enumerate(standings):
        standing[spots_at(places, surroundings, _stands(space, each))] |= 1 << bit
    together = tuple(
        _together(found, total, tuple(_around(space, change)), surroundings)
        for found, change in zip(common.values(), system.surrounding.values(), strict=True)
    )
    return Tables(
        system,
        space,
        places,
        surroundings,
        entry_row,
        entry_source,
        entry_dest,
        entry_needs,
        together,
        standing,
        standings,
    )


def spots_at(places: Codes, surroundings: int, codes: Codes) -> Codes:
    """Return the spots of numbers of a job's space."""
    return codes % surroundings * places.size + np.searchsorted(places, codes // surroundings)


def _needs(system: System, row: Row, answer: Answer) -> int:
    """Return the couplings that concern a step, a bit each."""
    return sum(1 << bit for bit, each in enumerate(system.couplings) if each.concerns(row, answer.dest))


def _stands(space: JobSpace, standing: Standing) -> Codes:
    """Return the numbers of a job's space that stand so."""
    codes = [space.codes[part] for state, part in space.packing.by_state(space.codes) if state in standing.states]
    if standing.able is None:
        return np.concatenate([np.empty(0, np.int64), *codes])
    rows = [row for row in space.table.rows if row.label is standing.able and row.source in standing.states]
    return np.unique(np.concatenate([np.empty(0, np.int64), *(space.codes[space.holds(row)] for row in rows)]))


def _around(space: JobSpace, change: tuple[f.Assign, ...]) -> Iterator[int]:
    """Yield for each surroundings what an event makes of them."""
    for around in range(space.packing.surroundings):
        before = space.packing.configuration(around)
        after = before._replace(facts=f.apply(change, before.facts))
        yield space.packing.code(after) % space.packing.surroundings


def _together(
    found: list[tuple[int, Codes, Codes]], total: int, around: tuple[int, ...], surroundings: int
) -> Together:
    ways = np.zeros(total * surroundings, np.int64)
    choices: list[tuple[Codes, Codes]] = []
    stay = np.tile(np.arange(total), surroundings)
    for row, sources, dests in found:
        for choice in range(int(ways[sources].max(initial=-1)) + 1):
            if choice == len(choices):
                choices.append((stay.copy(), np.full(total * surroundings, -1)))
            now = ways[sources] == choice
            choices[choice][0][sources[now]] = dests[now] % total
            choices[choice][1][sources[now]] = row
        ways[sources] += 1
    shape = (len(choices), surroundings, total)
    dest = np.array([each[0] for each in choices], np.int64).reshape(shape)
    rows = np.array([each[1] for each in choices], np.int64).reshape(shape)
    return Together(dest, rows, ways.reshape(surroundings, total), around)
