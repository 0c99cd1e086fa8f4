"""The reference conforms over real HTTP, and the check that says so would say otherwise if the table were another.

Two proofs stand here. The reference is run by a part of the kit's plans, in both dialects, on the stepped clock and on
the machine's own. And one row of the table is *redirected*: the same unchanged reference is then accused, that row is
named, and the very same record is permitted by the true table. A reference that ran on the table could not fail this.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.conformance.backend import Declared, declare
from copyjob.conformance.bench import Bench
from copyjob.conformance.check import check_dialect, plans_for
from copyjob.conformance.confirm import divergences_of
from copyjob.conformance.oracle import Judge, first_rejection
from copyjob.conformance.record import Record, Verdict
from copyjob.reference.backend import FreeRunningBackend, ReferenceBackend
from copyjob.spec.compiled import compile_table, integer_table
from copyjob.spec.table import Answer, table
from copyjob.spec.vocabulary import Dialect, Hresult, JobState

if TYPE_CHECKING:
    from pathlib import Path

    from copyjob.conformance.plan import Plan
    from copyjob.conformance.verdict import Judgement

EVERY = 6
"""Of the plans aimed at rows every so many-th is run here; ``copyjob check reference`` runs them all."""
DIALECTS = pytest.mark.parametrize("dialect", list(Dialect), ids=lambda dialect: dialect.name)


STEPPED = declare(ReferenceBackend, "reference")
FREE_RUNNING = declare(FreeRunningBackend, "free-running reference")


@cache
def plans(declared: Declared, dialect: Dialect) -> list[Plan]:
    """Return the kit's own plans but for the long random ones."""
    return plans_for(declared, table(dialect), seed=0, walk_count=0)


def checked(declared: Declared, dialect: Dialect) -> Judgement:
    """Check a backend with all special plans and a part of the aimed ones."""
    every = plans(declared, dialect)
    aimed = [plan for plan in every if plan.aim != "special"]
    chosen = [*aimed[::EVERY], *[plan for plan in every if plan.aim == "special"]]
    return check_dialect(declared, table(dialect), chosen)


def complaints(judgement: Judgement) -> list[str]:
    """Return whatever a check has to complain of."""
    campaign = judgement.campaign
    return [
        *(found.observation for found in campaign.divergences),
        *(error.text for error in campaign.errors),
        *campaign.unclear,
    ]


@DIALECTS
def test_the_reference_conforms(dialect: Dialect) -> None:
    judgement = checked(STEPPED, dialect)

    assert complaints(judgement) == []
    # Getters that answer are nothing to judge; everything else has been.
    assert {check.check.id for check in judgement.checks if check.verdict is not Verdict.CONFORMS} <= {"getter/answers"}
    told_apart, of_all = judgement.must
    assert told_apart > of_all // 2  # so few plans do not show everything, but more than half


@DIALECTS
def test_the_free_running_reference_conforms(dialect: Dialect) -> None:
    judgement = checked(FREE_RUNNING, dialect)

    assert complaints(judgement) == []
    assert judgement.verdict is Verdict.CONFORMS
    assert [row.row.id for row in judgement.rows if row.verdict is Verdict.SKIPPED and not row.reason] == []


S, E, X, D = JobState.SUSPENDED, JobState.ERROR, JobState.TRANSIENT_ERROR, JobState.TRANSFERRED
OK, PARTIAL = Hresult.S_OK, Hresult.BG_S_PARTIAL_COMPLETE
BITS_REFUSALS = (Hresult.BG_E_ERROR_INFORMATION_UNAVAILABLE, Hresult.BG_E_EMPTY, Hresult.BG_E_INVALID_STATE)
DO_REFUSALS = (Hresult.DO_E_ERROR_INFORMATION_UNAVAILABLE, Hresult.DO_E_JOB_EMPTY, Hresult.DO_E_INVALID_STATE)


def redirections(no_error: Hresult, empty: Hresult, ended: Hresult) -> list[tuple[str, JobState, Hresult | None]]:
    """Return rows, each with an answer that is not its own: where the job is then, what the call returned."""
    return [
        ("resume/SUSPENDED/1", S, OK),
        ("resume/SUSPENDED/2", S, empty),
        ("resume/TRANSFERRED/2", D, empty),
        ("suspend/TRANSFERRING/1", JobState.TRANSFERRING, OK),
        ("suspend/ERROR/1", S, OK),
        ("cancel/TRANSFERRED/1", JobState.ACKNOWLEDGED, OK),
        ("cancel/CANCELLED/1", JobState.CANCELLED, OK),
        ("complete/TRANSFERRED/2", JobState.ACKNOWLEDGED, PARTIAL),
        ("complete/SUSPENDED/1", S, ended),
        ("add_file/SUSPENDED/1", S, ended),
        ("add_file/ACKNOWLEDGED/1", JobState.ACKNOWLEDGED, OK),
        ("get_error/ERROR/1", E, no_error),
        ("set_no_progress_timeout/SUSPENDED/1", S, ended),
        ("fatal_fault/TRANSFERRING/1", X, None),
        ("transient_fault/TRANSFERRING/1", D, None),
        ("expiry/SUSPENDED/1", JobState.ACKNOWLEDGED, None),
        ("restart/TRANSFERRED/1", S, None),
    ]


REDIRECTIONS = [
    pytest.param(dialect, row_id, Answer(dest, hresult), id=f"{dialect.name}-{row_id}")
    for dialect, refusals in ((Dialect.BITS, BITS_REFUSALS), (Dialect.DO, DO_REFUSALS))
    for row_id, dest, hresult in redirections(*refusals)
]


def accused(dialect: Dialect, row_id: str, answer: Answer, folder: Path) -> tuple[Record, set[str]]:
    """Run plans aimed at a redirected row until one diverges; return its record and the rows that it names."""
    redirected = compile_table(table(dialect).with_answers(row_id, [answer]))
    with Bench(STEPPED, redirected, folder) as bench:
        for plan in [plan for plan in plans(STEPPED, dialect) if plan.aim == row_id]:
            record = bench.run(plan)
            for divergence in divergences_of(bench.judge, record):
                if divergence.explanation is not None:
                    return record, {row.id for row in divergence.explanation.rows}
    raise AssertionError(f"no plan aimed at {row_id} diverged")


@pytest.mark.parametrize(("dialect", "row_id", "answer"), REDIRECTIONS)
def test_a_redirected_row_is_named_and_the_true_table_permits_the_record(
    dialect: Dialect, row_id: str, answer: Any, tmp_path: Path
) -> None:
    record, rows = accused(dialect, row_id, answer, tmp_path / "bench")

    assert row_id in rows
    assert first_rejection(Judge(integer_table(dialect)), record.observations, tolerant=False) is None
