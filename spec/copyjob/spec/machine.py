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

from transitions import EventData, Machine, Transition

from copyjob.spec import facts as f
from copyjob.spec.table import Answer, Row, Table
from copyjob.spec.vocabulary import InternalEvent, JobState, Operation


@dataclass(frozen=True, slots=True)
class Condition:
    """A row's guard as the engine calls it."""

    row: Row

    def __call__(self, event: EventData) -> bool:
        """Evaluate the guard under the model's facts."""
        return self.row.guard.holds(_job(event).facts)


@dataclass(frozen=True, slots=True)
class Effect:
    """An answer's effects as the engine calls them, after the state has changed."""

    answer: Answer

    def __call__(self, event: EventData) -> None:
        """Give the model its new facts."""
        job = _job(event)
        job.facts = f.apply(self.answer.effects, job.facts)


class SpecJob:
    """One job that can be stepped: the model whose state the machine keeps."""

    def __init__(self, configuration: f.Configuration = f.INITIAL) -> None:
        """Begin in a configuration."""
        self.state: JobState = configuration.state  # written by the engine
        self.facts = configuration.facts

    @property
    def configuration(self) -> f.Configuration:
        """Where the job is."""
        return f.Configuration(self.state, self.facts)


def _job(event: EventData) -> SpecJob:
    assert isinstance(event.model, SpecJob)
    return event.model


def row_of(transition: Transition) -> Row:
    """Return the row that a transition of the built machine was made from."""
    condition = transition.conditions[0].func
    assert isinstance(condition, Condition)
    return condition.row


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

        self._labels = {trigger: row.label for row in table.rows for trigger, _ in row.triggers()}

    def label(self, trigger: str) -> Operation | InternalEvent:
        """Return the operation or internal event of a trigger."""
        return self._labels[trigger]

    def job(self, configuration: f.Configuration = f.INITIAL) -> SpecJob:
        """Return a job placed in a configuration.

        It is not registered as a model: the engine would bind every trigger to it as a method, which nobody calls.
        """
        return SpecJob(configuration)

    def fire(self, job: SpecJob, trigger: str) -> bool:
        """Fire a trigger; False where the guard refuses it. Raises ``MachineError`` where no row has it."""
        return bool(self.machine.events[trigger].trigger(job))

    def can_fire(self, job: SpecJob, trigger: str) -> bool:
        """Tell whether a trigger would fire now; nothing changes."""
        event = self.machine.events.get(trigger)
        transitions = event.transitions.get(job.state.name, ()) if event is not None else ()
        return any(row_of(transition).guard.holds(job.facts) for transition in transitions)

    def triggers(self, label: str) -> tuple[str, ...]:
        """Return the triggers of one operation or internal event, in the order of the table."""
        return tuple(name for name in self.machine.events if name.partition(".")[0] == label)

    def enabled(self, job: SpecJob) -> list[str]:
        """Return the triggers that can fire now, in the order of the table."""
        return [name for name in self.machine.events if self.can_fire(job, name)]
