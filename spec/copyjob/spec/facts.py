"""The facts of one job, and guards and effects over them as plain data.

Law: a guard or an effect is a small frozen term. The same term is evaluated here, told in English here, and can be
translated to another language elsewhere; nothing is ever a string to ``eval`` or a function hidden in a row.

What this module does not know: which rows use which terms (:mod:`copyjob.spec.table`), and where a job is: the state is
not a fact, it stands beside them in a :class:`Configuration`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum
from itertools import product
from types import MappingProxyType
from typing import Final, NamedTuple

from copyjob.spec.vocabulary import JobState, JobType


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


class Reply(IntEnum):
    """How far the server's reply to an upload is. Clause: upload/reply."""

    NONE = 0
    """None is outstanding: it has arrived, or the job asks for none."""
    ARRIVING = 1
    TO_COME = 2


class Facts(NamedTuple):
    """What is known of a job and its surroundings beside its state. Every default is 0, the ordinary download."""

    files_total: int = 0
    files_done: int = 0
    """Files wholly transferred, available or not."""
    error: int = ErrorInformation.UNAVAILABLE
    kind: int = JobType.DOWNLOAD
    reply: int = Reply.NONE
    offline: int = 0
    """1: the machine has no network."""
    blocked: int = 0
    """1: a policy, the network's cost or the battery forbids transfers."""
    away: int = 0
    """1: the owner is logged off."""


class Configuration(NamedTuple):
    """A state with its facts: one place where a job can be."""

    state: JobState
    facts: Facts = Facts()

    def __str__(self) -> str:
        """Name state, files and error information, in that order, and whatever is not ordinary beside."""
        facts = self.facts
        told = [
            f"{self.state.name} {facts.files_done}/{facts.files_total} files",
            f"error information {ErrorInformation(facts.error).name}",
        ]
        if facts.kind:
            told.append(JobType(facts.kind).name)
        if facts.reply:
            told.append(f"reply {Reply(facts.reply).name}")
        told += [fact.name for fact in SURROUNDINGS if facts[fact.value]]
        return ", ".join(told)


INITIAL = Configuration(JobState.SUSPENDED)
"""Every download begins here. Clause: state/initial."""


class Fact(Enum):
    """The name of a fact, as a term refers to it; the value is its position in :class:`Facts`."""

    FILES_TOTAL = 0
    FILES_DONE = 1
    ERROR = 2
    KIND = 3
    REPLY = 4
    OFFLINE = 5
    BLOCKED = 6
    AWAY = 7


CORE_FACTS = frozenset((Fact.FILES_TOTAL, Fact.FILES_DONE, Fact.ERROR))
"""What a table always speaks about; the others belong to a feature (:mod:`copyjob.spec.scope`)."""
SURROUNDINGS = (Fact.OFFLINE, Fact.BLOCKED, Fact.AWAY)
"""What is not the job's own: it changes for many jobs at once, and never by a call."""
VALUES: Final[Mapping[Fact, type[IntEnum]]] = MappingProxyType(
    {Fact.ERROR: ErrorInformation, Fact.KIND: JobType, Fact.REPLY: Reply}
)
"""The facts whose numbers have names, with these names."""


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
    parts: tuple[Guard, ...] = ()
    """The named guards that it was joined from; none where it has a name of its own."""

    def holds(self, facts: Facts) -> bool:
        """Tell whether every comparison is true under these facts."""
        return all(comparison.holds(facts) for comparison in self.comparisons)

    def __and__(self, other: Guard) -> Guard:
        """Return the guard that holds where both do."""
        return joined((*(self.parts or (self,)), *(other.parts or (other,))))

    @property
    def facts(self) -> frozenset[Fact]:
        """The facts that it speaks about."""
        return frozenset(fact for each in self.comparisons for fact in (*facts_in(each.left), *facts_in(each.right)))

    def within(self, free: frozenset[Fact]) -> Guard | None:
        """Return what is left of it where all facts but the ``free`` ones are 0; None where it can't hold there.

        A guard with a name of its own is kept whole, or falls away whole: it speaks of free facts only, or of none.
        """
        kept: list[Guard] = []
        for part in self.parts or (self,):
            if part.facts <= free:
                kept.append(part)
            elif part.facts & free:
                raise ValueError(f"guard {part.english!r} mixes facts that are free with facts that are not")
            elif not part.holds(Facts()):
                return None
        return joined(tuple(kept))


def facts_in(term: Term) -> tuple[Fact, ...]:
    """Return the facts that a term speaks about."""
    match term:
        case Const():
            return ()
        case Fact():
            return (term,)
        case Plus(fact, _) | AtMost(fact, _):
            return (fact,)


def joined(parts: tuple[Guard, ...]) -> Guard:
    """Return the conjunction of named guards."""
    telling = tuple(part for part in parts if part.comparisons)
    if not telling:
        return ALWAYS
    if len(telling) == 1:
        return telling[0]
    english = " and ".join(part.english for part in telling)
    return Guard(english, tuple(each for part in telling for each in part.comparisons), telling)


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
ANY_FILE = Guard("it has a file", (_SOME,))
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
DOWNLOAD = Guard("it is a download", (_equal(Fact.KIND, Const(JobType.DOWNLOAD)),))
UPLOADING = Guard("it is an upload", (_less(Const(JobType.DOWNLOAD), Fact.KIND),))
WITHOUT_REPLY = Guard("it is no upload with a reply", (_less(Fact.KIND, Const(JobType.UPLOAD_REPLY)),))
WITH_REPLY = Guard("it is an upload with a reply", (_equal(Fact.KIND, Const(JobType.UPLOAD_REPLY)),))
REPLY_COMPLETE = Guard("no reply is outstanding", (_equal(Fact.REPLY, Const(Reply.NONE)),))
REPLY_OUTSTANDING = Guard("a reply is outstanding", (_less(Const(Reply.NONE), Fact.REPLY),))
REPLY_ARRIVING = Guard("the reply is arriving", (_equal(Fact.REPLY, Const(Reply.ARRIVING)),))
REPLY_TO_COME = Guard("the reply has not begun", (_equal(Fact.REPLY, Const(Reply.TO_COME)),))
REPLY_BEGUN = Guard("the reply has begun", (_less(Fact.REPLY, Const(Reply.TO_COME)),))
ONLINE = Guard("there is a network", (_equal(Fact.OFFLINE, _NONE),))
OFFLINE = Guard("there is no network", (_equal(Fact.OFFLINE, Const(1)),))
ALLOWED = Guard("no policy blocks transfers", (_equal(Fact.BLOCKED, _NONE),))
BLOCKED = Guard("a policy blocks transfers", (_equal(Fact.BLOCKED, Const(1)),))
PRESENT = Guard("the owner is logged on", (_equal(Fact.AWAY, _NONE),))
AWAY = Guard("the owner is logged off", (_equal(Fact.AWAY, Const(1)),))

ADD_ONE_FILE = Assign(Fact.FILES_TOTAL, Plus(Fact.FILES_TOTAL, 1))
ONE_MORE_DONE = Assign(Fact.FILES_DONE, Plus(Fact.FILES_DONE, 1))
FORGET_DONE = Assign(Fact.FILES_DONE, _NONE)
SET_ERROR = Assign(Fact.ERROR, Const(ErrorInformation.AVAILABLE))
CLEAR_ERROR = Assign(Fact.ERROR, Const(ErrorInformation.UNAVAILABLE))
SOFTEN_ERROR = Assign(Fact.ERROR, AtMost(Fact.ERROR, ErrorInformation.EITHER))
"""What was certain may now be answered either way; what was never there stays so."""


BEGIN_REPLY = Assign(Fact.REPLY, Const(Reply.ARRIVING))
END_REPLY = Assign(Fact.REPLY, Const(Reply.NONE))
LOSE_NETWORK, FIND_NETWORK = Assign(Fact.OFFLINE, Const(1)), Assign(Fact.OFFLINE, Const(0))
BLOCK, UNBLOCK = Assign(Fact.BLOCKED, Const(1)), Assign(Fact.BLOCKED, Const(0))
LEAVE, COME_BACK = Assign(Fact.AWAY, Const(1)), Assign(Fact.AWAY, Const(0))

UPLOAD_FILES_MAX = 1
"""An upload holds one file. Clause: addfile/limits."""
DOWNLOAD_FILES_MAX = 200
"""A download of BITS holds no more. Clause: addfile/limits."""


def all_facts(files_bound: int, free: frozenset[Fact] = CORE_FACTS) -> list[Facts]:
    """Return every sound combination of facts with at most ``files_bound`` files, in ascending order; facts that are
    not ``free`` are 0.
    """
    kinds = tuple(JobType) if Fact.KIND in free else (JobType.DOWNLOAD,)
    around = [range(2) if fact in free else range(1) for fact in SURROUNDINGS]
    return sorted(
        Facts(total, done, error, kind, reply, *others)
        for total in range(files_bound + 1)
        for done in range(total + 1)
        for error in ErrorInformation
        for kind in kinds
        if kind is JobType.DOWNLOAD or total <= UPLOAD_FILES_MAX
        for reply in (tuple(Reply) if kind is JobType.UPLOAD_REPLY else (Reply.NONE,))
        for others in product(*around)
    )


def initials(free: frozenset[Fact] = CORE_FACTS) -> list[Configuration]:
    """Return where a new job can be: SUSPENDED, with the ordinary surroundings, one for each kind of job."""
    kinds = tuple(JobType) if Fact.KIND in free else (JobType.DOWNLOAD,)
    replies = {JobType.UPLOAD_REPLY: Reply.TO_COME}
    return [Configuration(INITIAL.state, Facts(kind=kind, reply=replies.get(kind, Reply.NONE))) for kind in kinds]
