"""Coverage: how much of what a table has to show a ledger has shown.

Law: what is counted against is read from the compiled table: rows, outcomes of guards, answers and pairs of rows that a
job can come to from its creation on. Whether a backend's powers let it be seen is another question.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from copyjob.conformance.checks import CHECKS, Check
from copyjob.conformance.discriminate import RowEvidence
from copyjob.conformance.ledger import Ledger
from copyjob.spec.compiled import IntegerTable, compile_table, members
from copyjob.spec.table import Row, Table


@dataclass(frozen=True)
class Goals:
    """What can be covered, named as in the ledger."""

    rows: frozenset[str]
    guards: frozenset[tuple[str, bool]]
    pairs: frozenset[tuple[str, str]]
    hresults: frozenset[tuple[str, int]]


def goals(table: IntegerTable) -> Goals:
    """Return what a new job can come to."""
    reached, open_ends = set(members(table.initial)), list(members(table.initial))
    after: dict[int, set[int]] = {}
    """The configurations to which a row can lead."""
    hresults: set[tuple[str, int]] = set()
    while open_ends:
        number = open_ends.pop()
        for label, ways in table.edges.items():
            for edge in ways[number]:
                after.setdefault(edge.row, set()).add(edge.dest)
                if edge.hresult is not None:
                    hresults.add((label.value, int(edge.hresult)))
                if edge.dest not in reached:
                    reached.add(edge.dest)
                    open_ends.append(edge.dest)
    ids = [row.id for row in table.rows]
    at = {number: {edge.row for ways in table.edges.values() for edge in ways[number]} for number in reached}
    places = [table.configurations[number] for number in reached]
    guards = {
        (row.id, row.guard.holds(place.facts))
        for row in table.rows
        if row.guard.comparisons
        for place in places
        if place.state is row.source
    }
    pairs = {(ids[row], ids[following]) for row, dests in after.items() for dest in dests for following in at[dest]}
    return Goals(frozenset(ids[row] for row in after), frozenset(guards), frozenset(pairs), frozenset(hresults))


@dataclass(frozen=True)
class Exercised:
    """Keys of clauses: which were exercised for certain, and all that could be."""

    certain: frozenset[str]
    of: frozenset[str]

    @property
    def counts(self) -> tuple[int, int]:
        """How many were, and of how many."""
        return len(self.certain), len(self.of)


def exercised(ledger: Ledger, rows: Collection[Row], judged: Mapping[Check, int]) -> Exercised:
    """Return what rows taken for certain cite, and checks that judged something; ``judged`` says how often each did."""
    taken = {key for row in rows if row.id in ledger.taken for key in row.cites}
    of = {key for row in rows for key in row.cites} | {key for check in judged for key in check.cites}
    return Exercised(frozenset(taken.union(*(check.cites for check, count in judged.items() if count))), frozenset(of))


def covered(ledger: Ledger, of: Goals) -> Mapping[str, tuple[int, int]]:
    """Return by kind how much was covered for certain, and of how much."""
    return {
        "rows": (len(ledger.taken & of.rows), len(of.rows)),
        "guards": (len(ledger.guards & of.guards), len(of.guards)),
        "pairs": (len(ledger.pairs & of.pairs), len(of.pairs)),
        "hresults": (len(ledger.hresults & of.hresults), len(of.hresults)),
    }


def measured(
    table: Table, ledger: Ledger, judged: Mapping[str, int], weighed: Mapping[str, RowEvidence], of: Goals | None = None
) -> Mapping[str, tuple[int, int]]:
    """Return how much of each measure was reached, and of how much: rows told apart, the rest for certain.

    ``judged`` says how often each check did, by its id.
    """
    checks = {check: judged.get(check.id, 0) for check in CHECKS.values() if check.applies(table.dialect)}
    return {
        **covered(ledger, goals(compile_table(table)) if of is None else of),
        "rows": (sum(row.discriminated for row in weighed.values()), len(table.rows)),
        "clauses": exercised(ledger, table.rows, checks).counts,
    }
