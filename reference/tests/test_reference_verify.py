"""What the service writes down of itself, judged by the kit against the table: it conforms, and a doctored one not."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import contextlib
import io
import json
import random
from pathlib import Path
from typing import Any

import pytest

from copyjob.conformance.traces.verify import Judged, Verifier
from copyjob.reference.clock import ManualClock
from copyjob.reference.errors import CopyJobError
from copyjob.reference.trace import Trace
from copyjob.spec.vocabulary import Dialect, JobState, JobType

DIALECTS = pytest.mark.parametrize("dialect", list(Dialect), ids=lambda dialect: dialect.name)
STEPS, JOBS = 60, 4
FINAL = (JobState.ACKNOWLEDGED, JobState.CANCELLED)


def judged(trace: str) -> Judged:
    return Verifier(io.BytesIO(trace.encode()), "trace").run()


def wrong(trace: str) -> list[tuple[int, str]]:
    """Return the lines that are impossible, with what they say."""
    lines = trace.splitlines()
    return [(finding.number, lines[finding.number - 1]) for finding in judged(trace).impossible]


def session(serve: Any, memory: Any, folder: Path, dialect: Dialect, seed: int) -> str:
    """Return the trace of a service that clients use at random, with servers that fail, time that passes, restarts."""
    dice, stream, clock = random.Random(seed), io.StringIO(), ManualClock()

    def started() -> Any:
        return serve(dialect, wire=memory, trace=Trace(stream), clock=clock)

    service, number = started(), 0
    jobs: list[Any] = []
    for _ in range(STEPS):
        with contextlib.suppress(CopyJobError):
            match dice.choice(["new", "add", "add", "call", "call", "call", "run", "run", "time", "again", "set"]):
                case "new" if len(jobs) < JOBS:
                    kinds = list(JobType) if dialect is Dialect.BITS else [JobType.DOWNLOAD]
                    jobs.append(service.create_job("a", dice.choice([JobType.DOWNLOAD, *kinds])))
                case "add" if jobs:
                    number += 1
                    codes = [200, 200, 200, 404, 503, 408]
                    scripts = [memory.script(dice.choice(codes), {"content-length": "3"}, [b"abc"]) for _ in range(3)]
                    url = memory.play(f"http://h/{number}", *scripts)
                    (folder / str(number)).write_bytes(b"what is uploaded")
                    dice.choice(jobs).add_file(dice.choice([url, url, url, "nonsense"]), str(folder / str(number)))
                case "call" if jobs:
                    job = dice.choice(jobs)
                    calls = [job.resume, job.resume, job.resume, job.suspend, job.complete, job.cancel]
                    dice.choices(calls, [4, 4, 4, 4, 2, 1])[0]()
                case "set" if jobs:
                    dice.choice(jobs).set_priority(dice.choice([0, 1, 2, 3, 9]))
                case "run":
                    memory.run()
                case "time":
                    service.advance(dice.choice([1.0, 700.0, 90_000.0, 2_000_000.0]))
                case "again":
                    service.close()
                    service = started()
                    jobs = [service.get_job(job.id) for job in jobs if job.state not in FINAL]
                case _:
                    pass
    return stream.getvalue()


@DIALECTS
@pytest.mark.parametrize("seed", range(12))
def test_the_trace_of_a_busy_service_conforms(
    serve: Any, memory: Any, tmp_path: Path, dialect: Dialect, seed: int
) -> None:
    trace = session(serve, memory, tmp_path, dialect, seed)

    assert wrong(trace) == []
    assert judged(trace).telling


@DIALECTS
def test_a_trace_in_which_one_state_is_another_does_not_conform(
    serve: Any, memory: Any, tmp_path: Path, dialect: Dialect
) -> None:
    lines = session(serve, memory, tmp_path, dialect, 1).splitlines()
    resumed = next(number for number, line in enumerate(lines) if '"resume","hresult":0' in line)
    doctored = [*lines[:resumed], lines[resumed].replace("QUEUED", "SUSPENDED"), *lines[resumed + 1 :]]

    assert judged("\n".join(lines) + "\n").impossible == []
    assert [number for number, _ in wrong("\n".join(doctored) + "\n")] == [resumed + 1]


@DIALECTS
def test_most_states_that_are_doctored_are_found_out(serve: Any, memory: Any, tmp_path: Path, dialect: Dialect) -> None:
    lines = [json.loads(line) for line in session(serve, memory, tmp_path, dialect, 2).splitlines()]
    stated = [number for number, line in enumerate(lines) if line.get("state")]
    found = 0
    for number in stated:
        other = "TRANSFERRED" if lines[number]["state"] != "TRANSFERRED" else "QUEUED"
        doctored = [*lines[:number], {**lines[number], "state": other}, *lines[number + 1 :]]
        found += bool(judged("".join(json.dumps(line) + "\n" for line in doctored)).impossible)

    assert len(stated) > STEPS / 3
    assert found > 0.9 * len(stated)
