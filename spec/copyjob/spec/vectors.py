"""One job, many places at a time: guards and effects evaluated on arrays, and breadth-first search with them.

Laws:

1. The terms of the rows are evaluated as :mod:`copyjob.spec.facts` evaluates them, on columns instead of numbers.
2. A place is one whole number in mixed radix, the state first and the surroundings last; the numbers ascend as
   the states do. A fact that leaves its digits is an error with the row's name, never a wrong place.
3. What is found is what :func:`copyjob.spec.explore.explore` finds: the same places, depth, and steps of every row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from copyjob.spec import facts as f
from copyjob.spec.explore import Step, steps
from copyjob.spec.rows import Answer, Row
from copyjob.spec.scope import facts_of
from copyjob.spec.table import Table
from copyjob.spec.translate import last_assignments
from copyjob.spec.visited import Codes, TooManyError, visited_set
from copyjob.spec.vocabulary import JobState

Columns = Mapping[f.Fact, Codes]
"""For each fact its value at each of some places."""
Truth = NDArray[np.bool_]
Progress = Callable[[int, int], None]
"""Is told, after each level, its depth and how many places were visited so far."""


def term_on(term: f.Term, columns: Columns) -> Codes | int:
    """Return what a term is worth at each place."""
    match term:
        case f.Const(value):
            return value
        case f.Fact():
            return columns[term]
        case f.Plus(fact, value):
            return columns[fact] + value
        case f.AtMost(fact, value):
            return np.minimum(columns[fact], value)


def guard_on(guard: f.Guard, columns: Columns, count: int) -> Truth:
    """Tell at each of ``count`` places whether a guard holds."""
    held = np.ones(count, np.bool_)
    for each in guard.comparisons:
        left, right = term_on(each.left, columns), term_on(each.right, columns)
        held &= left == right if each.relation is f.Relation.EQUAL else left < right
    return held


@dataclass(frozen=True)
class Packing:
    """How configurations are numbered."""

    files_bound: int
    free: frozenset[f.Fact]

    @cached_property
    def radix(self) -> Mapping[f.Fact, int]:
        """How many values each fact can have. One transferred file too many has its number: a law must see it."""
        sizes = {f.Fact.FILES_TOTAL: self.files_bound + 1, f.Fact.FILES_DONE: self.files_bound + 2}
        sizes |= {fact: len(names) for fact, names in f.VALUES.items()}
        return {fact: sizes.get(fact, 2) if fact in self.free else 1 for fact in f.Fact}

    @cached_property
    def weight(self) -> Mapping[f.Fact, int]:
        """What one more of each fact adds to a number."""
        weights: dict[f.Fact, int] = {}
        weight = 1
        for fact in reversed(f.Fact):
            weights[fact] = weight
            weight *= self.radix[fact]
        return weights

    @cached_property
    def state_weight(self) -> int:
        """What the next state adds to a number."""
        return self.weight[f.Fact.FILES_TOTAL] * self.radix[f.Fact.FILES_TOTAL]

    @property
    def space(self) -> int:
        """How many numbers there are."""
        return self.state_weight * len(JobState)

    @cached_property
    def surroundings(self) -> int:
        """How many numbers differ in their surroundings alone: the last digits together."""
        return self.weight[f.SURROUNDINGS[0]] * self.radix[f.SURROUNDINGS[0]]

    def code(self, configuration: f.Configuration) -> int:
        """Return the number of a configuration. ValueError: a fact is beyond its digits."""
        code = int(configuration.state) * self.state_weight
        for fact in f.Fact:
            value = configuration.facts[fact.value]
            if not 0 <= value < self.radix[fact]:
                raise ValueError(f"{fact.name} {value} is beyond {self.radix[fact] - 1}")
            code += value * self.weight[fact]
        return code

    def configuration(self, code: int) -> f.Configuration:
        """Return the configuration of a number."""
        facts = [code // self.weight[fact] % self.radix[fact] for fact in f.Fact]
        return f.Configuration(JobState(code // self.state_weight), f.Facts(*facts))

    def columns(self, codes: Codes) -> Columns:
        """Return the facts at many places."""
        return {fact: codes // self.weight[fact] % self.radix[fact] for fact in f.Fact}

    def by_state(self, codes: Codes) -> Iterator[tuple[JobState, slice]]:
        """Yield each state with the slice of ascending numbers that are in it; states without any are left out."""
        borders = np.searchsorted(codes, np.arange(len(JobState) + 1) * self.state_weight)
        for state in JobState:
            if borders[state] < borders[state + 1]:
                yield state, slice(int(borders[state]), int(borders[state + 1]))

    def after(self, row: Row, answer: Answer, codes: Codes, columns: Columns) -> tuple[Codes, Truth]:
        """Return where an answer leads from places that its row holds in, and which of these ways are within the
        bound on files; a place beyond it has no number, and what stands for it there means nothing.
        """
        dest = codes + (int(answer.dest) - int(row.source)) * self.state_weight
        within = np.ones(codes.size, np.bool_)
        for fact, term in last_assignments(answer.effects).items():
            value = term_on(term, columns)
            fits = np.broadcast_to(np.less(value, self.radix[fact]) & np.greater_equal(value, 0), codes.shape)
            if fact is f.Fact.FILES_TOTAL:
                within &= fits
            elif not fits.all():
                raise ValueError(f"row {row.id} takes {fact.name} beyond {self.radix[fact] - 1}")
            dest += (value - columns[fact]) * self.weight[fact]
        return dest, within


class Ways(NamedTuple):
    """All steps of one answer of one row: from which places, by their position, to which places."""

    row: int
    answer: Answer
    sources: Codes
    dests: Codes


@dataclass(frozen=True)
class JobSpace:
    """Every place that one job can reach, as an ascending array of numbers, and the levels in which they were found."""

    table: Table
    packing: Packing
    codes: Codes
    levels: tuple[Codes, ...]

    @property
    def depth(self) -> int:
        """The distance of the farthest place."""
        return len(self.levels) - 1

    @cached_property
    def taken(self) -> Mapping[str, int]:
        """How many steps each row takes, over all places."""
        taken = dict.fromkeys((row.id for row in self.table.rows), 0)
        for ways in self.ways():
            taken[self.table.rows[ways.row].id] += ways.sources.size
        return taken

    @property
    def steps_total(self) -> int:
        """How many steps there are."""
        return sum(self.taken.values())

    @property
    def rows_never_taken(self) -> tuple[Row, ...]:
        """The rows that no reachable configuration enables."""
        return tuple(row for row in self.table.rows if not self.taken[row.id])

    def ways(self) -> Iterator[Ways]:
        """Yield all steps, answer by answer, in the order of the table."""
        within = {
            state: (part.start, self.codes[part], self.packing.columns(self.codes[part]))
            for state, part in self.packing.by_state(self.codes)
        }
        for number, row in enumerate(self.table.rows):
            if row.source not in within:
                continue
            start, codes, columns = within[row.source]
            held = np.flatnonzero(guard_on(row.guard, columns, codes.size))
            there = {fact: column[held] for fact, column in columns.items()}
            for answer in row.all_answers:
                dests, fits = self.packing.after(row, answer, codes[held], there)
                yield Ways(number, answer, held[fits] + start, dests[fits])

    def holds(self, row: Row) -> Codes:
        """Return the positions of the places in which a row holds."""
        for state, part in self.packing.by_state(self.codes):
            if state is row.source:
                codes = self.codes[part]
                held: Codes = np.flatnonzero(guard_on(row.guard, self.packing.columns(codes), codes.size)) + part.start
                return held
        return np.empty(0, np.int64)

    def path(self, configuration: f.Configuration) -> list[Step]:
        """Return a shortest way from where a new job is; KeyError where it can't be reached."""
        code = self.packing.code(configuration)
        depth = next((d for d, level in enumerate(self.levels) if code in level), None)
        if depth is None:
            raise KeyError(configuration)
        found: list[Step] = []
        for level in reversed(self.levels[:depth]):
            step, code = self._step_into(code, level)
            found.append(step)
        return found[::-1]

    def _step_into(self, code: int, level: Codes) -> tuple[Step, int]:
        """Return a step into a place from one of a level, and the number of the place that it leaves."""
        before = next(
            int(codes[position])
            for codes, _, dests in _moved(_moves(self.table), self.packing, level)
            for position in np.flatnonzero(dests == code)
        )
        configuration, goal = self.packing.configuration(before), self.packing.configuration(code)
        bound = self.packing.files_bound
        return next(step for step in steps(self.table, configuration, bound) if step.dest == goal), before


_Move = tuple[Row, Answer]


def _moves(table: Table) -> dict[JobState, list[_Move]]:
    """Return one row and answer for each different way to move, by the state it leaves."""
    moves: dict[tuple[object, ...], _Move] = {}
    for row in table.rows:
        for answer in row.all_answers:
            if answer.effects or answer.dest is not row.source:
                key = (row.source, row.guard.comparisons, answer.dest, answer.effects)
                moves.setdefault(key, (row, answer))
    return {state: [move for move in moves.values() if move[0].source is state] for state in JobState}


def _moved(
    moves: Mapping[JobState, Sequence[_Move]], packing: Packing, frontier: Codes
) -> Iterator[tuple[Codes, _Move, Codes]]:
    """Yield for each way to move the ascending places that it leaves, and those that it leads to."""
    for state, part in packing.by_state(frontier):
        codes = frontier[part]
        columns = packing.columns(codes)
        for move in moves[state]:
            held = guard_on(move[0].guard, columns, codes.size)
            if held.all():
                there, at = columns, codes
            elif held.any():
                there, at = {fact: column[held] for fact, column in columns.items()}, codes[held]
            else:
                continue
            dests, within = packing.after(*move, at, there)
            yield at[within], move, dests[within]


def explore_job(
    table: Table,
    files_bound: int,
    *,
    any_surroundings: bool = False,
    configurations_max: int | None = None,
    progress: Progress | None = None,
) -> JobSpace:
    """Visit every configuration that one job can reach with at most ``files_bound`` files.

    ``any_surroundings``: what surrounds the job changes whenever it likes, as it may where other jobs are.
    TooManyError: there are more than ``configurations_max``. ValueError: a row takes a fact beyond what it can be.
    """
    free = facts_of(table.scope)
    packing = Packing(files_bound, free)
    visited = visited_set(packing.space)
    moves = _moves(table)
    around = packing.surroundings
    visited.offer(np.array([packing.code(each) for each in f.initials(free)], np.int64))
    levels: list[Codes] = []
    total = 0
    while (frontier := visited.next_level()).size:
        levels.append(frontier)
        total += int(frontier.size)
        if configurations_max is not None and total > configurations_max:
            raise TooManyError(total, configurations_max)
        for _, _, dests in _moved(moves, packing, frontier):
            visited.offer(dests)
        if any_surroundings and around > 1:
            for other in range(around):
                visited.offer(frontier - frontier % around + other)
        if progress is not None:
            progress(len(levels) - 1, total)
    return JobSpace(table, packing, np.sort(np.concatenate(levels)), tuple(levels))
