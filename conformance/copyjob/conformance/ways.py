"""Ways: how a job may have come to where it may be, and what is kept of each way.

Laws:

1. A way is taken where the belief permits it, and no other: what is possible at all is the judge's to say.
2. What is kept of a way grows by a row at a time (``longer``). Ways that lead to one configuration are one from there
   on (``joined``), for nothing that is seen later tells them apart. To join must come to an end: events go in circles.

What this module does not know: what is kept of a way, and what for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from copyjob.conformance.nodes import NOTHING_PENDING, Belief
from copyjob.conformance.observation import Called, Causes, Observation, Occurred, events_of, known_hresult
from copyjob.conformance.oracle import Judge
from copyjob.spec.compiled import Edge, Label
from copyjob.spec.vocabulary import Hresult, InternalEvent, Operation

V = TypeVar("V")


@dataclass(frozen=True)
class Walker(Generic[V]):
    """Goes all ways of one judge at once, with tolerated answers admitted or not."""

    judge: Judge
    tolerant: bool
    longer: Callable[[V, int, Edge], V]
    """What is kept of a way that goes on, from this configuration by this edge."""
    joined: Callable[[V, V], V]

    def possible(self, before: Mapping[int, V], observation: Observation) -> int | None:
        """Return where a job may be after an observation; None where a call is outstanding, or nothing is left."""
        bits = sum(1 << number for number in before)
        believed: Belief = {NOTHING_PENDING: bits} if bits else {}
        step = self.judge.step(believed, observation, tolerant=self.tolerant)
        return step[NOTHING_PENDING] if set(step) == {NOTHING_PENDING} else None

    def after(self, before: Mapping[int, V], observation: Observation, possible: int) -> dict[int, V]:
        """Return the ways after an observation that is no race, of those that are ``possible`` then."""
        match observation:
            case Called(operation, hresult, causes):
                return self.called(before, operation, hresult, causes)
            case Occurred(event, causes):
                return self.closed(self._by(event, self.closed(before, causes), None, causes), causes)
            case _:
                # Only filtered: what is possible now is what the judge says.
                ways = self.closed(before, observation.causes)
                return {number: way for number, way in ways.items() if possible >> number & 1}

    def called(self, before: Mapping[int, V], operation: Operation, hresult: int, causes: Causes) -> dict[int, V]:
        """Return the ways after an answer to a call."""
        ways = self._by(operation, self.closed(before, causes), known_hresult(hresult), causes)
        return self.closed(ways, causes)

    def closed(self, ways: Mapping[int, V], causes: Causes) -> dict[int, V]:
        """Return the ways that internal events make longer whose cause was there, beside those that are no longer."""
        found = dict(ways)
        events = list(events_of(causes.may))
        open_ends = list(found)
        while open_ends:
            number = open_ends.pop()
            for event in events:
                open_ends += [
                    edge.dest
                    for edge in self._edges(event, number, causes)
                    if self._take(found, edge.dest, self.longer(found[number], number, edge))
                ]
        return found

    def _by(self, label: Label, ways: Mapping[int, V], hresult: Hresult | None, causes: Causes) -> dict[int, V]:
        found: dict[int, V] = {}
        for number, way in ways.items():
            for edge in self._edges(label, number, causes):
                if edge.hresult is hresult:
                    self._take(found, edge.dest, self.longer(way, number, edge))
        return found

    def _edges(self, label: Label, number: int, causes: Causes) -> Iterator[Edge]:
        ways = self.judge.table.edges.get(label)
        done = self.judge.table.configurations[number].facts.files_done
        if ways is not None and not (label is InternalEvent.FILE_DONE and done >= causes.served):
            by_itself = isinstance(label, InternalEvent)
            yield from (edge for edge in ways[number] if self.tolerant or not (by_itself and edge.tolerated))

    def _take(self, found: dict[int, V], number: int, way: V) -> bool:
        """Take in one more way to a configuration; tell whether that changed anything."""
        known = found.get(number)
        found[number] = way if known is None else self.joined(known, way)
        return found[number] != known
