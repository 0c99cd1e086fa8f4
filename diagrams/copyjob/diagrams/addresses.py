"""Where everything stands in a handbook: the address of a page, of a place on it, of a picture.

Laws:

1. An address is stable: a link to a page is a link for good. It is relative to the root of a language, with ``/``.
2. It depends on the name alone, so that a picture can link to a page without knowing whether there is one; that every
   link leads somewhere is checked where a handbook is built.

What this module does not know: what is on a page.
"""

from __future__ import annotations

import re
from typing import Final

from copyjob.spec.vocabulary import Hresult, InternalEvent, JobState, Operation

HOME: Final = "index.html"
EXPLORER: Final = "explorer.html"


def state_page(state: JobState) -> str:
    """Return the page of a state."""
    return f"states/{state.name}.html"


def label_page(label: Operation | InternalEvent) -> str:
    """Return the page of an operation or of an internal event."""
    return f"{'operations' if isinstance(label, Operation) else 'events'}/{label.value}.html"


def row_place(row_id: str) -> str:
    """Return where a row stands: on the page of its operation or internal event, below its id.

    The id is that of a row, such as ``resume/ERROR/1``.
    """
    label = row_id.partition("/")[0]
    known = next(each for each in (*Operation, *InternalEvent) if each.value == label)
    return f"{label_page(known)}#{row_anchor(row_id)}"


def row_anchor(row_id: str) -> str:
    """Return the id of a row's element on its page."""
    return "row-" + row_id.replace("/", "-")


def hresult_page(hresult: Hresult) -> str:
    """Return the page of an HRESULT."""
    return f"hresults/{hresult.name}.html"


def clause_page(key: str) -> str:
    """Return the page of a clause, or of a decision, by its key, such as ``resume/empty`` or ``decision/2``."""
    theme, _, name = key.partition("/")
    if theme == "decision":
        return f"decisions/{name}.html"
    return f"clauses/{re.sub(r'[^A-Za-z0-9_-]', '-', key)}.html"


def picture_file(name: str) -> str:
    """Return the file of a picture, by its name."""
    return f"pictures/{name}.svg"


def backend_page(file: str) -> str:
    """Return the page of what a check of a backend has seen, by the name of its report's file without an ending."""
    return f"backends/{file}.html"


def relative(address: str, page: str) -> str:
    """Return an address as it is written on a page; both are relative to the same root."""
    return "../" * page.count("/") + address


def language_root(code: str) -> str:
    """Return where a language's pages begin, relative to the handbook's root: English is at the root itself."""
    return "" if code == "en" else f"{code}/"
