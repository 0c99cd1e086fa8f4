"""Is all of a state on its picture: what leads to it, what leads away, what stays, what is refused?"""

from __future__ import annotations

import re
from collections import Counter

import pytest

from copyjob.diagrams.neighbourhood import neighbourhood, neighbourhood_drawing, target_of, ways
from copyjob.diagrams.pictures import PICTURES
from copyjob.spec.table import Answer, full_table, table
from copyjob.spec.vocabulary import Dialect, Hresult, JobState, Operation

CELLS = [(dialect, state) for dialect in Dialect for state in table(dialect).states]
each_state = pytest.mark.parametrize(("dialect", "state"), CELLS)


def _tooltips(dot: str) -> list[str]:
    return re.findall(r'tooltip="([^"]*)"', dot)


def _node(dot: str, identifier: str) -> str:
    (line,) = (line for line in dot.splitlines() if f'id="{identifier}"' in line)
    return line


def test_every_state_of_every_dialect_has_a_picture() -> None:
    assert {(p.dialect, p.subject) for p in PICTURES.values() if p.kind == "state"} == set(CELLS)


@each_state
def test_every_row_that_begins_in_a_state_is_on_its_picture(dialect: Dialect, state: JobState) -> None:
    of = table(dialect)
    told = "\n".join(_tooltips(neighbourhood_drawing(of, state).text()))
    assert of.by_source[state]
    assert [row.id for row in of.by_source[state] if f"{row.id} (" not in told] == []


@each_state
def test_every_row_that_leads_into_a_state_from_elsewhere_is_on_its_picture(dialect: Dialect, state: JobState) -> None:
    of = table(dialect)
    leading = [row for row in of.rows if row.source is not state and any(a.dest is state for a in row.all_answers)]
    told = "\n".join(_tooltips(neighbourhood_drawing(of, state).text()))
    assert [row.id for row in leading if f"{row.id} (" not in told] == []


@each_state
def test_rows_of_the_full_table_beyond_the_picture_are_counted(dialect: Dialect, state: JobState) -> None:
    own, more = table(dialect).by_source[state], full_table(dialect).by_source[state]
    assert (
        f"{len(own)} rows begin here; the full table has {len(more) - len(own)} further ones"
        in neighbourhood_drawing(table(dialect), state).text()
    )


@each_state
def test_every_answer_leads_one_way(dialect: Dialect, state: JobState) -> None:
    found = neighbourhood(table(dialect), state)
    on = Counter((row.id, way.target) for way in (*found.going, *found.staying, *found.refused) for row in way.rows)
    asked = Counter(
        (row.id, target) for row in table(dialect).by_source[state] for target in set(map(target_of, row.all_answers))
    )
    assert on == asked


@pytest.mark.parametrize("dialect", list(Dialect))
def test_calls_and_internal_events_share_no_way(dialect: Dialect) -> None:
    for way in ways(table(dialect)):
        assert {isinstance(row.label, Operation) for row in way.rows} == {way.calls}


@each_state
def test_states_share_a_box_only_where_the_same_leads_here(dialect: Dialect, state: JobState) -> None:
    for group in neighbourhood(table(dialect), state).coming:
        assert len({(way.calls, way.texts) for way in group}) == 1
        assert len({way.source for way in group}) == len(group)


@each_state
def test_calls_stand_above_internal_events(dialect: Dialect, state: JobState) -> None:
    found = neighbourhood(table(dialect), state)
    for part in ([group[0] for group in found.coming], found.going, found.staying):
        assert [way.calls for way in part] == sorted((way.calls for way in part), reverse=True)


def test_a_refusal_is_named_with_its_hresult() -> None:
    node = _node(PICTURES["state-ERROR-bits"].dot, "refused-BG_E_ERROR_INFORMATION_UNAVAILABLE")
    assert "get_error° [error perhaps kept]" in node


def test_all_refusals_of_a_state_stand_in_one_box() -> None:
    dot = PICTURES["state-SUSPENDED-do"].dot
    box = dot[dot.index('subgraph "cluster_refused"') :]
    box = box[: box.index("  }")]
    assert re.findall(r'id="refused-(\w+)"', box) == ["DO_E_ERROR_INFORMATION_UNAVAILABLE", "DO_E_JOB_EMPTY"]
    assert dot.count('id="refused-') == 2


def test_a_guard_is_told_where_rows_of_a_call_lead_to_different_places() -> None:
    dot = PICTURES["state-SUSPENDED-bits"].dot
    assert "resume [no file]" in _node(dot, "refused-BG_E_EMPTY")
    assert "resume [a file is left]\\lresume° [all transferred]" in _node(dot, "box-to-QUEUED-call-box")


def test_no_guard_is_told_where_all_rows_of_a_call_lead_to_the_same() -> None:
    assert 'label="complete\\l"' in _node(PICTURES["state-SUSPENDED-bits"].dot, "box-to-ACKNOWLEDGED-call-box")


def test_what_breaks_a_recommendation_only_is_marked() -> None:
    box = _node(PICTURES["state-TRANSFERRING-bits"].dot, "box-to-ERROR-event-box")
    assert "transient_fault (tolerated)\\lfatal_fault\\lambiguous_fault°" in box


def test_every_job_begins_in_one_state_alone() -> None:
    with_start = {
        picture.subject for picture in PICTURES.values() if picture.kind == "state" and '"start"' in picture.dot
    }
    assert with_start == {JobState.SUSPENDED}


def test_nothing_leads_away_from_a_final_state() -> None:
    found = neighbourhood(table(Dialect.BITS), JobState.CANCELLED)
    assert found.going == ()
    assert {way.target for way in found.refused} == {
        Hresult.BG_E_INVALID_STATE,
        Hresult.BG_E_ERROR_INFORMATION_UNAVAILABLE,
    }


def test_a_row_answered_otherwise_changes_both_pictures() -> None:
    bits = table(Dialect.BITS)
    mutant = bits.with_answers("suspend/ERROR/1", [Answer(JobState.TRANSFERRED, Hresult.S_OK)])
    assert 'id="from-ERROR-call"' in neighbourhood_drawing(mutant, JobState.TRANSFERRED).text()
    assert 'id="from-ERROR-call"' not in neighbourhood_drawing(bits, JobState.TRANSFERRED).text()
    assert 'id="to-TRANSFERRED-call"' in neighbourhood_drawing(mutant, JobState.ERROR).text()
