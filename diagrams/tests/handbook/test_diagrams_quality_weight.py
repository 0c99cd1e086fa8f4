"""Is the first page light: everything that a browser loads for it, counted in bytes, not in time?"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from copyjob.diagrams.language import CODES
from tests.handbook.kinds import in_language

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

FIRST_PAGE_BYTES_MAX = 300_000


def loaded(page: Page, served: str, folder: Path, address: str) -> dict[str, int]:
    """Open a page; return the size of every file that was asked for, by its path."""
    found: dict[str, int] = {}

    def note(url: str) -> None:
        path = urlsplit(url).path.lstrip("/")
        found[path] = (folder / path).stat().st_size

    page.on("request", lambda request: note(request.url))
    page.goto(served + address, wait_until="networkidle")
    return found


@pytest.mark.parametrize("code", CODES)
def test_the_first_page_with_all_that_it_loads_is_light(
    served: str, handbook_folder: Path, context: BrowserContext, code: str
) -> None:
    home = in_language(code, "index.html")
    found = loaded(context.new_page(), served, handbook_folder, home)
    assert {home, "assets/handbook.css", "assets/handbook.js", "assets/search.js"} <= set(found)
    assert sum(found.values()) < FIRST_PAGE_BYTES_MAX


@pytest.mark.parametrize("code", CODES)
def test_the_index_of_the_search_is_loaded_by_whoever_searches(
    served: str, handbook_folder: Path, context: BrowserContext, code: str
) -> None:
    page = context.new_page()
    found = loaded(page, served, handbook_folder, in_language(code, "index.html"))
    index = f"assets/search-{code}.js"
    assert index not in found
    with page.expect_response(lambda answer: answer.url.endswith(index)) as answered:
        page.get_by_role("searchbox").focus()
    assert answered.value.ok
