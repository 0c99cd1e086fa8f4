"""A forecast: what a conforming job would probably do, on the ``transitions`` machine; generators plan with it.

Law: a forecast is never a judgement. It resolves every choice that the table leaves open in one plausible way (the
first permitted answer, the next internal event), so that a plan can be aimed at a row; where a backend chooses
otherwise, the plan is merely less well aimed. Nothing here is used by the oracle, and nothing of the oracle is used
here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from copyjob.conformance import plan as p
from copyjob.conformance.weather import FILE_SIZES, kind_of
from copyjob.spec import facts as f
from copyjob.spec.machine import SpecMachine
from copyjob.spec.vocabulary import InternalEvent, JobState, Operation

Q, C, T, X = JobState.QUEUED, JobState.CONNECTING, JobState.TRANSFERRING, JobState.TRANSIENT_ERROR


@dataclass
class Forecast:
    """One job as it would probably be after the steps so far, with the weather around it."""

    machine: SpecMachine
    configuration: f.Configuration = f.INITIAL
    scripts: dict[int, str] = field(default_factory=dict[int, str])
    gate: str = "accept"
    blocked: bool = False
    begun: bool = False
    """Some bytes of the file that comes next have come. No search sets a script for which that makes a difference, so
    it tells no two forecasts apart."""
    fired: list[str] = field(default_factory=list[str])
    """The ids of the rows taken, in order, since the list was last emptied."""
    passed: list[f.Configuration] = field(default_factory=list[f.Configuration])
    """Where each of them was taken, likewise."""
    memory: dict[tuple[Operation | InternalEvent, f.Configuration, bool], tuple[f.Configuration, str]] = field(
        default_factory=dict[Any, Any]
    )
    """What the machine did before; it does the same again, and firing it is the slow part of a search."""

    def copy(self) -> Forecast:
        """Return an independent copy that has fired nothing yet."""
        # Made by hand: a search makes a hundred thousand.
        return Forecast(
            self.machine,
            self.configuration,
            dict(self.scripts),
            self.gate,
            self.blocked,
            self.begun,
            memory=self.memory,
        )

    @property
    def key(self) -> tuple[object, ...]:
        """What tells two forecasts apart."""
        return (self.configuration, tuple(sorted(self.scripts.items())), self.gate, self.blocked)

    def take(self, step: p.Step) -> None:
        """Take one step of a plan, and then whatever would happen by itself."""
        match step:
            case p.Serve(file, script):
                self.scripts[file] = script
            case p.Gate(gate):
                self.gate = gate
            case p.AddFile():
                self._fire(Operation.ADD_FILE)
            case p.Call(operation, _):
                self._fire(Operation(operation))
            case p.Race(callers):
                # In turn: every caller's first call, then every caller's second.
                for turn in zip_longest(*callers):
                    for operation in filter(None, turn):
                        self._fire(Operation(operation))
            case p.Advance(seconds):
                self._advance(seconds)
            case p.Restart():
                self._fire(InternalEvent.RESTART)
            case p.Block():
                self.blocked = True
                self._fire(InternalEvent.SLICE_END)
            case p.Unblock():
                self.blocked = False
            case p.Settle() | p.Linger() | p.Listen():
                pass
        self._rest()

    def rows_near(self, label: Operation | InternalEvent, places: Iterable[f.Configuration]) -> set[str]:
        """Return the rows by which a label is answered in any of these places, or where a turn leads from there; behind
        others there is none.
        """
        table, found = self.machine.table, set[str]()
        for place in dict.fromkeys(places):
            near = (place, *(() if self.blocked else self.led(InternalEvent.TURN, (place,))))
            found |= {row.id for each in near if (row := table.row_at(label, each)) is not None}
        return found

    def led(self, event: InternalEvent, places: Iterable[f.Configuration]) -> list[f.Configuration]:
        """Return where an internal event would lead from these places, by any of its answers."""
        rows = [(place, row) for place in places if (row := self.machine.table.row_at(event, place)) is not None]
        return [f.Configuration(a.dest, f.apply(a.effects, place.facts)) for place, row in rows for a in row.answers]

    def _fire(self, label: Operation | InternalEvent) -> bool:
        """Fire the likeliest answer of an operation or internal event; False where the table has none here."""
        known = self.memory.get((label, self.configuration, self.blocked))
        if known is None:
            known = self.memory[label, self.configuration, self.blocked] = self._likeliest(label)
        before = self.configuration
        self.configuration, row_id = known
        if row_id:
            self.fired.append(row_id)
            self.passed.append(before)
        return bool(row_id)

    def _likeliest(self, label: Operation | InternalEvent) -> tuple[f.Configuration, str]:
        """Fire on the machine: where it leads and by which row; an empty id where nothing fires."""
        row = self.machine.table.row_at(label, self.configuration)
        if row is None:
            return self.configuration, ""
        answer = row.answers[0]
        if self.blocked and answer.dest is T and label is Operation.RESUME:
            # Behind other jobs a job waits: of the permitted answers, QUEUED is the likely one.
            answer = next((other for other in row.answers if other.dest is Q), answer)
        job = self.machine.job(self.configuration)
        fired = self.machine.fire(job, label.value + answer.trigger)
        return job.configuration, row.id if fired else ""

    def _rest(self) -> None:
        """Let happen what the weather would bring about, until the job is at rest."""
        for _ in range(20):
            event = self._next_event()
            if event in (InternalEvent.FILE_DONE, InternalEvent.RANGE_REFUSED):
                self.begun = False
            if event is None or not self._fire(event):
                return

    def _next_event(self) -> InternalEvent | None:
        state, facts = self.configuration
        script = kind_of(self.scripts.get(facts.files_done, "serve"), min(facts.files_done, len(FILE_SIZES) - 1))
        if state is Q and self.blocked:
            return None
        if state in (Q, T) and f.ALL_FILES.holds(facts):
            return InternalEvent.ALL_DONE
        if state is Q:
            return InternalEvent.TURN
        if state not in (C, T) or self.gate == "backlog":
            return None
        if self.gate == "refuse":
            return InternalEvent.TRANSIENT_FAULT
        if script.holds == "headers" or (script.holds and state is T):
            self.begun |= script.holds == "body"
            return None
        if script.fault is not None:
            self.begun |= not script.dry
            return script.fault
        if state is C:
            return InternalEvent.CONNECT
        return InternalEvent.RANGE_REFUSED if script.partless and self.begun else InternalEvent.FILE_DONE

    def _advance(self, seconds: int) -> None:
        from copyjob.conformance.weather import DAY_SECONDS, EXPIRY_DAYS, NO_PROGRESS_SECONDS, RETRY_SECONDS

        if seconds >= EXPIRY_DAYS[self.machine.table.dialect] * DAY_SECONDS:
            self._fire(InternalEvent.EXPIRY)
        elif self.configuration.state is X:
            if seconds >= NO_PROGRESS_SECONDS[self.machine.table.dialect]:
                self._fire(InternalEvent.NO_PROGRESS)
            elif seconds >= RETRY_SECONDS:
                self._fire(InternalEvent.RETRY)
