"""The integer table: what the built machine permits, as numbers and bit sets.

Law: it is compiled from the ``transitions`` machine by introspection, never from the rows beside it; a transition that
the machine lost, or gained, is lost or gained here. After that the machine is not fired again: a step is a look-up.

Configurations are numbered over *all* sound facts of the table's scope up to a bound on files, reachable or not, so
that a table with one redirected row can be made by editing edges, without compiling again. Past the bound a job has no
configuration; or, in an *open* table, the last number of files stands for all above it: such a configuration has every
way that any of the jobs it stands for has. A set of configurations is
an ``int`` used as bit set: bit ``i`` stands for ``configurations[i]``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

from copyjob.spec import facts as f
from copyjob.spec.machine import Effect, SpecMachine, row_of
from copyjob.spec.scope import CORE, Scope, facts_of
from copyjob.spec.table import Answer, Row, Table, table
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, Operation

FILES_BOUND = 3
"""How many files a judged job may have; the counts above it would tell nothing new."""


class Edge(NamedTuple):
    """One way from a configuration: by which row, with which HRESULT (None: internal), to which configuration."""

    row: int
    hresult: Hresult | None
    dest: int
    tolerated: bool


Label = Operation | InternalEvent


@dataclass(frozen=True)
class IntegerTable:
    """The compiled table; ``edges[label][configuration]`` are the ways that one label opens there."""

    dialect: Dialect
    rows: tuple[Row, ...]
    configurations: tuple[f.Configuration, ...]
    index: Mapping[f.Configuration, int]
    edges: Mapping[Label, tuple[tuple[Edge, ...], ...]]
    by_state: Mapping[JobState, int]
    by_counts: Mapping[tuple[int, int], int]
    """The configurations by how many files the job has, and how many of them are done."""
    scope: Scope = CORE
    open_from: int | None = None
    """In an open table: the number of files that stands for so many or more."""

    def counts(self, total: int, done: int) -> int:
        """Return the configurations of a job that has so many files, and so many of them done."""
        if done > total:
            return 0
        folded = _folded(f.Facts(total, done), self.open_from)
        return self.by_counts.get((folded.files_total, folded.files_done), 0)

    @property
    def initial(self) -> int:
        """The bit set of the initial configurations: one in the core, one for each kind of job with uploads."""
        return sum(1 << self.index[each] for each in f.initials(facts_of(self.scope)))

    def redirected(self, row_number: int, answers: Iterable[Answer]) -> IntegerTable:
        """Return a copy in which one row has other answers; an answer beyond the bound is left out."""
        row = self.rows[row_number]
        given = tuple(answers)
        of_label = list(self.edges[row.label])
        for number, configuration in enumerate(self.configurations):
            if configuration.state is not row.source or not row.guard.holds(configuration.facts):
                continue
            kept = [edge for edge in of_label[number] if edge.row != row_number]
            for answer in given:
                facts = _folded(f.apply(answer.effects, configuration.facts), self.open_from)
                target = f.Configuration(answer.dest, facts)
                if target in self.index:
                    kept.append(Edge(row_number, answer.hresult, self.index[target], tolerated=False))
            of_label[number] = tuple(kept)
        return replace(self, edges={**self.edges, row.label: tuple(of_label)})


def members(bits: int) -> Iterator[int]:
    """Yield the numbers in a bit set, ascending."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def _folded(facts: f.Facts, open_from: int | None) -> f.Facts:
    """Return the facts that stand for these: past the bound it only counts whether none, some or all files are done."""
    if open_from is None or facts.files_total < open_from:
        return facts
    done = open_from if facts.files_done == facts.files_total else min(facts.files_done, 1)
    return facts._replace(files_total=open_from, files_done=done)


_BEYOND = 2
"""How many files past the bound show whatever a job with more of them can do: some done and some not, and one more."""


def compile_machine(machine: SpecMachine, files_bound: int = FILES_BOUND, *, open_ended: bool = False) -> IntegerTable:
    """Read every transition out of the built machine and number what it permits."""
    rows = machine.table.rows
    row_number = {id(row): number for number, row in enumerate(rows)}
    open_from = files_bound if open_ended else None
    every = f.all_facts(files_bound + _BEYOND * open_ended, facts_of(machine.table.scope))
    stand_for = [_folded(facts, open_from) for facts in every]
    sound = sorted(set(stand_for))
    configurations = tuple(f.Configuration(state, facts) for state in machine.table.states for facts in sound)
    index = {configuration: number for number, configuration in enumerate(configurations)}
    places = {facts: number for number, facts in enumerate(sound)}
    first = {state.name: i * len(sound) for i, state in enumerate(machine.table.states)}
    # Most labels open nothing in most configurations: only what is there is kept while it grows.
    edges: dict[Label, dict[int, list[Edge]]] = {row.label: {} for row in rows}

    @cache
    def held(guard: f.Guard) -> list[tuple[int, f.Facts]]:
        return [(places[stand], facts) for facts, stand in zip(every, stand_for, strict=True) if guard.holds(facts)]

    for event in machine.machine.events.values():
        for source, transitions in event.transitions.items():
            for transition in transitions:
                row = row_of(transition)
                (effect,) = (call for call in transition.after if isinstance(call, Effect))
                answer = effect.answer
                dest_state = JobState[transition.dest or source]
                tolerated = answer in row.tolerated
                for place, facts in held(row.guard):
                    target = index.get(f.Configuration(dest_state, _folded(f.apply(answer.effects, facts), open_from)))
                    if target is not None:
                        edge = Edge(row_number[id(row)], answer.hresult, target, tolerated)
                        ways = edges[row.label].setdefault(first[source] + place, [])
                        if edge not in ways:
                            ways.append(edge)
    by_state = dict.fromkeys(JobState, 0)
    for state in machine.table.states:
        by_state[state] = ((1 << len(sound)) - 1) << first[state.name]
    by_counts: dict[tuple[int, int], int] = {}
    for number, (_, facts) in enumerate(configurations):
        counts = (facts.files_total, facts.files_done)
        by_counts[counts] = by_counts.get(counts, 0) | 1 << number
    everywhere = range(len(configurations))
    frozen = {label: tuple(tuple(ways.get(n, ())) for n in everywhere) for label, ways in edges.items()}
    return IntegerTable(
        machine.table.dialect, rows, configurations, index, frozen, by_state, by_counts, machine.table.scope, open_from
    )


def compile_table(source: Table, files_bound: int = FILES_BOUND, *, open_ended: bool = False) -> IntegerTable:
    """Build the machine of a table and compile it; ``open_ended``: for jobs with any number of files."""
    return compile_machine(SpecMachine(source), files_bound, open_ended=open_ended)


@cache
def integer_table(dialect: Dialect) -> IntegerTable:
    """Return the compiled table of the life cycle of one download in a dialect, made once."""
    return compile_table(table(dialect))
