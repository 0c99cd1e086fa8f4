"""Callbacks: who is called, for what, in which order, and again where he failed."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.reference.callbacks import Callback
from copyjob.reference.clock import ManualClock
from copyjob.reference.service import Service
from copyjob.reference.wire import WireFault
from copyjob.spec.vocabulary import Dialect, JobState, NotifyFlag
from tests.notes import CHANGES, FILES, WAIT_SECONDS, Notes, go, told

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from copyjob.reference.service import JobHandle
    from copyjob.reference.views import FileInfo


@pytest.fixture
def make(serve: Any, memory: Any, tmp_path: Path) -> Any:
    """Make a service and a job of two files that arrive: ``make(dialect, code=404)`` makes the first one fail."""

    def begin(dialect: Dialect = Dialect.BITS, **answer: Any) -> tuple[Service, JobHandle]:
        service = serve(dialect, wire=memory)
        job = service.create_job("a")
        for name in "ab":
            script = memory.script(**answer) if answer and name == "a" else memory.whole(b"abc")
            job.add_file(memory.play(f"http://h/{name}", script), str(tmp_path / name))
        return service, job

    return begin


@pytest.mark.parametrize("dialect", list(Dialect))
def test_the_owner_is_told_that_his_job_is_transferred(make: Any, memory: Any, dialect: Dialect) -> None:
    service, job = make(dialect)
    go(job, memory, notes := Notes())

    assert told(service, notes) == ["transferred"]


@pytest.mark.parametrize("dialect", list(Dialect))
def test_the_owner_is_told_why_his_job_is_in_error(make: Any, memory: Any, dialect: Dialect) -> None:
    service, job = make(dialect, code=404)
    go(job, memory, notes := Notes())

    assert told(service, notes) == ["error 80190194"]


def test_a_transient_error_is_no_error(make: Any, memory: Any) -> None:
    service, job = make(code=0, fault=WireFault.CONNECT)
    go(job, memory, notes := Notes())

    assert (job.state, told(service, notes)) == (JobState.TRANSIENT_ERROR, [])


def test_giving_up_on_a_transient_error_is_told_as_an_error(make: Any, memory: Any) -> None:
    service, job = make(code=0, fault=WireFault.CONNECT)
    job.set_no_progress_timeout(700)
    go(job, memory, notes := Notes())
    service.advance(600)
    memory.run()
    before = told(service, notes)
    service.advance(100)

    assert (before, job.state, told(service, notes)) == ([], JobState.ERROR, ["error 80072EFD"])


@pytest.mark.parametrize(
    "flags", [0, NotifyFlag.JOB_ERROR, FILES | NotifyFlag.JOB_MODIFICATION | NotifyFlag.DISABLE], ids=int
)
def test_nobody_is_called_for_what_he_did_not_ask(make: Any, memory: Any, flags: int) -> None:
    service, job = make()
    go(job, memory, notes := Notes(), flags)

    assert told(service, notes) == []


def test_who_unregisters_is_called_no_more(make: Any, memory: Any) -> None:
    service, job = make()
    job.set_notify_interface(notes := Notes())
    job.set_notify_interface(None)
    job.resume()
    memory.run()

    assert (job.state, told(service, notes)) == (JobState.TRANSFERRED, [])


def test_who_unregisters_after_a_failed_call_is_not_called_again(make: Any, memory: Any) -> None:
    service, job = make()
    go(job, memory, notes := Notes(transferred=9))
    told(service, notes)
    job.set_notify_interface(None)
    service.advance(600)

    assert told(service, notes) == []


def test_the_files_are_told_in_order_before_the_end(make: Any, memory: Any) -> None:
    service, job = make()
    go(job, memory, notes := Notes(), FILES)

    assert told(service, notes) == ["file a", "file b", "transferred"]


def test_a_file_that_is_not_understood_holds_up_what_follows(make: Any, memory: Any) -> None:
    service, job = make()
    go(job, memory, notes := Notes(file=1), FILES)
    before = told(service, notes)
    service.advance(5)

    assert (before, told(service, notes)) == (["file a"], ["file a", "file b", "transferred"])


def test_an_error_held_up_until_it_was_mended_is_told_once(make: Any, memory: Any) -> None:
    service, job = make()
    memory.play("http://h/b", memory.script(code=404))
    go(job, memory, notes := Notes(file=1), FILES)
    told(service, notes)
    memory.play("http://h/b", memory.script(holds_head=True))
    job.resume()
    service.advance(5)

    assert told(service, notes) == ["file a", "error 80190194"]


def test_do_tells_of_no_single_file(make: Any, memory: Any) -> None:
    service, job = make(Dialect.DO)
    go(job, memory, notes := Notes(), FILES)

    assert told(service, notes) == ["transferred"]


def test_a_call_that_failed_is_made_again_after_five_seconds_then_ten(make: Any, memory: Any) -> None:
    service, job = make()
    go(job, memory, notes := Notes(transferred=2))
    counts = [len(told(service, notes))]
    for seconds in (4.9, 0.1, 9.9, 0.1, 600):
        service.advance(seconds)
        counts.append(len(told(service, notes)))

    assert counts == [1, 0, 1, 0, 1, 0]


def test_the_back_off_ends_at_ten_minutes(make: Any, memory: Any) -> None:
    service, job = make()
    go(job, memory, notes := Notes(transferred=99))
    told(service, notes)
    for _ in range(12):
        service.advance(600)
        told(service, notes)
    service.advance(599)
    early = told(service, notes)
    service.advance(1)

    assert (early, told(service, notes)) == ([], ["transferred"])


@pytest.mark.parametrize(
    ("dialect", "answer", "kind", "calls"),
    [
        (Dialect.BITS, {}, "transferred", 2),
        (Dialect.BITS, {"code": 404}, "error", 2),
        (Dialect.DO, {}, "transferred", 1),
        (Dialect.DO, {"code": 404}, "error", 2),
    ],
)
def test_each_dialect_repeats_its_calls(
    make: Any, memory: Any, dialect: Dialect, answer: dict[str, int], kind: str, calls: int
) -> None:
    service, job = make(dialect, **answer)
    go(job, memory, notes := Notes(**{kind: 1}))
    seen = told(service, notes)
    service.advance(5)

    assert len(seen + told(service, notes)) == calls


def test_a_failed_modification_is_not_told_again(make: Any, memory: Any) -> None:
    service, job = make()
    job.set_notify_flags(CHANGES)
    job.set_notify_interface(notes := Notes(modification=1))
    job.set_priority(0)
    before = told(service, notes)
    service.advance(600)

    assert (before, told(service, notes)) == (["modification SUSPENDED"], [])


@pytest.mark.parametrize("end", ["complete", "cancel"])
@pytest.mark.parametrize("kind", ["transferred", "file"])
def test_an_ended_job_is_not_told_again_what_was_not_understood(make: Any, memory: Any, end: str, kind: str) -> None:
    service, job = make()
    go(job, memory, notes := Notes(**{kind: 9}), FILES)
    told(service, notes)
    getattr(job, end)()
    service.advance(600)

    assert told(service, notes) == []


def test_an_error_that_was_mended_is_not_told_again(make: Any, memory: Any) -> None:
    service, job = make(code=404)
    go(job, memory, notes := Notes(error=9))
    told(service, notes)
    memory.play("http://h/a", memory.script(holds_head=True))
    job.resume()
    told(service, notes)
    service.advance(600)

    assert told(service, notes) == []


@pytest.mark.parametrize(("dialect", "more"), [(Dialect.BITS, []), (Dialect.DO, ["modification"])], ids=["BITS", "DO"])
def test_entering_error_is_no_modification_in_bits(make: Any, memory: Any, dialect: Dialect, more: list[str]) -> None:
    service, job = make(dialect)
    memory.play("http://h/b", memory.script(200, {"content-length": "3"}, [b"a"], holds_body=True))
    go(job, memory, notes := Notes(), CHANGES)
    told(service, notes)
    (sink, _), *_ = memory._held.values()
    sink.on_end(WireFault.SECURE, "")

    assert job.state is JobState.ERROR
    assert [text.split()[0] for text in told(service, notes)] == ["error", *more]


@pytest.mark.parametrize("dialect", Dialect, ids=lambda dialect: dialect.name)
def test_the_file_that_makes_a_job_transferred_is_a_modification(make: Any, memory: Any, dialect: Dialect) -> None:
    service, job = make(dialect)
    memory.play("http://h/b", memory.script(200, {"content-length": "3"}, [b"abc"], holds_body=True))
    go(job, memory, notes := Notes(), CHANGES)
    told(service, notes)
    (sink, _), *_ = memory._held.values()
    sink.on_end(None, "")

    assert job.state is JobState.TRANSFERRED
    assert sorted(text.split()[0] for text in told(service, notes)) == ["modification", "transferred"]


def test_without_a_thread_of_their_own_calls_are_made_by_who_waits_for_them(memory: Any, tmp_path: Path) -> None:
    with Service(str(tmp_path / "store"), wire=memory, clock=ManualClock(), callback_thread=False) as service:
        job = service.create_job("a")
        job.add_file(memory.play("http://h/a", memory.whole(b"abc")), str(tmp_path / "a"))
        go(job, memory, notes := Notes(), FILES)
        before = list(notes.seen)

        assert (before, told(service, notes)) == ([], ["file a", "transferred"])
        assert notes.threads == {threading.get_ident()}


def test_who_is_called_by_himself_and_waits_does_not_wait_for_himself(memory: Any, tmp_path: Path) -> None:
    class Waits(Notes):
        def file_transferred(self, job: JobHandle, file: FileInfo) -> None:
            super().file_transferred(job, file)
            self.seen.append(str(service.wait_for_callbacks(0)))

    with Service(str(tmp_path / "store"), wire=memory, clock=ManualClock(), callback_thread=False) as service:
        job = service.create_job("a")
        job.add_file(memory.play("http://h/a", memory.whole(b"abc")), str(tmp_path / "a"))
        go(job, memory, notes := Waits(), FILES)

        assert told(service, notes) == ["file a", "False", "transferred"]


def test_every_change_of_a_job_at_rest_is_told(make: Any) -> None:
    service, job = make()
    job.set_notify_flags(CHANGES)
    job.set_notify_interface(notes := Notes())
    seen: list[str] = []
    for change in (lambda: job.set_display_name("b"), lambda: job.set_priority(3), job.resume, job.cancel):
        change()
        seen += told(service, notes)[:1]

    assert seen == [
        "modification SUSPENDED",
        "modification SUSPENDED",
        "modification CONNECTING",
        "modification CANCELLED",
    ]


@pytest.mark.parametrize(
    ("answer", "expected"), [({}, ["file a", "file b", "transferred"]), ({"code": 404}, ["error 80190194"])]
)
def test_bits_tells_who_registers_after_the_event(
    make: Any, memory: Any, answer: dict[str, int], expected: list[str]
) -> None:
    service, job = make(**answer)
    job.set_notify_flags(FILES)
    job.resume()
    memory.run()
    job.set_notify_interface(notes := Notes())

    assert told(service, notes) == expected


def test_a_callback_is_not_remembered_over_a_restart(make: Any, memory: Any, serve: Any) -> None:
    service, job = make()
    job.set_notify_interface(notes := Notes())
    service.kill()
    service = serve(wire=memory)
    service.get_job(job.id).resume()
    memory.run()

    assert (service.get_job(job.id).state, told(service, notes)) == (JobState.TRANSFERRED, [])


def test_calls_are_made_on_a_thread_of_their_own(make: Any, memory: Any) -> None:
    service, job = make()
    go(job, memory, notes := Notes(), FILES)
    told(service, notes)

    assert len(notes.threads) == 1
    assert threading.get_ident() not in notes.threads


class Act(Callback):
    """Does something on being told of the transfer."""

    def __init__(self, action: Callable[[JobHandle], object]) -> None:
        self._action = action

    def job_transferred(self, job: JobHandle) -> None:
        self._action(job)


def test_a_callback_may_complete_its_job(make: Any, memory: Any, tmp_path: Path) -> None:
    service, job = make()
    go(job, memory, Act(lambda transferred: transferred.complete()))
    service.wait_for_callbacks(WAIT_SECONDS)

    assert (job.state, (tmp_path / "b").read_bytes()) == (JobState.ACKNOWLEDGED, b"abc")


def test_a_callback_that_does_not_return_holds_up_no_call(make: Any, memory: Any) -> None:
    service, job = make()
    begun, released = threading.Event(), threading.Event()

    def wait(_: JobHandle) -> None:
        begun.set()
        released.wait(WAIT_SECONDS)

    go(job, memory, Act(wait))
    try:
        assert begun.wait(WAIT_SECONDS)
        assert not service.wait_for_callbacks(0)
        assert job.cancel() == 0
    finally:
        released.set()


def test_a_callback_may_close_the_service(make: Any, memory: Any) -> None:
    service, job = make()
    closed = threading.Event()

    def close(_: JobHandle) -> None:
        service.close()
        closed.set()

    go(job, memory, Act(close))

    assert closed.wait(WAIT_SECONDS)


def test_on_the_clock_of_the_machine_a_failed_call_is_made_again(
    serve: Any, memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from copyjob.reference import callbacks
    from copyjob.reference.clock import SystemClock

    monkeypatch.setattr(callbacks, "BACK_OFF_FIRST_SECONDS", 0.01)
    service = serve(wire=memory, clock=SystemClock())
    job = service.create_job("a")
    job.add_file(memory.play("http://h/a", memory.whole(b"abc")), str(tmp_path / "a"))
    again = threading.Event()
    calls: list[int] = []

    def act(_: JobHandle) -> None:
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError
        again.set()

    go(job, memory, Act(act))

    assert again.wait(WAIT_SECONDS)


def test_moving_the_clock_is_enough_for_a_failed_call_to_be_made_again(make: Any, memory: Any) -> None:
    service, job = make()
    calls: list[int] = []
    again = threading.Event()

    def act(_: JobHandle) -> None:
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError
        again.set()

    go(job, memory, Act(act))
    assert service.wait_for_callbacks(WAIT_SECONDS)
    service.advance(5)

    assert again.wait(WAIT_SECONDS)
