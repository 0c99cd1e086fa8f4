"""One fixed life of two jobs, with a crash or a failing call at every single point where it touches the disk.

Law: the points are counted, not guessed: point 1, 2, ... is tried until a life passes unharmed. After each the
service starts again, the client goes on where it can, and every promise of ``laws`` must hold at every step.

It does not know which points there are.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from copyjob.reference.errors import CopyJobError
from copyjob.reference.service import JobHandle
from copyjob.reference.simulation.laws import FINAL
from copyjob.reference.simulation.machine import Crash
from copyjob.reference.simulation.patching import installed
from copyjob.reference.simulation.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from copyjob.spec.vocabulary import Dialect

MODES: Final = ("kill", "power", "fail")
LIFE: Final = (
    "create",
    "add_file",
    "add_ranges",
    "set_priority",
    "resume",
    "move",
    "move",
    "rename",
    "suspend",
    "resume",
    "move",
    "stop",
    "arrive",
    "complete",
    "create",
    "add_file",
    "resume",
    "move",
    "move",
    "cancel",
    "stop",
)
"""What the client does, in order, to the job that it created last."""


def lives(mode: str, dialect: Dialect) -> Iterator[tuple[int, str | None]]:
    """
    Yield each point, from 1, with what broke there (None: nothing did), until a life passes no such point.

    ``mode`` is one of `MODES`: the process is killed, the power is lost, or the call fails there.
    """
    point, harmed = 0, True
    while harmed:
        point += 1
        harmed, failure = _life(mode, dialect, point)
        if harmed:
            yield point, failure


def _life(mode: str, dialect: Dialect, point: int) -> tuple[bool, str | None]:
    run = Run(0, dialect=dialect)
    run.network.way, run.hit_again = "good", 0.0
    with installed(run.machine, 0):
        if mode == "fail":
            run.machine.fail_at = point
        else:
            run.machine.crash_at = point
        try:
            _guarded(run, run.start, mode)
            for name in LIFE:
                run.journal.write(json.dumps({"action": name}) + "\n")
                _guarded(run, lambda name=name: _act(run, name), mode)  # type: ignore[misc]  # bound at once
            harmed = run.crashes > 0 or run.machine.struck > 0
            run.end()
        except Exception as error:  # noqa: BLE001 whatever the service raises is a finding
            return True, f"{type(error).__name__}: {error}"
    return harmed, None


def _guarded(run: Run, action: Callable[[], None], mode: str) -> None:
    struck = run.machine.struck
    try:
        action()
    except Crash:
        run.crash(power_lost=mode == "power")
    except CopyJobError:
        if run.machine.struck == struck:
            raise
    else:
        if run.service is not None:
            run.look(faulted=run.machine.struck > struck)


def _act(run: Run, name: str) -> None:
    last = run.known[-1] if run.known else None
    match name:
        case "create":
            run.create()
        case "move":
            run.move()
        case "arrive":
            while run.network.exchanges:
                run.move()
        case "stop":
            run.stop()
        case _ if last is None or last.state in FINAL:
            pass  # the crash has left no job to go on with
        case "add_file":
            run.add_file(last)
        case "add_ranges":
            run.add_file(last, ranged=True)
        case "rename":
            run.rename(last)
        case "set_priority":
            run.call(last, name, lambda job: job.set_priority(1))
        case "resume" if last.files:
            run.call(last, name, JobHandle.resume)
        case "suspend":
            run.call(last, name, JobHandle.suspend)
        case "complete":
            run.call(last, name, JobHandle.complete)
        case "cancel":
            run.call(last, name, JobHandle.cancel)
        case _:
            pass
