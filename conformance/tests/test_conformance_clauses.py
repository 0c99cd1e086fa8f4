"""No clause is forgotten: each is cited by a row, a law or a check, or is listed as untested with a reason."""

from __future__ import annotations

import re

from copyjob.conformance.checks import CHECKS
from copyjob.spec.citations import CLAUSES
from copyjob.spec.laws import LAWS
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect

BY_ROWS = {
    key
    for dialect in Dialect
    for rows in (table(dialect), table(dialect).permitting_not_found())
    for row in rows.rows
    for key in row.cites
}
BY_LAWS = {
    key
    for law in LAWS
    for sentence in re.findall(r"Clauses?: ([^.]+)\.", law.__doc__ or "")
    for key in sentence.split(", ")
}
BY_CHECKS = {key for check in CHECKS.values() for key in check.cites}
UNTESTED = {key for key, clause in CLAUSES.items() if clause.untested}


def test_every_key_that_a_check_cites_is_a_clause() -> None:
    assert sorted(BY_CHECKS - set(CLAUSES)) == []


def test_every_clause_is_cited_or_listed_as_untested() -> None:
    assert sorted(set(CLAUSES) - BY_ROWS - BY_LAWS - BY_CHECKS - UNTESTED) == []


def test_no_clause_that_a_check_judges_is_listed_as_untested() -> None:
    assert sorted(BY_CHECKS & UNTESTED) == []
