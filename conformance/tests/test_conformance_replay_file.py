"""Replay files: what was found survives the disk, and what could not be carried out as it was meant is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from copyjob.conformance import plan as p
from copyjob.conformance import replay_file
from copyjob.spec.console import UsageError
from copyjob.spec.vocabulary import Dialect

PLAN = p.Plan(
    (
        p.Gate("refuse"),
        p.Serve(0, "hold_body"),
        p.AddFile(0, existing=True),
        p.Call("resume"),
        p.Call("set_priority", 1),
        p.Race((("suspend", "resume"), ("cancel",))),
        p.Settle(),
        p.Linger(),
        p.Advance(60),
        p.Restart(),
        p.Block(),
        p.Unblock(),
    ),
    "suspend/TRANSFERRING/1",
)


def text(**changes: Any) -> str:
    data = json.loads(replay_file.document(p.Plan((p.Settle(),)), "m:C", Dialect.BITS))
    return json.dumps({**data, **changes})


@pytest.mark.parametrize("dialect", Dialect)
def test_a_plan_of_every_kind_of_step_survives_a_replay_file(tmp_path: Path, dialect: Dialect) -> None:
    path = tmp_path / "plan.json"
    path.write_text(replay_file.document(PLAN, "m:C", dialect, ("cancel/CANCELLED/1", "file/kept")), encoding="utf-8")
    found = replay_file.read(path)
    assert (found.plan, found.backend, found.dialect) == (PLAN, "m:C", dialect.value)
    assert found.named == ("cancel/CANCELLED/1", "file/kept")


WRONG: list[tuple[str, str]] = [
    ("", "is no JSON"),
    ("[]", "is not a replay file"),
    ('{"format": "copyjob-report"}', "is not a replay file"),
    (text(version=3), "has version 3; this kit reads 1 and 2"),
    (text(dialect="WINE"), "is damaged: Invalid enum value 'WINE' - at `$.dialect`"),
    (text(steps={}), "is damaged: Expected `array`"),
    (text(steps=[{"step": "Wait"}]), "is no step"),
    (text(steps=[{"step": "AddFile", "file": 0}] * 2), "file 0 was added before"),
    (text(steps=[{"step": "Serve", "file": 0, "script": "hold_bodi"}]), "did you mean hold_body?"),
    (text(named=["cancel/CANCELLED/9"]), "there is no row or check 'cancel/CANCELLED/9' in BITS; did you mean"),
    (text(table_digest=None), "is damaged: Expected `str`, got `null` - at `$.table_digest`"),
    (text(table_digest="0123456789abcdef"), "was made for another table of BITS (0123456789abcdef, here it is"),
]


@pytest.mark.parametrize(("content", "told"), WRONG, ids=[told for _, told in WRONG])
def test_a_replay_file_that_cannot_be_carried_out_is_told_in_one_line(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "plan.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        replay_file.read(path)
    message = caught.value.usage_message
    assert (told in message, str(path) in message, "\n" in message) == (True, True, False), message


def test_a_replay_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"absent\.json cannot be read"):
        replay_file.read(tmp_path / "absent.json")


def test_a_replay_of_another_table_names_the_version_that_can_run_it(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(text(table_digest="0" * 16, copyjob="9.9.9"), encoding="utf-8")
    with pytest.raises(UsageError, match=r"replay it with copyjob 9\.9\.9"):
        replay_file.read(path)


def test_a_replay_file_of_version_1_is_read_without_a_digest_and_with_one_call_a_caller(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    data = json.loads(text(version=1, steps=[{"step": "Race", "operations": ["resume", "cancel"]}]))
    del data["table_digest"]
    path.write_text(json.dumps(data), encoding="utf-8")
    assert replay_file.read(path).plan.steps == (p.Race((("resume",), ("cancel",))),)
