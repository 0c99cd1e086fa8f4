"""The world of one simulated run: machine, servers, clock, a client, and one life of the service after another.

Laws: a client knows what its calls have answered, and holds the service to that. A call that was cut short has happened
or not; one that was refused has not, unless the disk failed to sync it and then failed again to take it back. A crash
is followed by a start, which may be hit too. `look` checks every promise of ``laws``.

It does not know what happens next, nor why the service answers as it does.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from copyjob.reference.arrivals import GATHER_SECONDS
from copyjob.reference.policies import TransferPolicy
from copyjob.reference.service import JobHandle, Service
from copyjob.reference.simulation import laws
from copyjob.reference.simulation.client import FOLDER, SOURCES, STORE, Called, Client
from copyjob.reference.simulation.known import FINAL, Known, Moment, hold, settings_of
from copyjob.reference.simulation.machine import Crash
from copyjob.reference.store import StoreError
from copyjob.reference.trace import Trace
from copyjob.spec.vocabulary import Dialect, Hresult, JobState

if TYPE_CHECKING:
    from copyjob.reference.simulation.machine import Machine

FOLDERS: Final = (FOLDER, SOURCES)
EXPIRY_SECONDS: Final = 30 * 86_400
MOVES_MAX: Final = 5_000
"""More moves than this no kind server needs for all that is left at the end of a run."""


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


class World(Client):
    """The world of one seed; use it within `installed`."""

    def __init__(self, seed: int, *, dialect: Dialect | None = None, power: bool = True) -> None:
        super().__init__(seed, dialect)
        self.power = power
        """Whether power may be lost; else the service is killed instead."""
        self.journal = Journal(self.machine)
        self.changes = self.faulted_changes = self.crashes = 0
        self.hit_again = 0.2
        """How many of the recoveries are hit by another crash."""
        self.policy = TransferPolicy(gather_seconds=GATHER_SECONDS if seed % 2 else 0.0)
        """In every other world arrivals of files wait for one another."""
        for folder in FOLDERS:
            self.machine.mkdir(folder)
        self.machine.mkdir("/state")

    # ---- lives of the service ----

    def start(self) -> None:
        """Start the service until it runs; it may be killed, or refuse, while the disk fails."""
        struck = self.machine.struck
        while self.service is None:
            before = self.machine.struck
            try:
                self.service = Service(
                    STORE,
                    self.dialect,
                    clock=self.clock,
                    wire=self.network,
                    policy=self.policy,
                    trace=Trace(self.journal),  # type: ignore[arg-type]  # it writes and flushes
                )
            except Crash:
                self._die(power_lost=self.rng.random() < 0.5)  # noqa: PLR2004 one in two
            except StoreError:
                if self.machine.struck == before:
                    raise  # a disk that does not fail is no reason
                self._die(power_lost=False)
        if self.machine.struck == struck:
            for known in self.known:
                known.untidy = False
        self._recovered()

    def _die(self, *, power_lost: bool) -> None:
        power_lost = power_lost and self.power
        self.crashes += 1
        if self.service is not None and self.database.doubtful is None:
            self.doubted = Called()  # a later commit has written over it
        self.service = None
        self.network.close()
        self.machine.restart(power_lost=power_lost)
        self.journal.write(json.dumps({"crash": "power" if power_lost else "kill"}) + "\n")
        if self.rng.random() < self.hit_again:
            self.machine.crash_at = self.machine.points + self.rng.randint(1, 6)
            self.machine.crash_after = self.rng.random() < 0.5  # noqa: PLR2004 one in two

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
        open_calls = [called for called in (self.called, self.doubted) if called.name]
        created = [called.wanted for called in open_calls if called.name == "create"]
        ids = {known.id for known in self.known}
        for job in self.service.jobs():
            if job.id not in ids:
                hold(job.type in created, "no job appears that nobody created", f"{job.type.name} {job.id}")
                created.remove(job.type)
                self.known.append(Known(job.id, settings_of(job), job.type))
        for known in self.known:
            job = self.service.find(known.id)
            mine = [called for called in open_calls if called.known is known]
            for called in mine:
                if called.wanted and self.has(job, known, called.wanted):
                    self.note(known, called.wanted)
            expired = self.clock.now() >= job.created_at_seconds + EXPIRY_SECONDS
            laws.check_recovered(known, job, {called.name for called in mine}, expired)
            # A store that fails in the next life too leads to the same state, again in memory alone.
            known.in_memory = known.in_memory and job.state is JobState.ERROR
            known.settled = False
        self.called = self.doubted = Called()
        self.look(faulted=True)

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
        moment = Moment(self.service, self.machine, self.network, self.sources, self.known, FOLDERS)
        for known in self.known:
            if known.settled:
                continue
            job = self.handle(known)
            for path, file in zip(known.names, job.files(), strict=False):  # an upload may give no name
                if file.completed and path not in known.completed:
                    found = self.machine.read(path)
                    whole = found in moment.may_appear(known, path)
                    hold(whole, "what is said to be completed is there", f"{path} has {found!r}")
                    known.completed[path] = found or b""
            fault = job.job.error
            unwritable = fault is not None and fault.detail.startswith("the store ")
            known.in_memory = job.state is JobState.ERROR and unwritable
            if job.state is not known.state:
                self.changes += 1
                self.faulted_changes += faulted
                if job.state in FINAL and self.machine.struck:
                    known.untidy = True
        laws.check_all(moment)
        for known in self.known:
            known.state = self.handle(known).state

    # ---- the end ----

    def _can_arrive(self, known: Known) -> bool:
        """Whether a kind world has what the owner of every file of this job expects."""
        return not any(
            wish.expected is not None
            and not file.transferred
            and wish.expected != self.network.documents[wish.url].versions[-1]
            for wish, file in zip(known.files, self.handle(known).files(), strict=True)
        )

    def _move_all(self) -> None:
        moves = 0
        while self.network.exchanges and moves < MOVES_MAX:
            self.move()
            moves += 1
        self.look(faulted=False)

    def _changed_meanwhile(self, known: Known) -> bool:
        """Whether an upload stopped because its file is another one than it was when it was first sent."""
        fault = self.handle(known).job.error
        return known.state is JobState.ERROR and fault is not None and fault.code == Hresult.BG_E_LOCAL_FILE_CHANGED

    def end(self) -> None:
        """Make the world kind: every job reaches its goal, and nothing is left over."""
        self.network.way = "good"
        self.machine.refused = frozenset()
        for path in self.sources.files:
            self.sources.mend(path)
        self._die(power_lost=False)
        self.machine.calm()
        self.start()
        live = [known for known in self.known if known.state not in FINAL and known.files]
        for known in live:
            self.call(known, "resume", JobHandle.resume)
        self._move_all()
        for known in live:
            if known.uploads and self._changed_meanwhile(known):
                self.call(known, "resume", JobHandle.resume)
        self._move_all()
        for known in live:
            state, arrives = self.handle(known).state, self._can_arrive(known)
            goal = JobState.TRANSFERRED if arrives else JobState.ERROR
            hold(state is goal, "a kind world brings every job to its goal", f"{state.name}, not {goal.name}")
            answer = self.call(known, "complete", JobHandle.complete)
            hold(answer == Hresult.S_OK or not arrives, "a kind world completes every job", f"0x{answer:08X}")
            self.look(faulted=False)
            published = set(known.completed) == set(known.names)
            hold(published or not arrives, "Complete publishes every file", known.id)
        for known in self.known:
            if known.state not in FINAL:
                self.call(known, "cancel", JobHandle.cancel)
        self.look(faulted=False)
        left = [name for folder in FOLDERS for name in self.machine.names(folder) if name.startswith(".BIT-")]
        hold(not left, "when every job has ended no temporary file is left", str(left))
