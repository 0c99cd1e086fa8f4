"""Who runs a campaign in lots: carriers on this machine, or on a cluster; and how a campaign is carried out by them.

Laws:

1. Lots are dealt out in their order, to whoever has room. What comes back merges in any order.
2. A plan that was late is run once more when all others are done, alone, with nothing else going on.
3. A check that ends early takes in what is under way, unless somebody interrupts it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from multiprocessing.connection import wait
from typing import Protocol, Self

from copyjob.conformance.campaign import Campaign
from copyjob.conformance.carrier import Carrier
from copyjob.conformance.confirm import Divergence
from copyjob.conformance.events import Found, Note, PlanDone, Told
from copyjob.conformance.ground import temporary_folder
from copyjob.conformance.interrupt import Interruption
from copyjob.conformance.lots import Lot, LotDone, Numbered, dealt
from copyjob.conformance.overlook import Known, explains
from copyjob.conformance.part import Part
from copyjob.conformance.record import Verdict
from copyjob.conformance.settings import Settings

LOOK_SECONDS = 0.2
"""How often is looked whether somebody wants the work to end."""


class Carriers(Protocol):
    """Whoever runs lots."""

    gone: str
    """Why nothing will come of any lot any more; empty where all is well."""

    def room(self) -> bool:
        """Whether another lot is to be given now."""
        ...

    def give(self, lot: Lot) -> None:
        """Hand a lot over."""
        ...

    def busy(self) -> bool:
        """Whether something is to come yet."""
        ...

    def done(self) -> Iterator[LotDone]:
        """Yield what has come by now; waits a moment where nothing has."""
        ...


class LocalCarriers:
    """Worker processes of this machine."""

    gone = ""

    def __init__(self, settings: Settings, jobs: int) -> None:
        """Start no process yet."""
        self._settings, self._jobs = settings, jobs
        self._stack = ExitStack()
        self._carriers: list[Carrier] = []

    def __enter__(self) -> Self:
        """Begin."""
        folder = self._stack.enter_context(temporary_folder(self._settings.wire))
        self._carriers = [Carrier(self._settings, folder) for _ in range(self._jobs)]
        return self

    def __exit__(self, *_: object) -> None:
        """End: no worker is left, nor what its backend started, nor a file."""
        for carrier in self._carriers:
            carrier.leave()
        for carrier in self._carriers:
            carrier.wait()
        self._stack.close()

    def room(self) -> bool:
        """Whether somebody has nothing to do."""
        return any(carrier.lot is None for carrier in self._carriers)

    def give(self, lot: Lot) -> None:
        """Hand a lot to somebody who has none."""
        next(carrier for carrier in self._carriers if carrier.lot is None).give(lot)

    def busy(self) -> bool:
        """Whether somebody has a lot."""
        return any(carrier.lot is not None for carrier in self._carriers)

    def done(self) -> Iterator[LotDone]:
        """Yield what has come by now."""
        busy = [carrier for carrier in self._carriers if carrier.lot is not None]
        ready = wait([carrier.worker.channel for carrier in busy], LOOK_SECONDS)
        for carrier in busy:
            done = carrier.look(ready=carrier.worker.channel in ready)
            if done is not None:
                yield done


class Conduct:
    """One dialect's campaign, carried out in lots."""

    def __init__(self, carriers: Carriers, blank: Campaign, told: Told, asked: Interruption) -> None:
        """``blank`` is an empty campaign that says when it is enough."""
        self.part: Part[Divergence] = Part()
        self.stopped = ""
        self._carriers, self._blank, self._told, self._asked = carriers, blank, told, asked
        self._known: list[Known] = []
        self._noted: set[str] = set()
        self._number = 0

    def run(self, plans: Iterable[Numbered]) -> None:
        """Run plans until there are none left, or it is enough, or somebody interrupts."""
        lots, late = dealt(plans), deque[Numbered]()
        more, carriers = True, self._carriers
        while not (self._asked.wanted or carriers.gone):
            if more and not self.stopped and carriers.room():
                plans_now = next(lots, None)
                more = plans_now is not None
                if plans_now is not None:
                    self._give(plans_now)
                    continue
            if not carriers.busy():
                if self.stopped or not late:
                    return
                self._give((late.popleft(),), patient=True)
            for done in carriers.done():
                late.extend(done.late)
                self._take(done)
        self.stopped = self._asked.why if self._asked.wanted else carriers.gone

    @property
    def campaign(self) -> Campaign:
        """What was found so far."""
        divergences = self.part.told(lambda divergence: divergence.known)
        found = self.part.campaign(self._blank.dialect, divergences)
        found.divergences_max, found.excused = self._blank.divergences_max, self._blank.excused
        found.stopped = self.stopped
        return found

    def _give(self, plans: tuple[Numbered, ...], *, patient: bool = False) -> None:
        self._carriers.give(Lot(self._blank.dialect, plans, frozenset(self.part.findings), patient))

    def _take(self, done: LotDone) -> None:
        dialect = self._blank.dialect
        for text in done.notes:
            if text not in self._noted:
                self._noted.add(text)
                self._told(Note(text))
        for _, divergence in sorted(done.part.findings.values(), key=lambda each: each[0]):
            if not any(explains(known, divergence.known) for known in self._known):
                self._known.append(divergence.known)
                self._told(Found(dialect, divergence))
        for ran in done.ran:
            self._number += 1
            self._told(PlanDone(dialect, self._number, ran.aim, Verdict(ran.verdict), ran.steps, ran.seen))
        self.part.merge(done.part)
        if done.part.findings or done.part.errors or done.part.waits:
            self.stopped = self.campaign.enough()
