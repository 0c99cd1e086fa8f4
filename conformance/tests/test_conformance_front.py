"""Jobs that are put in front of one that is on its way: what happened until they stood there is nobody's fault.

Law: the backends conform, or differ in one method. A seed is a delay at every sample.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from copyjob.conformance.backend import declare
from copyjob.conformance.bench import Bench
from copyjob.conformance.ground import Wire
from copyjob.conformance.plan import AddFile, Block, Call, Gate, Plan, Restart, Serve, Settle, Step, Unblock
from copyjob.conformance.pocket import PocketBackend
from copyjob.conformance.record import Record, Verdict
from copyjob.spec.compiled import integer_table
from copyjob.spec.vocabulary import Dialect

START: tuple[Step, ...] = (AddFile(0), Call("resume"))
END: tuple[Step, ...] = (Settle(), Unblock(), Settle(), Call("complete"), Settle())
ON_ITS_WAY: dict[str, tuple[Step, ...]] = {
    "just resumed": (*START, Block(), *END),
    "just let go": (Block(), *START, Unblock(), Block(), *END),
    "let go, with calls": (Block(), *START, Unblock(), Block(), Call("suspend"), Call("resume"), *END),
    "let go after a restart": (Block(), *START, Restart(), Unblock(), Block(), *END),
    "transferring": (Serve(0, "hold_body"), *START, Settle(), Block(), Settle(), Serve(0, "serve"), *END),
}
CONNECTING = (Gate("backlog"), *START, Settle(), Block(), Settle(), Gate("accept"), *END)
SEEDS = range(12)


class Overtakes(PocketBackend):
    """Has a place for every job."""

    def __init__(self, *args: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as the kit passes them
        self.slots = 99


def carried_out(
    folder: Path, dialect: Dialect, steps: tuple[Step, ...], wire: Wire, seed: int = 0, backend: type = PocketBackend
) -> Record:
    with Bench(declare(backend, "by hand"), integer_table(dialect), folder, wire=wire, seed=seed) as bench:
        return bench.run_patiently(Plan(steps, "by hand"))


every_dialect = pytest.mark.parametrize("dialect", Dialect, ids=lambda dialect: dialect.value)
on_its_way = pytest.mark.parametrize("steps", ON_ITS_WAY.values(), ids=ON_ITS_WAY)


@every_dialect
@on_its_way
def test_a_job_on_its_way_is_not_accused_when_others_are_put_in_front_in_memory(
    tmp_path: Path, dialect: Dialect, steps: tuple[Step, ...]
) -> None:
    records = [carried_out(tmp_path, dialect, steps, Wire.MEMORY, seed) for seed in SEEDS]
    assert [record.rejection for record in records] == [None] * len(SEEDS)


@every_dialect
@on_its_way
def test_a_job_on_its_way_is_not_accused_when_others_are_put_in_front_over_http(
    tmp_path: Path, dialect: Dialect, steps: tuple[Step, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PocketBackend, "quiescence_seconds", 0.5)
    assert carried_out(tmp_path, dialect, steps, Wire.HTTP).rejection is None


@every_dialect
def test_a_job_that_was_just_let_go_is_judged_to_the_end(tmp_path: Path, dialect: Dialect) -> None:
    record = carried_out(tmp_path, dialect, ON_ITS_WAY["just let go"], Wire.MEMORY)
    assert (record.verdict, record.steps_done) == (Verdict.CONFORMS, len(record.plan.steps))


def test_how_a_connecting_job_gives_way_is_not_judged_as_no_row_tells_it(tmp_path: Path) -> None:
    record = carried_out(tmp_path, Dialect.BITS, CONNECTING, Wire.MEMORY)
    told = "jobs were put in front of one that was CONNECTING; no row says how it gives way"
    assert (record.verdict, record.unclear) == (Verdict.INCONCLUSIVE, told)


def test_a_queued_job_that_overtakes_those_in_front_diverges(tmp_path: Path) -> None:
    blocked = (Block(), *START, Settle())
    assert carried_out(tmp_path, Dialect.BITS, blocked, Wire.MEMORY, backend=Overtakes).verdict is Verdict.DIVERGES
