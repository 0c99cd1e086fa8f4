"""Are two backends side by side on one life cycle, each with its own signs, the first one's first?"""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest

from copyjob.diagrams import style
from copyjob.diagrams.language import ENGLISH, language
from copyjob.diagrams.lifecycle import lifecycle
from copyjob.diagrams.report_file import parse, read
from copyjob.diagrams.two_backends import TwoBackends, backend_names, two_backends_of

NAMES = ("the first", "the second")


def both(left: dict[str, Any], right: dict[str, Any]) -> TwoBackends:
    return two_backends_of(parse(left).runs[0], parse(right).runs[0], NAMES)


def dot(found: TwoBackends) -> str:
    return lifecycle(found.of, found)


def line(text: str, identifier: str) -> str:
    (found,) = (each for each in text.splitlines() if f'id="{identifier}"' in each)
    return found


@pytest.fixture
def drawn(conforming: dict[str, Any], diverging: dict[str, Any]) -> str:
    """Draw the report that conforms beside the one that diverges."""
    return dot(both(conforming, diverging))


def test_a_label_has_the_signs_of_either_the_first_ones_first(drawn: str) -> None:
    assert "◐✗ resume" in line(drawn, "edge-SUSPENDED-resume-QUEUED")


def test_named_the_other_way_round_the_signs_are_the_other_way_round(
    conforming: dict[str, Any], diverging: dict[str, Any]
) -> None:
    assert "✗◐ resume" in line(dot(both(diverging, conforming)), "edge-SUSPENDED-resume-QUEUED")


def test_an_arrow_on_which_they_differ_has_a_double_line(drawn: str) -> None:
    ink = style.MARKS["differs"].ink.light
    differs = line(drawn, "edge-SUSPENDED-resume-QUEUED")
    assert 'class="operation differs"' in differs
    assert f'color="{ink}:{ink}"' in differs


def test_an_arrow_on_which_they_are_alike_has_the_line_of_that_sign(drawn: str) -> None:
    alike = line(drawn, "edge-CONNECTING-connect-TRANSFERRING")
    assert 'class="event discriminated"' in alike
    assert "✓✓ connect" in alike


def test_they_differ_where_they_do_on_one_of_an_arrows_rows(conforming: dict[str, Any]) -> None:
    left, right = copy.deepcopy(conforming), copy.deepcopy(conforming)
    for report, name in ((left, "cancel/ERROR/1"), (right, "cancel/QUEUED/1")):
        (row,) = (row for row in report["runs"][0]["rows"] if row["id"] == name)
        row["discriminated"] = False
    arrow = line(dot(both(left, right)), "edge-not_final-cancel-CANCELLED")
    assert 'class="operation differs"' in arrow
    assert "◐◐ cancel" in arrow


def test_a_state_says_who_has_seen_it_and_on_how_much_they_differ(
    conforming: dict[str, Any], diverging: dict[str, Any]
) -> None:
    diverging["runs"][0]["coverage"]["states"]["seen"].remove("SUSPENDED")
    state = line(dot(both(conforming, diverging)), "state-SUSPENDED")
    assert "✓○ SUSPENDED" in state
    assert "≠ 1 row differs" in state


def test_a_state_that_neither_has_seen_is_dashed(conforming: dict[str, Any]) -> None:
    conforming["runs"][0]["coverage"]["states"]["seen"].remove("ERROR")
    state = line(dot(both(conforming, conforming)), "state-ERROR")
    assert "○○ ERROR" in state
    assert "dashed" in state


def test_what_one_of_them_saw_instead_has_a_sign_of_that_one_alone(drawn: str) -> None:
    assert " –✗ transient_fault " in line(drawn, "seen-TRANSFERRING-transient_fault-TRANSFERRED")


def test_what_both_saw_instead_is_one_arrow_with_both_signs(diverging: dict[str, Any]) -> None:
    assert " ✗✗ transient_fault " in line(
        dot(both(diverging, diverging)), "seen-TRANSFERRING-transient_fault-TRANSFERRED"
    )


def test_several_causes_of_one_wrong_way_share_an_arrow(diverging: dict[str, Any]) -> None:
    edges = diverging["runs"][0]["divergences"][1]["edges"]
    edges.append(edges[0] | {"label": "connect", "dest": "QUEUED"})
    shared = line(dot(both(diverging, diverging)), "seen-TRANSFERRING-transient_fault-connect-TRANSFERRED")
    assert "✗✗ transient_fault" in shared
    assert "✗✗ connect" in shared
    assert "TRANSFERRED was seen instead of TRANSIENT_ERROR" in shared


def test_the_legend_names_whose_sign_is_which(drawn: str) -> None:
    assert "the first sign of two: the first" in drawn
    assert "the second sign of two: the second" in drawn


def test_a_report_of_another_table_is_named(conforming: dict[str, Any]) -> None:
    other = copy.deepcopy(conforming)
    other["runs"][0]["table_digest"] = "5f5f5f5f5f5f5f5f"
    told = re.sub(r"\\l", " ", dot(both(conforming, other)))
    assert "the second: judged by another table of BITS" in told
    assert "the first: judged by another table" not in told


def test_a_table_for_backends_that_know_jobs_by_id_is_no_other_table(conforming: dict[str, Any]) -> None:
    found = both(conforming, conforming)
    conforming["runs"][0]["table_digest"] = found.of.permitting_not_found().digest
    assert both(conforming, conforming).left.of_another_table == ()


def test_rows_of_another_table_leave_the_rest_as_it_is(conforming: dict[str, Any]) -> None:
    other = copy.deepcopy(conforming)
    other["runs"][0]["rows"] = [row for row in other["runs"][0]["rows"] if row["id"] != "turn/QUEUED/1"]
    other["runs"][0]["rows"].append(conforming["runs"][0]["rows"][0] | {"id": "resume/PAUSED/1"})
    text = dot(both(conforming, other))
    assert "✓○ turn" in line(text, "edge-QUEUED-turn-CONNECTING")
    assert "✓✓ connect" in line(text, "edge-CONNECTING-connect-TRANSFERRING")


def test_runs_of_two_dialects_have_no_picture_in_common(conforming: dict[str, Any]) -> None:
    bits, delivery = parse(conforming).runs
    with pytest.raises(ValueError, match="BITS and DO have no life cycle in common"):
        two_backends_of(bits, delivery, NAMES)


def test_who_does_not_see_the_picture_is_told_on_how_many_rows_they_differ(
    conforming: dict[str, Any], diverging: dict[str, Any]
) -> None:
    left, right = ({row["id"]: row for row in each["runs"][0]["rows"]} for each in (conforming, diverging))
    keys = ("verdict", "judged", "discriminated")
    differ = sum(any(left[row][key] != right[row][key] for key in keys) for row in left)
    told = both(conforming, diverging).caption.description
    assert f"They differ on {differ} of {len(left)} rows." in told


def test_two_backends_that_are_called_the_same_are_told_apart_by_their_files(conforming: dict[str, Any]) -> None:
    report = parse(conforming)
    assert backend_names({"a.json": report, "b.json": report}) == ("example (a.json)", "example (b.json)")


def test_backends_with_names_of_their_own_keep_them(conforming: dict[str, Any], diverging: dict[str, Any]) -> None:
    reports = {"a.json": parse(conforming), "b.json": parse(diverging)}
    assert backend_names(reports) == ("example", "example.slow:Backend")


@pytest.mark.parametrize("code", ["en", "de"])
def test_committed_reports_lie_side_by_side_in_every_language(code: str) -> None:
    folder = Path(__file__).parents[2] / "conformance" / "matrix"
    say = language(code)
    reports = [read(folder / f"{name}.json") for name in ("reference", "wine", "aria2")]
    for left, right in ((reports[0], reports[1]), (reports[1], reports[2])):
        found = two_backends_of(left.runs[0], right.runs[0], (left.backend, right.backend), say)
        text = lifecycle(found.of, found, say)
        wanted = "✗✗ transient_fault" if left is reports[1] else "✓✗ transient_fault"
        assert wanted in line(text, "edge-CONNECTING-transient_fault-ambiguous_fault-TRANSIENT_ERROR")
        assert (say is ENGLISH) == ("the first sign of two" in text)
