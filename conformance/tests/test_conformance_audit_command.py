"""``copyjob audit``: what it says of clients, to people and to programs, and what it says of what it cannot read."""

from __future__ import annotations

import gzip
import subprocess
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from copyjob.conformance.traces.client_rules import RULES
from copyjob.conformance.traces.finding import Report

Copyjob = Callable[..., subprocess.CompletedProcess[str]]

START = '{"event":"start","dialect":"BITS","version":1,"complete":["calls","events"]}'
GOOD = (
    START,
    '{"job":"a","operation":"create_job","hresult":0,"state":"SUSPENDED"}',
    '{"job":"a","operation":"add_file","hresult":0,"state":"SUSPENDED"}',
    '{"job":"a","operation":"resume","hresult":0,"state":"QUEUED"}',
    '{"job":"a","event":"file_done","state":"TRANSFERRED"}',
    '{"job":"a","operation":"complete","hresult":0,"state":"ACKNOWLEDGED"}',
)


@pytest.fixture
def audit(copyjob: Copyjob, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return what writes lines to ``trace.ndjson`` and audits them."""

    def run(*lines: str, more: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        (tmp_path / "trace.ndjson").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return copyjob(tmp_path, "audit", "trace.ndjson", *more)

    return run


def test_of_a_client_that_behaves_nothing_is_found(audit: Copyjob) -> None:
    ran = audit(*GOOD)
    assert (ran.returncode, ran.stdout) == (0, "trace.ndjson: nothing found\n")


def test_a_finding_names_the_line_the_rule_and_the_documented_way_with_its_clause(audit: Copyjob) -> None:
    ran = audit(*GOOD[:-1])
    assert ran.returncode == 1
    assert ran.stdout.startswith("trace.ndjson, line 5: client/never-ends: job a\n")
    assert "instead: call Complete on a TRANSFERRED job" in ran.stdout
    assert "state/transferred: Every file of a TRANSFERRED job is transferred" in ran.stdout


def test_for_programs_what_was_found_is_written(audit: Copyjob, tmp_path: Path) -> None:
    ran = audit(*GOOD[:-1], more=("--json", "found.json"))
    told = msgspec.json.decode((tmp_path / "found.json").read_bytes(), type=Report)
    (file,) = told.files
    assert (ran.returncode, told.exit_code, file.file) == (1, 1, "trace.ndjson")
    assert [(each.rule, each.lines, each.certain) for each in file.findings] == [("client/never-ends", (5,), True)]


def test_what_cannot_be_written_is_named_before_anything_is_judged(audit: Copyjob) -> None:
    ran = audit(*GOOD, more=("--json", "gone/found.json"))
    assert (ran.returncode, ran.stdout, "--json" in ran.stderr) == (2, "", True)


def test_of_clients_that_are_still_at_work_nothing_is_said_that_the_end_of_the_trace_would_say(audit: Copyjob) -> None:
    assert audit(*GOOD[:-1], more=("--ongoing",)).returncode == 0


def test_a_compressed_trace_is_read(copyjob: Copyjob, tmp_path: Path) -> None:
    (tmp_path / "t.gz").write_bytes(gzip.compress("\n".join(GOOD[:-1]).encode()))
    assert copyjob(tmp_path, "audit", "t.gz").returncode == 1


def test_each_of_several_traces_is_judged(copyjob: Copyjob, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("\n".join(GOOD), encoding="utf-8")
    (tmp_path / "b").write_text("\n".join(GOOD[:-1]), encoding="utf-8")
    ran = copyjob(tmp_path, "audit", "a", "b")
    assert (ran.returncode, ran.stdout.splitlines()[:2]) == (
        1,
        ["a: nothing found", "b, line 5: client/never-ends: job a"],
    )


def test_where_one_of_several_cannot_be_read_the_others_are_told(copyjob: Copyjob, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("hello", encoding="utf-8")
    (tmp_path / "b").write_text("\n".join(GOOD), encoding="utf-8")
    ran = copyjob(tmp_path, "audit", "a", "b")
    assert (ran.returncode, ran.stdout, "a, line 1: " in ran.stderr) == (2, "b: nothing found\n", True)


def test_the_rules_are_printed(copyjob: Copyjob, tmp_path: Path) -> None:
    printed = copyjob(tmp_path, "audit", "--rules").stdout
    assert [rule.id for rule in RULES if f"{rule.id}: {rule.wrong}" not in printed] == []


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ((*GOOD[:2], '{"job":"a","operation":"resmue","hresult":0}'), "line 3: there is no operation"),
        ((*GOOD[:2], '{"job":"a"'), "line 3: "),
        ((), "line 1: the trace is empty"),
        (GOOD[1:], "line 1: "),
    ],
    ids=["unknown-word", "cut-off", "empty", "without-a-start"],
)
def test_a_line_that_cannot_be_read_is_named_and_nothing_is_judged(
    audit: Copyjob, lines: tuple[str, ...], told: str
) -> None:
    ran = audit(*lines)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert told in ran.stderr
    assert len(ran.stderr.splitlines()) == 1


def test_without_a_trace_the_way_out_is_named(copyjob: Copyjob, tmp_path: Path) -> None:
    ran = copyjob(tmp_path, "audit")
    assert (ran.returncode, "--rules" in ran.stderr) == (2, True)


def test_a_trace_that_is_not_there_is_named(copyjob: Copyjob, tmp_path: Path) -> None:
    ran = copyjob(tmp_path, "audit", "gone.ndjson")
    assert (ran.returncode, "gone.ndjson cannot be read" in ran.stderr) == (2, True)


def test_what_bitsadmin_printed_is_no_trace_and_the_other_command_is_named(copyjob: Copyjob, tmp_path: Path) -> None:
    (tmp_path / "jobs.txt").write_text("BITSADMIN version 3.0\n\nListed 0 job(s).\n", encoding="utf-8")
    ran = copyjob(tmp_path, "audit", "jobs.txt")
    assert (ran.returncode, "copyjob verify" in ran.stderr) == (2, True)


def test_what_the_trace_cannot_tell_is_named_with_the_reason_and_is_no_success(audit: Copyjob) -> None:
    ran = audit(START.replace('"calls",', ""), *GOOD[1:])
    assert ran.returncode == 4
    assert ran.stdout == (
        "trace.ndjson: nothing found\n"
        'trace.ndjson: not judged, because it does not say that every call is in it ("complete"): client/never-ends, '
        "client/resume-loop, client/complete-loop, client/left-suspended, client/partial-ignored\n"
    )


def test_without_events_one_rule_is_not_judged(audit: Copyjob, tmp_path: Path) -> None:
    audit(START.replace(',"events"', ""), *GOOD[1:], more=("--json", "found.json"))
    (file,) = msgspec.json.decode((tmp_path / "found.json").read_bytes(), type=Report).files
    assert file.not_judged == {"client/partial-ignored": 'it does not say that every event is in it ("complete")'}


def test_missing_lines_are_the_reason_where_they_are(audit: Copyjob) -> None:
    numbered = [line.replace("{", f'{{"seq":{number},', 1) for number, line in enumerate(GOOD, 1)]
    assert (
        "not judged, because lines of it are missing: client/never-ends" in audit(*numbered[:3], *numbered[4:]).stdout
    )


def test_where_all_is_unclear_the_exit_code_says_so(audit: Copyjob) -> None:
    ran = audit(*GOOD[:4], '{"job":"a","operation":"complete","hresult":2097175,"state":"ACKNOWLEDGED"}')
    assert (ran.returncode, ran.stdout.splitlines()[0]) == (
        4,
        "trace.ndjson, line 5: client/partial-ignored [unclear]: job a",
    )
