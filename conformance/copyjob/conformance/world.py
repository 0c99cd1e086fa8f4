"""The world of one plan: a site at the origin, a folder for the files, and the jobs that stand in front.

Law: everything a plan touches belongs to it alone (its own address, URLs, folder and jobs) and is gone when it is over.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path

from copyjob.conformance.origin.gate import Gate
from copyjob.conformance.origin.scripts import ScriptKind
from copyjob.conformance.origin.server import Origin, OriginFile
from copyjob.conformance.weather import FILE_SIZES, SCRIPTS, address_of

EXISTING = b"This stood here before.\n"


@cache
def contents(seed: int) -> tuple[bytes, ...]:
    """Return the content of the three files of a world, made once."""
    chance = random.Random(seed)  # noqa: S311 content, not a secret
    return tuple(chance.randbytes(size) for size in FILE_SIZES)


class World:
    """A site with three files, and a folder where they are to arrive."""

    def __init__(self, origin: Origin, folder: Path, seed: int) -> None:
        """Open the site and make the folder."""
        self.origin = origin
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.site = origin.site()
        self.files: list[OriginFile] = [
            self.site.add_file(f"file-{number}.bin", content) for number, content in enumerate(contents(seed))
        ]
        self._destinations = tuple(folder / f"file-{number}.bin" for number in range(len(self.files)))
        self.existing: set[int] = set()
        self.added: list[int] = []

    def destination(self, file: int) -> Path:
        """Return where a file is to arrive."""
        return self._destinations[file]

    def number_of(self, path: str | None) -> int:
        """Return the number of the file that the journal names by its path."""
        return next(number for number, file in enumerate(self.files) if file.path == address_of(path))

    def prepare(self, file: int, *, existing: bool) -> None:
        """Put something at a file's destination before it is added."""
        if existing:
            self.destination(file).write_bytes(EXISTING)
            self.existing.add(file)

    def set_gate(self, gate: str) -> None:
        """Let connections in, refuse them, or let them hang."""
        self.site.gate = Gate(gate)

    def set_script(self, file: int, script: str) -> None:
        """Answer a file otherwise from now on."""
        own = self.files[file]
        told = SCRIPTS[script](len(own.versions[-1]))
        if told.kind is ScriptKind.REDIRECT and told.location is not None:
            elsewhere = own.path + told.location
            if all(other.path != elsewhere for other in self.site.files):
                self.site.add_file(elsewhere, own.versions[-1])
            told = replace(told, location=elsewhere)
        own.script = told

    def listing(self) -> dict[str, int]:
        """Return every name in the folder with its size in bytes."""
        return dict(_files_in(self.folder, ""))

    def contents(self) -> dict[str, bytes]:
        """Return every name in the folder with its content."""
        found: dict[str, bytes] = {}
        for name in self.listing():
            with suppress(FileNotFoundError):
                found[name] = (self.folder / name).read_bytes()
        return found

    def close(self) -> None:
        """Close the site and empty the folder, which the next world may have."""
        self.site.close()
        self.origin.journal.forget(self.site.number)
        with suppress(FileNotFoundError), os.scandir(self.folder) as left:
            for entry in left:
                if entry.is_dir(follow_symlinks=False):
                    shutil.rmtree(entry.path, ignore_errors=True)
                else:
                    with suppress(FileNotFoundError):  # it went while we looked
                        os.unlink(entry.path)  # noqa: PTH108 an entry is no path


def _files_in(folder: Path | str, above: str) -> Iterator[tuple[str, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):  # it went while we looked
                if entry.is_dir(follow_symlinks=False):
                    yield from _files_in(entry.path, f"{above}{entry.name}/")
                elif entry.is_file():
                    yield above + entry.name, entry.stat().st_size
