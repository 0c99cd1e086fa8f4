"""Temporary files beside their destinations, and how they get their local names.

Laws: a temporary file lies in the directory of its destination and carries the id of its job, so that the
last step is a rename within one file system and a leftover says whose it is. A local name appears whole or
not at all: the bytes are synced before the rename, the directory after it. What stood at the destination is
replaced by that rename and touched by nothing else. What is opened or renamed under a temporary name is a plain file
that nobody else has put there: a link in its place is neither written through nor published.

It does not know jobs, states or servers. POSIX only: the rename and the directory sync rely on it.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

from copyjob.reference.allocation import allocate
from copyjob.reference.errors import FILE_NOT_FOUND, PATH_NOT_FOUND, CopyJobError, code_of_os_error
from copyjob.reference.urls import check_url
from copyjob.spec.vocabulary import Hresult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copyjob.spec.vocabulary import JobState

NAME_BYTES_MAX: Final = 255
"""How long a name in a directory may be, for every file system in use."""
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
"""Unicode's control characters, all of them."""
_NOWHERE: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EBADF, errno.ELOOP})
"""What says of a path that nothing is there."""


def temporary_path(local_path: str, job_id: str, number: int) -> str:
    """Return where the bytes of file ``number`` of job ``job_id`` are kept until Complete."""
    return os.path.join(os.path.dirname(local_path), f".BIT-{job_id}-{number}.tmp")  # noqa: PTH118, PTH120 four times as fast


def check_arguments(
    remote_url: str, local_path: str, *, state: JobState | None = None, operation: str = "add_file"
) -> None:
    """
    Refuse a file that could not be transferred whatever the server says (`addfile/arg`, `addfile/limits`).

    E_INVALIDARG for a URL or local path that is none, ERROR_PATH_NOT_FOUND for a directory that is missing,
    E_ACCESSDENIED for one that may not be written.
    """
    check_url(remote_url, operation, state=state)
    check_destination(local_path, operation, state=state)


def check_source(remote_url: str, local_path: str, *, state: JobState | None = None) -> None:
    """
    Refuse a file that could not be uploaded whatever the server says (`addfile/arg`).

    E_INVALIDARG for a URL or local path that is none, or for what is no plain file; ERROR_FILE_NOT_FOUND and
    E_ACCESSDENIED for a file that is missing or may not be read.
    """
    operation = "add_file"
    check_url(remote_url, operation, state=state)
    _check_path(local_path, operation, state)
    try:
        plain = stat.S_ISREG(Path(local_path).stat().st_mode)
    except FileNotFoundError:
        raise CopyJobError(FILE_NOT_FOUND, operation, f"{local_path!r} does not exist", state=state) from None
    except OSError as error:
        raise CopyJobError(
            code_of_os_error(error), operation, f"{local_path!r}: {error.strerror}", state=state
        ) from error
    if not plain:
        raise CopyJobError(Hresult.E_INVALIDARG, operation, f"{local_path!r} is no plain file", state=state)
    if not os.access(local_path, os.R_OK):
        raise CopyJobError(Hresult.E_ACCESSDENIED, operation, f"{local_path!r} may not be read", state=state)


def _check_path(local_path: str, operation: str, state: JobState | None) -> None:
    def refuse(hresult: int, detail: str) -> CopyJobError:
        return CopyJobError(hresult, operation, detail, state=state)

    names = set(local_path.split("/"))
    try:
        local_path.encode()
    except UnicodeEncodeError:
        raise refuse(Hresult.E_INVALIDARG, f"{local_path!r} is no text") from None
    if not local_path or "\0" in local_path or local_path[0] != "/" or local_path[-1] == "/" or names <= {"", "."}:
        raise refuse(Hresult.E_INVALIDARG, f"{local_path!r} is no absolute path of a file")
    if ".." in names or _CONTROL.search(local_path):
        raise refuse(Hresult.E_INVALIDARG, f"{local_path!r} climbs with '..' or holds a control character")


def check_destination(local_path: str, operation: str, *, state: JobState | None = None) -> None:
    """Refuse a local path under which no file could appear, with the codes of `check_arguments`."""

    def refuse(hresult: int, detail: str) -> CopyJobError:
        return CopyJobError(hresult, operation, detail, state=state)

    _check_path(local_path, operation, state)
    directory, name = os.path.split(local_path)
    if len(name.encode()) > NAME_BYTES_MAX:
        raise refuse(Hresult.E_INVALIDARG, f"the name in {local_path!r} has more than {NAME_BYTES_MAX} bytes")
    try:
        found = stat.S_ISDIR(os.stat(directory).st_mode)  # noqa: PTH116 likewise
    except OSError as error:
        if error.errno not in _NOWHERE:
            raise refuse(code_of_os_error(error), f"the directory {directory!r}: {error.strerror}") from error
        found = False
    if not found:
        raise refuse(PATH_NOT_FOUND, f"the directory {directory!r} does not exist; create it first")
    if os.path.isdir(local_path):  # noqa: PTH112 thousands of times a job
        raise refuse(Hresult.E_INVALIDARG, f"{local_path!r} is a directory; name a file in it")
    if not os.access(directory, os.W_OK | os.X_OK):
        raise refuse(Hresult.E_ACCESSDENIED, f"the directory {directory!r} may not be written")


class TemporaryFile:
    """The open temporary file of one transfer; every method may raise ``OSError``."""

    def __init__(self, path: str) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        self._fd = os.open(path, flags | os.O_NONBLOCK, 0o666)
        try:
            # A second name of the file would be somebody's who did not ask for these bytes.
            _refuse_foreign(path, os.fstat(self._fd), os.stat(os.path.dirname(path)), links_max=1)  # noqa: PTH116, PTH120
        except OSError:
            self.close()
            raise

    @property
    def length(self) -> int:
        """How many bytes the file holds."""
        return os.fstat(self._fd).st_size

    def cut(self, length: int) -> None:
        """Forget every byte from ``length`` on."""
        os.ftruncate(self._fd, length)

    def reserve(self, offset: int, length: int) -> None:
        """Take room for ``length`` bytes from ``offset`` on; a full disk says so. `length` stays as it is."""
        allocate(self._fd, offset, length)

    def write(self, chunks: Sequence[bytes], offset: int) -> int:
        """
        Write some of the chunks at ``offset`` and return how many bytes that were.

        Fewer than given means: call again with the rest; a full disk then says so.
        """
        return os.pwritev(self._fd, chunks, offset)

    def duplicate(self) -> int:
        """Return a descriptor of the same file; closing it is the caller's."""
        return os.dup(self._fd)

    def sync(self) -> None:
        """Return when every byte is on the disk."""
        os.fsync(self._fd)

    def close(self) -> None:
        """Close it; a second time does nothing."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)


def delete(path: str) -> bool:
    """Delete a temporary file; return whether none is left."""
    try:
        os.unlink(path)  # noqa: PTH108 called with the string that the store holds
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _refuse_foreign(
    path: str, found: os.stat_result, directory: os.stat_result, *, links_max: int | None = None
) -> None:
    """
    Raise ``PermissionError`` where a temporary name stands for something that this service has not made.

    The owner of the directory is trusted: where a file system names one owner for everything, he is that one.
    """
    planted = (
        not stat.S_ISREG(found.st_mode)
        or found.st_uid not in {os.geteuid(), directory.st_uid}
        or (links_max is not None and found.st_nlink > links_max)
    )
    if planted:
        raise PermissionError(errno.EACCES, "somebody else has put something here", path)


def rename(temporary: str, local_path: str, size_bytes: int | None) -> None:
    """
    Give a synced temporary file its local name; raises ``OSError`` and has then done nothing.

    Looking and renaming happen in one open directory, whatever becomes of its path in between.
    """
    folder, source = os.path.split(temporary)
    directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        target = os.path.basename(local_path)  # noqa: PTH119 thousands of times a job
        found = os.stat(source, dir_fd=directory, follow_symlinks=False)
        _refuse_foreign(temporary, found, os.fstat(directory))
        if found.st_size != size_bytes:
            raise PermissionError(
                errno.EACCES, "this is not the file that was transferred", temporary, None, local_path
            )
        os.rename(source, target, src_dir_fd=directory, dst_dir_fd=directory)
    except OSError as error:
        error.filename, error.filename2 = temporary, local_path
        raise
    finally:
        os.close(directory)


def sync_directory(path: str) -> None:
    """Return when the names in a directory are on the disk."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    except OSError as error:
        error.filename = path
        raise
    finally:
        os.close(fd)
