"""The contract that keeps the reference blind bites: whatever of the specification it must not know, an import of it is
told, also where it hides in a function that nobody calls.

The imports are planted in a copy of the project and read by import-linter there. What a fresh interpreter has loaded
after importing the whole room is the matter of ``test_reference_blind.py``.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
ROOMS = ("spec", "reference", "conformance", "diagrams")
SEEN_BY_THE_REFERENCE = "vocabulary"

pytestmark = [
    pytest.mark.skipif(
        importlib.util.find_spec("importlinter") is None,
        reason="import-linter is not installed: it comes with the extra `dev`",
    ),
    pytest.mark.skipif(
        not (PROJECT / "pyproject.toml").exists(), reason="the contracts stand in the project's pyproject.toml"
    ),
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Copy the project's modules and contracts, nothing else."""
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    for room in ROOMS:
        shutil.copytree(
            PROJECT / room / "copyjob", tmp_path / room / "copyjob", ignore=shutil.ignore_patterns("__pycache__")
        )
    return tmp_path


def plant(project: Path, name: str, imported: str) -> None:
    """Write a module of the reference with an import in a function."""
    text = f"def never_called() -> None:\n    import {imported}\n"
    (project / "reference" / "copyjob" / "reference" / f"{name}.py").write_text(text, encoding="utf-8")


def lint(project: Path) -> tuple[int, str]:
    """Run import-linter on the copy; return its exit code and what it said."""
    roots = os.pathsep.join(str(project / room) for room in ROOMS)
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=project,
        env={**os.environ, "PYTHONPATH": roots},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_faithful_copy_keeps_every_contract(project: Path) -> None:
    code, said = lint(project)

    assert code == 0, said
    assert re.search(r"[1-9]\d* kept, 0 broken", said)


@pytest.mark.parametrize("imported", ["transitions", "copyjob.conformance.plan", "copyjob.diagrams.dot"])
def test_an_import_of_what_the_reference_must_not_know_breaks_the_contract(project: Path, imported: str) -> None:
    plant(project, "planted", imported)

    code, said = lint(project)

    assert code == 1, said
    assert "copyjob.reference.planted" in said


def test_an_import_of_any_module_of_the_specification_but_the_vocabulary_is_told(project: Path) -> None:
    modules = sorted(path.stem for path in (PROJECT / "spec" / "copyjob" / "spec").glob("*.py"))
    forbidden = [module for module in modules if module not in ("__init__", SEEN_BY_THE_REFERENCE)]
    for module in forbidden:
        plant(project, f"planted_{module}", f"copyjob.spec.{module}")

    code, said = lint(project)

    assert code == 1, said
    assert [module for module in forbidden if f"copyjob.reference.planted_{module} ->" not in said] == []


def test_an_import_of_the_vocabulary_is_permitted(project: Path) -> None:
    plant(project, "planted", "copyjob.spec.vocabulary")

    code, said = lint(project)

    assert code == 0, said
