"""What the kit's own checks cite is a clause, and none that is called untested."""

from __future__ import annotations

from copyjob.conformance.checks import CHECKS
from copyjob.spec.citations import CLAUSES

CITED = {key for check in CHECKS.values() for key in check.cites}


def test_every_key_that_a_check_cites_is_a_clause() -> None:
    assert CITED
    assert sorted(CITED - set(CLAUSES)) == []


def test_no_clause_that_a_check_judges_is_listed_as_untested() -> None:
    assert sorted(key for key in CITED if CLAUSES[key].untested) == []
