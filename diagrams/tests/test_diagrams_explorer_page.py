"""The explorer as a reader drives it: mouse, keyboard and addresses, in a real browser, from the file system."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Locator, Page

TO_TRANSFERRED = ("AddFile", "Resume", "turn", "connect", "file_done", "all_done")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def create(page: Page) -> None:
    button(page, "Create the job").click()


def press(page: Page, *names: str) -> None:
    for name in names:
        button(page, name).click()


def state(page: Page) -> Locator:
    return page.locator("#state")


def told(page: Page) -> Locator:
    return page.locator("#told")


def problem(page: Page) -> Locator:
    return page.get_by_role("alert")


def test_a_job_is_led_from_its_creation_to_its_end(explorer: Page) -> None:
    create(explorer)
    expect(state(explorer)).to_have_text("SUSPENDED")
    press(explorer, *TO_TRANSFERRED)
    expect(state(explorer)).to_have_text("TRANSFERRED")
    press(explorer, "Complete")
    expect(state(explorer)).to_have_text("ACKNOWLEDGED")


def test_a_refusal_is_shown_with_hresult_rule_and_clauses(explorer: Page) -> None:
    create(explorer)
    press(explorer, "Resume")
    expect(explorer.locator("#answer")).to_contain_text("BG_E_EMPTY (0x80200003)")
    expect(explorer.locator("#answer")).to_contain_text("refused")
    rule = explorer.locator("#rule")
    expect(rule.get_by_role("link", name="resume/SUSPENDED/1")).to_have_attribute(
        "href", "operations/resume.html#row-resume-SUSPENDED-1"
    )
    for text in ("MUST", "documented", "it has no file", "resume/empty", "decision/13"):
        expect(rule).to_contain_text(text)


def test_a_decided_rule_bears_its_badge(explorer: Page) -> None:
    create(explorer)
    press(explorer, "AddFile", "Resume", "turn", "connect", "file_done", "Suspend", "Resume")
    press(explorer, "BG_E_EMPTY, and the job is in SUSPENDED")
    expect(explorer.locator("#rule .badge.decided")).to_have_text("decided")


def test_what_happened_is_told_in_a_live_region(explorer: Page) -> None:
    create(explorer)
    press(explorer, "AddFile", "Resume")
    expect(told(explorer)).to_have_text("Resume answered S_OK: the job is now in QUEUED.")
    expect(told(explorer)).to_have_attribute("aria-live", "polite")
    press(explorer, "turn")
    expect(told(explorer)).to_have_text("turn happened: the job is now in CONNECTING.")


def test_the_facts_follow_and_the_changed_ones_are_marked(explorer: Page) -> None:
    create(explorer)
    press(explorer, "AddFile")
    facts = explorer.locator("#facts")
    expect(facts).to_contain_text("Files1 ● changed")
    press(explorer, "Resume")
    expect(facts).not_to_contain_text("changed")


def test_the_diagram_shows_the_state_and_the_arrow_taken_last(explorer: Page) -> None:
    create(explorer)
    press(explorer, "AddFile", "Resume")
    expect(explorer.locator("#bits-picture .now")).to_have_id("bits-state-QUEUED")
    expect(explorer.locator("#bits-picture .last")).to_have_id("bits-edge-SUSPENDED-resume-QUEUED")


def test_an_arrow_that_leaves_a_class_of_states_is_found(explorer: Page) -> None:
    create(explorer)
    press(explorer, "AddFile", "Resume", "Cancel")
    last = explorer.locator("#bits-picture .last")
    expect(last).to_have_count(1)
    expect(last).to_have_id(re.compile(r"^bits-edge-not_final-.*cancel.*-CANCELLED$"))


def test_a_move_that_is_no_arrow_of_the_picture_is_drawn_beside(explorer: Page) -> None:
    explorer.get_by_text("More than the life cycle").click()
    explorer.get_by_label("A network that goes away").check()
    create(explorer)
    press(explorer, "AddFile", "Resume", "network_lost")
    expect(state(explorer)).to_have_text("TRANSIENT_ERROR")
    expect(explorer.locator("#bits-picture .last")).to_have_count(0)
    expect(explorer.locator("#bits-picture .beside.event")).to_have_count(1)


def test_only_what_the_origin_brings_about_can_happen(explorer: Page) -> None:
    create(explorer)
    press(explorer, "AddFile", "Resume", "turn", "connect")
    fault = button(explorer, "fatal_fault")
    expect(fault).to_be_hidden()
    expect(explorer.locator("#held-back")).to_contain_text("fatal_fault")
    explorer.get_by_label("From now on").select_option("404")
    expect(button(explorer, "file_done")).to_be_hidden()
    fault.click()
    expect(state(explorer)).to_have_text("ERROR")


def test_a_fault_that_may_be_taken_either_way_is_the_readers_to_choose(explorer: Page) -> None:
    create(explorer)
    explorer.get_by_label("From now on").select_option("408")
    press(explorer, "AddFile", "Resume", "turn", "ambiguous_fault")
    dialog = explorer.get_by_role("dialog")
    expect(dialog).to_contain_text("The table permits several outcomes of ambiguous_fault.")
    dialog.get_by_role("button", name="The job is in ERROR").click()
    expect(state(explorer)).to_have_text("ERROR")


def test_any_answer_is_one_of_the_permitted_ones(explorer: Page) -> None:
    create(explorer)
    explorer.get_by_label("From now on").select_option("408")
    press(explorer, "AddFile", "Resume", "turn", "ambiguous_fault", "Any of the permitted ones")
    expect(state(explorer)).to_have_text(re.compile("^(TRANSIENT_ERROR|ERROR)$"))


def test_a_choice_that_is_escaped_takes_no_step_and_gives_the_focus_back(explorer: Page) -> None:
    create(explorer)
    explorer.get_by_label("From now on").select_option("408")
    press(explorer, "AddFile", "Resume", "turn", "ambiguous_fault")
    explorer.keyboard.press("Escape")
    expect(explorer.get_by_role("dialog")).to_be_hidden()
    expect(state(explorer)).to_have_text("CONNECTING")
    expect(button(explorer, "ambiguous_fault")).to_be_focused()


def test_an_answer_that_breaks_a_recommendation_says_so(explorer: Page) -> None:
    create(explorer)
    explorer.get_by_label("From now on").select_option("503")
    press(explorer, "AddFile", "Resume", "turn", "connect", "transient_fault")
    expect(explorer.get_by_role("dialog")).to_contain_text("The job is in ERROR (breaks a recommendation)")


def test_the_last_step_is_taken_back(explorer: Page) -> None:
    create(explorer)
    press(explorer, "AddFile", "Resume", "Take the last step back")
    expect(state(explorer)).to_have_text("SUSPENDED")
    history = explorer.locator("#history li")
    expect(history).to_have_text(["A job was created: it is in SUSPENDED.", re.compile("^AddFile answered S_OK")])
    expect(history.nth(1)).to_have_attribute("aria-current", "step")
    press(explorer, "Take the last step back")
    expect(button(explorer, "Take the last step back")).to_be_disabled()


def test_what_the_origin_did_before_comes_back_with_a_step_taken_back(explorer: Page) -> None:
    create(explorer)
    explorer.get_by_label("From now on").select_option("404")
    press(explorer, "Take the last step back")
    expect(explorer.get_by_label("From now on")).to_have_value("serve")


def test_a_run_is_restored_from_its_address_in_a_new_page(explorer: Page, context: BrowserContext) -> None:
    explorer.get_by_text("More than the life cycle").click()
    explorer.get_by_label("Uploads").check()
    explorer.get_by_label("Kind of job").select_option("UPLOAD_REPLY")
    create(explorer)
    explorer.get_by_label("From now on").select_option("503")
    press(explorer, "AddFile", "Resume", "turn", "connect", "transient_fault")
    history = explorer.locator("#history").inner_text()
    other = context.new_page()
    other.goto(explorer.get_by_label("Address of this run").input_value())
    expect(state(other)).to_have_text("TRANSIENT_ERROR")
    assert other.locator("#history").inner_text() == history
    expect(other.locator("#facts")).to_contain_text("UPLOAD_REPLY")
    expect(other.get_by_label("From now on")).to_have_value("503")


def test_loading_the_page_again_keeps_the_run(explorer: Page) -> None:
    create(explorer)
    press(explorer, "AddFile", "Resume")
    explorer.reload()
    expect(state(explorer)).to_have_text("QUEUED")


def test_an_address_is_short(explorer: Page) -> None:
    create(explorer)
    press(explorer, *TO_TRANSFERRED, "Complete")
    assert len(explorer.get_by_label("Address of this run").input_value().partition("#")[2]) < 120


BAD_ADDRESSES = {
    "run=2~BITS~~0~~x": "has form 2; this page reads form 1",
    "run=1~BITS~~0~add_file1~zzz": "does not fit the table",
    "run=1~BITS~~0~resume9~zzz": "does not fit the table",
    "run=1~BITS~~0~complete1": "does not fit the table",
    "run=1~constructor~~0~~x": "does not fit the table",
    "run=1~BITS~nothing~0~~x": "does not fit the table",
    "run=1~BITS~~9~~x": "does not fit the table",
    "run=1~BITS~~0~@nowhere~x": "does not fit the table",
    "run=1~DO~~0~" + "add_file1," * 1200 + "~x": "does not fit the table",
    "run=1~DO~~0~" + "add_file1," * 3000 + "~x": "is no run of this page",
    "some/other%page": "#some/other%page, is no run of this page",
    "<img src=x onerror=alert(1)>": "is no run of this page",
}


@pytest.mark.parametrize("hash_", BAD_ADDRESSES, ids=lambda text: text[:24])
def test_a_foreign_or_stale_address_is_one_message_and_the_run_stays(explorer: Page, hash_: str) -> None:
    create(explorer)
    press(explorer, "AddFile", "Resume")
    explorer.evaluate("(hash) => { location.hash = hash; }", hash_)
    expect(problem(explorer)).to_contain_text(BAD_ADDRESSES[hash_])
    expect(state(explorer)).to_have_text("QUEUED")
    assert explorer.locator("#problem *").count() == 0


def test_a_run_is_not_shown_where_a_rule_of_it_has_changed(explorer: Page) -> None:
    create(explorer)
    press(explorer, "AddFile", "Resume")
    changed = """(hash) => {
        const { read } = copyjobExplorer.share;
        const table = structuredClone(copyjobTables.BITS);
        const row = table.rows.find(({ id }) => id === "resume/SUSPENDED/2");
        row.answers[0].dest = "CONNECTING";
        try { read(hash, { BITS: table }, ["serve"]); return "read"; } catch (error) { return error.why; }
    }"""
    hash_ = explorer.get_by_label("Address of this run").input_value().partition("#")[2]
    assert explorer.evaluate(changed, hash_) == "stale"


def test_everything_can_be_reached_and_done_by_keyboard(explorer: Page) -> None:
    button(explorer, "Create the job").focus()
    explorer.keyboard.press("Enter")
    button(explorer, "AddFile").focus()
    explorer.keyboard.press("Space")
    expect(button(explorer, "AddFile")).to_be_focused()
    button(explorer, "Resume").focus()
    explorer.keyboard.press("Enter")
    button(explorer, "turn").focus()
    explorer.keyboard.press("Enter")
    # The button has gone: whoever pressed it is at the sentence that says what came of it.
    expect(told(explorer)).to_be_focused()


def test_a_run_ends_before_its_address_could_not_be_read_any_more(explorer: Page) -> None:
    explorer.evaluate("""() => {
        const { engine, share } = copyjobExplorer;
        const run = new share.Run(new engine.Machine(copyjobTables.BITS, []), 0, "serve");
        for (let at = 0; at < share.STEPS_MAX; at += 1) {
            const row = run.machine.rowAt("add_file", run.configuration);
            run.take(row, row.answers[0]);
        }
        location.hash = share.write(run);
    }""")
    expect(explorer.locator("#history li")).to_have_count(501)
    press(explorer, "AddFile")
    expect(problem(explorer)).to_contain_text("at most 500 steps")
    expect(explorer.locator("#history li")).to_have_count(501)


@pytest.mark.parametrize("dialect", Dialect)
def test_every_operation_of_the_life_cycle_has_its_button(explorer: Page, dialect: Dialect) -> None:
    explorer.locator(f"input[name=service][value={dialect.value}]").check()
    create(explorer)
    labels = explorer.locator("#operations button").evaluate_all("(found) => found.map((one) => one.dataset.label)")
    assert sorted(labels) == sorted(operation.value for operation in table(dialect).operations)


def test_delivery_optimization_shows_its_own_picture_and_names(explorer: Page) -> None:
    explorer.get_by_role("radio", name="Delivery Optimization").check()
    create(explorer)
    press(explorer, "AddFileWithRanges", "Resume", "S_OK, and the job is in QUEUED", "turn")
    expect(state(explorer)).to_have_text("TRANSFERRING")
    expect(explorer.locator("#do-picture .now")).to_have_id("do-state-TRANSFERRING")
    expect(explorer.locator("#bits-picture")).to_be_hidden()


def test_an_address_may_name_the_dialect_to_begin_with(explorer_file: Path, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{explorer_file.as_uri()}?dialect=do")
    expect(page.locator("#do-picture")).to_be_visible()
    create(page)
    expect(page.locator("#do-picture .now")).to_have_id("do-state-SUSPENDED")


def test_the_page_breaks_no_policy_and_no_script_fails(explorer_file: Path, context: BrowserContext) -> None:
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.goto(explorer_file.as_uri())
    create(page)
    press(page, *TO_TRANSFERRED)
    assert wrong == []


def test_it_speaks_german_in_the_german_handbook(german_explorer_file: Path, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(german_explorer_file.as_uri())
    button(page, "Auftrag erstellen").click()
    press(page, "Resume")
    expect(told(page)).to_have_text(
        "Resume wurde mit BG_E_EMPTY abgelehnt: Nichts hat sich geändert, der Auftrag bleibt in SUSPENDED."
    )
    expect(page.locator("#rule")).to_contain_text("er hat keine Datei")


def test_whoever_goes_on_in_another_language_takes_the_run_along(explorer: Page, german_explorer_file: Path) -> None:
    create(explorer)
    press(explorer, "AddFile", "Resume")
    explorer.get_by_role("navigation", name="Languages").get_by_role("link", name="de").click()
    expect(explorer).to_have_url(re.compile(re.escape(german_explorer_file.as_uri())))
    expect(state(explorer)).to_have_text("QUEUED")
    expect(told(explorer)).to_have_text(
        "Aus der Adresse wurde ein Ablauf übernommen (Schritte: 2): Der Auftrag ist in QUEUED."
    )
