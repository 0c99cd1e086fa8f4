"""Do the pages of reports work in a browser, from the file system: nothing refused, nothing cut off, rows filtered?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from copyjob.diagrams.language import language
from copyjob.diagrams.report import report_html
from copyjob.diagrams.report_file import parse
from copyjob.diagrams.report_pair import pair_html
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

LEAVING = """
() => [...document.querySelectorAll("svg.cj g.note")].flatMap((note) => {
  const box = note.querySelector("path, polygon").getBoundingClientRect();
  const texts = [...note.querySelectorAll("text")];
  return texts.filter((text) => {
    const own = text.getBoundingClientRect();
    return own.left < box.left || own.right > box.right || own.top < box.top || own.bottom > box.bottom;
  }).map((text) => text.textContent);
})
"""
"""Which lines of a note are not inside of it."""


def opened(context: BrowserContext, folder: Path, text: str) -> tuple[Page, list[str]]:
    """Open a page from a file; return it with what the browser complains of."""
    path = folder / "report.html"
    path.write_text(text, encoding="utf-8")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(path.as_uri())
    return page, complaints


@pytest.mark.parametrize("code", ["en", "de"])
def test_a_page_is_shown_without_a_complaint(
    context: BrowserContext, tmp_path: Path, diverging: dict[str, Any], code: str
) -> None:
    _, complaints = opened(context, tmp_path, report_html(parse(diverging), language(code)))
    assert complaints == []


def test_a_page_of_two_reports_is_shown_without_a_complaint(
    context: BrowserContext, tmp_path: Path, conforming: dict[str, Any], diverging: dict[str, Any]
) -> None:
    both = {"a.json": parse(conforming), "b.json": parse(diverging)}
    page, complaints = opened(context, tmp_path, pair_html(both))
    assert complaints == []
    assert page.locator("svg.cj .edge.differs").count() > 0


@pytest.mark.parametrize(("code", "told"), [("en", "2 of {total} rows"), ("de", "2 von {total} Zeilen")])
def test_rows_are_filtered_and_counted_in_the_readers_language(
    context: BrowserContext, tmp_path: Path, diverging: dict[str, Any], code: str, told: str
) -> None:
    page, _ = opened(context, tmp_path, report_html(parse(diverging), language(code)))
    form = page.locator("form.filter").first
    form.locator("select[name=verdict]").select_option("diverges")
    assert form.locator("output").text_content() == told.format(total=len(table(Dialect.BITS).rows))
    rows = page.locator("table.rows").first.locator("tbody tr:visible th")
    assert rows.all_text_contents() == ["resume/SUSPENDED/2", "transient_fault/TRANSFERRING/1"]


@pytest.mark.parametrize("width", [800, 420])
def test_a_page_is_no_wider_than_its_window(
    context: BrowserContext, tmp_path: Path, conforming: dict[str, Any], diverging: dict[str, Any], width: int
) -> None:
    both = {"a.json": parse(conforming), "b.json": parse(diverging)}
    for text in (report_html(parse(diverging)), pair_html(both)):
        page, _ = opened(context, tmp_path, text)
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_no_line_of_a_note_leaves_its_box(context: BrowserContext, tmp_path: Path, diverging: dict[str, Any]) -> None:
    diverging["runs"][0]["divergences"][1]["observation"] = (
        "get_error answered BG_E_ERROR_INFORMATION_UNAVAILABLE (0x8020000F), after get_progress told 0 of 1 files"
    )
    page, _ = opened(context, tmp_path, report_html(parse(diverging)))
    assert page.locator("svg.cj g.note").count() == 2
    assert page.evaluate(LEAVING) == []
