"""The trace: one line a call or change of state, in the order in which they happened."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.reference.errors import CopyJobError
from copyjob.reference.trace import Trace

if TYPE_CHECKING:
    from pathlib import Path


def test_a_trace_tells_calls_refusals_and_events_in_order(serve: Any, memory: Any, tmp_path: Path) -> None:
    stream = io.StringIO()
    job = serve(wire=memory, trace=Trace(stream)).create_job("a")
    with pytest.raises(CopyJobError):
        job.resume()
    job.add_file(memory.play("http://h/a", memory.whole(b"abc")), str(tmp_path / "a"))
    job.resume()
    memory.run()
    job.complete()
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]

    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
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
