"""Every law holds in both dialects, is in the list, and tells when it holds and by which clauses."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from copyjob.spec import laws
from copyjob.spec.explore import explore
from copyjob.spec.laws import LAWS, Law, sentence
from copyjob.spec.table import full_table
from copyjob.spec.vocabulary import Dialect, JobState

if TYPE_CHECKING:
    from collections.abc import Callable

    from copyjob.spec.explore import Exploration

BITS, DO = Dialect.BITS, Dialect.DO
NEEDY = [law for law in LAWS if law.files_needed]

by_law = pytest.mark.parametrize("law", LAWS, ids=sentence)


@by_law
@pytest.mark.parametrize("files_bound", [0, 1, 2, 3])
def test_a_law_holds(
    law: Law, dialect: Dialect, files_bound: int, reached: Callable[[Dialect, int], Exploration]
) -> None:
    if files_bound >= law.files_needed:
        assert law(reached(dialect, files_bound)) is None


@cache
def everything(dialect: Dialect) -> Exploration:
    return explore(full_table(dialect), 2)


@by_law
def test_a_law_holds_of_everything_that_the_documents_speak_about(law: Law, dialect: Dialect) -> None:
    assert law(everything(dialect)) is None


@pytest.mark.parametrize("law", NEEDY, ids=sentence)
def test_a_law_that_needs_files_finds_no_example_with_one_fewer(
    law: Law, dialect: Dialect, reached: Callable[[Dialect, int], Exploration]
) -> None:
    assert law(reached(dialect, law.files_needed - 1)) is not None


def test_every_law_of_the_module_is_in_the_list() -> None:
    named = {name: each for name, each in vars(laws).items() if isinstance(each, Law)}

    assert {name: each.name for name, each in named.items()} == {name: name for name in named}
    assert set(named.values()) == set(LAWS)


def test_no_two_laws_have_one_name() -> None:
    assert len({law.name for law in LAWS}) == len(LAWS)


@by_law
def test_a_law_tells_its_sentence_and_its_clauses_as_its_docstring(law: Law) -> None:
    assert law.__doc__ is not None
    assert law.__doc__.startswith(law.text)
    assert all(key in law.__doc__ for key in law.cites)


def test_only_a_law_about_the_table_itself_rests_on_no_clause() -> None:
    assert [law for law in LAWS if not law.cites] == [laws.sometimes_every_row_is_taken]


@by_law
def test_the_name_of_a_law_says_when_it_holds(law: Law) -> None:
    assert sentence(law).split()[0] in {"always", "sometimes", "eventually"}


def test_what_is_spelled_or_named_otherwise_in_one_dialect_alone_is_asked_of_one_dialect_alone() -> None:
    one_sided = {law for law in LAWS if law.dialects != frozenset(Dialect)}

    assert {law for law in one_sided if BITS not in law.dialects} == {
        laws.always_delivery_optimization_never_connects,
        laws.always_delivery_optimization_answers_in_its_own_codes,
    }
    assert {law for law in one_sided if DO not in law.dialects} == {laws.always_bits_answers_in_its_own_codes}


def test_the_law_about_connecting_looks_away_from_bits(reached: Callable[[Dialect, int], Exploration]) -> None:
    states = {at.state for at in reached(BITS, 1).configurations}

    assert JobState.CONNECTING in states
    assert laws.always_delivery_optimization_never_connects(reached(BITS, 1)) is None
