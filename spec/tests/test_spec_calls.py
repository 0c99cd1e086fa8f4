"""What calls answer because of arguments, callers and limits: each documented rule, and what all of them keep to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from copyjob.spec.calls import (
    Becomes,
    CallRule,
    Circumstance,
    Leads,
    Leaves,
    LessThan,
    Method,
    MoreThan,
    Quantity,
    Tells,
    calls,
    calls_of,
)
from copyjob.spec.rows import Level
from copyjob.spec.table import full_table
from copyjob.spec.validate import Kind, TableFaultError, checked_calls, faults_of_calls
from copyjob.spec.vocabulary import Dialect, Hresult, JobState, Operation

BITS, DO = Dialect.BITS, Dialect.DO
RULES = {dialect: {rule.id: rule for rule in calls(dialect)} for dialect in Dialect}


def bits(rule_id: str) -> CallRule:
    return RULES[BITS][rule_id]


def answers(rule_id: str) -> dict[Dialect, list[str]]:
    """Return the names of what a rule permits, by the dialects that have it."""
    return {
        dialect: [answer.name for answer in rules[rule_id].answers]
        for dialect, rules in RULES.items()
        if rule_id in rules
    }


# The rules as a whole


def test_no_rule_has_a_fault(dialect: Dialect) -> None:
    assert faults_of_calls(calls(dialect), dialect) == ()


def test_a_refused_call_changes_nothing(dialect: Dialect) -> None:
    refused = [rule for rule in calls(dialect) if rule.refused]

    assert len(refused) >= 10
    assert [rule.id for rule in refused for each in rule.effects if not isinstance(each, Leaves)] == []


def test_only_a_complete_that_could_not_rename_leaves_something_done() -> None:
    leaving = {rule.id for each in Dialect for rule in calls(each) for e in rule.effects if isinstance(e, Leaves)}

    assert leaving == {"complete/file-not-renamed"}


def test_a_refusal_that_changed_something_would_be_named() -> None:
    broken = replace(bits("get_job/unknown-id"), effects=(Tells("the job is made anew"),))

    (fault,) = faults_of_calls([broken], BITS)

    assert str(fault) == "get_job/unknown-id has a refusal that moves the job or changes a fact: the job is made anew"


def test_a_rule_that_stood_twice_would_be_named() -> None:
    rule = bits("get_job/final")

    assert [fault.kind for fault in faults_of_calls([rule, rule], BITS)] == [Kind.DUPLICATE_ID]


def test_an_answer_in_the_codes_of_the_other_dialect_would_be_named() -> None:
    (fault,) = faults_of_calls([bits("get_job/unknown-id")], DO)

    assert (fault.kind, fault.particulars) == (Kind.FOREIGN_HRESULT, "BG_E_NOT_FOUND")


def test_a_rule_that_cited_a_clause_of_the_other_dialect_alone_would_be_named() -> None:
    (fault,) = faults_of_calls([bits("set_priority/undefined")], DO)

    assert (fault.kind, fault.particulars) == (Kind.FOREIGN_CLAUSE, "set/arg")


def test_a_rule_that_cited_no_clause_of_the_contract_would_be_told_the_nearest() -> None:
    (fault,) = faults_of_calls([replace(bits("get_job/final"), cites=("manager/gett", "manager/get"))], BITS)

    assert str(fault).endswith("the contract does not have: 'manager/gett', perhaps 'manager/get'")


def test_every_id_begins_with_what_is_called(dialect: Dialect) -> None:
    assert [rule.id for rule in calls(dialect) if rule.id.split("/")[0] != rule.operation.value] == []


def test_a_rule_says_which_dialects_have_it(dialect: Dialect) -> None:
    said = {rule.id: rule.dialects for rule in calls(dialect)}
    have = {key: frozenset(each for each in Dialect if key in RULES[each]) for key in said}

    assert said == have


def test_a_rule_is_about_the_same_condition_in_both_dialects() -> None:
    shared = RULES[BITS].keys() & RULES[DO].keys()

    assert len(shared) >= 15
    assert [key for key in shared if RULES[BITS][key].condition != RULES[DO][key].condition] == []


def test_every_circumstance_has_a_rule() -> None:
    used = {rule.condition for each in Dialect for rule in calls(each)}

    assert [each.name for each in Circumstance if each not in used] == []


def test_no_operation_has_two_rules_about_one_condition(dialect: Dialect) -> None:
    conditions = [(rule.operation, rule.condition) for rule in calls(dialect)]

    assert len(conditions) == len(set(conditions))


def test_an_operation_that_a_dialect_lacks_has_no_rule_there(dialect: Dialect) -> None:
    manager = {Operation.CREATE_JOB, Operation.GET_JOB, Operation.ENUM_JOBS}
    have = {*full_table(dialect).operations, *manager, *Method}

    assert [rule.id for rule in calls(dialect) if rule.operation not in have] == []


def test_what_a_rule_lets_succeed_some_row_lets_succeed_too(dialect: Dialect) -> None:
    # Beside the success that tells of temporary files, which no state of the job decides.
    told = {Hresult.BG_S_UNABLE_TO_DELETE_FILES}
    table = full_table(dialect)
    permitted = {(row.label, answer.hresult) for row in table.rows for answer in row.answers}
    asked = [
        (rule.operation, answer)
        for rule in calls(dialect)
        if rule.operation in table.operations
        for answer in rule.answers
        if not answer.failed
    ]

    assert asked
    assert [
        (op.value, answer.name) for op, answer in asked if (op, answer) not in permitted and answer not in told
    ] == []


def test_the_rules_of_one_operation_are_those_that_name_it() -> None:
    assert [rule.id for rule in calls_of(Operation.GET_JOB, DO)] == [
        "get_job/unknown-id",
        "get_job/final",
        "get_job/not-allowed",
    ]


def test_an_operation_whose_answers_depend_on_the_state_alone_has_no_rule() -> None:
    assert calls_of(Operation.RESUME, BITS) == ()


def test_a_decided_rule_is_told_from_a_documented_one() -> None:
    assert not bits("add_file_with_ranges/range-empty").decided
    assert replace(bits("add_file_with_ranges/range-empty"), cites=("decision/14",)).decided


def test_a_code_that_no_page_names_leaves_every_failure_permitted() -> None:
    rule = RULES[DO]["create_job/name-too-long"]

    assert rule.answers == ()
    assert rule.refused


def test_a_rule_is_told_in_a_sentence() -> None:
    assert bits("set_minimum_retry_delay/below-floor").english == (
        "Where the minimum retry delay is less than 5 seconds: S_OK; the minimum retry delay becomes 5 seconds."
    )


def test_a_refusal_without_a_named_code_is_told_as_such() -> None:
    assert RULES[DO]["create_job/name-missing"].english == (
        "Where the display name is null: a failure that the documents do not name."
    )


# Clause by clause

ANSWERED = {
    "add_file/local-name-empty": ("E_INVALIDARG", "E_INVALIDARG"),
    "add_file/local-name-invalid": ("E_INVALIDARG", None),
    "add_file/local-name-relative": ("E_INVALIDARG", None),
    "add_file/remote-name-invalid": ("E_INVALIDARG", None),
    "add_file/protocol-unsupported": ("E_INVALIDARG", None),
    "add_file/no-write-permission": ("E_ACCESSDENIED", "E_ACCESSDENIED"),
    "add_file/too-many-files": ("BG_E_TOO_MANY_FILES_IN_JOB", None),
    "add_file_with_ranges/local-name-empty": ("E_INVALIDARG", None),
    "add_file_with_ranges/local-name-invalid": ("E_INVALIDARG", None),
    "add_file_with_ranges/local-name-relative": ("E_INVALIDARG", None),
    "add_file_with_ranges/remote-name-invalid": ("E_INVALIDARG", None),
    "add_file_with_ranges/protocol-unsupported": ("E_INVALIDARG", None),
    "add_file_with_ranges/no-write-permission": ("E_ACCESSDENIED", None),
    "add_file_with_ranges/too-many-files": ("BG_E_TOO_MANY_FILES_IN_JOB", None),
    "add_file_with_ranges/too-many-ranges": ("BG_E_TOO_MANY_RANGES_IN_FILE", None),
    "add_file_with_ranges/range-at-end": ("BG_E_INVALID_RANGE", None),
    "add_file_with_ranges/ranges-overlap": ("BG_E_OVERLAPPING_RANGES", None),
    "add_file_with_ranges/no-ranges": ("E_INVALIDARG", None),
    "add_file/range-at-end": (None, "DO_E_INVALID_RANGE"),
    "add_file/ranges-overlap": (None, "DO_E_OVERLAPPING_RANGES"),
    "set_remote_name/remote-name-invalid": ("E_INVALIDARG", "E_INVALIDARG"),
    "set_remote_name/remote-name-too-long": ("E_INVALIDARG", "E_INVALIDARG"),
    "set_display_name/name-missing": ("E_INVALIDARG", None),
    "replace_remote_prefix/prefix-empty": ("E_INVALIDARG", None),
    "replace_remote_prefix/remote-name-bad": ("E_INVALIDARG", None),
    "replace_remote_prefix/prefix-not-found": ("S_FALSE", None),
    "set_priority/undefined": ("E_NOTIMPL", None),
    "set_notify_flags/invalid": ("E_NOTIMPL", None),
    "take_ownership/no-administrator": ("E_ACCESSDENIED", None),
    "create_job/too-many-of-user": ("BG_E_TOO_MANY_JOBS_PER_USER", None),
    "create_job/too-many-on-machine": ("BG_E_TOO_MANY_JOBS_PER_MACHINE", None),
    "create_job/name-taken": ("S_OK", "S_OK"),
    "get_job/unknown-id": ("BG_E_NOT_FOUND", "DO_E_JOB_NOT_FOUND"),
    "get_job/final": ("BG_E_NOT_FOUND", "DO_E_JOB_NOT_FOUND"),
    "get_job/not-allowed": ("E_ACCESSDENIED", "E_ACCESSDENIED"),
    "enum_jobs/of-all": ("E_ACCESSDENIED", None),
    "enum_jobs/of-all-by-administrator": ("S_OK", None),
    "get_error_file/no-file": ("BG_E_FILE_NOT_AVAILABLE", "DO_E_FILE_NOT_AVAILABLE"),
    "next_file/past-the-end": ("S_FALSE", "S_FALSE"),
    "cancel/files-not-deleted": ("BG_S_UNABLE_TO_DELETE_FILES", None),
}


@pytest.mark.parametrize("rule_id", ANSWERED)
def test_a_rule_answers_with_the_code_of_its_clause_in_the_dialects_that_have_it(rule_id: str) -> None:
    documented = dict(zip(Dialect, ANSWERED[rule_id], strict=True))

    assert answers(rule_id) == {dialect: [code] for dialect, code in documented.items() if code}


@pytest.mark.parametrize(
    ("dialect", "rule_id", "code"),
    [
        (BITS, "add_file_with_ranges/range-empty", "BG_E_INVALID_RANGE"),
        (DO, "add_file/range-empty", "DO_E_INVALID_RANGE"),
    ],
)
def test_a_range_of_no_length_may_be_refused_either_way(dialect: Dialect, rule_id: str, code: str) -> None:
    rule = RULES[dialect][rule_id]

    assert answers(rule_id) == {dialect: [code, "E_INVALIDARG"]}
    assert (rule.level, rule.cites) == (Level.MAY, ("addfile/ranges", "decision/14"))


@pytest.mark.parametrize(
    ("rule_id", "limit"),
    [
        ("add_file/too-many-files", 200),
        ("add_file_with_ranges/too-many-ranges", 500),
        ("create_job/too-many-of-user", 60),
        ("create_job/too-many-on-machine", 300),
    ],
)
def test_a_limit_of_policy_spares_administrators_and_service_accounts(rule_id: str, limit: int) -> None:
    condition = bits(rule_id).condition

    assert isinstance(condition, MoreThan)
    assert (condition.limit, condition.exempt) == (limit, True)
    assert condition.english.endswith("and the caller is neither an administrator nor a service account")


@pytest.mark.parametrize(
    ("rule_id", "limit"),
    [
        ("create_job/name-too-long", 256),
        ("add_file/remote-name-too-long", 2_200),
        ("set_remote_name/remote-name-too-long", 2_200),
    ],
)
def test_a_name_may_be_as_long_as_its_limit_and_no_longer_for_anybody(
    dialect: Dialect, rule_id: str, limit: int
) -> None:
    condition = RULES[dialect][rule_id].condition

    assert isinstance(condition, MoreThan)
    assert (condition.limit, condition.exempt) == (limit, False)


def test_a_display_name_that_is_too_long_has_a_code_in_bits_alone() -> None:
    assert answers("create_job/name-too-long") == {BITS: ["E_INVALIDARG"], DO: []}


def test_a_display_name_that_is_set_too_long_may_be_refused_with_either_code_of_its_page() -> None:
    assert answers("set_display_name/name-too-long") == {BITS: ["E_INVALIDARG", "BG_E_STRING_TOO_LONG"]}


def test_only_a_change_moves_the_modification_time_and_only_transferred_the_completion_time(dialect: Dialect) -> None:
    told = {rule.condition: rule.effects for rule in calls_of(Operation.GET_TIMES, dialect)}

    assert told == {
        Circumstance.JOB_MODIFIED: (Tells("the modification time is that of the latest of it"),),
        Circumstance.JOB_TRANSFERRED: (Tells("the transfer completion time is when it did"),),
    }


def test_the_error_count_grows_by_failures_and_not_by_obstacles() -> None:
    told = {rule.condition: rule.effects for rule in calls_of(Operation.GET_ERROR_COUNT, BITS)}

    assert told == {
        Circumstance.TRANSFER_FAILED: (Tells("each time counts one, and none is ever taken back"),),
        Circumstance.OBSTACLE_MET: (Tells("that counts nothing"),),
    }


def test_the_flag_disable_silences_all_others_in_bits() -> None:
    (effect,) = bits("set_notify_flags/disable").effects

    assert effect == Tells("nobody is called, whatever the other flags are")


def test_rules_with_a_fault_are_not_handed_out() -> None:
    rule = bits("get_job/final")

    with pytest.raises(TableFaultError, match="the calls of BITS have a fault\nget_job/final and get_job/final have"):
        checked_calls((rule, rule), BITS)


def test_a_retry_delay_below_five_seconds_becomes_five_seconds() -> None:
    rule = bits("set_minimum_retry_delay/below-floor")

    assert rule.condition == LessThan(Quantity.MINIMUM_RETRY_DELAY, 5)
    assert (rule.answers, rule.effects) == ((Hresult.S_OK,), (Becomes(Quantity.MINIMUM_RETRY_DELAY, 5),))


@pytest.mark.parametrize(
    ("rule_id", "error"),
    [
        ("add_file_with_ranges/range-outside-file", Hresult.BG_E_INVALID_RANGE),
        ("add_file_with_ranges/server-without-ranges", Hresult.BG_E_INSUFFICIENT_RANGE_SUPPORT),
        ("add_file_with_ranges/server-merges-ranges", Hresult.BG_E_INVALID_SERVER_RESPONSE),
        ("set_validation_state/content-invalid", Hresult.BG_E_VALIDATION_FAILED),
        ("set_security_flags/redirects-disallowed", None),
        ("set_minimum_retry_delay/beyond-timeout", None),
    ],
)
def test_what_is_accepted_now_may_lead_to_error_later(rule_id: str, error: Hresult | None) -> None:
    led = [(each.dest, each.error) for each in bits(rule_id).effects if isinstance(each, Leads)]

    assert bits(rule_id).answers == (Hresult.S_OK,)
    assert led == [(JobState.ERROR, error)]


def test_a_context_is_told_for_http_403_alone_in_delivery_optimization() -> None:
    told = {rule.id: [each.english for each in rule.effects] for rule in calls_of(Operation.GET_ERROR, DO)}

    assert told == {
        "get_error/context-http-403": ["the context is REMOTE_FILE"],
        "get_error/context-other": ["the context is NONE"],
    }


def test_an_upload_whose_server_is_silent_may_stay_queued_after_cancel() -> None:
    rule = bits("cancel/server-silent")

    assert (rule.level, rule.answers, rule.cites) == (Level.MAY, (Hresult.S_OK,), ("upload/cancel",))
