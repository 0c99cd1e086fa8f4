"""Does ``copyjob draw`` draw reports, and say in one line what is wrong, with nothing written?"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.diagrams.pictures import PICTURES
from copyjob.spec.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

MATRIX = Path(__file__).parents[2] / "conformance" / "matrix"
FAULT = "transient_fault/TRANSFERRING/1"
STUCK = "resume/SUSPENDED/2"


@pytest.fixture
def conforming_file(tmp_path: Path, conforming: dict[str, Any]) -> Path:
    path = tmp_path / "fine.json"
    path.write_text(json.dumps(conforming), encoding="utf-8")
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def draw(*arguments: object) -> int:
    return main(["draw", *map(str, arguments)])


def written(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_report_is_drawn_on_the_life_cycle_of_every_dialect_that_it_has(conforming_file: Path, out: Path) -> None:
    assert draw("--overlay", conforming_file, "--format", "dot", "-o", out) == 0
    assert written(out) == ["lifecycle-bits-fine.dot", "lifecycle-do-fine.dot"]


def test_one_life_cycle_can_be_named(conforming_file: Path, out: Path) -> None:
    assert draw("lifecycle-do", "--overlay", conforming_file, "--format", "dot", "-o", out) == 0
    assert written(out) == ["lifecycle-do-fine.dot"]


def test_an_overlay_is_drawn_in_every_format_of_other_pictures(diverging_file: Path, out: Path) -> None:
    assert draw("lifecycle-bits", "--overlay", diverging_file, "--path", FAULT, "-o", out) == 0
    name = "path-bits-report-transient_fault-TRANSFERRING-1"
    assert written(out) == [f"{name}.dot", f"{name}.mmd", f"{name}.svg"]
    svg = (out / f"{name}.svg").read_text(encoding="utf-8")
    assert svg.startswith("<!-- copyjob draw; source-sha256:")
    assert "4: not permitted" in svg


def test_two_reports_are_drawn_side_by_side(conforming_file: Path, diverging_file: Path, out: Path) -> None:
    files = ("--overlay", conforming_file, "--overlay", diverging_file)
    assert draw("lifecycle-bits", *files, "--format", "dot", "-o", out) == 0
    (name,) = written(out)
    assert name == "lifecycle-bits-fine-report.dot"
    assert "✓✓ connect" in (out / name).read_text(encoding="utf-8")


def test_two_reports_of_one_name_are_two_reports(tmp_path: Path, diverging_file: Path, out: Path) -> None:
    other = tmp_path / "other" / diverging_file.name
    other.parent.mkdir()
    other.write_bytes(diverging_file.read_bytes())
    assert draw("lifecycle-do", "--overlay", other, "--overlay", diverging_file, "--format", "dot", "-o", out) == 0
    assert written(out) == ["lifecycle-do-report-1-report-2.dot"]


def test_committed_reports_are_drawn_though_they_are_of_different_dialects(out: Path) -> None:
    files = ("--overlay", MATRIX / "reference.json", "--overlay", MATRIX / "wine.json")
    assert draw(*files, "--format", "dot", "-o", out) == 0
    assert written(out) == ["lifecycle-bits-reference-wine.dot"]


def test_a_sequence_is_one_svg_file(diverging_file: Path, out: Path) -> None:
    assert draw("--overlay", diverging_file, "--sequence", STUCK, "-o", out) == 0
    assert written(out) == ["sequence-bits-report-resume-SUSPENDED-2.svg"]


def test_an_overlay_speaks_german(diverging_file: Path, out: Path) -> None:
    options = ("--language", "de", "--format", "dot", "-o", out)
    assert draw("lifecycle-bits", "--overlay", diverging_file, "--path", FAULT, *options) == 0
    (name,) = written(out)
    assert "4: nicht erlaubt" in (out / name).read_text(encoding="utf-8")


def test_divergences_of_one_id_are_drawn_one_by_one(tmp_path: Path, diverging: dict[str, Any], out: Path) -> None:
    found = diverging["runs"][0]["divergences"]
    found.append(found[0])
    path = tmp_path / "twice.json"
    path.write_text(json.dumps(diverging), encoding="utf-8")
    assert draw("--overlay", path, "--path", STUCK, "--format", "dot", "-o", out) == 0
    assert written(out) == [f"path-bits-twice-resume-SUSPENDED-2-{number}.dot" for number in (1, 2)]


def test_no_overlay_has_the_name_of_a_picture_of_the_set(diverging_file: Path, out: Path) -> None:
    for more in ((), ("--path", STUCK), ("--overlay", MATRIX / "wine.json")):
        assert draw("lifecycle-bits", "--overlay", diverging_file, *more, "--format", "dot", "-o", out) == 0
    assert {Path(name).stem for name in written(out)} & set(PICTURES) == set()


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str], out: Path) -> Callable[..., str]:
    """Return what a command line is refused with: one line, and nothing is written."""

    def run(*arguments: object) -> str:
        assert draw(*arguments) == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1
        assert error.startswith("copyjob draw: ")
        assert written(out) == []
        return error.removeprefix("copyjob draw: ")

    return run


def test_an_unknown_divergence_is_answered_with_the_nearest(
    refused: Callable[..., str], diverging_file: Path, out: Path
) -> None:
    told = refused("lifecycle-bits", "--overlay", diverging_file, "--path", "resume/SUSPENDED/3", "-o", out)
    assert told.startswith("there is no divergence 'resume/SUSPENDED/3' in ")
    assert "report.json in BITS; did you mean resume/SUSPENDED/2?" in told


def test_a_divergence_that_is_like_none_is_answered_with_all(
    refused: Callable[..., str], diverging_file: Path, out: Path
) -> None:
    assert f"it has {STUCK}, {FAULT}" in refused("--overlay", diverging_file, "--sequence", "x", "-o", out)


def test_a_report_without_divergences_says_so(refused: Callable[..., str], conforming_file: Path, out: Path) -> None:
    told = refused("--overlay", conforming_file, "--path", STUCK, "-o", out)
    assert "fine.json in BITS and DO: nothing was found there" in told


def test_a_reduced_report_has_no_sequence_and_says_what_it_has(refused: Callable[..., str], out: Path) -> None:
    told = refused("--overlay", MATRIX / "wine.json", "--sequence", "enum/get", "-o", out)
    assert "wine.json tells no messages of enum/get: a reduced report tells no messages; draw its --path" in told


def test_a_divergence_without_states_has_no_path(
    refused: Callable[..., str], tmp_path: Path, diverging: dict[str, Any], out: Path
) -> None:
    diverging["runs"][0]["divergences"][0]["path"] = []
    path = tmp_path / "report.json"
    path.write_text(json.dumps(diverging), encoding="utf-8")
    assert "names no state of resume/SUSPENDED/2" in refused("--overlay", path, "--path", STUCK, "-o", out)


def test_more_than_two_reports_are_refused(refused: Callable[..., str], out: Path) -> None:
    files = [part for name in ("reference", "wine", "aria2") for part in ("--overlay", MATRIX / f"{name}.json")]
    assert "no more than 2 reports go side by side, and 3 are given" in refused(*files, "-o", out)


@pytest.mark.parametrize("option", ["--path", "--sequence"])
def test_a_counterexample_is_of_one_report(refused: Callable[..., str], out: Path, option: str) -> None:
    files = ("--overlay", MATRIX / "wine.json", "--overlay", MATRIX / "aria2.json")
    assert f"{option} is of one report" in refused(*files, option, "file/content", "-o", out)


@pytest.mark.parametrize("option", ["--path", "--sequence"])
def test_a_counterexample_needs_a_report(refused: Callable[..., str], out: Path, option: str) -> None:
    assert f"{option} needs the report that tells of it; add --overlay" in refused(option, STUCK, "-o", out)


def test_a_path_and_a_sequence_are_two_pictures(refused: Callable[..., str], diverging_file: Path, out: Path) -> None:
    told = refused("--overlay", diverging_file, "--path", STUCK, "--sequence", STUCK, "-o", out)
    assert "--path and --sequence are two pictures" in told


def test_a_report_goes_on_no_other_picture(refused: Callable[..., str], diverging_file: Path, out: Path) -> None:
    told = refused("resume-bits", "--overlay", diverging_file, "-o", out)
    assert "a report goes on a life cycle, not on resume-bits; take lifecycle-bits or lifecycle-do" in told


def test_a_dialect_that_a_report_has_not_is_refused(refused: Callable[..., str], out: Path) -> None:
    told = refused("lifecycle-do", "--overlay", MATRIX / "wine.json", "-o", out)
    assert "wine.json has no run of DO, but of BITS" in told


def test_reports_without_a_dialect_in_common_are_refused(
    refused: Callable[..., str], tmp_path: Path, conforming: dict[str, Any], out: Path
) -> None:
    path = tmp_path / "do.json"
    path.write_text(json.dumps(conforming | {"runs": conforming["runs"][1:]}), encoding="utf-8")
    told = refused("--overlay", path, "--overlay", MATRIX / "wine.json", "-o", out)
    assert "there is no run to draw" in told
    assert "do.json has DO" in told
    assert "wine.json has BITS" in told


def test_an_overlay_never_goes_into_the_committed_set(refused: Callable[..., str], diverging_file: Path) -> None:
    assert "say with -o DIR where it goes" in refused("--overlay", diverging_file)


@pytest.mark.parametrize("option", ["--check", "--list"])
def test_an_overlay_is_neither_checked_nor_listed(
    refused: Callable[..., str], diverging_file: Path, out: Path, option: str
) -> None:
    assert f"{option} is for the set of pictures" in refused("--overlay", diverging_file, option, "-o", out)


def test_a_sequence_has_one_format(refused: Callable[..., str], diverging_file: Path, out: Path) -> None:
    told = refused("--overlay", diverging_file, "--sequence", STUCK, "--format", "dot", "-o", out)
    assert "a sequence is drawn as SVG only" in told


def test_a_report_of_another_version_is_refused(
    refused: Callable[..., str], tmp_path: Path, diverging: dict[str, Any], out: Path
) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(diverging | {"version": 2}), encoding="utf-8")
    assert "this report has version 2; version 1 is read here" in refused("--overlay", path, "-o", out)


def test_a_report_that_is_not_there_is_refused(refused: Callable[..., str], tmp_path: Path, out: Path) -> None:
    assert "none.json cannot be read" in refused("--overlay", tmp_path / "none.json", "-o", out)


def test_a_folder_that_cannot_be_made_is_named(
    diverging_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("as it was", encoding="utf-8")
    for more in ((), ("--sequence", STUCK)):
        assert draw("--overlay", diverging_file, *more, "-o", tmp_path / "file") == 2
        assert capsys.readouterr().err.count("\n") == 1
    assert (tmp_path / "file").read_text(encoding="utf-8") == "as it was"


def test_help_of_the_command_loads_nothing_heavy() -> None:
    program = (
        "import sys\nfrom copyjob.spec.cli import main\n"
        "try: main(['draw', '--help'])\nexcept SystemExit: pass\n"
        "heavy = {'wasmtime', 'jinja2', 'polib'} & set(sys.modules)\nsys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "--overlay REPORT" in done.stdout
