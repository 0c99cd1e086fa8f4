"""Each of the ten points of the oracle's theory bears weight: with it the verdict is right, without it it is wrong.

Law: every point has a case here. It is judged by the kit as it is, and by the kit with that one point taken out by a
small patch; the two verdicts differ. So a kit that lost a point would fail here, whatever else it still does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import pytest

from copyjob.conformance import confirm, oracle
from copyjob.conformance.adapter import Adapter
from copyjob.conformance.backend import Declared
from copyjob.conformance.bench import Bench
from copyjob.conformance.campaign import conduct
from copyjob.conformance.causes import CauseBook
from copyjob.conformance.inspector import Inspector
from copyjob.conformance.interface import Power
from copyjob.conformance.nodes import Belief
from copyjob.conformance.observation import (
    ANY_EVENT,
    Called,
    Causes,
    Observation,
    Overlapped,
    Quiet,
    Requested,
    Sampled,
    TimedOut,
    bits_of,
    side_by_side,
)
from copyjob.conformance.oracle import Judge, first_rejection
from copyjob.conformance.origin.journal import Entry, EntryKind
from copyjob.conformance.origin.scripts import FaultKind
from copyjob.conformance.plan import AddFile, Call, Plan, Serve, Settle, Step
from copyjob.conformance.record import Record, Verdict
from copyjob.conformance.runner import Run
from copyjob.spec.compiled import integer_table
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, Operation

Event = InternalEvent
OK, NOTHING = 0, Causes()
QUEUED = (Called(Operation.ADD_FILE, OK, NOTHING), Called(Operation.RESUME, OK, NOTHING))
RUNNING = (*QUEUED, Sampled(JobState.TRANSFERRING, Causes(bits_of((Event.TURN, Event.CONNECT)))))
SUSPENDED = (*RUNNING, Called(Operation.SUSPEND, OK, NOTHING), Sampled(JobState.SUSPENDED, NOTHING))
DOWNLOAD = (AddFile(0), Call("resume"), Settle())
HELD = (Serve(0, "hold_body"), *DOWNLOAD)
SOON_SECONDS = 0.2


@dataclass
class Kit:
    """What a case may use: what opens a bench, what declares a variant of the small backend, and that backend."""

    open_bench: Callable[..., Bench]
    variant: Callable[..., Declared]
    tiny: Any

    def verdict(self, *steps: Step, patiently: bool = False, **members: object) -> Verdict:
        """Return how one run of a variant ends."""
        opened = self.open_bench(self.variant(**members))
        return (opened.run_patiently if patiently else opened.run)(Plan(steps, aim="by hand")).verdict


@pytest.fixture
def kit(open_bench: Callable[..., Bench], variant: Callable[..., Declared], tiny: Any) -> Kit:
    return Kit(open_bench, variant, tiny)


def permits(*observations: Observation) -> Callable[[Kit], bool]:
    return lambda _: first_rejection(Judge(integer_table(Dialect.BITS)), observations) is None


def forbids(*observations: Observation) -> Callable[[Kit], bool]:
    return lambda _: first_rejection(Judge(integer_table(Dialect.BITS)), observations) is not None


Patch = Callable[[pytest.MonkeyPatch], None]


def patch(owner: Any, name: str, make: Callable[[Any], object]) -> Patch:
    """Return what puts something else in a place; ``make`` gets what stands there."""
    return lambda monkeypatch: monkeypatch.setattr(owner, name, make(getattr(owner, name)))


def without_step(kind: type[Observation], instead: Callable[[Judge, Belief, Any, bool], Belief]) -> Patch:
    """Return what takes one kind of observation out of the judge's logic."""

    def make(step: Any) -> object:
        def other(judge: Judge, belief: Belief, observation: Observation, *, tolerant: bool = True) -> Belief:
            if isinstance(observation, kind):
                return instead(judge, belief, observation, tolerant)
            return cast("Belief", step(judge, belief, observation, tolerant=tolerant))

        return other

    return patch(Judge, "step", make)


def spread(judge: Judge, belief: Belief, observation: Any, tolerant: bool) -> Belief:
    return judge.spread(belief, observation.causes, tolerant=tolerant)


def unchanged(_judge: Judge, belief: Belief, _observation: Any, _tolerant: bool) -> Belief:
    return belief


# Cases that need a cause book, or a backend


def a_fault_outlives_its_script(_kit: Kit) -> bool:
    """Let a script change at once after the server sent a 404, and the job fail only then."""
    book = CauseBook(
        Declared("by hand", object, tuple(Dialect), frozenset(Power), stall_timeout_seconds=9.0), Dialect.BITS
    )
    book.read([Entry(1, 0.0, 1, EntryKind.FAULT, path="a", connection=1, fault=FaultKind.FATAL)])
    book.set_script(0, "serve")
    return permits(*RUNNING, Sampled(JobState.ERROR, book.causes()))(_kit)


def scripts_are_atomic(set_script: Any) -> object:
    def other(book: CauseBook, file: int, script: str) -> None:
        set_script(book, file, script)
        # As if what was sent under the old script had never been sent.
        book.saw(JobState.SUSPENDED, 10**9)

    return other


def late_once(kit: Kit) -> bool:
    """Let a job be late once, and in time when it is run again with more patience."""
    resumed: list[str] = []

    def resume(self: Any, job: str) -> int | None:
        resumed.append(job)
        if len(resumed) == 1:
            with self.lock:
                self._move(self.jobs[job], 0)
            return None
        return cast("int | None", kit.tiny.resume(self, job))

    found = kit.verdict(*DOWNLOAD, patiently=True, resume=resume, quiescence_seconds=SOON_SECONDS)
    return found is Verdict.CONFORMS


def progress_beside_a_refusal(kit: Kit) -> bool:
    """Refuse GetError while bytes come in."""

    def get_progress(self: Any, job: str) -> tuple[int, int, int, int]:
        total, transferred, files, done = kit.tiny.get_progress(self, job)
        self.asked = getattr(self, "asked", 0) + (self.jobs[job]["state"] == self.TRANSFERRING)
        return total, transferred + self.asked, files, done

    steps = (*HELD, Call("get_error"))
    return kit.verdict(*steps, get_progress=get_progress, powers=("progress", "error")) is Verdict.CONFORMS


def everything_is_compared(compare: Any) -> object:
    def other(inspector: Inspector, *snapshots: Any, counts: bool, error: bool, bytes_too: bool) -> None:
        del counts, error, bytes_too
        compare(inspector, *snapshots, counts=True, error=True, bytes_too=True)

    return other


def only_this_order(_: Any) -> object:
    def other(belief: Belief, calls: Sequence[Any], answered: Callable[[Belief, Any], Belief], _: Any) -> Belief:
        for call in calls:
            belief = answered(belief, call)
        return belief

    return other


def flaky_is_told_as_flaky(kit: Kit) -> bool:
    """Let every other Resume answer wrongly."""
    called: list[str] = []

    def resume(_: object, job: str) -> int | None:
        called.append(job)
        return None if len(called) % 2 else 0x80200003

    bench = kit.open_bench(kit.variant(resume=resume))
    (divergence,) = conduct(bench, [Plan((Call("resume"),), aim="by hand")]).divergences
    return divergence.reproduced < divergence.runs


def own_job_is_cleaned_up(kit: Kit) -> bool:
    """Let a plan end while its job transfers."""
    backends: list[Any] = []

    def init(backend: Any, dialect: str, folder: str) -> None:
        kit.tiny.__init__(backend, dialect, folder)
        backends.append(backend)

    kit.verdict(*HELD, __init__=init)
    return [job["state"] for backend in backends for job in backend.jobs.values()] == [kit.tiny.CANCELLED]


def foreign_job_is_left_alone(kit: Kit) -> bool:
    """Put somebody else's job into the queue."""
    foreign: list[tuple[Any, str]] = []

    def init(backend: Any, dialect: str, folder: str) -> None:
        kit.tiny.__init__(backend, dialect, folder)
        foreign.append((backend, kit.tiny.create_job(backend, "somebody else's")))

    kit.verdict(Call("cancel"), __init__=init)
    return all(backend.jobs[job]["state"] == kit.tiny.SUSPENDED for backend, job in foreign)


def any_job_will_do(create_job: Any) -> object:
    def other(adapter: Any, name: str) -> str:
        created: str = create_job(adapter, name)
        return str(min(created, *adapter._backend.jobs))

    return other


def always_caused(closure: Any) -> object:
    def other(judge: Judge, belief: int, causes: Causes, *, tolerant: bool = True) -> int:
        return cast("int", closure(judge, belief, Causes(ANY_EVENT, causes.served), tolerant=tolerant))

    return other


def nothing_by_itself(_: Any) -> object:
    def other(_judge: Judge, belief: int, _causes: Causes, *, tolerant: bool = True) -> int:
        del tolerant
        return belief

    return other


def run_once(_: Any) -> object:
    def other(bench: Bench, plan: Plan) -> Record:
        return bench.run(plan)

    return other


def only_the_world(_: Any) -> object:
    def other(run: Run) -> None:
        run.world.close()

    return other


def answer_apart(_: Any) -> object:
    def other(judge: Judge, belief: int, operation: Operation, _hresult: object) -> int:
        return judge.destinations(belief, operation)

    return other


def always_served(init: Any) -> object:
    def other(judge: Any, table: Any) -> None:
        init(judge, table)
        everywhere = (1 << len(table.configurations)) - 1
        judge._fewer_done_than = [everywhere] * len(judge._fewer_done_than)

    return other


TRANSFERRED = Sampled(JobState.TRANSFERRED, Causes(bits_of((Event.FILE_DONE, Event.ALL_DONE)), 0))
REFUSED_WHERE_IT_SUCCEEDS = (*QUEUED[:1], Called(Operation.RESUME, Hresult.BG_E_EMPTY, NOTHING))
OTHER_ORDER = side_by_side((Operation.COMPLETE, Hresult.BG_E_INVALID_STATE), (Operation.CANCEL, OK))
LATER = Sampled(JobState.CANCELLED, NOTHING)

CASES: Mapping[str, tuple[Callable[[Kit], bool], Patch]] = {
    "1 closed under internal events": (permits(*RUNNING), patch(Judge, "closure", nothing_by_itself)),
    "1 call and answer judged together": (forbids(*REFUSED_WHERE_IT_SUCCEEDS), patch(Judge, "call", answer_apart)),
    "2 no event without its cause": (
        forbids(*QUEUED, Sampled(JobState.CONNECTING, NOTHING)),
        patch(Judge, "closure", always_caused),
    ),
    "3 a change of the origin is not atomic": (
        a_fault_outlives_its_script,
        patch(CauseBook, "set_script", scripts_are_atomic),
    ),
    "3 no file is done before its last byte": (forbids(*RUNNING, TRANSFERRED), patch(Judge, "__init__", always_served)),
    "4 requests are observations": (forbids(*SUSPENDED, Requested(NOTHING)), without_step(Requested, spread)),
    "5 a call that timed out stays pending": (
        permits(TimedOut(Operation.CANCEL, NOTHING), Sampled(JobState.SUSPENDED, NOTHING), LATER),
        without_step(TimedOut, spread),
    ),
    "6 past the bound what was due is dropped": (
        forbids(*RUNNING, Quiet(frozenset((JobState.TRANSFERRING,)), NOTHING)),
        without_step(Quiet, unchanged),
    ),
    "6 what is late is run again": (
        late_once,
        patch(Bench, "run_patiently", run_once),
    ),
    "7 only what no event touches is compared": (
        progress_beside_a_refusal,
        patch(Inspector, "unchanged", everything_is_compared),
    ),
    "8 calls side by side in every order": (
        permits(*QUEUED[:1], Overlapped(OTHER_ORDER, NOTHING)),
        patch(oracle, "linearized", only_this_order),
    ),
    "9 reproduced k of n": (flaky_is_told_as_flaky, patch(confirm, "CONFIRMATIONS", lambda _: 0)),
    "10 cleaned up always": (own_job_is_cleaned_up, patch(Run, "_clean_up", only_the_world)),
    "10 found by its id": (foreign_job_is_left_alone, patch(Adapter, "create_job", any_job_will_do)),
}
each_case = pytest.mark.parametrize("name", CASES)


@each_case
def test_with_the_point_the_verdict_is_right(name: str, kit: Kit) -> None:
    right, _ = CASES[name]
    assert right(kit)


@each_case
def test_without_the_point_the_verdict_is_wrong(name: str, kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    right, without = CASES[name]
    without(monkeypatch)
    assert not right(kit)


def test_every_point_of_the_theory_has_a_case() -> None:
    assert {int(name.split()[0]) for name in CASES} == set(range(1, 11))
