"""The scheduler's rankings decide as a plain look at every job would: that look is written down here.

``PlainScan`` is slow and evident; what it says is the law. Beside the property over arbitrary queues, whole
simulated services are run with both, and disagree at no decision.
"""

# The scheduler stands in the worker's private attributes.
# pyright: reportPrivateUsage=false

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copyjob.reference import effects, scheduler
from copyjob.reference.errors import TransferFault
from copyjob.reference.events import Event, SliceEnded, Turn
from copyjob.reference.files import File
from copyjob.reference.job import Job
from copyjob.reference.record import SLICE_SECONDS, Part, Record
from copyjob.reference.scheduler import DO_SLOTS, Decision, Ranking, Scheduler
from copyjob.reference.simulation.run import simulate
from copyjob.reference.transfer import Transfer
from copyjob.spec.vocabulary import Dialect, ErrorContext, JobPriority, JobState

if TYPE_CHECKING:
    from collections.abc import Iterable

STALL_SECONDS = 60.0


class PlainScan:
    """The oracle: every question is answered by a look at all jobs, in the order in which they joined."""

    def __init__(self, dialect: Dialect, stall_timeout_seconds: float) -> None:
        self.dialect = dialect
        self.stall_timeout_seconds = stall_timeout_seconds

    def decide(self, records: Iterable[Record], now_seconds: float) -> Decision | None:
        live = [record for record in records if not record.job.final]
        return self.first_due(live, now_seconds) or self.next_turn(live, now_seconds)

    def first_due(self, live: list[Record], now_seconds: float) -> Decision | None:
        found: list[tuple[float, Record, Event | None]] = []
        for record in live:
            due = scheduler._deadline(record, self.stall_timeout_seconds)
            assert due is not None
            if due[0] <= now_seconds:
                found.append((due[0], record, due[1]))
        if not found:
            return None
        _, record, event = min(found, key=lambda item: item[0])
        return record, event or scheduler._stalled(record, now_seconds)

    def next_turn(self, live: list[Record], now_seconds: float) -> Decision | None:
        waiting = [record for record in live if record.job.state is JobState.QUEUED]
        running = [record for record in live if record.job.running]
        holders = [record for record in running if record.job.priority is not JobPriority.FOREGROUND]
        if self.dialect is Dialect.BITS and len(holders) > 1:
            return max(holders, key=lambda record: (record.job.priority, -record.turn_began_seconds)), SliceEnded()
        if not waiting:
            return None
        if self.dialect is Dialect.DO:
            first = min(waiting, key=lambda record: record.ticket)
            return (first, Turn()) if len(running) < DO_SLOTS else None
        first = min(waiting, key=lambda record: (record.job.priority, record.ticket))
        if first.job.priority is JobPriority.FOREGROUND or not holders:
            return first, Turn()
        (holder,) = holders
        over = now_seconds >= holder.turn_began_seconds + SLICE_SECONDS
        if first.job.priority < holder.job.priority or (first.job.priority == holder.job.priority and over):
            return holder, SliceEnded()
        return None

    def earliest(self, records: Iterable[Record]) -> float | None:
        live = [record for record in records if not record.job.final]
        times = [due[0] for record in live if (due := scheduler._deadline(record, self.stall_timeout_seconds))]
        if self.dialect is Dialect.BITS:
            waiting = {record.job.priority for record in live if record.job.state is JobState.QUEUED}
            times += [
                record.turn_began_seconds + SLICE_SECONDS
                for record in live
                if record.job.running
                and record.job.priority is not JobPriority.FOREGROUND
                and record.job.priority in waiting
            ]
        return min(times, default=None)


# ---- arbitrary queues ----

FAULT = TransferFault(ErrorContext.GENERAL_TRANSPORT, 0x80072EE2, 0, transient=True)
# Few different numbers, so that equals meet.
seconds = st.integers(0, 12).map(lambda number: number * 100.0)
changes = st.tuples(
    st.integers(0, 7),  # which job
    st.sampled_from(JobState),
    st.sampled_from(JobPriority),
    st.integers(0, 4),  # ticket
    seconds,  # when its turn began
    seconds,  # when it failed
    seconds,  # when it was last heard of
)
ages = st.sampled_from([0.0, 30 * 86_400.0, 90 * 86_400.0])


def set_to(
    record: Record, dialect: Dialect, change: tuple[int, JobState, JobPriority, int, float, float, float]
) -> None:
    """Bring a job into a state, as calls and events might have done."""
    _, state, priority, ticket, began, failed, heard = change
    failing = state is JobState.TRANSIENT_ERROR
    record.job = Job(
        dialect,
        state,
        (File("http://h/a", "/d/a"),),
        FAULT if failing else None,
        priority,
        failed_at_seconds=failed if failing else None,
        failing_since_seconds=failed if failing else None,
    )
    record.ticket, record.turn_began_seconds = ticket, began
    record.transfer = Transfer(dialect, record.parts[0], heard) if record.job.running else None


def described(decision: Decision | None) -> tuple[str, Event] | None:
    return None if decision is None else (decision[0].id, decision[1])


@given(
    dialect=st.sampled_from(Dialect),
    created=st.lists(seconds, min_size=1, max_size=8),
    steps=st.lists(st.tuples(changes, seconds, ages), min_size=1, max_size=30),
)
@settings(max_examples=150, deadline=None)
def test_the_rankings_decide_as_a_look_at_every_job_would(
    dialect: Dialect,
    created: list[float],
    steps: list[tuple[tuple[int, JobState, JobPriority, int, float, float, float], float, float]],
) -> None:
    ranked, plain = Scheduler(dialect, STALL_SECONDS), PlainScan(dialect, STALL_SECONDS)
    records = [
        Record(str(n), "", Job(dialect), at, at, parts=[Part(0, "http://h/a", "/d/a", "/d/.a")])
        for n, at in enumerate(created)
    ]
    for record in records:
        ranked.touch(record)
    for change, now, age in steps:
        record = records[change[0] % len(records)]
        if not record.job.final:
            set_to(record, dialect, change)
            ranked.touch(record)

        assert described(ranked.decide(now + age)) == described(plain.decide(records, now + age))
        assert ranked.earliest() == plain.earliest(records)


@given(
    heard=st.lists(st.tuples(st.integers(0, 3), st.floats(0, 1_000)), max_size=30),
)
@settings(max_examples=50, deadline=None)
def test_bytes_that_put_a_deadline_off_need_not_be_told(heard: list[tuple[int, float]]) -> None:
    ranked, plain = Scheduler(Dialect.DO, STALL_SECONDS), PlainScan(Dialect.DO, STALL_SECONDS)
    records = [
        Record(str(n), "", Job(Dialect.DO), 0, 0, parts=[Part(0, "http://h/a", "/d/a", "/d/.a")]) for n in range(4)
    ]
    for record in records:
        set_to(record, Dialect.DO, (0, JobState.TRANSFERRING, JobPriority.NORMAL, 1, 0.0, 0.0, 0.0))
        ranked.touch(record)
    for number, at in heard:
        transfer = cast("Transfer", records[number].transfer)
        transfer.active_seconds = max(transfer.active_seconds, at)

        assert ranked.earliest() == plain.earliest(records)


# ---- whole services ----


class Compared(Scheduler):
    """A scheduler that is held to the oracle at every decision."""

    decisions = 0

    def __init__(self, dialect: Dialect, stall_timeout_seconds: float) -> None:
        super().__init__(dialect, stall_timeout_seconds)
        self.plain = PlainScan(dialect, stall_timeout_seconds)
        self.seen: list[Record] = []

    def touch(self, record: Record) -> None:
        super().touch(record)
        if not any(record is known for known in self.seen):
            self.seen.append(record)

    def decide(self, now_seconds: float) -> Decision | None:
        Compared.decisions += 1
        decision = super().decide(now_seconds)
        assert described(decision) == described(self.plain.decide(self.seen, now_seconds))
        return decision

    def earliest(self) -> float | None:
        found = super().earliest()
        assert found == self.plain.earliest(self.seen)
        return found


@pytest.mark.parametrize("dialect", Dialect)
def test_a_whole_simulated_service_is_never_told_anything_else(
    dialect: Dialect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(effects, "Scheduler", Compared)
    before = Compared.decisions
    failures = [simulate(seed, 150, dialect=dialect).failure for seed in range(3)]

    assert failures == [None] * 3
    assert Compared.decisions > before + 200


def test_a_touch_that_is_forgotten_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    # The comparison above would be worth nothing if a missing `touch` went unnoticed.
    real = Compared.touch

    def touch(self: Compared, record: Record) -> None:
        if record.job.state is not JobState.SUSPENDED or not record.order:
            real(self, record)

    monkeypatch.setattr(Compared, "touch", touch)
    monkeypatch.setattr(effects, "Scheduler", Compared)

    assert any(simulate(seed, 150).failure for seed in range(3))


# ---- a ranking ----


@given(st.lists(st.tuples(st.integers(0, 9), st.none() | st.integers(0, 5).map(float)), max_size=300))
@settings(max_examples=100, deadline=None)
def test_a_ranking_knows_the_first_and_how_many_there_are(steps: list[tuple[int, float | None]]) -> None:
    ranking, plain = Ranking(), dict[int, float]()
    for number, key in steps:
        if key is None:
            ranking.drop(number)
            plain.pop(number, None)
        else:
            ranking.put(number, key)
            plain[number] = key

        assert ranking.first() == min(((key, number) for number, key in plain.items()), default=None)
        assert ranking.keys == plain


def test_a_ranking_keeps_no_more_outdated_entries_than_others() -> None:
    ranking = Ranking()
    for step in range(10_000):
        ranking.put(step % 100, float(-step))

    assert len(ranking._heap) <= 2 * 100 + 64
