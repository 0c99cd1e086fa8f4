"""TLC and Spin explore the same table as our own explorer, and must find the same.

Laws:

1. Compared are the number of reachable configurations, how often each row was taken, and the verdict on every law that
   a checker can be asked. Equal numbers of configurations alone would not show that the graphs are equal.
2. A difference is a failure, whichever of the three is right; so is a law that does not hold.
3. Where a row is broken on purpose, each of the three must notice by itself, against what our explorer says of the
   table as it is; and they must agree on what is broken.

What this module does not know: how TLC and Spin are run and read (:mod:`copyjob.spec._checkers`).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

from copyjob.spec._checkers import CheckerError, Seen, Spin, Tlc
from copyjob.spec._model import scope_name
from copyjob.spec.explore import explore
from copyjob.spec.laws import LAWS
from copyjob.spec.table import Table
from copyjob.spec.vocabulary import JobState

_TOLD_MAX: Final = 5
"""How many differences are told; the rest is counted."""


class Run(NamedTuple):
    """One table with one bound on files; ``broken_row`` is the id of a row that is broken on purpose."""

    table: Table
    files_bound: int
    broken_row: str | None = None

    def __str__(self) -> str:
        """Name dialect, scope, bound and broken row."""
        files = f"{self.files_bound} file{'s' * (self.files_bound != 1)}"
        broken = f", {self.broken_row} broken" if self.broken_row else ""
        return f"{self.table.dialect.value} {scope_name(self.table)}, {files}{broken}"

    @property
    def asked(self) -> Table:
        """The table that is explored: with the row broken, where one is."""
        return self.table if self.broken_row is None else with_broken_row(self.table, self.broken_row)


@dataclass(frozen=True)
class Judged:
    """One run, judged: the line that tells it, lines of detail, and whether all is as it should be."""

    line: str
    details: tuple[str, ...]
    passed: bool


def with_broken_row(table: Table, row_id: str) -> Table:
    """Return a copy in which a row leads to TRANSFERRED, or to SUSPENDED where it led to TRANSFERRED.

    KeyError: no such row.
    """
    answers = table.by_id[row_id].answers
    there = all(answer.dest is JobState.TRANSFERRED for answer in answers)
    dest = JobState.SUSPENDED if there else JobState.TRANSFERRED
    return table.with_answers(row_id, [replace(answer, dest=dest) for answer in answers])


def ours(table: Table, files_bound: int) -> Seen:
    """Return what our own explorer finds."""
    found = explore(table, files_bound)
    asked = [law for law in LAWS if table.dialect in law.dialects and files_bound >= law.files_needed]
    return Seen("copyjob", len(found.parents), found.taken, {law.name: law(found) is None for law in asked})


def differences(one: Seen, other: Seen) -> list[str]:
    """Return what two checkers tell otherwise, a line each; a law is compared where both were asked."""
    pairs: list[tuple[str, object, object]] = [("configurations", one.configurations, other.configurations)]
    pairs += [(row, count, other.taken.get(row)) for row, count in one.taken.items()]
    pairs += [
        (law, "holds" if holds else "broken", "holds" if other.holds[law] else "broken")
        for law, holds in one.holds.items()
        if law in other.holds
    ]
    return [f"{what}: {one.checker} {a}, {other.checker} {b}" for what, a, b in pairs if a != b]


def judge(run: Run, seen: Sequence[Seen]) -> Judged:
    """Judge what our explorer (the first) and the checkers found in the table of a run."""
    mine, *others = seen
    details = [line for other in others for line in _few(differences(mine, other))]
    steps = sum(mine.taken.values())
    told = f"{run}: {mine.configurations} configurations, {steps} steps"
    if run.broken_row is not None:
        expected = ours(run.table, run.files_bound)
        noticed = {each.checker: _noticed(expected, each) for each in seen}
        blind = [name for name, what in noticed.items() if not what]
        verdict = "DIFFER" if details else f"not noticed by {', '.join(blind)}" if blind else "noticed by all"
        details += [f"{name} finds {what} otherwise" for name, what in noticed.items() if what]
        return Judged(f"{run}: {verdict}", tuple(details), passed=verdict == "noticed by all")
    broken = sorted({law for each in seen for law, holds in each.holds.items() if not holds})
    told += ", laws " + " ".join(f"{other.checker} {len(other.holds)}" for other in others)
    verdict = "DIFFER" if details else "LAWS BROKEN" if broken else "agree"
    details += [f"broken: {law}" for law in broken]
    return Judged(f"{told}: {verdict}", tuple(details), passed=not details)


def _noticed(expected: Seen, seen: Seen) -> str:
    """Return what a checker tells otherwise than expected of a table as it is; empty where that is nothing."""
    counts = sum(seen.taken[row] != count for row, count in expected.taken.items())
    counts += seen.configurations != expected.configurations
    laws = sum(not holds for law, holds in seen.holds.items() if expected.holds[law])
    told = [(counts, "count"), (laws, "law")]
    return ", ".join(f"{number} {what}{'s' * (number != 1)}" for number, what in told if number)


def _few(lines: list[str]) -> list[str]:
    more = len(lines) - _TOLD_MAX
    return [*lines[:_TOLD_MAX], f"and {more} more"] if more > 0 else lines


def crosscheck(runs: Sequence[Run], tlc: Tlc, spin: Spin) -> Iterator[Judged]:
    """Yield every run judged, in the given order; two checkers work at once where there are two processors."""
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        begun = [(run, [pool.submit(_checked, checker, run) for checker in (tlc, spin)]) for run in runs]
        try:
            for run, checks in begun:
                yield _judged(run, checks)
        finally:
            pool.shutdown(cancel_futures=True)


def _checked(checker: Tlc | Spin, run: Run) -> Seen:
    with tempfile.TemporaryDirectory(prefix="copyjob-crosscheck-") as folder:
        return checker.check(run.asked, run.files_bound, Path(folder))


def _judged(run: Run, checks: list[Future[Seen]]) -> Judged:
    try:
        return judge(run, [ours(run.asked, run.files_bound), *(check.result() for check in checks)])
    except CheckerError as error:
        return Judged(f"{run}: NOT CHECKED", (str(error),), passed=False)
