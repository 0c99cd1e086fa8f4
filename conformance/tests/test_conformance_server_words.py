"""What the server of a check does, and what the checks judge, in words: every name is told, as the tables have it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from copyjob.conformance.checks import CHECKS, Check
from copyjob.conformance.schemas import FOLDER
from copyjob.conformance.server_words import WIDTH, WORDS, document, events_of, explained
from copyjob.conformance.weather import GATES, SCRIPTS
from copyjob.spec.citations import CLAUSES
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect, InternalEvent, JobState

RUNNING = (JobState.CONNECTING, JobState.TRANSFERRING)
DOCUMENT = (FOLDER / "scripts.md").read_text(encoding="utf-8")


def explain(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "copyjob.spec.cli", "explain", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_published_document_is_fresh() -> None:
    assert document() == DOCUMENT


@pytest.mark.parametrize("name", [*(name for name in SCRIPTS if not name.startswith("status_")), *GATES])
def test_every_script_and_gate_is_in_the_document_with_a_sentence(name: str) -> None:
    says = SCRIPTS[name].says if name in SCRIPTS else GATES[name]
    assert f"| `{name}` | {says} |" in DOCUMENT


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_is_explained_at_80_columns(name: str) -> None:
    told = explained(name) or ""
    assert told.startswith(f"{name} (a script")
    assert [line for line in told.splitlines() if len(line) > WIDTH] == []


@pytest.mark.parametrize("event", sorted({event for name in SCRIPTS for event in events_of(name)}, key=str))
@pytest.mark.parametrize("dialect", Dialect)
def test_what_an_event_does_is_told_by_its_rows(event: InternalEvent, dialect: Dialect) -> None:
    name = next(name for name in SCRIPTS if event in events_of(name))
    told = explained(name) or ""
    rows = [row for row in table(dialect).rows if row.label is event and row.source in RUNNING]
    assert rows
    assert all(f"({row.id})" in told for row in rows)


def test_explain_tells_of_a_script() -> None:
    ran = explain("weak_etag")
    assert (ran.returncode, "with a weak ETag" in ran.stdout, "range_refused/TRANSFERRING/1" in ran.stdout) == (
        0,
        True,
        True,
    )


def test_explain_proposes_the_script_that_is_nearest() -> None:
    ran = explain("hold_bdy")
    assert (ran.returncode, "did you mean hold_body?" in ran.stderr) == (2, True)


def test_a_word_of_the_specification_stays_its_own() -> None:
    assert explain("redirect", "resume").returncode == 2
    assert "What it answers" in explain("resume").stdout


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_every_check_is_explained_at_80_columns_with_what_it_needs_and_cites(check: Check) -> None:
    told = WORDS.explained(check.id) or ""
    flat = " ".join(told.split())
    assert [line for line in told.splitlines() if len(line) > WIDTH] == []
    assert f"{check.id} (a check beside the rows) {check.title}" in flat
    assert all(f"{key}: {' '.join(CLAUSES[key].text.split())}" in flat for key in check.cites)
    assert [power for power in check.needs if power.value not in flat] == []


def test_explain_tells_of_a_check_that_a_report_names() -> None:
    ran = explain("progress/sent")
    assert (ran.returncode, ran.stdout.startswith("progress/sent (a check beside the rows)")) == (0, True)
