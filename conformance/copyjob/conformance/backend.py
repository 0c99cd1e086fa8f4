"""What the kit drives: the ``Backend`` protocol, what a backend declares of itself, and how one is found.

Law: the protocol is structural and speaks builtins only, so that a backend needs no import from here. A power that is
not declared is never used; what it would have shown is *skipped* with that reason.

A backend is constructed as ``factory(dialect="BITS" | "DO", folder=<an empty folder for its own files>)``. A call
answers with an HRESULT (``int``; ``None`` is S_OK). A refusal may also be raised, as any exception that has an
integer attribute ``hresult``. Any other exception, or an answer of the wrong type, is an error of the adapter.
Which further methods belong to which power tells :mod:`copyjob.conformance.interface`. A program of any language is a
backend too: ``program:COMMAND LINE`` (:mod:`copyjob.conformance.program`).
"""

from __future__ import annotations

import importlib
import os
import shlex
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from copyjob.conformance.interface import MINIMUM, Power, methods_of
from copyjob.spec.console import UsageError
from copyjob.spec.vocabulary import Dialect

GROUP = "copyjob.backends"
PROGRAM_PREFIX = "program:"
CALL_TIMEOUT_SECONDS = 10.0


class BrokenBackendError(UsageError):
    """A backend broke before it could tell what it is: one line as for a mistake, below it the last ``words`` that it
    wrote to standard error, and a broken adapter's exit code.
    """

    exit_code = 3

    def __init__(self, message: str, words: Sequence[str] = ()) -> None:
        """Keep the lines for the dispatcher."""
        super().__init__(message)
        self.usage_message = "\n".join([self.usage_message, *(f"  {word}" for word in words)])


class Backend(Protocol):
    """The minimum: create a job, add files, the four state-changing methods, and its state."""

    def create_job(self, display_name: str) -> str:
        """Create a download job and return its id. Clause: manager/create."""
        ...

    def add_file(self, job: str, remote_url: str, local_path: str) -> int | None:
        """Add a file to a job. Clause: addfile/ok."""
        ...

    def resume(self, job: str) -> int | None:
        """Activate or restart a job. Clause: resume/suspended."""
        ...

    def suspend(self, job: str) -> int | None:
        """Suspend a job. Clause: suspend/action."""
        ...

    def cancel(self, job: str) -> int | None:
        """Cancel a job. Clause: cancel/any."""
        ...

    def complete(self, job: str) -> int | None:
        """Complete a job. Clause: complete/transferred."""
        ...

    def get_state(self, job: str) -> int:
        """Return the job's BG_JOB_STATE. Clause: decision/9."""
        ...


@dataclass(frozen=True)
class Declared:
    """A backend's factory with what it declares of itself."""

    name: str
    factory: Callable[..., Any]
    dialects: tuple[Dialect, ...]
    powers: frozenset[Power]
    quiescence_seconds: float | None = None
    """After the last cause, whatever is due happens within this time; None: no bound is promised."""
    stall_timeout_seconds: float | None = None
    """A transfer that stands still is not given up sooner, on the service's clock; None: it may be at any moment."""
    call_timeout_seconds: float = CALL_TIMEOUT_SECONDS
    keeps_time: bool = False
    """Every call ends within ``call_timeout_seconds`` by itself, with a CallTimedOutError if need be."""
    possible: tuple[Power, ...] = tuple(Power)
    """The powers that a backend of its kind can have."""

    @property
    def missing(self) -> tuple[Power, ...]:
        """The powers that it could have and does not declare."""
        return tuple(power for power in self.possible if power not in self.powers)

    def has(self, *powers: Power) -> bool:
        """Whether all of these powers are declared."""
        return self.powers.issuperset(powers)


def declare(factory: Any, name: str) -> Declared:
    """Read what a factory declares; a wrong declaration is a UsageError that names it."""
    missing = [method for method in MINIMUM if not callable(getattr(factory, method, None))]
    if isinstance(factory, type) and missing:
        raise UsageError(f"backend {name} lacks {', '.join(missing)}; every backend has {', '.join(MINIMUM)}")
    if not callable(factory):
        raise UsageError(f"backend {name} is no class or factory but {type(factory).__name__}")
    dialects = _members(name, "dialects", getattr(factory, "dialects", ("BITS",)), Dialect)
    if not dialects:
        raise UsageError(f"backend {name} declares no dialect; know BITS and DO")
    powers = frozenset(_members(name, "powers", getattr(factory, "powers", ()), Power))
    for power in powers:
        lacking = [method for method in methods_of(power, dialects) if not hasattr(factory, method)]
        if lacking and isinstance(factory, type):
            raise UsageError(f"backend {name} declares the power {power.value} but lacks {', '.join(lacking)}")
    timeout = _seconds(name, "call_timeout_seconds", factory)
    return Declared(
        name=name,
        factory=factory,
        dialects=dialects,
        powers=powers,
        quiescence_seconds=_seconds(name, "quiescence_seconds", factory),
        stall_timeout_seconds=_seconds(name, "stall_timeout_seconds", factory),
        call_timeout_seconds=CALL_TIMEOUT_SECONDS if timeout is None else timeout,
    )


_Member = TypeVar("_Member", bound=Enum)


def _members(name: str, what: str, given: object, kind: type[_Member]) -> tuple[_Member, ...]:
    """Read a declared collection of dialects or powers, each as a member or by its value."""
    known = {member.value: member for member in kind}
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise UsageError(f"backend {name} declares {what} = {given!r}; give a tuple of {', '.join(known)}")
    values = [getattr(value, "value", value) for value in cast("Iterable[object]", given)]
    unknown = [str(value) for value in values if value not in known]
    if unknown:
        raise UsageError(f"backend {name} declares unknown {what}: {', '.join(unknown)}; know {', '.join(known)}")
    return tuple(known[value] for value in dict.fromkeys(values))


def _seconds(name: str, what: str, factory: object) -> float | None:
    """Read a declared time; None where it is not declared."""
    value: object = getattr(factory, what, None)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        raise UsageError(f"backend {name} declares {what} = {value!r}; give a number of seconds above 0")
    return float(value)


def load(name: str) -> Declared:
    """Find a backend by its entry-point name, as ``module:Class`` or as ``program:COMMAND LINE``.

    UsageError names what is wrong and where. BrokenBackendError: a program was started, and broke.
    """
    if name.startswith(PROGRAM_PREFIX):
        from copyjob.conformance.program.backend import load_program

        return load_program(name, name.removeprefix(PROGRAM_PREFIX))
    points = {point.name: point for point in entry_points(group=GROUP)}
    target = points[name].value if name in points else name
    module_name, colon, attribute = target.partition(":")
    if not colon or not module_name or not attribute:
        raise UsageError(
            f"unknown backend {name!r}; give one of {', '.join(sorted(points)) or '(none installed)'}, "
            f"or module:Class, or '{PROGRAM_PREFIX}COMMAND LINE'{_as_program(name)}"
        )
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        # A user's own module lies in the folder where the command is run, as with `python -m`.
        sys.path.insert(0, str(Path.cwd()))
    try:
        found: Any = importlib.import_module(module_name)
        for part in attribute.split("."):
            found = getattr(found, part)
    except ModuleNotFoundError as error:
        if error.name is not None and (module_name == error.name or module_name.startswith(error.name + ".")):
            raise UsageError(f"backend {name!r}: there is no module {error.name!r} on the path") from None
        raise UsageError(f"backend {name!r} cannot be imported: {error} ({_where(error)})") from None
    except AttributeError as error:
        place = getattr(sys.modules.get(module_name), "__file__", None) or _where(error)
        raise UsageError(f"backend {name!r}: {error} ({place})") from None
    except (Exception, SystemExit) as error:  # noqa: BLE001 whatever a user's module raises is told with its place
        raise UsageError(
            f"backend {name!r} cannot be imported: {type(error).__name__}: {error} ({_where(error)})"
        ) from None
    return declare(found, name)


_RUN_BY = {".js": "node", ".mjs": "node", ".cjs": "node", ".py": "python3", ".sh": "sh", ".rb": "ruby", ".pl": "perl"}
"""What usually runs a script, by the end of its name."""


def _as_program(name: str) -> str:
    """Return how a file is named as a backend; nothing where there is no file of the name."""
    path = Path(name)
    if not path.is_file():
        return ""
    place = shlex.quote(name)
    runs = _RUN_BY.get(path.suffix)
    own = place if path.is_absolute() or os.sep in name else f"./{place}"
    command = own if os.access(path, os.X_OK) or runs is None else f"{runs} {place}"
    return f"; that file would be {shlex.quote(f'{PROGRAM_PREFIX}{command}')}"


def _where(error: BaseException) -> str:
    """Name the file and line, outside this module, where an import broke."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename != __file__ and "importlib" not in frame.filename
    ]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "at import"
