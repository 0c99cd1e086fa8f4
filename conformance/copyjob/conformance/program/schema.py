"""Writes what is published of the protocol: ``protocol.schema.json``, and the tables in ``protocol.md``.

Law: both follow from the messages, the table of methods, the rows and the vocabulary alone; with ``--check`` nothing
is written, and the exit code is 1 where a published file is stale.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any

import msgspec

from copyjob.conformance.interface import METHODS, POWERS, methods_of
from copyjob.conformance.program.messages import (
    POWERS_OF_PROGRAMS,
    PROTOCOL,
    REFUSABLE,
    REQUESTS,
    VALUES,
    Declaration,
    Hresult,
    Id,
)
from copyjob.spec.calls import calls
from copyjob.spec.explain_words import spellings_of, twins
from copyjob.spec.table import table
from copyjob.spec.vocabulary import FAILURE_BIT, Dialect, ErrorContext, JobPriority, JobState, dialect_of

FOLDER = Path(__file__).parent
SCHEMA, DOCUMENT = FOLDER / "protocol.schema.json", FOLDER / "protocol.md"
_BEGIN, _END = "<!-- {}: made by make generate -->", "<!-- end of {} -->"


def reply_name(call: str) -> str:
    """Return the name under which the schema of a call's reply is found in ``$defs``."""
    return REQUESTS[call].__name__.replace("Request", "Reply")


def document() -> dict[str, Any]:
    """Return the JSON Schema of everything that is said: ``Request``, ``Reply``, and both for every call."""
    types = [*REQUESTS.values(), Declaration, Hresult, Id, *VALUES.values()]
    schemas, components = msgspec.json.schema_components(types, ref_template="#/$defs/{name}")
    by_type = dict(zip(map(repr, types), schemas, strict=True))
    for made in components.values():
        made.pop("description", None)
    replies = {reply_name(call): _reply(call, by_type) for call in REQUESTS}
    requests = [request.__name__ for request in REQUESTS.values()]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:copyjob:program-protocol:{PROTOCOL}",
        "title": f"What the copyjob conformance kit and a backend program say to each other, version {PROTOCOL}",
        "anyOf": [{"$ref": "#/$defs/Request"}, {"$ref": "#/$defs/Reply"}],
        "$defs": {
            "Request": {"oneOf": [{"$ref": f"#/$defs/{name}"} for name in requests]},
            "Reply": {"anyOf": [{"$ref": f"#/$defs/{name}"} for name in replies]},
            **components,
            **replies,
        },
    }


def _reply(call: str, by_type: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the schema of the replies to one call: an object with the id and one answer."""
    hresult = by_type[repr(Hresult)]
    text = {"type": "string"}
    ways: list[dict[str, Any]] = []
    if call in VALUES:
        ways.append({"value": by_type[repr(VALUES[call])]})
        if call in REFUSABLE:
            failing = {"anyOf": [{"type": "integer", "minimum": FAILURE_BIT}, {"type": "integer", "maximum": -1}]}
            ways.append({"hresult": {"allOf": [hresult, failing]}})
    else:
        ways.append({"hresult": hresult if call in REFUSABLE else {"const": 0}})
    return {
        "oneOf": [
            {
                "type": "object",
                "properties": {"id": by_type[repr(Id)], **way},
                "required": ["id", *way],
                "additionalProperties": False,
            }
            for way in (*ways, {"errored": text}, {"unsupported": text})
        ]
    }


def calls_table() -> str:
    """Return the Markdown table of all calls."""
    lines = ["| call | arguments | answer | needs the power |", "| --- | --- | --- | --- |"]
    for name, method in METHODS.items():
        arguments = ", ".join(f"`{argument}` ({_word(kind)})" for argument, kind in method.arguments) or "none"
        if name in VALUES:
            answer = f"`value`: {method.told}" + (", or a failing `hresult`" if method.refusable else "")
        else:
            answer = "`hresult`" if method.refusable else "`hresult` 0"
        dialects = "" if len(method.dialects) == len(Dialect) else f" ({method.dialects[0].value} only)"
        power = f"`{method.power.value}`" if method.power else "none: every adapter answers it"
        lines.append(f"| `{name}`{dialects} | {arguments} | {answer} | {power} |")
    return "\n".join(lines)


def powers_table() -> str:
    """Return the Markdown table of all powers."""
    lines = ["| power | what it promises | calls |", "| --- | --- | --- |"]
    for power in POWERS_OF_PROGRAMS:
        calls = ", ".join(f"`{name}`" for name in methods_of(power)) or "none"
        lines.append(f"| `{power.value}` | {POWERS[power].promise} | {calls} |")
    return "\n".join(lines)


def states_table() -> str:
    """Return the Markdown table of the states, with their numbers."""
    return _numbers("state", JobState)


def priorities_table() -> str:
    """Return the Markdown table of the priorities, with their numbers."""
    return _numbers("priority", JobPriority)


def contexts_table() -> str:
    """Return the Markdown table of the error contexts, with their numbers."""
    return _numbers("context", ErrorContext)


def _numbers(title: str, names: type[IntEnum]) -> str:
    lines = [f"| number | {title} |", "| --- | --- |"]
    return "\n".join([*lines, *(f"| {member.value} | {member.name} |" for member in names)])


def hresults_table() -> str:
    """Return the Markdown table of the HRESULTs that calls answer with, as each dialect spells and numbers them.

    A call answers so because of the job's state (rows), or because of its arguments, its caller or a limit (rules).
    """
    by_state: dict[frozenset[int], dict[Dialect, list[str]]] = {}
    besides: dict[frozenset[int], dict[Dialect, list[str]]] = {}
    for dialect in Dialect:
        for row in table(dialect).rows:
            if row.label in _OPERATIONS:
                for answer in row.all_answers:
                    if answer.hresult is not None:
                        _note(by_state, answer.hresult, dialect, row.label.value)
        for rule in calls(dialect):
            name = rule.operation.value
            for value in rule.answers if name in METHODS else ():
                if value != 0 and name not in by_state.get(_meaning(value), {}).get(dialect, ()):
                    _note(besides, value, dialect, name)
    lines = [
        "| BITS | number | Delivery Optimization | number | answered to | besides, whatever the state |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for meaning in dict.fromkeys((*sorted(by_state, key=max), *sorted(besides, key=max))):
        told = [by_state.get(meaning, {}), besides.get(meaning, {})]
        cells: list[str] = []
        for dialect in Dialect:
            cells += _spelled(meaning, dialect) if any(dialect in found for found in told) else ("", "")
        for found in told:
            names = dict.fromkeys(name for named in found.values() for name in named)
            cells.append(", ".join(f"`{name}`" for name in names))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


_OPERATIONS = frozenset(method.operation for method in METHODS.values() if method.operation is not None)


def _meaning(value: int) -> frozenset[int]:
    """Return an HRESULT together with that by which the other dialect says the same."""
    return frozenset((int(value), *twins(value)))


def _note(found: dict[frozenset[int], dict[Dialect, list[str]]], value: int, dialect: Dialect, name: str) -> None:
    names = found.setdefault(_meaning(value), {}).setdefault(dialect, [])
    if name not in names:
        names.append(name)


def _spelled(meaning: frozenset[int], dialect: Dialect) -> tuple[str, str]:
    """Return the names of an HRESULT in a dialect, and its number as a signed decimal."""
    own = [value for value in meaning if dialect_of(value) in (None, dialect)]
    (value,) = own or meaning
    return " = ".join(spellings_of(value)), str(value - (1 << 32) if value & FAILURE_BIT else value)


def _word(kind: Any) -> str:
    return {str: "string", int: "integer"}[kind]


TABLES: Mapping[str, Callable[[], str]] = {
    "calls": calls_table,
    "states": states_table,
    "priorities": priorities_table,
    "contexts": contexts_table,
    "hresults": hresults_table,
    "powers": powers_table,
}
"""The tables of the document, by the name that stands where each begins and ends."""


def published() -> dict[Path, str]:
    """Return every published file with what it should hold."""
    text = DOCUMENT.read_text(encoding="utf-8")
    for name, made in TABLES.items():
        begin, end = _BEGIN.format(name), _END.format(name)
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}\n{made()}\n{end}{after}"
    schema = json.dumps(document(), indent=2, ensure_ascii=False) + "\n"
    return {SCHEMA: schema, DOCUMENT: text}


def main(arguments: Sequence[str]) -> int:
    """Write the published files, or with ``--check`` tell which are stale; return the exit code."""
    if list(arguments) not in ([], ["--check"]):
        sys.stderr.write("copyjob.conformance.program.schema: takes --check or nothing\n")
        return 2
    stale = 0
    for path, text in published().items():
        if not arguments:
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            sys.stderr.write(f"{path} is stale; make generate writes it anew\n")
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
