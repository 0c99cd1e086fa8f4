"""A check in lots: every plan stands alone, and what they come to together is judged at the end.

Laws:

1. What is found is a function of backend, table, powers, seed and the number of steps, where the backend is on the wire
   in memory: not of how many run it, nor of how its plans are dealt out. Only a check that ends early has run fewer
   plans, and which ones is chance; it says so.
2. A shard runs its part of every dialect, and judges nothing: what other shards saw may tell apart what it could not.
"""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from dataclasses import dataclass

from copyjob.conformance.backend import Declared
from copyjob.conformance.campaign import Campaign
from copyjob.conformance.carriers import Carriers, Conduct, LocalCarriers
from copyjob.conformance.confirm import Divergence
from copyjob.conformance.coverage import measured
from copyjob.conformance.events import Ended, RoundDone, Started, Told
from copyjob.conformance.garbage import rarely_looked_for
from copyjob.conformance.generate import Scope
from copyjob.conformance.interface import Power
from copyjob.conformance.interrupt import Interruption, interruptible
from copyjob.conformance.part import Part
from copyjob.conformance.settings import Settings, table_for
from copyjob.conformance.source import EARLY, plans, within
from copyjob.conformance.verdict import Judgement, judge
from copyjob.spec.compiled import compile_table
from copyjob.spec.vocabulary import Dialect


@dataclass(frozen=True)
class Portion:
    """What was run of one dialect, and what came of it."""

    campaign: Campaign
    part: Part[Divergence]
    judgement: Judgement


def in_lots(declared: Declared, settings: Settings, told: Told) -> list[Portion]:
    """Run a campaign, or the shard of it that is asked for; ``told`` hears of everything as it happens."""
    dialects = settings.dialects or declared.dialects
    portions: list[Portion] = []
    with rarely_looked_for(), interruptible() as asked, _carriers(declared, settings) as carriers:
        for number, dialect in enumerate(dialects):
            assert settings.budget is not None
            budget = settings.budget.part(number, len(dialects))
            portions.append(_portion(declared, dialect, settings, budget.steps or 0, carriers, asked, told))
            if asked.wanted or carriers.gone:
                break
    return portions


def _carriers(declared: Declared, settings: Settings) -> AbstractContextManager[Carriers]:
    side_by_side = declared.has(Power.INSTANCES)
    if settings.dask:
        from copyjob.conformance.cluster import Cluster

        return Cluster(settings, side_by_side=side_by_side)
    return LocalCarriers(settings, settings.jobs if side_by_side else 1)


def _portion(
    declared: Declared,
    dialect: Dialect,
    settings: Settings,
    steps: int,
    carriers: Carriers,
    asked: Interruption,
    told: Told,
) -> Portion:
    start = time.monotonic()
    own = table_for(declared, dialect)
    blank = Campaign(dialect, divergences_max=settings.stop_after, excused=settings.excused.get(dialect, frozenset()))
    told(Started(dialect, 0))
    conduct = Conduct(carriers, blank, told, asked)
    made: list[bool] = []
    numbered = enumerate(within(plans(Scope(own, declared.powers), settings.seed, lambda: made.append(True)), steps))
    conduct.run(settings.shard.own(numbered) if settings.shard is not None else numbered)
    campaign = conduct.campaign
    if not campaign.stopped and not made:
        campaign.stopped = EARLY
    weighed = campaign.ledger.evidence(compile_table(own))
    told(RoundDone(dialect, 1, measured(own, campaign.ledger, campaign.judged_checks, weighed)))
    judgement = judge(own, campaign, weighed, declared, time.monotonic() - start)
    told(Ended(dialect, judgement.verdict, campaign.stopped))
    return Portion(campaign, conduct.part, judgement)
