"""Does every row of the table reach a picture, in stable bytes and under stable names?"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter

import pytest

from copyjob.diagrams.dot import DotWriter, left_lines, quote
from copyjob.diagrams.edges import edges, groups
from copyjob.diagrams.lifecycle import account, lifecycle
from copyjob.diagrams.operations import blocks, operation_drawing, table_for
from copyjob.diagrams.pictures import PICTURES, Picture
from copyjob.spec.scope import CORE
from copyjob.spec.table import FINAL, Answer, Table, full_table, table
from copyjob.spec.vocabulary import Dialect, Hresult, JobState, Operation

DIALECTS = list(Dialect)


def _ids(dot: str) -> list[str]:
    return re.findall(r'[\[ ]id="([^"]+)"', dot)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_row_is_drawn_or_told_or_counted_exactly_once(dialect: Dialect) -> None:
    found = account(table(dialect))
    counted = Counter(row.id for part in (found.drawn, found.told, found.counted) for row in part)
    assert counted == Counter(row.id for row in table(dialect).rows)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_drawn_row_is_named_in_the_tooltip_of_an_arrow(dialect: Dialect) -> None:
    dot = lifecycle(table(dialect))
    tooltips = "\n".join(re.findall(r'edgetooltip="([^"]*)"', dot))
    assert [row.id for row in account(table(dialect)).drawn if f"{row.id} (" not in tooltips] == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_told_row_is_named_in_the_tooltip_of_its_state(dialect: Dialect) -> None:
    dot = lifecycle(table(dialect))
    tooltips = dict(re.findall(r'id="state-(\w+)".*?tooltip="([^"]*)"', dot))
    told = account(table(dialect)).told
    assert told
    assert [row.id for row in told if f"{row.id} (" not in tooltips[row.source.name]] == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_legend_counts_the_rows_that_are_not_drawn(dialect: Dialect) -> None:
    found = account(table(dialect))
    dot = lifecycle(table(dialect))
    assert f"{len(found.drawn)} rows are drawn, {len(found.told)} told beneath their state; " in dot
    for label, count in Counter(row.label.value for row in found.counted).items():
        assert f"{label} {count}" in dot


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_answer_that_moves_a_job_is_on_exactly_one_arrow(dialect: Dialect) -> None:
    drawn = edges(table(dialect))
    for row in table(dialect).rows:
        for dest in {a.dest for a in row.all_answers if a.dest is not row.source}:
            on = [e for e in drawn if e.dest is dest and row.source in e.sources and row in e.rows]
            assert len(on) == 1, (row.id, dest)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_arrow_is_without_a_row_that_moves_there(dialect: Dialect) -> None:
    for edge in edges(table(dialect)):
        for row in edge.rows:
            assert edge.dest in {answer.dest for answer in row.all_answers}
            assert row.source in edge.sources


@pytest.mark.parametrize("dialect", DIALECTS)
def test_operations_and_internal_events_share_no_arrow(dialect: Dialect) -> None:
    for edge in edges(table(dialect)):
        assert len({isinstance(line.label, Operation) for line in edge.lines}) == 1


@pytest.mark.parametrize("dialect", DIALECTS)
def test_cancel_leaves_the_box_of_all_states_that_are_not_final(dialect: Dialect) -> None:
    (cancel,) = (e for e in edges(table(dialect)) if e.lines[0].label is Operation.CANCEL)
    assert cancel.id == "edge-not_final-cancel-CANCELLED"
    assert set(cancel.sources) == set(table(dialect).states) - set(FINAL)


def test_an_arrow_leaves_a_box_only_where_every_state_of_the_box_moves() -> None:
    bits = table(Dialect.BITS)
    mutant = bits.with_answers("cancel/ERROR/1", [Answer(JobState.ERROR, Hresult.S_OK)])
    ids = [edge.id for edge in edges(mutant) if edge.lines[0].label is Operation.CANCEL]
    assert "edge-not_final-cancel-CANCELLED" not in ids
    assert "edge-ERROR-cancel-CANCELLED" not in ids
    assert "edge-TRANSFERRED-cancel-CANCELLED" in ids


def test_a_row_answered_otherwise_changes_the_picture() -> None:
    bits = table(Dialect.BITS)
    mutant = bits.with_answers("resume/SUSPENDED/2", [Answer(JobState.TRANSFERRING, Hresult.S_OK)])
    assert '"edge-SUSPENDED-resume-TRANSFERRING"' in lifecycle(mutant)
    assert '"edge-SUSPENDED-resume-TRANSFERRING"' not in lifecycle(bits)


def test_resume_of_a_suspended_job_has_its_stable_name() -> None:
    ids = _ids(lifecycle(table(Dialect.BITS)))
    assert "state-SUSPENDED" in ids
    assert "edge-SUSPENDED-resume-QUEUED" in ids


def test_delivery_optimization_has_no_connecting_state_in_any_picture() -> None:
    for name, picture in PICTURES.items():
        if name.endswith("-do"):
            assert "CONNECTING" not in picture.dot


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_boxes_hold_every_state_of_the_dialect(dialect: Dialect) -> None:
    wide, *classes = groups(table(dialect))
    assert sorted(state for box in classes for state in box.states) == sorted(table(dialect).states)
    assert {*wide.states, *FINAL} == set(table(dialect).states)


def test_the_ids_of_a_picture_are_unique(picture: Picture) -> None:
    ids = _ids(picture.dot)
    assert len(ids) > 10
    assert [identifier for identifier, count in Counter(ids).items() if count > 1] == []


@pytest.mark.parametrize("name", [name for name, each in PICTURES.items() if each.kind in ("lifecycle", "operation")])
def test_a_picture_has_a_node_for_every_state_of_its_dialect(name: str) -> None:
    picture = PICTURES[name]
    assert picture.dialect is not None
    assert {f"state-{state.name}" for state in table(picture.dialect).states} <= set(_ids(picture.dot))


OPERATIONS = [(dialect, operation) for dialect in Dialect for operation in full_table(dialect).operations]


def test_every_operation_of_every_dialect_has_a_picture() -> None:
    drawn = {(picture.dialect, picture.subject) for picture in PICTURES.values() if picture.kind == "operation"}
    assert drawn == set(OPERATIONS)
    assert len(OPERATIONS) > 30


@pytest.mark.parametrize(("dialect", "operation"), OPERATIONS)
def test_every_row_of_an_operation_is_on_its_picture(dialect: Dialect, operation: Operation) -> None:
    told = table_for(operation, dialect)
    rows = [row for row in told.rows if row.label is operation]
    on = [row for block in blocks(told, operation) for rule in block.rules for row in rule.rows]
    assert sorted(row.id for row in on) == sorted(row.id for row in rows)
    dot = operation_drawing(told, operation).text()
    assert [row.id for row in rows if row.id not in dot] == []


@pytest.mark.parametrize(("dialect", "operation"), OPERATIONS)
def test_rows_of_an_operation_beyond_its_picture_are_counted_in_the_legend(
    dialect: Dialect, operation: Operation
) -> None:
    told = table_for(operation, dialect)
    more = len([row for row in full_table(dialect).rows if row.label is operation and row.id not in told.by_id])
    dot = operation_drawing(told, operation).text()
    if told.scope != CORE:
        assert more == 0
        assert "told from the full table" in dot
    else:
        assert f"the full table has {more or 'no'} further row" in dot


@pytest.mark.parametrize(("dialect", "operation"), OPERATIONS)
def test_states_share_a_box_only_where_their_rules_say_the_same(dialect: Dialect, operation: Operation) -> None:
    for block in blocks(table_for(operation, dialect), operation):
        for rule in block.rules:
            assert len({(row.guard, row.level, row.cites, len(row.answers)) for row in rule.rows}) == 1


def test_resuming_an_empty_job_is_drawn_as_a_refusal_with_e_empty() -> None:
    dot = PICTURES["resume-bits"].dot
    assert re.search(r'"edge-rule-resume-SUSPENDED-1-answer-BG_E_EMPTY", class="refusal"', dot)


def test_the_other_dialect_spells_the_refusal_in_its_own_way() -> None:
    assert "BG_E_" not in PICTURES["resume-do"].dot
    assert "DO_E_JOB_EMPTY" in PICTURES["resume-do"].dot


def test_dot_text_is_the_same_in_every_process() -> None:
    program = (
        "import hashlib; from copyjob.diagrams.pictures import PICTURES; "
        "print(hashlib.sha256(''.join(p.dot for p in PICTURES.values()).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_dot_text_is_ordered_as_the_table() -> None:
    bits = table(Dialect.BITS)
    turned = Table(bits.dialect, bits.rows[::-1])
    assert lifecycle(bits) == lifecycle(bits)
    assert lifecycle(turned) != lifecycle(bits)


def test_a_quoted_text_means_itself() -> None:
    assert quote('say "a\\n"\nand b') == '"say \\"a\\\\n\\"\\nand b"'


def test_a_text_with_a_nul_is_refused() -> None:
    with pytest.raises(ValueError, match="NUL"):
        quote("a\0b")


def test_a_left_label_ends_every_line_flush_left() -> None:
    writer = DotWriter("x")
    writer.node("a", {"label": left_lines(["one", "two"])})
    assert '"a" [label="one\\ltwo\\l"];' in writer.text()
