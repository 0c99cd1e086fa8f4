"""Three questions that readers bring, in a real browser: is what answers them in front of the reader after two clicks?

Law: what is asserted is words that a reader sees, in the window as it is after the click; nothing is scrolled here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.handbook.kinds import in_language

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

FOUND = "aria2: resume answered BG_E_INVALID_STATE"
MOVES = ("Complete: → ACKNOWLEDGED", "Cancel: → CANCELLED")
ASKED = [
    pytest.param(
        "en",
        "My job is in ERROR and Resume returns 0x80200002: why?",
        ("No rule lets Resume", "a job that is in another state by now", FOUND),
        id="why-en",
    ),
    pytest.param(
        "de",
        "Mein Auftrag ist in ERROR, und Resume gibt 0x80200002 zurück: Warum?",
        ("Keine Regel lässt Resume", "inzwischen in einem anderen Zustand", FOUND),
        id="why-de",
    ),
    pytest.param("en", "What may I call on a TRANSFERRED job?", MOVES, id="what-en"),
    pytest.param("de", "Was darf ich bei einem Auftrag in TRANSFERRED aufrufen?", MOVES, id="what-de"),
    pytest.param("en", "Does Cancel delete my files?", ("The job's temporary files are deleted",), id="deletes-en"),
    pytest.param(
        "de", "Löscht Cancel meine Dateien?", ("Die temporären Dateien des Auftrags werden gelöscht",), id="deletes-de"
    ),
]
"""The language, the question on the home page, and words that answer it."""

IN_WINDOW = """(words) => {
  const plain = (text) => text.replace(/\\s+/g, " ");
  const seen = (one) => {
    const { top, bottom, height } = one.getBoundingClientRect();
    return height > 0 && top >= 0 && bottom <= innerHeight;
  };
  const blocks = [...document.querySelectorAll("main p, main li, main dd, main blockquote, main q")].filter(seen);
  return words.filter((word) => !blocks.some((one) => plain(one.innerText).includes(word)));
}"""
"""Which words are in no block of text that is wholly in the window."""


def _home(page: Page, folder: Path, code: str) -> None:
    page.goto((folder / in_language(code, "index.html")).as_uri())


def _unseen(page: Page, words: tuple[str, ...]) -> list[str]:
    found: list[str] = page.evaluate(IN_WINDOW, [*words])
    return found


@pytest.mark.parametrize(("code", "question", "words"), ASKED)
def test_one_click_brings_the_answer_before_the_reader(
    handbook_folder: Path, context: BrowserContext, code: str, question: str, words: tuple[str, ...]
) -> None:
    page = context.new_page()
    _home(page, handbook_folder, code)
    page.get_by_role("link", name=question).click()
    page.wait_for_url("**/*.html#*")
    assert _unseen(page, words) == []


@pytest.mark.parametrize(("code", "question", "words"), ASKED)
def test_without_scripts_the_answer_is_the_same(
    handbook_folder: Path, browser: Browser, code: str, question: str, words: tuple[str, ...]
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    _home(page, handbook_folder, code)
    page.get_by_role("link", name=question).click()
    page.wait_for_url("**/*.html#*")
    for word in words:
        expect(page.locator("main").get_by_text(word.partition(":")[0]).first).to_be_visible()
    context.close()
