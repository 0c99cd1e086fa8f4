"""The kit bites: every backend that is wrong in one way is caught, by the row or check that it violates.

Law: what is caught here is caught by the kit's own plans, over real HTTP. Plans that come closest to a fault run first,
to save time; that nothing depends on it is shown by running some miniatures through the plans as they come. And the
kit bites nobody else: the pocket backend itself conforms, and only a table with a redirected row accuses it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from copyjob.conformance.backend import declare, load
from copyjob.conformance.bench import Bench
from copyjob.conformance.check import Settings, check, check_dialect
from copyjob.conformance.confirm import Divergence, divergences_of
from copyjob.conformance.discriminate import alternatives
from copyjob.conformance.ground import Wire
from copyjob.conformance.mutants.catch import Catch, all_plans, catch, closest_first
from copyjob.conformance.mutants.miniatures import BY_NAME, MINIATURES, Miniature
from copyjob.conformance.observation import Called
from copyjob.conformance.oracle import Judge, Oracle
from copyjob.conformance.pocket import PocketBackend
from copyjob.conformance.record import Verdict
from copyjob.spec.compiled import integer_table
from copyjob.spec.console import UsageError
from copyjob.spec.table import Level, table
from copyjob.spec.vocabulary import Dialect, Operation

RUNS_AGAIN = 4
POCKET = "copyjob.conformance.pocket:PocketBackend"
IN_MEMORY = [miniature for miniature in MINIATURES if "wire" in miniature.powers]
IN_ANY_ORDER = ("ForgetsTheError", "AddFileForgives", "PublishesEarly")


REDIRECTED = [
    (Dialect.BITS, "resume/SUSPENDED/1", "answers S_OK"),
    (Dialect.BITS, "resume/SUSPENDED/2", "leads to SUSPENDED"),
    (Dialect.BITS, "suspend/CONNECTING/1", "leads to QUEUED"),
    (Dialect.BITS, "cancel/QUEUED/1", "leads to ACKNOWLEDGED"),
    (Dialect.BITS, "complete/SUSPENDED/2", "answers S_OK"),
    (Dialect.BITS, "complete/TRANSFERRED/2", "leads to TRANSFERRED"),
    (Dialect.BITS, "add_file/TRANSFERRED/1", "leads to QUEUED"),
    (Dialect.BITS, "set_minimum_retry_delay/ERROR/1", "answers BG_E_INVALID_STATE"),
    (Dialect.BITS, "connect/CONNECTING/1", "leads to SUSPENDED"),
    (Dialect.BITS, "transient_fault/TRANSFERRING/1", "leads to SUSPENDED"),
    (Dialect.BITS, "no_progress/TRANSIENT_ERROR/1", "leads to SUSPENDED"),
    (Dialect.BITS, "restart/QUEUED/1", "leads to SUSPENDED"),
    (Dialect.DO, "resume/ERROR/1", "leads to SUSPENDED"),
    (Dialect.DO, "resume/ERROR/1", "leads to ERROR"),
    (Dialect.DO, "get_error/TRANSIENT_ERROR/1", "leads to SUSPENDED"),
    (Dialect.DO, "expiry/SUSPENDED/1", "leads to ACKNOWLEDGED"),
    (Dialect.DO, "suspend/TRANSFERRING/1", "leads to TRANSFERRING"),
    (Dialect.DO, "complete/CANCELLED/1", "answers S_OK"),
    (Dialect.DO, "get_error/TRANSIENT_ERROR/1", "answers DO_E_ERROR_INFORMATION_UNAVAILABLE"),
    (Dialect.DO, "fatal_fault/TRANSFERRING/1", "leads to TRANSIENT_ERROR"),
    (Dialect.DO, "all_done/TRANSFERRING/1", "leads to ERROR"),
    (Dialect.DO, "set_priority/SUSPENDED/1", "leads to QUEUED"),
]


def left_no_doubt(divergence: Divergence, dialect: Dialect) -> bool:
    """Whether a check failed, or the job could only have been in one configuration before the call and one after it.

    What GetError tells rests on all that may have kept or lost it.
    """
    rejection = divergence.record.rejection
    if rejection is None:
        return divergence.check is not None
    if divergence.check is not None:
        return False  # nothing was in play; what stood nearest is named beside the check
    if isinstance(rejection.observation, Called) and rejection.observation.operation is Operation.GET_ERROR:
        return False
    observations = divergence.record.observations
    last = max(rejection.index - 1, 0)
    oracle = Oracle(Judge(integer_table(dialect)))
    for observation in observations[:last]:
        oracle.observe(observation)
    return oracle.possible(observations[last].causes).bit_count() == rejection.before.bit_count() == 1


@pytest.fixture(scope="module", params=MINIATURES, ids=lambda kind: kind.__name__)
def caught(request: pytest.FixtureRequest) -> Catch:
    found = catch(request.param, wire=Wire.HTTP)
    assert found.errors == ()
    return found


def divergence_of(caught: Catch) -> Divergence:
    assert caught.divergence is not None, f"{caught.miniature.__name__} was not caught"
    return caught.divergence


def dialect_of(caught: Catch) -> Dialect:
    return Dialect(caught.miniature.dialect)


def test_what_a_miniature_violates_is_named(caught: Catch) -> None:
    divergence = divergence_of(caught)

    if left_no_doubt(divergence, dialect_of(caught)):
        assert divergence.named == caught.miniature.violates
    else:
        assert divergence.named >= caught.miniature.violates


def test_the_program_that_shows_a_miniature_is_short(caught: Catch) -> None:
    assert len(divergence_of(caught).record.plan.steps) <= caught.miniature.steps_max


def test_the_program_that_shows_a_miniature_shows_it_again(caught: Catch, tmp_path: Path) -> None:
    first = divergence_of(caught)
    declared = declare(caught.miniature, "again")
    with Bench(declared, integer_table(dialect_of(caught)), tmp_path / "bench") as bench:
        # A fault that shows for a moment only is told as k of n: it is to show once in a few runs more.
        runs = (bench.run_patiently(first.record.plan) for _ in range(RUNS_AGAIN))
        again = any(found.named & first.named for record in runs for found in divergences_of(bench.judge, record))

    assert again


@pytest.mark.parametrize("miniature", IN_MEMORY, ids=lambda kind: kind.__name__)
def test_what_a_miniature_violates_is_named_in_memory_too(miniature: type[Miniature]) -> None:
    assert catch(miniature, wire=Wire.MEMORY).named >= miniature.violates


def test_only_a_recommendation_is_broken_where_only_a_decision_asks_for_more() -> None:
    assert divergence_of(catch(BY_NAME["TakesBusyForLost"], wire=Wire.HTTP)).level is Level.SHOULD


@pytest.mark.parametrize("name", IN_ANY_ORDER)
def test_a_miniature_is_caught_without_putting_the_closest_plans_first(name: str) -> None:
    miniature = BY_NAME[name]
    plans = all_plans(Dialect(miniature.dialect))

    assert catch(miniature, plans, wire=Wire.HTTP).named >= miniature.violates


def test_a_miniature_is_a_backend_by_its_name() -> None:
    assert load("copyjob.conformance.mutants.miniatures:ResumePretends").factory is BY_NAME["ResumePretends"]


def test_an_unknown_miniature_is_told_with_those_that_there_are() -> None:
    with pytest.raises(UsageError, match=r"there is no miniature 'Nobody'.* AcceptsAnEmptyResume"):
        load("copyjob.conformance.mutants.miniatures:Nobody")


@pytest.mark.parametrize("dialect", Dialect)
def test_the_pocket_backend_itself_is_caught_by_nothing(dialect: Dialect) -> None:
    _, (judgement,) = check(Settings(POCKET, (dialect,), walks=0))

    assert judgement.campaign.divergences == []
    assert judgement.verdict is Verdict.CONFORMS


@pytest.mark.parametrize(("dialect", "row_id", "otherwise"), REDIRECTED)
def test_a_redirected_row_accuses_the_pocket_backend_of_that_row(dialect: Dialect, row_id: str, otherwise: str) -> None:
    truth = table(dialect)
    wrong = dict(alternatives(truth.by_id[row_id], integer_table(dialect), truth.states))[otherwise]
    declared = declare(PocketBackend, "pocket")
    judgement = check_dialect(
        declared, truth.with_answers(row_id, [wrong]), closest_first(dialect, {row_id}), divergences_max=1
    )

    assert row_id in judgement.campaign.divergences[0].named
