"""What a job has done is counted before it may end: one that ends at a moment that passes is judged, too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from copyjob.conformance import plan as p
from copyjob.conformance.backend import declare
from copyjob.conformance.bench import Bench
from copyjob.conformance.confirm import divergences_of
from copyjob.conformance.ground import Wire
from copyjob.conformance.observation import Called, Counted
from copyjob.conformance.pocket import PocketBackend
from copyjob.conformance.pocket_http import PocketFile
from copyjob.conformance.pocket_schedule import PocketJob, Thread
from copyjob.conformance.record import Record
from copyjob.conformance.weather import DAY_SECONDS, EXPIRY_DAYS
from copyjob.spec.compiled import integer_table
from copyjob.spec.vocabulary import Dialect, ErrorContext, Hresult, JobState, Operation

RESUME, COMPLETE = p.Call(Operation.RESUME.value), p.Call(Operation.COMPLETE.value)
ASKED_MAX = 12


class Dwelling(PocketBackend):
    """Stays TRANSFERRING with all its files done until it was asked for its state so often."""

    def __init__(self, *args: str, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.dwelling: dict[str, tuple[PocketJob, Thread]] = {}
        self.asked = 0

    def next_file(self, job: PocketJob, thread: Thread) -> PocketFile | None:
        if job.whole and self.asked < ASKED_MAX:
            self.dwelling[job.id] = job, thread
            return None
        return super().next_file(job, thread)

    def get_state(self, job: str) -> int:
        state, dwelling = super().get_state(job), self.dwelling.get(job)
        self.asked += dwelling is not None
        if dwelling is not None and dwelling[0].thread is dwelling[1] and self.asked >= ASKED_MAX:
            super().next_file(*dwelling)
        return state


class MakesUpErrors(Dwelling):
    """Tells of an error where a job has expired that was about to be TRANSFERRED."""

    def discard(self, job: PocketJob, state: JobState) -> None:
        if job.state is JobState.TRANSFERRING and state is JobState.CANCELLED:
            job.error = ErrorContext.NONE, Hresult.E_ACCESSDENIED
        super().discard(job, state)


class LosesFiles(Dwelling):
    """Makes no file of a job available that was about to be TRANSFERRED."""

    def publish(self, file: PocketFile) -> None:
        if not self.dwelling:
            super().publish(file)


def finishing(*end: p.Step) -> tuple[p.Step, ...]:
    """Return a plan in which nobody waits between the last byte and the end of a job."""
    return (
        p.Serve(0, "hold_body"),
        p.AddFile(0),
        RESUME,
        p.Settle(),
        p.Serve(0, "serve"),
        p.Linger(),
        *end,
        p.Settle(),
    )


def expired(dialect: Dialect) -> tuple[p.Step, ...]:
    return finishing(p.Advance((EXPIRY_DAYS[dialect] + 1) * DAY_SECONDS))


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., tuple[Record, set[str]]]:
    """Return what runs a plan on a backend, and tells the record and the names of all that diverged."""

    def carry_out(backend: type[PocketBackend], dialect: Dialect, steps: tuple[p.Step, ...]) -> tuple[Record, set[str]]:
        table = integer_table(dialect)
        with Bench(declare(backend, "dwelling"), table, tmp_path / "bench", wire=Wire.MEMORY) as bench:
            record = bench.run(p.Plan(steps))
            found = divergences_of(bench.judge, record)
        rows = {row.id for each in found if each.explanation is not None for row in each.explanation.rows}
        return record, rows | {name for each in found for name in each.named}

    return carry_out


@pytest.mark.parametrize("dialect", Dialect)
def test_a_job_that_expires_with_everything_done_has_no_error(
    dialect: Dialect, run: Callable[..., tuple[Record, set[str]]]
) -> None:
    assert "expiry/TRANSFERRING/1" in run(MakesUpErrors, dialect, expired(dialect))[1]


@pytest.mark.parametrize("dialect", Dialect)
def test_what_is_completed_with_everything_done_is_all_there(
    dialect: Dialect, run: Callable[..., tuple[Record, set[str]]]
) -> None:
    assert run(LosesFiles, dialect, finishing(COMPLETE))[1] == {"file/kept"}


@pytest.mark.parametrize("dialect", Dialect)
def test_what_is_completed_in_a_race_with_everything_done_is_all_there(
    dialect: Dialect, run: Callable[..., tuple[Record, set[str]]]
) -> None:
    race = p.Race(((Operation.COMPLETE.value,), (Operation.COMPLETE.value,)))
    assert run(LosesFiles, dialect, finishing(race))[1] == {"file/kept"}


@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize("end", ["expiry", "complete"])
def test_a_right_job_may_end_at_any_moment(
    dialect: Dialect, end: str, run: Callable[..., tuple[Record, set[str]]]
) -> None:
    steps = expired(dialect) if end == "expiry" else finishing(COMPLETE)
    assert run(Dwelling, dialect, steps)[1] == set()


def test_what_is_known_is_not_counted_again(run: Callable[..., tuple[Record, set[str]]]) -> None:
    seen = run(PocketBackend, Dialect.BITS, (p.AddFile(0), RESUME, p.Settle(), COMPLETE))[0].observations
    completed = next(
        n for n, each in enumerate(seen) if isinstance(each, Called) and each.operation is Operation.COMPLETE
    )
    looked = next(
        n for n, each in enumerate(seen) if isinstance(each, Called) and each.operation is Operation.GET_ERROR
    )
    assert sum(isinstance(each, Counted) for each in seen[looked:completed]) == 1
