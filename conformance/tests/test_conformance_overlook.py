"""A run goes on past what is known: a fault that shows in every plan hides none behind it.

Law: each backend here has two faults, of which one comes first wherever the other shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from copyjob.conformance import replay_file
from copyjob.conformance.backend import declare
from copyjob.conformance.bench import Bench
from copyjob.conformance.campaign import Campaign, conduct
from copyjob.conformance.confirm import divergences_of, overlooking
from copyjob.conformance.ground import Wire
from copyjob.conformance.overlook import known_of, known_text
from copyjob.conformance.plan import AddFile, Block, Call, Plan, Serve, Settle
from copyjob.conformance.pocket import PocketBackend
from copyjob.conformance.pocket_http import Fault
from copyjob.conformance.pocket_schedule import PocketJob
from copyjob.conformance.record import Verdict
from copyjob.conformance.report import divergence_data
from copyjob.spec.compiled import integer_table
from copyjob.spec.console import UsageError
from copyjob.spec.vocabulary import Dialect, Hresult, JobState

NOT_IMPLEMENTED = 0x80004001
DOWNLOAD = (AddFile(0), Call("resume"), Settle())
PLANS = [
    Plan(steps, aim="by hand")
    for steps in (
        (AddFile(0), Settle()),
        (AddFile(0), Call("suspend"), Settle()),
        (AddFile(0), Call("suspend"), *DOWNLOAD[1:], Call("cancel"), Settle()),
    )
]


class LeavesFiles(PocketBackend):
    """Cancel deletes nothing (`file/leftovers`)."""

    def cancel(self, job: str) -> int:
        kept = {file.temporary: file.temporary.read_bytes() for file in self.jobs[job].files if file.temporary.exists()}
        answer = super().cancel(job)
        for path, content in kept.items():
            path.write_bytes(content)
        return answer


class TellsNoPriority(LeavesFiles):
    """Every job tells that it is of priority 0, too (`property/set`)."""

    def get_properties(self, job: str) -> dict[str, int | str]:
        return {**super().get_properties(job), "priority": 0}


class CannotSuspend(LeavesFiles):
    """Suspend of a job that is SUSPENDED is not implemented, too (`suspend/SUSPENDED/1`)."""

    def suspend(self, job: str) -> int:
        return NOT_IMPLEMENTED if self.jobs[job].state is JobState.SUSPENDED else super().suspend(job)


class TransfersNothing(PocketBackend):
    """A job without files is TRANSFERRED when it is resumed (`resume/SUSPENDED/1`), and cannot be resumed again."""

    def resume(self, job: str) -> int:
        mine = self.jobs[job]
        if mine.files:
            return super().resume(job)
        before = mine.state
        self.enter(mine, JobState.TRANSFERRED)
        return NOT_IMPLEMENTED if before is JobState.TRANSFERRED else Hresult.S_OK


class GivesUpInSecret(PocketBackend):
    """When another job comes, one that failed is tried once more, whatever its delay, and given up (`state/rests`)."""

    def create_job(self, display_name: str) -> str:
        for job in self.jobs.values():
            if job.state is JobState.TRANSIENT_ERROR:
                self.enter(job, JobState.QUEUED)
        self.schedule()
        return super().create_job(display_name)

    def fail(self, job: PocketJob, fault: Fault) -> None:
        again = job.error_count > 0
        super().fail(job, fault)
        if again:
            self.enter(job, JobState.ERROR)


@pytest.fixture
def campaign(tmp_path: Path) -> Iterator[Callable[[Any], tuple[Bench, Campaign]]]:
    benches: list[Bench] = []

    def conducted(backend: Any) -> tuple[Bench, Campaign]:
        bench = Bench(declare(backend, "two faults"), integer_table(Dialect.BITS), tmp_path / "b", wire=Wire.MEMORY)
        benches.append(bench)
        return bench, conduct(bench, PLANS)

    yield conducted
    for bench in benches:
        bench.__exit__()


Conducted = Callable[[Any], tuple[Bench, Campaign]]


def named(found: Campaign) -> list[set[str]]:
    return [set(divergence.named) for divergence in found.divergences]


@pytest.mark.parametrize(
    ("backend", "first"), [(TellsNoPriority, "property/set"), (CannotSuspend, "suspend/SUSPENDED/1")]
)
def test_a_fault_that_shows_in_every_plan_hides_none_behind_it(
    campaign: Conducted, backend: type[PocketBackend], first: str
) -> None:
    _, found = campaign(backend)
    assert named(found) == [{first}, {"file/leftovers"}]


def test_what_shows_only_behind_a_known_divergence_is_shown_again_by_its_program_and_its_replay_file(
    campaign: Conducted, tmp_path: Path
) -> None:
    bench, found = campaign(TellsNoPriority)
    told = divergence_data(found.divergences[1], "two faults", Dialect.BITS)
    (tmp_path / "replay.json").write_text(
        replay_file.document(found.divergences[1].record.plan, "x", Dialect.BITS, told.named, past=told.past)
    )
    read = replay_file.read(tmp_path / "replay.json")
    again = divergences_of(bench.judge, bench.run(read.plan, overlooking=overlooking(bench.judge, read.known)))

    assert told.past == ("MUST property/set",)
    assert "past=['MUST property/set']" in told.python
    assert [one.named for one in again] == [{"file/leftovers"}]


def test_only_what_was_seen_before_a_run_went_on_past_something_counts_as_evidence(campaign: Conducted) -> None:
    _, found = campaign(CannotSuspend)
    weighed = found.ledger.evidence(integer_table(Dialect.BITS))
    assert [bool(weighed[row].judged) for row in ("add_file/SUSPENDED/1", "cancel/TRANSFERRED/1")] == [True, False]


def test_a_right_backend_goes_on_past_nothing(campaign: Conducted) -> None:
    bench, found = campaign(PocketBackend)
    known = overlooking(bench.judge, [known_of("MUST file/leftovers"), known_of("MUST suspend/SUSPENDED/1")])
    records = [bench.run(plan, overlooking=known) for plan in PLANS]

    assert named(found) == []
    assert [(record.verdict, record.overlooked) for record in records] == [(Verdict.CONFORMS, set())] * len(PLANS)


def test_another_divergence_than_the_known_ones_is_not_gone_past(campaign: Conducted) -> None:
    bench, _ = campaign(CannotSuspend)
    known = overlooking(bench.judge, [known_of("MUST resume/SUSPENDED/1")])
    assert bench.run(PLANS[1], overlooking=known).verdict is Verdict.DIVERGES


def test_a_job_that_is_where_no_row_could_have_left_it_is_not_judged_any_further(tmp_path: Path) -> None:
    backend = declare(TransfersNothing, "nothing to transfer")
    with Bench(backend, integer_table(Dialect.BITS), tmp_path, wire=Wire.MEMORY) as bench:
        found = conduct(bench, [Plan((Call("resume"), Settle(), Call("resume")), "by hand")] * 3)
        assert [set(one.named) for one in found.divergences] == [{"resume/SUSPENDED/1"}]


def test_what_a_job_asked_the_server_for_before_a_move_that_is_known_is_no_news(tmp_path: Path) -> None:
    backend = declare(GivesUpInSecret, "given up")
    with Bench(backend, integer_table(Dialect.DO), tmp_path, wire=Wire.MEMORY) as bench:
        known = overlooking(bench.judge, [known_of("MUST state/rests")])
        record = bench.run(Plan((Serve(0, "status_503"), *DOWNLOAD, Block()), "by hand"), overlooking=known)
        assert (divergences_of(bench.judge, record), len(record.overlooked)) == ([], 1)


@pytest.mark.parametrize("text", ["MUST property/set", "SHOULD turn/QUEUED/1, slice_end/TRANSFERRING/1"])
def test_a_known_divergence_is_read_as_it_is_told(text: str) -> None:
    assert known_of(known_text(known_of(text))) == known_of(text)


@pytest.mark.parametrize("text", ["", "MUST", "property/set", "NEVER property/set"])
def test_a_text_that_tells_no_known_divergence_is_refused_with_the_way_out(text: str) -> None:
    with pytest.raises(UsageError, match="as in 'MUST property/set'"):
        known_of(text)
