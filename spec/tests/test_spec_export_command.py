"""``copyjob export``: what it writes and prints, and the exit code that goes with it.

Law: nothing outside the test's own folder is written.
"""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
from dataclasses import replace
from pathlib import Path

import pytest

from copyjob.spec import cli, export_command, export_json
from copyjob.spec import table as table_module
from copyjob.spec.console import shown
from copyjob.spec.export import FORMATS, chosen
from copyjob.spec.rows import Answer, Level
from copyjob.spec.table import Table
from copyjob.spec.vocabulary import Dialect, Hresult, JobState

SCRIPT = Path(sysconfig.get_path("scripts")) / "copyjob"
ROOM = Path(__file__).resolve().parents[1]
NAMES = sorted(artefact.name for artefact in chosen())


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the whole set once; who changes it takes a copy."""
    folder = tmp_path_factory.mktemp("exported")
    assert cli.main(["export", "-o", str(folder)]) == 0
    return folder


@pytest.fixture
def copied(written: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "copied"
    folder.mkdir()
    for path in written.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a command line that must be refused with exit code 2, and return its one line."""
    assert cli.main(["export", *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    return told.err


def mutate(monkeypatch: pytest.MonkeyPatch, row_id: str, level: Level = Level.SHOULD) -> None:
    """Let the full table of BITS have another level in one row."""
    right = table_module.full_table

    def wrong(dialect: Dialect) -> Table:
        whole = right(dialect)
        if dialect is not Dialect.BITS:
            return whole
        rows = tuple(replace(row, level=level) if row.id == row_id else row for row in whole.rows)
        return replace(whole, rows=rows)

    monkeypatch.setattr(table_module, "full_table", wrong)


# Writing


def test_the_whole_set_is_written(written: Path) -> None:
    assert sorted(path.name for path in written.iterdir()) == NAMES
    assert {"BITS.json", "DO.json", "table.schema.json", "BITS.md", "DO.md", "BITS.mmd", "BITS.pml"} <= set(NAMES)


def test_a_module_of_tla_is_in_the_file_that_bears_its_name(written: Path) -> None:
    modules = list(written.glob("*.tla"))

    assert len(modules) == 2
    for path in modules:
        assert path.read_text(encoding="utf-8").startswith(f"---- MODULE {path.stem} ----")
        assert path.with_suffix(".cfg").is_file()


def test_one_format_of_one_dialect_is_written_alone(tmp_path: Path) -> None:
    assert cli.main(["export", "json", "--dialect", "DO", "-o", str(tmp_path / "new" / "folder")]) == 0

    assert [path.name for path in (tmp_path / "new" / "folder").iterdir()] == ["DO.json"]


def test_standard_output_takes_one_file(written: Path) -> None:
    done = subprocess.run(
        [SCRIPT, "export", "json", "--dialect", "DO", "-o", "-"], capture_output=True, check=False, timeout=60
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == (written / "DO.json").read_bytes()


def test_standard_output_is_the_same_bytes_whatever_the_terminal_can_show(written: Path) -> None:
    done = subprocess.run(
        [SCRIPT, "export", "markdown", "--dialect", "DO", "-o", "-"],
        capture_output=True,
        check=False,
        timeout=60,
        env=os.environ | {"PYTHONIOENCODING": "cp1252"},
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == (written / "DO.md").read_bytes()


def test_every_format_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["export", "--list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [*FORMATS, "requirements"]


# Checking


def test_what_was_just_written_is_up_to_date(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["export", "--check", "-o", str(written)]) == 0
    assert capsys.readouterr().out.startswith(f"{len(NAMES)} files are up to date in ")


def test_every_file_that_differs_by_one_byte_is_stale(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in copied.iterdir():
        path.write_bytes(path.read_bytes() + b"\n")

    assert cli.main(["export", "--check", "-o", str(copied)]) == 1
    assert sorted(capsys.readouterr().out.splitlines()[:-1]) == [f"stale: {name}" for name in NAMES]


def test_a_file_that_is_not_there_is_missing(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (copied / "DO.mmd").unlink()

    assert cli.main(["export", "--check", "-o", str(copied)]) == 1
    assert capsys.readouterr().out.splitlines()[:-1] == ["missing: DO.mmd"]


def test_a_file_that_no_format_makes_is_foreign(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (copied / "BITS.xml").touch()

    assert cli.main(["export", "--check", "-o", str(copied)]) == 1
    assert capsys.readouterr().out.splitlines()[:-1] == ["foreign: BITS.xml"]


def test_checking_one_format_does_not_ask_for_the_others(tmp_path: Path) -> None:
    assert cli.main(["export", "mermaid", "-o", str(tmp_path)]) == 0
    (tmp_path / "mine.txt").touch()

    assert cli.main(["export", "mermaid", "--check", "-o", str(tmp_path)]) == 0


def test_the_check_tells_how_to_write_what_was_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "some where"
    cli.main(["export", "mermaid", "--dialect", "do", "-o", str(folder)])
    (folder / "DO.mmd").write_text("old", encoding="utf-8")
    capsys.readouterr()
    cli.main(["export", "mermaid", "--dialect", "do", "--check", "-o", str(folder)])

    assert capsys.readouterr().out.endswith(f": copyjob export mermaid --dialect DO -o '{folder}'\n")


def test_checking_writes_nothing(copied: Path) -> None:
    (copied / "DO.md").write_text("old", encoding="utf-8")
    before = {path.name: path.read_bytes() for path in copied.iterdir()}
    cli.main(["export", "--check", "-o", str(copied)])

    assert {path.name: path.read_bytes() for path in copied.iterdir()} == before


# The requirement sets


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    folder = tmp_path / "requirements"
    assert cli.main(["export", "requirements", "-o", str(folder)]) == 0
    return folder


def test_the_first_version_is_frozen_without_a_reason(frozen: Path) -> None:
    assert sorted(path.name for path in frozen.iterdir()) == ["BITS.json", "CHANGELOG.md", "DO.json"]
    assert json.loads((frozen / "DO.json").read_text(encoding="utf-8"))["version"] == 1
    assert cli.main(["export", "requirements", "--check", "-o", str(frozen)]) == 0


def test_freezing_again_what_is_frozen_changes_no_byte(frozen: Path) -> None:
    before = {path.name: path.read_bytes() for path in frozen.iterdir()}

    assert cli.main(["export", "requirements", "-o", str(frozen)]) == 0
    assert {path.name: path.read_bytes() for path in frozen.iterdir()} == before


def test_the_check_names_the_row_that_is_not_as_frozen(
    frozen: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mutate(monkeypatch, "resume/ERROR/1")
    capsys.readouterr()

    assert cli.main(["export", "requirements", "--check", "-o", str(frozen)]) == 1
    assert "BITS 1: changed row resume/ERROR/1: level MUST -> SHOULD\n" in capsys.readouterr().out


def test_a_changed_table_is_not_frozen_without_a_reason(
    frozen: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path.name: path.read_bytes() for path in frozen.iterdir()}
    mutate(monkeypatch, "resume/ERROR/1")
    capsys.readouterr()

    assert cli.main(["export", "requirements", "-o", str(frozen)]) == 1
    assert "changed row resume/ERROR/1" in capsys.readouterr().out
    assert {path.name: path.read_bytes() for path in frozen.iterdir()} == before


def test_a_bump_freezes_a_new_version_and_says_why(frozen: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    do = (frozen / "DO.json").read_bytes()
    mutate(monkeypatch, "resume/ERROR/1")

    code = cli.main(
        ["export", "requirements", "--bump", "Softer.\n It was too much.", "--date", "2030-01-02", "-o", str(frozen)]
    )

    changelog = (frozen / "CHANGELOG.md").read_text(encoding="utf-8")
    assert code == 0
    assert "\n## BITS 2 (2030-01-02)\n\nSofter. It was too much.\n" in changelog
    assert "\n- changed row `resume/ERROR/1`: level MUST -> SHOULD\n" in changelog
    assert json.loads((frozen / "BITS.json").read_text(encoding="utf-8"))["version"] == 2
    assert (frozen / "DO.json").read_bytes() == do
    assert cli.main(["export", "requirements", "--check", "-o", str(frozen)]) == 0


@pytest.mark.parametrize("lost", [[], ["BITS.json", "DO.json"], ["CHANGELOG.md", "DO.json"]])
def test_an_export_never_stands_in_the_place_of_a_frozen_set(
    lost: list[str], frozen: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in lost:
        (frozen / name).unlink()
    before = {path.name: path.read_bytes() for path in frozen.iterdir()}
    capsys.readouterr()

    assert "frozen requirement sets; export into another folder" in refused(capsys, "json", "-o", str(frozen))
    assert {path.name: path.read_bytes() for path in frozen.iterdir()} == before


def test_a_changelog_of_something_else_hinders_no_export(tmp_path: Path) -> None:
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n", encoding="utf-8")

    assert cli.main(["export", "json", "-o", str(tmp_path)]) == 0


def test_a_bump_of_nothing_is_refused(frozen: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()

    assert "nothing differs" in refused(capsys, "requirements", "--bump", "again", "-o", str(frozen))


def test_a_version_without_an_entry_is_told(frozen: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (frozen / "CHANGELOG.md").unlink()
    capsys.readouterr()

    assert cli.main(["export", "requirements", "--check", "-o", str(frozen)]) == 1
    assert "missing: an entry '## BITS 1'" in capsys.readouterr().out


def test_a_set_that_is_not_there_is_missing(frozen: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (frozen / "DO.json").unlink()
    capsys.readouterr()

    assert cli.main(["export", "requirements", "--check", "-o", str(frozen)]) == 1
    assert capsys.readouterr().out.startswith("missing: ")


def test_a_set_that_was_only_laid_out_otherwise_is_stale(frozen: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = frozen / "DO.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8"))), encoding="utf-8")
    capsys.readouterr()

    assert cli.main(["export", "requirements", "--check", "-o", str(frozen)]) == 1
    assert "says the same in another form" in capsys.readouterr().out


def test_a_set_that_cannot_be_read_is_told_in_one_line(frozen: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (frozen / "BITS.json").write_text("{}", encoding="utf-8")
    capsys.readouterr()

    assert "BITS.json is no requirement set of BITS" in refused(capsys, "requirements", "--check", "-o", str(frozen))


def test_the_json_tells_the_frozen_version_and_whether_the_table_is_as_it_says(
    frozen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from copyjob.spec import requirements_file

    monkeypatch.setattr(requirements_file, "folder", lambda: frozen)
    assert export_json.requirement_version(Dialect.BITS) == {"version": 1, "unchanged": True}

    right = table_module.full_table(Dialect.BITS)
    wrong = right.with_answers("cancel/QUEUED/1", [Answer(JobState.ERROR, Hresult.S_OK)])

    def mutated(dialect: Dialect) -> Table:
        assert dialect is wrong.dialect
        return wrong

    monkeypatch.setattr(export_json, "full_table", mutated)
    assert export_json.requirement_version(Dialect.BITS) == {"version": 1, "unchanged": False}


# What is committed


def test_what_is_committed_is_what_the_table_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert export_command.committed_folder() == ROOM / "exported"

    code = cli.main(["export", "--check"])
    assert (code, [line for line in capsys.readouterr().out.splitlines() if ":" in line]) == (
        0,
        [f"BITS and DO: as frozen in {shown(ROOM / 'requirements')}"],
    )


# Mistakes


@pytest.mark.parametrize("arguments", [[], ["json"], ["requirements"], ["--check"], ["requirements", "--bump", "x"]])
def test_an_installed_copy_is_never_written_into(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_command, "committed_folder", lambda: None)

    assert "say with -o DIR" in refused(capsys, *arguments)


def test_an_unknown_format_is_told_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert "'mermiad'; did you mean mermaid?" in refused(capsys, "mermiad")


def test_an_unknown_dialect_is_told_in_one_line() -> None:
    done = subprocess.run([SCRIPT, "export", "--dialect", "WIN"], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "'WIN'" in done.stderr


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()

    assert "cannot be made" in refused(capsys, "schema", "-o", str(tmp_path / "file" / "below"))


@pytest.mark.parametrize("asked", ["schema", "requirements"])
def test_a_file_in_the_place_of_the_folder_is_told_with_the_way_out(
    asked: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()

    assert refused(capsys, asked, "-o", str(tmp_path / "file")).endswith("is no folder; give another one with -o\n")


@pytest.mark.parametrize("asked", [[], ["requirements"]])
def test_a_folder_that_is_not_there_cannot_be_checked(
    asked: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "is no folder" in refused(capsys, *asked, "--check", "-o", str(tmp_path / "absent"))


def test_a_name_that_is_too_long_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "File name too long" in refused(capsys, "--check", "-o", str(tmp_path / ("x" * 300)))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "-"], "name it"),
        (["json", "schema", "-o", "-"], "name it"),
        (["json", "-o", "-"], "choose with --dialect"),
        (["tla", "--dialect", "DO", "-o", "-"], "use -o DIR"),
        (["requirements", "-o", "-"], "choose with --dialect"),
        (["json", "--check", "-o", "-"], "nothing to check"),
        (["requirements", "--bump", "x", "-o", "-"], "leave -o - out"),
        (["json", "--bump", "x"], "name them too"),
        (["--bump", " "], "needs the reason"),
        (["--bump", "x", "--check"], "give one of them"),
        (["--date", "2030-01-02"], "give --bump too"),
        (["requirements", "--bump", "x", "--date", "tomorrow"], "2030-12-31"),
        (["requirements", "--bump", "x", "--date", "2030-02-30"], "2030-12-31"),
        (["json", "requirements", "-o", "somewhere"], "alone"),
        (["--bump", "x", "-o", "somewhere"], "name the requirements"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert said in refused(capsys, *arguments)
    assert list(tmp_path.iterdir()) == []
