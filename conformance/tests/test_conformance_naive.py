"""The naive machine that the kit is measured beside does what it is said to do: it accuses, and not the innocent."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from copyjob.conformance.backend import declare
from copyjob.conformance.ground import MemoryGround
from copyjob.conformance.mutants.mutation import mutants
from copyjob.conformance.mutants.puppet import puppet
from copyjob.spec.compiled import integer_table
from copyjob.spec.vocabulary import Dialect, JobState


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


def test_the_naive_machine_follows_a_job_until_it_is_completed(naive: ModuleType, tmp_path: Path) -> None:
    ground = MemoryGround(0)
    table = integer_table(Dialect.BITS)
    kind = naive.machine(declare(puppet(), "puppet"), table, ground, tmp_path, naive.Hunt(), naive.Deadline())
    machine = kind()
    states: list[JobState] = []

    for rule in (lambda: machine.add_file(0), machine.resume, machine.settle, machine.complete):
        rule()
        machine.sample()
        states.append(machine.state)
    machine.teardown()
    ground.close()

    assert (states[0], *states[2:]) == (JobState.SUSPENDED, JobState.TRANSFERRED, JobState.ACKNOWLEDGED)
