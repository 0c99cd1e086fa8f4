"""Finding a backend: every mistake of its author is one line that names it, and where it is theirs, file and line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from copyjob.conformance.backend import load
from copyjob.conformance.interface import MINIMUM, Power
from copyjob.spec.console import UsageError
from copyjob.spec.vocabulary import Dialect

METHODS = "".join(f"    def {name}(self, *arguments): ...\n" for name in MINIMUM)
MINIMAL = f"class Backend:\n{METHODS}"

Write = Callable[[str], str]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a user's module and return its name, which no other test uses."""
    name = f"user_{tmp_path.name}".replace("-", "_")

    def written(source: str) -> str:
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
        monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
        monkeypatch.delitem(sys.modules, name, raising=False)
        return name

    return written


def complaint(name: str) -> str:
    """Return the one line by which a backend is refused."""
    with pytest.raises(UsageError) as caught:
        load(name)
    assert "\n" not in caught.value.usage_message
    return caught.value.usage_message


def test_an_unknown_name_is_answered_with_the_names_that_are_there() -> None:
    assert complaint("referense").startswith("unknown backend 'referense'; give one of reference")


@pytest.mark.parametrize("name", ["", ":", "json:", ":Backend"])
def test_half_a_name_is_an_unknown_backend(name: str) -> None:
    assert f"unknown backend {name!r}" in complaint(name)


def test_a_module_that_is_not_there_is_named() -> None:
    assert complaint("no_such_module:Backend") == (
        "backend 'no_such_module:Backend': there is no module 'no_such_module' on the path"
    )


def test_a_part_of_a_package_that_is_not_there_is_named() -> None:
    assert "there is no module 'json.no_such_part'" in complaint("json.no_such_part:Backend")


def test_an_import_that_fails_in_the_users_module_names_file_and_line(write: Write) -> None:
    name = write("import json\nimport no_such_thing\n")
    assert f"{name}.py:2" in complaint(f"{name}:Backend")


def test_an_import_that_fails_in_the_users_module_names_what_is_missing(write: Write) -> None:
    assert "No module named 'no_such_thing'" in complaint(f"{write('import no_such_thing')}:Backend")


def test_an_exception_in_the_users_module_names_it_with_file_and_line(write: Write) -> None:
    name = write("x = 1\n\nraise RuntimeError('it rains')\n")
    told = complaint(f"{name}:Backend")
    assert "RuntimeError: it rains" in told
    assert f"{name}.py:3" in told


def test_a_syntax_error_names_file_and_line(write: Write) -> None:
    name = write("x = 1\nclass :\n")
    told = complaint(f"{name}:Backend")
    assert "SyntaxError" in told
    assert f"{name}.py:2" in told


def test_an_attribute_that_the_module_lacks_is_named(write: Write) -> None:
    name = write(MINIMAL)
    assert f"module '{name}' has no attribute 'Absent'" in complaint(f"{name}:Absent")


def test_methods_that_a_class_lacks_are_named(write: Write) -> None:
    name = write("class Backend:\n    def resume(self, job): ...\n")
    assert "lacks create_job, add_file, suspend, cancel, complete, get_state;" in complaint(f"{name}:Backend")


def test_a_method_that_cannot_be_called_is_missing(write: Write) -> None:
    name = write(f"{MINIMAL}    resume = 3\n")
    assert "lacks resume;" in complaint(f"{name}:Backend")


def test_a_method_that_a_declared_power_needs_is_named(write: Write) -> None:
    name = write(f"{MINIMAL}    powers = ('settings',)\n")
    assert "declares the power settings but lacks set_priority, set_no_progress_timeout" in complaint(f"{name}:Backend")


def test_an_unknown_power_is_answered_with_the_known_ones(write: Write) -> None:
    name = write(f"{MINIMAL}    powers = ('flight', 'clock')\n")
    told = complaint(f"{name}:Backend")
    assert "declares unknown powers: flight; know progress, error, settings, clock" in told


def test_an_unknown_dialect_is_answered_with_the_known_ones(write: Write) -> None:
    name = write(f"{MINIMAL}    dialects = ('BITS', 'WINE')\n")
    assert "declares unknown dialects: WINE; know BITS, DO" in complaint(f"{name}:Backend")


def test_what_is_neither_class_nor_factory_is_told_by_its_type(write: Write) -> None:
    assert complaint(f"{write('backend = 3')}:backend").endswith("is no class or factory but int")


def test_a_class_with_the_minimum_is_taken(write: Write) -> None:
    assert load(f"{write(MINIMAL)}:Backend").powers == frozenset()


def test_a_backend_that_names_no_dialect_is_of_bits(write: Write) -> None:
    assert load(f"{write(MINIMAL)}:Backend").dialects == (Dialect.BITS,)


def test_a_backend_that_promises_no_bound_has_none(write: Write) -> None:
    assert load(f"{write(MINIMAL)}:Backend").quiescence_seconds is None


def test_a_class_inside_a_class_is_found(write: Write) -> None:
    name = write("class Outer:\n" + "".join(f"    {line}\n" for line in MINIMAL.splitlines()))
    assert load(f"{name}:Outer.Backend").factory.__qualname__ == "Outer.Backend"


def test_a_factory_function_may_declare_powers(write: Write) -> None:
    name = write("def make(dialect, folder): ...\nmake.powers = {'restart'}\n")
    assert load(f"{name}:make").powers == {Power.RESTART}


def test_a_module_in_the_folder_of_the_command_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lies_here.py").write_text(MINIMAL, encoding="utf-8")
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry])
    monkeypatch.chdir(tmp_path)
    assert load("lies_here:Backend").name == "lies_here:Backend"


@pytest.mark.parametrize(
    ("member", "told"),
    [
        ("dialects = ()", "declares no dialect"),
        ("dialects = None", "declares dialects = None"),
        ("powers = 3", "declares powers = 3"),
        ("quiescence_seconds = 0", "declares quiescence_seconds = 0"),
        ("stall_timeout_seconds = 'x'", "declares stall_timeout_seconds = 'x'"),
        ("call_timeout_seconds = -1", "declares call_timeout_seconds = -1"),
    ],
)
def test_a_wrong_declaration_is_one_line(write: Write, member: str, told: str) -> None:
    assert told in complaint(f"{write(f'{MINIMAL}    {member}' + chr(10))}:Backend")


def test_a_module_that_exits_when_imported_is_a_mistake_of_the_caller(write: Write) -> None:
    assert "SystemExit" in complaint(f"{write('import sys; sys.exit(3)')}:Backend")
