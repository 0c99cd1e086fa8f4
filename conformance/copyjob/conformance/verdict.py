"""The verdict a row, a check and a dialect: from evidence and divergences to one word each.

Law: a MUST row is fine only when it was *discriminated*: when another outcome of it would have been rejected. Judged
without that it is inconclusive; it is skipped, with the reason, where the backend lacks a power that would show it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from copyjob.conformance.backend import Declared
from copyjob.conformance.campaign import Campaign
from copyjob.conformance.checks import CHECKS, Check
from copyjob.conformance.discriminate import RowEvidence
from copyjob.conformance.interface import POWER_OF_EVENT, POWER_OF_OPERATION, POWER_OF_STATE, SHARPENING, Power
from copyjob.conformance.record import Verdict
from copyjob.spec.table import Level, Row, Table
from copyjob.spec.vocabulary import InternalEvent, JobState, Operation


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """The verdict of one row."""

    row: Row
    verdict: Verdict
    reason: str
    evidence: RowEvidence


def needed_power(row: Row) -> Power | None:
    """Return the power without which a row is never met, where there is one."""
    if isinstance(row.label, InternalEvent):
        return POWER_OF_EVENT.get(row.label)
    return POWER_OF_OPERATION.get(row.label) or POWER_OF_STATE.get(row.source)


def row_verdict(evidence: RowEvidence, declared: Declared, accused: Mapping[str, Level]) -> RowVerdict:
    """Return the verdict of a row; ``accused`` are the rows that divergences name, with their level."""
    row = evidence.row

    def verdict(word: Verdict, reason: str = "") -> RowVerdict:
        return RowVerdict(row, word, reason, evidence)

    if row.id in accused:
        return verdict(Verdict.DIVERGES, "" if accused[row.id] is Level.MUST else "breaks a recommendation (SHOULD)")
    if evidence.discriminated:
        return verdict(Verdict.CONFORMS)
    needed = needed_power(row)
    if needed is not None and not declared.has(needed):
        return verdict(Verdict.SKIPPED, f"needs the power {needed.value}")
    if row.level is not Level.MUST:
        reason = "permitted, not seen" if not evidence.judged else "permitted, not told apart"
        return verdict(Verdict.CONFORMS if evidence.judged else Verdict.UNJUDGED, reason)
    missing = [power.value for power in SHARPENING if not declared.has(power)]
    if missing:
        return verdict(Verdict.SKIPPED, f"not told apart without the power {' or '.join(missing)}")
    left = ", ".join(sorted(evidence.survived)) or "nothing"
    return verdict(Verdict.INCONCLUSIVE, f"not told apart from: {left}" if evidence.judged else "never seen")


@dataclass(frozen=True, slots=True)
class CheckVerdict:
    """The verdict of one check."""

    check: Check
    verdict: Verdict
    reason: str
    judged: int


@dataclass(frozen=True)
class Judgement:
    """Everything that is said of a backend in one dialect."""

    table: Table
    campaign: Campaign
    rows: tuple[RowVerdict, ...]
    checks: tuple[CheckVerdict, ...]
    seconds: float

    @property
    def verdict(self) -> Verdict:
        """The dialect's verdict: divergence first, then errors, then what is open."""
        if any(divergence.level is Level.MUST for divergence in self.campaign.divergences):
            return Verdict.DIVERGES
        if self.campaign.errors:
            return Verdict.ERRORED
        if self.campaign.unclear or any(row.verdict is Verdict.INCONCLUSIVE for row in self.rows):
            return Verdict.INCONCLUSIVE
        return Verdict.CONFORMS

    @property
    def must(self) -> tuple[int, int]:
        """How many MUST rows are discriminated, of how many that the declared powers can show."""
        own = [row for row in self.rows if row.row.level is Level.MUST and row.verdict is not Verdict.SKIPPED]
        return sum(row.evidence.discriminated for row in own), len(own)

    @property
    def cells(self) -> tuple[int, int]:
        """How many cells (operation x state) were judged, of all."""
        cells: dict[tuple[object, JobState], bool] = {}
        for row in self.rows:
            if isinstance(row.row.label, Operation):
                key = (row.row.label, row.row.source)
                cells[key] = cells.get(key, False) or row.evidence.judged > 0
        return sum(cells.values()), len(cells)


def judge(
    table: Table, campaign: Campaign, evidence: Mapping[str, RowEvidence], declared: Declared, seconds: float
) -> Judgement:
    """Return the judgement of a campaign."""
    accusations = [
        Accusation(
            found.level,
            tuple(row.id for row in found.explanation.rows) if found.explanation else (),
            found.check.id if found.check else None,
        )
        for found in campaign.divergences
    ]
    return judge_accused(table, campaign, evidence, declared, seconds, accusations)


@dataclass(frozen=True, slots=True)
class Accusation:
    """Whom a divergence names: rows, and the check that failed."""

    level: Level
    rows: tuple[str, ...]
    check: str | None


def judge_accused(
    table: Table,
    campaign: Campaign,
    evidence: Mapping[str, RowEvidence],
    declared: Declared,
    seconds: float,
    accusations: Collection[Accusation],
) -> Judgement:
    """Return the judgement of a campaign whose divergences accuse these."""
    accused: dict[str, Level] = {}
    for accusation in accusations:
        for row in accusation.rows:
            if accused.get(row) is not Level.MUST:
                accused[row] = accusation.level
    failed = {accusation.check for accusation in accusations if accusation.check is not None}
    checks: list[CheckVerdict] = []
    for check in CHECKS.values():
        if not check.applies(table.dialect):
            continue
        count = campaign.judged_checks[check.id]
        if check.id in failed:
            checks.append(CheckVerdict(check, Verdict.DIVERGES, "", count))
        elif count:
            checks.append(CheckVerdict(check, Verdict.CONFORMS, "", count))
        elif lacking := [power.value for power in check.needs if not declared.has(power)]:
            checks.append(CheckVerdict(check, Verdict.SKIPPED, f"needs the power {' and '.join(lacking)}", 0))
        else:
            checks.append(CheckVerdict(check, Verdict.UNJUDGED, "nothing to judge was met", 0))
    rows = tuple(row_verdict(evidence[row.id], declared, accused) for row in table.rows)
    return Judgement(table, campaign, rows, tuple(checks), seconds)
