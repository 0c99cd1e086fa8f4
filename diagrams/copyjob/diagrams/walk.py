"""How a job went in a counterexample: state after state, as it was seen, and where that was no longer permitted.

Laws:

1. A step joins two states that were seen one after another. It is the table's own arrow where one row leads there by
   itself; else nobody saw how the job went there, and nothing is made up.
2. What no row permits is one step, or happened in one state: never both.
3. States that the table of this version does not have are left out, and so is nothing else.

What this module does not know: how a picture looks (:mod:`copyjob.diagrams.path`).
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from copyjob.diagrams.edges import Edge, edges
from copyjob.spec.vocabulary import JobState, Operation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from copyjob.diagrams.report_parts import Divergence, Message
    from copyjob.spec.table import Table

_STATE_ANSWERED: Final = re.compile(r"get_state answered ([A-Z_]+)")
_STATE_TOLD: Final = re.compile(r"get_state(?:\(\))? -> ([A-Z_]+)")
_CALLED: Final = re.compile(r"\b([a-z_]+)(?:\([^|]*?\))? -> ")
_WHERE: Final = re.compile(r" in ([A-Z_]+)$")


@dataclass(frozen=True)
class Step:
    """One state after another; ``arrows`` are those of the table by which it may have gone, empty where none does."""

    number: int
    source: JobState
    dest: JobState
    arrows: tuple[Edge, ...]
    labels: tuple[str, ...]
    """The operations and internal events of these arrows that lead from the one state to the other."""


@dataclass(frozen=True)
class Walk:
    """The steps of a job, and what was wrong with the last one, or where the last of them led."""

    states: tuple[JobState, ...]
    """Every state that was seen, in order; at least one."""
    steps: tuple[Step, ...]
    wrong: Step | None
    """The step that no row permits; it has no arrows, and may stay where it is. None: what was wrong was no step."""
    where: JobState
    """The state in which it was wrong: where the wrong step led, where there is one."""
    permitted: tuple[JobState, ...]
    """The states that were permitted instead of where the wrong step led."""


def _state_names(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the state with which each text begins, empty where one begins otherwise."""
    firsts = [text.partition(" ")[0] for text in texts]
    return tuple(firsts) if all(first in JobState.__members__ for first in firsts) else ()


def _calls(messages: Sequence[Message], names: Sequence[str]) -> list[frozenset[str]]:
    """Return which operations were called on each step between the named states.

    Empty where the messages tell of other states than these: then nobody knows what was called between which.
    """
    told: list[str] = []
    calls: list[frozenset[str]] = []
    since: set[str] = set()
    for message in messages:
        state = _STATE_TOLD.match(message.text)
        if message.sender == "backend" and state is not None:
            if told[-1:] == [state.group(1)]:
                continue
            if told:
                calls.append(frozenset(since))
            told.append(state.group(1))
            since = set()
        elif message.sender == "caller":
            since |= {*_CALLED.findall(message.text)}
    return calls if told == [*names] else []


def _ways(drawn: Iterable[Edge], source: JobState, dest: JobState) -> Iterator[tuple[Edge, tuple[str, ...]]]:
    for edge in drawn:
        labels = tuple(line.label.value for line in edge.lines if any(row.source is source for row in line.rows))
        if edge.dest is dest and labels:
            yield edge, labels


def _step(number: int, source: JobState, dest: JobState, drawn: Sequence[Edge], called: frozenset[str] | None) -> Step:
    """Return a step with the arrows that lead there; by what was called, where that is known."""
    ways = list(_ways(drawn, source, dest))
    if called is not None:
        operations = [each.value for each in Operation]
        possible = [
            (edge, own)
            for edge, labels in ways
            if (own := tuple(label for label in labels if label not in operations or label in called))
        ]
        by_call = [(edge, labels) for edge, labels in possible if edge.is_operation]
        ways = by_call or possible or ways
    arrows = tuple(edge for edge, _ in ways)
    labels = tuple(dict.fromkeys(label for _, labels in ways for label in labels))
    return Step(number, source, dest, arrows, labels)


def _wrong_at(divergence: Divergence, path: Sequence[JobState], permitted: Sequence[str]) -> int | None:
    """Return at which place of the path a state stands that was not permitted; None where it was something else."""
    answered = _STATE_ANSWERED.match(divergence.observation)
    seen = answered.group(1) if answered else path[-1].name
    if not permitted or seen in permitted:
        return None
    return max((at for at, state in enumerate(path) if state.name == seen), default=None)


def _stayed(divergence: Divergence, path: Sequence[JobState], at: int) -> bool:
    """Whether the job should have left the state at a place, and not have gone there at all."""
    if at == 0:
        return True
    sources = {edge.source for edge in divergence.edges} or {row.split("/")[1] for row in divergence.rows if "/" in row}
    return path[at].name in sources and path[at - 1].name not in sources


def walk_of(divergence: Divergence, table: Table) -> Walk | None:
    """Return how the job of a divergence went; None where no state of it was seen."""
    path = tuple(JobState[name] for name in divergence.path if name in JobState.__members__)
    path = tuple(state for state in path if state in table.states)
    # A report may name a state twice in a row where it was looked at again.
    states = tuple(state for state, _ in itertools.groupby(path))
    if not states:
        return None
    permitted = _state_names(divergence.permitted)
    wrong_at = _wrong_at(divergence, states, permitted)
    stayed = wrong_at is not None and _stayed(divergence, states, wrong_at)
    drawn = edges(table)
    calls = _calls(divergence.sequence, [state.name for state in states])
    steps: list[Step] = []
    wrong = Step(1, states[0], states[0], (), ()) if wrong_at == 0 else None
    for at, (source, dest) in enumerate(itertools.pairwise(states), start=1):
        number = len(steps) + (wrong is not None) + 1
        if at == wrong_at and not stayed:
            wrong = Step(number, source, dest, (), ())
        else:
            steps.append(_step(number, source, dest, drawn, calls[at - 1] if calls else None))
        if at == wrong_at and stayed:
            wrong = Step(number + 1, dest, dest, (), ())
    if wrong is not None:
        instead = tuple(JobState[name] for name in dict.fromkeys(permitted) if JobState[name] in table.states)
        return Walk(states, tuple(steps), wrong, wrong.dest, instead)
    return Walk(states, tuple(steps), None, _answered_in(divergence, states), ())


def _answered_in(divergence: Divergence, states: Sequence[JobState]) -> JobState:
    """Return in which state something else than a state was wrong: the last that what was permitted names."""
    named = {found.group(1) for text in divergence.permitted if (found := _WHERE.search(text))}
    return next((state for state in reversed(states) if state.name in named), states[-1])
