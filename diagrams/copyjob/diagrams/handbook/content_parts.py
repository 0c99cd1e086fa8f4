"""The parts that pages are made of: links, clauses, answers, rows of the table as their readers meet them.

Laws:

1. A part is told in the reader's language already, and holds no HTML; an address is relative to the root of a language.
2. Every answer knows whether it is documented or decided.

What this module does not know: which page shows what.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from copyjob.diagrams import addresses
from copyjob.diagrams.language import Language
from copyjob.spec import facts as f
from copyjob.spec.citations import CLAUSES, Clause
from copyjob.spec.interfaces import Label, method_name
from copyjob.spec.table import full_table
from copyjob.spec.translate import effects_to_english, last_assignments
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState

BOTH = tuple(dialect.value for dialect in Dialect)
"""The names of all dialects, as pages speak of them."""


@dataclass(frozen=True)
class Link:
    """A name with a page of its own."""

    text: str
    address: str


@dataclass(frozen=True)
class ClauseLink:
    """A clause as it is cited."""

    key: str
    address: str
    decided: bool
    text: str


@dataclass(frozen=True)
class WebLink:
    """A public page that a clause rests on."""

    text: str
    url: str


@dataclass(frozen=True)
class ClauseTold:
    """A clause in full."""

    link: ClauseLink
    dialects: tuple[str, ...]
    pages: tuple[WebLink, ...]


def state_link(state: JobState) -> Link:
    """Return the link to a state."""
    return Link(state.name, addresses.state_page(state))


def hresult_link(hresult: Hresult) -> Link:
    """Return the link to an HRESULT."""
    return Link(hresult.name, addresses.hresult_page(hresult))


def label_name(label: Label) -> str:
    """Return the name of an operation's method, or of an internal event as it is written in ids."""
    return label.value if isinstance(label, InternalEvent) else method_name(label)


def label_link(label: Label) -> Link:
    """Return the link to an operation, named as its method, or to an internal event."""
    return Link(label_name(label), addresses.label_page(label))


def clause_link(key: str, say: Language) -> ClauseLink:
    """Return a clause as it is cited."""
    clause = CLAUSES[key]
    return ClauseLink(key, addresses.clause_page(key), clause.decided, say(clause.text))


def clause_told(clause: Clause, say: Language) -> ClauseTold:
    """Return a clause in full, with the pages that it rests on."""
    pages = tuple(
        WebLink(page.path.rpartition("/")[2] + (f", {page.section}" if page.section else ""), page.url)
        for page in clause.pages
    )
    return ClauseTold(clause_link(clause.key, say), dialect_names(clause.dialects), pages)


def dialect_names(dialects: Iterable[Dialect]) -> tuple[str, ...]:
    """Return the names of dialects, in their order."""
    found = frozenset(dialects)
    return tuple(dialect.value for dialect in Dialect if dialect in found)


def condition(guard: f.Guard, say: Language) -> str:
    """Return what a guard asks for; empty where it always holds."""
    return say(guard.english) if guard.comparisons else ""


def changes(effects: tuple[f.Assign, ...], say: Language) -> tuple[str, ...]:
    """Return what an answer changes beside the state."""
    last = last_assignments(effects).items()
    return tuple(say(effects_to_english((f.Assign(fact, term),))) for fact, term in last)


def speaking_of(label: Label) -> tuple[str, ...]:
    """Return the names of the dialects that have rows of an operation or an internal event."""
    return tuple(d.value for d in Dialect if any(row.label is label for row in full_table(d).rows))


def hexadecimal(value: int) -> str:
    """Return an HRESULT's number as its header writes it."""
    return f"0x{value:08X}"


def signed(value: int) -> int:
    """Return an HRESULT's number as a signed integer of 32 bits."""
    return value - (1 << 32) if value >= 1 << 31 else value
