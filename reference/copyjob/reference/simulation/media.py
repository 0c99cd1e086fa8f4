"""What a simulated disk holds: files and directories, as they are seen and as they would survive a loss of power.

Laws: after a kill of the process everything that was written is there. After a loss of power what was synced is there,
and of the rest a part that the seed chooses: old bytes, new ones, holes, or some of each; of the names of a directory
its state after any of the steps since it was synced, in their order. Bytes on which a sync has failed are seen, and no
later sync writes them: the system takes them for clean (Linux does so); only writing them again does.

A sync of a file makes the name that was given to it durable too, as journalling file systems do (ext4, xfs, btrfs).
It does not know system calls.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random


def _alike(first: bytes | bytearray, second: bytes | bytearray) -> int:
    """Return how many leading bytes two have in common."""
    least = min(len(first), len(second))
    if first[:least] == second[:least]:
        return least
    return next(at for at in range(least) if first[at] != second[at])


@dataclass(eq=False, slots=True)
class Inode:
    """The bytes of one file: as they are seen, and as they were when last synced."""

    data: bytearray = field(default_factory=bytearray)
    synced: bytes = b""
    number: int = 0
    stamp: int = 0
    """When its owner last wrote to it."""
    dropped: tuple[int, int] | None = None
    """From where to where the bytes are that a sync has failed on; None where there are none."""

    def write(self, data: bytes, offset: int) -> None:
        """Store bytes at an offset; a gap before it is filled with zeros."""
        if len(self.data) < offset:
            self.data.extend(bytes(offset - len(self.data)))
        end = offset + len(data)
        self.data[offset:end] = data
        if self.dropped is not None and offset <= self.dropped[0] < end:
            self.dropped = (end, self.dropped[1]) if end < self.dropped[1] else None

    def cut(self, length: int) -> None:
        """Make it as long as that."""
        del self.data[length:]
        self.data.extend(bytes(length - len(self.data)))
        if self.dropped is not None:
            start, end = self.dropped
            self.dropped = (start, min(end, length)) if start < length else None

    def sync(self) -> None:
        """Make what is seen durable, but for what an earlier sync has failed on."""
        if self.dropped is None:
            self.synced = bytes(self.data)
            return
        start, end = self.dropped
        there = self.synced[start:end].ljust(end - start, b"\0")
        self.synced = bytes(self.data[:start]) + there + bytes(self.data[end:])

    def fail_to_sync(self) -> None:
        """Drop what was not synced yet."""
        start = _alike(self.data, self.synced)
        if self.dropped is not None:
            start = min(start, self.dropped[0])
        self.dropped = (start, len(self.data)) if start < len(self.data) else None

    def outlive(self) -> None:
        """Outlive a kill: nothing tells the next process of a sync that failed, so what it left may count again."""
        self.dropped = None

    def lose_power(self, rng: Random) -> None:
        """Leave of the bytes that were not synced what a disk might."""
        seen, synced = bytes(self.data), self.synced
        if seen != synced:
            # What was synced and not touched since is safe, whatever was cut off or appended behind it.
            kept = rng.randint(_alike(seen, synced), len(seen))
            holes, mixed = seen[:kept] + bytes(len(seen) - kept), seen[:kept] + synced[kept:]
            self.data = bytearray(rng.choice([synced, seen, holes, mixed]))
        self.synced, self.dropped = bytes(self.data), None


@dataclass(slots=True)
class Directory:
    """The names of one directory: as they are seen, as they are on the disk, and the changes between."""

    entries: dict[str, Inode] = field(default_factory=dict[str, Inode])
    durable: dict[str, Inode] = field(default_factory=dict[str, Inode])
    pending: list[dict[str, Inode]] = field(default_factory=list[dict[str, Inode]])

    def changed(self) -> None:
        """Note that ``entries`` has changed by one step."""
        self.pending.append(dict(self.entries))

    def sync(self) -> None:
        """Make what is seen durable."""
        if self.pending:
            self.durable = dict(self.entries)
            self.pending.clear()

    def lose_power(self, rng: Random) -> None:
        """Leave the names of one moment since the last sync, and what is left of their files."""
        self.entries = dict(rng.choice([self.durable, *self.pending]))
        self.durable = dict(self.entries)
        self.pending.clear()
        for inode in self.entries.values():
            inode.lose_power(rng)
