"""Who cites which clause: rows, laws and rules cite what exists and concerns them, and leave nothing unsaid.

Law: citing is read off data; that a clause is *kept* by a backend is judged elsewhere.
"""

from __future__ import annotations

import pytest

from copyjob.spec.callbacks import callbacks, promises
from copyjob.spec.calls import calls
from copyjob.spec.citations import ALL_CLAUSES, CLAUSES, Clause
from copyjob.spec.laws import LAWS
from copyjob.spec.table import Level, Table, full_table
from copyjob.spec.vocabulary import Dialect

FULL = {dialect: full_table(dialect) for dialect in Dialect}
CITED = {
    "rows": {key for dialect in Dialect for row in FULL[dialect].rows for key in row.cites},
    # Cited only where a backend knows its jobs by id alone.
    "variants": {key for dialect in Dialect for row in FULL[dialect].permitting_not_found().rows for key in row.cites},
    "laws": {key for law in LAWS for key in law.cites},
    "calls": {key for dialect in Dialect for rule in calls(dialect) for key in rule.cites},
    "callbacks": {key for dialect in Dialect for rule in callbacks(dialect) for key in rule.cites},
    "promises": {key for dialect in Dialect for rule in promises(dialect) for key in rule.cites},
}
ALL_CITED = frozenset[str]().union(*CITED.values())

on_both = pytest.mark.parametrize("rows", FULL.values(), ids=[dialect.value for dialect in FULL])


def unsaid(clauses: tuple[Clause, ...], cited: frozenset[str]) -> list[str]:
    """Return the clauses that nothing cites and no reason excuses."""
    return [each.key for each in clauses if each.key not in cited and not each.untested]


def excused(clauses: tuple[Clause, ...], cited: frozenset[str]) -> list[str]:
    """Return the clauses that have a reason for being untested, and are cited all the same."""
    return [each.key for each in clauses if each.key in cited and each.untested]


@pytest.mark.parametrize("kind", CITED)
def test_every_key_that_is_cited_is_a_clause(kind: str) -> None:
    assert CITED[kind]
    assert sorted(CITED[kind] - set(CLAUSES)) == []


def test_every_clause_is_cited_or_says_why_not() -> None:
    assert unsaid(ALL_CLAUSES, ALL_CITED) == []


def test_no_clause_called_untested_is_cited() -> None:
    assert excused(ALL_CLAUSES, ALL_CITED) == []


def test_what_nothing_states_is_the_life_of_an_error_object_and_the_state_of_a_paused_job() -> None:
    assert [each.key for each in ALL_CLAUSES if each.untested] == ["error/exit", "policy/do"]


@pytest.mark.parametrize("key", ["callback/late", "addfile/arg", "cancel/final", "decision/14"])
def test_a_clause_that_nothing_cites_any_more_would_be_named(key: str) -> None:
    assert unsaid(ALL_CLAUSES, ALL_CITED - {key}) == [key]


def test_a_clause_that_is_cited_and_still_called_untested_would_be_named() -> None:
    assert excused(ALL_CLAUSES, ALL_CITED | {"policy/do"}) == ["policy/do"]


@on_both
def test_every_row_cites_a_clause_about_its_own_dialect(rows: Table) -> None:
    foreign = [r.id for r in rows.rows if not any(rows.dialect in CLAUSES[key].dialects for key in r.cites)]

    assert foreign == []


@on_both
def test_every_must_rests_on_a_documented_clause_about_its_own_dialect(rows: Table) -> None:
    def documented(key: str) -> bool:
        return rows.dialect in CLAUSES[key].dialects and not CLAUSES[key].decided

    kinds = (rows.rows, calls(rows.dialect), callbacks(rows.dialect), promises(rows.dialect))
    musts = [(each.id, each.cites) for kind in kinds for each in kind if each.level is Level.MUST]
    assert musts
    assert [name for name, cites in musts if not any(documented(key) for key in cites)] == []


def test_no_row_of_bits_cites_a_clause_about_delivery_optimization_alone() -> None:
    bits = FULL[Dialect.BITS].rows

    assert [r.id for r in bits for key in r.cites if CLAUSES[key].dialects == {Dialect.DO}] == []
