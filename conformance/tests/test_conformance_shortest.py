"""A long program that shows a fault is shrunk to the shortest part of it that does, on backends that really download.

What is shortest is found by looking at every part of the program, from the shortest on.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from copyjob.conformance import confirm
from copyjob.conformance.backend import declare
from copyjob.conformance.bench import Bench
from copyjob.conformance.confirm import confirmed, divergences_of
from copyjob.conformance.ground import Wire
from copyjob.conformance.mutants.mutation import Mutant, mutants
from copyjob.conformance.mutants.puppet import puppet
from copyjob.conformance.plan import AddFile, Advance, Call, Linger, Plan, Restart, Serve, Settle, Step
from copyjob.conformance.pocket import PocketBackend
from copyjob.conformance.pocket_http import Fault
from copyjob.conformance.pocket_schedule import PocketJob
from copyjob.spec.compiled import integer_table
from copyjob.spec.table import Level
from copyjob.spec.vocabulary import Dialect, Hresult, JobState

RESUME, SUSPEND, CANCEL, COMPLETE, GET_ERROR = map(Call, ("resume", "suspend", "cancel", "complete", "get_error"))
WAIT = Settle()

CASES: list[tuple[Dialect, str, tuple[Step, ...], int]] = [
    (
        Dialect.BITS,
        "cancel/CANCELLED/1: answers S_OK",
        (AddFile(0), WAIT, RESUME, WAIT, GET_ERROR, SUSPEND, Restart(), CANCEL, WAIT, GET_ERROR, SUSPEND, CANCEL, WAIT),
        2,
    ),
    (
        Dialect.DO,
        "get_error/ERROR/1: answers DO_E_INVALID_STATE",
        (SUSPEND, AddFile(0), Serve(0, "status_404"), WAIT, RESUME, WAIT, SUSPEND, AddFile(1), RESUME, WAIT, GET_ERROR),
        4,
    ),
    (
        Dialect.BITS,
        "complete/TRANSFERRED/2: spoils a byte of a file",
        (GET_ERROR, AddFile(0), WAIT, SUSPEND, RESUME, WAIT, Advance(60), WAIT, RESUME, COMPLETE, WAIT, GET_ERROR),
        5,
    ),
]
each = pytest.mark.parametrize(("dialect", "name", "steps", "fewest"), CASES, ids=[case[1] for case in CASES])


@cache
def mutant(dialect: Dialect, name: str) -> Mutant:
    return next(one for one in mutants(dialect) if one.name == name)


@pytest.fixture
def bench(dialect: Dialect, name: str, tmp_path: Path) -> Iterator[Bench]:
    declared = declare(puppet(mutant(dialect, name)), name)
    with Bench(declared, integer_table(dialect), tmp_path / "bench", wire=Wire.MEMORY) as opened:
        yield opened


def shows(bench: Bench, steps: tuple[Step, ...], named: frozenset[str]) -> bool:
    record = bench.run_patiently(Plan(steps))
    return any(found.named <= named for found in divergences_of(bench.judge, record))


def shortest(bench: Bench, steps: tuple[Step, ...], named: frozenset[str]) -> int:
    return next(
        size for size in range(len(steps) + 1) for part in combinations(steps, size) if shows(bench, part, named)
    )


@each
def test_a_long_program_is_shrunk_to_its_shortest_part(bench: Bench, steps: tuple[Step, ...], fewest: int) -> None:
    found = divergences_of(bench.judge, bench.run(Plan(steps)))[0]

    left = confirmed(bench, found).record.plan.steps

    assert len(steps) > 10
    assert len(left) == shortest(bench, steps, found.named) == fewest


class GivesUpAtOnce(PocketBackend):
    """What may mend itself is an error at once: that breaks a recommendation, and nothing else."""

    def fail(self, job: PocketJob, fault: Fault) -> None:
        super().fail(job, fault)
        self.enter(job, JobState.ERROR)


def test_a_program_ends_where_its_recommendation_is_broken_though_there_is_no_time_to_shrink_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def left_as_it_is(plan: Plan, _diverges: object, **_: object) -> Plan:
        return plan

    monkeypatch.setattr(confirm, "shrink", left_as_it_is)
    shown: tuple[Step, ...] = (AddFile(0), Serve(0, "status_503"), RESUME, WAIT)
    with Bench(declare(GivesUpAtOnce, "x"), integer_table(Dialect.BITS), tmp_path / "b", wire=Wire.MEMORY) as bench:
        (found,) = divergences_of(bench.judge, bench.run(Plan((*shown, CANCEL, WAIT))))
        assert (found.level, confirmed(bench, found).record.plan.steps) == (Level.SHOULD, shown)


class SlipsOnce(PocketBackend):
    """The first Suspend of a job without files is not carried out, and never another one."""

    slipped = False

    def suspend(self, job: str) -> int:
        if SlipsOnce.slipped:
            return super().suspend(job)
        SlipsOnce.slipped = True
        return Hresult.E_NOTIMPL


def test_a_program_ends_where_it_diverged_though_it_never_does_so_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SlipsOnce, "slipped", False)
    with Bench(declare(SlipsOnce, "x"), integer_table(Dialect.BITS), tmp_path / "b", wire=Wire.MEMORY) as bench:
        (found,) = divergences_of(bench.judge, bench.run(Plan((SUSPEND, AddFile(0), RESUME, WAIT, CANCEL, WAIT))))
        left = confirmed(bench, found)
        assert (left.record.plan.steps, left.reproduced) == ((SUSPEND,), 1)


class ShowsLaterEverySecondTime(PocketBackend):
    """A suspended job goes to ERROR by itself: every second run shows it at the second look, the others later."""

    later, runs = 2, 0

    def create_job(self, display_name: str) -> str:
        type(self).runs += 1
        self.looks: int | None = None
        return super().create_job(display_name)

    def suspend(self, job: str) -> int:
        self.looks = 0
        return super().suspend(job)

    def get_state(self, job: str) -> int:
        if self.looks is not None:
            self.looks += 1
            if self.looks >= (2 if self.runs % 2 else self.later):
                return JobState.ERROR
        return super().get_state(job)


@pytest.mark.parametrize(
    ("later", "luck", "waits"), [(3, (Linger(),), (WAIT,)), (5, (WAIT,), (Linger(), WAIT))], ids=["settles", "lingers"]
)
def test_a_program_that_shows_its_fault_by_luck_waits_until_it_shows_it_every_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, later: int, luck: tuple[Step, ...], waits: tuple[Step, ...]
) -> None:
    monkeypatch.setattr(ShowsLaterEverySecondTime, "later", later)
    monkeypatch.setattr(ShowsLaterEverySecondTime, "runs", 0)
    declared = declare(ShowsLaterEverySecondTime, "x")
    with Bench(declared, integer_table(Dialect.BITS), tmp_path / "b", wire=Wire.MEMORY) as bench:
        (found,) = divergences_of(bench.judge, bench.run(Plan((SUSPEND, *luck, AddFile(0), WAIT))))
        left = confirmed(bench, found)
        assert (left.record.plan.steps, left.reproduced) == ((SUSPEND, *luck, *waits), left.runs)


class HidesEverySixthTime(PocketBackend):
    """Suspend is not carried out, but in every sixth run."""

    runs = 0

    def create_job(self, display_name: str) -> str:
        type(self).runs += 1
        return super().create_job(display_name)

    def suspend(self, job: str) -> int:
        return super().suspend(job) if self.runs % 6 == 0 else Hresult.E_NOTIMPL


def test_where_real_time_passes_a_fault_that_hides_seldom_is_told_as_one_that_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HidesEverySixthTime, "runs", 0)
    with Bench(declare(HidesEverySixthTime, "x"), integer_table(Dialect.BITS), tmp_path / "b") as bench:
        (found,) = divergences_of(bench.judge, bench.run(Plan((SUSPEND,))))
        left = confirmed(bench, found)
        assert 0 < left.reproduced < left.runs
