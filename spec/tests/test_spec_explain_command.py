"""``copyjob explain`` as its users meet it: exit codes, one line for a mistake, three formats.

Law: what a terminal shows in colour is, piped, the same text without.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from copyjob.spec import cli
from copyjob.spec.explain_json import FORMAT, VERSION

SCRIPT = Path(sysconfig.get_path("scripts")) / "copyjob"


class Terminal(io.StringIO):
    """Standard output that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def run(*words: str, screen: io.StringIO | None = None) -> tuple[int, str, str]:
    """Run `copyjob explain` here; return its exit code and what it printed to both streams."""
    out, err = screen or io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cli.main(["explain", *words])
    return code, out.getvalue(), err.getvalue()


def data(*words: str) -> dict[str, Any]:
    code, out, _ = run(*words, "--format", "json")
    assert code == 0
    found: dict[str, Any] = json.loads(out)
    return found


def test_the_installed_command_explains() -> None:
    done = subprocess.run([SCRIPT, "explain", "resume", "TRANSFERRED"], capture_output=True, text=True, check=True)

    assert done.stdout.startswith("Resume in TRANSFERRED\n")
    assert done.stderr == ""


def test_the_installed_command_takes_a_negative_number() -> None:
    words = ["-2145386494", "--state", "CANCELLED"]
    done = subprocess.run([SCRIPT, "explain", *words], capture_output=True, text=True, check=True)

    assert done.stdout.startswith("BG_E_INVALID_STATE in CANCELLED\n")


@pytest.mark.parametrize(
    "words",
    [
        ("resme",),
        (),
        ("resume", "--state", "12"),
        ("ERROR", "SUSPENDED"),
        ("DO_E_EMPTY", "--dialect", "BITS"),
        ("0x8020",),
        ("-17",),
        ("get_state", "--scope", "core"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(words: tuple[str, ...]) -> None:
    code, out, err = run(*words)

    assert code == 2
    assert out == ""
    assert err.startswith("copyjob explain: ")
    assert err.count("\n") == 1


def test_an_unknown_option_is_a_mistake() -> None:
    with pytest.raises(SystemExit) as left:
        run("resume", "--stat")
    assert left.value.code == 2


def test_words_are_taken_before_and_behind_options() -> None:
    assert run("resume", "--dialect", "BITS", "TRANSFERRED") == run("resume", "TRANSFERRED", "--dialect", "BITS")


def test_one_dialect_tells_nothing_of_the_rows_of_the_other() -> None:
    rules = [
        rule
        for topic in data("resume", "--dialect", "do")["topics"]
        for part in topic["parts"]
        for rule in part["rules"]
    ]

    assert rules
    assert {dialect for rule in rules for dialect in rule["dialects"]} == {"DO"}


def test_piped_text_has_no_control_characters() -> None:
    _, out, _ = run("--state", "ERROR")

    assert re.search(r"[\x00-\x09\x0b-\x1f\x7f]", out) is None


def test_a_terminal_shows_the_same_words_in_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    _, plain, _ = run("resume", "TRANSFERRED")
    _, shown, _ = run("resume", "TRANSFERRED", screen=Terminal())

    assert "\x1b[" in shown
    assert re.sub(r"\x1b\[[0-9;]*m", "", shown) == plain


def test_json_says_what_it_is() -> None:
    found = data("resume", "TRANSFERRED")

    assert (found["format"], found["version"]) == (FORMAT, VERSION)
    assert found["question"]["operations"] == ["resume"]
    assert found["question"]["state"] == "TRANSFERRED"


def test_json_has_the_documented_shape() -> None:
    found = data("0x80200002", "--state", "CANCELLED")
    (topic,) = found["topics"]
    part = next(part for part in topic["parts"] if part["part"] == "rules")
    rule = part["rules"][0]
    side = rule["dialects"]["BITS"]

    assert list(found) == ["format", "version", "question", "topics", "sources"]
    assert list(topic) == ["kind", "name", "title", "parts"]
    assert list(part) == ["part", "title", "statements", "rules", "table"]
    assert list(rule) == ["labels", "states", "same", "dialects"]
    assert list(side) == ["rows", "when", "level", "basis", "answers", "tolerated", "cites"]
    assert side["answers"][0] == {
        "hresult": {"name": "BG_E_INVALID_STATE", "value": 0x80200002, "spellings": ["BG_E_INVALID_STATE"]},
        "state": None,
        "refused": True,
        "effects": None,
    }
    assert list(found["sources"][0]) == ["key", "basis", "dialects", "text", "untested", "pages"]


def test_json_tells_documented_from_decided() -> None:
    bases = {source["key"]: source["basis"] for source in data("decision/2", "resume/empty")["sources"]}

    assert bases["resume/empty"] == "documented"
    assert {basis for key, basis in bases.items() if key.startswith("decision/")} == {"decided"}
    assert {basis for key, basis in bases.items() if not key.startswith("decision/")} == {"documented"}


@pytest.mark.parametrize("words", [("resume",), ("--state", "ERROR"), ("0x80200002",), ("resume/empty",)])
def test_every_link_inside_the_markdown_leads_somewhere(words: tuple[str, ...]) -> None:
    _, out, _ = run(*words, "--format", "markdown")

    linked = set(re.findall(r"\]\(#([\w-]+)\)", out))
    assert linked
    assert linked <= set(re.findall(r'<a id="([\w-]+)"></a>', out))


@pytest.mark.parametrize("words", [("resume",), ("--state", "ERROR"), ("0x80200002",), ("resume/suspended",)])
def test_every_table_of_the_markdown_has_as_many_cells_in_each_line(words: tuple[str, ...]) -> None:
    _, out, _ = run(*words, "--format", "markdown")
    tables = [block for block in out.split("\n\n") if block.startswith("|")]

    assert tables
    for table in tables:
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1


def test_markdown_marks_what_is_decided() -> None:
    _, out, _ = run("suspend", "ERROR", "--format", "markdown")

    assert "[decision/2](#clause-decision-2) *(decided)*" in out
    assert "**decision/2** (decided)" in out


@pytest.mark.parametrize("style", ["text", "markdown", "json"])
def test_the_same_question_has_the_same_answer(style: str) -> None:
    assert run("resume", "ERROR", "--format", style) == run("ERROR", "resume", "--format", style)
