"""Stale decisions: a call made beside others that decided on what it saw, and acted after one of them.

Law: such a call is to blame where the whole record is permitted once it is taken for that: it answered what its row
permits where it decided, and led to where that leads from there when it acted, while at least one other call came in
between; all of them in some order that time permits (`linearize`), but that the one call comes in two parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple

from copyjob.conformance.nodes import NOTHING_PENDING
from copyjob.conformance.observation import Causes, Observation, Overlapped, RacedCall, known_hresult
from copyjob.conformance.oracle import Judge, Oracle
from copyjob.spec.compiled import members
from copyjob.spec.vocabulary import Operation


class _Part(IntEnum):
    """How far the call in two parts has come."""

    UNDECIDED = 0
    DECIDED = 1
    OVERTAKEN = 2
    """It has decided, and another call has come since."""
    ACTED = 3


class _Decision(NamedTuple):
    """The row by which a call decided, and the configuration to which that led."""

    row: int
    dest: int


_UNDECIDED = _Decision(-1, -1)
_Beliefs = dict[_Decision, int]
"""What may be the case, by what was decided."""


def stale(judge: Judge, observations: Sequence[Observation]) -> Iterator[tuple[int, Operation]]:
    """Yield the rows that explain a rejected record by a stale decision in its last race."""
    races = [number for number, each in enumerate(observations) if isinstance(each, Overlapped)]
    if not races:
        return
    oracle = Oracle(judge)
    for observation in observations[: races[-1]]:
        oracle.observe(observation)
    raced = observations[races[-1]]
    assert isinstance(raced, Overlapped)
    for row, (operation, after) in sorted(_acted_late(judge, oracle.possible(raced.causes), raced).items()):
        belief = {NOTHING_PENDING: after}
        for observation in observations[races[-1] + 1 :]:
            belief = dict(judge.step(belief, observation)) if belief else {}
        if belief:
            yield row, operation


def _acted_late(judge: Judge, before: int, raced: Overlapped) -> dict[int, tuple[Operation, int]]:
    """Return, for each row by which one of the calls may have decided, what may be the case after the race."""
    found: dict[int, tuple[Operation, int]] = {}
    for number, call in enumerate(raced.calls):
        others = (*raced.calls[:number], *raced.calls[number + 1 :])
        for decision, after in _in_two_parts(judge, before, call, others, raced.causes).items():
            known = found.get(decision.row, (call.operation, 0))[1]
            found[decision.row] = call.operation, known | after
    return found


def _in_two_parts(judge: Judge, before: int, late: RacedCall, others: Sequence[RacedCall], causes: Causes) -> _Beliefs:
    """Return what may be the case after all calls, by what the ``late`` one decided; nothing where no order permits
    their answers.
    """
    everything = (1 << len(others)) - 1
    first = [sum(1 << n for n, other in enumerate(others) if other.ended < call.began) for call in others]
    ended_before = sum(1 << n for n, other in enumerate(others) if other.ended < late.began)
    began_after = sum(1 << n for n, other in enumerate(others) if late.ended < other.began)
    reached: dict[tuple[int, _Part], _Beliefs] = {(0, _Part.UNDECIDED): {_UNDECIDED: before}}
    for made in range(everything + 1):
        for part in _Part:
            here = reached.get((made, part), {})
            if part is _Part.UNDECIDED and not ended_before & ~made and not made & began_after:
                for belief in here.values():
                    _join(reached, (made, _Part.DECIDED), _decided(judge, belief, late))
            if part is _Part.OVERTAKEN and not made & began_after:
                acted = {decision: judge.closure(1 << decision.dest, causes) for decision in here}
                _join(reached, (made, _Part.ACTED), acted)
            for n, other in enumerate(others):
                if made >> n & 1 or first[n] & ~made:
                    continue
                answered = {
                    decision: judge.closure(judge.call(belief, other.operation, known_hresult(other.hresult)), causes)
                    for decision, belief in here.items()
                }
                then = _Part.OVERTAKEN if part is _Part.DECIDED else part
                _join(reached, (made | 1 << n, then), {decision: bits for decision, bits in answered.items() if bits})
    return reached.get((everything, _Part.ACTED), {})


def _decided(judge: Judge, belief: int, call: RacedCall) -> _Beliefs:
    """Return the decisions that a call may take under a belief, each with what it was taken on."""
    found: _Beliefs = {}
    ways = judge.table.edges.get(call.operation)
    for at in members(belief) if ways is not None else ():
        assert ways is not None
        for edge in ways[at]:
            if edge.hresult is known_hresult(call.hresult):
                decision = _Decision(edge.row, edge.dest)
                found[decision] = found.get(decision, 0) | 1 << at
    return found


def _join(reached: dict[tuple[int, _Part], _Beliefs], place: tuple[int, _Part], more: _Beliefs) -> None:
    known = reached.setdefault(place, {})
    for decision, belief in more.items():
        known[decision] = known.get(decision, 0) | belief
