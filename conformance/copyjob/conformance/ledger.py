"""The ledger: what the observations of a campaign prove, kept up to date run by run.

Laws:

1. What is proved depends on which runs were taken, never on their order, nor on how they were dealt out: merging is
   associative and commutative. (Of several traces that reject an alternative one is kept; taken in another order it
   may be another one.)
2. An alternative that one run rejects is rejected. Of a run nothing is kept but the observations that reject an
   alternative which nothing else in the ledger rejects.
3. A row, a guard's outcome or a pair of rows is *covered* only when it was certain (``tracks``).

A ``Ledger`` is plain data and goes from process to process; a ``Bookkeeper`` writes it, with everything that a judge
remembers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from copyjob.conformance.discriminate import RowEvidence, Trace
from copyjob.conformance.observation import Observation
from copyjob.conformance.oracle import Judge
from copyjob.conformance.record import Record
from copyjob.conformance.shades import Passage, Shades
from copyjob.conformance.trails import News, Trails
from copyjob.spec.compiled import IntegerTable, members

Pair = tuple[str, str]
"""The ids of two rows."""
Key = tuple[str, str]
"""An alternative: the id of its row, and its name."""


@dataclass(frozen=True)
class Gained:
    """What one run added to a ledger; empty where everything was known."""

    rows: frozenset[str] = frozenset()
    guards: frozenset[tuple[str, bool]] = frozenset()
    pairs: frozenset[Pair] = frozenset()
    hresults: frozenset[tuple[str, int]] = frozenset()
    rejected: frozenset[Key] = frozenset()

    def __bool__(self) -> bool:
        """Whether anything is new."""
        return bool(self.rows or self.guards or self.pairs or self.hresults or self.rejected)


@dataclass
class Ledger:
    """What was proved. Rows are named by their ids, operations by their names."""

    runs: int = 0
    judged: Counter[str] = field(default_factory=Counter[str])
    """How many runs had an observation that a row could explain."""
    taken: set[str] = field(default_factory=set[str])
    """Rows taken for certain."""
    guards: set[tuple[str, bool]] = field(default_factory=set[tuple[str, bool]])
    """Rows with a guard that was asked for certain, and what it said."""
    pairs: set[Pair] = field(default_factory=set[Pair])
    """Rows taken for certain one right after the other."""
    hresults: set[tuple[str, int]] = field(default_factory=set[tuple[str, int]])
    """Operations, and what they answered."""
    rejected: dict[Key, Trace] = field(default_factory=dict[Key, Trace])
    """Every alternative that was rejected, with the trace that is kept for it."""

    @property
    def traces(self) -> list[Trace]:
        """The traces that are kept."""
        return list(dict.fromkeys(self.rejected.values()))

    def merge(self, other: Ledger) -> None:
        """Take in what another part of the same campaign proved."""
        self.runs += other.runs
        self.judged += other.judged
        self.taken |= other.taken
        self.guards |= other.guards
        self.pairs |= other.pairs
        self.hresults |= other.hresults
        for key, trace in other.rejected.items():
            known = self.rejected.get(key)
            if known is None:
                self.rejected[key] = trace
            elif known != trace:
                self.rejected[key] = min(known, trace, key=_weight)

    def evidence(self, table: IntegerTable, rows: Collection[str] | None = None) -> Mapping[str, RowEvidence]:
        """Return the evidence of every row of the table (of ``rows``, if given)."""
        return Bookkeeper(Judge(table), self).evidence(rows)

    def untold(self, table: IntegerTable) -> tuple[str, ...]:
        """Return the ids of the rows that were not told apart from every other outcome."""
        return tuple(row_id for row_id, own in self.evidence(table).items() if not own.discriminated)


def _weight(trace: Trace) -> tuple[int, bool, str]:
    """Order traces: the shortest is the best; the rest only makes the order one."""
    return len(trace.observations), trace.tolerant, repr(trace.observations)


class Bookkeeper:
    """Writes a ledger."""

    def __init__(self, judge: Judge, ledger: Ledger | None = None) -> None:
        """Go on with a ledger, or begin one."""
        self.ledger = Ledger() if ledger is None else ledger
        self._judge = judge
        self._rows = [row.id for row in judge.table.rows]
        self._begin()

    def _begin(self) -> None:
        """Remember nothing."""
        self._age = self._judge.memory.age
        self._shades = Shades(self._judge)
        self._trails = [Trails(self._judge, self._shades, tolerant=tolerant) for tolerant in (False, True)]
        self._rows_of: dict[int, list[str]] = {}

    def record(self, record: Record) -> Gained:
        """Take in a run that was not rejected."""
        return self.take(record.observations, tolerant=bool(record.recommendations))

    def take(self, observations: Sequence[Observation], *, tolerant: bool = False) -> Gained:
        """Take in the observations of one run; ``tolerant`` where they broke a recommendation."""
        if self._age != self._judge.memory.age:
            self._begin()
        trail, rows = self._trails[tolerant].start, 0
        fresh: list[News] = []
        for observation in observations:
            trail, passed, news = trail[observation]
            rows |= passed
            if news is not None:
                fresh.append(news)
        self.ledger.runs += 1
        known = self._rows_of.get(rows)
        if known is None:
            self._judge.memory.met()
            known = self._rows_of[rows] = [self._rows[number] for number in members(rows)]
        self.ledger.judged.update(known)
        return self._gain(fresh, Trace(tuple(observations), tolerant)) if fresh else NOTHING

    def evidence(self, rows: Collection[str] | None = None) -> Mapping[str, RowEvidence]:
        """Return the evidence of every row (of ``rows``, if given); asked again, alternatives are not listed again."""
        ledger, found = self.ledger, dict[str, RowEvidence]()
        for number, row in enumerate(self._judge.table.rows):
            if rows is None or row.id in rows:
                own = found[row.id] = RowEvidence(row, ledger.judged[row.id])
                for other in self._shades.alternatives(number) if own.judged else ():
                    (own.rejected if other.key in ledger.rejected else own.survived).add(other.key[1])
        return found

    def _gain(self, told: Sequence[News], trace: Trace) -> Gained:
        ledger, ids = self.ledger, self._rows
        for news in told:
            news.told()
        passages = [news.passage for news in told]
        certain = [news.certain for news in told if news.certain is not None]
        settled = [other for passage in passages for other in passage.rejected if other not in self._shades.settled]
        gained = Gained(
            rows=frozenset(ids[row] for one in certain for row in one.rows) - ledger.taken,
            guards=frozenset((ids[row], said) for one in certain for row, said in one.guards) - ledger.guards,
            pairs=frozenset((ids[a], ids[b]) for one in certain for a, b in one.pairs) - ledger.pairs,
            hresults=frozenset(_named(passages)) - ledger.hresults,
            rejected=frozenset(other.key for other in settled) - ledger.rejected.keys(),
        )
        ledger.taken |= gained.rows
        ledger.guards |= gained.guards
        ledger.pairs |= gained.pairs
        ledger.hresults |= gained.hresults
        ledger.rejected |= dict.fromkeys(gained.rejected, trace)
        self._shades.settled.update(settled)
        return gained


NOTHING = Gained()


def _named(passages: Iterable[Passage]) -> Iterable[tuple[str, int]]:
    return ((operation.value, hresult & 0xFFFFFFFF) for one in passages for operation, hresult in one.answers)


def evidence(
    table: IntegerTable, traces: Iterable[Trace], rows: Collection[str] | None = None
) -> Mapping[str, RowEvidence]:
    """Return what traces prove of every row of the table (of ``rows``, if given)."""
    keeper = Bookkeeper(Judge(table))
    for trace in traces:
        keeper.take(trace.observations, tolerant=trace.tolerant)
    return keeper.evidence(rows)
