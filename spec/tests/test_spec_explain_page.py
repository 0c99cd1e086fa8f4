"""The page of Delivery Optimization's Resume, statement by statement: each is answered by ``copyjob explain resume``.

Law: a statement is found in one step, with the row that says so, or, where it is about no state, in words.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import pytest

from copyjob.spec.explain import Explanation, explain
from copyjob.spec.explain_rules import Given
from copyjob.spec.explain_text import text_lines
from copyjob.spec.explain_words import spellings_of, understood
from copyjob.spec.vocabulary import Dialect, Hresult, JobState


class ByRow(NamedTuple):
    """A statement that a row answers: in this state, under this condition, with this HRESULT, leading there."""

    statement: str
    row: str
    when: str
    hresult: str
    dest: JobState | None


SUSPENDED, TRANSFERRING = JobState.SUSPENDED, JobState.TRANSFERRING
NO_FILE, FILES_LEFT = "it has no file", "a file is left to transfer"
BY_ROW = (
    ByRow("Resume activates a new job", "resume/SUSPENDED/2", FILES_LEFT, "S_OK", TRANSFERRING),
    ByRow("Resume restarts a job that was suspended", "resume/SUSPENDED/2", FILES_LEFT, "S_OK", TRANSFERRING),
    ByRow("S_OK says that the job was restarted", "resume/ERROR/1", "", "S_OK", TRANSFERRING),
    ByRow("DO_E_EMPTY says that there are no files", "resume/SUSPENDED/1", NO_FILE, "DO_E_EMPTY", None),
    ByRow("the state must not be CANCELLED", "resume/CANCELLED/1", "", "DO_E_INVALID_STATE", None),
    ByRow("the state must not be ACKNOWLEDGED", "resume/ACKNOWLEDGED/1", "", "DO_E_INVALID_STATE", None),
    ByRow("Resume moves a new job to transferring", "resume/SUSPENDED/2", FILES_LEFT, "S_OK", TRANSFERRING),
    ByRow("a job needs a file before Resume", "resume/SUSPENDED/1", NO_FILE, "DO_E_EMPTY", None),
    ByRow("Resume restarts from TRANSIENT_ERROR", "resume/TRANSIENT_ERROR/1", "", "S_OK", TRANSFERRING),
    ByRow("Resume restarts from ERROR", "resume/ERROR/1", "", "S_OK", TRANSFERRING),
)
IN_WORDS = {
    "a new job is suspended, where its first Resume begins": (
        "A new job is SUSPENDED and has no file: it begins at resume/SUSPENDED/1. [state/initial]"
    ),
    "what to do about a job without files": "Call AddFile, then Resume succeeds. [resume/SUSPENDED/1",
    "an error is mended first": "It leaves by Resume, once the cause is mended",
    "the method has no parameters": "HRESULT Resume() without parameters",
    "more HRESULTs than those may come": "a call may return others",
    "Windows 10, version 1709": "from Windows 10, version 1709 (desktop apps only) and",
    "Windows Server, version 1709": "Windows Server, version 1709 (desktop apps only) on",
    "the header": "deliveryoptimization.h,",
    "the IDL": "deliveryoptimization.idl,",
    "the library": "dosvc.lib,",
    "the DLL": "dosvc.dll;",
    "the IID": "IID 37668D37-507E-4160-9316-26306D150B12",
    "the interface": "Delivery Optimization: IBackgroundCopyJob::Resume",
    "see also Cancel and Suspend": "Other calls that change the state of a job: Suspend, Cancel, Complete.",
    "the page itself": "/desktop-src/delivery_optimization/ibackgroundcopyjob-resume.md",
}


@cache
def explained() -> Explanation:
    return explain(understood(["resume"]))


@cache
def words() -> str:
    return " ".join(" ".join(line.text for line in text_lines(explained())).split())


def answers_of(row: str) -> tuple[str, tuple[Given, ...]]:
    """Return the condition and the answers by which the explanation shows a row of Delivery Optimization."""
    (side,) = [
        side
        for topic in explained().topics
        for part in topic.parts
        for rule in part.rules
        for dialect, side in rule.sides
        if dialect is Dialect.DO and row in side.rows
    ]
    return side.when, side.answers


@pytest.mark.parametrize("asked", BY_ROW, ids=[each.statement for each in BY_ROW])
def test_a_statement_of_the_page_is_answered_by_its_row(asked: ByRow) -> None:
    when, answers = answers_of(asked.row)

    assert when == asked.when
    assert any(
        given.dest is asked.dest and given.hresult is not None and asked.hresult in spellings_of(given.hresult)
        for given in answers
    )
    assert asked.row in words()
    assert asked.hresult in words()


@pytest.mark.parametrize("asked", BY_ROW, ids=[each.statement for each in BY_ROW])
def test_a_statement_of_the_page_is_told_as_documented(asked: ByRow) -> None:
    bases = {
        side.basis
        for topic in explained().topics
        for part in topic.parts
        for rule in part.rules
        for dialect, side in rule.sides
        if dialect is Dialect.DO and asked.row in side.rows
    }

    assert bases <= {"documented", "documented and decided"}


@pytest.mark.parametrize("text", IN_WORDS.values(), ids=list(IN_WORDS))
def test_a_statement_of_the_page_is_told_in_words(text: str) -> None:
    assert text in words()


def test_no_state_but_the_final_ones_makes_resume_answer_invalid_state() -> None:
    refusing = {
        state
        for topic in explained().topics
        for part in topic.parts
        for rule in part.rules
        for state in rule.states
        for _, side in rule.sides
        if any(given.hresult == Hresult.DO_E_INVALID_STATE for given in side.answers)
    }

    assert refusing == {JobState.ACKNOWLEDGED, JobState.CANCELLED}
