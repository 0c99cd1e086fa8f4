"""Open tables: the last number of files stands for all above it, and a job with more files is judged all the same."""

from __future__ import annotations

import pytest

from copyjob.spec import facts as f
from copyjob.spec.compiled import Edge, IntegerTable, compile_table
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect

BOUND, MANY = 3, 7


def folded(configuration: f.Configuration) -> f.Configuration:
    state, facts = configuration
    if facts.files_total < BOUND:
        return configuration
    done = BOUND if facts.files_done == facts.files_total else min(facts.files_done, 1)
    return f.Configuration(state, facts._replace(files_total=BOUND, files_done=done))


def steps(closed: IntegerTable, fold: bool = False) -> set[tuple[object, ...]]:
    every: set[tuple[object, ...]] = set()
    for label, ways in closed.edges.items():
        for number, edges in enumerate(ways):
            for edge in edges:
                source, dest = closed.configurations[number], closed.configurations[edge.dest]
                ends = (folded(source), folded(dest)) if fold else (source, dest)
                every.add((label, edge.row, edge.hresult, edge.tolerated, *ends))
    return every


@pytest.mark.parametrize("dialect", Dialect)
def test_an_open_table_has_the_steps_of_jobs_with_more_files_and_no_others(dialect: Dialect) -> None:
    source = table(dialect)

    assert steps(compile_table(source, BOUND, open_ended=True)) == steps(compile_table(source, MANY), fold=True)


@pytest.mark.parametrize("dialect", Dialect)
def test_a_closed_table_has_no_step_past_its_bound(dialect: Dialect) -> None:
    closed = compile_table(table(dialect), BOUND)

    assert max(configuration.facts.files_total for configuration in closed.configurations) == BOUND
    assert closed.counts(MANY, 2) == 0


def test_numbers_of_files_past_the_bound_are_those_of_the_configuration_that_stands_for_them() -> None:
    opened = compile_table(table(Dialect.BITS), BOUND, open_ended=True)

    assert opened.counts(MANY, 5) == opened.counts(BOUND, 1) != 0
    assert opened.counts(MANY, MANY) == opened.counts(BOUND, BOUND) != 0
    assert opened.counts(2, 1) not in (0, opened.counts(BOUND, 1))
    assert opened.counts(1, 2) == opened.counts(MANY, MANY + 1) == 0


def test_a_redirected_row_of_an_open_table_reaches_jobs_with_more_files() -> None:
    opened = compile_table(table(Dialect.BITS), BOUND, open_ended=True)
    number = next(n for n, row in enumerate(opened.rows) if row.id == "add_file/SUSPENDED/1")
    (answer,) = opened.rows[number].answers
    full = opened.index[f.Configuration(answer.dest, f.Facts(BOUND, BOUND))]
    part = opened.index[f.Configuration(answer.dest, f.Facts(BOUND, 1))]

    edges = opened.redirected(number, (answer,)).edges[opened.rows[number].label]
    assert edges[full] == (Edge(number, answer.hresult, part, tolerated=False),)
