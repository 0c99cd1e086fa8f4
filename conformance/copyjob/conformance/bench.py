"""The bench: where plans are run, one after the other, on one backend with an origin of its own.

Laws:

1. The adapter is thrown away after an error, a time-out or a divergence: a broken backend does not spoil the next plan.
2. An adapter that broke has said nothing of its backend. It gets the same plan once more, and a note tells of it; what
   breaks twice is errored. In memory, where nothing is left to luck, once is enough.
"""

from __future__ import annotations

import itertools
import shutil
import time
from pathlib import Path
from typing import Self

from copyjob.conformance.adapter import Adapter, AdapterError
from copyjob.conformance.backend import Declared
from copyjob.conformance.callers import CallTimedOutError
from copyjob.conformance.ground import Wire, ground_for, standing_on
from copyjob.conformance.notes import add_note
from copyjob.conformance.oracle import Judge
from copyjob.conformance.overlook import NOTHING_KNOWN, Overlooking
from copyjob.conformance.owed import Debts
from copyjob.conformance.plan import Plan
from copyjob.conformance.record import Record, Verdict
from copyjob.conformance.runner import PATIENCE, Run
from copyjob.spec.compiled import IntegerTable

RUN_SECONDS = 0.005
"""What a run in memory counts for where something is tried for some time: as much is then tried on every machine."""
SLOWNESS_MAX = 10
"""A run that takes so many times longer counts for more, so that a slow backend is not tried for ever."""


class Bench:
    """Where plans are run: a ground, a folder, and one adapter that is replaced when it has become doubtful."""

    def __init__(
        self,
        declared: Declared,
        table: IntegerTable,
        folder: Path,
        *,
        wire: Wire = Wire.HTTP,
        seed: int = 0,
        notes: list[str] | None = None,
    ) -> None:
        """Prepare; the backend is constructed when the first plan needs it. ``seed`` is that of delays in memory,
        and of which caller goes first in a race. To ``notes`` is added, once each, what no report tells of a run.
        """
        self.notes: list[str] = [] if notes is None else notes
        self.declared = standing_on(declared, wire)
        self.judge = Judge(table)
        self._debts = Debts(self.judge)
        self.folder = folder
        self.wire, self.seed = wire, seed
        self.ground = ground_for(wire, seed)
        self._adapter: Adapter | None = None
        self._numbers = itertools.count()
        self._tried_seconds = 0.0

    def __enter__(self) -> Self:
        """Return the bench."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the backend, the origin, and remove the folder's content."""
        self.discard()
        self.ground.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def discard(self) -> None:
        """Throw the running backend away."""
        if self._adapter is not None:
            self._adapter.close()
            self._adapter = None

    @property
    def tried_seconds(self) -> float:
        """The time by which is told how long something is tried: the clock's; in memory, where nothing waits, the
        number of runs, so that what comes of it does not depend on the machine.
        """
        return time.monotonic() if self.wire is Wire.HTTP else self._tried_seconds

    def run(self, plan: Plan, *, patience: float = 1, overlooking: Overlooking = NOTHING_KNOWN) -> Record:
        """Run one plan; a backend that cannot even be constructed is an errored record.

        ``patience``: how many times the declared bound is waited; what is late diverges from ``PATIENCE`` on.
        ``overlooking``: the divergences that the run goes on past.
        """
        start = time.monotonic()
        record = self._run(plan, patience, overlooking)
        if record.verdict is Verdict.ERRORED and self.wire is Wire.HTTP:
            record = self._once_more(record, patience, overlooking)
        self._tried_seconds += max(RUN_SECONDS, (time.monotonic() - start) / SLOWNESS_MAX)
        return record

    def _once_more(self, broken: Record, patience: float, overlooking: Overlooking) -> Record:
        record = self._run(broken.plan, patience, overlooking)
        if record.verdict is not Verdict.ERRORED:
            told = f"{broken.error} ({broken.where})"
            add_note(self.notes, f"the adapter broke, but not when its plan was run once more: {told}")
        return record

    def _run(self, plan: Plan, patience: float, overlooking: Overlooking) -> Record:
        number = next(self._numbers)
        try:
            if self._adapter is None:
                folder = self.folder / f"backend-{number}"
                self._adapter = self.ground.adapter(self.declared, self.judge.table.dialect, folder)
        except AdapterError as error:
            return Record(plan, error=error.text, words=error.words)
        except CallTimedOutError as error:
            return Record(plan, error=str(error))
        self.ground.begin(plan)
        place = self.ground.place(self.folder, number)
        origin, pace = self.ground.origin, self.ground.pace
        record = Run(self._adapter, origin, self._debts, pace, place, plan, patience, overlooking).carry_out()
        self.ground.leave(place)
        record.wire, record.seed = self.wire.value, self.seed
        if record.verdict is not Verdict.CONFORMS:
            self.discard()
        return record

    def run_patiently(self, plan: Plan, *, overlooking: Overlooking = NOTHING_KNOWN) -> Record:
        """Run a plan; again with more patience where it was late or could not be judged.

        Only what is late then diverges; what still cannot be judged is inconclusive.
        """
        record = self.run(plan, overlooking=overlooking)
        if record.verdict is not Verdict.INCONCLUSIVE:
            return record
        again = self.run(plan, patience=PATIENCE, overlooking=overlooking)
        again.late = again.late or (record.late if again.verdict is Verdict.INCONCLUSIVE else "")
        return again
