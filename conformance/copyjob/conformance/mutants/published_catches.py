"""What became of the miniatures, as files beside the kill matrix: JSON for programs, Markdown for people.

Law: names, plans and steps follow from the kit and the seed alone. CPU seconds are those of the machine that wrote
the file, and nothing is held to them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from copyjob.conformance.ground import Wire
from copyjob.conformance.mutants.catch import Catch
from copyjob.conformance.mutants.matrix import Fate
from copyjob.conformance.mutants.miniatures import MINIATURES
from copyjob.conformance.mutants.published import read_published
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect

FORMAT, VERSION = "copyjob-miniatures", 1


def file_of(dialect: Dialect, folder: Path) -> Path:
    """Return where the miniatures of a dialect are published, as JSON."""
    return folder / f"{dialect.value}-miniatures.json"


def to_json(catches: Sequence[Catch], dialect: Dialect) -> dict[str, Any]:
    """Return one object a miniature: what is wrong, who should accuse it, who did, and how soon."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "dialect": dialect.value,
        "table_digest": table(dialect).digest,
        "miniatures": [_one(catch) for catch in catches],
    }


def _one(catch: Catch) -> dict[str, Any]:
    found = catch.divergence
    return {
        "name": catch.miniature.__name__,
        "what": catch.what,
        "violates": sorted(catch.miniature.violates),
        "fate": catch.fate.value,
        "by": sorted(catch.named),
        "level": found.level.value if found is not None else "",
        "wire": catch.wire.value,
        "plans": catch.plans,
        "steps": len(found.record.plan.steps) if found is not None else 0,
        "cpu_seconds": round(catch.cpu_seconds, 2),
    }


def to_markdown(catches: Sequence[Catch], dialect: Dialect) -> str:
    """Return the same for people: a line a miniature."""
    killed = sum(catch.fate is Fate.KILLED for catch in catches)
    return "\n".join(
        [
            f"# Miniatures, {dialect.value}",
            "",
            "Made by `make kills`. A miniature is a small backend that is wrong in one way, written by hand; try one:",
            "",
            "```",
            "copyjob check copyjob.conformance.mutants.miniatures:NAME --wire memory",
            "```",
            "",
            "It is *killed* where the kit names what it violates. *Plans* are those that were run until then, the",
            "closest first; *steps* is the length of the program that is left; *CPU seconds* are those until it was",
            "shrunk and told, on the machine that wrote this.",
            "",
            f"{killed} of {len(catches)} are killed. Table digest {table(dialect).digest}.",
            "",
            "| miniature | what is wrong | violates | also named | fate | on | plans | steps | CPU seconds |",
            "| --- | --- | --- | --- | --- | --- | ---: | ---: | ---: |",
            *(_line(catch) for catch in catches),
            "",
        ]
    )


def _line(catch: Catch) -> str:
    one = _one(catch)
    names = [", ".join(sorted(names)) for names in (catch.miniature.violates, catch.named - catch.miniature.violates)]
    numbers = (one["plans"], one["steps"], f"{one['cpu_seconds']:.2f}")
    return " | ".join([f"| {one['name']}", one["what"], *names, one["fate"], one["wire"], *map(str, numbers)]) + " |"


def write(catches: Sequence[Catch], dialect: Dialect, folder: Path) -> None:
    """Write both files."""
    folder.mkdir(parents=True, exist_ok=True)
    path = file_of(dialect, folder)
    path.write_text(json.dumps(to_json(catches, dialect), indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    path.with_suffix(".md").write_text(to_markdown(catches, dialect), encoding="utf-8")


def read(path: Path, dialect: Dialect) -> dict[str, Fate]:
    """Return the published fate of each miniature; UsageError where the file is none, or of another table."""
    return read_published(
        path, dialect, (FORMAT, VERSION), lambda data: {each["name"]: Fate(each["fate"]) for each in data["miniatures"]}
    )


def stale(published: dict[str, Fate], catches: Sequence[Catch], dialect: Dialect) -> list[str]:
    """
    Return what the published file says otherwise: miniatures that come or go, and those that are killed no more.

    What only two threads at once can show is up to the machine, so the fate of what ran over HTTP is not held to it.
    """
    names = {miniature.__name__ for miniature in MINIATURES if miniature.dialect == dialect.value}
    found = [f"{name} is no miniature any more" for name in sorted(published.keys() - names)]
    found += [f"{name} is not in it" for name in sorted(names - published.keys())]
    found += [
        f"{catch.miniature.__name__} was {published[catch.miniature.__name__].value}, and {catch.fate.value} now"
        for catch in catches
        if catch.wire is Wire.MEMORY
        and published.get(catch.miniature.__name__, catch.fate) is not catch.fate is not Fate.KILLED
    ]
    return found
