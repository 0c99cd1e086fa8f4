"""Where a page stands, and how it is reached from there.

Law: every way is relative, so that a handbook works wherever it lies: on a server, below a path, in a folder.

What this module does not know: which pages there are (:mod:`copyjob.diagrams.handbook.pages`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from copyjob.diagrams.addresses import language_root, relative

STATES: Final = "states/index.html"
OPERATIONS: Final = "operations/index.html"
METHODS: Final = "operations/other-methods.html"
"""What a client calls beside the operations of the table."""
EVENTS: Final = "events/index.html"
CALLBACKS: Final = "callbacks.html"
HRESULTS: Final = "hresults/index.html"
HTTP: Final = "hresults/BG_E_HTTP_ERROR.html"
CLAUSES: Final = "clauses/index.html"
TABLE: Final = "table.html"
PICTURES: Final = "pictures/index.html"
BACKENDS: Final = "backends/index.html"


@dataclass(frozen=True)
class Place:
    """The place of one page: its address below the root of its language."""

    address: str
    code: str
    """The language, as in ``<html lang>``."""

    @property
    def file(self) -> str:
        """The page's file, relative to the root of the handbook."""
        return language_root(self.code) + self.address

    @property
    def root(self) -> str:
        """The way to the root of the language: a prefix, empty where the page stands there."""
        return relative("", self.address)

    def to(self, address: str) -> str:
        """Return the way to an address of the same language, which may name a place on its page.

        A place on this very page is the place alone, so that nothing is loaded anew.
        """
        page, mark, anchor = address.partition("#")
        return f"{mark}{anchor}" if page == self.address and anchor else relative(address, self.address)

    def asset(self, name: str) -> str:
        """Return the way to a file that the languages share."""
        return relative(f"assets/{name}", self.file)

    def twin(self, code: str) -> str:
        """Return the way to the same page in another language."""
        return relative(language_root(code) + self.address, self.file)
