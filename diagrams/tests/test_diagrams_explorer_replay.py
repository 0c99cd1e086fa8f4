"""A report that is dropped on the explorer: its divergences listed, one stepped through; and whatever else may come."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

DROP = """([name, text]) => {
  const files = new DataTransfer();
  files.items.add(new File([text], name));
  document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: files }));
}"""


STEPS_OF = """(text) => {
  const { engine, report } = copyjobExplorer;
  const tables = Object.entries(copyjobTables);
  const machines = Object.fromEntries(tables.map(([name, table]) => [name, new engine.Machine(table, [])]));
  const { runs } = report.parse(text, machines, { name: "copyjob-report", version: 1 });
  return runs.flatMap((run) => run.divergences.map((found) => report.steps(found, machines[run.dialect]).length));
}"""
REPORTS = Path(__file__).parent / "reports"
MATRIX = Path(__file__).parents[2] / "conformance" / "matrix"


def drop(page: Page, text: str, name: str = "report.json") -> None:
    page.evaluate(DROP, [name, text])


def press(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_role("button", name=name, exact=True).click()


def steps(page: Page) -> Locator:
    return page.locator("#replay-steps li")


@pytest.fixture
def replaying(explorer: Page, diverging: dict[str, Any]) -> Page:
    """Drop a report and begin to step through its first divergence."""
    drop(explorer, json.dumps(diverging))
    press(explorer, "BITS: resume/SUSPENDED/2")
    return explorer


def test_a_dropped_report_lists_its_divergences(explorer: Page, diverging: dict[str, Any]) -> None:
    drop(explorer, json.dumps(diverging))
    expect(explorer.locator("#divergences-head")).to_have_text(
        "report.json, a report on example.slow:Backend: 2 divergences were found."
    )
    expect(explorer.locator("#divergences-list")).to_contain_text(
        "BITS: transient_fault/TRANSFERRING/1 get_state answered TRANSFERRED after the origin reset the connection"
    )


def test_a_report_can_be_chosen_too(explorer: Page, diverging_file: Path) -> None:
    explorer.get_by_label("Report", exact=True).set_input_files(diverging_file)
    expect(explorer.locator("#divergences-list li")).to_have_count(2)


def test_a_report_without_divergences_has_nothing_to_replay(explorer: Page, conforming: dict[str, Any]) -> None:
    drop(explorer, json.dumps(conforming))
    expect(explorer.locator("#divergences-head")).to_contain_text("no divergence was found")


def test_a_divergence_is_stepped_through_as_the_report_tells_it(replaying: Page) -> None:
    texts = [text.strip() for text in steps(replaying).all_inner_texts()]
    assert texts == [
        "caller → backend: create() -> S_OK",
        "caller → backend: add_file('http://127.0.0.1:40001/job-1/a & b.bin', 'a<b>.bin') -> S_OK",
        "caller → backend: resume() -> S_OK",
        "backend → origin: HEAD /job-1/a%20%26%20b.bin",
        "origin → backend: 200, Content-Length: 1048576",
        "origin → origin: holds before the headers of the next answer",
        "backend → caller: get_state() -> SUSPENDED",
        "What was wrong: get_state answered SUSPENDED after resume answered S_OK",
    ]


def test_the_table_tells_the_way_on_which_a_step_came_about(replaying: Page) -> None:
    press(replaying, "Next", "Next")
    expect(replaying.locator("#replay-way")).to_have_text("Resume → QUEUED resume/SUSPENDED/2")
    expect(replaying.locator("#bits-picture .last")).to_have_id("bits-edge-SUSPENDED-resume-QUEUED")


def test_a_state_that_no_row_leads_to_is_named_where_it_was_seen(replaying: Page) -> None:
    press(replaying, "Last", "Back")
    expect(replaying.locator("#replay-way")).to_have_text("By the rows of the table there is no way to SUSPENDED here.")


def test_at_the_end_stands_what_was_seen_and_what_is_permitted(replaying: Page) -> None:
    press(replaying, "Last")
    expect(replaying.locator("#observation")).to_have_text("get_state answered SUSPENDED after resume answered S_OK")
    expect(replaying.locator("#permitted li")).to_have_count(4)
    expect(replaying.locator("#violated a").first).to_have_attribute("href", "clauses/resume-suspended.html")
    expect(replaying.locator("#bits-picture .expected")).to_have_id("bits-edge-SUSPENDED-resume-QUEUED")


def test_an_arrow_that_was_seen_instead_is_drawn_beside(explorer: Page, diverging: dict[str, Any]) -> None:
    drop(explorer, json.dumps(diverging))
    press(explorer, "BITS: transient_fault/TRANSFERRING/1", "Last")
    expect(explorer.locator("#bits-picture .beside.instead")).to_have_count(1)
    expect(explorer.locator("#bits-picture .expected")).to_have_id(
        "bits-edge-TRANSFERRING-transient_fault-ambiguous_fault-TRANSIENT_ERROR"
    )


def test_states_that_no_message_tells_stand_in_their_order(explorer: Page, diverging: dict[str, Any]) -> None:
    found = diverging["runs"][0]["divergences"][1]
    found["sequence"] = [
        {"time_seconds": 0.0, "from": "caller", "to": "backend", "text": "create_job"},
        {"time_seconds": 0.1, "from": "backend", "to": "caller", "text": "get_state -> SUSPENDED"},
        {"time_seconds": 0.2, "from": "backend", "to": "caller", "text": "get_state -> CONNECTING"},
    ]
    drop(explorer, json.dumps(diverging))
    press(explorer, "BITS: transient_fault/TRANSFERRING/1")
    assert [text.strip() for text in steps(explorer).all_inner_texts()] == [
        "caller → backend: create_job",
        "backend → caller: get_state -> SUSPENDED",
        "QUEUED was seen.",
        "backend → caller: get_state -> CONNECTING",
        "TRANSFERRING was seen.",
        "TRANSFERRED was seen.",
        "What was wrong: get_state answered TRANSFERRED after the origin reset the connection",
    ]


def test_a_counterexample_that_a_check_has_written_is_replayed(explorer: Page) -> None:
    explorer.get_by_label("Report", exact=True).set_input_files(REPORTS / "resume-does-nothing.json")
    press(explorer, "DO: resume/SUSPENDED/2")
    seen: list[str] = []
    for _ in range(steps(explorer).count() - 1):
        press(explorer, "Next")
        seen.append(" | ".join(explorer.locator("#replay-way li").all_inner_texts()))
    assert seen == [
        "AddFileWithRanges → SUSPENDED add_file/SUSPENDED/1",
        "",
        "Resume → TRANSFERRING resume/SUSPENDED/2",
        "By the rows of the table there is no way to SUSPENDED here.",
        "",
    ]
    expect(explorer.locator("#do-picture .expected").first).to_have_id(re.compile("^do-edge-SUSPENDED-resume-"))


def test_every_divergence_of_the_committed_reports_becomes_steps(explorer: Page) -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(MATRIX.glob("*.json"))]
    expected = [
        [len(found["path"]) + 1 for run in json.loads(text)["runs"] for found in run["divergences"]] for text in texts
    ]
    assert [explorer.evaluate(STEPS_OF, text) for text in texts] == expected
    assert any(expected)


def test_the_run_is_there_again_when_the_replay_is_left(explorer: Page, diverging: dict[str, Any]) -> None:
    press(explorer, "Create the job", "AddFile", "Resume", "turn")
    drop(explorer, json.dumps(diverging))
    press(explorer, "BITS: resume/SUSPENDED/2")
    expect(explorer.locator("#job")).to_be_hidden()
    press(explorer, "Leave the replay")
    expect(explorer.locator("#job")).to_be_visible()
    expect(explorer.locator("#state")).to_have_text("CONNECTING")
    expect(explorer.locator("#bits-picture .now")).to_have_id("bits-state-CONNECTING")


def test_a_report_of_another_table_says_so(explorer: Page, diverging: dict[str, Any]) -> None:
    note = explorer.get_by_text("This report was made with another version of the table")
    diverging["runs"][0]["table_digest"] = "0" * 16
    drop(explorer, json.dumps(diverging))
    press(explorer, "BITS: resume/SUSPENDED/2")
    expect(note).to_be_visible()
    press(explorer, "Leave the replay")
    diverging["runs"][0]["table_digest"] = table(Dialect.BITS).digest
    drop(explorer, json.dumps(diverging))
    press(explorer, "BITS: resume/SUSPENDED/2")
    expect(note).to_be_hidden()


def test_what_a_report_says_never_becomes_part_of_the_page(explorer: Page, diverging: dict[str, Any]) -> None:
    found = diverging["runs"][0]["divergences"][0]
    evil = "<img src=x onerror=document.title='gone'>"
    diverging["backend"]["name"] = found["observation"] = evil
    found["sequence"][0]["text"] = found["permitted"][0] = evil
    found["clauses"].append({"key": evil, "text": evil, "url": "javascript:alert(1)"})
    drop(explorer, json.dumps(diverging), evil)
    press(explorer, "BITS: resume/SUSPENDED/2", "Last")
    assert explorer.locator("#stage img, #open img, #stage a[href^=javascript]").count() == 0


def _without(key: str) -> Callable[[dict[str, Any]], str]:
    def made(report: dict[str, Any]) -> str:
        changed = copy.deepcopy(report)
        del changed["runs"][0]["divergences"][0][key]
        return json.dumps(changed)

    return made


def _with(key: str, value: Any) -> Callable[[dict[str, Any]], str]:
    def made(report: dict[str, Any]) -> str:
        changed = copy.deepcopy(report)
        changed["runs"][0]["divergences"][0][key] = value
        return json.dumps(changed)

    return made


BAD: dict[str, tuple[Callable[[dict[str, Any]], str], str]] = {
    "empty": (lambda _: "", "x.json is no JSON"),
    "half": (lambda report: json.dumps(report)[:2000], "x.json is no JSON"),
    "deep": (lambda _: "[" * 200_000, "x.json is no JSON"),
    "a list": (lambda _: "[1, 2]", "x.json is no report"),
    "null": (lambda _: "null", "x.json is no report"),
    "foreign": (lambda _: '{"format": "copyjob-replay", "version": 1}', "x.json is no report"),
    "another version": (lambda report: json.dumps(report | {"version": 2}), "report of version 2; version 1 is read"),
    "no version": (lambda _: '{"format": "copyjob-report"}', "report of version undefined; version 1 is read"),
    "no runs": (lambda report: json.dumps(report | {"runs": 1}), "damaged report, at runs."),
    "a dialect": (lambda report: json.dumps(report | {"runs": [{"dialect": "toString"}]}), "at runs[0].dialect."),
    "no observation": (_without("observation"), "at runs[0].divergences[0].observation."),
    "a state": (_with("path", ["SUSPENDED", "ELSEWHERE"]), "at runs[0].divergences[0].path."),
    "a message": (_with("sequence", [{"from": 1}]), "at runs[0].divergences[0].sequence."),
    "rows": (_with("rows", "all"), "at runs[0].divergences[0].rows."),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_file_is_one_message_and_the_run_stays(explorer: Page, diverging: dict[str, Any], bad: str) -> None:
    make, message = BAD[bad]
    press(explorer, "Create the job", "AddFile", "Resume")
    drop(explorer, make(diverging), "x.json")
    expect(explorer.get_by_role("alert")).to_contain_text(message)
    expect(explorer.locator("#divergences")).to_be_hidden()
    expect(explorer.locator("#state")).to_have_text("QUEUED")
    press(explorer, "turn")
    expect(explorer.locator("#state")).to_have_text("CONNECTING")


def test_a_file_that_is_too_large_is_not_read(explorer: Page, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    with path.open("wb") as file:
        file.truncate(16 * 1024 * 1024 + 1)
    explorer.get_by_label("Report", exact=True).set_input_files(path)
    expect(explorer.get_by_role("alert")).to_contain_text("x.json is larger than 16 MB, and was not read")


def test_a_good_report_takes_the_message_about_a_bad_one_away(explorer: Page, diverging: dict[str, Any]) -> None:
    drop(explorer, "")
    expect(explorer.get_by_role("alert")).to_be_visible()
    drop(explorer, json.dumps(diverging))
    expect(explorer.get_by_role("alert")).to_be_hidden()
