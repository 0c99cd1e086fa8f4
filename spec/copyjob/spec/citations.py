"""The contract, clause by clause: what a row, a law or a check means when it cites a key.

Laws, checked by the tests of this room:

1. One clause a key. A key is ``theme/name``, or the theme alone where it has one clause.
2. A documented clause names the pages it rests on; a decision is cited as ``decision/<n>``, never as a fact.
3. The text is ours: clear sentences, which say what holds in which dialect where the dialects differ.

The clauses stand in ``_clauses_life`` (states, the four methods), ``_clauses_files`` (files, HTTP, errors,
policies), ``_clauses_service`` (timers, properties, manager, callbacks) and ``_clauses_decisions``; this is
their index. It knows neither the table nor who cites what; ``Clause.untested`` says why nothing does.

A decision is no less binding than a page; it differs in that it can be wrong, and then is changed here.
"""

from __future__ import annotations

from difflib import get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from copyjob.spec._clause import BITS, BOTH, BRANCHES, DO, Clause, Page
from copyjob.spec._clauses_decisions import DECISIONS
from copyjob.spec._clauses_files import FILES_AND_ERRORS
from copyjob.spec._clauses_life import LIFE
from copyjob.spec._clauses_service import SERVICE

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ALL_CLAUSES",
    "BITS",
    "BOTH",
    "BRANCHES",
    "CLAUSES",
    "DO",
    "Clause",
    "Page",
    "UnknownClauseError",
    "clause",
]

ALL_CLAUSES: Final[tuple[Clause, ...]] = (*LIFE, *FILES_AND_ERRORS, *SERVICE, *DECISIONS)
"""Every clause in reading order: documented ones by theme, then the decisions by number."""

CLAUSES: Final[Mapping[str, Clause]] = MappingProxyType({each.key: each for each in ALL_CLAUSES})
"""Every clause by its key, in the same order."""


class UnknownClauseError(KeyError):
    """A key that the contract does not have; the message names the nearest ones."""

    def __str__(self) -> str:
        # KeyError shows the repr of its argument; this message is a sentence.
        return str(self.args[0])


def clause(key: str) -> Clause:
    """
    Return the clause of a key such as ``resume/empty`` or ``decision/2``.

    Raises UnknownClauseError, a KeyError, for a key the contract does not have.
    """
    try:
        return CLAUSES[key]
    except KeyError:
        near = get_close_matches(key, CLAUSES, n=3)
        way_out = f"did you mean {' or '.join(near)}?" if near else "copyjob.spec.citations.CLAUSES lists all keys."
        raise UnknownClauseError(f"The contract has no clause {key!r}; {way_out}") from None
