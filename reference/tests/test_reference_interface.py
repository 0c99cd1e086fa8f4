"""Names, limits, times, error count and enumerators, as the clients of both dialects see them."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import os
import pwd
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from copyjob.reference.errors import CopyJobError, TransferFault
from copyjob.reference.events import Faulted, SetDisplayName
from copyjob.reference.job import Job, handle
from copyjob.reference.policies import Limits, User
from copyjob.reference.views import Times
from copyjob.reference.wire import WireFault
from copyjob.spec.vocabulary import Dialect, ErrorContext, Hresult, JobState, NotifyFlag

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from copyjob.reference.service import JobHandle, Service

SOMEBODY = User("somebody")
ROOT = User("root", administrator=True)
FEW = Limits(files_per_job=2, jobs_per_user=2, jobs_per_machine=3)


def refused(call: Callable[..., object], *args: object) -> int:
    with pytest.raises(CopyJobError) as caught:
        call(*args)
    return caught.value.hresult


def fill(job: JobHandle, folder: Path, count: int) -> None:
    for number in range(count):
        job.add_file(f"http://h/{number}", str(folder / str(number)))


@pytest.fixture
def job(serve: Any) -> Any:
    """Create a job."""
    return serve().create_job("a")


# ---- names ----


def test_a_job_without_a_display_name_is_refused_with_e_invalidarg(serve: Any) -> None:
    assert refused(serve().create_job, None) == Hresult.E_INVALIDARG


def test_a_refused_job_is_not_in_the_queue(serve: Any) -> None:
    service = serve()
    refused(service.create_job, "a" * 257)

    assert service.jobs() == []


def test_a_job_can_be_renamed(job: JobHandle) -> None:
    assert (job.set_display_name("ä" * 256), job.display_name) == (Hresult.S_OK, "ä" * 256)


def test_a_job_cannot_be_renamed_to_nothing(job: JobHandle) -> None:
    assert (refused(job.set_display_name, None), job.display_name) == (Hresult.E_INVALIDARG, "a")


def test_too_long_a_new_name_is_refused_with_string_too_long(job: JobHandle) -> None:
    assert (refused(job.set_display_name, "a" * 257), job.display_name) == (Hresult.BG_E_STRING_TOO_LONG, "a")


def test_a_name_that_is_no_text_is_refused_with_e_invalidarg(serve: Any) -> None:
    job = serve().create_job("a")
    code = refused(job.set_display_name, "\ud800")

    assert (code, job.display_name, job.cancel()) == (Hresult.E_INVALIDARG, "a", Hresult.S_OK)


def test_a_new_job_whose_name_is_no_text_is_refused_with_e_invalidarg(serve: Any) -> None:
    assert refused(serve().create_job, "\ud800") == Hresult.E_INVALIDARG


def test_what_no_column_can_hold_is_refused_and_undone(serve: Any) -> None:
    job = serve().create_job("a")
    with pytest.raises(CopyJobError, match="cannot be written"):
        job._engine.call(job._record, SetDisplayName("\ud800"))

    assert job.display_name == "a"


def test_an_ended_job_cannot_be_renamed(job: JobHandle) -> None:
    job.cancel()

    assert (refused(job.set_display_name, "b"), job.display_name) == (Hresult.BG_E_INVALID_STATE, "a")


def test_a_job_of_do_cannot_be_renamed(serve: Any) -> None:
    assert refused(serve(Dialect.DO).create_job("a").set_display_name, "b") == Hresult.E_NOTIMPL


def test_a_new_name_outlives_a_kill(serve: Any) -> None:
    service = serve()
    job = service.create_job("a")
    job.set_display_name("b")
    service.kill()

    assert serve().get_job(job.id).display_name == "b"


def test_a_name_that_cannot_be_recorded_is_refused_and_the_old_one_stays(serve: Any) -> None:
    service = serve()
    job = service.create_job("a")
    service._engine._store._db.execute("PRAGMA query_only=ON")
    refused(job.set_display_name, "b")

    assert job.display_name == "a"


def test_a_call_that_cannot_be_recorded_leaves_times_and_place_as_they_were(serve: Any, tmp_path: Path) -> None:
    service = serve()
    job = service.create_job("a")
    job.add_file("http://h/a", str(tmp_path / "a"))
    before = (job.times(), job._record.noted)
    service.advance(10)
    service._engine._store._db.execute("PRAGMA query_only=ON")
    refused(job.resume)

    assert (job.times(), job._record.noted) == before


def test_a_job_that_expires_while_nothing_can_be_recorded_ends_later(serve: Any) -> None:
    service = serve()
    job = service.create_job("a")
    service.advance(90 * 86_400 - 5)
    service._engine._store._db.execute("PRAGMA query_only=ON")
    service.advance(10)
    before = job.state
    service._engine._store._db.execute("PRAGMA query_only=OFF")
    service.advance(2)

    assert (before, job.state) == (JobState.SUSPENDED, JobState.CANCELLED)


def test_the_owner_of_a_job_is_the_user_of_the_process(job: JobHandle) -> None:
    assert job.owner == pwd.getpwuid(os.geteuid()).pw_name


# ---- limits ----


def test_a_job_has_at_most_200_files(serve: Any, tmp_path: Path) -> None:
    job = serve(user=SOMEBODY).create_job("a")
    fill(job, tmp_path, 200)

    assert refused(job.add_file, "http://h/x", str(tmp_path / "x")) == Hresult.BG_E_TOO_MANY_FILES_IN_JOB
    assert len(job.files()) == job.progress().files_total == 200


def test_a_user_has_at_most_60_jobs(serve: Any) -> None:
    service = serve(user=SOMEBODY)
    for _ in range(60):
        service.create_job("a")

    assert (refused(service.create_job, "a"), len(service.jobs())) == (Hresult.BG_E_TOO_MANY_JOBS_PER_USER, 60)


def test_a_machine_has_at_most_300_jobs(serve: Any) -> None:
    service = serve(user=SOMEBODY, limits=Limits(jobs_per_user=None))
    for _ in range(300):
        service.create_job("a")

    assert refused(service.create_job, "a") == Hresult.BG_E_TOO_MANY_JOBS_PER_MACHINE


def test_a_job_that_has_ended_makes_room_for_another(serve: Any) -> None:
    service = serve(user=SOMEBODY, limits=FEW)
    service.create_job("a")
    service.create_job("b").cancel()
    service.create_job("c")

    assert [job.display_name for job in service.jobs()] == ["a", "c"]


def test_jobs_found_at_a_restart_count(serve: Any) -> None:
    service = serve(user=SOMEBODY, limits=FEW)
    service.create_job("a")
    service.create_job("b")
    service.kill()

    assert refused(serve(user=SOMEBODY, limits=FEW).create_job, "c") == Hresult.BG_E_TOO_MANY_JOBS_PER_USER


@pytest.mark.parametrize(("dialect", "user"), [(Dialect.BITS, ROOT), (Dialect.DO, SOMEBODY)])
def test_administrators_and_do_have_no_limits(serve: Any, tmp_path: Path, dialect: Dialect, user: User) -> None:
    service = serve(dialect, user=user, limits=FEW)
    jobs = [service.create_job("a") for _ in range(4)]
    fill(jobs[0], tmp_path, 3)

    assert (len(service.jobs()), len(jobs[0].files())) == (4, 3)


def test_of_many_callers_only_as_many_get_a_job_as_are_allowed(serve: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor

    service = serve(user=SOMEBODY, limits=FEW)

    def create(_: int) -> int:
        try:
            service.create_job("a")
        except CopyJobError as error:
            return error.hresult
        return 0

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(create, range(8)))
    assert answers == [0] * 2 + [Hresult.BG_E_TOO_MANY_JOBS_PER_USER] * 6


# ---- times and the error count ----


def test_a_new_job_was_created_and_modified_at_once_and_never_transferred(job: JobHandle) -> None:
    created = job.created_at_seconds

    assert job.times() == Times(created, created, None)


@pytest.mark.parametrize(
    "change",
    [
        lambda job, _: job.set_display_name("b"),
        lambda job, _: job.set_notify_flags(0),
        lambda job, _: job.set_notify_interface(None),
        lambda job, _: job.set_priority(0),
        lambda job, folder: fill(job, folder, 1),
        lambda job, _: job.cancel(),
    ],
    ids=["name", "flags", "interface", "priority", "file", "state"],
)
def test_every_change_is_a_modification(
    serve: Any, tmp_path: Path, change: Callable[[JobHandle, Path], object]
) -> None:
    service = serve()
    job = service.create_job("a")
    service.advance(7)
    change(job, tmp_path)

    assert job.times().modified_at_seconds == job.created_at_seconds + 7


def test_a_refused_call_is_no_modification(serve: Any) -> None:
    service = serve()
    job = service.create_job("a")
    service.advance(7)
    refused(job.resume)

    assert job.times().modified_at_seconds == job.created_at_seconds


def failed_twice(service: Service, memory: Any, folder: Path) -> JobHandle:
    job = service.create_job("a")
    job.add_file(memory.play("http://h/a", memory.script(code=0, fault=WireFault.CONNECT)), str(folder / "a"))
    job.resume()
    memory.run()
    service.advance(600)
    memory.run()
    return job


def test_the_error_count_grows_with_every_failed_try(serve: Any, memory: Any, tmp_path: Path) -> None:
    assert failed_twice(serve(wire=memory), memory, tmp_path).error_count == 2


def test_the_error_count_outlives_success_and_a_kill(serve: Any, memory: Any, tmp_path: Path) -> None:
    service = serve(wire=memory)
    job = failed_twice(service, memory, tmp_path)
    memory.play("http://h/a", memory.whole(b"abc"))
    job.resume()
    memory.run()
    assert (job.state, job.error_count) == (JobState.TRANSFERRED, 2)
    service.kill()

    assert serve(wire=memory).get_job(job.id).error_count == 2


def test_a_disconnected_network_does_not_count() -> None:
    job = replace(Job(Dialect.BITS), state=JobState.TRANSFERRING)
    fault = TransferFault(ErrorContext.GENERAL_TRANSPORT, Hresult.BG_E_NETWORK_DISCONNECTED, 0, transient=True)

    assert handle(job, Faulted(fault, 0.0))[0].error_count == 0


def test_do_counts_no_errors(serve: Any) -> None:
    job = serve(Dialect.DO).create_job("a")

    assert refused(lambda: job.error_count) == Hresult.E_NOTIMPL


# ---- notify flags ----


@pytest.mark.parametrize("dialect", list(Dialect))
def test_a_new_job_asks_for_the_calls_at_its_end(serve: Any, dialect: Dialect) -> None:
    job = serve(dialect).create_job("a")

    assert job.notify_flags == NotifyFlag.JOB_TRANSFERRED | NotifyFlag.JOB_ERROR


@pytest.mark.parametrize(
    ("dialect", "flags"), [(Dialect.BITS, 64), (Dialect.BITS, -1), (Dialect.DO, 4), (Dialect.DO, 32), (Dialect.DO, 64)]
)
def test_a_flag_that_the_dialect_does_not_know_is_refused(serve: Any, dialect: Dialect, flags: int) -> None:
    job = serve(dialect).create_job("a")

    assert (refused(job.set_notify_flags, flags), job.notify_flags) == (Hresult.E_NOTIMPL, 3)


def test_every_flag_of_bits_is_taken(job: JobHandle) -> None:
    assert (job.set_notify_flags(63), job.notify_flags) == (Hresult.S_OK, 63)


@pytest.mark.parametrize("dialect", list(Dialect))
def test_an_ended_job_takes_neither_flags_nor_callback(serve: Any, dialect: Dialect) -> None:
    job = serve(dialect).create_job("a")
    job.cancel()
    expected = Hresult.BG_E_INVALID_STATE if dialect is Dialect.BITS else Hresult.DO_E_INVALID_STATE

    assert [refused(job.set_notify_flags, 1), refused(job.set_notify_interface, None)] == [expected, expected]


def test_notify_flags_outlive_a_kill(serve: Any) -> None:
    service = serve()
    job = service.create_job("a")
    job.set_notify_flags(9)
    service.kill()

    assert serve().get_job(job.id).notify_flags == 9


# ---- enumerators ----


def names(found: tuple[list[Any], Hresult]) -> tuple[list[str], Hresult]:
    return [os.path.basename(file.local_path) for file in found[0]], found[1]  # noqa: PTH119 a string


def test_next_gives_as_many_files_as_asked_for(job: JobHandle, tmp_path: Path) -> None:
    fill(job, tmp_path, 3)
    files = job.enum_files()

    assert [names(files.next(2)), names(files.next())] == [(["0", "1"], Hresult.S_OK), (["2"], Hresult.S_OK)]


def test_next_past_the_end_gives_what_is_left_and_s_false(job: JobHandle, tmp_path: Path) -> None:
    fill(job, tmp_path, 3)
    files = job.enum_files()
    files.next(2)

    assert [names(files.next(2)), names(files.next(1))] == [(["2"], Hresult.S_FALSE), ([], Hresult.S_FALSE)]


def test_next_of_nothing_is_a_success(job: JobHandle) -> None:
    assert job.enum_files().next(0) == ([], Hresult.S_OK)


def test_skip_passes_over_files(job: JobHandle, tmp_path: Path) -> None:
    fill(job, tmp_path, 3)
    files = job.enum_files()

    assert (files.skip(2), names(files.next())) == (Hresult.S_OK, (["2"], Hresult.S_OK))


def test_skip_past_the_end_is_s_false_and_leaves_nothing(job: JobHandle, tmp_path: Path) -> None:
    fill(job, tmp_path, 3)
    files = job.enum_files()

    assert (files.skip(4), names(files.next())) == (Hresult.S_FALSE, ([], Hresult.S_FALSE))


def test_reset_begins_again(job: JobHandle, tmp_path: Path) -> None:
    fill(job, tmp_path, 2)
    files = job.enum_files()
    files.skip(2)

    assert (files.reset(), names(files.next())) == (Hresult.S_OK, (["0"], Hresult.S_OK))


def test_a_clone_goes_on_from_the_same_place_by_itself(job: JobHandle, tmp_path: Path) -> None:
    fill(job, tmp_path, 3)
    files = job.enum_files()
    files.skip(1)
    twin = files.clone()
    files.skip(1)

    assert (names(twin.next()), names(files.next())) == ((["1"], Hresult.S_OK), (["2"], Hresult.S_OK))


def test_an_enumerator_of_do_cannot_be_cloned(serve: Any) -> None:
    assert refused(serve(Dialect.DO).create_job("a").enum_files().clone) == Hresult.E_NOTIMPL


def test_files_added_later_are_not_in_the_snapshot(job: JobHandle, tmp_path: Path) -> None:
    fill(job, tmp_path, 1)
    files = job.enum_files()
    fill(job, tmp_path, 1)

    assert (files.count, len(list(files)), job.enum_files().count) == (1, 1, 2)


def test_the_count_does_not_depend_on_the_place(job: JobHandle, tmp_path: Path) -> None:
    fill(job, tmp_path, 3)
    files = job.enum_files()
    files.skip(2)

    assert files.count == 3


@pytest.mark.parametrize("method", ["next", "skip"])
def test_a_negative_number_of_files_is_refused(job: JobHandle, method: str) -> None:
    assert refused(getattr(job.enum_files(), method), -1) == Hresult.E_INVALIDARG


def test_the_jobs_of_the_queue_are_enumerated_without_the_ended_ones(serve: Any) -> None:
    service = serve()
    service.create_job("a").cancel()
    service.create_job("b")
    jobs = service.enum_jobs()

    assert ([job.display_name for job in jobs], jobs.count) == (["b"], 1)
