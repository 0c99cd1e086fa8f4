"""Does everything on a picture lead to where it is told, and is a picture with links open to who does not see it?"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from copyjob.diagrams.addresses import clause_page, hresult_page, label_page, row_place, state_page
from copyjob.diagrams.dot import Arrow, Box, Node, Statement, relinked
from copyjob.diagrams.edges import address_of
from copyjob.diagrams.pictures import PICTURES, Picture
from copyjob.diagrams.render import render, render_inline
from copyjob.diagrams.svg import read_stamp, source_digest
from copyjob.spec.citations import CLAUSES
from copyjob.spec.table import Table, full_table, table
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, Operation

SVG = "{http://www.w3.org/2000/svg}"


def _things(statements: list[Statement]) -> list[Node | Arrow]:
    found: list[Node | Arrow] = []
    for statement in statements:
        if isinstance(statement, Box):
            found += _things(statement.inside)
        elif isinstance(statement, Node | Arrow) and statement.attributes.get("style") != "invis":
            found.append(statement)
    return found


def _pages() -> set[str]:
    rows = {row.id for dialect in Dialect for row in full_table(dialect).rows}
    return {
        "index.html",
        *map(state_page, JobState),
        *map(label_page, (*Operation, *InternalEvent)),
        *map(hresult_page, Hresult),
        *map(clause_page, CLAUSES),
        *map(row_place, rows),
    }


@pytest.fixture(scope="module")
def linked() -> ET.Element:
    picture = PICTURES["resume-bits"]
    return ET.fromstring(render(picture.dot, picture.caption, links="../"))


def _links(root: ET.Element) -> list[ET.Element]:
    return list(root.iter(f"{SVG}a"))


def test_every_node_and_arrow_has_an_address_but_for_facts(picture: Picture) -> None:
    bare = [
        thing.attributes.get("id") for thing in _things(picture.drawn.statements) if not thing.attributes.get("URL")
    ]
    assert [identifier for identifier in bare if not str(identifier).startswith("fact-")] == []


def test_every_address_is_one_that_the_specification_can_have(picture: Picture) -> None:
    assert set(re.findall(r'URL="([^"]*)"', picture.dot)) - _pages() == set()


def test_a_state_leads_to_its_page() -> None:
    assert re.search(r'id="state-SUSPENDED".*URL="states/SUSPENDED.html"', PICTURES["lifecycle-bits"].dot)


def test_an_arrow_of_one_row_leads_to_that_row() -> None:
    (row,) = table(Dialect.BITS).cell(Operation.CANCEL, JobState.ERROR)
    assert address_of([row]) == "operations/cancel.html#row-cancel-ERROR-1"


def test_an_arrow_of_several_rows_leads_to_the_page_of_their_operation() -> None:
    assert address_of(table(Dialect.BITS).cell(Operation.RESUME, JobState.SUSPENDED)) == "operations/resume.html"


def test_an_arrow_of_several_events_leads_to_the_state_that_it_leaves() -> None:
    bits: Table = table(Dialect.BITS)
    rows = bits.cell(InternalEvent.FATAL_FAULT, JobState.CONNECTING) + bits.cell(
        InternalEvent.RANGE_REFUSED, JobState.CONNECTING
    )
    assert address_of(rows) == "states/CONNECTING.html"


def test_a_refusal_leads_to_its_hresult() -> None:
    assert re.search(r'id="answer-BG_E_EMPTY".*URL="hresults/BG_E_EMPTY.html"', PICTURES["resume-bits"].dot)


def test_without_a_prefix_there_is_no_link(svg: str) -> None:
    assert "<a " not in svg
    assert "href" not in svg


def test_with_a_prefix_everything_leads_from_there(linked: ET.Element) -> None:
    links = _links(linked)
    assert len(links) > 20
    assert all((link.get("href") or "").startswith("../") for link in links)
    assert "../states/SUSPENDED.html" in {link.get("href") for link in links}


def test_every_address_of_the_dot_text_is_a_link_of_the_drawing(picture: Picture) -> None:
    root = ET.fromstring(render_inline(picture.dot, picture.caption, "x-", links=""))
    asked = [
        url for line in picture.dot.splitlines() if "invis" not in line for url in re.findall(r'URL="([^"]*)"', line)
    ]
    assert sorted(link.get("href") or "" for link in _links(root)) == sorted(asked)


def test_a_link_says_in_words_where_it_leads(linked: ET.Element) -> None:
    assert [link.get("href") for link in _links(linked) if not (link.get("aria-label") or "").strip()] == []


def test_what_is_in_a_link_has_its_id_and_its_title_still(linked: ET.Element) -> None:
    for link in _links(linked):
        (group,) = link
        assert group.get("id")
        assert group.find(f"{SVG}title") is not None


def test_a_picture_with_links_is_a_document_and_no_image(linked: ET.Element) -> None:
    assert linked.get("role") == "document"
    assert linked.get("aria-labelledby") == "title desc"


def test_the_keyboard_stops_once_at_each_address(linked: ET.Element) -> None:
    stops = [link.get("href") for link in _links(linked) if link.get("tabindex") != "-1"]
    assert len(stops) == len(set(stops))
    assert set(stops) == {link.get("href") for link in _links(linked)}


def test_no_link_lies_in_another_one(linked: ET.Element) -> None:
    assert [inner for link in _links(linked) for inner in link.iter(f"{SVG}a") if inner is not link] == []


def test_a_picture_with_links_carries_another_digest() -> None:
    picture = PICTURES["cancel-do"]
    stamped = read_stamp(render(picture.dot, picture.caption, links="../"))
    assert stamped["source"] == picture.digest_with("../") == source_digest(picture.dot, picture.caption, "../")
    assert stamped["source"] != picture.digest
    assert stamped["source"] != picture.digest_with("")


def test_dot_text_without_addresses_is_otherwise_the_same() -> None:
    dot = PICTURES["cancel-do"].dot
    bare = relinked(dot, None)
    assert "URL" not in bare
    assert relinked(dot, "").count("URL=") == dot.count("URL=") > 10
    assert bare == re.sub(r', URL="[^"]+"', "", dot)


def test_dot_text_can_be_led_to_another_place() -> None:
    assert 'URL="../../states/CANCELLED.html"' in relinked(PICTURES["cancel-do"].dot, "../../")
