"""What a built wheel brings along beside the code: the schemas, and the adapters to begin with."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
ROOMS = ("spec", "reference", "conformance", "diagrams")
SCHEMAS = sorted(path for room in ROOMS for path in (CHECKOUT / room / "copyjob").rglob("*.schema.json"))
TEMPLATES = CHECKOUT / "conformance" / "copyjob" / "conformance" / "templates"


def within(path: Path) -> str:
    """Return where a file of a room stands in the wheel."""
    return path.relative_to(CHECKOUT).as_posix().partition("/")[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """Build the wheel, without asking anybody for anything."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True, timeout=120)
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


@pytest.mark.parametrize("path", SCHEMAS, ids=within)
def test_the_wheel_has_every_schema_as_the_checkout_has_it(wheel: zipfile.ZipFile, path: Path) -> None:
    assert wheel.read(within(path)) == path.read_bytes()


def test_the_page_names_every_place_in_the_wheel_that_has_schemas_and_no_other() -> None:
    page = (CHECKOUT / "conformance" / "ADD-YOUR-BACKEND.md").read_text(encoding="utf-8")
    named = re.findall(r"\| `(copyjob/[a-z/]+)/` \|$", page, re.MULTILINE)
    assert sorted(named) == sorted({within(path.parent) for path in SCHEMAS})


@pytest.mark.parametrize("path", SCHEMAS, ids=within)
def test_every_schema_says_what_it_is_of_and_in_which_dialect(path: Path) -> None:
    schema = json.loads(path.read_text(encoding="utf-8"))
    assert (bool(schema["title"]), schema["$schema"]) == (True, "https://json-schema.org/draft/2020-12/schema")


def test_the_wheel_has_the_adapters_to_begin_with(wheel: zipfile.ZipFile) -> None:
    files = {within(path) for path in TEMPLATES.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert (files - set(wheel.namelist()), len(files) > 4) == (set(), True)
