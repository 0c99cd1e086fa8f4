"""Stale decisions: a call made beside others that decided on what it saw first, and acted last.

Law: such a call is to blame where the whole record is permitted once it is taken for that: it answered what its row
permits where the race began, and led to where that leads from there; the others, of which at least one overlapped it,
came in between, in some order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from copyjob.conformance.nodes import NOTHING_PENDING
from copyjob.conformance.observation import Observation, Overlapped, known_hresult
from copyjob.conformance.oracle import Judge, Oracle
from copyjob.spec.compiled import members
from copyjob.spec.vocabulary import Operation


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
    for row, (operation, dests) in sorted(_acted_last(judge, oracle.possible(raced.causes), raced).items()):
        belief = {NOTHING_PENDING: judge.closure(dests, raced.causes)}
        for observation in observations[races[-1] + 1 :]:
            belief = dict(judge.step(belief, observation)) if belief else {}
        if belief:
            yield row, operation


def _acted_last(judge: Judge, before: int, raced: Overlapped) -> dict[int, tuple[Operation, int]]:
    """Return, for each row that one of the calls may have taken where the race began, where it then led to."""
    found: dict[int, tuple[Operation, int]] = {}
    for number, call in enumerate(raced.calls):
        others = (*raced.calls[:number], *raced.calls[number + 1 :])
        ways = judge.table.edges.get(call.operation)
        if not any(call.began < other.ended and other.began < call.ended for other in others):
            continue
        for at in members(before) if ways is not None else ():
            assert ways is not None
            taken = [edge for edge in ways[at] if edge.hresult is known_hresult(call.hresult)]
            if taken and _permits(judge, 1 << at, Overlapped(others, raced.causes)):
                for edge in taken:
                    known = found.get(edge.row, (call.operation, 0))[1]
                    found[edge.row] = call.operation, known | 1 << edge.dest
    return found


def _permits(judge: Judge, belief: int, raced: Overlapped) -> bool:
    return bool(judge.step({NOTHING_PENDING: belief}, raced))
