"""The facts of one job, and guards and effects over them as plain data.

Law: a guard or an effect is a small frozen term. The same term is evaluated here, told in English here, and can be
translated to another language elsewhere; nothing is ever a string to ``eval`` or a function hidden in a row.

What this module does not know: which rows use which terms (:mod:`copyjob.spec.table`), and where a job is: the state is
not a fact, it stands beside them in a :class:`Configuration`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import NamedTuple

from copyjob.spec.vocabulary import JobState


class ErrorInformation(IntEnum):
    """Whether GetError has something to tell; ordered, so that ``min`` weakens it.

    Clauses: error/available, decision/18.
    """

    UNAVAILABLE = 0
    """GetError must be refused: the job never failed, or data has been transferred since."""
    EITHER = 1
    """Both answers are permitted: suspended after an error, restarted since, or final."""
    AVAILABLE = 2
    """GetError must answer."""


class Facts(NamedTuple):
    """What is known of a job beside its state: two counts of files and its error information."""

    files_total: int = 0
    files_done: int = 0
    """Files wholly transferred, available or not."""
    error: int = ErrorInformation.UNAVAILABLE


class Configuration(NamedTuple):
    """A state with its facts: one place where a job can be."""

    state: JobState
    facts: Facts = Facts()

    def __str__(self) -> str:
        """Name state, files and error information, in that order."""
        error = ErrorInformation(self.facts.error).name
        return f"{self.state.name} {self.facts.files_done}/{self.facts.files_total} files, error information {error}"


INITIAL = Configuration(JobState.SUSPENDED)
"""Every job begins here. Clause: state/initial."""


class Fact(Enum):
    """The name of a fact, as a term refers to it; the value is its position in :class:`Facts`."""

    FILES_TOTAL = 0
    FILES_DONE = 1
    ERROR = 2


@dataclass(frozen=True, slots=True)
class Const:
    """A fixed number."""

    value: int


@dataclass(frozen=True, slots=True)
class Plus:
    """A fact and a fixed number, added."""

    fact: Fact
    value: int


@dataclass(frozen=True, slots=True)
class AtMost:
    """A fact, or a fixed number where that is smaller."""

    fact: Fact
    value: int


Term = Const | Fact | Plus | AtMost


def value_of(term: Term, facts: Facts) -> int:
    """Return what a term is worth under these facts."""
    match term:
        case Const(value):
            return value
        case Fact():
            return facts[term.value]
        case Plus(fact, value):
            return facts[fact.value] + value
        case AtMost(fact, value):
            return min(facts[fact.value], value)


class Relation(Enum):
    """How two terms are compared."""

    EQUAL = "="
    LESS = "<"


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison of two terms."""

    left: Term
    relation: Relation
    right: Term

    def holds(self, facts: Facts) -> bool:
        """Tell whether the comparison is true under these facts."""
        left, right = value_of(self.left, facts), value_of(self.right, facts)
        return left == right if self.relation is Relation.EQUAL else left < right


@dataclass(frozen=True, slots=True)
class Guard:
    """A conjunction of comparisons with an English name; no comparison at all means always."""

    english: str
    comparisons: tuple[Compare, ...] = ()

    def holds(self, facts: Facts) -> bool:
        """Tell whether every comparison is true under these facts."""
        return all(comparison.holds(facts) for comparison in self.comparisons)


@dataclass(frozen=True, slots=True)
class Assign:
    """An effect: a fact takes the worth of a term, all assignments of an answer at once."""

    fact: Fact
    term: Term


def apply(effects: tuple[Assign, ...], facts: Facts) -> Facts:
    """Return the facts after all effects, each evaluated under the facts before."""
    values = list(facts)
    for effect in effects:
        values[effect.fact.value] = value_of(effect.term, facts)
    return Facts(*values)


def _equal(left: Term, right: Term) -> Compare:
    return Compare(left, Relation.EQUAL, right)


def _less(left: Term, right: Term) -> Compare:
    return Compare(left, Relation.LESS, right)


_NONE, _SOME = Const(0), _less(Const(0), Fact.FILES_TOTAL)

ALWAYS = Guard("always")
NO_FILE = Guard("it has no file", (_equal(Fact.FILES_TOTAL, _NONE),))
MORE_FILES = Guard("a file is left to transfer", (_less(Fact.FILES_DONE, Fact.FILES_TOTAL),))
ALL_FILES = Guard("it has files and all are transferred", (_SOME, _equal(Fact.FILES_DONE, Fact.FILES_TOTAL)))
NOTHING_DONE = Guard("no file is transferred", (_equal(Fact.FILES_DONE, _NONE),))
PART_DONE = Guard(
    "some of its files are transferred, not all",
    (_less(_NONE, Fact.FILES_DONE), _less(Fact.FILES_DONE, Fact.FILES_TOTAL)),
)
ERROR_KNOWN = Guard("error information is available", (_equal(Fact.ERROR, Const(ErrorInformation.AVAILABLE)),))
ERROR_EITHER = Guard("error information may have been kept", (_equal(Fact.ERROR, Const(ErrorInformation.EITHER)),))
ERROR_NONE = Guard("there is no error information", (_equal(Fact.ERROR, Const(ErrorInformation.UNAVAILABLE)),))

ADD_ONE_FILE = Assign(Fact.FILES_TOTAL, Plus(Fact.FILES_TOTAL, 1))
ONE_MORE_DONE = Assign(Fact.FILES_DONE, Plus(Fact.FILES_DONE, 1))
FORGET_DONE = Assign(Fact.FILES_DONE, _NONE)
SET_ERROR = Assign(Fact.ERROR, Const(ErrorInformation.AVAILABLE))
CLEAR_ERROR = Assign(Fact.ERROR, Const(ErrorInformation.UNAVAILABLE))
SOFTEN_ERROR = Assign(Fact.ERROR, AtMost(Fact.ERROR, ErrorInformation.EITHER))
"""What was certain may now be answered either way; what was never there stays so."""


def all_facts(files_bound: int) -> list[Facts]:
    """Return every sound combination of facts with at most ``files_bound`` files, in ascending order."""
    return [
        Facts(total, done, error)
        for total in range(files_bound + 1)
        for done in range(total + 1)
        for error in ErrorInformation
    ]
