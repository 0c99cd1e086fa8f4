"""``copyjob new-adapter``: what is written works as it stands, in every language that is installed here."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from copyjob.conformance.adapter_command import LANGUAGES, PROTOCOL
from copyjob.spec.cli import main
from copyjob.spec.console import shown

Copyjob = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return the folder of a new adapter of a language, built, and its name; skip where the language is missing."""
    name: str = request.param
    language = LANGUAGES[name]
    for needed in (language.needs, *(["curl"] if name == "sh" else [])):
        if shutil.which(needed) is None:
            pytest.skip(f"there is no {needed} here to try the adapter with")
    folder = tmp_path_factory.mktemp(name) / "new"
    assert main(["new-adapter", "--lang", name, str(folder)]) == 0
    if language.build:
        subprocess.run(shlex.split(language.build), cwd=folder, check=True)
    return folder, language.backend


every_language = pytest.mark.parametrize("written", LANGUAGES, indirect=True)


@every_language
def test_a_new_adapter_passes_smoke_as_it_is_written(written: tuple[Path, str], copyjob: Copyjob) -> None:
    ran = copyjob(written[0], "smoke", written[1])
    assert (ran.returncode, "SHOULD" in ran.stdout) == (0, False), ran.stdout + ran.stderr


@every_language
def test_a_new_adapter_is_told_by_info(written: tuple[Path, str], copyjob: Copyjob) -> None:
    ran = copyjob(written[0], "info", written[1])
    assert (ran.returncode, ran.stdout.splitlines()[0]) == (0, written[1])


every_program = pytest.mark.parametrize("written", [name for name in LANGUAGES if name != "python"], indirect=True)


def said(adapter: tuple[Path, str], asked: str) -> str:
    """Return what a program says to one request, after which its input ends."""
    command = shlex.split(adapter[1].removeprefix("program:"))
    return subprocess.run(
        command, cwd=adapter[0], input=asked, capture_output=True, text=True, check=True, timeout=60
    ).stdout


@every_program
def test_a_new_adapter_ends_when_its_input_does(written: tuple[Path, str]) -> None:
    assert '"protocol":1' in said(written, '{"call":"hello","id":0,"protocol":1}\n')


@every_program
def test_a_new_adapter_says_what_it_does_not_know(written: tuple[Path, str]) -> None:
    assert '"unsupported"' in said(written, '{"call":"fly","id":7}\n')


def test_it_tells_what_was_written_and_how_to_go_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["new-adapter", "--lang", "c", str(tmp_path / "new")])
    told = capsys.readouterr().out.splitlines()
    assert told == [
        f"wrote {tmp_path / 'new' / 'adapter.c'}",
        f"next:  cd {tmp_path / 'new'} && cc -O2 -o adapter adapter.c && copyjob smoke program:./adapter",
        f"what it has to answer, and which state is which:  {shown(PROTOCOL)}",
    ]
    assert PROTOCOL.is_file()


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    assert main(["new-adapter", "--lang", "sh", str(tmp_path)]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["adapter.sh"]


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    assert main(["new-adapter", "--lang", "sh", str(tmp_path)]) == 2
    assert "is there already and not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_folder_that_cannot_be_made_is_a_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["new-adapter", "--lang", "sh", str(tmp_path / "file" / "new")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
