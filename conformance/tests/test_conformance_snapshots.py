"""Snapshots of bitsadmin, judged: what cannot be, what may only have changed meanwhile, and what is in order."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest

from copyjob.conformance.traces.bitsadmin import snapshots
from copyjob.conformance.traces.finding import Finding
from copyjob.conformance.traces.snapshots import REPEATS_UNTIMED, RULES, judge, possible
from copyjob.spec.citations import CLAUSES
from copyjob.spec.compiled import integer_table, members
from copyjob.spec.scope import FEATURES
from copyjob.spec.table import FINAL
from copyjob.spec.vocabulary import Dialect, JobState


def _samples() -> ModuleType:
    path = Path(__file__).with_name("bitsadmin_samples.py")
    spec = importlib.util.spec_from_file_location("bitsadmin_samples", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


S = _samples()


def _done() -> str:
    text: str = S.INFO.replace("TRANSIENT_ERROR", "TRANSFERRED")
    for old, new in (
        ("0 / 1 BYTES: 0 / UNKNOWN", "1 / 1 BYTES: 7 / 7"),
        ("COMPLETION TIME: UNKNOWN", "COMPLETION TIME: 3/14/2005 1:21:30 PM"),
        ("0 / UNKNOWN W", "7 / 7 W"),
    ):
        text = text.replace(old, new)
    return "".join(f"{line}\n" for line in text.splitlines() if not line.startswith(("ERROR ", "processed")))


DONE = _done()
"""A job that is TRANSFERRED, told in full."""


def found(text: str) -> list[Finding]:
    """Return what is found in a text."""
    return list(judge(snapshots(text, "jobs.txt")))


def compact(state: str, files: str = "0 / 1", size: str = "0 / 9", job: str = S.FIRST) -> str:
    """Return a job in one line."""
    return f"{job} 'x' {state} {files} {size}\n"


def told(findings: Sequence[Finding]) -> list[tuple[str, bool, tuple[int, ...]]]:
    """Return rule, certainty and lines of each."""
    return [(each.rule.id, each.certain, each.lines) for each in findings]


# What is in order


@pytest.mark.parametrize("name", sorted(S.ALL))
def test_nothing_is_found_in_what_real_machines_have_printed(name: str) -> None:
    assert found(S.ALL[name]) == []


@pytest.mark.parametrize("name", sorted(S.ALL))
def test_nothing_is_found_when_it_is_printed_again(name: str) -> None:
    assert found(S.ALL[name] * 4) == []


def test_a_transferred_job_told_in_full_is_in_order() -> None:
    assert found(DONE) == []


def test_a_transferred_job_to_which_a_file_was_added_is_in_order() -> None:
    assert found(compact("TRANSFERRED", "1 / 2", "9 / UNKNOWN") * 4) == []


def test_an_error_without_information_is_in_order_for_the_service_may_have_been_restarted() -> None:
    lines = (line for line in S.INFO.splitlines() if not line.startswith(("ERROR ", "processed")))
    assert found("\n".join(lines).replace("TRANSIENT_ERROR", "ERROR") + "\n") == []


# What one answer says


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (compact("TRANSFERRING", "2 / 1"), "snapshot/files"),
        (compact("TRANSFERRING", "0 / 1", "10 / 9"), "snapshot/bytes"),
        (compact("TRANSFERRED", "1 / 1", "8 / 9"), "snapshot/whole"),
        (compact("TRANSFERRED", "1 / 1", "9 / UNKNOWN"), "snapshot/whole"),
        (S.INFO.replace("RETRY DELAY: 600", "RETRY DELAY: 4"), "snapshot/retry"),
        (DONE.replace("7 / 7 W", "8 / 7 W"), "snapshot/bytes"),
    ],
)
def test_what_one_answer_says_is_certain_at_once(text: str, rule: str) -> None:
    assert told(found(text)) == [(rule, True, (1,))]


def test_the_least_retry_delay_is_in_order() -> None:
    assert found(S.INFO.replace("RETRY DELAY: 600", "RETRY DELAY: 5")) == []


# What two answers say together


TOGETHER = [
    (DONE.replace("1 / 1 BYTES: 7 / 7", "0 / 1 BYTES: 0 / 7"), "snapshot/state"),
    (S.INFO.replace("TRANSIENT_ERROR", "TRANSFERRING"), "snapshot/error"),
    (DONE.replace("COMPLETION TIME: 3/14/2005 1:21:30 PM", "COMPLETION TIME: UNKNOWN"), "snapshot/completion"),
    (DONE.replace("STATE: TRANSFERRED", "STATE: ACKNOWLEDGED"), "snapshot/final"),
    (DONE.replace("BYTES: 7 / 7", "BYTES: 8 / 8"), "snapshot/sizes"),
    (DONE.replace("NOTIFICATION C", "0 / 0 WORKING http://example.com/b -> c:\\b\nNOTIFICATION C"), "snapshot/counted"),
]


@pytest.mark.parametrize(("text", "rule"), TOGETHER, ids=[rule for _, rule in TOGETHER])
def test_what_two_answers_say_together_is_unclear_at_first(text: str, rule: str) -> None:
    assert told(found(text)) == [(rule, False, (1,))]


@pytest.mark.parametrize(("text", "rule"), TOGETHER, ids=[rule for _, rule in TOGETHER])
def test_seen_again_unchanged_it_is_certain_and_told_once(text: str, rule: str) -> None:
    second = len(text.splitlines()) + 1
    assert told(found(text * 3)) == [(rule, True, (1, second))]


@pytest.mark.parametrize(("text", "rule"), TOGETHER, ids=[rule for _, rule in TOGETHER])
def test_in_order_the_next_time_it_stays_unclear(text: str, rule: str) -> None:
    if rule == "snapshot/final":
        text = text.replace(S.FIRST, S.SECOND)
    assert told(found(text + DONE)) == [(rule, False, (1,))]


def test_a_job_that_was_changed_in_between_has_not_been_seen_again() -> None:
    text = TOGETHER[0][0]
    later = text.replace("MODIFICATION TIME: 3/14/2005 1:21:30 PM", "MODIFICATION TIME: 3/14/2005 1:21:31 PM")
    assert [each.certain for each in found(text + later)] == [False]


def test_a_job_that_has_ended_cannot_be_listed_again_however_it_was_changed() -> None:
    ended = S.INFO.replace("TRANSIENT_ERROR", "CANCELLED")
    later = ended.replace("1:21:30 PM", "1:21:31 PM")
    assert told(found(ended + later)) == [("snapshot/final", True, (1, 17))]


@pytest.mark.parametrize("times", range(1, REPEATS_UNTIMED + 2))
def test_where_no_modification_time_is_told_it_has_to_be_seen_three_times(times: int) -> None:
    lines = tuple(range(1, min(times, REPEATS_UNTIMED) + 1))
    assert told(found(compact("QUEUED", "0 / 0", "0 / 0") * times)) == [
        ("snapshot/state", times >= REPEATS_UNTIMED, lines)
    ]


def test_what_was_certain_is_not_unclear_afterwards() -> None:
    text = compact("QUEUED", "0 / 0", "0 / 0") * REPEATS_UNTIMED + compact("QUEUED", "0 / 1")
    assert [each.certain for each in found(text)] == [True]


def test_something_else_that_cannot_be_is_not_the_same_seen_again() -> None:
    text = "".join(compact("TRANSFERRED", f"0 / {files}") for files in (1, 2, 3, 4))
    assert told(found(text)) == [("snapshot/state", False, (4,))]


def test_an_upload_has_one_file_whatever_a_download_has() -> None:
    two = S.INFO.replace("0 / 1 BYTES", "0 / 2 BYTES").replace("NOTIFICATION C", "0 / 9 WORKING x -> y\nNOTIFICATION C")
    assert told(found(two)) == []
    assert told(found(two.replace("TYPE: DOWNLOAD", "TYPE: UPLOAD"))) == [("snapshot/state", False, (1,))]


# From one snapshot to the next


@pytest.mark.parametrize(
    ("first", "second", "rule"),
    [
        (compact("SUSPENDED", "0 / 2"), compact("SUSPENDED", "0 / 1"), "series/files"),
        (S.INFO.replace("COUNT: 0", "COUNT: 2"), S.INFO.replace("COUNT: 0", "COUNT: 1"), "series/errors"),
        (S.INFO, S.INFO.replace("TYPE: DOWNLOAD", "TYPE: UPLOAD"), "series/type"),
    ],
)  # fmt: skip
def test_what_no_call_can_do_is_certain(first: str, second: str, rule: str) -> None:
    assert told(found(first + second)) == [(rule, True, (1, len(first.splitlines()) + 1))]


def test_a_job_that_comes_back_from_its_end_is_told() -> None:
    findings = told(found(compact("CANCELLED") + compact("QUEUED")))
    assert ("series/final", True, (1, 2)) in findings


@pytest.mark.parametrize("state", [state.name for state in JobState if state not in FINAL])
def test_whatever_else_becomes_of_a_job_may_have_been_called(state: str) -> None:
    assert found(compact("TRANSFERRED", "1 / 1", "9 / 9") + compact(state, "1 / 2", "9 / UNKNOWN")) == []


def test_jobs_are_told_apart() -> None:
    text = compact("SUSPENDED", "0 / 2") + compact("SUSPENDED", "0 / 1", job=S.SECOND)
    assert found(text * 2) == []


# What the rules rest on


def test_what_can_be_is_what_the_whole_table_can_reach() -> None:
    assert possible() == possible(FEATURES[Dialect.BITS])


def test_no_call_and_no_event_takes_a_file_away_or_leads_back_from_an_end() -> None:
    table = integer_table(Dialect.BITS)
    for ways in table.edges.values():
        for number in members(table.initial | sum(table.by_state.values())):
            was = table.configurations[number]
            for edge in ways[number]:
                becomes = table.configurations[edge.dest]
                assert becomes.facts.files_total >= was.facts.files_total
                assert was.state not in FINAL or becomes.state is was.state


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_cites_clauses(rule: object) -> None:
    clauses = getattr(rule, "clauses", ())
    assert clauses
    assert set(clauses) <= set(CLAUSES)
