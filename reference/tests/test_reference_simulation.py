"""The simulated service keeps its promises, the same seed gives the same trace, and a bug that is put in is found.

Law: seeds are fixed, so these tests always do the same; ``make simulate`` goes where they do not.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from copyjob.reference import effects, worker
from copyjob.reference.disk import TemporaryFile
from copyjob.reference.ranges import FileRange, wanted_at
from copyjob.reference.simulation.__main__ import main, version
from copyjob.reference.simulation.exhaust import cases, try_case
from copyjob.reference.simulation.run import simulate
from copyjob.spec.vocabulary import Dialect

if TYPE_CHECKING:
    from pathlib import Path

    from copyjob.reference.job import Job
    from copyjob.reference.record import Record
    from copyjob.reference.store import Store

SEEDS = range(12)
"""A bounded budget: every bug that is put in below is found within it."""


def first_failure() -> str | None:
    """Return what broke first within the bounded budget."""
    return next((found for seed in SEEDS if (found := simulate(seed).failure) is not None), None)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_service_that_is_killed_faulted_and_without_power_keeps_its_promises(seed: int) -> None:
    outcome = simulate(seed)
    assert outcome.failure is None, f"python -m copyjob.reference.simulation --seed {seed}"


def test_the_bounded_budget_is_not_spent_on_idle_jobs() -> None:
    outcomes = [simulate(seed) for seed in range(4)]
    assert sum(outcome.faulted_changes for outcome in outcomes) >= 20
    assert sum(outcome.crashes for outcome in outcomes) >= 20


def broken(dialect: Dialect, life: str, way: str) -> list[str]:
    """Return what broke of all cases of one life and one way to strike."""
    found = [try_case(case) for case in cases(dialect, only=life) if case.strike.way == way]
    return [failure for failure in found if failure is not None]


@pytest.mark.parametrize("dialect", list(Dialect))
def test_a_crash_or_a_fault_at_an_io_point_of_a_fixed_life_breaks_no_promise(dialect: Dialect) -> None:
    """A share of the cases that ``--exhaust`` tries."""
    failures = {str(case): failure for case in cases(dialect, every=29) if (failure := try_case(case)) is not None}
    assert failures == {}


def test_every_kind_of_io_point_is_struck_in_every_way() -> None:
    names = {str(case.strike) for case in cases(Dialect.BITS)}
    assert names >= {"kill-before", "kill-after", "power-before", "power-after", "fail-EIO", "fail-ENOSPC-3-times"}


def trace_of_process(seed: int, path: Path, hash_seed: str) -> bytes:
    subprocess.run(
        [sys.executable, "-m", "copyjob.reference.simulation", "--seed", str(seed), "--trace", str(path)],
        check=True,
        capture_output=True,
        timeout=120,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
    )
    return path.read_bytes()


def test_the_same_seed_gives_the_same_trace_in_every_process(tmp_path: Path) -> None:
    first = trace_of_process(5, tmp_path / "first", "1")
    assert len(first) > 5_000
    assert first == trace_of_process(5, tmp_path / "second", "2")


def test_another_seed_gives_another_trace() -> None:
    assert simulate(1).trace != simulate(2).trace


def test_a_forgotten_temporary_file_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def forget(record: Record) -> bool:
        return True

    monkeypatch.setattr(effects, "clean", forget)
    assert "temporary file" in str(first_failure())


def test_a_call_that_is_answered_before_it_is_recorded_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def save(self: Store, *args: object, **options: object) -> None:
        pass

    monkeypatch.setattr("copyjob.reference.store.Store.save", save)
    assert first_failure() is not None


def test_ranges_that_are_written_in_the_order_of_the_file_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def sort(ranges: tuple[FileRange, ...], *state: int) -> tuple[int, int | None]:
        return wanted_at(sorted(ranges, key=lambda item: item.offset_bytes), *state)

    monkeypatch.setattr("copyjob.reference.transfer.wanted_at", sort)
    assert "/downloads/file" in str(first_failure())


def test_a_new_remote_name_that_is_not_recorded_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    real = worker.Worker._save  # pyright: ignore[reportPrivateUsage]  # the bug is put where it would be

    def save(self: worker.Worker, record: Record, job: Job, operation: str, *, durable: bool = True) -> None:
        if operation != "set_remote_name":
            real(self, record, job, operation, durable=durable)

    monkeypatch.setattr(worker.Worker, "_save", save)
    assert "SetRemoteName" in str(first_failure())


def test_a_commit_that_failed_and_is_not_taken_back_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def leave(self: Store, db: object) -> None:
        pass

    monkeypatch.setattr("copyjob.reference.store.Store._take_back", leave)
    assert first_failure() is not None


def test_times_that_a_refused_call_has_moved_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copyjob.reference.record.Record.noted", property(lambda _: None, lambda _, __: None))
    assert "a refused call changes no times" in (first_failure() or "")


def test_a_sync_that_is_tried_again_after_it_failed_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def keep(part: object) -> None:
        pass

    monkeypatch.setattr("copyjob.reference.worker.forget_unsynced", keep)
    assert broken(Dialect.BITS, "faults and power", "fail")


def test_a_file_that_is_published_before_it_is_synced_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def skip(self: TemporaryFile) -> None:
        pass

    monkeypatch.setattr(TemporaryFile, "sync", skip)
    assert any("the bytes that are counted are there" in str(simulate(seed).failure) for seed in SEEDS)


def test_renaming_before_the_intent_is_recorded_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    real = worker.Worker._save  # pyright: ignore[reportPrivateUsage]  # the bug is put where it would be

    def save(self: worker.Worker, record: Record, job: object, operation: str, *, durable: bool = True) -> None:
        if operation != "complete" or record.publishing is None:
            real(self, record, job, operation, durable=durable)  # type: ignore[arg-type]  # it is the engine's own

    monkeypatch.setattr(worker.Worker, "_save", save)
    assert broken(Dialect.BITS, "partial complete", "kill")


def test_a_failure_prints_its_seed_and_how_to_have_it_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def forget(record: Record) -> bool:
        return True

    monkeypatch.setattr(effects, "clean", forget)
    assert main(["--first", "1", "--seconds", "0"]) == 1
    said = capsys.readouterr().out
    assert f"version {version()}: BrokenPromiseError" in said
    assert "seed 1, step " in said
    assert "again with: python -m copyjob.reference.simulation --seed 1" in said


def test_a_failing_case_prints_how_to_have_it_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def forget(record: Record) -> bool:
        return True

    monkeypatch.setattr(effects, "clean", forget)
    assert main(["--exhaust", "--only", "DO:undeletable:3:kill-after"]) == 1
    assert "--exhaust --only DO:undeletable:3:kill-after" in capsys.readouterr().out


def test_a_campaign_prints_its_yield_a_cpu_second(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seconds", "0"]) == 0
    assert "faulted changes a CPU second" in capsys.readouterr().out


def test_a_replay_prints_the_digest_of_its_trace(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seed", "7"]) == 0
    digest = hashlib.sha256(simulate(7).trace.encode()).hexdigest()
    assert digest in capsys.readouterr().out


def test_a_campaign_without_steps_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["--steps", "0"])
    assert refused.value.code == 2
    assert "--steps must be at least 1" in capsys.readouterr().err
