"""Campaigns: what is told of a divergence, and what the kit leaves alone and behind.

Law: points 9 and 10 of the oracle's theory. A flaky backend is told as such, and somebody else's jobs are not touched.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from copyjob.conformance.backend import Declared
from copyjob.conformance.bench import Bench
from copyjob.conformance.campaign import conduct
from copyjob.conformance.plan import AddFile, Call, Plan, Serve, Settle, Step

Variant = Callable[..., Declared]
Open = Callable[..., Bench]

DOWNLOAD = (AddFile(0), Call("resume"), Settle())
HELD = (Serve(0, "hold_body"), *DOWNLOAD)
COMPLETE = (*DOWNLOAD, Call("complete"), Settle())


def plan(*steps: Step) -> Plan:
    return Plan(steps, aim="by hand")


def answers(value: int | None) -> Callable[..., int | None]:
    return lambda *_: value


def broken(*_: object) -> None:
    raise ValueError("it rains")


def test_a_campaign_ends_after_three_errors_of_the_adapter(open_bench: Open, variant: Variant) -> None:
    found = conduct(open_bench(variant(resume=broken)), [plan(*DOWNLOAD)] * 5)
    assert (len(found.errors), found.plans) == (3, 3)


# Point 9: a flaky outcome is told as k of n


def test_point_9_a_divergence_that_shows_now_and_then_is_told_as_k_of_n(open_bench: Open, variant: Variant) -> None:
    called: list[str] = []

    def resume(_: object, job: str) -> int | None:
        called.append(job)
        return None if len(called) % 2 else 0x80200003

    (divergence,) = conduct(open_bench(variant(resume=resume)), [plan(Call("resume"))]).divergences
    assert 0 < divergence.reproduced < divergence.runs


def test_point_9_a_divergence_that_always_shows_is_told_as_n_of_n(open_bench: Open, variant: Variant) -> None:
    bench = open_bench(variant(resume=answers(None)))
    (divergence,) = conduct(bench, [plan(Call("resume"))]).divergences
    assert divergence.reproduced == divergence.runs


def test_point_9_a_divergence_is_told_with_the_shortest_plan_that_shows_it(open_bench: Open, variant: Variant) -> None:
    bench = open_bench(variant(resume=answers(None)))
    long = plan(Serve(0, "status_404"), Settle(), Call("suspend"), Settle(), Call("resume"), Settle(), Call("cancel"))
    (divergence,) = conduct(bench, [long]).divergences
    assert divergence.record.plan.steps == (Call("resume"),)


def test_point_9_the_same_divergence_is_told_once(open_bench: Open, variant: Variant) -> None:
    bench = open_bench(variant(resume=answers(None)))
    assert len(conduct(bench, [plan(Call("resume"))] * 3).divergences) == 1


def test_a_divergence_is_shrunk_and_told_within_two_seconds_of_its_first_occurrence(
    open_bench: Open, variant: Variant
) -> None:
    bench = open_bench(variant(resume=answers(None)))
    long = plan(*[step for _ in range(12) for step in (Call("suspend"), Settle())], Call("resume"), Settle())
    (divergence,) = conduct(bench, [long]).divergences
    assert 0 < divergence.told_after_seconds < 2
    assert divergence.record.plan.steps == (Call("resume"),)


# Few rows to blame


def test_a_divergence_is_told_with_a_plan_that_leaves_few_rows_to_blame(open_bench: Open, variant: Variant) -> None:
    # Between Resume and the next sample a whole download may pass. Where no connection is taken it is not the server;
    # jobs in front would tell Resume from the turn, but this backend cannot run any.
    bench = open_bench(variant(resume=answers(0)))
    (divergence,) = conduct(bench, [plan(*DOWNLOAD)], divergences_max=1).divergences
    assert divergence.named == {"resume/SUSPENDED/2", "turn/QUEUED/1"}


def test_what_a_known_divergence_explains_is_not_told_again(open_bench: Open, variant: Variant) -> None:
    bench = open_bench(variant(resume=answers(0)))
    others = [plan(Serve(0, script), *DOWNLOAD) for script in ("hold_body", "status_404", "status_503")]
    assert len(conduct(bench, [plan(*DOWNLOAD), *others]).divergences) == 1


# Point 10: the queue is shared


class Queue:
    """What all instances of a backend did, and the jobs that they made."""

    def __init__(self) -> None:
        self.backends: list[Any] = []
        self.touched: set[str] = set()
        self.foreign = ""

    def members(self, tiny: Any) -> dict[str, Callable[..., Any]]:
        def init(backend: Any, dialect: str, folder: str) -> None:
            tiny.__init__(backend, dialect, folder)
            self.backends.append(backend)
            self.foreign = tiny.create_job(backend, "somebody else's")
            tiny.add_file(backend, self.foreign, "http://127.0.0.1:9/theirs", folder + "/theirs")

        def noted(name: str) -> Callable[..., Any]:
            def method(backend: Any, job: str, *arguments: object) -> Any:
                self.touched.add(job)
                return getattr(tiny, name)(backend, job, *arguments)

            return method

        names = ("add_file", "resume", "suspend", "cancel", "complete", "get_state", "get_progress", "get_error")
        return {"__init__": init, **{name: noted(name) for name in names}}

    def own(self) -> list[int]:
        """Return the states of the kit's jobs."""
        return [job["state"] for one in self.backends for name, job in one.jobs.items() if name != self.foreign]


@pytest.fixture
def queue() -> Queue:
    return Queue()


def test_point_10_what_else_is_in_the_queue_is_left_alone(
    open_bench: Open, variant: Variant, tiny: Any, queue: Queue
) -> None:
    open_bench(variant(**queue.members(tiny), powers=("progress", "error"))).run(plan(*COMPLETE))
    assert queue.foreign not in queue.touched


ENDINGS: dict[str, tuple[dict[str, object], tuple[Step, ...]]] = {
    "the plan's end": ({}, DOWNLOAD),
    "a divergence": ({"complete": answers(None)}, (*DOWNLOAD, Call("complete"))),
    "an error of the adapter": ({"suspend": broken}, (*HELD, Call("suspend"))),
}


@pytest.mark.parametrize(("members", "steps"), ENDINGS.values(), ids=ENDINGS.keys())
def test_point_10_the_kits_own_job_is_cleaned_up_after(
    open_bench: Open, variant: Variant, tiny: Any, queue: Queue, members: dict[str, object], steps: tuple[Step, ...]
) -> None:
    open_bench(variant(**{**queue.members(tiny), **members})).run(plan(*steps))
    assert set(queue.own()) == {tiny.CANCELLED}  # two of them where the adapter broke twice


@pytest.mark.parametrize(("members", "steps"), ENDINGS.values(), ids=ENDINGS.keys())
def test_point_10_no_file_of_a_plan_is_left_after(
    open_bench: Open, variant: Variant, members: dict[str, object], steps: tuple[Step, ...]
) -> None:
    bench = open_bench(variant(**members))
    bench.run(plan(*steps))
    assert [path for path in bench.folder.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(("members", "steps"), ENDINGS.values(), ids=ENDINGS.keys())
def test_point_10_no_entry_of_a_plan_is_left_in_the_journal(
    open_bench: Open, variant: Variant, members: dict[str, object], steps: tuple[Step, ...]
) -> None:
    bench = open_bench(variant(**members))
    bench.run(plan(*steps))
    assert bench.ground.origin.journal.since(0) == []


# How far it goes

WRONG = [plan(Call("resume")), plan(Call("suspend")), plan(AddFile(0), Call("suspend")), plan(Call("cancel"))]
NOT_IMPLEMENTED = 0x80004001


def does_nothing(variant: Variant) -> Declared:
    return variant(**dict.fromkeys(("resume", "suspend", "cancel"), answers(NOT_IMPLEMENTED)))


def test_a_campaign_ends_after_so_many_divergences_as_it_is_told(open_bench: Open, variant: Variant) -> None:
    found = conduct(open_bench(does_nothing(variant)), WRONG, divergences_max=2)
    assert (len(found.divergences), found.plans, found.stopped[:7]) == (2, 2, "stopped")


def test_a_campaign_that_is_to_stop_after_none_runs_all_plans(open_bench: Open, variant: Variant) -> None:
    found = conduct(open_bench(does_nothing(variant)), WRONG, divergences_max=0)
    assert (found.plans, found.stopped) == (len(WRONG), "")


def test_divergences_that_a_baseline_names_do_not_end_a_campaign(open_bench: Open, variant: Variant) -> None:
    excused = frozenset({"resume/SUSPENDED/1", "suspend/SUSPENDED/1"})
    found = conduct(open_bench(does_nothing(variant)), WRONG, divergences_max=1, excused=excused)
    assert (len(found.divergences), found.plans, found.stopped[:7]) == (3, 4, "stopped")
