"""What a law is: a sentence with its clauses, and a form that is data.

Laws about laws:

1. The form is judged here and translated elsewhere; a law is never written twice. Its places and moves are guards,
   states, labels and HRESULTs, the same terms as in the rows.
2. A verdict carries a shortest counterexample.

How another model checker reads a law: ``law.places(table)`` are the configurations that an INVARIANT forbids,
``law.moves(table)`` the steps that a STEP law forbids, ``law.leads_to(table)`` what a LIVENESS law asks. Each speaks
about no fact and no label that the table does not have; each is empty where a law is of another kind or of another
dialect, and where the table is too small to break it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from heapq import heappop, heappush
from inspect import cleandoc
from itertools import count
from typing import ClassVar, Final

from copyjob.spec import facts as f
from copyjob.spec._graph import Edge, Graph, Label, able, fair_parts, graph_of, inner, walk
from copyjob.spec.explore import Exploration, Step
from copyjob.spec.scope import facts_of
from copyjob.spec.table import Answer, Row, Table
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, Operation

LABELS: Final[tuple[Label, ...]] = (*Operation, *InternalEvent)
SUCCESSES: Final = tuple(each for each in Hresult if not each.failed)
FAILURES: Final = tuple(each for each in Hresult if each.failed)
ANY_ANSWER: Final[tuple[Hresult | None, ...]] = (None, *Hresult)
"""Every HRESULT, and None: what an internal event has."""


class Kind(Enum):
    """What a law asks about."""

    INVARIANT = "invariant"
    """Every configuration."""
    STEP = "step"
    """Every step."""
    SOMETIMES = "sometimes"
    """That something is found."""
    POSSIBLE = "possible"
    """That a goal stays within reach, in the words of model checking AG EF; linear-time checkers can't ask it."""
    LIVENESS = "liveness"
    """That a goal is met by every fair run."""


@dataclass(frozen=True, slots=True)
class Place:
    """A set of configurations: those in one of these states whose facts fulfil the guard."""

    states: tuple[JobState, ...] = tuple(JobState)
    guard: f.Guard = f.ALWAYS

    def holds(self, at: f.Configuration) -> bool:
        """Tell whether a configuration is in the set."""
        return at.state in self.states and self.guard.holds(at.facts)

    def within(self, table: Table) -> Place | None:
        """Return what is left of it where only the table's facts are free; None where that is nothing.

        Its states stay: a wrong table may lead to one that the dialect does not have.
        """
        guard = self.guard.within(facts_of(table.scope))
        return None if guard is None else replace(self, guard=guard)


ANYWHERE: Final = Place()


class Change(Enum):
    """What becomes of a fact in a step."""

    FALLS = "falls"
    RISES = "rises"
    DIFFERS = "differs"

    def holds(self, before: int, after: int) -> bool:
        """Tell whether this is what became of it."""
        match self:
            case Change.FALLS:
                return after < before
            case Change.RISES:
                return after > before
            case Change.DIFFERS:
                return after != before


@dataclass(frozen=True, slots=True)
class Move:
    """A set of steps: all that is said here holds of each."""

    before: Place = ANYWHERE
    after: Place = ANYWHERE
    labels: tuple[Label, ...] = LABELS
    hresults: tuple[Hresult | None, ...] = ANY_ANSWER
    leaves: bool = False
    """Whether the state is another one afterwards; False: that does not matter."""
    changes: tuple[tuple[f.Fact, Change], ...] = ()

    def may_be(self, row: Row, answer: Answer) -> bool:
        """Tell whether a step of this row with this answer can be in the set, whatever the facts are."""
        return (
            row.label in self.labels
            and answer.hresult in self.hresults
            and row.source in self.before.states
            and answer.dest in self.after.states
            and not (self.leaves and answer.dest is row.source)
        )

    def is_of(self, before: f.Facts, after: f.Facts) -> bool:
        """Tell whether a step with these facts is in the set, its row and answer being so."""
        if self.changes and before == after:
            return False
        return (
            self.before.guard.holds(before)
            and self.after.guard.holds(after)
            and all(change.holds(before[fact.value], after[fact.value]) for fact, change in self.changes)
        )

    def within(self, table: Table) -> Move | None:
        """Return what is left of it where only the table's facts are free and it has the labels; None: nothing."""
        before, after = self.before.within(table), self.after.within(table)
        have = {row.label for row in table.rows}
        labels = tuple(label for label in self.labels if label in have)
        free = facts_of(table.scope)
        if before is None or after is None or not labels or any(fact not in free for fact, _ in self.changes):
            return None
        return replace(self, before=before, after=after, labels=labels)


@dataclass(frozen=True, slots=True)
class Never:
    """No configuration is in any of these places."""

    places: tuple[Place, ...]
    kind: ClassVar[Kind] = Kind.INVARIANT


@dataclass(frozen=True, slots=True)
class NoStep:
    """No step is any of these moves."""

    moves: tuple[Move, ...]
    kind: ClassVar[Kind] = Kind.STEP


@dataclass(frozen=True, slots=True)
class EveryState:
    """Every state of the dialect is reached."""

    kind: ClassVar[Kind] = Kind.SOMETIMES


@dataclass(frozen=True, slots=True)
class EveryRow:
    """Every row of the table is taken."""

    kind: ClassVar[Kind] = Kind.SOMETIMES


@dataclass(frozen=True, slots=True)
class Possible:
    """From every configuration in ``start`` one in ``goal`` can be reached.

    Steps ``without`` these labels lead there, and no call that is refused.
    """

    start: Place
    goal: Place
    without: tuple[Label, ...] = ()
    kind: ClassVar[Kind] = Kind.POSSIBLE


@dataclass(frozen=True, slots=True)
class LeadsTo:
    """From every configuration in ``start``, each fair run of ``labels`` alone meets ``goal``.

    A run is fair if every label of ``fair`` that is possible again and again is taken again and again: strong fairness,
    a label at a time. A step that changes nothing counts neither way, and a run may rest. For TLA+ that is
    ``SF_vars`` of the disjunction of the label's actions.
    """

    start: Place
    goal: Place
    labels: tuple[InternalEvent, ...]
    fair: tuple[InternalEvent, ...]
    kind: ClassVar[Kind] = Kind.LIVENESS


Form = Never | NoStep | EveryState | EveryRow | Possible | LeadsTo


@dataclass(frozen=True)
class Broken:
    """A counterexample.

    ``path`` is a shortest way to ``at``, where the law fails; ``step`` is the offending step where it is about one.
    Where a run never meets its goal, ``cycle`` leads from ``at`` to ``at`` and is repeated for ever; it is empty where
    the job rests there.
    """

    at: f.Configuration
    path: tuple[Step, ...]
    step: Step | None = None
    cycle: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Law:
    """A sentence about every exploration; called with one, it returns a counterexample or None.

    ``__doc__`` of a law is its text with its clauses, as a function's would be.
    """

    name: str
    text: str
    cites: tuple[str, ...]
    form: Form
    dialects: frozenset[Dialect] = frozenset(Dialect)
    """The dialects that it speaks about; in the others it holds of itself."""
    files_needed: int = 0
    """How many files a job must be allowed before the law can find what it asks for."""

    def __post_init__(self) -> None:
        """Give the law the docstring that its readers look for."""
        clauses = f" Clause: {', '.join(self.cites)}." if self.cites else ""
        object.__setattr__(self, "text", cleandoc(self.text))
        object.__setattr__(self, "__doc__", self.text + clauses)

    @property
    def __name__(self) -> str:
        """The name, as a function would have it."""
        return self.name

    @property
    def kind(self) -> Kind:
        """What the law asks about."""
        return self.form.kind

    def places(self, table: Table) -> tuple[Place, ...]:
        """Return the configurations that an INVARIANT forbids in a table."""
        if not isinstance(self.form, Never) or table.dialect not in self.dialects:
            return ()
        return tuple(place for each in self.form.places if (place := each.within(table)) is not None)

    def moves(self, table: Table) -> tuple[Move, ...]:
        """Return the steps that a STEP law forbids in a table."""
        if not isinstance(self.form, NoStep) or table.dialect not in self.dialects:
            return ()
        return tuple(move for each in self.form.moves if (move := each.within(table)) is not None)

    def leads_to(self, table: Table) -> LeadsTo | None:
        """Return what a LIVENESS law asks of a table."""
        if not isinstance(self.form, LeadsTo) or table.dialect not in self.dialects:
            return None
        start, goal = self.form.start.within(table), self.form.goal.within(table)
        if start is None or goal is None:
            return None
        have = {row.label for row in table.rows}
        labels = tuple(label for label in self.form.labels if label in have)
        return LeadsTo(start, goal, labels, tuple(label for label in self.form.fair if label in labels))

    def __call__(self, found: Exploration) -> Broken | None:
        """Judge an exploration: a shortest counterexample, or None where the law holds."""
        if found.table.dialect not in self.dialects:
            return None
        match self.form:
            case Never():
                return _never(found, self.form.places)
            case NoStep():
                return _no_step(found, self.form.moves)
            case EveryState():
                reached = {at.state for at in found.parents}
                missing = [state for state in found.table.states if state not in reached]
                return Broken(f.Configuration(missing[0]), ()) if missing else None
            case EveryRow():
                never = found.rows_never_taken
                return Broken(f.Configuration(never[0].source), ()) if never else None
            case Possible():
                return _possible(found, self.form)
            case LeadsTo():
                return _leads_to(found, self.form)


def _broken(found: Exploration, at: f.Configuration, step: Step | None = None) -> Broken:
    return Broken(at, tuple(found.path(at)), step)


def _never(found: Exploration, places: tuple[Place, ...]) -> Broken | None:
    bad = (at for at in found.parents if any(place.holds(at) for place in places))
    return next((_broken(found, at) for at in bad), None)


def _no_step(found: Exploration, moves: tuple[Move, ...]) -> Broken | None:
    graph = graph_of(found)
    first: Edge | None = None
    for row, answer, edges in graph.by_answer:
        asked = [move for move in moves if move.may_be(row, answer)]
        for edge in edges if asked else ():
            if first is not None and edge.begin >= first.begin:
                break
            before, after = graph.nodes[edge.begin].facts, edge.step.dest.facts
            if any(move.is_of(before, after) for move in asked):
                first = edge
    return None if first is None else _broken(found, graph.nodes[first.begin], first.step)


def _refused(step: Step) -> bool:
    return step.answer.hresult is not None and step.answer.hresult.failed


def _possible(found: Exploration, form: Possible) -> Broken | None:
    graph = graph_of(found)
    goals = [number for number, at in enumerate(graph.nodes) if form.goal.holds(at)]
    without = frozenset(form.without)
    reached = able(graph, goals, lambda edge: edge.step.row.label not in without and not _refused(edge.step))
    lost = (at for number, at in enumerate(graph.nodes) if number not in reached and form.start.holds(at))
    return next((_broken(found, at) for at in lost), None)


def _leads_to(found: Exploration, form: LeadsTo) -> Broken | None:
    graph = graph_of(found)
    avoiding = {number for number, at in enumerate(graph.nodes) if not form.goal.holds(at)}
    labels, fair = frozenset[Label](form.labels), frozenset[Label](form.fair)
    parts = fair_parts(graph, avoiding, labels, fair)
    traps = {number: part for part in parts for number in part}
    starts = [number for number in sorted(avoiding) if form.start.holds(graph.nodes[number])]
    stem = _nearest(graph, starts, avoiding, labels, frozenset(traps))
    if stem is None:
        return None
    start, edges, at = stem
    path = (*found.path(graph.nodes[start]), *(edge.step for edge in edges))
    cycle = tuple(edge.step for edge in _round(graph, at, traps[at], labels, fair))
    return Broken(graph.nodes[at], path, cycle=cycle)


def _nearest(
    graph: Graph, starts: list[int], within: set[int], labels: frozenset[Label], traps: frozenset[int]
) -> tuple[int, list[Edge], int] | None:
    """Return the start, the edges and the trap that together are nearest to where a new job is."""
    came: dict[int, Edge | None] = {}
    ties = count()
    heap: list[tuple[int, int, int, Edge | None]] = []
    for start in starts:
        heappush(heap, (graph.depths[start], next(ties), start, None))
    while heap:
        distance, _, at, edge = heappop(heap)
        if at in came:
            continue
        came[at] = edge
        if at in traps:
            edges = list(_backwards(came, at))[::-1]
            return (edges[0].begin if edges else at), edges, at
        for onward in graph.edges[at]:
            if onward.step.row.label in labels and onward.end in within and onward.end not in came:
                heappush(heap, (distance + 1, next(ties), onward.end, onward))
    return None


def _backwards(came: dict[int, Edge | None], at: int) -> Iterator[Edge]:
    edge = came[at]
    while edge is not None:
        yield edge
        edge = came[edge.begin]


def _round(
    graph: Graph, begin: int, part: set[int], labels: frozenset[Label], fair: frozenset[Label]
) -> tuple[Edge, ...]:
    """Return a closed walk in a part that takes every fair label possible in it; short, not always shortest."""
    owed = {edge.step.row.label for at in part for edge in inner(graph, at, part, fair & labels) if edge.moves}
    found: list[Edge] = []
    at = begin

    def pays(edge: Edge) -> bool:
        return edge.moves and edge.step.row.label in owed

    while owed:
        found += walk(graph, at, part, labels, pays)
        owed -= {edge.step.row.label for edge in found if edge.moves}
        at = found[-1].end
    if at != begin:
        found += walk(graph, at, part, labels, lambda edge: edge.end == begin)
    return tuple(found)
