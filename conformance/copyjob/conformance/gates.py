"""Gates: how much of a measure a check must reach, beside conforming; and what each measure counts.

Law: a gate is missed where less was reached than it asks for in any dialect, and in one that was not begun. A measure
that a report does not carry is a mistake of the caller, never a gate that is met.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from copyjob.conformance.report_data import Coverage, Gate, Report
from copyjob.spec.console import UsageError, nearest

MEASURES = ("states", "cells", "rows", "must", "clauses", "guards", "pairs", "hresults")
"""What can be asked for, in the order in which it is told."""
_HUNDRED = 100


def measures(coverage: Coverage) -> Mapping[str, tuple[int, int]]:
    """Return what was reached of each measure that a report carries, and of how many."""
    found = {
        "states": (len(coverage.states.seen), len(coverage.states.of)),
        "cells": (coverage.cells.judged, coverage.cells.of),
        "rows": (coverage.rows.judged, coverage.rows.of),
        "must": (coverage.must.discriminated, coverage.must.of),
        "clauses": (len(coverage.clauses.reached), len(coverage.clauses.of)),
    }
    for name, share in (("guards", coverage.guards), ("pairs", coverage.pairs), ("hresults", coverage.hresults)):
        if share is not None:
            found[name] = (share.judged, share.of)
    return found


@dataclass(frozen=True, slots=True)
class Wanted:
    """One ``MEASURE=VALUE``: a count, a share in percent, or ``all``."""

    measure: str
    value: str

    def met_by(self, reached: int, of: int) -> bool:
        """Whether so many of so many are enough."""
        if self.value == "all":
            return reached >= of
        if self.value.endswith("%"):
            # Whole numbers: 33.3 % of 3 is not met by a rounding.
            share = _tenths(self.value)
            return reached * _HUNDRED * 10 >= share * of
        return reached >= int(self.value)


def _tenths(value: str) -> int:
    whole, _, part = value.rstrip("%").partition(".")
    return int(whole) * 10 + int(part or "0")


def wanted(texts: Iterable[str]) -> tuple[Wanted, ...]:
    """Read what ``--require`` was given. UsageError names what is wrong with it."""
    found: list[Wanted] = []
    for text in texts:
        measure, _, value = text.partition("=")
        if measure not in MEASURES:
            way_out = nearest(measure, MEASURES, f"measures are {', '.join(MEASURES)}")
            raise UsageError(f"--require {text}: there is no measure {measure!r}; {way_out}")
        if not re.fullmatch(r"all|\d{1,9}|\d{1,3}(\.\d)?%", value) or (
            value.endswith("%") and _tenths(value) > _HUNDRED * 10
        ):
            raise UsageError(f"--require {text}: give a count, a share such as 95%, or all, as in {measure}=all")
        found.append(Wanted(measure, value))
    return tuple(found)


def gates(report: Report, asked: Iterable[Wanted]) -> tuple[Gate, ...]:
    """Return what became of each gate in each dialect. UsageError: the report does not carry the measure."""
    found: list[Gate] = []
    for each in asked:
        for run in report.runs:
            known = measures(run.coverage)
            if each.measure not in known:
                raise UsageError(f"--require {each.measure}: this check measures {', '.join(known)} only")
            reached, of = known[each.measure]
            met = each.met_by(reached, of)
            found.append(
                Gate(measure=each.measure, dialect=run.dialect, wanted=each.value, reached=reached, of=of, met=met)
            )
        # Of what was not begun nothing was reached, were it nothing that is asked for.
        found += [
            Gate(measure=each.measure, dialect=dialect, wanted=each.value, reached=0, of=0, met=False)
            for dialect in report.not_begun
        ]
    return tuple(found)
