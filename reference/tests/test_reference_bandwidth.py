"""The bandwidth limit of background jobs: who shares it, what zero does, and that it holds on the wire."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copyjob.reference.bandwidth import Bandwidth
from copyjob.reference.curl_wire import CurlWire
from copyjob.reference.errors import CopyJobError
from copyjob.reference.policies import TransferPolicy
from copyjob.reference.store import Store
from copyjob.reference.wire import Request, WireFault
from copyjob.spec.vocabulary import Dialect, Hresult, JobPriority, JobState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from copyjob.reference.service import JobHandle, Service
    from copyjob.reference.wire import Answer

FOREGROUND, NORMAL, LOW = JobPriority.FOREGROUND, JobPriority.NORMAL, JobPriority.LOW
URL = "http://h/a"
BACKGROUND = [JobPriority.HIGH, NORMAL, LOW]


def limited(limit: int | None) -> TransferPolicy:
    return TransferPolicy(background_bytes_per_second=limit)


def begun(service: Service, folder: Path, priority: JobPriority = NORMAL, name: str = "a") -> JobHandle:
    job = service.create_job(name)
    job.add_file(URL, str(folder / name))
    job.set_priority(priority)
    job.resume()
    return job


@pytest.fixture
def held(memory: Any) -> Any:
    """Give a wire in memory whose server keeps its answer to itself."""
    memory.play(URL, memory.script(holds_head=True))
    return memory


# ---- zero ----


@pytest.mark.parametrize("priority", BACKGROUND)
def test_a_limit_of_zero_blocks_background_jobs(serve: Any, held: Any, tmp_path: Path, priority: JobPriority) -> None:
    job = begun(serve(wire=held, policy=limited(0)), tmp_path, priority)

    assert (job.state, job.error().code) == (JobState.TRANSIENT_ERROR, Hresult.BG_E_BLOCKED_BY_POLICY)
    assert (held.requests, job.error_count) == ([], 0)


def test_a_limit_of_zero_does_not_concern_foreground_jobs(serve: Any, held: Any, tmp_path: Path) -> None:
    job = begun(serve(wire=held, policy=limited(0)), tmp_path, FOREGROUND)

    assert (job.state, len(held.requests)) == (JobState.CONNECTING, 1)


def test_a_limit_of_zero_stops_what_is_under_way_at_once(serve: Any, held: Any, tmp_path: Path) -> None:
    service = serve(wire=held)
    jobs = [begun(service, tmp_path, name=name) for name in "ab"]
    held.run()
    service.set_bandwidth_limit(0)

    assert [job.error().code for job in jobs] == [Hresult.BG_E_BLOCKED_BY_POLICY] * 2
    assert held._held == {}


@pytest.mark.parametrize("limit", [None, 1, 10**12])
def test_blocked_jobs_are_queued_when_the_limit_is_lifted(
    serve: Any, memory: Any, tmp_path: Path, limit: int | None
) -> None:
    memory.play(URL, memory.whole(b"abc"))
    service = serve(wire=memory, policy=limited(0))
    job = begun(service, tmp_path)
    service.set_bandwidth_limit(limit)
    memory.run()

    assert job.state is JobState.TRANSFERRED


def test_no_timer_leads_out_of_a_blocked_job(serve: Any, held: Any, tmp_path: Path) -> None:
    service = serve(wire=held, policy=limited(0))
    job = begun(service, tmp_path)
    job.set_no_progress_timeout(1)
    service.advance(30 * 86_400)

    assert (job.state, held.requests) == (JobState.TRANSIENT_ERROR, [])


def test_a_new_limit_waits_for_the_disk_once_however_many_jobs_it_concerns(
    serve: Any, held: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = serve(wire=held)
    jobs = [begun(service, tmp_path, name=str(number)) for number in range(5)]
    durable: list[bool] = []
    save = Store.save

    def counted(self: Store, record: Any, job: Any, **how: bool) -> None:
        durable.append(how.get("durable", True))
        save(self, record, job, **how)

    monkeypatch.setattr(Store, "save", counted)
    service.set_bandwidth_limit(0)
    service.kill()

    assert durable == [False] * 4 + [True]
    again = serve(wire=held, policy=limited(0))
    assert [again.find(job.id).state for job in jobs] == [JobState.TRANSIENT_ERROR] * 5


def test_a_job_that_failed_before_is_blocked_too_and_goes_on_with_the_others(
    serve: Any, memory: Any, tmp_path: Path
) -> None:
    memory.play(URL, memory.script(503), memory.whole(b"abc"))
    service = serve(wire=memory)
    job = begun(service, tmp_path)
    memory.run()
    service.set_bandwidth_limit(0)
    service.advance(3_600)
    before = (job.state, job.error().code, len(memory.requests))
    service.set_bandwidth_limit(None)
    memory.run()

    assert before == (JobState.TRANSIENT_ERROR, Hresult.BG_E_BLOCKED_BY_POLICY, 1)
    assert job.state is JobState.TRANSFERRED


def test_a_blocked_job_that_comes_to_the_foreground_goes_on_and_back_again(
    serve: Any, held: Any, tmp_path: Path
) -> None:
    job = begun(serve(wire=held, policy=limited(0)), tmp_path)
    seen = []
    for priority in (FOREGROUND, LOW):
        job.set_priority(priority)
        seen.append(job.state)

    assert seen == [JobState.CONNECTING, JobState.TRANSIENT_ERROR]


@pytest.mark.parametrize("state", ["SUSPENDED", "CANCELLED"])
def test_a_blocked_job_obeys_its_owner(serve: Any, held: Any, tmp_path: Path, state: str) -> None:
    service = serve(wire=held, policy=limited(0))
    job = begun(service, tmp_path)
    getattr(job, {"SUSPENDED": "suspend", "CANCELLED": "cancel"}[state])()
    service.set_bandwidth_limit(None)

    assert (job.state.name, held.requests) == (state, [])


@pytest.mark.parametrize(("limit", "state"), [(0, "TRANSIENT_ERROR"), (None, "CONNECTING")])
def test_after_a_restart_the_limit_of_that_service_holds(
    serve: Any, held: Any, tmp_path: Path, limit: int | None, state: str
) -> None:
    service = serve(wire=held, policy=limited(0))
    job = begun(service, tmp_path)
    service.kill()

    assert serve(wire=held, policy=limited(limit)).get_job(job.id).state.name == state


# ---- shares ----


def rates(memory: Any) -> list[int]:
    return list(memory.first_rates)


@pytest.mark.parametrize(("priority", "rate"), [*((each, 6_000) for each in BACKGROUND), (FOREGROUND, 0)])
def test_background_jobs_are_held_to_the_limit_and_foreground_jobs_are_not(
    serve: Any, held: Any, tmp_path: Path, priority: JobPriority, rate: int
) -> None:
    begun(serve(wire=held, policy=limited(6_000)), tmp_path, priority)

    assert rates(held) == [rate]


def test_jobs_side_by_side_share_the_limit(serve: Any, held: Any, tmp_path: Path) -> None:
    service = serve(Dialect.DO, wire=held, policy=limited(6_000))
    jobs = [begun(service, tmp_path, name=name) for name in "ab"]
    both = held.rates[-2:]
    held.rates.clear()
    jobs[0].suspend()

    assert (rates(held), both, held.rates) == ([6_000, 3_000], [3_000, 3_000], [6_000])


def test_another_limit_holds_at_once(serve: Any, held: Any, tmp_path: Path) -> None:
    service = serve(wire=held)
    begun(service, tmp_path)
    for limit in (500, None):
        service.set_bandwidth_limit(limit)

    assert (rates(held), held.rates) == ([0], [500, 0])


def test_another_priority_holds_at_once(serve: Any, held: Any, tmp_path: Path) -> None:
    job = begun(serve(wire=held, policy=limited(500)), tmp_path)
    held.rates.clear()
    for priority in (FOREGROUND, NORMAL):
        job.set_priority(priority)

    assert held.rates == [0, 500]


class Sharer:
    """What the limit looks at of a record."""

    def __init__(self, name: str) -> None:
        self.id, self.job = name, self
        self.sink: object = None
        self.priority = NORMAL


@given(limit=st.integers(1, 10**6), steps=st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.booleans())))
def test_shares_never_come_to_more_than_the_limit(limit: int, steps: list[tuple[str, bool, bool]]) -> None:
    bandwidth, sharers, held_to = Bandwidth(limit), {name: Sharer(name) for name in "abc"}, dict[object, int]()
    for name, transfers, urgent in steps:
        one: Any = sharers[name]
        one.sink = (one.sink or object()) if transfers else None
        one.priority = FOREGROUND if urgent else NORMAL
        held_to.update(bandwidth.note(one))
    running: list[Any] = [one for one in sharers.values() if one.sink is not None and one.priority is NORMAL]

    if running:
        assert {held_to[one.sink] for one in running} == {max(1, limit // len(running))}
        assert all(bandwidth.share(one) == held_to[one.sink] for one in running)


# ---- what is no limit ----


@pytest.mark.parametrize("limit", [-1, -(10**9), 2**63, 10**30])
def test_what_is_no_limit_is_refused_with_e_invalidarg(serve: Any, limit: int) -> None:
    with pytest.raises(CopyJobError, match="E_INVALIDARG"):
        serve().set_bandwidth_limit(limit)


def test_a_limit_of_zero_is_not_known_in_delivery_optimization(serve: Any, held: Any, tmp_path: Path) -> None:
    service = serve(Dialect.DO, wire=held)
    job = begun(service, tmp_path)
    with pytest.raises(CopyJobError, match="E_NOTIMPL"):
        service.set_bandwidth_limit(0)

    assert job.state is JobState.TRANSFERRING


def test_a_service_with_a_limit_that_is_none_leaves_its_store_free(tmp_path: Path, serve: Any) -> None:
    with pytest.raises(CopyJobError, match="E_INVALIDARG"):
        serve(policy=limited(-1))

    assert serve().jobs() == []


# ---- on the wire ----


class Counting:
    """A sink that counts, and knows when the server may be asked to look at the clock."""

    wanted = True

    def __init__(self, bytes_per_second: int = 0) -> None:
        self.bytes_per_second = bytes_per_second
        self.fault: WireFault | None = None
        self.detail = ""
        self.bytes = 0
        self.began_seconds = 0.0
        self.took_seconds = 0.0
        self.ended = threading.Event()

    def on_answer(self, answer: Answer) -> bool:
        self.began_seconds = time.monotonic()
        return True

    def on_data(self, chunks: Sequence[bytes]) -> bool:
        self.bytes += sum(map(len, chunks))
        return True

    def on_end(self, fault: WireFault | None, detail: str) -> None:
        self.took_seconds = time.monotonic() - self.began_seconds
        self.fault, self.detail = fault, detail
        self.ended.set()


def test_libcurl_takes_no_more_than_the_limit_and_all_when_it_is_lifted(origin: Any) -> None:
    # A slow machine takes longer, never less; so a lower bound of the time is a fact and not a guess.
    body, limit = os.urandom(200_000), 80_000
    origin.serve("/a", body)
    wire, first, second = CurlWire(), Counting(limit), Counting(1)
    try:
        wire.start(Request(origin.url("/a")), first)
        wire.start(Request(origin.url("/a")), second)
        assert first.ended.wait(20)
        crept = second.bytes
        second.bytes_per_second = 0
        wire.throttle(second)
        assert second.ended.wait(20)
    finally:
        wire.close()

    assert (first.bytes, second.bytes) == (len(body), len(body))
    assert first.took_seconds >= len(body) / limit - 1  # the first second's worth comes at once
    assert crept <= 20


def test_a_limit_that_changes_before_an_exchange_begins_is_the_one_it_begins_with(origin: Any) -> None:
    origin.serve("/a", b"abc" * 1_000)
    wire, sink = CurlWire(), Counting(1)
    try:
        sink.bytes_per_second = 0
        wire.throttle(sink)  # overtakes the start
        wire.start(Request(origin.url("/a")), sink)
        assert sink.ended.wait(20)
    finally:
        wire.close()

    assert sink.bytes == 3_000


class Overtaken:
    """A wire at which a thread is late: what it was to begin begins when it is told."""

    def __init__(self) -> None:
        self.sinks: list[Any] = []

    def start(self, _: Request, sink: Any) -> None:
        self.sinks.append(sink)

    def stop(self, _: Any) -> None: ...

    def throttle(self, _: Any) -> None: ...

    def close(self) -> None: ...


def test_a_sink_knows_the_newest_limit_whatever_the_wire_was_told(serve: Any, tmp_path: Path) -> None:
    wire = Overtaken()
    service = serve(wire=wire, policy=limited(500))
    begun(service, tmp_path)
    for limit in (700, 900):
        service.set_bandwidth_limit(limit)

    assert [sink.bytes_per_second for sink in wire.sinks] == [900]


def test_a_request_that_cannot_be_made_is_a_broken_connection_and_the_others_go_on(origin: Any) -> None:
    origin.serve("/a", b"abc")
    wire, bad, good = CurlWire(), Counting(2**64), Counting()
    try:
        wire.start(Request(origin.url("/a")), bad)
        wire.start(Request(origin.url("/a")), good)
        assert bad.ended.wait(20)
        assert good.ended.wait(20)
    finally:
        wire.close()

    assert (bad.fault, "OverflowError" in bad.detail) == (WireFault.BROKEN, True)
    assert (good.fault, good.bytes) == (None, 3)


def test_a_redirect_that_cannot_be_followed_is_a_broken_connection_and_the_others_go_on(origin: Any) -> None:
    bad, good = Counting(), Counting()

    def redirect(conversation: Any) -> None:
        bad.bytes_per_second = 2**64
        conversation.whole(b"", 302, Location=origin.url("/a"))

    origin.serve("/a", b"abc")
    origin.play("/b", redirect)
    wire = CurlWire()
    try:
        wire.start(Request(origin.url("/b")), bad)
        assert bad.ended.wait(20)
        wire.start(Request(origin.url("/a")), good)
        assert good.ended.wait(20)
    finally:
        wire.close()

    assert (bad.fault, good.bytes) == (WireFault.BROKEN, 3)
