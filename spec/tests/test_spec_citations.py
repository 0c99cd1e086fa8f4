"""The contract is complete and well-formed: keys, sentences, pages, dialects, decisions.

Law: what is demanded here is form; whether a clause is cited, and kept, is tested with the table and the kit.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from copyjob.spec.citations import (
    ALL_CLAUSES,
    BITS,
    BOTH,
    CLAUSES,
    DO,
    Clause,
    Page,
    UnknownClauseError,
    clause,
)
from copyjob.spec.vocabulary import Dialect, ErrorContext, Hresult, JobState

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = re.compile(r"[a-z]+(/([a-z]+(-[a-z]+)*|[1-9][0-9]*))?")
SENTENCE = re.compile(r"[A-Z].*\.", re.DOTALL)
# A folder and a kind of file for each of the three repositories the contract rests on.
PATHS = {
    "MicrosoftDocs/win32": re.compile(r"desktop-src/(Bits|delivery_optimization)/[a-z0-9_-]+\.md"),
    "MicrosoftDocs/sdk-api": re.compile(
        r"sdk-api-src/content/(bits[0-9_]*|deliveryoptimization)/(ne|nf|nn|ns)-\1-[a-z0-9_-]+\.md"
    ),
    "wine-mirror/wine": re.compile(r"dlls/qmgr/tests/[a-z_]+\.c"),
}
URL = re.compile(r"https://github\.com/[A-Za-z-]+/[a-z0-9-]+/blob/(docs|master)/[A-Za-z0-9_./-]+(#[a-z0-9-]+)?")
CAPITALS = re.compile(r"\b[A-Z]+(?:_[A-Z]+)+\b|\b[A-Z]{5,}\b")
PREFIXES = ("", "BG_", "DO_", "BG_JOB_", "DO_JOB_")
# Capitals that are neither states nor codes: names of the headers, and words everybody writes so.
OTHER_NAMES = {
    "BG_JOB_PRIORITY",
    "BG_LENGTH_TO_EOF",
    "DISABLE",
    "FALSE",
    "FILE_RANGES_TRANSFERRED",
    "FILE_TRANSFERRED",
    "HRESULT",
    "JOB_ERROR",
    "JOB_MODIFICATION",
    "JOB_TRANSFERRED",
    "SHOULD",
}


def all_pages() -> Iterator[tuple[Clause, Page]]:
    for each in ALL_CLAUSES:
        for page in each.pages:
            yield each, page


def test_no_key_is_used_twice() -> None:
    keys = [each.key for each in ALL_CLAUSES]

    assert len(keys) == len(set(keys)) == len(CLAUSES)


def test_every_key_is_a_theme_or_a_theme_and_a_name() -> None:
    assert [key for key in CLAUSES if not KEY.fullmatch(key)] == []


def test_a_theme_that_is_a_key_has_no_other_clause() -> None:
    themes = {key for key in CLAUSES if "/" not in key}

    assert [key for key in CLAUSES if "/" in key and key.split("/")[0] in themes] == []


def test_every_text_is_made_of_full_sentences() -> None:
    assert [each.key for each in ALL_CLAUSES if not SENTENCE.fullmatch(each.text)] == []


def test_no_text_has_a_line_break_or_a_double_space() -> None:
    assert [each.key for each in ALL_CLAUSES if re.search(r"\s\s|\n", each.text)] == []


def test_no_two_clauses_say_the_same() -> None:
    texts = [each.text for each in ALL_CLAUSES]

    assert len(texts) == len(set(texts))


def test_the_specification_does_not_say_should_for_what_holds() -> None:
    # SHOULD in capitals is a level; the word in small letters blurs what is binding.
    assert [each.key for each in ALL_CLAUSES if re.search(r"\bshould\b", each.text)] == []


def test_every_name_in_capitals_is_a_word_of_the_vocabulary() -> None:
    known = {*JobState.__members__, *ErrorContext.__members__, *Hresult.__members__, *OTHER_NAMES}
    # E_EMPTY, E_NOT_FOUND and their like stand for the spellings of both dialects.
    unknown = {
        (each.key, name)
        for each in ALL_CLAUSES
        for name in CAPITALS.findall(each.text)
        if not any(prefix + name in known for prefix in PREFIXES)
    }

    assert unknown == set()


def test_every_number_of_an_hresult_is_the_one_of_the_vocabulary() -> None:
    # Written as NAME (0x...), or inside brackets as NAME, 0x...
    pairs = {
        (name, int(number, 16))
        for each in ALL_CLAUSES
        for name, number in re.findall(r"((?:BG|DO)_[ES]_[A-Z_]+)(?: \(|, )(0x[0-9A-F]{8})", each.text)
    }

    assert len(pairs) >= 5
    assert {pair for pair in pairs if Hresult[pair[0]] != pair[1]} == set()


def test_every_bare_number_of_an_hresult_has_a_name() -> None:
    numbers = {int(n, 16) for each in ALL_CLAUSES for n in re.findall(r"0x[0-9A-F]{8}", each.text)}

    assert numbers
    assert numbers - {int(known) for known in Hresult} == set()


def test_every_documented_clause_names_a_page() -> None:
    assert [each.key for each in ALL_CLAUSES if not each.decided and not each.pages] == []


def test_no_clause_names_a_page_twice() -> None:
    assert [each.key for each in ALL_CLAUSES if len(set(each.pages)) != len(each.pages)] == []


def test_a_clause_is_decided_exactly_if_its_key_says_so() -> None:
    assert [each.key for each in ALL_CLAUSES if each.decided != each.key.startswith("decision/")] == []


def test_the_decisions_are_numbered_from_1_to_23_in_order() -> None:
    assert [each.key for each in ALL_CLAUSES if each.decided] == [f"decision/{n}" for n in range(1, 24)]


def test_a_clause_names_another_one_by_a_key_that_exists() -> None:
    named = {key for each in ALL_CLAUSES for key in re.findall(r"\b[a-z]+/[a-z0-9][a-z0-9-]*\b", each.text)}

    assert "decision/11" in named
    assert named - set(CLAUSES) == set()


def test_every_clause_speaks_about_at_least_one_dialect() -> None:
    assert [each.key for each in ALL_CLAUSES if not each.dialects] == []


@pytest.mark.parametrize(("dialect", "folder"), [(Dialect.BITS, "/delivery"), (Dialect.DO, "/Bits/")])
def test_a_documented_clause_of_one_dialect_rests_on_no_page_of_the_other(dialect: Dialect, folder: str) -> None:
    of_one = [each for each in ALL_CLAUSES if each.dialects == frozenset({dialect}) and not each.decided]

    assert of_one
    assert [each.key for each in of_one for page in each.pages if folder in page.path] == []


@pytest.mark.parametrize("folder", ["delivery", "Bits/|/bits|qmgr"])
def test_a_documented_clause_of_both_dialects_rests_on_pages_of_both(folder: str) -> None:
    of_both = [each for each in ALL_CLAUSES if each.dialects == BOTH and not each.decided]

    assert of_both
    assert [e.key for e in of_both if not any(re.search(folder, page.path) for page in e.pages)] == []


def test_the_named_dialect_sets_are_the_two_dialects_and_their_union() -> None:
    actual = [sorted(dialect.name for dialect in each) for each in (BITS, DO, BOTH)]

    assert actual == [["BITS"], ["DO"], ["BITS", "DO"]]


def test_every_page_is_a_document_of_one_of_the_three_repositories() -> None:
    assert [(e.key, page) for e, page in all_pages() if not PATHS[page.repository].fullmatch(page.path)] == []


def test_every_page_has_an_https_url_without_a_machine_path() -> None:
    assert [(each.key, page.url) for each, page in all_pages() if not URL.fullmatch(page.url)] == []


def test_the_section_of_a_markdown_page_is_the_anchor_of_its_url() -> None:
    page = Page("MicrosoftDocs/win32", "desktop-src/Bits/best-practices-when-using-bits.md", "Jobs are persistent")

    assert page.url.endswith("/blob/docs/desktop-src/Bits/best-practices-when-using-bits.md#jobs-are-persistent")


def test_the_section_of_a_c_file_leaves_its_url_as_it_is() -> None:
    page = Page("wine-mirror/wine", "dlls/qmgr/tests/job.c", "test_ResumeEmpty")

    assert page.url == "https://github.com/wine-mirror/wine/blob/master/dlls/qmgr/tests/job.c"


def test_a_reason_for_being_untested_is_a_phrase_without_a_full_stop() -> None:
    reasons = [each.untested for each in ALL_CLAUSES if each.untested]

    assert reasons
    assert [reason for reason in reasons if reason.endswith(".") or len(reason.split()) < 4] == []


def test_a_clause_is_found_by_its_key() -> None:
    assert clause("resume/empty") is CLAUSES["resume/empty"]


def test_an_unknown_key_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(UnknownClauseError, match=r"no clause 'resume/emtpy'; did you mean resume/empty"):
        clause("resume/emtpy")


def test_a_key_like_no_other_is_answered_with_where_all_keys_are() -> None:
    with pytest.raises(KeyError) as caught:
        clause("0123456789")

    assert str(caught.value) == (
        "The contract has no clause '0123456789'; copyjob.spec.citations.CLAUSES lists all keys."
    )


def test_the_index_of_clauses_cannot_be_written_to() -> None:
    with pytest.raises(TypeError):
        CLAUSES["resume/empty"] = CLAUSES["resume/final"]  # type: ignore[index]  # pyright: ignore[reportIndexIssue]  # the fact under test
