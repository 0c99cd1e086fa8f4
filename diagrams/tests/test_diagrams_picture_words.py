"""Does a picture say the same in every language: other words, the same rows, ids and links, and nothing left out?"""

from __future__ import annotations

import re

import pytest

from copyjob.diagrams.language import CODES, ENGLISH, Language, UntranslatedError, catalogues, language
from copyjob.diagrams.pictures import PICTURES, pictures

FOREIGN = [code for code in CODES if code != ENGLISH.code]
each_picture = pytest.mark.parametrize(("name", "code"), [(name, code) for code in FOREIGN for name in PICTURES])


def _values(attribute: str, dot: str) -> list[str]:
    return re.findall(rf'[\[ ]{attribute}="([^"]*)"', dot)


@pytest.mark.parametrize("code", FOREIGN)
def test_every_picture_is_there_in_every_language(code: str) -> None:
    own = pictures(language(code))
    assert list(own) == list(PICTURES)
    assert [(p.kind, p.dialect, p.subject) for p in own.values()] == [
        (p.kind, p.dialect, p.subject) for p in PICTURES.values()
    ]


@each_picture
def test_ids_and_links_are_the_same_in_every_language(name: str, code: str) -> None:
    own, english = pictures(language(code))[name].dot, PICTURES[name].dot
    assert _values("id", own) == _values("id", english)
    assert _values("URL", own) == _values("URL", english)


@each_picture
def test_the_same_rows_are_named_in_every_language(name: str, code: str) -> None:
    row = re.compile(r"[a-z_]+/[A-Z_]+/\d+")
    own, english = (
        [row.findall(text.replace("\\n", "\n")) for text in _values("(?:edge)?tooltip", dot)]
        for dot in (pictures(language(code))[name].dot, PICTURES[name].dot)
    )
    assert own == english
    assert any(own)


@each_picture
def test_title_and_description_are_said_in_another_way(name: str, code: str) -> None:
    own, english = pictures(language(code))[name].caption, PICTURES[name].caption
    assert own.title != english.title
    assert own.description != english.description


def test_every_place_of_a_text_is_filled() -> None:
    for code in CODES:
        for picture in pictures(language(code)).values():
            said = (picture.dot, picture.caption.title, picture.caption.description)
            assert [text for text in said if re.search(r"\{\w+\}", text)] == []


@pytest.mark.parametrize("code", FOREIGN)
def test_a_catalogue_of_pictures_has_nothing_that_no_picture_says(code: str) -> None:
    # One of our own, so that what others have asked for does not count.
    asking = Language("en", "English")
    for picture in pictures(asking).values():
        assert picture.dot
    assert set(catalogues(code)["pictures.po"]) - asking.asked == set()


def test_a_word_that_is_missing_is_a_mistake_and_no_english_word() -> None:
    full = language("de")
    assert full.texts is not None
    lacking = Language("de", "Deutsch", {text: own for text, own in full.texts.items() if text != "no such row"})
    drawn = pictures(lacking)["differences"]
    with pytest.raises(UntranslatedError, match="no such row"):
        drawn.draw()


def test_a_language_is_drawn_once() -> None:
    assert pictures(language("de")) is pictures(language("de"))
    assert pictures(ENGLISH) is PICTURES
