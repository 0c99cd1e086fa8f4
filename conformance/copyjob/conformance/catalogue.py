"""All that is judged in a dialect, by its stable id: the rows of the table and the checks beside them.

Laws:

1. An id means the same for ever. ``check_ids.txt`` keeps every id of a check that was ever published; the ids of rows
   are kept by the requirement sets of the specification.
2. A glob that matches nothing is a mistake, told in one line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from copyjob.conformance.checks import CHECKS
from copyjob.spec.console import UsageError, nearest
from copyjob.spec.table import Row, table
from copyjob.spec.vocabulary import Dialect


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is judged: its id, the level of its row (MUST for a check), and a sentence."""

    id: str
    level: str
    sentence: str


def items(dialect: Dialect) -> tuple[Item, ...]:
    """Return everything that is judged in a dialect: rows in the order of the table, then checks."""
    rows = [Item(row.id, row.level.value, sentence(row)) for row in table(dialect).rows]
    return (*rows, *(Item(check.id, "MUST", check.title) for check in CHECKS.values()))


def sentence(row: Row) -> str:
    """Return what a row says, in English and in one line."""
    answers = [f"{a.hresult.name + ' ' if a.hresult is not None else ''}-> {a.dest.name}" for a in row.answers]
    return f"{row.guard.english}: {' or '.join(answers)}" if row.guard.english else " or ".join(answers)


def known_ids(dialects: Iterable[Dialect]) -> tuple[str, ...]:
    """Return every id of these dialects, once."""
    return tuple(dict.fromkeys(item.id for dialect in dialects for item in items(dialect)))


@dataclass(frozen=True, slots=True)
class Choice:
    """Which ids are judged: those that match one of ``only`` (all where it is empty), and none of ``skip``."""

    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()

    def __contains__(self, name: object) -> bool:
        """Whether an id is chosen."""
        wanted = not self.only or any(fnmatchcase(str(name), glob) for glob in self.only)
        return wanted and not any(fnmatchcase(str(name), glob) for glob in self.skip)

    def checked(self, dialects: Iterable[Dialect]) -> Choice:
        """Return itself. UsageError: a glob matches no id of these dialects, or nothing is left."""
        known = known_ids(dialects)
        for option, globs in (("--only", self.only), ("--skip", self.skip)):
            for glob in globs:
                if not any(fnmatchcase(name, glob) for name in known):
                    way_out = nearest(glob, known, "copyjob check BACKEND --list names all")
                    raise UsageError(f"{option} {glob} matches no check; {way_out}")
        if not any(name in self for name in known):
            raise UsageError("--only and --skip leave nothing to check; copyjob check BACKEND --list names all")
        return self


ALL = Choice()
"""Everything."""
