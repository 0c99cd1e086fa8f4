"""Rows as a reader sees them: what both dialects share is one rule, what differs stands side by side.

Laws:

1. A rule is made of rows and of nothing else; every row of the question is in exactly one rule, by its id.
2. A row of one dialect and the other's row of the same cell and guard are one rule. It is the ``same`` where answers
   and level agree, and whether it rests on any document, however each dialect spells an HRESULT.
3. Documented and decided are told apart: every rule has a basis, and so has every citation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from copyjob.spec.citations import CLAUSES
from copyjob.spec.explain_words import spellings_of
from copyjob.spec.interfaces import DIALECT_NAMES, Label
from copyjob.spec.rows import Answer, Refusal, Row
from copyjob.spec.scope import facts_of
from copyjob.spec.table import Table
from copyjob.spec.translate import effects_to_english
from copyjob.spec.vocabulary import Dialect, JobState

DOCUMENTED, DECIDED, BOTH_BASES = "documented", "decided", "documented and decided"


def bases_of(cites: Iterable[str]) -> str:
    """Return what citations rest on: documents, decisions, or both."""
    decided = {CLAUSES[key].decided for key in cites}
    if decided == {True}:
        return DECIDED
    return BOTH_BASES if True in decided else DOCUMENTED


def marked(key: str) -> str:
    """Return a clause's key, a decision marked as decided."""
    return f"{key} (decided)" if CLAUSES[key].decided else key


@dataclass(frozen=True, slots=True)
class Given:
    """One permitted answer; ``dest`` is None where the job stays, ``hresult`` is None for an internal event."""

    hresult: int | None
    dest: JobState | None
    refused: bool
    effects: str
    """What else changes, in English; empty for nothing."""

    def told(self) -> str:
        """Return the answer in words, without a full stop."""
        words: list[str] = []
        if self.hresult is not None:
            words.append(f"{told_hresult(self.hresult)}:")
        if self.refused:
            words.append("refused, nothing changes")
        elif self.dest is None:
            words.append("the job stays as it is" if not self.effects else "the job stays in its state")
        else:
            words.append(f"the job becomes {self.dest.name}")
        return " ".join(words) + (f"; {self.effects}" if self.effects else "")


def told_hresult(value: int) -> str:
    """Return an HRESULT's name with its number, and its other spellings."""
    first, *others = spellings_of(value)
    also = "".join(f", also {name}" for name in others)
    return f"{first} (0x{value:08X}{also})" if value else first


@dataclass(frozen=True, slots=True)
class Side:
    """What one dialect says: its rows, their level, basis and answers."""

    rows: tuple[str, ...]
    when: str
    level: str
    basis: str
    answers: tuple[Given, ...]
    tolerated: tuple[Given, ...]
    cites: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """One rule for some operations or events in some states; ``same`` tells that its dialects agree."""

    labels: tuple[Label, ...]
    states: tuple[JobState, ...]
    sides: tuple[tuple[Dialect, Side], ...]
    same: bool

    @property
    def when(self) -> str:
        """The guard in English; the fullest, where a dialect has no need to say all of it."""
        return max((side.when for _, side in self.sides), key=len)

    @property
    def cites(self) -> tuple[str, ...]:
        """Every clause that it rests on, in either dialect."""
        return tuple(dict.fromkeys(key for _, side in self.sides for key in side.cites))


def _given(answer: Answer, source: JobState) -> Given:
    refused = answer.hresult is not None and answer.hresult.failed
    return Given(
        None if answer.hresult is None else int(answer.hresult),
        None if answer.dest is source else answer.dest,
        refused,
        effects_to_english(answer.effects) if answer.effects else "",
    )


def _side(row: Row) -> Side:
    return Side(
        rows=(row.id,),
        when=row.guard.english if row.guard.comparisons else "",
        level=row.level.value,
        basis=bases_of(row.cites),
        answers=tuple(_given(answer, row.source) for answer in row.answers),
        tolerated=tuple(_given(answer, row.source) for answer in row.tolerated),
        cites=row.cites,
    )


def _common(given: Given) -> object:
    """Return an answer with its HRESULT as both dialects would know it."""
    for refusal in Refusal:
        if given.hresult in refusal.value:
            return replace(given, hresult=None), refusal
    return given


def _agree(one: Side, other: Side) -> bool:
    def meant(side: Side) -> object:
        # Which decisions a dialect needs for the same rule is its own affair; whether it rests on any document is not.
        return (
            side.level,
            side.basis == DECIDED,
            tuple(map(_common, side.answers)),
            tuple(map(_common, side.tolerated)),
        )

    return meant(one) == meant(other)


def rules(tables: dict[Dialect, Table], labels: Iterable[Label], states: Iterable[JobState]) -> Iterator[Rule]:
    """Yield the rules of every cell, cell by cell; a row of one dialect meets the row of the other with its guard."""
    places = list(states)
    for label in labels:
        for state in places:
            rows = {dialect: list(each.cell(label, state)) for dialect, each in tables.items()}
            narrow = facts_of(tables[Dialect.DO].scope) if Dialect.DO in tables else None
            for row in rows.get(Dialect.BITS, ()):
                partner = None
                if narrow is not None:
                    guard = row.guard.within(narrow)
                    partner = next((other for other in rows[Dialect.DO] if other.guard == guard), None)
                mine = (Dialect.BITS, _side(row))
                if partner is None:
                    yield Rule((label,), (state,), (mine,), same=True)
                else:
                    rows[Dialect.DO].remove(partner)
                    theirs = (Dialect.DO, _side(partner))
                    yield Rule((label,), (state,), (mine, theirs), _agree(mine[1], theirs[1]))
            for row in rows.get(Dialect.DO, ()):
                yield Rule((label,), (state,), ((Dialect.DO, _side(row)),), same=True)


def gathered(found: Iterable[Rule], *, over_labels: bool = False) -> list[Rule]:
    """Return rules with those made one that differ in their state only; ``over_labels``: in operation and clauses."""
    merged: dict[object, Rule] = {}
    for rule in found:
        sides = tuple(
            (dialect, replace(side, rows=(), cites=() if over_labels else side.cites)) for dialect, side in rule.sides
        )
        key = (sides, rule.same, rule.states if over_labels else rule.labels)
        old = merged.get(key)
        merged[key] = rule if old is None else _joined(old, rule)
    return list(merged.values())


def _joined(old: Rule, new: Rule) -> Rule:
    sides = tuple(
        (
            dialect,
            replace(side, rows=side.rows + more.rows, cites=tuple(dict.fromkeys(side.cites + more.cites))),
        )
        for (dialect, side), (_, more) in zip(old.sides, new.sides, strict=True)
    )
    return Rule(
        tuple(dict.fromkeys(old.labels + new.labels)),
        tuple(sorted({*old.states, *new.states})),
        sides,
        old.same,
    )


def answering(found: Iterable[Rule], hresults: tuple[int, ...]) -> list[Rule]:
    """Return the rules by which a call may answer with one of these HRESULTs, each cut to the dialects that do."""
    kept: list[Rule] = []
    for rule in found:
        sides = tuple(
            (dialect, side)
            for dialect, side in rule.sides
            if any(given.hresult in hresults for given in side.answers + side.tolerated)
        )
        if sides:
            kept.append(Rule(rule.labels, rule.states, sides, rule.same or len(sides) == 1))
    return kept


def told_answers(sides: tuple[Side, ...]) -> Iterator[str]:
    """Yield the answers that sides share, a line each, with the HRESULTs by which each side spells it."""
    first = sides[0]
    several = len(first.answers) > 1
    if several:
        yield "permitted, any of:"
    for number, given in enumerate(first.answers):
        told = given.told()
        values = list(dict.fromkeys(side.answers[number].hresult for side in sides))
        if len(values) > 1:
            names = " / ".join(told_hresult(value) for value in values if value is not None)
            assert given.hresult is not None
            told = told.replace(told_hresult(given.hresult), names, 1)
        yield f"- {told}" if several else told
    yield from (f"tolerated, against a SHOULD: {given.told()}" for given in first.tolerated)


def dialects_told(dialects: Iterable[Dialect]) -> str:
    """Return the names of dialects, joined."""
    return " and ".join(DIALECT_NAMES[dialect] for dialect in dialects)
