"""``copyjob explain`` on a terminal: in brief, all of it where it is asked for, and the numbers of the headers."""

from __future__ import annotations

import pytest

from copyjob.spec import cli
from copyjob.spec.explain import explain
from copyjob.spec.explain_brief import WIDTH, brief_lines, is_broad
from copyjob.spec.explain_text import text_lines
from copyjob.spec.explain_words import NUMBERS, understood
from copyjob.spec.vocabulary import Dialect, ErrorContext, Hresult, InternalEvent, JobPriority, JobState

SCREEN_LINES = 60
WORDS = [
    *("resume", "suspend", "cancel", "complete", "add_file", "get_error", "set_priority", "get_job", "set_remote_name"),
    *(event.value for event in InternalEvent),
    *(state.name for state in JobState),
    *(hresult.name for hresult in Hresult if "EMPTY" in hresult.name or "STATE" in hresult.name),
]


def told(*words: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the lines that the command prints."""
    assert cli.main(["explain", *words]) == 0
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("word", WORDS)
def test_no_brief_line_is_wider_than_a_terminal(word: str) -> None:
    lines = [line.text for line in brief_lines(explain(understood([word])))]
    assert [line for line in lines if len(line) > WIDTH] == []


@pytest.mark.parametrize("word", ["resume", "suspend", "cancel", "add_file", *(state.name for state in JobState)])
def test_what_is_asked_first_fits_a_screen(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(told(word, capsys=capsys)) <= SCREEN_LINES


@pytest.mark.parametrize("word", ["resume", "TRANSIENT_ERROR", "E_EMPTY", "transient_fault"])
def test_every_state_and_hresult_that_is_told_in_brief_is_told_in_full(word: str) -> None:
    explanation = explain(understood([word]))
    brief = {part.strip("(),.;:") for line in brief_lines(explanation) for part in line.text.split()}
    full = " ".join(line.text for line in text_lines(explanation))
    names = {part for part in brief if part.isupper() and "_" in part}
    assert names
    assert [name for name in names if name not in full] == []


def test_where_a_call_leads_is_told_in_brief_for_each_dialect(capsys: pytest.CaptureFixture[str]) -> None:
    text = " ".join(" ".join(told("resume", capsys=capsys)).split())
    assert (
        "SUSPENDED, where a file is left to transfer: BITS: S_OK, becomes QUEUED (MUST); "
        "DO: S_OK, becomes TRANSFERRING or QUEUED (MUST)" in text
    )


def test_a_way_that_one_dialect_alone_has_is_marked(capsys: pytest.CaptureFixture[str]) -> None:
    assert "  turn      CONNECTING (BITS), TRANSFERRING (DO)" in told("QUEUED", capsys=capsys)


def test_the_sources_are_told_where_they_are_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    brief, sourced = told("resume", capsys=capsys), told("resume", "--sources", capsys=capsys)
    assert ("Sources" in brief, "Sources" in sourced) == (False, True)


def test_all_of_it_is_told_where_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    whole = [line.text for line in text_lines(explain(understood(["resume"])))]
    assert told("resume", "--all", capsys=capsys) == whole


def test_the_last_line_tells_how_to_have_more(capsys: pytest.CaptureFixture[str]) -> None:
    text = " ".join(told("resume", capsys=capsys)[-3:])
    assert ("uploads" in text, "--sources" in text, "--all" in text) == (True, True, True)


def test_what_the_core_does_not_know_is_told_of_the_whole(capsys: pytest.CaptureFixture[str]) -> None:
    text = " ".join(told("network_lost", capsys=capsys))
    assert ("TRANSIENT_ERROR" in text, "left out" in text) == (True, False)


@pytest.mark.parametrize("word", ["resume/SUSPENDED/2", "resume/empty", "decision/2"])
def test_a_row_or_clause_is_told_in_full(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert not is_broad(explain(understood([word])))
    assert "Sources" in told(word, capsys=capsys)


@pytest.mark.parametrize("name", NUMBERS)
def test_the_numbers_of_the_headers_are_explained(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(name, capsys=capsys)
    assert [member for member in NUMBERS[name] if f"  {member.value:<6}  {name}_{member.name}" not in lines] == []


@pytest.mark.parametrize("member", [ErrorContext.REMOTE_FILE, JobPriority.HIGH], ids=lambda member: member.name)
def test_a_name_among_the_numbers_is_explained_by_them(member: ErrorContext | JobPriority) -> None:
    (numbers,) = understood([member.name]).numbers
    assert numbers is type(member)


def test_a_state_is_still_a_state() -> None:
    question = understood(["BG_JOB_STATE_ERROR"], dialects=tuple(Dialect))
    assert question.state is JobState.ERROR
