"""The handbook as a reader has it: in a real browser, from the file system and from a server, wide, narrow, printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

PAGES = (
    "index.html",
    "states/ERROR.html",
    "operations/resume.html",
    "hresults/BG_E_INVALID_STATE.html",
    "table.html",
    "backends/wine.html",
    "clauses/index.html",
    "pictures/index.html",
    "de/index.html",
    "de/operations/cancel.html",
)


@pytest.fixture
def home(handbook_folder: Path, context: BrowserContext) -> Page:
    """Open the home page from the file system."""
    page = context.new_page()
    page.goto(f"{handbook_folder.as_uri()}/index.html")
    return page


def _search(page: Page, text: str) -> list[str]:
    """Type a search; return the titles of what is found."""
    page.get_by_role("searchbox").fill(text)
    page.wait_for_selector("#search-found:not([hidden]) li")
    return page.locator("#search-found .found-title").all_inner_texts()


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("resume", "Resume"),
        ("IBackgroundCopyJob::Resume", "Resume"),
        ("add_file_with_ranges", "AddFileWithRanges"),
        ("AddFileWithRanges()", "AddFileWithRanges"),
        ("error", "ERROR"),
        ("transient error", "TRANSIENT_ERROR"),
        ("0x80200002", "BG_E_INVALID_STATE"),
        ("80200002", "BG_E_INVALID_STATE"),
        ("-2145386494", "BG_E_INVALID_STATE"),
        ("2149580802", "BG_E_INVALID_STATE"),
        ("0x80190194", "BG_E_HTTP_ERROR_404"),
        ("DO_E_EMPTY", "DO_E_JOB_EMPTY"),
        ("decision/13", "decision/13"),
        ("resume/empty", "resume/empty"),
        ("cancels a job idle 90 days", "state/expiry"),
    ],
)
def test_a_search_finds(home: Page, text: str, first: str) -> None:
    assert _search(home, text)[0] == first


def test_a_search_of_two_subjects_finds_both(home: Page) -> None:
    assert set(_search(home, "resume 0x80200002")[:2]) == {"Resume", "BG_E_INVALID_STATE"}


def test_a_search_that_finds_nothing_says_so(home: Page) -> None:
    assert _search(home, "xyzzy") == []
    assert home.locator("#search-found").inner_text() == "Nothing is found."
    assert home.locator(".search [role=status]").inner_text() == "Nothing is found."


def test_what_is_found_is_markup_of_nobody(home: Page) -> None:
    _search(home, "<img src=x>")
    assert home.locator("#search-found img").count() == 0


def test_a_search_works_by_keys_alone(home: Page) -> None:
    home.keyboard.press("/")
    home.keyboard.type("0x80200003")
    home.wait_for_selector("#search-found a")
    home.keyboard.press("ArrowDown")
    assert home.evaluate("document.activeElement.textContent").startswith("BG_E_EMPTY")
    home.keyboard.press("ArrowUp")
    assert home.evaluate("document.activeElement.id") == "search"
    home.keyboard.press("Enter")
    home.wait_for_url("**/hresults/BG_E_EMPTY.html")


def test_escape_leaves_a_search(home: Page) -> None:
    _search(home, "resume")
    home.keyboard.press("Escape")
    assert home.locator("#search-found").is_hidden()


def test_a_search_works_from_a_server(served: str, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{served}de/states/ERROR.html")
    assert _search(page, "0x80200002")[0] == "BG_E_INVALID_STATE"
    page.locator("#search-found a").first.click()
    page.wait_for_url("**/de/hresults/BG_E_INVALID_STATE.html")


def _shown(page: Page) -> set[str]:
    """Return the dialects of which anything is to be seen."""
    found: list[str] = page.locator("main [data-dialect]").evaluate_all(
        "all => all.filter(one => one.getClientRects().length).map(one => one.dataset.dialect)"
    )
    return set(found)


def test_a_dialect_is_chosen_and_remembered(root: str, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{root}operations/resume.html")
    assert _shown(page) == {"BITS"}
    page.get_by_text("Delivery Optimization", exact=True).first.click()
    assert _shown(page) == {"DO"}
    page.goto(f"{root}states/ERROR.html")
    assert _shown(page) == {"DO"}
    assert page.get_by_role("radio", name="Delivery Optimization").is_checked()


def test_a_dialect_is_chosen_by_keys(home: Page) -> None:
    home.get_by_role("radio", name="BITS").focus()
    home.keyboard.press("ArrowRight")
    assert _shown(home) == {"DO"}
    home.keyboard.press("ArrowRight")
    assert _shown(home) == {"BITS", "DO"}


def test_an_address_names_a_dialect_and_its_links_go_on_naming_it(root: str, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{root}states/ERROR.html?dialect=do")
    assert _shown(page) == {"DO"}
    page.get_by_role("link", name="Resume", exact=True).first.click()
    page.wait_for_url("**/operations/resume.html?dialect=do**")
    assert _shown(page) == {"DO"}


def test_a_place_of_the_other_dialect_is_never_hidden(handbook_folder: Path, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{handbook_folder.as_uri()}/operations/resume.html?dialect=do#row-resume-CONNECTING-1")
    row = page.locator("#row-resume-CONNECTING-1 tr")
    assert row.is_visible()
    assert _shown(page) == {"BITS"}


def test_a_page_of_one_dialect_hides_nothing(handbook_folder: Path, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{handbook_folder.as_uri()}/hresults/DO_E_INVALID_STATE.html?dialect=bits")
    assert _shown(page) == {"DO"}
    assert page.locator("fieldset.dialects").count() == 0


def test_without_scripts_both_dialects_are_shown(handbook_folder: Path, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{handbook_folder.as_uri()}/operations/resume.html")
    for dialect in ("BITS", "DO"):
        assert page.locator(f'main [data-dialect="{dialect}"]').first.is_visible()
    assert page.locator(".search").is_hidden()
    assert page.locator(".dialects").is_hidden()
    context.close()


@pytest.mark.parametrize("width", [360, 800, 1280])
def test_no_page_is_wider_than_its_window(handbook_folder: Path, context: BrowserContext, width: int) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    for path in PAGES:
        page.goto(f"{handbook_folder.as_uri()}/{path}?dialect=both")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_what_is_printed_is_the_page_without_its_head(home: Page) -> None:
    home.emulate_media(media="print")
    assert home.locator(".top").is_hidden()
    assert home.get_by_role("heading", level=1).is_visible()
    assert home.locator(".picture svg:visible").count() == 1


def test_a_link_of_a_picture_leads_to_its_page(home: Page) -> None:
    home.locator("a:has(#lifecycle-bits-state-ERROR)").click()
    home.wait_for_url("**/states/ERROR.html")
    assert home.get_by_role("heading", level=1).inner_text() == "ERROR"
