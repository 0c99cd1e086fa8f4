"""While a backend is checked the machine is not fired: it is for planning, and the compiled table judges alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from transitions.core import Event

from copyjob.conformance.backend import Declared
from copyjob.conformance.check import check_dialect
from copyjob.conformance.settings import plans_for
from copyjob.conformance.verdict import Judgement
from copyjob.spec.machine import SpecMachine
from copyjob.spec.table import Level, table
from copyjob.spec.vocabulary import Dialect

Variant = Callable[..., Declared]


def judged(monkeypatch: pytest.MonkeyPatch, declared: Declared) -> Judgement:
    """Plan, then take the machine away, then run the plans, weigh them and explain what diverges."""
    own = table(Dialect.BITS)
    plans = plans_for(declared, own, seed=0, walk_count=2)[::9]

    def fire(*_: object, **__: object) -> Any:
        raise AssertionError("the machine was fired")

    monkeypatch.setattr(SpecMachine, "fire", fire)
    monkeypatch.setattr(Event, "trigger", fire)
    return check_dialect(declared, own, plans)


def test_the_machine_that_was_taken_away_is_what_plans_are_made_with(
    monkeypatch: pytest.MonkeyPatch, variant: Variant
) -> None:
    judged(monkeypatch, variant())
    machine = SpecMachine(table(Dialect.BITS))
    with pytest.raises(AssertionError, match="fired"):
        machine.fire(machine.job(), "cancel.S_OK.CANCELLED")


def test_a_right_backend_is_judged_without_the_machine(monkeypatch: pytest.MonkeyPatch, variant: Variant) -> None:
    judgement = judged(monkeypatch, variant())
    wrong = [each for each in judgement.campaign.divergences if each.level is Level.MUST]
    assert (wrong, judgement.must[0] > 0) == ([], True)


def test_a_divergence_is_found_shrunk_and_explained_without_the_machine(
    monkeypatch: pytest.MonkeyPatch, variant: Variant
) -> None:
    def cancel(*_: object) -> int:
        return 0x80200002

    judgement = judged(monkeypatch, variant(cancel=cancel))
    assert {row for each in judgement.campaign.divergences for row in each.named} >= {"cancel/SUSPENDED/1"}
