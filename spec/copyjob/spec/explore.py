"""Exhaustive breadth-first exploration of one job: every configuration that a table can reach.

Law: the rows alone are walked, with every cause always possible, so that what is never reached here can never be
reached anywhere. Files are bounded: AddFile beyond the bound is cut, and nothing else is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from copyjob.spec import facts as f
from copyjob.spec.scope import facts_of
from copyjob.spec.table import Answer, Row, Table
from copyjob.spec.vocabulary import InternalEvent, Operation


class Step(NamedTuple):
    """One step from a configuration: which row, which of its answers, and where it leads."""

    row: Row
    answer: Answer
    dest: f.Configuration


def steps(table: Table, configuration: f.Configuration, files_bound: int) -> Iterator[Step]:
    """Yield every step that the table permits in a configuration, in the order of the table."""
    for row in table.by_source[configuration.state]:
        if row.guard.holds(configuration.facts):
            for answer in row.all_answers:
                dest = f.Configuration(answer.dest, f.apply(answer.effects, configuration.facts))
                if dest.facts.files_total <= files_bound:
                    yield Step(row, answer, dest)


@dataclass(frozen=True)
class Exploration:
    """What was reached: each configuration with the step that first led there, and how often each row was taken."""

    table: Table
    files_bound: int
    parents: Mapping[f.Configuration, tuple[f.Configuration, Step] | None]
    depth: int
    steps_total: int
    taken: Mapping[str, int]

    @property
    def configurations(self) -> tuple[f.Configuration, ...]:
        """Every reachable configuration, in the order it was found."""
        return tuple(self.parents)

    @property
    def rows_never_taken(self) -> tuple[Row, ...]:
        """The rows that no reachable configuration enables."""
        return tuple(row for row in self.table.rows if not self.taken[row.id])

    def path(self, configuration: f.Configuration) -> list[Step]:
        """Return a shortest way from where a new job is; KeyError where it is unreachable."""
        found: list[Step] = []
        parent = self.parents[configuration]
        while parent is not None:
            found.append(parent[1])
            parent = self.parents[parent[0]]
        return found[::-1]


def explore(table: Table, files_bound: int) -> Exploration:
    """Visit every configuration that is reachable with at most ``files_bound`` files."""
    begin = f.initials(facts_of(table.scope))
    parents: dict[f.Configuration, tuple[f.Configuration, Step] | None] = dict.fromkeys(begin)
    depths = dict.fromkeys(begin, 0)
    taken = {row.id: 0 for row in table.rows}
    total = 0
    queue = deque(begin)
    while queue:
        configuration = queue.popleft()
        for step in steps(table, configuration, files_bound):
            total += 1
            taken[step.row.id] += 1
            if step.dest not in parents:
                parents[step.dest] = (configuration, step)
                depths[step.dest] = depths[configuration] + 1
                queue.append(step.dest)
    return Exploration(table, files_bound, parents, max(depths.values()), total, taken)


def describe(step: Step) -> str:
    """Tell a step in one line: what was called or happened, with which HRESULT, by which row."""
    label = step.row.label
    kind = "call" if isinstance(label, Operation) else "event"
    assert isinstance(label, Operation | InternalEvent)
    answer = "" if step.answer.hresult is None else f" -> {step.answer.hresult.name}"
    return f"{kind} {label.value}{answer} -> {step.dest}  [{step.row.id}]"
