"""A witness as a plan: the shortest way to see what is wrong with a mutant, in steps that the kit can run.

Law: the weather is what makes the witness' events happen, and keeps others from happening: servers hold what the
witness does not speak of. What a witness does by chance alone (a job seen in an instant) a plan can only try.
"""

from __future__ import annotations

from collections.abc import Iterable

from copyjob.conformance import plan as p
from copyjob.conformance.generate import SETTER_VALUES
from copyjob.conformance.observation import Called, Observation, Occurred, Sampled
from copyjob.conformance.weather import DAY_SECONDS, EXPIRY_DAYS, NO_PROGRESS_SECONDS, RETRY_SECONDS
from copyjob.spec.vocabulary import Dialect, InternalEvent, Operation

_Event = InternalEvent
_FAULTS = {
    _Event.TRANSIENT_FAULT: "status_503",
    _Event.FATAL_FAULT: "status_404",
    _Event.AMBIGUOUS_FAULT: "status_429",
}
_FRONT: dict[str, p.Step] = {"others in front": p.Block(), "none in front": p.Unblock()}


def plan_of(witness: Iterable[InternalEvent | Observation | str], dialect: Dialect) -> p.Plan:
    """Return the plan that leads a mutant along its witness."""
    steps: list[p.Step] = [p.Serve(0, "hold_body"), p.Serve(1, "hold_body")]
    gate, files, done = "accept", 0, 0
    walked = list(witness)
    if dialect is Dialect.BITS and _Event.TURN in walked:
        gate = "backlog"
        steps.append(p.Gate(gate))
    for step in walked:
        before = gate
        match step:
            case Called(Operation.ADD_FILE, _, _):
                steps.append(p.AddFile(files))
                files += 1
            case Called(operation, _, _):
                steps.append(p.Call(operation.value, SETTER_VALUES.get(operation)))
            case Occurred():
                steps.append(p.Restart())
            case Sampled():
                steps.append(p.Settle())
            case InternalEvent():
                happening = _bring_about(step, dialect, done)
                gate = "accept" if step in (_Event.CONNECT, *_FAULTS) else gate
                steps += [p.Gate(gate)] * (gate != before) + happening
                done += step is _Event.FILE_DONE
            case str() if step in _FRONT:
                steps.append(_FRONT[step])
            case _:
                pass
    return p.Plan((*steps, *_sunshine(gate), p.Settle()), aim="witness")


def _sunshine(gate: str) -> list[p.Step]:
    return [p.Settle(), *([p.Gate("accept")] * (gate != "accept")), p.Serve(0, "serve"), p.Serve(1, "serve")]


def _bring_about(event: InternalEvent, dialect: Dialect, done: int) -> list[p.Step]:
    """Return the steps that make an internal event happen, if it can."""
    file = min(done, 1)
    match event:
        case _Event.FILE_DONE:
            return [p.Serve(file, "serve"), p.Settle()]
        case _Event.TRANSIENT_FAULT | _Event.FATAL_FAULT | _Event.AMBIGUOUS_FAULT:
            return [p.Serve(file, _FAULTS[event]), p.Settle(), p.Serve(file, "hold_body")]
        case _Event.RETRY:
            return [p.Advance(RETRY_SECONDS)]
        case _Event.NO_PROGRESS:
            return [p.Advance(NO_PROGRESS_SECONDS[dialect])]
        case _Event.EXPIRY:
            return [p.Advance((EXPIRY_DAYS[dialect] + 1) * DAY_SECONDS)]
        case _Event.CONNECT:
            return [p.Settle()]
        case _:
            return []
