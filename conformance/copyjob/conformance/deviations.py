"""What a row might do to the facts of a job instead: one thing changed at a time.

Laws:

1. A deviation is an effect more, an effect less, or another one in its place; state and HRESULT are the row's own. An
   explanation tries them all, and mutants are made of them.
2. A row that deviates may lead to where the table says nothing of error information: GetError tells what is there.

What this module does not know: which deviation anybody could see.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from copyjob.spec import facts as f
from copyjob.spec.compiled import Edge, IntegerTable
from copyjob.spec.table import Answer, Refusal
from copyjob.spec.vocabulary import Hresult, Operation

Effects = tuple[f.Assign, ...]


@dataclass(frozen=True, slots=True)
class Deviation:
    """Other effects in the place of a row's own; ``what`` tells in English what the job then does."""

    what: str
    effects: Effects
    fact: f.Fact
    """What it is about."""


_LOSE_FILES = (f.Assign(f.Fact.FILES_TOTAL, f.Const(0)), f.FORGET_DONE)
_ON_ERROR: tuple[tuple[str, Effects], ...] = (
    ("leaves error information as it is", ()),
    ("loses error information", (f.CLEAR_ERROR,)),
    ("keeps error information in doubt", (f.SOFTEN_ERROR,)),
    ("makes up error information", (f.SET_ERROR,)),
)
_LESS = ((f.ADD_ONE_FILE, "counts no file more"), (f.ONE_MORE_DONE, "counts no file more as done"))


def deviations(answer: Answer) -> Iterator[Deviation]:
    """Yield whatever an answer might do to the facts instead of what it does."""
    others = tuple(effect for effect in answer.effects if effect.fact is not f.Fact.ERROR)
    errors = tuple(effect for effect in answer.effects if effect.fact is f.Fact.ERROR)
    for what, effects in _ON_ERROR:
        if effects != errors:
            yield Deviation(what, (*others, *effects), f.Fact.ERROR)
    for effect, what in _LESS:
        if effect in others:
            less = tuple(each for each in answer.effects if each is not effect)
            yield Deviation(what, less, effect.fact)
    if f.ADD_ONE_FILE not in others:
        yield Deviation("counts a file more", (*answer.effects, f.ADD_ONE_FILE), f.Fact.FILES_TOTAL)
    if not {f.FORGET_DONE, f.ONE_MORE_DONE} & set(others):
        yield Deviation("forgets which files are done", (*answer.effects, f.FORGET_DONE), f.Fact.FILES_DONE)
    yield Deviation("forgets its files", (*errors, *_LOSE_FILES), f.Fact.FILES_DONE)


def telling(table: IntegerTable) -> IntegerTable:
    """Return the table with an answer to GetError wherever it has none: what there is."""
    ways = table.edges.get(Operation.GET_ERROR)
    if ways is None:
        return table
    row = {row.source: number for number, row in enumerate(table.rows) if row.label is Operation.GET_ERROR}
    none = Refusal.NO_ERROR.hresult(table.dialect)
    answers: dict[int, tuple[Hresult, ...]] = {
        f.ErrorInformation.UNAVAILABLE: (none,),
        f.ErrorInformation.EITHER: (Hresult.S_OK, none),
        f.ErrorInformation.AVAILABLE: (Hresult.S_OK,),
    }
    told = [
        known or tuple(Edge(row[at.state], hresult, number, tolerated=False) for hresult in answers[at.facts.error])
        for number, (at, known) in enumerate(zip(table.configurations, ways, strict=True))
    ]
    return replace(table, edges={**table.edges, Operation.GET_ERROR: tuple(told)})
