"""Is all that is said of checks said in German too, and nothing that nobody asks for?"""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jinja2 import Environment, nodes

from copyjob.diagrams.language import catalogues, language
from copyjob.diagrams.report import report_html
from copyjob.diagrams.report_file import parse, read
from copyjob.diagrams.report_page import SIGNS, TOTALS, VERDICT_SAYS
from copyjob.diagrams.report_pair import pair_html

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOM = Path(__file__).parents[1] / "copyjob" / "diagrams"
MATRIX = Path(__file__).parents[2] / "conformance" / "matrix"
MODULES = ("overlay", "path", "two_backends", "sequence", "timeline", "report", "report_page", "report_pair")
TEMPLATES = ("report", "report_pair", "report_parts")
OWN = "reports.po"


def _texts(node: ast.AST) -> Iterator[str]:
    yield from (each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str))


def _of_module(name: str) -> Iterator[str]:
    """Yield the texts that a module asks for where it says them."""
    for call in ast.walk(ast.parse((ROOM / f"{name}.py").read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name | ast.Attribute):
            asked = call.func.id if isinstance(call.func, ast.Name) else call.func.attr
            if asked == "say":
                yield from _texts(call.args[0])
            elif asked == "count" and len(call.args) == 3:
                yield from (text for each in call.args[1:] for text in _texts(each))


def _of_template(name: str) -> Iterator[str]:
    tree = Environment(autoescape=True).parse((ROOM / "templates" / f"{name}.html.j2").read_text(encoding="utf-8"))
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in ("say", "count"):
            for given in call.args:
                constants = [given] if isinstance(given, nodes.Const) else given.find_all(nodes.Const)
                yield from (each.value for each in constants if isinstance(each.value, str))


SAID = {
    *(text for name in MODULES for text in _of_module(name)),
    *(text for name in TEMPLATES for text in _of_template(name)),
    *(sign.word for sign in SIGNS.values()),
    *VERDICT_SAYS.values(),
    *TOTALS.values(),
}


def test_what_is_said_of_checks_is_found_by_this_test() -> None:
    assert {"Permitted were", "stays", "{number} row diverges", "seen next", "was not checked"} <= SAID


def test_every_text_has_a_translation() -> None:
    known = {text for own in catalogues("de").values() for text in own}
    assert sorted(SAID - known) == []


def test_the_catalogue_has_nothing_that_no_module_and_no_template_says() -> None:
    sources = [ROOM / f"{name}.py" for name in MODULES]
    constants = {text for path in sources for text in _texts(ast.parse(path.read_text(encoding="utf-8")))}
    templates = "".join((ROOM / "templates" / f"{name}.html.j2").read_text(encoding="utf-8") for name in TEMPLATES)
    unsaid = [t for t in catalogues("de")[OWN] if t not in SAID | constants and f'"{t}"' not in templates]
    # What became of an entry of a baseline is a word of the report itself.
    assert sorted(unsaid) == ["not judged", "passed"]


@pytest.mark.parametrize(("text", "own"), sorted(catalogues("de")[OWN].items()))
def test_a_translation_has_the_places_the_names_and_the_numbers_of_its_text(text: str, own: str) -> None:
    def kept(told: str) -> Counter[str]:
        return Counter(re.findall(r"\{\w+\}|MUST|copyjob|\b[0-9/]+\b|[●✓✗]", told))

    assert kept(own) == kept(text)


def test_a_page_is_german_from_its_language_to_its_clauses(diverging: dict[str, Any]) -> None:
    page = report_html(parse(diverging), language("de"))
    for told in ('<html lang="de">', "weicht ab", "Erlaubt war", "Wie der Auftrag dorthin kam", "Zustandsdiagramm"):
        assert told in page
    for english in ("Permitted were", "How the job went there", "not seen", "rows discriminated"):
        assert english not in page


def test_what_a_report_says_in_its_own_words_stays_as_it_is(diverging: dict[str, Any]) -> None:
    page = report_html(parse(diverging), language("de"))
    assert "get_state answered SUSPENDED after resume answered S_OK" in page


def test_a_guard_and_a_clause_that_the_specification_does_not_know_stay_as_they_are(diverging: dict[str, Any]) -> None:
    diverging["runs"][0]["rows"][0] |= {"guard": "it has one file more", "cites": ["clause/of-another-table"]}
    page = report_html(parse(diverging), language("de"))
    assert "it has one file more" in page
    assert "Zu diesem Schlüssel ist kein Text bekannt." in page


def test_the_page_of_two_reports_is_german_too(conforming: dict[str, Any], diverging: dict[str, Any]) -> None:
    diverging["runs"].pop()
    page = pair_html({"a.json": parse(conforming), "b.json": parse(diverging)}, language("de"))
    for told in (
        '<html lang="de">',
        "nebeneinander",
        "wurde nicht geprüft",
        "Wo eines von beiden abweicht, oder beide",
    ):
        assert told in page
    assert "side by side" not in page


@pytest.mark.parametrize("name", ["reference", "wine", "aria2"])
def test_a_committed_report_has_a_page_in_german(name: str) -> None:
    assert "Abdeckung" in report_html(read(MATRIX / f"{name}.json"), language("de"))
