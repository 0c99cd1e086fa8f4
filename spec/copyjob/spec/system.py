"""Systems: several jobs of one dialect on one machine, and what couples them.

Laws:

1. A job in a system takes the rows of its table and no others. A coupling takes steps away and never adds one.
2. What surrounds the jobs (network, policies, the owner) is one for all of them: an event that changes it happens to
   every job at once. A job that has no row for it stays as it is, within the new surroundings.
3. What couples jobs is data (:data:`COUPLINGS`): which steps it is about, and which other jobs it counts.

The explorer here is the plain one: sets of named tuples, a line for a thought. :mod:`copyjob.spec.engine` finds the
same, faster. What this module does not know: how priorities change (they stand still here), and time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from itertools import product
from typing import Final, NamedTuple

from copyjob.spec import facts as f
from copyjob.spec.explore import Step, steps
from copyjob.spec.rows import C, Q, Row, T
from copyjob.spec.scope import facts_of
from copyjob.spec.table import Table
from copyjob.spec.vocabulary import Dialect, InternalEvent, JobPriority, JobState, Operation

JOBS_LIMIT = 8
"""More jobs than this span a space that nobody can visit."""


class Whom(Enum):
    """Which other jobs are counted, seen from the job that takes the step."""

    BACKGROUND = "background"
    HIGHER = "higher"
    SAME_OR_HIGHER = "same or higher"


class Demand(Enum):
    """How many of those jobs there may be."""

    BELOW_SLOTS = "fewer than there are slots"
    NONE = "none"
    SOME = "at least one"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a job stands in the eyes of the others: in one of these states, and with a row for ``able`` there."""

    english: str
    states: frozenset[JobState]
    able: InternalEvent | None = None

    def holds(self, table: Table, configuration: f.Configuration) -> bool:
        """Tell whether a job of this table stands so."""
        if configuration.state not in self.states:
            return False
        return self.able is None or table.row_at(self.able, configuration) is not None


RUNNING: Final = Standing("runs", frozenset({C, T}))
WAITING: Final = Standing("waits in the queue and could run", frozenset({Q}), InternalEvent.TURN)


@dataclass(frozen=True, slots=True)
class Coupling:
    """A step is possible only where so many other jobs stand so."""

    english: str
    label: InternalEvent | None
    """The event that it is about; None: every step with which a job begins to run."""
    whom: Whom
    standing: Standing
    demand: Demand
    background_only: bool
    """Whether foreground jobs are free of it."""
    cites: tuple[str, ...]

    def concerns(self, row: Row, dest: JobState) -> bool:
        """Tell whether it is about a step by this row to this state."""
        if self.label is not None:
            return row.label is self.label
        return row.source not in RUNNING.states and dest in RUNNING.states

    def allows(self, counted: int, slots: int) -> bool:
        """Tell whether so many jobs are as many as it demands."""
        match self.demand:
            case Demand.BELOW_SLOTS:
                return counted < slots
            case Demand.NONE:
                return counted == 0
            case Demand.SOME:
                return counted > 0


COUPLINGS: Final[tuple[Coupling, ...]] = (
    Coupling(
        "a background job begins to run only where a slot is free",
        None,
        Whom.BACKGROUND,
        RUNNING,
        Demand.BELOW_SLOTS,
        background_only=True,
        cites=("state/queued", "priority"),
    ),
    Coupling(
        "a background job begins to run only where no job of higher priority waits",
        None,
        Whom.HIGHER,
        WAITING,
        Demand.NONE,
        background_only=True,
        cites=("priority",),
    ),
    Coupling(
        "a time slice ends only where another job of the same or higher priority waits",
        InternalEvent.SLICE_END,
        Whom.SAME_OR_HIGHER,
        WAITING,
        Demand.SOME,
        background_only=False,
        cites=("state/transferring", "priority"),
    ),
)
"""What couples jobs beside their surroundings. Foreground jobs run side by side and take no slot. Clause: priority."""

SLOTS: Final[Mapping[Dialect, int]] = {Dialect.BITS: 1, Dialect.DO: 2}
"""How many background jobs run at once if nobody says otherwise: in Delivery Optimization several. Clause: priority."""


def rank(dialect: Dialect, priority: JobPriority) -> int:
    """Return how early a job has its turn, 0 first; Delivery Optimization knows no levels of background.

    Clause: priority.
    """
    return int(priority) if dialect is Dialect.BITS else min(int(priority), 1)


Jobs = tuple[f.Configuration, ...]
"""One place where a system can be: the configuration of each job, all in the same surroundings."""


class SystemStep(NamedTuple):
    """One step of a system: what each job does, None where it does nothing, and where it leads."""

    moves: tuple[Step | None, ...]
    dest: Jobs


@dataclass(frozen=True)
class System:
    """Several jobs of one table. ``priorities`` has one for each job; ``slots`` is at least 1.

    ValueError: no job, more than :data:`JOBS_LIMIT`, no slot, or an event that surrounds jobs in different ways.
    """

    table: Table
    files_bound: int
    priorities: tuple[JobPriority, ...]
    slots: int = 1
    couplings: tuple[Coupling, ...] = COUPLINGS

    def __post_init__(self) -> None:
        """Refuse what can't be a system."""
        if not 1 <= len(self.priorities) <= JOBS_LIMIT:
            raise ValueError(f"a system has 1 to {JOBS_LIMIT} jobs, not {len(self.priorities)}")
        if self.slots < 1:
            raise ValueError(f"a system has at least 1 slot, not {self.slots}")
        _ = self.surrounding

    @cached_property
    def surrounding(self) -> Mapping[Operation | InternalEvent, tuple[f.Assign, ...]]:
        """The events that happen to all jobs at once, each with what it does to what surrounds them."""
        found: dict[Operation | InternalEvent, tuple[f.Assign, ...]] = {}
        rows = [(row, answer) for row in self.table.rows for answer in row.all_answers]
        changes = [tuple(e for e in answer.effects if e.fact in f.SURROUNDINGS) for _, answer in rows]
        for (row, _), change in zip(rows, changes, strict=True):
            if change:
                found.setdefault(row.label, change)
        for (row, _), change in zip(rows, changes, strict=True):
            if found.get(row.label, change) != change:
                raise ValueError(f"row {row.id} changes what surrounds the jobs unlike other rows of its event")
        return found

    def initials(self) -> list[Jobs]:
        """Return where a system can begin: every job new."""
        return list(product(f.initials(facts_of(self.table.scope)), repeat=len(self.priorities)))

    def counted(self, whom: Whom, job: int) -> Iterator[int]:
        """Yield the numbers of the other jobs that a coupling of this job counts."""
        ranks = [rank(self.table.dialect, priority) for priority in self.priorities]
        for other, priority in enumerate(self.priorities):
            if other == job:
                continue
            match whom:
                case Whom.BACKGROUND:
                    counts = priority is not JobPriority.FOREGROUND
                case Whom.HIGHER:
                    counts = ranks[other] < ranks[job]
                case Whom.SAME_OR_HIGHER:
                    counts = ranks[other] <= ranks[job]
            if counts:
                yield other

    def binds(self, coupling: Coupling, job: int) -> bool:
        """Tell whether a coupling is about this job at all."""
        return not coupling.background_only or self.priorities[job] is not JobPriority.FOREGROUND

    def permits(self, jobs: Jobs, job: int, step: Step) -> bool:
        """Tell whether nothing that couples the jobs forbids this step of one of them."""
        for coupling in self.couplings:
            if self.binds(coupling, job) and coupling.concerns(step.row, step.dest.state):
                others = self.counted(coupling.whom, job)
                counted = sum(coupling.standing.holds(self.table, jobs[other]) for other in others)
                if not coupling.allows(counted, self.slots):
                    return False
        return True

    def steps(self, jobs: Jobs) -> Iterator[SystemStep]:
        """Yield every step: first those of one job alone, job by job, then those of what surrounds them all."""
        alone: tuple[None, ...] = (None,) * len(jobs)
        choices: dict[Operation | InternalEvent, list[list[Step | None]]] = {
            label: [[] for _ in jobs] for label in self.surrounding
        }
        for job, configuration in enumerate(jobs):
            for step in steps(self.table, configuration, self.files_bound):
                if step.row.label in choices:
                    choices[step.row.label][job].append(step)
                elif self.permits(jobs, job, step):
                    moves = (*alone[:job], step, *alone[job + 1 :])
                    yield SystemStep(moves, (*jobs[:job], step.dest, *jobs[job + 1 :]))
        for label, of_jobs in choices.items():
            if any(of_jobs):
                for together in product(*(of_job or [None] for of_job in of_jobs)):
                    dest = [
                        at._replace(facts=f.apply(self.surrounding[label], at.facts)) if step is None else step.dest
                        for at, step in zip(jobs, together, strict=True)
                    ]
                    yield SystemStep(together, tuple(dest))


@dataclass(frozen=True)
class SystemExploration:
    """What the plain explorer found; ``taken`` counts a row once for each job that takes it in a step."""

    system: System
    parents: Mapping[Jobs, tuple[Jobs, SystemStep] | None]
    depth: int
    steps_total: int
    taken: Mapping[str, int]

    def path(self, jobs: Jobs) -> list[SystemStep]:
        """Return a shortest way from where the system begins; KeyError where it can't be reached."""
        found: list[SystemStep] = []
        parent = self.parents[jobs]
        while parent is not None:
            found.append(parent[1])
            parent = self.parents[parent[0]]
        return found[::-1]


def explore_plainly(system: System) -> SystemExploration:
    """Visit every place that a system can reach, one after another."""
    begin = system.initials()
    parents: dict[Jobs, tuple[Jobs, SystemStep] | None] = dict.fromkeys(begin)
    depths = dict.fromkeys(begin, 0)
    taken = {row.id: 0 for row in system.table.rows}
    total = 0
    queue = deque(begin)
    while queue:
        jobs = queue.popleft()
        for step in system.steps(jobs):
            total += 1
            for move in step.moves:
                if move is not None:
                    taken[move.row.id] += 1
            if step.dest not in parents:
                parents[step.dest] = (jobs, step)
                depths[step.dest] = depths[jobs] + 1
                queue.append(step.dest)
    return SystemExploration(system, parents, max(depths.values()), total, taken)
