"""Uploads: what their jobs are, and what they refuse."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.reference.errors import FILE_NOT_FOUND, CopyJobError
from copyjob.spec.vocabulary import Dialect, Hresult, JobType

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BOTH = pytest.mark.parametrize("kind", [JobType.UPLOAD, JobType.UPLOAD_REPLY])


def refused(call: Callable[..., object], *args: object) -> int:
    with pytest.raises(CopyJobError) as caught:
        call(*args)
    return caught.value.hresult


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Make the file that is uploaded."""
    path = tmp_path / "source"
    path.write_bytes(b"what is uploaded")
    return path


def test_a_job_knows_its_type_and_keeps_it_over_a_kill(serve: Any) -> None:
    service = serve()
    job = service.create_job("up", JobType.UPLOAD_REPLY)
    service.kill()

    assert serve().get_job(job.id).type is JobType.UPLOAD_REPLY


def test_a_type_that_there_is_not_is_refused(serve: Any) -> None:
    assert refused(serve().create_job, "up", 3) == Hresult.E_INVALIDARG


@BOTH
def test_do_has_no_uploads(serve: Any, kind: JobType) -> None:
    assert refused(serve(Dialect.DO).create_job, "up", kind) == Hresult.E_NOTIMPL


@BOTH
def test_an_upload_has_one_file(serve: Any, source: Path, kind: JobType) -> None:
    job = serve().create_job("up", kind)
    job.add_file("http://h/a", str(source))

    assert (refused(job.add_file, "http://h/b", str(source)), len(job.files())) == (Hresult.BG_E_TOO_MANY_FILES, 1)


def test_a_set_of_two_files_is_too_many_for_an_upload(serve: Any, source: Path) -> None:
    job = serve().create_job("up", JobType.UPLOAD)

    assert refused(job.add_file_set, [("http://h/a", str(source))] * 2) == Hresult.BG_E_TOO_MANY_FILES
    assert job.add_file_set([("http://h/a", str(source))]) == Hresult.S_OK


def test_uploads_have_no_ranges_and_no_other_remote_names(serve: Any, source: Path) -> None:
    job = serve().create_job("up", JobType.UPLOAD)
    job.add_file("http://h/a", str(source))
    codes = [
        refused(job.add_file_with_ranges, "http://h/a", str(source), [(0, 1)]),
        refused(job.set_remote_name, 0, "http://h/b"),
        refused(job.replace_remote_prefix, "http://h/", "http://i/"),
    ]

    assert (codes, job.files()[0].remote_url) == ([Hresult.E_NOTIMPL] * 3, "http://h/a")


def test_a_file_that_is_not_there_is_refused(serve: Any, tmp_path: Path) -> None:
    job = serve().create_job("up", JobType.UPLOAD)

    assert refused(job.add_file, "http://h/a", str(tmp_path / "missing")) == FILE_NOT_FOUND


def test_a_directory_or_a_pipe_is_no_file_to_upload(serve: Any, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    job = serve().create_job("up", JobType.UPLOAD)

    for path in (tmp_path, tmp_path / "pipe"):
        assert refused(job.add_file, "http://h/a", str(path)) == Hresult.E_INVALIDARG


@pytest.mark.parametrize("path", ["relative", "", "/a/../b"])
def test_a_path_that_is_none_is_refused(serve: Any, path: str) -> None:
    assert refused(serve().create_job("up", JobType.UPLOAD).add_file, "http://h/a", path) == Hresult.E_INVALIDARG
