"""The one table of methods and powers: complete, and the place from which the others take what they know."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from copyjob.conformance import plan as p
from copyjob.conformance.backend import Backend
from copyjob.conformance.checks import CHECKS
from copyjob.conformance.interface import METHODS, MINIMUM, POWERS, Method, Power, methods_of
from copyjob.conformance.pocket import PocketBackend
from copyjob.spec.vocabulary import Dialect

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_minimum_is_the_protocol() -> None:
    assert set(MINIMUM) == {name for name in vars(Backend) if not name.startswith("_")}


@pytest.mark.parametrize("name", MINIMUM)
def test_a_method_of_the_protocol_takes_what_the_table_says(name: str) -> None:
    assert tuple(inspect.signature(getattr(Backend, name)).parameters)[1:] == tuple(
        argument for argument, _ in METHODS[name].arguments
    )


@pytest.mark.parametrize("power", Power)
def test_every_power_has_what_rests_on_it_in_the_table(power: Power) -> None:
    assert POWERS[power].promise


@pytest.mark.parametrize("power", Power)
def test_every_power_is_named_in_the_readme(power: Power) -> None:
    assert f"`{power.value}`" in README


def test_every_operation_of_the_life_cycle_is_a_method() -> None:
    assert {method.operation for method in METHODS.values()} - {None} == p.DRIVEN


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda method: method.name)
def test_a_method_that_is_an_operation_has_its_name(method: Method) -> None:
    assert method.operation is None or method.operation.value == method.name


def test_the_steps_that_need_a_power_are_steps() -> None:
    assert {step for reach in POWERS.values() for step in reach.steps} <= set(p.STEPS)


def test_what_a_check_reads_is_a_method() -> None:
    assert {name for check in CHECKS.values() for name in check.methods} <= set(METHODS)


def test_a_check_needs_the_power_of_what_it_reads() -> None:
    assert CHECKS["progress/bounds"].needs == (Power.PROGRESS,)


def test_a_check_that_reads_what_everybody_has_needs_no_power() -> None:
    assert CHECKS["file/content"].needs == ()


def test_a_method_of_one_dialect_is_not_asked_of_the_other() -> None:
    assert "set_minimum_retry_delay" not in methods_of(Power.SETTINGS, (Dialect.DO,))


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda method: method.name)
def test_the_small_correct_backend_has_every_method_with_its_arguments(method: Method) -> None:
    parameters = tuple(inspect.signature(getattr(PocketBackend, method.name)).parameters)[1:]
    assert len(parameters) == len(method.arguments)
