"""Whose turn it is, on a clock that stands still and a wire in memory."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from copyjob.spec.vocabulary import Dialect, JobPriority, JobState

if TYPE_CHECKING:
    from pathlib import Path

    from copyjob.reference.service import JobHandle, Service


@pytest.fixture
def queue(serve: Any, memory: Any, tmp_path: Path) -> Any:
    """Make jobs whose servers keep silent: ``queue(service, priority)``."""

    def make(service: Service, priority: JobPriority = JobPriority.NORMAL) -> JobHandle:
        number = len(service.jobs())
        url = memory.play(f"http://h/{number}", memory.script(holds_head=True))
        job = service.create_job(str(number))
        job.set_priority(priority)
        job.add_file(url, str(tmp_path / str(number)))
        job.resume()
        return job

    return make


@pytest.fixture
def bits(serve: Any, memory: Any) -> Any:
    """Start a BITS service whose servers never stall."""
    return serve(wire=memory, stall_timeout_seconds=1e9)


@pytest.fixture
def do(serve: Any, memory: Any) -> Any:
    """Start a Delivery Optimization service whose servers never stall."""
    return serve(Dialect.DO, wire=memory, stall_timeout_seconds=1e9)


def states(*jobs: JobHandle) -> list[str]:
    return [job.state.name for job in jobs]


def test_one_background_job_runs_and_an_equal_waits(bits: Any, queue: Any) -> None:
    assert states(queue(bits), queue(bits)) == ["CONNECTING", "QUEUED"]


def test_foreground_jobs_run_side_by_side(bits: Any, queue: Any) -> None:
    jobs = [queue(bits, JobPriority.FOREGROUND) for _ in range(3)]

    assert states(*jobs) == ["CONNECTING"] * 3


def test_a_foreground_job_does_not_take_the_turn_of_a_background_job(bits: Any, queue: Any) -> None:
    assert states(queue(bits), queue(bits, JobPriority.FOREGROUND)) == ["CONNECTING", "CONNECTING"]


def test_a_higher_priority_preempts_a_lower_one(bits: Any, queue: Any) -> None:
    low = queue(bits, JobPriority.LOW)
    high = queue(bits, JobPriority.HIGH)

    assert states(low, high) == ["QUEUED", "CONNECTING"]


def test_who_was_preempted_is_first_among_his_equals(bits: Any, queue: Any) -> None:
    first, second = queue(bits), queue(bits)
    queue(bits, JobPriority.HIGH).cancel()

    assert states(first, second) == ["CONNECTING", "QUEUED"]


def test_a_lower_priority_waits_until_the_higher_one_is_gone(bits: Any, queue: Any) -> None:
    high, low = queue(bits, JobPriority.HIGH), queue(bits, JobPriority.LOW)
    bits.advance(3_000)
    before = states(high, low)
    high.suspend()

    assert (before, low.state) == (["CONNECTING", "QUEUED"], JobState.CONNECTING)


def test_equals_change_places_when_the_slice_ends(bits: Any, queue: Any) -> None:
    first, second = queue(bits), queue(bits)
    bits.advance(299)
    before = states(first, second)
    bits.advance(1)

    assert (before, states(first, second)) == (["CONNECTING", "QUEUED"], ["QUEUED", "CONNECTING"])


def test_three_equals_go_round(bits: Any, queue: Any) -> None:
    jobs = [queue(bits) for _ in range(3)]
    turns = []
    for _ in range(4):
        turns.append([job.state for job in jobs].index(JobState.CONNECTING))
        bits.advance(300)

    assert turns == [0, 1, 2, 0]


def test_a_job_alone_keeps_its_turn(bits: Any, queue: Any, memory: Any) -> None:
    queue(bits)
    bits.advance(10_000)

    assert len(memory.requests) == 1


def test_a_new_priority_takes_effect_at_once(bits: Any, queue: Any) -> None:
    first, second = queue(bits), queue(bits)
    second.set_priority(JobPriority.HIGH)

    assert states(first, second) == ["QUEUED", "CONNECTING"]


def test_a_foreground_job_put_into_the_background_makes_room_in_the_end(bits: Any, queue: Any) -> None:
    first, second, third = queue(bits, JobPriority.FOREGROUND), queue(bits), queue(bits)
    first.set_priority(JobPriority.NORMAL)
    for _ in range(4):
        bits.advance(300)

    assert sorted(states(first, second, third)) == ["CONNECTING", "QUEUED", "QUEUED"]


@pytest.mark.parametrize("priority", [JobPriority.HIGH, JobPriority.NORMAL])
def test_a_foreground_job_put_into_the_background_takes_the_turn_of_a_lower_one(
    bits: Any, queue: Any, priority: JobPriority
) -> None:
    first, low = queue(bits, JobPriority.FOREGROUND), queue(bits, JobPriority.LOW)
    first.set_priority(priority)

    assert states(first, low) == ["CONNECTING", "QUEUED"]


def test_a_foreground_job_put_below_the_one_that_runs_waits(bits: Any, queue: Any) -> None:
    first, high = queue(bits, JobPriority.FOREGROUND), queue(bits, JobPriority.HIGH)
    first.set_priority(JobPriority.LOW)

    assert states(first, high) == ["QUEUED", "CONNECTING"]


def test_two_jobs_run_in_do_and_the_third_waits(do: Any, queue: Any) -> None:
    assert states(queue(do), queue(do), queue(do)) == ["TRANSFERRING", "TRANSFERRING", "QUEUED"]


def test_priority_preempts_nobody_in_do(do: Any, queue: Any) -> None:
    jobs = [queue(do), queue(do), queue(do, JobPriority.FOREGROUND)]
    do.advance(1_000)

    assert states(*jobs) == ["TRANSFERRING", "TRANSFERRING", "QUEUED"]


def test_first_in_is_first_served_in_do(do: Any, queue: Any) -> None:
    jobs = [queue(do), queue(do), queue(do), queue(do, JobPriority.HIGH)]
    jobs[0].suspend()

    assert states(*jobs[2:]) == ["TRANSFERRING", "QUEUED"]


def test_a_stopped_job_asks_for_nothing_more(bits: Any, queue: Any, memory: Any) -> None:
    queue(bits).suspend()
    bits.advance(10_000)
    memory.run()

    assert len(memory.requests) == 1


def test_the_place_in_the_queue_outlives_a_restart(serve: Any, memory: Any, queue: Any) -> None:
    service = serve(wire=memory)
    ids = [queue(service).id for _ in range(3)]
    service.kill()
    again = serve(wire=memory)

    assert [again.find(i).state.name for i in ids] == ["CONNECTING", "QUEUED", "QUEUED"]
