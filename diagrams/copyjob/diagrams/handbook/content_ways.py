"""What makes a refused call succeed: read off the table, told step by step.

Law: a way is the shortest one, of calls and of waiting for what must happen (:mod:`copyjob.spec.explain_next`).

What this module does not know: HTML.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from copyjob.diagrams.handbook.content_numbers import dialects_of
from copyjob.diagrams.handbook.content_parts import Link, dialect_names, label_link, label_name, state_link
from copyjob.diagrams.language import Language
from copyjob.spec.explain_next import ends_everything, way_to_succeed
from copyjob.spec.interfaces import Label
from copyjob.spec.rows import Row
from copyjob.spec.table import Table, full_table
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, Operation


@dataclass(frozen=True)
class WayOut:
    """What makes the refused calls succeed, as sentences in their order."""

    labels: tuple[Link, ...]
    states: tuple[Link, ...]
    dialects: tuple[str, ...]
    steps: tuple[str, ...]


_FINAL: Final = (
    "The job is final: nothing leads out of its state and no call helps. What is still wanted needs a new job."
)


def _steps(table: Table, row: Row, say: Language) -> tuple[str, ...]:
    """Return what makes a refused call succeed, a sentence a step."""
    call = label_name(row.label)
    if ends_everything(table, row.source):
        return (say(_FINAL),)
    way = way_to_succeed(table, row)
    if way is None:
        return (say("No call and no waiting makes {method} succeed here.", method=call),)
    told: list[str] = []
    at, moving = row.source, False
    for step in way:
        label: Label = step.row.label
        goes_on = isinstance(label, InternalEvent) and step.dest.state is not at
        if isinstance(label, Operation):
            told.append(say("Call {method}.", method=label_name(label)))
        elif not goes_on:
            told.append(say("Wait for the internal event {event}.", event=label.value))
        else:
            sentence = say("Wait until the job is {state}.", state=step.dest.state.name)
            told[-1:] = [sentence] if moving else [*told[-1:], sentence]
        at, moving = step.dest.state, goes_on
    return (*told, say("Then {method} succeeds.", method=call))


def ways(hresult: Hresult, say: Language) -> tuple[WayOut, ...]:
    """Return what helps where a call is refused with an HRESULT, and may get no other answer."""
    gathered: dict[tuple[str, ...], list[tuple[Dialect, Row]]] = {}
    for dialect in dialects_of(hresult):
        table = full_table(dialect)
        for row in table.rows:
            refusing = [answer for answer in row.answers if answer.hresult is hresult]
            # Whoever may get another answer as well has nothing to mend.
            if refusing and len(row.answers) == 1:
                gathered.setdefault(_steps(table, row, say), []).append((dialect, row))
    return tuple(
        WayOut(
            labels=tuple(dict.fromkeys(label_link(row.label) for _, row in rows)),
            states=tuple(map(state_link, sorted({row.source for _, row in rows}))),
            dialects=dialect_names(dialect for dialect, _ in rows),
            steps=steps,
        )
        for steps, rows in gathered.items()
    )
