"""Requirement sets: what is binding, how strongly and on what grounds, frozen under a version a dialect.

Laws:

1. A set is taken from the full table, the rules on calls and callbacks and the clauses, never written by hand; what is
   frozen is compared with it.
2. A row's digest is of its meaning: guard, answers and tolerated answers, in whatever order they are written, and no
   wording. A rule's digest is of what it says, a clause's of its text.
3. What differs from the frozen set without a new version is named, requirement by requirement.
4. Documented and decided are told apart: a row or a rule is decided where it rests on decisions alone.

The command that writes and checks the sets is :mod:`copyjob.spec.export_command`; the files are read and written by
:mod:`copyjob.spec.requirements_file`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from copyjob.spec import facts as f
from copyjob.spec.callbacks import CallbackRule, PromiseRule, Rule, callbacks, promises, rules_of
from copyjob.spec.calls import CallRule, calls
from copyjob.spec.citations import ALL_CLAUSES, CLAUSES, Clause, clause
from copyjob.spec.laws import LAWS
from copyjob.spec.rows import Answer, Level, Row
from copyjob.spec.table import Table, full_table
from copyjob.spec.translate import last_assignments
from copyjob.spec.vocabulary import Dialect

Basis = Literal["documented", "decided"]
Change = Literal["added", "removed", "changed"]

STRENGTH: Final[Mapping[Level, int]] = MappingProxyType({Level.MAY: 0, Level.SHOULD: 1, Level.MUST: 2})
"""How strong a level is, for the strongest of several."""


class Kind(Enum):
    """What a requirement is; the value names its section of a set."""

    ROW = "rows"
    CALL = "calls"
    CALLBACK = "callbacks"
    CLAUSE = "clauses"


@dataclass(frozen=True, slots=True)
class Requirement:
    """How strongly something binds, on what grounds, what it cites, and a digest of what it says.

    ``level`` is None for a clause that nothing cites.
    """

    level: Level | None
    basis: Basis
    cites: tuple[str, ...]
    digest: str


@dataclass(frozen=True)
class RequirementSet:
    """All requirements of one dialect under one version (1, 2, ...): by kind, then by id or key, in reading order."""

    dialect: Dialect
    version: int
    sections: Mapping[Kind, Mapping[str, Requirement]]


class Difference(NamedTuple):
    """One requirement in which two sets differ; ``what`` says in which respect where it was changed."""

    change: Change
    kind: Kind
    key: str
    what: str = ""

    def told(self, mark: str = "") -> str:
        """Return it as one line, with a mark on both sides of the key."""
        what = f": {self.what}" if self.what else ""
        return f"{self.change} {self.kind.name.lower()} {mark}{self.key}{mark}{what}"

    def __str__(self) -> str:
        """Tell it in one line."""
        return self.told()


def basis_of(of: Row | Clause | Rule) -> Basis:
    """Return whether something is documented, or decided where the documents are silent."""
    if isinstance(of, CallbackRule | PromiseRule):
        return "decided" if all(CLAUSES[key].decided for key in of.cites) else "documented"
    return "decided" if of.decided else "documented"


def _term(term: f.Term) -> str:
    match term:
        case f.Const(value):
            return str(value)
        case f.Fact():
            return term.name
        case f.Plus(fact, value):
            return f"{fact.name}+{value}"
        case f.AtMost(fact, value):
            return f"min({fact.name},{value})"


def _answer(answer: Answer) -> str:
    hresult = "event" if answer.hresult is None else answer.hresult.name
    effects = (f"{fact.name}:={_term(term)}" for fact, term in last_assignments(answer.effects).items())
    return " ".join((hresult, answer.dest.name, *effects))


def meaning(row: Row) -> str:
    """Return what a row means as one line of text, the same in whatever order its parts are written."""
    guard = sorted({f"{_term(c.left)}{c.relation.value}{_term(c.right)}" for c in row.guard.comparisons})
    answers, tolerated = (sorted(map(_answer, part)) for part in (row.answers, row.tolerated))
    return "; ".join(
        (
            f"{row.label.value} in {row.source.name}",
            f"where {' & '.join(guard) or 'always'}",
            f"answers {' | '.join(answers)}",
            f"tolerated {' | '.join(tolerated) or 'none'}",
        )
    )


def rule_meaning(rule: Rule) -> str:
    """Return what a rule on calls or callbacks says as one line, its answers in whatever order they are written."""
    if not isinstance(rule, CallRule):
        return rule.english
    answers = " | ".join(sorted(answer.name for answer in rule.answers)) or "any failure"
    effects = sorted(effect.english for effect in rule.effects)
    return "; ".join((f"{rule.operation.value} where {rule.condition.english}", f"answers {answers}", *effects))


def digest_of(text: str) -> str:
    """Return the first 16 hexadecimal digits of the SHA-256 of a text: the same on every machine, in every run."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _lends(key: str, level: Level, *, several: bool, tolerates: bool) -> Level:
    """Return the level that a row or a rule lends to a clause that it cites.

    What a decision adds to a documented requirement is weaker than the requirement: answers to choose from are a MAY,
    one that may be broken is a SHOULD.
    """
    if not CLAUSES[key].decided or level is not Level.MUST:
        return level
    if several:
        return Level.MAY
    return Level.SHOULD if tolerates else level


def _lent(table: Table) -> Iterator[tuple[str, Level]]:
    for row in (*table.rows, *table.permitting_not_found().rows):
        for key in row.cites:
            yield key, _lends(key, row.level, several=len(row.answers) > 1, tolerates=bool(row.tolerated))
    for rule in rules_of(table.dialect):
        several = isinstance(rule, CallRule) and len(rule.answers) > 1
        for key in rule.cites:
            yield key, _lends(key, rule.level, several=several, tolerates=False)


@cache
def _levels(table: Table) -> Mapping[str, Level]:
    found: dict[str, Level] = {}
    for key, level in _lent(table):
        found[key] = max(found.get(key, level), level, key=lambda each: STRENGTH[each])
    cited = {key for law in LAWS if table.dialect in law.dialects for key in law.cites}
    for key in cited:
        # A law may name a decision for what it lets pass; what rests on that decision says how strong it is.
        if table.dialect in clause(key).dialects and not (clause(key).decided and key in found):
            found[key] = Level.MUST
    return MappingProxyType(found)


def level_of(key: str, dialect: Dialect) -> Level | None:
    """Return how strongly a clause binds a dialect: the strongest level of the rows, rules and laws that cite it.

    None where none does. A law binds every backend: what it cites is a MUST, but for a decision on which rows or rules
    rest. UnknownClauseError, a KeyError, for a key that the contract does not have.
    """
    return _levels(full_table(dialect)).get(clause(key).key)


def clauses_of(table: Table) -> tuple[Clause, ...]:
    """Return the clauses about a dialect and those that its table takes over from the other, in reading order."""
    cited = {key for row in table.rows for key in row.cites}
    cited |= {key for rule in rules_of(table.dialect) for key in rule.cites}
    return tuple(each for each in ALL_CLAUSES if table.dialect in each.dialects or each.key in cited)


def _by_id(rules: Iterable[Rule]) -> Mapping[str, Requirement]:
    return MappingProxyType(
        {rule.id: Requirement(rule.level, basis_of(rule), rule.cites, digest_of(rule_meaning(rule))) for rule in rules}
    )


def requirements(table: Table, version: int) -> RequirementSet:
    """Return what a table, its dialect's rules and its clauses ask, under a version."""
    levels = _levels(table)
    rows = {row.id: Requirement(row.level, basis_of(row), row.cites, digest_of(meaning(row))) for row in table.rows}
    clauses = {
        each.key: Requirement(levels.get(each.key), basis_of(each), (), digest_of(each.text))
        for each in clauses_of(table)
    }
    sections = {
        Kind.ROW: MappingProxyType(rows),
        Kind.CALL: _by_id(calls(table.dialect)),
        Kind.CALLBACK: _by_id((*callbacks(table.dialect), *promises(table.dialect))),
        Kind.CLAUSE: MappingProxyType(clauses),
    }
    return RequirementSet(table.dialect, version, MappingProxyType(sections))


def _changes(before: Requirement, after: Requirement, kind: Kind) -> str:
    def level(of: Requirement) -> str:
        return of.level.value if of.level else "none"

    found: list[str] = []
    if before.level is not after.level:
        found.append(f"level {level(before)} -> {level(after)}")
    if before.basis != after.basis:
        found.append(f"{before.basis} -> {after.basis}")
    if before.cites != after.cites:
        found.append(f"cites {' '.join(before.cites)} -> {' '.join(after.cites)}")
    if before.digest != after.digest:
        found.append("text" if kind is Kind.CLAUSE else "meaning")
    return ", ".join(found)


def differences(before: RequirementSet, after: RequirementSet) -> list[Difference]:
    """Return every requirement that was added, removed or changed, rows first; versions are not compared."""
    found: list[Difference] = []
    for kind in Kind:
        old, new = before.sections[kind], after.sections[kind]
        found += [Difference("added", kind, key) for key in new if key not in old]
        found += [Difference("removed", kind, key) for key in old if key not in new]
        changed = ((key, _changes(old[key], new[key], kind)) for key in new if key in old)
        found += [Difference("changed", kind, key, what) for key, what in changed if what]
    return found
