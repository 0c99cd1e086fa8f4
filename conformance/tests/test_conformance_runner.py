"""The runner, with small backends that really download: who is accused, who is not, and what is left behind.

Law: each wrong backend differs from a right one in a method or two; the right one is never accused.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from copyjob.conformance import pace
from copyjob.conformance.backend import Declared
from copyjob.conformance.bench import Bench
from copyjob.conformance.confirm import divergences_of
from copyjob.conformance.observation import Overlapped, Quiet, Requested
from copyjob.conformance.plan import AddFile, Call, Gate, Linger, Plan, Race, Serve, Settle, Step
from copyjob.conformance.record import Record, Verdict
from copyjob.spec.vocabulary import Dialect

Variant = Callable[..., Declared]
Open = Callable[..., Bench]

DOWNLOAD = (AddFile(0), Call("resume"), Settle())
HELD = (Serve(0, "hold_body"), *DOWNLOAD)
COMPLETE = (*DOWNLOAD, Call("complete"), Settle())
SOON_SECONDS = 0.2


def plan(*steps: Step) -> Plan:
    return Plan(steps, aim="by hand")


def named(bench: Bench, record: Record) -> set[str]:
    """Return the rows and checks that the divergences of a run name."""
    found: set[str] = set()
    for divergence in divergences_of(bench.judge, record):
        found |= {row.id for row in divergence.explanation.rows} if divergence.explanation else set()
        found |= {divergence.check.id} if divergence.check else set()
    return found


def ask(url: str) -> None:
    """Make one request and take no interest in the answer."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=30)
    connection.request("GET", parts.path)
    connection.close()


# A right backend

SUNSHINE_AND_RAIN: dict[str, tuple[Step, ...]] = {
    "nothing added": (Call("resume"), Call("complete"), Call("cancel")),
    "one file": COMPLETE,
    "two files": (AddFile(1), *COMPLETE),
    "an empty file": (AddFile(2), *COMPLETE),
    "held headers": (Serve(0, "hold_headers"), *DOWNLOAD, Call("suspend"), Settle(), Serve(0, "serve"), *COMPLETE[1:]),
    "held body": (*HELD, Serve(0, "serve"), Settle(), Call("complete"), Settle()),
    "not found": (Serve(0, "status_404"), *DOWNLOAD, Serve(0, "serve"), *COMPLETE[1:]),
    "not now": (Serve(0, "status_503"), *DOWNLOAD, Call("cancel"), Settle()),
    "truncated": (Serve(0, "truncate"), *DOWNLOAD, Serve(0, "serve"), *COMPLETE[1:]),
    "reset": (Serve(0, "reset"), *DOWNLOAD, Call("suspend"), Settle()),
    "nobody there": (Gate("refuse"), *DOWNLOAD, Gate("accept"), *COMPLETE[1:]),
    "an old file": (AddFile(0, existing=True), Call("resume"), Settle(), Call("cancel"), Settle()),
    "partly": (Serve(1, "hold_body"), AddFile(0), AddFile(1), Call("resume"), Settle(), Call("complete"), Settle()),
    "suspended": (*HELD, Call("suspend"), Linger(), Serve(0, "serve"), Linger(), Settle()),
}


@pytest.mark.parametrize("dialect", list(Dialect), ids=lambda dialect: dialect.value)
@pytest.mark.parametrize("steps", SUNSHINE_AND_RAIN.values(), ids=SUNSHINE_AND_RAIN.keys())
def test_a_right_backend_conforms(
    open_bench: Open, variant: Variant, steps: tuple[Step, ...], dialect: Dialect
) -> None:
    bench = open_bench(variant(powers=("progress", "error")), dialect)
    record = bench.run_patiently(plan(*steps))
    assert (record.verdict, named(bench, record)) == (Verdict.CONFORMS, set())


def test_every_call_is_written_down_with_its_caller_and_its_moments(open_bench: Open, variant: Variant) -> None:
    race = Race((("suspend", "resume"), ("get_error",)))
    record = open_bench(variant(powers=("concurrent_calls", "error"))).run(plan(AddFile(0), race))
    made = [(call.step, call.caller, call.operation.value) for call in record.calls]
    assert made == [(0, 0, "add_file"), (1, 0, "suspend"), (1, 0, "resume"), (1, 1, "get_error")]
    assert all(0 <= call.began_seconds <= call.ended_seconds for call in record.calls)


def test_a_call_that_breaks_beside_another_is_errored_and_the_other_is_judged(
    open_bench: Open, variant: Variant
) -> None:
    bench = open_bench(variant(suspend=broken, cancel=answers(None), powers=("concurrent_calls",)))
    errored = bench.run(plan(Race((("suspend",), ("cancel",)))))
    assert "it rains" in errored.error
    assert errored.verdict is Verdict.ERRORED
    assert any(isinstance(seen, Overlapped) for seen in errored.observations)


@pytest.mark.parametrize("pair", [("suspend", "cancel"), ("cancel", "complete"), ("resume", "suspend")])
def test_a_right_backend_survives_calls_side_by_side(open_bench: Open, variant: Variant, pair: tuple[str, ...]) -> None:
    bench = open_bench(variant(powers=("concurrent_calls",)))
    assert bench.run(plan(*HELD, Race(tuple((name,) for name in pair)), Settle())).verdict is Verdict.CONFORMS


# Wrong backends and the row or check that is named: its methods, the plan, what is named


def answers(value: int | None) -> Callable[..., int | None]:
    return lambda *_: value


def ignores_suspend(self: Any, job: str) -> None:
    """Say that the job is suspended, and go on."""
    self.jobs[job]["frozen"] = True


def frozen_state(self: Any, job: str) -> int:
    own = self.jobs[job]
    return int(self.SUSPENDED if own.get("frozen") else own["state"])


def drops_a_byte(self: Any, job: str) -> int | None:
    own = self.jobs[job]
    own["done"] = [content[:-1] for content in own["done"]]
    return complete_of(self, job)


def right(backend: Any) -> Any:
    """Return the class of the right backend, whose method was replaced."""
    return type(backend).__mro__[1]


def complete_of(self: Any, job: str) -> int | None:
    """Complete as the right one does."""
    answer: int | None = right(self).complete(self, job)
    return answer


def keeps_nothing(self: Any, job: str) -> int | None:
    self.jobs[job]["done"].clear()
    return complete_of(self, job)


def leaves_its_temporary_file(self: Any, job: str) -> int | None:
    Path(self.jobs[job]["files"][0][1] + ".tmp").write_bytes(b"left")
    return complete_of(self, job)


def writes_at_once(self: Any, job: str, remote_url: str, local_path: str) -> int | None:
    Path(local_path).write_bytes(b"too early")
    answer: int | None = right(self).add_file(self, job, remote_url, local_path)
    return answer


def adds_although_it_refuses(self: Any, job: str) -> int:
    own = self.jobs[job]
    own["files"].append(own["files"][0] if own["files"] else ("http://127.0.0.1:9/", "unused"))
    return 0x80200003


def counts_too_many(self: Any, job: str) -> tuple[int, int, int, int]:
    return 10, 11, len(self.jobs[job]["files"]), len(self.jobs[job]["done"])


def never_fails(self: Any, job: str) -> tuple[int, int] | int:
    return (5, 0) if self.jobs[job]["error"] else 0x8020000F


def forgets(self: Any, job: str) -> int:
    state: int = right(self).get_state(self, job)
    return state if state < self.ACKNOWLEDGED else 0x80200001


PROGRESS, ERROR = ("progress",), ("error",)
WRONG: dict[str, tuple[dict[str, object], tuple[Step, ...], str]] = {
    "suspend does nothing": ({"suspend": answers(None)}, (*HELD, Call("suspend")), "suspend/TRANSFERRING/1"),
    "resume of an empty job succeeds": ({"resume": answers(None)}, (Call("resume"),), "resume/SUSPENDED/1"),
    "cancel twice succeeds": ({"cancel": answers(None)}, (Call("cancel"),), "cancel/SUSPENDED/1"),
    "calls side by side both win": (
        {"cancel": answers(None), "powers": ("concurrent_calls",)},
        (Race((("cancel",), ("cancel",))),),
        "cancel/SUSPENDED/1",
    ),
    "a byte is lost": ({"complete": drops_a_byte}, COMPLETE, "file/content"),
    "nothing is kept": ({"complete": keeps_nothing, "refused": answers(None)}, COMPLETE, "complete/TRANSFERRED/2"),
    "a temporary file is left": (
        {"complete": leaves_its_temporary_file, "quiescence_seconds": 1.0},
        COMPLETE,
        "file/leftovers",
    ),
    "the file shows before Complete": ({"add_file": writes_at_once}, (AddFile(0), Settle()), "file/hidden"),
    "the old file is lost": ({"add_file": writes_at_once}, (AddFile(0, existing=True), Settle()), "file/destination"),
    "a refused call adds a file": (
        {"resume": adds_although_it_refuses, "powers": PROGRESS},
        (Call("resume"),),
        "call/refused",
    ),
    "more bytes than there are": (
        {"get_progress": counts_too_many, "powers": PROGRESS},
        (Settle(),),
        "progress/bounds",
    ),
    "an error that is none": (
        {"get_error": never_fails, "powers": ERROR},
        (Serve(0, "status_404"), *DOWNLOAD),
        "error/context",
    ),
    "a finished job is forgotten": (
        {"get_state": forgets},
        (Call("cancel"), Settle()),
        "getter/answers",
    ),
}


@pytest.mark.parametrize(("members", "steps", "name"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_backend_is_accused_by_name(
    open_bench: Open, variant: Variant, members: dict[str, object], steps: tuple[Step, ...], name: str
) -> None:
    bench = open_bench(variant(**members))
    record = bench.run_patiently(plan(*steps))
    assert (record.verdict, name in named(bench, record)) == (Verdict.DIVERGES, True)


# Point 4: requests of a suspended job


def test_point_4_a_suspended_job_that_goes_on_asking_is_accused(open_bench: Open, variant: Variant) -> None:
    bench = open_bench(variant(suspend=ignores_suspend, get_state=frozen_state))
    record = bench.run(
        plan(
            Serve(0, "hold_body"),
            AddFile(0),
            AddFile(1),
            Call("resume"),
            Settle(),
            Call("suspend"),
            Linger(),
            Serve(0, "serve"),
            Linger(),
            Settle(),
        )
    )
    assert record.rejection is not None
    assert isinstance(record.rejection.observation, Requested)


def test_point_4_a_request_that_was_in_flight_at_a_suspend_is_no_divergence(
    open_bench: Open, variant: Variant, tiny: Any
) -> None:
    sent: list[str] = []

    def get_state(self: Any, job: str) -> int:
        # The first look after Suspend lets a request go that was on its way all the time.
        state: int = tiny.get_state(self, job)
        if state == self.SUSPENDED and self.jobs[job]["turn"] > 1 and not sent:
            sent.append(self.jobs[job]["files"][0][0])
            threading.Thread(target=ask, args=sent).start()
        return state

    bench = open_bench(variant(get_state=get_state))
    record = bench.run(plan(*HELD, Call("suspend"), Linger(), Linger()))
    assert (record.verdict, len(sent)) == (Verdict.CONFORMS, 1)


# Point 5 and errors of the adapter


def test_point_5_a_call_that_hangs_is_inconclusive(open_bench: Open, variant: Variant) -> None:
    over = threading.Event()

    def resume(*_: object) -> None:
        over.wait(30)

    def close(_: object) -> None:
        over.set()

    declared = variant(resume=resume, close=close, call_timeout_seconds=0.05)
    assert open_bench(declared).run(plan(*DOWNLOAD)).verdict is Verdict.INCONCLUSIVE


def broken(*_: object, **__: object) -> None:
    raise ValueError("it rains")


def test_an_adapter_that_breaks_is_errored_and_not_accused(open_bench: Open, variant: Variant) -> None:
    record = open_bench(variant(resume=broken)).run(plan(*DOWNLOAD))
    assert (record.verdict, record.rejection) == (Verdict.ERRORED, None)


def test_a_backend_that_cannot_be_constructed_is_errored(open_bench: Open, variant: Variant) -> None:
    record = open_bench(variant(__init__=broken)).run(plan(Settle()))
    assert "the constructor raised ValueError: it rains" in record.error


@pytest.mark.parametrize(("wrong", "times"), [(broken, 4), (answers(None), 2)], ids=["errored twice", "diverged"])
def test_a_backend_is_constructed_anew_after_a_bad_run(
    open_bench: Open, variant: Variant, tiny: Any, wrong: Callable[..., None], times: int
) -> None:
    made: list[str] = []

    def init(self: Any, dialect: str, folder: str) -> None:
        made.append(folder)
        tiny.__init__(self, dialect, folder)

    bench = open_bench(variant(__init__=init, resume=wrong))
    for _ in range(2):
        bench.run(plan(Call("resume")))
    assert len(set(made)) == times


def test_a_backend_is_kept_for_the_next_plan_after_a_good_run(open_bench: Open, variant: Variant, tiny: Any) -> None:
    made: list[str] = []

    def init(self: Any, dialect: str, folder: str) -> None:
        made.append(folder)
        tiny.__init__(self, dialect, folder)

    bench = open_bench(variant(__init__=init))
    for _ in range(2):
        bench.run(plan(Settle()))
    assert len(made) == 1


# Point 6: what is due is waited for


def stays_queued(self: Any, job: str) -> None:
    self.jobs[job]["state"] = self.QUEUED


def test_point_6_a_late_run_is_no_divergence_at_first(open_bench: Open, variant: Variant) -> None:
    record = open_bench(variant(resume=stays_queued, quiescence_seconds=SOON_SECONDS)).run(plan(*DOWNLOAD))
    assert (record.verdict, bool(record.late)) == (Verdict.INCONCLUSIVE, True)


def test_point_6_late_at_four_times_the_declared_bound_is_a_divergence(open_bench: Open, variant: Variant) -> None:
    bench = open_bench(variant(resume=stays_queued, quiescence_seconds=SOON_SECONDS))
    record = bench.run_patiently(plan(*DOWNLOAD))
    assert record.rejection is not None
    assert isinstance(record.rejection.observation, Quiet)


def test_point_6_a_job_that_was_just_seen_waiting_has_not_stalled_meanwhile(open_bench: Open, variant: Variant) -> None:
    # Without a declared stall timeout it might have failed at any moment, but it was seen in QUEUED all the time.
    wrong = variant(resume=stays_queued, quiescence_seconds=SOON_SECONDS, stall_timeout_seconds=None)
    assert open_bench(wrong).run_patiently(plan(*DOWNLOAD)).verdict is Verdict.DIVERGES


def test_point_6_what_was_due_is_named(open_bench: Open, variant: Variant) -> None:
    bench = open_bench(variant(resume=stays_queued, quiescence_seconds=SOON_SECONDS))
    assert "turn/QUEUED/1" in named(bench, bench.run_patiently(plan(*DOWNLOAD)))


def test_point_6_late_without_a_declared_bound_is_inconclusive(
    open_bench: Open, variant: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "DEFAULT_QUIESCENCE_SECONDS", SOON_SECONDS)
    bench = open_bench(variant(resume=stays_queued, quiescence_seconds=None))
    assert bench.run_patiently(plan(*DOWNLOAD)).verdict is Verdict.INCONCLUSIVE


def test_point_6_late_with_a_stepped_clock_is_a_divergence_without_a_declared_bound(
    open_bench: Open, variant: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "DEFAULT_QUIESCENCE_SECONDS", SOON_SECONDS)
    clock = {"powers": ("clock",), "advance": answers(None)}
    bench = open_bench(variant(resume=stays_queued, quiescence_seconds=None, **clock))
    assert bench.run_patiently(plan(*DOWNLOAD)).verdict is Verdict.DIVERGES


def test_point_6_late_once_and_in_time_when_run_again_conforms(open_bench: Open, variant: Variant, tiny: Any) -> None:
    resumed: list[str] = []

    def resume(self: Any, job: str) -> int | None:
        resumed.append(job)
        if len(resumed) == 1:
            stays_queued(self, job)
            return None
        answer: int | None = tiny.resume(self, job)
        return answer

    bench = open_bench(variant(resume=resume, quiescence_seconds=SOON_SECONDS))
    assert (bench.run_patiently(plan(*DOWNLOAD)).verdict, len(resumed)) == (Verdict.CONFORMS, 2)


# Point 7: a refused call changes nothing, where nothing else could have


def test_point_7_what_goes_on_by_itself_beside_a_refused_call_is_no_change(
    open_bench: Open, variant: Variant, tiny: Any
) -> None:
    # Adding is refused for want of memory, say, while the job transfers: its progress moves on beside the refusal.
    def get_progress(self: Any, job: str) -> tuple[int, int, int, int]:
        total, transferred, files, done = tiny.get_progress(self, job)
        self.asked = getattr(self, "asked", 0) + (self.jobs[job]["state"] == self.TRANSFERRING)
        return total, transferred + self.asked, files, done

    bench = open_bench(variant(get_progress=get_progress, powers=("progress", "error")))
    # GetError is refused while TRANSFERRING, and bytes are counted from one look to the next.
    assert bench.run(plan(*HELD, Call("get_error"))).verdict is Verdict.CONFORMS


def test_point_7_the_disk_is_compared_too(open_bench: Open, variant: Variant) -> None:
    def resume(self: Any, job: str) -> int:
        (Path(self.jobs[job]["files"][0][1]).parent / "scratch").write_bytes(b"x")
        return 0x80200002

    bench = open_bench(variant(resume=resume))
    record = bench.run(plan(AddFile(0), Call("cancel"), Call("resume")))
    assert named(bench, record) == {"call/refused"}
