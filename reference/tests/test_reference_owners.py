"""Several users of one service: whose a job is, who finds it, who may take it."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from copyjob.reference.callbacks import Callback
from copyjob.reference.errors import CopyJobError
from copyjob.reference.policies import Limits, User
from copyjob.spec.vocabulary import Dialect, Hresult, JobState, JobType, NotifyFlag

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from copyjob.reference.service import JobHandle

ANNE, BERT = User("anne"), User("bert")
ROOT = User("root", administrator=True)


def refused(call: Callable[..., object], *args: object, **options: object) -> int:
    with pytest.raises(CopyJobError) as caught:
        call(*args, **options)
    return caught.value.hresult


@pytest.fixture
def service(serve: Any) -> Any:
    """Start a service of root's."""
    return serve(user=ROOT)


def test_a_job_belongs_to_the_user_who_created_it(service: Any) -> None:
    assert service.as_user(ANNE).create_job("a").owner == "anne"


def test_an_owner_outlives_a_kill(serve: Any, service: Any) -> None:
    job = service.as_user(ANNE).create_job("a")
    service.kill()

    assert serve(user=ROOT).get_job(job.id).owner == "anne"


@pytest.mark.parametrize("getter", ["get_job", "find"])
def test_another_users_job_is_refused_with_e_accessdenied(service: Any, getter: str) -> None:
    job = service.as_user(ANNE).create_job("a")

    assert refused(getattr(service.as_user(BERT), getter), job.id) == Hresult.E_ACCESSDENIED


def test_an_administrator_gets_every_job(service: Any) -> None:
    job = service.as_user(ANNE).create_job("a")

    assert service.get_job(job.id).cancel() == Hresult.S_OK


def test_an_unknown_job_is_not_found_whoever_asks(service: Any) -> None:
    assert refused(service.as_user(ANNE).get_job, "nobody's") == Hresult.BG_E_NOT_FOUND


def test_a_user_enumerates_his_own_jobs(service: Any) -> None:
    service.as_user(ANNE).create_job("a")
    service.as_user(BERT).create_job("b")

    assert [job.display_name for job in service.as_user(BERT).enum_jobs()] == ["b"]


def test_an_administrator_enumerates_his_own_jobs_unless_he_asks_for_all(service: Any) -> None:
    service.as_user(ANNE).create_job("a")
    service.create_job("b")

    assert [job.display_name for job in service.jobs()] == ["b"]
    assert [job.display_name for job in service.jobs(all_users=True)] == ["a", "b"]


def test_jobs_of_all_users_are_refused_to_a_plain_one(service: Any) -> None:
    assert refused(service.as_user(ANNE).enum_jobs, all_users=True) == Hresult.E_ACCESSDENIED


def test_limits_count_the_jobs_of_each_user_for_himself(serve: Any) -> None:
    service = serve(user=ROOT, limits=Limits(jobs_per_user=1))
    service.as_user(ANNE).create_job("a")
    service.as_user(BERT).create_job("b")

    assert refused(service.as_user(ANNE).create_job, "c") == Hresult.BG_E_TOO_MANY_JOBS_PER_USER


def test_the_limit_of_the_machine_counts_the_jobs_of_everybody(serve: Any) -> None:
    service = serve(user=ROOT, limits=Limits(jobs_per_machine=2))
    service.create_job("r")
    service.as_user(ANNE).create_job("a")

    assert refused(service.as_user(BERT).create_job, "b") == Hresult.BG_E_TOO_MANY_JOBS_PER_MACHINE


# ---- TakeOwnership ----


def test_an_administrator_takes_a_job(service: Any) -> None:
    job = service.as_user(ANNE).create_job("a")
    answer = service.get_job(job.id).take_ownership()

    assert (answer, job.owner) == (Hresult.S_OK, "root")


def test_taking_ownership_is_refused_to_a_plain_user_even_of_his_own_job(service: Any) -> None:
    assert refused(service.as_user(ANNE).create_job("a").take_ownership) == Hresult.E_ACCESSDENIED


def test_who_owned_a_job_can_do_nothing_with_it_once_it_is_taken(service: Any, tmp_path: Path) -> None:
    job = service.as_user(ANNE).create_job("a")
    service.get_job(job.id).take_ownership()

    assert refused(job.add_file, "http://h/a", str(tmp_path / "a")) == Hresult.E_ACCESSDENIED
    assert (refused(job.cancel), job.state) == (Hresult.E_ACCESSDENIED, JobState.SUSPENDED)


def test_taking_ownership_outlives_a_kill(serve: Any, service: Any) -> None:
    job = service.as_user(ANNE).create_job("a")
    service.get_job(job.id).take_ownership()
    service.kill()

    assert serve(user=ROOT).get_job(job.id).owner == "root"


def test_an_ended_job_cannot_be_taken(service: Any) -> None:
    job = service.as_user(ANNE).create_job("a")
    held = service.get_job(job.id)
    job.cancel()

    assert (refused(held.take_ownership), held.owner) == (Hresult.BG_E_INVALID_STATE, "anne")


def test_ownership_that_cannot_be_recorded_is_refused(service: Any) -> None:
    job = service.as_user(ANNE).create_job("a")
    held = service.get_job(job.id)
    service._engine._store._db.execute("PRAGMA query_only=ON")
    refused(held.take_ownership)

    assert held.owner == "anne"


def test_do_knows_no_taking_of_ownership(serve: Any) -> None:
    assert refused(serve(Dialect.DO, user=ANNE).create_job("a").take_ownership) == Hresult.E_NOTIMPL


@pytest.mark.parametrize(
    "show", [lambda job: job.files(), lambda job: job.enum_files(), lambda job: job.progress(), lambda job: job.error()]
)
def test_what_is_in_a_job_is_shown_to_its_last_owner_no_more(service: Any, show: Callable[[Any], object]) -> None:
    job = service.as_user(ANNE).create_job("a")
    service.get_job(job.id).take_ownership()

    assert refused(show, job) == Hresult.E_ACCESSDENIED


@pytest.mark.parametrize("getter", ["reply_data", "reply_progress"])
def test_a_reply_is_shown_to_its_last_owner_no_more(service: Any, getter: str) -> None:
    job = service.as_user(ANNE).create_job("a", JobType.UPLOAD_REPLY)
    service.get_job(job.id).take_ownership()

    assert refused(getattr(job, getter)) == Hresult.E_ACCESSDENIED


class Told(Callback):
    """Takes down that it was called."""

    def __init__(self) -> None:
        self.times = 0

    def job_modification(self, job: JobHandle) -> None:
        self.times += 1


def test_the_last_owner_is_told_nothing_more_of_a_job_that_was_taken(service: Any) -> None:
    job = service.as_user(ANNE).create_job("a")
    job.set_notify_flags(NotifyFlag.JOB_MODIFICATION)
    job.set_notify_interface(told := Told())
    held = service.get_job(job.id)
    held.take_ownership()
    assert service.wait_for_callbacks(20)
    after = told.times
    held.set_display_name("b")
    assert service.wait_for_callbacks(20)

    assert told.times == after


def test_who_takes_his_own_job_is_told_of_it_as_before(service: Any) -> None:
    job = service.create_job("a")
    job.set_notify_flags(NotifyFlag.JOB_MODIFICATION)
    job.set_notify_interface(told := Told())
    job.take_ownership()
    assert service.wait_for_callbacks(20)
    before = told.times
    job.set_display_name("b")
    assert service.wait_for_callbacks(20)

    assert told.times == before + 1
