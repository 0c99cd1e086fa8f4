"""A carrier: somebody to whom lots are given, and who brings back what came of them, whatever happens to the worker.

Laws:

1. What a worker had not brought back when its process ended is run again, and nothing else is: no plan is lost, and
   none counts twice.
2. The plan in which the process ended is run again by itself. Where it ends once more, the backend did it, and the plan
   is an error of the adapter; else somebody else did.
3. A plan in which a call hangs that nothing can end is an error of the adapter at once.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from pathlib import Path

from copyjob.conformance.attempt import broken
from copyjob.conformance.confirm import Divergence
from copyjob.conformance.lots import Lot, LotDone, Numbered, Ran
from copyjob.conformance.part import Part
from copyjob.conformance.settings import Settings
from copyjob.conformance.worker import Worker


class Carrier:
    """A worker that is given lots, and replaced where its process ends."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        """Start the worker; it keeps its files below ``folder``."""
        self._settings, self._folder = settings, folder
        self.worker = Worker(settings, folder)
        self.lot: Lot | None = None
        self._todo: deque[Lot] = deque()
        self._current: Lot | None = None
        self._run = 0
        self._suspect: Numbered | None = None
        self._done = LotDone(Part())

    def give(self, lot: Lot) -> None:
        """Hand a lot over."""
        self.lot, self._done = lot, LotDone(Part())
        self._todo.append(lot)
        self._next()

    def look(self, *, ready: bool) -> LotDone | None:
        """Return what came of the lot, where it is whole. ``ready``: there is something to read from the worker.

        RuntimeError: the kit itself broke.
        """
        if ready:
            came = self.worker.answer_to_lot()
            if isinstance(came, int):
                self._run = came
            elif came is None:
                self._lost()
            else:
                self._done = self._done.joined(came)
                self._next()
        elif self.worker.hangs:
            self._hung()
        if self._current is not None:
            return None
        done, self.lot = self._done, None
        return done

    def leave(self) -> None:
        """Ask the worker to end."""
        self.worker.leave()

    def wait(self) -> None:
        """Wait until it has."""
        self.worker.wait()

    def _next(self) -> None:
        self._run = 0
        self._current = self._todo.popleft() if self._todo else None
        if self._current is not None:
            self.worker.give(self._current)

    def _lost(self) -> None:
        """Replace a worker whose process ended, and run again what it has not brought back."""
        how = self._replaced()
        lot = self._current
        assert lot is not None
        if self._run >= len(lot.plans):
            # It had run all of them, and ended before it could say what came of it.
            self._todo.appendleft(lot)
        else:
            before, (at, *after) = lot.plans[: self._run], lot.plans[self._run :]
            if self._suspect == at:
                self._broke(at, f"the process of the backend ended with {how} during a plan for {at[1].aim}")
                again = [before, tuple(after)]
            else:
                again = [before, (at,), tuple(after)]
            self._suspect = at
            self._todo.extendleft(replace(lot, plans=plans) for plans in reversed(again) if plans)
        self._next()

    def _hung(self) -> None:
        """Kill a worker in which a call hangs, and run again what it has not brought back."""
        self._replaced()
        lot = self._current
        assert lot is not None
        before, rest = lot.plans[: self._run], lot.plans[self._run :]
        if rest:
            self._broke(rest[0], f"a call hung, and nothing could end it, in a plan for {rest[0][1].aim}")
        self._todo.extendleft(replace(lot, plans=plans) for plans in (rest[1:], before) if plans)
        self._next()

    def _replaced(self) -> str:
        self.worker.leave()
        how = self.worker.wait()
        self.worker = Worker(self._settings, self._folder)
        return how

    def _broke(self, at: Numbered, why: str) -> None:
        number, plan = at
        mishap = broken(plan, why).mishap
        assert mishap is not None
        part: Part[Divergence] = Part(plans=1, errors={number: mishap})
        self._done = self._done.joined(LotDone(part, (Ran(plan.aim, "errored", 0),)))
