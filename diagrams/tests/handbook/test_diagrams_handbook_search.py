"""Does the index have every subject, by every spelling of its name and of its number?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from copyjob.diagrams import addresses
from copyjob.diagrams.handbook import search
from copyjob.spec.citations import ALL_CLAUSES
from copyjob.spec.vocabulary import Hresult, JobState, Operation

if TYPE_CHECKING:
    from tests.handbook.reading import Handbook

Index = list[list[object]]


def _index(handbook: Handbook, code: str) -> Index:
    """Return an index as the browser has it: what the script assigns."""
    text = handbook.files[f"assets/search-{code}.js"]
    head = f'"use strict";\nwindow.{search.VARIABLE} = '
    assert text.startswith(head)
    found: Index = json.loads(text.removeprefix(head).rstrip().removesuffix(";"))
    return found


@pytest.fixture(scope="module", params=["en", "de"])
def index(request: pytest.FixtureRequest, handbook: Handbook) -> Index:
    return _index(handbook, request.param)


def _named(index: Index, name: str) -> set[object]:
    return {entry[2] for entry in index if name in str(entry[3])}


def test_every_state_and_operation_is_found(index: Index) -> None:
    leads = {entry[2] for entry in index}
    wanted = {*map(addresses.state_page, JobState), *map(addresses.label_page, Operation)}
    assert wanted - leads == set()


@pytest.mark.parametrize("name", ["addfilewithranges", "getfile", "bgjobstateerror", "replaceremoteprefix"])
def test_a_name_is_found_without_case_and_underscores(index: Index, name: str) -> None:
    assert _named(index, name)


def test_every_hresult_is_found_by_its_number(index: Index) -> None:
    by_page = {entry[2]: entry[3] for entry in index}
    for hresult in Hresult:
        names = by_page[addresses.hresult_page(hresult)]
        assert isinstance(names, list)
        assert f"{hresult:08x}" in names
        assert hresult.name.replace("_", "").lower() in names


def test_an_http_status_is_found_by_its_code(index: Index) -> None:
    assert _named(index, "80190194") == {"hresults/BG_E_HTTP_ERROR.html#status-404"}


def test_the_other_spelling_of_a_code_is_found(index: Index) -> None:
    assert addresses.hresult_page(Hresult.DO_E_JOB_EMPTY) in _named(index, "doeempty")


def test_every_clause_is_found_by_key_and_text(handbook: Handbook) -> None:
    texts = {entry[0]: entry[4] for entry in _index(handbook, "en")}
    assert {each.key: each.text for each in ALL_CLAUSES}.items() <= texts.items()


def test_what_is_found_is_there(handbook: Handbook) -> None:
    for code in ("en", "de"):
        root = addresses.language_root(code)
        for entry in _index(handbook, code):
            target, anchor = handbook.target(f"{root}index.html", str(entry[2]))
            assert target in handbook.files, entry
            if anchor:
                handbook.page(target).by_id(anchor)


def test_an_index_is_one_line_an_entry(handbook: Handbook) -> None:
    text = handbook.files["assets/search-en.js"]
    assert text.count("\n") == len(_index(handbook, "en")) + 3
