"""Is everything that the specification says said in German too, whole, and without losing a name or a number?

Law: what is asked for is computed from the specification (:func:`clause_texts`, :func:`rule_texts`), in its order; no
text is listed here. Whether a translation is good German is for its readers.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import pytest

from copyjob.spec.callbacks import callbacks, promises
from copyjob.spec.calls import calls
from copyjob.spec.citations import ALL_CLAUSES, CLAUSES
from copyjob.spec.facts import VALUES, Compare, Const, Fact, Relation
from copyjob.spec.laws import LAWS, sentence
from copyjob.spec.rows import STATE_CLASSES, Outcome
from copyjob.spec.scope import FEATURES, Feature
from copyjob.spec.table import EVENTS, full_table
from copyjob.spec.translate import effects_to_english, to_english
from copyjob.spec.vocabulary import (
    Dialect,
    Hresult,
    JobState,
    JobType,
    Operation,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Said = tuple[str, str]
"""An English text, and where the specification says it."""

FILES: Final = ("clauses.po", "rules.po")


# What the specification says


def clause_texts() -> Iterator[Said]:
    """Yield what is said of clauses and callbacks: texts, why one is untested, promises."""
    for each in ALL_CLAUSES:
        yield each.text, f"clause {each.key}"
        if each.untested:
            yield each.untested, f"why {each.key} is untested"
    for dialect in Dialect:
        for rule in promises(dialect):
            yield rule.english, f"promise {rule.id}"


def rule_texts() -> Iterator[Said]:
    """Yield what rows, events, rules and laws say, and the words that classify them."""
    yield from _of_rows()
    yield from _of_facts()
    for outcome in Outcome:
        yield outcome.value, "outcome of a row"
    for state_class in dict.fromkeys(STATE_CLASSES.values()):
        for text in (state_class.value, f"{state_class.value} state", f"{state_class.value} states"):
            yield text, f"class {state_class.value}, of states"
    for feature in Feature:
        if any(feature in scope for scope in FEATURES.values()):
            yield feature.value, "feature of a scope"
    for event, cause in EVENTS.items():
        yield cause.cause, f"cause of {event.value}"
    yield from _of_calls()
    for dialect in Dialect:
        for rule in callbacks(dialect):
            yield rule.trigger.english, f"when {rule.id} calls back"
            yield rule.english, f"callback {rule.id}"
    for law in LAWS:
        yield sentence(law), f"name of {law.name}"
        yield law.text, f"law {law.name}"


def _of_rows() -> Iterator[Said]:
    rows = [row for dialect in Dialect for row in full_table(dialect).rows]
    for row in rows:
        yield row.guard.english, f"guard of {row.id}"
    for row in rows:
        for part in row.guard.parts:
            yield part.english, f"part of the guard of {row.id}"
        for comparison in row.guard.comparisons:
            yield to_english(comparison), f"comparison of {row.id}"
    for row in rows:
        for answer in row.all_answers:
            yield effects_to_english(answer.effects), f"effects of {row.id}"
            for effect in answer.effects:
                yield effects_to_english((effect,)), f"effect of {row.id}"


def _of_facts() -> Iterator[Said]:
    for fact in Fact:
        yield to_english(fact), f"fact {fact.name}"
        for value in VALUES.get(fact, ()):
            yield value.name, f"value of {fact.name}"
            told = Compare(fact, Relation.EQUAL, Const(value.value))
            yield to_english(told), f"value {value.name} of {fact.name}, in words"


def _of_calls() -> Iterator[Said]:
    rules = [rule for dialect in Dialect for rule in calls(dialect)]
    for rule in rules:
        yield rule.condition.english, f"condition of {rule.id}"
    for rule in rules:
        for effect in rule.effects:
            yield effect.english, f"effect of {rule.id}"
    for rule in rules:
        yield rule.english, f"call {rule.id}"


TEXTS: Final = {"clauses.po": clause_texts, "rules.po": rule_texts}


# What must not get lost


_BARE: Final = frozenset(name.partition("_")[2] for name in Hresult.__members__ if name.startswith(("BG_", "DO_")))
STATES_AND_CODES: Final = frozenset((*JobState.__members__, *Hresult.__members__, *_BARE))
WORDS_OF_OUR_OWN: Final = frozenset(value.name for names in VALUES.values() if names is not JobType for value in names)
"""Values of facts that no header names: they are words, and translated as such."""
LAW_NAMES: Final = frozenset(map(sentence, LAWS))
"""In the name of a law every word is written small, the name of a state too."""
_METHODS: Final = frozenset(each.value.capitalize() for each in Operation if "_" not in each.value)
"""Methods of one word, which nothing but the vocabulary tells from other words."""
_SPELLED: Final = re.compile(
    r"\{\w*\}"  # a place to be filled
    r"|\b[a-z-]+/[a-z0-9-]+\b"  # perhaps the key of a clause
    r"|\bHTTP/1\.0\b"
    r"|\b(?:[A-Z0-9]+_)+[A-Z0-9_]+\b|\b[A-Z]{3,}\b"  # BG_E_EMPTY, QUEUED, GUID
    r"|\b[A-Z]+[a-z]+(?:[A-Z][a-z]+)+\b"  # AddFile, IBackgroundCopyJob
    r"|\b[A-Z][a-z]+\b"  # perhaps a method
    r"|\b[1-5]xx\b"
)
_NUMBERS: Final = {
    "en": re.compile(r"0x[0-9A-F]+|\d+(?:,\d{3})*"),
    "de": re.compile(r"0x[0-9A-F]+|\d+(?:\.\d{3})*"),
}


def names_in(text: str) -> Counter[str]:
    """Return the names in a text that are the same in every language, and how often each stands there."""
    if text in WORDS_OF_OUR_OWN:
        return Counter()
    found: Iterable[str] = _SPELLED.findall(text)
    return Counter(word for word in found if _is_name(word))


def _is_name(word: str) -> bool:
    if "/" in word:
        return word in CLAUSES or word.startswith("HTTP")
    if re.fullmatch(r"[A-Z][a-z]+", word):
        return word in _METHODS
    return True


def lost(english: str, german: str) -> list[str]:
    """Return the names that stand in an English text more often than in the German one."""
    return sorted((names_in(english) - names_in(german)).elements())


def made_up(english: str, german: str) -> list[str]:
    """Return the states, HRESULTs and keys of clauses that stand in the German text alone."""
    there = names_in(english.upper() if english in LAW_NAMES else english)
    others = names_in(german).keys() - there.keys()
    return sorted(word for word in others if word in STATES_AND_CODES or "/" in word)


def numbers_in(text: str, code: str) -> Counter[str]:
    """Return the numbers in a text, written without what parts thousands in its language."""
    found: Iterable[str] = _NUMBERS[code].findall(text)
    return Counter(re.sub(r"[.,]", "", number) for number in found)


@cache
def read(name: str) -> Any:
    """Return a German catalogue as polib reads it."""
    import polib

    return polib.pofile((files("copyjob.diagrams") / "languages" / "de" / name).read_text(encoding="utf-8"))


def catalogue(name: str) -> dict[str, Any]:
    """Return the entries of a German catalogue by their English text, in its order."""
    return {entry.msgid: entry for entry in read(name)}


def german(name: str) -> dict[str, str]:
    """Return what a catalogue says, by the English text."""
    return {english: entry.msgstr for english, entry in catalogue(name).items()}


def everything() -> list[tuple[str, str]]:
    """Return every English text of both catalogues with its German one."""
    return [pair for name in FILES for pair in german(name).items()]


# The catalogues against the specification


@pytest.mark.parametrize("name", FILES)
def test_every_text_of_the_specification_is_said_in_german(name: str) -> None:
    said = german(name)
    assert [f"{where}: {text}" for text, where in TEXTS[name]() if not said.get(text)] == []


@pytest.mark.parametrize("name", FILES)
def test_a_catalogue_says_nothing_that_the_specification_does_not(name: str) -> None:
    asked = {text for text, _ in TEXTS[name]()}
    assert [text for text in german(name) if text not in asked] == []


@pytest.mark.parametrize("name", FILES)
def test_a_catalogue_stands_in_the_order_of_the_specification(name: str) -> None:
    asked = dict.fromkeys(text for text, _ in TEXTS[name]())
    said = german(name)
    assert list(said) == [text for text in asked if text in said]


def test_no_text_stands_twice_in_german() -> None:
    counted = Counter(entry.msgid for name in FILES for entry in read(name))
    assert [text for text, number in counted.items() if number > 1] == []


def test_each_clause_is_named_above_its_translation() -> None:
    named = [(text, line) for text, entry in catalogue("clauses.po").items() for line in str(entry.comment).split("\n")]
    spoken = {each.text: f"clause {each.key}" for each in ALL_CLAUSES if each.text in german("clauses.po")}
    assert [line for text, line in spoken.items() if (text, line) not in named] == []


@pytest.mark.parametrize("name", FILES)
def test_a_catalogue_says_of_itself_that_it_is_german_in_utf_8(name: str) -> None:
    told = read(name).metadata
    assert (told["Language"], told["Content-Type"]) == ("de", "text/plain; charset=UTF-8")


# Each translation against its text


def test_no_state_hresult_method_key_or_place_is_lost_in_german() -> None:
    assert [(english, names) for english, own in everything() if (names := lost(english, own))] == []


def test_no_state_hresult_or_key_is_made_up_in_german() -> None:
    assert [(english, names) for english, own in everything() if (names := made_up(english, own))] == []


def test_no_number_is_lost_or_made_up_in_german() -> None:
    unequal = [english for english, own in everything() if numbers_in(english, "en") != numbers_in(own, "de")]
    assert unequal == []


def test_what_may_be_in_english_may_be_in_german() -> None:
    may, darf = re.compile(r"\bmay\b"), re.compile(r"\b(?:darf|dürfen|dürfte|kann|können)\b")
    assert [english for english, own in everything() if may.search(english) and not darf.search(own)] == []


def test_a_sentence_ends_in_german_as_it_does_in_english() -> None:
    assert [english for english, own in everything() if english.endswith(".") != own.endswith(".")] == []


def test_nothing_but_a_name_is_left_in_english() -> None:
    assert [english for english, own in everything() if english == own and not names_in(english)] == []


def test_each_german_quotation_is_closed() -> None:
    assert [own for _, own in everything() if own.count("„") != own.count("“") or '"' in own] == []


def test_paragraphs_stay_apart_in_german() -> None:
    assert [english for english, own in everything() if english.count("\n\n") != own.count("\n\n")] == []


# What is told lost


@pytest.mark.parametrize(
    ("english", "own", "names"),
    [
        ("A QUEUED job.", "Ein Auftrag.", ["QUEUED"]),
        ("BG_E_EMPTY in BITS", "in BITS", ["BG_E_EMPTY"]),
        ("refused with E_EMPTY", "abgelehnt", ["E_EMPTY"]),
        ("Resume of a job", "Fortsetzen eines Auftrags", ["Resume"]),
        ("AddFile or Resume", "Resume", ["AddFile"]),
        ("ruled by decision/2", "geregelt", ["decision/2"]),
        ("5xx is transient", "5 ist vorübergehend", ["5xx"]),
        ("a text with {place}", "ein Text", ["{place}"]),
        ("ERROR leads to ERROR", "ERROR", ["ERROR"]),
        ("Every file is done.", "Jede Datei ist fertig.", []),
        ("in ERROR", "in ERROR", []),
    ],
)
def test_a_lost_name_is_told(english: str, own: str, names: list[str]) -> None:
    assert lost(english, own) == names


@pytest.mark.parametrize(
    ("english", "own", "equal"),
    [
        ("2,200 characters", "2.200 Zeichen", True),
        ("2,200 characters", "2,200 Zeichen", False),
        ("2,200 characters", "2.220 Zeichen", False),
        ("after 24 hours", "nach Stunden", False),
        ("(0x80200053)", "(0x80200053)", True),
        ("(0x80200053)", "(0x80200054)", False),
        ("HTTP/1.0", "HTTP/1.0", True),
    ],
)
def test_a_number_is_compared_without_what_parts_its_thousands(english: str, own: str, *, equal: bool) -> None:
    assert (numbers_in(english, "en") == numbers_in(own, "de")) is equal


@pytest.mark.parametrize(
    ("english", "own", "names"),
    [
        ("a job in ERROR", "ein Auftrag in QUEUED", ["QUEUED"]),
        ("refused with E_EMPTY", "mit BG_E_EMPTY abgelehnt", ["BG_E_EMPTY"]),
        ("as it is", "nach decision/2", ["decision/2"]),
        ("the file is invalid", "die Datei ist nach SetValidationState ungültig", []),
        ("always a final state absorbs", "immer: ERROR bleibt", ["ERROR"]),
        ("always error is left only on purpose", "immer: ERROR wird nur mit Absicht verlassen", []),
    ],
)
def test_a_name_that_was_made_up_is_told(english: str, own: str, names: list[str]) -> None:
    assert made_up(english, own) == names
