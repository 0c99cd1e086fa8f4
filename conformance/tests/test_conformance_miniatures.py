"""The kit bites: every backend that is wrong in one way is caught, by the row or check that it violates.

Law: what is caught here is caught by the kit's own plans, over real HTTP. Plans that come closest to a fault run first,
to save time; that nothing depends on it is shown by running some miniatures through the plans as they come. And the
kit bites nobody else: the pocket backend itself conforms, and only a table with a redirected row accuses it.
"""

from __future__ import annotations

import importlib.util
import inspect
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from copyjob.conformance.backend import declare
from copyjob.conformance.bench import Bench
from copyjob.conformance.check import Settings, check, check_dialect, plans_again
from copyjob.conformance.confirm import Divergence, divergences_of
from copyjob.conformance.discriminate import alternatives
from copyjob.conformance.generate import Scope, special
from copyjob.conformance.oracle import Judge, Oracle
from copyjob.conformance.plan import Plan
from copyjob.conformance.pocket import PocketBackend
from copyjob.conformance.record import Verdict
from copyjob.conformance.tour import tour
from copyjob.conformance.verdict import Judgement
from copyjob.spec.compiled import integer_table
from copyjob.spec.table import Level, table
from copyjob.spec.vocabulary import Dialect

STEPS_MAX = 8
RUNS_AGAIN = 4
PLANS_CLOSE = 60
"""After so many plans that came close, more plans for the row are worth more than the rest."""
POCKET = "copyjob.conformance.pocket:PocketBackend"


def _module(name: str) -> ModuleType:
    # Test files are no package; what stands beside them is loaded by its path, once a process.
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"copyjob_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


MINIATURES: list[Any] = [
    kind
    for name in ("miniatures", "miniatures_service", "miniatures_getters")
    for kind in vars(_module(name)).values()
    if inspect.isclass(kind) and kind.__module__ == f"copyjob_{name}"
]
BY_NAME = {kind.__name__: kind for kind in MINIATURES}
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


@cache
def all_plans(dialect: Dialect) -> tuple[Plan, ...]:
    scope = Scope(table(dialect), declare(PocketBackend, "pocket").powers)
    return (*tour(scope), *special(scope))


def closest_first(dialect: Dialect, aims: Collection[str]) -> list[Plan]:
    return sorted(all_plans(dialect), key=lambda plan: plan.aim not in aims)


def dialect_of(miniature: Any) -> Dialect:
    return Dialect(getattr(miniature, "dialect", "BITS"))


def left_no_doubt(divergence: Divergence, dialect: Dialect) -> bool:
    """Whether a check failed, or the job could only have been in one configuration before the call and one after it."""
    rejection = divergence.record.rejection
    if rejection is None:
        return divergence.check is not None
    if divergence.check is not None:
        return False  # nothing was in play; what stood nearest is named beside the check
    observations = divergence.record.observations
    last = max(rejection.index - 1, 0)
    oracle = Oracle(Judge(integer_table(dialect)))
    for observation in observations[:last]:
        oracle.observe(observation)
    return oracle.possible(observations[last].causes).bit_count() == rejection.before.bit_count() == 1


@dataclass(frozen=True)
class Caught:
    """A miniature, and what was found."""

    miniature: Any
    judgement: Judgement

    @property
    def divergence(self) -> Divergence:
        assert self.judgement.campaign.divergences, f"{self.miniature.__name__} was not caught"
        return self.judgement.campaign.divergences[0]


def catch(miniature: Any, plans: Sequence[Plan]) -> Caught:
    """Run plans until the miniature is caught."""
    declared = declare(miniature, miniature.__name__)
    judgement = check_dialect(declared, table(dialect_of(miniature)), plans, divergences_max=1)
    assert judgement.campaign.errors == []
    return Caught(miniature, judgement)


@pytest.fixture(scope="module", params=MINIATURES, ids=lambda kind: kind.__name__)
def caught(request: pytest.FixtureRequest) -> Caught:
    miniature: Any = request.param
    dialect = dialect_of(miniature)
    violated: frozenset[str] = miniature.violates
    plans = closest_first(dialect, getattr(miniature, "aims", violated))
    # What the first round leaves open, a check looks into with more plans for that row.
    rows = violated & table(dialect).by_id.keys()
    more = plans_again(declare(miniature, "again"), table(dialect), rows) if rows else []
    return catch(miniature, [*plans[:PLANS_CLOSE], *more, *plans[PLANS_CLOSE:]])


def test_every_miniature_is_caught(caught: Caught) -> None:
    assert caught.judgement.campaign.divergences


def test_what_a_miniature_violates_is_named(caught: Caught) -> None:
    named = caught.divergence.named

    if left_no_doubt(caught.divergence, dialect_of(caught.miniature)):
        assert named == caught.miniature.violates
    else:
        assert named >= caught.miniature.violates


def test_the_program_that_shows_a_miniature_is_short(caught: Caught) -> None:
    limit: int = getattr(caught.miniature, "steps_max", STEPS_MAX)

    assert len(caught.divergence.record.plan.steps) <= limit


def test_the_program_that_shows_a_miniature_shows_it_again(caught: Caught, tmp_path: Path) -> None:
    first = caught.divergence
    declared = declare(caught.miniature, "again")
    with Bench(declared, integer_table(dialect_of(caught.miniature)), tmp_path / "bench") as bench:
        # A fault that shows for a moment only is told as k of n: it is to show once in a few runs more.
        runs = (bench.run_patiently(first.record.plan) for _ in range(RUNS_AGAIN))
        again = any(found.named & first.named for record in runs for found in divergences_of(bench.judge, record))

    assert again


def test_only_a_recommendation_is_broken_where_only_a_decision_asks_for_more() -> None:
    miniature = BY_NAME["TakesBusyForLost"]

    assert catch(miniature, closest_first(Dialect.BITS, miniature.violates)).divergence.level is Level.SHOULD


@pytest.mark.parametrize("name", IN_ANY_ORDER)
def test_a_miniature_is_caught_without_putting_the_closest_plans_first(name: str) -> None:
    miniature = BY_NAME[name]

    assert catch(miniature, all_plans(dialect_of(miniature))).divergence.named == miniature.violates


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
