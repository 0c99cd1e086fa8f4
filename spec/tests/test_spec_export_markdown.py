"""The Markdown and Mermaid exports: complete, linked, and honest about what is decided.

Law: what is checked is read off the text, as a reader would.
"""

from __future__ import annotations

import re
from functools import cache

import pytest

from copyjob.spec import export_markdown
from copyjob.spec.callbacks import rules_of
from copyjob.spec.citations import CLAUSES
from copyjob.spec.export_markdown import anchor, differences_text, differing, markdown_text
from copyjob.spec.export_mermaid import mermaid_text
from copyjob.spec.rows import FINAL, Answer
from copyjob.spec.scope import Scope
from copyjob.spec.table import Table, full_table, table
from copyjob.spec.vocabulary import Dialect, JobState, Operation

on_both = pytest.mark.parametrize("dialect", list(Dialect), ids=[each.value for each in Dialect])
ARROW = re.compile(r"^  (\w+) --> (\w+) : (.+)$", re.MULTILINE)


@cache
def page(dialect: Dialect) -> str:
    return markdown_text(dialect)


def tables(text: str) -> list[list[str]]:
    """Return the lines of every table."""
    return [block.splitlines() for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)]


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


@on_both
def test_every_row_is_told_once_with_its_level_and_its_basis(dialect: Dialect) -> None:
    told = {
        line[0]: (line[3], line[4])
        for block in tables(page(dialect))
        for line in map(cells, block)
        if line[0].endswith("`") and len(line) == 7
    }

    expected = {
        f'<a id="{anchor("row", row.id)}"></a>`{row.id}`': (
            row.level.value,
            "decided" if row.decided else "documented",
        )
        for row in full_table(dialect).rows
    }
    assert told == expected


@on_both
def test_every_link_within_the_page_leads_to_one_anchor(dialect: Dialect) -> None:
    anchors = re.findall(r'<a id="([^"]+)">', page(dialect))
    links = set(re.findall(r"\]\(#([^)]+)\)", page(dialect)))

    assert len(links) > 100
    assert len(anchors) == len(set(anchors))
    assert links - set(anchors) == set()


@on_both
def test_every_line_of_a_table_has_as_many_cells_as_its_head(dialect: Dialect) -> None:
    found = [*tables(page(dialect)), *tables(differences_text())]

    assert len(found) > 20
    assert [block[0] for block in found if len({len(cells(line)) for line in block}) != 1] == []


@on_both
def test_the_grid_has_every_state_and_every_operation(dialect: Dialect) -> None:
    grid = [cells(line) for line in tables(page(dialect))[0]]
    whole = full_table(dialect)

    assert [cell.partition("<")[0] for cell in grid[0][1:]] == [state.name for state in whole.states]
    assert [re.findall(r"\[(\w+)\]", line[0]) for line in grid[2:]] == [[each.value] for each in whole.operations]
    assert [line[0] for line in grid[2:] if "" in line] == []


@on_both
def test_every_decision_that_is_cited_is_marked_and_no_documented_clause_is(dialect: Dialect) -> None:
    cited = re.findall(r"\[([a-z-]+(?:/[a-z0-9-]+)?)\]\(#clause-[a-z0-9-]+\)(†?)", page(dialect))

    assert len(cited) > 200
    assert {key for key, mark in cited if bool(mark) is not CLAUSES[key].decided} == set()


@on_both
def test_an_answer_of_the_grid_is_marked_where_it_rests_on_decisions_alone(dialect: Dialect) -> None:
    whole = full_table(dialect)
    marked = dict(re.findall(r"\]\(#row-([a-z0-9-]+)\)(†?)", page(dialect)))
    single = [row for row in whole.rows if len(whole.cell(row.label, row.source)) == 1]

    assert {row.decided for row in single} == {True, False}
    for row in single:
        assert bool(marked[anchor("row", row.id).removeprefix("row-")]) is row.decided


@on_both
def test_every_page_of_every_cited_clause_is_linked(dialect: Dialect) -> None:
    cited = {key for row in full_table(dialect).rows for key in row.cites}

    assert {p.url for key in cited for p in CLAUSES[key].pages if f"({p.url})" not in page(dialect)} == set()


@on_both
def test_every_rule_on_calls_and_callbacks_is_told(dialect: Dialect) -> None:
    assert [rule.id for rule in rules_of(dialect) if f"| `{rule.id}` | {rule.english} |" not in page(dialect)] == []


def test_a_refusal_that_each_dialect_spells_in_its_own_way_is_no_difference() -> None:
    bits, do = (table(dialect).cell(Operation.CANCEL, JobState.CANCELLED) for dialect in Dialect)

    assert bits[0].answers != do[0].answers
    assert not differing(bits, do)


def test_where_resume_leads_is_a_difference() -> None:
    bits, do = (table(dialect).cell(Operation.RESUME, JobState.ERROR) for dialect in Dialect)

    assert differing(bits, do)
    assert "## resume\n" in differences_text()
    assert "## cancel\n" not in differences_text()


def test_every_clause_cited_among_the_differences_is_a_link_to_the_page_of_its_dialect() -> None:
    sides = [line.split(" | ")[1:] for line in differences_text().splitlines() if line.startswith("| ")]
    links = {
        (dialect, target)
        for cells in sides
        for dialect, cell in zip(Dialect, cells, strict=True)
        for target in re.findall(r"\]\(([^)]+)\)", cell)
    }

    assert len(links) > 10
    for dialect, target in links:
        name, _, wanted = target.partition("#")
        assert name == f"{dialect.value}.md"
        assert f'<a id="{wanted}"></a>' in page(dialect)


def test_a_row_that_is_changed_in_one_dialect_shows_among_the_differences(monkeypatch: pytest.MonkeyPatch) -> None:
    def mutated(dialect: Dialect, scope: Scope) -> Table:
        right = table(dialect, scope)
        if dialect is Dialect.BITS:
            return right
        return right.with_answers("cancel/QUEUED/1", [Answer(JobState.ERROR, right.rows[0].answers[0].hresult)])

    monkeypatch.setattr(export_markdown, "table", mutated)

    assert "## cancel\n" in differences_text()


@on_both
def test_the_arrows_of_the_diagram_are_the_moves_of_the_table(dialect: Dialect) -> None:
    def spelled(value: str) -> str:
        return re.sub(r"[ _]", "", value).lower()

    drawn = {
        (source, dest, spelled(re.sub(r" \(\w+\)", "", label)))
        for source, dest, labels in ARROW.findall(mermaid_text(full_table(dialect)))
        for label in labels.split(", ")
    }

    assert drawn == {
        (row.source.name, answer.dest.name, spelled(row.label.value))
        for row in full_table(dialect).rows
        for answer in row.all_answers
        if answer.dest is not row.source
    }


def test_an_arrow_that_rests_on_decisions_alone_says_so() -> None:
    arrows = {(source, dest): labels for source, dest, labels in ARROW.findall(mermaid_text(full_table(Dialect.DO)))}

    assert arrows["TRANSFERRED", "QUEUED"] == "Resume (decided)"
    assert arrows["ERROR", "QUEUED"] == "Resume"
    assert "transient fault (tolerated)" in arrows["TRANSFERRING", "ERROR"]


@on_both
def test_the_diagram_ends_in_the_final_states_alone(dialect: Dialect) -> None:
    ends = re.findall(r"^  (\w+) --> \[\*\]$", mermaid_text(full_table(dialect)), re.MULTILINE)

    assert ends == [state.name for state in FINAL]
