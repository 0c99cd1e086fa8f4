"""Is every difference of the dialects on its picture, and nothing that is none?"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from copyjob.diagrams import differences as module
from copyjob.diagrams.differences import Difference, alone, answer_told, differences, differences_drawing, side_lines
from copyjob.diagrams.language import ENGLISH
from copyjob.diagrams.pictures import PICTURES
from copyjob.spec.export_markdown import differences_text, differing
from copyjob.spec.facts import CLEAR_ERROR
from copyjob.spec.scope import FEATURES
from copyjob.spec.table import Row, Table, full_table, table
from copyjob.spec.vocabulary import Dialect, InternalEvent, JobState, Operation

COMMON = FEATURES[Dialect.BITS] & FEATURES[Dialect.DO]


def _exported() -> dict[str, set[str]]:
    """Return the states in which the exported page says that the dialects differ, by label."""
    found: dict[str, set[str]] = {}
    for part in differences_text().split("\n## ")[1:]:
        label, *lines = part.splitlines()
        cells = [line.split("|")[1].strip() for line in lines if line.startswith("|")]
        found[label] = {state for cell in cells[2:] for state in cell.split(", ")}
    return found


def test_the_picture_differs_where_the_exported_page_does() -> None:
    ours: dict[str, set[str]] = {}
    for difference in differences():
        ours.setdefault(difference.label.value, set()).update(state.name for state in difference.states)
    assert ours == _exported()
    assert len(ours) > 10


def test_every_row_that_differs_is_named_in_a_tooltip_of_its_side() -> None:
    bits, do = table(Dialect.BITS, COMMON), table(Dialect.DO, COMMON)
    dot = PICTURES["differences"].dot
    seen = 0
    for label in (*(each for each in bits.operations if each in do.operations), *InternalEvent):
        for state in do.states:
            ours, theirs = bits.cell(label, state), do.cell(label, state)
            for side, own, others in (("bits", ours, theirs), ("do", theirs, ours)):
                for row in own:
                    if all(differing([row], [other]) for other in others):
                        nodes = [line for line in dot.splitlines() if re.search(f'id="{side}-', line)]
                        assert any(f"{row.id} (" in line for line in nodes), row.id
                        seen += 1
    assert seen > 30


def test_no_row_that_both_have_is_called_a_difference() -> None:
    do = table(Dialect.DO, COMMON)
    for difference in differences():
        for row in difference.sides[0]:
            assert all(differing([row], [other]) for other in do.cell(row.label, row.source)), row.id


def test_states_stand_together_only_where_they_differ_alike() -> None:
    for difference in differences():
        for side in difference.sides:
            said = {
                state: tuple(
                    (row.guard, row.level, tuple(answer_told(row, a, ENGLISH, effects=True) for a in row.answers))
                    for row in side
                    if row.source is state
                )
                for state in difference.states
            }
            assert len(set(said.values())) == 1, difference.label


def test_a_reader_sees_every_difference() -> None:
    for difference in differences():
        sides = [side_lines(difference, dialect, ENGLISH) for dialect in Dialect]
        assert sides[0] != sides[1], (difference.label, difference.states)


def test_effects_are_told_where_both_sides_would_read_the_same_without() -> None:
    bits, do = (table(dialect).by_id["cancel/ERROR/1"] for dialect in Dialect)
    changed = replace(do, answers=(replace(do.answers[0], effects=(CLEAR_ERROR,)),))
    difference = Difference(Operation.CANCEL, (JobState.ERROR,), ((bits,), (changed,)))
    assert " ".join(side_lines(difference, Dialect.DO, ENGLISH)) == (
        "S_OK, →\u00a0CANCELLED; there is no error information (MUST)"
    )


def test_a_cell_without_a_row_says_so() -> None:
    (slice_end,) = (each for each in differences() if each.label is InternalEvent.SLICE_END)
    assert side_lines(slice_end, Dialect.BITS, ENGLISH) == ["→\u00a0QUEUED (MAY)"]
    assert side_lines(slice_end, Dialect.DO, ENGLISH) == ["no such row"]


def test_a_row_that_only_the_other_dialect_has_is_a_difference_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def turned(dialect: Dialect, scope: frozenset[object]) -> Table:
        (other,) = (each for each in Dialect if each is not dialect)
        return table(other, COMMON)

    monkeypatch.setattr(module, "table", turned)
    (slice_end,) = (each for each in differences() if each.label is InternalEvent.SLICE_END)
    assert [[row.id for row in side] for side in slice_end.sides] == [[], ["slice_end/TRANSFERRING/1"]]


def test_spelling_is_no_difference() -> None:
    labels = {difference.label for difference in differences()}
    assert Operation.CANCEL not in labels, "refused with an HRESULT of each dialect's own, and the same otherwise"


@pytest.mark.parametrize("dialect", list(Dialect))
def test_all_that_one_dialect_alone_has_is_named(dialect: Dialect) -> None:
    (other,) = (each for each in Dialect if each is not dialect)
    found, own, others = alone(dialect), full_table(dialect), full_table(other)
    assert set(found.states) == set(own.states) - set(others.states)
    lacking = {row.label for row in own.rows} - {row.label for row in others.rows}
    named = {difference.label for difference in differences()}
    assert set(found.labels) == lacking - named
    dot = PICTURES["differences"].dot
    for name in (*(state.name for state in found.states), *(label.value for label in found.labels)):
        assert name in dot


def test_connecting_is_a_state_of_bits_alone() -> None:
    (line,) = (line for line in PICTURES["differences"].dot.splitlines() if 'id="only-bits-states"' in line)
    assert 'label="CONNECTING\\l"' in line
    assert 'URL="states/CONNECTING.html"' in line


def test_a_dialect_that_is_changed_differs_where_it_was_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    def changed(row: Row) -> Row:
        return replace(row, level=row.level.SHOULD) if row.id == "cancel/ERROR/1" else row

    def other(dialect: Dialect, scope: frozenset[object]) -> Table:
        of = table(dialect, COMMON)
        return replace(of, rows=tuple(map(changed, of.rows))) if dialect is Dialect.DO else of

    monkeypatch.setattr(module, "table", other)
    found = [each for each in differences() if each.label is Operation.CANCEL]
    assert [each.states for each in found] == [(JobState.ERROR,)]
    assert 'id="differs-cancel-ERROR"' in differences_drawing().text()
