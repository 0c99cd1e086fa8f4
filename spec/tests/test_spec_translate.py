"""Guards and effects in TLA+, Promela and English say what the terms say.

Law: a translation is read back by an evaluator that stands here and knows the grammar of the other language only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copyjob.spec import facts as f
from copyjob.spec.table import full_table
from copyjob.spec.translate import (
    effects_to_english,
    effects_to_promela,
    effects_to_tla,
    to_english,
    to_promela,
    to_tla,
    variable,
)
from copyjob.spec.vocabulary import Dialect

Values = dict[str, int]


class Language(NamedTuple):
    """The tokens of a language; ``choice`` stands before a condition, before what it chooses, and before the other."""

    both: str
    always: str
    equal: str
    choice: tuple[str, str, str]

    def tokens(self, text: str) -> list[str]:
        words = "|".join(re.escape(word) for word in (self.both, self.equal, *self.choice) if word)
        found: list[str] = re.findall(rf"\s*({words}|[A-Za-z_]\w*(?:\[\d+\])?|\d+|[-+<()])", text)
        assert "".join(found) == re.sub(r"\s", "", text), "a token that the language does not have"
        return found


TLA = Language("/\\", "TRUE", "=", ("IF", "THEN", "ELSE"))
PROMELA = Language("&&", "true", "==", ("", "->", ":"))


class Reader:
    """A reader of one language: conjunctions of comparisons of sums, and the language's choice in parentheses."""

    def __init__(self, text: str, values: Values, language: Language) -> None:
        self.tokens = language.tokens(text)
        self.values = values
        self.language = language

    def take(self, word: str) -> bool:
        if self.tokens and self.tokens[0] == word:
            self.tokens.pop(0)
            return True
        return False

    def conjunction(self) -> bool:
        worth = self.comparison()
        while self.take(self.language.both):
            worth = self.comparison() and worth
        return worth

    def comparison(self) -> bool:
        if self.take(self.language.always):
            return True
        left = self.sum()
        if self.take("<"):
            return left < self.sum()
        assert self.take(self.language.equal)
        return left == self.sum()

    def sum(self) -> int:
        worth = self.atom()
        while self.tokens and self.tokens[0] in "+-":
            sign = 1 if self.tokens.pop(0) == "+" else -1
            worth += sign * self.atom()
        return worth

    def word(self, word: str) -> None:
        assert not word or self.take(word), f"{word!r} is missing"

    def atom(self) -> int:
        before, then, otherwise = self.language.choice
        if self.take("("):
            self.word(before)
            condition = self.conjunction()
            self.word(then)
            here = self.sum()
            self.word(otherwise)
            there = self.sum()
            assert self.take(")")
            return here if condition else there
        token = self.tokens.pop(0)
        return int(token) if token.isdigit() else self.values[token]


def truth(text: str, values: Values, language: Language) -> bool:
    reader = Reader(text, values, language)
    worth = reader.conjunction()
    assert not reader.tokens, "something is left over"
    return worth


def number(text: str, values: Values, language: Language) -> int:
    reader = Reader(text, values, language)
    worth = reader.sum()
    assert not reader.tokens, "something is left over"
    return worth


@pytest.mark.parametrize(
    ("text", "language"), [("1 = 1", PROMELA), ("1 == 1", TLA), ("1 < 2 && 1 < 2", TLA), ("1 < 2 /\\ 1 < 2", PROMELA)]
)
def test_what_one_language_says_is_not_read_as_the_other(text: str, language: Language) -> None:
    with pytest.raises((AssertionError, KeyError)):
        truth(text, {}, language)


def values_of(facts: f.Facts) -> Values:
    return {variable(fact): facts[fact.value] for fact in f.Fact}


some_facts = st.builds(f.Facts, *(st.integers(0, 4) for _ in f.Fact))
a_fact = st.sampled_from(list(f.Fact))
terms = st.one_of(
    st.builds(f.Const, st.integers(0, 4)),
    a_fact,
    st.builds(f.Plus, a_fact, st.integers(-2, 3)),
    st.builds(f.AtMost, a_fact, st.integers(0, 4)),
)
comparisons = st.builds(f.Compare, terms, st.sampled_from(list(f.Relation)), terms)
guards = st.builds(f.Guard, st.just("it is so"), st.lists(comparisons, max_size=3).map(tuple))
effects = st.lists(st.builds(f.Assign, a_fact, terms), max_size=4).map(tuple)


@given(guards, some_facts)
def test_a_guard_in_tla_is_true_where_the_guard_holds(guard: f.Guard, facts: f.Facts) -> None:
    assert truth(to_tla(guard), values_of(facts), TLA) is guard.holds(facts)


@given(guards, some_facts)
def test_a_guard_in_promela_is_true_where_the_guard_holds(guard: f.Guard, facts: f.Facts) -> None:
    assert truth(to_promela(guard), values_of(facts), PROMELA) is guard.holds(facts)


@given(effects, some_facts)
def test_effects_in_tla_lead_where_the_effects_lead(given_effects: tuple[f.Assign, ...], facts: f.Facts) -> None:
    before = values_of(facts)
    after = dict(before)
    for conjunct in effects_to_tla(given_effects):
        primed, _, term = conjunct.partition("' = ")
        after[primed] = number(term, before, TLA)

    assert after == values_of(f.apply(given_effects, facts))


@given(effects, some_facts)
def test_effects_in_promela_one_after_another_lead_where_all_at_once_lead(
    given_effects: tuple[f.Assign, ...], facts: f.Facts
) -> None:
    try:
        statements = effects_to_promela(given_effects)
    except ValueError:
        return  # that this is said only of a cycle has a test of its own
    now = values_of(facts)
    for statement in statements:
        changed, _, term = statement.partition(" = ")
        now[changed] = number(term, now, PROMELA)

    assert now == values_of(f.apply(given_effects, facts))


@given(effects)
def test_promela_finds_an_order_unless_facts_take_each_others_worth(given_effects: tuple[f.Assign, ...]) -> None:
    becomes = {effect.fact: effect.term for effect in given_effects}
    reads = {fact: {read for read in f.facts_in(term) if read in becomes} - {fact} for fact, term in becomes.items()}

    def reached(fact: f.Fact) -> set[f.Fact]:
        found: set[f.Fact] = set()
        ahead = [fact]
        while ahead:
            fresh = reads[ahead.pop()] - found
            found |= fresh
            ahead += fresh
        return found

    if any(fact in reached(fact) for fact in becomes):
        with pytest.raises(ValueError, match="take each other's worth"):
            effects_to_promela(given_effects)
    else:
        assert len(effects_to_promela(given_effects)) == len(becomes)


def test_two_facts_that_change_places_are_refused_in_promela() -> None:
    swap = (f.Assign(f.Fact.FILES_DONE, f.Fact.FILES_TOTAL), f.Assign(f.Fact.FILES_TOTAL, f.Fact.FILES_DONE))

    with pytest.raises(ValueError, match="files_total, files_done take each other's worth"):
        effects_to_promela(swap)


def test_a_fact_that_is_read_is_overwritten_after_it_was_read() -> None:
    keep = (f.Assign(f.Fact.FILES_TOTAL, f.Const(0)), f.Assign(f.Fact.FILES_DONE, f.Fact.FILES_TOTAL))

    assert effects_to_promela(keep) == ["files_done = files_total", "files_total = 0"]


def test_the_variables_of_one_of_several_jobs_can_have_names_of_their_own() -> None:
    assert to_promela(f.MORE_FILES, lambda fact: f"{variable(fact)}[2]") == "files_done[2] < files_total[2]"


def _every_guard() -> Iterator[f.Guard]:
    for dialect in Dialect:
        for row in full_table(dialect).rows:
            yield row.guard


def _every_effect() -> Iterator[tuple[f.Assign, ...]]:
    for dialect in Dialect:
        for row in full_table(dialect).rows:
            for answer in row.all_answers:
                yield answer.effects


def test_every_guard_of_the_table_holds_in_both_languages_where_it_holds_here() -> None:
    everywhere = [(facts, values_of(facts)) for facts in f.all_facts(2, frozenset(f.Fact))]
    told = {(to_tla(guard), to_promela(guard)): guard for guard in _every_guard()}

    assert len(told) > 30
    for (tla, promela), guard in told.items():
        for facts, values in everywhere:
            assert truth(tla, values, TLA) is truth(promela, values, PROMELA) is guard.holds(facts), guard.english


def test_guards_that_differ_are_told_differently_in_english() -> None:
    told = {guard.comparisons: to_english(guard) for guard in _every_guard()}

    assert len(set(told.values())) == len(told)


def test_effects_that_differ_are_told_differently_in_english() -> None:
    told = {tuple(effects_to_tla(changes)): effects_to_english(changes) for changes in _every_effect()}

    assert len(told) > 10
    assert len(set(told.values())) == len(told)


@pytest.mark.parametrize(
    ("changes", "english"),
    [
        ((), "nothing else changes"),
        ((f.ADD_ONE_FILE,), "the number of files grows by 1"),
        ((f.FORGET_DONE,), "no file is transferred"),
        ((f.SET_ERROR, f.LOSE_NETWORK), "error information is available and there is no network"),
        ((f.SOFTEN_ERROR,), "error information may be dropped"),
        ((f.Assign(f.Fact.FILES_DONE, f.Plus(f.Fact.FILES_DONE, -1)),), "the number of transferred files falls by 1"),
        ((f.Assign(f.Fact.KIND, f.Const(1)),), "the type of the job becomes UPLOAD"),
    ],
)
def test_what_an_answer_changes_is_told_in_words(changes: tuple[f.Assign, ...], english: str) -> None:
    assert effects_to_english(changes) == english


def test_a_guard_of_several_parts_keeps_them_apart_in_english() -> None:
    assert to_english(f.PART_DONE & f.DOWNLOAD) == ("some of its files are transferred, not all, and it is a download")


@pytest.mark.parametrize(
    ("comparison", "english"),
    [
        (f.Compare(f.Fact.ERROR, f.Relation.LESS, f.Const(2)), "error information is less than AVAILABLE"),
        (f.Compare(f.Fact.REPLY, f.Relation.EQUAL, f.Const(1)), "the reply is arriving"),
        (
            f.Compare(f.Plus(f.Fact.FILES_DONE, 1), f.Relation.EQUAL, f.Fact.FILES_TOTAL),
            "the number of transferred files and 1 is the number of files",
        ),
    ],
)
def test_a_comparison_is_told_in_words(comparison: f.Compare, english: str) -> None:
    assert to_english(comparison) == english
