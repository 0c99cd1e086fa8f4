"""The frozen requirement sets as files: ``BITS.json``, ``DO.json`` and the ``CHANGELOG.md`` of their versions.

Laws:

1. The text of a set depends on its content alone; reading it gives the set back.
2. A version is written once with what it changed and why; the sets say *what* is asked, the changelog *since when*.
3. A file that is no requirement set is told in one line (UsageError), never as a traceback.

What this module does not know: how a set is made of the table (:mod:`copyjob.spec.requirements`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from copyjob.spec.console import UsageError, checkout_room
from copyjob.spec.requirements import (
    Basis,
    Difference,
    Kind,
    Requirement,
    RequirementSet,
)
from copyjob.spec.rows import Level
from copyjob.spec.vocabulary import Dialect

FORMAT: Final = "copyjob-requirements/1"
CHANGELOG: Final = "CHANGELOG.md"
FIRST: Final = "The first frozen set."

_PREFACE: Final = """\
# Changelog of the requirement sets

What a new version of a dialect's requirement set added, removed or changed, and why; the newest stands last.
Written by `copyjob export requirements --bump WHY`.
"""


def folder() -> Path | None:
    """Return where the frozen sets stand: in a source checkout, else installed beside the modules; None: nowhere."""
    room = checkout_room(__file__)
    if room is not None:
        return room / "requirements"
    installed = Path(__file__).resolve().with_name("requirements")
    return installed if installed.is_dir() else None


def frozen_in(where: Path) -> Path | None:
    """Return a file of a folder that belongs to frozen sets, a set or their changelog; None: there is none."""
    names = {**{file_of(dialect): f'"{FORMAT}"' for dialect in Dialect}, CHANGELOG: _PREFACE.partition("\n")[0]}
    for name, mark in names.items():
        path = where / name
        if path.is_file() and mark.encode() in path.read_bytes():
            return path
    return None


def file_of(dialect: Dialect) -> str:
    """Return the name of the file that holds a dialect's set."""
    return f"{dialect.value}.json"


def text_of(frozen: RequirementSet) -> str:
    """Return a set as JSON, one requirement a line."""
    members = [
        f" {json.dumps(name)}: {json.dumps(value)}"
        for name, value in (("format", FORMAT), ("dialect", frozen.dialect.value), ("version", frozen.version))
    ]
    for kind in Kind:
        lines = [f"  {json.dumps(key)}: {json.dumps(_data(each))}" for key, each in frozen.sections[kind].items()]
        members.append(f" {json.dumps(kind.value)}: {{\n" + ",\n".join(lines) + "\n }")
    return "{\n" + ",\n".join(members) + "\n}\n"


def _data(each: Requirement) -> dict[str, Any]:
    level = each.level.value if each.level else None
    return {"level": level, "basis": each.basis, "cites": list(each.cites), "digest": each.digest}


def _requirement(entry: Mapping[str, Any]) -> Requirement:
    level, basis, cites, digest = (entry[name] for name in ("level", "basis", "cites", "digest"))
    return Requirement(None if level is None else Level(level), _basis(basis), tuple(map(str, cites)), str(digest))


def _basis(word: str) -> Basis:
    if word == "documented":
        return "documented"
    if word == "decided":
        return "decided"
    raise ValueError(f"{word!r} is no basis")


def read(path: Path, dialect: Dialect) -> RequirementSet | None:
    """Return the set that a file holds; None where there is no such file. UsageError: it holds something else."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    try:
        data = json.loads(text)
        return RequirementSet(
            dialect,
            _version(data, dialect),
            {kind: {str(key): _requirement(entry) for key, entry in data[kind.value].items()} for kind in Kind},
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{path} is no requirement set of {dialect.value} ({error}); take the committed one back"
        ) from error


def _version(data: Mapping[str, Any], dialect: Dialect) -> int:
    for name, expected in (("format", FORMAT), ("dialect", dialect.value)):
        if data[name] != expected:
            raise ValueError(f"its {name} is {data[name]!r}, not {expected!r}")
    version = data["version"]
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ValueError(f"its version is {version!r}, not 1 or more")
    return version


def frozen_version(dialect: Dialect) -> RequirementSet | None:
    """Return the frozen set of a dialect, None where none is at hand."""
    where = folder()
    return read(where / file_of(dialect), dialect) if where is not None else None


def heading(frozen: RequirementSet) -> str:
    """Return the heading under which the changelog tells a version, without its date."""
    return f"## {frozen.dialect.value} {frozen.version}"


def told(changelog: str, frozen: RequirementSet) -> bool:
    """Tell whether the changelog has an entry for the version of a set."""
    return re.search(rf"^{re.escape(heading(frozen))}( \(.*\))?$", changelog, re.MULTILINE) is not None


def entry_of(frozen: RequirementSet, why: str, date: str | None, changes: Iterable[Difference]) -> str:
    """Return the entry of a version: why, how much it holds, and every requirement that it changed."""
    when = f" ({date})" if date else ""
    held = ", ".join(f"{len(frozen.sections[kind])} {kind.value}" for kind in Kind)
    lines = [f"{heading(frozen)}{when}", "", why, "", f"It holds {held}."]
    listed = [f"- {each.told('`')}" for each in changes]
    return "\n".join([*lines, *([""] if listed else []), *listed]) + "\n"


def with_entry(changelog: str, frozen: RequirementSet, entry: str) -> str:
    """Return the changelog with an entry behind all others, in place of one that the same version has already."""
    text = changelog or _PREFACE
    again = re.compile(rf"^{re.escape(heading(frozen))}(?: \([^\n]*\))?\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    return again.sub("", text).rstrip("\n") + "\n\n" + entry
