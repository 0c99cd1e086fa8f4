"""Callbacks: what is missing, doubled, not asked for or out of order is found, in memory, by the check that it breaks.

Law: the plans are the kit's own. Nobody is blamed who calls back otherwise where the documents leave it open.
"""

from __future__ import annotations

import importlib.util
import inspect
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import pytest

from copyjob.conformance.backend import declare
from copyjob.conformance.bench import Bench
from copyjob.conformance.callback_plans import EVERYTHING, called_back, listening
from copyjob.conformance.checks import CHECKS
from copyjob.conformance.confirm import divergences_of
from copyjob.conformance.ground import Wire
from copyjob.conformance.plan import AddFile, Call, Gate, Listen, Plan, Restart, Serve, Settle, validate
from copyjob.conformance.pocket import PocketBackend
from copyjob.conformance.pocket_schedule import FINAL, PocketJob
from copyjob.conformance.record import Record, Verdict
from copyjob.conformance.runner import PATIENCE
from copyjob.spec.compiled import integer_table
from copyjob.spec.console import UsageError
from copyjob.spec.vocabulary import Dialect, JobState, NotifyFlag

OK = Verdict.CONFORMS
HELD = (Listen(EVERYTHING), Serve(1, "hold_body"), AddFile(0), AddFile(1), Call("resume"), Settle())
WHOLE = (Listen(EVERYTHING), AddFile(0), Call("resume"), Settle())


def _miniatures() -> list[Any]:
    # Test files are no package; what stands beside them is loaded by its path.
    path = Path(__file__).with_name("miniatures_callbacks.py")
    spec = importlib.util.spec_from_file_location("copyjob_miniatures_callbacks", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return [kind for kind in vars(module).values() if inspect.isclass(kind) and kind.__module__ == spec.name]


MINIATURES = _miniatures()


@contextmanager
def bench(backend: Any, dialect: Dialect, wire: Wire = Wire.MEMORY) -> Generator[Bench]:
    with (
        TemporaryDirectory() as folder,
        Bench(declare(backend, "backend"), integer_table(dialect), Path(folder) / "bench", wire=wire) as own,
    ):
        yield own


def run(backend: Any, *steps: Any, dialect: Dialect = Dialect.BITS, wire: Wire = Wire.MEMORY) -> Record:
    with bench(backend, dialect, wire) as own:
        return own.run(Plan(steps))


@cache
def plans(dialect: Dialect) -> tuple[Plan, ...]:
    return tuple(Plan(steps) for steps in called_back(dialect))


@pytest.mark.parametrize("miniature", MINIATURES, ids=lambda kind: kind.__name__)
def test_a_miniature_of_callbacks_is_accused_of_what_it_violates_alone(miniature: Any) -> None:
    dialect = Dialect(getattr(miniature, "dialect", "BITS"))
    with bench(miniature, dialect) as own:
        told = [found for plan in plans(dialect) for found in divergences_of(own.judge, own.run(plan))]

    assert {name for found in told for name in found.named} == set(miniature.violates)


def test_every_check_of_callbacks_has_a_miniature() -> None:
    of_callbacks = {check for check in CHECKS if check.startswith("callback/")}

    assert {name for kind in MINIATURES for name in kind.violates} == of_callbacks


# What the documents leave open


class TellsOfChangesTogether(PocketBackend):
    """Changes that nobody was told of yet are told by one call."""

    def modified(self, job: PocketJob) -> None:
        if not job.called:
            super().modified(job)


class TellsOfBytes(PocketBackend):
    """JobModification is called for every piece of a file, as the documents say."""

    def store(self, file: Any, piece: bytes) -> None:
        super().store(file, piece)
        for job in self.jobs.values():
            if job.state is JobState.TRANSFERRING:
                self.modified(job)


class KeepsTheClient(PocketBackend):
    """The interface survives the service, for the client has not exited."""

    def forget_client(self, job: PocketJob) -> None:
        pass


class TellsOnce(PocketBackend):
    """Who registers again is not told again of what he knows."""

    def register(self, job: PocketJob) -> None:
        if not job.registered:
            super().register(job)


class TellsLateInBothDialects(PocketBackend):
    """Who registers late is told in Delivery Optimization too, and of changes."""

    def register(self, job: PocketJob) -> None:
        bits, self.bits = self.bits, True
        files, job.files = job.files, job.files if bits else []
        super().register(job)
        self.bits, job.files = bits, files
        self.modified(job)


class DropsWhatIsLeftAtTheEnd(PocketBackend):
    """To Cancel or Complete a job takes back what its client was not told yet."""

    def entered(self, job: PocketJob) -> None:
        if job.state in FINAL:
            job.called.clear()
        super().entered(job)


class GoesToErrorAtOnce(PocketBackend):
    """What has no retry left goes to ERROR from where it failed; nobody is told that it was in another state."""

    def fail(self, job: PocketJob, fault: Any) -> None:
        told = [*job.called]
        super().fail(job, fault)
        if job.state is JobState.TRANSIENT_ERROR and self.given_up(job):
            job.called[:] = told
            self.enter(job, JobState.ERROR)


OTHERS = (
    PocketBackend,
    TellsOfChangesTogether,
    TellsOfBytes,
    KeepsTheClient,
    TellsOnce,
    TellsLateInBothDialects,
    DropsWhatIsLeftAtTheEnd,
    GoesToErrorAtOnce,
)
CONNECTING = (Listen(EVERYTHING), Gate("backlog"), AddFile(0), Call("resume"), Settle())
GIVES_UP = (Call("set_no_progress_timeout", 0), *CONNECTING, Gate("refuse"), Settle())


@pytest.mark.parametrize("dialect", Dialect, ids=lambda dialect: dialect.name)
@pytest.mark.parametrize("backend", OTHERS, ids=lambda kind: kind.__name__)
def test_who_calls_back_otherwise_where_it_is_left_open_is_not_blamed(backend: Any, dialect: Dialect) -> None:
    with bench(backend, dialect) as own:
        others = Plan((*HELD, Call("cancel"), Settle())), Plan(GIVES_UP)
        records = [own.run(plan) for plan in (*plans(dialect), *others)]

    assert [(record.plan, record.failures, record.error) for record in records if record.verdict is not OK] == []


@pytest.mark.parametrize("end", [NotifyFlag.JOB_ERROR, NotifyFlag.JOB_TRANSFERRED])
def test_a_file_may_come_after_one_end_where_the_other_end_is_not_asked_for(end: NotifyFlag) -> None:
    again = [Call("resume"), Settle()]
    failing = [Serve(1, "chunked"), *again, Serve(1, "serve"), *again]
    record = run(PocketBackend, Listen(end | NotifyFlag.FILE_TRANSFERRED), AddFile(1), *failing)

    assert (record.failures, record.verdict) == ([], Verdict.CONFORMS)


def test_a_call_that_gave_no_answer_leaves_nothing_to_demand() -> None:
    class Hangs(PocketBackend):
        call_timeout_seconds = 0.05

        def suspend(self, job: str) -> int:
            super().suspend(job)
            return int(threading.Event().wait())

        def entered(self, job: PocketJob) -> None:
            """Tell nobody anything."""

    record = run(Hangs, *HELD, Call("suspend"), Settle())

    assert (record.failures, bool(record.unclear)) == ([], True)


# One step at a time: no call pays for two of them


class TellsNothingOf(PocketBackend):
    """One kind of change is never told."""

    kept: ClassVar[str] = ""

    def add_file(self, job: str, remote_url: str, local_path: str) -> int:
        return self._kept("add_file", job, lambda: super(TellsNothingOf, self).add_file(job, remote_url, local_path))

    def complete(self, job: str) -> int:
        return self._kept("complete", job, lambda: super(TellsNothingOf, self).complete(job))

    def _kept(self, what: str, job: str, call: Callable[[], int]) -> int:
        told = len(self.jobs[job].called)
        hresult = call()
        if what == self.kept:
            del self.jobs[job].called[told:]
        return hresult


def test_what_was_called_before_a_job_ends_does_not_pay_for_its_end() -> None:
    class NothingOfItsEnd(TellsNothingOf):
        kept = "complete"

    record = run(NothingOfItsEnd, Listen(EVERYTHING), AddFile(0), Call("complete"), Settle())

    assert [failure.check.id for failure in record.failures] == ["callback/made"]


def test_what_was_not_called_is_missed_before_the_end_lets_go_of_it() -> None:
    class NothingOfAFile(TellsNothingOf):
        kept = "add_file"

    record = run(NothingOfAFile, Listen(EVERYTHING), Settle(), AddFile(0), Call("cancel"), Settle())

    assert [failure.check.id for failure in record.failures] == ["callback/made"]


# Over HTTP, where a callback may be on its way


class Late(PocketBackend):
    """A callback has come only when callbacks are asked for once more."""

    before: tuple[str, ...] = ()

    def take_callbacks(self, job: str) -> list[str]:
        told, self.before = list(self.before), tuple(super().take_callbacks(job))
        return told


class Silent(PocketBackend):
    """JobTransferred never comes."""

    quiescence_seconds = 0.1

    def call_back(self, job: PocketJob, flag: NotifyFlag) -> None:
        if flag is not NotifyFlag.JOB_TRANSFERRED:
            super().call_back(job, flag)


def test_a_callback_is_waited_for_over_http() -> None:
    record = run(Late, Listen(EVERYTHING), *HELD[1:], Serve(1, "serve"), Settle(), wire=Wire.HTTP)

    assert (record.verdict, record.judged["callback/made"] > 0) == (OK, True)


def test_a_callback_that_has_not_come_within_the_bound_makes_the_run_late() -> None:
    record = run(Silent, *WHOLE, wire=Wire.HTTP)

    assert record.late == "a callback had not come when the quiescence bound had passed"


def test_a_callback_that_never_comes_is_a_divergence_past_four_times_the_bound() -> None:
    with bench(Silent, Dialect.BITS, Wire.HTTP) as own:
        record = own.run(Plan(WHOLE), patience=PATIENCE)
        (found,) = divergences_of(own.judge, record)

    assert (set(found.named), found.late) == ({"callback/made"}, True)


def test_nothing_is_demanded_in_time_of_who_has_promised_no_time() -> None:
    class Timeless(Silent):
        quiescence_seconds = None  # type: ignore[assignment]
        powers = PocketBackend.powers - {"clock", "wire"}

    record = run(Timeless, *WHOLE, wire=Wire.HTTP)

    assert (record.verdict, record.judged["callback/made"]) == (OK, 0)


# The step of a plan


def test_a_plan_listens_from_the_beginning_and_again_after_a_restart() -> None:
    plan = listening(Plan((AddFile(0), Restart(), Settle())))

    assert plan.steps == (Listen(EVERYTHING), AddFile(0), Restart(), Listen(), Settle())


def test_a_plan_that_listens_by_itself_is_left_as_it_is() -> None:
    plan = Plan((AddFile(0), Restart(), Listen(1), Settle()))

    assert listening(plan) == plan


def test_without_the_step_nobody_is_asked_for_callbacks() -> None:
    class Unasked(PocketBackend):
        def take_callbacks(self, job: str) -> list[str]:
            raise AssertionError(job)

    assert run(Unasked, *HELD[1:]).verdict is OK


@pytest.mark.parametrize("flags", [-1, 64, True])
def test_flags_that_are_no_sum_of_flags_are_refused_in_a_plan(flags: int) -> None:
    with pytest.raises(UsageError, match="a sum of BG_NOTIFY_"):
        validate([Listen(flags)])


def test_a_callback_that_nobody_knows_is_an_error_of_the_adapter() -> None:
    class Invents(PocketBackend):
        def take_callbacks(self, job: str) -> list[str]:
            return [*super().take_callbacks(job), "JobDone"]

    assert "it answers a list of the names JobTransferred" in run(Invents, *HELD).error
