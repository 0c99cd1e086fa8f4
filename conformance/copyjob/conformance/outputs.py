"""The output folder of a check: which files there are, each written whole, and as many as can be written.

Laws:

1. That a folder cannot be written is found out before the work, not after it.
2. Where it turns unwritable in the middle, what was written stands, what can still be written is written, and the first
   file that could not be is named at the end; nothing that was found is lost from the screen.
3. A divergence has its replay file as soon as it is confirmed; events are on the disk line by line.
4. A check replaces what an earlier one wrote into the folder, once its own report stands; whatever else lies there, and
   a replay file that was given another name, is nobody's business.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Literal, Self

import msgspec

from copyjob.conformance.event_data import Line
from copyjob.spec.console import UsageError, write_whole

REPORT: Final = "report.json"
PAGE: Final = "report.html"
JUNIT: Final = "junit.xml"
SUMMARY: Final = "summary.md"
BADGE: Final = "badge.json"
EVENTS: Final = "events.ndjson"
REPLAYS: Final = "replays"
PART: Final = "part.json"
"""What a shard writes in the place of a report."""


def replay_name(dialect: str, name: str, taken: Collection[str] = ()) -> str:
    """Return a name, not ``taken`` yet, for the replay file of a divergence, relative to the output folder."""
    stem = _stem(dialect, name)
    several = (f"{stem}.json", *(f"{stem}-{number}.json" for number in range(2, len(taken) + 2)))
    return next(each for each in several if each not in taken)


class Outputs:
    """Writes into the output folder; does nothing at all where there is none."""

    def __init__(self, folder: Path | None) -> None:
        """Make the folder. UsageError: it cannot be made, or nothing can be written there."""
        self.folder = folder
        self.written: list[Path] = []
        self._problem: OSError | None = None
        self._events: IO[bytes] | None = None
        if folder is not None:
            prepare(folder)
            self._try(lambda: self._begin(folder))

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Close the stream of events."""
        self._close()

    def event(self, line: Line) -> None:
        """Append one line to the events."""
        stream = self._events
        if stream is not None and not self._try(lambda: _append(stream, line)):
            # What could not be written whole is no line; the stream ends at its last one.
            self._close()

    def _close(self) -> None:
        if self._events is not None:
            self._try(self._events.close)
            self._events = None

    def whole(self, name: str, text: str) -> None:
        """Write one file whole."""
        if self.folder is None:
            return
        path = self.folder / name
        if self._try(lambda: _whole(path, text)):
            self.written.append(path)

    def clear(self) -> None:
        """Remove the replay files that an earlier check wrote; nothing where this one has no report of its own."""
        if self.folder is None or self.folder / REPORT not in self.written:
            return
        for path in sorted((self.folder / REPLAYS).glob("*.json")):
            if path not in self.written and _is_of_a_check(path):
                self._try(path.unlink)

    @property
    def problem(self) -> str:
        """What could not be written first, in one line; empty where everything was."""
        error = self._problem
        if error is None:
            return ""
        return (
            f"{error.filename or self.folder} cannot be written: {error.strerror}; "
            "make room, or name another folder with -o"
        )

    def settle(self) -> None:
        """UsageError, in one line, where something could not be written."""
        if self.problem:
            raise UsageError(self.problem)

    def _begin(self, folder: Path) -> None:
        self._events = (folder / EVENTS).open("wb", buffering=0)

    def _try(self, write: Callable[[], object]) -> bool:
        try:
            write()
        except OSError as error:
            self._problem = self._problem or error
            return False
        return True


def _whole(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    write_whole(path, text)


class _Head(msgspec.Struct):
    """By what a replay file that a check wrote is known, whatever its version and table."""

    format: Literal["copyjob-replay"]
    dialect: str
    aim: str


def _is_of_a_check(path: Path) -> bool:
    """Whether a file in the folder of replays is one, under the name that a check gave it."""
    try:
        head = msgspec.json.decode(path.read_bytes(), type=_Head)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return False
    return re.fullmatch(re.escape(_stem(head.dialect, head.aim)) + r"(-\d+)?", f"{REPLAYS}/{path.stem}") is not None


def _stem(dialect: str, name: str) -> str:
    return f"{REPLAYS}/{dialect}-{re.sub(r'[^A-Za-z0-9._-]+', '-', name)}"


def _append(stream: IO[bytes], line: Line) -> None:
    try:
        stream.write(msgspec.json.encode(line) + b"\n")
    except OSError as error:
        raise OSError(error.errno, error.strerror, stream.name) from None


def prepare(folder: Path) -> None:
    """Make the folder. UsageError: it cannot be made, or nothing can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        why = "it is no folder" if isinstance(error, FileExistsError) else error.strerror
        raise UsageError(f"cannot write to {folder}: {why}; name another folder with -o") from None
