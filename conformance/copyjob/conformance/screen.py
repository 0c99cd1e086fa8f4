"""What ``copyjob check`` shows: progress on a terminal, a verdict a row, divergences in full, and the summary.

Law: what is said here is said in the report too; nothing is computed for the screen. Quiet progress where standard
error is no terminal, no colour where standard output is none. Lines fit 80 columns.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import Any

from copyjob.conformance.events import Event, PlanDone, Started
from copyjob.conformance.gates import measures
from copyjob.conformance.outcome import passes_as_known
from copyjob.conformance.report_data import Check, Divergence, Error, Report, Row, Run, Unclear
from copyjob.spec.vocabulary import Dialect

WIDTH = 80
NAMED_MAX = 8
"""So many clauses are named on the screen; the report names all."""
_STYLES = {
    "conforms": "green",
    "diverges": "bold red",
    "inconclusive": "yellow",
    "errored": "magenta",
    "skipped": "dim",
    "unjudged": "dim",
}


def wrapped_word(line: str, indent: str) -> str:
    """Return a line that an adapter said, at 80 columns; what it was indented by is kept."""
    own = " " * min(len(line) - len(line.lstrip()), WIDTH // 4)
    return textwrap.fill(line.strip(), WIDTH, initial_indent=indent + own, subsequent_indent=f"{indent}{own}  ")


class Progress:
    """What is shown while a check goes on, on standard error."""

    def __init__(self, bars: Any) -> None:
        """Take rich's bars."""
        self._bars = bars
        self._tasks: dict[Dialect, Any] = {}

    def told(self, event: Event) -> None:
        """Move the bars."""
        match event:
            case Started(dialect, plans):
                self._tasks[dialect] = self._bars.add_task(dialect.value, total=plans or None)
            case PlanDone(dialect, number):
                self._bars.update(self._tasks[dialect], completed=number)
            case _:
                pass

    def say(self, text: str) -> None:
        """Tell a line above the bars."""
        self._bars.console.print(text, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def progress_bars() -> Generator[Progress]:
    """Show one bar a dialect on standard error while it is a terminal; yield what is to be told of progress."""
    from rich import progress as rich_progress
    from rich.console import Console

    console = Console(stderr=True)
    with rich_progress.Progress(
        rich_progress.TextColumn("{task.description}"),
        rich_progress.BarColumn(),
        rich_progress.MofNCompleteColumn(),
        rich_progress.TextColumn("plans"),
        rich_progress.TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    ) as bars:
        yield Progress(bars)


class Screen:
    """Prints a report for people."""

    def __init__(self, folder: Path | None = None) -> None:
        """Print to standard output, in colour where that is a terminal; replay files lie in ``folder``."""
        from rich.console import Console

        self._folder = folder or Path()
        self._console = Console(highlight=False, soft_wrap=True)

    def say(self, text: str = "", style: str | None = None) -> None:
        """Print one line as it is."""
        self._console.print(text, style=style, markup=False)

    def report(self, report: Report, *, rows: bool = True) -> None:
        """Print everything."""
        for run in report.runs:
            if rows:
                self._run(run, report.backend.name)
        for run in report.runs:
            for divergence in run.divergences:
                self._divergence(divergence, run.dialect)
        for run in report.runs:
            self._summary(run, report.backend.name)
        for dialect in report.not_begun:
            self.say(f"{report.backend.name}, {dialect}: NOT BEGUN", "bold yellow")
        self._ending(report)

    def _run(self, run: Run, name: str) -> None:
        self.say(f"{name}, {run.dialect}: verdict, rule, level, judged, other outcomes rejected", "bold")
        for row in run.rows:
            alternatives = row.alternatives
            told = f"{row.judged:>6} {alternatives.rejected:>3}/{alternatives.of}"
            # Why a MAY row was not told apart is no news; what is open or left out is.
            self._line(row, row.level, told, row.reason if row.verdict != "conforms" else "")
        for check in run.checks:
            self._line(check, "", f"{check.judged:>6}", check.reason)
        self.say()

    def _line(self, item: Row | Check, level: str, told: str, reason: str) -> None:
        text = f"{item.verdict:<12} {item.id:<38} {level:<6} {told}"
        style = _STYLES[item.verdict]
        if reason and len(text) + len(reason) + 2 > WIDTH:
            self.say(text, style)
            indent = " " * 13
            self.say(textwrap.fill(reason, WIDTH, initial_indent=indent, subsequent_indent=indent), style)
        else:
            self.say(f"{text}  {reason}".rstrip(), style)

    def _divergence(self, divergence: Divergence, dialect: str) -> None:
        which = ", ".join(divergence.rows) or divergence.check or divergence.id
        word = "KNOWN" if divergence.known else "DIVERGES"
        self.say(f"{dialect} {word} ({divergence.level}): {which}", "dim" if divergence.known else "bold red")
        if divergence.known:
            self._wrapped("baseline", divergence.known)
        self._wrapped("seen", divergence.observation)
        self._wrapped("permitted", "; ".join(divergence.permitted))
        for text in divergence.explained_if:
            self._wrapped("as if", text)
        for clause in divergence.clauses:
            self._wrapped(clause.key, clause.text)
        shown = divergence.reproduced
        if divergence.past:
            self._wrapped("behind", f"{'; '.join(divergence.past)}: told as well, and the run goes on past it")
        self._wrapped("shown", f"{shown.times} of {shown.of} times by this shortest program:")
        self.say()
        self.say(textwrap.indent(divergence.python, "    "))
        if divergence.replay:
            self.say()
            # To be copied: never broken, however long the name of the folder is.
            self.say(f"  again: copyjob replay {self._folder / divergence.replay}")
        self.say()

    def _seen_again(self, found: Error | Unclear, *, said_before: bool = False) -> None:
        """Tell where a run ended that says nothing of the backend, what its adapter said last, and how to repeat it."""
        if found.where:
            self.say(textwrap.fill(found.where, WIDTH, initial_indent="    ", subsequent_indent="      "))
        if said_before:
            self.say("    the last lines of its standard error are those from above")
        elif isinstance(found, Error) and found.stderr:
            self.say("    last lines of its standard error:")
            for line in found.stderr:
                self.say(wrapped_word(line, "      "))
        if found.replay:
            self.say(f"    again: copyjob replay {self._folder / found.replay}")

    def _wrapped(self, label: str, text: str) -> None:
        self.say(
            textwrap.fill(text, WIDTH, initial_indent=f"  {label}: ", subsequent_indent="    ", break_on_hyphens=False)
        )

    def _summary(self, run: Run, name: str) -> None:
        coverage, totals = run.coverage, run.totals
        self.say(f"{name}, {run.dialect}: {run.verdict.upper()}", _STYLES[run.verdict])
        self.say(f"  {coverage.must.discriminated} of {coverage.must.of} MUST rows discriminated")
        shares = ", ".join(f"{name} {reached}/{of}" for name, (reached, of) in measures(coverage).items())
        self.say(textwrap.fill(shares, WIDTH, initial_indent="  ", subsequent_indent="  "))
        self.say(
            f"  {totals.plans} plans, {totals.observations} observations, {totals.requests} requests, "
            f"{totals.bytes / 1e6:.1f} MB, {totals.duration_seconds:.1f} s"
        )
        if coverage.clauses.missed:
            missed = coverage.clauses.missed
            more = [f"and {len(missed) - NAMED_MAX} more"] if len(missed) > NAMED_MAX else []
            self._wrapped("clauses not exercised for certain", ", ".join([*missed[:NAMED_MAX], *more]))
        for reason, count in Counter(row.reason for row in run.rows if row.verdict == "skipped").items():
            self._wrapped(f"{count} rows skipped", reason)
        for text, first in zip_longest(run.unclear, run.inconclusive):
            self._wrapped("inconclusive", text)
            if first is not None:
                self._seen_again(first)
        said: tuple[str, ...] = ()
        for error in run.errors:
            self._wrapped("error of the adapter", error.text)
            self._seen_again(error, said_before=bool(said) and error.stderr == said)
            said = error.stderr
        if run.stopped:
            self._wrapped("note", run.stopped)

    def _ending(self, report: Report) -> None:
        """Tell what a choice, a baseline, gates and an interruption make of it."""
        chosen = report.selection
        globs = [f"--only {glob}" for glob in chosen.only] + [f"--skip {glob}" for glob in chosen.skip]
        if globs:
            self._wrapped("only a part was judged", " ".join(globs))
        for entry in report.baseline:
            if entry.stale:
                told = f"{entry.id} is known to diverge ({entry.reason}), and passed: take it out of the baseline"
                self.say(textwrap.fill(f"{entry.dialect} STALE: {told}", WIDTH, subsequent_indent="    "), "bold red")
        if report.baseline:
            became = Counter("stale" if entry.stale else entry.became for entry in report.baseline)
            self.say("baseline: " + ", ".join(f"{count} {word}" for word, count in became.items()))
        for gate in report.gates:
            word, style = ("met", "green") if gate.met else ("MISSED", "bold red")
            self.say(
                f"{gate.dialect} requires {gate.measure} {gate.wanted}: {gate.reached} of {gate.of}, {word}", style
            )
        if passes_as_known(report):
            self.say("every divergence is known, so the check passes", "green")
        if report.interrupted:
            self.say("interrupted: what is told was found before", "bold yellow")
