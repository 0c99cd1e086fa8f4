"""Instants: calls, jobs in front, and the end of a job, where a job is only for a moment, or is seldom met.

Law: a job that has just received its last file, or is resumed with nothing left, is called before anybody looks whether
it has come to rest. A job that runs is put behind others. What stood at a destination is looked for after every way a
job can end without having been completed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from copyjob.conformance import plan as p
from copyjob.conformance.gaps import ways
from copyjob.conformance.generate import SETTER_VALUES, Scope, call, release
from copyjob.conformance.weather import RETRY_FLOOR_SECONDS, RETRY_SECONDS
from copyjob.spec.table import FINAL
from copyjob.spec.vocabulary import Dialect, Operation

SOON_SECONDS = 30
"""Long enough for a retry after the shortest delay, too short for jobs in front to stall, of most backends."""
LOOKS_MAX = 3
"""So many calls that change nothing are made before the one that matters, to meet a job at another moment each time."""
RESUME, SUSPEND, CANCEL, COMPLETE, GET_ERROR = map(
    call, (Operation.RESUME, Operation.SUSPEND, Operation.CANCEL, Operation.COMPLETE, Operation.GET_ERROR)
)
_SETTLE = p.Settle()
Steps = tuple[p.Step, ...]
_HELD: Steps = (p.Serve(0, "hold_body"), p.AddFile(0), RESUME, _SETTLE, p.Serve(0, "serve"))
"""A job whose last file comes now."""
_AGAIN: Steps = (p.AddFile(0), RESUME, _SETTLE, SUSPEND, _SETTLE)
"""A job with nothing left, at rest."""


def instants(scope: Scope) -> list[p.Plan]:
    """Return the plans that meet a job at such moments."""
    plans = (
        *_finishing(scope),
        *_ended_twice(),
        *_beginning(scope),
        *_overtaken(),
        *_retried(scope),
        *_behind(),
        *_unseen(scope),
        *_replacing(scope),
    )
    return [p.Plan(tuple(steps), aim="instant") for steps in plans if all(map(scope.allows, steps))]


def _finishing(scope: Scope) -> Iterator[Sequence[p.Step]]:
    """Yield plans that complete a job that has nothing left, and is not TRANSFERRED yet, or let it expire."""
    for looks in range(LOOKS_MAX + 1):
        asked = (GET_ERROR,) * looks
        for end in (COMPLETE, p.Advance(scope.expiry_seconds)):
            yield *_HELD, *asked, end, _SETTLE
            yield *_AGAIN, RESUME, *asked, end, _SETTLE
            # Others come in front before it is TRANSFERRED: its files are counted, and it has no turn.
            yield *_HELD, *asked, p.Block(), _SETTLE, p.Unblock(), *asked, end, _SETTLE
        yield *_AGAIN, p.Block(), RESUME, *asked, p.Unblock(), COMPLETE, _SETTLE
    yield *_AGAIN, p.Block(), RESUME, p.Advance(scope.expiry_seconds), _SETTLE
    yield *_HELD, p.Block(), _SETTLE, p.Advance(scope.expiry_seconds), _SETTLE


def _ended_twice() -> Iterator[Sequence[p.Step]]:
    """Yield plans in which two callers end a job that has nothing left, and is not TRANSFERRED yet: where its last file
    has just come, and where others have come in front, then or before it was resumed, or stand there no longer.
    """
    complete, cancel = (Operation.COMPLETE.value,), (Operation.CANCEL.value,)
    for other in (complete, cancel):
        race = p.Race((complete, other))
        yield *_HELD, race, _SETTLE
        yield *_HELD, GET_ERROR, SUSPEND, p.Block(), RESUME, race, _SETTLE
        yield *_HELD, p.Block(), race, _SETTLE
        for looks in range(LOOKS_MAX + 1):
            yield *_HELD, p.Block(), p.Unblock(), *(GET_ERROR,) * looks, race, _SETTLE


def _beginning(scope: Scope) -> Iterator[Sequence[p.Step]]:
    """Yield plans that call a job right after Resume, where the server lets nobody in: a new one, one that failed."""
    calls = [call(operation) for operation in scope.operations if operation in (*SETTER_VALUES, Operation.GET_ERROR)]
    new: Steps = (p.Gate("backlog"), p.AddFile(0))
    failed: Steps = (p.Serve(0, "status_503"), p.AddFile(0), RESUME, _SETTLE, SUSPEND, p.Gate("backlog"))
    for before in (new, failed):
        steps: tuple[p.Step, ...] = (*calls, p.AddFile(1), p.Restart())
        for step in steps:
            yield *before, RESUME, step, _SETTLE, SUSPEND, _SETTLE


def _overtaken() -> Iterator[Sequence[p.Step]]:
    """Yield plans in which others take the place of a job that runs; once with a file done, once while it connects."""
    one = (p.Serve(1, "hold_body"), p.AddFile(0), p.AddFile(1), RESUME, _SETTLE)
    yield *one, p.Block(), _SETTLE, p.Unblock(), p.Serve(1, "serve"), _SETTLE, COMPLETE, _SETTLE
    none = (p.Serve(0, "hold_body"), p.AddFile(0), RESUME, _SETTLE)
    yield *none, p.Block(), _SETTLE, GET_ERROR, p.Serve(0, "serve"), p.Unblock(), _SETTLE, RESUME, _SETTLE


def _retried(scope: Scope) -> Iterator[Sequence[p.Step]]:
    """Yield plans in which a job whose first file is done is tried again: held up by the server, or by others."""
    failed = (p.Serve(1, "status_503"), p.AddFile(0), p.AddFile(1), RESUME, _SETTLE)
    for held, free in ((p.Gate("backlog"), p.Gate("accept")), (p.Block(), p.Unblock())):
        yield *failed, held, p.Advance(RETRY_SECONDS), _SETTLE, SUSPEND, _SETTLE, free, RESUME, _SETTLE
    # Soon, while those in front cannot have stalled, it is queued, and no more; by default it is tried later.
    delay = p.Call(Operation.SET_MINIMUM_RETRY_DELAY.value, RETRY_FLOOR_SECONDS)
    sooner = (delay,) if scope.table.dialect is Dialect.BITS else ()
    none = (p.Serve(0, "status_503"), p.AddFile(0), *sooner, RESUME, _SETTLE)
    yield *none, p.Block(), p.Advance(SOON_SECONDS), _SETTLE, p.Advance(RETRY_SECONDS), _SETTLE


def _behind() -> Iterator[Sequence[p.Step]]:
    """Yield plans in which others stand in front before a job is resumed, so that it has no turn to be mistaken for
    what the call did; and one whose part is refused while nobody gets in, so that it cannot begin again.
    """
    missing = (p.Serve(0, "status_404"), p.AddFile(0), RESUME, _SETTLE)
    for before in ((p.AddFile(0),), missing):
        queued = (*before, p.Block(), RESUME, _SETTLE, p.AddFile(1), _SETTLE)
        yield *queued, p.Serve(0, "serve"), p.Unblock(), _SETTLE, COMPLETE, _SETTLE
    part = (p.Serve(0, "truncate"), p.AddFile(0), RESUME, _SETTLE, p.Serve(0, "hold_headers"), RESUME, _SETTLE)
    for refusal in ("range_416", "whole_for_part"):
        yield *part, p.Gate("backlog"), p.Serve(0, refusal), _SETTLE, p.Gate("accept"), _SETTLE, COMPLETE, _SETTLE


def _unseen(scope: Scope) -> Iterator[Sequence[p.Step]]:
    """Yield plans in which nobody looks between a call and what comes after it: what a running job says of errors hides
    what it keeps of them.
    """
    held: Steps = (p.Serve(0, "hold_body"), p.AddFile(0), RESUME, _SETTLE)
    for operation in scope.operations:
        if operation in SETTER_VALUES:
            yield *held, call(operation), p.Serve(0, "serve"), _SETTLE, COMPLETE, _SETTLE
    failed: Steps = (p.Serve(0, "status_503"), p.AddFile(0), RESUME, _SETTLE, SUSPEND, _SETTLE)
    yield *failed, p.Serve(0, "hold_body"), RESUME, p.Restart(), GET_ERROR, _SETTLE


def _replacing(scope: Scope) -> Iterator[Sequence[p.Step]]:
    """Yield plans that end a job, wherever it stays, whose first file has something at its destination."""
    for state, (way, _) in ways(scope).items():
        if state in FINAL:
            continue
        stood = [replace(step, existing=True) if step == p.AddFile(0) else step for step in way]
        yield *stood, CANCEL, _SETTLE
        yield *stood, p.Advance(scope.expiry_seconds), *release(way), _SETTLE
