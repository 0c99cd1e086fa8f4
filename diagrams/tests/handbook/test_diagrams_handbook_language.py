"""Is everything said in every language: nothing missing, nothing left in English, nothing said that nobody reads?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from copyjob.diagrams.handbook import reports, site
from copyjob.diagrams.handbook.book import Book
from copyjob.diagrams.handbook.pages import pages
from copyjob.diagrams.language import ENGLISH, Language, UntranslatedError, catalogues, language

if TYPE_CHECKING:
    from tests.handbook.reading import Element, Handbook

OURS = "handbook.po"
ROOM = Path(str(files("copyjob.diagrams")))
SAID = re.compile(r"""(?:say|tell)\(\s*(?:"([^"]+)"|'([^']+)')""")
COUNTED = re.compile(r"""say\.count\([^,]+,\s*"([^"]+)",\s*"([^"]+)\"""")
NAME = re.compile(r"[A-Z][A-Z_]{2,}|0x[0-9A-F]+|[a-z]+/[a-z0-9-]+|\{[a-z_]+\}")


def _of_templates() -> Iterator[str]:
    """Yield every text that a template of the handbook says, whichever way it goes."""
    for path in sorted((ROOM / "templates" / "handbook").glob("*.j2")):
        if path.name == "explorer.html.j2":
            continue
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
        yield from (double or single for double, single in SAID.findall(text))
        for one, many in COUNTED.findall(text):
            yield from (one, many)


def _of_modules() -> Iterator[str]:
    """Yield every text that a module of the handbook says literally."""
    for path in sorted((ROOM / "handbook").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("say") and node.args:
                said = node.args[0]
                if isinstance(said, ast.Constant) and isinstance(said.value, str):
                    yield said.value


def _texts(element: Element) -> Iterator[str]:
    """Yield each text that is read in an element, but for what is said to be English."""
    for child in element.children:
        if isinstance(child, str):
            yield " ".join(child.split())
        elif child.attributes.get("lang") != "en" and child.tag not in ("script", "code"):
            yield from _texts(child)


def test_every_text_of_templates_and_modules_is_said_in_german() -> None:
    german = language("de")
    said = {*_of_templates(), *_of_modules()}
    assert len(said) > 150
    assert german.texts is not None
    assert said - set(german.texts) == set()


def test_nothing_is_said_in_german_that_nobody_asks_for(handbook: Handbook) -> None:
    assert handbook.pages
    known = {*_of_templates(), *_of_modules(), *language("de").asked}
    assert set(catalogues("de")[OURS]) - known == set()


def test_a_text_without_a_translation_stops_the_making() -> None:
    german = language("de")
    assert german.texts is not None
    lacking = Language("de", "Deutsch", {key: own for key, own in german.texts.items() if key != "Life cycle"})
    with pytest.raises(UntranslatedError, match="'Life cycle' has no translation in de"):
        site.language_files(Book(lacking), (("de", "Deutsch"),))


def test_a_translation_keeps_names_numbers_and_places() -> None:
    for english, german in catalogues("de")[OURS].items():
        assert sorted(NAME.findall(english)) == sorted(NAME.findall(german)), english


def test_no_sentence_of_a_german_page_is_english(handbook: Handbook) -> None:
    german = language("de")
    assert german.texts is not None
    # Words that are the same, or names, in both languages say nothing.
    english = {text for text, own in german.texts.items() if text != own and " " in text and "{" not in text}
    for path in handbook.pages:
        if path.startswith("de/"):
            (body,) = handbook.page(path).tagged("body")
            assert [text for text in _texts(body) if text in english] == [], path


def test_both_languages_have_the_same_pages_of_the_same_kind() -> None:
    backends = reports.read_all(reports.committed() or Path())
    of = {
        say.code: [(page.address, page.template, page.dialects) for page in pages(Book(say, backends))]
        for say in (ENGLISH, language("de"))
    }
    assert of["de"] == of["en"]
