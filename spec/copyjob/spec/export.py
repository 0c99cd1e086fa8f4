"""The set of exports: which files there are, what is in each, and whether a folder holds them as they are now.

Laws:

1. Every file is made of the table alone, and JSON and Markdown of the version of the frozen requirements too; it is the
   same on every machine and in every run.
2. A file that nobody asked for is foreign; one that is not there is missing; one that reads otherwise is stale.

What this module does not know: how a file is written, and what is frozen (:mod:`copyjob.spec.requirements`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final

from copyjob.spec._model import FILES_DEFAULT, model_name
from copyjob.spec.export_json import json_text
from copyjob.spec.export_markdown import differences_text, markdown_text
from copyjob.spec.export_mermaid import mermaid_text
from copyjob.spec.export_schema import schema_text
from copyjob.spec.promela import to_model
from copyjob.spec.table import Table, full_table
from copyjob.spec.tla import asked, to_config, to_module
from copyjob.spec.vocabulary import Dialect


@dataclass(frozen=True)
class Artefact:
    """One file of the set; ``dialect`` is None where it is about both."""

    name: str
    dialect: Dialect | None
    text: Callable[[], str]


@dataclass(frozen=True)
class Format:
    """What can be asked for by name."""

    summary: str
    artefacts: tuple[Artefact, ...]


def _each(ending: str, text: Callable[[Dialect], str]) -> tuple[Artefact, ...]:
    return tuple(Artefact(f"{dialect.value}.{ending}", dialect, partial(text, dialect)) for dialect in Dialect)


def _tla() -> tuple[Artefact, ...]:
    """Return module and configuration of each dialect, named as the module is, which is how TLC finds it."""
    found: list[Artefact] = []
    for dialect in Dialect:
        whole = full_table(dialect)
        name = model_name(whole)
        found.append(Artefact(f"{name}.tla", dialect, partial(to_module, whole)))
        found.append(Artefact(f"{name}.cfg", dialect, partial(_config, whole)))
    return tuple(found)


def _config(whole: Table) -> str:
    return to_config(FILES_DEFAULT, asked(whole))


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        "json": Format("the table as data, for programs in any language", _each("json", json_text)),
        "schema": Format("the JSON Schema of it", (Artefact("table.schema.json", None, schema_text),)),
        "markdown": Format("the table for people: grid, rows, clauses", _each("md", markdown_text)),
        "differences": Format("where the dialects differ", (Artefact("differences.md", None, differences_text),)),
        "mermaid": Format(
            "the life cycle as a diagram", _each("mmd", lambda dialect: mermaid_text(full_table(dialect)))
        ),
        "tla": Format("a TLA+ module with the laws, and the configuration for TLC", _tla()),
        "promela": Format(
            "a model for Spin with the laws", _each("pml", lambda dialect: to_model(full_table(dialect)))
        ),
    }
)


def chosen(formats: Iterable[str] = (), dialects: Iterable[Dialect] = ()) -> list[Artefact]:
    """Return the files of these formats and dialects, all where none is given; KeyError for an unknown format.

    What is about both dialects is chosen whichever is given.
    """
    wanted = set(dialects) or set(Dialect)
    return [
        artefact
        for name in dict.fromkeys(formats) or FORMATS
        for artefact in FORMATS[name].artefacts
        if artefact.dialect is None or artefact.dialect in wanted
    ]


def faults(folder: Path, artefacts: Iterable[Artefact]) -> list[str]:
    """Return one line for each file that is missing or stale in a folder."""
    found: list[str] = []
    for artefact in artefacts:
        path = folder / artefact.name
        if not path.is_file():
            found.append(f"missing: {artefact.name}")
        elif path.read_bytes() != artefact.text().encode():
            found.append(f"stale: {artefact.name}")
    return found


def foreign(folder: Path) -> list[str]:
    """Return one line for each entry of a folder that no format makes."""
    ours = {artefact.name for artefact in chosen()}
    return [f"foreign: {path.name}" for path in sorted(folder.iterdir()) if path.name not in ours]
