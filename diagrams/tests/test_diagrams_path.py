"""Does the picture of a path show how the job went, where it diverged, and what was permitted there?"""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path as File
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from copyjob.diagrams.edges import edges
from copyjob.diagrams.language import language
from copyjob.diagrams.lifecycle import lifecycle
from copyjob.diagrams.path import Path, path_of
from copyjob.diagrams.render import render
from copyjob.diagrams.report_file import parse, read
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect

SVG = "{http://www.w3.org/2000/svg}"
STUCK, FAULT = 0, 1
"""The divergences of the fixture: a job that stays where it should move, one that goes where it may not."""


def path(report: dict[str, Any], number: int) -> Path:
    parsed = parse(report)
    run = parsed.runs[0]
    found = path_of(run.divergences[number], run, parsed.backend)
    assert found is not None
    return found


def dot(found: Path) -> str:
    return lifecycle(found.of, found, found.say)


def line(text: str, identifier: str) -> str:
    (found,) = (each for each in text.splitlines() if f'id="{identifier}"' in each)
    return found


def answered(report: dict[str, Any]) -> dict[str, Any]:
    """Return the report with a divergence that is a wrong answer, seen in ERROR."""
    report["runs"][0]["divergences"][STUCK] |= {
        "id": "suspend/ERROR/1",
        "rows": ["suspend/ERROR/1"],
        "observation": "suspend answered E_NOTIMPL (0x80004001)",
        "permitted": ["S_OK (0x00000000) in ERROR"],
        "edges": [],
        "path": ["SUSPENDED", "QUEUED", "CONNECTING", "ERROR"],
        "sequence": [],
    }
    return report


def test_the_steps_are_numbered_in_the_order_in_which_the_states_were_seen(diverging: dict[str, Any]) -> None:
    text = dot(path(diverging, FAULT))
    steps = ("SUSPENDED-resume-QUEUED", "QUEUED-turn-CONNECTING", "CONNECTING-connect-TRANSFERRING")
    labels = [re.findall(r'label=" (\d: \w+) ', line(text, f"edge-{step}")) for step in steps]
    assert labels == [["1: resume"], ["2: turn"], ["3: connect"]]


def test_the_last_step_is_the_one_that_no_row_permits(diverging: dict[str, Any]) -> None:
    wrong = line(dot(path(diverging, FAULT)), "step-4-TRANSFERRING-TRANSFERRED")
    assert 'class="diverges"' in wrong
    assert "✗ 4: not permitted" in wrong


def test_a_job_that_stays_where_it_should_move_has_a_loop(diverging: dict[str, Any]) -> None:
    wrong = line(dot(path(diverging, STUCK)), "step-1-SUSPENDED-SUSPENDED")
    assert '"SUSPENDED" -> "SUSPENDED"' in wrong
    assert "✗ 1: stays" in wrong


def test_what_was_permitted_is_marked_on_the_arrow_that_leads_there(diverging: dict[str, Any]) -> None:
    permitted = line(dot(path(diverging, STUCK)), "edge-SUSPENDED-resume-QUEUED")
    assert 'class="operation permitted"' in permitted
    assert "✓ resume" in permitted


def test_what_was_permitted_without_an_arrow_of_its_own_is_drawn(diverging: dict[str, Any]) -> None:
    permitted = line(dot(path(diverging, STUCK)), "permitted-SUSPENDED-TRANSFERRING")
    assert 'class="permitted"' in permitted


def test_a_job_that_was_permitted_to_stay_has_a_loop_that_says_so(diverging: dict[str, Any]) -> None:
    diverging["runs"][0]["divergences"][FAULT]["permitted"] = ["TRANSFERRING", "TRANSIENT_ERROR"]
    assert "✓ stays" in line(dot(path(diverging, FAULT)), "permitted-TRANSFERRING-TRANSFERRING")


def test_all_other_arrows_are_pale_and_without_a_label(diverging: dict[str, Any]) -> None:
    text = dot(path(diverging, FAULT))
    other = line(text, "edge-TRANSFERRING-all_done-TRANSFERRED")
    assert 'class="event aside"' in other
    assert " label=" not in other
    assert text.count(" aside") == len(edges(table(Dialect.BITS))) - 4


def test_every_state_says_whether_the_job_was_seen_in_it(diverging: dict[str, Any]) -> None:
    text = dot(path(diverging, FAULT))
    assert 'label="● CONNECTING"' in line(text, "state-CONNECTING")
    assert 'label="○ ERROR"' in line(text, "state-ERROR")
    assert "dashed" in line(text, "state-ERROR")


def test_a_step_that_nobody_saw_is_drawn_as_such(diverging: dict[str, Any]) -> None:
    diverging["runs"][0]["divergences"][FAULT]["path"] = ["SUSPENDED", "TRANSFERRING", "TRANSFERRED"]
    leap = line(dot(path(diverging, FAULT)), "step-1-SUSPENDED-TRANSFERRING")
    assert 'class="leapt"' in leap
    assert "1: seen next" in leap


def test_a_step_by_an_arrow_of_a_box_is_drawn_from_the_state_itself(diverging: dict[str, Any]) -> None:
    diverging["runs"][0]["divergences"][FAULT] |= {"path": ["SUSPENDED", "CANCELLED"], "permitted": ["no file"]}
    step = line(dot(path(diverging, FAULT)), "step-1-SUSPENDED-CANCELLED")
    assert 'class="walked"' in step
    assert "1: cancel" in step


def test_a_note_beside_the_state_says_what_was_seen_and_what_was_permitted(diverging: dict[str, Any]) -> None:
    text = dot(path(answered(diverging), STUCK))
    note = line(text, "note-divergence")
    assert "suspend answered E_NOTIMPL" in note
    assert "S_OK (0x00000000) in ERROR" in note
    assert '{ rank=same; "ERROR"; "note-divergence"; }' in text
    assert '"ERROR" -> "note-divergence"' in text


def test_the_state_in_which_an_answer_was_wrong_is_marked(diverging: dict[str, Any]) -> None:
    text = dot(path(answered(diverging), STUCK))
    assert [name for name in ("SUSPENDED", "QUEUED", "ERROR") if "✗ here" in line(text, f"state-{name}")] == ["ERROR"]


def test_what_nobody_can_tell_apart_is_told(diverging: dict[str, Any]) -> None:
    told = "Several labels with one number: by which of them it went, nobody saw."
    assert told not in dot(path(diverging, FAULT))
    assert told in dot(path(answered(diverging), STUCK))


def test_who_does_not_see_the_picture_is_told_every_step(diverging: dict[str, Any]) -> None:
    told = path(diverging, FAULT).caption.description
    places = [
        told.index(part)
        for part in (
            "1: from SUSPENDED to QUEUED by resume.",
            "3: from CONNECTING to TRANSFERRING by connect.",
            "4: from TRANSFERRING to TRANSFERRED, which is not permitted.",
            "Seen in TRANSFERRED: get_state answered TRANSFERRED after the origin reset the connection.",
            "Permitted: TRANSIENT_ERROR",
        )
    ]
    assert places == sorted(places)


def test_the_legend_has_a_sample_of_every_mark_on_the_picture_and_of_no_other(diverging: dict[str, Any]) -> None:
    def samples(found: Path) -> set[str]:
        root = ET.fromstring(render(dot(found), found.caption))
        return {
            each.attrib["class"].split()[1] for each in root.iter(f"{SVG}path") if "sample" in each.get("class", "")
        }

    assert samples(path(diverging, FAULT)) == {"walked", "diverges", "permitted", "aside"}
    assert samples(path(answered(diverging), STUCK)) == {"walked", "diverges", "aside"}


def test_pale_arrows_lie_beneath_all_that_matters(diverging: dict[str, Any]) -> None:
    found = path(diverging, FAULT)
    root = ET.fromstring(render(dot(found), found.caption))
    classes = [each.get("class", "").split() for each in root.iter(f"{SVG}g")]
    pale = [at for at, names in enumerate(classes) if "aside" in names]
    others = [at for at, names in enumerate(classes) if {"node", "edge"} & {*names} and "aside" not in names]
    assert max(pale) < min(others)


def test_a_report_of_another_table_says_so_on_the_picture_and_is_drawn(diverging: dict[str, Any]) -> None:
    other = copy.deepcopy(diverging)
    other["runs"][0]["table_digest"] = "5f5f5f5f5f5f5f5f"
    told = "judged by another table of BITS (5f5f5f5f5f5f5f5f"
    assert told not in dot(path(diverging, FAULT))
    assert told in re.sub(r"\\l", " ", dot(path(other, FAULT)))


def test_a_text_of_any_kind_in_a_report_stays_a_text(diverging: dict[str, Any]) -> None:
    diverging["runs"][0]["divergences"][FAULT]["observation"] = 'a "quoted" \\l <b>&amp;</b> } text'
    found = path(diverging, FAULT)
    root = ET.fromstring(render(dot(found), found.caption))
    texts = " ".join(each.text or "" for each in root.iter(f"{SVG}text"))
    assert '"quoted" \\l <b>&amp;</b> } text' in texts


@pytest.mark.parametrize("code", ["en", "de"])
@pytest.mark.parametrize("name", ["wine", "aria2"])
def test_every_divergence_of_a_committed_report_has_a_path_in_every_language(name: str, code: str) -> None:
    report = read(File(__file__).parents[2] / "conformance" / "matrix" / f"{name}.json")
    say = language(code)
    for run in report.runs:
        assert run.divergences
        for divergence in run.divergences:
            found = path_of(divergence, run, report.backend, say)
            assert found is not None
            text = lifecycle(found.of, found, say)
            assert json.dumps(divergence.id)[1:-1] in text
            numbers = {
                int(number) for number in re.findall(r"[ ,](\d+): ", " ".join(re.findall(r'label="([^"]*)"', text)))
            }
            wrong = [found.walk.wrong.number] if found.walk.wrong is not None else []
            assert {step.number for step in found.walk.steps} | {*wrong} <= numbers
