"""What ``copyjob check`` does: check, make the report, print it, write it; of a shard, write its part.

Law: every mistake of the caller is found before the first plan runs, but for what a disk refuses later, and a cluster.
"""

from __future__ import annotations

import argparse
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from copyjob.conformance import baseline, gates, outputs
from copyjob.conformance.backend import Declared
from copyjob.conformance.catalogue import Choice, items
from copyjob.conformance.check import Settings, check, load_for, usable_processors
from copyjob.conformance.ending import Ending, tell_files, write
from copyjob.conformance.events import Event, Note, Told, untold
from copyjob.conformance.ground import Wire, standing_on
from copyjob.conformance.hearing import Hearing
from copyjob.conformance.in_lots import in_lots
from copyjob.conformance.interrupt import INTERRUPTED, TERMINATED
from copyjob.conformance.lots import Shard
from copyjob.conformance.notes import noted_threads
from copyjob.conformance.outcome import ENDED, ERRORED, is_gone
from copyjob.conformance.outcome import INTERRUPTED as INTERRUPTED_CODE
from copyjob.conformance.part_file import dumps, part_file
from copyjob.conformance.report import Frame, chosen, make_report
from copyjob.conformance.report_data import Report
from copyjob.conformance.screen import progress_bars
from copyjob.conformance.settings import Budget
from copyjob.conformance.traces.recording import Recording
from copyjob.spec.console import UsageError, check_writable, say, shown
from copyjob.spec.vocabulary import Dialect


@dataclass(frozen=True)
class Asked:
    """What the command line asks for, read and found to make sense."""

    settings: Settings
    declared: Declared
    choice: Choice
    ending: Ending
    trace: Path | None

    @property
    def output(self) -> Path | None:
        """The folder that the report is written to."""
        return self.ending.output

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
            shard=None if args.shard is None else Shard.read(args.shard),
            dask=args.dask or "",
            traced=args.trace is not None,
        )
        _can_be_divided(settings, args)
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
            ending=Ending(gates.wanted(args.require), known, args.write_baseline, args.output_dir, args.quiet),
            trace=args.trace,
        )


def _can_be_divided(settings: Settings, args: argparse.Namespace) -> None:
    """UsageError: a campaign is to be divided that cannot be, or is to be judged before it is whole."""
    asked = "--shard" if settings.shard is not None else "--dask" if settings.dask else ""
    if asked and not settings.in_lots:
        raise UsageError(
            f"{asked} needs a budget in steps, so that all know the same plans; add one, such as --budget 20000steps"
        )
    if settings.dask:
        from copyjob.conformance.cluster import Address

        Address.read(settings.dask)
    if settings.shard is None:
        return
    if args.output_dir is None:
        raise UsageError(f"--shard writes {outputs.PART} for copyjob merge; name a folder with -o")
    if args.require or args.write_baseline is not None:
        raise UsageError("--require and --write-baseline need all shards; give them to copyjob merge")


def listed(asked: Asked) -> int:
    """Print the ids that are chosen, one a line with level and sentence; the exit code is 0."""
    for dialect in asked.dialects:
        for item in items(dialect):
            if item.id in asked.choice:
                say(f"{dialect.value:<4} {item.id:<38} {item.level:<6} {item.sentence}")
    return 0


Ended = tuple[int, tuple[tuple[str, ...], ...]]
"""An exit code, and the command lines that are to be run afterwards."""


def run(asked: Asked) -> Ended:
    """Check; return the exit code and the command lines that are to be run afterwards."""
    recording = Recording(asked.trace, asked.dialects[0], asked.declared.name)
    with recording, outputs.Outputs(asked.output) as files:
        if asked.settings.shard is not None:
            ended: Ended = _shard(asked, files, recording.told), ()
        else:
            report, notes = _checked(asked, files, recording.told)
            ended = asked.ending.told(report, files, notes)
    if asked.trace is not None:
        recording.settle()
        say(f"wrote {shown(asked.trace)}")
    return ended


def made_report(asked: Asked) -> tuple[Report, str]:
    """Check, and write the files that are asked for; nothing is printed but divergences as they are found.

    Return the report, and what could not be written.
    """
    with outputs.Outputs(asked.output) as files:
        report, _ = _checked(asked, files)
        write(report, files)
    return report, files.problem


def _checked(asked: Asked, files: outputs.Outputs, record: Told = untold) -> tuple[Report, list[str]]:
    with _heard(asked, files, record) as (hearing, told, notes):
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
    return asked.ending.settled(report, hearing), notes


def _shard(asked: Asked, files: outputs.Outputs, record: Told) -> int:
    """Run a shard and write its part; the exit code says whether it was run, for nothing is judged yet."""
    declared = load_for(asked.settings.backend, asked.settings.dialects)
    with _heard(asked, files, record) as (hearing, told, notes):
        portions = in_lots(declared, asked.settings, told)
    part = part_file(declared, asked.settings, asked.choice, portions, hearing.began, round(hearing.elapsed_seconds, 3))
    files.whole(outputs.PART, dumps(part))
    for run in part.runs:
        ended = f"; {run.stopped}" if run.stopped else ""
        say(
            f"{part.backend.name}, {run.dialect}: shard {part.shard}/{part.shards}, {run.totals.plans} plans, "
            f"{run.totals.observations} judged steps, {len(run.findings)} findings, {len(run.errors)} errors{ended}"
        )
    for note in notes:
        say(f"note: {note}")
    tell_files(files)
    say(f"copyjob merge judges all {part.shards} shards together")
    stopped = [run.stopped for run in part.runs]
    if part.interrupted:
        return ENDED if TERMINATED in stopped else INTERRUPTED_CODE
    return ERRORED if any(map(is_gone, stopped)) else 0


@contextmanager
def _heard(asked: Asked, files: outputs.Outputs, record: Told) -> Generator[tuple[Hearing, Told, list[str]]]:
    """Hear of a check: progress, findings as they come, the events in the folder, and notes."""
    with progress_bars() as progress, noted_threads() as notes:
        hearing = Hearing(asked.declared.name, files, progress.say, asked.choice)
        hearing.begin(asked.settings, asked.dialects)

        def told(event: Event) -> None:
            progress.told(event)
            hearing.told(event)
            record(event)
            if isinstance(event, Note) and event.text not in notes:
                notes.append(event.text)

        yield hearing, told, notes
