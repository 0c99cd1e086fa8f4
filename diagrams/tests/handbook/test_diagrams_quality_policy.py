"""With the policy of the pages on: does the browser refuse nothing, miss nothing, and complain of nothing?

Each kind of page is opened from the file system and from a server, and a picture that stands alone besides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.handbook.kinds import KINDS, PICTURE, complaints

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext


@pytest.mark.parametrize("address", [*KINDS.values(), PICTURE, "de/index.html", "de/explorer.html"])
def test_nothing_is_refused_or_missing(root: str, context: BrowserContext, address: str) -> None:
    page = context.new_page()
    with complaints(page) as found:
        page.goto(root + address)
        if address.endswith(".html"):
            # A style sheet that is refused would leave the head without its ground; a script, without its search.
            assert page.locator(".top").evaluate("one => getComputedStyle(one).backgroundColor") != "rgba(0, 0, 0, 0)"
            page.get_by_role("searchbox").fill("0x80200002")
            page.wait_for_selector("#search-found:not([hidden]) a")
    assert found == []


def test_every_thumbnail_is_shown(root: str, context: BrowserContext) -> None:
    page = context.new_page()
    with complaints(page) as found:
        page.goto(f"{root}{KINDS['pictures']}?dialect=both")
        for image in page.locator(".gallery img").all():
            image.scroll_into_view_if_needed()
            image.evaluate("one => one.complete || new Promise((done) => { one.onload = one.onerror = done; })")
        assert page.evaluate("[...document.images].filter((one) => !one.naturalWidth).map((one) => one.src)") == []
    assert found == []


@pytest.mark.parametrize("address", ["index.html", "explorer.html"])
def test_a_script_that_gets_into_a_page_is_refused(root: str, context: BrowserContext, address: str) -> None:
    page = context.new_page()
    with complaints(page) as found:
        page.goto(root + address)
        page.evaluate("""() => {
            const script = document.createElement("script");
            script.textContent = "globalThis.broken = true;";
            document.body.append(script);
        }""")
        page.evaluate("() => { document.body.setAttribute('style', 'display:none'); }")
    assert page.evaluate("globalThis.broken") is None
    assert page.get_by_role("heading", level=1).is_visible()
    assert [text.split()[4] for text in found if text.startswith("refused by the policy")] == [
        "script-src-elem",
        "style-src-attr",
    ]


def test_nothing_is_asked_of_anybody_else(served: str, context: BrowserContext) -> None:
    page = context.new_page()
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    for address in ("index.html", "explorer.html"):
        page.goto(served + address)
        page.get_by_role("searchbox").fill("resume")
        page.wait_for_selector("#search-found:not([hidden]) a")
    assert [url for url in asked if not url.startswith(served)] == []
    assert len(asked) > 10
