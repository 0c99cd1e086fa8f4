"""Does axe find nothing that shuts anybody out: WCAG 2 up to level AA and best practices, on a page of every kind?

Laws: the pages are opened as readers open them, from the file system and with their policy on: what a browser's
debugger runs in a page is no script of the page, so that the policy need not be put aside. What depends on colours is
asked in light and in dark; the rest does not change with them, and is asked wide and narrow. Colours are those of the
first dialect that a reader sees; the rest is asked of both dialects at once.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal

import pytest

from copyjob.diagrams.handbook.rendering import TEMPLATES
from copyjob.diagrams.language import language
from copyjob.diagrams.report import report_html
from copyjob.diagrams.report_file import parse
from copyjob.diagrams.report_pair import pair_html
from tests.handbook.kinds import KINDS, in_language

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from playwright.sync_api import Browser, Page

Scheme = Literal["light", "dark"]
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
COLOURS = ("color-contrast", "link-in-text-block")

RUN = """async (options) => {
  const { violations } = await axe.run(document, options);
  const places = (nodes) => nodes.map(({ target }) => target.join(" ")).join(", ");
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${places(nodes)}`);
}"""

ASKED: Mapping[str, object] = {"resultTypes": ["violations"], "preload": False}
"""Nothing is fetched: the policy would refuse it."""
EVERYTHING: Mapping[str, object] = {**ASKED, "runOnly": {"type": "tag", "values": [*TAGS]}}
LOOKS: Mapping[str, object] = {**ASKED, "runOnly": {"type": "rule", "values": [*COLOURS]}}
STRUCTURE: Mapping[str, object] = {**EVERYTHING, "rules": {name: {"enabled": False} for name in COLOURS}}


@pytest.fixture(scope="session")
def axe() -> str:
    """Return axe as a script."""
    if find_spec("axe_playwright_python") is None:
        pytest.skip("axe is not installed: there is no package axe_playwright_python")
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """Open a page that goes from one to the next; what it is shown in is set by each test."""
    context = browser.new_context(reduced_motion="reduce")
    yield context.new_page()
    context.close()


def found(page: Page, axe: str, options: Mapping[str, Any] = EVERYTHING) -> list[str]:
    """Return what axe has to say against a page as it is shown."""
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(axe)
    violations: list[str] = page.evaluate(RUN, options)
    return violations


def at(page: Page, width: int, scheme: Scheme = "light") -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)


def test_every_template_has_its_page_here() -> None:
    templates = {path.name.partition(".")[0] for path in (files("copyjob.diagrams") / TEMPLATES).iterdir()}
    assert set(KINDS) - {"decision"} == templates - {"layout", "parts"}


def test_axe_finds_what_is_wrong(handbook_folder: Path, page: Page, axe: str) -> None:
    at(page, 1280)
    page.goto((handbook_folder / "index.html").as_uri())
    page.evaluate("document.documentElement.removeAttribute('lang')")
    page.locator(".lead").evaluate("one => { one.style.color = 'rgb(150, 150, 150)'; }")
    assert {each.partition(":")[0] for each in found(page, axe)} == {"html-has-lang", "color-contrast"}


@pytest.mark.parametrize(("code", "width"), [("en", 1280), ("en", 360), ("de", 360)])
@pytest.mark.parametrize("address", KINDS.values(), ids=KINDS)
def test_nothing_shuts_anybody_out(
    handbook_folder: Path, page: Page, axe: str, address: str, code: str, width: int
) -> None:
    at(page, width)
    page.goto(f"{(handbook_folder / in_language(code, address)).as_uri()}?dialect=both")
    assert found(page, axe, STRUCTURE) == []


@pytest.mark.parametrize(("scheme", "code", "width"), [("light", "en", 1280), ("dark", "de", 360)])
@pytest.mark.parametrize("address", KINDS.values(), ids=KINDS)
def test_every_text_stands_out_from_its_ground(
    handbook_folder: Path, page: Page, axe: str, address: str, scheme: Scheme, code: str, width: int
) -> None:
    at(page, width, scheme)
    page.goto((handbook_folder / in_language(code, address)).as_uri())
    assert found(page, axe, LOOKS) == []


@pytest.mark.parametrize(("scheme", "text"), [("light", "resume 0x80200002"), ("dark", "xyzzy")])
def test_what_a_search_finds_shuts_nobody_out(
    handbook_folder: Path, page: Page, axe: str, scheme: Scheme, text: str
) -> None:
    at(page, 1280, scheme)
    page.goto((handbook_folder / "clauses" / "cancel-any.html").as_uri())
    page.get_by_role("searchbox").fill(text)
    page.wait_for_selector("#search-found:not([hidden]) li")
    assert found(page, axe) == []


def test_a_run_of_the_explorer_shuts_nobody_out(handbook_folder: Path, page: Page, axe: str) -> None:
    at(page, 1280)
    page.goto((handbook_folder / "explorer.html").as_uri())
    page.get_by_role("button", name="Create the job").click()
    page.get_by_label("From now on").select_option("408")
    for name in ("AddFile", "Resume", "turn", "ambiguous_fault"):
        page.get_by_role("button", name=name, exact=True).click()
    assert page.get_by_role("dialog").is_visible()
    assert found(page, axe) == []
    page.get_by_role("button", name="The job is in ERROR").click()
    at(page, 360, "dark")
    assert found(page, axe) == []


def test_a_replay_shuts_nobody_out(handbook_folder: Path, page: Page, axe: str, diverging_file: Path) -> None:
    at(page, 1280)
    page.goto((handbook_folder / "explorer.html").as_uri())
    page.get_by_label("Report").set_input_files(diverging_file)
    page.locator("#divergences-list button").first.click()
    page.get_by_role("button", name="Last", exact=True).click()
    assert page.locator("#replay-verdict").is_visible()
    assert found(page, axe) == []
    page.emulate_media(color_scheme="dark")
    assert found(page, axe, LOOKS) == []


@pytest.mark.parametrize(("code", "scheme", "width"), [("en", "light", 1280), ("de", "dark", 360)])
def test_the_page_of_a_report_shuts_nobody_out(
    page: Page,
    axe: str,
    tmp_path: Path,
    diverging: dict[str, Any],
    code: str,
    scheme: Scheme,
    width: int,
) -> None:
    path = tmp_path / "report.html"
    path.write_text(report_html(parse(diverging), language(code)), encoding="utf-8")
    at(page, width, scheme)
    page.goto(path.as_uri())
    assert found(page, axe) == []


def test_the_page_of_two_reports_shuts_nobody_out(
    page: Page, axe: str, tmp_path: Path, conforming: dict[str, Any], diverging: dict[str, Any]
) -> None:
    path = tmp_path / "pair.html"
    path.write_text(pair_html({"a.json": parse(conforming), "b.json": parse(diverging)}), encoding="utf-8")
    at(page, 1280)
    page.goto(path.as_uri())
    assert found(page, axe) == []
