"""A report reduced to what stays true elsewhere: what was found, without the machine and the hour it was found on.

Laws:

1. What is left is a report like any other: it is read, compared and shown by the same code.
2. No verdict, level, clause, observation or permitted answer is changed, but for names of places on the machine: of a
   path its last part is left, of an address its port is not.
3. To reduce what is reduced changes nothing.

What this module does not know: what reduced reports are kept for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, cast

import msgspec
from msgspec.structs import replace

from copyjob.conformance import report_data as d

_PART: Final = r"""[^\s/\\'"`,:;()<>|]+"""
_PLACES: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(rf"(?<![\w./\\:-])(?:file:/*)?(?:[A-Za-z]:)?[/\\]{{1,2}}(?:{_PART}[/\\]+)+({_PART})"), r"…/\1"),
    (re.compile(rf"(?<![\w./\\:-])[A-Za-z]:[/\\]+({_PART})"), r"…/\1"),
    (re.compile(r"\b(127\.0\.0\.1|localhost):\d+"), r"\1:PORT"),
)
"""What names a place on a machine: a path of two parts or more, one with a drive, an address with its port."""


def reduced(report: d.Report, name: str) -> d.Report:
    """Return the report as one of the backend ``name``, without time, machine, programs and pictures."""
    kept = replace(
        report,
        backend=replace(report.backend, name=name),
        started="",
        duration_seconds=0.0,
        runs=tuple(_reduced_run(run) for run in report.runs),
        gates=(),
    )
    return msgspec.convert(_mapped(msgspec.to_builtins(kept), _without_places), d.Report)


def _reduced_run(run: d.Run) -> d.Run:
    return replace(
        run,
        totals=replace(run.totals, duration_seconds=0.0),
        rows=tuple(replace(row, answers=(), alternatives=replace(row.alternatives, survived=())) for row in run.rows),
        divergences=tuple(
            replace(found, python="", sequence=(), calls=(), edges=(), replay="") for found in run.divergences
        ),
        errors=tuple(replace(error, stderr=(), plan=(), replay="") for error in run.errors),
        inconclusive=tuple(replace(unclear, plan=(), replay="") for unclear in run.inconclusive),
    )


def _without_places(text: str) -> str:
    for pattern, instead in _PLACES:
        text = pattern.sub(instead, text)
    return text


def _mapped(data: Any, change: Callable[[str], str]) -> Any:
    """Return data with every text in it changed; keys stay."""
    if isinstance(data, str):
        return change(data)
    if isinstance(data, dict):
        return {key: _mapped(value, change) for key, value in cast("dict[str, Any]", data).items()}
    if isinstance(data, list | tuple):
        return [_mapped(value, change) for value in cast("list[Any]", data)]
    return data
