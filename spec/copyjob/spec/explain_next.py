"""What to call next, and what makes a refused call succeed: read off the table, never written by hand.

Laws:

1. Only configurations that a job can reach are looked at, with as many files as the rows need
   (:data:`copyjob.spec.validate.FILES_BOUND`).
2. A way out is a shortest one. It takes calls, and waits for what must happen; nobody waits for a fault, for the end
   of a job, or for what need not happen at all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from copyjob.spec import facts as f
from copyjob.spec.events import EVENTS
from copyjob.spec.explore import Exploration, Step, explore, steps
from copyjob.spec.interfaces import Label, label_told
from copyjob.spec.rows import FINAL, Answer, Row
from copyjob.spec.table import Table
from copyjob.spec.translate import effects_to_english
from copyjob.spec.validate import FILES_BOUND
from copyjob.spec.vocabulary import InternalEvent, JobState, Operation


@dataclass(frozen=True)
class Outlook:
    """What can be called in a state that was reached, and what may happen there by itself."""

    state: JobState
    moves: tuple[tuple[Operation, tuple[str, ...]], ...]
    """Operations with each outcome that moves the job or changes it."""
    refused: tuple[Operation, ...]
    """Operations that are refused, whatever else is known of the job."""
    by_itself: tuple[tuple[InternalEvent, tuple[JobState, ...]], ...]


@cache
def _explored(table: Table) -> Exploration:
    return explore(table, FILES_BOUND)


def _found_in(table: Table, row: Row) -> list[f.Configuration]:
    reached = _explored(table).configurations
    return sorted(c for c in reached if c.state is row.source and row.guard.holds(c.facts))


def outlooks(table: Table, rows: Iterable[Row]) -> list[Outlook]:
    """Return an outlook on each state to which an answer of these rows leads, unless the call is refused there."""
    reached: dict[JobState, set[f.Configuration]] = {}
    for row in rows:
        for answer in row.all_answers:
            if answer.hresult is not None and answer.hresult.failed:
                continue
            for configuration in _found_in(table, row):
                facts = f.apply(answer.effects, configuration.facts)
                reached.setdefault(answer.dest, set()).add(f.Configuration(answer.dest, facts))
    return [_outlook(table, state, found) for state, found in sorted(reached.items())]


def outlook_in(table: Table, state: JobState) -> Outlook:
    """Return the outlook on a state, whatever else is known of the job."""
    return _outlook(table, state, {c for c in _explored(table).configurations if c.state is state})


def _outlook(table: Table, state: JobState, found: set[f.Configuration]) -> Outlook:
    moves: dict[Operation, dict[str, None]] = {}
    succeeds: set[Operation] = set()
    events: dict[InternalEvent, dict[JobState, None]] = {}
    for row in table.by_source[state]:
        if not any(row.guard.holds(configuration.facts) for configuration in found):
            continue
        for answer in row.answers:
            if isinstance(row.label, InternalEvent):
                if answer.dest is not state:
                    events.setdefault(row.label, {})[answer.dest] = None
            elif answer.hresult is not None and not answer.hresult.failed:
                succeeds.add(row.label)
                if answer.dest is not state or answer.effects:
                    moves.setdefault(row.label, {})[_outcome(answer, state)] = None
    refused = tuple(operation for operation in table.operations if operation not in succeeds)
    return Outlook(
        state,
        tuple((operation, tuple(moves[operation])) for operation in table.operations if operation in moves),
        refused,
        tuple((event, tuple(dests)) for event, dests in events.items()),
    )


def _outcome(answer: Answer, state: JobState) -> str:
    return effects_to_english(answer.effects) if answer.dest is state else answer.dest.name


def ends_everything(table: Table, state: JobState) -> bool:
    """Tell whether nothing leads out of a state."""
    return all(answer.dest is state for row in table.by_source[state] for answer in row.all_answers)


def _helps(step: Step) -> bool:
    """Tell whether a client may go by this step on purpose: a call that is not refused, or what is sure to come."""
    if step.answer.dest in FINAL or step.answer in step.row.tolerated:
        return False
    if isinstance(step.row.label, InternalEvent):
        return EVENTS[step.row.label].fair and f.SET_ERROR not in step.answer.effects
    return step.answer.hresult is not None and not step.answer.hresult.failed


def way_to_succeed(table: Table, row: Row) -> tuple[Step, ...] | None:
    """Return the shortest way from where this row refuses to where the same call is not refused; None: there is none.

    It begins where as few facts as possible are out of the ordinary.
    """
    begin = _found_in(table, row)
    if not begin:
        return None
    queue: deque[tuple[f.Configuration, tuple[Step, ...]]] = deque([(begin[0], ())])
    seen = {begin[0]}
    while queue:
        at, path = queue.popleft()
        now = table.row_at(row.label, at)
        if now is not None and all(answer.hresult is not None and not answer.hresult.failed for answer in now.answers):
            return path
        for step in steps(table, at, FILES_BOUND + 1):
            if step.row.label is not row.label and step.dest not in seen and _helps(step):
                seen.add(step.dest)
                queue.append((step.dest, (*path, step)))
    return None


def told_way(table: Table, row: Row) -> str:
    """Return what to do about a refusal, as a sentence."""
    call = label_told(row.label)
    if ends_everything(table, row.source):
        return (
            "The job is final: nothing leads out of its state and no call helps. What is still wanted needs a new job."
        )
    way = way_to_succeed(table, row)
    if way is None:
        return f"No call and no waiting makes {call} succeed here."
    told: list[str] = []
    at, moving = row.source, False
    for step in way:
        label: Label = step.row.label
        goes_on = isinstance(label, InternalEvent) and step.dest.state is not at
        if isinstance(label, Operation):
            told.append(f"call {label_told(label)}")
        elif not goes_on:
            told.append(f"wait for the event {label_told(label)!r}")
        elif moving:
            told[-1] = f"wait until it is {step.dest.state.name}"
        else:
            told.append(f"wait until it is {step.dest.state.name}")
        at, moving = step.dest.state, goes_on
    return _sentence((*told, f"{call} succeeds"))


def _sentence(parts: Iterable[str]) -> str:
    text = ", then ".join(parts)
    return f"{text[0].upper()}{text[1:]}."
