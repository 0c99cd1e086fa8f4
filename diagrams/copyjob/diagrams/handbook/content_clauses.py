"""What the page of a clause says, or of a decision: its text, what it rests on, and everything that cites it.

Law: every row and every rule that cites a clause is named on the clause's page, with a link to where it is told.

What this module does not know: HTML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from copyjob.diagrams import addresses
from copyjob.diagrams.handbook.book import Book
from copyjob.diagrams.handbook.content_calls import CallbackTold, CallTold, PromiseTold
from copyjob.diagrams.handbook.content_parts import ClauseLink, ClauseTold, Link, clause_link, clause_told, label_link
from copyjob.diagrams.language import Language
from copyjob.spec.citations import ALL_CLAUSES, Clause
from copyjob.spec.interfaces import Label
from copyjob.spec.table import full_table
from copyjob.spec.vocabulary import Dialect


@dataclass(frozen=True)
class Citing:
    """The rows of one operation or internal event that cite the clause, by dialect."""

    label: Link
    rows: tuple[tuple[Link, tuple[str, ...]], ...]
    """Each row, named by its state and number, with the dialects in which it cites the clause."""


@dataclass(frozen=True)
class ClausePage:
    """What the page of a clause says."""

    told: ClauseTold
    untested: str
    """Why nothing states it as data; empty where something does."""
    citing: tuple[Citing, ...]
    calls: tuple[CallTold, ...]
    callbacks: tuple[CallbackTold, ...]
    promises: tuple[PromiseTold, ...]
    mentions: tuple[ClauseLink, ...]
    """The clauses whose text names this one."""

    @property
    def rows(self) -> int:
        """How many rows cite it."""
        return sum(len(one.rows) for one in self.citing)


def _citing(key: str) -> tuple[Citing, ...]:
    found: dict[Label, dict[str, list[str]]] = {}
    for dialect in Dialect:
        for row in full_table(dialect).rows:
            if key in row.cites:
                found.setdefault(row.label, {}).setdefault(row.id, []).append(dialect.value)
    return tuple(
        Citing(
            label_link(label),
            tuple(
                (Link(row.partition("/")[2], addresses.row_place(row)), tuple(dialects))
                for row, dialects in rows.items()
            ),
        )
        for label, rows in found.items()
    )


def clause_page(clause: Clause, book: Book) -> ClausePage:
    """Return what the page of a clause says."""
    say = book.say

    def cites(clauses: tuple[ClauseLink, ...]) -> bool:
        return any(one.key == clause.key for one in clauses)

    return ClausePage(
        told=clause_told(clause, say),
        untested=say(clause.untested) if clause.untested else "",
        citing=_citing(clause.key),
        calls=tuple(one for one in book.calls if cites(one.clauses)),
        callbacks=tuple(one for one in book.callbacks if cites(one.clauses)),
        promises=tuple(one for one in book.promises if cites(one.clauses)),
        mentions=tuple(
            clause_link(each.key, say) for each in ALL_CLAUSES if each is not clause and _names(each.text, clause.key)
        ),
    )


def _names(text: str, key: str) -> bool:
    """Tell whether a text names a clause by a key that is no ordinary word."""
    return "/" in key and re.search(rf"(?<![\w/]){re.escape(key)}(?![\w/])", text) is not None


@dataclass(frozen=True)
class Theme:
    """The clauses of one theme, in reading order."""

    name: str
    clauses: tuple[ClauseTold, ...]


@dataclass(frozen=True)
class ClausesPage:
    """What the list of all clauses says: the documented ones by theme, then the decisions."""

    themes: tuple[Theme, ...]
    decisions: tuple[ClauseTold, ...]


def clauses_page(say: Language) -> ClausesPage:
    """Return what the list of all clauses says."""
    themes: dict[str, list[ClauseTold]] = {}
    for clause in ALL_CLAUSES:
        if not clause.decided:
            themes.setdefault(clause.key.partition("/")[0], []).append(clause_told(clause, say))
    return ClausesPage(
        tuple(Theme(name, tuple(told)) for name, told in themes.items()),
        tuple(clause_told(clause, say) for clause in ALL_CLAUSES if clause.decided),
    )
