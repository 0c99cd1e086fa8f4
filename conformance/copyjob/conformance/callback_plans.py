"""Plans about callbacks: each flag by itself, none, late registration, a change of mind; and how any plan listens.

Law: to listen changes nothing that a job does, so every plan may do it, and those that are made for something else do.
They register when the job is made, and again when the service was started again, for an interface may be lost then.
What must be called is the secretary's to say.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from copyjob.conformance import plan as p
from copyjob.conformance.weather import DAY_SECONDS, NO_PROGRESS_SECONDS, RETRY_SECONDS
from copyjob.spec.callbacks import FLAGS
from copyjob.spec.vocabulary import Dialect, JobPriority, NotifyFlag, Operation

AIM = "callbacks"
"""What these plans are made for."""
Steps = tuple[p.Step, ...]
EVERYTHING = int(sum(FLAGS.values()))
_RESUME, _SUSPEND, _COMPLETE = (
    p.Call(operation.value) for operation in (Operation.RESUME, Operation.SUSPEND, Operation.COMPLETE)
)
_GIVE_UP, _DELAY = Operation.SET_NO_PROGRESS_TIMEOUT.value, Operation.SET_MINIMUM_RETRY_DELAY.value
_SETTLE = p.Settle()
_HELD: Steps = (p.Serve(1, "hold_body"), p.AddFile(0), p.AddFile(1), _RESUME, _SETTLE)
"""One file is transferred, and the other one is being transferred."""
_WHOLE: Steps = (p.Serve(1, "serve"), _SETTLE)
_MISSING: Steps = (p.Serve(0, "status_404"), p.AddFile(0), _RESUME, _SETTLE)
_FAILING: Steps = (p.Serve(0, "status_503"), p.AddFile(0), _RESUME, _SETTLE)


def called_back(dialect: Dialect) -> list[Steps]:
    """Return the plans of a dialect; all need the power ``callbacks``."""
    silent = [EVERYTHING | NotifyFlag.DISABLE] if dialect is Dialect.BITS else []
    everything = p.Listen(EVERYTHING)
    plans: list[Steps] = [
        # One change at a time, so that none is told of together with another one.
        *((everything, p.AddFile(0), _SETTLE, setter, _SETTLE) for setter in _setters(dialect)),
        # Here a job has entered ERROR without bytes that may have come before.
        (everything, *_FAILING, p.Call(_GIVE_UP, 0), p.Advance(1), _SETTLE),
        (everything, *_FAILING, p.Advance(NO_PROGRESS_SECONDS[dialect]), _SETTLE),
        (everything, *_FAILING, p.Serve(0, "serve"), p.Advance(RETRY_SECONDS), _SETTLE),
        (everything, p.AddFile(0), p.Restart(), p.Listen(), _RESUME, _SETTLE, _COMPLETE, _SETTLE),
        # What was transferred, and goes on to be: each time it is called for anew.
        (everything, p.AddFile(0), _RESUME, _SETTLE, p.AddFile(1), _SETTLE, _RESUME, _SETTLE, _SUSPEND, _SETTLE),
        (everything, *_MISSING, _RESUME, _SETTLE, p.Serve(0, "serve"), _RESUME, _SETTLE),
        *((everything, *steps) for steps in _one_at_a_time()),
    ]
    for happened in (_MISSING, (*_HELD, *_WHOLE), _HELD, _FAILING):
        # Who registers afterwards is told late; who does so again may be told again.
        plans += [
            (*happened, everything, _SETTLE, p.Serve(0, "serve"), *_WHOLE),
            (*happened, p.Listen(), _SETTLE),
            (p.Listen(0), *happened, everything, _SETTLE),
            (everything, *happened, p.Listen(0), _SETTLE, p.Serve(0, "serve"), *_WHOLE, _RESUME, _SETTLE),
            (everything, *happened, everything, _SETTLE),
            (everything, *happened, p.Restart(), _SETTLE, p.Listen(), _SETTLE),
        ]
    for flags in (*FLAGS.values(), 0, *silent, None):
        listen = p.Listen(None if flags is None else int(flags))
        plans += [(listen, *_HELD, *_WHOLE, _COMPLETE, _SETTLE), (listen, *_MISSING, _RESUME, _SETTLE)]
    return plans


def _one_at_a_time() -> Iterator[Steps]:
    """Yield plans in which a job takes one step by itself between two looks: no other one is told of with it."""
    turn: Steps = (p.Block(), p.AddFile(0), _RESUME, _SETTLE, p.Gate("backlog"), p.Unblock(), _SETTLE)
    yield *turn, p.Gate("refuse"), _SETTLE
    yield *turn, p.Serve(0, "hold_body"), p.Gate("accept"), _SETTLE, p.Serve(0, "reset"), _SETTLE
    yield p.Serve(0, "hold_body"), *_HELD, p.Serve(0, "serve"), _SETTLE


def _setters(dialect: Dialect) -> list[p.Step]:
    setters = [p.Call(Operation.SET_PRIORITY.value, int(JobPriority.LOW)), p.Call(_GIVE_UP, DAY_SECONDS)]
    delay = [p.Call(_DELAY, RETRY_SECONDS)] if dialect is Dialect.BITS else []
    return [*setters, *delay]


def listening(plan: p.Plan, chance: random.Random | None = None) -> p.Plan:
    """Return a plan that listens too: for everything, or what is drawn, unless it does so by itself."""
    if not any(isinstance(step, p.Listen) for step in plan.steps):
        flags = EVERYTHING
        if chance is not None and chance.random() < 0.5:  # noqa: PLR2004
            flags = sum(int(flag) for flag in FLAGS.values() if chance.random() < 0.5)  # noqa: PLR2004
        plan = p.Plan((p.Listen(flags), *plan.steps), plan.aim)
    steps: list[p.Step] = []
    for number, step in enumerate(plan.steps, start=1):
        steps.append(step)
        if isinstance(step, p.Restart) and not any(isinstance(later, p.Listen) for later in plan.steps[number:]):
            steps.append(p.Listen())
    return p.Plan(tuple(steps), plan.aim)
