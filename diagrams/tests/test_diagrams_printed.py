"""Are PNG and PDF made by the program ``dot`` where it is there, and refused in one line where it is not?"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from copyjob.diagrams.dot import relinked
from copyjob.diagrams.pictures import PICTURES
from copyjob.diagrams.render import printed
from copyjob.spec.cli import main

if TYPE_CHECKING:
    from pathlib import Path

PRINTED = [("png", b"\x89PNG"), ("pdf", b"%PDF")]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a program ``dot`` first on the path that keeps what it was called with, and answers what is no text."""
    folder = tmp_path / "bin"
    folder.mkdir()
    path = folder / "dot"
    path.write_text(
        f"#!/bin/sh\necho \"$@\" > '{folder}/arguments'\ncat > '{folder}/input'\nprintf 'made\\377\\000by dot'\n",
        encoding="utf-8",
    )
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    return folder


@pytest.mark.parametrize("form", ["png", "pdf"])
def test_a_printed_picture_is_what_the_program_answers(form: str, program: Path, tmp_path: Path) -> None:
    assert main(["draw", "-o", str(tmp_path / "set"), "--format", form, "cancel-do"]) == 0
    assert (tmp_path / "set" / f"cancel-do.{form}").read_bytes() == b"made\xff\x00by dot"
    assert (program / "arguments").read_text(encoding="utf-8").split() == [f"-T{form}"]


def test_the_program_is_given_the_dot_text_of_the_set_but_for_its_addresses(program: Path) -> None:
    dot = PICTURES["cancel-do"].dot
    printed(dot, "png", links="../")
    assert (program / "input").read_text(encoding="utf-8") == relinked(dot, None)


def test_a_pdf_has_links_where_they_are_asked_for(program: Path, tmp_path: Path) -> None:
    asked = ["-o", str(tmp_path / "set"), "--format", "pdf", "--links", "../", "cancel-do"]
    assert main(["draw", *asked]) == 0
    assert 'URL="../states/CANCELLED.html"' in (program / "input").read_text(encoding="utf-8")


@pytest.mark.parametrize("form", ["png", "pdf"])
def test_without_the_program_a_printed_picture_is_refused_in_one_line(
    form: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["draw", "-o", str(tmp_path / "set"), "--format", form, "cancel-do"]) == 2
    error = capsys.readouterr().err
    assert f"no program dot on PATH; install Graphviz, or draw svg instead of {form}" in error
    assert error.count("\n") == 1
    assert list((tmp_path / "set").iterdir()) == []


@pytest.mark.parametrize("form", ["png", "pdf"])
def test_a_printed_picture_has_no_stamp_to_check(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draw", "--check", "-o", str(tmp_path), "--format", form, "cancel-do"]) == 2
    assert f"a {form} has no stamp that could be checked" in capsys.readouterr().err


@pytest.mark.skipif(shutil.which("dot") is None, reason="there is no program dot")
@pytest.mark.parametrize(("form", "beginning"), PRINTED)
def test_the_real_program_draws_a_printed_picture(form: str, beginning: bytes, tmp_path: Path) -> None:
    assert main(["draw", "-o", str(tmp_path), "--format", form, "resume-bits"]) == 0
    assert (tmp_path / f"resume-bits.{form}").read_bytes().startswith(beginning)
