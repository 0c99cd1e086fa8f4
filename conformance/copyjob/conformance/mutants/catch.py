"""Miniatures are caught: each is run by the kit's own plans until a divergence is found, shrunk and told.

Laws:

1. A miniature is *killed* where what it violates is among the names of its first divergence. One that is accused of
   something else is *misnamed*; one that is not accused at all *survives*.
2. Plans are the kit's own; those that come closest run first, to save time. Nothing else depends on their order.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Collection, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache

from copyjob.conformance.backend import declare
from copyjob.conformance.bench import Bench
from copyjob.conformance.campaign import conduct
from copyjob.conformance.confirm import Divergence
from copyjob.conformance.generate import Scope, special
from copyjob.conformance.ground import Wire, temporary_folder
from copyjob.conformance.interface import Power
from copyjob.conformance.mutants.matrix import Fate
from copyjob.conformance.mutants.miniatures import Miniature
from copyjob.conformance.plan import Plan
from copyjob.conformance.pocket import PocketBackend
from copyjob.conformance.settings import plans_again
from copyjob.conformance.tour import tour
from copyjob.spec.compiled import integer_table
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect

PLANS_CLOSE = 60
"""After so many plans that came close, more plans for the row are worth more than the rest."""


@dataclass(frozen=True, slots=True)
class Catch:
    """What became of a miniature. ``cpu_seconds``: from construction until its divergence was told, on this machine."""

    miniature: type[Miniature]
    wire: Wire
    divergence: Divergence | None
    errors: tuple[str, ...]
    plans: int
    cpu_seconds: float

    @property
    def what(self) -> str:
        """What is wrong, in a sentence."""
        return (self.miniature.__doc__ or "").partition("\n")[0]

    @property
    def named(self) -> frozenset[str]:
        """The rows or the check that were named."""
        return self.divergence.named if self.divergence is not None else frozenset()

    @property
    def fate(self) -> Fate:
        """What that comes to."""
        if self.divergence is None:
            return Fate.SURVIVES
        return Fate.KILLED if self.named >= self.miniature.violates else Fate.MISNAMED


@cache
def all_plans(dialect: Dialect) -> tuple[Plan, ...]:
    """Return the plans that the kit makes on purpose for a backend with the powers of a miniature."""
    scope = Scope(table(dialect), declare(PocketBackend, "pocket").powers)
    return (*tour(scope), *special(scope))


def closest_first(dialect: Dialect, aims: Collection[str]) -> list[Plan]:
    """Return these plans, those first that are made for one of the aims."""
    return sorted(all_plans(dialect), key=lambda plan: plan.aim not in aims)


def plans_for(miniature: type[Miniature]) -> list[Plan]:
    """Return the plans for a miniature: the closest, then more for its row as a check looks into what stays open."""
    dialect = Dialect(miniature.dialect)
    plans = closest_first(dialect, miniature.aims or miniature.violates)
    rows = miniature.violates & table(dialect).by_id.keys()
    more = plans_again(declare(miniature, "again"), table(dialect), rows) if rows else []
    return [*plans[:PLANS_CLOSE], *more, *plans[PLANS_CLOSE:]]


def catch(
    miniature: type[Miniature], plans: Sequence[Plan] | None = None, *, wire: Wire | None = None, seed: int = 0
) -> Catch:
    """Run plans until the miniature is caught: in memory unless asked otherwise, where it can be run there."""
    declared = declare(miniature, miniature.__name__)
    ground = wire or (Wire.MEMORY if declared.has(Power.WIRE) else Wire.HTTP)
    own = plans_for(miniature) if plans is None else plans
    began = time.process_time()
    with (
        temporary_folder(ground) as folder,
        Bench(declared, integer_table(Dialect(miniature.dialect)), folder / "bench", wire=ground, seed=seed) as bench,
    ):
        campaign = conduct(bench, own, divergences_max=1)
        cpu_seconds = time.process_time() - began
    found = campaign.divergences[0] if campaign.divergences else None
    errors = tuple(error.text for error in campaign.errors)
    return Catch(miniature, ground, found, errors, campaign.plans, cpu_seconds)


def catches(miniatures: Sequence[type[Miniature]], *, jobs: int = 1, seed: int = 0) -> list[Catch]:
    """Run miniatures, in several processes; in the order in which they are given."""
    if jobs == 1 or len(miniatures) <= 1:
        return [catch(miniature, seed=seed) for miniature in miniatures]
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        return [task.result() for task in [pool.submit(catch, miniature, seed=seed) for miniature in miniatures]]
