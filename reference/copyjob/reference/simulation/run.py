"""One simulated run: a client, servers, a disk, crashes and faults, all drawn from one seed.

Laws: the same seed gives the same trace, byte for byte. After every step every promise of ``laws`` is checked; at the
end the world is made kind, and every job must reach its goal. The yield is the number of changes of state that
happened in a step with a fault in it; idle jobs add nothing to it.

It does not know what a step finds, nor how it is judged.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from copyjob.reference.simulation.known import FINAL
from copyjob.reference.simulation.machine import Crash
from copyjob.reference.simulation.patching import installed
from copyjob.reference.simulation.world import World
from copyjob.spec.vocabulary import Dialect, JobType

STEPS: Final = 250
JOBS_MAX: Final = 5
_KINDS: Final = {
    Dialect.BITS: [JobType.DOWNLOAD, JobType.UPLOAD, JobType.UPLOAD_REPLY],
    Dialect.DO: [JobType.DOWNLOAD],
}
"""Of which jobs one is created."""

_WEIGHTS: Final = {
    "network": 44,
    "resume": 10,
    "add_file": 8,
    "add_set": 1,
    "rename": 3,
    "name_reply": 3,
    "edit": 5,
    "create": 4,
    "suspend": 4,
    "cancel": 2,
    "complete": 6,
    "set_priority": 2,
    "set_minimum_retry_delay": 1,
    "set_no_progress_timeout": 1,
    "set_display_name": 1,
    "set_notify_flags": 1,
    "wait": 8,
    "publish": 1,
    "stop": 1,
    "kill": 1,
    "lose_power": 1,
}
_ACTIONS: Final = list(_WEIGHTS)
_CUMULATIVE: Final = [sum(list(_WEIGHTS.values())[: number + 1]) for number in range(len(_WEIGHTS))]


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


class Run(World):
    """A world in which the seed chooses what happens."""

    def step(self, number: int) -> None:
        """Do one thing, then look at everything."""
        action = self.rng.choices(_ACTIONS, cum_weights=_CUMULATIVE)[0]
        self.journal.write(json.dumps({"step": number, "action": action}) + "\n")
        machine, chance = self.machine, self.rng.random()
        if chance < 0.05:  # noqa: PLR2004 one step in twenty
            machine.crash_at = machine.points + self.rng.randint(1, 8)
            machine.crash_after = self.rng.random() < 0.5  # noqa: PLR2004 one in two
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
                    kind = self.rng.choice(_KINDS[self.dialect])
                    if kind is JobType.DOWNLOAD:
                        self.create()
                    else:
                        self.upload(kind)
            case "wait":
                self.service.advance(self.rng.choice([1, 5, 61, 601, 3_700, 90_000]))
            case "publish":
                if self.network.documents:
                    self.network.publish(self.rng.choice(list(self.network.documents)))
            case "edit":
                self.edit()
            case "stop":
                self.stop()
            case "kill" | "lose_power":
                self.crash(power_lost=action == "lose_power")
            case _:
                self.random_call(action)
        return False


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
