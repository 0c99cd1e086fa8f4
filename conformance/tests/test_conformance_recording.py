"""What a check writes down of a backend, judged later: one that conforms does, one with a wrong state does not."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest

from copyjob.conformance.events import PlanDone
from copyjob.conformance.observation import (
    Called,
    Causes,
    Counted,
    Lost,
    Observation,
    Occurred,
    Overlapped,
    Quiet,
    Sampled,
    TimedOut,
    side_by_side,
)
from copyjob.conformance.record import Verdict
from copyjob.conformance.schemas import FOLDER
from copyjob.conformance.traces.lines import read
from copyjob.conformance.traces.recording import Recording
from copyjob.conformance.traces.verify import Judged, Verifier
from copyjob.spec.cli import main
from copyjob.spec.console import UsageError
from copyjob.spec.vocabulary import Dialect, InternalEvent, JobState, Operation

NOW = Causes()
POCKET = "copyjob.conformance.pocket:PocketBackend"
MINIATURES = "copyjob.conformance.mutants.miniatures"


def recorded(path: Path, backend: str, *options: str) -> Judged:
    """Check a backend in memory, and judge what was written down of it."""
    main(["check", backend, "--wire", "memory", "--quiet", "--jobs", "1", "--trace", str(path), *options])
    return Verifier(io.BytesIO(path.read_bytes()), "trace").run()


def written(path: Path, *seen: Observation) -> list[dict[str, Any]]:
    """Return the lines that tell what was seen of one job."""
    with Recording(path, Dialect.BITS, "a backend") as recording:
        recording.told(PlanDone(Dialect.BITS, 7, "aim", Verdict.CONFORMS, 1, seen))
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("dialect", ["BITS", "DO"])
@pytest.mark.parametrize("seed", ["1", "2"])
def test_what_is_recorded_of_a_conforming_backend_conforms(tmp_path: Path, seed: str, dialect: str) -> None:
    options = ("--dialect", dialect, "--seed", seed, "--budget", "700steps")
    judged = recorded(tmp_path / "trace", POCKET, *options)

    assert (judged.impossible, judged.telling) == ([], True)
    assert judged.jobs > 20


@pytest.mark.parametrize("name", ["ResumeDoesNothing", "CancelKeepsTheJob", "CompleteKeepsTheJob"])
@pytest.mark.parametrize("seed", ["1", "2"])
def test_what_is_recorded_of_a_backend_that_is_wrong_by_a_state_does_not_conform(
    tmp_path: Path, seed: str, name: str
) -> None:
    options = ("--dialect", "BITS", "--seed", seed, "--budget", "700steps", "--stop-after", "1")
    judged = recorded(tmp_path / "trace", f"{MINIATURES}:{name}", *options)

    assert judged.impossible


def test_every_line_that_is_recorded_is_as_the_published_schema_says(tmp_path: Path) -> None:
    recorded(tmp_path / "trace", POCKET, "--dialect", "BITS", "--budget", "200steps")
    schema = json.loads((FOLDER / "trace.schema.json").read_text(encoding="utf-8"))
    validator: Any = jsonschema.Draft202012Validator(schema)
    lines = [json.loads(line) for line in (tmp_path / "trace").read_text(encoding="utf-8").splitlines()]

    assert [line for line in lines if not validator.is_valid(line)] == []
    assert lines[0]["complete"] == ["calls"]


def test_a_trace_of_both_dialects_is_refused(tmp_path: Path, capsys: Any) -> None:
    assert main(["check", POCKET, "--wire", "memory", "--trace", str(tmp_path / "trace")]) == 2
    assert "--trace writes a trace of one dialect; choose it with --dialect" in capsys.readouterr().err


def test_a_trace_that_cannot_be_written_is_told_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot be written: .*; name another file with --trace"):
        Recording(tmp_path / "none" / "trace", Dialect.BITS, "a backend")


def test_each_observation_has_its_line(tmp_path: Path) -> None:
    seen = (
        Called(Operation.RESUME, -2145386493, NOW),
        Sampled(JobState.SUSPENDED, NOW),
        Counted(2, 1, NOW),
        Quiet(frozenset({JobState.QUEUED}), NOW),
        TimedOut(Operation.CANCEL, NOW),
    )
    start, *lines = written(tmp_path / "trace", *seen)

    assert start["source"] == "copyjob check a backend"
    assert lines == [
        {"seq": 2, "job": "plan 7", "operation": "create_job", "hresult": 0, "type": "DOWNLOAD"},
        {"seq": 3, "job": "plan 7", "operation": "resume", "hresult": 0x80200003},
        {"seq": 4, "job": "plan 7", "state": "SUSPENDED"},
        {"seq": 5, "job": "plan 7", "files_total": 2, "files_done": 1},
        {"seq": 6, "job": "plan 7", "operation": "cancel", "timed_out": True},
    ]


@pytest.mark.parametrize("untold", [Lost(NOW), Overlapped(side_by_side((Operation.CANCEL, 0)), NOW)])
def test_what_no_line_can_tell_leaves_a_gap(tmp_path: Path, untold: Observation) -> None:
    written(tmp_path / "trace", untold, Sampled(JobState.CANCELLED, NOW))
    judged = Verifier(io.BytesIO((tmp_path / "trace").read_bytes()), "trace").run()

    assert (judged.missing, judged.impossible) == (1, [])


def test_a_restart_is_a_start(tmp_path: Path) -> None:
    written(tmp_path / "trace", Occurred(InternalEvent.RESTART, NOW), Sampled(JobState.SUSPENDED, NOW))
    with (tmp_path / "trace").open("rb") as stream:
        lines = [line for _, line in read(stream, "trace")]

    assert [line.seq for line in lines] == [1, 2, 1, 2]
