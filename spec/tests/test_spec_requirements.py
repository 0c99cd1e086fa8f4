"""The requirement sets: what they hold, how they are compared, and how they read as files.

Law: what is said about the table's own requirements is said about known rows and clauses, in the words of the pages.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copyjob.spec import facts as f
from copyjob.spec.callbacks import rules_of
from copyjob.spec.citations import UnknownClauseError
from copyjob.spec.console import UsageError
from copyjob.spec.requirements import (
    Kind,
    RequirementSet,
    differences,
    digest_of,
    level_of,
    meaning,
    requirements,
    rule_meaning,
)
from copyjob.spec.requirements_file import entry_of, read, text_of, told, with_entry
from copyjob.spec.rows import Answer, Level, Row
from copyjob.spec.table import Table, full_table
from copyjob.spec.vocabulary import Dialect, Hresult, JobState

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

T = TypeVar("T")

on_both = pytest.mark.parametrize("dialect", list(Dialect), ids=[each.value for each in Dialect])
ROWS = [row for dialect in Dialect for row in full_table(dialect).rows]


@cache
def now(dialect: Dialect) -> RequirementSet:
    return requirements(full_table(dialect), 1)


def with_row(rows: Table, changed: Row) -> Table:
    return replace(rows, rows=tuple(changed if row.id == changed.id else row for row in rows.rows))


def changes(rows: Table) -> list[str]:
    """Return how a changed table of BITS differs from the right one, rows alone."""
    found = differences(now(Dialect.BITS), requirements(rows, 1))
    return [str(each) for each in found if each.kind is Kind.ROW]


# Levels


@on_both
def test_a_clause_that_a_must_rests_on_is_a_must(dialect: Dialect) -> None:
    assert level_of("resume/empty", dialect) is Level.MUST


@on_both
def test_a_decision_that_permits_several_answers_is_a_may(dialect: Dialect) -> None:
    assert level_of("decision/2", dialect) is Level.MAY


@on_both
def test_a_refused_call_changes_nothing_by_a_must_although_it_is_decided(dialect: Dialect) -> None:
    assert level_of("decision/13", dialect) is Level.MUST


def test_what_delivery_optimization_takes_over_from_bits_is_a_should_there() -> None:
    assert [level_of("resume/action", dialect) for dialect in Dialect] == [Level.MUST, Level.SHOULD]
    assert level_of("decision/15", Dialect.DO) is Level.SHOULD


def test_an_answer_of_those_who_know_jobs_by_id_alone_is_a_may() -> None:
    assert level_of("decision/19", Dialect.BITS) is Level.MAY


def test_a_clause_that_nothing_cites_has_no_level() -> None:
    assert level_of("error/exit", Dialect.BITS) is None


def test_a_clause_about_the_other_dialect_has_no_level() -> None:
    assert level_of("callback/late", Dialect.DO) is None


def test_an_unknown_clause_is_told_with_the_nearest_key() -> None:
    with pytest.raises(UnknownClauseError, match="resume/empty"):
        level_of("resume/emty", Dialect.BITS)


# Digests


@given(st.sampled_from(ROWS), st.randoms(use_true_random=False))
def test_the_order_in_which_a_row_is_written_does_not_change_its_digest(row: Row, random: Random) -> None:
    def shuffled(parts: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(random.sample(parts, len(parts)))

    answers = tuple(replace(answer, effects=shuffled(answer.effects)) for answer in shuffled(row.answers))
    again = replace(row, guard=f.Guard("in other words", shuffled(row.guard.comparisons)), answers=answers)

    assert digest_of(meaning(again)) == digest_of(meaning(row))


@on_both
def test_no_two_rows_have_the_same_digest(dialect: Dialect) -> None:
    digests = [each.digest for each in now(dialect).sections[Kind.ROW].values()]

    assert len(digests) > 150
    assert len(digests) == len(set(digests))


def test_digests_do_not_depend_on_the_seed_of_the_interpreter() -> None:
    script = (
        "from copyjob.spec.requirements import *; from copyjob.spec.requirements_file import text_of\n"
        "from copyjob.spec.export import chosen; import sys\n"
        "sys.stdout.write(''.join(text_of(requirements(full_table(d), 1)) for d in Dialect))\n"
        "sys.stdout.write(''.join(each.text() for each in chosen()))"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }

    assert len(seen) == 1
    assert len(seen.pop()) > 100_000


# Differences


def test_a_table_does_not_differ_from_itself() -> None:
    assert differences(now(Dialect.BITS), requirements(full_table(Dialect.BITS), 2)) == []


def test_a_redirected_row_is_named_as_changed_in_its_meaning() -> None:
    answers = [Answer(JobState.ERROR, Hresult.S_OK)]

    assert "changed row cancel/QUEUED/1: meaning" in changes(
        full_table(Dialect.BITS).with_answers("cancel/QUEUED/1", answers)
    )


def test_a_row_with_another_guard_is_named() -> None:
    rows = full_table(Dialect.BITS)
    changed = replace(rows.by_id["resume/SUSPENDED/1"], guard=f.ALWAYS)

    assert changes(with_row(rows, changed)) == ["changed row resume/SUSPENDED/1: meaning"]


def test_a_row_that_tolerates_less_is_named() -> None:
    rows = full_table(Dialect.BITS)
    changed = replace(rows.by_id["transient_fault/TRANSFERRING/1"], tolerated=())

    assert changes(with_row(rows, changed)) == ["changed row transient_fault/TRANSFERRING/1: meaning"]


def test_a_row_with_another_level_is_named_with_both_levels() -> None:
    rows = full_table(Dialect.BITS)
    changed = replace(rows.by_id["resume/SUSPENDED/1"], level=Level.SHOULD)

    assert changes(with_row(rows, changed)) == ["changed row resume/SUSPENDED/1: level MUST -> SHOULD"]


def test_a_row_that_loses_its_documented_clause_is_named_as_decided() -> None:
    rows = full_table(Dialect.BITS)
    changed = replace(rows.by_id["resume/SUSPENDED/1"], cites=("decision/13",))

    (told_of,) = changes(with_row(rows, changed))
    assert told_of.startswith("changed row resume/SUSPENDED/1: documented -> decided, cites resume/empty")


def test_a_row_with_other_words_for_the_same_guard_does_not_differ() -> None:
    rows = full_table(Dialect.BITS)
    row = rows.by_id["resume/SUSPENDED/1"]

    assert changes(with_row(rows, replace(row, guard=replace(row.guard, english="nothing is in it")))) == []


def test_a_row_that_is_gone_and_one_that_is_new_are_named() -> None:
    rows = full_table(Dialect.BITS)
    renamed = replace(rows.rows[0], id="resume/SUSPENDED/99")

    assert changes(replace(rows, rows=(renamed, *rows.rows[1:]))) == [
        "added row resume/SUSPENDED/99",
        f"removed row {rows.rows[0].id}",
    ]


def test_a_clause_that_loses_what_rested_on_it_is_named_with_its_level() -> None:
    rows = full_table(Dialect.BITS)
    without = replace(rows, rows=tuple(row for row in rows.rows if "decision/3" not in row.cites))

    found = differences(now(Dialect.BITS), requirements(without, 1))
    assert "changed clause decision/3: level MAY -> none" in map(str, found)


@on_both
def test_what_a_rule_on_calls_says_is_in_its_digest(dialect: Dialect) -> None:
    held = {**now(dialect).sections[Kind.CALL], **now(dialect).sections[Kind.CALLBACK]}
    digests = {rule.id: digest_of(rule_meaning(rule)) for rule in rules_of(dialect)}

    assert {key: each.digest for key, each in held.items()} == digests


# Files


@on_both
def test_a_set_that_was_written_reads_the_same(dialect: Dialect, tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    path.write_text(text_of(now(dialect)), encoding="utf-8")

    again = read(path, dialect)
    assert again == now(dialect)


def test_a_set_that_is_not_there_is_none(tmp_path: Path) -> None:
    assert read(tmp_path / "set.json", Dialect.BITS) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"MUST"', '"OUGHT"'),
        ('"documented"', '"known"'),
        ('"version": 1', '"version": 0'),
        ('"version": 1', '"version": true'),
        ('"dialect": "BITS"', '"dialect": "DO"'),
        ("copyjob-requirements/1", "copyjob-requirements/2"),
        ('"rows"', '"lines"'),
        ("{\n", "[\n"),
    ],
)
def test_a_file_that_is_no_requirement_set_is_told_in_one_line(before: str, after: str, tmp_path: Path) -> None:
    path = tmp_path / "BITS.json"
    path.write_text(text_of(now(Dialect.BITS)).replace(before, after, 1), encoding="utf-8")

    with pytest.raises(UsageError, match=r"BITS\.json is no requirement set of BITS"):
        read(path, Dialect.BITS)


# The changelog


def test_an_entry_stands_behind_those_before() -> None:
    first = with_entry("", now(Dialect.BITS), entry_of(now(Dialect.BITS), "First.", None, ()))
    second = replace(now(Dialect.BITS), version=2)

    text = with_entry(first, second, entry_of(second, "Second.", "2030-01-02", ()))

    assert text.startswith(first)
    assert "\n\n## BITS 2 (2030-01-02)\n\nSecond.\n" in text


def test_an_entry_of_a_version_replaces_an_earlier_one_of_the_same_version() -> None:
    first = with_entry("", now(Dialect.BITS), entry_of(now(Dialect.BITS), "Wrong.", "2030-01-02", ()))
    other = with_entry(first, now(Dialect.DO), entry_of(now(Dialect.DO), "Other.", None, ()))

    text = with_entry(other, now(Dialect.BITS), entry_of(now(Dialect.BITS), "Right.", None, ()))

    assert "Wrong." not in text
    assert text.count("## BITS 1\n") == text.count("## DO 1\n") == text.count("Right.") == text.count("Other.") == 1


def test_an_entry_names_what_changed() -> None:
    rows = full_table(Dialect.BITS)
    changed = with_row(rows, replace(rows.by_id["resume/SUSPENDED/1"], level=Level.SHOULD))
    found = differences(now(Dialect.BITS), requirements(changed, 2))

    assert "- changed row `resume/SUSPENDED/1`: level MUST -> SHOULD\n" in entry_of(
        requirements(changed, 2), "Softer.", None, found
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [("## BITS 1\n", True), ("## BITS 1 (2030-01-02)\n", True), ("## BITS 11\n", False), ("see ## BITS 1\n", False)],
)
def test_a_version_is_told_where_the_changelog_has_its_heading(text: str, expected: bool) -> None:
    assert told(text, now(Dialect.BITS)) is expected
