"""What a puppet may do: a (mutated) integer table made total, and where a puppet would wait for ever.

Laws: where no row answers an operation, which happens only where a mutant should never have come, the call is refused
with INVALID_STATE and changes nothing, except that GetError tells what there is; where no row speaks of an internal
event, nothing happens. Tolerated answers are never given. Puppet and proof ask here: what is proved is
what is run.
"""

from __future__ import annotations

from functools import cached_property

from copyjob.conformance.calls_for import rules_of_step
from copyjob.conformance.deviations import telling
from copyjob.spec import facts as f
from copyjob.spec.callbacks import Callback
from copyjob.spec.compiled import IntegerTable
from copyjob.spec.table import Level, Refusal
from copyjob.spec.vocabulary import InternalEvent, JobState, Operation

_Event = InternalEvent
_MOVING = (JobState.QUEUED, JobState.CONNECTING, JobState.TRANSFERRING)
WEATHERS = (None, _Event.TRANSIENT_FAULT, _Event.FATAL_FAULT)
"""How the server may be all the time: it serves, or fails in one way."""


class Behaviour:
    """The ways that are open in each configuration, by number."""

    def __init__(self, table: IntegerTable) -> None:
        """Act by this table."""
        self.table = telling(table)
        self._invalid_state = int(Refusal.INVALID_STATE.hresult(table.dialect))
        self.operations = tuple(label for label in table.edges if isinstance(label, Operation))

    def answers(self, operation: Operation, at: int) -> tuple[tuple[int, int], ...]:
        """Return each answer to an operation: its HRESULT, and where it leads."""
        ways = self.table.edges[operation][at] if operation in self.table.edges else ()
        found = dict.fromkeys(
            (int(edge.hresult), edge.dest) for edge in ways if edge.hresult is not None and not edge.tolerated
        )
        return tuple(found) or ((self._invalid_state, at),)

    def after(self, event: InternalEvent, at: int) -> tuple[int, ...]:
        """Return where an internal event may lead; nothing where no row speaks of it."""
        ways = self.table.edges.get(event)
        return tuple(dict.fromkeys(e.dest for e in ways[at] if not e.tolerated)) if ways is not None else ()

    def calls_for(
        self, label: Operation | InternalEvent, at: int, hresult: int | None, to: int
    ) -> tuple[Callback, ...]:
        """Return the callbacks that a step must make."""
        for edge in self.table.edges[label][at] if label in self.table.edges else ():
            if edge.dest == to and edge.hresult == hresult:
                fired = rules_of_step(self.table, at, edge)
                return tuple(rule.callback for rule, certain in fired if certain and rule.level is Level.MUST)
        return ()

    def facts(self, at: int) -> f.Facts:
        """Return the facts of a configuration."""
        return self.table.configurations[at].facts

    def waits(self, at: int, *, blocked: bool, left: bool) -> str:
        """Return what a job waits for in vain where it is due to leave, for ever; empty where it goes on.

        The server serves, or fails in one way each time. ``blocked``: others stand in front; ``left``: there is a file
        to ask the server for.
        """
        state = self.table.configurations[at].state
        if state in _MOVING and not blocked:
            for weather in WEATHERS if left else (None,):
                if at in self._staying[weather, left]:
                    return f"stays {state.name} for ever, the server {weather.value if weather else 'serving'}"
        return ""

    @cached_property
    def _staying(self) -> dict[tuple[InternalEvent | None, bool], frozenset[int]]:
        """Where a job can stay for ever among the states that it is due to leave, by weather and by ``left``."""
        found: dict[tuple[InternalEvent | None, bool], frozenset[int]] = {}
        moving = [n for n, (state, _) in enumerate(self.table.configurations) if state in _MOVING]
        for weather, left in ((None, False), *((weather, True) for weather in WEATHERS)):
            nexts = {at: self._forced(at, weather, left=left) for at in moving}
            staying = set(moving)
            # The greatest set in which each has nothing to do, or something that leads on inside.
            while gone := {at for at in staying if nexts[at] and not nexts[at] & staying}:
                staying -= gone
            found[weather, left] = frozenset(staying)
        return found

    def _forced(self, at: int, weather: InternalEvent | None, *, left: bool) -> frozenset[int]:
        """Return where the next thing that must happen leads; nothing where nothing must."""
        state, facts = self.table.configurations[at]
        if state is JobState.QUEUED:
            return frozenset(self.after(_Event.TURN, at))
        if f.ALL_FILES.holds(facts):
            return frozenset(self.after(_Event.ALL_DONE, at))
        if not left or not f.MORE_FILES.holds(facts):
            return frozenset()
        if state is JobState.CONNECTING and weather is not _Event.TRANSIENT_FAULT:
            return frozenset(self.after(_Event.CONNECT, at))
        return frozenset(self.after(weather or _Event.FILE_DONE, at))
