"""What ``copyjob check`` shows: progress on a terminal, a verdict a row, divergences in full, and the summary.

Law: what is said here is said in the report too; nothing is computed for the screen. Quiet progress where standard
error is no terminal, no colour where standard output is none. Lines fit 80 columns.
"""

from __future__ import annotations

import textwrap
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from copyjob.conformance.events import Event, PlanDone, Started, Told
from copyjob.spec.vocabulary import Dialect

WIDTH = 80
NOTES_MAX = 5
_STYLES = {
    "conforms": "green",
    "diverges": "bold red",
    "inconclusive": "yellow",
    "errored": "magenta",
    "skipped": "dim",
    "unjudged": "dim",
}


@contextmanager
def progress_bars() -> Generator[Told]:
    """Show one bar a dialect on standard error while it is a terminal; yield what is to be told of progress."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    bars: dict[Dialect, Any] = {}
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("plans"),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    ) as progress:

        def told(event: Event) -> None:
            match event:
                case Started(dialect, plans):
                    bars[dialect] = progress.add_task(dialect.value, total=plans or None)
                case PlanDone(dialect, number):
                    progress.update(bars[dialect], completed=number)
                case _:
                    pass

        yield told


@contextmanager
def noted_threads() -> Generator[list[str]]:
    """Collect, once each, what threads of the backend raise, instead of letting tracebacks through."""
    from copyjob.conformance.adapter import blame

    notes: list[str] = []

    def note(raised: threading.ExceptHookArgs) -> None:
        error = raised.exc_value
        name = raised.thread.name if raised.thread else "gone"
        text = blame(error, "a thread of the backend") if error else f"thread {name} ended"
        if text not in notes and len(notes) < NOTES_MAX:
            notes.append(text)

    before, threading.excepthook = threading.excepthook, note
    try:
        yield notes
    finally:
        threading.excepthook = before


class Screen:
    """Prints a report (the JSON of :mod:`copyjob.conformance.report`) for people."""

    def __init__(self) -> None:
        """Print to standard output, in colour where that is a terminal."""
        from rich.console import Console

        self._console = Console(highlight=False, soft_wrap=True)

    def say(self, text: str = "", style: str | None = None) -> None:
        """Print one line as it is."""
        self._console.print(text, style=style, markup=False)

    def report(self, data: dict[str, Any], *, rows: bool = True) -> None:
        """Print everything."""
        for run in data["runs"]:
            self._run(run, data["backend"]["name"], rows=rows)
        for run in data["runs"]:
            for divergence in run["divergences"]:
                self._divergence(divergence, run["dialect"])
        for run in data["runs"]:
            self._summary(run, data["backend"]["name"])

    def _run(self, run: dict[str, Any], name: str, *, rows: bool) -> None:
        if rows:
            self.say(f"{name}, {run['dialect']}: verdict, rule, level, judged, other outcomes rejected", "bold")
            for row in run["rows"]:
                self._row(row)
            for check in run["checks"]:
                self._line(check["verdict"], check["id"], "", f"{check['judged']:>6}", check["reason"])
            self.say()

    def _row(self, row: dict[str, Any]) -> None:
        alternatives = row["alternatives"]
        told = f"{row['judged']:>6} {alternatives['rejected']:>3}/{alternatives['of']}"
        # Why a MAY row was not told apart is no news; what is open or left out is.
        reason = row["reason"] if row["verdict"] != "conforms" else ""
        self._line(row["verdict"], row["id"], row["level"], told, reason)

    def _line(self, verdict: str, name: str, level: str, told: str, reason: str) -> None:
        text = f"{verdict:<12} {name:<38} {level:<6} {told}"
        if reason and len(text) + len(reason) + 2 > WIDTH:
            self.say(text, _STYLES[verdict])
            self.say(
                textwrap.fill(reason, WIDTH, initial_indent=" " * 13, subsequent_indent=" " * 13),
                _STYLES[verdict],
            )
        else:
            self.say(f"{text}  {reason}".rstrip(), _STYLES[verdict])

    def _divergence(self, divergence: dict[str, Any], dialect: str) -> None:
        which = ", ".join(divergence["rows"]) or divergence["check"] or divergence["id"]
        self.say(f"{dialect} DIVERGES ({divergence['level']}): {which}", "bold red")
        self._wrapped("seen", divergence["observation"])
        self._wrapped("permitted", "; ".join(divergence["permitted"]))
        for text in divergence["explained_if"]:
            self._wrapped("as if", text)
        for clause in divergence["clauses"]:
            self._wrapped(clause["key"], clause["text"])
        shown = divergence["reproduced"]
        self._wrapped("shown", f"{shown['times']} of {shown['of']} times by this shortest program:")
        self.say()
        self.say(textwrap.indent(divergence["python"], "    "))
        self.say()

    def _wrapped(self, label: str, text: str) -> None:
        self.say(textwrap.fill(text, WIDTH, initial_indent=f"  {label}: ", subsequent_indent="    "))

    def _summary(self, run: dict[str, Any], name: str) -> None:
        coverage, totals = run["coverage"], run["totals"]
        self.say(f"{name}, {run['dialect']}: {run['verdict'].upper()}", _STYLES[run["verdict"]])
        must = coverage["must"]
        self.say(f"  {must['discriminated']} of {must['of']} MUST rows discriminated")
        clauses = coverage["clauses"]
        self.say(
            f"  states {len(coverage['states']['seen'])}/{len(coverage['states']['of'])}, "
            f"cells {coverage['cells']['judged']}/{coverage['cells']['of']}, "
            f"rows {coverage['rows']['judged']}/{coverage['rows']['of']}, "
            f"clauses {len(clauses['judged'])}/{len(clauses['of'])}"
        )
        self.say(
            f"  {totals['plans']} plans, {totals['observations']} observations, {totals['requests']} requests, "
            f"{totals['bytes'] / 1e6:.1f} MB, {totals['duration_seconds']:.1f} s"
        )
        skipped: dict[str, int] = {}
        for row in run["rows"]:
            if row["verdict"] == "skipped":
                skipped[row["reason"]] = skipped.get(row["reason"], 0) + 1
        for reason, count in skipped.items():
            self._wrapped(f"{count} rows skipped", reason)
        for text in run["unclear"]:
            self._wrapped("inconclusive", text)
        for error in run["errors"]:
            self._wrapped("error of the adapter", error["text"])
        if run["stopped"]:
            self._wrapped("note", run["stopped"])
