"""One simulated run: a client, servers, a disk, crashes and faults, all drawn from one seed.

Laws: the same seed gives the same trace, byte for byte. After every step every promise of ``laws`` is checked; at the
end the world is made kind, and every job must reach its goal. The yield is the number of changes of state that
happened in a step with a fault in it; idle jobs add nothing to it.

It does not know why the service answers as it does.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any, Final

from copyjob.reference.errors import CopyJobError
from copyjob.reference.service import JobHandle, Service
from copyjob.reference.simulation import laws
from copyjob.reference.simulation.client import FOLDER, Client, hold
from copyjob.reference.simulation.laws import FINAL, Known, Moment
from copyjob.reference.simulation.machine import Crash, Machine
from copyjob.reference.simulation.patching import installed
from copyjob.reference.store import StoreError
from copyjob.reference.trace import Trace
from copyjob.spec.vocabulary import Dialect, Hresult, JobState

STEPS: Final = 250
JOBS_MAX: Final = 5
STORE: Final = "/state/jobs.sqlite"
EXPIRY_SECONDS: Final = 30 * 86_400
MOVES_MAX: Final = 5_000
"""More moves than this no kind server needs for all that is left at the end of a run."""

_WEIGHTS: Final = {
    "network": 44,
    "resume": 10,
    "add_file": 8,
    "add_set": 1,
    "rename": 3,
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


class Run(Client):
    """The world of one seed; use it within `installed`."""

    def __init__(self, seed: int, *, dialect: Dialect | None = None, power: bool = True) -> None:
        super().__init__(seed, dialect)
        self.power = power
        """Whether power may be lost; else the service is killed instead."""
        self.journal = Journal(self.machine)
        self.changes = self.faulted_changes = self.crashes = 0
        self.hit_again = 0.2
        """How many of the recoveries are hit by another crash."""
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
        name, target, wanted = self.called
        ids = {known.id for known in self.known}
        for job in self.service.jobs():
            if job.id not in ids:
                hold(name == "create", "no job appears that nobody created", job.id)
                self.known.append(Known(job.id))
                name = ""
        for known in self.known:
            job = self.service.find(known.id)
            mine = name if target is known else None
            if mine is not None and wanted and self.has(job, known, wanted):
                self.note(known, wanted)
            expired = self.clock.now() >= job.created_at_seconds + EXPIRY_SECONDS
            laws.check_recovered(known, job, mine, expired)
            # A store that fails in the next life too leads to the same state, again in memory alone.
            known.in_memory = known.in_memory and job.state is JobState.ERROR
        self.called = ("", None, ())
        self.look(faulted=True)

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
                        self.called = ("", None, ())
                        hold(self.machine.struck > 0, "a good call is refused", action)
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
                self.random_call(action)
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
            job = self.handle(known)
            for file in job.files():
                if file.completed and file.local_path not in known.completed:
                    found = self.machine.read(file.local_path)
                    wish = next(wish for wish in known.files if wish.path == file.local_path)
                    whole = found is not None and found in self.network.contents(wish)
                    hold(whole, "what is said to be completed is there", f"{file.local_path} has {found!r}")
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
            known.state = self.handle(known).state

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
            state = self.handle(known).state
            hold(state is JobState.TRANSFERRED, "a kind world brings every job to its goal", f"{state.name}")
            answer = self.call(known, "complete", JobHandle.complete)
            hold(answer == Hresult.S_OK, "a kind world completes every job", f"0x{answer:08X}")
            self.look(faulted=False)
            hold(set(known.completed) == {wish.path for wish in known.files}, "Complete publishes every file", known.id)
        for known in self.known:
            if known.state not in FINAL:
                self.call(known, "cancel", JobHandle.cancel)
        self.look(faulted=False)
        left = [name for name in self.machine.names(FOLDER) if name.startswith(".BIT-")]
        hold(not left, "when every job has ended no temporary file is left", str(left))


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
