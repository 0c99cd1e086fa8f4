"""Every fault of the real service is found by the kit's own plans over real HTTP, and the right rule is blamed.

Law: the plans, the judge and the server are those of every other check; only their order is chosen here, so that a
fault is met soon. What is asked of each finding: that it blames what the fault breaks, that it happens again, and
that its program is short enough to be read. Nobody blames a service that takes the other permitted choices.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from copyjob.conformance.backend import declare
from copyjob.conformance.bench import Bench
from copyjob.conformance.campaign import Campaign, conduct
from copyjob.conformance.check import check_dialect, plans_for
from copyjob.conformance.checks import CHECKS
from copyjob.conformance.plan import Serve
from copyjob.reference.backend import ReferenceBackend
from copyjob.spec.compiled import integer_table
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect
from tests import faults
from tests.faults import Faulty

if TYPE_CHECKING:
    from copyjob.conformance.plan import Plan

PLANS_MAX = 40
"""More plans than this are not tried: a fault is met in its first ones, or missed."""
STEPS_MAX = 12
NAMED_MAX = 4
"""How many rules may be blamed at once, where those beside the right one cannot be told from it."""


FAULTS = faults.FAULTS


@cache
def plans(dialect: Dialect) -> list[Plan]:
    """Return the kit's own plans but for the long random ones."""
    return plans_for(declare(ReferenceBackend, "reference"), table(dialect), seed=0, walk_count=0)


def soonest_first(fault: type[Faulty]) -> list[Plan]:
    """Return the plans in an order in which the fault is met soon."""

    def rank(plan: Plan) -> tuple[bool, bool]:
        scripts = (step.script for step in plan.steps if isinstance(step, Serve))
        kinds = {plan.aim, *scripts, *(type(step).__name__ for step in plan.steps)}
        return kinds.isdisjoint(fault.aims), plan.aim != "special"

    return sorted(plans(fault.dialect), key=rank)[:PLANS_MAX]


def check(fault: type[Faulty], folder: Path) -> Campaign:
    """Check a fault until the first plan that shows one."""
    with Bench(declare(fault, fault.__name__), integer_table(fault.dialect), folder) as bench:
        return conduct(bench, soonest_first(fault), divergences_max=1)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_of_the_real_service_is_found_named_and_shown_again(fault: type[Faulty], tmp_path: Path) -> None:
    campaign = check(fault, tmp_path / "bench")

    assert campaign.errors == []
    assert campaign.divergences, f"not found in {campaign.plans} plans"
    first = campaign.divergences[0]
    assert first.named & set(fault.violates)
    assert len(first.named) <= NAMED_MAX
    assert first.level.value == fault.level
    assert first.reproduced == first.runs
    assert len(first.record.plan.steps) <= STEPS_MAX


@pytest.mark.parametrize("dialect", list(Dialect), ids=lambda dialect: dialect.name)
def test_a_service_that_takes_the_other_permitted_choices_is_not_blamed(dialect: Dialect) -> None:
    aimed = [plan for plan in plans(dialect) if plan.aim != "special"]
    special = [plan for plan in plans(dialect) if plan.aim == "special"]
    # Plans aimed at the rows that permit several answers, and a sample of all others.
    decided = {row.id for row in table(dialect).rows if len(row.answers) > 1}
    chosen = [*[plan for plan in aimed if plan.aim in decided][::3], *aimed[::16], *special[::2]]

    judgement = check_dialect(declare(faults.OtherChoices, "other choices"), table(dialect), chosen)

    assert [(set(found.named), found.observation) for found in judgement.campaign.divergences] == []
    assert judgement.campaign.errors == []
    assert judgement.campaign.plans == len(chosen)


def test_every_check_beside_the_rows_is_failed_by_a_fault() -> None:
    assert {broken for fault in FAULTS for broken in fault.violates if broken in CHECKS} == set(CHECKS)


def test_every_rule_that_a_fault_violates_exists() -> None:
    known = {dialect: {*CHECKS, *table(dialect).by_id} for dialect in Dialect}

    assert [fault.__name__ for fault in FAULTS if not known[fault.dialect].issuperset(fault.violates)] == []
