"""The naive machine: what one writes in an afternoon who has Hypothesis, the table, and no kit.

One rule for every operation and for everything the server, the clock and the service may do; the model is the table:
the set of configurations in which the job may be. Every answer, every sampled state and the counts of files are held
against it. What may happen by itself may always happen (turns, connections, faults, ends), timers only when the clock
is moved, a restart only when one is asked for. Beside that it looks whether a job that is left alone comes to rest, and
whether the files are where they belong.

It is kept out of the product; ``bench_kills.py`` measures it beside the kit. It is given what the kit has: the same
backends, the same origin in memory, moves of the wire between two looks, and a way to wait.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, NoReturn, TypeVar

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import FlakyStrategyDefinition
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from copyjob.conformance.adapter import Progress
from copyjob.conformance.backend import Declared
from copyjob.conformance.callers import CallTimedOutError
from copyjob.conformance.ground import MemoryGround, temporary_folder
from copyjob.conformance.ground import Wire as _Wire
from copyjob.conformance.plan import Plan
from copyjob.conformance.weather import DAY_SECONDS
from copyjob.conformance.world import World
from copyjob.spec.compiled import FILES_BOUND, IntegerTable
from copyjob.spec.vocabulary import FAILURE_BIT, Hresult, InternalEvent, JobState, Operation

T = TypeVar("T")
TIMERS = (InternalEvent.RETRY, InternalEvent.NO_PROGRESS, InternalEvent.EXPIRY)
"""What happens only when the clock is moved."""
ALWAYS = tuple(event for event in InternalEvent if event not in (*TIMERS, InternalEvent.RESTART))
RUNNING = (JobState.QUEUED, JobState.CONNECTING, JobState.TRANSFERRING)
WEATHERS = ("serve", "hold_headers", "hold_body", "status_503", "status_404", "status_403", "reset", "truncate")
SPANS_SECONDS = (1, 600, 15 * DAY_SECONDS, 91 * DAY_SECONDS)


class OutOfTimeError(BaseException):
    """The time is over; no Exception, so that Hypothesis lets it through."""


@dataclass
class Hunt:
    """What came of one hunt: the CPU seconds of the first failure, and the steps of the last one."""

    cpu_seconds: float | None = None
    steps: tuple[str, ...] = ()
    why: str = ""
    examples: int = 0
    whole_cpu_seconds: float = 0.0


@dataclass
class Deadline:
    """How many CPU seconds there are, from when on."""

    began: float = field(default_factory=time.process_time)
    finding_seconds: float = 1.0
    shrinking_seconds: float = 1.0

    def passed(self, hunt: Hunt) -> bool:
        """Whether the time to find something is over, or that to shrink what was found."""
        end = self.finding_seconds if hunt.cpu_seconds is None else hunt.cpu_seconds + self.shrinking_seconds
        return time.process_time() - self.began > end


class NaiveMachine(RuleBasedStateMachine):
    """One job of one backend; a subclass names backend, dialect and ground (:func:`hunt`)."""

    declared: ClassVar[Declared]
    table: ClassVar[IntegerTable]
    ground: ClassVar[MemoryGround]
    folder: ClassVar[Path]
    found: ClassVar[Hunt]
    deadline: ClassVar[Deadline]

    def __init__(self) -> None:
        super().__init__()
        if self.deadline.passed(self.found):
            raise OutOfTimeError
        self.found.examples += 1
        self.steps: list[str] = []
        self.ground.begin(Plan((), "naive"))
        self.backend = self.ground.adapter(self.declared, self.table.dialect, self.folder / "backend")
        self.world = World(self.ground.origin, self.folder / "job", seed=0)
        self.scripts = dict.fromkeys(range(FILES_BOUND), "serve")
        self.added: list[int] = []
        self.job = self.backend.create_job("naive")
        self.model = {n for n in range(len(self.table.configurations)) if self.table.initial >> n & 1}
        self.state = JobState.SUSPENDED

    def teardown(self) -> None:
        """Leave nothing behind."""
        if hasattr(self, "world"):
            with suppress(Exception):
                self.backend.call(Operation.CANCEL, self.job)
            self.backend.close()
            self.world.close()

    # The model

    def fail(self, why: str) -> NoReturn:
        """Note a failure, and fail."""
        if self.found.cpu_seconds is None:
            self.found.cpu_seconds = time.process_time() - self.deadline.began
        self.found.steps, self.found.why = tuple(self.steps), why
        raise AssertionError(why)

    def ask(self, work: Callable[[], T]) -> T:
        """Ask the backend something; that it hangs is a failure."""
        try:
            return work()
        except CallTimedOutError:
            self.fail("a call hangs")

    def after(self, *events: InternalEvent) -> set[int]:
        """Return where the job may be when these events, and what may always happen, may have happened."""
        reached, fresh = set(self.model), set(self.model)
        while fresh:
            fresh = {
                edge.dest
                for event in (*ALWAYS, *events)
                if event in self.table.edges
                for number in fresh
                for edge in self.table.edges[event][number]
            } - reached
            reached |= fresh
        return reached

    def narrow(self, possible: set[int], why: str) -> None:
        """Believe this; nothing at all is a failure."""
        if not possible:
            self.fail(why)
        self.model = possible

    def call(self, operation: Operation, *arguments: object) -> int:
        """Call, and hold the answer to the table."""
        answer = int(self.ask(lambda: self.backend.call(operation, self.job, *arguments)))
        ways = self.table.edges[operation]
        possible = {
            edge.dest
            for number in self.after()
            for edge in ways[number]
            if edge.hresult is not None and int(edge.hresult) == answer
        }
        self.narrow(possible, f"{operation.value} answered {answer:#x}")
        return answer

    @invariant()
    def sample(self) -> None:
        """Look at the state, the counts of files, and the disk."""
        self.ground.pace.before_sample()
        self.look()
        destinations = {self.world.destination(number).name: number for number in self.added}
        names = set(self.world.listing())
        if self.state is JobState.ACKNOWLEDGED:
            for name in names & destinations.keys():
                number = destinations[name]
                if self.world.destination(number).read_bytes() != self.world.files[number].versions[-1]:
                    self.fail(f"{name} is not what was served")
        elif names & destinations.keys():
            self.fail("a file is at its destination before Complete")
        if self.state in (JobState.ACKNOWLEDGED, JobState.CANCELLED) and names - destinations.keys():
            self.fail("temporary files are left")

    def look(self) -> None:
        """Ask for the state and the counts, and hold both to the model."""
        state = self.ask(lambda: self.backend.state(self.job))
        configurations = self.table.configurations
        told = {number for number in self.after() if configurations[number].state is state}
        self.narrow(told, f"the state is {state}")
        assert isinstance(state, JobState)
        self.state = state
        progress = self.ask(lambda: self.backend.progress(self.job))
        if isinstance(progress, Progress):
            counts = (progress.files_total, progress.files_done)
            self.narrow(
                {n for n in self.after() if counts == _counts(configurations[n].facts)},
                f"{counts[1]} of {counts[0]} files are done",
            )

    # The rules: one for each operation

    @rule(number=st.integers(0, FILES_BOUND - 1))
    def add_file(self, number: int) -> None:
        """Add a file that is not there yet."""
        if number in self.added:
            return
        self.steps.append(f"add_file {number}")
        url, path = self.world.files[number].url, str(self.world.destination(number))
        if not self.call(Operation.ADD_FILE, url, path) & FAILURE_BIT:
            self.added.append(number)

    @rule()
    def resume(self) -> None:
        """Resume."""
        self.plainly(Operation.RESUME)

    @rule()
    def suspend(self) -> None:
        """Suspend."""
        self.plainly(Operation.SUSPEND)

    @rule()
    def cancel(self) -> None:
        """Cancel."""
        self.plainly(Operation.CANCEL)

    @rule()
    def complete(self) -> None:
        """Complete; whatever was wholly there is at its destination then."""
        self.steps.append("complete")
        before = self.ask(lambda: self.backend.progress(self.job))
        answer = self.call(Operation.COMPLETE)
        whole = isinstance(before, Progress) and before.files_done == before.files_total
        if answer == Hresult.S_OK and whole and not all(self.world.destination(n).exists() for n in self.added):
            self.fail("a file was not made available")

    @rule()
    def get_error(self) -> None:
        """Ask for the error."""
        self.plainly(Operation.GET_ERROR)

    @rule(priority=st.integers(0, 3))
    def set_priority(self, priority: int) -> None:
        """Set the priority."""
        self.plainly(Operation.SET_PRIORITY, priority)

    @rule(seconds=st.sampled_from((60, 600, 3_600)))
    def set_minimum_retry_delay(self, seconds: int) -> None:
        """Set the retry delay."""
        self.plainly(Operation.SET_MINIMUM_RETRY_DELAY, seconds)

    @rule(seconds=st.sampled_from((60, 600, 3_600)))
    def set_no_progress_timeout(self, seconds: int) -> None:
        """Set the no-progress timeout."""
        self.plainly(Operation.SET_NO_PROGRESS_TIMEOUT, seconds)

    def plainly(self, operation: Operation, *arguments: object) -> None:
        """Call an operation where it exists in this dialect."""
        if operation in self.table.edges:
            self.steps.append(" ".join(map(str, (operation.value, *arguments))))
            self.call(operation, *arguments)

    # and one for whatever else may happen

    @rule(number=st.integers(0, FILES_BOUND - 1), script=st.sampled_from(WEATHERS))
    def serve(self, number: int, script: str) -> None:
        """Let the server answer otherwise."""
        self.steps.append(f"serve {number} {script}")
        self.scripts[number] = script
        self.world.set_script(number, script)

    @rule()
    def settle(self) -> None:
        """Wait until nothing moves; a job whose server serves has come to rest then."""
        self.steps.append("settle")

        def rests() -> bool:
            self.look()
            return self.state not in RUNNING

        served = all(self.scripts[number] == "serve" for number in self.added)
        if not self.ground.pace.until(rests, 0) and served:
            self.fail(f"still {self.state.name}")

    @rule(seconds=st.sampled_from(SPANS_SECONDS))
    def advance(self, seconds: int) -> None:
        """Let time pass."""
        self.steps.append(f"advance {seconds}")
        self.ask(lambda: self.backend.advance(seconds))
        self.model = self.after(*TIMERS)

    @rule()
    def restart(self) -> None:
        """Restart the service; a job that has ended need not be known any more."""
        if self.state in (JobState.ACKNOWLEDGED, JobState.CANCELLED):
            return
        self.steps.append("restart")
        before = self.after()
        self.ask(self.backend.restart)
        ways = self.table.edges[InternalEvent.RESTART]
        self.narrow({edge.dest for number in before for edge in ways[number]}, "restart has no way")


def _counts(facts: Any) -> tuple[int, int]:
    return facts.files_total, facts.files_done


QUIETLY = settings(
    max_examples=1_000_000,
    deadline=None,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    report_multiple_bugs=False,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much),
    verbosity=Verbosity.quiet,
    print_blob=False,
)
"""As fast as Hypothesis goes: no explain phase, one bug, no database."""


def machine(
    declared: Declared, table: IntegerTable, ground: MemoryGround, folder: Path, found: Hunt, deadline: Deadline
) -> type[NaiveMachine]:
    """Return the machine for one backend."""
    facts: dict[str, object] = {"declared": declared, "table": table, "ground": ground, "folder": folder}
    return type("NaiveMachine", (NaiveMachine,), {**facts, "found": found, "deadline": deadline})


def hunt(
    declared: Declared,
    table: IntegerTable,
    *,
    finding_seconds: float,
    shrinking_seconds: float | None = None,
    number: int = 0,
) -> Hunt:
    """Let the naive machine loose on a backend for so many CPU seconds; to shrink what it finds it has as many more."""
    found = Hunt()
    ground = MemoryGround(number)
    with temporary_folder(_Wire.MEMORY) as folder:
        deadline = Deadline(
            finding_seconds=finding_seconds,
            shrinking_seconds=finding_seconds if shrinking_seconds is None else shrinking_seconds,
        )
        kind = machine(declared, table, ground, folder, found, deadline)
        try:
            run_state_machine_as_test(seed(number)(kind), settings=QUIETLY)
        except AssertionError:
            pass
        except (OutOfTimeError, FlakyStrategyDefinition):
            # Whoever is stopped half-way seems inconsistent to Hypothesis.
            if not deadline.passed(found):
                raise
        finally:
            ground.close()
        found.whole_cpu_seconds = time.process_time() - deadline.began
    return found
