"""What a check is asked for, and what follows from it and the declaration alone: the table, and the first plans."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Self

from copyjob.conformance.backend import Declared
from copyjob.conformance.campaign import DIVERGENCES_MAX
from copyjob.conformance.generate import Scope, shuffled, walks
from copyjob.conformance.ground import Wire
from copyjob.conformance.interface import Power
from copyjob.conformance.lots import Shard
from copyjob.conformance.plan import Plan
from copyjob.conformance.source import heard, made
from copyjob.conformance.tour import tour
from copyjob.spec.console import UsageError
from copyjob.spec.table import Table, table
from copyjob.spec.vocabulary import Dialect

WALKS, WALK_LENGTH = 16, 40
PLANS_PER_ROW_AGAIN = 8
"""How many plans a row gets in a second round, where the first did not tell it apart."""


@dataclass(frozen=True)
class Budget:
    """How much a check may run altogether: seconds, or steps of plans."""

    seconds: float | None = None
    steps: int | None = None

    @classmethod
    def read(cls, text: str) -> Self:
        """Read ``60s``, ``5min`` or ``20000steps``. UsageError: it is none of these."""
        found = re.fullmatch(r"([0-9]+)\s*(s|min|steps)", text.strip())
        if found is None or int(found[1]) < 1:
            raise UsageError(
                f"--budget takes a time or a number of steps, such as 60s, 5min or 20000steps, not {text!r}"
            )
        number = int(found[1])
        return cls(steps=number) if found[2] == "steps" else cls(seconds=number * (60 if found[2] == "min" else 1))

    def part(self, number: int, of: int) -> Budget:
        """Return the ``number``-th of several equal parts; what is left over goes to the first ones."""
        if self.steps is not None:
            return Budget(steps=self.steps // of + (number < self.steps % of))
        return Budget(seconds=(self.seconds or 0) / of)


@dataclass(frozen=True)
class Settings:
    """What a check is asked for."""

    backend: str
    dialects: tuple[Dialect, ...]
    seed: int = 0
    jobs: int = 1
    walks: int = WALKS
    wire: Wire = Wire.HTTP
    budget: Budget | None = None
    """How much is run; without one, what it takes to tell every row apart."""
    shard: Shard | None = None
    """Which part of the campaign is run, where not all of it is."""
    dask: str = ""
    """The cluster that runs it: an address, or ``local`` with a number of workers; none: processes of this machine."""
    traced: bool = False
    """Whether all that is seen is told, for a trace of the check."""
    stop_after: int = DIVERGENCES_MAX
    """After so many different divergences that are news a dialect is left at that; 0: never."""
    excused: Mapping[Dialect, frozenset[str]] = field(default_factory=dict[Dialect, frozenset[str]])
    """Ids of divergences that are no news, by dialect."""

    @property
    def in_lots(self) -> bool:
        """Whether every plan stands alone, so that it does not matter who runs which."""
        steps = self.budget is not None and self.budget.steps is not None
        return steps and (self.wire is Wire.MEMORY or self.shard is not None or bool(self.dask))


def table_for(declared: Declared, dialect: Dialect) -> Table:
    """Return the table that a backend is judged by."""
    return table_of(dialect, by_id=declared.has(Power.BY_ID))


def table_of(dialect: Dialect, *, by_id: bool) -> Table:
    """Return the table that backends are judged by that know a job by its id alone, or those that do not."""
    full = table(dialect)
    return full.permitting_not_found() if by_id else full


def plans_for(declared: Declared, own: Table, *, seed: int, walk_count: int) -> list[Plan]:
    """Return all plans of one dialect, in an order that depends on the seed alone."""
    scope = Scope(own, declared.powers)
    long = walks(scope, count=walk_count, length=WALK_LENGTH, seed=seed) if walk_count else []
    # Aimed plans first: they show a fault in the fewest steps.
    return [*made(scope), *(heard(scope, plan) for plan in shuffled(long, seed))]


def plans_again(declared: Declared, own: Table, rows: Collection[str]) -> list[Plan]:
    """Return more plans for rows that the first round did not tell apart, by chance or for want of variety."""
    scope = Scope(own, declared.powers)
    return [heard(scope, plan) for plan in tour(scope, plans_per_row=PLANS_PER_ROW_AGAIN, rows=rows)]
