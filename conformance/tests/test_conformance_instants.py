"""Plans for the moments that pass: they are made from the table and the powers, and meet what they are made for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from copyjob.conformance import plan as p
from copyjob.conformance.backend import declare
from copyjob.conformance.bench import Bench
from copyjob.conformance.confirm import divergences_of
from copyjob.conformance.forecast import Forecast
from copyjob.conformance.generate import Scope
from copyjob.conformance.ground import Wire
from copyjob.conformance.instants import instants
from copyjob.conformance.interface import Power
from copyjob.conformance.observation import Sampled
from copyjob.conformance.places import places
from copyjob.conformance.pocket import PocketBackend
from copyjob.conformance.source import fired
from copyjob.spec.compiled import integer_table
from copyjob.spec.machine import SpecMachine
from copyjob.spec.table import Level, table
from copyjob.spec.vocabulary import Dialect, JobState, Operation

BITS, DO = Dialect.BITS, Dialect.DO
ALL = frozenset(Power)


def scope(dialect: Dialect, powers: frozenset[Power] = ALL) -> Scope:
    return Scope(table(dialect), powers)


def foreseen(*steps: p.Step, dialect: Dialect = BITS) -> list[str]:
    return fired(Forecast(SpecMachine(table(dialect))), p.Plan(steps))


@pytest.mark.parametrize("dialect", Dialect)
def test_every_place_with_a_file_done_is_called_by_every_setter(dialect: Dialect) -> None:
    done = [plan for plan in places(scope(dialect)) if p.Serve(1, "hold_body") in plan.steps]
    assert [plan for plan in done if p.Call(Operation.SET_PRIORITY.value, 3) in plan.steps]


@pytest.mark.parametrize("make", [instants, places])
def test_without_powers_no_plan_needs_one(make: Callable[[Scope], list[p.Plan]]) -> None:
    bare = scope(BITS, frozenset())
    assert all(bare.allows(step) for plan in make(bare) for step in plan.steps)


def test_a_running_job_is_put_behind_others() -> None:
    assert any("slice_end/TRANSFERRING/1" in foreseen(*plan.steps) for plan in instants(scope(BITS)))


def test_a_job_is_resumed_while_others_stand_in_front() -> None:
    resumed = [plan.steps for plan in instants(scope(BITS)) if p.AddFile(0) in plan.steps and p.Block() in plan.steps]
    assert (p.AddFile(0), p.Block(), p.Call("resume"), p.Settle()) in [steps[:4] for steps in resumed]


@pytest.mark.parametrize("dialect", Dialect)
def test_a_job_with_nothing_left_expires_behind_others(dialect: Dialect) -> None:
    rows = [foreseen(*plan.steps, dialect=dialect) for plan in instants(scope(dialect))]
    assert [each for each in rows if "all_done/TRANSFERRING/1" in each and each[-1] == "expiry/QUEUED/1"]


@pytest.mark.parametrize("dialect", Dialect)
def test_a_part_is_refused_to_a_job_with_a_file_done(dialect: Dialect) -> None:
    plans = [foreseen(*plan.steps, dialect=dialect) for plan in places(scope(dialect))]
    row = "range_refused/TRANSFERRING/1"
    assert any("file_done/TRANSFERRING/1" in rows[: rows.index(row)] for rows in plans if row in rows)


@pytest.mark.parametrize("dialect", Dialect)
def test_what_stood_at_a_destination_is_looked_for_wherever_a_job_is_cancelled(dialect: Dialect) -> None:
    stood = [plan for plan in instants(scope(dialect)) if p.AddFile(0, existing=True) in plan.steps]
    cancelled = {row for plan in stood for row in foreseen(*plan.steps, dialect=dialect) if row.startswith("cancel/")}
    own = {row.id for row in table(dialect).rows if row.label is Operation.CANCEL}
    assert cancelled == own - {"cancel/ACKNOWLEDGED/1", "cancel/CANCELLED/1"}


@pytest.mark.parametrize(
    ("dialect", "state"), [(BITS, JobState.QUEUED), (BITS, JobState.TRANSFERRING), (DO, JobState.QUEUED)]
)
def test_two_callers_end_a_job_that_has_nothing_left(dialect: Dialect, state: JobState) -> None:
    met: set[str] = set()
    for plan in instants(scope(dialect)):
        raced = next((n for n, step in enumerate(plan.steps) if isinstance(step, p.Race)), None)
        if raced is not None:
            forecast = Forecast(SpecMachine(table(dialect)))
            for step in plan.steps[:raced]:
                forecast.take(step)
            met |= forecast.rows_near(Operation.COMPLETE, (forecast.configuration, *forecast.passed))
    assert f"complete/{state.name}/3" in met


class Stubborn(PocketBackend):
    """Gives no place away that it has given."""

    def rank(self, job: object) -> tuple[int, bool, int]:
        rank = super().rank(job)  # type: ignore[arg-type]
        return (0 if not rank[1] else 1, *rank[1:])


def test_who_keeps_its_place_is_no_reproach(tmp_path: Path) -> None:
    plan = next(plan for plan in instants(scope(BITS)) if "slice_end/TRANSFERRING/1" in foreseen(*plan.steps))
    with Bench(declare(Stubborn, "stubborn"), integer_table(BITS), tmp_path / "bench", wire=Wire.MEMORY) as bench:
        record = bench.run(plan)
    assert (record.unclear, record.late, divergences_of(bench.judge, record)) == ("", "", [])


@pytest.mark.parametrize("dialect", Dialect)
def test_a_right_backend_conforms_at_every_instant_and_place(dialect: Dialect, tmp_path: Path) -> None:
    declared = declare(PocketBackend, "pocket")
    own = Scope(table(dialect), declared.powers)
    with Bench(declared, integer_table(dialect), tmp_path / "bench", wire=Wire.MEMORY) as bench:
        for plan in (*instants(own), *places(own)):
            found = divergences_of(bench.judge, bench.run_patiently(plan))
            assert not [each for each in found if each.level is Level.MUST], plan


def test_a_job_that_runs_is_seen_queued_behind_others(tmp_path: Path) -> None:
    plan = next(plan for plan in instants(scope(BITS)) if "slice_end/TRANSFERRING/1" in foreseen(*plan.steps))
    with Bench(declare(PocketBackend, "pocket"), integer_table(BITS), tmp_path / "bench", wire=Wire.MEMORY) as bench:
        states = [each.state for each in bench.run(plan).observations if isinstance(each, Sampled)]
    assert JobState.QUEUED in states[states.index(JobState.TRANSFERRING) :]
