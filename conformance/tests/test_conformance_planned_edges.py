"""Plans about timers and about what is written down of a job: their edges are met, and a right backend conforms there.

Law: the backend is the pocket backend over real HTTP, on its stepped clock.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from copyjob.conformance import plan as p
from copyjob.conformance.backend import declare
from copyjob.conformance.bench import Bench
from copyjob.conformance.generate import Scope, special
from copyjob.conformance.interface import Power
from copyjob.conformance.observation import Sampled
from copyjob.conformance.pocket import PocketBackend
from copyjob.conformance.property_plans import set_and_kept
from copyjob.conformance.record import Record, Verdict
from copyjob.conformance.timer_plans import LONG_SECONDS, at_the_edges
from copyjob.conformance.weather import RETRY_SECONDS
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect, JobState

Opened = Callable[..., Bench]
DELAY, GIVE_UP = "set_minimum_retry_delay", "set_no_progress_timeout"


def planned(setter: str, value: int, script: str) -> p.Plan:
    """Return the plan at the edges that sets a timer so, and lets time pass under a script."""
    wanted = {p.Call(setter, value), p.Serve(0, script)}
    return p.Plan(next(steps for steps in at_the_edges(Dialect.BITS) if wanted <= set(steps)), aim="by hand")


def carried_out(open_bench: Opened, plan: p.Plan) -> Record:
    return open_bench(declare(PocketBackend, "pocket")).run_patiently(plan)


@pytest.mark.parametrize(
    ("setter", "value", "script", "last"),
    [
        (DELAY, 0, "serve", JobState.TRANSFERRED),
        (DELAY, LONG_SECONDS, "serve", JobState.TRANSFERRED),
        (GIVE_UP, 0, "status_503", JobState.ERROR),
        (GIVE_UP, LONG_SECONDS, "status_503", JobState.ERROR),
        (GIVE_UP, RETRY_SECONDS - 1, "serve", JobState.ERROR),
    ],
)
def test_a_timer_at_its_edge_leads_a_right_backend_on(
    open_bench: Opened, setter: str, value: int, script: str, last: JobState
) -> None:
    record = carried_out(open_bench, planned(setter, value, script))

    assert record.verdict is Verdict.CONFORMS
    assert next(one.state for one in reversed(record.observations) if isinstance(one, Sampled)) is last


@pytest.mark.parametrize("dialect", Dialect)
def test_the_plans_at_the_edges_are_among_the_special_ones(dialect: Dialect) -> None:
    plans = {plan.steps for plan in special(Scope(table(dialect), frozenset(Power)))}

    assert {*at_the_edges(dialect), *set_and_kept(dialect)} <= plans


def test_a_property_of_every_setter_is_carried_over_a_restart() -> None:
    setters = {DELAY, GIVE_UP, "set_priority"}
    over = [steps for steps in set_and_kept(Dialect.BITS) if p.Restart() in steps]

    assert any(setters <= {step.operation for step in steps if isinstance(step, p.Call)} for steps in over)


@pytest.mark.parametrize("steps", set_and_kept(Dialect.BITS))
def test_a_right_backend_tells_what_was_set(open_bench: Opened, steps: tuple[p.Step, ...]) -> None:
    record = carried_out(open_bench, p.Plan(steps, aim="by hand"))

    assert record.verdict is Verdict.CONFORMS
    assert record.judged["property/set"] + record.judged["property/kept"] > 1
