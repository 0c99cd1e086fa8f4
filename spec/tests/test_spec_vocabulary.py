"""Every name and number of the vocabulary, pinned against what the pages and headers say.

Law: the expected side is typed from the documents, never computed from the module under test.

Sources: MicrosoftDocs/win32 ``delivery_optimization/do-return-values.md`` and ``Bits/bits-return-values.md``;
MicrosoftDocs/sdk-api ``ne-bits-*.md`` and ``nf-bits-ibackgroundcopyjob-setnotifyflags.md``; wine-mirror/wine
``include/bits.idl``; ``winerror.h``; and ``bitsmsg.h`` for two codes that the pages leave unnumbered.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from copyjob.spec import vocabulary
from copyjob.spec.vocabulary import (
    Dialect,
    ErrorContext,
    Hresult,
    InternalEvent,
    JobPriority,
    JobState,
    JobType,
    NotifyFlag,
    Operation,
    dialect_of,
    hresult_name,
    http_error,
)

HRESULTS = {
    # winerror.h
    "S_OK": 0x00000000,
    "S_FALSE": 0x00000001,
    "E_NOTIMPL": 0x80004001,
    "E_ACCESSDENIED": 0x80070005,
    "E_INVALIDARG": 0x80070057,
    # bits-return-values.md
    "BG_S_PARTIAL_COMPLETE": 0x00200017,
    "BG_S_UNABLE_TO_DELETE_FILES": 0x0020001A,
    "BG_S_OVERRIDDEN_BY_POLICY": 0x00200055,
    "BG_E_NOT_FOUND": 0x80200001,
    "BG_E_INVALID_STATE": 0x80200002,
    "BG_E_EMPTY": 0x80200003,
    "BG_E_FILE_NOT_AVAILABLE": 0x80200004,
    "BG_E_PROTOCOL_NOT_AVAILABLE": 0x80200005,
    "BG_E_DESTINATION_LOCKED": 0x8020000D,
    "BG_E_VOLUME_CHANGED": 0x8020000E,
    "BG_E_ERROR_INFORMATION_UNAVAILABLE": 0x8020000F,
    "BG_E_NETWORK_DISCONNECTED": 0x80200010,
    "BG_E_MISSING_FILE_SIZE": 0x80200011,
    "BG_E_INSUFFICIENT_HTTP_SUPPORT": 0x80200012,
    "BG_E_INSUFFICIENT_RANGE_SUPPORT": 0x80200013,
    "BG_E_REMOTE_NOT_SUPPORTED": 0x80200014,
    "BG_E_NEW_OWNER_DIFF_MAPPING": 0x80200015,
    "BG_E_NEW_OWNER_NO_FILE_ACCESS": 0x80200016,
    "BG_E_PROXY_LIST_TOO_LARGE": 0x80200018,
    "BG_E_PROXY_BYPASS_LIST_TOO_LARGE": 0x80200019,
    "BG_E_TOO_MANY_FILES": 0x8020001C,
    "BG_E_LOCAL_FILE_CHANGED": 0x8020001D,
    "BG_E_TOO_LARGE": 0x80200020,
    "BG_E_STRING_TOO_LONG": 0x80200021,
    "BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH": 0x80200022,
    "BG_E_SERVER_EXECUTE_ENABLED": 0x80200023,
    "BG_E_USERNAME_TOO_LARGE": 0x80200025,
    "BG_E_PASSWORD_TOO_LARGE": 0x80200026,
    "BG_E_INVALID_AUTH_TARGET": 0x80200027,
    "BG_E_INVALID_AUTH_SCHEME": 0x80200028,
    "BG_E_INVALID_RANGE": 0x8020002B,
    "BG_E_OVERLAPPING_RANGES": 0x8020002C,
    "BG_E_BLOCKED_BY_POLICY": 0x8020003E,
    "BG_E_INVALID_PROXY_INFO": 0x8020003F,
    "BG_E_INVALID_CREDENTIALS": 0x80200040,
    "BG_E_RECORD_DELETED": 0x80200042,
    "BG_E_UPNP_ERROR": 0x80200045,
    "BG_E_PEERCACHING_DISABLED": 0x80200047,
    "BG_E_BUSYCACHERECORD": 0x80200048,
    "BG_E_TOO_MANY_JOBS_PER_USER": 0x80200049,
    "BG_E_TOO_MANY_JOBS_PER_MACHINE": 0x80200050,
    "BG_E_TOO_MANY_FILES_IN_JOB": 0x80200051,
    "BG_E_TOO_MANY_RANGES_IN_FILE": 0x80200052,
    "BG_E_VALIDATION_FAILED": 0x80200053,
    "BG_E_MAXDOWNLOAD_TIMEOUT": 0x80200054,
    # bitsmsg.h; method pages name them, the page of return values leaves them out
    "BG_E_INVALID_SERVER_RESPONSE": 0x8020001B,
    "BG_E_TOKEN_REQUIRED": 0x80200056,
    # do-return-values.md
    "DO_E_NO_SERVICE": 0x80D01001,
    "DO_E_DOWNLOAD_NO_PROGRESS": 0x80D02002,
    "DO_E_JOB_NOT_FOUND": 0x80D02003,
    "DO_E_JOB_EMPTY": 0x80D02004,
    "DO_E_LOCALPATH_NOT_SET": 0x80D0200D,
    "DO_E_FILE_NOT_AVAILABLE": 0x80D02010,
    "DO_E_UNKNOWN_PROPERTY_ID": 0x80D02011,
    "DO_E_READ_ONLY_PROPERTY": 0x80D02012,
    "DO_E_INVALID_STATE": 0x80D02013,
    "DO_E_ERROR_INFORMATION_UNAVAILABLE": 0x80D02014,
    "DO_E_NO_DOWNLOAD_EXTSETTINGS": 0x80D03002,
    "DO_E_BLOCKED_BY_COST_TRANSFER_POLICY": 0x80D03801,
    "DO_E_BLOCKED_BY_CELLULAR_POLICY": 0x80D03803,
    "DO_E_BLOCKED_BY_POWER_STATE": 0x80D03804,
    "DO_E_BLOCKED_BY_NO_NETWORK": 0x80D03805,
    "DO_E_BLOCKED_BY_VPN_POLICY": 0x80D03807,
    "DO_E_BLOCKED_BY_CRITICAL_MEMORY_USAGE": 0x80D03808,
    "DO_E_HTTP_BLOCKSIZE_MISMATCH": 0x80D05001,
    "DO_E_INVALID_RANGE": 0x80D05010,
    "DO_E_INSUFFICIENT_RANGE_SUPPORT": 0x80D05011,
    "DO_E_OVERLAPPING_RANGES": 0x80D05012,
    "DO_E_FATAL_CORE_ERROR": 0x80D06802,
}

# The spellings of ibackgroundcopyjob-resume.md and ibackgroundcopymanager-getjob.md; decision/1.
ALIASES = {"DO_E_EMPTY": "DO_E_JOB_EMPTY", "DO_E_NOT_FOUND": "DO_E_JOB_NOT_FOUND"}

# The HTTP values that bits-return-values.md writes out.
HTTP_ERRORS = {
    400: 0x80190190,
    401: 0x80190191,
    404: 0x80190194,
    407: 0x80190197,
    414: 0x8019019E,
    501: 0x801901F5,
    503: 0x801901F7,
    504: 0x801901F8,
    505: 0x801901F9,
}

STATES = {
    "QUEUED": 0,
    "CONNECTING": 1,
    "TRANSFERRING": 2,
    "SUSPENDED": 3,
    "ERROR": 4,
    "TRANSIENT_ERROR": 5,
    "TRANSFERRED": 6,
    "ACKNOWLEDGED": 7,
    "CANCELLED": 8,
}
TYPES = {"DOWNLOAD": 0, "UPLOAD": 1, "UPLOAD_REPLY": 2}
PRIORITIES = {"FOREGROUND": 0, "HIGH": 1, "NORMAL": 2, "LOW": 3}
CONTEXTS = {
    "NONE": 0,
    "UNKNOWN": 1,
    "GENERAL_QUEUE_MANAGER": 2,
    "QUEUE_MANAGER_NOTIFICATION": 3,
    "LOCAL_FILE": 4,
    "REMOTE_FILE": 5,
    "GENERAL_TRANSPORT": 6,
    "REMOTE_APPLICATION": 7,
}
FLAGS = {
    "JOB_TRANSFERRED": 0x01,
    "JOB_ERROR": 0x02,
    "DISABLE": 0x04,
    "JOB_MODIFICATION": 0x08,
    "FILE_TRANSFERRED": 0x10,
    "FILE_RANGES_TRANSFERRED": 0x20,
}
OPERATIONS = {
    "RESUME": "resume",
    "SUSPEND": "suspend",
    "CANCEL": "cancel",
    "COMPLETE": "complete",
    "ADD_FILE": "add_file",
    "GET_ERROR": "get_error",
    "SET_PRIORITY": "set_priority",
    "SET_NO_PROGRESS_TIMEOUT": "set_no_progress_timeout",
    "SET_MINIMUM_RETRY_DELAY": "set_minimum_retry_delay",
    "ADD_FILE_WITH_RANGES": "add_file_with_ranges",
    "SET_REMOTE_NAME": "set_remote_name",
    "REPLACE_REMOTE_PREFIX": "replace_remote_prefix",
    "SET_REPLY_FILE_NAME": "set_reply_file_name",
    "SET_DISPLAY_NAME": "set_display_name",
    "SET_NOTIFY_FLAGS": "set_notify_flags",
    "SET_NOTIFY_INTERFACE": "set_notify_interface",
    "SET_MAXIMUM_DOWNLOAD_TIME": "set_maximum_download_time",
    "GET_STATE": "get_state",
    "GET_PROGRESS": "get_progress",
    "GET_TIMES": "get_times",
    "GET_ERROR_COUNT": "get_error_count",
    "ENUM_FILES": "enum_files",
    "CREATE_JOB": "create_job",
    "GET_JOB": "get_job",
    "ENUM_JOBS": "enum_jobs",
}
EVENTS = {
    "TURN": "turn",
    "CONNECT": "connect",
    "FILE_DONE": "file_done",
    "ALL_DONE": "all_done",
    "SLICE_END": "slice_end",
    "TRANSIENT_FAULT": "transient_fault",
    "FATAL_FAULT": "fatal_fault",
    "AMBIGUOUS_FAULT": "ambiguous_fault",
    "RANGE_REFUSED": "range_refused",
    "RETRY": "retry",
    "NO_PROGRESS": "no_progress",
    "RESTART": "restart",
    "EXPIRY": "expiry",
    "DATA": "data",
    "FILE_RESTARTED": "file_restarted",
    "MAX_DOWNLOAD": "max_download",
    "NETWORK_LOST": "network_lost",
    "NETWORK_BACK": "network_back",
    "POLICY_BLOCK": "policy_block",
    "POLICY_OPEN": "policy_open",
    "LOG_OFF": "log_off",
    "LOG_ON": "log_on",
    "TOKEN_MISSING": "token_missing",
    "REPLY_BEGUN": "reply_begun",
    "REPLY_DONE": "reply_done",
    "LOCAL_FILE_CHANGED": "local_file_changed",
}


def test_every_hresult_has_the_number_of_the_documents() -> None:
    actual = {member.name: int(member) for member in Hresult}

    assert actual == HRESULTS


def test_every_second_spelling_of_an_hresult_is_the_one_of_decision_1() -> None:
    actual = {name: member.name for name, member in Hresult.__members__.items() if name != member.name}

    assert actual == ALIASES


def test_a_value_fails_exactly_if_its_name_says_e() -> None:
    actual = {member.name for member in Hresult if member.failed}

    assert actual == {name for name in HRESULTS if name.startswith(("E_", "BG_E_", "DO_E_"))}


def test_the_states_have_the_numbers_of_the_header() -> None:
    assert {member.name: int(member) for member in JobState} == STATES


def test_the_job_types_have_the_numbers_of_the_header() -> None:
    assert {member.name: int(member) for member in JobType} == TYPES


def test_the_priorities_have_the_numbers_of_the_header() -> None:
    assert {member.name: int(member) for member in JobPriority} == PRIORITIES


def test_the_error_contexts_have_the_numbers_of_the_header() -> None:
    assert {member.name: int(member) for member in ErrorContext} == CONTEXTS


def test_the_notify_flags_have_the_bits_of_the_page() -> None:
    assert {member.name: int(member) for member in NotifyFlag} == FLAGS


def test_no_enumeration_of_numbers_but_hresult_has_a_second_spelling() -> None:
    numbered = (JobState, JobType, JobPriority, ErrorContext, NotifyFlag)

    assert [kind.__name__ for kind in numbered if len(kind.__members__) != len(list(kind))] == []


def test_the_operations_are_spelled_as_plans_and_traces_spell_them() -> None:
    assert {member.name: member.value for member in Operation} == OPERATIONS


def test_the_internal_events_are_spelled_as_traces_spell_them() -> None:
    assert {member.name: member.value for member in InternalEvent} == EVENTS


def test_the_dialects_are_bits_and_delivery_optimization() -> None:
    assert {member.name: member.value for member in Dialect} == {"BITS": "BITS", "DO": "DO"}


def test_an_unknown_size_and_the_end_of_a_file_are_all_bits_of_64() -> None:
    assert (vocabulary.SIZE_UNKNOWN, vocabulary.LENGTH_TO_EOF) == (0xFFFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF)


def test_the_interfaces_have_the_ids_of_their_pages() -> None:
    assert (
        vocabulary.IID_IBACKGROUNDCOPYJOB,
        vocabulary.IID_IBACKGROUNDCOPYCALLBACK,
        vocabulary.IID_IBACKGROUNDCOPYERROR,
    ) == (
        "37668D37-507E-4160-9316-26306D150B12",
        "97EA99C7-0186-4AD4-8DF9-C5B4E0ED6B22",
        "19C613A0-FCB8-4F28-81AE-897C3D078F81",
    )


@pytest.mark.parametrize(("status", "value"), HTTP_ERRORS.items())
def test_an_http_status_has_the_hresult_of_the_page(status: int, value: int) -> None:
    assert http_error(status) == value


@pytest.mark.parametrize(("status", "value"), HTTP_ERRORS.items())
def test_the_hresult_of_an_http_status_is_named_after_it(status: int, value: int) -> None:
    assert hresult_name(value) == f"BG_E_HTTP_ERROR_{status}"


@pytest.mark.parametrize(("name", "value"), HRESULTS.items())
def test_an_hresult_is_named_as_its_header_names_it(name: str, value: int) -> None:
    assert hresult_name(value) == name


def test_a_code_of_two_spellings_is_named_as_the_table_of_return_values_names_it() -> None:
    assert (hresult_name(0x80D02004), hresult_name(0x80D02003)) == ("DO_E_JOB_EMPTY", "DO_E_JOB_NOT_FOUND")


def test_a_negative_32_bit_number_has_the_name_of_its_unsigned_value() -> None:
    assert hresult_name(-2145386494) == "BG_E_INVALID_STATE"


@pytest.mark.parametrize(
    ("value", "digits"),
    [
        (0x80004005, "0x80004005"),
        (0x2, "0x00000002"),
        (0x80190063, "0x80190063"),  # one below the HTTP status 100
        (0x80190258, "0x80190258"),  # the HTTP status 600
    ],
)
def test_a_number_without_a_name_is_shown_in_eight_hexadecimal_digits(value: int, digits: str) -> None:
    assert hresult_name(value) == digits


@pytest.mark.parametrize(("value", "name"), [(0x80190064, "BG_E_HTTP_ERROR_100"), (0x80190257, "BG_E_HTTP_ERROR_599")])
def test_the_first_and_the_last_http_status_are_named(value: int, name: str) -> None:
    assert hresult_name(value) == name


@pytest.mark.parametrize(
    ("hresult", "dialect"),
    [
        (Hresult.BG_E_EMPTY, Dialect.BITS),
        (Hresult.BG_S_PARTIAL_COMPLETE, Dialect.BITS),
        (Hresult.DO_E_JOB_EMPTY, Dialect.DO),
        (Hresult.S_OK, None),
        (Hresult.E_INVALIDARG, None),
        (0x80190194, None),  # HTTP 404
        (0x80004005, None),
    ],
)
def test_an_hresult_belongs_to_the_dialect_whose_header_names_it(hresult: int, dialect: Dialect | None) -> None:
    assert dialect_of(hresult) is dialect


def test_the_vocabulary_loads_nothing_else_of_the_project() -> None:
    # A fresh interpreter, because the other modules are long since loaded in this one.
    program = "import sys, copyjob.spec.vocabulary; print(*sorted(n for n in sys.modules if 'copyjob' in n))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)

    loaded = [name for name in run.stdout.split() if not name.startswith("_")]  # the finder of an editable install
    assert loaded == ["copyjob", "copyjob.spec", "copyjob.spec.vocabulary"]
