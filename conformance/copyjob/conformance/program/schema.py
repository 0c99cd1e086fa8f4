"""Writes what is published of the protocol: ``protocol.schema.json``, and the tables in ``protocol.md``.

Law: both follow from the messages and the table of methods alone; with ``--check`` nothing is written, and the exit
code is 1 where a published file is stale.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
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
from copyjob.spec.vocabulary import FAILURE_BIT, Dialect

FOLDER = Path(__file__).parent
SCHEMA, DOCUMENT = FOLDER / "protocol.schema.json", FOLDER / "protocol.md"
_BEGIN, _END = "<!-- {}: made from the table of methods, by make generate -->", "<!-- end of {} -->"


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


def _word(kind: Any) -> str:
    return {str: "string", int: "integer"}[kind]


def published() -> dict[Path, str]:
    """Return every published file with what it should hold."""
    text = DOCUMENT.read_text(encoding="utf-8")
    for name, table in (("calls", calls_table()), ("powers", powers_table())):
        begin, end = _BEGIN.format(name), _END.format(name)
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}\n{table}\n{end}{after}"
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
