"""The house as it stands on disk: four roots, no machine paths, files that can be read in one sitting.

Law: what is scanned is what would be committed; what a path or a host looks like is put together from parts
here, so that this file does not find itself.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("spec", "reference", "conformance", "diagrams")
# About 400, as the house says: a file that has just been mended need not be split the same day.
LINES_LIMIT = 450

FOLDERS = ("work", "root")
HOMES = ("home", "Users", "mnt", "private")
# A path after a word, a dot, a tilde or a closing bracket is relative to something that is named there.
MACHINE_PATH = re.compile(
    rf"(?<![\w.~/)}}*-])/(?:(?:{'|'.join(FOLDERS)})\b|(?:{'|'.join(HOMES)})/\w)|\b[A-Z]:\\\\?Users\\\\?\w"
)
HOSTS = ("pypi", "pythonhosted", "npmjs", "artifactory", "nexus", "devpi", "jfrog", "golang")
LAST_LABELS = "org|com|io|net|dev|local|internal"
REGISTRY_HOST = re.compile(rf"\b(?:[\w-]+\.)*[\w-]*(?:{'|'.join(HOSTS)})[\w-]*(?:\.[\w-]+)*\.(?:{LAST_LABELS})\b")
INDEX_OPTION = re.compile("--" + r"(?:extra-)?index-url[ =]\S")

every_room = pytest.mark.parametrize("room", ROOMS)


@cache
def project_files() -> dict[str, Path]:
    """Return what is committed or would be, by path from the root of the project."""
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = sorted(set(listed.stdout.split("\0")) - {""})
    return {name: ROOT / name for name in names if (ROOT / name).is_file()}


@cache
def texts() -> dict[str, str]:
    """Return the text of every file that is text."""
    found: dict[str, str] = {}
    for name, path in project_files().items():
        data = path.read_bytes()
        if b"\0" not in data:
            found[name] = data.decode("utf-8", errors="replace")
    return found


def python_sources() -> dict[str, str]:
    return {name: text for name, text in texts().items() if name.endswith((".py", ".pyi"))}


@cache
def tree(source: str) -> ast.Module:
    return ast.parse(source)


def imported(source: str) -> set[str]:
    """Return the full names of all modules that a source imports, wherever it does."""
    found: set[str] = set()
    for node in ast.walk(tree(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


def modules_after(statement: str) -> set[str]:
    """Return what a fresh interpreter has loaded after one statement."""
    script = f"import sys\nbefore = set(sys.modules)\n{statement}\nprint('\\n'.join(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


def test_no_root_has_an_init_file_of_the_shared_package() -> None:
    assert [name for name in project_files() if name.endswith("copyjob/__init__.py")] == []


@every_room
def test_every_room_is_marked_as_typed(room: str) -> None:
    assert (ROOT / room / "copyjob" / room / "py.typed").is_file()


@every_room
def test_every_room_says_what_it_is(room: str) -> None:
    assert (ROOT / room / "README.md").is_file()


def test_the_package_of_the_specification_is_a_docstring_and_nothing_else() -> None:
    body = ast.parse((ROOT / "spec/copyjob/spec/__init__.py").read_text(encoding="utf-8")).body

    assert len(body) == 1
    assert isinstance(body[0], ast.Expr)
    assert isinstance(body[0].value, ast.Constant)


def test_no_import_goes_through_the_folder_of_a_room() -> None:
    forbidden = tuple(f"{room}.copyjob" for room in ROOMS)
    sources = python_sources()

    assert len(sources) >= 20
    assert [n for n, s in sources.items() if any(i.startswith(forbidden) for i in imported(s))] == []


def test_the_vocabulary_loads_neither_the_table_nor_the_machine() -> None:
    loaded = modules_after("import copyjob.spec.vocabulary")

    assert "copyjob.spec.vocabulary" in loaded
    assert {name for name in loaded if name.startswith(("copyjob", "transitions"))} == {
        "copyjob",
        "copyjob.spec",
        "copyjob.spec.vocabulary",
    }


def test_the_table_does_not_load_the_machine() -> None:
    assert {name for name in modules_after("import copyjob.spec.table") if "transitions" in name} == set()


def test_no_module_of_the_specification_imports_another_room() -> None:
    others = tuple(f"copyjob.{room}" for room in ROOMS if room != "spec")
    own = {name: text for name, text in python_sources().items() if name.startswith("spec/copyjob/")}

    assert own
    assert [n for n, s in own.items() if any(i.startswith(others) for i in imported(s))] == []


def test_the_reference_is_forbidden_every_module_of_the_specification_but_the_vocabulary() -> None:
    # One by one, as the contract lists them: of a module that is not listed, only its own imports would be told.
    modules = {path.stem for path in (ROOT / "spec/copyjob/spec").glob("*.py")} - {"__init__", "vocabulary"}
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (blind,) = [contract for contract in contracts if contract["source_modules"] == ["copyjob.reference"]]

    listed = {name for name in blind["forbidden_modules"] if name.startswith("copyjob.spec")}
    assert listed == {f"copyjob.spec.{module}" for module in modules}


def test_no_file_names_a_path_of_a_machine() -> None:
    found = {name: hit[0] for name, text in texts().items() if (hit := MACHINE_PATH.search(text))}

    assert found == {}


@pytest.mark.parametrize("folder", [*FOLDERS, *HOMES])
@pytest.mark.parametrize("before", ["see ", "'", "PATH=x:", "("])
def test_a_path_of_a_machine_would_be_seen(folder: str, before: str) -> None:
    assert MACHINE_PATH.search(f"{before}/{folder}/somebody")


@pytest.mark.parametrize("text", ["~/{}/x", "https://example.org/{}/x", "../{}/x", "{{base}}/{}/x"])
def test_a_path_that_begins_elsewhere_is_no_path_of_a_machine(text: str) -> None:
    assert MACHINE_PATH.search(text.format(FOLDERS[0])) is None


def test_no_file_names_the_host_of_a_package_registry() -> None:
    found = {name: hit[0] for name, text in texts().items() if (hit := REGISTRY_HOST.search(text))}

    assert found == {}


def test_no_file_points_an_installer_at_an_index() -> None:
    assert [name for name, text in texts().items() if INDEX_OPTION.search(text)] == []


@pytest.mark.parametrize(
    "host", [f"{HOSTS[0]}.org", f"files.{HOSTS[1]}.org", f"{HOSTS[3]}.example.com", f"my-{HOSTS[4]}2.local"]
)
def test_the_host_of_a_package_registry_would_be_seen(host: str) -> None:
    assert REGISTRY_HOST.search(f"https://{host}/simple")


def test_every_python_file_is_short_enough_to_be_read_in_one_sitting() -> None:
    lengths = {name: len(text.splitlines()) for name, text in python_sources().items()}

    assert {n: lines for n, lines in lengths.items() if lines > LINES_LIMIT} == {}


def test_every_python_module_of_the_rooms_says_on_its_first_line_what_it_is() -> None:
    silent = [
        name for name, text in python_sources().items() if "/copyjob/" in name and ast.get_docstring(tree(text)) is None
    ]

    assert silent == []


def test_the_example_of_the_readme_prints_what_it_says() -> None:
    readme = (ROOT / "spec/README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    said = [line.removeprefix("# ") for line in example.splitlines() if line.startswith("# ")]

    done = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True, check=True)

    assert said
    assert done.stdout.splitlines() == said
