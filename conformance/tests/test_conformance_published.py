"""What is published beside the code: schemas that follow from it, and ids of checks that stay for ever."""

from __future__ import annotations

from copyjob.conformance.checks import CHECKS
from copyjob.conformance.schemas import check_ids, stale


def test_published_files_say_what_the_code_says() -> None:
    assert stale() == []


def test_no_id_of_a_check_that_was_published_is_gone() -> None:
    assert [name for name in check_ids() if name not in CHECKS] == []


def test_every_id_of_a_check_is_published() -> None:
    assert [name for name in CHECKS if name not in check_ids()] == []


def test_the_first_checks_have_the_ids_they_always_had() -> None:
    assert check_ids()[:4] == ("job/initial", "state/rests", "file/hidden", "file/content")
