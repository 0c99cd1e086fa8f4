"""The life cycle of a dialect as a Mermaid state diagram.

Laws:

1. One arrow for each pair of states between which a row leads; its label names every operation and event that does.
2. Calls that leave the job where it is are no arrows: nobody could read the picture.
3. Documented and decided are told apart: what leads there by decisions alone, or by a tolerated answer alone, says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from copyjob.spec import facts as f
from copyjob.spec.interfaces import DIALECT_NAMES, Label, label_told
from copyjob.spec.rows import STATE_CLASSES, Row, StateClass
from copyjob.spec.scope import facts_of
from copyjob.spec.table import Table
from copyjob.spec.vocabulary import JobState

_COLOURS: Final = {
    StateClass.STARTING: "fill:#e8eef7,stroke:#1f4e8c,color:#10243f",
    StateClass.ACTION: "fill:#fdf3d8,stroke:#8a6100,color:#3d2b00",
    StateClass.TRANSFERRED: "fill:#e3f4e6,stroke:#1d6b2f,color:#0f3317",
    StateClass.FINAL: "fill:#ececec,stroke:#444444,color:#1a1a1a",
}


def _edges(table: Table) -> dict[tuple[JobState, JobState], dict[Label, str]]:
    """Return by source and destination what leads there, and the mark that it bears."""
    rows: dict[tuple[JobState, JobState], dict[Label, list[tuple[Row, bool]]]] = {}
    for row in table.rows:
        for answer in row.all_answers:
            if answer.dest is not row.source:
                way = (row, answer in row.answers)
                rows.setdefault((row.source, answer.dest), {}).setdefault(row.label, []).append(way)
    return {ends: {label: _mark(ways) for label, ways in labels.items()} for ends, labels in rows.items()}


def _mark(ways: list[tuple[Row, bool]]) -> str:
    permitted = [row for row, is_permitted in ways if is_permitted]
    if not permitted:
        return " (tolerated)"
    return " (decided)" if all(row.decided for row in permitted) else ""


def _lines(table: Table) -> Iterator[str]:
    yield "---"
    yield f"title: Life cycle of a {DIALECT_NAMES[table.dialect]} job"
    yield "---"
    yield "stateDiagram-v2"
    yield f"  accTitle: Life cycle of a {DIALECT_NAMES[table.dialect]} job"
    yield "  accDescr: Every way between two states. Calls begin with a capital, internal events with a small letter."
    for begin in dict.fromkeys(each.state for each in f.initials(facts_of(table.scope))):
        yield f"  [*] --> {begin.name}"
    edges = _edges(table)
    for source in table.states:
        for dest in table.states:
            labels = edges.get((source, dest))
            if labels:
                told = ", ".join(label_told(label) + mark for label, mark in labels.items())
                yield f"  {source.name} --> {dest.name} : {told}"
    for state in table.states:
        if not any(source is state for source, _ in edges):
            yield f"  {state.name} --> [*]"
    for each in StateClass:
        yield f"  classDef {each.value} {_COLOURS[each]}"
        names = ",".join(state.name for state in table.states if STATE_CLASSES[state] is each)
        yield f"  class {names} {each.value}"


def mermaid_text(table: Table) -> str:
    """Return the state diagram of a table."""
    return "\n".join(_lines(table)) + "\n"
