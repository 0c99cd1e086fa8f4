"""Three questions that readers bring: is each answered within two clicks from home, in both languages?

Law: only links are followed, by what they say; a page is read, never looked into.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.handbook.reading import Element, Handbook

HOMES = {"en": "index.html", "de": "de/index.html"}


def _click(handbook: Handbook, path: str, says: str) -> tuple[str, str]:
    """Follow the first link of a page that says something; return where it leads."""
    for address, link in handbook.links(path):
        if link.text == says and not address.startswith("https:"):
            return handbook.target(path, address)
    raise LookupError(f"{path} has no link {says!r}")


def _read(handbook: Handbook, place: tuple[str, str]) -> str:
    """Return what a reader reads from a place on: the section that it is in."""
    path, anchor = place
    at: Element | None = handbook.page(path).by_id(anchor)
    while at is not None and at.tag != "section":
        at = at.parent
    assert at is not None
    return at.text


ASKED = {
    "en": (
        "My job is in ERROR and Resume returns 0x80200002: why?",
        "What may I call on a TRANSFERRED job?",
        "Does Cancel delete my files?",
    ),
    "de": (
        "Mein Auftrag ist in ERROR, und Resume gibt 0x80200002 zurück: Warum?",
        "Was darf ich bei einem Auftrag in TRANSFERRED aufrufen?",
        "Löscht Cancel meine Dateien?",
    ),
}


@pytest.mark.parametrize(
    ("code", "none", "why"),
    [
        ("en", "No rule lets Resume,", "has a job that is in another state by now"),
        ("de", "Keine Regel lässt Resume,", "dessen Auftrag ist inzwischen in einem anderen Zustand"),
    ],
)
def test_why_resume_returns_invalid_state_in_error(handbook: Handbook, code: str, none: str, why: str) -> None:
    text = _read(handbook, _click(handbook, HOMES[code], ASKED[code][0]))
    assert none in text
    assert "BG_E_INVALID_STATE (0x80200002)" in text
    assert why in text
    assert "Resume: → QUEUED" in text
    # A program that was checked answers so all the same, and is named.
    assert "aria2: resume answered BG_E_INVALID_STATE" in text


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("en", "BG_E_INVALID_STATE (0x80200002) is no answer of Resume,"),
        ("de", "BG_E_INVALID_STATE (0x80200002) ist in ERROR keine Antwort von Resume,"),
    ],
)
def test_why_resume_returns_invalid_state_by_way_of_the_state(handbook: Handbook, code: str, says: str) -> None:
    path, _ = _click(handbook, HOMES[code], "ERROR")
    text = _read(handbook, (path, "not-here"))
    assert says in text
    told = text.partition(says)[2].partition(".")[0]
    assert "ACKNOWLEDGED, CANCELLED" in told


@pytest.mark.parametrize("code", HOMES)
def test_what_may_be_called_on_a_transferred_job(handbook: Handbook, code: str) -> None:
    text = _read(handbook, _click(handbook, HOMES[code], ASKED[code][1]))
    told = text.partition("Delivery Optimization")[0]
    for name in ("Complete: → ACKNOWLEDGED", "Cancel: → CANCELLED", "Suspend: → SUSPENDED", "AddFile: S_OK"):
        assert name in told
    assert "SetReplyFileName: BG_E_INVALID_STATE" in told


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("en", "The job's temporary files are deleted, in BITS those wholly transferred too"),
        ("de", "Die temporären Dateien des Auftrags werden gelöscht"),
    ],
)
def test_whether_cancel_deletes_files(handbook: Handbook, code: str, says: str) -> None:
    text = _read(handbook, _click(handbook, HOMES[code], ASKED[code][2]))
    assert says in text
    assert "cancel/any" in text


@pytest.mark.parametrize("code", HOMES)
def test_every_question_of_the_home_page_is_one_of_these(handbook: Handbook, code: str) -> None:
    (asked,) = handbook.page(HOMES[code]).having("asked")
    assert tuple(one.text for one in asked.tagged("a")) == ASKED[code]
