"""The rules for clients, held against real traces: a good client and bad ones use the service, and the kit judges."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import importlib.util
import io
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest

from copyjob.conformance.traces.clients import audit
from copyjob.conformance.traces.finding import Finding
from copyjob.conformance.traces.lines import read
from copyjob.reference.clock import ManualClock
from copyjob.reference.service import Service
from copyjob.reference.trace import Trace
from copyjob.reference.wire import WireFault
from copyjob.spec.vocabulary import Dialect, JobState

URL, OTHER, MIRROR = "http://h/a", "http://h/b", "http://mirror/a"
PATH = Path(__file__).with_name("sample_clients.py")
STEP_SECONDS, STEPS = 86_400.0, 120
"""Longer than any timer: a job that is not over by then has expired."""


def _clients() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sample_clients", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


C = _clients()


def judged(trace: bytes) -> list[Finding]:
    """Return what is found in a trace of the service."""
    return audit(read(io.BytesIO(trace), "trace"))


def ids(findings: Sequence[Finding]) -> list[str]:
    """Return which rules were broken."""
    return [each.rule.id for each in findings]


@pytest.fixture
def traced(tmp_path: Path, memory: Any) -> Callable[..., list[Finding]]:
    """Return what lets a client use a service in memory once, and judges the trace that it leaves."""

    def run(
        client: Callable[..., Any], *options: Any, urls: Sequence[str] = (URL,), dialect: Dialect = Dialect.BITS
    ) -> list[Finding]:
        stream = io.StringIO()
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.sqlite"
        with Service(str(path), dialect, clock=ManualClock(), wire=memory, trace=Trace(stream)) as service:

            def wait(job: Any, *states: JobState) -> JobState:
                for _ in range(STEPS):
                    memory.run()
                    if job.state in states:
                        break
                    service.advance(STEP_SECONDS)
                return JobState(job.state)

            client(service, wait, urls, path.with_suffix(".out"), *options)
        return judged(stream.getvalue().encode())

    return run


@pytest.mark.parametrize(("rule", "client"), C.BAD.items())
def test_a_bad_client_breaks_its_rule_and_no_other(
    traced: Callable[..., list[Finding]], memory: Any, rule: str, client: Callable[..., Any]
) -> None:
    memory.play(URL, memory.script(code=404) if rule == "client/resume-loop" else memory.whole(b"abc"))
    memory.play(OTHER, memory.script(headers={"content-length": "9", "etag": '"v"'}, pieces=[b"a"], holds_body=True))
    urls = (URL, OTHER) if rule == "client/partial-ignored" else (URL,)
    assert ids(traced(client, urls=urls)) == [rule]


def test_a_good_client_breaks_none(traced: Callable[..., list[Finding]], memory: Any) -> None:
    memory.play(URL, memory.whole(b"abc"))
    assert traced(C.good) == []


def _script(random: Random, memory: Any) -> Any:
    """Return an answer of a server: good, fatal, transient, cut off or silent."""
    make: Callable[[], Any] = random.choice(
        [
            lambda: memory.whole(b"abc"),
            lambda: memory.script(code=random.choice([400, 403, 404, 410, 501])),
            lambda: memory.script(code=random.choice([500, 503, 504])),
            lambda: memory.script(code=0, fault=WireFault.CONNECT),
            lambda: memory.script(
                headers={"content-length": "3", "etag": '"v"'}, pieces=[b"a"], fault=WireFault.BROKEN
            ),
            lambda: memory.script(headers={"content-length": "3", "etag": '"v"'}, pieces=[b"a"], holds_body=True),
            lambda: memory.script(holds_head=True),
        ]
    )
    return make()


@pytest.mark.parametrize("dialect", list(Dialect))
@pytest.mark.parametrize("seed", range(40))
def test_a_good_client_breaks_none_whatever_the_server_does(
    traced: Callable[..., list[Finding]], memory: Any, seed: int, dialect: Dialect
) -> None:
    random = Random(f"{seed} {dialect.value}")
    urls = (URL, OTHER)[: random.randint(1, 2)]
    for url in (*urls, MIRROR):
        memory.play(url, *(_script(random, memory) for _ in range(random.randint(1, 4))))
    assert traced(C.good, random.choice(["", MIRROR]), urls=urls, dialect=dialect) == []


def _ran(name: str, url: str, folder: Path) -> bytes:
    """Return the trace of a client in a process of its own."""
    arguments = [name, folder / "jobs.sqlite", folder / "trace.ndjson", url, folder / "out"]
    subprocess.run([sys.executable, PATH, *map(str, arguments)], check=True, timeout=120)
    return (folder / "trace.ndjson").read_bytes()


def test_a_good_program_is_found_good_over_http(origin: Any, tmp_path: Path) -> None:
    url = origin.play("/a", lambda talk: talk.whole(b"abc", ETag='"v1"'))
    assert judged(_ran("good", url, tmp_path)) == []


def test_a_bad_program_is_found_bad_over_http(origin: Any, tmp_path: Path) -> None:
    url = origin.play("/a", lambda talk: talk.whole(b"abc", ETag='"v1"'))
    (one,) = judged(_ran("client/never-ends", url, tmp_path))
    lines = (tmp_path / "trace.ndjson").read_text(encoding="utf-8").splitlines()
    assert (one.rule.id, '"state":"TRANSFERRED"' in lines[one.lines[0] - 1]) == ("client/never-ends", True)


def test_a_program_that_loops_is_found_bad_over_http(origin: Any, tmp_path: Path) -> None:
    url = origin.play("/a", lambda talk: talk.whole(b"", 404))
    assert ids(judged(_ran("client/resume-loop", url, tmp_path))) == ["client/resume-loop"]
