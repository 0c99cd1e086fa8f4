"""Does a folder become a handbook and nothing else: what is foreign stays, what is gone goes?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from copyjob.diagrams.handbook import manifest, site
from copyjob.spec.console import UsageError, write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from tests.handbook.reading import Handbook

ORDER = site.Order(("en", "de"), None)
FIRST = {"index.html": "home\n", "states/ERROR.html": "error\n", "assets/handbook.css": "a{}\n"}


class Inputs:
    """What a handbook is made of, as a test sets it."""

    def __init__(self) -> None:
        self.files = dict(FIRST)
        self.digest = "1"
        self.made = 0

    def make(self, order: site.Order) -> dict[str, str]:
        assert order == ORDER
        self.made += 1
        return dict(self.files)

    def told(self, order: site.Order) -> str:
        assert order == ORDER
        return self.digest

    def change(self, **files: str | None) -> None:
        """Let the next run make other files, the names with ``_`` for dots; None: no longer one."""
        self.digest += "1"
        for name, text in files.items():
            path = name.replace("__", "/").replace("_", ".")
            if text is None:
                del self.files[path]
            else:
                self.files[path] = text


@pytest.fixture
def inputs(monkeypatch: pytest.MonkeyPatch) -> Inputs:
    made = Inputs()
    monkeypatch.setattr(site, "files", made.make)
    monkeypatch.setattr(site, "inputs_digest", made.told)
    return made


def _held(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file() and path.name != manifest.NAME
    }


def test_a_new_folder_holds_every_file(tmp_path: Path, inputs: Inputs) -> None:
    changed = site.update(tmp_path / "site", ORDER)
    assert _held(tmp_path / "site") == inputs.files
    assert set(changed.written) == set(FIRST)


def test_an_empty_folder_is_taken(tmp_path: Path, inputs: Inputs) -> None:
    site.update(tmp_path, ORDER)
    assert _held(tmp_path) == inputs.files


def test_a_second_run_makes_nothing(tmp_path: Path, inputs: Inputs) -> None:
    site.update(tmp_path, ORDER)
    assert site.update(tmp_path, ORDER) == site.Changed(len(FIRST))
    assert inputs.made == 1


def test_a_run_writes_only_what_differs(tmp_path: Path, inputs: Inputs) -> None:
    site.update(tmp_path, ORDER)
    before = (tmp_path / "states/ERROR.html").stat().st_mtime_ns
    inputs.change(index_html="another home\n")
    assert site.update(tmp_path, ORDER).written == ("index.html",)
    assert (tmp_path / "states/ERROR.html").stat().st_mtime_ns == before
    assert _held(tmp_path) == inputs.files


def test_a_file_that_was_changed_by_hand_is_written_anew(tmp_path: Path, inputs: Inputs) -> None:
    site.update(tmp_path, ORDER)
    (tmp_path / "index.html").write_text("mine", encoding="utf-8")
    assert site.update(tmp_path, ORDER).written == ("index.html",)
    assert _held(tmp_path) == inputs.files


def test_a_file_that_is_no_longer_part_goes_with_its_folder(tmp_path: Path, inputs: Inputs) -> None:
    site.update(tmp_path, ORDER)
    inputs.change(states__ERROR_html=None)
    assert site.update(tmp_path, ORDER).removed == ("states/ERROR.html",)
    assert not (tmp_path / "states").exists()


def test_a_file_that_is_no_longer_part_stays_where_it_was_changed(tmp_path: Path, inputs: Inputs) -> None:
    site.update(tmp_path, ORDER)
    (tmp_path / "states/ERROR.html").write_text("mine", encoding="utf-8")
    inputs.change(states__ERROR_html=None)
    changed = site.update(tmp_path, ORDER)
    assert (changed.removed, changed.left) == ((), ("states/ERROR.html",))
    assert (tmp_path / "states/ERROR.html").read_text(encoding="utf-8") == "mine"


def test_a_foreign_file_beside_is_left_alone(tmp_path: Path, inputs: Inputs) -> None:
    site.update(tmp_path, ORDER)
    (tmp_path / "states" / "notes.txt").write_text("mine", encoding="utf-8")
    inputs.change(states__ERROR_html=None)
    site.update(tmp_path, ORDER)
    assert (tmp_path / "states" / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_a_foreign_file_in_the_place_of_a_page_stops_the_run(tmp_path: Path, inputs: Inputs) -> None:
    site.update(tmp_path, ORDER)
    (tmp_path / "new.html").write_text("mine", encoding="utf-8")
    inputs.change(new_html="ours\n", index_html="another home\n")
    with pytest.raises(UsageError, match=r"new\.html is no file of a handbook; move it"):
        site.update(tmp_path, ORDER)
    assert (tmp_path / "new.html").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "index.html").read_text(encoding="utf-8") == "home\n"


@pytest.mark.usefixtures("inputs")
def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="is not empty and is no handbook; give another folder with -o"):
        site.update(tmp_path, ORDER)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.usefixtures("inputs")
def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="give another one with -o"):
        site.update(tmp_path / "site", ORDER)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "is damaged"),
        ("[]", "is damaged"),
        ('{"format": "copyjob-handbook/9"}', "is of another version of copyjob"),
        ('{"format": "copyjob-handbook/1", "inputs": "", "files": {"../thesis.txt": ""}}', "is damaged"),
        ('{"format": "copyjob-handbook/1", "inputs": "", "files": {"/etc/hosts": ""}}', "is damaged"),
        ('{"format": "copyjob-handbook/1", "inputs": "", "files": {"a\\\\b": ""}}', "is damaged"),
        ('{"format": "copyjob-handbook/1", "inputs": "", "files": ["index.html"]}', "is damaged"),
        ('{"format": "copyjob-handbook/1", "inputs": "", "files": {"a\\u0000": ""}}', "is damaged"),
        ('{"format": "copyjob-handbook/1", "inputs": "", "files": {"a\\ud800": ""}}', "is damaged"),
    ],
)
@pytest.mark.usefixtures("inputs")
def test_a_manifest_that_cannot_be_trusted_stops_the_run(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / manifest.NAME).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=told):
        site.update(tmp_path, ORDER)
    assert [path.name for path in tmp_path.iterdir()] == [manifest.NAME]


def test_a_run_that_was_cut_short_is_taken_up(tmp_path: Path, inputs: Inputs, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = write_whole

    def fails(path: Path, text: str) -> None:
        if path.name == "ERROR.html":
            raise OSError(28, "No space left on device", str(path))
        whole(path, text)

    monkeypatch.setattr("copyjob.diagrams.handbook.site.write_whole", fails)
    with pytest.raises(UsageError, match=r"ERROR\.html cannot be written: No space left on device; make room"):
        site.update(tmp_path, ORDER)
    monkeypatch.setattr("copyjob.diagrams.handbook.site.write_whole", whole)
    site.update(tmp_path, ORDER)
    assert _held(tmp_path) == inputs.files


def test_a_run_that_was_cut_short_takes_back_what_is_no_longer_part(
    tmp_path: Path, inputs: Inputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.update(tmp_path, ORDER)
    whole = write_whole

    def fails(path: Path, text: str) -> None:
        whole(path, text)
        if path.name == "new.html":
            raise OSError(28, "No space left on device", str(path))

    inputs.change(new_html="ours\n")
    monkeypatch.setattr("copyjob.diagrams.handbook.site.write_whole", fails)
    with pytest.raises(UsageError):
        site.update(tmp_path, ORDER)
    monkeypatch.setattr("copyjob.diagrams.handbook.site.write_whole", whole)
    inputs.change(new_html=None)
    assert site.update(tmp_path, ORDER).removed == ("new.html",)


def test_a_mistake_while_making_leaves_the_folder_as_it_was(
    tmp_path: Path, inputs: Inputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: site.Order) -> dict[str, str]:
        raise UsageError("a report is damaged")

    monkeypatch.setattr(site, "files", fails)
    with pytest.raises(UsageError, match="a report is damaged"):
        site.update(tmp_path / "site", ORDER)
    assert not (tmp_path / "site").exists()
    assert inputs.made == 0


def test_a_check_names_what_is_missing_changed_older_and_gone(tmp_path: Path, inputs: Inputs) -> None:
    inputs.files["gone.html"] = "gone\n"
    site.update(tmp_path, ORDER)
    (tmp_path / "states/ERROR.html").unlink()
    (tmp_path / "assets/handbook.css").write_text("mine", encoding="utf-8")
    inputs.change(index_html="another home\n", gone_html=None)
    before = _held(tmp_path)
    assert site.stale(tmp_path, ORDER) == [
        ("index.html", "is of something older"),
        ("states/ERROR.html", "is missing"),
        ("assets/handbook.css", "was changed after it was written"),
        ("gone.html", "is no longer part of the handbook"),
    ]
    assert _held(tmp_path) == before


def test_a_check_of_what_is_up_to_date_makes_nothing(tmp_path: Path, inputs: Inputs) -> None:
    site.update(tmp_path, ORDER)
    assert site.stale(tmp_path, ORDER) == []
    assert inputs.made == 1


@pytest.mark.usefixtures("inputs")
def test_a_check_of_an_empty_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no handbook; write it first"):
        site.stale(tmp_path, ORDER)


def test_the_manifest_names_every_file_with_its_digest(tmp_path: Path, inputs: Inputs) -> None:
    site.update(tmp_path, ORDER)
    told = json.loads((tmp_path / manifest.NAME).read_text(encoding="utf-8"))
    assert told["files"] == {path: manifest.digest(text.encode()) for path, text in inputs.files.items()}


def test_equal_inputs_give_equal_bytes_in_every_process(handbook: Handbook) -> None:
    program = (
        "import json, sys; from copyjob.diagrams.handbook import manifest, site; "
        "found = site.files(site.chosen(None, None)); "
        "json.dump({path: manifest.digest(text.encode()) for path, text in found.items()}, sys.stdout)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONHASHSEED": "12345"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == {path: manifest.digest(text.encode()) for path, text in handbook.files.items()}


def test_another_report_is_another_input(tmp_path: Path) -> None:
    before = site.inputs_digest(site.Order(("en",), tmp_path))
    (tmp_path / "mine.json").write_text("{}", encoding="utf-8")
    assert site.inputs_digest(site.Order(("en",), tmp_path)) != before


def test_other_languages_are_other_inputs() -> None:
    assert site.inputs_digest(site.Order(("en",), None)) != site.inputs_digest(site.Order(("de",), None))


def test_languages_stand_in_their_order_whichever_is_asked_first() -> None:
    assert site.chosen(["de", "en", "de"], None).languages == ("en", "de")
