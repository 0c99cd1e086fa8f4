"""What Wine's tests of files, enumerators and the manager believe that BITS does, held against the service."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.spec.vocabulary import SIZE_UNKNOWN, Hresult
from tests.beliefs import wine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from copyjob.reference.enumeration import Enumerator

    Lists = Callable[[], Enumerator[Any]]

S_OK, S_FALSE = Hresult.S_OK, Hresult.S_FALSE
COUNT = 2


@pytest.fixture(params=["files", "jobs"])
def listed(request: pytest.FixtureRequest, serve: Any, tmp_path: Path) -> Any:
    """Make two files of a job, or two jobs, and enumerate them."""
    service = serve()
    jobs = [service.create_job(name) for name in ("TestA", "TestB")]
    if request.param == "jobs":
        return service.enum_jobs()
    jobs[0].add_file_set([(f"http://h/{name}", str(tmp_path / name)) for name in "ab"])
    return jobs[0].enum_files()


@pytest.fixture
def file(serve: Any, tmp_path: Path) -> Any:
    """Add a file to a job, and get it from an enumerator."""
    job = serve().create_job("Test")
    job.add_file("http://h/remote", str(tmp_path / "local"))
    (found,), _ = job.enum_files().next()
    return found


# ---- a file ----


@wine("file", "test_GetRemoteName")
def test_a_file_has_the_remote_name_that_it_was_added_with(file: Any) -> None:
    assert file.remote_url == "http://h/remote"


@wine("file", "test_GetLocalName")
def test_a_file_has_the_local_name_that_it_was_added_with(file: Any, tmp_path: Path) -> None:
    assert file.local_path == str(tmp_path / "local")


@wine("file", "test_GetProgress_PreTransfer")
def test_of_a_file_that_was_never_asked_for_no_size_is_known_and_nothing_is_here(file: Any) -> None:
    assert (file.bytes_total, file.bytes_transferred, file.completed) == (SIZE_UNKNOWN, 0, False)


# ---- enumerators of files and of jobs ----


@wine("enum_files", "test_GetCount")
@wine("enum_jobs", "test_GetCount")
def test_an_enumerator_counts_what_there_is(listed: Enumerator[Any]) -> None:
    assert listed.count == COUNT


@wine("enum_jobs", "test_GetCount")
def test_a_job_that_is_created_later_is_counted_by_a_later_enumerator_only(serve: Any) -> None:
    service = serve()
    service.create_job("TestA")
    first = service.enum_jobs()
    service.create_job("TestB")

    assert (first.count, service.enum_jobs().count) == (1, 2)


@wine("enum_files", "test_Next_walkListNull", "test_Next_walkList_1")
@wine("enum_jobs", "test_Next_walkListNull", "test_Next_walkList_1")
def test_each_item_is_got_with_s_ok_and_one_more_with_s_false(listed: Enumerator[Any]) -> None:
    answers = [listed.next(1) for _ in range(COUNT + 1)]

    assert [(len(items), hresult) for items, hresult in answers] == [(1, S_OK), (1, S_OK), (0, S_FALSE)]


@wine("enum_files", "test_Next_walkList_2")
@wine("enum_jobs", "test_Next_walkList_2")
def test_all_items_are_got_at_once_with_s_ok(listed: Enumerator[Any]) -> None:
    items, hresult = listed.next(COUNT)

    assert (len(items), None in items, hresult) == (COUNT, False, S_OK)


@wine("enum_files", "test_Skip_walkList")
@wine("enum_jobs", "test_Skip_walkList")
def test_each_item_is_skipped_with_s_ok_and_one_more_with_s_false(listed: Enumerator[Any]) -> None:
    assert [listed.skip(1) for _ in range(COUNT + 1)] == [S_OK, S_OK, S_FALSE]


@wine("enum_files", "test_Skip_offEnd")
@wine("enum_jobs", "test_Skip_offEnd")
def test_one_more_than_there_is_is_skipped_with_s_false(listed: Enumerator[Any]) -> None:
    assert listed.skip(COUNT + 1) == S_FALSE


@wine("enum_files", "test_Reset")
@wine("enum_jobs", "test_Reset")
def test_after_reset_everything_can_be_skipped_again(listed: Enumerator[Any]) -> None:
    assert [listed.skip(COUNT), listed.reset(), listed.skip(COUNT)] == [S_OK, S_OK, S_OK]


# ---- the manager ----


# Wine counts references of COM: its one client's is the last. Here a job is in the queue, whoever holds it.
@wine("qmgr", "test_CreateJob")
def test_a_job_that_nobody_holds_any_more_is_in_the_queue(serve: Any) -> None:
    service = serve()
    name = service.create_job("Test").id
    gc.collect()

    assert [job.id for job in service.jobs()] == [name]


@wine("qmgr", "test_EnumJobs")
def test_a_queue_with_a_job_in_it_is_enumerated(serve: Any) -> None:
    service = serve()
    service.create_job("Test")

    assert service.enum_jobs().count == 1
