"""The crash harness keeps its word: it runs over the real service, and it finds services that are wrong."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
BREAKAGES = {
    "suspend_unrecorded": "it may be (CANCELLED, )?SUSPENDED",
    "settings_unrecorded": "which is not its own",
    "rename_before_record": "is available although its job does not say so",
    # Whoever did not hear the answer has no reply either, and cannot put it in its place.
    "answers_unheard": r"is said to be transferred, and the server has|complete of job-\d+ in TRANSFERRED was answered",
    "replies_cut_off": "is said to be transferred without its reply|nor what was replied",
    "reply_names_unrecorded": "a reply is to stand at",
    "sources_deleted": "is not what its owner has written there",
}


def crash(tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(TESTS), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.run(
        [sys.executable, "-m", "crash", *words],
        env={**os.environ, "PYTHONPATH": path, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_service_keeps_every_promise_over_random_kills(tmp_path: Path) -> None:
    done = crash(tmp_path, "--kills", "60", "--workers", "1")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "every promise kept over 60 kills" in done.stdout


def test_a_run_without_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    crash(tmp_path, "--kills", "3", "--workers", "1")

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_a_service_that_is_wrong_is_found_with_its_seed(tmp_path: Path, breakage: str) -> None:
    done = crash(tmp_path, "--kills", "1500", "--seed", "7", "--workers", "1", "--broken", breakage)

    assert done.returncode == 1, done.stdout + done.stderr
    assert re.search(BREAKAGES[breakage], done.stdout)
    assert f"BROKEN={breakage}" in done.stdout
    assert "replay: make crash REPLAY=" in done.stdout


def test_a_replay_of_the_seed_that_was_printed_fails_again(tmp_path: Path) -> None:
    first = crash(tmp_path, "--kills", "600", "--seed", "7", "--workers", "1", "--broken", "settings_unrecorded")
    seed = first.stdout.partition("REPLAY=")[2].split()[0]
    again = crash(tmp_path, "--replay", seed, "--workers", "1", "--broken", "settings_unrecorded")

    assert f"of seed {seed}: " in again.stdout
    assert again.returncode == 1


@pytest.mark.parametrize("words", [("--kills", "0"), ("--kills", "many"), ("--broken", "everything")])
def test_wrong_usage_ends_with_exit_code_2(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert crash(tmp_path, *words).returncode == 2
