"""Beyond one ordinary download: uploads, their replies, obstacles, helper tokens, errors with nothing left.

Law: the expected side is typed from the clause in the docstring, as answers with their states.
"""

from __future__ import annotations

import pytest

from copyjob.spec.facts import Configuration, ErrorInformation, Facts, Reply
from copyjob.spec.table import Level, full_table
from copyjob.spec.vocabulary import Dialect, InternalEvent, JobState, JobType, Operation

BITS = full_table(Dialect.BITS)
UPLOAD = Facts(files_total=1, kind=JobType.UPLOAD)
DOWNLOAD = Facts(files_total=1)
REPLY_OUTSTANDING = Facts(1, 1, kind=JobType.UPLOAD_REPLY, reply=Reply.TO_COME)


def answers(label: Operation | InternalEvent, state: str, facts: Facts) -> set[str]:
    """Return what is answered, each as a state or, for a call, as HRESULT and state; empty where nothing is."""
    row = BITS.row_at(label, Configuration(JobState[state], facts))
    given = () if row is None else row.all_answers
    return {answer.trigger.removeprefix(".") for answer in given}


@pytest.mark.parametrize("state", ["QUEUED", "CONNECTING", "TRANSFERRING", "TRANSIENT_ERROR"])
def test_a_job_without_its_helper_token_goes_to_error(state: str) -> None:
    """token/logoff."""
    assert answers(InternalEvent.TOKEN_MISSING, state, DOWNLOAD) == {"ERROR"}


def test_a_job_that_its_owner_left_loses_its_helper_token_all_the_same() -> None:
    """state/queued, token/logoff."""
    at = Configuration(JobState.TRANSFERRING, DOWNLOAD)
    left = BITS.row_at(InternalEvent.LOG_OFF, at)
    assert left is not None
    assert [answer.dest for answer in left.answers] == [JobState.QUEUED]

    assert answers(InternalEvent.TOKEN_MISSING, "QUEUED", DOWNLOAD._replace(away=1)) == {"ERROR"}


@pytest.mark.parametrize("event", [InternalEvent.NETWORK_BACK, InternalEvent.POLICY_OPEN])
def test_a_job_with_two_obstacles_may_wait_in_either_state_when_one_goes(event: InternalEvent) -> None:
    """decision/23."""
    both = DOWNLOAD._replace(offline=1, blocked=1, error=ErrorInformation.AVAILABLE)
    row = BITS.row_at(event, Configuration(JobState.TRANSIENT_ERROR, both))

    assert row is not None
    assert (row.level, row.cites[-1]) == (Level.MAY, "decision/23")
    assert {answer.dest for answer in row.answers} == {JobState.QUEUED, JobState.TRANSIENT_ERROR}


def test_a_transient_fault_of_an_upload_leads_to_transient_error_and_nowhere_else() -> None:
    """http/reply."""
    assert answers(InternalEvent.TRANSIENT_FAULT, "TRANSFERRING", UPLOAD) == {"TRANSIENT_ERROR"}
    assert answers(InternalEvent.TRANSIENT_FAULT, "TRANSFERRING", DOWNLOAD) == {"TRANSIENT_ERROR", "ERROR"}


@pytest.mark.parametrize("state", ["CONNECTING", "TRANSFERRING"])
@pytest.mark.parametrize(
    "event", [InternalEvent.AMBIGUOUS_FAULT, InternalEvent.RANGE_REFUSED, InternalEvent.FILE_RESTARTED]
)
def test_what_only_an_answer_to_a_download_can_be_befalls_no_upload(event: InternalEvent, state: str) -> None:
    """decision/11, decision/20, file/consistency."""
    assert answers(event, state, UPLOAD) == set()


@pytest.mark.parametrize("event", [InternalEvent.AMBIGUOUS_FAULT, InternalEvent.RANGE_REFUSED])
def test_what_an_answer_to_a_download_can_be_befalls_downloads(event: InternalEvent) -> None:
    """decision/11, decision/20."""
    assert "ERROR" in answers(event, "TRANSFERRING", DOWNLOAD)


def test_an_upload_whose_reply_is_outstanding_is_resumed_like_any_that_has_something_left() -> None:
    """resume/suspended."""
    assert answers(Operation.RESUME, "SUSPENDED", REPLY_OUTSTANDING) == {"S_OK.QUEUED"}


def test_an_upload_whose_reply_has_arrived_may_be_refused_as_empty() -> None:
    """decision/16."""
    arrived = REPLY_OUTSTANDING._replace(reply=Reply.NONE)

    assert answers(Operation.RESUME, "SUSPENDED", arrived) == {"S_OK.QUEUED", "BG_E_EMPTY.SUSPENDED"}


@pytest.mark.parametrize("state", ["QUEUED", "CONNECTING"])
def test_a_job_that_is_transferred_past_transferring_may_still_tell_of_its_error(state: str) -> None:
    """decision/16, decision/18."""
    failed = Facts(1, 1, ErrorInformation.AVAILABLE)
    row = BITS.row_at(InternalEvent.ALL_DONE, Configuration(JobState[state], failed))
    assert row is not None
    (answer,) = row.answers
    assert [(each.fact.name, answer.dest) for each in answer.effects] == [("ERROR", JobState.TRANSFERRED)]

    either = failed._replace(error=ErrorInformation.EITHER)
    told = {"S_OK.TRANSFERRED", "BG_E_ERROR_INFORMATION_UNAVAILABLE.TRANSFERRED"}
    assert answers(Operation.GET_ERROR, "TRANSFERRED", either) == told


def test_a_transferred_job_that_never_failed_has_no_error_to_tell() -> None:
    """error/available."""
    told = {"BG_E_ERROR_INFORMATION_UNAVAILABLE.TRANSFERRED"}

    assert answers(Operation.GET_ERROR, "TRANSFERRED", Facts(1, 1)) == told
