"""A program as a backend: ``program:COMMAND LINE`` is found, asked what it declares, and called like any other.

Laws:

1. A program that cannot be started, or that speaks another version, is a mistake of the caller (UsageError). One that
   breaks after it was started is a broken adapter (:class:`BrokenBackendError`, :class:`AdapterError`), never a
   divergence.
2. Each instance is a process of its own. It is gone when the instance is closed, or was never made.
3. Without the power ``concurrent_calls`` no request is sent while another one is open, not even one that was given up.
"""

from __future__ import annotations

import errno
import os
import shlex
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from copyjob.conformance.adapter import AdapterError
from copyjob.conformance.backend import CALL_TIMEOUT_SECONDS, BrokenBackendError, Declared, declare
from copyjob.conformance.callers import CallTimedOutError
from copyjob.conformance.interface import METHODS, Power
from copyjob.conformance.program.messages import POWERS_OF_PROGRAMS, PROTOCOL, Declaration, VersionError
from copyjob.conformance.program.process import Program
from copyjob.spec.console import UsageError, shown


class ProgramBackend:
    """A running program with the methods of the table. Constructed as the kit does: with a dialect and a folder."""

    def __init__(self, argv: tuple[str, ...], dialect: str, folder: str) -> None:
        """Start the program and open it. AdapterError: it breaks. CallTimedOutError: it does not answer."""
        self._seconds = CALL_TIMEOUT_SECONDS
        self._gave_up = ""
        try:
            self._program = Program(argv)
        except OSError as error:
            raise AdapterError(f"the program {shlex.join(argv)} cannot be started: {error.strerror}") from None
        try:
            self._declaration: Declaration = self._program.call("hello", {"protocol": PROTOCOL}, self._seconds)
            self._seconds = self._declaration.call_timeout_seconds
            self._alone = Power.CONCURRENT_CALLS.value not in self._declaration.powers
            self.blocking_jobs = self._declaration.blocking_jobs
            self._program.call("open", {"dialect": dialect, "folder": folder}, self._seconds)
        except BaseException:
            self._program.close()
            raise

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Return a method of the table."""
        if name not in METHODS:
            raise AttributeError(name)
        return partial(self._call, name)

    def _call(self, name: str, *given: object) -> Any:
        if self._gave_up and self._alone:
            raise AdapterError(f"{name}: {self._gave_up} has not answered yet, and one call is made at a time")
        arguments = dict(zip((argument for argument, _ in METHODS[name].arguments), given, strict=True))
        try:
            return self._program.call(name, arguments, self._seconds)
        except CallTimedOutError:
            self._gave_up = name
            raise

    def close(self) -> None:
        """End the program."""
        self._program.close()


@dataclass(frozen=True)
class Factory:
    """Makes instances of a program. Its attributes are what the program declares."""

    argv: tuple[str, ...]
    dialects: tuple[str, ...] = ()
    powers: tuple[str, ...] = ()
    quiescence_seconds: float | None = None
    stall_timeout_seconds: float | None = None
    call_timeout_seconds: float | None = None

    def __call__(self, dialect: str, folder: str) -> ProgramBackend:
        """Start an instance."""
        return ProgramBackend(self.argv, dialect, folder)


def load_program(name: str, command: str) -> Declared:
    """Start a program once, ask what it declares, and end it.

    UsageError: it cannot be started, speaks another version, or declares what nobody knows. BrokenBackendError: it was
    started, and broke.
    """
    argv = _found(name, command)
    try:
        program = Program(argv)
    except OSError as error:
        told = _NOT_STARTED.get(error.errno or 0, error.strerror)
        raise UsageError(f"backend {name}: it cannot be started: {told}") from None
    try:
        declaration: Declaration = program.call("hello", {"protocol": PROTOCOL}, CALL_TIMEOUT_SECONDS)
    except VersionError as error:
        way_out = "update copyjob" if error.spoken > PROTOCOL else "bring the adapter up to it"
        raise UsageError(f"backend {name}: {error}; {way_out}") from None
    except CallTimedOutError:
        raise BrokenBackendError(
            f"backend {name}: hello has not been answered within {CALL_TIMEOUT_SECONDS:g} s; {_document()}"
        ) from None
    except AdapterError as error:
        raise BrokenBackendError(f"backend {name}: {error.text}; {_document()}", error.words) from None
    finally:
        program.close()
    beyond = set(declaration.powers) & {power.value for power in Power} - {power.value for power in POWERS_OF_PROGRAMS}
    if beyond:
        raise UsageError(f"backend {name} declares the power {', '.join(beyond)}, which no program can have")
    declared = declare(
        Factory(
            argv,
            tuple(declaration.dialects),
            tuple(declaration.powers),
            declaration.quiescence_seconds,
            declaration.stall_timeout_seconds,
            declaration.call_timeout_seconds,
        ),
        name,
    )
    return replace(declared, keeps_time=True, possible=POWERS_OF_PROGRAMS)


_NOT_STARTED = {
    errno.ENOEXEC: "Exec format error; does its first line name its interpreter, as in #!/bin/sh?",
    errno.ENOENT: "the interpreter that its first line names is not there",  # the file itself was found before
}


def _document() -> str:
    return f"{shown(Path(__file__).with_name('protocol.md'))} tells what a program answers"


def _found(name: str, command: str) -> tuple[str, ...]:
    """Return a command line as its words, once its program is known to be there."""
    try:
        argv = tuple(shlex.split(command))
    except ValueError as error:
        raise UsageError(f"backend {name}: the command line cannot be read: {error}") from None
    if not argv:
        raise UsageError(f"backend {name!r} names no program; give program:COMMAND LINE, as in 'program:./adapter.sh'")
    path = Path(argv[0])
    if os.sep not in argv[0]:
        if shutil.which(argv[0]) is None:
            here = f"; ./{path} would be the one in this folder" if path.is_file() else ""
            raise UsageError(f"backend {name}: there is no program {argv[0]!r} on the PATH{here}")
    elif not path.exists():
        raise UsageError(f"backend {name}: there is no file {argv[0]}")
    elif not path.is_file():
        raise UsageError(f"backend {name}: {argv[0]} is no file that could be run")
    elif not os.access(path, os.X_OK):
        raise UsageError(f"backend {name}: {argv[0]} is not executable; chmod +x {shlex.quote(argv[0])} makes it so")
    return argv
