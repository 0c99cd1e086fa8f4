"""Nodes: the beliefs that a judge has met, each once, with what every observation did to them.

Laws:

1. One node for one belief: equal beliefs of a judge are the same node, so that whatever was found out of one holds
   for whoever comes to it again.
2. A node knows no logic. What it has not met it asks the judge, once; after that a step is one look-up.
3. What is remembered is bounded: past ``REMEMBERED_MAX`` steps a judge, and who works with it, begin to remember anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from copyjob.conformance.observation import Causes, Observation
from copyjob.spec.vocabulary import Operation

if TYPE_CHECKING:
    from copyjob.conformance.oracle import Judge

Pending = tuple[Operation, ...]
"""Calls that timed out and may still take effect, each once."""
Belief = Mapping[Pending, int]
"""What may be the case: which configurations are possible with which calls still outstanding."""
NOTHING_PENDING: Pending = ()
REMEMBERED_MAX = 200_000
"""Some 0.3 kB each. Many calls that time out one after another could make as many as one likes."""


class Memory:
    """How many steps a judge remembers, with all who work with it, and how often they were to forget."""

    __slots__ = ("age", "steps")

    def __init__(self) -> None:
        """Begin with nothing met."""
        self.age = self.steps = 0

    def met(self) -> None:
        """Note that one more step is remembered; whoever finds that ``age`` has changed forgets all of his."""
        self.steps += 1
        if self.steps > REMEMBERED_MAX:
            self.steps = 0
            self.age += 1


class Place(dict[Observation, "Place | None"]):
    """One belief, with tolerated answers admitted or not; what each observation leads to, None where it is rejected."""

    __slots__ = ("belief", "bits", "judge", "reached", "tolerant")

    def __init__(self, judge: Judge, belief: Belief, bits: int, *, tolerant: bool) -> None:
        """Begin with nothing met; made by the judge alone."""
        super().__init__()
        self.judge, self.belief, self.tolerant = judge, belief, tolerant
        self.bits = bits
        """The configurations that are possible at all, whichever calls are outstanding."""
        self.reached = Reached(self)
        """Every configuration that is possible once some causes have had their say."""

    def __missing__(self, observation: Observation) -> Place | None:
        self.judge.memory.met()
        after = self.judge.step(self.belief, observation, tolerant=self.tolerant)
        self[observation] = found = self.judge.place(after, tolerant=self.tolerant) if after else None
        return found

    # A dictionary by what it remembers, not by what it is: two places differ though both remember nothing.
    __hash__ = object.__hash__  # type: ignore[assignment]
    __eq__ = object.__eq__


class Reached(dict[Causes, int]):
    """What a belief becomes under causes, worked out once for each."""

    __slots__ = ("_place",)

    def __init__(self, place: Place) -> None:
        """Begin with nothing worked out."""
        super().__init__()
        self._place = place

    def __missing__(self, causes: Causes) -> int:
        place = self._place
        place.judge.memory.met()
        self[causes] = found = anywhere(place.judge.spread(place.belief, causes, tolerant=place.tolerant))
        return found


class Arrival:
    """What an observation does to a belief: where it leads, and whatever else a run asks every time."""

    __slots__ = ("broken", "possible", "rests", "to", "was_active")

    def __init__(self, to: Node, possible: int, *, broken: bool, was_active: bool, is_active: bool) -> None:
        """Begin with what does not change; made by ``Node`` and the judge alone."""
        self.to = to
        self.possible = possible
        """Every configuration in which the job may be now, under the causes of the observation."""
        self.broken = broken
        """Whether the observation broke a recommendation: only the wide belief had an explanation for it."""
        self.was_active = was_active
        """Whether the job may have been active before, under the same causes."""
        self.rests = was_active and not is_active
        """Whether it may have been and cannot be any more."""


class Node(dict[Observation, "Arrival | None"]):
    """What is believed of a job: widely, with tolerated answers admitted, and narrowly, without."""

    __slots__ = ("narrow", "wide")

    def __init__(self, wide: Place, narrow: Place) -> None:
        """Begin with nothing met; made by the judge alone."""
        super().__init__()
        self.wide, self.narrow = wide, narrow

    def __missing__(self, observation: Observation) -> Arrival | None:
        judge, causes = self.wide.judge, observation.causes
        judge.memory.met()
        wide, narrow = self.wide[observation], self.narrow[observation]
        found = None
        if wide is not None:
            # A broken recommendation is told once: from there on what was tolerated is believed narrowly too.
            anew = judge.place(wide.belief, tolerant=False) if narrow is None else narrow
            possible = wide.reached[causes]
            found = Arrival(
                judge.node(wide, anew),
                possible,
                broken=narrow is None,
                was_active=bool(self.wide.reached[causes] & judge.active),
                is_active=bool(possible & judge.active),
            )
        self[observation] = found
        return found

    __hash__ = object.__hash__  # type: ignore[assignment]
    __eq__ = object.__eq__


def anywhere(belief: Belief) -> int:
    """Return the configurations that are possible at all, whichever calls are outstanding."""
    found = 0
    for bits in belief.values():
        found |= bits
    return found
