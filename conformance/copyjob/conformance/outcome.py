"""The exit code of a check: from what was found, what of it was known, and what was asked for.

Law: the codes are those of the documentation: 0 conforms, 1 diverges (also: a stale entry of the baseline, a gate that
is missed), 3 the adapter broke (also: a cluster went away), 4 inconclusive, 130 interrupted, 143 ended by SIGTERM; 2 is
wrong usage, and no report has it.
"""

from __future__ import annotations

from typing import Final

import msgspec

from copyjob.conformance.interrupt import TERMINATED
from copyjob.conformance.report_data import Divergence, ExitCode, Report

CONFORMS: Final = 0
DIVERGES: Final = 1
ERRORED: Final = 3
INCONCLUSIVE: Final = 4
INTERRUPTED: Final = 130
ENDED: Final = 143
"""128 and the number of SIGTERM."""


def fails(divergence: Divergence) -> bool:
    """Whether a divergence fails the check: a MUST that no baseline knows."""
    return divergence.level == "MUST" and not divergence.known


def passes_as_known(report: Report) -> bool:
    """Whether a check passes though its backend diverges: what it says of itself would mislead without a word."""
    return report.verdict == "diverges" and exit_code(report) == CONFORMS


GONE: Final = "the cluster "
"""How it begins what is said of a run that ended because its cluster went away."""


def is_gone(stopped: str) -> bool:
    """Whether a run ended because its cluster went away."""
    return stopped.startswith(GONE)


def exit_code(report: Report) -> ExitCode:
    """Return the code that a check ends with."""
    if report.interrupted:
        return ENDED if any(run.stopped == TERMINATED for run in report.runs) else INTERRUPTED
    if any(is_gone(run.stopped) for run in report.runs):
        return ERRORED
    news = any(fails(found) for run in report.runs for found in run.divergences)
    if news or any(entry.stale for entry in report.baseline) or not all(gate.met for gate in report.gates):
        return DIVERGES
    if any(run.errors for run in report.runs):
        return ERRORED
    if any(run.unclear or any(row.verdict == "inconclusive" for row in run.rows) for run in report.runs):
        return INCONCLUSIVE
    return CONFORMS


def settled(report: Report) -> Report:
    """Return the report with the exit code that follows from the rest of it."""
    return msgspec.structs.replace(report, exit_code=exit_code(report))
