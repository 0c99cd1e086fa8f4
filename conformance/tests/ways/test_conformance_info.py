"""``copyjob info``: what a backend declares, and what will be skipped for what it does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from copyjob.conformance.backend import declare
from copyjob.conformance.info_command import facts_of
from copyjob.conformance.interface import METHODS, MINIMUM, Power
from copyjob.conformance.pocket import PocketBackend
from copyjob.spec.cli import main

Write = Callable[..., Path]


def facts(powers: tuple[str, ...] = (), **members: object) -> Any:
    """Return what is known of the pocket backend with these powers and members."""
    return facts_of(declare(type("Variant", (PocketBackend,), {"powers": powers, **members}), "variant"))


def test_a_backend_without_powers_is_asked_for_the_minimum() -> None:
    assert facts().methods == MINIMUM


def test_a_backend_with_all_powers_is_asked_for_everything() -> None:
    assert facts(tuple(power.value for power in Power)).methods == tuple(METHODS)


def test_a_method_of_bits_is_not_asked_of_a_backend_that_speaks_it_not() -> None:
    assert "set_minimum_retry_delay" not in facts(("settings",), dialects=("DO",)).methods


def test_what_is_skipped_is_told_with_its_reason() -> None:
    skipped = facts(tuple(power.value for power in Power if power is not Power.RESTART)).skipped["BITS"]
    assert set(skipped) == {"needs the power restart"}
    assert "restart/TRANSFERRING/1" in skipped["needs the power restart"]


def test_a_check_that_is_skipped_is_told_too() -> None:
    assert "progress/bounds" in facts().skipped["DO"]["needs the power progress"]


def test_nothing_is_skipped_where_every_power_is_declared() -> None:
    assert facts(tuple(power.value for power in Power)).skipped == {"BITS": {}, "DO": {}}


def test_what_blurs_the_rest_is_told() -> None:
    assert facts(("clock", "queue")).blurred_by == ("progress", "error")


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return what the command prints."""
    assert main(["info", *arguments]) == 0
    return capsys.readouterr().out


def test_a_program_is_told_in_lines_that_fit_a_terminal(capsys: pytest.CaptureFixture[str], program: Write) -> None:
    told = printed(capsys, f"program:{program(powers=['error'], quiescence_seconds=2)}").splitlines()[1:]
    assert [line for line in told if len(line) > 80] == []
    assert "  powers            error" in told


def test_a_bound_that_is_not_declared_is_told_with_what_follows(
    capsys: pytest.CaptureFixture[str], program: Write
) -> None:
    told = " ".join(printed(capsys, f"program:{program()}").split())
    assert "no bound declared (quiescence_seconds): a wait is never a divergence" in told


def test_for_programs_it_is_one_json_object(capsys: pytest.CaptureFixture[str], program: Write) -> None:
    told = json.loads(printed(capsys, f"program:{program(powers=['error'])}", "--json"))
    assert (told["dialects"], told["powers"], told["call_timeout_seconds"]) == (["BITS"], ["error"], 10.0)


def test_an_unknown_backend_is_a_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "nobody"]) == 2
    assert "unknown backend 'nobody'" in capsys.readouterr().err
