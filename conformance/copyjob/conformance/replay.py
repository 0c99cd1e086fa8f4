"""Replay: run one plan on one backend and print what came of it; what a pasted counterexample calls.

from copyjob.conformance.ground import Wire, temporary_folder
from copyjob.conformance.plan import AddFile, Call, Settle
from copyjob.conformance.replay import replay_and_exit

replay_and_exit("mypackage.module:Backend", dialect="BITS", steps=[AddFile(0), Call("resume"), Settle()])

Law: a program ends with the exit code that ``copyjob check`` gives for the same verdict. Who wants to go on after the
run, in a test or in an interpreter, calls :func:`replay`.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import NoReturn

from copyjob.conformance.backend import Declared
from copyjob.conformance.bench import Bench
from copyjob.conformance.check import load_for, table_for
from copyjob.conformance.confirm import Divergence, divergences_of, overlooking
from copyjob.conformance.ground import Wire, temporary_folder
from copyjob.conformance.outcome import INTERRUPTED
from copyjob.conformance.overlook import known_of
from copyjob.conformance.plan import Plan, Step, validate
from copyjob.conformance.record import Record, Verdict
from copyjob.conformance.report import EXIT_CODES
from copyjob.conformance.screen import wrapped_word
from copyjob.spec.cli import EXIT_USAGE
from copyjob.spec.compiled import compile_table
from copyjob.spec.console import UsageError
from copyjob.spec.vocabulary import Dialect


def replay(
    backend: str,
    *,
    dialect: str = "BITS",
    steps: Sequence[Step],
    quiet: bool = False,
    wire: str = "http",
    seed: int = 0,
    past: Sequence[str] = (),
) -> Verdict:
    """Run the steps on the backend, print the messages and the verdict, and return the verdict.

    ``wire="memory"`` runs them in memory, with the delays of ``seed``. The run goes on ``past`` divergences that are
    known, each told as ``"MUST property/set"``.
    """
    validate(steps)
    try:
        wanted = Dialect(dialect)
    except ValueError:
        raise UsageError(f"unknown dialect {dialect!r}; know BITS and DO") from None
    if wire not in (known := [kind.value for kind in Wire]):
        raise UsageError(f"unknown wire {wire!r}; know {' and '.join(known)}")
    with open_bench(load_for(backend, [wanted]), wanted, Wire(wire), seed) as bench:
        gone_past = overlooking(bench.judge, [known_of(text) for text in past])
        record = bench.run_patiently(Plan(tuple(steps), aim="replay"), overlooking=gone_past)
        lines = [] if quiet else told(record, divergences_of(bench.judge, record))
        lines += [f"note: {note}" for note in bench.notes]
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return record.verdict


@contextmanager
def open_bench(
    declared: Declared, dialect: Dialect, wire: Wire = Wire.HTTP, seed: int = 0, *, notes: list[str] | None = None
) -> Generator[Bench]:
    """Open a bench in a folder of its own, which is gone afterwards; it adds to ``notes``."""
    compiled = compile_table(table_for(declared, dialect))
    with (
        temporary_folder(wire) as folder,
        Bench(declared, compiled, folder / "bench", wire=wire, seed=seed, notes=notes) as bench,
    ):
        yield bench


def replay_and_exit(
    backend: str,
    *,
    dialect: str = "BITS",
    steps: Sequence[Step],
    wire: str = "http",
    seed: int = 0,
    past: Sequence[str] = (),
) -> NoReturn:
    """Do the same and leave: 0 conforms, 1 diverges, 2 wrong usage (told in one line), 3 errored, 4 inconclusive, 130
    interrupted.
    """
    try:
        verdict = replay(backend, dialect=dialect, steps=steps, wire=wire, seed=seed, past=past)
    except UsageError as error:
        sys.stderr.write(f"replay: {error.usage_message}\n")
        sys.exit(getattr(error, "exit_code", EXIT_USAGE))
    except KeyboardInterrupt:
        sys.stderr.write("replay: interrupted\n")
        sys.exit(INTERRUPTED)
    sys.exit(EXIT_CODES[verdict])


def told(record: Record, divergences: Sequence[Divergence]) -> list[str]:
    """Return what one run is told by: its messages, its divergences, its verdict."""
    lines = [
        f"{message.time_seconds:9.4f}  {message.source:>7} -> {message.target:<7}  {message.text}"
        for message in sorted(record.messages, key=lambda message: message.time_seconds)
    ]
    for divergence in divergences:
        rows = ", ".join(row.id for row in divergence.explanation.rows) if divergence.explanation else ""
        lines.append(f"{divergence.level.value} {rows or (divergence.check and divergence.check.id)}")
        lines.append(f"  seen: {divergence.observation}")
        lines.append(f"  permitted: {'; '.join(divergence.permitted)}")
    unclear = [text for text in (record.error, record.late, record.unclear) if text]
    lines += [line for text in unclear for line in (text, f"  {record.where}")]
    lines += [wrapped_word(word, "  ") for word in record.words]
    lines.append(record.verdict.value)
    return lines
