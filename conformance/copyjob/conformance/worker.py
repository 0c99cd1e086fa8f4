"""A worker: a process of its own that runs plans on a backend of its own, one task, or one lot, after the other.

Laws:

1. It ends when it is told to, and also when whoever started it is gone. It hears no Ctrl-C: it is not the one asked.
2. Whatever its backend does to the process, what was sent back before is not lost.
3. With the worker ends what its backend has started: they are one group of processes.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from copyjob.conformance.attempt import Attempt, attempt
from copyjob.conformance.backend import load
from copyjob.conformance.bench import Bench
from copyjob.conformance.garbage import rarely_looked_for
from copyjob.conformance.ground import Wire
from copyjob.conformance.lot_runner import LotRunner
from copyjob.conformance.lots import Lot, LotDone
from copyjob.conformance.notes import noted_threads
from copyjob.conformance.overlook import Known
from copyjob.conformance.plan import Plan
from copyjob.conformance.settings import Settings, table_for
from copyjob.spec.compiled import compile_table
from copyjob.spec.vocabulary import Dialect

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

HANG_SECONDS = 60.0
"""In memory, where a backend's calls are made in the worker's own thread: how long a plan may take, with all that is
run to confirm what it shows. A call that hangs is given up long before, unless it cannot be reached.
"""
LEAVE_SECONDS = 3.0
"""How long a worker has to close its backend before its group is killed."""
AGAIN_SECONDS = 0.01
"""So much later it is asked once more to end, where it could not be told at once."""


@dataclass(frozen=True)
class Task:
    """A plan to run in a dialect, and what is known so far."""

    dialect: Dialect
    plan: Plan
    known: Sequence[Known] = ()
    patient: bool = False


@dataclass(frozen=True)
class Done:
    """What became of a task: the attempt, or the traceback of a fault of the kit's own; and what threads raised."""

    attempt: Attempt | None
    crash: str = ""
    notes: tuple[str, ...] = ()


class Worker:
    """A worker, seen from where the plans are dealt out."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        """Start the process; it keeps its files below ``folder``."""
        context = multiprocessing.get_context("spawn")
        self.channel, theirs = context.Pipe()
        self.task: Task | Lot | None = None
        self._in_memory = settings.wire is Wire.MEMORY
        self._given_seconds = time.monotonic()
        self._process = context.Process(target=_work, args=(theirs, settings, folder), name="copyjob-worker")
        with deaf():
            self._process.start()
        theirs.close()

    def give(self, task: Task | Lot) -> None:
        """Hand a task over. A worker that is gone shows when its answer is asked for."""
        self.task = task
        self._given_seconds = time.monotonic()
        with suppress(OSError):
            self.channel.send(task)

    @property
    def hangs(self) -> bool:
        """Whether it has been silent for so long that a call hangs which nothing in its process can end."""
        silent_seconds = time.monotonic() - self._given_seconds
        return self._in_memory and self.task is not None and silent_seconds > HANG_SECONDS

    def answer(self) -> Done | None:
        """Return what became of the task; None where the process ended instead."""
        self.task = None
        done = self._received()
        assert done is None or isinstance(done, Done)
        return done

    def answer_to_lot(self) -> LotDone | int | None:
        """Return what came of the lot, or how many of its plans are done; None where the process ended instead.

        RuntimeError: the kit itself broke.
        """
        done = self._received()
        if isinstance(done, int):
            self._given_seconds = time.monotonic()
            return done
        self.task = None
        if done is None or isinstance(done, LotDone):
            return done
        assert isinstance(done, Done)
        raise RuntimeError(f"the kit broke:\n{done.crash}")

    def _received(self) -> object:
        try:
            return self.channel.recv()
        except (EOFError, OSError):
            return None

    def leave(self) -> None:
        """Ask the process to end."""
        self.channel.close()
        with suppress(OSError, ValueError):
            self._process.terminate()

    def wait(self) -> str:
        """Wait for the end, kill what is left of the group, and say how the process ended."""
        wait([self._process.sentinel], LEAVE_SECONDS)
        if self._process.pid is not None and hasattr(os, "killpg"):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.join()
        code = self._process.exitcode or 0
        self._process.close()
        return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


@contextmanager
def deaf() -> Generator[None]:
    """Let a process that is started now begin with Ctrl-C ignored: it is for the one at the keyboard's end."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _work(channel: Connection, settings: Settings, folder: Path) -> None:
    if hasattr(os, "setsid"):
        os.setsid()
    declared = load(settings.backend)
    # Before this there is nothing to close, and who loads takes whatever is raised for a fault of the backend's.
    leave_when_told()
    bench: Bench | None = None
    runner: LotRunner | None = None
    gc.freeze()  # what was imported stays
    with rarely_looked_for(), noted_threads() as notes:
        try:
            while True:
                task: Any = channel.recv()
                if bench is None or bench.judge.table.dialect is not task.dialect:
                    if bench is not None:
                        bench.__exit__()
                    compiled = compile_table(table_for(declared, task.dialect))
                    place = Path(tempfile.mkdtemp(dir=folder))
                    bench = Bench(declared, compiled, place, wire=settings.wire, seed=settings.seed, notes=notes)
                    runner = LotRunner(bench, traced=settings.traced)
                assert runner is not None
                if isinstance(task, Lot):
                    channel.send(_lot_done(runner, task, notes, channel))
                else:
                    channel.send(_done(bench, task, notes))
        except (EOFError, OSError):
            pass
        finally:
            if bench is not None:
                bench.__exit__()


def _done(bench: Bench, task: Task, notes: list[str]) -> Done:
    try:
        done = attempt(bench, task.plan, task.known, patient=task.patient)
    except Exception:  # noqa: BLE001 it is told where the plans are dealt out, whatever it is
        return Done(None, traceback.format_exc())
    return Done(done, notes=tuple(notes))


def _lot_done(runner: LotRunner, lot: Lot, notes: list[str], channel: Connection) -> LotDone | Done:
    try:
        return runner.run(lot, notes, channel.send)
    except Exception:  # noqa: BLE001 as above
        return Done(None, traceback.format_exc())


class Leaving(SystemExit):
    """The worker was asked to end."""


def leave_when_told() -> None:
    """Let this process end on SIGTERM by an exception, so that what is open is closed."""
    signal.signal(signal.SIGTERM, _leave)
    sys.unraisablehook = _asked_again


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise Leaving(0)


def _asked_again(raised: UnraisableHookArgs) -> None:
    """Ask once more where a signal came in the middle of what cannot raise, such as ``__del__``; tell all else."""
    if not isinstance(raised.exc_value, Leaving):
        sys.__unraisablehook__(raised)
    elif hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, _leave)
        signal.setitimer(signal.ITIMER_REAL, AGAIN_SECONDS)
