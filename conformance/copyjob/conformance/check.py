"""``check``: plan, run in one or several processes, judge, and hand the whole back as judgements.

Law: how many processes run the plans changes nothing in what is judged: plans are dealt out, records come back,
evidence is weighed over all of them. Only a backend that declares ``instances`` is run side by side.
"""

from __future__ import annotations

import multiprocessing
import os
import queue
import tempfile
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing.queues import Queue
from pathlib import Path
from typing import Any

from copyjob.conformance.backend import Declared, load
from copyjob.conformance.campaign import DIVERGENCES_MAX, Bench, Campaign, conduct
from copyjob.conformance.discriminate import RowEvidence, evidence
from copyjob.conformance.generate import Scope, shuffled, special, walks
from copyjob.conformance.interface import Power
from copyjob.conformance.plan import Plan
from copyjob.conformance.record import Record, Verdict
from copyjob.conformance.tour import tour
from copyjob.conformance.verdict import Judgement, judge, row_verdict
from copyjob.spec.compiled import compile_table
from copyjob.spec.console import UsageError
from copyjob.spec.table import Table, table
from copyjob.spec.vocabulary import Dialect

WALKS, WALK_LENGTH = 16, 40
PLANS_PER_ROW_AGAIN = 8
"""How many plans a row gets in a second round, where the first did not tell it apart."""
JOBS_MAX = 8


@dataclass(frozen=True)
class Settings:
    """What a check is asked for."""

    backend: str
    dialects: tuple[Dialect, ...]
    seed: int = 0
    jobs: int = 1
    walks: int = WALKS


def table_for(declared: Declared, dialect: Dialect) -> Table:
    """Return the table that a backend is judged by."""
    full = table(dialect)
    return full.permitting_not_found() if declared.has(Power.BY_ID) else full


def plans_for(declared: Declared, own: Table, *, seed: int, walk_count: int) -> list[Plan]:
    """Return all plans of one dialect, in an order that depends on the seed alone."""
    scope = Scope(own, declared.powers)
    long = walks(scope, count=walk_count, length=WALK_LENGTH, seed=seed) if walk_count else []
    # Aimed plans first: they show a fault in the fewest steps.
    return [*tour(scope), *special(scope), *shuffled(long, seed)]


def plans_again(declared: Declared, own: Table, rows: Collection[str]) -> list[Plan]:
    """Return more plans for rows that the first round did not tell apart, by chance or for want of variety."""
    return tour(Scope(own, declared.powers), plans_per_row=PLANS_PER_ROW_AGAIN, rows=rows)


def untold(own: Table, weighed: Mapping[str, RowEvidence], declared: Declared) -> list[str]:
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
) -> Judgement:
    """Run plans on a backend in this process and judge them by a table; for callers that hold a factory."""
    start = time.monotonic()
    compiled = compile_table(own)
    with (
        tempfile.TemporaryDirectory(prefix="copyjob-check-") as folder,
        Bench(declared, compiled, Path(folder) / "bench") as bench,
    ):

        def report(number: int, _record: Record) -> None:
            if progress is not None:
                progress(number)

        campaign = conduct(bench, plans, report, divergences_max=divergences_max)
    weighed = evidence(compiled, campaign.traces, own.states)
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


def check(settings: Settings, told: Callable[[str, int, int], None]) -> tuple[Declared, list[Judgement]]:
    """Check a backend by its name in every dialect asked for; ``told(dialect, done, total)`` hears of progress."""
    declared = load_for(settings.backend, settings.dialects)
    dialects = settings.dialects or declared.dialects
    if settings.jobs == 1 or not declared.has(Power.INSTANCES):
        return declared, [_alone(declared, dialect, settings, told) for dialect in dialects]
    return declared, _side_by_side(declared, dialects, settings, told)


def _alone(
    declared: Declared, dialect: Dialect, settings: Settings, told: Callable[[str, int, int], None]
) -> Judgement:
    own = table_for(declared, dialect)
    compiled = compile_table(own)
    plans = plans_for(declared, own, seed=settings.seed, walk_count=settings.walks)
    start = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="copyjob-check-") as folder,
        Bench(declared, compiled, Path(folder) / "bench") as bench,
    ):
        campaign = conduct(bench, plans, lambda number, _: told(dialect.value, number, len(plans)))
        weighed = dict(evidence(compiled, campaign.traces, own.states))
        open_rows = [] if campaign.stopped else untold(own, weighed, declared)
        if open_rows:
            campaign.merge(conduct(bench, plans_again(declared, own, open_rows)))
            weighed |= evidence(compiled, campaign.traces, own.states, open_rows)
    return judge(own, campaign, weighed, declared, time.monotonic() - start)


# Several processes: each deals with the n-th part of the plans, on a backend and an origin of its own.

_channel: Queue[Any] | None = None


def _join(channel: Queue[Any]) -> None:
    global _channel  # noqa: PLW0603 a worker process has one channel, given when it starts
    _channel = channel


@dataclass(frozen=True)
class _Part:
    """The n-th part of one round of plans; ``rows`` makes it the second round."""

    settings: Settings
    dialect: Dialect
    number: int
    rows: tuple[str, ...] = ()


def _run_part(part: _Part) -> tuple[Campaign, float]:
    settings = part.settings
    declared = load(settings.backend)
    own = table_for(declared, part.dialect)
    if part.rows:
        plans = plans_again(declared, own, part.rows)
    else:
        plans = plans_for(declared, own, seed=settings.seed, walk_count=settings.walks)
    start = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="copyjob-check-") as folder,
        Bench(declared, compile_table(own), Path(folder) / "bench") as bench,
    ):

        def progress(_number: int, _record: Record) -> None:
            if _channel is not None and not part.rows:
                _channel.put((part.dialect.value, 1, len(plans)))

        campaign = conduct(bench, plans[part.number :: settings.jobs], progress)
    return campaign, time.monotonic() - start


def _weigh(settings: Settings, campaign: Campaign, rows: tuple[str, ...] | None) -> dict[str, RowEvidence]:
    own = table_for(load(settings.backend), campaign.dialect)
    return dict(evidence(compile_table(own), campaign.traces, own.states, rows))


def _side_by_side(
    declared: Declared,
    dialects: Sequence[Dialect],
    settings: Settings,
    told: Callable[[str, int, int], None],
) -> list[Judgement]:
    context = multiprocessing.get_context("spawn")
    channel: Queue[Any] = context.Queue()
    campaigns = {dialect: Campaign(dialect) for dialect in dialects}
    seconds = dict.fromkeys(dialects, 0.0)
    with ProcessPoolExecutor(settings.jobs, mp_context=context, initializer=_join, initargs=(channel,)) as pool:

        def run_round(rows: Mapping[Dialect, tuple[str, ...]]) -> None:
            parts = [_Part(settings, d, number, of) for d, of in rows.items() for number in range(settings.jobs)]
            running = [(part.dialect, pool.submit(_run_part, part)) for part in parts]
            done = dict.fromkeys((dialect.value for dialect in rows), 0)
            while not all(future.done() for _, future in running):
                _drain(channel, done, told)
            took: dict[Dialect, float] = {}
            for dialect, future in running:
                campaign, part_seconds = future.result()
                campaigns[dialect].merge(campaign)
                took[dialect] = max(took.get(dialect, 0.0), part_seconds)
            for dialect, longest in took.items():
                seconds[dialect] += longest

        def weigh(rows: Mapping[Dialect, tuple[str, ...] | None]) -> dict[Dialect, dict[str, RowEvidence]]:
            futures = {d: pool.submit(_weigh, settings, campaigns[d], of) for d, of in rows.items()}
            return {dialect: future.result() for dialect, future in futures.items()}

        run_round(dict.fromkeys(dialects, ()))
        weighed = weigh(dict.fromkeys(dialects))
        again: dict[Dialect, tuple[str, ...]] = {}
        for dialect in dialects:
            rows = untold(table_for(declared, dialect), weighed[dialect], declared)
            if rows and not campaigns[dialect].stopped:
                again[dialect] = tuple(rows)
        if again:
            run_round(again)
            for dialect, found in weigh(dict(again)).items():
                weighed[dialect] |= found
    return [judge(table_for(declared, d), campaigns[d], weighed[d], declared, seconds[d]) for d in dialects]


def _drain(channel: Queue[Any], done: dict[str, int], told: Callable[[str, int, int], None]) -> None:
    try:
        dialect, count, total = channel.get(timeout=0.1)
    except queue.Empty:
        return
    done[dialect] += count
    told(dialect, done[dialect], total)
