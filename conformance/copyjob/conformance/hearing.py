"""What becomes of a check's events: a line each in the output folder, a replay file for each divergence and for what
told nothing, a word on standard error for who waits.

Laws:

1. A divergence is told, and has its replay file, before the next plan of its process is judged.
2. Hearing never disturbs the check: what cannot be written is kept for the end.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, TypeVar

import msgspec

from copyjob.conformance import event_data as line
from copyjob.conformance import events, replay_file
from copyjob.conformance.catalogue import ALL, Choice
from copyjob.conformance.ground import Wire
from copyjob.conformance.outputs import Outputs, replay_name
from copyjob.conformance.plan import Plan, step_from_json
from copyjob.conformance.report import divergence_data
from copyjob.conformance.report_data import Dialect, Divergence, Error, Report, Run, RunVerdict, Unclear
from copyjob.conformance.settings import Settings
from copyjob.spec import vocabulary

_Mishap = TypeVar("_Mishap", Error, Unclear)

_RUN_VERDICTS: dict[str, RunVerdict] = {
    "conforms": "conforms",
    "diverges": "diverges",
    "errored": "errored",
    "inconclusive": "inconclusive",
}


class Hearing:
    """Hears of a check from its beginning to its end."""

    def __init__(self, backend: str, files: Outputs, say: Callable[[str], None], choice: Choice = ALL) -> None:
        """``say`` tells a line to who waits for the check; of divergences, those that were chosen are told."""
        self._choice = choice
        self.began = datetime.now(UTC).isoformat(timespec="seconds")
        self._backend = backend
        self._files = files
        self._say = say
        self._wire, self._seed = Wire.HTTP, 0
        self._start = time.monotonic()
        self._replays: dict[tuple[Dialect, tuple[str, ...], str], str] = {}

    @property
    def elapsed_seconds(self) -> float:
        """How long it has been going on."""
        return round(time.monotonic() - self._start, 6)

    def begin(self, settings: Settings, dialects: tuple[vocabulary.Dialect, ...]) -> None:
        """Tell that the check begins."""
        self._wire, self._seed = settings.wire, settings.seed
        self._files.event(
            line.Started(
                elapsed_seconds=self.elapsed_seconds,
                copyjob=version("copyjob"),
                backend=self._backend,
                dialects=tuple(dialect.value for dialect in dialects),
                seed=settings.seed,
                started=self.began,
            )
        )

    def told(self, event: events.Event) -> None:
        """Hear of one event."""
        at = self.elapsed_seconds
        match event:
            case events.Started(dialect, plans):
                self._files.event(line.Begun(elapsed_seconds=at, dialect=dialect.value, plans=plans))
            case events.PlanDone(dialect, number, aim, verdict, steps, _):
                self._files.event(
                    line.PlanDone(
                        elapsed_seconds=at,
                        dialect=dialect.value,
                        number=number,
                        aim=aim,
                        verdict=verdict.value,
                        steps=steps,
                    )
                )
            case events.Found(dialect, divergence):
                self._found(at, dialect, divergence_data(divergence, self._backend, dialect))
            case events.RoundDone(dialect, number, coverage):
                self._files.event(
                    line.RoundDone(elapsed_seconds=at, dialect=dialect.value, number=number, coverage=dict(coverage))
                )
            case events.Note(text):
                self._files.event(line.Note(elapsed_seconds=at, text=text))
            case events.Ended(dialect, verdict, stopped):
                word = _RUN_VERDICTS[verdict.value]
                self._files.event(line.Over(elapsed_seconds=at, dialect=dialect.value, verdict=word, stopped=stopped))

    def end(self, report: Report) -> None:
        """Tell how the check ended."""
        self._files.event(
            line.Ended(
                elapsed_seconds=self.elapsed_seconds,
                verdict=report.verdict,
                exit_code=report.exit_code,
                interrupted=report.interrupted,
            )
        )

    def _found(self, at: float, dialect: vocabulary.Dialect, found: Divergence) -> None:
        if not any(name in self._choice for name in found.named):
            return
        named = self._with_replay(dialect.value, found)
        self._files.event(line.Found(elapsed_seconds=at, dialect=dialect.value, divergence=named))
        self._say(f"{dialect.value} diverges ({found.level}) after {at:.1f} s: {' or '.join(found.named)}")

    def with_replays(self, report: Report) -> Report:
        """Return the report with the name of the replay file of each divergence, error and reason for no verdict."""
        return msgspec.structs.replace(report, runs=tuple(map(self._run_with_replays, report.runs)))

    def _run_with_replays(self, run: Run) -> Run:
        return msgspec.structs.replace(
            run,
            divergences=tuple(self._with_replay(run.dialect, found) for found in run.divergences),
            errors=tuple(self._mishap(run.dialect, found, "errored") for found in run.errors),
            inconclusive=tuple(self._mishap(run.dialect, found, "inconclusive") for found in run.inconclusive),
        )

    def _with_replay(self, dialect: Dialect, found: Divergence) -> Divergence:
        """Return a divergence with its replay file, which is written where it is new."""
        if self._files.folder is None:
            return found
        key = (dialect, found.named, found.python)
        return msgspec.structs.replace(found, replay=self._replay(key, found.id, found.plan, found.past))

    def _mishap(self, dialect: Dialect, found: _Mishap, word: str) -> _Mishap:
        """Return what says nothing of the backend with its replay file, in which no divergence is expected."""
        if self._files.folder is None or not found.plan:
            return found
        key = (dialect, (), f"{word}: {found.text}, {found.plan}")
        return msgspec.structs.replace(found, replay=self._replay(key, word, found.plan))

    def _replay(
        self,
        key: tuple[Dialect, tuple[str, ...], str],
        word: str,
        steps: Sequence[dict[str, Any]],
        past: tuple[str, ...] = (),
    ) -> str:
        """Write a replay file where it is new; return its name."""
        dialect, named, _ = key
        if key not in self._replays:
            name = self._replays[key] = replay_name(dialect, word, taken=self._replays.values())
            plan = Plan(tuple(map(step_from_json, steps)), word)
            own = vocabulary.Dialect(dialect)
            text = replay_file.document(plan, self._backend, own, named, wire=self._wire, seed=self._seed, past=past)
            self._files.whole(name, text)
        return self._replays[key]
