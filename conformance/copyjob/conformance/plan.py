"""Plans: what to do with one job, as data.

Law: a plan is made first and run afterwards. It says what the caller calls, what the server does and what time does,
never what should come of it. It survives a round trip through JSON (the replay file) and prints as Python to paste.

A plan drives one job with up to three files, numbered from 0; the server answers each file by a script of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, cast

from copyjob.conformance.interface import SETTERS
from copyjob.spec.compiled import FILES_BOUND
from copyjob.spec.console import UsageError, nearest
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect, NotifyFlag, Operation

RACED_MAX = 8
"""So many calls may be made side by side: every order that time permits is looked at."""


@dataclass(frozen=True, slots=True)
class Serve:
    """The server answers file ``file`` from now on by the script named ``script`` (:data:`SCRIPTS`)."""

    file: int
    script: str


@dataclass(frozen=True, slots=True)
class Gate:
    """The server's address accepts connections, refuses them, or lets them hang (``accept``, ``refuse``,
    ``backlog``).
    """

    gate: str


@dataclass(frozen=True, slots=True)
class AddFile:
    """Add file number ``file``; with ``existing`` something already stands at its destination."""

    file: int
    existing: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """Call an operation; ``value`` is the argument of a setter."""

    operation: str
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Race:
    """Call side by side from several callers; each caller makes its calls one after the other, in their order."""

    callers: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Settle:
    """Wait until nothing is due any more, then look at everything that can be looked at."""


@dataclass(frozen=True, slots=True)
class Linger:
    """Wait longer than bytes in flight can take, so that what comes afterwards was sent afterwards."""


@dataclass(frozen=True, slots=True)
class Advance:
    """Let time pass on the backend's clock (power ``clock``)."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Restart:
    """Stop the service without a farewell and start it again (power ``restart``)."""


@dataclass(frozen=True, slots=True)
class Block:
    """Put running jobs in front, so that this one stays QUEUED (power ``queue``)."""


@dataclass(frozen=True, slots=True)
class Unblock:
    """Take the jobs in front away again."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Register for callbacks (power ``callbacks``), for those of the flags: a sum of ``BG_NOTIFY_*``.

    None: for those that were chosen before, or by default.
    """

    flags: int | None = None


Step = Serve | Gate | AddFile | Call | Race | Settle | Linger | Advance | Restart | Block | Unblock | Listen
STEPS: Mapping[str, type[Any]] = {
    kind.__name__: kind
    for kind in (Serve, Gate, AddFile, Call, Race, Settle, Linger, Advance, Restart, Block, Unblock, Listen)
}


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps for one job; ``aim`` says what the plan was made for (a row's id, or a generator's name)."""

    steps: tuple[Step, ...]
    aim: str = ""


def step_told(step: Step) -> str:
    """Return a step in a few words."""
    given = [getattr(step, field.name) for field in fields(step)]
    return " ".join([type(step).__name__, *(str(value) for value in given if value is not None)])


def step_to_json(step: Step) -> dict[str, Any]:
    """Return a step as JSON."""
    return {"step": type(step).__name__, **asdict(step)}


def step_from_json(data: object) -> Step:
    """Return a step from JSON; UsageError names what is wrong with it."""
    given = _object(data)
    name = given.pop("step", None)
    if name == "Race" and isinstance(given.get("operations"), list):
        # As version 1 of the replay file told it: one call a caller.
        given["callers"] = [[operation] for operation in given.pop("operations")]
    kind = STEPS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise UsageError(f"{json.dumps(data)[:80]} is no step; a step is one of {', '.join(STEPS)}")
    unknown = set(given) - {field.name for field in fields(kind)}
    if unknown:
        raise UsageError(f"step {name} knows no {', '.join(sorted(unknown))}")
    try:
        step: Step = kind(**{key: _frozen(value) for key, value in given.items()})
    except TypeError as error:
        raise UsageError(f"step {name}: {error}") from None
    _validate(step)
    return step


def _frozen(value: object) -> object:
    return tuple(map(_frozen, cast("list[object]", value))) if isinstance(value, list) else value


def _object(data: object) -> dict[str, Any]:
    return dict(cast("dict[str, Any]", data)) if isinstance(data, dict) else {}


DRIVEN = frozenset(operation for dialect in Dialect for operation in table(dialect).operations)
"""What a plan can call: the operations of the life cycle."""


def _validate(step: Step) -> None:
    """Refuse a step that could not be carried out; UsageError names it and what it takes."""
    from copyjob.conformance.weather import GATES, SCRIPTS

    callable_names = sorted(operation.value for operation in DRIVEN if operation is not Operation.ADD_FILE)
    setters = {operation.value for operation in SETTERS}
    racing = [name for name in callable_names if name not in setters]
    match step:
        case Serve(file, _) if not _is_file(file):
            wanted = f"files are 0 to {FILES_BOUND - 1}"
        case Serve(_, script) if script not in SCRIPTS:
            wanted = nearest(str(script), SCRIPTS, f"scripts are {', '.join(SCRIPTS)}")
        case AddFile(file, existing) if not _is_file(file) or existing not in (True, False):
            wanted = f"files are 0 to {FILES_BOUND - 1}, existing is true or false"
        case Gate(gate) if gate not in GATES:
            wanted = f"gates are {', '.join(GATES)}"
        case Call(operation, _) if operation not in callable_names:
            wanted = f"operations are {', '.join(callable_names)}; a file is added by AddFile"
        case Call(operation, value) if (operation in setters) != _is_number(value) or not _is_number(value or 0):
            wanted = "a setter takes a whole number, every other operation none"
        case Race(callers) if not _may_race(callers, racing):
            wanted = f"two callers or more, {RACED_MAX} calls at most, of {', '.join(racing)}"
        case Advance(seconds) if not _is_number(seconds) or seconds < 0:
            wanted = "a whole number of seconds; time does not run backwards"
        case Listen(flags) if flags is not None and (not _is_number(flags) or flags not in range(sum(NotifyFlag) + 1)):
            wanted = "a sum of BG_NOTIFY_*, or null"
        case _:
            return
    raise UsageError(f"{step}: {wanted}")


def _may_race(callers: object, racing: Sequence[str]) -> bool:
    several = cast("tuple[object, ...]", callers) if isinstance(callers, tuple) else ()
    each = [cast("tuple[object, ...]", one) if isinstance(one, tuple) else () for one in several]
    return (
        1 < len(each) <= sum(map(len, each)) <= RACED_MAX
        and all(each)
        and all(n in racing for one in each for n in one)
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_file(value: object) -> bool:
    return _is_number(value) and value in range(FILES_BOUND)


def validate(steps: Sequence[Step]) -> None:
    """Refuse steps that no run could carry out: a bad step, or a file that is added twice. Raises UsageError."""
    added: set[int] = set()
    for step in steps:
        _validate(step)
        if isinstance(step, AddFile):
            if step.file in added:
                raise UsageError(f"{step}: file {step.file} was added before; a job has each file once")
            added.add(step.file)


def to_python(
    plan: Plan,
    backend: str,
    dialect: Dialect,
    remarks: Mapping[int, str] | None = None,
    *,
    wire: str = "http",
    seed: int = 0,
    past: Sequence[str] = (),
) -> str:
    """Return a program to paste: it runs the plan, prints the verdict and exits by it. ``remarks`` stand behind their
    step; in memory ``seed`` gives the delays; the run goes on ``past`` known divergences.
    """
    lines = [_with_remark(f"        {step!r},", (remarks or {}).get(number)) for number, step in enumerate(plan.steps)]
    names = sorted({type(step).__name__ for step in plan.steps})
    return "\n".join(
        [
            f"from copyjob.conformance.plan import {', '.join(names) or 'Settle'}",
            "from copyjob.conformance.replay import replay_and_exit",
            "",
            "replay_and_exit(",
            f"    {backend!r},",
            f"    dialect={dialect.value!r},",
            *([f"    wire={wire!r},", f"    seed={seed},"] if wire != "http" else []),
            *([f"    past={[*past]!r},"] if past else []),
            "    steps=[",
            *lines,
            "    ],",
            ")",
        ]
    )


def _with_remark(line: str, remark: str | None) -> str:
    return f"{line}  # {remark}" if remark else line


def shortened(plan: Plan, keep: Sequence[Step]) -> Plan:
    """Return the plan with other steps, made for the same aim."""
    return Plan(tuple(keep), plan.aim)
