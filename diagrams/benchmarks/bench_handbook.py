"""How long a handbook takes: made from nothing, with nothing changed, checked; and its first page: how much it weighs,
and when it answers.

Run it as a program; it prints medians of seconds, the start of the process included, and bytes. Each command is run in
a process of its own, as whoever types it has it. A page answers when its search field has taken a key, when the first
results stand beneath it, when a click on the other dialect shows that one: from the begin of the navigation, in a
headless browser that has seen no page of the handbook before, the way of each key and click to it included.
"""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HOMES = ("index.html", "de/index.html")
ROUNDS = 5
COLD_ROUNDS = 3
COLD_SECONDS_MAX = 20.0
UNCHANGED_SECONDS_MAX = 3.0
FIRST_PAGE_BYTES_MAX = 300_000
ANSWERS_SECONDS_MAX = 1.0
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def seconds(folder: Path, *options: str) -> float:
    start = time.perf_counter()
    command = [sys.executable, "-m", "copyjob.spec.cli", "handbook", "-o", str(folder), *options]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def first_page_bytes(folder: Path, home: str) -> int:
    """Return the weight of a page with all that it loads: style sheet, scripts and icon."""
    page = folder / home
    text = page.read_text(encoding="utf-8")
    loaded: list[str] = re.findall(r'<(?:script src|link rel="(?:stylesheet|icon)" href)="([^"]+)"', text)
    files = [page, *((page.parent / one).resolve() for one in loaded)]
    return sum(path.stat().st_size for path in files)


def takes_a_key(page: Page) -> None:
    # A function that the browser itself asks again and again is what the policy of the page refuses.
    while not page.evaluate("document.activeElement?.id === 'search'"):
        page.keyboard.press("/")
    page.keyboard.type("r")
    while page.evaluate("document.querySelector('#search').value") != "r":
        pass


def finds(page: Page) -> None:
    takes_a_key(page)
    page.wait_for_selector("#search-found:not([hidden]) a")


def switches(page: Page) -> None:
    page.locator("fieldset.dialects label").nth(1).click()
    page.wait_for_selector("html[data-shown=DO]")


def answers_seconds(browser: Browser, home: Path, ask: Callable[[Page], None]) -> float:
    """Return how long after the begin of a navigation a page has answered."""
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(home.as_uri(), wait_until="commit")
    ask(page)
    milliseconds: float = page.evaluate("performance.now()")
    context.close()
    return milliseconds / 1000


def answers(folder: Path) -> float | None:
    """Print when the first pages answer; return the slowest median. None: there is no browser."""
    program = next((path for path in map(shutil.which, BROWSERS) if path is not None), None)
    if program is None:
        print(f"when the first page answers is not measured: none of {', '.join(BROWSERS)} is on PATH")
        return None
    from playwright.sync_api import sync_playwright

    found: list[float] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for name, ask in (("a key", takes_a_key), ("a search", finds), ("a click on a dialect", switches)):
            for home in HOMES:
                taken = statistics.median(answers_seconds(browser, folder / home, ask) for _ in range(ROUNDS))
                print(f"{f'{home} answers {name}':42}{taken:9.2f} s")
                found.append(taken)
        browser.close()
    return max(found)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folders = [Path(name) / f"site-{number}" for number in range(COLD_ROUNDS)]
        cold = statistics.median(map(seconds, folders))
        folder = folders[0]
        files = [path for path in folder.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        print(f"{'from nothing':42}{cold:9.2f} s  ({len(files)} files, {size / 1e6:.1f} MB)")
        unchanged = statistics.median(seconds(folder) for _ in range(ROUNDS))
        print(f"{'nothing changed':42}{unchanged:9.2f} s")
        checked = statistics.median(seconds(folder, "--check") for _ in range(ROUNDS))
        print(f"{'check, nothing changed':42}{checked:9.2f} s")
        weights = [first_page_bytes(folder, home) for home in HOMES]
        print(f"{'first page with all it loads':42}{max(weights):9d} bytes")
        slowest = answers(folder)
        assert cold < COLD_SECONDS_MAX
        assert unchanged < UNCHANGED_SECONDS_MAX
        assert max(weights) < FIRST_PAGE_BYTES_MAX
        assert slowest is None or slowest < ANSWERS_SECONDS_MAX


if __name__ == "__main__":
    main()
