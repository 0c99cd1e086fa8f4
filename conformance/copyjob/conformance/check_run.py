"""What ``copyjob check`` does: check, make the report, print it, write it.

Laws:

1. Every mistake of the caller is found before the first plan runs, but for what a disk refuses later.
2. The screen comes before the files: what was found is told even where nothing can be written any more.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import msgspec

from copyjob.conformance import baseline, gates, outputs
from copyjob.conformance.backend import Declared
from copyjob.conformance.badge import to_badge
from copyjob.conformance.catalogue import Choice, items
from copyjob.conformance.check import Settings, check, load_for, usable_processors
from copyjob.conformance.events import Event, Note, Told, untold
from copyjob.conformance.ground import Wire, standing_on
from copyjob.conformance.hearing import Hearing
from copyjob.conformance.interrupt import INTERRUPTED, TERMINATED
from copyjob.conformance.junit import to_junit
from copyjob.conformance.markdown import to_markdown
from copyjob.conformance.notes import noted_threads
from copyjob.conformance.outcome import settled
from copyjob.conformance.report import Frame, chosen, make_report
from copyjob.conformance.report_data import Report, dumps
from copyjob.conformance.screen import Screen, progress_bars
from copyjob.conformance.settings import Budget
from copyjob.conformance.traces.recording import Recording
from copyjob.spec.console import UsageError, check_writable, say, shown, write_or_refuse
from copyjob.spec.vocabulary import Dialect


@dataclass(frozen=True)
class Asked:
    """What the command line asks for, read and found to make sense."""

    settings: Settings
    declared: Declared
    choice: Choice
    wanted: tuple[gates.Wanted, ...]
    known: baseline.Baseline | None
    write_baseline: Path | None
    output: Path | None
    trace: Path | None
    quiet: bool

    @property
    def dialects(self) -> tuple[Dialect, ...]:
        """The dialects that are checked."""
        return self.settings.dialects or self.declared.dialects

    @classmethod
    def read(cls, args: argparse.Namespace) -> Self:
        """Read the command line. UsageError names what is wrong with it."""
        if args.walks < 0 or (args.jobs is not None and args.jobs < 1):
            raise UsageError("--walks takes 0 or more, --jobs takes 1 or more")
        if args.stop_after < 0:
            raise UsageError("--stop-after takes a number of divergences, or 0 for never")
        settings = Settings(
            backend=args.backend,
            dialects=tuple(Dialect(name) for name in dict.fromkeys(args.dialect or ())),
            seed=args.seed,
            jobs=args.jobs or usable_processors(),
            walks=args.walks,
            wire=Wire(args.wire),
            budget=None if args.budget is None else Budget.read(args.budget),
            stop_after=args.stop_after,
        )
        declared = standing_on(load_for(settings.backend, settings.dialects), settings.wire)
        if args.trace is not None and len(settings.dialects or declared.dialects) > 1:
            raise UsageError("--trace writes a trace of one dialect; choose it with --dialect")
        if args.write_baseline is not None:
            check_writable(args.write_baseline, "name another file with --write-baseline")
        names = [dialect.value for dialect in declared.dialects]
        known = None if args.baseline is None else baseline.read(args.baseline, names)
        return cls(
            settings=replace(settings, excused={} if known is None else known.ids),
            declared=declared,
            choice=Choice(tuple(args.only), tuple(args.skip)).checked(settings.dialects or declared.dialects),
            wanted=gates.wanted(args.require),
            known=known,
            write_baseline=args.write_baseline,
            output=args.output_dir,
            trace=args.trace,
            quiet=args.quiet,
        )


def listed(asked: Asked) -> int:
    """Print the ids that are chosen, one a line with level and sentence; the exit code is 0."""
    for dialect in asked.dialects:
        for item in items(dialect):
            if item.id in asked.choice:
                say(f"{dialect.value:<4} {item.id:<38} {item.level:<6} {item.sentence}")
    return 0


def run(asked: Asked) -> tuple[int, tuple[tuple[str, ...], ...]]:
    """Check; return the exit code and the command lines that are to be run afterwards."""
    recording = Recording(asked.trace, asked.dialects[0], asked.declared.name)
    with recording, outputs.Outputs(asked.output) as files:
        report, notes = _checked(asked, files, recording.told)
        screen = Screen(files.folder)
        screen.report(report, rows=not asked.quiet)
        for note in notes:
            screen.say(f"note: {note}")
        _write(report, files)
    if asked.write_baseline is not None:
        write_or_refuse(asked.write_baseline, baseline.written(report, asked.known), "--write-baseline")
    for path in files.written:
        # A replay file is named where its divergence is told.
        if path.parent == asked.output:
            say(f"wrote {path}")
    if asked.trace is not None:
        recording.settle()
        say(f"wrote {shown(asked.trace)}")
    files.settle()
    if asked.output is None:
        return report.exit_code, ()
    page = ("report", str(asked.output / outputs.REPORT), "-o", str(asked.output / outputs.PAGE))
    return report.exit_code, (page,)


def made_report(asked: Asked) -> tuple[Report, str]:
    """Check, and write the files that are asked for; nothing is printed but divergences as they are found.

    Return the report, and what could not be written.
    """
    with outputs.Outputs(asked.output) as files:
        report, _ = _checked(asked, files)
        _write(report, files)
    return report, files.problem


def _checked(asked: Asked, files: outputs.Outputs, record: Told = untold) -> tuple[Report, list[str]]:
    with progress_bars() as progress, noted_threads() as notes:
        hearing = Hearing(asked.declared.name, files, progress.say, asked.choice)
        hearing.begin(asked.settings, asked.dialects)

        def told(event: Event) -> None:
            progress.told(event)
            hearing.told(event)
            record(event)
            if isinstance(event, Note) and event.text not in notes:
                notes.append(event.text)

        declared, judgements = check(asked.settings, told)
    interrupted = any(judgement.campaign.stopped in (INTERRUPTED, TERMINATED) for judgement in judgements)
    frame = Frame(
        declared,
        hearing.began,
        hearing.elapsed_seconds,
        asked.settings.seed,
        asked.choice,
        wire=asked.settings.wire,
        interrupted=interrupted,
        not_begun=asked.dialects[len(judgements) :],
    )
    report = make_report(frame, [chosen(judgement, asked.choice) for judgement in judgements])
    report = hearing.with_replays(report)
    if asked.known is not None:
        report = baseline.applied(report, asked.known)
    report = settled(msgspec.structs.replace(report, gates=gates.gates(report, asked.wanted)))
    hearing.end(report)
    return report, notes


def _write(report: Report, files: outputs.Outputs) -> None:
    files.whole(outputs.REPORT, dumps(report))
    files.whole(outputs.JUNIT, to_junit(report))
    files.whole(outputs.SUMMARY, to_markdown(report))
    files.whole(outputs.BADGE, to_badge(report))
    files.clear()
