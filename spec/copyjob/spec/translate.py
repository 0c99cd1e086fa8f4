"""Guards, terms and effects in other languages: TLA+, Promela, and English.

Laws:

1. What is translated is the data of a row itself, term by term; no rule is written a second time.
2. A translation is worth what the term is worth: the tests evaluate both, each with an evaluator of its own.
3. The effects of an answer happen all at once. TLA+ says so by itself; Promela assigns one after another, so the
   assignments are put in an order in which nobody reads what was already overwritten.

What this module does not know: rows, tables, and how a whole model is written (:mod:`copyjob.spec.tla`,
:mod:`copyjob.spec.promela`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final, NamedTuple

from copyjob.spec import facts as f

Name = Callable[[f.Fact], str]
"""How the variable of a fact is spelled, such as ``files_total``, or ``files_total[2]`` for one of several jobs."""
Expression = f.Guard | f.Compare | f.Term
"""What has a worth: a guard and a comparison are true or false, a term is a number."""


def variable(fact: f.Fact) -> str:
    """Return the ordinary name of a fact's variable, in both languages."""
    return fact.name.lower()


class _Language(NamedTuple):
    """What TLA+ and Promela spell each in its own way; ``choice`` is of the smaller of ``{0}`` and ``{1}``."""

    both: str
    always: str
    relations: Mapping[f.Relation, str]
    choice: str


_TLA: Final = _Language(
    " /\\ ", "TRUE", {f.Relation.EQUAL: "=", f.Relation.LESS: "<"}, "(IF {0} < {1} THEN {0} ELSE {1})"
)
_PROMELA: Final = _Language(" && ", "true", {f.Relation.EQUAL: "==", f.Relation.LESS: "<"}, "({0} < {1} -> {0} : {1})")


def to_tla(expression: Expression, name: Name = variable) -> str:
    """Return a guard, a comparison or a term as a TLA+ expression."""
    return _written(expression, name, _TLA)


def to_promela(expression: Expression, name: Name = variable) -> str:
    """Return a guard, a comparison or a term as a Promela expression."""
    return _written(expression, name, _PROMELA)


def _written(expression: Expression, name: Name, language: _Language) -> str:
    match expression:
        case f.Guard(comparisons=comparisons):
            return language.both.join(_written(each, name, language) for each in comparisons) or language.always
        case f.Compare(left, relation, right):
            sides = (_written(side, name, language) for side in (left, right))
            return f" {language.relations[relation]} ".join(sides)
        case f.Const(value):
            return str(value)
        case f.Fact():
            return name(expression)
        case f.Plus(fact, value):
            return _sum(name(fact), value)
        case f.AtMost(fact, value):
            return language.choice.format(name(fact), value)


def _sum(name: str, value: int) -> str:
    return f"{name} {'-' if value < 0 else '+'} {abs(value)}"


def last_assignments(effects: tuple[f.Assign, ...]) -> dict[f.Fact, f.Term]:
    """Return what each fact becomes, in the order of the facts; of two assignments to one fact the later counts."""
    becomes = {effect.fact: effect.term for effect in effects}
    return {fact: becomes[fact] for fact in f.Fact if fact in becomes}


def effects_to_tla(effects: tuple[f.Assign, ...], name: Name = variable) -> list[str]:
    """Return one TLA+ conjunct a changed fact, such as ``files_done' = 0``; what stays is for the caller to say."""
    return [f"{name(fact)}' = {to_tla(term, name)}" for fact, term in last_assignments(effects).items()]


def effects_to_promela(effects: tuple[f.Assign, ...], name: Name = variable) -> list[str]:
    """Return Promela assignments that have the same effect one after another as the effects have at once.

    ValueError: two facts take each other's worth, which no order can do.
    """
    left = last_assignments(effects)
    ordered: list[str] = []
    while left:
        free = next((fact for fact in left if not _is_read(fact, left)), None)
        if free is None:
            facts = ", ".join(variable(fact) for fact in left)
            raise ValueError(f"{facts} take each other's worth, which Promela cannot do one after another")
        ordered.append(f"{name(free)} = {to_promela(left.pop(free), name)}")
    return ordered


def _is_read(fact: f.Fact, left: dict[f.Fact, f.Term]) -> bool:
    return any(fact in f.facts_in(term) for changed, term in left.items() if changed is not fact)


# English


_NOUNS = {
    f.Fact.FILES_TOTAL: "the number of files",
    f.Fact.FILES_DONE: "the number of transferred files",
    f.Fact.ERROR: "error information",
    f.Fact.KIND: "the type of the job",
    f.Fact.REPLY: "the reply",
    f.Fact.OFFLINE: "the lack of a network",
    f.Fact.BLOCKED: "the block by a policy",
    f.Fact.AWAY: "the absence of the owner",
}


def to_english(expression: Expression) -> str:
    """Return a guard by its name, and a comparison or a term in words; no full stop."""
    match expression:
        case f.Guard(english=english, parts=parts):
            return ", and ".join(part.english for part in parts) or english
        case f.Compare(left, relation, right):
            named = _names().get((expression,))
            if named is not None:
                return named
            words = "is" if relation is f.Relation.EQUAL else "is less than"
            facts = (*f.facts_in(left), *f.facts_in(right))
            return f"{_told(left, facts)} {words} {_told(right, facts)}"
        case _:
            return _told(expression, f.facts_in(expression))


def effects_to_english(effects: tuple[f.Assign, ...]) -> str:
    """Return what an answer changes beside the state, in words; no full stop. Nothing changed says so."""
    told = [_changed(fact, term) for fact, term in last_assignments(effects).items()]
    if not told:
        return "nothing else changes"
    return " and ".join((", ".join(told[:-1]), told[-1]) if len(told) > 1 else told)


def _changed(fact: f.Fact, term: f.Term) -> str:
    if f.Assign(fact, term) == f.SOFTEN_ERROR:
        return "error information may be dropped"
    match term:
        case f.Const():
            named = _names().get((f.Compare(fact, f.Relation.EQUAL, term),))
            return named or f"{_NOUNS[fact]} becomes {_told(term, (fact,))}"
        case f.Plus(same, value) if same is fact:
            return f"{_NOUNS[fact]} {'falls' if value < 0 else 'grows'} by {abs(value)}"
        case f.AtMost(same, value) if same is fact:
            return f"{_NOUNS[fact]} is at most {_value(value, (fact,))} from now on"
        case _:
            return f"{_NOUNS[fact]} becomes {_told(term, (fact,))}"


def _told(term: f.Term, facts: tuple[f.Fact, ...]) -> str:
    match term:
        case f.Const(value):
            return _value(value, facts)
        case f.Fact():
            return _NOUNS[term]
        case f.Plus(fact, value):
            return f"{_NOUNS[fact]} {'less' if value < 0 else 'and'} {abs(value)}"
        case f.AtMost(fact, value):
            return f"{_NOUNS[fact]}, or {_value(value, (fact,))} where that is smaller"


def _value(value: int, facts: tuple[f.Fact, ...]) -> str:
    """Return a number by its name among the values of the fact it is compared with or given to."""
    names = next((f.VALUES[fact] for fact in facts if fact in f.VALUES), None)
    return str(value) if names is None or value not in list(names) else names(value).name


@cache
def _names() -> dict[tuple[f.Compare, ...], str]:
    """Return the English names of the guards that stand with the facts, by what they compare."""
    return {guard.comparisons: guard.english for guard in vars(f).values() if isinstance(guard, f.Guard)}
