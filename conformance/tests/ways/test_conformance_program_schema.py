"""What is published of the protocol: fresh, complete, and of one mind with the code that checks what is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest

from copyjob.conformance.adapter import Adapter
from copyjob.conformance.backend import load
from copyjob.conformance.interface import METHODS, Power
from copyjob.conformance.program.messages import (
    POWERS_OF_PROGRAMS,
    REQUESTS,
    MessageError,
    answer_of,
    reply_of,
    request_line,
)
from copyjob.conformance.program.schema import DOCUMENT, SCHEMA, main, published, reply_name
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect, ErrorContext, JobPriority, JobState, Operation

PUBLISHED: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))


def fits(message: object, name: str) -> bool:
    """Whether a message is what the published schema calls so."""
    schema = {**PUBLISHED, "anyOf": [{"$ref": f"#/$defs/{name}"}]}
    validator: Any = jsonschema.Draft202012Validator(schema)
    return bool(validator.is_valid(message))


def test_the_published_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(PUBLISHED)


@pytest.mark.parametrize("path", [SCHEMA, DOCUMENT], ids=lambda path: path.name)
def test_what_is_published_is_fresh(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == published()[path]


def test_a_stale_file_is_told_with_exit_code_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("copyjob.conformance.program.schema.SCHEMA", tmp_path / "stale.json")
    assert (main(["--check"]), "stale.json is stale" in capsys.readouterr().err) == (1, True)


@pytest.mark.parametrize("power", POWERS_OF_PROGRAMS)
def test_every_power_is_in_the_document(power: Power) -> None:
    assert f"| `{power.value}` |" in DOCUMENT.read_text(encoding="utf-8")


@pytest.mark.parametrize("call", METHODS)
def test_every_call_is_in_the_document(call: str) -> None:
    assert f"| `{call}`" in DOCUMENT.read_text(encoding="utf-8")


ARGUMENTS: dict[str, Any] = {"flags": 1, "protocol": 1, "dialect": "DO", "priority": 1, "seconds": 600}


@pytest.mark.parametrize("call", REQUESTS)
def test_what_the_kit_asks_fits_the_published_schema(call: str) -> None:
    names = [name for name in REQUESTS[call].__struct_fields__ if name != "id"]
    line = request_line(7, call, {name: ARGUMENTS.get(name, "text") for name in names})
    assert fits(json.loads(line), REQUESTS[call].__name__)


@pytest.mark.parametrize("call", REQUESTS)
def test_the_kit_writes_call_and_id_first_and_no_spaces(call: str) -> None:
    names = [name for name in REQUESTS[call].__struct_fields__ if name != "id"]
    line = request_line(7, call, {name: ARGUMENTS.get(name, "text") for name in names})
    assert line.startswith(f'{{"call":"{call}","id":7'.encode())
    assert b" " not in line


REPLIES: list[dict[str, Any]] = [
    {"hresult": 0},
    {"hresult": 0x80200003},
    {"hresult": 0x80200003 - 2**32},
    {"hresult": 2**32},
    {"hresult": 1},
    {"hresult": "0"},
    {"hresult": True},
    {"value": 3},
    {"value": 9},
    {"value": -1},
    {"value": None},
    {"value": "job"},
    {"value": [1, 2, 3, 4]},
    {"value": [None, 2, 3, 4]},
    {"value": [2**64 - 1, 2, 3, 4]},
    {"value": [1, 2, 3]},
    {"value": [5, 6]},
    {"value": [5, None]},
    {"value": {"protocol": 1}},
    {"value": {"protocol": 1, "powers": ["clock"], "quiescence_seconds": 0.5, "blocking_jobs": 2}},
    {"value": {"protocol": 1, "quiescence_seconds": 0}},
    {"value": {"protocol": 1, "blocking_jobs": 0}},
    {"value": {"protocol": 1, "colour": "blue"}},
    {"value": {"powers": []}},
    {},
    {"hresult": 0, "value": 0},
    {"hresult": 0, "note": "x"},
    {"errored": 3},
]


@pytest.mark.parametrize("call", REQUESTS)
@pytest.mark.parametrize("reply", REPLIES, ids=json.dumps)
def test_the_schema_takes_the_replies_that_the_kit_takes(call: str, reply: dict[str, Any]) -> None:
    message = {"id": 7, **reply}
    try:
        answer_of(call, reply_of(json.dumps(message).encode()))
        taken = True
    except MessageError:
        taken = False
    assert fits(message, reply_name(call)) == taken


@pytest.mark.parametrize("key", ["errored", "unsupported"])
def test_that_an_adapter_breaks_is_said_in_a_reply_that_fits(key: str) -> None:
    assert fits({"id": 7, key: "no disk"}, "Reply")


def test_a_conversation_as_it_is_held_fits_the_published_schema(program: Callable[..., Path], tmp_path: Path) -> None:
    log = tmp_path / "log"
    told = f"log = open({str(log)!r}, 'a')\nlog.write(line)\nlog.flush()"
    with Adapter(load(f"program:{program(told)}"), Dialect.BITS, tmp_path / "folder") as adapter:
        job = adapter.create_job('ä "quoted" \\ name\n')
        adapter.call(Operation.ADD_FILE, job, "http://x/a", "/tmp/a")
        adapter.state(job)
    heard = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [message["call"] for message in heard if not fits(message, "Request")] == []
    assert len(heard) == 8


def test_the_conversation_in_the_document_fits_the_published_schema() -> None:
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line[2:]) for line in lines if line.startswith("> {")]
    told = [json.loads(line[2:]) for line in lines if line.startswith("< {")]
    calls = {message["id"]: message["call"] for message in asked}
    assert [message for message in asked if not fits(message, "Request")] == []
    assert [message for message in told if not fits(message, reply_name(calls[message["id"]]))] == []
    assert len(asked) == len(told) == 8


@pytest.mark.parametrize("numbers", [JobState, JobPriority, ErrorContext])
def test_every_number_that_is_spoken_is_in_the_document(numbers: type[IntEnum]) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert [member.name for member in numbers if f"| {member.value} | {member.name} |" not in text] == []


@pytest.mark.parametrize("dialect", Dialect)
def test_every_hresult_that_a_row_answers_is_in_the_document_with_its_number(dialect: Dialect) -> None:
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    driven = {method.operation for method in METHODS.values()}
    answers = [answer for row in table(dialect).rows if row.label in driven for answer in row.all_answers]
    for hresult in {answer.hresult for answer in answers if answer.hresult is not None}:
        signed = hresult - (1 << 32) if hresult.failed else int(hresult)
        (line,) = [line for line in lines if f" {hresult.name} " in line and f"| {signed} |" in line]
        cells = [cell.strip() for cell in line.split("|")]
        assert cells[2 if dialect is Dialect.BITS else 4] == str(signed)


def test_the_document_names_what_stands_on_the_clock() -> None:
    clock = DOCUMENT.read_text(encoding="utf-8").partition("## The clock")[2].partition("\n## ")[0]
    for word in ("retry", "no-progress", "expiry", "stall_timeout_seconds", "time slice", "when it is set"):
        assert word in clock
