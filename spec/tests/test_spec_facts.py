"""Terms, guards and effects: what they are worth, that assignments happen at once, what they leave alone.

Law: expected values are computed here by hand or by an obvious formula, never by the terms under test.
"""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copyjob.spec import facts as f
from copyjob.spec.facts import (
    Assign,
    AtMost,
    Compare,
    Configuration,
    Const,
    ErrorInformation,
    Fact,
    Facts,
    Guard,
    Plus,
    Relation,
)
from copyjob.spec.vocabulary import JobState, JobType

# Derandomized: the suite says the same thing every time; no deadline: the machine may be busy.
FIXED = settings(deadline=None, derandomize=True)

GUARDS = [value for value in vars(f).values() if isinstance(value, Guard)]
EFFECTS = [value for value in vars(f).values() if isinstance(value, Assign)]

GUARDED = (f.ONE_MORE_DONE, f.ADD_ONE_FILE, f.BEGIN_REPLY)
"""Effects that are sound only where their rows' guards hold."""

numbers = st.integers(0, 50)
any_facts = st.builds(Facts, numbers, numbers, numbers)
EVERYTHING = frozenset(Fact)
sound_facts = st.sampled_from(f.all_facts(6, EVERYTHING))
fact_names = st.sampled_from(Fact)
terms = st.one_of(
    st.builds(Const, numbers),
    fact_names,
    st.builds(Plus, fact_names, numbers),
    st.builds(AtMost, fact_names, numbers),
)
comparisons = st.builds(Compare, terms, st.sampled_from(Relation), terms)


def test_every_job_begins_suspended_without_files_or_error_information() -> None:
    assert Configuration(JobState.SUSPENDED, Facts(0, 0, ErrorInformation.UNAVAILABLE)) == f.INITIAL


@pytest.mark.parametrize(("fact", "expected"), [(Fact.FILES_TOTAL, 7), (Fact.FILES_DONE, 3), (Fact.ERROR, 2)])
def test_a_fact_is_worth_what_the_field_of_its_name_holds(fact: Fact, expected: int) -> None:
    assert f.value_of(fact, Facts(files_total=7, files_done=3, error=2)) == expected


def test_the_names_of_facts_are_the_fields_of_facts_in_order() -> None:
    assert [fact.name.lower() for fact in sorted(Fact, key=lambda fact: fact.value)] == list(Facts._fields)


@FIXED
@given(numbers, any_facts)
def test_a_constant_is_worth_itself(value: int, facts: Facts) -> None:
    assert f.value_of(Const(value), facts) == value


@FIXED
@given(fact_names, numbers, any_facts)
def test_plus_adds_to_the_fact(fact: Fact, value: int, facts: Facts) -> None:
    assert f.value_of(Plus(fact, value), facts) == getattr(facts, fact.name.lower()) + value


@FIXED
@given(fact_names, numbers, any_facts)
def test_at_most_is_the_fact_or_the_limit_whichever_is_smaller(fact: Fact, value: int, facts: Facts) -> None:
    assert f.value_of(AtMost(fact, value), facts) == min(value, getattr(facts, fact.name.lower()))


@FIXED
@given(numbers, numbers, any_facts)
def test_equal_holds_exactly_for_equal_numbers(left: int, right: int, facts: Facts) -> None:
    assert Compare(Const(left), Relation.EQUAL, Const(right)).holds(facts) == (left == right)


@FIXED
@given(numbers, numbers, any_facts)
def test_less_holds_exactly_for_a_smaller_left_side(left: int, right: int, facts: Facts) -> None:
    assert Compare(Const(left), Relation.LESS, Const(right)).holds(facts) == (left < right)


@FIXED
@given(st.lists(comparisons, max_size=4), any_facts)
def test_a_guard_holds_exactly_if_each_of_its_comparisons_does(parts: list[Compare], facts: Facts) -> None:
    failing = [part for part in parts if not part.holds(facts)]

    assert Guard("drawn", tuple(parts)).holds(facts) == (failing == [])


@FIXED
@given(any_facts)
def test_always_holds_under_any_facts(facts: Facts) -> None:
    assert f.ALWAYS.holds(facts)


@pytest.mark.parametrize(
    ("guard", "expected"),
    [
        (f.NO_FILE, {(0, 0)}),
        (f.MORE_FILES, {(1, 0), (2, 0), (2, 1)}),
        (f.ALL_FILES, {(1, 1), (2, 2)}),
        (f.NOTHING_DONE, {(0, 0), (1, 0), (2, 0)}),
        (f.PART_DONE, {(2, 1)}),
    ],
    ids=lambda value: value.english if isinstance(value, Guard) else "",
)
def test_a_guard_about_files_holds_for_exactly_these_counts(guard: Guard, expected: set[tuple[int, int]]) -> None:
    held = {(facts.files_total, facts.files_done) for facts in f.all_facts(2) if guard.holds(facts)}

    assert held == expected


@pytest.mark.parametrize(
    ("guard", "expected"),
    [
        (f.ERROR_KNOWN, ErrorInformation.AVAILABLE),
        (f.ERROR_EITHER, ErrorInformation.EITHER),
        (f.ERROR_NONE, ErrorInformation.UNAVAILABLE),
    ],
    ids=lambda value: value.english if isinstance(value, Guard) else "",
)
def test_a_guard_about_error_information_holds_for_one_value_only(guard: Guard, expected: ErrorInformation) -> None:
    assert {facts.error for facts in f.all_facts(2) if guard.holds(facts)} == {expected}


def test_no_two_guards_have_the_same_english_name() -> None:
    names = [guard.english for guard in GUARDS]

    assert len(names) >= 9
    assert len(names) == len(set(names))


def test_no_two_guards_mean_the_same() -> None:
    meanings = {guard.english: tuple(guard.holds(facts) for facts in f.all_facts(3, EVERYTHING)) for guard in GUARDS}

    assert [pair for pair in combinations(meanings, 2) if meanings[pair[0]] == meanings[pair[1]]] == []


def test_every_guard_is_told_in_a_phrase_without_signs() -> None:
    assert [guard.english for guard in GUARDS if set("<>=_()") & set(guard.english)] == []


@FIXED
@given(any_facts)
def test_no_effect_changes_nothing(facts: Facts) -> None:
    assert f.apply((), facts) == facts


@FIXED
@given(any_facts)
def test_assignments_happen_all_at_once(facts: Facts) -> None:
    swap = (Assign(Fact.FILES_TOTAL, Fact.FILES_DONE), Assign(Fact.FILES_DONE, Fact.FILES_TOTAL))

    assert f.apply(swap, facts) == facts._replace(files_total=facts.files_done, files_done=facts.files_total)


@FIXED
@given(fact_names, terms, any_facts)
def test_an_assignment_touches_its_own_fact_only(fact: Fact, term: f.Term, facts: Facts) -> None:
    after = f.apply((Assign(fact, term),), facts)

    assert after._replace(**{fact.name.lower(): 0}) == facts._replace(**{fact.name.lower(): 0})


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        (f.ADD_ONE_FILE, Facts(4, 1, 2)),
        (f.ONE_MORE_DONE, Facts(3, 2, 2)),
        (f.FORGET_DONE, Facts(3, 0, 2)),
        (f.CLEAR_ERROR, Facts(3, 1, 0)),
        (f.SOFTEN_ERROR, Facts(3, 1, 1)),
    ],
)
def test_a_named_effect_does_what_its_name_says(effect: Assign, expected: Facts) -> None:
    assert f.apply((effect,), Facts(3, 1, ErrorInformation.AVAILABLE)) == expected


def test_setting_the_error_makes_error_information_available() -> None:
    assert f.apply((f.SET_ERROR,), Facts(3, 1)).error == ErrorInformation.AVAILABLE


def test_softening_leaves_a_job_that_never_failed_without_error_information() -> None:
    assert f.apply((f.SOFTEN_ERROR,), Facts(3, 1)).error == ErrorInformation.UNAVAILABLE


@FIXED
@given(sound_facts)
def test_softening_twice_is_softening_once(facts: Facts) -> None:
    once = f.apply((f.SOFTEN_ERROR,), facts)

    assert f.apply((f.SOFTEN_ERROR,), once) == once


@FIXED
@given(st.sampled_from([effect for effect in EFFECTS if effect not in GUARDED]), sound_facts)
def test_a_named_effect_keeps_sound_facts_sound(effect: Assign, facts: Facts) -> None:
    assert f.apply((effect,), facts) in f.all_facts(7, EVERYTHING)


@pytest.mark.parametrize(("bound", "count"), [(0, 3), (1, 9), (2, 18), (3, 30)])
def test_the_number_of_sound_facts_is_three_for_each_pair_of_counts(bound: int, count: int) -> None:
    assert len(f.all_facts(bound)) == count


def test_all_facts_are_sound_distinct_and_ascending() -> None:
    facts = f.all_facts(3)

    assert facts == sorted(set(facts))
    assert all(each.files_done <= each.files_total <= 3 for each in facts)


@pytest.mark.parametrize("data", [Const(1), Plus(Fact.ERROR, 1), f.NO_FILE, f.SET_ERROR], ids=repr)
def test_a_term_a_guard_and_an_effect_can_be_keys(data: object) -> None:
    assert {data: 1}[data] == 1


def test_an_ordinary_download_is_all_that_is_sound_where_only_the_core_is_free() -> None:
    assert {facts[3:] for facts in f.all_facts(3)} == {(0, 0, 0, 0, 0)}


def test_a_job_begins_in_as_many_configurations_as_there_are_kinds() -> None:
    assert [at.facts.kind for at in f.initials(EVERYTHING)] == list(JobType)


def test_only_an_upload_with_a_reply_waits_for_one() -> None:
    assert {facts.kind for facts in f.all_facts(2, EVERYTHING) if facts.reply} == {JobType.UPLOAD_REPLY}


def test_no_upload_has_two_files() -> None:
    assert {facts.kind for facts in f.all_facts(3, EVERYTHING) if facts.files_total > 1} == {JobType.DOWNLOAD}


@FIXED
@given(st.lists(st.sampled_from(GUARDS), max_size=3), sound_facts)
def test_joined_guards_hold_where_each_does(guards: list[Guard], facts: Facts) -> None:
    together = f.joined(tuple(guards))

    assert together.holds(facts) == all(guard.holds(facts) for guard in guards)


def test_a_guard_joined_with_always_is_that_guard() -> None:
    assert f.MORE_FILES & f.ALWAYS is f.MORE_FILES


def test_joined_guards_are_told_one_after_the_other() -> None:
    assert (f.ALL_FILES & f.DOWNLOAD).english == f"{f.ALL_FILES.english} and {f.DOWNLOAD.english}"


def test_a_guard_about_what_is_not_free_falls_away_where_it_holds() -> None:
    assert (f.ALL_FILES & f.DOWNLOAD).within(f.CORE_FACTS) is f.ALL_FILES


def test_a_guard_about_what_is_not_free_leaves_nothing_where_it_cannot_hold() -> None:
    assert (f.ALL_FILES & f.UPLOADING).within(f.CORE_FACTS) is None


@FIXED
@given(st.lists(st.sampled_from(GUARDS), max_size=3), st.sampled_from(f.all_facts(3)))
def test_what_is_left_of_a_guard_holds_exactly_where_it_held(guards: list[Guard], facts: Facts) -> None:
    guard = f.joined(tuple(guards))
    left = guard.within(f.CORE_FACTS)

    assert guard.holds(facts) == (left is not None and left.holds(facts))


def test_a_named_guard_that_mixes_what_is_free_with_what_is_not_is_refused() -> None:
    mixed = Guard("mixed", (*f.MORE_FILES.comparisons, *f.DOWNLOAD.comparisons))

    with pytest.raises(ValueError, match="mixes"):
        mixed.within(f.CORE_FACTS)


def test_a_configuration_tells_whatever_is_not_ordinary() -> None:
    facts = Facts(1, 1, kind=JobType.UPLOAD_REPLY, reply=f.Reply.TO_COME, offline=1)

    assert str(Configuration(JobState.TRANSIENT_ERROR, facts)).endswith("UPLOAD_REPLY, reply TO_COME, OFFLINE")


def test_a_configuration_tells_state_files_and_error_information() -> None:
    told = str(Configuration(JobState.ERROR, Facts(2, 1, ErrorInformation.AVAILABLE)))

    assert told == "ERROR 1/2 files, error information AVAILABLE"
