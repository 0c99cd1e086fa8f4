"""Shades: what would be believed if a row had another outcome, kept beside what is believed.

Laws:

1. Every other outcome of every row is one *alternative*. It is judged by the logic that judges the backend, from the
   belief in which its row may first have been taken; where its row may not be taken, its step is everybody's.
2. An alternative whose belief has become that of the table again is not followed on: only where they are apart is there
   anything to tell. One that was rejected already need not be followed at all.
3. What is followed is interned like a belief: met again, a step of all alternatives at once is one look-up.
"""

from __future__ import annotations

from dataclasses import dataclass

from copyjob.conformance.discriminate import alternatives, touched
from copyjob.conformance.nodes import Place
from copyjob.conformance.observation import Called, Observation, Overlapped
from copyjob.conformance.oracle import Judge
from copyjob.spec.compiled import members
from copyjob.spec.table import Answer
from copyjob.spec.vocabulary import Operation


class Alternative:
    """One other outcome of one row, by the row's id and a name of its own among those of the row."""

    __slots__ = ("_answer", "_judge", "_row", "_steps", "key")

    def __init__(self, row: int, key: tuple[str, str], answer: Answer) -> None:
        """Nothing is compiled before it is needed."""
        self.key = key
        self._row, self._answer = row, answer
        self._judge: Judge | None = None
        self._steps: dict[tuple[Place, Observation], Place | None] = {}

    def step(self, place: Place, observation: Observation) -> Place | None:
        """Return where an observation would lead from a place, if the row had this outcome; None: rejected."""
        key = (place, observation)
        if key not in self._steps:
            judge = place.judge
            judge.memory.met()
            if self._judge is None:
                self._judge = Judge(judge.table.redirected(self._row, (self._answer,)), judge.memory)
            after = self._judge.step(place.belief, observation, tolerant=place.tolerant)
            self._steps[key] = judge.place(after, tolerant=place.tolerant) if after else None
        return self._steps[key]


@dataclass(slots=True, eq=False)
class Passage:
    """What one observation does: where it leads, which rows it may have passed through, what it would have rejected."""

    to: Shade
    rows: int
    rejected: tuple[Alternative, ...]
    answers: tuple[tuple[Operation, int], ...]


class Shade(dict[Observation, Passage | None]):
    """What is believed, and beside it what each alternative would have it, where that is apart."""

    __slots__ = ("apart", "place", "shades")

    def __init__(self, shades: Shades, place: Place, apart: tuple[tuple[Alternative, Place], ...]) -> None:
        """Begin with nothing met; made by ``Shades`` alone."""
        super().__init__()
        self.shades, self.place, self.apart = shades, place, apart

    def __missing__(self, observation: Observation) -> Passage | None:
        self[observation] = found = self.shades.passage(self, observation)
        return found

    __hash__ = object.__hash__  # type: ignore[assignment]
    __eq__ = object.__eq__


class Shades:
    """All shades of one judge; ``settled`` are the alternatives that were rejected and need no more following."""

    def __init__(self, judge: Judge) -> None:
        """Follow nothing yet."""
        self._judge = judge
        self._states = [state for state, bits in judge.table.by_state.items() if bits]
        self._of_row: dict[int, list[Alternative]] = {}
        self._met: dict[tuple[Place, tuple[tuple[Alternative, Place], ...]], Shade] = {}
        self.settled: set[Alternative] = set()

    def start(self, *, tolerant: bool) -> Shade:
        """Return what is believed of a new job; where it is tolerant, tolerated answers are admitted."""
        start = self._judge.start
        return self._shade(start.wide if tolerant else start.narrow, ())

    def alternatives(self, row: int) -> list[Alternative]:
        """Return every other outcome of a row."""
        known = self._of_row.get(row)
        if known is None:
            of = self._judge.table.rows[row]
            named = alternatives(of, self._judge.table, self._states, self._judge)
            known = self._of_row[row] = [Alternative(row, (of.id, name), answer) for name, answer in named]
        return known

    def passage(self, shade: Shade, observation: Observation) -> Passage | None:
        """Work out what an observation does; None where the table itself rejects it."""
        self._judge.memory.met()
        place = shade.place[observation]
        if place is None:
            return None
        rows = touched(shade.place, observation)
        followed = {other: belief for other, belief in shade.apart if other not in self.settled}
        for row in members(rows):
            for other in self.alternatives(row):
                if other not in self.settled:
                    followed.setdefault(other, shade.place)
        apart: list[tuple[Alternative, Place]] = []
        rejected: list[Alternative] = []
        for other, belief in followed.items():
            after = other.step(belief, observation)
            if after is None:
                rejected.append(other)
            elif after is not place:
                apart.append((other, after))
        apart.sort(key=_key)
        return Passage(self._shade(place, tuple(apart)), rows, tuple(rejected), _answers(observation))

    def _shade(self, place: Place, apart: tuple[tuple[Alternative, Place], ...]) -> Shade:
        known = self._met.get((place, apart))
        if known is None:
            known = self._met[place, apart] = Shade(self, place, apart)
        return known


def _key(of: tuple[Alternative, Place]) -> tuple[str, str]:
    return of[0].key


def _answers(observation: Observation) -> tuple[tuple[Operation, int], ...]:
    match observation:
        case Called(operation, hresult, _):
            return ((operation, hresult),)
        case Overlapped(calls, _):
            return tuple((call.operation, call.hresult) for call in calls)
        case _:
            return ()
