"""The weather: every script of the origin leads a real downloader where its kind says, and conforms there.

Law: the downloader is the pocket backend over real HTTP; where it goes is compared with the forecast, which reads the
same table of names and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from copyjob.conformance import plan as p
from copyjob.conformance.backend import declare
from copyjob.conformance.bench import Bench
from copyjob.conformance.forecast import Forecast
from copyjob.conformance.observation import Sampled
from copyjob.conformance.origin.scripts import ScriptKind
from copyjob.conformance.pocket import PocketBackend
from copyjob.conformance.record import Record, Verdict
from copyjob.conformance.weather import FILE_SIZES, SCRIPTS, STATUSES, kind_of
from copyjob.conformance.weather_plans import at_start, every_weather, half_way
from copyjob.spec.machine import SpecMachine
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect, InternalEvent, JobState, Operation

Opened = Callable[..., Bench]
RESUME = p.Call(Operation.RESUME.value)
EITHER_WAY = {script for script in SCRIPTS if kind_of(script, 0).fault is InternalEvent.AMBIGUOUS_FAULT}
OF_PARTS = ("no_ranges", "whole_for_part", "wrong_range", "range_416")
OF_VERSIONS = ("changed", "grown", "shrunk", "retagged")


def last_state(record: Record) -> JobState:
    return [seen.state for seen in record.observations if isinstance(seen, Sampled)][-1]


def pocket(open_bench: Opened, *steps: p.Step) -> Record:
    bench = open_bench(declare(PocketBackend, "pocket"))
    return bench.run_patiently(p.Plan(steps, aim="by hand"))


@pytest.mark.parametrize("script", sorted(SCRIPTS.keys() - EITHER_WAY - {"hold_headers"}))
def test_a_script_leads_a_downloader_where_the_forecast_says(open_bench: Opened, script: str) -> None:
    steps = (p.Serve(0, script), p.AddFile(0), RESUME, p.Settle())
    forecast = Forecast(SpecMachine(table(Dialect.BITS)))
    for step in steps:
        forecast.take(step)

    record = pocket(open_bench, *steps)

    assert record.verdict is Verdict.CONFORMS
    assert last_state(record) is forecast.configuration.state


def test_where_the_headers_are_held_a_downloader_connects_or_waits_for_them(open_bench: Opened) -> None:
    record = pocket(open_bench, p.Serve(0, "hold_headers"), p.AddFile(0), RESUME, p.Settle())

    assert last_state(record) in (JobState.CONNECTING, JobState.TRANSFERRING)


@pytest.mark.parametrize("script", sorted(EITHER_WAY))
def test_what_may_be_taken_either_way_leads_into_an_error_of_either_kind(open_bench: Opened, script: str) -> None:
    record = pocket(open_bench, p.Serve(0, script), p.AddFile(0), RESUME, p.Settle())

    assert record.verdict is Verdict.CONFORMS
    assert last_state(record) in (JobState.ERROR, JobState.TRANSIENT_ERROR)


@pytest.mark.parametrize("script", [*OF_PARTS, *OF_VERSIONS, "weak_etag", "date_only", "no_validator", "slow"])
def test_half_a_file_is_mended_whatever_the_server_makes_of_the_rest(open_bench: Opened, script: str) -> None:
    record = pocket(open_bench, *half_way(script))

    assert record.verdict is Verdict.CONFORMS
    assert last_state(record) is JobState.ACKNOWLEDGED
    assert record.judged["file/content"] > 0


@pytest.mark.parametrize("script", OF_PARTS)
def test_a_server_that_mistreats_parts_is_asked_for_one(open_bench: Opened, script: str) -> None:
    record = pocket(open_bench, *half_way(script))

    assert any("bytes=" in message.text for message in record.messages)


def test_every_script_is_met_at_the_start_and_half_way_unless_it_is_a_rare_status() -> None:
    plans = every_weather()
    common = [script for script in SCRIPTS if not script.startswith("status_")]

    assert {at_start(script, 0) for script in SCRIPTS} <= set(plans)
    assert {at_start(script, file) for script in common for file in range(len(FILE_SIZES))} <= set(plans)
    assert {half_way(script) for script in common} <= set(plans)


def test_every_kind_of_script_of_the_origin_has_a_name_in_plans() -> None:
    assert {SCRIPTS[name](1_000).kind for name in SCRIPTS} == set(ScriptKind)


def test_every_registered_status_of_an_error_has_a_name_in_plans() -> None:
    assert {408, 409, 425, 429, 501, 505, 511} <= set(STATUSES)
    assert min(STATUSES) == 400


def test_a_refused_part_is_fatal_where_none_was_asked_for() -> None:
    assert kind_of("status_416", 0).fault is InternalEvent.FATAL_FAULT


def test_an_empty_file_is_held_before_its_headers() -> None:
    assert kind_of("hold_body", FILE_SIZES.index(0)).holds == "headers"
