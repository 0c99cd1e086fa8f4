"""Merge: the parts of a campaign, and the report that one process would have made of all its plans.

Laws:

1. Parts are of one campaign, all of them and each once; else nothing is merged, and one line says why.
2. Nothing is run here, and no backend is loaded: what is told is in the parts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

import msgspec

from copyjob.conformance import report_data as d
from copyjob.conformance.backend import Declared
from copyjob.conformance.catalogue import Choice
from copyjob.conformance.ground import Wire
from copyjob.conformance.interface import Power
from copyjob.conformance.interrupt import INTERRUPTED, TERMINATED
from copyjob.conformance.outcome import is_gone
from copyjob.conformance.overlook import Known
from copyjob.conformance.part import Part
from copyjob.conformance.part_file import PartFile, RunPart, part_of
from copyjob.conformance.report import Frame, chosen, make_report
from copyjob.conformance.settings import table_for
from copyjob.conformance.source import EARLY
from copyjob.conformance.verdict import Accusation, judge_accused
from copyjob.spec.compiled import compile_table
from copyjob.spec.console import UsageError
from copyjob.spec.table import Level, Table
from copyjob.spec.vocabulary import Dialect

Named = tuple[Path, PartFile]
"""A part, and the file that it was read from."""


@dataclass(frozen=True)
class Whole:
    """What parts of one campaign have in common, in the order of the shards."""

    parts: tuple[Named, ...]

    @property
    def first(self) -> PartFile:
        """Any of them."""
        return self.parts[0][1]

    @property
    def declared(self) -> Declared:
        """What the backend declared when it was checked."""
        backend = self.first.backend
        powers = frozenset(map(Power, backend.powers))
        missing = tuple(map(Power, backend.missing_powers))
        return Declared(backend.name, _nobody, self.dialects, powers, possible=(*powers, *missing))

    @property
    def dialects(self) -> tuple[Dialect, ...]:
        """The dialects that were asked for."""
        return tuple(map(Dialect, self.first.dialects))

    @property
    def choice(self) -> Choice:
        """The ids that are judged."""
        return Choice(self.first.selection.only, self.first.selection.skip)


def whole(parts: Sequence[Named]) -> Whole:
    """Return the parts of one campaign. UsageError: they are not, or not all, or one is there twice."""
    ordered = sorted(parts, key=lambda each: each[1].shard)
    path, first = parts[0]
    if first.copyjob != version("copyjob"):
        raise UsageError(
            f"{path} was written by copyjob {first.copyjob}, this is {version('copyjob')}; "
            "merge with the one that wrote it"
        )
    for other, part in parts[1:]:
        for what, mine, theirs in _differences(first, part):
            raise UsageError(
                f"{other} is of another campaign than {path}: its {what} is {theirs}, not {mine}; "
                "merge the shards of one campaign"
            )
    for (one, part), (other, following) in pairwise(ordered):
        if part.shard == following.shard:
            raise UsageError(f"{one} and {other} are both shard {part.shard}/{part.shards}; give each shard once")
    lacking = sorted(set(range(1, first.shards + 1)) - {part.shard for _, part in parts})
    if lacking:
        named = ", ".join(f"{number}/{first.shards}" for number in lacking)
        are = "is" if len(lacking) == 1 else "are"
        raise UsageError(f"shard {named} {are} missing; give all {first.shards} of them")
    found = Whole(tuple(ordered))
    for where, part in ordered:
        for run in part.runs:
            own = table_for(found.declared, Dialect(run.dialect)).digest
            if run.table_digest != own:
                raise UsageError(
                    f"{where} was judged by another table of {run.dialect} ({run.table_digest}, here it is {own}); "
                    "merge with the copyjob that wrote it"
                )
    return found


def _differences(one: PartFile, other: PartFile) -> list[tuple[str, object, object]]:
    """Return in what two parts are of different campaigns."""
    told = [_campaign(one), _campaign(other)]
    return [(what, mine, told[1][what]) for what, mine in told[0].items() if mine != told[1][what]]


def _campaign(part: PartFile) -> Mapping[str, object]:
    tables = {run.dialect: run.table_digest for run in part.runs}
    return {
        "copyjob": part.copyjob,
        "backend": part.backend.name,
        "number of shards": part.shards,
        "seed": part.seed,
        "budget in steps": part.steps,
        "wire": part.wire,
        "list of dialects": ", ".join(part.dialects),
        "list of powers": ", ".join(part.backend.powers),
        "--stop-after": part.stop_after,
        "choice of ids": f"--only {' '.join(part.selection.only)} --skip {' '.join(part.selection.skip)}",
    } | {f"table of {dialect}": tables.get(dialect, "") for dialect in tables}


def report_of(parts: Whole) -> d.Report:
    """Return the report of the whole campaign; no baseline and no gate is in it yet."""
    first, declared, choice = parts.first, parts.declared, parts.choice
    runs = {dialect: _runs_of(parts, dialect) for dialect in parts.dialects}
    made = {dialect: _Merged(declared, choice, dialect, found) for dialect, found in runs.items() if found}
    frame = Frame(
        declared,
        min(part.started for _, part in parts.parts),
        sum(part.duration_seconds for _, part in parts.parts),
        first.seed,
        choice,
        interrupted=any(part.interrupted for _, part in parts.parts),
        wire=Wire(first.wire),
        not_begun=tuple(dialect for dialect, found in runs.items() if not found),
    )
    report = make_report(frame, [each.judgement for each in made.values()])
    own = tuple(each.run(run) for each, run in zip(made.values(), report.runs, strict=True))
    verdicts: set[d.RunVerdict] = {run.verdict for run in own}
    order: tuple[d.RunVerdict, ...] = ("diverges", "errored", "inconclusive")
    verdict = next((each for each in order if each in verdicts), "conforms")
    return msgspec.structs.replace(report, runs=own, verdict=verdict)


def _runs_of(parts: Whole, dialect: Dialect) -> list[tuple[PartFile, RunPart]]:
    return [(part, run) for _, part in parts.parts for run in part.runs if run.dialect == dialect.value]


class _Merged:
    """One dialect of a campaign."""

    def __init__(
        self, declared: Declared, choice: Choice, dialect: Dialect, runs: Sequence[tuple[PartFile, RunPart]]
    ) -> None:
        own: Table = table_for(declared, dialect)
        part: Part[d.Divergence] = Part()
        for _, run in runs:
            part.merge(part_of(run))
        told = part.told(_known)
        accused = [Accusation(Level(found.level), found.rows, found.check) for found in told]
        campaign = part.campaign(dialect)
        campaign.stopped = _stopped(runs)
        weighed = campaign.ledger.evidence(compile_table(own))
        seconds = sum(run.totals.duration_seconds for _, run in runs)
        self.judgement = chosen(judge_accused(own, campaign, weighed, declared, seconds, accused), choice)
        self.divergences = tuple(found for found in told if any(name in choice for name in found.named))

    def run(self, run: d.Run) -> d.Run:
        """Return what a report tells of the dialect, with its divergences."""
        diverges = any(found.level == "MUST" for found in self.divergences)
        verdict: d.RunVerdict = "diverges" if diverges else run.verdict
        return msgspec.structs.replace(run, divergences=self.divergences, verdict=verdict)


def _known(found: d.Divergence) -> Known:
    named = frozenset(found.rows) if found.check is None else frozenset((found.check,))
    return Level(found.level), named


def _stopped(runs: Sequence[tuple[PartFile, RunPart]]) -> str:
    """Return why shards ended early; an interruption, and a cluster that went away, in their own words."""
    told = [run.stopped for _, run in runs]
    own = next((word for word in told if word in (INTERRUPTED, TERMINATED) or is_gone(word)), None)
    if own is not None:
        return own
    ends = [f"shard {part.shard}/{part.shards} {run.stopped}" for part, run in runs if run.stopped not in ("", EARLY)]
    return "; ".join(ends) or (EARLY if EARLY in told else "")


def _nobody(**_: object) -> NoReturn:
    raise AssertionError("no backend is constructed where parts are merged")
