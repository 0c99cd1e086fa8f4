"""What ``copyjob check`` can be asked beside checking: a choice, a baseline, gates; and what lies in its folder."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest

from copyjob.conformance import replay_file, report_data
from copyjob.conformance.catalogue import ALL, Choice, items
from copyjob.conformance.schemas import FOLDER
from copyjob.spec.console import UsageError
from copyjob.spec.vocabulary import Dialect

QUICK = ("--dialect", "BITS", "--walks", "0", "--quiet")
ROW = "resume/SUSPENDED/1"
Ran = subprocess.CompletedProcess[str]
Copyjob = Callable[..., Ran]


@pytest.fixture(scope="module")
def wrong(home: Path, copyjob: Copyjob) -> Ran:
    """Check a wrong backend, once, and write a baseline."""
    return copyjob(home, "check", "mybackend:Wrong", *QUICK, "-o", "out", "--write-baseline", "known.json")


@pytest.fixture(scope="module")
def lines(home: Path, wrong: Ran) -> list[dict[str, Any]]:
    """Return the events of that check."""
    assert wrong.returncode == 1, wrong.stderr
    return [json.loads(line) for line in (home / "out" / "events.ndjson").read_text(encoding="utf-8").splitlines()]


# Events


def test_every_event_fits_the_published_schema(lines: list[dict[str, Any]]) -> None:
    schema = json.loads((FOLDER / "events.schema.json").read_text(encoding="utf-8"))
    validator: Any = jsonschema.Draft202012Validator(schema)
    assert [error.message for line in lines for error in validator.iter_errors(line)] == []


def test_events_begin_with_started_and_end_with_ended(lines: list[dict[str, Any]]) -> None:
    events = [line["event"] for line in lines]
    assert (events[0], events[-1], events.count("ended")) == ("started", "ended", 1)


def test_the_last_event_has_the_exit_code(lines: list[dict[str, Any]], wrong: Ran) -> None:
    assert (lines[-1]["verdict"], lines[-1]["exit_code"]) == ("diverges", wrong.returncode)


def test_a_round_tells_how_much_of_every_measure_was_reached(lines: list[dict[str, Any]]) -> None:
    told = [line["coverage"] for line in lines if line["event"] == "round"][-1]
    assert set(told) == {"rows", "guards", "pairs", "hresults", "clauses"}
    assert all(0 < reached <= of for reached, of in told.values()), told


def test_a_divergence_is_told_while_the_check_goes_on(lines: list[dict[str, Any]]) -> None:
    told = next(number for number, line in enumerate(lines) if line["event"] == "divergence")
    after = [line for line in lines[told:] if line["event"] == "plan"]
    assert (lines[told]["divergence"]["id"], len(after) > 10) == (ROW, True)


def test_a_divergence_is_told_on_standard_error_at_once(wrong: Ran) -> None:
    assert "BITS diverges (MUST) after " in wrong.stderr, wrong.stderr


# Replay files


def test_every_divergence_has_a_replay_file_that_is_one(home: Path, wrong: Ran) -> None:
    report = report_data.read(home / "out" / "report.json")
    found = report.runs[0].divergences
    replays = [replay_file.read(home / "out" / each.replay) for each in found]
    assert [replay.named for replay in replays] == [each.named for each in found]


def test_a_replay_file_shows_the_divergence_again(home: Path, wrong: Ran, copyjob: Copyjob) -> None:
    ran = copyjob(home, "replay", "out/replays/BITS-resume-SUSPENDED-1.json", "--times", "2")
    assert (ran.returncode, f"{ROW}: shown 2 of 2 times" in ran.stdout) == (1, True), ran.stdout


def test_a_replay_on_a_backend_that_was_mended_conforms(home: Path, wrong: Ran, copyjob: Copyjob) -> None:
    ran = copyjob(home, "replay", "out/replays/BITS-resume-SUSPENDED-1.json", "--backend", "mybackend:TinyBackend")
    assert (ran.returncode, f"{ROW}: shown 0 of 3 times" in ran.stdout) == (0, True), ran.stdout


MISTAKES: dict[str, tuple[tuple[str, ...], str]] = {
    "replay not there": (("replay", "absent.json"), "absent.json cannot be read"),
    "replay of no replay": (("replay", "out/report.json"), "is not a replay file"),
    "replay of another table": (("replay", "other.json"), "was made for another table of BITS"),
    "backend is gone": (("replay", "gone.json"), "there is no module 'gone'"),
    "backend unknown": (
        ("replay", "out/replays/BITS-resume-SUSPENDED-1.json", "--backend", "x"),
        "unknown backend 'x'",
    ),
    "no times": (("replay", "gone.json", "--times", "0"), "--times takes 1 or more"),
    "only nothing": (("check", "mybackend:Wrong", "--only", "resume/SUSPENDED/11"), "did you mean resume/SUSPENDED/1?"),
    "skip nothing": (("check", "mybackend:Wrong", "--skip", "zzz"), "--skip zzz matches no check"),
    "nothing is left": (("check", "mybackend:Wrong", "--skip", "*"), "leave nothing to check"),
    "gate": (("check", "mybackend:Wrong", "--require", "must=most"), "--require must=most: give a count"),
    "baseline not there": (("check", "mybackend:Wrong", "--baseline", "absent.json"), "absent.json cannot be read"),
    "baseline of no baseline": (("check", "mybackend:Wrong", "--baseline", "out/report.json"), "is not a baseline"),
}


@pytest.mark.parametrize(("arguments", "told"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_one_line_and_exit_code_2(
    home: Path, wrong: Ran, arguments: tuple[str, ...], told: str, copyjob: Copyjob
) -> None:
    replay = json.loads((home / "out" / "replays" / "BITS-resume-SUSPENDED-1.json").read_text(encoding="utf-8"))
    (home / "gone.json").write_text(json.dumps({**replay, "backend": "gone:Backend"}), encoding="utf-8")
    (home / "other.json").write_text(json.dumps({**replay, "table_digest": "0" * 16}), encoding="utf-8")
    ran = copyjob(home, *arguments)
    assert (ran.returncode, len(ran.stderr.splitlines()), told in ran.stderr) == (2, 1, True), ran.stderr


# Baseline and gates


def test_a_baseline_that_was_written_lets_the_same_check_pass(home: Path, wrong: Ran, copyjob: Copyjob) -> None:
    ran = copyjob(home, "check", "mybackend:Wrong", *QUICK, "--baseline", "known.json")
    assert (ran.returncode, f"BITS KNOWN (MUST): {ROW}" in ran.stdout) == (0, True), ran.stdout


def test_a_baseline_of_what_was_mended_fails_as_stale(home: Path, wrong: Ran, copyjob: Copyjob) -> None:
    ran = copyjob(home, "check", "mybackend:TinyBackend", *QUICK, "--baseline", "known.json", "--require", "must=all")
    told = (f"BITS STALE: {ROW}" in ran.stdout, "BITS requires must all:" in ran.stdout)
    assert (ran.returncode, told) == (1, (True, True)), ran.stdout


# Choice


def test_the_list_names_every_id_that_is_judged(home: Path, copyjob: Copyjob) -> None:
    ran = copyjob(home, "check", "mybackend:Wrong", "--dialect", "DO", "--list")
    assert [line.split()[1] for line in ran.stdout.splitlines()] == [item.id for item in items(Dialect.DO)]


def test_the_list_keeps_to_what_was_chosen(home: Path, copyjob: Copyjob) -> None:
    ran = copyjob(home, "check", "mybackend:Wrong", "--dialect", "BITS", "--list", "--only", "file/*", "--skip", "*ept")
    ids = [line.split()[1] for line in ran.stdout.splitlines()]
    assert ids == [item.id for item in items(Dialect.BITS) if item.id.startswith("file/") and item.id != "file/kept"]


def test_what_was_not_chosen_is_neither_judged_nor_told(home: Path, copyjob: Copyjob) -> None:
    ran = copyjob(home, "check", "mybackend:Wrong", *QUICK, "--skip", "resume/*", "-o", "part")
    report = report_data.read(home / "part" / "report.json")
    ids = [item.id for item in report.runs[0].items]
    assert (ran.returncode, any(name.startswith("resume/") for name in ids), report.selection.skip) == (
        0,
        False,
        ("resume/*",),
    ), ran.stdout


def test_the_exit_code_is_the_one_in_the_report(home: Path, wrong: Ran) -> None:
    assert report_data.read(home / "out" / "report.json").exit_code == wrong.returncode


def test_a_folder_that_turns_unwritable_loses_nothing_of_the_rest(home: Path, copyjob: Copyjob) -> None:
    (home / "blocked" / "report.json").mkdir(parents=True)
    ran = copyjob(home, "check", "mybackend:Wrong", *QUICK, "-o", "blocked")
    assert (ran.returncode, "blocked/report.json cannot be written" in ran.stderr.splitlines()[-1]) == (2, True)
    assert ("BITS: DIVERGES" in ran.stdout, (home / "blocked" / "junit.xml").is_file()) == (True, True)


CHOICES = [
    (ALL, "resume/SUSPENDED/1", True),
    (Choice(only=("resume/*",)), "resume/SUSPENDED/1", True),
    (Choice(only=("resume/*",)), "cancel/QUEUED/1", False),
    (Choice(skip=("*/QUEUED/*",)), "cancel/QUEUED/1", False),
    (Choice(only=("cancel/*",), skip=("*/QUEUED/*",)), "cancel/ERROR/1", True),
    (Choice(only=("file/*", "job/*")), "job/initial", True),
    (Choice(only=("RESUME/*",)), "resume/SUSPENDED/1", False),
]


@pytest.mark.parametrize(("choice", "name", "chosen"), CHOICES)
def test_a_choice_takes_what_only_names_and_skip_does_not(choice: Choice, name: str, chosen: bool) -> None:
    assert (name in choice) is chosen


def test_a_glob_that_matches_in_one_dialect_is_good_for_both() -> None:
    only_bits = Choice(only=("set_minimum_retry_delay/*",))
    assert only_bits.checked(tuple(Dialect)) == only_bits
    with pytest.raises(UsageError, match="matches no check"):
        only_bits.checked((Dialect.DO,))
