"""The adapter: one instance of a backend, called with a watchdog, its answers turned into plain observations.

Laws:

1. Whatever a backend does, the kit goes on: a call that hangs is given up after its time, an exception that is no
   refusal and an answer of the wrong type become :class:`AdapterError`, which names the user's file and line.
2. Nothing is judged here. A state number nobody knows is an error of the adapter; an HRESULT nobody knows is an answer.
"""

from __future__ import annotations

import itertools
import random
import sysconfig
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self, cast

from copyjob.conformance.backend import Declared
from copyjob.conformance.callers import AlarmCaller, Caller, CallTimedOutError, InlineCaller, ThreadCaller
from copyjob.conformance.interface import METHODS, Power
from copyjob.conformance.origin.wire import KitWire
from copyjob.spec.vocabulary import FAILURE_BIT, SIZE_UNKNOWN, Dialect, JobState, Operation

UINT32 = 0xFFFFFFFF


class AdapterError(Exception):
    """The adapter broke; never a divergence. ``words`` are the last lines that it wrote to standard error."""

    def __init__(self, text: str, words: Sequence[str] = ()) -> None:
        """``text`` is one line."""
        super().__init__(text)
        self.text, self.words = text, tuple(words)

    def __str__(self) -> str:
        """Return all of it as one line."""
        return f"{self.text}; its last words: {' | '.join(self.words)!r}" if self.words else self.text


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that is a failing HRESULT."""

    hresult: int


@dataclass(frozen=True, slots=True)
class Progress:
    """What ``get_progress`` told: bytes and files, total and transferred."""

    bytes_total: int
    bytes_transferred: int
    files_total: int
    files_done: int


Moment = tuple[int, float]
"""A number in the one order of all beginnings and ends of a race, and the time in seconds."""


@dataclass(frozen=True, slots=True)
class Raced:
    """One of several calls made side by side; without an HRESULT it failed."""

    caller: int
    operation: Operation
    hresult: int | None
    began: Moment
    ended: Moment
    failure: AdapterError | CallTimedOutError | None = None


class _Start:
    """Where all callers of a race meet. One of them goes first, the others at once when it has begun: by itself the
    first would nearly always be the one that comes last, and what goes wrong only where another one goes first would
    not be met.
    """

    def __init__(self, callers: int, first: int, timeout_seconds: float) -> None:
        self._all_there = threading.Barrier(callers)
        self._begun = threading.Event()
        self._first, self._timeout_seconds = first, timeout_seconds

    def begin(self, caller: int, moment: Callable[[], Moment]) -> Moment:
        """Wait until a caller may go, and return when it went."""
        self._all_there.wait(self._timeout_seconds)
        if caller != self._first:
            self._begun.wait(self._timeout_seconds)
            return moment()
        began = moment()
        self._begun.set()
        return began


def blame(error: BaseException, what: str) -> str:
    """Return one line: what was called, what was raised, and the innermost line that is the user's own.

    The kit's lines never count; the standard library's and installed packages' only where there is nothing else.
    """
    kit = str(Path(__file__).parent)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith(kit)]
    libraries = tuple(sysconfig.get_paths()[name] for name in ("stdlib", "platstdlib", "purelib", "platlib"))
    own = [frame for frame in frames if not frame.filename.startswith(libraries)] or frames
    where = f" ({own[-1].filename}:{own[-1].lineno})" if own else ""
    return one_line(f"{what} raised {type(error).__name__}: {error}{where}")


def one_line(text: str) -> str:
    """Return a text as one line that every terminal, encoding and XML can take."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(printable.encode("utf-8", "replace").decode("utf-8").split())


def _numbers(answer: object, count: int) -> list[int]:
    """Return an answer's integers where it is a sequence of so many, else nothing."""
    if not isinstance(answer, tuple | list):
        return []
    parts = cast("Sequence[object]", answer)
    numbers = [int(part) for part in parts if isinstance(part, int)]
    return numbers if len(numbers) == len(parts) == count else []


class Adapter:
    """A running backend. Use as a context manager: it is closed whatever happens."""

    def __init__(
        self,
        declared: Declared,
        dialect: Dialect,
        folder: Path,
        *,
        wire: KitWire | None = None,
        turns: random.Random | None = None,
        order: random.Random | None = None,
    ) -> None:
        """Construct the backend in an empty folder of its own, with the power ``wire`` on a wire; AdapterError where
        that fails.

        With ``turns`` every call is made where it is asked for, also those of a race, whose order is drawn then.
        Otherwise who of several callers goes first is drawn from ``order``.
        """
        self.declared = declared
        self.dialect = dialect
        self._turns = turns
        self._order = order or random.Random()  # noqa: S311 an order, not a secret
        self._caller = self._new_caller()
        self._racers: list[Caller] = []
        folder.mkdir(parents=True, exist_ok=True)
        given = {"dialect": dialect.value, "folder": str(folder)} | ({} if wire is None else {"wire": wire})
        try:
            self._backend: Any = self._guard("the constructor", lambda: declared.factory(**given))
        except BaseException:
            self._caller.stop()
            raise
        blocking: Any = getattr(self._backend, "blocking_jobs", 0)
        self.blocking_jobs: int = blocking if isinstance(blocking, int) and blocking > 0 else 1

    def _new_caller(self) -> Caller:
        if self._turns is not None:
            return AlarmCaller()
        return InlineCaller() if self.declared.keeps_time else ThreadCaller()

    def __enter__(self) -> Self:
        """Return the running adapter."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the backend."""
        self.close()

    def close(self) -> None:
        """Close the backend; what it raises on the way out is nobody's observation."""
        closing: Any = getattr(self._backend, "close", None)
        if callable(closing):
            with suppress(Exception):
                self._caller.call(closing, self.declared.call_timeout_seconds)
        for caller in (self._caller, *self._racers):
            caller.stop()

    def _guard(
        self, what: str, work: Callable[[], Any], caller: Caller | None = None, *, refusable: bool = False
    ) -> Any:
        """Make a call; an exception with an ``hresult`` is an answer only where a refusal is one (``refusable``)."""
        try:
            return (caller or self._caller).call(work, self.declared.call_timeout_seconds)
        except CallTimedOutError:
            raise CallTimedOutError(
                f"{what} has not answered within {self.declared.call_timeout_seconds:g} s"
            ) from None
        except AdapterError:
            raise  # a backend that stands between the kit and a program knows better whose line it was
        except Exception as error:
            hresult = getattr(error, "hresult", None)
            if refusable and isinstance(hresult, int):
                return int(hresult)
            raise AdapterError(blame(error, what)) from error

    def hear(self, what: str, work: Callable[[], Any]) -> Any:
        """Let the backend hear something of the wire, guarded like a call."""
        return self._guard(what, work)

    def create_job(self, display_name: str) -> str:
        """Create a job; its id must be a string."""
        job: Any = self._guard("create_job", lambda: self._backend.create_job(display_name))
        if not isinstance(job, str):
            raise AdapterError(f"create_job answered {job!r}, which is no job id; an id is a string")
        return job

    def call(self, operation: Operation, job: str, *arguments: object) -> int:
        """Call an operation; return its HRESULT as an unsigned number."""
        return self._hresult(
            operation, self._guard(operation.value, self._work(operation, job, arguments), refusable=True)
        )

    def _work(self, operation: Operation, job: str, arguments: tuple[object, ...]) -> Callable[[], Any]:
        # Looked up inside the guarded call: a missing method is an error like any other.
        return lambda: getattr(self._backend, operation.value)(job, *arguments)

    def _hresult(self, operation: Operation, answer: object) -> int:
        if operation is Operation.GET_ERROR and _numbers(answer, 2):
            return 0
        if answer is None:
            return 0
        if isinstance(answer, bool) or not isinstance(answer, int):
            wanted = "(context, code) or an HRESULT" if operation is Operation.GET_ERROR else "an HRESULT or None"
            raise AdapterError(f"{operation.value} answered {answer!r}; it answers {wanted}")
        return int(answer) & UINT32

    def race(
        self,
        job: str,
        callers: Sequence[Sequence[Operation]],
        now_seconds: Callable[[], float] = time.monotonic,
    ) -> list[Raced]:
        """Call side by side, each caller from a thread of its own and its operations one after the other.

        What was answered is never lost: a caller whose call breaks or hangs makes no more calls, the others go on.
        Returned in the order of the callers.
        """
        while len(self._racers) < len(callers):
            self._racers.append(self._new_caller() if self._turns is None else self._caller)
        numbers = itertools.count()
        made: list[list[Raced]] = [[] for _ in callers]

        def moment() -> Moment:
            return next(numbers), now_seconds()

        def one(caller: int) -> None:
            for place, operation in enumerate(callers[caller]):
                raced = self._raced(job, caller, operation, moment, None if place else start)
                made[caller].append(raced)
                if raced.failure is not None:
                    return

        if self._turns is not None:
            self._take_turns(self._turns, job, callers, made, moment)
            return [raced for of_caller in made for raced in of_caller]
        start = _Start(len(callers), self._order.randrange(len(callers)), self.declared.call_timeout_seconds)
        threads = [threading.Thread(target=one, args=(caller,)) for caller in range(len(callers))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return [raced for of_caller in made for raced in of_caller]

    def _take_turns(
        self,
        turns: random.Random,
        job: str,
        callers: Sequence[Sequence[Operation]],
        made: list[list[Raced]],
        moment: Callable[[], Moment],
    ) -> None:
        """Make the calls of all callers in one order that respects each caller's own, drawn."""
        while going := [
            number
            for number, of_caller in enumerate(made)
            if len(of_caller) < len(callers[number]) and all(raced.failure is None for raced in of_caller)
        ]:
            caller = turns.choice(going)
            made[caller].append(self._raced(job, caller, callers[caller][len(made[caller])], moment, None))

    def _raced(
        self,
        job: str,
        caller: int,
        operation: Operation,
        moment: Callable[[], Moment],
        start: _Start | None,
    ) -> Raced:
        """Make one of several calls side by side, once all callers are at the ``start``."""
        began = moment()
        ended: Moment | None = None

        def work() -> Any:
            nonlocal began, ended
            began = moment() if start is None else start.begin(caller, moment)
            try:
                return self._work(operation, job, ())()
            finally:
                ended = moment()

        hresult: int | None = None
        failure: AdapterError | CallTimedOutError | None = None
        try:
            answer = self._guard(operation.value, work, self._racers[caller], refusable=True)
            hresult = self._hresult(operation, answer)
        except (AdapterError, CallTimedOutError) as error:
            failure = error
        return Raced(caller, operation, hresult, began, ended or moment(), failure)

    def state(self, job: str) -> JobState | int:
        """Return the job's state; a plain number where ``get_state`` answered with a failing HRESULT."""
        answer: Any = self._guard("get_state", lambda: self._backend.get_state(job), refusable=True)
        if isinstance(answer, bool) or not isinstance(answer, int):
            raise AdapterError(f"get_state answered {answer!r}, which is no BG_JOB_STATE")
        number = int(answer)
        if number in JobState.__members__.values():
            return JobState(number)
        if number & UINT32 > UINT32 >> 1:
            return number & UINT32
        raise AdapterError(f"get_state answered {number}, which is no BG_JOB_STATE (0 to 8)")

    def progress(self, job: str) -> Progress | None:
        """Return the job's progress, or None without the power; AdapterError where it is not four numbers."""
        if not self.declared.has(Power.PROGRESS):
            return None
        answer: object = self._guard("get_progress", lambda: self._backend.get_progress(job), refusable=True)
        if isinstance(answer, int):
            return None
        if isinstance(answer, tuple | list):
            total, *rest = cast("Sequence[object]", answer) or (0,)
            answer = (SIZE_UNKNOWN if total is None else total, *rest)
        numbers = _numbers(answer, len(fields(Progress)))
        if not numbers:
            raise AdapterError(f"get_progress answered {answer!r}; it answers four numbers")
        return Progress(*numbers)

    def error(self, job: str) -> tuple[int, int] | int | None:
        """Return (context, code), or the HRESULT of the refusal, or None without the power."""
        if not self.declared.has(Power.ERROR):
            return None
        answer: object = self._guard("get_error", lambda: self._backend.get_error(job), refusable=True)
        numbers = _numbers(answer, 2)
        return (numbers[0], numbers[1]) if numbers else self._hresult(Operation.GET_ERROR, answer)

    def ask(self, name: str, *arguments: object) -> Any:
        """Call any method of the table: its value, or :class:`Refused`; None where it is not declared.

        A method that answers with an HRESULT alone answers with ``Refused`` too where that fails, else with 0.
        """
        method = METHODS[name]
        if self.dialect not in method.dialects or (method.power and not self.declared.has(method.power)):
            return None
        work = lambda: getattr(self._backend, name)(*arguments)  # noqa: E731 looked up inside the guard
        answer: Any = self._guard(name, work, refusable=method.refusable)
        if method.value is None and answer is None:
            answer = 0
        if isinstance(answer, int) and not isinstance(answer, bool) and (method.value is None or method.refusable):
            hresult = answer & UINT32
            if hresult & FAILURE_BIT:
                return Refused(hresult)
            if method.value is None:
                return hresult
        from msgspec import ValidationError, convert

        try:
            return convert(answer, method.value)
        except ValidationError:
            raise AdapterError(one_line(f"{name} answered {answer!r}; it answers {method.told}")) from None

    def advance(self, seconds: float) -> None:
        """Let time pass on the backend's clock."""
        self._guard("advance", lambda: self._backend.advance(seconds))

    def restart(self) -> None:
        """Stop the service without a farewell and start it again."""
        self._guard("restart", lambda: self._backend.restart())  # noqa: PLW0108 looked up inside the guard
