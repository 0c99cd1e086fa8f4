"""Faults of a table: what no table may have, each told in one line that names the rows.

Laws:

1. A fault is found in the rows themselves, whoever made them: a table that was mutated, or read, is judged like ours.
2. What can be seen in a row alone is looked at first (:func:`faults_of_form`), then what rows of one cell do to each
   other under every sound combination of facts (:func:`faults_of_guards`), then what is reached
   (:func:`faults_of_reach`), unless what was found before makes that meaningless.
3. Finding nothing means: every id and every row is there once; guards exclude each other, can hold, and leave nothing
   out where a job can be; a refusal changes nothing; effects lead to facts that a job can have; every row is taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from itertools import combinations
from typing import TYPE_CHECKING, Final, TypeVar

from copyjob.spec import facts as f
from copyjob.spec._call import Leaves
from copyjob.spec.citations import CLAUSES
from copyjob.spec.rows import Outcome, Row, outcome_of
from copyjob.spec.scope import facts_of
from copyjob.spec.vocabulary import Dialect, JobState, Operation, dialect_of

if TYPE_CHECKING:
    from copyjob.spec._call import CallRule
    from copyjob.spec.callbacks import CallbackRule, PromiseRule
    from copyjob.spec.table import Table

Judged = TypeVar("Judged")

FILES_BOUND: Final = 2
"""As many files as it takes to have some done and some left; with fewer there are rows that nothing takes."""


class Kind(Enum):
    """What is wrong, as a sentence about the rows that are named before it."""

    DUPLICATE_ID = "have the same id"
    DUPLICATE_ROW = "say the same: one operation or event, source, guard and answers"
    NO_ANSWER = "has no answer"
    CALL_WITHOUT_HRESULT = "is about a call, and an answer has no HRESULT"
    EVENT_WITH_HRESULT = "is about an internal event, and an answer has an HRESULT"
    REFUSAL_CHANGES = "has a refusal that moves the job or changes a fact"
    OUTCOME = "says one outcome, and its answers another"
    UNKNOWN_STATE = "names a state that the dialect does not have"
    FOREIGN_FACT = "speaks about a fact that is not in the scope"
    NO_CLAUSE = "cites no clause"
    UNKNOWN_CLAUSE = "cites a clause that the contract does not have"
    FOREIGN_CLAUSE = "cites no clause about its own dialect, or one about Delivery Optimization alone in BITS"
    FOREIGN_HRESULT = "answers with an HRESULT that the other dialect spells so"
    CONTRADICTION = "has a guard that can never hold"
    OVERLAP = "have guards that hold at once"
    UNSOUND = "leads to facts that no job can have"
    HOLE = "has no row in a configuration that a job can be in"
    NEVER_TAKEN = "is never taken"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: its kind, the ids of the rows concerned, and the particulars.

    Where a row is missing, ``rows`` names the cell instead, as ``<operation>/<state>``.
    """

    kind: Kind
    rows: tuple[str, ...]
    particulars: str = ""

    def __str__(self) -> str:
        """Tell it in one line."""
        told = f"{' and '.join(self.rows)} {self.kind.value}"
        return f"{told}: {self.particulars}" if self.particulars else told


class TableFaultError(ValueError):
    """A table, or what stands beside it, has faults: its message tells them line by line, ``usage_message`` in one."""

    def __init__(self, have: str, found: tuple[Fault, ...]) -> None:
        """Keep the faults of those who ``have`` them, such as ``BITS table has``."""
        count = "a fault" if len(found) == 1 else f"{len(found)} faults"
        super().__init__("\n".join((f"the {have} {count}", *map(str, found))))
        first, *others = found
        more = f"; and {len(others)} more, all told by copyjob.spec.validate.faults" if others else ""
        self.faults = found
        self.usage_message = f"the {have} {count}: {first}{more}"


def checked(table: Table, files_bound: int = FILES_BOUND) -> Table:
    """Return the table, if it has no fault. TableFaultError, a ValueError: it has; a line each."""
    return _raised(table, faults(table, files_bound), f"{table.dialect.value} table has")


def checked_rows(table: Table) -> Table:
    """Return the table, if no row is wrong by itself or beside another. TableFaultError: a line each.

    What this leaves out are holes and rows that nothing takes, which only an exploration shows: cheap enough for every
    table that is built.
    """
    return _raised(table, _faults_of_rows(table, FILES_BOUND), f"{table.dialect.value} table has")


def _raised(judged: Judged, found: tuple[Fault, ...], have: str) -> Judged:
    if found:
        raise TableFaultError(have, found)
    return judged


def faults(table: Table, files_bound: int = FILES_BOUND) -> tuple[Fault, ...]:
    """Return every fault of a table with at most ``files_bound`` files in the job, the gravest first."""
    wrong = _faults_of_rows(table, files_bound)
    if any(fault.kind in _UNREACHABLE for fault in wrong):
        return wrong
    return wrong + faults_of_reach(table, files_bound)


_UNREACHABLE: Final = frozenset((Kind.UNKNOWN_STATE, Kind.FOREIGN_FACT, Kind.NO_ANSWER, Kind.UNSOUND))
"""With these, what is reached means nothing; and where facts grow without bound there is no end of it."""


def _faults_of_rows(table: Table, files_bound: int) -> tuple[Fault, ...]:
    return faults_of_form(table) + faults_of_guards(table, files_bound)


def faults_of_form(table: Table) -> tuple[Fault, ...]:
    """Return what is wrong with rows by themselves, without asking where a job can be."""
    same = (
        Fault(Kind.DUPLICATE_ROW, (one.id, other.id))
        for cell in _cells(table)
        for one, other in combinations(cell, 2)
        if _meaning(one) == _meaning(other)
    )
    free = facts_of(table.scope)
    single = (fault for row in table.rows for fault in _faults_of_row(row, table, free))
    return (*_faults_of_ids(table.rows), *same, *single)


def _cells(table: Table) -> Iterable[list[Row]]:
    """Return the rows that begin in one state by one operation or event, cell by cell."""
    found: dict[tuple[object, JobState], list[Row]] = {}
    for row in table.rows:
        found.setdefault((row.label, row.source), []).append(row)
    return found.values()


def _meaning(row: Row) -> object:
    return frozenset(row.guard.comparisons), frozenset(row.answers), frozenset(row.tolerated)


def _faults_of_row(row: Row, table: Table, free: frozenset[f.Fact]) -> Iterator[Fault]:
    given = row.all_answers
    if not row.answers:
        yield Fault(Kind.NO_ANSWER, (row.id,))
    elif row.outcome is not outcome_of(row.source, row.answers):
        real = outcome_of(row.source, row.answers)
        yield Fault(Kind.OUTCOME, (row.id,), f"{row.outcome.name} and {real.name}")
    if isinstance(row.label, Operation):
        if any(answer.hresult is None for answer in given):
            yield Fault(Kind.CALL_WITHOUT_HRESULT, (row.id,))
    elif (answer := next((each for each in given if each.hresult is not None), None)) is not None:
        assert answer.hresult is not None
        yield Fault(Kind.EVENT_WITH_HRESULT, (row.id,), answer.hresult.name)
    for answer in given:
        refused = row.outcome is Outcome.REFUSED or (answer.hresult is not None and answer.hresult.failed)
        if refused and (answer.dest is not row.source or answer.effects):
            what = f"to {answer.dest.name}" if answer.dest is not row.source else f"{len(answer.effects)} effects"
            yield Fault(Kind.REFUSAL_CHANGES, (row.id,), what)
    for state in dict.fromkeys((row.source, *(answer.dest for answer in given))):
        if state not in table.states:
            yield Fault(Kind.UNKNOWN_STATE, (row.id,), state.name)
    foreign = (row.guard.facts | {effect.fact for answer in given for effect in answer.effects}) - free
    for fact in sorted(foreign, key=lambda each: each.value):
        yield Fault(Kind.FOREIGN_FACT, (row.id,), fact.name)
    yield from _faults_of_citing(row.id, row.cites, table.dialect)


def checked_calls(rules: tuple[CallRule, ...], dialect: Dialect) -> tuple[CallRule, ...]:
    """Return rules about calls, if none has a fault. TableFaultError: one has; a line each."""
    return _raised(rules, faults_of_calls(rules, dialect), f"calls of {dialect.value} have")


def checked_callbacks(rules: tuple[CallbackRule, ...], table: Table) -> tuple[CallbackRule, ...]:
    """Return rules about callbacks, if none has a fault. TableFaultError: one has; a line each."""
    return _raised(rules, faults_of_callbacks(rules, table), f"callbacks of {table.dialect.value} have")


def checked_promises(rules: tuple[PromiseRule, ...], dialect: Dialect) -> tuple[PromiseRule, ...]:
    """Return promises about callbacks, if none has a fault. TableFaultError: one has; a line each."""
    return _raised(rules, faults_of_promises(rules, dialect), f"promises of {dialect.value} have")


def faults_of_calls(rules: Iterable[CallRule], dialect: Dialect) -> tuple[Fault, ...]:
    """Return what is wrong with rules about arguments, callers and limits (:mod:`copyjob.spec.calls`)."""
    given = tuple(rules)
    found = [*_faults_of_ids(given)]
    for rule in given:
        changes = [effect for effect in rule.effects if not isinstance(effect, Leaves)]
        if rule.refused and changes:
            found.append(Fault(Kind.REFUSAL_CHANGES, (rule.id,), changes[0].english))
        found += [
            Fault(Kind.FOREIGN_HRESULT, (rule.id,), each.name)
            for each in rule.answers
            if dialect_of(each) not in (dialect, None)
        ]
        found += _faults_of_citing(rule.id, rule.cites, dialect)
    return tuple(found)


def faults_of_callbacks(rules: Iterable[CallbackRule], table: Table) -> tuple[Fault, ...]:
    """Return what is wrong with rules about callbacks: their clauses, and those that no row of a table fires."""
    given = tuple(rules)
    found = [*_faults_of_ids(given)]
    for rule in given:
        found += _faults_of_citing(rule.id, rule.cites, table.dialect)
        if not any(rule.trigger.fires(row, answer) for row in table.rows for answer in row.answers):
            found.append(Fault(Kind.NEVER_TAKEN, (rule.id,), rule.trigger.english))
    return tuple(found)


def faults_of_promises(rules: Iterable[PromiseRule], dialect: Dialect) -> tuple[Fault, ...]:
    """Return what is wrong with promises about callbacks: their ids and their clauses."""
    given = tuple(rules)
    wrong = (fault for rule in given for fault in _faults_of_citing(rule.id, rule.cites, dialect))
    return (*_faults_of_ids(given), *wrong)


def _faults_of_ids(given: tuple[Row | CallRule | CallbackRule | PromiseRule, ...]) -> Iterator[Fault]:
    counts = Counter(each.id for each in given)
    return (Fault(Kind.DUPLICATE_ID, (each, each)) for each, count in counts.items() if count > 1)


def _faults_of_citing(name: str, cites: tuple[str, ...], dialect: Dialect) -> Iterator[Fault]:
    if not cites:
        yield Fault(Kind.NO_CLAUSE, (name,))
    for key in cites:
        if key not in CLAUSES:
            near = get_close_matches(key, CLAUSES, n=1)
            yield Fault(Kind.UNKNOWN_CLAUSE, (name,), f"{key!r}{f', perhaps {near[0]!r}' if near else ''}")
    about = [CLAUSES[key].dialects for key in cites if key in CLAUSES]
    # A clause of BITS may stand beside one of Delivery Optimization's own: that is how it is taken over.
    own = any(dialect in each for each in about)
    theirs = dialect is Dialect.BITS and any(dialect not in each for each in about)
    if about and (theirs or not own):
        yield Fault(Kind.FOREIGN_CLAUSE, (name,), ", ".join(cites))


def faults_of_guards(table: Table, files_bound: int = FILES_BOUND) -> tuple[Fault, ...]:
    """Return what is wrong with guards and effects under any sound combination of facts, reached or not."""
    free = facts_of(table.scope)
    # With fewer files than it takes, a guard that does not hold proves nothing.
    files_most = max(files_bound, FILES_BOUND)
    sound = f.all_facts(files_most, free)
    # One file more: AddFile may lead there, and the exploration cuts it.
    possible = frozenset(f.all_facts(files_most + 1, free))
    held: dict[f.Guard, frozenset[f.Facts]] = {}
    for row in table.rows:
        if row.guard not in held:
            held[row.guard] = frozenset(facts for facts in sound if row.guard.holds(facts))
    found = [Fault(Kind.CONTRADICTION, (row.id,), row.guard.english) for row in table.rows if not held[row.guard]]
    for cell in _cells(table):
        for one, other in combinations(cell, 2):
            both = held[one.guard] & held[other.guard]
            if both and _meaning(one) != _meaning(other):
                found.append(
                    Fault(Kind.OVERLAP, (one.id, other.id), f"such as {f.Configuration(one.source, min(both))}")
                )
    users: dict[tuple[f.Guard, tuple[f.Assign, ...]], list[str]] = {}
    for row in table.rows:
        for effects in {answer.effects for answer in row.all_answers if answer.effects}:
            users.setdefault((row.guard, effects), []).append(row.id)
    for (guard, effects), ids in users.items():
        example = _unsound(effects, held[guard], possible)
        found += [Fault(Kind.UNSOUND, (each,), example) for each in ids if example]
    return tuple(found)


def _unsound(effects: tuple[f.Assign, ...], before: Iterable[f.Facts], possible: frozenset[f.Facts]) -> str:
    """Return the least case in which effects lead out of what a job can have, or nothing."""
    led_out = [facts for facts in before if f.apply(effects, facts) not in possible]
    if not led_out:
        return ""
    least = min(led_out)
    return f"from {_told(least)} to {_told(f.apply(effects, least))}"


def _told(facts: f.Facts) -> str:
    """Name the facts that are not 0; their values as they stand, for these may be no values of theirs."""
    return ", ".join(f"{fact.name.lower()} {facts[fact.value]}" for fact in f.Fact if facts[fact.value]) or "nothing"


def faults_of_reach(table: Table, files_bound: int = FILES_BOUND) -> tuple[Fault, ...]:
    """Return the holes of the table where a job can be, and the rows that no job ever takes."""
    from copyjob.spec.explore import explore

    found: list[Fault] = []
    reached = explore(table, files_bound)
    holes: dict[tuple[Operation, JobState], f.Configuration] = {}
    for configuration in reached.configurations:
        for operation in table.operations:
            cell = (operation, configuration.state)
            if cell not in holes and table.row_at(operation, configuration) is None:
                holes[cell] = configuration
    for (operation, state), configuration in holes.items():
        found.append(Fault(Kind.HOLE, (f"{operation.value}/{state.name}",), f"{configuration}"))
    # With fewer files than it takes, a row that is not taken proves nothing.
    if files_bound >= FILES_BOUND:
        found += [Fault(Kind.NEVER_TAKEN, (row.id,), row.guard.english) for row in reached.rows_never_taken]
    return tuple(found)
