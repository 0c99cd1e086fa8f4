"""What a job owes to whoever registered for its callbacks: of each at least, and at most, so many calls.

Laws:

1. A call is owed when every explanation left of what was seen has a step that calls for it by a rule of the spec, and
   the rule is a MUST. A call is permitted when one explanation has such a step, or one that may call.
2. How many changes one call of JobModification tells of is not said: one such call pays for all, and while bytes come
   any number may come.
3. What is owed is told apart by where the job may be, and joined over the ways by which it may have come there. So too
   little is demanded, and too much is permitted, never the other way round.
4. To end a job lets go of what was still to come: no page says that it comes all the same.
5. A job that has no retry left goes to ERROR (timer/retry, timer/progress): whether it is in TRANSIENT_ERROR on its way
   is not said. So where it gives up, no call of JobModification is demanded for what led there.
6. Where a call of the client is outstanding, nothing is known and nothing is judged.

What this module does not know: the backend, what was really called, and when there is anybody to call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple

from copyjob.conformance.calls_for import rules_of_step
from copyjob.conformance.linearize import linearized
from copyjob.conformance.observation import Causes, Observation, Overlapped
from copyjob.conformance.oracle import Judge
from copyjob.conformance.ways import Walker
from copyjob.spec.callbacks import Callback, callbacks
from copyjob.spec.compiled import Edge, members
from copyjob.spec.table import FINAL, Level, full_table
from copyjob.spec.vocabulary import InternalEvent, JobState

CALLS = tuple(Callback)
MANY = 4
"""So many calls or more: how many is not told apart."""
TRANSFERRED, ERROR, MODIFICATION, FILE = map(
    CALLS.index,
    (Callback.JOB_TRANSFERRED, Callback.JOB_ERROR, Callback.JOB_MODIFICATION, Callback.FILE_TRANSFERRED),
)
Counts = tuple[int, ...]
"""A number for each of ``CALLS``."""
NONE: Counts = (0,) * len(CALLS)
_ANNOUNCED = {JobState.TRANSFERRED: TRANSFERRED, JobState.ERROR: ERROR}


class Owed(NamedTuple):
    """What is owed where the job may be, to be told of from now on."""

    least: Counts = NONE
    most: Counts = NONE
    files: int = 0
    """So many files at most were done since it last entered TRANSFERRED or ERROR."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which callbacks somebody is registered for: surely, and perhaps."""

    surely: frozenset[Callback] = frozenset()
    perhaps: frozenset[Callback] = frozenset()


NOBODY = Asked()


class Debt(dict[Observation, "Debt"]):
    """What is owed, by where the job may be; nothing where nothing is known. Made by ``Debts`` alone."""

    __slots__ = ("asked", "debts", "ways")

    def __init__(self, debts: Debts, asked: Asked, ways: Mapping[int, Owed]) -> None:
        """Begin with nothing met."""
        super().__init__()
        self.debts, self.asked, self.ways = debts, asked, ways

    def __missing__(self, observation: Observation) -> Debt:
        self[observation] = found = self.debts.follow(self, observation)
        return found

    __hash__ = object.__hash__  # type: ignore[assignment]
    __eq__ = object.__eq__


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What comes of calls that were made: what is owed still, and what no explanation permits, or each misses."""

    debt: Debt
    excess: Counts = NONE
    missing: Counts = NONE
    paid: Counts = NONE
    """What every explanation demanded."""
    files_after: int | None = None
    """So many calls of FileTransferred at most belong after the last one of JobTransferred and JobError that came.

    None: that is not known.
    """


class Debts:
    """All debts of one judge, so that a step met before is one look-up."""

    def __init__(self, judge: Judge) -> None:
        """Nothing is worked out before somebody registers."""
        self.judge = judge
        self._configurations = judge.table.configurations
        self.dialect = judge.table.dialect
        self._age = judge.memory.age
        self._met: dict[tuple[Asked, frozenset[tuple[int, Owed]]], Debt] = {}
        self._walkers: dict[Asked, Walker[Owed]] = {}
        self._rules: dict[tuple[int, Edge], tuple[tuple[int, bool], ...]] = {}

    @cached_property
    def known(self) -> frozenset[Callback]:
        """The callbacks that the dialect has."""
        return frozenset(rule.callback for rule in callbacks(self.dialect))

    @cached_property
    def _receiving(self) -> frozenset[JobState]:
        """The states in which bytes of a file come."""
        return frozenset(row.source for row in full_table(self.dialect).rows if row.label is InternalEvent.DATA)

    # Steps

    def nothing(self, bits: int) -> Debt:
        """Return what a job owes that may be in these configurations, and with which nobody is registered."""
        return self._debt(NOBODY, dict.fromkeys(members(bits), Owed()))

    def follow(self, debt: Debt, observation: Observation) -> Debt:
        """Work out what is owed after an observation."""
        self.judge.memory.met()
        walker, ways = self._walker(debt.asked), debt.ways
        possible = walker.possible(ways, observation)
        if possible is None:
            return self._debt(debt.asked, {})
        if isinstance(observation, Overlapped):
            causes = observation.causes
            after = linearized(
                walker.closed(ways, causes),
                observation.calls,
                lambda ways, call: walker.called(ways, call.operation, call.hresult, causes),
                _joined,
            )
        else:
            after = walker.after(ways, observation, possible)
        return self._debt(debt.asked, after)

    def registered(
        self, debt: Debt, causes: Causes, asked: Asked, late: frozenset[Callback], *, first: bool, fresh: bool
    ) -> Debt:
        """Return what is owed once ``asked`` holds: what was still to come is dropped, or comes all the same.

        Who registers after the event may be told of it, and must be of what is told ``late`` (callback/late). He is the
        ``first`` where nobody can have been told of anything before; the job is ``fresh`` where nothing was done.
        """
        # Whatever happens while it is asked for may be told to whom was registered before, or is now.
        meanwhile = Asked(perhaps=debt.asked.perhaps | asked.perhaps)
        ways = self._walker(meanwhile).closed(debt.ways, causes)
        return self._debt(
            asked, {n: self._anew(asked, late, n, owed, first=first, fresh=fresh) for n, owed in ways.items()}
        )

    def _anew(
        self, asked: Asked, late: frozenset[Callback], number: int, owed: Owed, *, first: bool, fresh: bool
    ) -> Owed:
        state, facts = self._configurations[number]
        happened = [int(of == _ANNOUNCED.get(state)) for of in range(len(CALLS))]
        happened[FILE] = facts.files_done
        happened[MODIFICATION] = 1 if fresh else MANY  # to choose flags is a change too
        told = [count if call in asked.perhaps else 0 for call, count in zip(CALLS, happened, strict=True)]
        return Owed(
            tuple(count if call in late else 0 for call, count in zip(CALLS, told, strict=True)),
            tuple(min(MANY, most + count) for most, count in zip(owed.most, told, strict=True)),
            0 if first else MANY,
        )

    def received(self, debt: Debt, causes: Causes, counts: Counts, *, at_once: bool) -> Reckoning:
        """Reckon with calls that were made, ``at_once`` where none can be still on its way."""
        ways = self._walker(debt.asked).closed(debt.ways, causes)
        if not ways:
            return Reckoning(debt)
        fitting = {n: owed for n, owed in ways.items() if not any(_excess(owed, counts))}
        if not fitting:
            return Reckoning(debt, excess=min((_excess(owed, counts) for owed in ways.values()), key=_size))
        rest = {n: _paid(owed, counts) for n, owed in fitting.items()}
        missing = min((owed.least for owed in rest.values()), key=_size)
        if at_once and not any(missing):
            told = {n: Owed(files=owed.files) for n, owed in rest.items() if not any(owed.least)}
            rest = {n: self._standing(debt.asked, n, owed) for n, owed in told.items()}
        return Reckoning(
            self._debt(debt.asked, rest),
            missing=missing,
            paid=tuple(map(min, zip(*(owed.least for owed in fitting.values()), strict=True))),
            files_after=_files_after(rest.values()),
        )

    def _standing(self, asked: Asked, number: int, owed: Owed) -> Owed:
        """Return what is owed while a job stands there: as bytes come, any number of calls."""
        if self._configurations[number].state in self._receiving and Callback.JOB_MODIFICATION in asked.perhaps:
            return owed._replace(most=_with(owed.most, MODIFICATION, MANY))
        return owed

    def _debt(self, asked: Asked, ways: Mapping[int, Owed]) -> Debt:
        if self._age != self.judge.memory.age:
            self._age = self.judge.memory.age
            self._met.clear()
        key = (asked, frozenset(ways.items()))
        known = self._met.get(key)
        if known is None:
            self.judge.memory.met()
            known = self._met[key] = Debt(self, asked, ways)
        return known

    # Ways

    def _walker(self, asked: Asked) -> Walker[Owed]:
        known = self._walkers.get(asked)
        if known is None:
            longer = partial(self._longer, asked)
            known = self._walkers[asked] = Walker(self.judge, tolerant=True, longer=longer, joined=_joined)
        return known

    def _longer(self, asked: Asked, owed: Owed, number: int, edge: Edge) -> Owed:
        before, after = self._configurations[number].state, self._configurations[edge.dest].state
        least, most, files = list(owed.least), list(owed.most), owed.files
        if after in FINAL and before not in FINAL:
            least = list(NONE)
        if self.judge.table.rows[edge.row].label is InternalEvent.NO_PROGRESS:
            least[MODIFICATION] = 0
        fired = self._fired(number, edge)
        if any(must and call in _ANNOUNCED.values() and CALLS[call] in asked.surely for call, must in fired):
            files = 0  # only of what is told for certain can a call be the last one that came
        for call, must in fired:
            if CALLS[call] in asked.perhaps:
                most[call] = min(most[call] + 1, MANY)
            if must and CALLS[call] in asked.surely:
                least[call] = 1 if call == MODIFICATION else min(least[call] + 1, MANY)
            if call == FILE:
                files = min(files + 1, MANY)
        return self._standing(asked, edge.dest, Owed(tuple(least), tuple(most), files))

    def _fired(self, number: int, edge: Edge) -> tuple[tuple[int, bool], ...]:
        """Return the calls that a step calls for, with whether it must."""
        key = (number, edge)
        known = self._rules.get(key)
        if known is None:
            known = self._rules[key] = tuple(
                (CALLS.index(rule.callback), rule.level is Level.MUST and certain)
                for rule, certain in rules_of_step(self.judge.table, number, edge)
            )
        return known


def _joined(one: Owed, other: Owed) -> Owed:
    return Owed(
        tuple(map(min, one.least, other.least)), tuple(map(max, one.most, other.most)), max(one.files, other.files)
    )


def _with(counts: Counts, call: int, count: int) -> Counts:
    return (*counts[:call], count, *counts[call + 1 :])


def _size(counts: Counts) -> int:
    return sum(counts)


def _excess(owed: Owed, counts: Counts) -> Counts:
    return tuple(0 if most >= MANY else max(count - most, 0) for most, count in zip(owed.most, counts, strict=True))


def _paid(owed: Owed, counts: Counts) -> Owed:
    least = tuple(max(least - count, 0) for least, count in zip(owed.least, counts, strict=True))
    most = tuple(most if most >= MANY else most - count for most, count in zip(owed.most, counts, strict=True))
    return Owed(least, most, owed.files)


def _files_after(ways: Iterable[Owed]) -> int | None:
    every = list(ways)
    if any(owed.most[call] for owed in every for call in _ANNOUNCED.values()):
        return None  # another one may be on its way, and the files before it
    most = max((owed.files for owed in every), default=MANY)
    return None if most >= MANY else most
