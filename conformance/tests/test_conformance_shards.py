"""Shards: that all of them together are one check, and what merging refuses. On the kit's wire, as whole commands."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

from copyjob.conformance import part_file
from copyjob.conformance.interrupt import INTERRUPTED
from copyjob.conformance.merge import report_of, whole
from copyjob.conformance.outcome import exit_code
from copyjob.conformance.part_file import PartFile
from copyjob.conformance.report_data import Report
from copyjob.spec.console import UsageError

Copyjob = Callable[..., subprocess.CompletedProcess[str]]
Ran = subprocess.CompletedProcess[str]
BACKEND = "copyjob.conformance.mutants.miniatures:ResumePretends"
"""It diverges in more than one way, and its jobs may be late."""
SHARDS = 8
PATIENCE_SECONDS = 600
CAMPAIGN = ("check", BACKEND, "--wire", "memory", "--budget", "800steps", "--seed", "3", "--dialect", "BITS", "--quiet")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, copyjob: Copyjob) -> Path:
    """Return a folder with the reports of one process, and of eight shards merged."""
    folder = tmp_path_factory.mktemp("campaign")
    (folder / "known.json").write_text(
        '{"format": "copyjob-baseline", "version": 1, "entries": ['
        '{"id": "resume/SUSPENDED/2", "dialect": "BITS", "reason": "it pretends"}]}'
    )

    def run(*more: str) -> None:
        copyjob(folder, *CAMPAIGN, "--baseline", "known.json", *more, timeout_seconds=PATIENCE_SECONDS)

    run("-j", "1", "-o", "one", "--require", "must=1")
    for number in range(1, SHARDS + 1):
        run("--shard", f"{number}/{SHARDS}", "-o", f"s{number}")
    return folder


@pytest.fixture(scope="module")
def merged(folder: Path, copyjob: Copyjob) -> Ran:
    parts = [f"s{number}/part.json" for number in range(SHARDS, 0, -1)]
    ending = ("-o", "merged", "--require", "must=1", "--baseline", "known.json", "--quiet")
    return copyjob(folder, "merge", *parts, *ending)


def report(folder: Path, name: str) -> Any:
    return json.loads((folder / name / "report.json").read_text())


@pytest.fixture
def parts(folder: Path) -> list[tuple[Path, PartFile]]:
    paths = [folder / f"s{number}" / "part.json" for number in range(1, SHARDS + 1)]
    return [(path, part_file.read(path)) for path in paths]


def test_eight_shards_and_one_process_make_the_same_report(folder: Path, merged: Ran, by_hand: ModuleType) -> None:
    assert by_hand.told_in(folder / "merged") == by_hand.told_in(folder / "one")


def test_merging_ends_as_the_check_of_one_process_does(folder: Path, merged: Ran) -> None:
    assert merged.returncode == report(folder, "one")["exit_code"] == 4


def test_merging_writes_what_a_check_writes(folder: Path, merged: Ran) -> None:
    names = [{path.name for path in (folder / name).iterdir()} for name in ("merged", "one")]
    assert names[0] == names[1] >= {"report.json", "report.html", "junit.xml", "summary.md", "badge.json", "replays"}


def test_the_baseline_and_the_gates_are_held_against_all_shards_together(folder: Path, merged: Ran) -> None:
    told = report(folder, "merged")
    assert told["baseline"][0]["became"] == "seen"
    assert [gate["met"] for gate in told["gates"]] == [True]


def test_a_shard_writes_a_part_and_judges_nothing(folder: Path, merged: Ran) -> None:
    assert {path.name for path in (folder / "s1").iterdir()} == {"part.json", "events.ndjson", "replays"}


def test_a_divergence_that_merging_tells_can_be_replayed(folder: Path, merged: Ran, copyjob: Copyjob) -> None:
    found = report(folder, "merged")["runs"][0]["divergences"][0]
    assert copyjob(folder, "replay", f"merged/{found['replay']}").returncode == 1


# What is refused


def refused(parts: list[tuple[Path, PartFile]]) -> str:
    with pytest.raises(UsageError) as caught:
        whole(parts)
    return caught.value.usage_message


def changed(part: PartFile, **other: Any) -> PartFile:
    return msgspec.structs.replace(part, **other)


def test_a_shard_that_is_missing_is_named(parts: list[tuple[Path, PartFile]]) -> None:
    assert "shard 2/8, 5/8 are missing" in refused([each for each in parts if each[1].shard not in (2, 5)])


def test_a_shard_that_is_given_twice_is_named_with_both_files(parts: list[tuple[Path, PartFile]]) -> None:
    told = refused([*parts, (Path("again.json"), parts[3][1])])
    assert "again.json" in told
    assert "both shard 4/8" in told


@pytest.mark.parametrize(
    ("what", "other"),
    [("seed", 4), ("steps", 801), ("wire", "http"), ("shards", 9), ("stop_after", 3), ("dialects", ("DO",))],
)
def test_a_part_of_another_campaign_is_refused(parts: list[tuple[Path, PartFile]], what: str, other: Any) -> None:
    path, last = parts[-1]
    told = refused([*parts[:-1], (path, changed(last, **{what: other}))])
    assert f"{path} is of another campaign" in told


def test_a_part_of_another_backend_is_refused(parts: list[tuple[Path, PartFile]]) -> None:
    path, last = parts[-1]
    other = msgspec.structs.replace(last.backend, name="another")
    assert "its backend is another" in refused([*parts[:-1], (path, changed(last, backend=other))])


def test_parts_of_another_kit_are_refused(parts: list[tuple[Path, PartFile]]) -> None:
    assert "was written by copyjob 0.0.9" in refused([(path, changed(part, copyjob="0.0.9")) for path, part in parts])


def test_parts_that_were_judged_by_another_table_are_refused(parts: list[tuple[Path, PartFile]]) -> None:
    def other(part: PartFile) -> PartFile:
        runs = tuple(msgspec.structs.replace(run, table_digest="0" * 16) for run in part.runs)
        return changed(part, runs=runs)

    assert "another table of BITS" in refused([(path, other(part)) for path, part in parts])


def test_a_part_that_is_none_is_one_line_and_exit_code_2(folder: Path, merged: Ran, copyjob: Copyjob) -> None:
    done = copyjob(folder, "merge", "merged/report.json")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "is not a part of a campaign" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "way_out"),
    [
        (("--shard", "1/8", "-o", "x"), "--budget 20000steps"),
        (("--shard", "1/8", "--budget", "60s", "-o", "x"), "--budget 20000steps"),
        (("--shard", "1/8", "--budget", "9steps"), "-o"),
        (("--shard", "1/8", "--budget", "9steps", "-o", "x", "--require", "must=all"), "copyjob merge"),
        (("--shard", "9/8", "--budget", "9steps", "-o", "x"), "1/8 to 8/8"),
    ],
)
def test_a_campaign_that_cannot_be_divided_so_is_one_line_and_exit_code_2(
    tmp_path: Path, copyjob: Copyjob, arguments: tuple[str, ...], way_out: str
) -> None:
    done = copyjob(tmp_path, "check", BACKEND, "--wire", "memory", *arguments)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert way_out in done.stderr


# What ended early


def test_where_a_shard_was_interrupted_the_whole_is(parts: list[tuple[Path, PartFile]]) -> None:
    path, last = parts[-1]
    runs = tuple(msgspec.structs.replace(run, stopped=INTERRUPTED) for run in last.runs)
    found = report_of(whole([*parts[:-1], (path, changed(last, runs=runs))]))
    assert (found.interrupted, exit_code(found)) == (True, 130)


def test_a_dialect_that_no_shard_began_is_named(parts: list[tuple[Path, PartFile]]) -> None:
    found: Report = report_of(whole([(path, changed(part, dialects=("BITS", "DO"))) for path, part in parts]))
    assert found.not_begun == ("DO",)


def test_what_stopped_a_shard_early_is_told_with_its_number(parts: list[tuple[Path, PartFile]]) -> None:
    path, first = parts[0]
    runs = tuple(msgspec.structs.replace(run, stopped="stopped after 3 errors") for run in first.runs)
    (run,) = report_of(whole([(path, changed(first, runs=runs)), *parts[1:]])).runs
    assert run.stopped == "shard 1/8 stopped after 3 errors"
