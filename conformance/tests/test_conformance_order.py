"""A backend that turns to its files in the wrong order, or does not answer, is named for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from copyjob.conformance import plan as p
from copyjob.conformance.backend import declare
from copyjob.conformance.bench import Bench
from copyjob.conformance.confirm import Divergence, divergences_of
from copyjob.conformance.ground import Wire
from copyjob.conformance.pocket import PocketBackend
from copyjob.conformance.pocket_http import PocketFile
from copyjob.conformance.pocket_schedule import PocketJob, Thread
from copyjob.spec.compiled import integer_table
from copyjob.spec.vocabulary import Dialect, Hresult

TWO_FILES = p.Plan((p.AddFile(0), p.AddFile(1), p.Call("resume"), p.Settle()))


class LastComesFirst(PocketBackend):
    """A job turns to the file first that was added last."""

    def next_file(self, job: PocketJob, thread: Thread) -> PocketFile | None:
        job.files.reverse()
        try:
            return super().next_file(job, thread)
        finally:
            job.files.reverse()


class TellsNoTimes(PocketBackend):
    """GetTimes is declared, and not implemented."""

    def get_times(self, job: str) -> Any:
        return Hresult.E_NOTIMPL


def shown(kind: type[PocketBackend], dialect: Dialect, folder: Path) -> list[Divergence]:
    with Bench(declare(kind, kind.__name__), integer_table(dialect), folder, wire=Wire.MEMORY) as bench:
        return divergences_of(bench.judge, bench.run(TWO_FILES))


def test_a_job_that_turns_to_its_last_file_first_is_named_for_it(tmp_path: Path) -> None:
    (found,) = shown(LastComesFirst, Dialect.BITS, tmp_path)
    assert found.named == {"file/order"}
    assert found.observation == "file-1.bin was asked for before file-0.bin, which was added before it"


def test_in_delivery_optimization_a_job_may_turn_to_its_files_as_it_likes(tmp_path: Path) -> None:
    assert shown(LastComesFirst, Dialect.DO, tmp_path) == []


@pytest.mark.parametrize("dialect", Dialect)
def test_a_getter_that_is_declared_and_not_implemented_is_named_for_it(dialect: Dialect, tmp_path: Path) -> None:
    (found,) = shown(TellsNoTimes, dialect, tmp_path)
    assert found.named == {"getter/answers"}
    assert found.observation == "get_times answered E_NOTIMPL (0x80004001)"


def test_the_order_of_files_is_judged_in_the_end(tmp_path: Path) -> None:
    with Bench(declare(PocketBackend, "pocket"), integer_table(Dialect.BITS), tmp_path, wire=Wire.MEMORY) as bench:
        assert bench.run(TWO_FILES).judged["file/order"] == 1
