"""The weather: how the server may answer, by name, and the documented spans of time.

Law: a name says what the *server* does, never what a backend makes of it. Plans speak these names; the world turns them
into scripts of the origin server, forecasts and causes read what kind of thing they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from copyjob.conformance.origin.gate import Gate
from copyjob.spec.vocabulary import Dialect, InternalEvent

GATES = tuple(gate.value for gate in Gate)
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


@dataclass(frozen=True, slots=True)
class ScriptKind:
    """What kind of thing a script is: where it holds, and which internal event it leads to."""

    holds: str | None = None
    """``headers`` or ``body``: nothing more comes until another script is set."""
    fault: InternalEvent | None = None


SCRIPTS: Mapping[str, ScriptKind] = MappingProxyType(
    {
        "serve": ScriptKind(),
        "hold_headers": ScriptKind(holds="headers"),
        "hold_body": ScriptKind(holds="body"),
        "status_503": ScriptKind(fault=InternalEvent.TRANSIENT_FAULT),
        "status_500": ScriptKind(fault=InternalEvent.TRANSIENT_FAULT),
        "status_404": ScriptKind(fault=InternalEvent.FATAL_FAULT),
        "status_403": ScriptKind(fault=InternalEvent.FATAL_FAULT),
        "status_501": ScriptKind(fault=InternalEvent.FATAL_FAULT),
        "status_429": ScriptKind(fault=InternalEvent.AMBIGUOUS_FAULT),
        "redirect_loop": ScriptKind(fault=InternalEvent.AMBIGUOUS_FAULT),
        "reset": ScriptKind(fault=InternalEvent.TRANSIENT_FAULT),
        "truncate": ScriptKind(fault=InternalEvent.TRANSIENT_FAULT),
        "no_ranges": ScriptKind(),
        "changed": ScriptKind(),
        "wrong_range": ScriptKind(),
    }
)

SERVER_FAULTS = frozenset(kind.fault for kind in SCRIPTS.values() if kind.fault is not None)
"""The internal events that the server alone brings about."""


def kind_of(script: str, file: int) -> ScriptKind:
    """Return what kind of thing a script is for one file: an empty body cannot be held, its headers are instead."""
    kind = SCRIPTS[script]
    return ScriptKind(holds="headers") if kind.holds == "body" and not FILE_SIZES[file] else kind
