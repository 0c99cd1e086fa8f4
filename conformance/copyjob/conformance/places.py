"""Places: what a call, a restart and a long time leave as it was, wherever a job stays.

Law: a place is a state, whether none, some or all of a job's files are done, and what is known of an error. To each one
that a tour comes by goes one plan for every call that leaves the job there, and one each for Resume, a restart and
expiry; after every step the job is looked at. What the server does to a job whose files are counted is a plan, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from copyjob.conformance import plan as p
from copyjob.conformance.gaps import every_place
from copyjob.conformance.generate import SETTER_VALUES, Scope, call, release
from copyjob.conformance.weather import SCRIPTS, kind_of
from copyjob.spec.compiled import FILES_BOUND
from copyjob.spec.vocabulary import Operation

_RESUME, _SUSPEND = call(Operation.RESUME), call(Operation.SUSPEND)
_FAULTS = ("status_503", "status_404", "status_429", *(name for name in SCRIPTS if kind_of(name, 1).partless))


def places(scope: Scope) -> list[p.Plan]:
    """Return the plans for every place, and for every fault with a file done."""
    plans = (*(steps for way in every_place(scope) if way for steps in _from(scope, way)), *_faults())
    return [p.Plan(tuple(steps), aim="place") for steps in plans if all(map(scope.allows, steps))]


def _from(scope: Scope, way: tuple[p.Step, ...]) -> Iterator[Sequence[p.Step]]:
    """Yield the plans that go on from one place."""
    added = sum(isinstance(step, p.AddFile) for step in way)
    more = (p.AddFile(added),) if added < FILES_BOUND else ()
    end = (*release(way), *_each(_RESUME))
    setters = [call(operation) for operation in scope.operations if operation in SETTER_VALUES]
    yield *way, *_each(*setters, *more, _SUSPEND, _RESUME), *end
    yield *way, *_each(_RESUME), *end
    yield *way, *_each(p.Restart(), _RESUME), *end
    yield *way, p.Advance(scope.expiry_seconds), *end


def _faults() -> Iterator[Sequence[p.Step]]:
    """Yield plans in which the second file fails after the first was counted as done."""
    held = (p.Serve(1, "hold_body"), p.AddFile(0), p.AddFile(1), *_each(_RESUME, _SUSPEND))
    for script in _FAULTS:
        yield *held, p.Serve(1, script), *_each(_RESUME), p.Serve(1, "serve"), *_each(_RESUME)
    yield *held, p.Gate("refuse"), *_each(_RESUME), p.Gate("accept"), *_each(_RESUME)


def _each(*steps: p.Step) -> tuple[p.Step, ...]:
    """Return the steps, each followed by a look."""
    return tuple(each for step in steps for each in (step, p.Settle()))
