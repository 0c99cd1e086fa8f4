"""Printed on A4: is nothing cut off, is nothing there that only a screen needs, and is it dark on light?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from copyjob.diagrams import style
from copyjob.diagrams.language import CODES
from tests.handbook.kinds import KINDS, in_language

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

A4_WIDTH = 718
"""CSS pixels between margins of 1 cm."""


@pytest.fixture(scope="module")
def paper(browser: Browser) -> Iterator[Page]:
    """Open a page as it is printed on A4, by somebody who prefers dark on a screen."""
    context = browser.new_context(viewport={"width": A4_WIDTH, "height": 1047})
    page = context.new_page()
    page.emulate_media(media="print", color_scheme="dark")
    yield page
    context.close()


def cut_off(page: Page) -> list[str]:
    """Return what reaches over the edges of the paper, or is hidden by what it stands in."""
    found: list[str] = page.evaluate("""() => {
        const found = [];
        for (const one of document.body.querySelectorAll("*")) {
            if (!one.getClientRects().length || one.closest(".unseen")) continue;
            const { left, right } = one.getBoundingClientRect();
            const hides = getComputedStyle(one).overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1;
            if (left < -1 || right > innerWidth + 1 || (hides && !one.closest("svg"))) found.push(one);
        }
        return found.map((one) => one.outerHTML.slice(0, 100));
    }""")
    return found


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("address", KINDS.values(), ids=KINDS)
def test_nothing_is_cut_off(handbook_folder: Path, paper: Page, address: str, code: str) -> None:
    paper.goto(f"{(handbook_folder / in_language(code, address)).as_uri()}?dialect=both")
    assert cut_off(paper) == []


@pytest.mark.parametrize("address", KINDS.values(), ids=KINDS)
def test_what_is_printed_is_the_text_alone_and_dark_on_light(handbook_folder: Path, paper: Page, address: str) -> None:
    paper.goto((handbook_folder / address).as_uri())
    shown = "all => all.filter((one) => one.getClientRects().length).map((one) => one.outerHTML.slice(0, 80))"
    assert paper.locator("header, nav, footer, .skip, .here, form, button").evaluate_all(shown) == []
    assert paper.get_by_role("heading", level=1).is_visible()
    light = tuple(int(style.TEXT.light[at : at + 2], 16) for at in (1, 3, 5))
    assert paper.evaluate("getComputedStyle(document.body).color") == f"rgb{light}"


def test_a_page_outside_is_told_by_its_address(handbook_folder: Path, paper: Page) -> None:
    paper.goto((handbook_folder / KINDS["clause"]).as_uri())
    link = paper.locator("main a[href^=https]").first
    behind = link.evaluate("one => getComputedStyle(one, '::after').content")
    assert behind == f'" (" "{link.get_attribute("href")}" ")"' or behind == f'" ({link.get_attribute("href")})"'


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("name", ["wine", "aria2", "pair"])
def test_nothing_of_a_report_is_cut_off(reports_folder: Path, paper: Page, name: str, code: str) -> None:
    paper.goto((reports_folder / f"{name}-{code}.html").as_uri())
    assert cut_off(paper) == []
