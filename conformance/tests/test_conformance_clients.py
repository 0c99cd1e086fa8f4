"""The rules for clients: what each finds, where it shows, and what is no mistake."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copyjob.conformance.traces.client_rules import RULES
from copyjob.conformance.traces.clients import LOOP, MENDING, PATIENCE_SECONDS, Audit, audit
from copyjob.conformance.traces.finding import Finding
from copyjob.conformance.traces.lines import parse
from copyjob.spec.citations import CLAUSES
from copyjob.spec.vocabulary import Hresult

OK, INVALID = int(Hresult.S_OK), int(Hresult.BG_E_INVALID_STATE)
PARTIAL, DENIED = int(Hresult.BG_S_PARTIAL_COMPLETE), int(Hresult.E_ACCESSDENIED)
BOTH = ("calls", "events")
Fields = dict[str, Any]


def call(operation: str, state: str | None = None, hresult: int = OK, job: str = "a", **more: Any) -> Fields:
    """Return a call with its answer, and the state that was seen after it."""
    seen = {} if state is None else {"state": state}
    return {"job": job, "operation": operation, "hresult": hresult, **seen, **more}


def event(event: str, state: str, job: str = "a", **more: Any) -> Fields:
    """Return an internal event."""
    return {"job": job, "event": event, "state": state, **more}


def looked(state: str, job: str = "a", **more: Any) -> Fields:
    """Return a sample."""
    return {"job": job, "state": state, **more}


def start(complete: Sequence[str] = BOTH, dialect: str = "BITS") -> Fields:
    """Return the start of a life of the service."""
    return {"event": "start", "dialect": dialect, "version": 1, "complete": list(complete)}


def found(
    *lines: Fields, complete: Sequence[str] = BOTH, dialect: str = "BITS", ongoing: bool = False
) -> list[Finding]:
    """Return what the rules find in these lines behind a start; the first of them is line 2."""
    told = [start(complete, dialect), *lines]
    return audit(((n, parse(json.dumps(line).encode())) for n, line in enumerate(told, 1)), ongoing=ongoing)


def ids(findings: Sequence[Finding]) -> list[str]:
    """Return which rules were broken."""
    return [each.rule.id for each in findings]


def begun(**more: Any) -> list[Fields]:
    """Return a job that is being transferred: lines 2 to 5."""
    return [
        call("create_job", "SUSPENDED", **more),
        call("add_file", "SUSPENDED", **more),
        call("resume", "QUEUED", **more),
        event("turn", "TRANSFERRING"),
    ]


def done(**more: Any) -> list[Fields]:
    """Return a job that is TRANSFERRED: lines 2 to 6."""
    return [*begun(**more), event("file_done", "TRANSFERRED")]


def failed(**more: Any) -> list[Fields]:
    """Return a job that is in ERROR: lines 2 to 6."""
    return [*begun(**more), event("fatal_fault", "ERROR")]


def again() -> list[Fields]:
    """Return what becomes of a job in ERROR that is resumed and fails again."""
    return [call("resume", "QUEUED"), event("turn", "TRANSFERRING"), event("fatal_fault", "ERROR")]


# What is found, and where


def test_a_transferred_job_that_nobody_completes_is_found_at_the_line_where_it_came_to_rest() -> None:
    (one,) = found(*done())
    assert (one.rule.id, one.lines, one.job) == ("client/never-ends", (6,), "a")


def test_a_job_left_in_error_is_found() -> None:
    assert ids(found(*failed())) == ["client/never-ends"]


def test_a_job_that_is_created_and_never_resumed_is_left_suspended() -> None:
    (one,) = found(call("create_job", "SUSPENDED"), call("add_file", "SUSPENDED"))
    assert (one.rule.id, one.lines) == ("client/left-suspended", (2,))


def test_a_job_that_is_suspended_and_not_resumed_is_left_suspended() -> None:
    (one,) = found(*begun(), call("suspend", "SUSPENDED"))
    assert (one.rule.id, one.lines) == ("client/left-suspended", (6,))


def test_a_transferred_job_that_expires_was_left_behind_and_both_lines_are_named() -> None:
    (one,) = found(*done(), event("expiry", "CANCELLED"), ongoing=True)
    assert (one.rule.id, one.lines) == ("client/never-ends", (6, 7))


def test_resuming_in_error_again_and_again_is_found_with_every_resume() -> None:
    (one,) = found(*failed(), *again(), *again(), *again(), call("cancel", "CANCELLED"))
    assert (one.rule.id, one.lines) == ("client/resume-loop", (7, 10, 13))


def test_completing_again_and_again_although_it_fails_is_found_with_every_call() -> None:
    refused = [call("complete", "TRANSFERRED", DENIED)] * LOOP
    (one,) = found(*done(), *refused, call("cancel", "CANCELLED"))
    assert (one.rule.id, one.lines) == ("client/complete-loop", (7, 8, 9))


def test_calling_a_job_after_having_completed_it_is_found_with_the_line_of_its_end() -> None:
    (one,) = found(*done(client="c"), call("complete", client="c"), call("cancel", None, INVALID, client="c"))
    assert (one.rule.id, one.lines, one.client) == ("client/after-end", (7, 8), "c")


def test_asking_for_the_state_of_an_ended_job_again_and_again_is_found() -> None:
    polls = [call("get_state", "CANCELLED", client="c")] * LOOP
    (one,) = found(*begun(client="c"), call("cancel", client="c"), *polls)
    assert (one.rule.id, one.lines) == ("client/after-end", (6, 7, 8, 9))


def test_samples_that_a_client_takes_of_an_ended_job_are_polls_too() -> None:
    polls = [looked("CANCELLED", client="c")] * LOOP
    assert ids(found(*begun(client="c"), call("cancel", client="c"), *polls)) == ["client/after-end"]


def test_partial_complete_of_a_running_job_with_nothing_fetched_afterwards_is_found() -> None:
    (one,) = found(*begun(), call("get_state", "TRANSFERRING"), call("complete", "ACKNOWLEDGED", PARTIAL))
    assert (one.rule.id, one.lines, one.certain) == ("client/partial-ignored", (7,), True)


def test_where_nobody_is_told_to_look_at_anything_partial_complete_may_have_been_noticed() -> None:
    (one,) = found(*begun(), call("complete", "ACKNOWLEDGED", PARTIAL))
    assert (one.rule.id, one.certain) == ("client/partial-ignored", False)


# What is no mistake


@pytest.mark.parametrize(
    "lines",
    [
        [*done(), call("complete", "ACKNOWLEDGED")],
        [*begun(), call("cancel", "CANCELLED")],
        [*failed(), call("cancel", "CANCELLED")],
        begun(),
        [*begun(), event("transient_fault", "TRANSIENT_ERROR")],
    ],
    ids=["completed", "cancelled", "given-up", "still-running", "being-retried"],
)
def test_a_job_that_is_ended_or_still_on_its_way_is_no_mistake(lines: list[Fields]) -> None:
    assert found(*lines) == []


@pytest.mark.parametrize("lines", [done(), failed(), [*begun(), call("suspend", "SUSPENDED")]])
def test_a_client_that_is_still_at_work_has_left_nothing_behind(lines: list[Fields]) -> None:
    assert found(*lines, ongoing=True) == []


@pytest.mark.parametrize("complete", [(), ("events",)])
@pytest.mark.parametrize(
    "lines",
    [
        done(),
        failed(),
        [*begun(), call("suspend", "SUSPENDED")],
        [*failed(), *again(), *again(), *again()],
        [*done(), *[call("complete", "TRANSFERRED", DENIED)] * LOOP],
        [*begun(), call("complete", "ACKNOWLEDGED", PARTIAL)],
        [*done(), event("expiry", "CANCELLED")],
    ],
)
def test_what_may_have_been_called_unseen_is_no_finding(lines: list[Fields], complete: Sequence[str]) -> None:
    assert found(*lines, complete=complete) == []


def test_a_line_that_is_missing_may_have_told_of_the_call() -> None:
    lines = [dict(line, seq=number) for number, line in enumerate(done(), 2)]
    lines[3]["seq"], lines[4]["seq"] = 7, 8
    assert found(*lines) == []


def test_a_call_under_way_when_the_service_was_killed_may_have_happened_without_its_line() -> None:
    assert found(*done(), start()) == []


def test_a_job_that_is_seen_after_the_service_was_started_again_is_left_there() -> None:
    assert ids(found(*done(), start(), looked("TRANSFERRED"))) == ["client/never-ends"]


def test_a_later_life_that_recorded_less_makes_the_whole_trace_less() -> None:
    assert found(*done(), start(("events",))) == []


@pytest.mark.parametrize("operation", ["resume", "suspend", "cancel", "complete"])
def test_a_call_that_timed_out_may_still_take_effect_so_that_nothing_was_left_behind(operation: str) -> None:
    late = {"job": "a", "operation": operation, "timed_out": True}
    assert found(*done(), late, looked("TRANSFERRED")) == []


@pytest.mark.parametrize("operation", sorted(MENDING))
def test_resuming_after_something_was_mended_is_no_loop(operation: str) -> None:
    mended = call(operation, "ERROR")
    assert found(*failed(), *again(), *again(), mended, *again(), call("cancel")) == []


def test_what_was_refused_has_mended_nothing() -> None:
    refused = call("set_remote_name", "ERROR", int(Hresult.E_INVALIDARG))
    assert ids(found(*failed(), *again(), *again(), refused, *again(), call("cancel"))) == ["client/resume-loop"]


def test_resuming_after_a_file_more_is_done_is_no_loop() -> None:
    some = [call("resume", "QUEUED"), event("file_done", "TRANSFERRING"), event("fatal_fault", "ERROR")]
    assert found(*failed(), *again(), *again(), *some, *again(), call("cancel")) == []


def test_resuming_with_patience_is_no_loop() -> None:
    seconds = 0.0
    lines = failed()
    for _ in range(LOOP + 1):
        lines[-1] = {**lines[-1], "time_seconds": seconds}
        seconds += PATIENCE_SECONDS
        lines += [call("resume", "QUEUED", time_seconds=seconds), event("fatal_fault", "ERROR")]
    assert found(*lines, call("cancel")) == []


def test_a_resume_that_has_not_failed_again_is_not_counted() -> None:
    assert found(*failed(), *again(), *again(), *again()[:2]) == []


def test_completing_twice_because_a_destination_was_locked_is_no_loop() -> None:
    assert found(*done(), *[call("complete", "TRANSFERRED", DENIED)] * (LOOP - 1), call("complete")) == []


def test_completing_again_with_patience_is_no_loop() -> None:
    calls = [
        call("complete", "TRANSFERRED", DENIED, time_seconds=number * PATIENCE_SECONDS) for number in range(LOOP + 1)
    ]
    assert found(*done(), *calls, call("cancel")) == []


def test_another_client_that_has_not_heard_of_the_end_makes_no_mistake() -> None:
    assert found(*done(client="c"), call("complete", client="c"), call("cancel", None, INVALID, client="d")) == []


def test_a_client_that_was_told_of_the_end_makes_one() -> None:
    late = [call("cancel", None, INVALID, client="d")] * 2
    (one,) = found(*done(client="c"), call("complete", client="c"), *late)
    assert (one.client, one.lines) == ("d", (7, 9))


def test_a_caller_without_a_name_is_forgiven_one_late_call() -> None:
    late = call("cancel", None, INVALID)
    ended = [*done(), call("complete")]
    assert (ids(found(*ended, late)), ids(found(*ended, late, late))) == ([], ["client/after-end"])


def test_a_job_that_expired_may_be_called_once_by_who_does_not_know() -> None:
    late = call("resume", None, INVALID, client="c")
    assert found(*begun(client="c"), event("expiry", "CANCELLED"), late) == []


def test_looking_at_the_files_of_a_completed_job_is_no_mistake() -> None:
    looks = [call("enum_files", client="c"), call("get_progress", client="c")] * LOOP
    assert found(*done(client="c"), call("complete", client="c"), *looks) == []


def test_partial_complete_of_a_job_in_error_keeps_what_there_is_on_purpose() -> None:
    assert found(*failed(), call("complete", "ACKNOWLEDGED", PARTIAL)) == []


def test_partial_complete_of_a_suspended_job_was_meant() -> None:
    assert found(*begun(), call("suspend", "SUSPENDED"), call("complete", "ACKNOWLEDGED", PARTIAL)) == []


def test_partial_complete_is_noticed_by_who_fetches_the_rest() -> None:
    rest = [call("create_job", "SUSPENDED", job="b"), call("cancel", job="b")]
    assert found(*begun(), call("complete", "ACKNOWLEDGED", PARTIAL), *rest) == []


def test_partial_complete_is_noticed_by_who_looks_which_files_there_are() -> None:
    assert found(*begun(), call("complete", "ACKNOWLEDGED", PARTIAL), call("enum_files")) == []


def test_where_events_may_have_happened_unseen_partial_complete_may_have_been_meant() -> None:
    assert found(*begun(), call("complete", "ACKNOWLEDGED", PARTIAL), complete=("calls",)) == []


def test_in_delivery_optimization_expiry_goes_by_age_and_accuses_nobody() -> None:
    assert found(*done(), event("expiry", "CANCELLED"), dialect="DO") == []


def test_jobs_are_told_apart() -> None:
    lines = [*done(), *(dict(line, job="b") for line in done()), call("complete", "ACKNOWLEDGED", job="b")]
    assert [(each.rule.id, each.job) for each in found(*lines)] == [("client/never-ends", "a")]


def test_findings_stand_in_the_order_in_which_they_show() -> None:
    lines = [call("create_job", "SUSPENDED", job="b"), *(dict(line) for line in done())]
    assert [each.lines[-1] for each in found(*lines)] == [2, 7]


# The rules themselves


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_cites_clauses_and_names_the_documented_way(rule: Any) -> None:
    assert rule.clauses
    assert set(rule.clauses) <= set(CLAUSES)
    assert rule.instead


def test_every_rule_has_an_id_of_its_own() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)


LINES = st.lists(
    st.sampled_from(
        [
            *done(client="c"),
            *failed(),
            call("suspend", "SUSPENDED", client="c"),
            call("complete", None, DENIED),
            call("complete", "ACKNOWLEDGED", PARTIAL),
            call("cancel", None, INVALID, client="d"),
            call("get_state", "CANCELLED", client="d"),
            event("expiry", "CANCELLED"),
        ]
    ).filter(lambda line: line.get("operation") != "create_job"),
    max_size=30,
)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(lines=LINES)
def test_of_a_trace_that_may_lack_calls_only_what_follows_an_end_is_told(lines: list[Fields]) -> None:
    assert set(ids(found(*lines, complete=()))) <= {"client/after-end"}


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(lines=LINES, cut=st.integers(0, 30))
def test_a_trace_that_is_cut_off_says_no_more_than_the_whole_one_when_its_clients_go_on(
    lines: list[Fields], cut: int
) -> None:
    def told(some: list[Fields]) -> set[str]:
        return set(ids(found(*some, ongoing=True)))

    assert told(lines[:cut]) <= told(lines)


def test_a_trace_is_judged_line_by_line_with_nothing_kept_of_lines() -> None:
    goes_on = Audit()
    for number, line in enumerate([start(), *done(), call("complete")], 1):
        goes_on.take(number, parse(json.dumps(line).encode()))
    assert goes_on.findings() == []


def test_of_two_loops_the_longer_one_is_told_with_the_resumes_that_came_back() -> None:
    longer = [*again(), *again(), *again(), *again(), call("set_remote_name", "ERROR")]
    (one,) = found(
        *failed(), *again(), *again(), *again(), call("add_file", "ERROR"), *longer, again()[0], ongoing=True
    )
    assert one.lines == (17, 20, 23, 26)


def test_a_loop_of_many_turns_is_told_in_full() -> None:
    (one,) = found(*failed(), *again() * 1000, again()[0])
    assert len(one.lines) == 1000
