"""Calls that hang where a backend runs in memory, in the kit's own thread: given up, or their worker is killed."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from copyjob.conformance import worker, workers
from copyjob.conformance.callers import AlarmCaller, CallTimedOutError
from copyjob.conformance.campaign import Campaign
from copyjob.conformance.events import Event, PlanDone
from copyjob.conformance.ground import Wire
from copyjob.conformance.interrupt import Interruption
from copyjob.conformance.ledger import Bookkeeper
from copyjob.conformance.oracle import Judge
from copyjob.conformance.plan import AddFile, Call, Plan
from copyjob.conformance.settings import Settings
from copyjob.spec.compiled import integer_table
from copyjob.spec.vocabulary import Dialect

TIMEOUT_SECONDS = 0.1
UNREACHABLE = """
import sys
import threading

from copyjob.conformance.pocket import PocketBackend


class Unreachable(PocketBackend):
    call_timeout_seconds = 0.1

    def suspend(self, job):
        while True:
            try:
                threading.Event().wait()
            except BaseException:
                continue
"""


@pytest.fixture
def caller() -> Iterator[AlarmCaller]:
    made = AlarmCaller()
    yield made
    made.stop()


def forever() -> None:
    threading.Event().wait()


def test_a_call_that_hangs_is_given_up(caller: AlarmCaller) -> None:
    with pytest.raises(CallTimedOutError):
        caller.call(forever, TIMEOUT_SECONDS)


def test_a_call_that_takes_any_exception_for_its_own_is_given_up(caller: AlarmCaller) -> None:
    def takes_all() -> None:
        while True:
            try:
                forever()
            except Exception:  # noqa: BLE001 the point
                continue

    with pytest.raises(CallTimedOutError):
        caller.call(takes_all, TIMEOUT_SECONDS)


def test_an_alarm_that_comes_where_nothing_can_be_raised_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow:
        def __del__(self) -> None:
            forever()

    def takes_down() -> None:
        Slow()
        forever()

    told: list[object] = []

    def note(raised: Any) -> None:
        told.append(raised.exc_type)

    monkeypatch.setattr(sys, "unraisablehook", note)
    caller = AlarmCaller()
    with pytest.raises(CallTimedOutError):
        caller.call(takes_down, TIMEOUT_SECONDS)
    caller.stop()
    assert told == []


def test_a_call_that_is_quick_is_left_alone_however_long_calls_have_been_made(caller: AlarmCaller) -> None:
    until = time.monotonic() + 3 * TIMEOUT_SECONDS
    answers = 0
    while time.monotonic() < until:
        answers += caller.call(lambda: 1, TIMEOUT_SECONDS)
    assert answers > 1


def test_the_alarm_is_given_back() -> None:
    before: Callable[..., object] | int | None = signal.getsignal(signal.SIGALRM)
    caller = AlarmCaller()
    caller.call(int, TIMEOUT_SECONDS)
    caller.stop()
    assert (signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)) == (before, (0.0, 0.0))


def test_a_worker_in_which_a_call_cannot_be_ended_is_killed_and_its_plan_errored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "unreachable.py").write_text(UNREACHABLE, encoding="utf-8")
    monkeypatch.setattr("sys.path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(worker, "HANG_SECONDS", 15.0)
    monkeypatch.setattr(worker, "LEAVE_SECONDS", 0.1)
    settings = Settings("unreachable:Unreachable", (Dialect.BITS,), wire=Wire.MEMORY)
    plans = [Plan((AddFile(0), Call(call)), f"call {call}") for call in ("suspend", "cancel")]
    campaign, done = Campaign(Dialect.BITS), list[Event]()
    with workers.Crew(settings, 1, done.append, Interruption()) as crew:
        crew.run(campaign, Bookkeeper(Judge(integer_table(Dialect.BITS)), campaign.ledger), plans)
    verdicts = [event.verdict.value for event in done if isinstance(event, PlanDone)]
    assert (verdicts, [error.text for error in campaign.errors]) == (
        ["errored", "conforms"],
        ["a call hung, and nothing could end it, in a plan for call suspend"],
    )
