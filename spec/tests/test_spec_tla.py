"""The TLA+ module of a table: its text, before TLC reads it. What TLC finds in it: ``test_spec_crosscheck``."""

from __future__ import annotations

import re
from functools import cache

import pytest

from copyjob.spec import facts as f
from copyjob.spec._model import free_facts, model_name
from copyjob.spec.laws import (
    LAWS,
    always_a_final_state_absorbs,
    always_a_refused_call_changes_nothing,
    eventually_a_served_job_is_transferred,
)
from copyjob.spec.table import Answer, Table, full_table, table
from copyjob.spec.tla import action_name, asked, to_config, to_liveness, to_module
from copyjob.spec.translate import variable
from copyjob.spec.vocabulary import Dialect, Hresult, JobState

EVERY_TABLE = [table(Dialect.BITS), table(Dialect.DO), full_table(Dialect.BITS), full_table(Dialect.DO)]
every_table = pytest.mark.parametrize("rows", EVERY_TABLE, ids=[model_name(each) for each in EVERY_TABLE])


def defined(text: str) -> list[str]:
    return re.findall(r"^(\w+)(?:\(\w+\))? ==", text, re.MULTILINE)


@cache
def bodies(text: str) -> dict[str, str]:
    """Return what stands behind each definition, up to the next one, a comment or an empty line."""
    found: dict[str, str] = {}
    name = ""
    for line in text.splitlines():
        begin = re.match(r"(\w+)(?:\(\w+\))? ==(.*)", line)
        if begin:
            name = begin[1]
            found[name] = begin[2] + "\n"
        elif not line.startswith(" "):
            name = ""
        elif name:
            found[name] += line + "\n"
    return found


def body(text: str, name: str) -> str:
    return bodies(text)[name]


@every_table
def test_every_row_is_one_action(rows: Table) -> None:
    names = defined(to_module(rows))

    assert [name for name in names if name in {action_name(row) for row in rows.rows}] == [
        action_name(row) for row in rows.rows
    ]


@every_table
def test_nothing_is_defined_twice(rows: Table) -> None:
    names = defined(to_module(rows))

    assert len(names) == len(set(names))


@every_table
def test_every_answer_says_of_each_variable_what_becomes_of_it(rows: Table) -> None:
    text = to_module(rows)
    variables = {"state", *map(variable, free_facts(rows))}
    answers = 0
    for row in rows.rows:
        given = row.all_answers
        single = len(given) == 1
        for number in range(len(given)):
            said = body(text, action_name(row) if single else f"{action_name(row)}_answer_{number + 1}")
            primed = re.findall(r"(\w+)' = ", said)
            same = re.findall(r"UNCHANGED <<(.*)>>", said)
            told = [*primed, *(name for each in same for name in each.split(", "))]
            assert sorted(told) == sorted(variables), row.id
            answers += 1

    assert answers > len(rows.rows)


@every_table
def test_only_answers_that_add_a_file_are_bounded(rows: Table) -> None:
    text = to_module(rows)
    adding = [row for row in rows.rows if any(f.ADD_ONE_FILE in answer.effects for answer in row.answers)]

    assert adding
    assert text.count("files_total' <= FilesBound") == len(adding)


@every_table
def test_everything_that_tlc_is_asked_is_defined(rows: Table) -> None:
    questions = asked(rows)

    assert len(questions) > 15
    assert {question.operator for question in questions} <= set(defined(to_module(rows)))


def test_the_bound_and_every_question_stand_in_the_configuration() -> None:
    questions = asked(table(Dialect.BITS))
    lines = to_config(2, questions).splitlines()

    assert lines[:2] == ["SPECIFICATION Spec", "CONSTANT FilesBound = 2"]
    assert lines[2:] == [f"{question.keyword} {question.operator}" for question in questions]


def test_a_job_begins_suspended_and_empty() -> None:
    begin = body(to_module(table(Dialect.BITS)), "Init")

    assert begin.strip() == '\\/ state = "SUSPENDED" /\\ files_total = 0 /\\ files_done = 0 /\\ error = 0'


def test_three_kinds_of_job_begin_where_there_are_uploads() -> None:
    assert body(to_module(full_table(Dialect.BITS)), "Init").count('state = "SUSPENDED"') == 3


def test_a_forbidden_change_is_an_action_property() -> None:
    (question,) = [each for each in asked(table(Dialect.BITS)) if each.law is always_a_final_state_absorbs]

    assert question.keyword == "PROPERTY"
    assert body(to_module(table(Dialect.BITS)), question.operator).strip().startswith("[][~")


def test_a_law_of_refused_calls_speaks_about_answers_that_refuse_alone() -> None:
    by = body(to_module(table(Dialect.BITS)), f"{always_a_refused_call_changes_nothing.name}_by")

    assert "(resume_SUSPENDED_3 /\\ resume_SUSPENDED_3_answer_2)" in by  # BG_E_EMPTY
    assert "resume_SUSPENDED_3_answer_1" not in by  # S_OK


def test_an_answer_that_may_change_nothing_must_never_be_enabled() -> None:
    foreign = table(Dialect.BITS).with_answers(
        "suspend/SUSPENDED/1", [Answer(JobState.SUSPENDED, Hresult.DO_E_INVALID_STATE)]
    )
    text = to_module(foreign)

    assert body(text, "always_bits_answers_in_its_own_codes").strip().startswith("~ENABLED")
    assert body(text, "always_bits_answers_in_its_own_codes_by").split() == ["\\/", "suspend_SUSPENDED_1"]


def test_a_law_of_which_no_answer_can_be_guilty_is_not_asked() -> None:
    assert "always_bits_answers_in_its_own_codes" not in {each.law.name for each in asked(table(Dialect.BITS))}


def test_a_law_about_fair_runs_has_a_module_with_strong_fairness_of_its_events() -> None:
    name, text = to_liveness(eventually_a_served_job_is_transferred, table(Dialect.DO))

    assert f"MODULE {name} " in text
    assert "EXTENDS CopyJobDO" in text
    assert re.findall(r"SF_all\(Serve\((\w+)\)\)", text) == ["turn", "file_done", "all_done", "retry"]
    assert "fault" not in body(text, "Served")


def test_a_law_about_configurations_says_nothing_about_fair_runs() -> None:
    with pytest.raises(ValueError, match="always_a_final_state_absorbs says nothing about fair runs of CopyJobBITS"):
        to_liveness(always_a_final_state_absorbs, table(Dialect.BITS))


def test_every_law_is_asked_but_for_what_stays_within_reach_and_what_counts_tell() -> None:
    rows = full_table(Dialect.BITS)
    of_tlc = {question.law for question in asked(rows)} | {law for law in LAWS if law.leads_to(rows)}
    left = {law.name for law in LAWS if law not in of_tlc}

    assert {name for name in left if name.startswith("always_")} == {
        "always_bits_answers_in_its_own_codes",
        "always_delivery_optimization_answers_in_its_own_codes",
        "always_delivery_optimization_never_connects",
    }
