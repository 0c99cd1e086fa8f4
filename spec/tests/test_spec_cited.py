"""Who cites which clause: rows cite what exists and concerns them, and none that is called untested.

Law: citing is read off rows and docstrings; that a clause is *kept* is judged elsewhere.
"""

from __future__ import annotations

import re

import pytest

from copyjob.spec.citations import CLAUSES
from copyjob.spec.laws import LAWS
from copyjob.spec.table import Level, Table, table
from copyjob.spec.vocabulary import Dialect

BY_ROWS = {key for dialect in Dialect for row in table(dialect).rows for key in row.cites}
# Cited only where a backend knows its jobs by id alone.
BY_VARIANTS = {key for dialect in Dialect for row in table(dialect).permitting_not_found().rows for key in row.cites}
BY_LAWS = {
    key
    for law in LAWS
    for sentence in re.findall(r"Clauses?: ([^.]+)\.", law.__doc__ or "")
    for key in sentence.split(", ")
}
UNTESTED = {key for key, clause in CLAUSES.items() if clause.untested}

on_both = pytest.mark.parametrize("rows", [table(dialect) for dialect in Dialect], ids=["BITS", "DO"])


@on_both
def test_every_key_that_a_row_cites_is_a_clause(rows: Table) -> None:
    assert {key for row in rows.rows for key in row.cites} - set(CLAUSES) == set()


def test_every_key_that_a_law_cites_is_a_clause() -> None:
    assert BY_LAWS
    assert BY_LAWS - set(CLAUSES) == set()


def test_no_clause_called_untested_is_cited() -> None:
    assert sorted(UNTESTED & (BY_ROWS | BY_VARIANTS | BY_LAWS)) == []


@on_both
def test_every_row_cites_a_clause_about_its_own_dialect(rows: Table) -> None:
    foreign = [r.id for r in rows.rows if not any(rows.dialect in CLAUSES[key].dialects for key in r.cites)]

    assert foreign == []


@on_both
def test_every_must_rests_on_a_documented_clause_about_its_own_dialect(rows: Table) -> None:
    def documented(key: str) -> bool:
        return rows.dialect in CLAUSES[key].dialects and not CLAUSES[key].decided

    musts = [row for row in rows.rows if row.level is Level.MUST]
    assert musts
    assert [row.id for row in musts if not any(documented(key) for key in row.cites)] == []


def test_no_row_of_bits_cites_a_clause_about_delivery_optimization_alone() -> None:
    bits = table(Dialect.BITS).rows

    assert [r.id for r in bits for key in r.cites if CLAUSES[key].dialects == {Dialect.DO}] == []
