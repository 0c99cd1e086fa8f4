"""Plans that lead any downloader into every weather: each script of the origin met at the start, and half-way.

Law: the plans follow from the table of scripts alone; a script that is added there is met by every backend. What a
backend makes of it is not known here.
"""

from __future__ import annotations

from copyjob.conformance import plan as p
from copyjob.conformance.weather import FILE_SIZES, SCRIPTS, STATUSES, kind_of
from copyjob.spec.vocabulary import Operation

Steps = tuple[p.Step, ...]
_RESUME, _COMPLETE = p.Call(Operation.RESUME.value), p.Call(Operation.COMPLETE.value)
_GO: Steps = (_RESUME, p.Settle())
_END: Steps = (_COMPLETE, p.Settle())
EMPTY = FILE_SIZES.index(0)
_OF_STATUS = {f"status_{status}" for status in STATUSES}
_COMMON = {f"status_{status}" for status in (403, 404, 429, 500, 501, 503)}
"""Statuses that the second file and the rest of one meet too; the others tell a downloader nothing new there."""


def every_weather() -> list[Steps]:
    """Return a plan for each script and file at the start, and for each script in the middle of the first file."""
    plans: list[Steps] = []
    for script in SCRIPTS:
        rare = script in _OF_STATUS - _COMMON
        plans += [at_start(script, file) for file in range(1 if rare else len(FILE_SIZES))]
        if not rare:
            plans.append(half_way(script))
        if kind_of(script, 1).partless:
            plans.append(half_way(script, 1))
    return plans


def at_start(script: str, file: int) -> Steps:
    """Meet a script with the first request for a file that comes after others, then sunshine."""
    add = tuple(p.AddFile(number) for number in range(max(file + 1, 2) if file != EMPTY else 0)) or (p.AddFile(EMPTY),)
    return (p.Serve(file, script), *add, *_GO, p.Serve(file, "serve"), *_GO, *_END)


def half_way(script: str, file: int = 0) -> Steps:
    """Meet a script with the request for the rest of a file whose first half has come, after others, then sunshine.

    The server ends the connection there: only then is it certain that the half was taken.
    """
    begun: Steps = (p.Serve(file, "truncate"), *(p.AddFile(number) for number in range(file + 1)), *_GO)
    return (*begun, p.Serve(file, script), *_GO, p.Serve(file, "serve"), *_GO, *_END)
