"""By keyboard alone: is everything reached that a pointer reaches, and is it seen where the keyboard is?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

REACHABLE = """() => {
  const found = document.querySelectorAll("a, button, input, select, textarea, summary");
  const shown = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled;
  return [...new Set([...found].filter(shown).map((one) => copyjobName(one)))];
}"""
"""What a pointer can use; links by where they lead, the buttons of a choice by their name."""

FOCUSED = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  // The look of a choice is that of the words behind its button.
  const drawn = one.type === "radio" && getComputedStyle(one).opacity === "0" ? one.nextElementSibling : one;
  const { outlineStyle, outlineWidth } = getComputedStyle(drawn);
  const { left, right, top, bottom } = drawn.getBoundingClientRect();
  const within = right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;
  const ringed = ["solid", "auto"].includes(outlineStyle) && parseFloat(outlineWidth) >= 1;
  return { name: copyjobName(one), seen: within && ringed };
}"""

NAMES = """globalThis.copyjobName = (one) => {
  const address = one.getAttribute("href") ?? one.getAttribute("xlink:href");
  return address ?? (one.type === "radio" ? `one of ${one.name}` : one.id || one.textContent.trim());
};"""

STOPS_MAX = 400


def walk(page: Page) -> dict[str, bool]:
    """Go through a page by Tab, from its beginning to its end; return what was reached, and whether it was seen."""
    found: dict[str, bool] = {}
    for _ in range(STOPS_MAX):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at is None:
            return found
        found[at["name"]] = found.get(at["name"], True) and at["seen"]
    raise AssertionError(f"there is no end after {STOPS_MAX} stops")


@pytest.fixture
def page(context: BrowserContext) -> Page:
    opened = context.new_page()
    opened.add_init_script(NAMES)
    return opened


@pytest.mark.parametrize(
    ("address", "width"), [("index.html", 1280), ("de/index.html", 360), ("states/ACKNOWLEDGED.html", 1280)]
)
def test_everything_is_reached_and_seen(handbook_folder: Path, page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((handbook_folder / address).as_uri())
    reached = walk(page)
    assert set(page.evaluate(REACHABLE)) - set(reached) == set()
    assert [name for name, seen in reached.items() if not seen] == []


def test_everything_of_a_run_is_reached_and_seen(handbook_folder: Path, page: Page) -> None:
    page.goto((handbook_folder / "explorer.html").as_uri())
    page.get_by_role("button", name="Create the job").click()
    page.get_by_role("button", name="AddFile", exact=True).click()
    # The keyboard is at the button: the first walk goes from there to the end, the second from the beginning.
    reached = walk(page) | walk(page)
    assert set(page.evaluate(REACHABLE)) - set(reached) == set()
    assert [name for name, seen in reached.items() if not seen] == []


def test_a_ring_is_drawn_around_what_is_focused_in_a_picture(handbook_folder: Path, page: Page) -> None:
    page.goto((handbook_folder / "index.html").as_uri())
    state = page.locator("#lifecycle-bits-state-ERROR")
    state.scroll_into_view_if_needed()
    before = page.screenshot()
    page.locator("a:has(#lifecycle-bits-state-ERROR)").focus()
    assert page.evaluate(FOCUSED)["name"] == "states/ERROR.html"
    assert page.screenshot() != before


def _tab_to(page: Page, name: str) -> None:
    for _ in range(STOPS_MAX):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED)["name"] == name:
            return


def test_a_dialect_is_chosen_and_kept(handbook_folder: Path, page: Page) -> None:
    page.goto((handbook_folder / "index.html").as_uri())
    _tab_to(page, "one of dialect")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="Life cycle")).to_be_visible()
    expect(page.get_by_role("link", name="Life cycle of a DO job")).to_be_visible()
    _tab_to(page, "states/ERROR.html")
    page.keyboard.press("Enter")
    page.wait_for_url("**/states/ERROR.html*")
    expect(page.get_by_role("radio", name="Delivery Optimization")).to_be_checked()


def test_a_search_leads_to_a_page_and_the_first_stop_there_is_its_text(handbook_folder: Path, page: Page) -> None:
    page.goto((handbook_folder / "index.html").as_uri())
    _tab_to(page, "search")
    page.keyboard.type("transient fault")
    page.wait_for_selector("#search-found a")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/events/transient_fault.html")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == {"name": "#main", "seen": True}
    page.keyboard.press("Enter")
    page.wait_for_url("**#main")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
