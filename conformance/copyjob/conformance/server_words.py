"""What the server of a check does, in words: ``scripts.md``, and the answer of ``copyjob explain`` for each name.

Law: what a script does is told by its own table (:data:`copyjob.conformance.weather.SCRIPTS`), what may come of it by
the rows of the table. Nothing is said here a second time.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from copyjob.conformance import check_words
from copyjob.conformance.checks import CHECKS
from copyjob.conformance.origin.scripts import ScriptKind
from copyjob.conformance.weather import FILE_SIZES, GATES, SCRIPTS, STATUSES, kind_of
from copyjob.spec.interfaces import DIALECT_NAMES
from copyjob.spec.table import Table, table
from copyjob.spec.vocabulary import Dialect, InternalEvent, JobState

WIDTH = 80
_NEVER_MET = ("status_416",)
"""Where no part is asked for, the refusal of one is an error like any other; where one is, it refuses that."""


def events_of(script: str) -> Mapping[InternalEvent, str]:
    """Return the events that a script may bring about, each with the condition under which it does, if there is one."""
    kind, told = kind_of(script, 0), SCRIPTS[script](FILE_SIZES[0])
    found: dict[InternalEvent, str] = {} if kind.fault is None else {kind.fault: ""}
    if kind.partless or script in _NEVER_MET:
        found[InternalEvent.RANGE_REFUSED] = "where a part is asked for"
    elif told.kind in (ScriptKind.CHANGED, ScriptKind.RETAGGED) or told.validators != "strong":
        found[InternalEvent.RANGE_REFUSED] = "where a part is asked for on a condition that no longer holds"
    if kind.holds:
        found[InternalEvent.TRANSIENT_FAULT] = "once the time-out of a transfer that stands still is over"
    return found


def comes_of(event: InternalEvent, own: Table) -> Iterator[str]:
    """Yield what an event does to a job that the server is answering, a sentence for each row, with its id."""
    for row in own.rows:
        if row.label is event and row.source in (JobState.CONNECTING, JobState.TRANSFERRING):
            dests = dict.fromkeys(answer.dest for answer in row.answers)
            leads = " or ".join("stays" if dest is row.source else dest.name for dest in dests)
            recommended = f"; {', '.join(answer.dest.name for answer in row.tolerated)} breaks a recommendation"
            yield f"{row.source.name}: {leads}{recommended if row.tolerated else ''} (`{row.id}`)"


def document() -> str:
    """Return ``scripts.md``."""
    events = dict.fromkeys(event for script in SCRIPTS for event in events_of(script))
    lines = [
        "# What the server of a check does",
        "",
        "<!-- made by make generate, from weather.SCRIPTS and the table -->",
        "",
        "A plan tells the server by `Serve(file, script)` how to answer every request for a file from now on,",
        "and by `Gate(gate)` how to take connections. A new file is served by `serve`; the gate is `accept`.",
        "`copyjob explain SCRIPT` says the same of one; `copyjob replay FILE` shows every answer that was given.",
        "",
        "| script | what the server does | what may happen to the job |",
        "| --- | --- | --- |",
    ]
    for script, way in SCRIPTS.items():
        if script not in _STATUS_SCRIPTS:
            lines.append(f"| `{script}` | {way.says} | {_happens(script)} |")
    for happens, scripts in _by_event().items():
        statuses = ", ".join(script.removeprefix("status_") for script in scripts)
        lines.append(f"| `status_N` | N, with a line of text, where N is {statuses} | {happens} |")
    lines += ["", "| gate | what it does |", "| --- | --- |"]
    lines += [f"| `{gate}` | {says} |" for gate, says in GATES.items()]
    lines += [
        "",
        "`refuse` may bring about `transient_fault`. `backlog` brings nothing about: the job waits, in BITS in",
        "CONNECTING, in Delivery Optimization in TRANSFERRING.",
        "",
        "## What each event does",
        "",
        "| event | BITS | Delivery Optimization |",
        "| --- | --- | --- |",
    ]
    for event in events:
        cells = ["<br>".join(comes_of(event, table(dialect))) for dialect in Dialect]
        lines.append(f"| `{event.value}` | {' | '.join(cells)} |")
    return "\n".join([*lines, "", "`copyjob explain EVENT` tells the source of each rule.", ""])


_STATUS_SCRIPTS = tuple(f"status_{status}" for status in STATUSES)


def _by_event() -> dict[str, list[str]]:
    """Return the scripts that answer with an error's status, by what may happen."""
    found: dict[str, list[str]] = {}
    for script in _STATUS_SCRIPTS:
        found.setdefault(_happens(script), []).append(script)
    return found


def _happens(script: str) -> str:
    """Return the events that a script may bring about, as they stand in a cell."""
    told = [f"`{event.value}`" + (f" {when}" if when else "") for event, when in events_of(script).items()]
    return "; ".join(told) or "nothing but that the file is transferred"


def explained(word: str) -> str | None:
    """Return what a script or gate of this name is, in lines of 80 columns; None where there is none of the name."""
    name = word.strip().casefold().replace("-", "_")
    if name in GATES:
        return "\n".join([f"{name} (a gate of the server of a check)", "", *_wrapped(GATES[name]), ""])
    if name not in SCRIPTS:
        return None
    lines = [f"{name} (a script of the server of a check)", "", *_wrapped(SCRIPTS[name].says)]
    for event, when in events_of(name).items():
        lines += ["", *_wrapped(f"It may bring about {event.value}" + (f", {when}" if when else "") + ":")]
        for dialect in Dialect:
            for told in comes_of(event, table(dialect)):
                lines += _wrapped(f"{DIALECT_NAMES[dialect]}, {told.replace('`', '')}", "    ")
    if not events_of(name):
        lines += ["", *_wrapped("Nothing follows from it but that the file is transferred.")]
    return "\n".join([*lines, ""])


def _wrapped(text: str, indent: str = "  ") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ", break_on_hyphens=False)


class Words:
    """What this room tells ``copyjob explain``: the names of scripts and gates, and the ids of checks."""

    names: tuple[str, ...] = (*SCRIPTS, *GATES, *CHECKS)

    def explained(self, word: str) -> str | None:
        """Return what a name means, or None."""
        return explained(word) or check_words.explained(word)


WORDS = Words()
