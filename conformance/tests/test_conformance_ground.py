"""Plans run in memory: nothing but seed and plan decides, nothing waits, and who breaks is told as over HTTP."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from copyjob.conformance import replay_file
from copyjob.conformance.backend import Declared, declare
from copyjob.conformance.bench import Bench
from copyjob.conformance.check import Settings, check
from copyjob.conformance.confirm import divergences_of
from copyjob.conformance.ground import Wire, temporary_folder
from copyjob.conformance.plan import AddFile, Call, Gate, Plan, Race, Restart, Serve, Settle
from copyjob.conformance.pocket import PocketBackend
from copyjob.conformance.record import Record, Verdict
from copyjob.conformance.replay import replay
from copyjob.conformance.report import divergence_data
from copyjob.conformance.settings import Budget
from copyjob.conformance.source import EARLY
from copyjob.spec.compiled import integer_table
from copyjob.spec.console import UsageError
from copyjob.spec.vocabulary import Dialect, JobState

PATIENCE_SECONDS = 30.0
BUDGET_STEPS = 400
WHOLE = Plan((AddFile(0), AddFile(1), Call("resume"), Settle(), Call("complete"), Settle()))
LONG = Plan(
    (
        AddFile(0),
        Serve(0, "hold_body"),
        Call("resume"),
        Settle(),
        Race((("suspend", "resume"), ("cancel",))),
        Restart(),
        Gate("refuse"),
        AddFile(1),
        Call("resume"),
        Settle(),
    )
)

CONFORMS = Verdict.CONFORMS
Open = Callable[..., Bench]


@pytest.fixture
def open_memory(tmp_path: Path) -> Iterator[Open]:
    benches: list[Bench] = []

    def opened(backend: Any = PocketBackend, *, dialect: Dialect = Dialect.BITS, seed: int = 0) -> Bench:
        declared = declare(backend, "a backend")
        folder = tmp_path / f"bench-{len(benches)}"
        bench = Bench(declared, integer_table(dialect), folder, wire=Wire.MEMORY, seed=seed)
        benches.append(bench)
        return bench

    yield opened
    for bench in benches:
        bench.__exit__()


def whole(record: Record) -> tuple[object, ...]:
    """Return everything about a run."""
    return (record.observations, record.steps, record.messages, record.remarks, record.verdict, record.bytes_sent)


# Conforming


@pytest.mark.parametrize("dialect", list(Dialect))
def test_the_pocket_backend_conforms_in_memory_and_every_must_is_told_apart(dialect: Dialect) -> None:
    settings = Settings("copyjob.conformance.pocket:PocketBackend", (dialect,), wire=Wire.MEMORY)
    (judgement,) = check(settings)[1]
    open_rows = [row.row.id for row in judgement.rows if row.row.level.value == "MUST" and row.verdict is not CONFORMS]
    assert (judgement.verdict, judgement.campaign.unclear, open_rows) == (CONFORMS, {}, [])


def test_neither_sockets_nor_threads_nor_sleep_are_used(open_memory: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("not in memory")

    monkeypatch.setattr(socket, "socket", forbidden)
    monkeypatch.setattr(threading.Thread, "start", forbidden)
    monkeypatch.setattr(time, "sleep", forbidden)
    assert [open_memory().run(plan).verdict for plan in (WHOLE, LONG)] == [Verdict.CONFORMS] * 2


# The seed


@pytest.mark.parametrize("plan", [WHOLE, LONG], ids=["whole", "long"])
def test_the_same_seed_gives_the_same_run(open_memory: Open, plan: Plan) -> None:
    assert whole(open_memory(seed=3).run(plan)) == whole(open_memory(seed=3).run(plan))


def test_a_run_does_not_depend_on_what_ran_before(open_memory: Open) -> None:
    alone, after = open_memory(), open_memory()
    after.run(LONG)
    one, other = alone.run(WHOLE), after.run(WHOLE)
    assert (one.observations, one.remarks) == (other.observations, other.remarks)


def test_seeds_lead_to_other_delays(open_memory: Open) -> None:
    seen = {tuple(open_memory(seed=seed).run(WHOLE).observations) for seed in range(8)}
    assert len(seen) > 1


def test_the_calls_of_a_race_take_turns_by_the_seed(open_memory: Open) -> None:
    plan = Plan((AddFile(0), Serve(0, "hold_body"), Call("resume"), Race((("suspend",), ("cancel",)))))
    seen = {tuple(map(str, open_memory(seed=seed).run(plan).remarks[3])) for seed in range(12)}
    assert len(seen) > 1


# Waiting


class NeverBegins(PocketBackend):
    def schedule(self) -> None:
        """Give nobody a place."""


def test_what_can_never_come_is_late_at_once(open_memory: Open) -> None:
    start = time.monotonic()
    record = open_memory(NeverBegins).run_patiently(WHOLE)
    assert record.verdict is Verdict.DIVERGES
    # Four times a bound of two seconds were to be waited for, in real time.
    assert time.monotonic() - start < 4 * NeverBegins.quiescence_seconds


class AsksForEver(PocketBackend):
    def arrived(self, file: Any) -> bool:
        return False

    def retried(self, job: Any) -> bool:
        return bool(job.state == JobState.TRANSIENT_ERROR)

    def fail(self, job: Any, fault: Any) -> None:
        super().fail(job, fault)
        self.wake(job)


def test_who_goes_round_in_circles_is_not_followed_for_ever(open_memory: Open) -> None:
    assert open_memory(AsksForEver).run_patiently(WHOLE).verdict is Verdict.DIVERGES


# Breaking


class Hangs(PocketBackend):
    call_timeout_seconds = 0.2

    def suspend(self, job: str) -> int:
        while True:
            try:
                threading.Event().wait(PATIENCE_SECONDS)
            except Exception:  # noqa: BLE001 it takes everything for its own
                continue


def test_a_call_that_hangs_is_ended_and_timed_out(open_memory: Open) -> None:
    bench = open_memory(Hangs)
    record = bench.run(Plan((AddFile(0), Call("suspend"))))
    assert (record.verdict, record.unclear) == (Verdict.INCONCLUSIVE, "suspend has not answered within 0.2 s")
    assert bench.run(WHOLE).verdict is Verdict.CONFORMS


class HangsOnTheWire(PocketBackend):
    call_timeout_seconds = 0.2

    def store(self, file: Any, piece: bytes) -> None:
        if piece:
            threading.Event().wait()
        super().store(file, piece)


def test_a_listener_that_hangs_is_ended(open_memory: Open) -> None:
    record = open_memory(HangsOnTheWire).run(WHOLE)
    assert "has not answered within 0.2 s" in record.unclear


class BreaksOnTheWire(PocketBackend):
    def accept(self, *_: object, **__: object) -> bool:
        raise ZeroDivisionError("planted")


def test_a_listener_that_breaks_is_errored_and_its_line_named(open_memory: Open) -> None:
    record = open_memory(BreaksOnTheWire).run(WHOLE)
    assert record.verdict is Verdict.ERRORED
    assert "on_head raised ZeroDivisionError: planted" in record.error
    assert Path(__file__).name in record.error


class SpoilsAByte(PocketBackend):
    def store(self, file: Any, piece: bytes) -> None:
        super().store(file, bytes([piece[0] ^ 1]) + piece[1:] if piece else piece)


def test_a_fault_is_found_named_and_shown_again_in_memory(open_memory: Open) -> None:
    bench = open_memory(SpoilsAByte)
    shown = [divergences_of(bench.judge, bench.run(WHOLE)) for _ in range(3)]
    assert [{name for found in run for name in found.named} for run in shown] == [{"file/content"}] * 3


def test_a_backend_that_is_thrown_away_leaves_no_exchange_behind(open_memory: Open) -> None:
    class ForgetsToHangUp(PocketBackend):
        def close(self) -> None:
            """Leave everything as it is."""

    bench = open_memory(ForgetsToHangUp)
    bench.run(Plan((AddFile(0), Serve(0, "hold_body"), Call("resume"), Settle())))
    bench.discard()
    assert bench.run(WHOLE).verdict is Verdict.CONFORMS


# Where


def test_the_folder_is_empty_again_after_a_plan(open_memory: Open) -> None:
    bench = open_memory()
    bench.run(WHOLE)
    assert [path for path in bench.folder.rglob("*") if path.is_file()] == []


def test_folders_of_runs_in_memory_lie_in_memory_where_there_is_such_a_place() -> None:
    if not os.access("/dev/shm", os.W_OK):
        pytest.skip("no /dev/shm here")
    with temporary_folder(Wire.MEMORY) as folder, temporary_folder(Wire.HTTP) as other:
        assert (folder.parent == Path("/dev/shm"), other.parent == Path("/dev/shm")) == (True, False)


def test_a_backend_without_the_power_cannot_be_checked_in_memory(
    variant: Callable[..., Declared], tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="does not declare the power wire"):
        Bench(variant(), integer_table(Dialect.BITS), tmp_path, wire=Wire.MEMORY)


# Shown again

POCKET_NAME = "copyjob.conformance.pocket:PocketBackend"


def test_a_replay_file_says_on_which_wire_and_with_which_seed(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    text = replay_file.document(WHOLE, POCKET_NAME, Dialect.BITS, wire=Wire.MEMORY, seed=7)
    path.write_text(text, encoding="utf-8")
    found = replay_file.read(path)
    assert (found.wire, found.seed) == ("memory", 7)


def test_a_plan_is_replayed_in_memory_with_the_delays_of_its_seed(
    open_memory: Open, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        replay(POCKET_NAME, steps=WHOLE.steps, wire="memory", seed=7)
    first, second = capsys.readouterr().out.split("conforms\n")[:2]
    times = [f"{message.time_seconds:9.4f}" for message in open_memory(seed=7).run(WHOLE).messages]
    assert (first, len(first.splitlines())) == (second, len(times))


def test_the_printed_program_of_a_run_in_memory_runs_in_memory(open_memory: Open) -> None:
    bench = open_memory(SpoilsAByte, seed=7)
    record = bench.run(WHOLE)
    data = divergence_data(divergences_of(bench.judge, record)[0], POCKET_NAME, Dialect.BITS)
    assert '    wire="memory",\n    seed=7,\n'.replace('"', "'") in data.python


def test_an_unknown_wire_is_told_in_one_line() -> None:
    with pytest.raises(UsageError, match="unknown wire 'string'; know http and memory"):
        replay(POCKET_NAME, steps=WHOLE.steps, wire="string")


def test_a_budget_that_was_over_early_is_no_ground_to_call_a_known_divergence_stale() -> None:
    settings = Settings(POCKET_NAME, (Dialect.BITS,), budget=Budget(steps=60), wire=Wire.MEMORY)
    (judgement,) = check(settings)[1]
    assert judgement.campaign.stopped == EARLY


@pytest.mark.parametrize("dialect", list(Dialect))
def test_how_many_processes_run_the_plans_changes_nothing_in_memory(dialect: Dialect) -> None:
    def judged(jobs: int) -> object:
        settings = Settings(
            POCKET_NAME, (dialect,), seed=5, jobs=jobs, budget=Budget(steps=BUDGET_STEPS), wire=Wire.MEMORY
        )
        (judgement,) = check(settings)[1]
        found = judgement.campaign
        rows = [(row.row.id, row.verdict) for row in judgement.rows]
        return rows, found.plans, found.steps, found.observations, found.requests, found.bytes_sent

    assert judged(1) == judged(2)
