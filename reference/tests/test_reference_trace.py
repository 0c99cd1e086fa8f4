"""The trace: one line a call or change of state, in the order in which they happened, as its schema says."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportPrivateUsage=false

from __future__ import annotations

import errno
import io
import json
from pathlib import Path
from typing import Any, Final

import jsonschema  # type: ignore[import-untyped]  # what is used of it is wrapped below
import pytest

from copyjob.reference import events, trace
from copyjob.reference.errors import CopyJobError
from copyjob.reference.policies import Limits, User
from copyjob.reference.trace import SCHEMA_PATH, Trace
from copyjob.spec.vocabulary import Dialect, Hresult, JobState, JobType

SCHEMA: Final[dict[str, Any]] = json.loads(SCHEMA_PATH.read_text(encoding="utf-8"))


def wrong(line: object) -> list[str]:
    """Return what the published schema finds wrong in a line."""
    checker: Any = jsonschema.Draft202012Validator
    return [str(error.message) for error in checker(SCHEMA).iter_errors(line)]


def lines_of(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_trace_tells_calls_refusals_and_events_in_order(serve: Any, memory: Any, tmp_path: Path) -> None:
    stream = io.StringIO()
    job = serve(wire=memory, trace=Trace(stream)).create_job("a")
    with pytest.raises(CopyJobError):
        job.resume()
    job.add_file(memory.play("http://h/a", memory.whole(b"abc")), str(tmp_path / "a"))
    job.resume()
    memory.run()
    job.complete()
    _, *lines = [json.loads(line) for line in stream.getvalue().splitlines()]

    assert [line["seq"] for line in lines] == list(range(2, len(lines) + 2))
    assert [(line.get("operation") or line["event"], line["state"]) for line in lines] == [
        ("create_job", "SUSPENDED"),
        ("resume", "SUSPENDED"),
        ("add_file", "SUSPENDED"),
        ("resume", "QUEUED"),
        ("turn", "CONNECTING"),
        ("connect", "TRANSFERRING"),
        ("file_done", "TRANSFERRED"),
        ("complete", "ACKNOWLEDGED"),
    ]


def test_a_refused_call_is_traced_with_its_hresult(serve: Any) -> None:
    stream = io.StringIO()
    job = serve(trace=Trace(stream)).create_job("a")
    with pytest.raises(CopyJobError) as caught:
        job.resume()

    assert json.loads(stream.getvalue().splitlines()[-1])["hresult"] == caught.value.hresult


def test_a_file_refused_for_its_arguments_is_traced(serve: Any, tmp_path: Path) -> None:
    stream = io.StringIO()
    job = serve(trace=Trace(stream)).create_job("a")
    with pytest.raises(CopyJobError):
        job.add_file("nonsense", str(tmp_path / "a"))

    assert json.loads(stream.getvalue().splitlines()[-1])["operation"] == "add_file"


# ---- the published schema ----


@pytest.mark.parametrize("dialect", Dialect)
def test_every_line_of_a_real_run_is_as_the_schema_says(
    serve: Any, origin: Any, tmp_path: Path, dialect: Dialect
) -> None:
    stream = io.StringIO()
    service = serve(dialect, trace=Trace(stream))
    with pytest.raises(CopyJobError):
        service.create_job(None)
    jobs = [service.create_job(name) for name in "abc"]
    urls = [origin.serve("/a", b"abc"), origin.play("/b", lambda c: c.whole(b"", 404))]
    urls.append(origin.play("/c", lambda c: c.whole(b"", 503)))
    for job, url in zip(jobs, urls, strict=True):
        job.add_file(url, str(tmp_path / job.display_name))
        job.resume()
        rests = (JobState.TRANSFERRED, JobState.ERROR, JobState.TRANSIENT_ERROR)
        assert job.wait_for(*rests, timeout_seconds=20)
    for job, call in zip(jobs, ("complete", "cancel", "suspend"), strict=True):
        getattr(job, call)()
    service.close()
    lines = lines_of(stream.getvalue())

    assert {line.get("event") for line in lines} >= {"start", "turn", "fatal_fault", "transient_fault", "file_done"}
    assert [(line, found) for line in lines if (found := wrong(line))] == []


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA["$id"].endswith(f":{trace.VERSION}")


@pytest.mark.parametrize(
    "change",
    [{"url": "http://h/a"}, {"state": "DONE"}, {"hresult": -1}, {"operation": "erase"}, {"job": "7"}, {"seq": 0}],
    ids=lambda change: next(iter(change)),
)
def test_the_schema_refuses_what_a_trace_does_not_say(change: dict[str, object]) -> None:
    stream = io.StringIO()
    Trace(stream).call(0.5, "0f606817-9c77-4c39-bf0a-6242d7b04397", "resume", 0, JobState.QUEUED)
    (line,) = lines_of(stream.getvalue())

    assert wrong(line) == []
    assert wrong(line | change)


def test_the_schema_knows_every_operation_and_every_state() -> None:
    call = SCHEMA["$defs"]["call"]["properties"]

    assert set(events._OPERATION_NAMES.values()) <= set(call["operation"]["enum"])
    assert SCHEMA["$defs"]["state"]["enum"] == [state.name for state in JobState]


# ---- where a trace goes ----


def test_a_trace_begins_with_the_dialect_and_the_version(serve: Any) -> None:
    stream = io.StringIO()
    serve(Dialect.DO, trace=Trace(stream))

    (first,) = lines_of(stream.getvalue())
    assert (first["event"], first["dialect"], first["version"]) == ("start", "DO", 1)
    assert first["complete"] == ["calls", "events"]


@pytest.mark.parametrize("kind", list(JobType))
def test_a_trace_says_which_kind_of_job_was_made(serve: Any, kind: JobType) -> None:
    stream = io.StringIO()
    serve(trace=Trace(stream)).create_job("a", kind)

    assert lines_of(stream.getvalue())[-1]["type"] == kind.name


def test_a_trace_goes_to_the_file_that_is_named_and_is_appended_to(serve: Any, tmp_path: Path) -> None:
    path = tmp_path / "trace.ndjson"
    for _ in range(2):
        service = serve(trace=str(path))
        service.create_job("a")
        service.close()

    assert [line["seq"] for line in lines_of(path.read_text())] == [1, 2, 1, 2]


def test_a_line_is_in_the_file_when_the_call_returns(serve: Any, tmp_path: Path) -> None:
    path = tmp_path / "trace.ndjson"
    job = serve(trace=str(path)).create_job("a")

    assert lines_of(path.read_text())[-1]["job"] == job.id


def test_a_job_that_the_limits_refuse_is_traced_without_a_job(serve: Any) -> None:
    stream = io.StringIO()
    service = serve(trace=Trace(stream), limits=Limits(jobs_per_user=0), user=User("somebody"))
    with pytest.raises(CopyJobError) as caught:
        service.create_job("a")

    line = lines_of(stream.getvalue())[-1]
    assert (line["job"], line["state"], line["hresult"]) == (None, None, caught.value.hresult)


class FullDisk(io.StringIO):
    """A stream on a disk that fills up."""

    def write(self, text: str) -> int:
        if "resume" in text:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(text)


def test_a_trace_that_cannot_be_written_ends_and_the_service_goes_on(serve: Any, memory: Any, tmp_path: Path) -> None:
    stream = FullDisk()
    made = Trace(stream)
    job = serve(wire=memory, trace=made).create_job("a")
    job.add_file(memory.play("http://h/a", memory.whole(b"abc")), str(tmp_path / "a"))
    job.resume()
    memory.run()
    job.complete()

    assert (tmp_path / "a").read_bytes() == b"abc"
    assert made.failure is not None
    assert lines_of(stream.getvalue())[-1]["operation"] == "add_file"


def test_a_trace_whose_stream_was_closed_ends_and_the_service_goes_on(serve: Any) -> None:
    stream = io.StringIO()
    made = Trace(stream)
    job = serve(trace=made).create_job("a")
    stream.close()

    assert (job.cancel(), type(made.failure)) == (Hresult.S_OK, OSError)


def test_a_trace_that_cannot_be_made_leaves_the_store_free(serve: Any, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        serve(trace=str(tmp_path / "nowhere" / "trace.ndjson"))

    assert serve().jobs() == []
