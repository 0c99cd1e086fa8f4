"""The steps of an exploration as a graph: made once an exploration, and asked by every law.

Laws: configurations are numbered in the order in which they were found, so that a smaller number is never farther away;
a step that leads out of the exploration is not in it. What this module does not know: a single law.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple
from weakref import finalize

from copyjob.spec import facts as f
from copyjob.spec.explore import Exploration, Step, steps
from copyjob.spec.table import Answer, Row
from copyjob.spec.vocabulary import InternalEvent, Operation

Label = Operation | InternalEvent


class Edge(NamedTuple):
    """A step between numbered configurations."""

    begin: int
    step: Step
    end: int

    @property
    def moves(self) -> bool:
        """Whether it changes anything."""
        return self.begin != self.end


@dataclass(frozen=True)
class Graph:
    """Every step between the configurations that were reached."""

    nodes: tuple[f.Configuration, ...]
    depths: tuple[int, ...]
    edges: tuple[tuple[Edge, ...], ...]
    """By the number of the configuration that they leave."""
    by_answer: tuple[tuple[Row, Answer, tuple[Edge, ...]], ...]
    """The same, by row and answer; the edges of one ascend."""


def _made(found: Exploration) -> Graph:
    nodes = found.configurations
    index = {at: number for number, at in enumerate(nodes)}
    depths: list[int] = []
    for at in nodes:
        parent = found.parents[at]
        depths.append(0 if parent is None else depths[index[parent[0]]] + 1)
    edges: list[tuple[Edge, ...]] = []
    grouped: dict[tuple[str, Answer], tuple[Row, Answer, list[Edge]]] = {}
    for number, at in enumerate(nodes):
        here: list[Edge] = []
        for step in steps(found.table, at, found.files_bound):
            edge = Edge(number, step, index.get(step.dest, -1))
            grouped.setdefault((step.row.id, step.answer), (step.row, step.answer, []))[2].append(edge)
            if edge.end >= 0:
                here.append(edge)
        edges.append(tuple(here))
    by_answer = tuple((row, answer, tuple(given)) for row, answer, given in grouped.values())
    return Graph(nodes, tuple(depths), tuple(edges), by_answer)


_graphs: dict[int, Graph] = {}


def graph_of(found: Exploration) -> Graph:
    """Return the graph of an exploration, made once and kept as long as the exploration is."""
    key = id(found)
    if key not in _graphs:
        _graphs[key] = _made(found)
        finalize(found, _graphs.pop, key, None).atexit = False
    return _graphs[key]


def able(graph: Graph, goals: Collection[int], taken: Callable[[Edge], bool]) -> set[int]:
    """Return the configurations from which a goal can be reached by edges that may be taken; the goals too."""
    backwards: dict[int, list[int]] = {}
    for edge in every_edge(graph):
        if taken(edge):
            backwards.setdefault(edge.end, []).append(edge.begin)
    reached, queue = set(goals), deque(goals)
    while queue:
        for before in backwards.get(queue.popleft(), ()):
            if before not in reached:
                reached.add(before)
                queue.append(before)
    return reached


def every_edge(graph: Graph) -> Iterator[Edge]:
    """Yield every edge, in the order of the configurations that they leave."""
    for edges in graph.edges:
        yield from edges


def inner(graph: Graph, at: int, within: AbstractSet[int], labels: AbstractSet[Label]) -> Iterator[Edge]:
    """Yield the edges of some labels that leave a configuration and stay in a set of them."""
    return (edge for edge in graph.edges[at] if edge.end in within and edge.step.row.label in labels)


def components(graph: Graph, within: AbstractSet[int], labels: AbstractSet[Label]) -> Iterator[set[int]]:
    """Yield the strongly connected components of a part of the graph (Tarjan's algorithm, without recursion)."""
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    open_nodes: list[int] = []
    is_open: set[int] = set()
    for root in sorted(within):
        if root in order:
            continue
        order[root] = low[root] = len(order)
        open_nodes.append(root)
        is_open.add(root)
        work = [(root, inner(graph, root, within, labels))]
        while work:
            at, ways = work[-1]
            edge = next(ways, None)
            if edge is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[at])
                if low[at] == order[at]:
                    part = set(open_nodes[open_nodes.index(at) :])
                    del open_nodes[-len(part) :]
                    is_open -= part
                    yield part
            elif edge.end not in order:
                order[edge.end] = low[edge.end] = len(order)
                open_nodes.append(edge.end)
                is_open.add(edge.end)
                work.append((edge.end, inner(graph, edge.end, within, labels)))
            elif edge.end in is_open:
                low[at] = min(low[at], order[edge.end])


def fair_parts(
    graph: Graph, within: AbstractSet[int], labels: AbstractSet[Label], fair: AbstractSet[Label]
) -> list[set[int]]:
    """Return the sets of configurations in which a strongly fair run can stay for ever.

    A run takes steps of some ``labels``, and may rest at any moment. It is strongly fair if every ``fair`` label that
    is possible again and again is taken again and again; a step that changes nothing counts neither way. In a strongly
    connected component some run takes every edge again and again. So it is fair if each fair label that is possible
    somewhere in it is taken in it; if not, no fair run stays there and keeps visiting the places where the label is
    possible: they are taken out, and what is left is asked again.
    """
    possible = {
        at: {edge.step.row.label for edge in graph.edges[at] if edge.moves and edge.step.row.label in fair & labels}
        for at in within
    }
    found: list[set[int]] = []
    asked: list[AbstractSet[int]] = [within]
    while asked:
        for part in components(graph, asked.pop(), labels):
            taken = {edge.step.row.label for at in part for edge in inner(graph, at, part, labels) if edge.moves}
            owed = set[Label]().union(*(possible[at] for at in part)) - taken
            rest = {at for at in part if not possible[at] & owed}
            if not owed:
                found.append(part)
            elif rest:
                asked.append(rest)
    return found


def walk(
    graph: Graph, begin: int, within: AbstractSet[int], labels: AbstractSet[Label], wanted: Callable[[Edge], bool]
) -> tuple[Edge, ...]:
    """Return a shortest walk inside a set of configurations whose last edge is wanted; empty where there is none."""
    came: dict[int, Edge | None] = {begin: None}
    queue = deque([begin])
    while queue:
        for edge in inner(graph, queue.popleft(), within, labels):
            if wanted(edge):
                return (*_back(came, edge.begin), edge)
            if edge.end not in came:
                came[edge.end] = edge
                queue.append(edge.end)
    return ()


def _back(came: dict[int, Edge | None], at: int) -> list[Edge]:
    found: list[Edge] = []
    edge = came[at]
    while edge is not None:
        found.append(edge)
        edge = came[edge.begin]
    return found[::-1]
