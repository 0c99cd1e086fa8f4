"""A part of a campaign as a file: what a shard writes, and what ``copyjob merge`` reads.

Laws:

1. In it stands all that merging needs, and nothing that was judged: a verdict needs all parts.
2. Its shape is in these structs alone. Who reads leaves what it does not know alone.
3. It is judged by the kit and the table that wrote it, or not at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from copyjob.conformance import report_data as d
from copyjob.conformance.attempt import Mishap
from copyjob.conformance.backend import Declared
from copyjob.conformance.catalogue import Choice
from copyjob.conformance.in_lots import Portion
from copyjob.conformance.interrupt import INTERRUPTED, TERMINATED
from copyjob.conformance.ledger import Ledger
from copyjob.conformance.part import NOT_CARRIED, Open, Part
from copyjob.conformance.plan import Plan, step_from_json, step_to_json
from copyjob.conformance.report import divergence_data
from copyjob.conformance.report_data import Count, Dialect, Seconds
from copyjob.conformance.settings import Settings
from copyjob.spec.table import Level

FORMAT: Final = "copyjob-part"
VERSION: Final = 1
WAY_OUT: Final = "copyjob check BACKEND --budget 20000steps --shard 1/8 -o DIR writes one"


class _Data(msgspec.Struct, frozen=True, kw_only=True):
    """Values, built by name."""


class Proved(_Data, frozen=True, kw_only=True):
    """What was certain, or was rejected: rows by their ids, operations by their names."""

    runs: Count
    judged: dict[str, Count]
    taken: tuple[str, ...]
    guards: tuple[tuple[str, bool], ...]
    pairs: tuple[tuple[str, str], ...]
    hresults: tuple[tuple[str, Count], ...]
    rejected: tuple[tuple[str, str], ...]


class Finding(_Data, frozen=True, kw_only=True):
    """A divergence, the number of its plan, and in which words it was seen first."""

    number: Count
    level: d.BrokenLevel
    words: tuple[str, ...]
    divergence: d.Divergence


class Told(_Data, frozen=True, kw_only=True):
    """A run that says nothing of the backend: the number of its plan, and how many more there were for this reason."""

    number: Count
    text: str
    where: str
    stderr: tuple[str, ...] = ()
    aim: str
    plan: tuple[dict[str, Any], ...]
    runs: Count = 1


class RunPart(_Data, frozen=True, kw_only=True):
    """What was run of one dialect."""

    dialect: Dialect
    table_digest: str
    totals: d.Totals
    waits: Count
    proved: Proved
    checks: dict[str, Count]
    """How often each check judged something."""
    findings: tuple[Finding, ...]
    errors: tuple[Told, ...]
    unclear: tuple[Told, ...]
    stopped: str = ""


class PartFile(_Data, frozen=True, kw_only=True):
    """A shard of a campaign."""

    format: Literal["copyjob-part"] = FORMAT
    version: Literal[1] = VERSION
    copyjob: str
    backend: d.Backend
    dialects: tuple[Dialect, ...]
    seed: int
    steps: Count
    """The budget of the whole campaign."""
    wire: d.WireName
    stop_after: Count
    selection: d.Selection
    shard: Count
    shards: Count
    started: str
    duration_seconds: Seconds
    runs: tuple[RunPart, ...]

    @property
    def interrupted(self) -> bool:
        """Whether somebody interrupted it."""
        return any(run.stopped in (INTERRUPTED, TERMINATED) for run in self.runs)


def part_file(
    declared: Declared, settings: Settings, choice: Choice, portions: Sequence[Portion], started: str, seconds: float
) -> PartFile:
    """Return the file of a shard."""
    assert settings.shard is not None
    assert settings.budget is not None
    return PartFile(
        copyjob=version("copyjob"),
        backend=d.Backend(
            name=declared.name,
            powers=tuple(sorted(power.value for power in declared.powers)),
            missing_powers={power.value: "not declared" for power in declared.missing},
        ),
        dialects=tuple(dialect.value for dialect in settings.dialects or declared.dialects),
        seed=settings.seed,
        steps=settings.budget.steps or 0,
        wire=settings.wire.value,
        stop_after=settings.stop_after,
        selection=d.Selection(only=choice.only, skip=choice.skip),
        shard=settings.shard.number,
        shards=settings.shard.of,
        started=started,
        duration_seconds=round(seconds, 3),
        runs=tuple(_run(portion, declared) for portion in portions),
    )


def _run(portion: Portion, declared: Declared) -> RunPart:
    part, campaign, table = portion.part, portion.campaign, portion.judgement.table
    ledger = part.ledger
    return RunPart(
        dialect=table.dialect.value,
        table_digest=table.digest,
        totals=d.Totals(
            plans=part.plans,
            steps=part.steps,
            observations=part.observations,
            requests=part.requests,
            bytes=part.bytes_sent,
            late=part.late,
            duration_seconds=round(portion.judgement.seconds, 3),
        ),
        waits=part.waits,
        proved=Proved(
            runs=ledger.runs,
            judged=dict(sorted(ledger.judged.items())),
            taken=tuple(sorted(ledger.taken)),
            guards=tuple(sorted(ledger.guards)),
            pairs=tuple(sorted(ledger.pairs)),
            hresults=tuple(sorted(ledger.hresults)),
            rejected=tuple(sorted(ledger.rejected)),
        ),
        checks=dict(sorted(part.judged.items())),
        findings=tuple(
            Finding(
                number=number,
                level="MUST" if known[0] is Level.MUST else "SHOULD",
                words=tuple(sorted(known[1])),
                divergence=divergence_data(found, declared.name, table.dialect),
            )
            for known, (number, found) in sorted(part.findings.items(), key=lambda item: item[1][0])
        ),
        errors=tuple(_told(number, mishap) for number, mishap in sorted(part.errors.items())),
        unclear=tuple(
            _told(one.number, one.mishap, one.runs) for one in sorted(part.unclear.values(), key=lambda o: o.number)
        ),
        stopped=campaign.stopped,
    )


def _told(number: int, mishap: Mishap, runs: int = 1) -> Told:
    return Told(
        number=number,
        text=mishap.text,
        where=mishap.where,
        stderr=mishap.words,
        aim=mishap.plan.aim,
        plan=tuple(map(step_to_json, mishap.plan.steps)),
        runs=runs,
    )


def part_of(run: RunPart) -> Part[d.Divergence]:
    """Return what was run as a part that merges. UsageError: a step of a plan is none."""
    proved, totals = run.proved, run.totals
    return Part(
        ledger=Ledger(
            proved.runs,
            Counter(proved.judged),
            set(proved.taken),
            set(proved.guards),
            set(proved.pairs),
            set(proved.hresults),
            dict.fromkeys(proved.rejected, NOT_CARRIED),
        ),
        judged=Counter(run.checks),
        findings={
            (Level(found.level), frozenset(found.words)): (found.number, found.divergence) for found in run.findings
        },
        errors={told.number: _mishap(told) for told in run.errors},
        unclear={told.text: Open(told.number, _mishap(told), told.runs) for told in run.unclear},
        plans=totals.plans,
        steps=totals.steps,
        observations=totals.observations,
        requests=totals.requests,
        bytes_sent=totals.bytes,
        late=totals.late,
        waits=run.waits,
    )


def _mishap(told: Told) -> Mishap:
    return Mishap(told.text, Plan(tuple(map(step_from_json, told.plan)), told.aim), told.where, told.stderr)


def dumps(part: PartFile) -> str:
    """Return a part as text."""
    return msgspec.json.encode(part).decode() + "\n"


def read(path: Path) -> PartFile:
    """Return the part in a file. UsageError, in one line, where there is none."""
    return d.read_as(path, PartFile, FORMAT, (VERSION,), "a part of a campaign", WAY_OUT)
