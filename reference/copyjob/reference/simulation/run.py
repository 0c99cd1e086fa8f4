"""One simulated run: a client, servers, a disk, crashes and faults, all drawn from one seed.

Laws: the same seed gives the same trace, byte for byte. After every step every promise of ``laws`` is checked; at the
end the world is made kind, and every job must reach its goal. The yield is the number of changes of state that
happened in a step with a fault in it; idle jobs add nothing to it.

It does not know why the service answers as it does.
"""

from __future__ import annotations

import json
import random
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from copyjob.reference.clock import ManualClock
from copyjob.reference.errors import CopyJobError
from copyjob.reference.service import JobHandle, Service
from copyjob.reference.simulation import laws
from copyjob.reference.simulation.laws import AT_REST, FINAL, BrokenPromiseError, Known, Moment
from copyjob.reference.simulation.machine import Crash, Machine
from copyjob.reference.simulation.network import Network
from copyjob.reference.simulation.patching import installed
from copyjob.reference.store import StoreError
from copyjob.reference.trace import Trace
from copyjob.spec.vocabulary import Dialect, Hresult, JobState

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS: Final = 250
JOBS_MAX: Final = 5
FILES_MAX: Final = 4
FOLDER: Final = "/downloads"
STORE: Final = "/state/jobs.sqlite"
EXPIRY_SECONDS: Final = 30 * 86_400
MOVES_MAX: Final = 5_000
"""More moves than this no kind server needs for all that is left at the end of a run."""

_WEIGHTS: Final = {
    "network": 44,
    "resume": 10,
    "add_file": 8,
    "create": 4,
    "suspend": 4,
    "cancel": 2,
    "complete": 6,
    "set_priority": 2,
    "set_retry": 1,
    "set_no_progress": 1,
    "wait": 8,
    "publish": 1,
    "stop": 1,
    "kill": 1,
    "lose_power": 1,
}


class Journal:
    """Where the traces of all lives of the service go; a dead machine writes nothing."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.lines: list[str] = []

    def write(self, text: str) -> None:
        """Take a line."""
        if not self._machine.dead:
            self.lines.append(text)

    def flush(self) -> None:
        """Nothing waits."""


@dataclass
class Outcome:
    """What came of a run."""

    seed: int
    trace: str
    steps: int
    faulted_changes: int
    changes: int
    crashes: int
    failure: str | None = None


class Run:
    """The world of one seed; use it within `installed`."""

    def __init__(self, seed: int, *, dialect: Dialect | None = None, power: bool = True) -> None:
        self.rng = random.Random(seed)  # noqa: S311 it is to be repeated
        self.dialect = dialect or self.rng.choice([Dialect.BITS, Dialect.DO])
        self.machine = Machine(random.Random(seed + 1))  # noqa: S311 likewise
        self.network = Network(random.Random(seed + 2), fault_rate=0.5)  # noqa: S311 likewise
        self.clock = ManualClock()
        self.power = power
        """Whether power may be lost; else the service is killed instead."""
        self.journal = Journal(self.machine)
        self.known: list[Known] = []
        self.service: Service | None = None
        self.called: tuple[str, Known | None, tuple[str, str] | None] = ("", None, None)
        """The call under way: its name, its job, and the file that it adds."""
        self.changes = self.faulted_changes = self.crashes = 0
        self.hit_again = 0.2
        """How many of the recoveries are hit by another crash."""
        self.paths = 0
        self.machine.mkdir(FOLDER)
        self.machine.mkdir("/state")

    # ---- lives of the service ----

    def start(self) -> None:
        """Start the service until it runs; it may be killed, or refuse, while the disk fails."""
        while self.service is None:
            try:
                self.service = Service(
                    STORE,
                    self.dialect,
                    clock=self.clock,
                    wire=self.network,
                    trace=Trace(self.journal),  # type: ignore[arg-type]  # it writes and flushes
                )
            except Crash:
                self._die(power_lost=self.rng.random() < 0.5)  # noqa: PLR2004 one in two
            except (StoreError, CopyJobError, sqlite3.Error):
                if not self.machine.struck:
                    raise
                self._die(power_lost=False)
        self._recovered()

    def _die(self, *, power_lost: bool) -> None:
        power_lost = power_lost and self.power
        self.crashes += 1
        self.service = None
        self.network.close()
        self.machine.restart(power_lost=power_lost)
        self.journal.write(json.dumps({"crash": "power" if power_lost else "kill"}) + "\n")
        if self.rng.random() < self.hit_again:
            self.machine.crash_at = self.machine.points + self.rng.randint(1, 6)

    def crash(self, *, power_lost: bool) -> None:
        """Kill the service, or cut the power, and start it again."""
        self._die(power_lost=power_lost)
        self.start()

    def stop(self) -> None:
        """Close the service and start it again."""
        assert self.service is not None, "it runs between steps"
        self.service.close()
        self.service = None
        self.network.close()
        self.start()

    def _recovered(self) -> None:
        assert self.service is not None, "it was just started"
        name, target, added = self.called
        ids = {known.id for known in self.known}
        for job in self.service.jobs():
            if job.id not in ids:
                _hold(name == "create", "no job appears that nobody created", job.id)
                self.known.append(Known(job.id))
                name = ""
        for known in self.known:
            job = self.service.find(known.id)
            mine = name if target is known else None
            files = job.files()
            if mine == "add_file" and added is not None and len(files) == len(known.files) + 1:
                self._note_file(known, added)
            expired = self.clock.now() >= job.created_at_seconds + EXPIRY_SECONDS
            laws.check_recovered(known, job, mine, expired)
            # A store that fails in the next life too leads to the same state, again in memory alone.
            known.in_memory = known.in_memory and job.state is JobState.ERROR
        self.called = ("", None, None)
        self.look(faulted=True)

    # ---- the client ----

    def _job(self, known: Known) -> JobHandle:
        assert self.service is not None, "it runs between steps"
        return self.service.find(known.id)

    def _note_file(self, known: Known, file: tuple[str, str]) -> None:
        known.files.append(file)
        known.before[file[1]] = self.machine.read(file[1])

    def create(self) -> None:
        """Create a job."""
        self.called = ("create", None, None)
        assert self.service is not None, "it runs between steps"
        job = self.service.create_job("a job")
        self.known.append(Known(job.id))

    def add_file(self, known: Known) -> None:
        """Add a new file to a job; something may stand at its destination."""
        self.paths += 1
        path = f"{FOLDER}/file{self.paths}"
        url = self.network.publish(f"http://host/{self.paths}")
        if self.rng.random() < 0.3:  # noqa: PLR2004 three in ten
            self.machine.put(path, b"what stood here before")
        self.call(known, "add_file", lambda job: job.add_file(url, path), (url, path))

    def call(
        self,
        known: Known,
        name: str,
        action: Callable[[JobHandle], Hresult],
        added: tuple[str, str] | None = None,
    ) -> int:
        """Make a call and hold the service to its answer; return that."""
        job, old, struck = self._job(known), known.state, self.machine.struck
        self.called = (name, known, added)
        if name == "complete":
            known.published = True
        try:
            answer = int(action(job))
        except CopyJobError as error:
            answer = error.hresult
            if old in AT_REST:
                _hold(job.state is old, "a refused call changes nothing", f"{name} of {old.name}: {job.state.name}")
            _hold(old in FINAL or known.files == [] or self.machine.struck > 0, "a good call is refused", str(error))
        else:
            if added is not None:
                self._note_file(known, added)
            _answered(name, job)
            known.untidy = answer == Hresult.BG_S_UNABLE_TO_DELETE_FILES or self.machine.struck > struck
        self.called = ("", None, None)
        return answer

    def _random_call(self, name: str) -> None:
        candidates = [known for known in self.known if known.state not in FINAL or self.rng.random() < 0.1]  # noqa: PLR2004 rarely
        if not candidates:
            return
        known = self.rng.choice(candidates)
        if name == "complete" and known.state is not JobState.TRANSFERRED and self.rng.random() < 0.7:  # noqa: PLR2004 mostly
            return
        match name:
            case "add_file":
                if len(known.files) < FILES_MAX:
                    self.add_file(known)
            case "set_priority":
                priority = self.rng.randint(0, 3)
                self.call(known, name, lambda job: job.set_priority(priority))
            case "set_no_progress":
                seconds = self.rng.choice([0, 60, 3_600, 86_400])
                self.call(known, name, lambda job: job.set_no_progress_timeout(seconds))
            case "set_retry":
                if self.dialect is Dialect.BITS:
                    self.call(known, name, lambda job: job.set_minimum_retry_delay(60))
            case _:
                self.call(known, name, lambda job: getattr(job, name)())

    # ---- steps ----

    def step(self, number: int) -> None:
        """Do one thing, then look at everything."""
        action = self.rng.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
        self.journal.write(json.dumps({"step": number, "action": action}) + "\n")
        machine, chance = self.machine, self.rng.random()
        if chance < 0.05:  # noqa: PLR2004 one step in twenty
            machine.crash_at = machine.points + self.rng.randint(1, 8)
        elif chance < 0.12:  # noqa: PLR2004 one in fourteen
            machine.fail_at, machine.fail_count = machine.points + self.rng.randint(1, 4), self.rng.choice([1, 1, 3, 9])
        struck, crashes = machine.struck, self.crashes
        try:
            faulted = self._act(action)
        except Crash:
            self.crash(power_lost=self.rng.random() < 0.4)  # noqa: PLR2004 two in five
        else:
            self.look(faulted=faulted or machine.struck > struck or self.crashes > crashes)

    def _act(self, action: str) -> bool:
        """Do it; return whether it was a fault."""
        assert self.service is not None, "it runs between steps"
        match action:
            case "network":
                return self.move()
            case "create":
                if sum(known.state not in FINAL for known in self.known) < JOBS_MAX:
                    try:
                        self.create()
                    except CopyJobError:
                        self.called = ("", None, None)
                        _hold(self.machine.struck > 0, "a good call is refused", action)
            case "wait":
                self.service.advance(self.rng.choice([1, 5, 61, 601, 3_700, 90_000]))
            case "publish":
                if self.network.documents:
                    self.network.publish(self.rng.choice(list(self.network.documents)))
            case "stop":
                self.stop()
            case "kill" | "lose_power":
                self.crash(power_lost=action == "lose_power")
            case _:
                self._random_call(action)
        return False

    def move(self) -> bool:
        """Let a server move; return whether one did that goes wrong."""
        if not self.network.exchanges:
            return False
        exchange = self.rng.choice(self.network.exchanges)
        self.network.step(exchange)
        return exchange.way != "good"

    def look(self, *, faulted: bool) -> None:
        """Take down what the client sees, and check every promise."""
        assert self.service is not None, "it runs between steps"
        for known in self.known:
            job = self._job(known)
            for file in job.files():
                if file.completed and file.local_path not in known.completed:
                    found = self.machine.read(file.local_path)
                    whole = found is not None and found in self.network.documents[file.remote_url].versions
                    _hold(whole, "what is said to be completed is there", f"{file.local_path} has {found!r}")
                    known.completed[file.local_path] = found or b""
            error = job.job.error
            known.in_memory = (
                job.state is JobState.ERROR and error is not None and error.detail.startswith("the store ")
            )
            if job.state is not known.state:
                self.changes += 1
                self.faulted_changes += faulted
                if job.state in FINAL and self.machine.struck:
                    known.untidy = True
        laws.check_all(Moment(self.service, self.machine, self.network, self.known, FOLDER))
        for known in self.known:
            known.state = self._job(known).state

    # ---- the end ----

    def end(self) -> None:
        """Make the world kind: every job reaches its goal, and nothing is left over."""
        self.network.way = "good"
        self._die(power_lost=False)
        self.machine.calm()
        self.start()
        for known in self.known:
            known.untidy = False
        self.look(faulted=True)
        live = [known for known in self.known if known.state not in FINAL and known.files]
        for known in live:
            self.call(known, "resume", JobHandle.resume)
        moves = 0
        while self.network.exchanges and moves < MOVES_MAX:
            self.move()
            moves += 1
        for known in live:
            state = self._job(known).state
            _hold(state is JobState.TRANSFERRED, "a kind world brings every job to its goal", f"{state.name}")
            answer = self.call(known, "complete", JobHandle.complete)
            _hold(answer == Hresult.S_OK, "a kind world completes every job", f"0x{answer:08X}")
            self.look(faulted=False)
            _hold(set(known.completed) == {path for _, path in known.files}, "Complete publishes every file", known.id)
        for known in self.known:
            if known.state not in FINAL:
                self.call(known, "cancel", JobHandle.cancel)
        self.look(faulted=False)
        left = [name for name in self.machine.names(FOLDER) if name.startswith(".BIT-")]
        _hold(not left, "when every job has ended no temporary file is left", str(left))


def _hold(held: bool, promise: str, seen: str) -> None:
    if not held:
        raise BrokenPromiseError(f"{promise}: {seen}")


def _answered(name: str, job: JobHandle) -> None:
    """Hold a call that was not refused to what it says."""
    permitted: dict[str, set[JobState]] = {
        "suspend": {JobState.SUSPENDED, JobState.ERROR, JobState.TRANSFERRED},
        "cancel": {JobState.CANCELLED},
        "complete": {JobState.ACKNOWLEDGED},
        "resume": set(JobState) - FINAL - {JobState.SUSPENDED},
    }
    _hold(job.state in permitted.get(name, set(JobState)), "a call does what it answers", f"{name}: {job.state.name}")


def simulate(seed: int, steps: int = STEPS, **options: Any) -> Outcome:
    """Run one seed; a broken promise, or an exception of the service, is in the outcome."""
    run, number, failure = Run(seed, **options), 0, None
    with installed(run.machine, seed):
        try:
            run.start()
            for number in range(1, steps + 1):
                run.step(number)
            run.end()
        except Exception as error:  # noqa: BLE001 whatever the service raises is a finding
            failure = f"{type(error).__name__}: {error}"
            run.journal.lines.append(json.dumps({"failure": failure}) + "\n")
    trace = "".join(run.journal.lines)
    return Outcome(seed, trace, number, run.faulted_changes, run.changes, run.crashes, failure)
