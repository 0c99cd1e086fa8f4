"""A baseline: divergences that are known, by id and with a reason, so that a check fails on news only.

Laws:

1. An entry excuses divergences that go by its id in its dialect, and nothing else.
2. An entry whose id was judged and passed is stale, and fails the check: the file says what is true or says nothing.
   One that diverges only ``sometimes``, as races do, neither fails nor is stale. Where a dialect was not checked to its
   end, or a budget was over before all plans made on purpose, nothing is called stale.
3. A file that cannot be read, that names what is not judged, or names a thing twice, is a mistake told in one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec

from copyjob.conformance.catalogue import items
from copyjob.conformance.report_data import BaselineEntry, Dialect, Divergence, Report, Run, read_as
from copyjob.spec import vocabulary
from copyjob.spec.console import UsageError, nearest

FORMAT: Final = "copyjob-baseline"
VERSION: Final = 1
UNEXPLAINED: Final = "seen when this baseline was written; say here why it is so"


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One known divergence."""

    id: str
    dialect: Dialect
    reason: Annotated[str, msgspec.Meta(min_length=1)]
    sometimes: bool = False
    """It may pass as well: neither is news."""


class Baseline(msgspec.Struct, frozen=True, kw_only=True):
    """A baseline file."""

    format: Literal["copyjob-baseline"] = FORMAT
    version: Literal[1] = VERSION
    entries: tuple[Entry, ...] = ()

    @property
    def ids(self) -> Mapping[vocabulary.Dialect, frozenset[str]]:
        """The ids that are known, by dialect."""
        return {
            dialect: frozenset(entry.id for entry in self.entries if entry.dialect == dialect.value)
            for dialect in vocabulary.Dialect
        }


def read(path: Path, dialects: Iterable[str]) -> Baseline:
    """Return the baseline in a file, for a backend of these dialects. UsageError names the entry and the way out."""
    way_out = "copyjob check BACKEND --write-baseline FILE writes one"
    found = read_as(path, Baseline, FORMAT, (VERSION,), "a baseline", way_out)
    ids = {dialect.value: {item.id for item in items(dialect)} for dialect in vocabulary.Dialect}
    seen: set[tuple[str, str]] = set()
    for entry in found.entries:
        if entry.dialect not in dialects:
            have = ", ".join(dialects)
            raise UsageError(f"{path}: {entry.id} is of {entry.dialect}, but the backend declares {have}; take it out")
        if entry.id not in ids[entry.dialect]:
            others = [name for name, known in ids.items() if entry.id in known]
            mend = f"it is of {others[0]}" if others else nearest(entry.id, ids[entry.dialect], _LIST)
            raise UsageError(f"{path}: there is no check {entry.id!r} in {entry.dialect}; {mend}")
        if (entry.dialect, entry.id) in seen:
            raise UsageError(f"{path}: {entry.id} of {entry.dialect} is named twice; take one out")
        seen.add((entry.dialect, entry.id))
    return found


_LIST = "copyjob check BACKEND --list names all"


def applied(report: Report, baseline: Baseline) -> Report:
    """Return the report with its known divergences marked and with what became of each entry."""
    reasons: dict[tuple[Dialect, str], str] = {(entry.dialect, entry.id): entry.reason for entry in baseline.entries}
    runs = tuple(
        msgspec.structs.replace(run, divergences=tuple(_marked(found, run, reasons) for found in run.divergences))
        for run in report.runs
    )
    by_dialect = {run.dialect: run for run in runs}
    became = tuple(
        BaselineEntry(
            id=entry.id,
            dialect=entry.dialect,
            reason=entry.reason,
            sometimes=entry.sometimes,
            became=_became(entry, by_dialect.get(dialect)),
        )
        for dialect in (*by_dialect, *report.not_begun)
        for entry in baseline.entries
        if entry.dialect == dialect
    )
    return msgspec.structs.replace(report, runs=runs, baseline=became)


def _marked(found: Divergence, run: Run, reasons: Mapping[tuple[Dialect, str], str]) -> Divergence:
    known = [reasons[run.dialect, name] for name in found.named if (run.dialect, name) in reasons]
    return msgspec.structs.replace(found, known=known[0]) if known else found


def _became(entry: Entry, run: Run | None) -> Literal["seen", "passed", "not judged"]:
    if run is None:
        return "not judged"
    if any(entry.id in found.named for found in run.divergences):
        return "seen"
    judged = any(item.id == entry.id and item.judged for item in run.items)
    return "passed" if judged and not run.stopped and not run.errors else "not judged"


def written(report: Report, before: Baseline | None = None) -> str:
    """Return a baseline of what breaks a MUST now; reasons and ``sometimes`` are kept from the one before.

    Of entries before, those that were not judged this time are kept as well, and so are those that only sometimes show.
    A new one is of these where its program did not show it every time.
    """
    old = {(entry.dialect, entry.id): entry for entry in (before.entries if before else ())}
    seen: dict[tuple[Dialect, str], bool] = {
        (run.dialect, found.id): found.reproduced.times < found.reproduced.of
        for run in report.runs
        for found in run.divergences
        if found.level == "MUST" and not found.known
    }
    passed = {(entry.dialect, entry.id) for entry in report.baseline if entry.stale}
    kept = [entry for key, entry in old.items() if key not in passed]
    new = [
        Entry(id=name, dialect=dialect, reason=UNEXPLAINED, sometimes=sometimes)
        for (dialect, name), sometimes in sorted(seen.items())
        if name
    ]
    entries = sorted([*kept, *new], key=lambda entry: (entry.dialect, entry.id))
    return msgspec.json.format(msgspec.json.encode(Baseline(entries=tuple(entries))), indent=1).decode() + "\n"
