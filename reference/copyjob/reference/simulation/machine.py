"""A machine with a disk in memory: the system calls that the service uses, with crashes and faults at any of them.

Laws: every call that changes the disk is an *I/O point* and is counted. At a chosen point the machine dies, before the
call takes effect or right after (:class:`Crash`; from then on every call raises it, whoever unwinds changes nothing),
or the call fails as a real one would. What is on the disk then is for ``media`` to say.

It does not know what the files are for.
"""

from __future__ import annotations

import errno
import os
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from copyjob.reference.simulation.media import Directory, Inode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from copyjob.reference.simulation.database import Database

FAULTS: Final = {
    "open": (errno.ENOSPC, errno.EIO, errno.EACCES),
    "allocate": (errno.ENOSPC,),
    "write": (errno.ENOSPC, errno.EIO),
    "truncate": (errno.EIO,),
    "sync": (errno.EIO, errno.ENOSPC),
    "rename": (errno.EIO, errno.ENOSPC, errno.EACCES),
    "unlink": (errno.EIO, errno.EACCES),
    "commit": (errno.EIO, errno.ENOSPC),
}
"""The kinds of I/O point, and how each may fail."""
_DIRECTORY_MODE: Final = 0o040755
_FILE_MODE: Final = 0o100644


class Crash(BaseException):
    """The machine or the process is gone; nobody below the simulation may catch this."""


class Machine:
    """Disk, open files and I/O points; faults and crashes are put in by setting `crash_at` and `fail_at`."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.directories: dict[str, Directory] = {}
        self.databases: dict[str, Database] = {}
        self.boots = 1
        self.points = 0
        self.log: list[str] = []
        """What each I/O point was, when `keep_log` is set."""
        self.keep_log = False
        self.crash_at: int | None = None
        self.crash_after = False
        """Whether the call at `crash_at` still takes effect."""
        self.fail_at: int | None = None
        self.fail_count = 1
        self.fail_with: int | None = None
        """The ``errno`` of the next failures, where it is not to be drawn."""
        self.unreadable: set[str] = set()
        """Paths that may not be read, and cannot be where they are open."""
        self.refused: frozenset[str] = frozenset()
        """Kinds of I/O points that always fail, until this is taken back."""
        self.struck = 0
        """How many disk faults have happened."""
        self.dead = False
        self._fds: dict[int, tuple[str, Inode | None]] = {}
        self._locks: dict[int, int] = {}
        self._numbers = 0

    # ---- faults ----

    def point(self, kind: str, path: str) -> None:
        """Pass an I/O point: die here, fail here, or go on. A failure is an ``OSError``."""
        self.alive()
        self.points += 1
        if self.keep_log:
            self.log.append(f"{kind} {path.rpartition('/')[2]}")
        if self.crash_at is not None and self.points >= self.crash_at and not self.crash_after:
            self.die()
        fails = self.fail_at is not None and self.fail_at <= self.points < self.fail_at + self.fail_count
        if fails or kind in self.refused:
            self.struck += 1
            number = self.fail_with or self.rng.choice(FAULTS[kind])
            raise OSError(number, os.strerror(number), path)

    def passed(self) -> None:
        """Note that the call at the last point has taken effect: die here, or go on."""
        if self.crash_after and self.crash_at is not None and self.points >= self.crash_at:
            self.die()

    def die(self) -> None:
        """Be gone."""
        self.dead = True
        raise Crash

    def alive(self) -> None:
        """Raise `Crash` on a dead machine."""
        if self.dead:
            raise Crash

    def calm(self) -> None:
        """Plan neither faults nor crashes."""
        self.crash_at = self.fail_at = self.fail_with = None
        self.crash_after = False
        self.fail_count = 1

    def restart(self, *, power_lost: bool) -> None:
        """Bring the machine back after a kill of the process, or after a loss of power."""
        self.calm()
        self.dead = False
        self._fds.clear()
        self._locks.clear()
        for database in self.databases.values():
            database.recover(self.rng, power_lost=power_lost)
        if not power_lost:
            for directory in self.directories.values():
                for inode in directory.entries.values():
                    inode.outlive()
            return
        self.boots += 1
        for directory in self.directories.values():
            directory.lose_power(self.rng)

    # ---- what a test looks at; these are no I/O points ----

    def read(self, path: str) -> bytes | None:
        """Return what stands under a name, or None."""
        inode = self._find(path)
        return None if inode is None else bytes(inode.data)

    def put(self, path: str, data: bytes) -> None:
        """Let a file have stood there for long."""
        folder, name = self._split(path)
        inode = self._inode(data)
        for entries in (folder.entries, folder.durable, *folder.pending):
            entries[name] = inode

    def write_over(self, path: str, data: bytes) -> None:
        """Let its owner have written other bytes to a file that has stood there for long."""
        inode = self._find(path)
        assert inode is not None, path
        inode.data[:], inode.synced = data, data
        inode.stamp += 1

    def take_away(self, path: str) -> None:
        """Let its owner have deleted a file long ago."""
        folder, name = self._split(path)
        for entries in (folder.entries, folder.durable, *folder.pending):
            del entries[name]

    def names(self, folder: str) -> list[str]:
        """Return the names in a directory."""
        return sorted(self.directories[folder].entries)

    def open_paths(self) -> set[str]:
        """Return the paths of the files that are open."""
        return {path for path, inode in self._fds.values() if inode is not None}

    def _inode(self, data: bytes = b"") -> Inode:
        self._numbers += 1
        return Inode(bytearray(data), data, self._numbers)

    def _split(self, path: str) -> tuple[Directory, str]:
        parent, _, name = path.rpartition("/")
        directory = self.directories.get(parent or "/")
        if directory is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        return directory, name

    def _find(self, path: str) -> Inode | None:
        parent, _, name = path.rpartition("/")
        directory = self.directories.get(parent or "/")
        return None if directory is None else directory.entries.get(name)

    def _at(self, path: Any, dir_fd: int | None) -> str:
        text = str(path)
        return text if dir_fd is None or text.startswith("/") else f"{self._fds[dir_fd][0]}/{text}"

    # ---- system calls ----

    def open(self, path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:  # noqa: ARG002 as os has it
        """``open``: a file or a directory; creating one is an I/O point."""
        self.alive()
        name = self._at(path, dir_fd)
        fd = max(self._fds, default=99) + 1
        if name in self.directories:
            self._fds[fd] = (name, None)
            return fd
        inode = self._find(name)
        if name in self.unreadable:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), name)
        if inode is None:
            folder, last = self._split(name)
            if not flags & os.O_CREAT:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
            self.point("open", name)
            inode = folder.entries[last] = self._inode()
            folder.changed()
            self.passed()
        elif flags & os.O_EXCL:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), name)
        self._fds[fd] = (name, inode)
        return fd

    def _file(self, fd: int) -> tuple[str, Inode]:
        path, inode = self._fds[fd]
        assert inode is not None, f"{path} is a directory"
        return path, inode

    def close(self, fd: int) -> None:
        """``close``: gives up its lock too; a dead machine takes no notice."""
        if not self.dead:
            del self._fds[fd]
            self._locks = {number: owner for number, owner in self._locks.items() if owner != fd}

    def dup(self, fd: int) -> int:
        """``dup``."""
        self.alive()
        copy = max(self._fds) + 1
        self._fds[copy] = self._fds[fd]
        return copy

    def pread(self, fd: int, length: int, offset: int) -> bytes:
        """``pread``."""
        self.alive()
        path, inode = self._file(fd)
        if path in self.unreadable:
            raise OSError(errno.EIO, os.strerror(errno.EIO), path)
        return bytes(inode.data[offset : offset + length])

    def geteuid(self) -> int:
        """``geteuid``: the owner of every file."""
        return 0

    def fstat(self, fd: int) -> Any:
        """``fstat``."""
        self.alive()
        path, inode = self._fds[fd]
        return self._status(path, inode)

    def stat(self, path: Any, *, dir_fd: int | None = None, follow_symlinks: bool = True) -> Any:  # noqa: ARG002 as os has it
        """``stat``; there are no symlinks here."""
        self.alive()
        name = self._at(path, dir_fd)
        inode = self._find(name)
        if inode is None and name not in self.directories:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
        return self._status(name, inode)

    lstat = stat

    def _status(self, path: str, inode: Inode | None) -> Any:  # noqa: ARG002 as os has it
        if inode is None:
            return SimpleNamespace(
                st_size=0, st_nlink=2, st_mode=_DIRECTORY_MODE, st_ino=0, st_dev=1, st_uid=0, st_mtime_ns=0
            )
        links = sum(inode is other for folder in self.directories.values() for other in folder.entries.values())
        return SimpleNamespace(
            st_size=len(inode.data),
            st_nlink=links,
            st_mode=_FILE_MODE,
            st_ino=inode.number,
            st_dev=1,
            st_uid=0,
            st_mtime_ns=inode.stamp,  # of what owners write; nobody asks when the service wrote last
        )

    def access(self, path: Any, mode: int) -> bool:  # noqa: ARG002 as os has it
        """``access``: everything that is there may be used, but for what is unreadable."""
        if str(path) in self.unreadable:
            return False
        return str(path) in self.directories or self._find(str(path)) is not None

    def ftruncate(self, fd: int, length: int) -> None:
        """``ftruncate``."""
        path, inode = self._file(fd)
        self.point("truncate", path)
        inode.cut(length)
        self.passed()

    def allocate(self, fd: int, offset: int, length: int) -> None:  # noqa: ARG002 as the service's own has it
        """Take room for bytes; the file stays as it is."""
        path, _ = self._file(fd)
        self.point("allocate", path)
        self.passed()

    def pwritev(self, fd: int, chunks: Sequence[bytes], offset: int) -> int:
        """``pwritev``: may write less than given, and dies in the middle of a write."""
        path, inode = self._file(fd)
        data = b"".join(chunks)
        try:
            self.point("write", path)
        except Crash:
            if data and self.points == self.crash_at:
                inode.write(data[: self.rng.randint(0, len(data))], offset)
            raise
        if len(data) > 1 and self.rng.random() < 0.1:  # noqa: PLR2004 one write in ten is short
            data = data[: self.rng.randint(1, len(data))]
        inode.write(data, offset)
        self.passed()
        return len(data)

    def fsync(self, fd: int) -> None:
        """``fsync`` of a file or of a directory."""
        path, inode = self._fds[fd]
        try:
            self.point("sync", path)
        except OSError:
            if inode is not None:
                inode.fail_to_sync()
            raise
        if inode is None:
            self.directories[path].sync()
        else:
            inode.sync()
            for directory in self.directories.values():  # one journal: everything up to here is in it
                directory.sync()
        self.passed()

    fdatasync = fsync

    def unlink(self, path: Any, *, dir_fd: int | None = None) -> None:
        """``unlink``."""
        name = self._at(path, dir_fd)
        folder, last = self._split(name)
        if last not in folder.entries:
            self.alive()
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
        self.point("unlink", name)
        del folder.entries[last]
        self.databases.pop(name, None)
        folder.changed()
        self.passed()

    def rename(self, old: Any, new: Any, *, src_dir_fd: int | None = None, dst_dir_fd: int | None = None) -> None:
        """``rename`` within one file system."""
        source, target = self._at(old, src_dir_fd), self._at(new, dst_dir_fd)
        (from_folder, from_name), (to_folder, to_name) = self._split(source), self._split(target)
        self.alive()
        if from_name not in from_folder.entries:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), source, None, target)
        try:
            self.point("rename", source)
        except OSError as error:
            raise OSError(error.errno, error.strerror, source, None, target) from None
        to_folder.entries[to_name] = from_folder.entries.pop(from_name)
        if source in self.databases:
            self.databases[target] = self.databases.pop(source)
        to_folder.changed()
        if from_folder is not to_folder:
            from_folder.changed()
        self.passed()

    replace = rename

    def mkdir(self, path: Any, mode: int = 0o777) -> None:  # noqa: ARG002 as os has it
        """``mkdir``; it is durable at once."""
        self.directories.setdefault(str(path), Directory())

    def flock(self, fd: int, operation: int) -> None:  # noqa: ARG002 as os has it
        """``flock``: exclusive, never waiting."""
        self.alive()
        _, inode = self._file(fd)
        if self._locks.setdefault(inode.number, fd) != fd:
            raise BlockingIOError(errno.EWOULDBLOCK, os.strerror(errno.EWOULDBLOCK))

    def __getattr__(self, name: str) -> Any:
        """Lend constants of ``os``; a system call that is not simulated is a bug of the simulation."""
        value = getattr(os, name)
        if name not in {"fspath", "fsencode", "fsdecode", "strerror", "error"} and callable(value):
            raise NotImplementedError(f"os.{name} is not simulated")
        return value
