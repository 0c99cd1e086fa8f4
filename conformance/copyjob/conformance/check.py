"""``check``: plan, run, judge, and hand the whole back as judgements.

Law: how many processes run the plans changes nothing in what is judged: plans are dealt out, records come back,
evidence is weighed over all of them. Only a backend that declares ``instances`` is run side by side.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Mapping, Sequence

from copyjob.conformance.backend import Declared, load
from copyjob.conformance.bench import Bench
from copyjob.conformance.campaign import DIVERGENCES_MAX, Campaign, conduct
from copyjob.conformance.discriminate import RowEvidence
from copyjob.conformance.events import Ended, RoundDone, Started, Told, untold
from copyjob.conformance.ground import Wire, standing_on, temporary_folder
from copyjob.conformance.interface import Power
from copyjob.conformance.plan import Plan
from copyjob.conformance.record import Record, Verdict
from copyjob.conformance.settings import Settings, plans_again, plans_for, table_for
from copyjob.conformance.verdict import Judgement, judge, row_verdict
from copyjob.conformance.workers import Alone, Crew, SideBySide
from copyjob.spec.compiled import compile_table
from copyjob.spec.console import UsageError
from copyjob.spec.table import Table
from copyjob.spec.vocabulary import Dialect

__all__ = ["Settings", "check", "check_dialect", "load_for", "plans_again", "plans_for", "table_for"]

JOBS_MAX = 8


def open_rows(own: Table, weighed: Mapping[str, RowEvidence], declared: Declared) -> list[str]:
    """Return the MUST rows that should have been told apart and were not."""
    verdicts = (row_verdict(weighed[row.id], declared, {}) for row in own.rows)
    return [verdict.row.id for verdict in verdicts if verdict.verdict is Verdict.INCONCLUSIVE]


def check_dialect(
    declared: Declared,
    own: Table,
    plans: Sequence[Plan],
    progress: Callable[[int], None] | None = None,
    *,
    divergences_max: int = DIVERGENCES_MAX,
    wire: Wire = Wire.HTTP,
    seed: int = 0,
) -> Judgement:
    """Run plans on a backend in this process and judge them by a table; for callers that hold a factory."""
    start = time.monotonic()
    compiled = compile_table(own)
    with (
        temporary_folder(wire) as folder,
        Bench(declared, compiled, folder / "bench", wire=wire, seed=seed) as bench,
    ):

        def report(number: int, _record: Record) -> None:
            if progress is not None:
                progress(number)

        campaign = conduct(bench, plans, report, divergences_max=divergences_max)
    weighed = campaign.ledger.evidence(compiled)
    return judge(own, campaign, weighed, declared, time.monotonic() - start)


def usable_processors() -> int:
    """Return how many processes may run side by side here."""
    return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, JOBS_MAX)


def load_for(backend: str, dialects: Collection[Dialect]) -> Declared:
    """Load a backend that is to be checked in these dialects; UsageError where it does not declare one."""
    declared = load(backend)
    unknown = [dialect.value for dialect in dialects if dialect not in declared.dialects]
    if unknown:
        have = ", ".join(dialect.value for dialect in declared.dialects)
        raise UsageError(f"backend {backend} does not know {', '.join(unknown)}; it declares {have}")
    return declared


def check(settings: Settings, told: Told = untold) -> tuple[Declared, list[Judgement]]:
    """Check a backend by its name in every dialect asked for; ``told`` hears of everything as it happens."""
    declared = load_for(settings.backend, settings.dialects)
    standing_on(declared, settings.wire)
    alone = settings.jobs == 1 or not declared.has(Power.INSTANCES)
    with Alone(declared, settings, told) if alone else SideBySide(settings, told) as crew:
        return declared, [
            _rounds(declared, dialect, settings, crew, told) for dialect in settings.dialects or declared.dialects
        ]


def _rounds(declared: Declared, dialect: Dialect, settings: Settings, crew: Crew, told: Told) -> Judgement:
    """Run all plans of a dialect, then more for the rows that these did not tell apart."""
    start = time.monotonic()
    own = table_for(declared, dialect)
    compiled = compile_table(own)
    campaign, weighed = Campaign(dialect), dict[str, RowEvidence]()
    plans = plans_for(declared, own, seed=settings.seed, walk_count=settings.walks)
    rows: Collection[str] = own.by_id
    told(Started(dialect, len(plans)))
    for number in (1, 2):
        campaign.merge(crew.run(dialect, plans))
        weighed |= campaign.ledger.evidence(compiled, rows)
        rows = open_rows(own, weighed, declared)
        discriminated = sum(row.discriminated for row in weighed.values())
        told(RoundDone(dialect, number, {"rows": (discriminated, len(own.rows))}))
        if campaign.stopped or not rows:
            break
        plans = plans_again(declared, own, rows)
    judgement = judge(own, campaign, weighed, declared, time.monotonic() - start)
    told(Ended(dialect, judgement.verdict, campaign.stopped))
    return judgement
