"""The table is total, its rows are well-formed, and a copy with one changed row is exactly that.

Law: the grid is walked here by loops over states, operations and facts, not by the table's own look-up.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from copyjob.spec import facts as f
from copyjob.spec.table import (
    EVENTS,
    FINAL,
    NOT_FINAL,
    STATE_CLASSES,
    Answer,
    Level,
    Outcome,
    StateClass,
    full_table,
    table,
)
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, Operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from copyjob.spec.explore import Exploration
    from copyjob.spec.table import Row, Table

BITS, DO = table(Dialect.BITS), table(Dialect.DO)
EMPTY_JOB_ROW = "resume/SUSPENDED/1"
FAULTS = ("transient_fault", "fatal_fault", "ambiguous_fault", "range_refused")


def answering(rows: Table, label: Operation | InternalEvent, at: f.Configuration) -> list[str]:
    """Return the ids of all rows that answer, found by walking every row."""
    return [row.id for row in rows.rows if row.label is label and row.source is at.state and row.guard.holds(at.facts)]


def rows_of(rows: Table, outcome: Outcome) -> list[Row]:
    found = [row for row in rows.rows if row.outcome is outcome]
    assert found
    return found


# Totality


def test_every_operation_has_exactly_one_answering_row_wherever_a_job_can_be(
    rows: Table, reached: Callable[[Dialect, int], Exploration]
) -> None:
    wrong = {
        (operation.value, str(at)): found
        for operation in rows.operations
        for at in reached(rows.dialect, 3).configurations
        if len(found := answering(rows, operation, at)) != 1
    }

    assert wrong == {}


def test_every_cell_of_the_grid_of_operations_and_states_has_a_row(rows: Table) -> None:
    empty = [(o.value, s.name) for o in rows.operations for s in rows.states if not rows.cell(o, s)]

    assert empty == []


def test_an_unguarded_row_has_its_cell_for_itself(rows: Table) -> None:
    shared = [r.id for r in rows.rows if r.guard is f.ALWAYS and len(rows.cell(r.label, r.source)) > 1]

    assert shared == []


def test_guards_of_one_cell_exclude_each_other_under_all_sound_facts(rows: Table) -> None:
    labels = (*Operation, *InternalEvent)
    places = [f.Configuration(state, facts) for state in rows.states for facts in f.all_facts(3)]
    doubles = {found[0]: found[1:] for label in labels for at in places if len(found := answering(rows, label, at)) > 1}

    assert doubles == {}


def test_the_row_that_answers_is_the_one_that_a_walk_over_all_rows_finds(rows: Table) -> None:
    labels = (*Operation, *InternalEvent)
    for label in labels:
        for state in rows.states:
            for facts in f.all_facts(2):
                at = f.Configuration(state, facts)
                row = rows.row_at(label, at)
                assert ([] if row is None else [row.id]) == answering(rows, label, at), (label, str(at))


def test_every_internal_event_has_a_row() -> None:
    labels = {row.label for dialect in Dialect for row in full_table(dialect).rows}

    assert [event.value for event in InternalEvent if event not in labels] == []


def test_no_internal_event_happens_to_a_job_in_a_final_state(rows: Table) -> None:
    assert [r.id for r in rows.rows if r.source in FINAL and isinstance(r.label, InternalEvent)] == []


@pytest.mark.parametrize("event", FAULTS)
def test_a_fault_needs_a_file_that_is_left_to_transfer(rows: Table, event: str) -> None:
    assert {r.guard for r in rows.rows if r.label.value == event} == {f.MORE_FILES}


def test_every_internal_event_has_a_cause_in_words() -> None:
    assert set(EVENTS) == set(InternalEvent)
    assert [event.value for event, rule in EVENTS.items() if len(rule.cause.split()) < 3] == []


# Rows


def test_no_id_is_used_twice(rows: Table) -> None:
    assert [each for each, count in Counter(row.id for row in rows.rows).items() if count > 1] == []


def test_an_id_is_made_of_label_and_state_and_a_number_from_one(rows: Table) -> None:
    form = re.compile(r"([a-z_]+)/([A-Z_]+)/([1-9][0-9]*)")
    for row in rows.rows:
        parts = form.fullmatch(row.id)
        assert parts is not None, row.id
        assert parts.groups()[:2] == (row.label.value, row.source.name)


def test_the_rows_of_a_cell_are_numbered_in_their_order(rows: Table) -> None:
    for operation in (*Operation, *InternalEvent):
        for state in JobState:
            numbers = [int(row.id.rsplit("/", 1)[1]) for row in rows.cell(operation, state)]
            assert numbers == list(range(1, len(numbers) + 1))


def test_the_ids_that_both_dialects_have_ask_the_same_question() -> None:
    both = [key for key in BITS.by_id if key in DO.by_id]

    assert len(both) == 105
    assert [key for key in both if BITS.by_id[key].guard != DO.by_id[key].guard] == []


@pytest.mark.parametrize(("dialect", "count"), [(Dialect.BITS, 135), (Dialect.DO, 105)], indirect=["dialect"])
def test_the_number_of_rows_is_pinned(rows: Table, count: int) -> None:
    assert len(rows.rows) == count


def test_delivery_optimization_has_no_row_that_bits_lacks() -> None:
    assert set(DO.by_id) - set(BITS.by_id) == set()


def test_every_row_cites(rows: Table) -> None:
    assert [row.id for row in rows.rows if not row.cites] == []


def test_no_row_cites_a_clause_twice(rows: Table) -> None:
    assert [row.id for row in rows.rows if len(set(row.cites)) != len(row.cites)] == []


def test_a_refused_row_stays_where_it_is_without_effects(rows: Table) -> None:
    for row in rows_of(rows, Outcome.REFUSED):
        (answer,) = row.answers
        assert (answer.dest, answer.effects) == (row.source, ()), row.id
        assert answer.hresult is not None, row.id
        assert answer.hresult.failed, row.id


def test_every_failing_answer_stays_where_it_is_without_effects(rows: Table) -> None:
    answers = [(row, a) for row in rows.rows for a in row.answers if a.hresult is not None]
    failing = [(row, a) for row, a in answers if a.hresult is not None and a.hresult.failed]

    assert failing
    assert [row.id for row, a in failing if (a.dest, a.effects) != (row.source, ())] == []


def test_the_answers_of_a_permitting_row_differ_in_what_can_be_observed(rows: Table) -> None:
    for row in rows_of(rows, Outcome.PERMITS):
        assert len(row.answers) >= 2
        assert len({(a.hresult, a.dest) for a in row.answers}) == len(row.answers), row.id


def test_a_moving_row_has_one_answer_that_leads_elsewhere(rows: Table) -> None:
    assert [r.id for r in rows_of(rows, Outcome.MOVES) if {a.dest for a in r.answers} == {r.source}] == []
    assert {len(row.answers) for row in rows_of(rows, Outcome.MOVES)} == {1}


def test_a_staying_row_has_one_answer_that_stays_and_does_not_fail(rows: Table) -> None:
    for row in rows_of(rows, Outcome.STAYS):
        (answer,) = row.answers
        assert answer.dest is row.source
        assert answer.hresult is None or not answer.hresult.failed


def test_an_operation_returns_an_hresult_and_an_internal_event_none(rows: Table) -> None:
    wrong = [
        row.id
        for row in rows.rows
        for answer in row.all_answers
        if (answer.hresult is None) is isinstance(row.label, Operation)
    ]

    assert wrong == []


def test_a_tolerated_answer_is_not_a_permitted_one(rows: Table) -> None:
    tolerant = [row for row in rows.rows if row.tolerated]

    assert tolerant
    assert [row.id for row in tolerant if set(row.tolerated) & set(row.answers)] == []


def test_a_row_that_only_decisions_carry_is_no_must(rows: Table) -> None:
    decided = [row for row in rows.rows if row.decided]

    assert decided
    assert [row.id for row in decided if row.level is Level.MUST] == []


def test_triggers_name_the_operation_what_it_returned_and_where_it_led() -> None:
    row = BITS.by_id["resume/SUSPENDED/3"]

    assert [name for name, _ in row.triggers()] == ["resume.S_OK.QUEUED", "resume.BG_E_EMPTY.SUSPENDED"]


def test_the_triggers_of_an_internal_event_name_where_it_led_tolerated_answers_last() -> None:
    row = BITS.by_id["transient_fault/TRANSFERRING/1"]

    assert [name for name, _ in row.triggers()] == [
        "transient_fault.TRANSIENT_ERROR",
        "transient_fault.ERROR",
    ]


# Dialects


def test_delivery_optimization_never_names_connecting() -> None:
    named = {row.source for row in DO.rows} | {a.dest for row in DO.rows for a in row.all_answers}

    assert JobState.CONNECTING not in named
    assert set(DO.states) == named == set(JobState) - {JobState.CONNECTING}


def test_bits_has_all_nine_states() -> None:
    assert BITS.states == tuple(JobState)


def test_every_operation_on_a_job_has_a_row_in_bits() -> None:
    manager = {Operation.CREATE_JOB, Operation.GET_JOB, Operation.ENUM_JOBS}

    assert set(full_table(Dialect.BITS).operations) == set(Operation) - manager


def test_delivery_optimization_has_no_minimum_retry_delay() -> None:
    assert set(BITS.operations) - set(DO.operations) == {Operation.SET_MINIMUM_RETRY_DELAY}


@pytest.mark.parametrize(("rows", "own"), [(BITS, "BG_"), (DO, "DO_")], ids=["BITS", "DO"])
def test_a_dialect_refuses_with_its_own_hresults(rows: Table, own: str) -> None:
    refused = {a.hresult.name for r in rows.rows for a in r.answers if a.hresult is not None and a.hresult.failed}

    assert len(refused) == 3
    assert [name for name in refused if not name.startswith(own)] == []


def test_the_classes_of_the_life_cycle_are_those_of_the_contract() -> None:
    by_class = {each: {state.name for state in JobState if STATE_CLASSES[state] is each} for each in StateClass}

    assert by_class == {
        StateClass.STARTING: {"SUSPENDED"},
        StateClass.ACTION: {"QUEUED", "CONNECTING", "TRANSFERRING", "TRANSIENT_ERROR"},
        StateClass.TRANSFERRED: {"ERROR", "TRANSFERRED"},
        StateClass.FINAL: {"ACKNOWLEDGED", "CANCELLED"},
    }


def test_the_states_that_are_not_final_are_all_others() -> None:
    assert (*NOT_FINAL, *FINAL) == tuple(JobState)


# Copies with changed rows


def test_a_row_is_found_by_its_id(rows: Table) -> None:
    assert rows.by_id[EMPTY_JOB_ROW] in rows.rows


def test_changing_an_unknown_row_is_refused_with_a_key_error(rows: Table) -> None:
    with pytest.raises(KeyError, match="resume/NOWHERE/1"):
        rows.with_answers("resume/NOWHERE/1", ())


def test_leaving_a_row_without_an_answer_is_refused_with_a_value_error(rows: Table) -> None:
    with pytest.raises(ValueError, match=EMPTY_JOB_ROW):
        rows.with_answers(EMPTY_JOB_ROW, ())


def test_a_copy_with_other_answers_differs_in_that_row_only(rows: Table) -> None:
    mutant = rows.with_answers(EMPTY_JOB_ROW, [Answer(JobState.QUEUED, Hresult.S_OK)])

    changed = [old.id for old, new in zip(rows.rows, mutant.rows, strict=True) if old != new]
    assert changed == [EMPTY_JOB_ROW]


def test_a_copy_with_other_answers_leaves_the_table_as_it_was(rows: Table) -> None:
    before = rows.by_id[EMPTY_JOB_ROW].answers

    rows.with_answers(EMPTY_JOB_ROW, [Answer(JobState.QUEUED, Hresult.S_OK)])

    assert rows.by_id[EMPTY_JOB_ROW].answers is before


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ([Answer(JobState.QUEUED, Hresult.S_OK)], Outcome.MOVES),
        ([Answer(JobState.SUSPENDED, Hresult.S_OK)], Outcome.STAYS),
        ([Answer(JobState.SUSPENDED, Hresult.E_ACCESSDENIED)], Outcome.REFUSED),
        ([Answer(JobState.QUEUED, Hresult.S_OK), Answer(JobState.ERROR, Hresult.S_OK)], Outcome.PERMITS),
    ],
    ids=lambda value: value.name if isinstance(value, Outcome) else "",
)
def test_the_outcome_of_a_changed_row_follows_from_its_answers(
    rows: Table, answers: list[Answer], outcome: Outcome
) -> None:
    assert rows.with_answers(EMPTY_JOB_ROW, answers).by_id[EMPTY_JOB_ROW].outcome is outcome


def test_a_changed_row_tolerates_nothing(rows: Table) -> None:
    key = "transient_fault/TRANSFERRING/1"
    assert rows.by_id[key].tolerated

    mutant = rows.with_answers(key, [Answer(JobState.QUEUED, None)])

    assert mutant.by_id[key].tolerated == ()


def test_permitting_not_found_widens_every_operation_in_a_final_state(rows: Table) -> None:
    not_found = Hresult.BG_E_NOT_FOUND if rows.dialect is Dialect.BITS else Hresult.DO_E_JOB_NOT_FOUND
    widened = [row for row in rows.permitting_not_found().rows if row.source in FINAL]

    assert len(widened) >= 2 * len(rows.operations)
    assert [row.id for row in widened if Answer(row.source, not_found) not in row.answers] == []
    assert {row.outcome for row in widened} == {Outcome.PERMITS}


def test_permitting_not_found_keeps_what_was_permitted(rows: Table) -> None:
    for old, new in zip(rows.rows, rows.permitting_not_found().rows, strict=True):
        assert new.answers[: len(old.answers)] == old.answers


def test_permitting_not_found_touches_no_state_that_is_not_final(rows: Table) -> None:
    pairs = zip(rows.rows, rows.permitting_not_found().rows, strict=True)

    assert {old.source for old, new in pairs if old != new} == set(FINAL)


def test_permitting_not_found_cites_its_decision(rows: Table) -> None:
    widened = [row for row in rows.permitting_not_found().rows if row.source in FINAL]

    assert [row.id for row in widened if "decision/19" not in row.cites] == []


def test_rows_stand_together_by_operation(rows: Table) -> None:
    changes = [new.label for old, new in pairwise(rows.rows) if old.label is not new.label]

    assert len(changes) == len(set(changes))


def test_tables_that_say_other_things_have_other_digests() -> None:
    changed = BITS.with_answers(EMPTY_JOB_ROW, (Answer(JobState.QUEUED, Hresult.S_OK),))
    digests = {each.digest for each in (BITS, DO, changed, BITS.permitting_not_found(), full_table(Dialect.BITS))}
    assert len(digests) == 5


def test_a_digest_depends_on_what_is_said_alone() -> None:
    row = BITS.by_id[EMPTY_JOB_ROW]
    assert re.fullmatch("[0-9a-f]{16}", BITS.digest)
    assert BITS.with_answers(row.id, row.answers).digest == BITS.digest
