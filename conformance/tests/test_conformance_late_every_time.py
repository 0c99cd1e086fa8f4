"""A timer that was due and never fires is seen every time, whichever of the states on the way a sample met."""

from __future__ import annotations

from pathlib import Path

import pytest

from copyjob.conformance.backend import declare
from copyjob.conformance.bench import Bench
from copyjob.conformance.ground import Wire
from copyjob.conformance.mutants.miniatures import BY_NAME
from copyjob.conformance.plan import AddFile, Advance, Call, Gate, Plan, Settle
from copyjob.conformance.pocket import PocketBackend
from copyjob.conformance.record import Verdict
from copyjob.conformance.weather import NO_PROGRESS_SECONDS
from copyjob.spec.compiled import integer_table
from copyjob.spec.vocabulary import Dialect

SEEDS = range(12)
"""Each makes other moves of the wire before the samples: some see the last retry, some do not."""


def verdicts(kind: type[PocketBackend], dialect: Dialect, folder: Path) -> set[Verdict]:
    give_up = Advance(NO_PROGRESS_SECONDS[dialect])
    plan = Plan((Gate("refuse"), AddFile(0), Call("resume"), Settle(), give_up, Settle()))
    found: set[Verdict] = set()
    for seed in SEEDS:
        place = folder / str(seed)
        with Bench(declare(kind, "one"), integer_table(dialect), place, wire=Wire.MEMORY, seed=seed) as bench:
            found.add(bench.run_patiently(plan).verdict)
    return found


@pytest.mark.parametrize("dialect", Dialect)
def test_a_due_timer_that_is_set_and_never_fires_is_seen_every_time(dialect: Dialect, tmp_path: Path) -> None:
    assert verdicts(BY_NAME["GivesUpOnlyOnWaking"], dialect, tmp_path) == {Verdict.DIVERGES}


@pytest.mark.parametrize("dialect", Dialect)
def test_who_gives_up_in_time_is_never_accused(dialect: Dialect, tmp_path: Path) -> None:
    assert verdicts(PocketBackend, dialect, tmp_path) == {Verdict.CONFORMS}
