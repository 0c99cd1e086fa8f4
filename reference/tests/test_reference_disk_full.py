"""A disk that is full: told at once, the file intact, the destination untouched, and on again when there is room."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.reference import allocation
from copyjob.reference.allocation import ALLOCATE_MIN_BYTES, allocate
from copyjob.reference.errors import DISK_FULL
from copyjob.spec.vocabulary import ErrorContext, JobState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from copyjob.reference.service import JobHandle

MIB = 1024 * 1024
REST = (JobState.TRANSFERRED, JobState.ERROR, JobState.TRANSIENT_ERROR)


class SmallDisk:
    """A file system in memory with little room, which can be given more."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        made = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(folder)], capture_output=True, check=False
        )
        if made.returncode:
            pytest.skip("this machine lets nobody mount a file system")

    def make_room(self) -> None:
        """Give it 8 MiB."""
        subprocess.run(["mount", "-o", "remount,size=8m", str(self.folder)], check=True)

    def close(self) -> None:
        """Take it away."""
        subprocess.run(["umount", "-l", str(self.folder)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """Mount a file system with room for 256 KiB."""
    small = SmallDisk(tmp_path / "disk")
    yield small
    small.close()


@pytest.fixture
def begin(serve: Any, origin: Any) -> Callable[[bytes, Path], JobHandle]:
    """Start a download and wait until it rests."""

    def start(body: bytes, path: Path) -> JobHandle:
        job: JobHandle = serve().create_job("a")
        job.add_file(origin.serve("/a", body), str(path))
        job.resume()
        assert job.wait_for(*REST, timeout_seconds=20)
        return job

    return start


@pytest.mark.parametrize(
    ("size", "kept"),
    [pytest.param(2 * MIB, False, id="at once"), pytest.param(600_000, True, id="in the middle of a small file")],
)
def test_a_full_disk_is_an_error_of_the_local_file_and_the_destination_stays(
    begin: Any, disk: SmallDisk, size: int, *, kept: bool
) -> None:
    (disk.folder / "a").write_bytes(b"old")
    job = begin(os.urandom(size), disk.folder / "a")

    assert (job.state, job.error().context, job.error().code) == (JobState.ERROR, ErrorContext.LOCAL_FILE, DISK_FULL)
    assert ((disk.folder / "a").read_bytes(), job.progress().bytes_transferred > 0) == (b"old", kept)


@pytest.mark.parametrize("size", [2 * MIB, 600_000])
def test_resume_goes_on_when_room_has_been_made(begin: Any, origin: Any, disk: SmallDisk, size: int) -> None:
    body = os.urandom(size)
    job = begin(body, disk.folder / "a")
    kept = job.progress().bytes_transferred
    disk.make_room()
    job.resume()
    assert job.wait_for(JobState.TRANSFERRED, timeout_seconds=20)
    job.complete()

    assert ((disk.folder / "a").read_bytes() == body, origin.requests[1].headers.get("range")) == (
        True,
        f"bytes={kept}-" if kept else None,
    )


def test_taking_room_leaves_the_length_of_the_file_as_it_is(tmp_path: Path) -> None:
    with (tmp_path / "a").open("wb") as file:
        file.write(b"abc")
        file.flush()
        allocate(file.fileno(), 3, 4 * MIB)
        status = os.fstat(file.fileno())
    if status.st_blocks * 512 < 4 * MIB:
        pytest.skip("this file system takes no room beforehand")

    assert status.st_size == 3


@pytest.mark.parametrize("number", [errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.EINTR])
def test_a_file_system_that_takes_no_room_beforehand_is_none_that_is_full(
    monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(allocation, "_fallocate", lambda: lambda *_: number)

    allocate(0, 0, ALLOCATE_MIN_BYTES)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_no_room_no_quota_and_no_such_sizes_are_told(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr(allocation, "_fallocate", lambda: lambda *_: number)

    with pytest.raises(OSError, match=os.strerror(number)):
        allocate(0, 0, ALLOCATE_MIN_BYTES)


def test_a_system_without_the_call_takes_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allocation, "_fallocate", lambda: None)

    allocate(0, 0, ALLOCATE_MIN_BYTES)


def test_a_download_that_met_a_limit_says_how_to_go_on_and_goes_on(origin: Any, tmp_path: Path) -> None:
    body = os.urandom(900_000)

    def get(limit: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "copyjob.spec.cli", "get", origin.serve("/a", body), "-o", str(tmp_path / "a")],
            env={**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")},
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY)),
            capture_output=True,
            text=True,
            check=False,
        )

    full, mended = get(500_000), get(resource.RLIM_INFINITY)

    assert (full.returncode, "ERROR_DISK_FULL" in full.stderr, "make room" in full.stderr) == (2, True, True)
    assert (mended.returncode, (tmp_path / "a").read_bytes() == body) == (0, True)
    assert origin.requests[1].headers["range"] == "bytes=500000-"
