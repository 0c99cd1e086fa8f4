"""One page of every kind, for what would take too long on all pages; and what a browser complains of on the way.

Law: every template has its page here (a test holds it), and so has each of the two kinds of one template that differ.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from copyjob.diagrams.addresses import language_root

if TYPE_CHECKING:
    from playwright.sync_api import Page

KINDS: Final = {
    "home": "index.html",
    "states": "states/index.html",
    "state": "states/ERROR.html",
    "operations": "operations/index.html",
    "operation": "operations/resume.html",
    "methods": "operations/other-methods.html",
    "hresults": "hresults/index.html",
    "hresult": "hresults/BG_E_EMPTY.html",
    "http": "hresults/BG_E_HTTP_ERROR.html",
    "clauses": "clauses/index.html",
    "clause": "clauses/cancel-any.html",
    "decision": "decisions/13.html",
    "events": "events/index.html",
    "event": "events/transient_fault.html",
    "callbacks": "callbacks.html",
    "table": "table.html",
    "backends": "backends/index.html",
    "backend": "backends/wine.html",
    "pictures": "pictures/index.html",
    "explorer": "explorer.html",
}
"""The address of a page by its kind, relative to the root of a language; every kind but ``decision`` is a template."""

PICTURE: Final = "pictures/resume-bits.svg"
"""A picture that stands alone: no page, but opened by readers like one."""

REFUSALS: Final = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`refused by the policy: ${event.violatedDirective} ${event.blockedURI}`);
});
"""


def in_language(code: str, address: str) -> str:
    """Return an address relative to the root of the handbook."""
    return language_root(code) + address


@contextmanager
def complaints(page: Page) -> Generator[list[str]]:
    """Collect what the browser complains of: messages, errors of scripts, what is missing, what the policy refuses."""
    found: list[str] = []
    page.add_init_script(REFUSALS)
    page.on("console", lambda message: found.append(message.text))
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("requestfailed", lambda request: found.append(f"not loaded: {request.url}"))
    page.on("response", lambda answer: found.append(f"{answer.status}: {answer.url}") if answer.status >= 400 else None)
    yield found
