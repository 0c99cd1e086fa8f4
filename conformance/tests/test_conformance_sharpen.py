"""Sharper plans: the job is kept still around a call, and let go again under the weather that there was."""

from __future__ import annotations

from pathlib import Path

import pytest

from copyjob.conformance.backend import declare
from copyjob.conformance.bench import Bench
from copyjob.conformance.confirm import TOLD_SECONDS, confirmed, divergences_of
from copyjob.conformance.ground import Wire
from copyjob.conformance.mutants.miniatures import BY_NAME
from copyjob.conformance.overlook import NOTHING_KNOWN, Overlooking
from copyjob.conformance.pace import quiescence_seconds
from copyjob.conformance.plan import AddFile, Block, Call, Gate, Plan, Serve, Settle, Step, Unblock, validate
from copyjob.conformance.pocket import PocketBackend
from copyjob.conformance.record import Record
from copyjob.conformance.sharpen import sharper
from copyjob.spec.compiled import integer_table
from copyjob.spec.vocabulary import Dialect

POCKET = declare(PocketBackend, "pocket")
ADD, RESUME, SUSPEND, SETTLE = AddFile(0), Call("resume"), Call("suspend"), Settle()
FAILING = (Serve(0, "status_404"), ADD, RESUME, SETTLE)


def nothing(*_: object) -> None:
    """Stand for an operation that is not called here."""


class Bare:
    """A backend with nothing beyond the minimum."""

    create_job = add_file = resume = suspend = cancel = complete = get_state = nothing


def proposed(*steps: Step, backend: type = PocketBackend) -> list[tuple[Step, ...]]:
    return [plan.steps for plan in sharper(Plan(steps), declare(backend, "some"))]


def test_a_call_is_seen_while_jobs_stand_in_front() -> None:
    held = (Serve(0, "status_404"), ADD, Block(), RESUME, SETTLE, Unblock(), SETTLE)
    assert held in proposed(*FAILING)


def test_no_jobs_are_put_in_front_without_the_power_to_do_so() -> None:
    assert not any(Block() in steps for steps in proposed(*FAILING, backend=Bare))


def test_a_call_is_seen_while_no_connection_is_taken() -> None:
    held = (Serve(0, "status_404"), ADD, Gate("backlog"), RESUME, SETTLE, Gate("accept"), SETTLE)
    assert held in proposed(*FAILING)


def test_the_gate_is_set_back_to_what_it_was() -> None:
    assert any(steps[-2:] == (Gate("refuse"), SETTLE) for steps in proposed(Gate("refuse"), *FAILING))


@pytest.mark.parametrize("hold", ["hold_headers", "hold_body"])
def test_the_fault_comes_after_the_job_was_seen_to_run(hold: str) -> None:
    held = (Serve(0, "status_404"), ADD, Serve(0, hold), RESUME, SETTLE, Serve(0, "status_404"), SETTLE)
    assert held in proposed(*FAILING)


def test_the_resume_before_another_call_is_tried_too() -> None:
    held = (ADD, Gate("backlog"), RESUME, SETTLE, Gate("accept"), SUSPEND, SETTLE)
    assert held in proposed(ADD, RESUME, SUSPEND)


def test_what_is_held_already_is_not_held_again() -> None:
    steps = (Serve(0, "hold_body"), Gate("backlog"), Block(), ADD, RESUME)
    assert {step for plan in proposed(*steps) for step in plan[4:5]} == {Serve(0, "hold_headers")}


def test_every_sharper_plan_can_be_carried_out() -> None:
    proposals = proposed(*FAILING, SUSPEND, SETTLE)
    assert proposals
    for steps in proposals:
        validate(steps)  # raises where one cannot


def test_a_plan_without_a_call_has_no_sharper_one() -> None:
    assert proposed(ADD, SETTLE) == []


def test_jobs_in_front_that_never_run_are_waited_for_a_part_of_the_time_only(tmp_path: Path) -> None:
    declared = declare(BY_NAME["ResumePretends"], "pretends")
    waited: list[float] = []

    class Noting(Bench):
        def run(self, plan: Plan, *, patience: float = 1, overlooking: Overlooking = NOTHING_KNOWN) -> Record:
            if Block() in plan.steps:
                waited.append(patience * quiescence_seconds(declared))
            return super().run(plan, patience=patience, overlooking=overlooking)

    with Noting(declared, integer_table(Dialect.BITS), tmp_path / "bench", wire=Wire.MEMORY) as bench:
        confirmed(bench, divergences_of(bench.judge, bench.run(Plan((ADD, RESUME, SETTLE))))[0])

    assert waited
    assert max(waited) <= TOLD_SECONDS / 2
