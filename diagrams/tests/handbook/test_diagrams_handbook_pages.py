"""Has everything its page, and does the page say all that the specification says of it?"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

import pytest

from copyjob.diagrams import addresses
from copyjob.diagrams.language import CODES
from copyjob.spec.callbacks import Callback
from copyjob.spec.calls import calls
from copyjob.spec.citations import ALL_CLAUSES
from copyjob.spec.rows import Answer, Row
from copyjob.spec.table import full_table
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, Operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.handbook.reading import Element, Handbook

BYTES_OF_FIRST_PAGE_MAX = 300_000


def _subjects() -> Iterator[str]:
    yield addresses.HOME
    yield addresses.EXPLORER
    yield from map(addresses.state_page, JobState)
    yield from map(addresses.label_page, (*Operation, *InternalEvent))
    yield from map(addresses.hresult_page, Hresult)
    yield from (addresses.clause_page(clause.key) for clause in ALL_CLAUSES)
    yield from (addresses.backend_page(name) for name in ("reference", "wine", "aria2"))


@pytest.mark.parametrize("code", CODES)
def test_every_subject_has_its_page(handbook: Handbook, code: str) -> None:
    wanted = {addresses.language_root(code) + address for address in _subjects()}
    assert wanted - set(handbook.pages) == set()


@pytest.mark.parametrize("code", CODES)
def test_a_page_says_which_language_it_is_in(handbook: Handbook, code: str) -> None:
    root = addresses.language_root(code)
    pages = [path for path in handbook.pages if path.startswith("de/") == (code == "de")]
    assert pages
    assert {handbook.page(path).tagged("html")[0].attributes["lang"] for path in pages} == {code}
    assert root + addresses.HOME in pages


def test_every_page_leads_to_its_twin_in_the_other_language(handbook: Handbook) -> None:
    for path in handbook.pages:
        twin = path.removeprefix("de/") if path.startswith("de/") else f"de/{path}"
        (languages,) = handbook.page(path).having("languages")
        leads = {handbook.target(path, one.attributes["href"])[0] for one in languages.tagged("a")}
        assert leads == {path, twin}


def test_every_page_has_one_heading_that_its_title_begins_with(handbook: Handbook) -> None:
    for path in handbook.pages:
        page = handbook.page(path)
        (heading,) = page.tagged("h1")
        (title,) = (one for one in page.tagged("title") if one.parent is not None and one.parent.tag == "head")
        assert heading.text
        assert "·" in title.text
        assert title.text.count("{") == 0


def test_no_heading_skips_a_level(handbook: Handbook) -> None:
    for path in handbook.pages:
        levels = [int(one.tag[1]) for one in handbook.page(path).everything if re.fullmatch("h[1-6]", one.tag)]
        steps = [(above, below) for above, below in itertools.pairwise(levels) if below > above + 1]
        assert steps == [], path


def _sides(page: Element, row: Row, dialect: Dialect) -> Element:
    """Return the line of a row in a dialect, on the page of its label."""
    lines = page.by_id(addresses.row_anchor(row.id)).tagged("tr")
    (line,) = (one for one in lines if one.attributes.get("data-dialect", dialect.value) == dialect.value)
    return line


def _told(answer: Answer, row: Row) -> tuple[str, ...]:
    """Return what the line of an answer must name."""
    names: list[str] = []
    if answer.hresult is not None:
        names.append(answer.hresult.name)
    if answer.dest is not row.source:
        names.append(f"→ {answer.dest.name}")
    return tuple(names)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("dialect", Dialect)
def test_every_row_is_on_the_page_of_its_label_with_all_its_answers(
    handbook: Handbook, dialect: Dialect, code: str
) -> None:
    rows = full_table(dialect).rows
    assert len(rows) > 100
    for row in rows:
        page = handbook.page(addresses.language_root(code) + addresses.label_page(row.label))
        line = _sides(page, row, dialect)
        answers = line.having("answer")
        assert len(answers) == len(row.all_answers), row.id
        for told, answer in zip(answers, row.all_answers, strict=True):
            assert [name for name in _told(answer, row) if name not in told.text] == [], row.id
        assert row.level.value in line.text
        assert [one.text for one in line.having("clause")] == list(row.cites), row.id


def test_a_row_says_its_condition(handbook: Handbook) -> None:
    for dialect in Dialect:
        for row in full_table(dialect).rows:
            told = _sides(handbook.page(addresses.label_page(row.label)), row, dialect).tagged("td")[0].text
            assert row.guard.english in told, row.id


def test_a_state_tells_of_every_row_that_begins_there(handbook: Handbook) -> None:
    for state in JobState:
        leads = {address for address, _ in handbook.links(addresses.state_page(state))}
        rows = {row.id for dialect in Dialect for row in full_table(dialect).by_source[state]}
        assert {f"../{addresses.row_place(row)}" for row in rows} - leads == set()


def test_an_answer_says_whether_it_is_documented_or_decided(handbook: Handbook) -> None:
    found = 0
    for path in handbook.pages:
        for answer in handbook.page(path).having("answer"):
            if answer.tag == "g":
                continue  # a box of a picture, which names level and clauses
            # In brief the mark stands behind the link that the answer is.
            place = answer.parent if answer.tag == "a" else answer
            assert place is not None
            assert place.having("documented") or place.having("decided"), (path, answer.text)
            found += 1
    assert found > 5_000


@pytest.mark.parametrize(("row_id", "badge"), [("resume/ERROR/1", "documented"), ("resume/TRANSFERRED/2", "decided")])
def test_the_badge_is_that_of_the_row(handbook: Handbook, row_id: str, badge: str) -> None:
    row = full_table(Dialect.BITS).by_id[row_id]
    line = _sides(handbook.page(addresses.label_page(row.label)), row, Dialect.BITS)
    assert {cls for answer in line.having("answer") for one in answer.having("badge") for cls in one.classes} == {
        "badge",
        badge,
    }


def test_a_clause_names_every_row_that_cites_it(handbook: Handbook) -> None:
    citing: dict[str, set[str]] = {}
    for dialect in Dialect:
        for row in full_table(dialect).rows:
            for key in row.cites:
                citing.setdefault(key, set()).add(row.id)
    for key, rows in citing.items():
        leads = {address for address, _ in handbook.links(addresses.clause_page(key))}
        assert {f"../{addresses.row_place(row)}" for row in rows} - leads == set(), key


def test_a_clause_leads_to_the_pages_that_it_rests_on(handbook: Handbook) -> None:
    for clause in ALL_CLAUSES:
        leads = {address for address, _ in handbook.links(addresses.clause_page(clause.key))}
        assert {page.url for page in clause.pages} <= leads


def test_every_rule_about_arguments_is_told_once(handbook: Handbook) -> None:
    for dialect in Dialect:
        for rule in calls(dialect):
            pages = [
                path for path in handbook.pages if f'id="call-{rule.id.replace("/", "-")}"' in handbook.files[path]
            ]
            assert len([path for path in pages if not path.startswith("de/")]) == 1, rule.id


def test_every_callback_is_told(handbook: Handbook) -> None:
    page = handbook.page("callbacks.html")
    for callback in Callback:
        assert page.by_id(callback.value).text == callback.value


@pytest.mark.parametrize("hresult", [Hresult.BG_E_INVALID_STATE, Hresult.DO_E_JOB_EMPTY, Hresult.S_FALSE])
def test_an_hresult_tells_its_numbers_and_spellings(handbook: Handbook, hresult: Hresult) -> None:
    text = handbook.page(addresses.hresult_page(hresult)).text
    assert f"0x{hresult:08X}" in text
    assert str(hresult - (1 << 32) if hresult.failed else int(hresult)) in text
    assert [name for name, value in Hresult.__members__.items() if value is hresult and name not in text] == []


def test_an_hresult_tells_every_state_in_which_it_is_answered(handbook: Handbook) -> None:
    for dialect in Dialect:
        for row in full_table(dialect).rows:
            for answer in row.all_answers:
                if answer.hresult is None or answer.hresult is Hresult.S_OK:
                    continue
                page = addresses.hresult_page(answer.hresult)
                assert row.source.name in handbook.page(page).by_id("answers").parent.text, row.id  # type: ignore[union-attr]


def test_every_status_of_http_has_its_code(handbook: Handbook) -> None:
    line = handbook.page("hresults/BG_E_HTTP_ERROR.html").by_id("status-404").text
    assert "BG_E_HTTP_ERROR_404" in line
    assert "0x80190194" in line
    assert "fatal_fault" in line


def test_each_state_and_operation_has_its_picture(handbook: Handbook) -> None:
    for dialect in Dialect:
        table = full_table(dialect)
        subjects = [(addresses.state_page(state), f"state-{state.name}") for state in table.states]
        subjects += [(addresses.label_page(each), each.value) for each in table.operations]
        for page, stem in subjects:
            name = f"{stem}-{dialect.value.lower()}"
            pictures = [one for one in handbook.page(page).tagged("svg") if name in one.attributes["aria-labelledby"]]
            assert len(pictures) == 1, name


def test_the_first_page_is_light_with_all_that_it_loads(handbook: Handbook) -> None:
    for path in ("index.html", "de/index.html"):
        page = handbook.page(path)
        loaded = [one.attributes["src"] for one in page.everything if "src" in one.attributes]
        loaded += [one.attributes["href"] for one in page.tagged("link") if one.attributes["rel"] != "alternate"]
        sizes = [len(handbook.files[handbook.target(path, one)[0]].encode()) for one in loaded]
        assert len(sizes) >= 3
        assert len(handbook.files[path].encode()) + sum(sizes) < BYTES_OF_FIRST_PAGE_MAX


def test_a_page_permits_files_of_the_handbook_alone(handbook: Handbook) -> None:
    for path in handbook.pages:
        page = handbook.page(path)
        (policy,) = (
            one.attributes["content"]
            for one in page.tagged("meta")
            if one.attributes.get("http-equiv") == "Content-Security-Policy"
        )
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy
        assert "*" not in policy


def test_nothing_on_a_page_would_break_its_policy(handbook: Handbook) -> None:
    for path in handbook.pages:
        page = handbook.page(path)
        assert page.tagged("style") == (), path
        inline = [one for one in page.tagged("script") if "src" not in one.attributes]
        # Data is no script, and stands in one page alone.
        assert {one.attributes["type"] for one in inline} <= {"application/json"}, path
        handlers = {name for one in page.everything for name in one.attributes if name.startswith("on")}
        assert handlers == set(), path
        assert [one.tag for one in page.everything if "style" in one.attributes] == [], path
