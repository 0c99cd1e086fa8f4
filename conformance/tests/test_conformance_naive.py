"""The naive machine that the kit is measured beside does what it is said to do: it accuses, and not the innocent."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from copyjob.conformance.backend import declare
from copyjob.conformance.mutants.mutation import mutants
from copyjob.conformance.mutants.puppet import puppet
from copyjob.spec.compiled import integer_table
from copyjob.spec.vocabulary import Dialect


@pytest.fixture(scope="module")
def naive() -> ModuleType:
    path = Path(__file__).parents[1] / "benchmarks" / "naive.py"
    spec = importlib.util.spec_from_file_location("copyjob_naive", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_naive_machine_kills_an_obvious_mutant_in_one_step(naive: ModuleType) -> None:
    mutant = next(one for one in mutants(Dialect.BITS) if one.name == "resume/SUSPENDED/1: answers S_OK")
    declared = declare(puppet(mutant), mutant.name)

    found = naive.hunt(declared, integer_table(Dialect.BITS), finding_seconds=20)

    assert found.cpu_seconds is not None
    assert found.steps == ("resume",)


@pytest.mark.parametrize("dialect", Dialect)
def test_the_naive_machine_does_not_accuse_the_right_table(naive: ModuleType, dialect: Dialect) -> None:
    found = naive.hunt(declare(puppet(), "puppet"), integer_table(dialect), finding_seconds=0.5)

    assert (found.cpu_seconds, found.why) == (None, "")
    assert found.examples > 1


def test_the_naive_machine_reaches_a_job_that_has_been_transferred(naive: ModuleType) -> None:
    mutant = next(one for one in mutants(Dialect.BITS) if one.name == "all_done/TRANSFERRING/1: leads to SUSPENDED")
    found = naive.hunt(declare(puppet(mutant), mutant.name), integer_table(Dialect.BITS), finding_seconds=20)

    assert "settle" in found.steps
