"""The ``transitions`` machine of a dialect, built from the rows.

Law: the machine is an acceptor, and it is load-bearing. A trigger is an operation with the HRESULT and the state that
were observed, or an internal event with the state it led to, so that several permitted answers are several triggers.
The integer table that judges backends is compiled from the built machine, and generators plan on it.

The engine's traps are closed here: fresh dicts for each row (it writes into what it is given), no automatic
transitions (they would permit every edge), guards and effects as objects that carry their row, so that a
misspelt name cannot wait until it is fired.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from transitions import EventData, Machine

from copyjob.spec import facts as f
from copyjob.spec.table import Answer, Row, Table


@dataclass(frozen=True, slots=True)
class Condition:
    """A row's guard as the engine calls it."""

    row: Row

    def __call__(self, event: EventData) -> bool:
        """Evaluate the guard under the model's facts."""
        return self.row.guard.holds(event.model.facts)


@dataclass(frozen=True, slots=True)
class Effect:
    """An answer's effects as the engine calls them, after the state has changed."""

    answer: Answer

    def __call__(self, event: EventData) -> None:
        """Give the model its new facts."""
        event.model.facts = f.apply(self.answer.effects, event.model.facts)


class SpecJob:
    """One job that can be stepped: the model whose state the machine keeps."""

    state: Any  # the engine writes it; an enum member of JobState

    def __init__(self, facts: f.Facts | None = None) -> None:
        """Begin with these facts, or with none."""
        self.facts = f.Facts() if facts is None else facts

    @property
    def configuration(self) -> f.Configuration:
        """Where the job is."""
        return f.Configuration(self.state, self.facts)


class SpecMachine:
    """The built machine of a table; ``machine`` is a core ``transitions.Machine``."""

    def __init__(self, table: Table) -> None:
        """Build one transition for every answer of every row."""
        self.table = table
        self.machine = Machine(
            model=None,
            states=list(table.states),
            initial=f.INITIAL.state,
            auto_transitions=False,
            send_event=True,
            transitions=[
                {
                    "trigger": trigger,
                    "source": row.source,
                    "dest": answer.dest,
                    "conditions": [Condition(row)],
                    "after": [Effect(answer)],
                }
                for row in table.rows
                for trigger, answer in row.triggers()
            ],
        )

    def job(self, configuration: f.Configuration = f.INITIAL) -> SpecJob:
        """Return a job placed in a configuration."""
        job = SpecJob(configuration.facts)
        self.machine.add_model(job, initial=configuration.state)
        return job

    def drop(self, job: SpecJob) -> None:
        """Forget a job; the engine keeps every model that it was given."""
        self.machine.remove_model(job)

    def fire(self, job: SpecJob, trigger: str) -> bool:
        """Fire a trigger; False where the guard refuses it. Raises ``MachineError`` where no row has it."""
        return bool(self.machine.events[trigger].trigger(job))

    def enabled(self, job: SpecJob) -> list[str]:
        """Return the triggers that can fire now, in the order of the table."""
        state = self.machine.get_model_state(job).name
        return [
            name
            for name, event in self.machine.events.items()
            if any(t.conditions[0].func.row.guard.holds(job.facts) for t in event.transitions.get(state, ()))
        ]
