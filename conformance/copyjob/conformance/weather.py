"""The weather: how the server may answer, by name, and the documented spans of time.

Law: a name says what the *server* does, never what a backend makes of it. :data:`SCRIPTS` is the one table of names:
what the origin is told for a file of a size. What kind of thing that is, forecasts and causes read off the script
itself, so that a new weather is one line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from types import MappingProxyType

from copyjob.conformance.origin.gate import Gate
from copyjob.conformance.origin.scripts import FaultKind, Script, ScriptKind, fault_of_status
from copyjob.spec.vocabulary import Dialect, InternalEvent

GATES: Mapping[str, str] = MappingProxyType(
    {
        Gate.ACCEPT.value: "Everybody gets in.",
        Gate.REFUSE.value: "Nobody gets in: connections are refused at once.",
        Gate.BACKLOG.value: "Nobody gets in: connections are neither accepted nor refused until the gate changes.",
    }
)
"""How the server's address takes connections, by name, in words."""
FILE_SIZES = (65_553, 40_009, 0)
"""Bytes of the files 0, 1 and 2: neither round nor equal; the last one is empty."""

DAY_SECONDS = 86_400
RETRY_SECONDS = 600
"""MinimumRetryDelay's default. Clause: timer/retry."""
RETRY_FLOOR_SECONDS = 5
"""No retry comes sooner. Clause: timer/retry."""
NO_PROGRESS_SECONDS: Mapping[Dialect, int] = MappingProxyType({Dialect.BITS: 14 * DAY_SECONDS, Dialect.DO: DAY_SECONDS})
"""NoProgressTimeout's default, the longest that any priority has. Clause: timer/progress."""
NO_PROGRESS_SHORTEST_SECONDS: Mapping[Dialect, int] = MappingProxyType(
    {Dialect.BITS: 14 * DAY_SECONDS, Dialect.DO: 3_600}
)
"""The shortest that any priority has. Clause: timer/progress."""
EXPIRY_DAYS: Mapping[Dialect, int] = MappingProxyType({Dialect.BITS: 90, Dialect.DO: 30})
"""A job without activity (BITS), or as old as this (DO), is cancelled. Clause: state/expiry."""


ELSEWHERE = ".elsewhere"
"""What a good redirect adds to a file's path: another address at the same site, with the same content."""


def address_of(path: str | None) -> str | None:
    """Return the path of the file itself for a path that the journal tells: the file stands at two addresses."""
    return path and path.removesuffix(ELSEWHERE)


FIRST_ERROR_STATUS = 400
STATUSES = tuple(status.value for status in HTTPStatus if status.value >= FIRST_ERROR_STATUS)
"""Every registered status of an error. Clause: decision/11."""
SLOW_PIECES, SLOW_SECONDS = 4, 0.01


@dataclass(frozen=True, slots=True)
class Way:
    """A way to answer: in words, and what the origin is told for a file of so many bytes."""

    says: str
    told: Callable[[int], Script]

    def __call__(self, size_bytes: int) -> Script:
        """Return what the origin is told."""
        return self.told(size_bytes)


def _answering(status: int) -> Way:
    return Way(f"{status} {HTTPStatus(status).phrase}, with a line of text.", lambda _: Script.answer(status))


SCRIPTS: Mapping[str, Way] = MappingProxyType(
    {
        "serve": Way(
            "Everything is as it should be: 200 with Content-Length, a strong ETag and Last-Modified, ranges by 206.",
            lambda _: Script.serve(),
        ),
        "slow": Way(
            "As it should be, in four pieces with a pause of 10 ms after each.",
            lambda size: Script.serve(piece_bytes=size // SLOW_PIECES + 1, pause_seconds=SLOW_SECONDS),
        ),
        "hold_headers": Way(
            "The request is read, and nothing is answered until another script is set.",
            lambda _: Script.hold_headers(),
        ),
        "hold_body": Way(
            "Headers and half of the body come, then nothing until another script is set.",
            lambda size: Script.hold_body(size // 2),
        ),
        "reset": Way(
            "A third of the body comes, then the connection is reset (TCP RST).",
            lambda size: Script.reset(size // 3),
        ),
        "reset_at_once": Way(
            "The connection is reset (TCP RST) before any header.",
            lambda _: Script.reset(),
        ),
        "truncate": Way(
            "The full length is announced; half of the body comes, then the connection ends in order.",
            lambda size: Script.truncate(size // 2),
        ),
        "truncate_first": Way(
            "The full length is announced; no byte of the body comes, the connection ends in order.",
            lambda _: Script.truncate(0),
        ),
        "truncate_last": Way(
            "The full length is announced; all of the body but its last byte comes, the connection ends in order.",
            lambda size: Script.truncate(max(size - 1, 0)),
        ),
        "no_ranges": Way(
            "Range is ignored and no Accept-Ranges told: always 200 with the whole file.",
            lambda _: Script.no_ranges(),
        ),
        "whole_for_part": Way(
            "Accept-Ranges is told, and yet a request for a part gets 200 with the whole file.",
            lambda _: Script.whole_for_part(),
        ),
        "wrong_range": Way(
            "A request for a part gets 206 with another part, seven bytes off.",
            lambda _: Script.wrong_range(7),
        ),
        "range_416": Way(
            "A request for a part gets 416.",
            lambda _: Script.range_416(),
        ),
        "changed": Way(
            "The file has changed: other bytes of the same length, other validators; from now on that is served.",
            lambda _: Script.changed(),
        ),
        "grown": Way(
            "The file has changed, as by `changed`, and is 1,000 bytes longer.",
            lambda _: Script.changed(1_000),
        ),
        "shrunk": Way(
            "The file has changed, as by `changed`, and is 1,000 bytes shorter.",
            lambda _: Script.changed(-1_000),
        ),
        "retagged": Way(
            "The file has another ETag; bytes and Last-Modified are those from before.",
            lambda _: Script.retagged(),
        ),
        "weak_etag": Way(
            'As it should be, with a weak ETag (`W/"..."`) instead of a strong one.',
            lambda _: Script.serve(validators="weak"),
        ),
        "date_only": Way(
            "As it should be, with Last-Modified and no ETag.",
            lambda _: Script.serve(validators="date"),
        ),
        "no_validator": Way(
            "As it should be, with neither ETag nor Last-Modified.",
            lambda _: Script.serve(validators="none"),
        ),
        "redirect": Way(
            "302 to another address at the same site, where the file is served.",
            lambda _: Script.redirect(ELSEWHERE),
        ),
        "redirect_loop": Way(
            "302 to itself, for ever.",
            lambda _: Script.redirect(),
        ),
        "not_modified": Way(
            "304 without a body, whatever was asked.",
            lambda _: Script.answer(HTTPStatus.NOT_MODIFIED),
        ),
        "chunked": Way(
            "200 with the whole file in chunks: no Content-Length, no ranges.",
            lambda _: Script.chunked(),
        ),
        "no_content": Way(
            "204 without a body.",
            lambda _: Script.no_content(),
        ),
        **{f"status_{status}": _answering(status) for status in STATUSES},
    }
)
"""How the origin may answer, by name. The location of a redirect is what it adds to the file's own path."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What kind of thing a script is: where it holds, and which internal event it leads to."""

    holds: str | None = None
    """``headers`` or ``body``: nothing more comes until another script is set."""
    fault: InternalEvent | None = None
    """What every request for the file meets, whether it asks for a part or for the whole."""
    dry: bool = False
    """No byte of the file comes."""
    partless: bool = False
    """Who asks for a part gets something else."""


@cache
def kind_of(script: str, file: int) -> Kind:
    """Return what kind of thing a script is for one file: an empty body cannot be held, its headers are instead."""
    size = FILE_SIZES[file]
    told = SCRIPTS[script](size)
    match told.kind:
        case ScriptKind.HOLD_HEADERS:
            return Kind(holds="headers", dry=True)
        case ScriptKind.HOLD_BODY:
            return Kind(holds="body" if size else "headers")
        case ScriptKind.STATUS:
            assert told.status is not None
            fault = fault_of_status(told.status)
            # Where no part was asked for, the refusal of one is an error like any other.
            fault = FaultKind.FATAL if fault is FaultKind.RANGE else fault
            return Kind(fault=fault and fault.event, dry=True)
        case ScriptKind.RESET | ScriptKind.TRUNCATE:
            return Kind(fault=FaultKind.TRANSIENT.event, dry=not told.after_bytes)
        case ScriptKind.REDIRECT if told.location is None:
            return Kind(fault=FaultKind.AMBIGUOUS.event, dry=True)
        case ScriptKind.NO_CONTENT:
            return Kind(fault=FaultKind.UNUSABLE.event, dry=True)
        case ScriptKind.CHUNKED:
            return Kind(fault=FaultKind.UNUSABLE.event)
        case ScriptKind.NO_RANGES | ScriptKind.WHOLE_FOR_PART | ScriptKind.WRONG_RANGE | ScriptKind.RANGE_416:
            return Kind(partless=True)
        case _:
            return Kind()


SERVER_FAULTS = frozenset(kind.fault for script in SCRIPTS if (kind := kind_of(script, 0)).fault is not None)
"""The internal events that the server alone brings about."""
