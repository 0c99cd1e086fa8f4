"""The integer table holds the edges of the rows, all and no other; a redirected copy equals a compiled one.

Law: expected edges are worked out here from rows and guards, without the machine they were compiled from.
"""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copyjob.spec import facts as f
from copyjob.spec.compiled import (
    FILES_BOUND,
    Edge,
    IntegerTable,
    Label,
    compile_table,
    integer_table,
    members,
)
from copyjob.spec.facts import Configuration
from copyjob.spec.table import Answer, Table, table
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, Operation

FIXED = settings(deadline=None, derandomize=True)
A_FEW = settings(deadline=None, derandomize=True, max_examples=25)

SMALL = 2
"""A bound on files under which every row is reachable and compiling is quick."""

NAMED_EFFECTS = (f.ADD_ONE_FILE, f.FORGET_DONE, f.SET_ERROR, f.CLEAR_ERROR, f.SOFTEN_ERROR)


@cache
def small_table(dialect: Dialect) -> IntegerTable:
    return compile_table(table(dialect), SMALL)


def edges_of_rows(rows: Table, compiled: IntegerTable, label: Label, number: int) -> list[Edge]:
    """Work out the edges of a label in a configuration from the rows."""
    at = compiled.configurations[number]
    return sorted(
        Edge(row_number, answer.hresult, compiled.index[dest], answer in row.tolerated)
        for row_number, row in enumerate(rows.rows)
        if row.label is label and row.source is at.state and row.guard.holds(at.facts)
        for answer in row.all_answers
        if (dest := Configuration(answer.dest, f.apply(answer.effects, at.facts))) in compiled.index
    )


def as_sets(compiled: IntegerTable) -> dict[Label, list[set[Edge]]]:
    return {label: [set(ways) for ways in of_label] for label, of_label in compiled.edges.items()}


@st.composite
def redirections(draw: st.DrawFn) -> tuple[Dialect, int, tuple[Answer, ...]]:
    """Draw a dialect, one of its rows and other answers for it."""
    dialect = draw(st.sampled_from(Dialect))
    rows = table(dialect)
    number = draw(st.integers(0, len(rows.rows) - 1))
    internal = isinstance(rows.rows[number].label, InternalEvent)
    answers = st.builds(
        Answer,
        st.sampled_from(rows.states),
        st.none() if internal else st.sampled_from((Hresult.S_OK, Hresult.E_INVALIDARG)),
        st.lists(st.sampled_from(NAMED_EFFECTS), max_size=2, unique_by=lambda e: e.fact).map(tuple),
    )
    given_answers = draw(st.lists(answers, min_size=1, max_size=3, unique_by=lambda a: (a.hresult, a.dest)).map(tuple))
    return dialect, number, given_answers


def test_the_edges_are_those_of_the_rows_in_every_configuration(dialect: Dialect) -> None:
    rows, compiled = table(dialect), integer_table(dialect)
    for label, of_label in compiled.edges.items():
        for number, ways in enumerate(of_label):
            assert sorted(ways) == edges_of_rows(rows, compiled, label, number), (label, number)


def test_every_label_of_the_rows_has_edges(dialect: Dialect) -> None:
    compiled = integer_table(dialect)

    assert set(compiled.edges) == {row.label for row in table(dialect).rows}
    assert [label.value for label, of_label in compiled.edges.items() if not any(of_label)] == []


def test_only_answers_that_a_row_tolerates_are_marked(dialect: Dialect) -> None:
    marked = {
        (edge.row, edge.dest)
        for of_label in integer_table(dialect).edges.values()
        for ways in of_label
        for edge in ways
        if edge.tolerated
    }
    rows = {table(dialect).rows[row].id for row, _ in marked}

    assert rows == {"transient_fault/TRANSFERRING/1"}


@pytest.mark.parametrize(("dialect", "count"), [(Dialect.BITS, 270), (Dialect.DO, 240)], indirect=["dialect"])
def test_the_configurations_are_all_sound_ones_up_to_three_files(dialect: Dialect, count: int) -> None:
    assert FILES_BOUND == 3
    assert len(set(integer_table(dialect).configurations)) == count


def test_the_index_of_a_configuration_is_its_number(dialect: Dialect) -> None:
    compiled = integer_table(dialect)

    assert [compiled.index[each] for each in compiled.configurations] == list(range(len(compiled.index)))


def test_the_initial_bit_set_holds_the_initial_configuration_alone(dialect: Dialect) -> None:
    compiled = integer_table(dialect)

    assert [compiled.configurations[number] for number in members(compiled.initial)] == [f.INITIAL]


def test_the_bit_sets_of_states_hold_the_configurations_of_each(dialect: Dialect) -> None:
    compiled = integer_table(dialect)
    for state in JobState:
        found = {n for n, at in enumerate(compiled.configurations) if at.state is state}
        assert set(members(compiled.by_state[state])) == found


def test_the_table_of_a_dialect_is_compiled_once(dialect: Dialect) -> None:
    assert integer_table(dialect) is integer_table(dialect)


@FIXED
@given(st.sets(st.integers(0, 400)))
def test_members_gives_back_what_a_bit_set_was_made_of(numbers: set[int]) -> None:
    assert set(members(sum(1 << number for number in numbers))) == numbers


@FIXED
@given(st.integers(0, 2**300))
def test_members_come_in_ascending_order(bits: int) -> None:
    found = list(members(bits))

    assert found == sorted(set(found))


def test_an_empty_bit_set_has_no_members() -> None:
    assert list(members(0)) == []


@A_FEW
@given(redirections())
def test_a_redirected_table_is_the_compiled_table_with_those_answers(
    drawn: tuple[Dialect, int, tuple[Answer, ...]],
) -> None:
    dialect, number, answers = drawn
    rows = table(dialect)
    compiled = compile_table(rows.with_answers(rows.rows[number].id, answers), SMALL)

    assert as_sets(small_table(dialect).redirected(number, answers)) == as_sets(compiled)


@A_FEW
@given(redirections())
def test_redirecting_touches_the_edges_of_its_row_only(
    drawn: tuple[Dialect, int, tuple[Answer, ...]],
) -> None:
    dialect, number, answers = drawn
    before, after = small_table(dialect), small_table(dialect).redirected(number, answers)
    own = table(dialect).rows[number].label
    others = [[[e for e in ways if e.row != number] for ways in each.edges[own]] for each in (before, after)]

    assert others[0] == others[1]
    assert [label for label in before.edges if label is not own and before.edges[label] != after.edges[label]] == []


def test_redirecting_a_row_to_its_own_answers_changes_nothing(dialect: Dialect) -> None:
    before = small_table(dialect)
    for number, row in enumerate(table(dialect).rows):
        if row.tolerated:
            continue  # a redirected row tolerates nothing
        after = before.redirected(number, row.answers).edges[row.label]
        assert [set(ways) for ways in after] == [set(ways) for ways in before.edges[row.label]], row.id


def test_redirecting_leaves_the_table_as_it_was(dialect: Dialect) -> None:
    compiled = compile_table(table(dialect), 1)
    before = as_sets(compiled)

    compiled.redirected(0, [Answer(JobState.CANCELLED, Hresult.S_OK)])

    assert as_sets(compiled) == before


def test_redirecting_a_row_to_nothing_forbids_it(dialect: Dialect) -> None:
    forbidden = small_table(dialect).redirected(0, ())

    assert not any(edge.row == 0 for ways in forbidden.edges[Operation.RESUME] for edge in ways)


def test_an_answer_that_leads_beyond_the_bound_is_left_out(dialect: Dialect) -> None:
    compiled = small_table(dialect)
    full = compiled.index[Configuration(JobState.SUSPENDED, f.Facts(SMALL, 0))]

    assert compiled.edges[Operation.ADD_FILE][full] == ()
