"""The listener: what is heard of a mutant that calls back wrongly, in the fewest steps, by the kit's own account."""

from __future__ import annotations

import pytest

from copyjob.conformance.mutants.inclusion import prove
from copyjob.conformance.mutants.listener import listen
from copyjob.conformance.mutants.mutation import Mutant, mutants
from copyjob.spec.vocabulary import Dialect

BITS, DO = Dialect.BITS, Dialect.DO
PLACES = 4_000


def named(dialect: Dialect, name: str) -> Mutant:
    return next(mutant for mutant in mutants(dialect) if mutant.name == name)


def test_a_turn_that_nobody_is_told_of_shows_where_callbacks_were_taken_while_the_job_was_queued() -> None:
    told = listen(named(BITS, "turn/QUEUED/1: calls nobody back")).told()

    assert told.endswith(
        "take JobModification 2; get_state answered QUEUED; (turn); get_state answered CONNECTING; take nothing"
    )


def test_a_turn_that_is_told_twice_shows_in_what_is_taken_next() -> None:
    told = listen(named(BITS, "turn/QUEUED/1: calls back twice")).told()

    assert told.endswith("resume answered S_OK (0x00000000); (turn); take JobModification 3")


def test_a_call_of_the_client_that_nobody_is_told_of_shows_at_once() -> None:
    told = listen(named(DO, "cancel/SUSPENDED/1: calls nobody back")).told()

    assert told == "cancel answered S_OK (0x00000000); take nothing"


def test_a_search_past_its_bound_is_given_up() -> None:
    told = listen(named(BITS, "turn/QUEUED/1: calls nobody back"), places_max=20).told()

    assert told == "not decided within 20 places"


@pytest.mark.parametrize(
    ("dialect", "row"),
    [
        (BITS, "connect/CONNECTING/1"),
        (BITS, "suspend/TRANSFERRING/1"),
        (DO, "file_done/TRANSFERRING/1"),
    ],
)
def test_a_change_told_twice_is_not_heard_where_bytes_come_though_one_not_told_is(dialect: Dialect, row: str) -> None:
    missing, doubled = (named(dialect, f"{row}: calls {how}") for how in ("nobody back", "back twice"))
    silent = listen(missing, PLACES)

    assert (prove(doubled).conforms, listen(doubled, silent.places).reason) == (
        True,
        f"not decided within {silent.places} places",
    )
    assert silent.witness
