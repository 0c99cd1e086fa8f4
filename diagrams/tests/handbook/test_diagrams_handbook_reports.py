"""Is what is told of backends what their reports say, and is a bad report told in one line?"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.diagrams import addresses
from copyjob.diagrams.handbook import reports
from copyjob.diagrams.handbook.book import Book
from copyjob.diagrams.handbook.content_hresults import hresult_page
from copyjob.diagrams.handbook.content_states import state_page
from copyjob.diagrams.language import ENGLISH
from copyjob.spec.console import UsageError
from copyjob.spec.vocabulary import Dialect, Hresult, JobState

if TYPE_CHECKING:
    from tests.handbook.reading import Handbook


@pytest.fixture(scope="module")
def backends() -> tuple[reports.Backend, ...]:
    """Read the committed reports."""
    folder = reports.committed()
    assert folder is not None
    return reports.read_all(folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Copy the committed reports, to be spoilt."""
    committed = reports.committed()
    assert committed is not None
    for path in reports.report_files(committed):
        shutil.copy(path, tmp_path)
    return tmp_path


def test_the_committed_backends_are_read_in_the_order_of_their_list(backends: tuple[reports.Backend, ...]) -> None:
    assert [backend.file for backend in backends] == ["reference", "wine", "aria2"]


def test_every_divergence_is_on_the_page_of_its_backend(
    handbook: Handbook, backends: tuple[reports.Backend, ...]
) -> None:
    total = 0
    for one in reports.found(backends):
        page, _, anchor = one.place.partition("#")
        for root in ("", "de/"):
            text = handbook.page(root + page).by_id(anchor).text
            assert " ".join(one.divergence.observation.split()) in text
            total += 1
    assert total > 100


def test_a_row_tells_what_each_report_says_of_it(handbook: Handbook, backends: tuple[reports.Backend, ...]) -> None:
    signs = {"conforms": "✓", "diverges": "✗", "skipped": "–", "unjudged": "○"}
    for backend in backends:
        for (dialect, row_id), row in backend.rows.items():
            place, _, anchor = addresses.row_place(row_id).partition("#")
            told = [
                item.text
                for line in handbook.page(place).by_id(anchor).tagged("tr")
                if line.attributes.get("data-dialect", dialect.value) == dialect.value
                for item in line.having("seen")[0].tagged("li")
                if item.attributes.get("data-dialect", dialect.value) == dialect.value
            ]
            assert [one for one in told if f"{signs[row.verdict]} {backend.file}:" in one], (backend.file, row_id)


def test_a_row_that_no_check_knows_says_so(handbook: Handbook) -> None:
    row = handbook.page("operations/resume.html").by_id("row-resume-SUSPENDED-4")
    assert "not checked" in row.text


def test_the_words_of_a_report_are_marked_as_english(handbook: Handbook) -> None:
    page = handbook.page("de/states/ERROR.html")
    quotes = page.tagged("q")
    assert quotes
    assert {one.attributes["lang"] for one in quotes} == {"en"}


def test_an_answer_against_the_rules_is_told_where_its_hresult_is(backends: tuple[reports.Backend, ...]) -> None:
    page = hresult_page(Hresult.BG_E_INVALID_STATE, Book(ENGLISH, backends))
    (error,) = (one for one in page.states if one.state.text == "ERROR")
    quoted = {call.label.text: [quote.backend.file for quote in call.quotes] for call in error.instead if call.quotes}
    assert quoted == {"Resume": ["aria2"], "Suspend": ["aria2"]}
    assert {one.state.text for one in page.states for call in one.instead if call.quotes} == {"ERROR"}


def test_an_answer_against_the_rules_is_told_on_the_page_of_its_state(backends: tuple[reports.Backend, ...]) -> None:
    page = state_page(JobState.ERROR, Book(ENGLISH, backends))
    told = [one for one in page.not_here if one.hresult.text == "BG_E_INVALID_STATE"]
    assert [quote.divergence.id for one in told for quote in one.quotes] == ["resume/ERROR/1", "suspend/ERROR/1"]


def test_a_report_without_a_list_is_a_backend(folder: Path) -> None:
    (folder / reports.LIST).unlink()
    assert [backend.file for backend in reports.read_all(folder)] == ["aria2", "reference", "wine"]


def test_what_lies_beside_a_report_is_no_backend(folder: Path) -> None:
    (folder / reports.LIST).unlink()
    (folder / "badge.json").write_text('{"schemaVersion": 1, "label": "copyjob"}', encoding="utf-8")
    assert "badge" not in [backend.file for backend in reports.read_all(folder)]


@pytest.mark.parametrize("name", ["index", "my report #1"])
def test_a_report_whose_name_is_fit_for_no_page_is_named_in_one_line(folder: Path, name: str) -> None:
    (folder / reports.LIST).unlink()
    (folder / "wine.json").rename(folder / f"{name}.json")
    with pytest.raises(UsageError, match=f"{name}.json cannot be named so: .*; rename it"):
        reports.read_all(folder)


def test_a_backend_without_a_report_is_left_out(folder: Path) -> None:
    (folder / "wine.json").unlink()
    assert [backend.file for backend in reports.read_all(folder)] == ["reference", "aria2"]


def test_no_report_is_no_backend(tmp_path: Path) -> None:
    assert reports.read_all(tmp_path) == ()


def test_a_state_is_told_without_any_report() -> None:
    page = state_page(JobState.ERROR, Book(ENGLISH))
    assert page.backends == ()
    assert all(not side.seen for group in page.calls for entry in group.entries for side in entry.sides)


def _spoilt(path: Path, **values: Any) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(data | values), encoding="utf-8")


def test_a_report_of_another_version_is_named_in_one_line(folder: Path) -> None:
    _spoilt(folder / "wine.json", version=7)
    with pytest.raises(UsageError, match=r"wine\.json: this report has version 7"):
        reports.read_all(folder)


def test_a_damaged_report_is_named_in_one_line(folder: Path) -> None:
    (folder / "aria2.json").write_text("{", encoding="utf-8")
    with pytest.raises(UsageError, match=r"aria2\.json: this is no JSON"):
        reports.read_all(folder)


@pytest.mark.parametrize(
    "text",
    [
        "[[backend]",
        "backend = 3",
        "[[backend]]\nadapter = 'x'",
        "[[backend]]\nfile = '../wine'",
        "[[backend]]\nfile = 'wine'\nadapter = 3",
        "[[backend]]\nfile = 'index'",
        pytest.param("a = " + 10_000 * "[", id="too deep"),
    ],
)
def test_a_damaged_list_is_named_in_one_line(folder: Path, text: str) -> None:
    (folder / reports.LIST).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"backends\.toml is damaged"):
        reports.read_all(folder)


def test_a_backend_that_is_listed_twice_is_named_in_one_line(folder: Path) -> None:
    (folder / reports.LIST).write_text(2 * "[[backend]]\nfile = 'wine'\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"backends\.toml names wine twice"):
        reports.read_all(folder)


def test_a_folder_that_is_none_is_named_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere is no folder; give one with reports of copyjob check with --reports"):
        reports.read_all(tmp_path / "nowhere")


def _nowhere(_: object) -> None:
    """Stand in for the room of a checkout: there is none."""


def test_an_installed_package_has_the_reports_beside_its_modules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "checkout_room", _nowhere)
    monkeypatch.setattr(reports, "files", {"copyjob.diagrams": tmp_path}.get)
    assert reports.committed() is None
    (tmp_path / reports.SHIPPED).mkdir()
    assert reports.committed() == tmp_path / reports.SHIPPED


def test_what_a_divergence_says_was_answered_is_read_from_its_words(backends: tuple[reports.Backend, ...]) -> None:
    told = {one.divergence.id: reports.answered(one.divergence) for one in reports.found(backends)}
    assert told["resume/ERROR/1"] == ("resume", "BG_E_INVALID_STATE")
    assert told["suspend/QUEUED/1"] == ("suspend", "E_NOTIMPL")
    assert told["file/hidden"] is None


def test_both_dialects_are_told_of_a_backend_that_has_both(backends: tuple[reports.Backend, ...]) -> None:
    seen = [reports.seen_of(backends, "resume/ERROR/1", dialect) for dialect in Dialect]
    assert [[one.backend for one in part] for part in seen] == [["reference", "wine", "aria2"], ["reference"]]
