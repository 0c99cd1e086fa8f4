"""Whether callbacks that a mutant does not make, or makes twice, can be missed: the product with what is owed.

What the mutant may be doing, and what it has called back, is explored breadth first beside all that the kit would hold
to be owed, over the same observations and causes as :mod:`.inclusion` has. Whoever listens may look, and may take what
was called, after any step. Where something is missing then, or too much, that is the shortest way to see it.

Laws:

1. What is owed is the kit's own account (:class:`~copyjob.conformance.owed.Debts`), of one who asked for everything
   from the beginning on, where callbacks are made at once.
2. A mutant calls once for every rule that its step fires, but for its own row: it never tells of changes together.
3. A place is left out only where another one accuses of all that it does, in no more steps.

What this module does not know: who registers anew after a restart, and begins an account in which less is demanded. So
it shows how a mutant is heard; that one conforms is proved by :func:`.inclusion.calling`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from copyjob.conformance.mutants.behaviour import Behaviour
from copyjob.conformance.mutants.inclusion import (
    FILES_MAX,
    Place,
    Proof,
    acts_left,
    causes_of,
    happenings,
    slice_ends,
    truth,
)
from copyjob.conformance.mutants.mutation import Mutant, Slip
from copyjob.conformance.observation import Called, Counted, Observation, Sampled
from copyjob.conformance.owed import CALLS, MANY, NONE, Asked, Counts, Debt, Debts
from copyjob.spec import facts as f
from copyjob.spec.table import FINAL
from copyjob.spec.vocabulary import FAILURE_BIT, Dialect, InternalEvent, Operation

PLACES_MAX = 100_000
"""Past so many places the search is given up."""
_Step = InternalEvent | Observation | str


class Heard(NamedTuple):
    """Where the exploration is: the mutant, what it owes by the kit's account, and what it called since asked last."""

    place: Place
    debt: Debt
    told: Counts = NONE


_Known = dict[tuple[int, int, int, bool, Counts], list[Heard]]
"""Places with the same configuration, files, jobs in front, and calls."""


@cache
def debts(dialect: Dialect) -> Debts:
    """Return the kit's accounts of a dialect, made once."""
    return Debts(truth(dialect).judge)


def listen(mutant: Mutant, places_max: int = PLACES_MAX) -> Proof:
    """Explore all that whoever listens may see, breadth first."""
    own = Listener(mutant)
    start = own.start()
    came: dict[Heard, tuple[Heard, _Step] | None] = {start: None}
    known: _Known = {}
    queue = deque([start])
    while queue:
        heard = queue.popleft()
        for step, after in own.moves(heard):
            if after is None:
                return Proof(conforms=False, witness=(*_way(came, heard), step), places=len(came))
            if after not in came and after.debt.ways and _is_news(known, after):
                came[after] = (heard, step)
                queue.append(after)
        if len(came) > places_max:
            return Proof(conforms=False, places=len(came), reason=f"not decided within {places_max} places")
    return Proof(conforms=True, places=len(came))


def _is_news(known: _Known, heard: Heard) -> bool:
    """Whether no place known so far accuses of all that this one does: one of fewer causes, by a stricter account."""
    place = heard.place
    others = known.setdefault((place.at, place.arrived, place.files, place.blocked, heard.told), [])
    if any(_as_strict(other, heard) for other in others):
        return False
    others[:] = [other for other in others if not _as_strict(heard, other)]
    others.append(heard)
    return True


def _as_strict(one: Heard, other: Heard) -> bool:
    if one.place.acts & ~other.place.acts or one.place.passed & ~other.place.passed:
        return False
    ways = other.debt.ways
    return all(
        (known := ways.get(number)) is not None
        and all(map(int.__ge__, owed.least, known.least))
        and all(map(int.__le__, owed.most, known.most))
        for number, owed in one.debt.ways.items()
    )


def _way(came: dict[Heard, tuple[Heard, _Step] | None], heard: Heard) -> tuple[_Step, ...]:
    steps: list[_Step] = []
    before = came[heard]
    while before is not None:
        steps.append(before[1])
        before = came[before[0]]
    return tuple(reversed(steps))


class Listener:
    """The product of one mutant with what is owed."""

    def __init__(self, mutant: Mutant) -> None:
        """Act by the right table, and call back as the mutant does."""
        self._mutant, self._behaviour = mutant, Behaviour(truth(mutant.dialect).table)
        self._debts = debts(mutant.dialect)
        self._table = self._behaviour.table
        self._row = next(row for row in self._table.rows if row.id == mutant.row)

    def start(self) -> Heard:
        """Return a new job, and somebody who has just asked for everything."""
        place = Place(self._table.index[f.INITIAL], 0)
        everything = Asked(self._debts.known, self._debts.known)
        nothing = self._debts.nothing(self._table.initial)
        owed = self._debts.registered(nothing, causes_of(place), everything, frozenset(), first=True, fresh=True)
        return Heard(place, owed)

    def moves(self, heard: Heard) -> Iterator[tuple[_Step, Heard | None]]:
        """Yield what may happen, be called or be seen next; None where it shows what is wrong."""
        place, debt, told = heard
        state, facts = self._table.configurations[place.at]
        for event, after in happenings(self._behaviour, place):
            yield event, Heard(after, debt, self._calls(told, event, place.at, None, after.at))
        if any(told) or any(any(owed.least) for owed in debt.ways.values()):
            found = self._debts.received(debt, causes_of(place), told, at_once=True)
            wrong = any(found.excess) or any(found.missing)
            yield _taken(told), None if wrong else Heard(place, found.debt)
        yield self._looked(heard)
        if state in FINAL:
            return
        if place.blocked:
            yield "none in front", Heard(place._replace(blocked=False), debt, told)
        else:
            passed = place._replace(passed=place.passed | slice_ends(state))
            seen = debt[Sampled(state, causes_of(passed))]
            yield "others in front", Heard(passed._replace(blocked=True, acts=acts_left(place.acts, state)), seen, told)
        for operation in self._behaviour.operations:
            if operation is Operation.ADD_FILE and max(place.files, facts.files_total) >= FILES_MAX:
                continue
            for hresult, to in self._behaviour.answers(operation, place.at):
                called = Called(operation, hresult, causes_of(place))
                files = place.files + (operation is Operation.ADD_FILE and not hresult & FAILURE_BIT)
                after = place._replace(at=to, files=files)
                yield called, Heard(after, debt[called], self._calls(told, operation, place.at, hresult, to))

    def _looked(self, heard: Heard) -> tuple[_Step, Heard]:
        place, debt, told = heard
        state, facts = self._table.configurations[place.at]
        sampled = Sampled(state, causes_of(place))
        debt = debt[sampled]
        place = place._replace(acts=acts_left(place.acts, state))
        if state not in FINAL:
            debt = debt[Counted(facts.files_total, facts.files_done, causes_of(place))]
        return sampled, Heard(place, debt, told)

    def _calls(self, told: Counts, label: Operation | InternalEvent, at: int, hresult: int | None, to: int) -> Counts:
        state, facts = self._table.configurations[at]
        wrong = label is self._row.label and state is self._row.source and self._row.guard.holds(facts)
        times = 1 if not wrong else 2 if self._mutant.slip is Slip.CALLS_TWICE else 0
        counts = list(told)
        for call in self._behaviour.calls_for(label, at, hresult, to):
            number = CALLS.index(call)
            counts[number] = min(counts[number] + times, MANY)
        return tuple(counts)


def _taken(told: Counts) -> str:
    calls = (f"{call.value} {count}" for call, count in zip(CALLS, told, strict=True) if count)
    return f"take {', '.join(calls) or 'nothing'}"
