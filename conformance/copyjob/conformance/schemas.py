"""``python -m copyjob.conformance.schemas [--check]``: what is published beside the code, and follows from it.

Laws:

1. What is published is made from the structs that write and read a format, or from the tables; nobody edits it.
2. ``check_ids.txt`` keeps every id of a check that was ever published: ids are added here, and none is ever taken out.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from copyjob.conformance import server_words
from copyjob.conformance.baseline import Baseline
from copyjob.conformance.checks import CHECKS
from copyjob.conformance.event_data import Line
from copyjob.conformance.part_file import PartFile
from copyjob.conformance.report_data import Report
from copyjob.conformance.traces import finding, lines, report
from copyjob.spec.console import checkout_room

FOLDER: Final = Path(__file__).parent / "published"
CHECK_IDS: Final = "check_ids.txt"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def schema_text(kind: Any, title: str) -> str:
    """Return the JSON Schema of a struct, or of a union of structs, as it is published."""
    return json.dumps({"$schema": DIALECT, "title": title, **msgspec.json.schema(kind)}, indent=1) + "\n"


def check_ids(folder: Path = FOLDER) -> tuple[str, ...]:
    """Return every id of a check that was ever published."""
    path = folder / CHECK_IDS
    return tuple(path.read_text(encoding="utf-8").split()) if path.is_file() else ()


def _check_ids_text() -> str:
    known = check_ids()
    return "\n".join([*known, *(name for name in CHECKS if name not in known)]) + "\n"


FILES: Final[Mapping[str, Callable[[], str]]] = {
    "report.schema.json": lambda: schema_text(Report, "report.json of copyjob check"),
    "part.schema.json": lambda: schema_text(PartFile, "part.json of copyjob check --shard"),
    "events.schema.json": lambda: schema_text(Line, "a line of events.ndjson of copyjob check"),
    "baseline.schema.json": lambda: schema_text(Baseline, "a baseline of copyjob check"),
    "trace.schema.json": lambda: json.dumps({"$schema": DIALECT, **lines.schema()}, indent=1) + "\n",
    "findings.schema.json": lambda: schema_text(finding.Report, "what copyjob audit --json writes"),
    "verify.schema.json": lambda: schema_text(report.Report, "what copyjob verify --json writes"),
    CHECK_IDS: _check_ids_text,
    "scripts.md": server_words.document,
}
"""What is published, by the name of its file."""


def stale(folder: Path = FOLDER) -> list[str]:
    """Return the names of the files that are missing or say something else than the code."""
    made = {name: text() for name, text in FILES.items()}
    return [
        name
        for name, text in made.items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != text
    ]


def main(arguments: Sequence[str]) -> int:
    """Write the committed files, or with ``--check`` tell which are stale; return the exit code."""
    if checkout_room(__file__) is None or list(arguments) not in ([], ["--check"]):
        sys.stderr.write("copyjob.conformance.schemas: takes --check or nothing, in a source checkout\n")
        return 2
    if arguments:
        names = stale()
        for name in names:
            sys.stderr.write(f"{FOLDER / name} is stale; make generate writes it anew\n")
        return 1 if names else 0
    FOLDER.mkdir(exist_ok=True)
    for name, text in FILES.items():
        (FOLDER / name).write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
