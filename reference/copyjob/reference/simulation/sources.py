"""The local files that simulated clients upload, and what their owners do to them meanwhile.

Law: what stands under the name of a source is what its owner has put there, and nothing else; two versions of one have
different bytes.

It does not know when they are sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from random import Random

    from copyjob.reference.simulation.machine import Machine

SOURCE_MAX_BYTES: Final = 160
EDITS: Final = ("write", "write", "replace", "delete", "lock")
"""What an owner may do to a file: write to it, put another in its place, delete it, let nobody read it."""


@dataclass
class Source:
    """One file: all of its versions, and the bytes that stand there now (None: nothing does)."""

    versions: list[bytes]
    now: bytes | None


class Sources:
    """The files by path, on one machine."""

    def __init__(self, machine: Machine, rng: Random) -> None:
        self.files: dict[str, Source] = {}
        self._machine = machine
        self._rng = rng

    def make(self, path: str) -> None:
        """Make a new file."""
        source = self.files[path] = Source([], None)
        self._machine.put(path, self._version(source))

    def edit(self, path: str, way: str | None = None) -> None:
        """Do one of `EDITS` to a file; mend it where it is missing or may not be read."""
        source, machine = self.files[path], self._machine
        if source.now is None or path in machine.unreadable:
            self.mend(path)
            return
        match way or self._rng.choice(EDITS):
            case "write":
                machine.write_over(path, self._version(source))
            case "replace":
                machine.put(path, self._version(source))
            case "delete":
                machine.take_away(path)
                source.now = None
            case _:
                machine.unreadable.add(path)

    def mend(self, path: str) -> None:
        """Let a file be there, and be readable; a new one is of another version."""
        source = self.files[path]
        self._machine.unreadable.discard(path)
        if source.now is None:
            self._machine.put(path, self._version(source))

    def _version(self, source: Source) -> bytes:
        # As long as the last one half of the time: only the bytes tell them apart then.
        alike = source.versions and self._rng.random() < 0.5  # noqa: PLR2004 one in two
        size = len(source.versions[-1]) if alike else self._rng.randint(0, SOURCE_MAX_BYTES)
        body = self._rng.randbytes(size)
        while body in source.versions:
            body += b"."
        source.versions.append(body)
        source.now = body
        return body
