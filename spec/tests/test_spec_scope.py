"""Scopes: a feature adds and takes nothing away, a row has one id, and the whole table is total.

Law: the grid is walked by loops over states, operations and facts, not by the table's own look-up.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations

import pytest

from copyjob.spec import facts as f
from copyjob.spec.explore import Exploration, explore
from copyjob.spec.scope import CORE, FEATURES, Feature, Scope, facts_of
from copyjob.spec.table import Row, Table, full_table, table
from copyjob.spec.vocabulary import Dialect, InternalEvent, JobState, Operation

SCOPES = [
    (dialect, frozenset(chosen))
    for dialect in Dialect
    for size in range(len(FEATURES[dialect]) + 1)
    for chosen in combinations(sorted(FEATURES[dialect], key=lambda feature: feature.value), size)
]
NAMES = [f"{dialect.value}-{'+'.join(sorted(feature.value for feature in scope))}" for dialect, scope in SCOPES]
in_every_scope = pytest.mark.parametrize(("dialect", "scope"), SCOPES, ids=NAMES)


@cache
def reached(dialect: Dialect, scope: Scope) -> Exploration:
    return explore(table(dialect, scope), 2)


def answering(rows: Table, label: Operation | InternalEvent, at: f.Configuration) -> list[Row]:
    return [row for row in rows.rows if row.label is label and row.source is at.state and row.guard.holds(at.facts)]


@in_every_scope
def test_every_operation_has_exactly_one_answering_row_wherever_a_job_can_be(dialect: Dialect, scope: Scope) -> None:
    found = reached(dialect, scope)
    wrong = {
        (operation.value, str(at))
        for operation in found.table.operations
        for at in found.configurations
        if len(answering(found.table, operation, at)) != 1
    }

    assert wrong == set()


@in_every_scope
def test_no_row_is_out_of_reach(dialect: Dialect, scope: Scope) -> None:
    assert [row.id for row in reached(dialect, scope).rows_never_taken] == []


@in_every_scope
def test_a_job_is_never_where_no_facts_are_sound(dialect: Dialect, scope: Scope) -> None:
    found = reached(dialect, scope)

    assert {at.facts for at in found.configurations} <= set(f.all_facts(2, facts_of(scope)))


@in_every_scope
def test_a_row_has_the_id_that_it_has_in_the_whole_table(dialect: Dialect, scope: Scope) -> None:
    def asked(row: Row) -> tuple[object, ...]:
        return row.label, row.source, row.cites, row.level

    whole = {row.id: asked(row) for row in full_table(dialect).rows}

    assert {row.id: asked(row) for row in table(dialect, scope).rows}.items() <= whole.items()


@in_every_scope
def test_two_rows_of_a_cell_exclude_each_other_under_all_sound_facts(dialect: Dialect, scope: Scope) -> None:
    rows = table(dialect, scope)
    facts = f.all_facts(2, facts_of(scope))
    doubles = {
        (first.id, second.id)
        for label in (*Operation, *InternalEvent)
        for state in rows.states
        for first, second in combinations(rows.cell(label, state), 2)
        if any(first.guard.holds(each) and second.guard.holds(each) for each in facts)
    }

    assert doubles == set()


@pytest.mark.parametrize("dialect", list(Dialect), ids=lambda dialect: dialect.value)
def test_the_core_is_the_whole_table_where_all_is_ordinary(dialect: Dialect) -> None:
    core, whole = table(dialect), full_table(dialect)
    labels: list[Operation | InternalEvent] = [*core.operations, *InternalEvent]
    for label in labels:
        for state in core.states:
            for facts in f.all_facts(2):
                at = f.Configuration(state, facts)
                own, all_of_it = core.row_at(label, at), whole.row_at(label, at)
                if own is None:
                    # What only a feature brings, or makes reachable.
                    assert all_of_it is None or all_of_it.id not in core.by_id
                    continue
                assert all_of_it is not None
                assert own.id == all_of_it.id
                ends = [[f.apply(a.effects, facts)[:3] for a in row.answers] for row in (own, all_of_it)]
                assert ends[0] == ends[1]


@pytest.mark.parametrize("feature", list(Feature), ids=lambda feature: feature.value)
def test_each_feature_adds_rows(feature: Feature) -> None:
    assert len(table(Dialect.BITS, frozenset({feature})).rows) > len(table(Dialect.BITS).rows)


@pytest.mark.parametrize("feature", list(Feature), ids=lambda feature: feature.value)
def test_delivery_optimization_refuses_what_its_documents_do_not_speak_about(feature: Feature) -> None:
    if feature in FEATURES[Dialect.DO]:
        assert table(Dialect.DO, frozenset({feature})).rows
    else:
        with pytest.raises(ValueError, match=f"DO has no {feature.value}"):
            table(Dialect.DO, frozenset({feature}))


def test_an_ordinary_job_is_where_a_job_of_the_core_is() -> None:
    core = set(reached(Dialect.BITS, CORE).configurations)

    assert core <= set(reached(Dialect.BITS, FEATURES[Dialect.BITS]).configurations)


def test_no_job_transfers_without_a_network_against_a_policy_or_with_its_owner_away() -> None:
    found = reached(Dialect.BITS, FEATURES[Dialect.BITS])
    moving = [at.facts for at in found.configurations if at.state is JobState.TRANSFERRING]

    assert moving
    assert [facts for facts in moving if facts.offline or facts.blocked or facts.away] == []


@pytest.mark.parametrize(
    ("dialect", "files", "configurations", "depth"),
    [
        (Dialect.BITS, 1, 868, 13),
        (Dialect.BITS, 2, 1197, 13),
        (Dialect.BITS, 3, 1637, 14),
        (Dialect.DO, 1, 22, 5),
        (Dialect.DO, 2, 54, 7),
        (Dialect.DO, 3, 99, 9),
    ],
)
def test_the_number_of_configurations_of_the_whole_table_is_pinned(
    dialect: Dialect, files: int, configurations: int, depth: int
) -> None:
    found = explore(full_table(dialect), files)

    assert (len(found.configurations), found.depth) == (configurations, depth)
