"""What a clause and a page are, and how pages are named in one word.

Law: data only. A clause is a sentence with its pages; whether a backend keeps it is judged elsewhere.
It knows neither the table nor a single clause; those stand in the ``_clauses_*`` modules, indexed by
``citations``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from copyjob.spec.vocabulary import Dialect

BOTH: Final = frozenset(Dialect)
"""What holds in both dialects."""
BITS: Final = frozenset({Dialect.BITS})
"""What holds for the Background Intelligent Transfer Service only."""
DO: Final = frozenset({Dialect.DO})
"""What holds for Delivery Optimization only."""

WIN32: Final = "MicrosoftDocs/win32"
SDK_API: Final = "MicrosoftDocs/sdk-api"
WINE: Final = "wine-mirror/wine"

BRANCHES: Final = {WIN32: "docs", SDK_API: "docs", WINE: "master"}
"""The branch each repository publishes from."""


@dataclass(frozen=True, slots=True)
class Page:
    """
    One public document: its repository (``owner/name``), its path there, and where in it to look.

    ``section`` is a heading of a Markdown page, or the name of a test function in a C file; empty for the
    whole page.
    """

    repository: str
    path: str
    section: str = ""

    @property
    def url(self) -> str:
        """Where the page can be read; a Markdown section is its anchor, as the site spells anchors."""
        url = f"https://github.com/{self.repository}/blob/{BRANCHES[self.repository]}/{self.path}"
        if not self.section or not self.path.endswith(".md"):
            return url
        return f"{url}#{self.section.lower().replace(' ', '-')}"


@dataclass(frozen=True, slots=True)
class Clause:
    """
    One clause of the contract: what rows, laws and checks cite by ``key``.

    ``dialects`` are those the text speaks about; where a part holds in one of them only, the text says so.
    ``pages`` are its evidence; for a decision (``decided``) they are the pages that were weighed, or none
    where all are silent. ``untested`` is empty, or the reason why nothing states the clause as data: no row, law,
    rule about a call or a callback, or check of the kit cites it. That a clause is cited does not say that any backend
    was driven through it; what was is told by a report of the kit.
    """

    key: str
    dialects: frozenset[Dialect]
    text: str
    pages: tuple[Page, ...]
    decided: bool = False
    untested: str = ""


def bits(name: str, section: str = "") -> Page:
    """Return a page of the BITS documentation."""
    return Page(WIN32, f"desktop-src/Bits/{name}.md", section)


def do(name: str, section: str = "") -> Page:
    """Return a page of the Delivery Optimization documentation."""
    return Page(WIN32, f"desktop-src/delivery_optimization/{name}.md", section)


def api(name: str, section: str = "") -> Page:
    """Return an API reference page; the second part of its name is its header (``nf-bits-...``: ``bits``)."""
    return Page(SDK_API, f"sdk-api-src/content/{name.split('-')[1]}/{name}.md", section)


def wine(name: str, section: str = "") -> Page:
    """Return a test of Wine's queue manager, whose authors run it on Windows too."""
    return Page(WINE, f"dlls/qmgr/tests/{name}.c", section)
