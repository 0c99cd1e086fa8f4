"""``check``: plan, run, judge, and hand the whole back as judgements.

Laws:

1. How many processes run the plans changes nothing in what is judged: plans are dealt out in their order, what came of
   them comes back, evidence is weighed over all of it. Only a backend that declares ``instances`` is run side by side.
2. With a budget in steps the plans are a function of the table, the powers and the seed; in memory, and wherever it is
   divided, they are run in lots (:mod:`copyjob.conformance.in_lots`). With a budget in seconds,
   what was not reached yet decides which of them are run. Without one, every row is aimed at, twice where needed.
3. Whatever ends a check early, what was gathered is judged.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import takewhile

from copyjob.conformance.attempt import Attempt
from copyjob.conformance.backend import Declared, load
from copyjob.conformance.bench import Bench
from copyjob.conformance.campaign import DIVERGENCES_MAX, Campaign, conduct
from copyjob.conformance.coverage import Goals, goals, measured
from copyjob.conformance.discriminate import RowEvidence
from copyjob.conformance.events import Ended, RoundDone, Started, Told, untold
from copyjob.conformance.garbage import rarely_looked_for
from copyjob.conformance.generate import Scope
from copyjob.conformance.ground import Wire, standing_on, temporary_folder
from copyjob.conformance.in_lots import in_lots
from copyjob.conformance.interface import Power
from copyjob.conformance.interrupt import interruptible
from copyjob.conformance.ledger import Bookkeeper
from copyjob.conformance.oracle import Judge
from copyjob.conformance.plan import Plan
from copyjob.conformance.record import Verdict
from copyjob.conformance.settings import Budget, Settings, plans_again, plans_for, table_for
from copyjob.conformance.source import EARLY, Covered, guided, plans, within
from copyjob.conformance.verdict import Judgement, judge, row_verdict
from copyjob.conformance.workers import Crew
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

        def report(number: int, _done: Attempt) -> None:
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
    """Check a backend by its name in every dialect asked for; ``told`` hears of everything as it happens.

    Ctrl-C ends it early, and so does SIGTERM: what was gathered is judged, and ``campaign.stopped`` says which.
    """
    declared = load_for(settings.backend, settings.dialects)
    standing_on(declared, settings.wire)
    dialects = settings.dialects or declared.dialects
    jobs = settings.jobs if declared.has(Power.INSTANCES) else 1
    judgements: list[Judgement] = []
    if settings.in_lots:
        return declared, [portion.judgement for portion in in_lots(declared, settings, told)]
    with rarely_looked_for(), interruptible() as asked, Crew(settings, jobs, told, asked) as crew:
        for number, dialect in enumerate(dialects):
            budget = settings.budget and settings.budget.part(number, len(dialects))
            judgements.append(_Rounds(declared, dialect, settings, budget, crew, told).run())
            if asked.wanted:
                break
    return declared, judgements


class _Rounds:
    """The rounds of plans that a dialect is given."""

    def __init__(
        self, declared: Declared, dialect: Dialect, settings: Settings, budget: Budget | None, crew: Crew, told: Told
    ) -> None:
        self._declared, self._settings, self._budget, self._crew, self._told = declared, settings, budget, crew, told
        self._own = table_for(declared, dialect)
        self._campaign = Campaign(
            dialect, divergences_max=settings.stop_after, excused=settings.excused.get(dialect, frozenset())
        )
        self._keeper = Bookkeeper(Judge(compile_table(self._own)), self._campaign.ledger)
        self._weighed: dict[str, RowEvidence] = {}
        self._number = 0
        self._proved = (-1, -1)
        """How much the ledger said when was last looked which rows are open."""
        self._open = frozenset[str]()
        self._all_made = False

    def run(self) -> Judgement:
        """Run all rounds and judge what came of them."""
        start = time.monotonic()
        campaign, budget = self._campaign, self._budget
        scope = Scope(self._own, self._declared.powers)
        if budget is None:
            self._to_the_end()
        elif budget.steps is not None:
            self._told(Started(campaign.dialect, 0))
            self._round(within(plans(scope, self._settings.seed, self._made_all), budget.steps))
            self._note_budget()
        else:
            self._told(Started(campaign.dialect, 0))
            until = start + (budget.seconds or 0)
            stream = guided(scope, self._settings.seed, self._covered, self._made_all)
            self._round(takewhile(lambda _: time.monotonic() < until, stream))
            self._note_budget()
        judgement = judge(self._own, campaign, self._weighed, self._declared, time.monotonic() - start)
        self._told(Ended(campaign.dialect, judgement.verdict, campaign.stopped))
        return judgement

    def _made_all(self) -> None:
        self._all_made = True

    def _note_budget(self) -> None:
        """Note where the budget was over too early to say that what was not seen is not there."""
        if not self._campaign.stopped and not self._all_made:
            self._campaign.stopped = EARLY

    def _to_the_end(self) -> None:
        """Run the plans that are made for every row, then more for the rows that these did not tell apart."""
        first = plans_for(self._declared, self._own, seed=self._settings.seed, walk_count=self._settings.walks)
        self._told(Started(self._campaign.dialect, len(first)))
        self._round(first)
        rows = open_rows(self._own, self._weighed, self._declared)
        if rows and not self._campaign.stopped:
            self._round(plans_again(self._declared, self._own, rows), rows)

    def _round(self, plans: Iterable[Plan], rows: Collection[str] | None = None) -> None:
        """Run plans and weigh what is known then of these rows, or of all."""
        self._crew.run(self._campaign, self._keeper, plans)
        self._weighed |= self._keeper.evidence(rows)
        self._number += 1
        self._told(RoundDone(self._campaign.dialect, self._number, self._reached()))

    def _reached(self) -> Mapping[str, tuple[int, int]]:
        campaign = self._campaign
        return measured(self._own, campaign.ledger, campaign.judged_checks, self._weighed, self._goals)

    @cached_property
    def _goals(self) -> Goals:
        return goals(compile_table(self._own))

    def _covered(self) -> Covered:
        """Return what has been reached so far, for plans that are to reach more."""
        ledger = self._campaign.ledger
        proved = len(ledger.rejected), len(+ledger.judged)
        if proved != self._proved:
            self._proved = proved
            weighed = self._keeper.evidence()
            self._open = frozenset(open_rows(self._own, weighed, self._declared))
        return Covered(self._open, frozenset(ledger.pairs))
