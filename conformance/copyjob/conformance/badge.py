"""A badge: the JSON that shields.io shows for an address (its "endpoint" badge).

Law: green stands for "conforms" alone, with how many MUST rows were discriminated in each dialect.
"""

from __future__ import annotations

from typing import Final

import msgspec

from copyjob.conformance.report_data import Report

_COLORS: Final = {"conforms": "brightgreen", "diverges": "red", "errored": "lightgrey", "inconclusive": "yellow"}


class Badge(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What shields.io reads; see its page on the endpoint badge."""

    schema_version: int = 1
    label: str
    message: str
    color: str
    is_error: bool = False


def to_badge(report: Report) -> str:
    """Return the badge of a report."""
    shares = ", ".join(f"{run.dialect} {run.coverage.must.discriminated}/{run.coverage.must.of}" for run in report.runs)
    word: str = report.verdict
    color = _COLORS[report.verdict]
    known = [found for run in report.runs for found in run.divergences if found.known]
    if report.interrupted:
        word, color = "interrupted", "lightgrey"
    badge = Badge(
        label="copyjob",
        message=f"{word} {shares}".strip() + (f", {len(known)} known" if known else ""),
        color=color,
        is_error=report.verdict == "errored",
    )
    return msgspec.json.encode(badge).decode() + "\n"
