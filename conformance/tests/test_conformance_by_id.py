"""A backend that knows jobs by their ids only: one that has ended is unknown, and nothing else is (decision/19)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from copyjob.conformance.backend import declare
from copyjob.conformance.bench import Bench
from copyjob.conformance.confirm import divergences_of
from copyjob.conformance.ground import Wire
from copyjob.conformance.plan import AddFile, Call, Plan, Race, Settle, Step
from copyjob.conformance.pocket import PocketBackend
from copyjob.conformance.record import Record, Verdict
from copyjob.spec.compiled import compile_table
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect, Hresult, JobState

UNKNOWN = Hresult.BG_E_NOT_FOUND
DOWNLOAD = (AddFile(0), Call("resume"), Settle())
FINAL = (JobState.ACKNOWLEDGED, JobState.CANCELLED)


class Forgets(PocketBackend):
    """It forgets a job that has ended."""

    powers = frozenset({"by_id", "wire", "progress"})
    forgotten: ClassVar[tuple[JobState, ...]] = FINAL

    def get_state(self, job: str) -> int:
        state = super().get_state(job)
        return UNKNOWN if state in self.forgotten else state


class ForgetsTooSoon(Forgets):
    """It forgets a job that is transferred, too."""

    forgotten: ClassVar[tuple[JobState, ...]] = (*FINAL, JobState.TRANSFERRED)


class EndsBySuspend(Forgets):
    """Suspend ends a job."""

    def suspend(self, job: str) -> int:
        return self.cancel(job)


class LeavesTheFile(Forgets):
    """Complete makes no file available."""

    def complete(self, job: str) -> int:
        answer = super().complete(job)
        for file in self.jobs[job].files:
            file.local_path.unlink(missing_ok=True)
        return answer


Carry = Callable[..., tuple[Record, set[str]]]


@pytest.fixture
def carry(tmp_path: Path) -> Iterator[Carry]:
    benches: list[Bench] = []

    def carried(backend: type[PocketBackend], *steps: Step) -> tuple[Record, set[str]]:
        own = compile_table(table(Dialect.BITS).permitting_not_found())
        bench = Bench(declare(backend, "by id"), own, tmp_path / "bench", wire=Wire.MEMORY)
        benches.append(bench)
        record = bench.run(Plan(steps))
        return record, {name for found in divergences_of(bench.judge, record) for name in found.named}

    yield carried
    for bench in benches:
        bench.__exit__()


@pytest.mark.parametrize(
    "steps",
    [
        (Call("cancel"), Settle()),
        (*DOWNLOAD, Call("complete"), Settle()),
        (*DOWNLOAD, Call("cancel"), Settle()),
        (*DOWNLOAD, Race((("complete",), ("cancel",))), Settle()),
    ],
    ids=["an empty job", "completed", "cancelled", "either"],
)
def test_a_job_that_has_ended_may_be_unknown(carry: Carry, steps: tuple[Step, ...]) -> None:
    record, _ = carry(Forgets, *steps)
    assert (record.verdict, record.failures) == (Verdict.CONFORMS, [])


def test_what_a_job_leaves_is_judged_when_it_is_unknown_too(carry: Carry) -> None:
    _, named = carry(LeavesTheFile, *DOWNLOAD, Call("complete"), Settle())
    assert named == {"file/kept"}


def test_a_job_that_has_not_ended_is_known(carry: Carry) -> None:
    _, named = carry(ForgetsTooSoon, *DOWNLOAD)
    assert named == {"getter/answers"}


def test_a_job_that_no_call_has_ended_is_known(carry: Carry) -> None:
    _, named = carry(EndsBySuspend, AddFile(0), Call("suspend"))
    assert named == {"getter/answers"}
