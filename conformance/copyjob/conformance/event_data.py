"""The lines of ``events.ndjson``: what a check tells while it runs, as data, one JSON object a line.

Law: the kind of a line stands in ``event``; the first line is ``started``, the last one ``ended``, which says how it
ended and with which exit code. A divergence is told once, as soon as it is confirmed, as it stands in the report.
"""

from __future__ import annotations

from typing import Final

import msgspec

from copyjob.conformance.report_data import Count, Dialect, Divergence, ExitCode, ItemVerdict, RunVerdict, Seconds

VERSION: Final = 1


class _Line(msgspec.Struct, frozen=True, kw_only=True, tag_field="event"):
    """What every line carries."""

    elapsed_seconds: Seconds
    """Since the check began."""


class _LineOfDialect(_Line, frozen=True, kw_only=True):
    """What every line carries that is about one dialect."""

    dialect: Dialect


class Started(_Line, frozen=True, kw_only=True, tag="started"):
    """The check begins."""

    format: str = "copyjob-events"
    version: int = VERSION
    copyjob: str
    backend: str
    dialects: tuple[Dialect, ...]
    seed: int
    started: str


class Begun(_LineOfDialect, frozen=True, kw_only=True, tag="begun"):
    """A dialect begins."""

    plans: Count
    """How many plans there will be; 0 where nobody knows."""


class PlanDone(_LineOfDialect, frozen=True, kw_only=True, tag="plan"):
    """One plan was run, the ``number``-th of its dialect."""

    number: Count
    aim: str
    verdict: ItemVerdict
    steps: Count


class Found(_LineOfDialect, frozen=True, kw_only=True, tag="divergence"):
    """A divergence is confirmed; as it stands in the report, but for what a baseline makes of it."""

    divergence: Divergence


class RoundDone(_LineOfDialect, frozen=True, kw_only=True, tag="round"):
    """A round of plans is over; ``coverage`` has, for each measure, what was reached and of how much."""

    number: Count
    coverage: dict[str, tuple[Count, Count]]


class Note(_Line, frozen=True, kw_only=True, tag="note"):
    """Something that the reader should know."""

    text: str


class Over(_LineOfDialect, frozen=True, kw_only=True, tag="over"):
    """A dialect is over; ``stopped`` says why, where it ended before all its plans were run."""

    verdict: RunVerdict
    stopped: str


class Ended(_Line, frozen=True, kw_only=True, tag="ended"):
    """The check is over."""

    verdict: RunVerdict
    exit_code: ExitCode
    interrupted: bool = False


Line = Started | Begun | PlanDone | Found | RoundDone | Note | Over | Ended
"""Any line."""
