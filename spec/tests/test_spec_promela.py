"""The Promela model of a table: its text, before Spin reads it. What Spin finds in it: ``test_spec_crosscheck``."""

from __future__ import annotations

import re

import pytest

from copyjob.spec import facts as f
from copyjob.spec._model import always_asked, free_facts, model_name
from copyjob.spec.promela import to_model
from copyjob.spec.table import Table, full_table, table
from copyjob.spec.translate import variable
from copyjob.spec.vocabulary import Dialect, JobState

EVERY_TABLE = [table(Dialect.BITS), table(Dialect.DO), full_table(Dialect.BITS), full_table(Dialect.DO)]
every_table = pytest.mark.parametrize("rows", EVERY_TABLE, ids=[model_name(each) for each in EVERY_TABLE])
STEP = re.compile(r"^ *:: d_step \{ (state == .*) -> TAKE\((\d+), (\w+), (\w+)\)(.*) \}$", re.MULTILINE)


@every_table
def test_every_answer_is_a_d_step_that_counts_its_row(rows: Table) -> None:
    counted = [int(number) for _, number, _, _, _ in STEP.findall(to_model(rows))]

    assert counted == [n for n, row in enumerate(rows.rows) for _ in row.all_answers]


@every_table
def test_every_d_step_tells_label_and_hresult_of_its_answer(rows: Table) -> None:
    told = [(label, hresult) for _, _, label, hresult, _ in STEP.findall(to_model(rows))]

    assert told == [
        (row.label.name, "NONE" if answer.hresult is None else answer.hresult.name)
        for row in rows.rows
        for answer in row.all_answers
    ]


@every_table
def test_every_d_step_leads_where_its_answer_leads(rows: Table) -> None:
    led = [re.findall(r"state = (\w+)", code) for _, _, _, _, code in STEP.findall(to_model(rows))]

    assert led == [
        [] if answer.dest is row.source else [answer.dest.name] for row in rows.rows for answer in row.all_answers
    ]


@every_table
def test_only_d_steps_that_add_a_file_are_bounded(rows: Table) -> None:
    bounded = [guard for guard, *_ in STEP.findall(to_model(rows)) if "FILES_BOUND" in guard]

    assert bounded
    assert len(bounded) == sum(f.ADD_ONE_FILE in answer.effects for row in rows.rows for answer in row.answers)
    assert all(guard.endswith("files_total + 1 <= FILES_BOUND") for guard in bounded)


@every_table
def test_nothing_but_state_and_free_facts_is_in_the_state_vector(rows: Table) -> None:
    kept = re.findall(r"^(?:mtype:\w+|byte|int|bool) (\w+)(?: = \w+)?;", to_model(rows), re.MULTILINE)

    assert kept == ["state", *map(variable, free_facts(rows))]


@every_table
def test_every_law_that_can_be_asked_is_asserted_once(rows: Table) -> None:
    laws = always_asked(rows)
    asserted = re.findall(r"/\* (\w+) \*/\n +LAW\((\d+), ", to_model(rows))

    assert len(laws) > 15
    assert sorted(asserted) == sorted((law.name, str(number)) for number, law in enumerate(laws))


@every_table
def test_no_name_is_told_twice_among_states_labels_and_answers(rows: Table) -> None:
    told = re.findall(r"^mtype:\w+ = \{ (.*) \}$", to_model(rows), re.MULTILINE)
    names = [name for each in told for name in each.split(", ")]

    assert len(told) == 3
    assert len(names) == len(set(names)) < 256


def test_a_model_that_is_not_told_a_bound_takes_three_files() -> None:
    assert "#ifndef FILES_BOUND\n#define FILES_BOUND 3\n#endif\n" in to_model(table(Dialect.DO))


def test_three_kinds_of_job_begin_where_there_are_uploads() -> None:
    begin = re.findall(
        r":: d_step \{ state = SUSPENDED; .* kind = (\d); reply = (\d);", to_model(full_table(Dialect.BITS))
    )

    assert begin == [("0", "0"), ("1", "0"), ("2", "2")]


def test_a_state_that_the_dialect_does_not_have_is_known_to_the_model_all_the_same() -> None:
    assert f"(state == {JobState.CONNECTING.name})" in to_model(table(Dialect.DO))
