"""What Python lays beside the explorer's tables: complete, and computed from the specification."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

import pytest

from copyjob.diagrams.explorer.data import SCRIPTS, beside, explorer_assets
from copyjob.diagrams.explorer.origin import WAYS
from copyjob.diagrams.explorer.words import TEXTS
from copyjob.diagrams.language import CODES, ENGLISH, language
from copyjob.spec import facts as f
from copyjob.spec.events import EVENTS
from copyjob.spec.export_json import document
from copyjob.spec.table import full_table, table
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, Operation

BY_SERVER = re.compile(r"\bserver\b")


@cache
def laid(dialect: Dialect) -> dict[str, Any]:
    found: dict[str, Any] = beside(ENGLISH)["dialects"][dialect.value]
    return found


@pytest.mark.parametrize("dialect", Dialect)
def test_a_table_is_shipped_as_it_is_exported(dialect: Dialect) -> None:
    script = explorer_assets()[f"assets/table-{dialect.value.lower()}.js"]
    head, _, text = script.partition(" = ")
    assert head == f'(globalThis.copyjobTables ??= {{}})["{dialect.value}"]'
    assert json.loads(text.strip().removesuffix(";")) == document(dialect)


@pytest.mark.parametrize("dialect", Dialect)
def test_every_move_of_the_life_cycle_has_its_arrow(dialect: Dialect) -> None:
    missing = [
        (row.id, answer.dest.name)
        for row in table(dialect).rows
        for answer in row.all_answers
        if answer.dest is not row.source and answer.dest.name not in laid(dialect)["rows"][row.id]["arrows"]
    ]
    assert missing == []


@pytest.mark.parametrize("dialect", Dialect)
def test_every_operation_is_in_one_group(dialect: Dialect) -> None:
    grouped = [label for group in laid(dialect)["operations"] for label in group["labels"]]
    assert sorted(grouped) == sorted(operation.value for operation in full_table(dialect).operations)


def test_an_event_is_the_origins_where_its_cause_speaks_of_the_server() -> None:
    by_origin = {one.event for way in WAYS for one in way.events}
    assert by_origin == {event for event, rule in EVENTS.items() if BY_SERVER.search(rule.cause)}


@pytest.mark.parametrize("way", [way for way in WAYS if way.id.isdigit()], ids=lambda way: way.id)
def test_a_status_leads_to_the_fault_whose_cause_names_it(way: Any) -> None:
    wide = f"{way.id[0]}xx"
    named = {event for event, rule in EVENTS.items() if re.search(rf"\b{way.id}\b", rule.cause)}
    named = named or {event for event, rule in EVENTS.items() if re.search(rf"\b{wide}\b", rule.cause)}
    # What an upload alone meets is not told by the number, but by the clause on uploads.
    faults = {one.event for one in way.events if one.guard != f.UPLOADING} - {InternalEvent.CONNECT}
    assert faults == named


def test_the_scripts_know_no_state_operation_event_or_hresult_by_name() -> None:
    names = {state.name for state in JobState} | {*Hresult.__members__}
    names |= {label.value for label in (*Operation, *InternalEvent) if "_" in label.value}
    for script in SCRIPTS:
        text = (files("copyjob.diagrams") / "explorer" / f"{script}.js").read_text(encoding="utf-8")
        code = re.sub(r"/\*.*?\*/|//.*", "", text, flags=re.DOTALL)
        assert names.isdisjoint(re.findall(r"\w+", code)), script


def test_every_text_of_the_scripts_is_used_by_them() -> None:
    code = "\n".join(explorer_assets()[f"assets/explorer-{script}.js"] for script in SCRIPTS)
    bases = {row["basis"] for dialect in Dialect for row in document(dialect)["rows"]}
    assert [name for name in TEXTS if name not in bases and not re.search(rf"\b{name}\b", code)] == []


@pytest.mark.parametrize("code", CODES)
def test_everything_laid_beside_is_said_in_every_language(code: str) -> None:
    assert beside(language(code))["texts"].keys() == TEXTS.keys()


def test_a_translation_keeps_the_places_that_are_filled() -> None:
    german = language("de")
    for text in TEXTS.values():
        assert sorted(re.findall(r"\{\w+\}", german(text))) == sorted(re.findall(r"\{\w+\}", text))


def test_no_script_evaluates_text() -> None:
    for name, text in explorer_assets().items():
        if "explorer-" in name:
            assert (
                re.findall(r"\beval\b|\bFunction\(|innerHTML|outerHTML|insertAdjacentHTML|document\.write", text) == []
            )


def test_no_file_of_the_explorer_is_longer_than_four_hundred_lines() -> None:
    for entry in (files("copyjob.diagrams") / "explorer").iterdir():
        if entry.is_file():
            assert entry.read_text(encoding="utf-8").count("\n") <= 400, entry.name
