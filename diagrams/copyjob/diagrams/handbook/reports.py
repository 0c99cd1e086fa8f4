"""What the checked backends did: the committed reports of checks, asked row by row.

Laws:

1. A report is a file; what is not in it was not checked. Nothing here judges.
2. Which reports there are, and in which order, says ``backends.toml`` beside them; where it is missing, every report
   of the folder is one.
3. A folder or a file that cannot be read is told in one line, which names it.

What this module does not know: the JSON of a report (:mod:`copyjob.diagrams.report_file`), or how it is shown.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from copyjob.diagrams import addresses
from copyjob.diagrams.handbook.place import BACKENDS
from copyjob.diagrams.report_file import FORMAT
from copyjob.spec.console import UsageError, checkout_room
from copyjob.spec.vocabulary import Dialect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from copyjob.diagrams.report_parts import Divergence, Report, ReportRow

LIST: Final = "backends.toml"
SHIPPED: Final = "reports"
"""Where an installed package has the committed reports, beside its modules."""


@dataclass(frozen=True)
class Seen:
    """What a check made of one row: the verdict of its report on one backend, in these dialects."""

    backend: str
    verdict: str
    """A key of :data:`copyjob.diagrams.report.SIGNS`."""
    place: str
    dialects: tuple[str, ...]


@dataclass(frozen=True)
class Backend:
    """A backend that was checked, with its report."""

    file: str
    """The name of its report's file without an ending, by which it is told apart."""
    adapter: str
    """What drives it, in English; empty where nobody says."""
    run: str
    """The command that checks it; empty where nobody says."""
    report: Report

    @cached_property
    def rows(self) -> Mapping[tuple[Dialect, str], ReportRow]:
        """The report's rows, by dialect and id."""
        return {(run.dialect, row.id): row for run in self.report.runs for row in run.rows}

    @property
    def divergences(self) -> tuple[tuple[Dialect, Divergence], ...]:
        """Everything that was found, with its dialect."""
        return tuple((run.dialect, found) for run in self.report.runs for found in run.divergences)


@dataclass(frozen=True)
class Found:
    """A divergence of a backend, with the place where it is told in full."""

    backend: Backend
    dialect: Dialect
    divergence: Divergence
    place: str


def divergence_anchor(dialect: Dialect, divergence: Divergence) -> str:
    """Return the id of a divergence's element on the page of its backend."""
    return f"{dialect.value}-{re.sub(r'[^A-Za-z0-9_-]', '-', divergence.id)}"


def found(backends: Iterable[Backend]) -> tuple[Found, ...]:
    """Return every divergence of every backend, in the order of the reports."""
    return tuple(
        Found(
            backend,
            dialect,
            divergence,
            f"{addresses.backend_page(backend.file)}#{divergence_anchor(dialect, divergence)}",
        )
        for backend in backends
        for dialect, divergence in backend.divergences
    )


def answered(divergence: Divergence) -> tuple[str, str] | None:
    """Return the operation and the name of the HRESULT of which a divergence says that one answered the other.

    None: what was seen is no answer of a call. The words are those of the report's ``observation``.
    """
    told = re.match(r"(\w+) answered ([A-Z_]+)\b", divergence.observation)
    return (told[1], told[2]) if told else None


def seen_of(backends: Sequence[Backend], row_id: str, dialect: Dialect) -> tuple[Seen, ...]:
    """Return what the reports say of a row; nothing of a backend whose check does not know it."""
    told: list[Seen] = []
    for backend in backends:
        row = backend.rows.get((dialect, row_id))
        if row is None:
            continue
        page = addresses.backend_page(backend.file)
        marks = [divergence_anchor(d, one) for d, one in backend.divergences if d is dialect and row_id in one.rows]
        place = f"{page}#{marks[0]}" if marks and row.verdict == "diverges" else page
        told.append(Seen(backend.file, row.verdict, place, (dialect.value,)))
    return tuple(told)


def committed() -> Path | None:
    """Return the folder of the committed reports: a source checkout's, or the shipped one; None where there is none."""
    room = checkout_room(Path(__file__).parent)
    if room is not None:
        folder = room.parent / "conformance" / "matrix"
        return folder if folder.is_dir() else None
    shipped = Path(str(files("copyjob.diagrams") / SHIPPED))
    return shipped if shipped.is_dir() else None


def report_files(folder: Path) -> tuple[Path, ...]:
    """Return every file of a folder of reports that what is said of backends depends on. UsageError: no folder."""
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder; give one with reports of copyjob check with --reports")
    return tuple(sorted([*folder.glob("*.json"), *folder.glob(LIST)]))


def read_all(folder: Path) -> tuple[Backend, ...]:
    """Return the backends of a folder of reports. UsageError: the folder, its list or a report cannot be read."""
    from copyjob.diagrams.report_file import read

    backends: list[Backend] = []
    for entry in _entries(folder):
        path = folder / f"{entry['file']}.json"
        if not path.is_file():
            continue
        try:
            report = read(path)
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror}; give other reports with --reports") from error
        backends.append(Backend(entry["file"], entry.get("adapter", ""), entry.get("run", ""), report))
    return tuple(backends)


def _entries(folder: Path) -> list[dict[str, str]]:
    """Return what is known of each backend: its ``file``, which is fit to be the name of a page, and words."""
    path = folder / LIST
    if not path.is_file():
        found = [{"file": one.stem} for one in report_files(folder) if _may_be_a_report(one)]
        for one in found:
            if not _fit(one["file"]):
                raise UsageError(f"{folder / one['file']}.json cannot be named so: {_NAMES}; rename it")
        return found
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{path} is damaged: {error}") from error
    listed = data.get("backend")
    if not isinstance(listed, list) or not all(_is_entry(one) for one in cast("list[object]", listed)):
        raise UsageError(f"{path} is damaged: every [[backend]] needs a file: {_NAMES}")
    entries = cast("list[dict[str, str]]", listed)
    twice = [name for name, times in Counter(one["file"] for one in entries).items() if times > 1]
    if twice:
        raise UsageError(f"{path} names {twice[0]} twice; each [[backend]] has a report of its own")
    return entries


_NAMES: Final = 'a name of letters, digits, - and _, and not "index"'


def _fit(name: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9_-]+", name) is not None and addresses.backend_page(name) != BACKENDS


def _may_be_a_report(path: Path) -> bool:
    """Whether a file is to be read: of what lies beside a report, such as its badge, it is known that it is none."""
    try:
        data: object = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return True  # whoever reads it tells what is wrong
    return isinstance(data, dict) and cast("dict[str, object]", data).get("format") == FORMAT


def _is_entry(one: object) -> bool:
    if not isinstance(one, dict):
        return False
    entry = cast("dict[str, Any]", one)
    return _fit(str(entry.get("file", ""))) and all(isinstance(value, str) for value in entry.values())
